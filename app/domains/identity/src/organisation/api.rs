//! Server functions about the organisation.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]
#![expect(clippy::too_many_arguments, reason = "they are the fields of a form")]

use kernel::Result;
use leptos::prelude::*;
use server_fn::codec::{MultipartData, MultipartFormData};

use crate::organisation::model::{Choices, OrganisationProfile};

/// Creates an organisation with the person as its owner and returns where to go on.
#[server]
pub async fn create_organisation(name: String, time_zone: String, currency: String) -> Result<String> {
    super::acts::create(&kernel::Visit::current()?, &name, &time_zone, &currency).await?;
    crate::web::leave("/");
    Ok("/".into())
}

/// What settings offer for choice.
#[server]
pub async fn setting_choices() -> Result<Choices> {
    kernel::Visit::current()?.require_session()?;
    Ok(super::acts::choices())
}

/// The organisation with its settings.
#[server]
pub async fn organisation() -> Result<OrganisationProfile> {
    super::acts::get(&kernel::Cx::current().await?).await
}

/// Changes name and settings and returns where to go on: the whole page is drawn anew, since every date on it may
/// look different.
#[server]
pub async fn update_organisation(
    version: i64,
    name: String,
    time_zone: String,
    clock: String,
    week_start: String,
    language: String,
    currency: String,
    // Browsers send nothing when no box is ticked.
    #[server(default)] working_days: Vec<i64>,
) -> Result<String> {
    let form = super::acts::Form { name, time_zone, clock, week_start, language, currency, working_days };
    super::acts::update(&kernel::Cx::current().await?, version, &form).await?;
    let path = "/settings/organisation?done=saved";
    crate::web::leave(path);
    Ok(path.into())
}

/// Says whether members need a second factor, and returns where to go on.
#[server]
pub async fn require_factor(required: Option<bool>) -> Result<String> {
    let required = required.unwrap_or_default();
    super::acts::require_factor(&kernel::Cx::current().await?, required).await?;
    let path =
        if required { "/settings/organisation?done=factor" } else { "/settings/organisation?done=no-factor" };
    crate::web::leave(path);
    Ok(path.into())
}

/// Ends the viewer's own membership, and returns where to go on.
#[server]
pub async fn leave_organisation(#[server(default)] confirmed: bool) -> Result<String> {
    super::ending::leave(&kernel::Cx::current().await?, confirmed).await?;
    crate::web::leave("/");
    Ok("/".into())
}

/// Deletes the organisation of this name, and returns where to go on.
#[server]
pub async fn delete_organisation(name: String) -> Result<String> {
    super::ending::delete(&kernel::Cx::current().await?, &name).await?;
    crate::web::leave("/");
    Ok("/".into())
}

/// Sets the logo from the field `logo` of a form with a file.
#[server(input = MultipartFormData)]
pub async fn set_logo(data: MultipartData) -> Result<()> {
    let cx = kernel::Cx::current().await?;
    let file = crate::web::file(data, crate::picture::LOGO).await?;
    super::acts::set_logo(&cx, file).await?;
    crate::web::leave("/settings/organisation?done=logo");
    Ok(())
}

/// Removes the logo.
#[server]
pub async fn remove_logo() -> Result<String> {
    super::acts::remove_logo(&kernel::Cx::current().await?).await?;
    let path = "/settings/organisation?done=no-logo";
    crate::web::leave(path);
    Ok(path.into())
}
