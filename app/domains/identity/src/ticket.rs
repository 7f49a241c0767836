//! Cookies that tie what was begun in a browser to that browser. They prove nothing about who sits there. A browser that
//! has one keeps it, so that two tabs do not take it from each other.

use http::HeaderMap;
use kernel::Site;

use crate::cookie;

/// A kind of ticket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ticket {
    name: &'static str,
    same_site: &'static str,
    /// Seconds.
    lasts: u32,
}

/// Of a browser that is asked for a passkey. Only pages of this site ask and answer.
pub(crate) const PASSKEY: Ticket = Ticket { name: "mediap_passkey", same_site: "Strict", lasts: 300 };

/// Of a browser that was sent to a provider. It comes back by a link from there, so `Strict` would lose it.
pub(crate) const PROVIDER: Ticket = Ticket { name: "mediap_provider", same_site: "Lax", lasts: 600 };

impl Ticket {
    /// The browser's token.
    pub(crate) fn read(self, headers: &HeaderMap, site: &Site) -> Option<String> {
        cookie::named(headers, &self.name(site))
    }

    /// The `Set-Cookie` value that gives the browser a token.
    pub(crate) fn set(self, site: &Site, token: &str) -> String {
        let secure = if cookie::is_secure(site) { "; Secure" } else { "" };
        format!(
            "{}={token}; Path=/; Max-Age={}; HttpOnly; SameSite={}{secure}",
            self.name(site),
            self.lasts,
            self.same_site
        )
    }

    fn name(self, site: &Site) -> String {
        let lock = if cookie::is_secure(site) { "__Host-" } else { "" };
        format!("{lock}{}", self.name)
    }
}
