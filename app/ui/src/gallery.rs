//! Every component in every state, light and dark, at `/design` while developing. The examples are from one company, so
//! that names, amounts and dates look as they do in the product.

use chrono::NaiveDate;
use leptos::prelude::*;

use crate::theme::ThemeToggle;
use crate::{PageTitle, provide_toaster};

mod actions;
mod content;
mod fields;
mod foundations;
mod marks;
mod overlays;
mod pages;

/// The gallery.
#[component]
pub fn GalleryPage() -> impl IntoView {
    if use_context::<crate::Toaster>().is_none() {
        provide_toaster();
    }
    view! {
        <link rel="stylesheet" href="/gallery.css"/>
        <main class="gallery">
            <PageTitle title="Design" text="Every component in its states. Light and dark come from the same tokens." display=true>
                <ThemeToggle/>
            </PageTitle>
            <Panel name="light"/>
            <Panel name="dark"/>
            <crate::Toasts/>
            <crate::TooltipLayer/>
        </main>
    }
}

/// All sections in one theme. The name also begins the ids, which are unique on the page.
#[component]
fn Panel(name: &'static str) -> impl IntoView {
    view! {
        <section class="gallery-panel" data-theme=name aria-label=name>
            <foundations::Foundations/>
            <actions::Actions name/>
            <fields::Fields name/>
            <marks::Marks/>
            <overlays::Overlays name/>
            <content::Content name/>
            <pages::Pages name/>
        </section>
    }
}

/// One part of the gallery: so many of twelve columns wide.
#[component]
fn Exhibit(
    /// The heading.
    title: &'static str,
    /// How wide it is: `is-3`, `is-4`, `is-6`, `is-8` or `is-12`.
    #[prop(default = "is-4")]
    width: &'static str,
    /// What is shown.
    children: Children,
) -> impl IntoView {
    view! {
        <section class=format!("exhibit {width}")>
            <h2>{title}</h2>
            {children()}
        </section>
    }
}

/// A named line of an exhibit.
#[component]
fn Line(
    /// What the line shows.
    label: &'static str,
    /// The components.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="exhibit-line">
            <span class="exhibit-label">{label}</span>
            {children()}
        </div>
    }
}

/// The day on which all examples happen.
fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 11, 21).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn page() -> String {
        Owner::new().with(|| view! { <GalleryPage/> }.to_html())
    }

    #[test]
    fn no_view_is_styled_inline() {
        assert!(!page().contains(" style="), "the content security policy forbids it");
    }

    #[test]
    fn ids_are_unique() {
        let html = page();
        let mut seen = BTreeSet::new();
        for piece in html.split(" id=\"").skip(1) {
            let id = piece.split('"').next().unwrap_or_default();
            assert!(
                id == "auth-dots" || id == "content" || seen.insert(id.to_owned()),
                "{id} is there twice"
            );
        }
    }

    #[test]
    fn every_label_points_at_a_control() {
        let html = page();
        for piece in html.split(" for=\"").skip(1) {
            let id = piece.split('"').next().unwrap_or_default();
            assert!(html.contains(&format!(" id=\"{id}\"")), "no control {id}");
        }
    }

    #[test]
    fn two_renderings_are_the_same() {
        assert_eq!(page(), page());
    }
}
