//! Bookings: work of a team, with a time or without one yet.

use kernel::{BookingId, JobTypeId, Result};
use leptos::prelude::*;

use crate::model::{BookingCard, ItemBookings, Slot};

#[cfg(feature = "ssr")]
use {
    crate::acts::booking::{self as acts, Form},
    kernel::Cx,
};

/// Books work of a job type: at `starts`, as in `2026-11-30T13:15`, or without a time yet where that is empty; for as many
/// `minutes`, or as long as it usually takes; by a `member`, or by whoever of the team; for the item with this key, or for none.
/// Sent again with the same `key`, it is booked once.
#[server]
pub async fn add_booking(
    job_type: String,
    #[server(default)] starts: String,
    #[server(default)] minutes: String,
    #[server(default)] member: String,
    #[server(default)] item: String,
    #[server(default)] note: String,
    key: Option<String>,
) -> Result<BookingCard> {
    let cx = Cx::current().await?;
    let form = Form::read(&cx, &starts, &minutes, &member, &note);
    acts::add(&cx, &job_type, &item, form, key.and_then(|key| key.parse().ok())).await
}

/// Changes what a booking of this version says.
#[server]
pub async fn change_booking(
    id: BookingId,
    version: i64,
    #[server(default)] starts: String,
    #[server(default)] minutes: String,
    #[server(default)] member: String,
    #[server(default)] note: String,
) -> Result<BookingCard> {
    let cx = Cx::current().await?;
    let form = Form::read(&cx, &starts, &minutes, &member, &note);
    acts::change(&cx, id, version, form).await
}

/// Gives a booking of this version a time, another one, or none where `starts` is empty.
#[server]
pub async fn plan_booking(
    id: BookingId,
    version: i64,
    #[server(default)] starts: String,
    minutes: i64,
) -> Result<BookingCard> {
    acts::plan(&Cx::current().await?, id, version, &starts, minutes).await
}

/// Says that a booking is done. If a step of an item needed it, the item goes on where it can.
#[server]
pub async fn finish_booking(id: BookingId, version: i64) -> Result<BookingCard> {
    acts::finish(&Cx::current().await?, id, version).await
}

/// Calls a booking off. It can be brought back.
#[server]
pub async fn cancel_booking(id: BookingId) -> Result<()> {
    acts::cancel(&Cx::current().await?, id, None).await
}

/// Brings back a booking that was called off or done: at its time, if that is still free.
#[server]
pub async fn restore_booking(id: BookingId) -> Result<BookingCard> {
    acts::restore(&Cx::current().await?, id).await
}

/// The next times, from a day on, at which the team of a job type has a place for so many minutes.
#[server]
pub async fn find_slots(job_type: JobTypeId, minutes: i64, from: Option<String>) -> Result<Vec<Slot>> {
    acts::slots(&Cx::current().await?, job_type, minutes, from.and_then(|day| day.parse().ok())).await
}

/// The bookings of the item with this key.
#[server]
pub async fn load_item_bookings(key: String) -> Result<ItemBookings> {
    acts::of_item(&Cx::current().await?, &key).await
}
