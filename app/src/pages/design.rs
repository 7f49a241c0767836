//! The gallery of the design system, for development only. It stands outside the shell and opens without a log-in.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::pages::NotFoundPage;
use crate::request::Development;

/// Every component in every state; elsewhere than in development the page does not exist.
#[component]
pub(crate) fn DesignPage() -> impl IntoView {
    if use_context::<Development>().unwrap_or_default().0 {
        return view! {
            <Title text="Design system"/>
            <ui::gallery::GalleryPage/>
        }
        .into_any();
    }
    view! { <main id="content"><NotFoundPage/></main> }.into_any()
}
