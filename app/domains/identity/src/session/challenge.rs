//! A log-in that waits for the second factor. It is no session: it gives no right, lasts ten minutes, and ends with the
//! fifth wrong code.

use chrono::{DateTime, Duration, Utc};
use db::sql;
use kernel::{AccountId, Error, OrganisationId, Result, Tx, Visit};
use serde_json::json;
use uuid::Uuid;

use crate::{
    account::{self, event, event::Kind},
    factor,
    limit::{self, Act},
    passkey, secret,
    session::{Origin, Proof, Started, begin, model::Awaited},
};

/// How long the code may take.
pub(crate) const LASTS: Duration = Duration::minutes(10);
/// The wrong code that ends it.
const MOST: i64 = 5;

/// Begins to wait, and returns what the cookie carries.
pub(super) async fn issue(
    tx: &mut Tx,
    visit: &Visit,
    account: AccountId,
    proof: Proof,
    organisation: Option<OrganisationId>,
) -> Result<String> {
    let token = secret::token();
    let now = visit.now();
    sql("insert into login_challenge
           (id, token_hash, account_id, organisation_id, proof, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(visit.new_id::<Uuid>())
    .bind(secret::fingerprint(&token))
    .bind(account)
    .bind(organisation)
    .bind(proof.as_str())
    .bind(now)
    .bind(now + LASTS)
    .exactly_one(tx)
    .await?;
    Ok(token)
}

#[derive(sqlx::FromRow)]
struct Waiting {
    id: Uuid,
    account_id: AccountId,
    organisation_id: Option<OrganisationId>,
    proof: String,
    email: String,
}

async fn find(visit: &Visit, token: Option<&str>) -> Result<Waiting> {
    let found = sql("select c.id, c.account_id, c.organisation_id, c.proof, a.email
         from login_challenge c
         join account a on a.id = c.account_id
         where c.token_hash = $1 and $2 < c.expires_at and c.tries < $3")
    .bind(secret::fingerprint(token.unwrap_or_default()))
    .bind(visit.now())
    .bind(MOST)
    .optional(visit.db())
    .await?;
    found.ok_or_else(is_over)
}

/// What the log-in of this browser waits for, if it has one that waits.
pub async fn waits(visit: &Visit, token: Option<&str>) -> Result<Option<Awaited>> {
    match find(visit, token).await {
        Ok(waiting) => {
            Ok(Some(Awaited { passkey: passkey::acts::may_use(visit, waiting.account_id).await? }))
        }
        Err(Error::Conflict(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Ends the log-in by a code of the app or a recovery code, and begins the session.
pub async fn answer(visit: &Visit, origin: &Origin, token: Option<&str>, typed: &str) -> Result<Started> {
    let waiting = find(visit, token).await?;
    limit::count(visit, Act::Code, &waiting.email, origin).await?;
    let account = account::repo::get(visit.db(), waiting.account_id).await?;
    let mut tx = visit.begin().await?;
    // The try is counted before the code is looked at, so that tries side by side are not free.
    let counted: Option<(i64,)> = sql("update login_challenge
         set tries = tries + 1
         where id = $1 and tries < $2
         returning tries")
    .bind(waiting.id)
    .bind(MOST)
    .optional(&mut tx)
    .await?;
    let (tries,) = counted.ok_or_else(is_over)?;
    let Some(used) = factor::acts::use_code(&mut tx, visit, origin, &account, typed).await? else {
        event::note(&mut tx, visit, origin, account.id, Kind::CodeRefused, json!({})).await?;
        let last = MOST <= tries;
        if last {
            tx.send(&factor::mails::wrong_codes(visit, &account, origin)).await?;
        }
        tx.commit().await?;
        return Err(if last { is_over() } else { wrong(MOST - tries) });
    };
    sql("delete from login_challenge where id = $1").bind(waiting.id).execute(&mut tx).await?;
    let what = json!({ "by": waiting.proof, "and": used.as_str() });
    let how = begin::How { what, with_passkey: false };
    let started = begin::start(&mut tx, visit, origin, &account, how, waiting.organisation_id).await?;
    tx.commit().await?;
    limit::forgive(visit, Act::Code, &waiting.email, origin).await?;
    Ok(started)
}

fn wrong(left: i64) -> Error {
    let tries = if left == 1 { "1 try is".to_owned() } else { format!("{left} tries are") };
    Error::invalid("code", format!("This code does not fit, or was used already. {tries} left."))
}

fn is_over() -> Error {
    Error::Conflict("This log-in has taken too long or had too many wrong codes. Begin again.".into())
}

/// Ends the log-ins of a person that still wait: what they were begun with is no longer true.
pub(crate) async fn revoke(tx: &mut Tx, account: AccountId) -> Result<()> {
    sql("delete from login_challenge where account_id = $1").bind(account).execute(tx).await?;
    Ok(())
}

/// Ends the log-ins of a person that wait and could come out in this organisation: those that name it, and those that name
/// none.
pub(crate) async fn revoke_in(tx: &mut Tx, account: AccountId, organisation: OrganisationId) -> Result<()> {
    sql("delete from login_challenge
         where account_id = $1 and (organisation_id is null or organisation_id = $2)")
    .bind(account)
    .bind(organisation)
    .execute(tx)
    .await?;
    Ok(())
}

/// Forgets what is over.
pub(crate) async fn sweep(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    sql("delete from login_challenge where expires_at <= $1").bind(now).execute(tx).await?;
    Ok(())
}
