//! Server functions. Everybody has an inbox of their own, so none asks for a permission.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use chrono::{DateTime, Utc};
use kernel::{ByMail, NoticeKind, NotificationId, PushSubscriptionId, Result};
use leptos::prelude::*;
use uuid::Uuid;

use crate::model::{Inbox, Mute, Settings, Shown};

#[cfg(feature = "ssr")]
use {
    crate::{acts, delivery::push_key, repo, rules},
    kernel::{Cx, Error, Ways},
};

/// How many notifications a page of the inbox is made of.
#[cfg(feature = "ssr")]
const PAGE: usize = 100;
/// On how many devices somebody is told.
#[cfg(feature = "ssr")]
const MOST_DEVICES: i64 = 20;
/// Addresses of push services are a few hundred letters long.
#[cfg(feature = "ssr")]
const LONGEST_ENDPOINT: usize = 2_000;

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
    acts::mark(&Cx::current().await?, &ids, read).await
}

/// Notes that the viewer has seen everything. The answer takes it back by [`unmark_all`].
#[server]
pub async fn mark_all() -> Result<DateTime<Utc>> {
    acts::mark_all(&Cx::current().await?).await
}

/// Takes a [`mark_all`] back.
#[server]
pub async fn unmark_all(at: DateTime<Utc>) -> Result<()> {
    acts::unmark_all(&Cx::current().await?, at).await
}

/// Notes that the viewer has seen what leads to a page, since they are on it.
#[server]
pub async fn saw(path: String) -> Result<()> {
    acts::saw(&Cx::current().await?, &path).await
}

/// How the viewer wants to be told, everywhere or in one place.
#[server]
pub async fn load_settings(place: Option<Uuid>) -> Result<Settings> {
    let cx = Cx::current().await?;
    let acts::Chosen { kinds, differs, muted_until } = acts::chosen(&cx, place).await?;
    Ok(Settings {
        place,
        kinds,
        differs,
        muted_until,
        devices: repo::device::list(&cx).await?,
        push_key: push_key(cx.visit().site()).await?.public(),
        email: cx.visit().require_viewer()?.email.clone(),
    })
}

/// Notes by which ways the viewer wants to be told of a kind, everywhere or in one place.
#[server]
pub async fn choose(
    kind: NoticeKind,
    place: Option<Uuid>,
    in_app: bool,
    mail: ByMail,
    push: bool,
) -> Result<()> {
    acts::choose(&Cx::current().await?, place, kind, Ways { in_app, mail, push }).await
}

/// Lets what holds everywhere hold in a place too.
#[server]
pub async fn choose_as_everywhere(place: Uuid) -> Result<()> {
    acts::choose_as_everywhere(&Cx::current().await?, place).await
}

/// Tells the viewer in this browser too, also while no page is open.
#[server]
pub async fn add_device(endpoint: String, public_key: String, secret: String) -> Result<()> {
    let cx = Cx::current().await?;
    let subscription = push::Subscription::read(&endpoint, &public_key, &secret)
        .map_err(|wrong| Error::invalid("endpoint", wrong.to_string()))?;
    if LONGEST_ENDPOINT < endpoint.len() {
        return Err(Error::invalid("endpoint", "The address of the push service is too long."));
    }
    let (key, secret) = subscription.keys();
    let kept =
        repo::device::Kept { endpoint: endpoint.clone(), public_key: key.to_vec(), secret: secret.to_vec() };
    let name = kernel::agent::current();
    let mut tx = cx.begin().await?;
    repo::device::put(&mut tx, &cx, cx.new_id(), &kept, &name).await?;
    if MOST_DEVICES < repo::device::count(&mut tx, &cx).await? {
        return Err(Error::Conflict(format!(
            "You are told on {MOST_DEVICES} devices already. Remove one of them first."
        )));
    }
    tx.commit().await
}

/// Does not tell the viewer in a browser any more.
#[server]
pub async fn remove_device(id: PushSubscriptionId) -> Result<()> {
    let cx = Cx::current().await?;
    let mut tx = cx.begin().await?;
    if repo::device::delete(&mut tx, &cx, id).await? == 0 {
        return Err(Error::NotFound);
    }
    tx.commit().await
}

/// Leaves the viewer alone for a while.
#[server]
pub async fn leave_alone(mute: Mute) -> Result<()> {
    let cx = Cx::current().await?;
    let until = rules::muted_until(mute, cx.today());
    acts::leave_alone(&cx, until).await
}
