//! The jobs of this domain: items whose wait is over go on, items and their clocks follow what was published, and rules act.

use anyhow::anyhow;
use jobs::{Failure, Handlers, Job};
use kernel::{Cx, ItemId, OrganisationId, Result, RunId, Site};
use serde::{Deserialize, de::DeserializeOwned};

use crate::acts::{automation, booking, engine, sla};

/// The job that looks whether the wait of an item is over.
pub const WAKE: &str = "item.wake";
/// The job that lets the items of a step follow a published design.
pub const FOLLOW: &str = "item.follow";
/// The job that looks whether the clock of an item has reached a rung.
pub const CLOCK: &str = "item.clock";
/// The job that lets clocks follow a published design or other working hours.
pub const CLOCKS: &str = "item.clocks";
/// The job that lets the bookings of items follow a published design.
pub const BOOKINGS: &str = "item.bookings";
/// The job that lets an item go on whose booking is done.
pub const BOOKED: &str = "item.booked";
/// The job that carries out what a rule says.
pub const RULE: &str = "item.rule";

/// The job that takes away parts of an item that were called off, and lets it go on where enough are done elsewhere.
pub const PARTS: &str = "item.parts";

#[derive(Debug, Deserialize)]
struct SetOff {
    run: RunId,
}

#[derive(Debug, Deserialize)]
struct Wake {
    item: ItemId,
}

/// Adds what runs the jobs of this domain.
pub fn handlers(handlers: Handlers, site: &Site) -> Handlers {
    let (waking, following) = (site.clone(), site.clone());
    let (watching, counting, ruling) = (site.clone(), site.clone(), site.clone());
    let (gathering, booking, finishing) = (site.clone(), site.clone(), site.clone());
    handlers
        .on(RULE, move |job| {
            let site = ruling.clone();
            async move {
                let run = async |cx, it: SetOff| automation::run(&cx, it.run, job.attempts).await;
                act(&site, &job, run).await
            }
        })
        .on(WAKE, move |job| {
            let site = waking.clone();
            async move { act(&site, &job, async |cx, wake: Wake| engine::wake(&cx, wake.item).await).await }
        })
        .on(PARTS, move |job| {
            let site = gathering.clone();
            async move {
                let gather = async |cx, it: Wake| engine::part::follow_up(&cx, it.item).await;
                act(&site, &job, gather).await
            }
        })
        .on(FOLLOW, move |job| {
            let site = following.clone();
            async move { act(&site, &job, async |cx, follow| engine::follow(&cx, follow).await).await }
        })
        .on(BOOKINGS, move |job| {
            let site = booking.clone();
            async move { act(&site, &job, async |cx, follow| booking::follow(&cx, follow).await).await }
        })
        .on(BOOKED, move |job| {
            let site = finishing.clone();
            async move { act(&site, &job, async |cx, it| booking::finished(&cx, it).await).await }
        })
        .on(CLOCK, move |job| {
            let site = watching.clone();
            async move { act(&site, &job, async |cx, wake: Wake| sla::wake(&cx, wake.item).await).await }
        })
        .on(CLOCKS, move |job| {
            let site = counting.clone();
            async move { act(&site, &job, async |cx, follow| sla::follow(&cx, follow).await).await }
        })
}

/// Does what a job asks for, as the program itself in its organisation; nothing where that is gone.
async fn act<T: DeserializeOwned>(
    site: &Site,
    job: &Job,
    act: impl AsyncFnOnce(Cx, T) -> Result<()>,
) -> Result<(), Failure> {
    let organisation: OrganisationId =
        job.organisation_id.ok_or_else(|| Failure::GiveUp(anyhow!("a job without an organisation")))?.into();
    let task = serde_json::from_value(job.payload.clone()).map_err(|cause| Failure::GiveUp(cause.into()))?;
    let Some(cx) = site.in_one(&job.kind, organisation).await? else { return Ok(()) };
    Ok(act(cx, task).await?)
}
