//! Which pages open without a log-in. Every other page sends an unknown visitor to the log-in first.

/// The pages of identity that come before a log-in, and the gallery, which exists in development only; everything below
/// them too.
const PUBLIC: [&str; 7] = ["/login", "/signup", "/confirm", "/reset", "/invitation", "/oidc", "/design"];

/// Pages for whoever has their address, logged in or not.
const OPEN: [&str; 1] = ["/forms"];

/// Whether the page at `path` opens without a log-in.
///
/// It speaks about pages only: files, server functions and health checks are answered before pages are asked for.
pub fn is_public(path: &str) -> bool {
    comes_before_log_in(path) || is_below(path, &OPEN)
}

/// Whether the page at `path` is for who is not logged in yet.
pub(crate) fn comes_before_log_in(path: &str) -> bool {
    is_below(path, &PUBLIC)
}

fn is_below(path: &str, pages: &[&str]) -> bool {
    pages
        .iter()
        .any(|page| path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::{comes_before_log_in, is_public};

    #[test]
    fn who_fills_in_a_public_form_may_be_logged_in() {
        assert!(comes_before_log_in("/login") && !comes_before_log_in("/forms/abc"));
    }

    #[test]
    fn only_the_pages_before_the_log_in_are_public() {
        let check = |path: &str, expected: bool| assert_eq!(is_public(path), expected, "{path}");
        check("/login", true);
        check("/login/", true);
        check("/signup", true);
        check("/confirm", true);
        check("/reset/new", true);
        check("/invitation", true);
        check("/oidc/link", true);
        check("/forms/abc", true);
        check("/formsx", false);
        check("/organisations/new", false);
        check("/", false);
        check("", false);
        check("/loginx", false);
        check("/workflows", false);
        check("/items/login", false);
        check("/settings/members", false);
        check("/design", true);
        check("//login", false);
    }
}
