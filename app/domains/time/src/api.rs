//! Server functions: they read what a form sends and call the acts.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{Result, TimeEntryId};
use leptos::prelude::*;

use crate::model::{ItemTime, Stopped, TimeEntry, Week};

#[cfg(feature = "ssr")]
use {
    crate::acts::{self, Form},
    kernel::{Cx, Error},
};

/// The time on the item with this key.
#[server]
pub async fn load_item_time(key: String) -> Result<ItemTime> {
    acts::of_item(&Cx::current().await?, &key).await
}

/// One's own week in which a day lies, or the present one.
#[server]
pub async fn load_week(day: Option<String>) -> Result<Week> {
    // A day that nobody can read is today: the address was typed.
    let day = day.and_then(|day| day.parse().ok());
    acts::week(&Cx::current().await?, day).await
}

/// Logs one's own time on an item, named by its id or its key. Sent again with the same `key`, it is logged once.
#[server]
pub async fn log_time(
    item: String,
    duration: String,
    day: String,
    #[server(default)] note: String,
    key: Option<String>,
) -> Result<TimeEntry> {
    let cx = Cx::current().await?;
    let form = Form::read(&cx, &duration, &day, &note);
    // Whoever may not log time learns that first.
    let cx = cx.require(kernel::Permission::TimeLog)?;
    let key = key.and_then(|key| key.parse().ok());
    acts::log(&cx, &item, form?, key).await.map_err(|error| match error {
        Error::NotFound if item.trim().parse::<uuid::Uuid>().is_err() => {
            Error::invalid("item", "There is no item with this key that you may see.")
        }
        error => error,
    })
}

/// Changes what an entry of this version says.
#[server]
pub async fn change_time(
    id: TimeEntryId,
    version: i64,
    duration: String,
    day: String,
    #[server(default)] note: String,
) -> Result<TimeEntry> {
    let cx = Cx::current().await?.require(kernel::Permission::TimeLog)?;
    // What does not exist is no matter of how it was written.
    acts::get(&cx, id).await?;
    let form = Form::read(&cx, &duration, &day, &note)?;
    acts::change(&cx, id, version, form).await
}

/// Deletes an entry. It can be brought back.
#[server]
pub async fn delete_time(id: TimeEntryId) -> Result<()> {
    acts::delete(&Cx::current().await?, id, None).await
}

/// Brings a deleted entry back.
#[server]
pub async fn restore_time(id: TimeEntryId) -> Result<TimeEntry> {
    acts::restore(&Cx::current().await?, id).await
}

/// Starts one's timer on an item, named by its id or its key. Gives what became of one that ran on another item.
#[server]
pub async fn start_timer(item: String) -> Result<Option<Stopped>> {
    acts::timer::start(&Cx::current().await?, &item).await
}

/// Stops one's timer, which becomes an entry.
#[server]
pub async fn stop_timer() -> Result<Stopped> {
    acts::timer::stop(&Cx::current().await?).await
}

/// Lets go of one's timer without an entry.
#[server]
pub async fn discard_timer() -> Result<()> {
    acts::timer::discard(&Cx::current().await?).await
}
