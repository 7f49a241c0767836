//! The picture of a person, for whoever shares an organisation with them.

use kernel::{MemberId, Result, Visit};

use crate::{person::repo, picture::Picture};

/// The picture of a member of an organisation the person of this request belongs to. Others get nothing, whether it
/// exists or not.
pub async fn avatar(visit: &Visit, id: MemberId) -> Result<Option<Picture>> {
    let Some(session) = visit.session() else { return Ok(None) };
    let found = repo::avatar(visit.db(), session.shown_as(), id).await?;
    Ok(found.map(|(bytes, media_type)| Picture { bytes, media_type }))
}
