//! The logo of an organisation, for its members.

use kernel::{OrganisationId, Result, Visit};

use crate::{organisation::repo, picture::Picture};

/// The logo of an organisation the person of this request belongs to. Others get nothing, whether it exists or not.
pub async fn logo(visit: &Visit, id: OrganisationId) -> Result<Option<Picture>> {
    let Some(session) = visit.session() else { return Ok(None) };
    let found = repo::logo(visit.db(), session.shown_as(), id).await?;
    Ok(found.map(|(bytes, media_type)| Picture { bytes, media_type }))
}
