//! Server functions about people as others see them.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::Result;
use leptos::prelude::*;
use server_fn::codec::{MultipartData, MultipartFormData};

use crate::person::model::{OwnProfile, PersonCard};

/// One's own profile.
#[server(name = ViewProfile)]
pub async fn profile() -> Result<OwnProfile> {
    super::acts::own(&kernel::Cx::current().await?).await
}

/// Changes one's own profile.
#[server]
pub async fn update_profile(
    version: i64,
    name: String,
    title: String,
    location: String,
    time_zone: String,
    bio: String,
) -> Result<()> {
    let form = super::acts::Form { name, title, location, time_zone, bio };
    super::acts::update(&kernel::Cx::current().await?, version, &form).await?;
    crate::web::leave("/settings/profile?done=saved");
    Ok(())
}

/// Sets one's own picture from the field `avatar` of a form with a file.
#[server(input = MultipartFormData)]
pub async fn set_avatar(data: MultipartData) -> Result<()> {
    let cx = kernel::Cx::current().await?;
    let file = crate::web::file(data, crate::picture::AVATAR).await?;
    super::acts::set_avatar(&cx, file).await?;
    crate::web::leave("/settings/profile?done=picture");
    Ok(())
}

/// Removes one's own picture.
#[server]
pub async fn remove_avatar() -> Result<()> {
    super::acts::remove_avatar(&kernel::Cx::current().await?).await?;
    crate::web::leave("/settings/profile?done=no-picture");
    Ok(())
}

/// What the page of a member shows; an id that is none belongs to nobody.
#[server(name = ViewPerson)]
pub async fn person(id: String) -> Result<PersonCard> {
    let id = id.parse().map_err(|_| kernel::Error::NotFound)?;
    super::acts::card(&kernel::Cx::current().await?, id).await
}
