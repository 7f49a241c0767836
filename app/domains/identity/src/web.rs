//! The edge of a request: where it came from, the cookie it gets, where the browser goes next.

use std::{collections::BTreeMap, net::IpAddr};

use http::{
    HeaderValue, StatusCode,
    header::{ACCEPT, LOCATION, SET_COOKIE, USER_AGENT},
    request::Parts,
};
use kernel::{Error, Result, Site, Visit};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use server_fn::codec::MultipartData;

use crate::{cookie, picture, session::Origin};

/// The address a request came from. The server puts it into the request's extensions; without it, limits count per
/// e-mail only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Where the request that is being answered came from.
pub(crate) fn origin() -> Origin {
    let Some(parts) = use_context::<Parts>() else { return Origin::default() };
    let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Origin {
        address: parts.extensions.get::<ClientAddress>().map(|address| address.0.to_string()),
        user_agent: user_agent.chars().take(300).collect(),
    }
}

/// Gives the browser the token of a new session.
pub(crate) fn give_token(visit: &Visit, token: &str) {
    set_cookie(&cookie::set(visit.site(), token));
}

/// Takes the token away from the browser.
pub(crate) fn take_token(site: &Site) {
    set_cookie(&cookie::clear(site));
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
