//! Pure decisions: which addresses an app may go back to, what it may ask for, and whether it knows what it must.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Error, Permission, PermissionSet, Result};
use sha2::{Digest, Sha256};

use crate::web;

/// How many addresses an app has at most.
const MOST: usize = 10;
/// How long one may be.
const LONGEST: usize = 500;
/// Where programs on the same machine listen: at any port (RFC 8252, 7.3).
const LOOPBACK: [&str; 2] = ["127.0.0.1", "[::1]"];

/// Reads the addresses to which an app may be gone back, one in each line.
pub fn read_redirects(text: &str) -> Result<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(wrong) = fault(line) {
            return Err(Error::invalid("redirect_uris", format!("{line}: {wrong}")));
        }
        if !found.iter().any(|known| known == line) {
            found.push(line.to_owned());
        }
    }
    match found.len() {
        0 => Err(Error::invalid("redirect_uris", "Write where the app is gone back to.")),
        count if MOST < count => {
            Err(Error::invalid("redirect_uris", format!("Write {MOST} addresses at most.")))
        }
        _ => Ok(found),
    }
}

/// What is wrong with an address, if anything is.
fn fault(address: &str) -> Option<&'static str> {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte);
    if LONGEST < address.len() || !address.bytes().all(plain) {
        return Some("an address has at most 500 plain characters, and no # in it.");
    }
    let Some((scheme, rest)) = address.split_once(':') else { return Some("it is no address.") };
    match scheme {
        "https" => host(rest).is_none().then_some("it names no host."),
        "http" => (!is_loopback(rest)).then_some("only 127.0.0.1 and [::1] are reached without HTTPS."),
        // The name of a domain turned around keeps programs from taking each other's (RFC 8252, 7.1).
        _ => (!is_own_scheme(scheme) || rest.is_empty()).then_some(
            "the scheme of a program is the name of a domain turned around, as in com.example.app:/",
        ),
    }
}

fn is_own_scheme(scheme: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte);
    scheme.contains('.')
        && scheme.bytes().all(letter)
        && scheme.starts_with(|first: char| first.is_ascii_lowercase())
}

/// Host and port of an address of the web, from behind its scheme on. None where a name and password stand before.
fn host(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix("//")?;
    let authority = rest.split(['/', '?']).next()?;
    (!authority.is_empty() && !authority.starts_with(':') && !authority.contains('@')).then_some(authority)
}

fn is_loopback(rest: &str) -> bool {
    host(rest).is_some_and(|authority| without_port(authority).is_some())
}

/// The host of the same machine, if it is that with any port or none.
fn without_port(authority: &str) -> Option<&'static str> {
    LOOPBACK.into_iter().find(|host| {
        authority.strip_prefix(host).is_some_and(|port| {
            port.is_empty()
                || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok_and(|port| 0 < port))
        })
    })
}

/// Whether an app that registered these addresses may be gone back to this one: exactly, but for the port on the same
/// machine.
pub fn may_go_to(registered: &[String], address: &str) -> bool {
    fault(address).is_none()
        && registered
            .iter()
            .any(|known| known == address || portless(known).is_some_and(|it| Some(it) == portless(address)))
}

/// An address on the same machine in parts, without its port.
fn portless(address: &str) -> Option<(&'static str, &str)> {
    let rest = address.strip_prefix("http:")?;
    let authority = host(rest)?;
    let path = rest.strip_prefix("//")?.strip_prefix(authority)?;
    Some((without_port(authority)?, path))
}

/// Where an address leads, as people are told it: the host, or the scheme of a program.
pub fn goes_to(address: &str) -> String {
    match address.split_once(':') {
        Some(("https" | "http", rest)) => host(rest).unwrap_or_default().to_owned(),
        Some((scheme, _)) => scheme.to_owned(),
        None => String::new(),
    }
}

/// The address with further values in its query.
pub fn with_values(address: &str, pairs: &[(&str, &str)]) -> String {
    let added = web::with_query("", pairs);
    match address.contains('?') {
        true => format!("{address}&{}", added.trim_start_matches('?')),
        false => format!("{address}{added}"),
    }
}

/// What an app asks for: nothing is everything that it is registered for. None where it is more.
pub fn read_scope(text: &str, registered: PermissionSet) -> Option<PermissionSet> {
    let mut wanted = PermissionSet::NONE;
    for key in text.split_ascii_whitespace() {
        let permission: Permission = key.parse().ok().filter(|it| registered.has(*it))?;
        wanted = wanted.union(PermissionSet::of(&[permission]));
    }
    Some(if wanted.is_empty() { registered } else { wanted })
}

/// What an app was given, as it is told so.
pub fn scope(permissions: PermissionSet) -> String {
    permissions.iter().map(Permission::key).collect::<Vec<_>>().join(" ")
}

/// Whether it can be what [`proves`] asks for: a SHA-256.
pub fn is_challenge(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

/// Whether the verifier is what the challenge was made from (RFC 7636, S256).
pub fn proves(verifier: &str, challenge: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&verifier.len())
        && verifier.bytes().all(letter)
        && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == challenge
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_can_be_registered() {
        for good in [
            "https://app.example.com/back",
            "https://app.example.com:8443/back?x=1",
            "http://127.0.0.1/back",
            "http://[::1]:8080/back",
            "com.example.app:/back",
        ] {
            assert_eq!(read_redirects(good).unwrap(), [good]);
        }
        for wrong in [
            "",
            "back",
            "http://app.example.com/back",
            "http://localhost/back",
            "http://127.0.0.1.evil.example/back",
            "http://127.0.0.1:99999/",
            "https://",
            "https:///back",
            "https://a@b.example/",
            "https://app.example.com/#x",
            "https://app.example.com/a b",
            "javascript:alert(1)",
            "data:text/html,x",
            "myapp:/back",
            "Com.example.app:/back",
        ] {
            assert!(read_redirects(wrong).is_err(), "{wrong}");
        }
        let many: Vec<String> = (0..11).map(|number| format!("https://a.example/{number}")).collect();
        assert!(read_redirects(&many.join("\n")).is_err());
    }

    #[test]
    fn an_address_fits_exactly_but_for_the_port_on_the_same_machine() {
        let known = ["https://app.example.com/back".to_owned(), "http://127.0.0.1/back".to_owned()];
        for (address, fits) in [
            ("https://app.example.com/back", true),
            ("https://app.example.com/back/", false),
            ("https://app.example.com/back?x=1", false),
            ("https://app.example.com:8443/back", false),
            ("http://127.0.0.1/back", true),
            ("http://127.0.0.1:51004/back", true),
            ("http://127.0.0.1:51004/other", false),
            ("http://[::1]:51004/back", false),
            ("http://127.0.0.1:51004@evil.example/back", false),
        ] {
            assert_eq!(may_go_to(&known, address), fits, "{address}");
        }
        assert_eq!(with_values("com.example.app:/back", &[("a", "1 2")]), "com.example.app:/back?a=1%202");
        assert_eq!(with_values("https://a.example/?b=1", &[("a", "1")]), "https://a.example/?b=1&a=1");
        assert_eq!(goes_to("https://app.example.com/back"), "app.example.com");
        assert_eq!(goes_to("com.example.app:/back"), "com.example.app");
    }

    #[test]
    fn an_app_asks_for_no_more_than_it_is_registered_for() {
        let registered = PermissionSet::of(&[Permission::ItemView, Permission::ItemMove]);
        assert_eq!(read_scope("", registered), Some(registered));
        assert_eq!(read_scope("item.view", registered), Some(PermissionSet::of(&[Permission::ItemView])));
        assert_eq!(read_scope("item.view item.delete", registered), None);
        assert_eq!(read_scope("nonsense", registered), None);
    }

    #[test]
    fn the_example_of_the_standard_proves_itself() {
        let (verifier, challenge) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(is_challenge(challenge) && proves(verifier, challenge));
        assert!(!proves(&verifier.replace('d', "e"), challenge));
        assert!(!proves("short", challenge) && !is_challenge("short"));
    }
}
