//! Forgets what nobody looks for any more, and finds what was lost.

use chrono::Duration;
use db::Scope;
use jobs::NewJob;
use kernel::{Result, Site, Visit};

use crate::{
    delivery::{self, Task},
    repo,
};

/// How long deliveries and what came by hooks are kept.
const KEPT: Duration = Duration::days(30);
/// A delivery that has been due for so long has no job any more: that was put away, or failed for good.
const LOST: Duration = Duration::hours(1);

/// Forgets what is older than thirty days and secrets that count no more, and gives deliveries a job that have lost theirs.
/// Call it every hour or so.
pub async fn sweep(site: &Site) -> Result<()> {
    let visit = Visit::new(site.clone(), "webhooks sweep", None);
    let now = site.now();
    let mut found = false;
    for (organisation, _) in site.organisations().await? {
        let mut tx = site.db().begin_in(Scope::organisation(organisation.uuid())).await?;
        repo::delivery::sweep(&mut tx, organisation, now - KEPT).await?;
        repo::incoming::sweep(&mut tx, organisation, now - KEPT, now).await?;
        repo::webhook::sweep(&mut tx, organisation, now).await?;
        for (delivery, webhook) in repo::delivery::lost(&mut tx, organisation, now - LOST).await? {
            let job = NewJob::new(delivery::DELIVER, Task { delivery, webhook }.payload());
            jobs::enqueue(&mut tx, visit.new_id(), now, job.of(organisation.uuid())).await?;
            found = true;
        }
        tx.commit().await?;
    }
    if found {
        site.queue().wake();
    }
    Ok(())
}
