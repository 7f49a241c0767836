//! Erasures in the database.

use chrono::{DateTime, Utc};
use db::sql;
use kernel::{AccountId, MemberId, OrganisationId, Result, Tx, privacy::NOBODY, privacy::Subject};

use crate::privacy::tombstone::Tombstone;

/// Whether the account is somebody else's to speak of too: other organisations have or had the person, or they have an
/// account already and have not answered the invitation. Read where their memberships can be seen.
pub async fn is_shared(
    on: impl Into<db::On<'_>>,
    account: AccountId,
    organisation: OrganisationId,
) -> Result<bool> {
    let (count,): (i64,) = sql("select count(*)
         from member m
         join account a on a.id = m.account_id
         where m.account_id = $1
           and (m.organisation_id <> $2 or (m.state = 'invited' and a.confirmed_at is not null))")
    .bind(account)
    .bind(organisation)
    .one(on)
    .await?;
    Ok(0 < count)
}

/// Writes the account that stands for a member without a name. Its address is none, so nothing reaches it and nobody
/// logs in with it.
pub async fn insert_nobody(tx: &mut Tx, subject: &Subject, at: DateTime<Utc>) -> Result<()> {
    sql("insert into account (id, email, name, password_hash, created_at, updated_at)
         values ($1, $2, $3, '', $4, $4)
         on conflict (id) do nothing")
    .bind(subject.nobody())
    .bind(format!("erased-{}@invalid", subject.member.uuid().simple()))
    .bind(NOBODY)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Writes a tombstone, if it is not there.
pub async fn bury(tx: &mut Tx, tombstone: &Tombstone) -> Result<()> {
    sql("insert into erasure (organisation_id, member_id, whole, erased_at, erased_by)
         values ($1, $2, $3, $4, $5)
         on conflict (organisation_id, member_id) do nothing")
    .bind(tombstone.organisation)
    .bind(tombstone.member)
    .bind(tombstone.whole)
    .bind(tombstone.erased_at)
    .bind(tombstone.erased_by)
    .execute(tx)
    .await?;
    Ok(())
}

/// The tombstones of an organisation, oldest first.
pub async fn tombstones(on: impl Into<db::On<'_>>, organisation: OrganisationId) -> Result<Vec<Tombstone>> {
    let rows: Vec<(MemberId, bool, DateTime<Utc>, MemberId)> =
        sql("select member_id, whole, erased_at, erased_by
             from erasure
             where organisation_id = $1
             order by erased_at, member_id")
        .bind(organisation)
        .all(on)
        .await?;
    let tombstone = |(member, whole, erased_at, erased_by)| Tombstone {
        organisation,
        member,
        whole,
        erased_at,
        erased_by,
    };
    Ok(rows.into_iter().map(tombstone).collect())
}
