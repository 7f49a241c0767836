//! Where to go after logging in.

/// The path in `next`, if it leads to a page of this site and nowhere else.
///
/// Browsers read `//host`, `/\host` and paths with tabs or line ends as other hosts, so these are refused.
pub fn local_path(next: Option<&str>) -> Option<&str> {
    let next = next?;
    let rest = next.strip_prefix('/')?;
    let leads_away = rest.starts_with('/') || next.contains('\\') || next.chars().any(char::is_control);
    let is_no_page = ["/api/", "/login", "/pkg/"].iter().any(|prefix| next.starts_with(prefix));
    // Spaces and letters beyond ASCII belong percent-encoded into an address; a header would refuse them.
    let is_clean = next.bytes().all(|byte| byte.is_ascii_graphic()) && next.len() <= 2000;
    (!leads_away && !is_no_page && is_clean).then_some(next)
}

/// Where a person goes after logging in. Without an organisation, nearly every page would refuse them.
#[cfg(feature = "ssr")]
pub(crate) fn after_log_in(next: Option<&str>, has_organisation: bool) -> &str {
    match local_path(next) {
        Some(path) if has_organisation || path.starts_with("/invitation?") || path == "/oidc/link" => path,
        _ if has_organisation => "/",
        _ => "/organisations/new",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pages_of_this_site() {
        for next in ["/", "/workflows/1?step=2#comments", "/settings/members?search=a%20b"] {
            assert_eq!(local_path(Some(next)), Some(next));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for next in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: x=y",
            "javascript:alert(1)",
            "settings",
            "/api/identity/log_out",
            "/login?next=/login",
            "/å",
        ] {
            assert_eq!(local_path(Some(next)), None, "{next:?}");
        }
        assert_eq!(local_path(None), None);
    }

    #[test]
    fn without_an_organisation_one_is_created_first() {
        assert_eq!(after_log_in(Some("/workflows"), true), "/workflows");
        assert_eq!(after_log_in(Some("//evil.example"), true), "/");
        assert_eq!(after_log_in(Some("/workflows"), false), "/organisations/new");
        assert_eq!(after_log_in(Some("/invitation?token=x"), false), "/invitation?token=x");
        assert_eq!(after_log_in(Some("/oidc/link"), false), "/oidc/link");
    }

    proptest! {
        #[test]
        fn what_is_taken_stays_on_this_host(next in any::<String>()) {
            if let Some(path) = local_path(Some(&next)) {
                prop_assert!(path.starts_with('/') && !path.starts_with("//"));
                prop_assert!(!path.contains(['\\', '\r', '\n', '\t', ' ']));
            }
        }

        #[test]
        fn plain_paths_are_taken(next in "(/[a-km-z0-9]{1,8}){1,4}(\\?[a-z]{1,5}=[a-z0-9]{0,5})?") {
            prop_assume!(!next.starts_with("/api/") && !next.starts_with("/pkg/"));
            prop_assert_eq!(local_path(Some(&next)), Some(next.as_str()));
        }
    }
}
