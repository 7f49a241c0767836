//! Server functions. Everybody has an inbox of their own, so none asks for a permission.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use chrono::{DateTime, Utc};
use kernel::{NoticeKind, NotificationId, Result};
use leptos::prelude::*;

use crate::model::{Inbox, Mute, Settings, Shown};

#[cfg(feature = "ssr")]
use {
    crate::{repo, rules},
    kernel::{Cx, Error},
};

/// How many notifications a page of the inbox is made of.
#[cfg(feature = "ssr")]
const PAGE: usize = 100;
/// How many are marked at once.
#[cfg(feature = "ssr")]
const MOST_MARKED: usize = 500;

/// The inbox of the viewer, or what is older than an instant.
#[server]
pub async fn load_inbox(shown: Shown, before: Option<DateTime<Utc>>) -> Result<Inbox> {
    let cx = Cx::current().await?;
    let notifications = repo::list(&cx, shown, before, PAGE).await?;
    let older = notifications.last().map(|last| last.created_at).filter(|_| notifications.len() == PAGE);
    Ok(Inbox {
        threads: rules::threads(notifications),
        unread: kernel::unread(&cx).await?,
        older,
        muted_until: repo::muted_until(cx.db(), &cx).await?,
    })
}

/// How many notifications ask for the viewer's attention: none while they are muted.
#[server]
pub async fn unread() -> Result<i64> {
    kernel::attention(&Cx::current().await?).await
}

/// Notes that the viewer has seen some notifications, or has not.
#[server]
pub async fn mark(ids: Vec<NotificationId>, read: bool) -> Result<()> {
    let cx = Cx::current().await?;
    if ids.is_empty() || MOST_MARKED < ids.len() {
        return Err(Error::invalid("ids", format!("Name 1 to {MOST_MARKED} notifications.")));
    }
    let read_at = read.then(|| cx.now());
    let mut tx = cx.begin().await?;
    let marked = repo::mark(&mut tx, &cx, &ids, read_at).await?;
    commit(tx, &cx, marked).await
}

/// Notes that the viewer has seen everything. The answer takes it back by [`unmark_all`].
#[server]
pub async fn mark_all() -> Result<DateTime<Utc>> {
    let cx = Cx::current().await?;
    let now = cx.now();
    let mut tx = cx.begin().await?;
    let marked = repo::mark_all(&mut tx, &cx, now).await?;
    commit(tx, &cx, marked).await?;
    Ok(now)
}

/// Takes a [`mark_all`] back.
#[server]
pub async fn unmark_all(at: DateTime<Utc>) -> Result<()> {
    let cx = Cx::current().await?;
    let mut tx = cx.begin().await?;
    let marked = repo::unmark_all(&mut tx, &cx, at).await?;
    commit(tx, &cx, marked).await
}

/// Notes that the viewer has seen what leads to a page, since they are on it.
#[server]
pub async fn saw(path: String) -> Result<()> {
    let cx = Cx::current().await?;
    let mut tx = cx.begin().await?;
    let marked = repo::mark_path(&mut tx, &cx, &path, cx.now()).await?;
    commit(tx, &cx, marked).await
}

/// What the viewer wants to be told of.
#[server]
pub async fn load_settings() -> Result<Settings> {
    let cx = Cx::current().await?;
    let unwanted = repo::unwanted(&cx).await?;
    Ok(Settings {
        kinds: NoticeKind::visible(&cx).map(|kind| (kind, !unwanted.contains(&kind))).collect(),
        muted_until: repo::muted_until(cx.db(), &cx).await?,
    })
}

/// Notes whether the viewer wants to be told of a kind.
#[server]
pub async fn want(kind: NoticeKind, wanted: bool) -> Result<()> {
    let cx = Cx::current().await?;
    let mut tx = cx.begin().await?;
    repo::want(&mut tx, &cx, kind, wanted).await?;
    tx.commit().await
}

/// Leaves the viewer alone for a while.
#[server]
pub async fn leave_alone(mute: Mute) -> Result<()> {
    let cx = Cx::current().await?;
    let until = rules::muted_until(mute, cx.today()).unwrap_or_else(|| cx.now());
    let mut tx = cx.begin().await?;
    repo::mute(&mut tx, &cx, until).await?;
    commit(tx, &cx, 1).await
}

/// Makes it so; the viewer's other windows hear that their inbox has changed.
#[cfg(feature = "ssr")]
async fn commit(mut tx: kernel::Tx, cx: &Cx, changed: u64) -> Result<()> {
    if 0 < changed {
        tx.tell_oneself("notification.changed", cx.member_id().uuid());
    }
    tx.commit().await
}
