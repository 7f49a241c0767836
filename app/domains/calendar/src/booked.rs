//! What the calendar does for items: steps and rules of workflows ask for bookings without knowing it.

use db::On;
use kernel::{
    BookingStanding, BookingWish, Bookings, BookingsDone, BookingsFound, Cx, Error, ItemBooking, ItemId,
    JobTypeName, JobTypesFound, StepId, Tx,
};

use crate::{
    acts,
    model::BookingState,
    repo::{
        self,
        booking::{Kept, Wanted},
    },
};

/// As many bookings of an item are looked at.
const MOST: usize = 500;

/// What the program hands on to whoever asks for bookings.
pub const BOOKINGS: Bookings = Bookings { job_types, of_item, want, let_go };

fn job_types<'a>(on: On<'a>, cx: &'a Cx) -> JobTypesFound<'a> {
    Box::pin(async move {
        let all = repo::job_type::list(on, cx.organisation_id()).await?;
        let name = |it: crate::model::JobType| JobTypeName {
            id: it.id,
            name: it.name,
            team_id: it.team_id,
            minutes: it.minutes,
        };
        Ok(all.into_iter().map(name).collect())
    })
}

fn of_item<'a>(on: On<'a>, cx: &'a Cx, item: ItemId) -> BookingsFound<'a> {
    Box::pin(async move {
        let wanted = Wanted {
            item_id: Some(item),
            states: vec![BookingState::Wanted, BookingState::Booked, BookingState::Done],
            limit: MOST,
            ..Wanted::default()
        };
        let all = repo::booking::list(on, cx.organisation_id(), &wanted).await?;
        let standing = |state| match state {
            BookingState::Wanted => Some(BookingStanding::Wanted),
            BookingState::Booked => Some(BookingStanding::Booked),
            BookingState::Done => Some(BookingStanding::Done),
            BookingState::Cancelled => None,
        };
        let booking = |it: Kept| {
            Some(ItemBooking {
                step_id: it.step_id,
                job_type_id: it.job_type_id,
                standing: standing(it.state)?,
                starts_at: it.at.map(|(starts, _)| starts),
            })
        };
        Ok(all.into_iter().filter_map(booking).collect())
    })
}

fn want<'a>(tx: &'a mut Tx, cx: &'a Cx, wish: BookingWish) -> BookingsDone<'a> {
    Box::pin(async move {
        let job_type = match repo::job_type::get(&mut *tx, cx.organisation_id(), wish.job_type_id).await {
            Ok(job_type) => job_type,
            Err(Error::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        let booking = Kept {
            id: cx.new_id(),
            job_type_id: job_type.id,
            job_type: job_type.name,
            team_id: job_type.team_id,
            member_id: None,
            item_id: Some(wish.item_id),
            step_id: wish.step_id,
            note: String::new(),
            state: BookingState::Wanted,
            minutes: wish.minutes.unwrap_or(job_type.minutes),
            at: None,
            created_at: cx.now(),
            // Whoever brings an item to a step does not own what the step asks for: all who book plan it.
            created_by: None,
            updated_at: cx.now(),
            version: 1,
        };
        if let Some(step) = wish.step_id {
            let left = repo::booking::left(&mut *tx, cx, wish.item_id, step, wish.job_type_id).await?;
            if let Some(left) = left
                && acts::booking::take_up(tx, cx, left).await?
            {
                return Ok(());
            }
        }
        if repo::booking::want(&mut *tx, cx, &booking).await? {
            acts::booking::record(tx, cx, "booking.created", &booking, None).await?;
        }
        Ok(())
    })
}

fn let_go<'a>(tx: &'a mut Tx, cx: &'a Cx, item: ItemId, step: StepId) -> BookingsDone<'a> {
    Box::pin(async move {
        for id in repo::booking::let_go(&mut *tx, cx, item, step).await? {
            let gone = repo::booking::find(&mut *tx, cx.organisation_id(), id).await?;
            if let Some(booking) = gone {
                acts::booking::record(tx, cx, "booking.cancelled", &booking, None).await?;
            }
        }
        Ok(())
    })
}
