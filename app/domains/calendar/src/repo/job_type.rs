//! Job types, and how much of teams can be booked: what their settings say.

use db::{On, ResultExt, Writer, sql};
use kernel::{Cx, Error, JobTypeId, MemberId, OrNotFound, OrganisationId, Result, TeamId, Tx};
use uuid::Uuid;

use crate::model::{JobType, TeamPlaces};

/// What a job type says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its name.
    pub name: String,
    /// Who does it.
    pub team_id: TeamId,
    /// How long it usually takes, in minutes.
    pub minutes: i64,
}

/// How many job types are read at once.
const MOST: usize = 1_000;

/// The job types of living teams, by name.
pub async fn list(on: impl Into<On<'_>>, organisation_id: OrganisationId) -> Result<Vec<JobType>> {
    Ok(sql("select j.id, j.name, j.team_id, j.minutes, j.version
         from job_type j
         join team t on t.organisation_id = j.organisation_id and t.id = j.team_id and t.deleted_at is null
         where j.organisation_id = $1 and j.deleted_at is null
         order by lower(j.name), j.id")
    .bind(organisation_id)
    .limit(MOST)
    .all(on)
    .await?)
}

/// A job type of a living team.
pub async fn get(on: impl Into<On<'_>>, organisation_id: OrganisationId, id: JobTypeId) -> Result<JobType> {
    sql("select j.id, j.name, j.team_id, j.minutes, j.version
         from job_type j
         join team t on t.organisation_id = j.organisation_id and t.id = j.team_id and t.deleted_at is null
         where j.organisation_id = $1 and j.id = $2 and j.deleted_at is null")
    .bind(organisation_id)
    .bind(id)
    .optional(on)
    .await?
    .or_not_found()
}

/// The team of a deleted job type.
pub async fn team_of_deleted(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: JobTypeId,
) -> Result<TeamId> {
    let found: Option<(TeamId,)> = sql("select j.team_id
         from job_type j
         join team t on t.organisation_id = j.organisation_id and t.id = j.team_id and t.deleted_at is null
         where j.organisation_id = $1 and j.id = $2 and j.deleted_at is not null")
    .bind(organisation_id)
    .bind(id)
    .optional(on)
    .await?;
    found.map(|(team,)| team).or_not_found()
}

fn taken() -> Error {
    Error::invalid("name", "Another job type has this name.")
}

/// Writes a new job type.
pub async fn insert(tx: &mut Tx, cx: &Cx, id: JobTypeId, said: &Said) -> Result<()> {
    sql("insert into job_type (organisation_id, id, team_id, name, minutes, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(said.team_id)
    .bind(said.name.as_str())
    .bind(said.minutes)
    .bind(cx.now())
    .exactly_one(tx)
    .await
    .on_constraint("job_type_organisation_id_name_key", taken)
}

/// Changes a job type, if nobody did since `version`.
pub async fn update(tx: &mut Tx, cx: &Cx, id: JobTypeId, version: i64, said: &Said) -> Result<bool> {
    let changed = sql("update job_type
         set team_id = $4, name = $5, minutes = $6, updated_at = $7, version = version + 1
         where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(said.team_id)
    .bind(said.name.as_str())
    .bind(said.minutes)
    .bind(cx.now())
    .execute(tx)
    .await
    .on_constraint("job_type_organisation_id_name_key", taken)?;
    Ok(changed == 1)
}

/// Deletes a job type, only that of a version if one is named.
pub async fn delete(tx: &mut Tx, cx: &Cx, id: JobTypeId, version: Option<i64>) -> Result<bool> {
    let changed = sql("update job_type
         set deleted_at = $3, updated_at = $3, version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is null and version = coalesce($4, version)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(version)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Brings a deleted job type back.
pub async fn restore(tx: &mut Tx, cx: &Cx, id: JobTypeId) -> Result<bool> {
    let changed = sql("update job_type
         set deleted_at = null, updated_at = $3, version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .execute(tx)
    .await
    .on_constraint("job_type_organisation_id_name_key", || {
        Error::Conflict("Another job type has this name now. Rename it, then bring this one back.".into())
    })?;
    Ok(changed == 1)
}

#[derive(sqlx::FromRow)]
struct Row {
    team_id: TeamId,
    places: i64,
    minutes: i64,
}

/// How much living teams can be booked, by name; of one team if it is named.
pub async fn places(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    team: Option<TeamId>,
) -> Result<Vec<TeamPlaces>> {
    // Whose time at the team is none is no one who can be booked.
    let mut query = sql("select t.id as team_id,
           count(m.id) as places,
           cast(coalesce(sum(case when m.id is null then 0
             else coalesce(tm.capacity_minutes, t.capacity_minutes_per_day) end), 0) as bigint) as minutes
         from team t
         left join team_member tm on tm.organisation_id = t.organisation_id and tm.team_id = t.id and t.bookable
           and coalesce(tm.capacity_minutes, t.capacity_minutes_per_day) > 0
         left join member m on m.organisation_id = tm.organisation_id and m.id = tm.member_id
           and m.state = 'active' and m.deleted_at is null
         where t.organisation_id = $1 and t.deleted_at is null ")
    .bind(organisation_id);
    if let Some(team) = team {
        query = query.push(" and t.id = ").push_bind(team);
    }
    let query = query.push(" group by t.id, t.name order by lower(t.name), t.id");
    let rows: Vec<Row> = query.all(on).await?;
    let places = |row: Row| TeamPlaces { team_id: row.team_id, places: row.places, minutes: row.minutes };
    Ok(rows.into_iter().map(places).collect())
}

/// Has whoever else books this team, or this member, wait until the transaction is over.
pub async fn lock(on: impl Into<Writer<'_>>, organisation_id: OrganisationId, whose: Uuid) -> Result<()> {
    Ok(sql("insert into booking_turn (organisation_id, booked_id, turns) values ($1, $2, 1)
         on conflict (organisation_id, booked_id) do update set turns = booking_turn.turns + 1")
    .bind(organisation_id)
    .bind(whose)
    .exactly_one(on)
    .await?)
}

/// Whether somebody is an active member of a team.
pub async fn is_member(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    team: TeamId,
    member: MemberId,
) -> Result<bool> {
    let found: Option<(MemberId,)> = sql("select m.id
         from team_member tm
         join member m on m.organisation_id = tm.organisation_id and m.id = tm.member_id
         where tm.organisation_id = $1 and tm.team_id = $2 and tm.member_id = $3
           and m.state = 'active' and m.deleted_at is null")
    .bind(organisation_id)
    .bind(team)
    .bind(member)
    .optional(on)
    .await?;
    Ok(found.is_some())
}
