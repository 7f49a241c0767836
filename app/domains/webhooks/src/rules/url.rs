//! Addresses that may be told.

use std::net::IpAddr;

use kernel::{Error, Result};
use url::{Host, Url};

use crate::model::LONGEST_URL;

/// An address of a webhook: encrypted, with a host that is not plainly inside a private network.
///
/// Where a name leads is decided when it is connected to, by [`outbound`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookUrl(Url);

impl WebhookUrl {
    /// Reads what somebody typed into the field `url`. With `local` it may be an address of this machine, and need not be
    /// encrypted there: for who develops.
    pub fn parse(text: &str, local: bool) -> Result<Self> {
        let wrong = |message: &str| Error::invalid("url", message);
        let text = text.trim();
        if text.is_empty() {
            return Err(wrong("Write where events are sent to, such as https://example.com/hooks."));
        }
        if LONGEST_URL < text.chars().count() {
            return Err(Error::invalid("url", format!("Use at most {LONGEST_URL} characters.")));
        }
        let url = Url::parse(text).map_err(|_| wrong("This is no address. It begins with https://."))?;
        let here = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if local && here => {}
            "http" => return Err(wrong("Use https:// so that nobody on the way reads it.")),
            _ => return Err(wrong("This is no address of the web. It begins with https://.")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("Leave out the user and the password: who sends is shown by the signature."));
        }
        if url.fragment().is_some() {
            return Err(wrong("Leave out what follows the #: it is never sent."));
        }
        if !(is_outside(&url) || local && here) {
            return Err(wrong("This address leads into a private network, which is not asked."));
        }
        if LONGEST_URL < url.as_str().len() {
            return Err(Error::invalid("url", format!("Use at most {LONGEST_URL} characters.")));
        }
        Ok(WebhookUrl(url))
    }

    /// The address, as it is stored and asked.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_localhost(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

fn is_outside(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => !is_localhost(name),
        Some(Host::Ipv4(address)) => outbound::is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => outbound::is_public(IpAddr::V6(address)),
        None => false,
    }
}
