//! What stands in the place of a page that cannot be shown: what happened, its reference, and the way on.

use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonSize, LinkButton};

use crate::request;

/// Says that nothing is at this address.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    ui::set_status(&kernel::Error::NotFound);
    let reference = request::request_id();
    view! {
        <Title text=words_of(404).title/>
        <ErrorContent status=404 reference/>
    }
}

/// An error with its reference and the way on, in the place of a page.
#[component]
pub(crate) fn ErrorContent(
    /// The status of the answer.
    status: u16,
    /// The id under which the request was logged.
    reference: Option<String>,
) -> impl IntoView {
    let words = words_of(status);
    view! {
        <section class="error-page">
            <p class="error-page-code">{status.to_string()}</p>
            <h1>{words.title}</h1>
            <p class="error-page-text">{words.text}</p>
            {reference.map(|reference| view! { <p class="error-page-text">"Reference " <code>{reference}</code></p> })}
            <LinkButton href=words.href size=ButtonSize::Large>
                {words.act}
            </LinkButton>
        </section>
    }
}

/// What an error page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ErrorWords {
    /// What happened, in a few words.
    pub(crate) title: &'static str,
    /// What to do about it.
    pub(crate) text: &'static str,
    /// Where the button leads; an empty address loads the page again.
    pub(crate) href: &'static str,
    /// The label of the button.
    pub(crate) act: &'static str,
}

/// What a page with this status says.
pub(crate) fn words_of(status: u16) -> ErrorWords {
    let home = |title, text| ErrorWords { title, text, href: "/", act: "Go to my work" };
    let again = |title, text| ErrorWords { title, text, href: "", act: "Try again" };
    match status {
        401 => ErrorWords {
            title: "Your session has ended",
            text: "Log in to go on.",
            href: "/login",
            act: "Log in",
        },
        403 => home(
            "Your role does not include this page",
            "An owner or admin of the organisation can change your role.",
        ),
        404 => home(
            "Nothing is here",
            "The address is wrong, the page was removed, or it belongs to an organisation you are not in.",
        ),
        408 | 504 => {
            again("This took too long", "The server stopped working on the page. Nothing was changed.")
        }
        413 => home("That is too large", "Send less at a time, or a smaller file."),
        429 => again("Too many tries", "Wait a minute, then go on."),
        502 | 503 => again(
            "Mediap is not available",
            "A part it depends on does not answer. Nothing was changed; try again shortly.",
        ),
        400..=499 => home("The request could not be read", "Go back and try it another way."),
        _ => again("Something failed on the server", "It was written down under the reference below."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_names_a_way_on() {
        for status in [400, 401, 403, 404, 408, 413, 422, 429, 500, 502, 503, 504] {
            let words = words_of(status);
            assert!(!words.title.is_empty() && !words.text.is_empty() && !words.act.is_empty(), "{status}");
            for text in [words.title, words.text] {
                assert!(!text.contains('!') && !text.to_lowercase().contains("please"), "{text}");
            }
        }
    }

    #[test]
    fn a_page_that_does_not_exist_says_so() {
        let html = Owner::new().with(|| {
            leptos_meta::provide_meta_context();
            view! { <NotFoundPage/> }.to_html()
        });
        assert!(html.contains("Nothing is here") && html.contains("href=\"/\""), "{html}");
        assert!(!html.contains("style=") && !html.contains("Reference"), "{html}");
    }
}
