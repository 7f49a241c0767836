//! Members as the program reaches them while they are not there: for mails, and for what their browsers show.

use db::sql;
use kernel::{AccountId, Cx, MemberId, OrganisationId, Result, Site};

use crate::session::place::{Place, place};

/// A member with what they may do now, their full name and their address; nothing when they have no access any more, or
/// are a robot.
pub async fn reach(
    site: &Site,
    organisation: OrganisationId,
    member: MemberId,
) -> Result<Option<(Cx, String, String)>> {
    let reader = site.reader(db::Scope::organisation(organisation.uuid()));
    let found: Option<(AccountId, String, String)> = sql("select a.id, a.name, a.email from member m
         join account a on a.id = m.account_id
         where m.organisation_id = $1 and m.id = $2 and m.state = 'active'")
    .bind(organisation)
    .bind(member)
    .optional(&reader)
    .await?;
    let Some((account, name, email)) = found else { return Ok(None) };
    let place = place(&reader, account, organisation, account, true).await?;
    let Some(Place::Member { membership, .. }) = place else { return Ok(None) };
    reader.rest().await;
    Ok(Some((Cx::system(site, "notification", *membership), name, email)))
}
