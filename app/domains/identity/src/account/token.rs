//! Links in mails: each carries a token that works once, for one purpose, until it expires.

use chrono::{DateTime, Duration, Utc};
use db::sql;
use kernel::{AccountId, OrganisationId, Result, Tx, Visit};
use uuid::Uuid;

use crate::secret;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Proves that the address is the person's.
    Confirm,
    /// Lets them choose another password.
    Reset,
    /// Lets them join an organisation.
    Invite,
}

impl Purpose {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Purpose::Confirm => "confirm",
            Purpose::Reset => "reset",
            Purpose::Invite => "invite",
        }
    }

    /// How long a link of this kind works.
    pub(crate) fn lasts(self) -> Duration {
        match self {
            Purpose::Confirm => Duration::days(3),
            Purpose::Reset => Duration::hours(1),
            Purpose::Invite => Duration::days(14),
        }
    }
}

/// What the database knows of a link that still works.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct MailToken {
    /// Whose link it is.
    pub(crate) account_id: AccountId,
    /// The organisation an invitation is for.
    pub(crate) organisation_id: Option<OrganisationId>,
    /// What happens when it is used.
    pub(crate) data: serde_json::Value,
}

impl MailToken {
    /// Makes a link's token and ends the earlier ones of the same kind, so that only the newest mail works.
    pub(crate) async fn issue(
        tx: &mut Tx,
        visit: &Visit,
        purpose: Purpose,
        account: AccountId,
        organisation: Option<OrganisationId>,
        data: serde_json::Value,
    ) -> Result<String> {
        let now = visit.now();
        Self::revoke(tx, now, purpose, account, organisation).await?;
        let token = secret::token();
        sql("insert into mail_token
               (id, token_hash, account_id, purpose, organisation_id, data, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(visit.new_id::<Uuid>())
        .bind(secret::fingerprint(&token))
        .bind(account)
        .bind(purpose.as_str())
        .bind(organisation)
        .bind(data)
        .bind(now)
        .bind(now + purpose.lasts())
        .exactly_one(tx)
        .await?;
        Ok(token)
    }

    /// Ends the links of one kind that an account has.
    pub(crate) async fn revoke(
        tx: &mut Tx,
        now: DateTime<Utc>,
        purpose: Purpose,
        account: AccountId,
        organisation: Option<OrganisationId>,
    ) -> Result<()> {
        sql("update mail_token
             set used_at = $1
             where account_id = $2 and purpose = $3 and organisation_id is not distinct from $4 and used_at is null")
        .bind(now)
        .bind(account)
        .bind(purpose.as_str())
        .bind(organisation)
        .execute(tx)
        .await?;
        Ok(())
    }

    /// Looks at a link without using it up.
    pub(crate) async fn peek(visit: &Visit, purpose: Purpose, token: &str) -> Result<Option<MailToken>> {
        Ok(sql("select account_id, organisation_id, data
                from mail_token
                where token_hash = $1 and purpose = $2 and used_at is null and $3 < expires_at")
        .bind(secret::fingerprint(token))
        .bind(purpose.as_str())
        .bind(visit.now())
        .optional(visit.db())
        .await?)
    }

    /// Uses a link up. Of two presses at the same moment one finds nothing.
    pub(crate) async fn consume(
        tx: &mut Tx,
        now: DateTime<Utc>,
        purpose: Purpose,
        token: &str,
    ) -> Result<Option<MailToken>> {
        Ok(sql("update mail_token
                set used_at = $1
                where token_hash = $2 and purpose = $3 and used_at is null and $1 < expires_at
                returning account_id, organisation_id, data")
        .bind(now)
        .bind(secret::fingerprint(token))
        .bind(purpose.as_str())
        .optional(tx)
        .await?)
    }

    /// Forgets links that have been useless for a while.
    pub(crate) async fn sweep(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
        sql("delete from mail_token where expires_at < $1")
            .bind(now - Duration::days(30))
            .execute(tx)
            .await?;
        Ok(())
    }
}
