//! Where the person is: which link of the navigation stands for the present page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Whether `path` is `page` or below it. The first page is only itself.
pub(crate) fn is_under(path: &str, page: &str) -> bool {
    let path = path.trim_end_matches('/');
    let page = page.trim_end_matches('/');
    path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || (!page.is_empty() && rest.starts_with('/')))
}

/// Whether the present page is `page` or below it.
pub(crate) fn selected(page: impl Into<String>) -> Signal<bool> {
    let path = use_location().pathname;
    let page = page.into();
    Signal::derive(move || is_under(&path.read(), &page))
}

/// Whether the present page belongs to the workflow: its boards and lists, and its items.
pub(crate) fn selected_workflow(key: String) -> Signal<bool> {
    let path = use_location().pathname;
    Signal::derive(move || is_of_workflow(&path.read(), &key))
}

fn is_of_workflow(path: &str, key: &str) -> bool {
    let number = path.strip_prefix("/items/").and_then(|item| item.strip_prefix(key)?.strip_prefix('-'));
    number.is_some() || is_under(path, &format!("/workflows/{key}"))
}

/// Whether the present page is one of these or below them.
pub(crate) fn selected_any(pages: &'static [&'static str]) -> Signal<bool> {
    let path = use_location().pathname;
    Signal::derive(move || pages.iter().any(|page| is_under(&path.read(), page)))
}

#[cfg(test)]
mod tests {
    use super::{is_of_workflow, is_under};

    #[test]
    fn a_link_stands_for_its_page_and_those_below() {
        let check = |path: &str, page: &str, expected: bool| {
            assert_eq!(is_under(path, page), expected, "{path} {page}")
        };
        check("/", "/", true);
        check("", "/", true);
        check("/workflows", "/", false);
        check("/workflows/7/list", "/workflows/7", true);
        check("/workflows/7/", "/workflows/7", true);
        check("/workflows/77", "/workflows/7", false);
        check("/settings/teams", "/settings", true);
    }

    #[test]
    fn an_item_belongs_to_its_workflow() {
        let check = |path: &str, expected: bool| assert_eq!(is_of_workflow(path, "UC"), expected, "{path}");
        check("/workflows/UC", true);
        check("/workflows/UC/list", true);
        check("/items/UC-414", true);
        check("/items/UCX-414", false);
        check("/workflows/UCX", false);
        check("/workflows", false);
    }
}
