//! The table of news: one sequence per organisation, without gaps, in the order of the commits.

use chrono::{DateTime, Utc};
use db::{Arg, On, Query, Result, Tx, dialect, sql};
use uuid::Uuid;

use crate::{Hearers, NewNews, News};

/// PostgreSQL's channel; the payload is the organisation.
pub(crate) const CHANNEL: &str = "mediap_outbox";

#[derive(Debug, sqlx::FromRow)]
struct Row {
    number: i64,
    topic: String,
    kind: String,
    subject_id: Uuid,
    permission: Option<String>,
    hearer_id: Option<Uuid>,
}

impl From<Row> for News {
    fn from(row: Row) -> Self {
        let hearers = match (row.hearer_id, row.permission) {
            (Some(member), _) => Hearers::Member(member),
            (None, Some(permission)) => Hearers::Permission(permission),
            (None, None) => Hearers::Everyone,
        };
        let Row { number, topic, kind, subject_id, .. } = row;
        News { number, topic, kind, subject_id, hearers }
    }
}

/// Takes the numbers of `$2` news of the organisation `$1`, and gives the last one.
const TAKE_NUMBERS: &str = "insert into outbox_head (organisation_id, number) values ($1, $2)
     on conflict (organisation_id) do update set number = outbox_head.number + $2
     returning number ";
/// As many rows are written in one statement.
const ROWS: usize = 100;

/// Writes down what a unit of work has to tell. Last in it: from here on nobody else of the organisation can.
pub async fn append(
    tx: &mut Tx,
    organisation: Uuid,
    at: DateTime<Utc>,
    news: impl Iterator<Item = NewNews>,
) -> Result<()> {
    let news: Vec<NewNews> = news.flat_map(NewNews::rows).collect();
    if news.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(news.len()).unwrap_or(i64::MAX);
    let numbered = sql("").bind(organisation).bind(count);
    let wake = dialect::notify_outbox(tx.engine());
    if dialect::writes_in_one(tx.engine()) && news.len() <= ROWS {
        let query = numbered.bind(at).push("with head as (").push(TAKE_NUMBERS).push(wake).push(
            ") insert into outbox (organisation_id, created_at, number, topic, kind, subject_id, permission, hearer_id)
             select $1, $3, head.number - $2 + news.column1, news.column2, news.column3, news.column4, news.column5,
               news.column6
             from head, ",
        );
        values(query, (1..).zip(&news)).execute(tx).await?;
        return Ok(());
    }
    let (end,): (i64,) = numbered.push(TAKE_NUMBERS).push(wake).one(&mut *tx).await?;
    for (first, news) in (end - count + 1..).step_by(ROWS).zip(news.chunks(ROWS)) {
        let query = sql("insert into outbox
               (organisation_id, created_at, number, topic, kind, subject_id, permission, hearer_id)
             select $1, $2, news.column1, news.column2, news.column3, news.column4, news.column5, news.column6
             from ")
        .bind(organisation)
        .bind(at);
        values(query, (first..).zip(news)).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Appends the rows of numbered news as a table called `news`.
fn values<'a>(mut query: Query, news: impl Iterator<Item = (i64, &'a NewNews)>) -> Query {
    for (place, (number, news)) in news.enumerate() {
        let (permission, hearer) = match &news.hearers {
            Hearers::Permission(key) => (Some(key), None),
            Hearers::Member(id) => (None, Some(*id)),
            // Members have a row each.
            Hearers::Everyone | Hearers::Members(_) => (None, None),
        };
        let row: [Arg; 6] = [
            number.into(),
            (&news.topic).into(),
            news.kind.into(),
            news.subject_id.into(),
            permission.into(),
            hearer.into(),
        ];
        query = query.push(if place == 0 { "(values " } else { ", " }).push_list(row);
    }
    query.push(") news")
}

/// The number of the last news; 0 before the first.
pub async fn head(on: impl Into<On<'_>>, organisation: Uuid) -> Result<i64> {
    let found: Option<(i64,)> = sql("select number from outbox_head where organisation_id = $1")
        .bind(organisation)
        .optional(on)
        .await?;
    Ok(found.map_or(0, |(number,)| number))
}

/// The news after the given number, at most `most`.
pub async fn after(on: impl Into<On<'_>>, organisation: Uuid, number: i64, most: usize) -> Result<Vec<News>> {
    let rows: Vec<Row> = sql("select number, topic, kind, subject_id, permission, hearer_id
         from outbox
         where organisation_id = $1 and $2 < number
         order by number ")
    .bind(organisation)
    .bind(number)
    .limit(most)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(News::from).collect())
}

/// Forgets what was told before the given instant; the sequence goes on.
pub async fn sweep(tx: &mut Tx, organisation: Uuid, before: DateTime<Utc>) -> Result<u64> {
    sql("delete from outbox where organisation_id = $1 and created_at < $2")
        .bind(organisation)
        .bind(before)
        .execute(tx)
        .await
}
