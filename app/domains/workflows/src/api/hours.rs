//! The working hours of the organisation, its teams and members.

#![expect(clippy::too_many_arguments, reason = "they are the fields of a form")]

use kernel::Result;
use leptos::prelude::*;

use crate::hours::Places;

#[cfg(feature = "ssr")]
use {
    crate::{
        acts::hours as acts,
        hours::{Hours, Whose},
    },
    kernel::{Cx, Error},
};

/// The working hours of the organisation, its teams and members.
#[server]
pub async fn load_working_hours() -> Result<Places> {
    acts::list(&Cx::current().await?).await
}

/// Says when people work in a team, when a member does, or in the whole organisation where both are empty. `version` is what that
/// was said on. With `usual` the days count for nothing: a member works as their team does, a team as its organisation, an
/// organisation from nine to five.
#[server]
pub async fn set_working_hours(
    #[server(default)] team: String,
    #[server(default)] member: String,
    version: i64,
    #[server(default)] usual: String,
    #[server(default)] monday: String,
    #[server(default)] tuesday: String,
    #[server(default)] wednesday: String,
    #[server(default)] thursday: String,
    #[server(default)] friday: String,
    #[server(default)] saturday: String,
    #[server(default)] sunday: String,
    #[server(default)] holidays: String,
) -> Result<()> {
    let cx = Cx::current().await?;
    let whose = match (team.as_str(), member.as_str()) {
        ("", "") => Whose::Organisation,
        ("", id) => Whose::Member(id.parse().map_err(|_| Error::invalid("member", "Choose a member."))?),
        (id, _) => Whose::Team(id.parse().map_err(|_| Error::NotFound)?),
    };
    let days = [monday, tuesday, wednesday, thursday, friday, saturday, sunday];
    let hours = Hours::read(usual.is_empty().then_some(&days), &holidays)?;
    acts::set(&cx, whose, version, &hours).await
}
