//! Working hours of organisations, teams and members.

use db::{On, Result, Writer, sql};
use kernel::{Cx, MemberId, OrganisationId, TeamId, WorkingDays};
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

use crate::hours::{Hours, Whose};

/// What an organisation, a team or a member says of their time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Who says it.
    pub whose: Whose,
    /// What they say.
    pub hours: Hours,
    /// Grows with every change.
    pub version: i64,
}

/// The time zone of an organisation, the days on which it works, and what it, its teams and members say; teams and members that
/// are gone say nothing.
pub async fn load(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
) -> Result<(String, WorkingDays, Vec<Kept>)> {
    let rows: Vec<Row> = sql("select o.time_zone, o.working_days, h.team_id, h.member_id, h.hours, h.version
         from organisation o
         left join working_hours h on h.organisation_id = o.id
           and not exists (select 1 from team t
             where t.organisation_id = h.organisation_id and t.id = h.team_id and t.deleted_at is not null)
           and not exists (select 1 from member m
             where m.organisation_id = h.organisation_id and m.id = h.member_id and m.deleted_at is not null)
         where o.id = $1")
    .bind(organisation_id)
    .all(on)
    .await?;
    let first = rows.first();
    let zone = first.map(|row| row.time_zone.clone()).unwrap_or_default();
    let days = first.and_then(|row| WorkingDays::from_bits(row.working_days)).unwrap_or_default();
    let kept = rows
        .into_iter()
        .filter_map(|row| Some(Kept { whose: row.whose(), hours: row.hours?.0, version: row.version? }));
    Ok((zone, days, kept.collect()))
}

#[derive(sqlx::FromRow)]
struct Row {
    time_zone: String,
    working_days: i64,
    team_id: Option<TeamId>,
    member_id: Option<MemberId>,
    hours: Option<Json<Hours>>,
    version: Option<i64>,
}

impl Row {
    fn whose(&self) -> Whose {
        match (self.team_id, self.member_id) {
            (Some(team), _) => Whose::Team(team),
            (None, Some(member)) => Whose::Member(member),
            (None, None) => Whose::Organisation,
        }
    }
}

/// Writes what somebody says; `version` is the one that it was made on, 0 where nothing was said. Tells
/// whether nobody was faster.
pub async fn write(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    whose: Whose,
    version: i64,
    hours: &Hours,
) -> Result<bool> {
    let (team, member) = match whose {
        Whose::Organisation => (None, None),
        Whose::Team(team) => (Some(team), None),
        Whose::Member(member) => (None, Some(member)),
    };
    let query = if version == 0 {
        sql("insert into working_hours (organisation_id, team_id, member_id, hours, updated_at, updated_by, id)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict do nothing")
    } else {
        sql("update working_hours
             set hours = $4, updated_at = $5, updated_by = $6, version = version + 1
             where organisation_id = $1 and team_id is not distinct from $2 and member_id is not distinct from $3
               and version = $7")
    };
    let query = query
        .bind(cx.organisation_id())
        .bind(team)
        .bind(member)
        .bind(json!(hours))
        .bind(cx.now())
        .bind(cx.actor_id());
    let query = if version == 0 { query.bind(cx.new_id::<Uuid>()) } else { query.bind(version) };
    Ok(query.execute(on).await? == 1)
}
