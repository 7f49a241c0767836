//! Timers: one for a member at most.

use chrono::{DateTime, Utc};
use db::{On, Result, Writer, sql};
use kernel::{Cx, ItemId};

/// The member's own timer: on what it runs, and since when.
pub async fn find(on: impl Into<On<'_>>, cx: &Cx) -> Result<Option<(ItemId, DateTime<Utc>)>> {
    sql("select item_id, started_at from timer where organisation_id = $1 and member_id = $2")
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .optional(on)
        .await
}

/// Starts the member's timer, if none runs. Tells whether none did.
pub async fn start(on: impl Into<Writer<'_>>, cx: &Cx, item_id: ItemId) -> Result<bool> {
    let started = sql("insert into timer (organisation_id, member_id, item_id, started_at)
         values ($1, $2, $3, $4)
         on conflict (organisation_id, member_id) do nothing")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(item_id)
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(started == 1)
}

/// Takes the member's timer away, and gives what it ran on since when.
pub async fn take(on: impl Into<On<'_>>, cx: &Cx) -> Result<Option<(ItemId, DateTime<Utc>)>> {
    sql("delete from timer where organisation_id = $1 and member_id = $2 returning item_id, started_at")
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .optional(on)
        .await
}
