//! The cookies of this domain: the session, a log-in that waits for its code, the browser that asked for a link, and the
//! browser that logged in before. Each carries a random token, of which the database has the SHA-256.

use http::{HeaderMap, header::COOKIE};
use kernel::Site;

/// 400 days, the longest that browsers keep a cookie. The table decides when a session ends, so the cookie merely outlives
/// it and needs no renewal.
const LONG: &str = "34560000";
/// Ten minutes, as long as what it stands for.
const SHORT: &str = "600";

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Who is logged in.
    Session,
    /// A log-in that waits for the second factor.
    Challenge,
    /// The browser that asked for a link.
    Browser,
    /// The browser that a person has logged in with before.
    Device,
}

impl Cookie {
    /// The name with the `__Host-` lock, and without it for a site that is reached by HTTP.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Cookie::Session => ("__Host-mediap_session", "mediap_session"),
            Cookie::Challenge => ("__Host-mediap_challenge", "mediap_challenge"),
            Cookie::Browser => ("__Host-mediap_browser", "mediap_browser"),
            Cookie::Device => ("__Host-mediap_device", "mediap_device"),
        }
    }

    fn name(self, site: &Site) -> &'static str {
        let (locked, plain) = self.names();
        if is_secure(site) { locked } else { plain }
    }

    fn max_age(self) -> &'static str {
        match self {
            Cookie::Session | Cookie::Device => LONG,
            Cookie::Challenge | Cookie::Browser => SHORT,
        }
    }
}

/// The name of the session's cookie: with the `__Host-` lock where the site is reached by HTTPS.
pub fn name(site: &Site) -> &'static str {
    Cookie::Session.name(site)
}

/// The session's token in the request, if there is one.
pub fn read(headers: &HeaderMap, site: &Site) -> Option<String> {
    find(headers, site, Cookie::Session)
}

/// The `Set-Cookie` value that gives the browser a session's token.
pub fn set(site: &Site, token: &str) -> String {
    give(site, Cookie::Session, token)
}

/// The `Set-Cookie` value that takes the session's token away.
pub fn clear(site: &Site) -> String {
    take(site, Cookie::Session)
}

/// What a cookie of the request carries.
pub(crate) fn find(headers: &HeaderMap, site: &Site, which: Cookie) -> Option<String> {
    named(headers, which.name(site))
}

/// The value of the cookie called `name`.
pub(crate) fn named(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// The `Set-Cookie` value that gives the browser a cookie.
pub(crate) fn give(site: &Site, which: Cookie, value: &str) -> String {
    written(site, which, value, which.max_age())
}

/// The `Set-Cookie` value that takes a cookie away.
pub(crate) fn take(site: &Site, which: Cookie) -> String {
    written(site, which, "", "0")
}

fn written(site: &Site, which: Cookie, value: &str, max_age: &str) -> String {
    let secure = if is_secure(site) { "; Secure" } else { "" };
    format!("{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}", which.name(site))
}

/// Whether the site is reached by HTTPS only.
pub(crate) fn is_secure(site: &Site) -> bool {
    site.base_url().starts_with("https://")
}
