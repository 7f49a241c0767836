//! Server functions about the data of a person.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{MemberId, Result};
use leptos::prelude::*;

use crate::privacy::model::{Erased, ErasurePlan};

/// Says where the data of a person can be fetched within the next minutes.
#[server]
pub async fn prepare_export(member: MemberId) -> Result<String> {
    let path = super::acts::prepare(&kernel::Cx::current().await?, member).await?;
    crate::web::leave(&path);
    Ok(path)
}

/// What erasing a person would do.
#[server]
pub async fn plan_erasure(member: MemberId) -> Result<ErasurePlan> {
    super::acts::plan(&kernel::Cx::current().await?, member).await
}

/// Erases a person. Their address, typed, says that they are meant.
#[server]
pub async fn erase_person(member: MemberId, email: String) -> Result<Erased> {
    let cx = kernel::Cx::current().await?;
    let erased = super::acts::erase(&cx, member, &email).await?;
    crate::web::leave(&format!("/settings/members/{member}/privacy"));
    Ok(erased)
}
