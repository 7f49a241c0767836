//! What people decided of items, stay by stay: a stay is a step and since when the item is in it.

use chrono::{DateTime, Utc};
use db::{On, Result, Writer, sql};
use kernel::{Cx, ItemId, MemberId, OrganisationId, Permission, Role, StepId, TeamId};
use uuid::Uuid;

use crate::{
    approval::{Approval, Decision, Verdict},
    model::{Card, MyItem},
};

/// What was decided in a stay, in the order of time.
pub async fn list(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
    since: DateTime<Utc>,
) -> Result<Vec<Decision>> {
    sql("select member_id, given_by, verdict, reason, decided_at
         from decision
         where organisation_id = $1 and item_id = $2 and since = $3
         order by decided_at, id")
    .bind(organisation_id)
    .bind(item_id)
    .bind(since)
    .all(on)
    .await
}

/// The same for several items where they are now, each decision with its item.
pub async fn of_items(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    items: &[ItemId],
) -> Result<Vec<(ItemId, Decision)>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        item_id: ItemId,
        #[sqlx(flatten)]
        decision: Decision,
    }
    let rows: Vec<Row> = sql("select d.item_id, d.member_id, d.given_by, d.verdict, d.reason, d.decided_at
         from decision d
         join item i on i.organisation_id = d.organisation_id and i.id = d.item_id and i.step_since = d.since
         where d.organisation_id = $1 and d.item_id in ")
    .bind(organisation_id)
    .push_list(items.iter().copied())
    .push(" order by d.decided_at, d.id")
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|row| (row.item_id, row.decision)).collect())
}

/// Keeps others from deciding of the item until the transaction ends. Tells whether it still is as in this version.
pub async fn hold(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
    version: i64,
) -> Result<bool> {
    let held = sql("update item set version = version
         where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(organisation_id)
    .bind(item_id)
    .bind(version)
    .execute(on)
    .await?;
    Ok(held == 1)
}

/// Writes down what the member of `cx` decides, for themselves or for whom they stand in.
pub async fn insert(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    card: &Card,
    member_id: MemberId,
    verdict: Verdict,
    reason: &str,
) -> Result<()> {
    sql("insert into decision (id, organisation_id, item_id, step_id, since, member_id, given_by, verdict, reason,
           decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(cx.new_id::<Uuid>())
    .bind(cx.organisation_id())
    .bind(card.id)
    .bind(card.step_id)
    .bind(card.step_since)
    .bind(member_id)
    .bind(cx.member_id())
    .bind(verdict.as_str())
    .bind(reason)
    .bind(cx.now())
    .exactly_one(on)
    .await
}

/// Takes back what the member of `cx` decided of the item in its step, also what would count again when it comes back.
/// Tells whether there was anything.
pub async fn delete(on: impl Into<Writer<'_>>, cx: &Cx, card: &Card) -> Result<bool> {
    let gone = sql("delete from decision
         where organisation_id = $1 and item_id = $2 and step_id = $3 and given_by = $4
           and exists (select 1 from decision d
             where d.item_id = $2 and d.since = $5 and d.given_by = $4)")
    .bind(cx.organisation_id())
    .bind(card.id)
    .bind(card.step_id)
    .bind(cx.member_id())
    .bind(card.step_since)
    .execute(on)
    .await?;
    Ok(gone != 0)
}

/// Lets nothing count any more that was approved in a stay. Tells whether anything was.
pub async fn void(on: impl Into<Writer<'_>>, organisation_id: OrganisationId, card: &Card) -> Result<bool> {
    let gone = sql("delete from decision
         where organisation_id = $1 and item_id = $2 and since = $3 and verdict = 'approved'")
    .bind(organisation_id)
    .bind(card.id)
    .bind(card.step_since)
    .execute(on)
    .await?;
    Ok(gone != 0)
}

#[derive(sqlx::FromRow)]
struct Earlier {
    member_id: MemberId,
    given_by: MemberId,
    verdict: Verdict,
    reason: String,
    decided_at: DateTime<Utc>,
    since: DateTime<Utc>,
}

/// What of an earlier stay in the same step counts again.
#[derive(Debug, Clone, Copy)]
pub enum Carry {
    /// What was approved in the stay that ended by a refusal: the item comes back from being sent back.
    Approvals,
    /// Everything of the stay before but what this member gave, who takes it back.
    AllBut(MemberId),
}

/// Lets what was decided in an earlier stay count in this one, too, except for what `barred` people said.
pub async fn carry(
    tx: &mut kernel::Tx,
    cx: &Cx,
    card: &Card,
    what: Carry,
    barred: &[MemberId],
) -> Result<()> {
    let earlier: Vec<Earlier> = sql("select member_id, given_by, verdict, reason, decided_at, since
         from decision
         where organisation_id = $1 and item_id = $2 and step_id = $3 and since < $4
         order by since desc, decided_at
         limit 500")
    .bind(cx.organisation_id())
    .bind(card.id)
    .bind(card.step_id)
    .bind(card.step_since)
    .all(&mut *tx)
    .await?;
    let stay = match what {
        Carry::Approvals => earlier.iter().find(|one| one.verdict == Verdict::Refused),
        Carry::AllBut(_) => earlier.first(),
    };
    let since = stay.map(|one| one.since);
    let counts = |one: &Earlier| match what {
        Carry::Approvals => one.verdict == Verdict::Approved,
        Carry::AllBut(member) => one.given_by != member,
    };
    for one in earlier.iter().filter(|one| Some(one.since) == since && counts(one)) {
        if barred.contains(&one.member_id) {
            continue;
        }
        sql("insert into decision (id, organisation_id, item_id, step_id, since, member_id, given_by, verdict, reason,
               decided_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
        .bind(cx.new_id::<Uuid>())
        .bind(cx.organisation_id())
        .bind(card.id)
        .bind(card.step_id)
        .bind(card.step_since)
        .bind(one.member_id)
        .bind(one.given_by)
        .bind(one.verdict.as_str())
        .bind(&one.reason)
        .bind(one.decided_at)
        .exactly_one(&mut *tx)
        .await?;
    }
    Ok(())
}

/// The active members whose base role lets them publish workflows: they help out where too few can decide.
pub async fn helpers(on: impl Into<On<'_>>, organisation_id: OrganisationId) -> Result<Vec<MemberId>> {
    let rows: Vec<(MemberId, String)> = sql("select id, role from member
         where organisation_id = $1 and state = 'active' and deleted_at is null
         order by id")
    .bind(organisation_id)
    .all(on)
    .await?;
    let may = |role: &str| {
        role.parse::<Role>().is_ok_and(|role| role.permissions().has(Permission::WorkflowPublish))
    };
    Ok(rows.into_iter().filter(|(_, role)| may(role)).map(|(id, _)| id).collect())
}

/// The active members of a team, by name.
pub async fn of_team(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    team_id: Option<TeamId>,
) -> Result<Vec<MemberId>> {
    let rows: Vec<(MemberId,)> = sql("select m.id
         from team_member tm
         join team t on t.organisation_id = tm.organisation_id and t.id = tm.team_id
         join member m on m.organisation_id = tm.organisation_id and m.id = tm.member_id
         join account a on a.id = m.account_id
         where tm.organisation_id = $1 and tm.team_id = $2 and t.deleted_at is null
           and m.state = 'active' and m.deleted_at is null
         order by a.name, m.id")
    .bind(organisation_id)
    .bind(team_id)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Those of `named` who are active, in their order.
pub async fn active(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    named: &[MemberId],
) -> Result<Vec<MemberId>> {
    let rows: Vec<(MemberId,)> = sql("select id from member
         where organisation_id = $1 and state = 'active' and deleted_at is null and id in ")
    .bind(organisation_id)
    .push_list(named.iter().copied())
    .all(on)
    .await?;
    Ok(named.iter().copied().filter(|id| rows.iter().any(|(one,)| one == id)).collect())
}

/// An item that somebody has to decide of, with the rule of its step.
pub struct Asked {
    /// The item.
    pub item: MyItem,
    /// What histories call its step.
    pub root: StepId,
    /// The rule.
    pub rule: Approval,
    /// The team of the step.
    pub team_id: Option<TeamId>,
    /// Who added the item.
    pub created_by: Option<MemberId>,
}

#[derive(sqlx::FromRow)]
struct AskedRow {
    #[sqlx(flatten)]
    card: Card,
    workflow_key: String,
    step_name: String,
    place: i64,
    steps: i64,
    root: StepId,
    approval: sqlx::types::Json<Approval>,
    team_id: Option<TeamId>,
    created_by: Option<MemberId>,
}

/// The items in these steps, the longest waiting first.
pub async fn in_steps(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    steps: &[StepId],
    limit: usize,
) -> Result<Vec<Asked>> {
    let rows: Vec<AskedRow> =
        sql("select i.id, i.number, i.title, i.tag, i.step_id, i.step_since, i.priority, i.assignee_id,
           i.due_on, i.amount, i.comment_count, i.version, i.created_by, w.key as workflow_key, s.name as step_name,
           s.position as place, coalesce(s.origin_id, s.id) as root, s.approval, s.team_id,
           (select count(*) from step t where t.workflow_id = w.id and t.edition = s.edition) as steps
         from item i
         join step s on s.organisation_id = i.organisation_id and s.id = i.step_id
         join workflow w on w.organisation_id = i.organisation_id and w.id = i.workflow_id
         where i.organisation_id = $1 and i.deleted_at is null and w.deleted_at is null
           and i.step_id in ")
        .bind(organisation_id)
        .push_list(steps.iter().copied())
        .push(" order by i.step_since, i.id")
        .limit(limit)
        .all(on)
        .await?;
    let asked = |row: AskedRow| Asked {
        item: MyItem {
            workflow_key: row.workflow_key,
            step_name: row.step_name,
            place: row.place,
            steps: row.steps,
            card: row.card,
        },
        root: row.root,
        rule: row.approval.0,
        team_id: row.team_id,
        created_by: row.created_by,
    };
    Ok(rows.into_iter().map(asked).collect())
}

/// The steps in which one of these members is asked: by name, or as one of the team where nobody is named; or `all` steps in
/// which anybody is.
pub async fn steps_of(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    members: &[MemberId],
    all: bool,
) -> Result<Vec<StepId>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        id: StepId,
        approval: sqlx::types::Json<Approval>,
        in_team: bool,
    }
    let rows: Vec<Row> = sql("select s.id, s.approval,
           exists (select 1 from team_member tm
             join team t on t.organisation_id = tm.organisation_id and t.id = tm.team_id
             where tm.organisation_id = $1 and tm.team_id = s.team_id and t.deleted_at is null and tm.member_id in ")
    .bind(organisation_id)
    .push_list(members.iter().copied())
    .push(
        ") as in_team
         from step s
         where s.organisation_id = $1 and s.approval is not null",
    )
    .all(on)
    .await?;
    let is_asked = |row: &Row| {
        let named = &row.approval.approvers;
        all || if named.is_empty() { row.in_team } else { members.iter().any(|id| named.contains(id)) }
    };
    Ok(rows.iter().filter(|row| is_asked(row)).map(|row| row.id).collect())
}
