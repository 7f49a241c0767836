//! Bookings that items need: a calendar in short, and what is worked out without one.

use std::sync::Mutex;

use chrono::{DateTime, Utc};
use db::On;
use kernel::{
    BookingStanding, BookingWish, Bookings, BookingsDone, BookingsFound, Cx, ItemBooking, ItemId, JobTypeId,
    JobTypeName, JobTypesFound, StepId, Tx,
};
use proptest::{collection::vec, prelude::*, sample::select};
use uuid::Uuid;

use crate::{
    booking::{BookingNeed, NeededBooking, Stands, is_length, stands},
    definition::{Definition, StepDefinition, changes, check, difference::Difference},
    rules::Refusal,
};

/// What the calendar does, in short. What is rolled back stays here; each item has an id of its own.
pub(super) const BOOKINGS: Bookings = Bookings { job_types, of_item, want, let_go };

static KEPT: Mutex<Vec<Kept>> = Mutex::new(Vec::new());

#[derive(Debug, Clone, Copy)]
struct Kept {
    item: ItemId,
    minutes: Option<i64>,
    booking: ItemBooking,
}

/// The kind of work that is called Inspection.
pub(super) fn inspection() -> JobTypeId {
    Uuid::from_u128(71).into()
}

/// The kind of work that is called Paint.
pub(super) fn paint() -> JobTypeId {
    Uuid::from_u128(72).into()
}

fn job_types<'a>(_: On<'a>, _: &'a Cx) -> JobTypesFound<'a> {
    let named = [(inspection(), "Inspection", 60), (paint(), "Paint", 240)];
    let named = named.map(|(id, name, minutes)| JobTypeName {
        id,
        name: name.to_owned(),
        team_id: Uuid::from_u128(70).into(),
        minutes,
    });
    Box::pin(async { Ok(named.into()) })
}

fn of_item<'a>(_: On<'a>, _: &'a Cx, item: ItemId) -> BookingsFound<'a> {
    Box::pin(async move { Ok(of(item).into_iter().map(|(booking, _)| booking).collect()) })
}

fn want<'a>(_: &'a mut Tx, _: &'a Cx, wish: BookingWish) -> BookingsDone<'a> {
    let BookingWish { item_id: item, step_id, job_type_id, minutes } = wish;
    let mut kept = KEPT.lock().unwrap();
    let is_open = |one: &Kept| {
        let ItemBooking { standing, .. } = one.booking;
        one.item == item
            && (one.booking.step_id, one.booking.job_type_id) == (step_id, job_type_id)
            && standing != BookingStanding::Done
    };
    if !kept.iter().any(is_open) {
        let booking =
            ItemBooking { step_id, job_type_id, standing: BookingStanding::Wanted, starts_at: None };
        kept.push(Kept { item, minutes, booking });
    }
    Box::pin(async { Ok(()) })
}

fn let_go<'a>(_: &'a mut Tx, _: &'a Cx, item: ItemId, step: StepId) -> BookingsDone<'a> {
    let stays = |one: &Kept| {
        one.item != item || one.booking.step_id != Some(step) || one.booking.standing == BookingStanding::Done
    };
    KEPT.lock().unwrap().retain(stays);
    Box::pin(async { Ok(()) })
}

/// What is booked for an item, each with its length.
pub(super) fn of(item: ItemId) -> Vec<(ItemBooking, Option<i64>)> {
    let kept = KEPT.lock().unwrap();
    kept.iter().filter(|one| one.item == item).map(|one| (one.booking, one.minutes)).collect()
}

/// Gives what is booked of an item last a time, or does it.
pub(super) fn put(item: ItemId, standing: BookingStanding, at: DateTime<Utc>) {
    let mut kept = KEPT.lock().unwrap();
    let last = kept.iter_mut().rev().find(|one| one.item == item).unwrap();
    (last.booking.standing, last.booking.starts_at) = (standing, Some(at));
}

fn step(number: u128) -> StepId {
    Uuid::from_u128(number).into()
}

fn needed(minutes: Option<i64>) -> Option<BookingNeed> {
    Some(BookingNeed { job_type: inspection(), minutes })
}

#[test]
fn a_booking_takes_minutes_to_weeks() {
    for (minutes, may) in
        [(None, true), (Some(4), false), (Some(5), true), (Some(20_160), true), (Some(20_161), false)]
    {
        assert_eq!(is_length(minutes), may, "{minutes:?}");
        let mut made = Definition { name: "Tests".into(), item_noun: "car".into(), ..Definition::default() };
        made.steps.push(StepDefinition { booking: needed(minutes), ..StepDefinition::new(step(1), "Test") });
        assert_eq!(made.validate().is_ok(), may, "{minutes:?}");
    }
}

#[test]
fn only_a_booking_without_a_time_keeps_an_item() {
    let booking = |stands| NeededBooking { what: "Inspection".into(), stands };
    assert_eq!(booking(Stands::Done).refusal(), None);
    assert_eq!(booking(Stands::Booked(None)).refusal(), None);
    let refusal = booking(Stands::Wanted).refusal().unwrap();
    assert_eq!(refusal, Refusal::Unbooked { what: "Inspection".into() });
    assert_eq!(
        refusal.sentence("UC-12", "Test"),
        "UC-12 needs a booking of Inspection before it goes on from Test. Give it a time in the calendar."
    );
    assert_eq!(refusal.reason("Test"), "No time is booked for Inspection");
}

#[test]
fn what_is_booked_by_hand_does_as_well_once_it_has_a_time() {
    let one =
        |step_id, standing| ItemBooking { step_id, job_type_id: inspection(), standing, starts_at: None };
    let (asked, by_hand) = (Some(step(1)), None);
    let found = |all: &[ItemBooking]| stands(all, step(1), inspection());
    let wanted = one(asked, BookingStanding::Wanted);
    assert_eq!(found(&[one(by_hand, BookingStanding::Wanted)]), Stands::Wanted);
    assert_eq!(
        found(&[one(by_hand, BookingStanding::Booked)]),
        Stands::Booked(None),
        "the wish was called off"
    );
    assert_eq!(found(&[wanted, one(by_hand, BookingStanding::Done)]), Stands::Done);
    assert_eq!(found(&[one(by_hand, BookingStanding::Done), wanted]), Stands::Wanted, "it came back");
    let booked = one(asked, BookingStanding::Booked);
    assert_eq!(found(&[booked, one(by_hand, BookingStanding::Wanted)]), Stands::Booked(None));
}

#[test]
fn what_a_design_asks_for_is_told_and_checked() {
    let mut before = Definition { name: "Tests".into(), item_noun: "car".into(), ..Definition::default() };
    before.steps.push(StepDefinition::new(step(1), "Test"));
    before.steps.push(StepDefinition { ends: true, ..StepDefinition::new(step(2), "Sold") });
    before.connect(step(1), step(2), "Sell");
    let asks = |minutes| {
        let mut made = before.clone();
        made.steps[0].booking = needed(minutes);
        made
    };
    assert_eq!(changes(&before, &asks(None)), ["Test needs a booking now."]);
    assert_eq!(changes(&asks(None), &before), ["Test needs no booking any more."]);
    assert_eq!(changes(&asks(None), &asks(Some(90))), ["Test needs another booking."]);
    let differs = Difference::between(&asks(None), &asks(Some(90)));
    assert!(differs.changed_steps.contains(&step(1)));

    let blocks = |made: &Definition| -> Vec<String> {
        check(made).into_iter().filter(|one| one.blocks).map(|one| one.text).collect()
    };
    assert_eq!(blocks(&asks(None)), Vec::<String>::new());
    let mut wrong = asks(None);
    wrong.steps[1].booking = needed(None);
    wrong.steps[0].automatic = Some(crate::automatic::Automatic::Branch);
    assert_eq!(
        blocks(&wrong),
        [
            "Nobody works in Test, so that nothing is booked there.",
            "Sold ends the workflow, so that nothing is booked there.",
        ]
    );
}

fn any_booking() -> impl Strategy<Value = ItemBooking> {
    let standing = select(vec![BookingStanding::Wanted, BookingStanding::Booked, BookingStanding::Done]);
    (0..3_u128, any::<bool>(), standing).prop_map(|(of, is_paint, standing)| ItemBooking {
        step_id: (of != 0).then(|| step(of)),
        job_type_id: if is_paint { paint() } else { inspection() },
        standing,
        starts_at: None,
    })
}

proptest! {
    /// The newest of the step and the job type counts, and nothing else does.
    #[test]
    fn the_newest_booking_of_a_step_counts(
        before in vec(any_booking(), 0..8),
        last in any_booking(),
        after in vec(any_booking(), 0..8),
    ) {
        let is_it = |one: &ItemBooking| {
            one.step_id.is_none_or(|asks| asks == step(1)) && one.job_type_id == inspection()
        };
        let found = |all: &[ItemBooking]| stands(all, step(1), inspection());
        let mut all = before;
        if !all.iter().any(is_it) {
            prop_assert_eq!(found(&all), Stands::Wanted);
        }
        all.push(ItemBooking { step_id: Some(step(1)), job_type_id: inspection(), ..last });
        all.extend(after.into_iter().filter(|one| !is_it(one)));
        let expected = match last.standing {
            BookingStanding::Wanted => Stands::Wanted,
            BookingStanding::Booked => Stands::Booked(None),
            BookingStanding::Done => Stands::Done,
        };
        prop_assert_eq!(found(&all), expected);
    }
}
