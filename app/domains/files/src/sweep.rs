//! Takes away what nobody needs: uploads that were left, files that were deleted or refused long ago, and objects in the
//! store that belong to no row. And what a job gave up is tried again.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use futures::StreamExt;
use kernel::{FileId, MemberId, OrganisationId, Result};
use store::{Key, Object};
use uuid::Uuid;

use crate::{
    jobs::{self, Desk, system},
    repo::{self, upload},
};

/// An object without a row may be one whose row is just being written.
const YOUNG: Duration = Duration::days(1);
/// How long a file is looked at before its job must have been given up.
const STUCK: Duration = Duration::days(1);
/// Objects that are looked up at once.
const AT_ONCE: usize = 200;

/// What was taken away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Uploads that were left.
    pub uploads: usize,
    /// Files whose time to be brought back is over.
    pub files: usize,
    /// Objects that belonged to nothing.
    pub orphans: usize,
    /// Files that are looked at again.
    pub retried: usize,
}

/// Sweeps all organisations. What fails in one is logged and keeps none of the others.
pub async fn sweep(desk: &Desk) -> Result<Swept> {
    let mut all = Swept::default();
    for (organisation, _) in desk.site.organisations().await? {
        match organisation_of(desk, organisation).await {
            Ok(swept) => {
                all.uploads += swept.uploads;
                all.files += swept.files;
                all.orphans += swept.orphans;
                all.retried += swept.retried;
            }
            Err(error) => tracing::warn!(%error, %organisation, "Files were not swept"),
        }
    }
    if all != Swept::default() {
        tracing::info!(?all, "Files were swept");
    }
    Ok(all)
}

async fn organisation_of(desk: &Desk, organisation: OrganisationId) -> anyhow::Result<Swept> {
    let now = desk.site.now();
    // Whoever acts here changes nothing that says who did.
    let cx = system(&desk.site, organisation, MemberId::from(Uuid::nil()));
    let mut swept = Swept::default();

    for id in upload::expired(cx.db(), organisation, now).await? {
        let mut tx = cx.begin().await?;
        let parts = upload::parts(&mut tx, organisation, id).await?;
        upload::forget(&mut tx, organisation, id).await?;
        repo::remove(&mut tx, organisation, id).await?;
        tx.commit().await?;
        for part in parts {
            desk.store.delete(&Key::part(organisation.uuid(), id.uuid(), part.id)).await?;
        }
        swept.uploads += 1;
    }

    for id in repo::outdated(cx.db(), organisation, now - desk.keep).await? {
        // The bytes first: a row without bytes is tried again, bytes without a row would only be found as orphans.
        desk.store.delete(&Key::preview(organisation.uuid(), id.uuid())).await?;
        desk.store.delete(&Key::file(organisation.uuid(), id.uuid())).await?;
        let mut tx = cx.begin().await?;
        upload::forget(&mut tx, organisation, id).await?;
        repo::remove(&mut tx, organisation, id).await?;
        tx.commit().await?;
        swept.files += 1;
    }

    for id in repo::stuck(cx.db(), organisation, now - STUCK).await? {
        let mut tx = cx.begin().await?;
        jobs::enqueue(&mut tx, jobs::FINISH, id).await?;
        tx.commit().await?;
        swept.retried += 1;
    }

    swept.orphans = orphans(desk, &cx, organisation, now).await?;
    Ok(swept)
}

/// Deletes objects that no row knows.
async fn orphans(
    desk: &Desk,
    cx: &kernel::Cx,
    organisation: OrganisationId,
    now: DateTime<Utc>,
) -> anyhow::Result<usize> {
    let before = (now - YOUNG).timestamp();
    cx.visit().rest().await;
    let mut found = std::pin::pin!(desk.store.list(organisation.uuid())?.ready_chunks(AT_ONCE));
    let mut deleted = 0;
    while let Some(objects) = found.next().await {
        let objects: Vec<Object> = objects.into_iter().collect::<Result<_, _>>()?;
        let old: Vec<Key> =
            objects.into_iter().filter(|it| it.changed_at_secs < before).map(|it| it.key).collect();
        let parts: Vec<Uuid> = old.iter().filter_map(Key::of_part).collect();
        let files: Vec<FileId> =
            old.iter().filter(|key| key.of_part().is_none()).map(|key| key.of_file().into()).collect();
        let parts: HashSet<Uuid> = upload::living(cx.db(), organisation, &parts).await?.into_iter().collect();
        let files: HashSet<FileId> = repo::living(cx.db(), organisation, &files).await?.into_iter().collect();
        cx.visit().rest().await;
        for key in old {
            let known = match key.of_part() {
                Some(part) => parts.contains(&part),
                None => files.contains(&key.of_file().into()),
            };
            if !known {
                desk.store.delete(&key).await?;
                deleted += 1;
            }
        }
    }
    Ok(deleted)
}
