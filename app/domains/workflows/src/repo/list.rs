//! Many items: columns of a board and pages of a list, filtered and in order.

mod cursor;
mod page;

pub use cursor::Cursor;
pub use page::{DueSpan, Wanted, page, whole_page};

use chrono::{DateTime, Days, NaiveDate, Utc};
use db::{Query, Result, dialect::JsonRows, sql};
use kernel::{MemberId, StepId, TeamId, WorkflowId};
use uuid::Uuid;

use crate::{
    filter::{Assignee, Due, Filter},
    lanes::Load,
    model::{COLUMN_LIMIT, Card, Column, Priority, Step, StepKind, Workflow},
};

/// How many rows a page of a list has.
pub const PAGE_LIMIT: usize = 50;

const CARD: &str = "id, number, title, tag, step_id, step_since, priority, assignee_id, due_on, amount, comment_count, version";

/// The columns of a board: in each step the items that have waited longest, in a last step the newest.
pub async fn columns(cx: &kernel::Cx, workflow: &Workflow, filter: &Filter) -> Result<Vec<Column>> {
    let shown: Vec<&Step> = of_version(workflow, filter)
        .iter()
        .filter(|step| filter.step.is_none_or(|id| step.root() == id))
        .filter(|step| filter.team.is_none_or(|id| step.team_id == Some(id)))
        .collect();

    let rows = match db::dialect::json_rows(cx.db().engine()) {
        _ if shown.is_empty() => Vec::new(),
        None => step_by_step(cx, &shown, filter).all(cx.db()).await?,
        Some(json) => read_rows(all_steps(cx, &shown, filter, json).all(cx.db()).await?)?,
    };

    let totals = if filter.is_empty() { None } else { Some(totals(cx, workflow.head.id, filter).await?) };
    let mut columns: Vec<Column> = shown
        .iter()
        .map(|step| Column {
            step_id: step.id,
            total: match &totals {
                None => step.item_count,
                Some(totals) => totals.iter().find(|(id, _)| *id == step.id).map_or(0, |(_, total)| *total),
            },
            cards: Vec::new(),
        })
        .collect();
    for card in rows.into_iter().map(read_card) {
        if let Some(column) = columns.iter_mut().find(|column| column.step_id == card.step_id) {
            column.cards.push(card);
        }
    }
    for (column, step) in columns.iter_mut().zip(&shown) {
        column.cards.sort_unstable_by_key(|card| (card.step_since, card.id));
        if step.kind == StepKind::Done {
            column.cards.reverse();
        }
    }
    Ok(columns)
}

/// The steps of the version that is shown.
fn of_version<'a>(workflow: &'a Workflow, filter: &Filter) -> &'a [Step] {
    let kept = |number| workflow.kept.iter().find(|version| version.number == number);
    match filter.version {
        None => &workflow.steps,
        Some(number) => kept(number).map_or(&[], |version| &version.steps),
    }
}

/// The cards of one column in their order, without the condition which column.
fn waiting(query: Query, cx: &kernel::Cx, done: bool, filter: &Filter) -> Query {
    let query = conditions(query.push(" and deleted_at is null"), filter, cx.today().date());
    query
        .push(if done { " order by step_since desc, id desc" } else { " order by step_since, id" })
        .limit(COLUMN_LIMIT)
}

/// A row for each card. The steps are joined, so PostgreSQL plans two queries however many steps there are.
fn step_by_step(cx: &kernel::Cx, shown: &[&Step], filter: &Filter) -> Query {
    let (done, open): (Vec<&Step>, Vec<&Step>) = shown.iter().partition(|step| step.kind == StepKind::Done);
    let mut query = sql("");
    let mut union = "";
    for (steps, done) in [(open, false), (done, true)] {
        if steps.is_empty() {
            continue;
        }
        query = query.push(union).push("select c.* from step s cross join lateral (select ").push(CARD);
        query = query.push(" from item where organisation_id = s.organisation_id and step_id = s.id");
        query = waiting(query, cx, done, filter).push(") c where s.organisation_id = ");
        query = query.push_bind(cx.organisation_id()).push(" and s.id in ");
        query = query.push_list(steps.iter().map(|step| step.id));
        union = " union all ";
    }
    query
}

/// A text of all cards for each step.
fn all_steps(cx: &kernel::Cx, shown: &[&Step], filter: &Filter, json: JsonRows) -> Query {
    let mut query = sql("");
    for (index, step) in shown.iter().enumerate() {
        query = json_of_cards(query.push(if index == 0 { "select " } else { " union all select " }), json);
        query = query.push(" from (select ").push(CARD).push(" from item where organisation_id = ");
        query = query.push_bind(cx.organisation_id()).push(" and step_id = ").push_bind(step.id);
        query = waiting(query, cx, step.kind == StepKind::Done, filter).push(") as step_cards");
    }
    query
}

/// All rows of [`CARD`] as one text, in the order of [`CardValues`].
fn json_of_cards(query: Query, json: JsonRows) -> Query {
    let id = |query: Query, name| query.push(json.begin_id).push(name).push(json.end_id);
    let query = id(query.push(json.begin), "id").push(", number, title, tag, ");
    let query = id(query, "step_id").push(", step_since, priority, ");
    let query = id(query, "assignee_id").push(", due_on, amount, comment_count, version");
    query.push(json.end)
}

/// The columns of [`CARD`]. Read by place, which for hundreds of rows is quicker than by name.
type CardValues = (
    Uuid,
    i64,
    String,
    String,
    Uuid,
    DateTime<Utc>,
    Priority,
    Option<Uuid>,
    Option<NaiveDate>,
    Option<i64>,
    i64,
    i64,
);

fn read_rows(steps: Vec<(String,)>) -> Result<Vec<CardValues>> {
    let unreadable = |cause: serde_json::Error| db::Error::Query(sqlx::Error::Decode(cause.into()));
    let mut rows: Vec<CardValues> = Vec::new();
    for (json,) in steps {
        rows.append(&mut serde_json::from_str(&json).map_err(unreadable)?);
    }
    Ok(rows)
}

fn read_card(row: CardValues) -> Card {
    let (
        id,
        number,
        title,
        tag,
        step_id,
        step_since,
        priority,
        assignee_id,
        due_on,
        amount,
        comments,
        version,
    ) = row;
    Card {
        id: id.into(),
        number,
        title,
        tag,
        step_id: step_id.into(),
        step_since,
        priority,
        assignee_id: assignee_id.map(Into::into),
        due_on,
        amount,
        comment_count: comments,
        version,
    }
}

async fn totals(cx: &kernel::Cx, workflow_id: WorkflowId, filter: &Filter) -> Result<Vec<(StepId, i64)>> {
    let query = sql("select step_id, count(*) from item where organisation_id = $1 and workflow_id = $2 and deleted_at is null ")
        .bind(cx.organisation_id())
        .bind(workflow_id);
    conditions(query, filter, cx.today().date()).push(" group by step_id").all(cx.db()).await
}

/// How many items match.
pub async fn count(cx: &kernel::Cx, workflow: &Workflow, filter: &Filter) -> Result<i64> {
    if filter.is_empty() {
        return Ok(workflow.all_steps().map(|step| step.item_count).sum());
    }
    let query = sql("select count(*) from item i where i.organisation_id = $1 and i.workflow_id = $2 and i.deleted_at is null ")
        .bind(cx.organisation_id())
        .bind(workflow.head.id);
    let (count,): (i64,) =
        in_steps(conditions(query, filter, cx.today().date()), [workflow], filter).one(cx.db()).await?;
    Ok(count)
}

/// How many items match that have no due day: so many at most, and one more where there are more.
pub async fn undated(cx: &kernel::Cx, workflow: &Workflow, filter: &Filter, most: usize) -> Result<i64> {
    // By what an index goes by: see [`cursor::NO_DAY`].
    let query = sql("select count(*) from (select i.id from item i
         where i.organisation_id = $1 and i.workflow_id = $2 and i.deleted_at is null
           and coalesce(i.due_on, '9999-12-31') = '9999-12-31' ")
    .bind(cx.organisation_id())
    .bind(workflow.head.id);
    let query = in_steps(conditions(query, filter, cx.today().date()), [workflow], filter);
    let (count,): (i64,) = query.limit(most + 1).push(") as undated").one(cx.db()).await?;
    Ok(count)
}

/// How many of the matching open items who has in which step.
pub async fn loads(cx: &kernel::Cx, workflow: &Workflow, filter: &Filter) -> Result<Vec<Load>> {
    let open = of_version(workflow, filter).iter().filter(|step| step.kind != StepKind::Done);
    let open = open.map(|step| step.id);
    let query = sql("select i.step_id, i.assignee_id, count(*) from item i
         where i.organisation_id = $1 and i.deleted_at is null and i.step_id in ")
    .bind(cx.organisation_id())
    .push_list(open);
    in_steps(conditions(query, filter, cx.today().date()), [workflow], filter)
        .push(" group by i.step_id, i.assignee_id")
        .all(cx.db())
        .await
}

/// Who is in which team.
pub async fn teams(cx: &kernel::Cx) -> Result<Vec<(MemberId, TeamId)>> {
    sql("select tm.member_id, tm.team_id
         from team_member tm
         join team t on t.organisation_id = tm.organisation_id and t.id = tm.team_id
         where tm.organisation_id = $1 and t.deleted_at is null
         order by tm.team_id, tm.member_id")
    .bind(cx.organisation_id())
    .all(cx.db())
    .await
}

/// Conditions on columns that only `item` has, so that they need no prefix.
fn conditions(mut query: Query, filter: &Filter, today: NaiveDate) -> Query {
    if !filter.q.is_empty() {
        let number = crate::model::parse_item_key(&filter.q)
            .map(|(_, number)| number)
            .or_else(|| filter.q.parse().ok());
        let (pattern, tag) = (pattern(&filter.q), tag_pattern(&filter.q));
        query = query.push(" and (number = ").push_bind(number);
        query = query.push(" or replace(lower(tag), ' ', '') like ").push_bind(&tag).push(" escape '\\'");
        query = query.push(" or lower(title) like ").push_bind(&pattern).push(" escape '\\')");
    }
    query = match filter.assignee {
        None => query,
        Some(Assignee::Nobody) => query.push(" and assignee_id is null"),
        Some(Assignee::Member(id)) => query.push(" and assignee_id = ").push_bind(id),
    };
    if let Some(level) = filter.priority {
        query = query.push(" and priority >= ").push_bind(level);
    }
    match filter.due {
        None => query,
        Some(Due::Late) => query.push(" and due_on < ").push_bind(today),
        Some(Due::Today) => query.push(" and due_on = ").push_bind(today),
        Some(Due::Week) => {
            let last = today.checked_add_days(Days::new(6)).unwrap_or(today);
            query.push(" and due_on between ").push_bind(today).push(" and ").push_bind(last)
        }
        Some(Due::Unset) => query.push(" and due_on is null"),
    }
}

fn in_steps<'a>(
    mut query: Query,
    workflows: impl IntoIterator<Item = &'a Workflow>,
    filter: &Filter,
) -> Query {
    if filter.step.is_none() && filter.team.is_none() && filter.version.is_none() {
        return query;
    }
    let mut steps = Vec::new();
    for workflow in workflows {
        let fits = |step: &&Step| {
            filter.step.is_none_or(|id| step.root() == id)
                && filter.team.is_none_or(|team| step.team_id == Some(team))
                && filter.version.is_none_or(|number| {
                    workflow.kept_version(step.id).is_some_and(|version| version.number == number)
                })
        };
        steps.extend(workflow.all_steps().filter(fits).map(|step| step.id));
    }
    query = query.push(" and i.step_id in ").push_list(steps);
    query
}

/// A `like` pattern that finds `words` anywhere, in lower case.
pub fn pattern(words: &str) -> String {
    let escaped = words.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// The same for tags, which are found with and without the spaces that they are written with.
pub fn tag_pattern(words: &str) -> String {
    pattern(&words.replace(' ', ""))
}
