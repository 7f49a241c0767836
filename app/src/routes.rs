//! The root of the app and its table of routes. Order matters only inside a domain.

use leptos::prelude::*;
use leptos::tachys::view::iterators::StaticVec;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Outlet, Router, Routes};
use timesheets::MyTimePage;
use ui::{Filing, Route, Slot, at, page, route, routes_under};
use workflows::MyWorkPage;

use crate::connection::watch_connection;
use crate::pages::{DesignPage, NotFoundPage, SharePage};
use crate::public::comes_before_log_in;
use crate::request;
use crate::settings::{
    NewHookPage, NewWebhookPage, WebhookPage, WebhookSettingsPage, WebhooksPage, WorkingHoursPage,
};
use crate::shell::{Frame, Shell};

/// Everything that a person sees. The server draws it inside [`crate::shell`]; the browser takes over from there.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(request::development());
    ui::theme::provide_theme(request::theme());
    ui::provide_toaster();
    watch_connection();
    // Somebody has logged out, or never was here.
    Effect::new(|_| {
        if window().location().pathname().is_ok_and(|path| comes_before_log_in(&path)) {
            workflows::recent::forget();
        }
        if window().location().pathname().is_ok_and(|path| path == "/login") {
            leptos::task::spawn_local(notifications::turn_off());
        }
    });
    view! {
        <Title formatter=titled/>
        <Router>
            // Not the fallback of the routes for what leads nowhere: what that holds is never given free.
            <Routes fallback=|| ()>
                <Pages/>
            </Routes>
        </Router>
    }
}

/// All pages: those outside the shell, those inside, and the one for an address that leads nowhere.
#[component(transparent)]
fn Pages() -> StaticVec<Route> {
    let mut shell = vec![
        route(at!(""), page!(workflows: my_work_page => MyWorkPage)),
        route(at!("time"), page!(workflows: my_time_page => MyTimePage)),
        route(at!("share"), page!(tools: share_page => SharePage)),
    ];
    let domains = [
        workflows::pages(
            page!(workflows: item_page => ItemPage),
            page!(settings: working_hours_page => WorkingHoursPage),
        ),
        notifications::pages(page!(messages: notification_settings_page => NotificationSettingsPage)),
        messages::pages(page!(messages: conversation_page => ConversationPage)),
        calendar::pages(),
        clients::pages(page!(clients: client_page => ClientPage)),
        identity::people_pages(),
        identity::settings_pages(),
        webhooks::pages(webhooks::Pages {
            list: page!(settings: webhooks_page => WebhooksPage),
            new: page!(settings: new_webhook_page => NewWebhookPage),
            new_hook: page!(settings: new_hook_page => NewHookPage),
            one: page!(settings: webhook_page => WebhookPage),
            edit: page!(settings: webhook_settings_page => WebhookSettingsPage),
        }),
    ];
    // An outlet for each domain: with one for all, a page that comes late could take the place of the one that was gone to
    // meanwhile, in another domain.
    shell.extend(domains.map(|pages| routes_under(page!(Outlet), pages)));
    StaticVec::from(vec![
        routes_under(page!(Outlet), identity::auth_pages()),
        routes_under(page!(Shell), shell),
        route(at!("forms/:token"), page!(workflows: public_form_page => PublicFormPage)),
        route(at!("design"), page!(design: design_page => DesignPage)),
        route(at!("*lost"), page!(LostPage)),
    ])
}

/// The page of an item with its bookings, its time and its files, which are listed and in its form.
#[component]
fn ItemPage() -> impl IntoView {
    let attached = |key| {
        let filing = files::filing("item", key);
        let worked = both(calendar::item_bookings(key), timesheets::item_time(key));
        Filing { slot: both(worked, filing.slot.clone()), ..filing }
    };
    view! { <workflows::ItemDetailsPage attached/> }
}

/// The page of a client with what members say of it.
#[component]
fn ClientPage() -> impl IntoView {
    view! { <clients::ClientDetailsPage attached=|id| comments::discussion("client", id)/> }
}

/// A public form; one that is closed is a page that does not exist.
#[component]
fn PublicFormPage() -> impl IntoView {
    view! { <workflows::PublicFormPage lost=|| view! { <LostPage/> }.into_any()/> }
}

/// What two domains show in one place, one below the other.
fn both(first: Slot, second: Slot) -> Slot {
    let reload = Callback::new(move |()| {
        first.reload.run(());
        second.reload.run(());
    });
    let contents = (first.content, second.content);
    let content = move || {
        view! {
            {contents.0.run()}
            {contents.1.run()}
        }
    };
    Slot { content: ViewFn::from(content), reload }
}

/// How one is told, everywhere or in one process.
#[component]
fn NotificationSettingsPage() -> impl IntoView {
    let places = || -> notifications::Places {
        Box::pin(async {
            // Who sees no items has no processes to choose from.
            let workflows = workflows::list_workflows().await.unwrap_or_default();
            workflows.into_iter().map(|it| notifications::Place { id: it.id.uuid(), name: it.name }).collect()
        })
    };
    view! { <notifications::SettingsPage places/> }
}

/// The page of a conversation with its files.
#[component]
fn ConversationPage() -> impl IntoView {
    view! { <messages::ConversationPage attached=|key| files::enclosures("conversation", key)/> }
}

/// What says that the page listens.
const LIVE: &str = "data-hydrated";

/// Says that the page listens: tests wait for it, and styles hide what works only by then.
pub fn mark_live() {
    // After the effects of what was taken over, which wait in the queue.
    set_timeout(
        || {
            if let Some(root) = document().document_element() {
                root.set_attribute(LIVE, "").ok();
            }
        },
        std::time::Duration::ZERO,
    );
}

/// Whether the page listens: all of it was taken over as the server drew it.
pub(crate) fn is_live() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute(LIVE))
}

/// The page for an address that leads nowhere. Who is logged in keeps the navigation, so that the way on is where it
/// always is.
#[component]
fn LostPage() -> impl IntoView {
    if request::is_logged_in() {
        view! { <Frame><NotFoundPage/></Frame> }.into_any()
    } else {
        view! { <main id="content"><NotFoundPage/></main> }.into_any()
    }
}

/// The title of the window: the page, then the product.
fn titled(page: String) -> String {
    if page.is_empty() { "Mediap".to_owned() } else { format!("{page} · Mediap") }
}

#[cfg(test)]
mod tests {
    use super::titled;

    #[test]
    fn the_title_names_the_page_first() {
        assert_eq!(titled("My work".to_owned()), "My work · Mediap");
        assert_eq!(titled(String::new()), "Mediap");
    }
}
