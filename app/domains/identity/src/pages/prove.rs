//! Showing once more that it is you, as a page: for acts that were refused without scripts.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::AuthFrame;

use crate::{
    parts::{ProveForm, leave_when_done},
    session::{api::Prove, local_path},
};

/// The form; then it goes back to the page named in `next`, or to the one that led here.
#[component]
pub(crate) fn ProvePage() -> impl IntoView {
    let query = use_query_map();
    let prove = ServerAction::<Prove>::new();
    leave_when_done(prove);
    let named = local_path(query.read_untracked().get("next").as_deref()).map(str::to_owned);
    let next = named.unwrap_or_else(came_from);
    view! {
        <Title text="Show that it is you"/>
        <AuthFrame
            brand="Mediap"
            title="Show that it is you"
            text="What you are about to do asks for it once more. It holds for 10 minutes."
        >
            <ProveForm action=prove next=next/>
        </AuthFrame>
    }
}

/// The page that led here, the same on both sides.
fn came_from() -> String {
    SharedValue::new(|| {
        #[cfg(feature = "ssr")]
        let from = crate::web::referer().unwrap_or_default();
        #[cfg(not(feature = "ssr"))]
        let from = String::new();
        from
    })
    .into_inner()
}
