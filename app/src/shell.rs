//! The frame of every page behind the log-in: navigation, command palette, keys, and what is said about the session.
//!
//! The viewer is loaded once here and given to the pages as [`kernel::ViewerResource`]. The page itself stands in no
//! `Suspense` of the shell: it is there at once and says by itself what it waits for.

use kernel::ViewerResource;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;
use ui::{AppFrame, Later, PageKeys};

use crate::announce::RouteAnnouncer;
use crate::brand::follow_brand;
use crate::commands::Commands;
use crate::keys::{KeyboardDialog, listen};
use crate::news;
use crate::prove::ProveAgain;
use crate::session::SessionEnded;
use crate::sidebar::{Bottom, Sidebar};

/// The workflows of the organisation with their open items, for navigation and palette.
pub(crate) type WorkflowsResource = kernel::PageData<Vec<workflows::WorkflowSummary>>;

/// What the parts of the shell open for each other. Cheap to copy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opens {
    /// The command palette.
    pub(crate) palette: RwSignal<bool>,
    /// The list of keys.
    pub(crate) keys: RwSignal<bool>,
}

/// The layout of the routes behind the log-in.
#[component]
pub(crate) fn Shell() -> impl IntoView {
    view! {
        <Frame>
            <Outlet/>
        </Frame>
    }
}

/// The frame around one page.
#[component]
pub(crate) fn Frame(children: Children) -> impl IntoView {
    let path = use_location().pathname;
    let viewer: ViewerResource = kernel::page_data(|| (), |()| identity::viewer());
    // Going to another page counts anew: items may have moved since.
    let workflows: WorkflowsResource = kernel::page_data(move || path.get(), |_| workflows::list_workflows());
    let opens = Opens { palette: RwSignal::new(false), keys: RwSignal::new(false) };
    let page_keys: PageKeys = RwSignal::new(Vec::new());
    provide_context(viewer);
    provide_context(workflows);
    provide_context(opens);
    provide_context(page_keys);
    listen(opens);
    follow_brand(viewer);
    news::follow(viewer, workflows);
    view! {
        <AppFrame sidebar=|| view! { <Sidebar/> } bottom=|| view! { <Bottom/> }>
            <identity::ActingBar/>
            {children()}
        </AppFrame>
        <Later wanted=opens.palette part=ui::later!(tools: palette => Commands)/>
        <Later wanted=opens.keys part=ui::later!(tools: keyboard => KeyboardDialog)/>
        <SessionEnded/>
        <ProveAgain/>
        <RouteAnnouncer/>
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use futures::StreamExt;
    use leptos_router::location::RequestUrl;

    use super::*;
    use crate::App;

    async fn page(path: &str) -> String {
        // Listing the routes prepares the executor, as the server does.
        routes();
        let owner = Owner::new();
        let stream = owner.with(|| {
            provide_context(RequestUrl::new(path));
            App().to_html_stream_in_order()
        });
        stream.collect::<Vec<String>>().await.concat()
    }

    /// Once: while they are listed, no page in the process gets its data.
    fn routes() -> &'static [String] {
        static LISTED: LazyLock<Vec<String>> = LazyLock::new(|| {
            leptos_axum::generate_route_list(App).iter().map(|route| route.path().to_owned()).collect()
        });
        &LISTED
    }

    #[tokio::test]
    async fn each_place_of_the_navigation_is_a_route() {
        let routes = routes();
        for place in ["/", "/workflows", "/settings", "/login", "/design"] {
            assert!(routes.iter().any(|route| route == place), "{place} {routes:?}");
        }
    }

    #[tokio::test]
    async fn the_navigation_stands_without_a_viewer() {
        let html = page("/").await;
        for link in ["href=\"/\"", "href=\"/workflows\"", "href=\"/settings\"", "href=\"#content\""] {
            assert!(html.contains(link), "{link} {html}");
        }
        assert_eq!(html.matches("<main").count(), 1, "{html}");
        assert!(!html.contains("style=\""), "{html}");
    }

    #[tokio::test]
    async fn a_stranger_at_a_wrong_address_sees_no_navigation() {
        let html = page("/nowhere").await;
        assert!(html.contains("Nothing is here") && !html.contains("sidebar"), "{html}");
        assert_eq!(html.matches("<main").count(), 1, "{html}");
    }

    #[tokio::test]
    async fn the_gallery_exists_in_development_only() {
        let html = page("/design").await;
        assert!(html.contains("Nothing is here") && !html.contains("sidebar"), "{html}");
    }
}
