//! The table of news: one sequence per organisation, without gaps, in the order of the commits.

use chrono::{DateTime, Utc};
use db::{On, Result, Tx, dialect, sql};
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
    let (end,): (i64,) = sql("insert into outbox_head (organisation_id, number) values ($1, $2)
         on conflict (organisation_id) do update set number = outbox_head.number + $2
         returning number ")
    .bind(organisation)
    .bind(count)
    .push(dialect::notify_outbox(tx.engine()))
    .one(&mut *tx)
    .await?;
    for (number, news) in (end - count + 1..).zip(news) {
        let (permission, hearer) = match news.hearers {
            Hearers::Everyone => (None, None),
            Hearers::Permission(key) => (Some(key), None),
            Hearers::Member(id) => (None, Some(id)),
            // They have a row each.
            Hearers::Members(_) => continue,
        };
        sql("insert into outbox
               (organisation_id, number, topic, kind, subject_id, permission, hearer_id, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(organisation)
        .bind(number)
        .bind(news.topic)
        .bind(news.kind)
        .bind(news.subject_id)
        .bind(permission)
        .bind(hearer)
        .bind(at)
        .exactly_one(&mut *tx)
        .await?;
    }
    Ok(())
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
