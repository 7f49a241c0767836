//! Public forms: turning one on, and what anybody may do who has its link.

#![expect(clippy::too_many_arguments, reason = "they are the fields of a form")]

use std::collections::BTreeMap;

use kernel::Result;
use leptos::prelude::*;

use crate::intake::{IntakePage, PublicForm, Received};

#[cfg(feature = "ssr")]
use {
    super::read_key,
    crate::{
        acts::intake::{self as acts, Delivery, Posted},
        intake::{Contact, Intake, Sent, named},
    },
    http::{HeaderName, HeaderValue, header::CACHE_CONTROL, request::Parts},
    kernel::{ClientAddress, Cx, Error, Visit},
    leptos::reactive::owner::with_context,
};

/// The public form of the workflow whose items are called `key-…`, for whoever decides about it.
#[server]
pub async fn load_intake(key: String) -> Result<IntakePage> {
    acts::page(&Cx::current().await?, &key).await
}

/// Keeps what the public form of a workflow says and asks, and whether its link opens it. `version` is what that was said on.
/// `fields` names those that are asked besides those that always are.
#[server]
pub async fn save_intake(
    key: String,
    version: i64,
    #[server(default)] open: String,
    #[server(default)] heading: String,
    #[server(default)] introduction: String,
    #[server(default)] title_label: String,
    #[server(default)] afterwards: String,
    #[server(default)] contact: String,
    #[server(default)] fields: BTreeMap<String, String>,
) -> Result<()> {
    let cx = Cx::current().await?;
    let unknown = || Error::invalid("contact", "Choose whether it asks who sends it.");
    let intake = Intake {
        heading,
        introduction,
        title_label,
        afterwards,
        contact: Contact::from_key(&contact).ok_or_else(unknown)?,
        fields: fields.keys().filter_map(|name| named(name)).collect(),
    };
    acts::save(&cx, &key, version, intake, !open.is_empty()).await
}

/// Gives the public form of a workflow another link; the one before opens nothing any more.
#[server]
pub async fn renew_intake_link(key: String, version: i64) -> Result<()> {
    acts::renew(&Cx::current().await?, &key, version).await
}

/// What the form that a link opens asks of anybody.
#[server]
pub async fn load_public_form(token: String) -> Result<PublicForm> {
    let visit = Visit::current()?;
    keep_to_oneself();
    acts::show(&visit, &token, use_context::<Posted>()).await
}

/// Starts an item with what somebody filled in who has the link. Sent again with the same `key`, it starts one.
/// Nobody sees `homepage`; only robots fill it in.
#[server]
pub async fn send_public_form(
    token: String,
    #[server(default)] title: String,
    #[server(default)] sender_name: String,
    #[server(default)] sender_email: String,
    #[server(default)] homepage: String,
    key: Option<String>,
    #[server(default)] data: BTreeMap<String, String>,
) -> Result<Received> {
    let visit = Visit::current()?;
    keep_to_oneself();
    let address = with_context(|parts: &Parts| parts.extensions.get::<ClientAddress>().copied()).flatten();
    let sent = Sent { title, name: sender_name, email: sender_email, data };
    acts::send(&visit, address, &token, Delivery { sent, trap: homepage, key: read_key(key) }).await
}

/// No cache keeps what a link opens, and no search engine lists it.
#[cfg(feature = "ssr")]
fn keep_to_oneself() {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.insert_header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let robots = HeaderName::from_static("x-robots-tag");
        response.insert_header(robots, HeaderValue::from_static("noindex, nofollow"));
    }
}
