//! Teams in the database.

use db::{ResultExt, sql};
use kernel::{Cx, Error, MemberId, OrNotFound, OrganisationId, Result, TeamId, Tx};

use crate::team::model::{TeamCard, TeamMember, TeamName};

#[derive(sqlx::FromRow)]
struct MemberRow {
    team_id: TeamId,
    id: MemberId,
    name: String,
    category: i64,
    avatar: i64,
    active: bool,
    minutes: Option<i64>,
}

/// A team as decisions need it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Found {
    /// The team.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// The version that a change names.
    pub version: i64,
}

/// The team with this id, unless it was deleted.
pub async fn get(tx: &mut Tx, organisation: OrganisationId, id: TeamId) -> Result<Found> {
    sql("select id, name, version from team where organisation_id = $1 and id = $2 and deleted_at is null")
        .bind(organisation)
        .bind(id)
        .optional(tx)
        .await?
        .or_not_found()
}

/// The teams of the organisation with their members.
pub async fn list(cx: &Cx) -> Result<Vec<TeamCard>> {
    let teams: Vec<(TeamId, String, i64, i64, bool, i64)> =
        sql("select id, name, category, version, bookable,
           capacity_minutes_per_day
         from team
         where organisation_id = $1 and deleted_at is null
         order by name, id
         limit 1000")
        .bind(cx.organisation_id())
        .all(cx.db())
        .await?;
    let members: Vec<MemberRow> = sql("select tm.team_id, m.id,
           case when m.state = 'invited' then a.email else a.name end as name, m.category,
           case when m.state = 'invited' then 0 else a.avatar_version end as avatar,
           m.state = 'active' as active, tm.capacity_minutes as minutes
         from team_member tm
         join member m on m.id = tm.member_id
         join account a on a.id = m.account_id
         where tm.organisation_id = $1 and m.deleted_at is null
         order by 3, m.id
         limit 20000")
    .bind(cx.organisation_id())
    .all(cx.db())
    .await?;
    let mut members_of = std::collections::BTreeMap::<TeamId, Vec<TeamMember>>::new();
    for row in members {
        members_of.entry(row.team_id).or_default().push(TeamMember {
            id: row.id,
            name: row.name,
            category: row.category,
            avatar: row.avatar,
            active: row.active,
            minutes: row.minutes,
        });
    }
    Ok(teams
        .into_iter()
        .map(|(id, name, category, version, bookable, minutes_per_day)| TeamCard {
            members: members_of.remove(&id).unwrap_or_default(),
            id,
            name,
            category,
            version,
            bookable,
            minutes_per_day,
        })
        .collect())
}

/// How many teams the organisation has ever had; the next colour follows from it.
pub async fn count_ever(tx: &mut Tx, organisation: OrganisationId) -> Result<i64> {
    let (count,): (i64,) =
        sql("select count(*) from team where organisation_id = $1").bind(organisation).one(tx).await?;
    Ok(count)
}

fn taken() -> Error {
    Error::invalid("name", "Another team has this name.")
}

/// Writes a new team.
pub async fn insert(tx: &mut Tx, cx: &Cx, id: TeamId, name: &TeamName, category: i64) -> Result<()> {
    sql("insert into team (id, organisation_id, name, category, created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $5, $6)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(name.as_str())
    .bind(category)
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(tx)
    .await
    .on_constraint("team_organisation_id_name_key", taken)
}

/// Changes name and colour, if nobody did since `version`.
pub async fn update(
    tx: &mut Tx,
    cx: &Cx,
    id: TeamId,
    version: i64,
    name: &TeamName,
    category: i64,
) -> Result<bool> {
    let changed = sql("update team
                       set name = $4, category = $5, updated_at = $6, updated_by = $7, version = version + 1
                       where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(name.as_str())
    .bind(category)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(tx)
    .await
    .on_constraint("team_organisation_id_name_key", taken)?;
    Ok(changed == 1)
}

/// Deletes the team, if nobody changed it since `version`. Its members stay noted, for [`restore`].
pub async fn delete(tx: &mut Tx, cx: &Cx, id: TeamId, version: i64) -> Result<bool> {
    let changed = sql("update team
                       set deleted_at = $4, updated_at = $4, updated_by = $5, version = version + 1
                       where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Brings a deleted team back with its members.
pub async fn restore(tx: &mut Tx, cx: &Cx, id: TeamId) -> Result<bool> {
    let changed = sql("update team
                       set deleted_at = null, updated_at = $3, updated_by = $4, version = version + 1
                       where organisation_id = $1 and id = $2 and deleted_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(tx)
    .await
    .on_constraint("team_organisation_id_name_key", || {
        Error::Conflict("Another team has this name now. Rename it, then restore this one.".into())
    })?;
    Ok(changed == 1)
}

/// Puts a member into the team; somebody who is in it stays in it.
pub async fn add(tx: &mut Tx, cx: &Cx, team: TeamId, member: MemberId) -> Result<()> {
    sql("insert into team_member (organisation_id, team_id, member_id, created_at)
         values ($1, $2, $3, $4)
         on conflict do nothing")
    .bind(cx.organisation_id())
    .bind(team)
    .bind(member)
    .bind(cx.now())
    .execute(tx)
    .await?;
    Ok(())
}

/// Changes what the team can be booked for, if nobody changed the team since `version`.
pub async fn set_capacity(
    tx: &mut Tx,
    cx: &Cx,
    id: TeamId,
    version: i64,
    bookable: bool,
    minutes: i64,
) -> Result<bool> {
    let changed = sql("update team
                       set bookable = $4, capacity_minutes_per_day = $5, updated_at = $6, updated_by = $7,
                         version = version + 1
                       where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(bookable)
    .bind(minutes)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Changes what one member of the team can be booked for; none is as the team says. False: they are not in it.
pub async fn set_member_capacity(
    tx: &mut Tx,
    cx: &Cx,
    team: TeamId,
    member: MemberId,
    minutes: Option<i64>,
) -> Result<bool> {
    let changed = sql("update team_member
                       set capacity_minutes = $4
                       where organisation_id = $1 and team_id = $2 and member_id = $3")
    .bind(cx.organisation_id())
    .bind(team)
    .bind(member)
    .bind(minutes)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Takes a member out of the team.
pub async fn take_out(tx: &mut Tx, cx: &Cx, team: TeamId, member: MemberId) -> Result<()> {
    sql("delete from team_member where organisation_id = $1 and team_id = $2 and member_id = $3")
        .bind(cx.organisation_id())
        .bind(team)
        .bind(member)
        .execute(tx)
        .await?;
    Ok(())
}
