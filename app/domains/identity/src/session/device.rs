//! Browsers that a person has logged in with before. A cookie proves it, so their tries have a count of their own: who
//! guesses from elsewhere cannot keep the person out of the browser they always use.

use chrono::{DateTime, Duration, Utc};
use db::sql;
use kernel::{Result, Tx, Visit, agent};
use uuid::Uuid;

use crate::{account::repo::Account, factor::mails, secret, session::Origin};

/// How long a browser is remembered after its last log-in.
const KEPT: Duration = Duration::days(400);

/// Whether the browser of a request is known to belong to whoever has this address.
pub(crate) async fn is_known(on: impl Into<db::On<'_>>, email: &str, device: &str) -> Result<bool> {
    let (count,): (i64,) = sql("select count(*)
         from known_device d
         join account a on a.id = d.account_id
         where d.token_hash = $1 and lower(a.email) = $2")
    .bind(secret::fingerprint(device))
    .bind(email)
    .one(on)
    .await?;
    Ok(0 < count)
}

/// Notes that the person logged in with this browser, and tells them by mail when it is one they never used. Returns what
/// the cookie is to carry when that changes.
pub(super) async fn note(
    tx: &mut Tx,
    visit: &Visit,
    origin: &Origin,
    account: &Account,
) -> Result<Option<String>> {
    let now = visit.now();
    let known = origin.device.as_deref().map(secret::fingerprint);
    let seen = sql("update known_device
                    set seen_at = $3, user_agent = $4
                    where account_id = $1 and token_hash = $2")
    .bind(account.id)
    .bind(known.clone().unwrap_or_default())
    .bind(now)
    .bind(&origin.user_agent)
    .execute(&mut *tx)
    .await?;
    if 0 < seen {
        return Ok(None);
    }
    let agents: Vec<(String,)> =
        sql("select user_agent from known_device where account_id = $1 order by seen_at desc limit 100")
            .bind(account.id)
            .all(&mut *tx)
            .await?;
    let name = agent::name(&origin.user_agent);
    if !agents.is_empty() && agents.iter().all(|(other,)| agent::name(other) != name) {
        tx.send(&mails::new_device(visit, account, origin)).await?;
    }
    // Another person may use the same browser. A token that nobody here gave out is not taken.
    let (shared,): (i64,) = sql("select count(*) from known_device where token_hash = $1")
        .bind(known.clone().unwrap_or_default())
        .one(&mut *tx)
        .await?;
    let (hash, given) = match known {
        Some(hash) if 0 < shared => (hash, None),
        _ => {
            let token = secret::token();
            (secret::fingerprint(&token), Some(token))
        }
    };
    sql("insert into known_device (id, account_id, token_hash, user_agent, created_at, seen_at)
         values ($1, $2, $3, $4, $5, $5)")
    .bind(visit.new_id::<Uuid>())
    .bind(account.id)
    .bind(hash)
    .bind(&origin.user_agent)
    .bind(now)
    .exactly_one(tx)
    .await?;
    Ok(given)
}

/// Forgets browsers that were not used for long.
pub(crate) async fn sweep(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    sql("delete from known_device where seen_at < $1").bind(now - KEPT).execute(tx).await?;
    Ok(())
}
