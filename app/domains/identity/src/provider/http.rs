//! The two ends of the way through a provider as requests: what the server answers to a browser. No page stands behind
//! them, so they are no server functions.

use http::request::Parts;
use kernel::{Error, Result, Visit};

use crate::{
    provider::{
        Providers,
        acts::{self, Aim, Answer, Outcome},
        link,
        model::Why,
    },
    secret, ticket, web,
};

/// Where the settings show linked accounts.
const SETTINGS: &str = "/settings/security";

/// What the browser is told.
#[derive(Debug)]
pub struct Reply {
    /// Values of `Set-Cookie`.
    pub cookies: Vec<String>,
    /// Where it goes.
    pub place: Place,
}

/// Where the browser goes.
#[derive(Debug, PartialEq, Eq)]
pub enum Place {
    /// To a page of this site.
    Here(String),
    /// To the provider of this name, at this address.
    Away(String, String),
}

/// `POST /oidc/{id}/start`: begins, and sends the browser to the provider. `link` is for a person in their settings.
pub async fn start(
    visit: &Visit,
    providers: &Providers,
    parts: &Parts,
    id: &str,
    next: Option<&str>,
    link: bool,
) -> Result<Reply> {
    let site = visit.site();
    let origin = web::origin_of(parts, site);
    let browser = ticket::PROVIDER.read(&parts.headers, site).unwrap_or_else(secret::token);
    let aim = if link { Aim::Link } else { Aim::LogIn };
    let started = acts::start(visit, providers, &origin, &browser, id, aim, next).await?;
    let place = match started {
        Ok(address) => {
            let name = providers.get(id).map(|provider| provider.name().to_owned()).unwrap_or_default();
            Place::Away(name, address)
        }
        Err(why) => Place::Here(failed(id, why)),
    };
    Ok(Reply { cookies: vec![ticket::PROVIDER.set(site, &browser)], place })
}

/// `GET /oidc/{id}/callback`: reads the answer that the browser brings back.
pub async fn callback(
    visit: &Visit,
    providers: &Providers,
    parts: &Parts,
    id: &str,
    answer: &Answer,
) -> Result<Reply> {
    let site = visit.site();
    let origin = web::origin_of(parts, site);
    let browser = ticket::PROVIDER.read(&parts.headers, site);
    let outcome = acts::finish(visit, providers, &origin, browser.as_deref(), id, answer).await;
    let mut cookies = Vec::new();
    let path = match outcome {
        Ok(Outcome::In(begun, next)) => {
            let (given, path) = web::entry(site, &begun, Some(&next));
            cookies.extend(given);
            path
        }
        Ok(Outcome::Linked) => format!("{SETTINGS}?linked={id}"),
        Ok(Outcome::Prove) => link::PAGE.to_owned(),
        Ok(Outcome::Failed(why)) => failed(id, why),
        // The session ended while the person was at the provider.
        Err(Error::Unauthenticated) => web::with_query("/login", &[("next", SETTINGS)]),
        Err(error) => return Err(error),
    };
    Ok(Reply { cookies, place: Place::Here(path) })
}

fn failed(id: &str, why: Why) -> String {
    web::with_query("/oidc/failed", &[("with", id), ("why", why.as_str())])
}
