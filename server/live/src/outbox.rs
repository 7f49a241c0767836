//! The table of news: one sequence per organisation, without gaps, in the order of the commits.

use chrono::{DateTime, Utc};
use db::{Arg, Chain, Engine, On, Query, Result, Tx, dialect, sql};
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
pub async fn append(tx: &mut Tx, organisation: Uuid, at: DateTime<Utc>, news: &[NewNews]) -> Result<()> {
    if dialect::writes_in_one(tx.engine())
        && let Some(chain) = append_in(Chain::default(), tx.engine(), organisation, at, news)
    {
        chain.run(tx).await?;
        return Ok(());
    }
    let news = rows(news);
    if news.is_empty() {
        return Ok(());
    }
    let count = count(&news);
    let wake = dialect::notify_outbox(tx.engine());
    let (end,): (i64,) =
        sql("").bind(organisation).bind(count).push(TAKE_NUMBERS).push(wake).one(&mut *tx).await?;
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

/// Adds the same to the end of a chain, unless it is too much for one statement.
pub fn append_in(
    chain: Chain,
    engine: Engine,
    organisation: Uuid,
    at: DateTime<Utc>,
    news: &[NewNews],
) -> Option<Chain> {
    let news = rows(news);
    if news.is_empty() || ROWS < news.len() {
        return news.is_empty().then_some(chain);
    }
    let count = count(&news);
    let chain = chain
        .then("sequence", |query, before| {
            query
                .push("insert into outbox_head (organisation_id, number) select ")
                .push_bind(organisation)
                .push(", ")
                .push_bind(count)
                .push_from(before)
                .push(" on conflict (organisation_id) do update set number = outbox_head.number + excluded.number")
                .push(" returning number")
                .push(dialect::notify_outbox(engine))
        })
        .then("told", |query, before| {
            let query = query
                .push("insert into outbox")
                .push(" (organisation_id, created_at, number, topic, kind, subject_id, permission, hearer_id) select ")
                .push_bind(organisation)
                .push(", ")
                .push_bind(at)
                .push(", number - ")
                .push_bind(count)
                .push(" + column1, column2, column3, column4, column5, column6")
                .push_from(before)
                .push(", ");
            values(query, (1..).zip(&news)).push(" returning 1")
        });
    Some(chain)
}

/// What the outbox has a row for each of.
fn rows(news: &[NewNews]) -> Vec<NewNews> {
    news.iter().flat_map(NewNews::rows).collect()
}

fn count(news: &[NewNews]) -> i64 {
    i64::try_from(news.len()).unwrap_or(i64::MAX)
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
