//! What is done with notifications, whoever asks for it: server functions, other programs. Each member has their own.

use chrono::{DateTime, Utc};
use kernel::{Cx, Error, NoticeKind, NotificationId, OrNotFound, Result, Tx, Ways};
use uuid::Uuid;

use crate::{
    model::Notification,
    repo::{self, Part},
    rules,
};

/// How many are marked at once.
pub(crate) const MOST_MARKED: usize = 500;

/// A part of the member's notifications.
pub async fn list(cx: &Cx, part: &Part, most: usize) -> Result<Vec<Notification>> {
    Ok(repo::part(cx, part, most).await?)
}

/// One of them.
pub async fn get(cx: &Cx, id: NotificationId) -> Result<Notification> {
    repo::find(cx, id).await?.or_not_found()
}

/// Notes that the member has seen some notifications, or has not.
pub async fn mark(cx: &Cx, ids: &[NotificationId], read: bool) -> Result<()> {
    if ids.is_empty() || MOST_MARKED < ids.len() {
        return Err(Error::invalid("ids", format!("Name 1 to {MOST_MARKED} notifications.")));
    }
    let read_at = read.then(|| cx.now());
    let mut tx = cx.begin().await?;
    let marked = repo::mark(&mut tx, cx, ids, read_at).await?;
    commit(tx, cx, marked).await
}

/// Notes that the member has seen everything. The answer takes it back by [`unmark_all`].
pub async fn mark_all(cx: &Cx) -> Result<DateTime<Utc>> {
    let now = cx.now();
    let mut tx = cx.begin().await?;
    let marked = repo::mark_all(&mut tx, cx, now).await?;
    commit(tx, cx, marked).await?;
    Ok(now)
}

/// Takes a [`mark_all`] back.
pub async fn unmark_all(cx: &Cx, at: DateTime<Utc>) -> Result<()> {
    let mut tx = cx.begin().await?;
    let marked = repo::unmark_all(&mut tx, cx, at).await?;
    commit(tx, cx, marked).await
}

/// Notes that the member has seen what leads to a page.
pub async fn saw(cx: &Cx, path: &str) -> Result<()> {
    let mut tx = cx.begin().await?;
    let marked = repo::mark_path(&mut tx, cx, path, cx.now()).await?;
    commit(tx, cx, marked).await
}

/// How a member wants to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Each kind, and the ways that hold for it.
    pub kinds: Vec<(NoticeKind, Ways)>,
    /// Whether the place they were asked for has ways of its own.
    pub differs: bool,
    /// Until when nothing asks for attention.
    pub muted_until: Option<DateTime<Utc>>,
}

/// How the member wants to be told, everywhere or in one place.
pub async fn chosen(cx: &Cx, place: Option<Uuid>) -> Result<Chosen> {
    let chosen = repo::chosen(cx, place).await?;
    let kinds = NoticeKind::visible(cx).filter(|kind| place.is_none() || kind.has_place());
    Ok(Chosen {
        kinds: kinds.map(|kind| (kind, rules::ways(kind, &chosen))).collect(),
        differs: chosen.iter().any(|(place, ..)| !place.is_nil()),
        muted_until: repo::muted_until(cx.db(), cx).await?,
    })
}

/// Notes by which ways the member wants to be told of a kind, everywhere or in one place.
pub async fn choose(cx: &Cx, place: Option<Uuid>, kind: NoticeKind, ways: Ways) -> Result<()> {
    let mut tx = cx.begin().await?;
    repo::choose(&mut tx, cx, place, kind, ways).await?;
    tx.commit().await
}

/// Lets what holds everywhere hold in a place too.
pub async fn choose_as_everywhere(cx: &Cx, place: Uuid) -> Result<()> {
    let mut tx = cx.begin().await?;
    repo::choose_as_everywhere(&mut tx, cx, place).await?;
    tx.commit().await
}

/// Leaves the member alone until an instant, or not any more.
pub async fn leave_alone(cx: &Cx, until: Option<DateTime<Utc>>) -> Result<()> {
    let until = until.unwrap_or_else(|| cx.now());
    let mut tx = cx.begin().await?;
    repo::mute(&mut tx, cx, until).await?;
    commit(tx, cx, 1).await
}

/// Makes it so; the member's other windows hear that their inbox has changed.
async fn commit(mut tx: Tx, cx: &Cx, changed: u64) -> Result<()> {
    if 0 < changed {
        tx.tell_oneself("notification.changed", cx.member_id().uuid());
    }
    tx.commit().await
}
