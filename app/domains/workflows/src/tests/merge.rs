//! Two people who write into the same item, on both engines.

use std::collections::BTreeMap;

use db::both;
use kernel::{Cx, Error, Role};

use super::api::dealership;
use crate::{
    acts::{
        self,
        item::{self, Form, Sent},
    },
    model::{Item, Priority, Seen},
};

/// What somebody who saw an item sends who changes these fields of it.
fn form(seen: &Seen, title: &str, data: &[(&str, &str)]) -> Form {
    let data = data.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
    Form {
        title: title.to_owned(),
        priority: seen.priority,
        assignee_id: Ok(seen.assignee_id),
        due_on: Ok(seen.due_on),
        data: Sent::Texts(data.collect()),
    }
}

/// The number of an item that is not done.
async fn some_item(cx: &Cx) -> i64 {
    let board = acts::workflow::board(cx, "UC", &Default::default()).await.unwrap();
    board.columns.iter().find_map(|column| column.cards.first()).unwrap().number
}

async fn read(cx: &Cx, number: i64) -> Item {
    item::page(cx, &format!("UC-{number}")).await.unwrap().item
}

both!(what_two_people_write_in_different_fields_is_kept, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let petra = cx.colleague("Petra Ek", Role::Member).await;
    let number = some_item(&cx).await;
    let before = read(&cx, number).await;
    let (id, version, seen) = (before.card.id, before.card.version, Seen::from(&before));

    let theirs = form(&seen, "Volvo of Petra", &[("mileage", "4100")]);
    item::save(&petra, id, version, theirs, Some(seen.clone())).await.unwrap();
    // It has gone on meanwhile, too: what was seen of it before still counts.
    let mine =
        Form { priority: Priority::new(4), ..form(&seen, &seen.title, &[("registration", "ABC 123")]) };
    item::save(&cx, id, version, mine, Some(seen.clone())).await.unwrap();
    let now = read(&cx, number).await;
    assert_eq!(
        (now.card.title.as_str(), now.card.priority, now.card.tag.as_str()),
        ("Volvo of Petra", Priority::new(4), "ABC 123")
    );
    assert_eq!(now.data.get("mileage"), Some(&4100.into()));

    // The same written by both is no quarrel; nothing new is no change.
    let same = form(&seen, "Volvo of Petra", &[("mileage", "4 100")]);
    let saved = item::save(&cx, id, version, same, Some(seen.clone())).await.unwrap();
    assert_eq!(saved.version, now.card.version);
});

both!(what_two_people_write_in_the_same_field_is_said_there, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let petra = cx.colleague("Petra Ek", Role::Member).await;
    let number = some_item(&cx).await;
    let before = read(&cx, number).await;
    let (id, version, seen) = (before.card.id, before.card.version, Seen::from(&before));
    let theirs = form(&seen, "Volvo of Petra", &[("mileage", "4100")]);
    item::save(&petra, id, version, theirs, Some(seen.clone())).await.unwrap();

    let mine = form(&seen, "Volvo of mine", &[("mileage", "5200"), ("registration", "ABC 123")]);
    let error = item::save(&cx, id, version, mine.clone(), Some(seen.clone())).await.unwrap_err();
    assert_eq!(
        error.field("title"),
        Some("Petra Ek wrote “Volvo of Petra” meanwhile. Save again to keep yours.")
    );
    assert!(error.field("data[mileage]").is_some_and(|text| text.contains("4,100")), "{error:?}");
    assert!(error.field("version").is_some() && error.field("data[registration]").is_none());
    let now = read(&cx, number).await;
    assert_eq!(
        (now.card.title.as_str(), now.card.tag.clone()),
        ("Volvo of Petra", before.card.tag.clone()),
        "nothing is written"
    );

    // On top of what they wrote, it is.
    item::save(&cx, id, version, mine.clone(), Some(Seen::from(&now))).await.unwrap();
    let now = read(&cx, number).await;
    assert_eq!((now.card.title.as_str(), now.card.tag.as_str()), ("Volvo of mine", "ABC 123"));
    // Emptying a field that somebody else has filled in is said, too.
    let filled = Seen::from(&now);
    item::save(&petra, id, 0, form(&filled, &filled.title, &[("registration", "")]), Some(filled.clone()))
        .await
        .unwrap();
    let other = form(&filled, &filled.title, &[("registration", "XYZ 9")]);
    let error = item::save(&cx, id, 0, other, Some(filled)).await.unwrap_err();
    assert!(
        error.field("data[registration]").is_some_and(|text| text.starts_with("Petra Ek emptied it")),
        "{error:?}"
    );

    // Who does not say what they saw writes on their version only.
    let refused = item::save(&cx, id, version, mine, None).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict(_)), "{refused:?}");
    let unknown: BTreeMap<String, String> = [("nothing".to_owned(), "1".to_owned())].into();
    let strange = Form { data: Sent::Texts(unknown), ..form(&seen, "X", &[]) };
    assert!(matches!(item::save(&cx, id, version, strange, Some(seen)).await, Err(Error::Invalid(_))));
});
