//! Events: when they are, and who comes.

#![expect(clippy::too_many_arguments, reason = "they are the fields of a form")]

use kernel::{EventId, Result};
use leptos::prelude::*;

use crate::model::EventCard;

#[cfg(feature = "ssr")]
use {
    crate::{
        acts::event::{self as acts, Form},
        rules,
    },
    kernel::Cx,
};

/// Makes an event and invites `guests`: ids of members, with commas between them. `starts` and `ends` are `2026-11-30T13:15`, or
/// of whole days `2026-11-30`, the last day included. Sent again with the same `key`, it is made once.
#[server]
pub async fn add_event(
    title: String,
    #[server(default)] place: String,
    #[server(default)] note: String,
    #[server(default)] all_day: String,
    starts: String,
    ends: String,
    #[server(default)] shared: String,
    #[server(default)] guests: String,
    key: Option<String>,
) -> Result<EventCard> {
    let cx = Cx::current().await?.require(kernel::Permission::CalendarBook)?;
    let form = Form::read(&cx, (&title, &place, &note), (&all_day, &starts, &ends), &shared, &guests)?;
    acts::add(&cx, form, key.and_then(|key| key.parse().ok())).await
}

/// Changes what an event of this version says, and who is invited.
#[server]
pub async fn change_event(
    id: EventId,
    version: i64,
    title: String,
    #[server(default)] place: String,
    #[server(default)] note: String,
    #[server(default)] all_day: String,
    starts: String,
    ends: String,
    #[server(default)] shared: String,
    #[server(default)] guests: String,
) -> Result<EventCard> {
    let cx = Cx::current().await?.require(kernel::Permission::CalendarView)?;
    // What does not exist is no matter of how it was written.
    acts::get(&cx, id).await?;
    let form = Form::read(&cx, (&title, &place, &note), (&all_day, &starts, &ends), &shared, &guests)?;
    acts::change(&cx, id, version, form).await
}

/// Moves an event of this version to another time.
#[server]
pub async fn move_event(
    id: EventId,
    version: i64,
    #[server(default)] all_day: String,
    starts: String,
    ends: String,
) -> Result<EventCard> {
    let cx = Cx::current().await?.require(kernel::Permission::CalendarView)?;
    acts::get(&cx, id).await?;
    let when = rules::read_when(&all_day, &starts, &ends)?;
    acts::reschedule(&cx, id, version, when).await
}

/// Calls an event off. It can be brought back.
#[server]
pub async fn delete_event(id: EventId) -> Result<()> {
    acts::delete(&Cx::current().await?, id, None).await
}

/// Brings back an event that was called off.
#[server]
pub async fn restore_event(id: EventId) -> Result<EventCard> {
    acts::restore(&Cx::current().await?, id).await
}

/// Says whether one comes: `yes`, `maybe` or `no`.
#[server]
pub async fn answer_event(id: EventId, answer: String) -> Result<EventCard> {
    acts::answer(&Cx::current().await?, id, &answer).await
}
