//! The pages: getting in, and settings.

mod brands;
mod confirm;
mod invitation;
mod login;
mod members;
mod organisation_new;
mod organisation_settings;
mod person;
mod profile;
mod reset;
mod signup;
mod teams;

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Redirect, Route},
};

use brands::{BrandPage, BrandsPage, NewBrandPage};
use confirm::ConfirmPage;
use invitation::InvitationPage;
use login::LoginPage;
use members::{InvitePage, MembersPage};
use organisation_new::NewOrganisationPage;
use organisation_settings::OrganisationPage;
use person::PersonPage;
use profile::ProfilePage;
use reset::{NewPasswordPage, ResetPage};
use signup::SignupPage;
use teams::TeamsPage;

/// The pages that stand outside the shell: nobody is logged in, or belongs to no organisation yet.
///
/// They are sent whole: they must work before the script is there, and without it.
#[component(transparent)]
pub fn AuthRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=ui::at!("") view=Outlet ssr=SsrMode::Async>
            <Route path=ui::at!("/login") view=ui::page!(entry: login_page => LoginPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/signup") view=ui::page!(entry: signup_page => SignupPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/confirm") view=ui::page!(entry: confirm_page => ConfirmPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/reset") view=ui::page!(entry: reset_page => ResetPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/reset/new") view=ui::page!(entry: new_password_page => NewPasswordPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/invitation") view=ui::page!(entry: invitation_page => InvitationPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/organisations/new") view=ui::page!(entry: new_organisation_page => NewOrganisationPage) ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}

/// The settings, to be put under the shell.
#[component(transparent)]
pub fn SettingsRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=ui::at!("/settings") view=Outlet ssr=SsrMode::Async>
            <Route path=ui::at!("/") view=|| view! { <Redirect path="/settings/profile"/> } ssr=SsrMode::Async/>
            <Route path=ui::at!("/profile") view=ui::page!(settings: profile_page => ProfilePage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/organisation") view=ui::page!(settings: organisation_page => OrganisationPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/brands") view=ui::page!(settings: brands_page => BrandsPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/brands/new") view=ui::page!(settings: new_brand_page => NewBrandPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/brands/:id") view=ui::page!(settings: brand_page => BrandPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/members") view=ui::page!(settings: members_page => MembersPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/members/invite") view=ui::page!(settings: invite_page => InvitePage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/teams") view=ui::page!(settings: teams_page => TeamsPage) ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}

/// The pages of people, to be put under the shell.
#[component(transparent)]
pub fn PeopleRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=ui::at!("/people/:id") view=ui::page!(settings: person_page => PersonPage) ssr=SsrMode::Async/>
    }
    .into_inner()
}
