//! Looking at jobs, retrying those that failed, and putting them away.

use jobs::{Dead, KindFigures, Retried, Whose};
use kernel::{Cx, Error, Event, JobId, OrNotFound, Permission, Result, Tx};
use serde_json::json;

use crate::job::model::{FailedJob, JobKind, Jobs, Workers};

/// Failed jobs on the page.
const MOST: usize = 100;

/// What waits, runs and has failed in the organisation, and who works.
pub async fn list(cx: &Cx) -> Result<Jobs> {
    let cx = cx.clone().require(Permission::JobManage)?;
    let (now, ours) = (cx.now(), whose(&cx));
    let kinds = jobs::by_kind(cx.db(), ours, now).await?;
    let mut failed = jobs::failed(cx.db(), ours, MOST + 1).await?;
    let more = MOST < failed.len();
    failed.truncate(MOST);
    let present = jobs::present(cx.db()).await?;
    let alive = present.iter().filter(|worker| worker.is_alive(now)).count();
    Ok(Jobs {
        workers: Workers {
            alive: i64::try_from(alive).unwrap_or(i64::MAX),
            seen_at: present.first().map(|worker| worker.seen_at),
            claimed_at: present.iter().filter_map(|worker| worker.claimed_at).max(),
        },
        kinds: kinds.into_iter().map(JobKind::from).collect(),
        failed: failed.into_iter().map(FailedJob::from).collect(),
        more,
    })
}

/// The jobs of the organisation by kind.
pub async fn kinds(cx: &Cx) -> Result<Vec<JobKind>> {
    let cx = cx.clone().require(Permission::JobManage)?;
    let kinds = jobs::by_kind(cx.db(), whose(&cx), cx.now()).await?;
    Ok(kinds.into_iter().map(JobKind::from).collect())
}

/// At most `limit` of the jobs that failed, the newest first.
pub async fn failed(cx: &Cx, limit: usize) -> Result<Vec<FailedJob>> {
    let cx = cx.clone().require(Permission::JobManage)?;
    let failed = jobs::failed(cx.db(), whose(&cx), limit).await?;
    Ok(failed.into_iter().map(FailedJob::from).collect())
}

/// Lets a job that failed for good run again from its first attempt.
pub async fn retry(cx: &Cx, id: JobId) -> Result<()> {
    let cx = cx.clone().require(Permission::JobManage)?;
    let mut tx = cx.begin().await?;
    let dead = find(&mut tx, &cx, id).await?;
    match jobs::retry(&mut tx, whose(&cx), id.uuid(), cx.now()).await? {
        Retried::Waits => {}
        Retried::Unknown => return Err(Error::NotFound),
        Retried::Superseded => {
            let text = "The same work waits or runs already. You can discard this one.";
            return Err(Error::Conflict(text.into()));
        }
    }
    record(tx, "job.retried", dead).await
}

/// Puts a job away that failed for good.
pub async fn discard(cx: &Cx, id: JobId) -> Result<()> {
    let cx = cx.clone().require(Permission::JobManage)?;
    let mut tx = cx.begin().await?;
    let dead = find(&mut tx, &cx, id).await?;
    if !jobs::discard(&mut tx, whose(&cx), id.uuid(), cx.now()).await? {
        return Err(Error::NotFound);
    }
    record(tx, "job.discarded", dead).await
}

/// Takes a job back that was put away.
pub async fn restore(cx: &Cx, id: JobId) -> Result<()> {
    let cx = cx.clone().require(Permission::JobManage)?;
    let mut tx = cx.begin().await?;
    let dead = find(&mut tx, &cx, id).await?;
    if !jobs::restore(&mut tx, whose(&cx), id.uuid()).await? {
        return Err(Error::NotFound);
    }
    record(tx, "job.restored", dead).await
}

fn whose(cx: &Cx) -> Whose {
    Whose::Organisation(cx.organisation_id().uuid())
}

async fn find(tx: &mut Tx, cx: &Cx, id: JobId) -> Result<Dead> {
    jobs::find(tx, whose(cx), id.uuid()).await?.or_not_found()
}

async fn record(mut tx: Tx, kind: &'static str, dead: Dead) -> Result<()> {
    let data = json!({ "kind": dead.kind, "attempts": dead.attempts });
    tx.record(Event { kind, subject_kind: "job", subject_id: dead.id, topic: None, data }).await?;
    tx.commit().await
}

impl From<KindFigures> for JobKind {
    fn from(figures: KindFigures) -> Self {
        let KindFigures { kind, waiting, running, failed, oldest } = figures;
        JobKind { kind, waiting, running, failed, oldest }
    }
}

impl From<Dead> for FailedJob {
    fn from(dead: Dead) -> Self {
        FailedJob {
            id: dead.id.into(),
            kind: dead.kind,
            attempts: dead.attempts,
            error: dead.last_error,
            created_at: dead.created_at,
            failed_at: dead.failed_at,
        }
    }
}
