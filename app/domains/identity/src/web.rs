//! The edge of a request: where it came from, the cookie it gets, where the browser goes next.

use std::{collections::BTreeMap, time::Duration};

use http::{
    HeaderValue, StatusCode,
    header::{ACCEPT, HOST, LOCATION, REFERER, SET_COOKIE, USER_AGENT},
    request::Parts,
};
use kernel::{ClientAddress, Error, Result, Site, Visit};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use server_fn::codec::MultipartData;

use crate::{
    cookie::{self, Cookie},
    picture, secret,
    session::{Begun, Origin, local_path, next},
    ticket::Ticket,
};

/// How long an answer takes at least that must not tell who has an account: far longer than what is written for one.
const EVEN: Duration = Duration::from_millis(150);

/// Does what takes a little longer for an address that has an account, in a time that does not show it.
pub(crate) async fn evenly<T>(work: impl Future<Output = T>) -> T {
    tokio::join!(work, tokio::time::sleep(EVEN)).0
}

/// Where the request that is being answered came from.
pub(crate) fn origin() -> Origin {
    match (use_context::<Parts>(), Visit::current()) {
        (Some(parts), Ok(visit)) => origin_of(&parts, visit.site()),
        _ => Origin::default(),
    }
}

/// Where a request came from.
pub fn origin_of(parts: &Parts, site: &Site) -> Origin {
    let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Origin {
        device: cookie::find(&parts.headers, site, Cookie::Device),
        address: parts.extensions.get::<ClientAddress>().map(|address| address.0.to_string()),
        user_agent: user_agent.chars().take(300).collect(),
    }
}

/// What a cookie of the request that is being answered carries.
pub(crate) fn cookie_of(which: Cookie) -> Option<String> {
    let (parts, visit) = (use_context::<Parts>()?, Visit::current().ok()?);
    cookie::find(&parts.headers, visit.site(), which)
}

/// The page of this site that led to the request that is being answered.
pub(crate) fn referer() -> Option<String> {
    let parts = use_context::<Parts>()?;
    let referer = parts.headers.get(REFERER)?.to_str().ok()?.parse::<http::Uri>().ok()?;
    let host = parts.headers.get(HOST)?.to_str().ok()?;
    if referer.authority().map(http::uri::Authority::as_str) != Some(host) {
        return None;
    }
    local_path(Some(referer.path())).map(str::to_owned)
}

/// Gives the browser what a proof came to, and returns where to go on: `next`, or the page that asks for the code.
pub(crate) fn enter(visit: &Visit, begun: &Begun, next: Option<&str>) -> String {
    let (cookies, path) = entry(visit.site(), begun, next);
    cookies.iter().for_each(|cookie| set_cookie(cookie));
    path
}

/// The cookies for what a proof came to, and where to go on.
pub(crate) fn entry(site: &Site, begun: &Begun, next: Option<&str>) -> (Vec<String>, String) {
    match begun {
        Begun::Started(started) => {
            let device = started.device.as_ref().map(|device| cookie::give(site, Cookie::Device, device));
            let cookies = [cookie::set(site, &started.token), cookie::take(site, Cookie::Challenge)];
            let path = next::after_log_in(next, started.has_organisation).to_owned();
            (cookies.into_iter().chain(device).collect(), path)
        }
        Begun::SecondFactor(token) => {
            let path = match local_path(next) {
                Some(next) => with_query("/login/code", &[("next", next)]),
                None => "/login/code".to_owned(),
            };
            (vec![cookie::give(site, Cookie::Challenge, token)], path)
        }
    }
}

/// Gives the browser a cookie.
pub(crate) fn give(visit: &Visit, which: Cookie, value: &str) {
    set_cookie(&cookie::give(visit.site(), which, value));
}

/// Takes a cookie away from the browser.
pub(crate) fn take(visit: &Visit, which: Cookie) {
    set_cookie(&cookie::take(visit.site(), which));
}

/// Gives the browser the token of a new session.
pub(crate) fn give_token(visit: &Visit, token: &str) {
    set_cookie(&cookie::set(visit.site(), token));
}

/// Takes the token away from the browser.
pub(crate) fn take_token(site: &Site) {
    set_cookie(&cookie::clear(site));
}

/// The browser's ticket of this kind.
pub(crate) fn ticket(visit: &Visit, ticket: Ticket) -> Option<String> {
    ticket.read(&use_context::<Parts>()?.headers, visit.site())
}

/// Gives the browser a ticket, or the one it has for some longer.
pub(crate) fn give_ticket(visit: &Visit, ticket: Ticket) -> String {
    let token = self::ticket(visit, ticket).unwrap_or_else(secret::token);
    set_cookie(&ticket.set(visit.site(), &token));
    token
}

fn set_cookie(value: &str) {
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(value)) {
        response.append_header(SET_COOKIE, value);
    }
}

/// Sends a plain form on to `path`. A call from WASM gets no redirect: who the viewer is has changed, so its page
/// loads `path` anew instead of swapping the route (see `parts::Leave`).
pub(crate) fn leave(path: &str) {
    let (Some(parts), Some(response)) = (use_context::<Parts>(), use_context::<ResponseOptions>()) else {
        return;
    };
    let plain_form = parts
        .headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"));
    if let (true, Ok(location)) = (plain_form, HeaderValue::from_str(path)) {
        response.insert_header(LOCATION, location);
        response.set_status(StatusCode::FOUND);
    }
}

/// The file in an uploaded form; what goes beyond the largest that is taken is not read.
pub(crate) async fn file(data: MultipartData, kind: picture::Kind) -> Result<Vec<u8>> {
    let mut fields = upload(data, kind).await?;
    Ok(fields.remove(kind.field).unwrap_or_default())
}

/// The fields of a form with a file: each name with its bytes.
pub(crate) async fn upload(data: MultipartData, kind: picture::Kind) -> Result<BTreeMap<String, Vec<u8>>> {
    let (name, max) = (kind.field, kind.max_bytes);
    let broken = |_| Error::invalid(name, "The file did not arrive whole. Send it again.");
    let mut fields = BTreeMap::new();
    let Some(mut form) = data.into_inner() else { return Ok(fields) };
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        let Some(key) = field.name().map(str::to_owned) else { continue };
        let mut file = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            file.extend_from_slice(&chunk);
            if max < file.len() {
                break;
            }
        }
        fields.insert(key, file);
    }
    Ok(fields)
}

/// A path with a query; the values are encoded.
pub(crate) fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    for (index, (key, value)) in pairs.iter().enumerate() {
        address.push(if index == 0 { '?' } else { '&' });
        address.push_str(key);
        address.push('=');
        for byte in value.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'@' => {
                    address.push(char::from(byte));
                }
                _ => address.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::with_query;

    #[test]
    fn values_cannot_leave_their_place() {
        assert_eq!(
            with_query("/login", &[("a", "x y&z=1"), ("b", "å@b")]),
            "/login?a=x%20y%26z%3D1&b=%C3%A5@b"
        );
    }
}
