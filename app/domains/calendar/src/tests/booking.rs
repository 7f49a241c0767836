//! Bookings, on both engines.

use db::both;
use kernel::{BookingWish, Cx, Error, Role, StepId};
use uuid::Uuid;

use super::fixture::{ITEM, World, at, form, hours, more_members, recorded, set_bookable, state, team, told};
use crate::{
    BOOKINGS,
    acts::{
        self,
        booking::{self, Form},
        job_type,
    },
    model::{BookingState, Local},
    repo::job_type::Said,
};

both!(a_team_is_booked_as_often_as_it_has_members, |db| {
    let world = World::new(&db).await;
    let first = world.book(&world.marek, "2025-11-24 09:00", 90).await.unwrap();
    assert_eq!((first.state, first.minutes, first.mine), (BookingState::Booked, 90, true));
    assert_eq!(
        first.starts,
        Some(Local::of(at("2025-11-24 10:00").naive_utc())),
        "as clocks in Stockholm show it"
    );
    world.book(&world.anna, "2025-11-24 10:00", 60).await.unwrap();
    let full = world.book(&world.anna, "2025-11-24 10:15", 15).await.unwrap_err();
    assert_eq!(full.field("starts"), Some("Testers has 2 of 2 places booked then."));
    world.book(&world.anna, "2025-11-24 10:30", 30).await.expect("one ends when the next begins");
    // One member more lets one more in; that the team cannot be booked later takes nothing away.
    more_members(&world.owner, world.team, 1).await;
    world.book(&world.anna, "2025-11-24 10:15", 15).await.unwrap();
    set_bookable(&world.owner, world.team, false).await;
    let nobody = world.book(&world.anna, "2025-11-25 10:15", 15).await.unwrap_err();
    assert!(nobody.to_string().starts_with("Testers cannot be booked."), "{nobody}");
    let agenda = acts::agenda(&world.anna, Some("2025-11-24".parse().unwrap()), 1).await.unwrap();
    assert_eq!(agenda.bookings.len(), 4);
    assert!(agenda.bookings.iter().filter(|card| card.mine).count() == 3, "one's own can be changed");
});

both!(fifty_who_book_at_once_get_as_many_places_as_there_are, |db| {
    let world = World::new(&db).await;
    more_members(&world.owner, world.team, 5).await;
    let tries: Vec<_> = (0..50)
        .map(|number| {
            let (cx, job_type) = (world.marek.clone(), world.inspection.to_string());
            // They overlap, but not all begin at the same time.
            let starts = at("2025-11-24 09:00") + chrono::TimeDelta::minutes(number % 5 * 5);
            let form = Form { starts: Some(starts), ..form("", 60, None) };
            tokio::spawn(async move { booking::add(&cx, &job_type, "", Ok(form), None).await })
        })
        .collect();
    let mut booked = 0;
    for one in tries {
        match one.await.unwrap() {
            Ok(_) => booked += 1,
            Err(error) => assert!(error.field("starts").is_some(), "{error:?}"),
        }
    }
    assert_eq!(booked, 7);
});

both!(a_member_does_one_thing_at_a_time_in_whichever_team, |db| {
    let world = World::new(&db).await;
    let other = team(&world.owner, 8, "Mechanics", &[&world.marek]).await;
    let said = Said { name: "Repair".into(), team_id: other, minutes: 180 };
    let repair = job_type::add(&world.owner, Ok(job_type::Form(said))).await.unwrap();
    let marek = Some(world.marek.member_id());
    let inspection = world.inspection.to_string();
    let first = booking::add(&world.owner, &inspection, "", Ok(form("2025-11-24 09:00", 60, marek)), None);
    let first = first.await.unwrap();
    let repair = repair.id.to_string();
    let twice = booking::add(&world.owner, &repair, "", Ok(form("2025-11-24 09:30", 60, marek)), None).await;
    assert_eq!(twice.unwrap_err().field("member"), Some("They are booked for something else then."));
    let stranger = form("2025-11-24 12:00", 60, Some(world.anna.member_id()));
    let stranger = booking::add(&world.owner, &repair, "", Ok(stranger), None).await.unwrap_err();
    assert_eq!(stranger.field("member"), Some("Choose a member of the team."));
    // Who is booked is told, and of what becomes of it the newest only.
    booking::plan(&world.owner, first.id, 1, "2025-11-25T10:00", 60).await.unwrap();
    let told_of = told(&world.marek).await;
    let texts: Vec<_> =
        told_of.iter().map(|(kind, title, text)| (kind.as_str(), title.as_str(), text.as_str())).collect();
    assert_eq!(texts, [("booking.changed", "Inspection", "Tue 25 Nov, 10:00\u{2013}11:00")]);
    let now = Form { member: Some(world.anna.member_id()), ..form("2025-11-25 09:00", 60, None) };
    booking::change(&world.owner, first.id, 2, Ok(now)).await.unwrap();
    assert_eq!(told(&world.marek).await[0].2, "Somebody else does it now.");
    assert_eq!(told(&world.anna).await[0].2, "Tue 25 Nov, 10:00\u{2013}11:00");
    booking::cancel(&world.owner, first.id, None).await.unwrap();
    assert_eq!(told(&world.anna).await[0].2, "It is called off.");
});

both!(what_has_no_time_waits_and_is_planned_moved_done_and_brought_back, |db| {
    let world = World::new(&db).await;
    let inspection = world.inspection.to_string();
    let key = Some(Uuid::from_u128(9));
    let wanted =
        booking::add(&world.marek, &inspection, "UC-101", Ok(form("", 45, None)), key).await.unwrap();
    assert_eq!((wanted.state, wanted.title()), (BookingState::Wanted, "Volvo V60"));
    let again = booking::add(&world.marek, &inspection, "UC-101", Ok(form("", 45, None)), key).await.unwrap();
    assert_eq!(again.id, wanted.id, "sent again it is the same");
    let early = booking::finish(&world.marek, wanted.id, 1).await;
    assert!(matches!(early, Err(Error::Conflict(_))), "{early:?}");
    let planned = booking::plan(&world.anna, wanted.id, 1, "2025-11-24T10:00", 60).await.unwrap();
    assert_eq!((planned.state, planned.minutes, planned.version), (BookingState::Booked, 60, 2));
    let late = booking::plan(&world.marek, wanted.id, 1, "2025-11-24T12:00", 60).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    let back = booking::plan(&world.marek, wanted.id, 2, "", 60).await.unwrap();
    assert_eq!((back.state, back.starts), (BookingState::Wanted, None));
    booking::plan(&world.marek, wanted.id, 3, "2025-11-24T10:00", 60).await.unwrap();
    let done = booking::finish(&world.marek, wanted.id, 4).await.unwrap();
    assert_eq!(done.state, BookingState::Done);
    let closed = booking::plan(&world.marek, wanted.id, 5, "2025-11-24T12:00", 60).await;
    assert!(matches!(closed, Err(Error::Conflict(_))), "{closed:?}");
    let of_item = booking::of_item(&world.anna, "UC-101").await.unwrap();
    assert_eq!(of_item.bookings.iter().map(|card| card.id).collect::<Vec<_>>(), [wanted.id]);
    assert_eq!(of_item.job_types.len(), 1);
    // What is done takes no place any more, so bringing it back needs one.
    for _ in 0..2 {
        world.book(&world.marek, "2025-11-24 09:00", 60).await.unwrap();
    }
    assert!(booking::restore(&world.marek, wanted.id).await.unwrap_err().field("starts").is_some());
    more_members(&world.owner, world.team, 1).await;
    assert_eq!(booking::restore(&world.marek, wanted.id).await.unwrap().state, BookingState::Booked);
    assert_eq!(booking::restore(&world.marek, wanted.id).await, Err(Error::NotFound), "it is there");
    booking::cancel(&world.marek, wanted.id, Some(3)).await.unwrap_err();
    booking::cancel(&world.marek, wanted.id, None).await.unwrap();
    assert_eq!(booking::get(&world.marek, wanted.id).await.unwrap_err(), Error::NotFound);
    assert_eq!(
        recorded(&world.owner).await,
        [
            "booking.created",
            "booking.planned",
            "booking.unplanned",
            "booking.planned",
            "booking.finished",
            "booking.created",
            "booking.created",
            "booking.restored",
            "booking.cancelled"
        ]
    );
});

both!(only_who_has_to_do_with_a_booking_changes_it, |db| {
    let world = World::new(&db).await;
    let mine = world.book(&world.marek, "2025-11-24 09:00", 60).await.unwrap();
    let refused = booking::plan(&world.anna, mine.id, 1, "2025-11-24T12:00", 60).await;
    assert_eq!(refused, Err(Error::NotFound));
    booking::plan(&world.owner, mine.id, 1, "2025-11-24T12:00", 60).await.expect("who plans changes all");
    let guest = world.owner.colleague("Nils Berg", Role::Guest).await;
    assert!(matches!(world.book(&guest, "2025-11-24 09:00", 60).await, Err(Error::Forbidden(_))));
    assert!(matches!(acts::agenda(&guest, None, 7).await, Err(Error::Forbidden(_))));
    let other = Cx::test(&db, "Halden Studio").await;
    assert_eq!(booking::get(&other, mine.id).await.unwrap_err(), Error::NotFound);
    let inspection = world.inspection.to_string();
    let unknown = booking::add(&world.marek, &inspection, "UC-9", Ok(form("", 60, None)), None).await;
    assert!(unknown.unwrap_err().field("item").is_some());
    let foreign = booking::add(&other, &inspection, "", Ok(form("", 60, None)), None).await;
    assert!(foreign.unwrap_err().field("job_type").is_some());
});

both!(free_times_are_those_that_the_team_has, |db| {
    let world = World::new(&db).await;
    for _ in 0..2 {
        world.book(&world.marek, "2025-11-24 08:00", 120).await.unwrap();
    }
    let day = "2025-11-24".parse().ok();
    let slots = booking::slots(&world.anna, world.inspection, 90, day).await.unwrap();
    let first = slots.first().unwrap();
    assert_eq!((first.starts.text().as_str(), first.free), ("2025-11-24T11:00", 2), "ten o'clock in UTC");
    assert_eq!(slots.len(), crate::rules::SLOTS);
    for slot in &slots {
        let text = slot.starts.date_time().format("%Y-%m-%d %H:%M").to_string();
        let starts = at(&text) - hours(1);
        let form = Form { starts: Some(starts), ..form("", 90, None) };
        booking::add(&world.anna, &world.inspection.to_string(), "", Ok(form), None)
            .await
            .expect("it is free");
    }
    let early = booking::slots(&world.anna, world.inspection, 4, None).await.unwrap_err();
    assert!(early.field("minutes").is_some());
});

both!(a_step_asks_for_a_booking_once_and_lets_go_of_it, |db| {
    let world = World::new(&db).await;
    let step = StepId::from(Uuid::from_u128(5));
    let wish = BookingWish {
        item_id: ITEM.into(),
        step_id: Some(step),
        job_type_id: world.inspection,
        minutes: Some(30),
    };
    for _ in 0..2 {
        let mut tx = world.owner.begin().await.unwrap();
        (BOOKINGS.want)(&mut tx, &world.owner, wish).await.unwrap();
        tx.commit().await.unwrap();
    }
    let found = (BOOKINGS.of_item)(world.owner.db().into(), &world.owner, ITEM.into()).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].standing, kernel::BookingStanding::Wanted);
    world.owner.visit().rest().await;
    let agenda = acts::agenda(&world.marek, None, 7).await.unwrap();
    let card = agenda.wanted.first().unwrap().clone();
    assert!(card.mine && card.minutes == 30, "all who book plan it");
    booking::plan(&world.marek, card.id, 1, "2025-11-24T10:00", 30).await.unwrap();
    let mut tx = world.owner.begin().await.unwrap();
    (BOOKINGS.let_go)(&mut tx, &world.owner, ITEM.into(), step).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(state(&world.owner, card.id).await, "cancelled");
    // It comes back with the item, while its time is free.
    let mut tx = world.owner.begin().await.unwrap();
    (BOOKINGS.want)(&mut tx, &world.owner, wish).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(state(&world.owner, card.id).await, "booked");
    let mut tx = world.owner.begin().await.unwrap();
    (BOOKINGS.let_go)(&mut tx, &world.owner, ITEM.into(), step).await.unwrap();
    tx.commit().await.unwrap();
    for _ in 0..2 {
        world.book(&world.anna, "2025-11-24 09:00", 60).await.unwrap();
    }
    // A step that asks again gets another one then, and what has begun stays.
    let mut tx = world.owner.begin().await.unwrap();
    (BOOKINGS.want)(&mut tx, &world.owner, wish).await.unwrap();
    tx.commit().await.unwrap();
    let agenda = acts::agenda(&world.marek, None, 7).await.unwrap();
    let second = agenda.wanted.first().unwrap().clone();
    assert_ne!(second.id, card.id);
    booking::plan(&world.marek, second.id, 1, "2025-11-21T09:30", 30).await.unwrap();
    world.clock.pass(hours(1));
    let mut tx = world.owner.begin().await.unwrap();
    (BOOKINGS.let_go)(&mut tx, &world.owner, ITEM.into(), step).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(state(&world.owner, second.id).await, "booked");
    more_members(&world.owner, world.team, 1).await;
    let taken = booking::restore(&world.marek, card.id).await;
    assert!(matches!(taken, Err(Error::Conflict(_))), "{taken:?}");
    // A job type that is gone asks for nothing.
    job_type::delete(&world.owner, world.inspection, None).await.unwrap();
    let mut tx = world.owner.begin().await.unwrap();
    (BOOKINGS.want)(&mut tx, &world.owner, BookingWish { step_id: None, ..wish }).await.unwrap();
    tx.commit().await.unwrap();
    assert!(acts::agenda(&world.marek, None, 7).await.unwrap().wanted.is_empty());
});

both!(how_full_a_team_is_follows_its_hours_and_places, |db| {
    let world = World::new(&db).await;
    world.book(&world.marek, "2025-11-24 09:00", 90).await.unwrap();
    world.book(&world.marek, "2025-11-24 22:30", 90).await.unwrap();
    let agenda = acts::agenda(&world.marek, Some("2025-11-24".parse().unwrap()), 2).await.unwrap();
    let loads: Vec<_> =
        agenda.loads.iter().map(|load| (load.day.to_string(), load.booked, load.room)).collect();
    // Stockholm is an hour ahead, so the later one is half of the next day's.
    assert_eq!(loads, [("2025-11-24".to_owned(), 120, 2 * 480), ("2025-11-25".to_owned(), 60, 2 * 480)]);
    assert_eq!(agenda.open.len(), 2);
});
