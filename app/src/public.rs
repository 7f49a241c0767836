//! Which pages open without a log-in. Every other page sends an unknown visitor to the log-in first.

/// The pages of identity that come before a log-in, and the gallery, which exists in development only; everything below
/// them too.
const PUBLIC: [&str; 7] = ["/login", "/signup", "/confirm", "/reset", "/invitation", "/oidc", "/design"];

/// Whether the page at `path` opens without a log-in.
///
/// It speaks about pages only: files, server functions and health checks are answered before pages are asked for.
pub fn is_public(path: &str) -> bool {
    PUBLIC
        .iter()
        .any(|page| path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::is_public;

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
