//! A member's timer: it runs on one item, and becomes an entry when it is stopped.

use chrono::{DateTime, Utc};
use kernel::{Cx, Error, ItemId, Permission, Result, TimeEntryId, Topic, Tx};

use super::{item, logged, names, record, topic};
use crate::{
    model::{Running, Stopped, TimeEntry},
    repo, rules,
};

/// The member's own timer, if it runs.
pub(super) async fn running(cx: &Cx) -> Result<Option<Running>> {
    let Some((item_id, started_at)) = repo::timer::find(cx.db(), cx).await? else { return Ok(None) };
    let key = names(cx, [item_id]).await?.pop().map(|item| item.key).unwrap_or_default();
    Ok(Some(Running::of(item_id, key, (cx.now() - started_at).num_seconds())))
}

/// Starts the timer on an item. One that runs on another item is stopped, and what it became is given; one that runs on the
/// same item goes on.
pub async fn start(cx: &Cx, on: &str) -> Result<Option<Stopped>> {
    let cx = cx.clone().require(Permission::TimeLog)?;
    let item_id = ItemId::from(item(&cx, on).await?.id);
    let before = repo::timer::find(cx.db(), &cx).await?;
    let Some((other, _)) = before else {
        let mut tx = cx.begin().await?;
        begin(&mut tx, &cx, item_id).await?;
        tx.commit().await?;
        return Ok(None);
    };
    if other == item_id {
        return Ok(None);
    }
    let topic = topic(&cx, other).await?;
    let mut tx = cx.begin().await?;
    let stopped = match repo::timer::take(&mut tx, &cx).await? {
        Some(ran) => Some(end(&mut tx, &cx, ran, topic).await?),
        None => None,
    };
    begin(&mut tx, &cx, item_id).await?;
    tx.commit().await?;
    Ok(stopped)
}

async fn begin(tx: &mut Tx, cx: &Cx, item_id: ItemId) -> Result<()> {
    if !repo::timer::start(&mut *tx, cx, item_id).await? {
        return Err(Error::Conflict("A timer was started at the same moment. Look at it again.".into()));
    }
    tx.tell_oneself("timer.started", item_id.uuid());
    Ok(())
}

/// Stops the timer: an entry on the day on which it was started, of whole minutes, each that was begun. Where the day has
/// less room, as after a forgotten timer, the entry has what there is.
pub async fn stop(cx: &Cx) -> Result<Stopped> {
    let cx = cx.clone().require(Permission::TimeLog)?;
    let Some((item_id, _)) = repo::timer::find(cx.db(), &cx).await? else { return Err(none_runs()) };
    let topic = topic(&cx, item_id).await?;
    let mut tx = cx.begin().await?;
    // Stopped at the same moment from elsewhere, it becomes one entry.
    let ran = repo::timer::take(&mut tx, &cx).await?.ok_or_else(none_runs)?;
    let stopped = end(&mut tx, &cx, ran, topic).await?;
    tx.commit().await?;
    Ok(stopped)
}

/// Lets go of the timer without an entry.
pub async fn discard(cx: &Cx) -> Result<()> {
    let cx = cx.clone().require(Permission::TimeLog)?;
    let mut tx = cx.begin().await?;
    let (item_id, _) = repo::timer::take(&mut tx, &cx).await?.ok_or_else(none_runs)?;
    tx.tell_oneself("timer.stopped", item_id.uuid());
    tx.commit().await
}

fn none_runs() -> Error {
    Error::Conflict("No timer runs.".into())
}

/// Makes an entry of a timer that was taken away.
async fn end(
    tx: &mut Tx,
    cx: &Cx,
    (item_id, started_at): (ItemId, DateTime<Utc>),
    topic: Option<Topic>,
) -> Result<Stopped> {
    let id: TimeEntryId = cx.new_id();
    let day = cx.today().local(started_at).date_naive();
    let minutes = rules::whole_minutes((cx.now() - started_at).num_seconds());
    let logged = logged(&mut *tx, cx, cx.member_id(), day, id).await?;
    let room = rules::DAY - logged;
    if room <= 0 {
        return Err(Error::Conflict(format!(
            "24 hours are logged on {day} already. Change an entry of that day, or discard the timer."
        )));
    }
    let entry = TimeEntry {
        id,
        member_id: cx.member_id(),
        item_id,
        day,
        minutes: minutes.min(room),
        note: String::new(),
        version: 1,
    };
    repo::insert(&mut *tx, cx, &entry, cx.now()).await?;
    record(&mut *tx, "item.time_logged", &entry, topic).await?;
    tx.tell_oneself("timer.stopped", item_id.uuid());
    Ok(Stopped { cut: room < minutes, entry })
}
