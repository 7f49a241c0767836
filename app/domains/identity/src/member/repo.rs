//! Memberships in the database.

use chrono::{DateTime, Utc};
use db::sql;
use kernel::{AccountId, Cx, MemberId, OrNotFound, OrganisationId, Result, Role, TeamId, Tx};

use crate::{
    member::model::{Listed, State},
    session,
};

/// A membership as decisions need it.
#[derive(Debug, Clone)]
pub struct Found {
    /// The member.
    pub id: MemberId,
    /// The person.
    pub account_id: AccountId,
    /// Full name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Base role.
    pub role: Role,
    /// Where the membership stands.
    pub state: State,
    /// Whether they were removed.
    pub removed: bool,
    /// The version that a change names.
    pub version: i64,
}

impl Found {
    /// What others call them: by the address until they have joined. Their account's name is not for whoever guesses its
    /// address.
    pub fn called(&self) -> &str {
        if self.state == State::Invited { &self.email } else { &self.name }
    }
}

#[derive(sqlx::FromRow)]
struct FoundRow {
    id: MemberId,
    account_id: AccountId,
    name: String,
    email: String,
    role: String,
    state: String,
    removed: bool,
    version: i64,
}

impl From<FoundRow> for Found {
    fn from(row: FoundRow) -> Self {
        Found {
            id: row.id,
            account_id: row.account_id,
            name: row.name,
            email: row.email,
            role: session::place::role(Some(&row.role)),
            state: state(&row.state),
            removed: row.removed,
            version: row.version,
        }
    }
}

/// A state from its column. A check keeps other words out; the one without rights is the safe reading of one.
fn state(text: &str) -> State {
    text.parse().unwrap_or(State::Suspended)
}

/// The member with this id, removed or not, inside a unit of work. A robot is none.
pub async fn get(tx: &mut Tx, organisation: OrganisationId, id: MemberId) -> Result<Found> {
    find(tx, organisation, id).await
}

/// The member with this id, removed or not. A robot is nobody to be managed.
pub async fn find(on: impl Into<db::On<'_>>, organisation: OrganisationId, id: MemberId) -> Result<Found> {
    let row: Option<FoundRow> = sql(
        "select m.id, m.account_id, a.name, a.email, m.role, m.state, m.deleted_at is not null as removed, m.version
         from member m
         join account a on a.id = m.account_id
         where m.organisation_id = $1 and m.id = $2 and m.state <> 'robot'",
    )
    .bind(organisation)
    .bind(id)
    .optional(on)
    .await?;
    row.map(Found::from).or_not_found()
}

/// The membership of a person, removed or not.
pub async fn find_by_account(
    on: impl Into<db::On<'_>>,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Option<Found>> {
    let row: Option<FoundRow> = sql(
        "select m.id, m.account_id, a.name, a.email, m.role, m.state, m.deleted_at is not null as removed, m.version
         from member m
         join account a on a.id = m.account_id
         where m.organisation_id = $1 and m.account_id = $2",
    )
    .bind(organisation)
    .bind(account)
    .optional(on)
    .await?;
    Ok(row.map(Found::from))
}

/// Name and address of the member who asks. A robot has none that a mail could reach.
pub async fn oneself(cx: &Cx) -> Result<(String, Option<String>)> {
    sql("select a.name, case when m.state = 'robot' then null else a.email end as email
         from member m
         join account a on a.id = m.account_id
         where m.organisation_id = $1 and m.id = $2")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .optional(cx.db())
    .await?
    .or_not_found()
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    id: MemberId,
    name: String,
    email: String,
    role: String,
    further: i64,
    state: String,
    category: i64,
    seen_at: Option<DateTime<Utc>>,
    changed_at: DateTime<Utc>,
    version: i64,
}

/// The members of the organisation with their teams, or one of them.
pub async fn list(cx: &Cx, only: Option<MemberId>) -> Result<Vec<Listed>> {
    let mut query = sql(
        "select m.id, case when m.state = 'invited' then a.email else a.name end as name, a.email, m.role, m.state, m.category,
           m.version, m.updated_at as changed_at,
           (select max(s.seen_at) from session s
            where s.account_id = m.account_id and s.organisation_id = m.organisation_id) as seen_at,
           (select count(*) from member_grant g
            left join role r on r.organisation_id = g.organisation_id and r.id = g.role_id and r.deleted_at is null
            where g.organisation_id = m.organisation_id and g.member_id = m.id
              and (g.role_id is null or r.id is not null)) as further
         from member m
         join account a on a.id = m.account_id
         where m.deleted_at is null and m.state <> 'robot' and m.organisation_id = ",
    )
    .push_bind(cx.organisation_id());
    let mut in_teams = sql("select tm.member_id, tm.team_id
         from team_member tm
         join team t on t.id = tm.team_id
         where t.deleted_at is null and tm.organisation_id = ")
    .push_bind(cx.organisation_id());
    if let Some(id) = only {
        query = query.push(" and m.id = ").push_bind(id);
        in_teams = in_teams.push(" and tm.member_id = ").push_bind(id);
    }
    let rows: Vec<ListedRow> = query.push(" order by 2, m.id").limit(5000).all(cx.db()).await?;
    let teams: Vec<(MemberId, TeamId)> = in_teams.push(" order by t.name").limit(20_000).all(cx.db()).await?;
    let mut teams_of = std::collections::BTreeMap::<MemberId, Vec<TeamId>>::new();
    for (member, team) in teams {
        teams_of.entry(member).or_default().push(team);
    }
    Ok(rows
        .into_iter()
        .map(|row| Listed {
            teams: teams_of.remove(&row.id).unwrap_or_default(),
            id: row.id,
            name: row.name,
            email: row.email,
            role: session::place::role(Some(&row.role)),
            further: row.further,
            state: state(&row.state),
            category: row.category,
            seen_at: row.seen_at,
            changed_at: row.changed_at,
            version: row.version,
        })
        .collect())
}

/// How many people the organisation has ever had; the next colour follows from it.
pub async fn count_ever(tx: &mut Tx, organisation: OrganisationId) -> Result<i64> {
    let (count,): (i64,) = sql("select count(*) from member where organisation_id = $1 and state <> 'robot'")
        .bind(organisation)
        .one(tx)
        .await?;
    Ok(count)
}

/// Writes an invited membership.
pub async fn insert_invited(
    tx: &mut Tx,
    cx: &Cx,
    id: MemberId,
    account: AccountId,
    role: Role,
    category: i64,
) -> Result<()> {
    sql("insert into member
           (id, organisation_id, account_id, role, state, category, created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, 'invited', $5, $6, $7, $6, $7)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(account)
    .bind(role.as_str())
    .bind(category)
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(tx)
    .await?;
    Ok(())
}

/// A change of a membership.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// The role from now on.
    pub role: Role,
    /// The state from now on.
    pub state: State,
    /// When they were removed, if they are.
    pub removed_at: Option<DateTime<Utc>>,
}

/// Changes a membership, if nobody did since `version`.
pub async fn change(tx: &mut Tx, cx: &Cx, id: MemberId, version: i64, change: Change) -> Result<bool> {
    let changed = sql("update member
                       set role = $4, state = $5, deleted_at = $6, updated_at = $7, updated_by = $8,
                         version = version + 1
                       where organisation_id = $1 and id = $2 and version = $3")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(change.role.as_str())
    .bind(change.state.as_str())
    .bind(change.removed_at)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Takes a member out of all teams.
pub async fn leave_teams(tx: &mut Tx, cx: &Cx, id: MemberId) -> Result<()> {
    sql("delete from team_member where organisation_id = $1 and member_id = $2")
        .bind(cx.organisation_id())
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Lets changes of who owns the organisation stand in line, so that two owners cannot remove each other at once.
pub async fn lock_owners(tx: &mut Tx, organisation: OrganisationId) -> Result<()> {
    // An update that changes nothing takes the row's lock on PostgreSQL; SQLite has the lock since `begin`.
    sql("update organisation set updated_at = updated_at where id = $1")
        .bind(organisation)
        .execute(tx)
        .await?;
    Ok(())
}

/// How many active owners there are.
pub async fn count_owners(on: impl Into<db::On<'_>>, organisation: OrganisationId) -> Result<i64> {
    let (count,): (i64,) = sql("select count(*)
         from member
         where organisation_id = $1 and role = 'owner' and state = 'active' and deleted_at is null")
    .bind(organisation)
    .one(on)
    .await?;
    Ok(count)
}
