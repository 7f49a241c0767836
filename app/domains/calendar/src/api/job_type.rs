//! What can be booked, and how much of each team.

use kernel::{JobTypeId, Result};
use leptos::prelude::*;

use crate::model::{JobType, JobTypes};

#[cfg(feature = "ssr")]
use {
    crate::acts::job_type::{self as acts, Form},
    kernel::Cx,
};

/// What can be booked, and how much of each team.
#[server]
pub async fn load_job_types() -> Result<JobTypes> {
    acts::list(&Cx::current().await?).await
}

/// Makes a job type.
#[server]
pub async fn add_job_type(name: String, team: String, minutes: String) -> Result<JobType> {
    let cx = Cx::current().await?;
    acts::add(&cx, Form::read(&name, &team, &minutes)).await
}

/// Changes a job type of this version. Bookings that there are stay as they are.
#[server]
pub async fn change_job_type(
    id: JobTypeId,
    version: i64,
    name: String,
    team: String,
    minutes: String,
) -> Result<JobType> {
    acts::change(&Cx::current().await?, id, version, Form::read(&name, &team, &minutes)).await
}

/// Takes a job type away: nothing new is booked of it. It can be brought back.
#[server]
pub async fn delete_job_type(id: JobTypeId) -> Result<()> {
    acts::delete(&Cx::current().await?, id, None).await
}

/// Brings a job type back.
#[server]
pub async fn restore_job_type(id: JobTypeId) -> Result<JobType> {
    acts::restore(&Cx::current().await?, id).await
}
