//! The root of the app and its table of routes. Order matters only inside a domain.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::SsrMode;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use timesheets::MyTimePage;
use ui::Slot;
use workflows::MyWorkPage;

use crate::connection::watch_connection;
use crate::pages::{DesignPage, NotFoundPage, SharePage};
use crate::public::is_public;
use crate::request;
use crate::settings::{NewHookPage, NewWebhookPage, WebhookPage, WebhookSettingsPage, WebhooksPage};
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
        if window().location().pathname().is_ok_and(|path| is_public(&path)) {
            workflows::recent::forget();
        }
        if window().location().pathname().is_ok_and(|path| path == "/login") {
            leptos::task::spawn_local(notifications::turn_off());
        }
    });
    view! {
        <Title formatter=titled/>
        <Router>
            // Pages are sent when they are complete: they need no script to be read, and each has the right status.
            <Routes fallback=|| ()>
                <identity::AuthRoutes/>
                <ParentRoute path=ui::at!("") view=Shell ssr=SsrMode::Async>
                    <Route path=ui::at!("/") view=ui::page!(workflows: my_work_page => MyWorkPage)/>
                    <workflows::Routes item_page=ui::page!(workflows: item_page => ItemPage)/>
                    <Route path=ui::at!("/time") view=ui::page!(workflows: my_time_page => MyTimePage)/>
                    <Route path=ui::at!("/share") view=ui::page!(tools: share_page => SharePage)/>
                    <notifications::Routes settings_page=ui::page!(messages: notification_settings_page => NotificationSettingsPage)/>
                    <messages::Routes conversation_page=ui::page!(messages: conversation_page => ConversationPage)/>
                    <clients::Routes/>
                    <identity::PeopleRoutes/>
                    <identity::SettingsRoutes/>
                    <webhooks::Routes
                        list=ui::page!(settings: webhooks_page => WebhooksPage)
                        new=ui::page!(settings: new_webhook_page => NewWebhookPage)
                        new_hook=ui::page!(settings: new_hook_page => NewHookPage)
                        one=ui::page!(settings: webhook_page => WebhookPage)
                        edit=ui::page!(settings: webhook_settings_page => WebhookSettingsPage)
                    />
                </ParentRoute>
                <Route path=ui::at!("/design") view=ui::page!(design: design_page => DesignPage)/>
                // Not the fallback of the routes: what that holds is never given free.
                <Route path=ui::at!("/*lost") view=LostPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}

/// The page of an item with its time and its files.
#[component]
fn ItemPage() -> impl IntoView {
    let attached = |key| both(timesheets::item_time(key), files::attachments("item", key));
    view! { <workflows::ItemDetailsPage attached/> }
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
    view! { <messages::ConversationPage attached=|key| files::attachments("conversation", key)/> }
}

/// Says that the page listens: tests wait for it, and styles hide what works only by then.
pub fn mark_live() {
    // After the effects of what was taken over, which wait in the queue.
    set_timeout(
        || {
            if let Some(root) = document().document_element() {
                root.set_attribute("data-hydrated", "").ok();
            }
        },
        std::time::Duration::ZERO,
    );
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
