//! Logging, changing and deleting time, on both engines.

use db::both;
use kernel::{Error, Role};
use uuid::Uuid;

use super::fixture::{HIDDEN, ONE, TWO, World, day, form, item, log, sum, told};
use crate::{
    acts::{self, Form},
    model::TimeEntry,
};

both!(time_on_an_item_is_seen_and_summed_by_whoever_sees_it, |db| {
    let world = World::new(&db).await;
    let entry = log(&world.marek, "2025-11-20", 90).await;
    assert_eq!((entry.member_id, entry.item_id), (world.marek.member_id(), item(ONE)));
    log(&world.owner, "2025-11-21", 30).await;
    let time = acts::of_item(&world.owner, "UC-101").await.unwrap();
    assert_eq!(time.sum, 120);
    assert_eq!(
        time.entries.iter().map(|it| it.minutes).collect::<Vec<_>>(),
        [30, 90],
        "the newest day first"
    );
    let (log, news) = told(&world.owner).await;
    assert_eq!(log, ["item.time_logged"; 2]);
    assert_eq!(news, [("workflow/1".to_owned(), ONE), ("workflow/1".to_owned(), ONE)]);
});

both!(what_is_sent_again_with_its_key_is_logged_once, |db| {
    let world = World::new(&db).await;
    let key = Some(Uuid::from_u128(5));
    let first = acts::log(&world.marek, "UC-101", form("2025-11-20", 90), key).await.unwrap();
    let again = acts::log(&world.marek, "UC-101", form("2025-11-20", 90), key).await.unwrap();
    assert_eq!(first, again);
    let others = acts::log(&world.owner, "UC-101", form("2025-11-20", 90), key).await.unwrap();
    assert_ne!(first.id, others.id, "a key is its member's");
    assert_eq!(sum(&world.owner).await, 180);
});

both!(a_day_has_24_hours_for_each_member, |db| {
    let world = World::new(&db).await;
    log(&world.marek, "2025-11-20", 1_000).await;
    let key = Some(Uuid::from_u128(6));
    let refused = acts::log(&world.marek, "UC-102", form("2025-11-20", 441), key).await.unwrap_err();
    assert_eq!(
        refused.field("duration"),
        Some("16h 40m are logged on 2025-11-20 already. A day has 24 hours, so 7h 20m are left.")
    );
    // A refused act leaves its key free.
    acts::log(&world.marek, "UC-102", form("2025-11-20", 440), key).await.unwrap();
    let full = acts::log(&world.marek, "UC-102", form("2025-11-20", 1), None).await.unwrap_err();
    assert_eq!(full.to_string(), "24 hours are logged on 2025-11-20 already, and a day has no more.");
    log(&world.marek, "2025-11-19", 1_440).await;
    log(&world.owner, "2025-11-20", 1_440).await;
});

both!(two_at_once_do_not_log_more_than_a_day_has, |db| {
    let world = World::new(&db).await;
    let other = world.marek.clone();
    let at_once = |cx: &kernel::Cx| {
        let cx = cx.clone();
        tokio::spawn(async move { acts::log(&cx, "UC-101", form("2025-11-20", 800), None).await.is_ok() })
    };
    let (first, second) = (at_once(&world.marek), at_once(&other));
    let done = [first.await.unwrap(), second.await.unwrap()];
    assert_eq!(done.iter().filter(|done| **done).count(), 1);
    assert_eq!(sum(&world.owner).await, 800);
});

both!(an_entry_is_changed_on_the_version_that_was_seen, |db| {
    let world = World::new(&db).await;
    let entry = log(&world.marek, "2025-11-20", 1_400).await;
    let better = Form { note: "Brakes".into(), ..form("2025-11-20", 1_440) };
    let changed = acts::change(&world.marek, entry.id, 1, better.clone()).await.unwrap();
    assert_eq!((changed.version, changed.minutes, changed.note.as_str()), (2, 1_440, "Brakes"));
    let late = acts::change(&world.marek, entry.id, 1, form("2025-11-20", 5)).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    assert_eq!(acts::change(&world.marek, entry.id, 2, better).await.unwrap().version, 2, "nothing to do");
    log(&world.marek, "2025-11-19", 1_000).await;
    let full = acts::change(&world.marek, entry.id, 2, form("2025-11-19", 500)).await.unwrap_err();
    assert!(full.field("duration").is_some(), "{full:?}");
    assert_eq!(told(&world.owner).await.0, ["item.time_logged", "item.time_changed", "item.time_logged"]);
});

both!(what_was_deleted_comes_back_while_its_day_has_room, |db| {
    let world = World::new(&db).await;
    let entry = log(&world.marek, "2025-11-20", 1_000).await;
    acts::delete(&world.marek, entry.id, Some(7)).await.unwrap_err();
    acts::delete(&world.marek, entry.id, None).await.unwrap();
    assert_eq!(sum(&world.owner).await, 0);
    assert_eq!(acts::delete(&world.marek, entry.id, None).await, Err(Error::NotFound));
    assert_eq!(acts::get(&world.marek, entry.id).await, Err(Error::NotFound));
    let other = log(&world.marek, "2025-11-20", 1_000).await;
    assert!(acts::restore(&world.marek, entry.id).await.unwrap_err().field("duration").is_some());
    acts::delete(&world.marek, other.id, None).await.unwrap();
    let back = acts::restore(&world.marek, entry.id).await.unwrap();
    assert_eq!(back, TimeEntry { version: 3, ..entry });
    assert_eq!(acts::restore(&world.marek, back.id).await, Err(Error::NotFound), "it is there");
});

both!(time_of_others_is_changed_by_who_manages_projects_only, |db| {
    let world = World::new(&db).await;
    let anna = world.owner.colleague("Anna Lind", Role::Member).await;
    let entry = log(&world.marek, "2025-11-20", 60).await;
    assert_eq!(acts::get(&anna, entry.id).await.unwrap().entry, entry, "it can be seen");
    assert_eq!(acts::change(&anna, entry.id, 1, form("2025-11-20", 5)).await, Err(Error::NotFound));
    assert_eq!(acts::delete(&anna, entry.id, None).await, Err(Error::NotFound));
    assert_eq!(acts::restore(&anna, entry.id).await, Err(Error::NotFound));
    let changed = acts::change(&world.owner, entry.id, 1, form("2025-11-20", 45)).await.unwrap();
    assert_eq!((changed.member_id, changed.minutes), (world.marek.member_id(), 45), "it stays Marek's");
    acts::delete(&world.owner, entry.id, None).await.unwrap();
});

both!(on_what_one_may_not_see_nothing_is_logged, |db| {
    let world = World::new(&db).await;
    for key in ["UC-103", "UC-104", "", "x", &HIDDEN.to_string(), &Uuid::from_u128(9).to_string()] {
        let answer = acts::log(&world.marek, key, form("2025-11-20", 60), None).await;
        assert_eq!(answer, Err(Error::NotFound), "{key}");
        assert_eq!(acts::of_item(&world.marek, key).await, Err(Error::NotFound), "{key}");
        assert_eq!(acts::timer::start(&world.marek, key).await, Err(Error::NotFound), "{key}");
    }
    let guest = world.owner.colleague("Gun Guest", Role::Guest).await;
    let answer = acts::log(&guest, "UC-101", form("2025-11-20", 60), None).await;
    assert!(matches!(answer, Err(Error::Forbidden(_))), "{answer:?}");
});

both!(another_organisations_time_does_not_exist, |db| {
    let world = World::new(&db).await;
    let entry = log(&world.marek, "2025-11-20", 60).await;
    let site = world.owner.visit().site().clone();
    let stranger = kernel::Cx::test_on(site, "Halden Studio").await;
    assert_eq!(acts::get(&stranger, entry.id).await, Err(Error::NotFound));
    assert_eq!(acts::change(&stranger, entry.id, 1, form("2025-11-20", 5)).await, Err(Error::NotFound));
    assert_eq!(acts::delete(&stranger, entry.id, None).await, Err(Error::NotFound));
    assert_eq!(acts::restore(&stranger, entry.id).await, Err(Error::NotFound));
    assert!(acts::list(&stranger, None, wanted()).await.unwrap().0.is_empty());
});

both!(a_week_holds_ones_own_time_by_day_and_item, |db| {
    let world = World::new(&db).await;
    for at in ["2025-11-16", "2025-11-17", "2025-11-23", "2025-11-24"] {
        // The days to come are written as they will be then.
        if day(at) <= day("2025-11-22") {
            log(&world.marek, at, 60).await;
        }
    }
    log(&world.owner, "2025-11-18", 60).await;
    acts::log(&world.marek, "UC-102", form("2025-11-18", 90), None).await.unwrap();
    let week = acts::week(&world.marek, None).await.unwrap();
    assert_eq!(week.first, day("2025-11-17"));
    let days: Vec<i64> = week.days().iter().map(|(_, it)| it.iter().map(|it| it.minutes).sum()).collect();
    assert_eq!(days, [60, 90, 0, 0, 0, 0, 0]);
    assert_eq!(week.by_item(), [(item(TWO), 90), (item(ONE), 60)]);
    assert_eq!(week.item(item(TWO)).unwrap().key, "UC-102");
    let before = acts::week(&world.marek, Some(day("2025-11-16"))).await.unwrap();
    assert_eq!((before.first, before.entries.len()), (day("2025-11-10"), 1));
});

fn wanted() -> crate::repo::Wanted {
    crate::repo::Wanted { limit: 50, ..Default::default() }
}

both!(all_mistakes_of_a_form_are_said_at_once, |db| {
    let world = World::new(&db).await;
    let error = Form::read(&world.marek, "soon", "someday", &"x".repeat(501)).unwrap_err();
    for field in ["duration", "day", "note"] {
        assert!(error.field(field).is_some(), "{field}: {error:?}");
    }
    let future = Form::read(&world.marek, "1h", "2025-11-23", "").unwrap_err();
    assert_eq!(future.to_string(), "That day is still to come. Log time when it was spent.");
    let form = Form::read(&world.marek, " 1h 30m ", "2025-11-21", " Brakes ").unwrap();
    assert_eq!((form.minutes, form.note.as_str()), (90, "Brakes"));
});
