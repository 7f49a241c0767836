//! Finding one's way: tabs, breadcrumbs, keys.

use leptos::prelude::*;

use crate::icon::{Icon, IconSize};
use crate::mark::Count;
use crate::words::use_words;

/// Keys as they stand on the keyboard: `Ctrl+K` pressed together, `G B` one after the other.
#[component]
pub fn Keys(
    /// The keys; `+` joins, a space follows.
    #[prop(into)]
    keys: String,
) -> impl IntoView {
    let caps =
        keys.split([' ', '+']).filter(|cap| !cap.is_empty()).map(|cap| view! { <kbd>{cap.to_owned()}</kbd> });
    view! { <span class="keys">{caps.collect_view()}</span> }
}

/// A row of tabs. Each is a link, so that a tab can be shared and opened in a new window.
#[component]
pub fn Tabs(
    /// What the tabs divide, for screen readers.
    #[prop(into)]
    label: String,
    /// The tabs.
    children: Children,
) -> impl IntoView {
    view! { <nav class="tabs" aria-label=label>{children()}</nav> }
}

/// One tab.
#[component]
pub fn Tab(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// Whether it is the one that is shown.
    #[prop(optional, into)]
    selected: Signal<bool>,
    /// How many things are behind it.
    #[prop(optional, into)]
    count: MaybeProp<i64>,
    /// An icon after the label, such as a lock.
    #[prop(optional, into)]
    icon: Option<String>,
    /// The label.
    children: Children,
) -> impl IntoView {
    view! {
        <a class="tab" href=move || href.get() aria-current=move || selected.get().then_some("page")>
            {children()}
            {move || count.get().map(|value| view! { <Count value/> })}
            {icon.map(|name| view! { <Icon name size=IconSize::Small/> })}
        </a>
    }
}

/// The way to a page: its ancestors as links, then the page itself.
#[component]
pub fn Breadcrumbs(
    /// An icon before the first one.
    #[prop(optional, into)]
    icon: Option<String>,
    /// The [`Crumb`]s.
    children: Children,
) -> impl IntoView {
    let words = use_words();
    view! {
        <nav class="breadcrumbs" aria-label=words.breadcrumb>
            {icon.map(|name| view! { <Icon name/> })} <ol>{children()}</ol>
        </nav>
    }
}

/// One part of the way to a page; without an address it is the page itself.
#[component]
pub fn Crumb(
    /// Where it leads; left out for the page itself.
    #[prop(optional, into)]
    href: Option<String>,
    /// Its name.
    children: Children,
) -> impl IntoView {
    let current = href.is_none();
    let link = match href {
        Some(href) => view! { <a href=href>{children()}</a> }.into_any(),
        None => view! { <span aria-current="page">{children()}</span> }.into_any(),
    };
    view! {
        <li class=if current { "crumb is-current" } else { "crumb" }>
            {link} {(!current).then(|| view! { <Icon name="chevron-right" size=IconSize::Tiny/> })}
        </li>
    }
}
