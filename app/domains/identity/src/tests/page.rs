//! The pages as the server writes them: they must work before the script is there.

use std::sync::Once;

use db::Db;
use futures::StreamExt;
use kernel::{Cx, Role, ViewerResource, Visit};
use leptos::prelude::*;
use leptos::tachys::view::iterators::StaticVec;
use leptos_router::{
    components::{Outlet, Router, Routes},
    location::RequestUrl,
};

use super::licence::{Place, bought};
use crate::{auth_pages, settings_pages};

#[component]
fn Shell() -> impl IntoView {
    let viewer: ViewerResource = kernel::page_data(|| (), |()| crate::viewer());
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
fn Pages() -> StaticVec<ui::Route> {
    let shell = ui::routes_under(ui::page!(Shell), settings_pages());
    StaticVec::from([auth_pages(), vec![shell]].concat())
}

/// The page at an address, complete, as the person of `visit` gets it.
pub(super) async fn page(visit: Visit, address: &str) -> String {
    page_with(visit, address, ::licence::File::default()).await
}

/// The same where there is a licence file.
async fn page_with(visit: Visit, address: &str, licence: ::licence::File) -> String {
    // Listing the routes prepares the executor, as the server does. Once: while it goes on, nothing in the process loads.
    static LISTED: Once = Once::new();
    LISTED.call_once(|| drop(leptos_axum::generate_route_list(App)));
    let owner = Owner::new();
    let address = address.to_owned();
    let stream = owner.with(|| {
        provide_context(RequestUrl::new(&address));
        provide_context(visit);
        provide_context(licence);
        App().to_html_stream_in_order()
    });
    let html = stream.collect::<Vec<String>>().await.concat();
    drop(owner);
    assert!(!html.contains("style=\""), "{html}");
    html
}

async fn nobody(db: &Db, address: &str) -> String {
    page(Visit::test(db), address).await
}

fn check(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[tokio::test]
async fn every_page_before_the_log_in_is_a_form_that_works_without_a_script() {
    db::testing::sqlite(|db| async move {
        check(
            &nobody(&db, "/login?next=/workflows/7%3Fstep=2").await,
            &[
                "method=\"post\"",
                "name=\"email\"",
                "name=\"password\"",
                "name=\"next\"",
                "value=\"/workflows/7?step=2\"",
            ],
        );
        check(
            &nobody(&db, "/signup").await,
            &["method=\"post\"", "name=\"organisation\"", "minlength=\"12\""],
        );
        check(
            &nobody(&db, "/confirm?token=abc").await,
            &["method=\"post\"", "name=\"token\"", "value=\"abc\"", "Confirm"],
        );
        check(&nobody(&db, "/confirm?email=a@b.example").await, &["Check your mail", "a@b.example"]);
        check(&nobody(&db, "/reset").await, &["method=\"post\"", "Send the link"]);
        check(
            &nobody(&db, "/reset/new?token=abc").await,
            &["method=\"post\"", "value=\"abc\"", "new-password"],
        );
        check(&nobody(&db, "/invitation?token=abc").await, &["This invitation is not open"]);
        check(&nobody(&db, "/organisations/new").await, &["Log in first"]);
    })
    .await;
}

#[tokio::test]
async fn next_never_leads_to_another_site() {
    db::testing::sqlite(|db| async move {
        let html = nobody(&db, "/login?next=//evil.example").await;
        assert!(!html.contains("evil.example") && !html.contains("name=\"next\""), "{html}");
    })
    .await;
}

#[tokio::test]
async fn an_error_that_comes_back_without_a_script_stands_at_its_field() {
    db::testing::sqlite(|db| async move {
        use leptos::server_fn::{ServerFn, error::ServerFnUrlError};
        let error = kernel::Error::invalid("password", "The email or the password is not right.");
        let address = ServerFnUrlError::new(crate::session::api::LogIn::PATH, error)
            .to_url("http://mediap.test/login")
            .unwrap();
        let address = address.as_str().trim_start_matches("http://mediap.test");
        check(
            &nobody(&db, address).await,
            &["The email or the password is not right.", "aria-invalid=\"true\""],
        );
    })
    .await;
}

#[tokio::test]
async fn the_licence_is_shown_to_owners() {
    db::testing::sqlite(|db| async move {
        let cx = Cx::test(&db, "Nordvik Cars").await;
        let free = page(cx.visit().clone(), "/settings/licence").await;
        check(&free, &["This is the free edition", "Single sign-on", "Audit log", "Install a licence"]);
        check(&free, &["href=\"/settings/licence\"", "href=\"/settings/audit\"", "1, no limit"]);

        let place = Place::new("page");
        place.write(&bought(25));
        let owner = page_with(cx.visit().clone(), "/settings/licence", place.file()).await;
        check(&owner, &["Nordvik Cars AB", "Business", "1 of 25", "21 Nov 2026", "Training"]);
        check(&owner, &["The licence is valid until 21 November 2026."]);
        assert!(!owner.contains("Install a licence"), "{owner}");
        place.write("nonsense");
        let broken = page_with(cx.visit().clone(), "/settings/licence", place.file()).await;
        check(&broken, &["it is not a JSON object", "This is the free edition"]);

        let admin = cx.colleague("Petra Holm", Role::Admin).await;
        let refused = page(admin.visit().clone(), "/settings/licence").await;
        check(&refused, &["Your role does not include managing the licence", "href=\"/settings/audit\""]);
        assert!(!refused.contains("free edition"), "{refused}");
        assert!(!refused.contains("href=\"/settings/licence\""), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn settings_offer_what_the_viewer_may() {
    db::testing::sqlite(|db| async move {
        let cx = Cx::test(&db, "Nordvik Cars").await;
        let marek = cx.colleague("Marek Havel", Role::Member).await;
        let team = crate::team::acts::create(&cx, "Testers", None).await.unwrap();
        crate::team::acts::add_member(&cx, team, marek.member_id()).await.unwrap();

        let members = page(cx.visit().clone(), "/settings/members").await;
        check(&members, &["Marek Havel", "Testers", "role=\"menu\"", "2 people", "Invite", "Suspend"]);
        let roles = page(cx.visit().clone(), "/settings/roles").await;
        check(&roles, &["role-matrix", "Workflow manager", "/settings/roles.csv", "New role"]);
        let roles = page(marek.visit().clone(), "/settings/roles").await;
        assert!(roles.contains("role-matrix") && !roles.contains("New role"), "{roles}");
        let own = crate::role::acts::Form { name: "Lead".into(), ..Default::default() };
        let own = crate::role::acts::create(&cx, &own).await.unwrap();
        let address = format!("/settings/roles/{own}");
        check(
            &page(cx.visit().clone(), &address).await,
            &["name=\"permissions[]\"", "Save role", "Remove role", "value=\"item.move\""],
        );
        let role = page(marek.visit().clone(), &address).await;
        assert!(role.contains("Nobody has it") && !role.contains("Save role"), "{role}");
        check(
            &page(cx.visit().clone(), "/settings/roles/new?from=team_leader").await,
            &["Start from", "Make role", "checked"],
        );
        check(&page(marek.visit().clone(), "/settings/roles/new").await, &["Your role does not include"]);
        check(&page(cx.visit().clone(), "/settings/roles/nonsense").await, &["does not exist"]);
        let address = format!("/settings/members/{}", marek.member_id());
        check(
            &page(cx.visit().clone(), &address).await,
            &["Base role", "Further roles", "Give role", "Team Testers", "May do "],
        );
        let oneself = page(marek.visit().clone(), &address).await;
        assert!(oneself.contains("Further roles") && !oneself.contains("Give role"), "{oneself}");

        let address = format!("/settings/members/{}/privacy", marek.member_id());
        let owner = page(cx.visit().clone(), &address).await;
        check(&owner, &["prepare_export", "erase_person", "name=\"email\"", "Erase for good"]);
        let oneself = page(marek.visit().clone(), &address).await;
        assert!(oneself.contains("Download") && !oneself.contains("Erase for good"), "{oneself}");
        let address = format!("/settings/members/{}/privacy", cx.member_id());
        check(&page(cx.visit().clone(), &address).await, &["Olle Owner is the only owner."]);
        let other = page(marek.visit().clone(), &address).await;
        assert!(other.contains("Your role does not include") && !other.contains("Download"), "{other}");

        let members = page(marek.visit().clone(), "/settings/members").await;
        check(&members, &["Olle Owner"]);
        assert!(
            !members.contains("role=\"menu\"") && !members.contains("/settings/members/invite"),
            "{members}"
        );

        check(
            &page(cx.visit().clone(), "/settings/members?search=nobody").await,
            &["Nobody fits the search"],
        );
        check(
            &page(cx.visit().clone(), "/settings/members/invite").await,
            &["name=\"role\"", "Send invitation"],
        );
        check(&page(cx.visit().clone(), "/settings/teams").await, &["<details", "Delete team", "Add team"]);
        let teams = page(marek.visit().clone(), "/settings/teams").await;
        assert!(teams.contains("Testers") && !teams.contains("Delete team"), "{teams}");
        check(
            &page(cx.visit().clone(), "/settings/organisation").await,
            &["name=\"time_zone\"", "Europe / Stockholm", "multipart/form-data", "Save settings"],
        );
        let general = page(marek.visit().clone(), "/settings/organisation").await;
        assert!(
            general.contains("Your role does not include changing") && !general.contains("Save settings"),
            "{general}"
        );
        check(&page(marek.visit().clone(), "/settings/profile").await, &["Marek Havel", "name=\"current\""]);
        check(
            &page(cx.visit().clone(), "/organisations/new").await,
            &["Create organisation", "Nordvik Cars"],
        );
    })
    .await;
}
