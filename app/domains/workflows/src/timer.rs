//! Items whose wait is over go on.

use anyhow::anyhow;
use jobs::{Failure, Handlers, Job};
use kernel::{ItemId, OrganisationId, Site};
use serde::Deserialize;

use crate::acts::engine;

/// The job that looks whether the wait of an item is over.
pub const JOB: &str = "item.wake";

#[derive(Debug, Deserialize)]
struct Task {
    item: ItemId,
}

/// Adds what runs the jobs of this domain.
pub fn handlers(handlers: Handlers, site: &Site) -> Handlers {
    let site = site.clone();
    handlers.on(JOB, move |job| {
        let site = site.clone();
        async move {
            let (organisation, task) = read(&job)?;
            // What is gone has nothing to do any more.
            let Some(cx) = site.in_one(JOB, organisation).await? else { return Ok(()) };
            Ok(engine::wake(&cx, task.item).await?)
        }
    })
}

fn read(job: &Job) -> Result<(OrganisationId, Task), Failure> {
    let organisation =
        job.organisation_id.ok_or_else(|| Failure::GiveUp(anyhow!("a job without an organisation")))?;
    let task = serde_json::from_value(job.payload.clone()).map_err(|cause| Failure::GiveUp(cause.into()))?;
    Ok((organisation.into(), task))
}
