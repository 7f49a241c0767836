//! Server functions about background jobs.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{JobId, Result};
use leptos::prelude::*;

use crate::job::model::Jobs;

/// What waits, runs and has failed, and who works.
#[server]
pub async fn list_jobs() -> Result<Jobs> {
    super::acts::list(&kernel::Cx::current().await?).await
}

/// Lets a job that failed for good run again.
#[server]
pub async fn retry_job(id: JobId) -> Result<()> {
    super::acts::retry(&kernel::Cx::current().await?, id).await?;
    crate::web::leave("/settings/jobs");
    Ok(())
}

/// Puts a job away that failed for good. A plain form gets a page that offers the way back; with WASM a toast does.
#[server]
pub async fn discard_job(id: JobId) -> Result<JobId> {
    super::acts::discard(&kernel::Cx::current().await?, id).await?;
    crate::web::leave(&crate::web::with_query("/settings/jobs", &[("discarded", &id.to_string())]));
    Ok(id)
}

/// Takes a job back that was put away.
#[server]
pub async fn restore_job(id: JobId) -> Result<()> {
    super::acts::restore(&kernel::Cx::current().await?, id).await?;
    crate::web::leave("/settings/jobs");
    Ok(())
}
