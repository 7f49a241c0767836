//! Server functions about support acting as a member.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{MemberId, OrganisationId, Result, SupportAccessId};
use leptos::prelude::*;

use crate::support::model::{Leave, Leaves, Offer};

/// The leaves about a member, by default about oneself.
#[server]
pub async fn support_leaves(member: Option<MemberId>) -> Result<Leaves> {
    let cx = kernel::Cx::current().await?;
    super::acts::leaves(&cx, member.unwrap_or(cx.member_id())).await
}

/// Lets support act as a member for some hours, by default as oneself.
#[server]
pub async fn allow_support(member: Option<MemberId>, hours: i64, reason: String) -> Result<Leave> {
    let cx = kernel::Cx::current().await?;
    let member = member.unwrap_or(cx.member_id());
    super::acts::allow(&cx, &crate::web::origin(), member, hours, &reason).await
}

/// Takes leave back.
#[server]
pub async fn withdraw_support(id: SupportAccessId) -> Result<()> {
    super::acts::withdraw(&kernel::Cx::current().await?, id).await
}

/// What a leave says to support.
#[server]
pub async fn support_offer(organisation: OrganisationId, id: SupportAccessId) -> Result<Offer> {
    super::acts::offer(&kernel::Visit::current()?, organisation, id).await
}

/// Begins to act as the member of a leave and returns where to go on.
#[server]
pub async fn act_as_member(organisation: OrganisationId, id: SupportAccessId) -> Result<String> {
    let visit = kernel::Visit::current()?;
    let token = super::acts::begin(&visit, &crate::web::origin(), organisation, id).await?;
    crate::web::give_token(&visit, &token);
    crate::web::leave("/");
    Ok("/".into())
}

/// Stops acting as a member and returns where to go on.
#[server]
pub async fn stop_acting() -> Result<String> {
    super::acts::stop(&kernel::Visit::current()?).await?;
    crate::web::leave("/");
    Ok("/".into())
}
