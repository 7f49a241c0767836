//! What a browser calls itself, in words: `Firefox on Linux`.

use http::{header::USER_AGENT, request::Parts};
use leptos::prelude::with_context;

/// The browser that asks, in the request that is being answered.
pub fn current() -> String {
    let text = with_context(|parts: &Parts| {
        let text = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        name(text.unwrap_or_default())
    });
    text.unwrap_or_else(|| name(""))
}

/// Browser and system, as far as they can be told.
pub fn name(user_agent: &str) -> String {
    match (browser(user_agent), system(user_agent)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => "An unknown device".to_owned(),
    }
}

/// Whether it is a phone or a tablet.
pub fn is_mobile(user_agent: &str) -> bool {
    ["Mobile", "Android", "iPhone", "iPad"].iter().any(|word| user_agent.contains(word))
}

/// Nearly every browser claims to be others as well, so the most particular name comes first.
fn browser(user_agent: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 13] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Vivaldi/", "Vivaldi"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("YaBrowser/", "Yandex Browser"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Firefox/", "Firefox"),
        ("HeadlessChrome/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Chromium/", "Chromium"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    NAMES.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
}

fn system(user_agent: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 8] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Macintosh", "macOS"),
        ("Linux", "Linux"),
        ("FreeBSD", "FreeBSD"),
    ];
    NAMES.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn browsers_people_have() {
        for (user_agent, expected) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 \
                 Safari/537.36 Edg/131.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.1 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 CriOS/131.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 \
                 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("curl/8.11.0", "curl"),
            ("", "An unknown device"),
            ("<script>alert(1)</script>", "An unknown device"),
        ] {
            assert_eq!(name(user_agent), expected);
        }
        assert!(is_mobile("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)"));
        assert!(!is_mobile("Mozilla/5.0 (X11; Linux x86_64; rv:132.0)"));
    }

    proptest! {
        #[test]
        fn nothing_of_what_a_browser_says_is_repeated(user_agent in "[<>\"'&a-z]{0,40}") {
            prop_assert!(!name(&user_agent).contains('<'));
        }
    }
}
