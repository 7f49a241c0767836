//! The pages: getting in, and settings.

mod confirm;
mod invitation;
mod login;
mod members;
mod organisation_new;
mod organisation_settings;
mod profile;
mod reset;
mod signup;
mod teams;

use leptos::prelude::*;
use leptos_router::{
    Lazy, SsrMode,
    components::{Outlet, ParentRoute, Redirect, Route},
    path,
};

use confirm::ConfirmPage;
use invitation::InvitationPage;
use login::LoginPage;
use members::{InvitePage, MembersPage};
use organisation_new::NewOrganisationPage;
use organisation_settings::OrganisationPage;
use profile::ProfilePage;
use reset::{NewPasswordPage, ResetPage};
use signup::SignupPage;
use teams::TeamsPage;

ui::lazy_pages! {
    entry {
        LoginRoute => LoginPage,
        SignupRoute => SignupPage,
        ConfirmRoute => ConfirmPage,
        ResetRoute => ResetPage,
        NewPasswordRoute => NewPasswordPage,
        InvitationRoute => InvitationPage,
        NewOrganisationRoute => NewOrganisationPage,
    }
    settings {
        ProfileRoute => ProfilePage,
        OrganisationRoute => OrganisationPage,
        MembersRoute => MembersPage,
        InviteRoute => InvitePage,
        TeamsRoute => TeamsPage,
    }
}

/// The pages that stand outside the shell: nobody is logged in, or belongs to no organisation yet.
///
/// They are sent whole: they must work before the script is there, and without it.
#[component(transparent)]
pub fn AuthRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=Outlet ssr=SsrMode::Async>
            <Route path=path!("/login") view={Lazy::<LoginRoute>::new()} ssr=SsrMode::Async/>
            <Route path=path!("/signup") view={Lazy::<SignupRoute>::new()} ssr=SsrMode::Async/>
            <Route path=path!("/confirm") view={Lazy::<ConfirmRoute>::new()} ssr=SsrMode::Async/>
            <Route path=path!("/reset") view={Lazy::<ResetRoute>::new()} ssr=SsrMode::Async/>
            <Route path=path!("/reset/new") view={Lazy::<NewPasswordRoute>::new()} ssr=SsrMode::Async/>
            <Route path=path!("/invitation") view={Lazy::<InvitationRoute>::new()} ssr=SsrMode::Async/>
            <Route path=path!("/organisations/new") view={Lazy::<NewOrganisationRoute>::new()} ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}

/// The settings, to be put under the shell.
#[component(transparent)]
pub fn SettingsRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/settings") view=Outlet ssr=SsrMode::Async>
            <Route path=path!("/") view=|| view! { <Redirect path="/settings/profile"/> } ssr=SsrMode::Async/>
            <Route path=path!("/profile") view={Lazy::<ProfileRoute>::new()} ssr=SsrMode::Async/>
            <Route path=path!("/organisation") view={Lazy::<OrganisationRoute>::new()} ssr=SsrMode::Async/>
            <Route path=path!("/members") view={Lazy::<MembersRoute>::new()} ssr=SsrMode::Async/>
            <Route path=path!("/members/invite") view={Lazy::<InviteRoute>::new()} ssr=SsrMode::Async/>
            <Route path=path!("/teams") view={Lazy::<TeamsRoute>::new()} ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}
