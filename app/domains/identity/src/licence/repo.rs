//! What a licence counts, in the database.

use db::sql;
use kernel::{OrganisationId, Result};

/// How many members take a seat: those who work there. Who is invited or suspended takes none.
pub async fn count_members(on: impl Into<db::On<'_>>, organisation: OrganisationId) -> Result<u32> {
    let (count,): (i64,) = sql("select count(*)
         from member
         where organisation_id = $1 and state = 'active' and deleted_at is null")
    .bind(organisation)
    .one(on)
    .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}
