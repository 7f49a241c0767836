//! Acts that are sent again because nobody knows whether they were done: each key is done once.

use chrono::{DateTime, Duration, Utc};
use db::sql;
use uuid::Uuid;

use crate::{OrganisationId, Result, Tx};

/// How long a key is known. Who comes back later looks at what is there.
const KEPT: Duration = Duration::days(7);

impl Tx {
    /// Notes that the member does something by this key to, or by making, `record`. Says what it was done to when it was
    /// done before: then nothing is left to do.
    pub async fn once(&mut self, key: Option<Uuid>, record: Uuid) -> Result<Option<Uuid>> {
        let Some(key) = key else { return Ok(None) };
        let (organisation, member) = self.place()?;
        let now = self.now();
        let written = sql("insert into act_key (organisation_id, member_id, key, record_id, created_at)
             values ($1, $2, $3, $4, $5)
             on conflict (organisation_id, member_id, key) do nothing")
        .bind(organisation)
        .bind(member)
        .bind(key)
        .bind(record)
        .bind(now)
        .execute(&mut *self)
        .await?;
        if written == 1 {
            return Ok(None);
        }
        let (done,): (Uuid,) =
            sql("select record_id from act_key where organisation_id = $1 and member_id = $2 and key = $3")
                .bind(organisation)
                .bind(member)
                .bind(key)
                .one(self)
                .await?;
        Ok(Some(done))
    }
}

/// Forgets keys that nobody sends any more.
pub(crate) async fn sweep(tx: &mut db::Tx, organisation: OrganisationId, now: DateTime<Utc>) -> Result<u64> {
    let gone = sql("delete from act_key where organisation_id = $1 and created_at < $2")
        .bind(organisation)
        .bind(now - KEPT)
        .execute(tx)
        .await?;
    Ok(gone)
}
