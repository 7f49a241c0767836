//! Consents in the database. A row is written once; only taking it back is added.

use chrono::{DateTime, Utc};
use db::sql;
use kernel::{AccountId, Result, Tx, Visit};
use uuid::Uuid;

use crate::{consent::model::Consent, session::Origin};

/// What is agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// That support acts in somebody's name.
    Support,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::Support => "support",
        }
    }
}

/// Writes down that a person agreed to a text.
pub(crate) async fn give(
    tx: &mut Tx,
    visit: &Visit,
    origin: &Origin,
    account: AccountId,
    kind: Kind,
    text: &str,
) -> Result<Uuid> {
    let id = visit.new_id();
    sql("insert into consent (id, account_id, kind, text, given_at, address, user_agent)
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(id)
    .bind(account)
    .bind(kind.as_str())
    .bind(text)
    .bind(visit.now())
    .bind(origin.address.clone().unwrap_or_default())
    .bind(&origin.user_agent)
    .exactly_one(tx)
    .await?;
    Ok(id)
}

/// Writes down that a consent was taken back, once.
pub(crate) async fn withdraw(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    sql("update consent set withdrawn_at = $2 where id = $1 and withdrawn_at is null")
        .bind(id)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    text: String,
    given_at: DateTime<Utc>,
    withdrawn_at: Option<DateTime<Utc>>,
}

/// What a person agreed to, the newest first.
pub(crate) async fn list(visit: &Visit, account: AccountId) -> Result<Vec<Consent>> {
    let rows: Vec<Row> = sql("select text, given_at, withdrawn_at from consent
                              where account_id = $1
                              order by given_at desc, id desc
                              limit 200")
    .bind(account)
    .all(visit.db())
    .await?;
    let consent = |Row { text, given_at, withdrawn_at }| Consent { text, given_at, withdrawn_at };
    Ok(rows.into_iter().map(consent).collect())
}
