//! The pages as the server writes them: they must work before the script is there.

use std::sync::Once;

use db::testing::sqlite;
use futures::StreamExt;
use kernel::{Cx, Directory, OrganisationName, Role, Viewer, ViewerResource, Visit};
use leptos::prelude::*;
use leptos_router::{
    components::{Outlet, Router, Routes},
    location::RequestUrl,
};

use super::fixture::{Answer, Receiver, World};
use crate::{
    Framed, NewHookPage, NewWebhookPage, Pages as Ours, WebhookPage, WebhookSettingsPage, WebhooksPage,
    acts::{delivery, incoming, webhook},
};

fn frame(framed: Framed) -> AnyView {
    let Framed { title, under, actions, content } = framed;
    view! {
        <h1>{title} {under.map(|(name, _)| name)}</h1>
        {actions.run()}
        <main>{content()}</main>
    }
    .into_any()
}

#[component]
fn All() -> impl IntoView {
    view! { <WebhooksPage frame/> }
}

#[component]
fn New() -> impl IntoView {
    view! { <NewWebhookPage frame/> }
}

#[component]
fn NewHook() -> impl IntoView {
    view! { <NewHookPage frame/> }
}

#[component]
fn One() -> impl IntoView {
    view! { <WebhookPage frame/> }
}

#[component]
fn Edit() -> impl IntoView {
    view! { <WebhookSettingsPage frame/> }
}

/// Who looks, as the shell would load it.
async fn viewer() -> kernel::Result<Viewer> {
    let cx = Cx::current().await?;
    let membership = cx.membership();
    let organisation = OrganisationName {
        id: membership.organisation_id,
        name: membership.organisation_name.clone(),
        has_logo: false,
    };
    Ok(Viewer {
        name: "Olle Owner".into(),
        email: "olle@nordvik.example".into(),
        member_id: membership.member_id,
        role: membership.role,
        permissions: membership.permissions,
        grants: Vec::new(),
        organisation,
        organisations: Vec::new(),
        brand: None,
        brands: Vec::new(),
        brand_chosen: false,
        settings: membership.settings.clone(),
        today: cx.today(),
        directory: Directory::default(),
        heard: 0,
        unread: 0,
        unread_messages: 0,
        acting: None,
    })
}

#[component]
fn Shell() -> impl IntoView {
    let viewer: ViewerResource = kernel::page_data(|| (), |()| viewer());
    provide_context(viewer);
    view! { <Outlet/> }
}

#[component]
fn App() -> impl IntoView {
    leptos_meta::provide_meta_context();
    ui::provide_toaster();
    view! {
        <Router>
            <Routes fallback=|| "nothing here">
                <Pages/>
            </Routes>
        </Router>
    }
}

#[component(transparent)]
fn Pages() -> ui::Route {
    let ours = Ours {
        list: ui::page!(All),
        new: ui::page!(New),
        new_hook: ui::page!(NewHook),
        one: ui::page!(One),
        edit: ui::page!(Edit),
    };
    ui::routes_under(ui::page!(Shell), crate::pages(ours))
}

/// The page at an address, complete, as the person of `visit` gets it.
async fn page(visit: Visit, address: &str) -> String {
    // Listing the routes prepares the executor, as the server does. Once: while it goes on, nothing in the process loads.
    static LISTED: Once = Once::new();
    LISTED.call_once(|| drop(leptos_axum::generate_route_list(App)));
    visit.rest().await;
    let owner = Owner::new();
    let address = address.to_owned();
    let stream = owner.with(|| {
        provide_context(RequestUrl::new(&address));
        provide_context(visit);
        App().to_html_stream_in_order()
    });
    let html = stream.collect::<Vec<String>>().await.concat();
    drop(owner);
    assert!(!html.contains("style=\""), "{html}");
    html
}

fn check(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[tokio::test]
async fn the_list_says_how_each_is_doing() {
    sqlite(|db| async move {
        let world = World::new(&db).await;
        let visit = || world.cx.visit().clone();
        let empty = page(visit(), "/settings/webhooks").await;
        check(&empty, &["Nobody is told yet", "Nobody tells us anything yet", "/settings/webhooks/new"]);

        let receiver = Receiver::start().await;
        world.webhook(&receiver.url, &["item.*"]).await;
        world.happens("item.moved").await;
        world.work().await;
        incoming::create(&world.cx, "Shop", "token").await.unwrap();
        let html = page(visit(), "/settings/webhooks").await;
        check(
            &html,
            &[
                "Accounting",
                &receiver.url,
                "Told of all of items",
                "last one delivered with 200, now",
                "is-success",
                "Shop",
                "Secret address",
                "nothing came yet",
                "rotate_hook",
                "delete_hook",
                "Turn off",
            ],
        );
        let undo = page(visit(), "/settings/webhooks?deleted=7").await;
        check(&undo, &["The webhook is deleted.", "restore_webhook", "Undo"]);
        let member = world.cx.colleague("Mia Member", Role::Member).await;
        let refused = page(member.visit().clone(), "/settings/webhooks").await;
        check(&refused, &["Your role does not include managing keys and webhooks"]);
        assert!(!refused.contains("Accounting"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn forms_work_without_a_script() {
    sqlite(|db| async move {
        let world = World::new(&db).await;
        let visit = || world.cx.visit().clone();
        let new = page(visit(), "/settings/webhooks/new").await;
        check(
            &new,
            &[
                "method=\"post\"",
                "create_webhook",
                "name=\"url\"",
                "name=\"events[]\"",
                "value=\"item.*\"",
                "value=\"item.moved\"",
                "value=\"hook.received\"",
                "Comment deleted",
            ],
        );
        assert!(!new.contains("disabled"), "without a script everything can be chosen");
        let hook = page(visit(), "/settings/webhooks/incoming/new").await;
        check(&hook, &["create_hook", "value=\"standard\"", "value=\"token\""]);

        let made = world.webhook("https://example.com/hooks", &["item.moved", "team.*"]).await;
        let edit = page(visit(), &format!("/settings/webhooks/{}/edit", made.id)).await;
        check(&edit, &["update_webhook", "https://example.com/hooks", "Save webhook", "role=\"switch\""]);
        let checked = |value: &str| {
            let at = edit.find(&format!("value=\"{value}\"")).unwrap();
            let begin = edit[..at].rfind("<input").unwrap();
            let end = at + edit[at..].find('>').unwrap();
            edit[begin..end].contains("checked")
        };
        assert!(checked("item.moved") && checked("team.*") && !checked("item.edited") && !checked("*"));
        let lost = page(visit(), "/settings/webhooks/nonsense/edit").await;
        check(&lost, &["does not exist"]);
    })
    .await;
}

#[tokio::test]
async fn one_webhook_shows_its_log_and_what_is_wrong() {
    sqlite(|db| async move {
        let world = World::new(&db).await;
        let visit = || world.cx.visit().clone();
        let receiver = Receiver::start().await;
        receiver.answers([Answer::new(500).says("<b>out of order</b>")]);
        let made = world.webhook(&receiver.url, &["*"]).await;
        let address = format!("/settings/webhooks/{}", made.id);
        check(
            &page(visit(), &address).await,
            &["Nothing sent yet", "Send a test", "New secret", "Told of everything"],
        );
        world.happens("item.moved").await;
        world.work().await;
        let html = page(visit(), &address).await;
        check(
            &html,
            &[
                "item.moved",
                "Nothing has arrived since Today 09:00.",
                "It answered 500.",
                "&lt;b&gt;out of order",
                "tried once",
                "answered 500",
                "next try",
                "Send failed ones again",
                "replay_failed",
            ],
        );
        assert!(!html.contains("replay_delivery"), "it is on its way");
        receiver.answers([Answer::new(410)]);
        world.happens("item.moved").await;
        world.work().await;
        let paused = page(visit(), &address).await;
        check(&paused, &["It is paused since", "Its receiver answered 410", "resume_webhook", "Paused"]);
        webhook::resume(&world.cx, made.id).await.unwrap();
        let failed = world.deliveries(made.id).await[0].id;
        delivery::replay(&world.cx, failed).await.unwrap();
        world.work().await;
        let again = page(visit(), &address).await;
        check(&again, &["sent again", "replay_delivery", "Delivered"]);
        let none = page(visit(), &format!("{address}?state=sending")).await;
        check(&none, &["No delivery fits", "Clear"]);
        check(&page(visit(), "/settings/webhooks/nonsense").await, &["does not exist"]);
        let member = world.cx.colleague("Mia Member", Role::Member).await;
        let refused = page(member.visit().clone(), &address).await;
        assert!(refused.contains("does not include") && !refused.contains("item.moved"), "{refused}");
    })
    .await;
}
