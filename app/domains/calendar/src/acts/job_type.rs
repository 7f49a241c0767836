//! Job types: whoever plans for a team says what can be booked of it.

use kernel::{Cx, Directory, Error, Event as Recorded, JobTypeId, Permission, Result, Scope, TeamId, Tx};
use serde_json::json;

use super::{meanwhile, topic};
use crate::{
    model::{JobType, JobTypes},
    repo::job_type::{self as repo, Said},
    rules,
};

/// What a job type says, read; the team is looked for when it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form(pub Said);

impl Form {
    /// Reads what people type; all mistakes at once.
    pub fn read(name: &str, team: &str, minutes: &str) -> Result<Form> {
        let minutes = rules::read_minutes(minutes).and_then(|minutes| {
            minutes.ok_or_else(|| Error::invalid("minutes", "Write how many minutes it takes."))
        });
        let team = team.trim().parse().map_err(|_| no_team());
        let ((name, team_id), minutes) =
            rules::both(rules::both(rules::read_title("name", name), team), minutes)?;
        Ok(Form(Said { name, team_id, minutes }))
    }
}

fn no_team() -> Error {
    Error::invalid("team", "Choose the team that does it.")
}

/// What can be booked, and how much of each team.
pub async fn list(cx: &Cx) -> Result<JobTypes> {
    let cx = cx.clone().require(Permission::CalendarView)?;
    let job_types = repo::list(cx.db(), cx.organisation_id()).await?;
    Ok(JobTypes { job_types, teams: repo::places(cx.db(), cx.organisation_id(), None).await? })
}

/// One job type.
pub async fn get(cx: &Cx, id: JobTypeId) -> Result<JobType> {
    let cx = cx.clone().require(Permission::CalendarView)?;
    repo::get(cx.db(), cx.organisation_id(), id).await
}

/// Goes on with who plans for a team that there is.
async fn planner(cx: &Cx, team: TeamId) -> Result<Cx> {
    let cx = cx.clone().require_in(Permission::CalendarPlan, Scope::Team(team))?;
    let directory = Directory::load(&cx).await?;
    directory.team(team).map(|_| cx).ok_or_else(no_team)
}

/// Whoever plans nothing learns that first.
fn plans_something(cx: &Cx) -> Result<()> {
    let cx = cx.clone().require(Permission::CalendarView)?;
    if cx.may_somewhere(Permission::CalendarPlan) {
        return Ok(());
    }
    Err(Error::Forbidden(Permission::CalendarPlan.refusal().into()))
}

/// Makes a job type.
pub async fn add(cx: &Cx, form: Result<Form>) -> Result<JobType> {
    plans_something(cx)?;
    let Form(said) = form?;
    let cx = planner(cx, said.team_id).await?;
    let id = cx.new_id();
    let mut tx = cx.begin().await?;
    repo::insert(&mut tx, &cx, id, &said).await?;
    record(&mut tx, "job_type.created", id, &said).await?;
    tx.commit().await?;
    repo::get(cx.db(), cx.organisation_id(), id).await
}

/// Writes what a job type of this version says now.
pub async fn change(cx: &Cx, id: JobTypeId, version: i64, form: Result<Form>) -> Result<JobType> {
    plans_something(cx)?;
    let kept = get(cx, id).await?;
    let cx = cx.clone().require_in(Permission::CalendarPlan, Scope::Team(kept.team_id))?;
    let Form(said) = form?;
    let cx = planner(&cx, said.team_id).await?;
    let mut tx = cx.begin().await?;
    if !repo::update(&mut tx, &cx, id, version, &said).await? {
        return Err(meanwhile());
    }
    record(&mut tx, "job_type.changed", id, &said).await?;
    tx.commit().await?;
    repo::get(cx.db(), cx.organisation_id(), id).await
}

/// Takes a job type away, only that of a version if one is named. [`restore`] brings it back.
pub async fn delete(cx: &Cx, id: JobTypeId, version: Option<i64>) -> Result<()> {
    plans_something(cx)?;
    let kept = get(cx, id).await?;
    let cx = cx.clone().require_in(Permission::CalendarPlan, Scope::Team(kept.team_id))?;
    let mut tx = cx.begin().await?;
    if !repo::delete(&mut tx, &cx, id, version).await? {
        return Err(meanwhile());
    }
    let JobType { name, team_id, minutes, .. } = kept;
    record(&mut tx, "job_type.deleted", id, &Said { name, team_id, minutes }).await?;
    tx.commit().await
}

/// Brings a job type back.
pub async fn restore(cx: &Cx, id: JobTypeId) -> Result<JobType> {
    plans_something(cx)?;
    let team = repo::team_of_deleted(cx.db(), cx.organisation_id(), id).await?;
    let cx = cx.clone().require_in(Permission::CalendarPlan, Scope::Team(team))?;
    let mut tx = cx.begin().await?;
    if !repo::restore(&mut tx, &cx, id).await? {
        return Err(Error::NotFound);
    }
    let JobType { name, team_id, minutes, .. } = repo::get(&mut tx, cx.organisation_id(), id).await?;
    record(&mut tx, "job_type.restored", id, &Said { name, team_id, minutes }).await?;
    tx.commit().await?;
    repo::get(cx.db(), cx.organisation_id(), id).await
}

async fn record(tx: &mut Tx, kind: &'static str, id: JobTypeId, said: &Said) -> Result<()> {
    tx.record(Recorded {
        kind,
        subject_kind: "job_type",
        subject_id: id.uuid(),
        topic: Some(topic()),
        data: json!({ "team": said.team_id, "minutes": said.minutes }),
    })
    .await
}
