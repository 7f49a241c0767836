//! The cookie that carries a session's token.

use http::{HeaderMap, header::COOKIE};
use kernel::Site;

/// 400 days, the longest that browsers keep a cookie. The table decides when a session ends (30 days after its last
/// use), so the cookie merely outlives it and needs no renewal.
const MAX_AGE: &str = "34560000";

/// The cookie's name: with the `__Host-` lock where the site is reached by HTTPS.
pub fn name(site: &Site) -> &'static str {
    if is_secure(site) { "__Host-mediap_session" } else { "mediap_session" }
}

/// The token in the request, if there is one.
pub fn read(headers: &HeaderMap, site: &Site) -> Option<String> {
    find(headers, name(site))
}

/// The value of the cookie called `name`.
pub(crate) fn find(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// The `Set-Cookie` value that gives the browser a token.
pub fn set(site: &Site, token: &str) -> String {
    written(site, token, MAX_AGE)
}

/// The `Set-Cookie` value that takes the token away.
pub fn clear(site: &Site) -> String {
    written(site, "", "0")
}

fn written(site: &Site, token: &str, max_age: &str) -> String {
    let secure = if is_secure(site) { "; Secure" } else { "" };
    format!("{}={token}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}", name(site))
}

/// Whether the site is reached by HTTPS only.
pub(crate) fn is_secure(site: &Site) -> bool {
    site.base_url().starts_with("https://")
}
