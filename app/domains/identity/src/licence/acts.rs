//! How the licence stands for an organisation.

use kernel::{Cx, Permission, Result};
use licence::{File, Plan, Reading};

use crate::{
    fault,
    licence::{
        model::{Bought, Standing},
        repo,
    },
};

/// What was bought, and how it stands for the organisation.
pub async fn get(cx: &Cx, file: &File) -> Result<Standing> {
    let cx = cx.clone().require(Permission::LicenceManage)?;
    let members = repo::count_members(cx.db(), cx.organisation_id()).await?;
    let file = file.clone();
    let reading = tokio::task::spawn_blocking(move || file.read())
        .await
        .map_err(|cause| fault::internal("Reading the licence was interrupted", &cause))?;
    let licence = reading.licence();
    let standing = licence::standing(licence, cx.now(), members);
    Ok(Standing {
        plan: licence.map_or(Plan::Free.label(), |licence| licence.plan_label()).to_owned(),
        bought: licence.map(|licence| Bought {
            id: licence.id.clone(),
            licensee: licence.licensee.clone(),
            seats: licence.seats,
            issued: licence.issued.into(),
            expires: licence.expires.map(Into::into),
        }),
        members,
        included: licence::included(licence),
        text: standing.to_string(),
        wants_attention: standing.wants_attention(),
        fault: match &*reading {
            Reading::Fault(error) => Some(format!("The licence file cannot be used: {error}.")),
            Reading::Nothing | Reading::Licence(_) => None,
        },
    })
}
