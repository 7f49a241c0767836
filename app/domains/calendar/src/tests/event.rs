//! Events, on both engines.

use chrono::NaiveDate;
use db::both;
use kernel::{Cx, Error, MemberId, Role};
use uuid::Uuid;

use super::fixture::{World, at, recorded, told};
use crate::{
    acts::{
        self,
        event::{self, Form},
    },
    model::Answer,
    repo::event::At,
    rules::When,
};

fn form(title: &str, guests: &[&Cx]) -> Form {
    let mut guests: Vec<MemberId> = guests.iter().map(|guest| guest.member_id()).collect();
    guests.sort_unstable();
    Form {
        title: title.into(),
        place: "Showroom".into(),
        note: String::new(),
        shared: false,
        at: At::Times(at("2025-11-24 09:00"), at("2025-11-24 09:30")),
        guests,
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn titles(cx: &Cx) -> Vec<String> {
    let agenda = acts::agenda(cx, Some(day("2025-11-24")), 7).await.unwrap();
    agenda.events.into_iter().map(|event| event.title).collect()
}

/// Who heard of something of this kind.
async fn hearers(cx: &Cx, kind: &str) -> Vec<MemberId> {
    let rows: Vec<(Option<MemberId>,)> =
        db::sql("select hearer_id from outbox where organisation_id = $1 and kind = $2 order by hearer_id")
            .bind(cx.organisation_id())
            .bind(kind)
            .all(cx.db())
            .await
            .unwrap();
    cx.visit().rest().await;
    rows.into_iter().filter_map(|(member,)| member).collect()
}

both!(who_is_invited_sees_an_event_and_answers, |db| {
    let world = World::new(&db).await;
    let key = Some(Uuid::from_u128(3));
    let made = event::add(&world.marek, form("Stand-up", &[&world.anna, &world.marek]), key).await.unwrap();
    let again = event::add(&world.marek, form("Stand-up", &[&world.anna]), key).await.unwrap();
    assert_eq!(made, again, "sent again it is the same");
    assert_eq!(made.answer_of(world.marek.member_id()), Some(Answer::Yes), "who invites oneself comes");
    assert_eq!(made.answer_of(world.anna.member_id()), Some(Answer::Waiting));
    assert_eq!(titles(&world.anna).await, ["Stand-up"]);
    assert!(titles(&world.owner).await.is_empty(), "it is between those two");
    assert_eq!(event::get(&world.owner, made.id).await.unwrap_err(), Error::NotFound);
    let invitation = &told(&world.anna).await[0];
    assert_eq!(
        (invitation.0.as_str(), invitation.1.as_str(), invitation.2.as_str()),
        ("event.invited", "Stand-up", "Mon 24 Nov, 10:00\u{2013}10:30")
    );
    assert!(told(&world.marek).await.is_empty(), "nobody is told of their own acts");
    let answered = event::answer(&world.anna, made.id, "maybe").await.unwrap();
    assert_eq!(answered.answer_of(world.anna.member_id()), Some(Answer::Maybe));
    assert!(!answered.mine && answered.version == 1, "an answer is no change");
    let mut both = vec![world.marek.member_id(), world.anna.member_id()];
    both.sort_unstable();
    assert_eq!(hearers(&world.owner, "event.answered").await, both, "its pages hear of it, and no others");
    event::answer(&world.anna, made.id, "maybe").await.unwrap();
    let heard = told(&world.marek).await;
    assert_eq!(
        heard.iter().map(|it| (it.0.as_str(), it.2.as_str())).collect::<Vec<_>>(),
        [("event.answered", "Maybe")]
    );
    assert!(event::answer(&world.anna, made.id, "waiting").await.unwrap_err().field("answer").is_some());
    assert_eq!(event::answer(&world.owner, made.id, "yes").await.unwrap_err(), Error::NotFound);
    assert_eq!(recorded(&world.owner).await, ["event.created", "event.answered"]);
});

both!(what_is_new_about_an_event_is_told_to_whom_it_concerns, |db| {
    let world = World::new(&db).await;
    let made = event::add(&world.marek, form("Stand-up", &[&world.anna]), None).await.unwrap();
    event::answer(&world.anna, made.id, "yes").await.unwrap();
    let times = |starts: &str, ends: &str| When::Times {
        starts: chrono::NaiveDateTime::parse_from_str(starts, "%Y-%m-%d %H:%M").unwrap(),
        ends: chrono::NaiveDateTime::parse_from_str(ends, "%Y-%m-%d %H:%M").unwrap(),
    };
    let when = times("2025-11-25 14:00", "2025-11-25 15:00");
    let moved = event::reschedule(&world.marek, made.id, 1, when).await.unwrap();
    assert_eq!((moved.version, moved.starts.text().as_str()), (2, "2025-11-25T14:00"));
    assert_eq!(
        moved.answer_of(world.anna.member_id()),
        Some(Answer::Waiting),
        "at another time all are asked anew"
    );
    let heard = told(&world.anna).await;
    assert_eq!(heard.len(), 1, "of one event the newest is enough");
    assert_eq!(
        (heard[0].0.as_str(), heard[0].2.as_str()),
        ("event.changed", "It is Tue 25 Nov, 14:00\u{2013}15:00 now.")
    );
    let late = event::reschedule(&world.marek, made.id, 1, when).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    let same = event::reschedule(&world.marek, made.id, 2, when).await.unwrap();
    assert_eq!(same.version, 2, "nothing to do");
    let others = event::reschedule(&world.anna, made.id, 2, when).await;
    assert_eq!(others, Err(Error::NotFound));
    // Another guest in the place of the first.
    let changed = Form {
        at: At::Times(at("2025-11-25 13:00"), at("2025-11-25 14:00")),
        ..form("Daily", &[&world.owner])
    };
    let changed = event::change(&world.marek, made.id, 2, changed).await.unwrap();
    assert_eq!(changed.guests.len(), 1);
    assert_eq!(told(&world.anna).await[0].2, "You are not invited any more.");
    assert_eq!(told(&world.owner).await[0].0, "event.invited");
    assert_eq!(event::get(&world.anna, made.id).await.unwrap_err(), Error::NotFound);
    event::delete(&world.marek, made.id, None).await.unwrap();
    assert_eq!(told(&world.owner).await[0].2, "It is called off.");
    assert!(titles(&world.owner).await.is_empty());
    assert_eq!(event::restore(&world.owner, made.id).await.unwrap_err(), Error::NotFound, "only who made it");
    event::restore(&world.marek, made.id).await.unwrap();
    assert_eq!(titles(&world.owner).await, ["Daily"]);
});

both!(whole_days_have_no_zone_and_end_with_their_last, |db| {
    let world = World::new(&db).await;
    let fair = At::Days(day("2025-11-29"), day("2025-12-02"));
    let fair = Form { at: fair, shared: true, ..form("Fair", &[]) };
    let made = event::add(&world.marek, fair, None).await.unwrap();
    assert!(made.all_day);
    assert_eq!(
        (made.starts.text(), made.ends.text()),
        ("2025-11-29T00:00".into(), "2025-12-02T00:00".into())
    );
    let on = async |first: &str| {
        let agenda = acts::agenda(&world.anna, Some(day(first)), 1).await.unwrap();
        agenda.events.len()
    };
    assert_eq!((on("2025-11-28").await, on("2025-11-29").await), (0, 1));
    assert_eq!((on("2025-12-01").await, on("2025-12-02").await), (1, 0));
    // What all see is changed by who plans, too.
    let when = When::Days { first: day("2025-11-29"), end: day("2025-11-30") };
    assert!(event::reschedule(&world.owner, made.id, 1, when).await.unwrap().mine);
    assert_eq!(event::reschedule(&world.anna, made.id, 2, when).await, Err(Error::NotFound));
    let uninvited = event::answer(&world.anna, made.id, "yes").await;
    assert!(matches!(uninvited, Err(Error::Conflict(_))), "{uninvited:?}");
});

both!(only_members_are_invited_and_only_who_may_book_invites, |db| {
    let world = World::new(&db).await;
    let guest = world.owner.colleague("Nils Berg", Role::Guest).await;
    assert!(matches!(event::add(&guest, form("Party", &[]), None).await, Err(Error::Forbidden(_))));
    let other = Cx::test(&db, "Halden Studio").await;
    let foreign = event::add(&world.marek, form("Party", &[&other]), None).await.unwrap_err();
    assert_eq!(foreign.field("guests"), Some("Only active members of the organisation can be invited."));
    let made = event::add(&world.marek, form("Party", &[&world.anna]), None).await.unwrap();
    assert_eq!(event::get(&other, made.id).await.unwrap_err(), Error::NotFound);
    let leap = event::Form::read(
        &world.marek,
        ("Night", "", ""),
        ("", "2026-03-29T02:00", "2026-03-29T02:59"),
        "",
        "",
    );
    leap.expect("clocks leap over both, and an hour later there they are");
    let none = event::Form::read(
        &world.marek,
        ("Night", "", ""),
        ("", "2026-03-29T02:30", "2026-03-29T03:00"),
        "",
        "",
    );
    assert_eq!(none.unwrap_err().field("ends"), Some("Clocks change then. Choose a later end."));
});
