//! Steps that ask for a booking: items want one when they come, and go on once it has a time.

use chrono::{Datelike, Timelike, Weekday};
use db::{Db, both};
use kernel::{BOOKING_DONE, BookingStanding, Error, Event, JobTypeId, StepId};
use serde_json::json;

use super::{World, form, straight};
use crate::{
    OPENINGS,
    acts::{
        approval::{Answer, decide},
        booking, design, interchange, item,
    },
    approval::Verdict,
    booking::{BookingNeed, Stands},
    definition::Definition,
    interchange::Format,
    model::{Act, Item, Move},
    tests::{
        booking::{BOOKINGS, inspection, of, paint, put},
        rest::get,
    },
};

/// Lets the step of this name ask for a booking.
fn ask(made: &mut Definition, step: &str, job_type: Option<JobTypeId>) {
    let step = made.steps.iter_mut().find(|one| one.name == step).unwrap();
    step.booking = job_type.map(|job_type| BookingNeed { job_type, minutes: Some(90) });
}

impl World {
    /// Purchases with something changed, in a program that has a calendar.
    async fn booked(db: &Db, change: impl FnOnce(&mut Definition)) -> Self {
        let site = |site: kernel::Site| site.with_bookings(BOOKINGS).with_on_event(booking::on_event);
        World::on(db, site, change).await
    }

    /// An item that came to Order just now.
    async fn in_order(&self) -> Item {
        let item = self.add("120").await;
        self.go(&item, "Sort").await.unwrap();
        self.item(item.card.id).await
    }

    /// Gives what is booked of an item a time.
    fn book(&self, item: &Item) {
        put(item.card.id, BookingStanding::Booked, self.owner.now());
    }

    /// Does what is booked of an item in a step, as the calendar does.
    async fn finish(&self, item: &Item, step: StepId) {
        put(item.card.id, BookingStanding::Done, self.owner.now());
        let mut tx = self.owner.begin().await.unwrap();
        let event = Event {
            kind: BOOKING_DONE,
            subject_kind: "booking",
            subject_id: self.owner.new_id(),
            topic: None,
            data: json!({ "item": item.card.id, "step": step }),
        };
        tx.record(event).await.unwrap();
        tx.commit().await.unwrap();
        self.work().await;
    }
}

/// What is booked of an item, each with the step that needs it.
fn wishes(item: &Item) -> Vec<(JobTypeId, Option<StepId>, BookingStanding)> {
    let all = of(item.card.id).into_iter();
    all.map(|(one, _)| (one.job_type_id, one.step_id, one.standing)).collect()
}

both!(an_item_goes_on_once_its_booking_has_a_time, |db| {
    let world = World::booked(&db, |made| ask(made, "Order", Some(inspection()))).await;
    let order = Some(world.step("Order"));
    let item = world.in_order().await;
    assert_eq!(wishes(&item), [(inspection(), order, BookingStanding::Wanted)]);
    assert_eq!(of(item.card.id)[0].1, Some(90));
    let refused = world.go(&item, "Rest").await.unwrap_err();
    let said =
        "PA-1 needs a booking of Inspection before it goes on from Order. Give it a time in the calendar.";
    assert_eq!(refused, Error::Conflict(said.into()));
    let page = item::page(&world.owner, "PA-1").await.unwrap();
    assert_eq!(page.booking.map(|it| (it.what, it.stands)), Some(("Inspection".into(), Stands::Wanted)));

    world.book(&item);
    let page = item::page(&world.owner, "PA-1").await.unwrap();
    assert_eq!(page.booking.map(|it| it.stands), Some(Stands::Booked(Some(world.owner.now()))));
    let card = world.go(&item, "Rest").await.unwrap();
    assert_eq!(wishes(&item), [], "nothing is left to be done there");
    assert_eq!(item::page(&world.owner, "PA-1").await.unwrap().booking, None);
    item::undo_move(&world.owner, card.id, card.version).await.unwrap();
    assert_eq!(wishes(&item), [(inspection(), order, BookingStanding::Wanted)]);

    let steps = get(&world.owner, "/workflows/PA").await.body["steps"].clone();
    let told = steps.as_array().unwrap().iter().find(|step| step["name"] == "Order").unwrap();
    assert_eq!(told["booking"], json!({ "job_type": inspection(), "minutes": 90 }));
});

both!(a_done_booking_lets_an_item_go_on, |db| {
    let mut world = World::booked(&db, |made| ask(made, "Order", Some(inspection()))).await;
    let item = world.in_order().await;
    world.finish(&item, world.step("Delivery")).await;
    assert_eq!(world.place(&item).await, "Order", "another step asked for that");
    world.finish(&item, world.step("Order")).await;
    assert_eq!(world.place(&item).await, "Rest");
    let (_, history) = world.history(item.card.id).await;
    let Act::Moved(Move { by_itself: true, because, .. }) = &history[0] else { panic!("{history:?}") };
    assert_eq!(because, "its booking is done");

    // What is done stays done when the move after it is taken back.
    let again = world.in_order().await;
    put(again.card.id, BookingStanding::Done, world.owner.now());
    let card = world.go(&again, "Rest").await.unwrap();
    item::undo_move(&world.owner, card.id, card.version).await.unwrap();
    assert_eq!(world.place(&again).await, "Order");
    assert_eq!(wishes(&again), [(inspection(), Some(world.step("Order")), BookingStanding::Done)]);

    // Who has to choose is not spared it.
    world
        .publish(|made| {
            let id = |name: &str| made.steps.iter().find(|step| step.name == name).unwrap().id;
            let (order, delivery) = (id("Order"), id("Delivery"));
            made.connect(order, delivery, "At once");
        })
        .await;
    let other = world.in_order().await;
    world.finish(&other, world.step("Order")).await;
    assert_eq!(world.place(&other).await, "Order");
    world.go(&other, "Delivery").await.unwrap();
});

both!(an_approval_needs_its_booking_and_is_not_skipped_by_it, |db| {
    let world = World::booked(&db, |made| ask(made, "Approval", Some(inspection()))).await;
    let item = world.add("6200").await;
    world.go(&item, "Sort").await.unwrap();
    let answers = async |item: &Item, verdict| {
        let version = world.item(item.card.id).await.card.version;
        let answer = Answer { version, verdict, reason: "Too dear".into(), to: Some(world.step("Request")) };
        decide(&world.owner, item.card.id, answer, None).await
    };
    let refused = answers(&item, Verdict::Approved).await.unwrap_err();
    assert!(refused.to_string().contains("needs a booking of Inspection"), "{refused}");
    world.finish(&item, world.step("Approval")).await;
    assert_eq!(world.place(&item).await, "Approval");
    answers(&item, Verdict::Approved).await.unwrap();
    assert_eq!(world.place(&item).await, "Order");

    // The way back asks for none.
    let other = world.add("6200").await;
    world.go(&other, "Sort").await.unwrap();
    answers(&other, Verdict::Refused).await.unwrap();
    assert_eq!(world.place(&other).await, "Request");
    assert_eq!(wishes(&other), []);
});

both!(bookings_follow_a_published_design, |db| {
    let mut world = World::booked(&db, |_| {}).await;
    let item = world.in_order().await;
    let order = Some(world.step("Order"));
    assert_eq!(wishes(&item), []);
    world.publish(|made| ask(made, "Order", Some(inspection()))).await;
    world.work().await;
    assert_eq!(wishes(&item), [(inspection(), order, BookingStanding::Wanted)]);
    world.publish(|made| ask(made, "Order", Some(paint()))).await;
    world.work().await;
    assert_eq!(wishes(&item), [(paint(), order, BookingStanding::Wanted)]);

    // Items that stay on a version need what it needs, under the name that people know.
    let before = world.publish_beside(|made| ask(made, "Order", None)).await - 1;
    world.work().await;
    assert_eq!(wishes(&item), [(paint(), order, BookingStanding::Wanted)]);
    assert!(world.go_on(&item, "Rest").await.is_err());
    world.take_up(before, &[]).await.unwrap();
    world.work().await;
    assert_eq!(wishes(&item), [], "what runs needs none");
    world.go(&item, "Rest").await.unwrap();
});

both!(the_items_of_a_step_that_goes_need_nothing_there, |db| {
    let world = World::booked(&db, |made| {
        ask(made, "Order", Some(inspection()));
        ask(made, "Delivery", Some(paint()));
    })
    .await;
    let item = world.in_order().await;
    let id = world.workflow().await.head.id;
    let (order, delivery, rest) = (world.step("Order"), world.step("Delivery"), world.step("Rest"));
    let mut opened = design::open(&world.owner, "PA").await.unwrap();
    opened.definition.remove_step(order);
    opened.definition.connect(world.step("Sort"), rest, "Small");
    opened.definition.connect(world.step("Approval"), rest, "Approve");
    straight(&mut opened.definition);
    opened.definition.transitions.last_mut().unwrap().rework = false;
    let kept = design::save(&world.owner, id, opened.version, opened.definition).await.unwrap();
    let onward = design::Onward { moves: [(order, delivery)].into(), stay: false };
    design::publish(&world.owner, id, kept.version, &onward).await.unwrap();
    world.work().await;
    assert_eq!(wishes(&item), [(paint(), Some(delivery), BookingStanding::Wanted)]);
});

both!(what_is_deleted_needs_no_booking, |db| {
    let world = World::booked(&db, |made| ask(made, "Order", Some(inspection()))).await;
    let item = world.in_order().await;
    item::delete(&world.owner, item.card.id, None).await.unwrap();
    assert_eq!(wishes(&item), []);
    item::restore(&world.owner, item.card.id).await.unwrap();
    assert_eq!(wishes(&item).len(), 1);
    put(item.card.id, BookingStanding::Done, world.owner.now());
    item::delete(&world.owner, item.card.id, None).await.unwrap();
    item::restore(&world.owner, item.card.id).await.unwrap();
    assert_eq!(wishes(&item).len(), 1, "what is done is done");
    // New items want one where they begin, too.
    let mut world = world;
    world.publish(|made| ask(made, "Request", Some(paint()))).await;
    let new =
        item::create(&world.owner, world.workflow().await.head.id, form("90", &[]), "").await.unwrap().1;
    assert_eq!(wishes(&new), [(paint(), Some(world.step("Request")), BookingStanding::Wanted)]);
});

both!(a_job_type_that_is_gone_is_said_and_keeps_nothing, |db| {
    let world = World::booked(&db, |_| {}).await;
    let id = world.workflow().await.head.id;
    let mut opened = design::open(&world.owner, "PA").await.unwrap();
    assert_eq!(
        opened.job_types.iter().map(|known| known.name.as_str()).collect::<Vec<_>>(),
        ["Inspection", "Paint"]
    );
    ask(&mut opened.definition, "Order", Some(uuid::Uuid::from_u128(4_711).into()));
    let file = crate::interchange::write(&opened.definition, Format::Json);
    let kept = design::save(&world.owner, id, opened.version, opened.definition).await.unwrap();
    let gone = "The job type that Order needs a booking of is gone. Choose another one.";
    assert!(kept.faults.iter().any(|fault| fault.blocks && fault.text == gone), "{:?}", kept.faults);
    let refused = design::publish(&world.owner, id, kept.version, &Default::default()).await.unwrap_err();
    assert_eq!(refused, Error::Conflict(format!("It cannot be published yet. {gone}")));

    let read = interchange::read(&world.owner, id, file).await.unwrap();
    assert!(read.definition.steps.iter().all(|step| step.booking.is_none()));
    assert_eq!(read.report, ["Bookings of job types that are not known here were left out, in Order."]);
});

both!(an_organisation_is_open_when_it_works, |db| {
    let world = World::booked(&db, |_| {}).await;
    let cx = &world.owner;
    let from = cx.now();
    let spans = OPENINGS(cx.db().into(), cx, None, (from, from + chrono::Duration::days(4))).await.unwrap();
    let shown: Vec<(Weekday, u32, u32)> = spans
        .iter()
        .map(|(opens, closes)| {
            (cx.local(*opens).weekday(), cx.local(*opens).hour(), cx.local(*closes).hour())
        })
        .collect();
    // It is Friday, nine o'clock there.
    assert_eq!(shown, [(Weekday::Fri, 9, 17), (Weekday::Mon, 9, 17)]);
});
