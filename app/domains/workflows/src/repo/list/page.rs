//! Pages of a list. Each goes on behind the last row of the one before, whatever came or went in front of it.

use chrono::{DateTime, NaiveDate, Utc};
use db::{Query, Result, sql};
use kernel::{Cx, WorkflowId};

use super::{Cursor, conditions, in_steps};
use crate::{
    filter::{Filter, Sort, SortBy},
    model::{Card, Item, Workflow},
    repo::item,
};

/// Which items to read, and in which order.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// Only items of these workflows.
    pub workflows: &'a [Workflow],
    /// Only items that fit.
    pub filter: &'a Filter,
    /// Only items that were changed then or later.
    pub updated_since: Option<DateTime<Utc>>,
    /// Only items that are due on these days.
    pub due: DueSpan,
    /// The order.
    pub sort: Sort,
    /// Where the page before ended.
    pub after: Option<&'a Cursor>,
    /// How many at most.
    pub limit: usize,
}

/// Days of which items are due on one; items without a due day only where neither end is named.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DueSpan {
    /// That day or later.
    pub from: Option<NaiveDate>,
    /// That day or earlier.
    pub until: Option<NaiveDate>,
}

impl DueSpan {
    /// By what an index goes by.
    fn narrow(self, mut query: Query) -> Query {
        if self == DueSpan::default() {
            return query;
        }
        if let Some(from) = self.from {
            query = query.push(" and ").push(order(SortBy::Due)).push(" >= ").push_bind(from);
        }
        if let Some(until) = self.until {
            query = query.push(" and ").push(order(SortBy::Due)).push(" <= ").push_bind(until);
        }
        query.push(" and i.due_on is not null")
    }
}

/// A page of cards, and where the next one starts.
pub async fn page(cx: &Cx, wanted: &Wanted<'_>) -> Result<(Vec<Card>, Option<Cursor>)> {
    read(cx, wanted).await
}

/// A page of items with their workflows and data, and where the next one starts.
pub async fn whole_page(cx: &Cx, wanted: &Wanted<'_>) -> Result<(Vec<(WorkflowId, Item)>, Option<Cursor>)> {
    let (rows, next) = read::<item::Row>(cx, wanted).await?;
    Ok((rows.into_iter().map(item::Row::split).collect(), next))
}

/// What is read of an item.
trait Read {
    /// The columns, of `item i`.
    const COLUMNS: &'static str;

    fn card(&self) -> &Card;
}

impl Read for Card {
    const COLUMNS: &'static str =
        "i.id, i.number, i.title, i.tag, i.step_id, i.step_since, i.priority, i.assignee_id, i.due_on,
       i.amount, i.comment_count, i.version, i.updated_at";

    fn card(&self) -> &Card {
        self
    }
}

impl Read for item::Row {
    const COLUMNS: &'static str =
        "i.id, i.number, i.title, i.tag, i.step_id, i.step_since, i.priority, i.assignee_id, i.due_on,
       i.amount, i.comment_count, i.version, i.workflow_id, i.data, i.created_at, i.created_by, i.updated_at,
       i.returns_to_step_id, i.wakes_at";

    fn card(&self) -> &Card {
        &self.card
    }
}

#[derive(sqlx::FromRow)]
struct Row<T> {
    #[sqlx(flatten)]
    record: T,
    updated_at: DateTime<Utc>,
    // Read where the list goes by them.
    #[sqlx(default)]
    sort_title: String,
    #[sqlx(default)]
    sort_position: i64,
}

impl<T: Read> Row<T> {
    fn cursor(&self, by: SortBy) -> Cursor {
        let card = self.record.card();
        match by {
            SortBy::Number => Cursor::number(card.id, card.number),
            SortBy::Title => Cursor::text(card.id, self.sort_title.clone()),
            SortBy::Step => Cursor::number(card.id, self.sort_position),
            SortBy::Due => Cursor::day(card.id, card.due_on),
            SortBy::Priority => Cursor::number(card.id, card.priority.level()),
            SortBy::Amount => Cursor::number(card.id, card.amount.unwrap_or_default()),
            SortBy::Updated => Cursor::time(card.id, self.updated_at),
        }
    }
}

async fn read<T: Read>(cx: &Cx, wanted: &Wanted<'_>) -> Result<(Vec<T>, Option<Cursor>)>
where
    Row<T>: db::Record,
{
    let mut rows: Vec<Row<T>> = statement::<T>(cx, wanted).all(cx.db()).await?;
    let more = wanted.limit < rows.len();
    rows.truncate(wanted.limit);
    let next = rows.last().filter(|_| more).map(|row| row.cursor(wanted.sort.by));
    Ok((rows.into_iter().map(|row| row.record).collect(), next))
}

fn statement<T: Read>(cx: &Cx, wanted: &Wanted<'_>) -> Query {
    let Wanted { workflows, filter, updated_since, due, sort, after, limit } = *wanted;
    let mut query = sql("select ").push(T::COLUMNS).push(match sort.by {
        SortBy::Title => ", lower(i.title) as sort_title from item i",
        // Only this order needs the steps: without them PostgreSQL and SQLite can read an index and stop.
        SortBy::Step => ", s.position as sort_position from item i join step s on s.id = i.step_id",
        _ => " from item i",
    });
    query = query.push(" where i.organisation_id = ").push_bind(cx.organisation_id());
    query = query.push(" and i.workflow_id in ").push_list(workflows.iter().map(|workflow| workflow.head.id));
    query = query.push(" and i.deleted_at is null");
    query = in_steps(conditions(query, filter, cx.today().date()), workflows, filter);
    if let Some(since) = updated_since {
        query = query.push(" and i.updated_at >= ").push_bind(since);
    }
    query = due.narrow(query);
    let key = order(sort.by);
    if let Some(cursor) = after {
        query = query.push(" and (").push(key);
        query = query.push(if sort.descending { ", i.id) < (" } else { ", i.id) > (" });
        query = cursor.bind(query).push(")");
    }
    query = query.push(" order by ").push(key);
    query.push(if sort.descending { " desc, i.id desc" } else { ", i.id" }).limit(limit + 1)
}

/// What a list goes by. Nothing here is ever null, so that a row of values can be compared with a cursor, and nothing is a
/// value, so that it can be what an index goes by.
fn order(by: SortBy) -> &'static str {
    match by {
        SortBy::Number => "i.number",
        SortBy::Title => "lower(i.title)",
        SortBy::Step => "s.position",
        // [`super::cursor::NO_DAY`].
        SortBy::Due => "coalesce(i.due_on, '9999-12-31')",
        SortBy::Priority => "i.priority",
        SortBy::Amount => "coalesce(i.amount, 0)",
        SortBy::Updated => "i.updated_at",
    }
}
