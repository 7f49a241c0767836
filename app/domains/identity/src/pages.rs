//! The pages: getting in, and settings.

mod apps;
mod audit;
mod authorize;
mod brands;
mod confirm;
mod invitation;
mod jobs;
mod keys;
mod licence;
mod link;
mod login;
mod login_code;
mod login_link;
mod member;
mod members;
mod organisation_new;
mod organisation_settings;
mod outbox;
mod person;
mod privacy;
mod profile;
mod prove;
mod reset;
mod roles;
mod second_factor;
mod security;
mod signup;
mod support;
mod teams;

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Redirect, Route},
};

use apps::{AppsPage, NewAppPage};
use audit::AuditLogPage;
use authorize::AuthorizePage;
use brands::{BrandPage, BrandsPage, NewBrandPage};
use confirm::ConfirmPage;
use invitation::InvitationPage;
use jobs::JobsPage;
use keys::{KeysPage, NewKeyPage};
use licence::LicencePage;
use link::{LinkPage, ProviderFailedPage};
use login::LoginPage;
use login_code::LoginCodePage;
use login_link::LoginLinkPage;
use member::MemberPage;
use members::{InvitePage, MembersPage};
use organisation_new::NewOrganisationPage;
use organisation_settings::OrganisationPage;
use outbox::MailPage;
use person::PersonPage;
use privacy::PrivacyPage;
use profile::ProfilePage;
use prove::ProvePage;
use reset::{NewPasswordPage, ResetPage};
use roles::{NewRolePage, RolePage, RolesPage};
use second_factor::{AuthenticatorPage, RecoveryCodesPage, SecondFactorPage};
use security::SecurityPage;
use signup::SignupPage;
use support::SupportPage;
use teams::TeamsPage;

/// The pages that stand outside the shell: nobody is logged in, or belongs to no organisation yet.
///
/// They are sent whole: they must work before the script is there, and without it.
#[component(transparent)]
pub fn AuthRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=ui::at!("") view=Outlet ssr=SsrMode::Async>
            <Route path=ui::at!("/login") view=ui::page!(entry: login_page => LoginPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/login/code") view=ui::page!(entry: login_code_page => LoginCodePage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/login/link") view=ui::page!(entry: login_link_page => LoginLinkPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/prove") view=ui::page!(entry: prove_page => ProvePage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/account/second-factor") view=ui::page!(entry: second_factor_page => SecondFactorPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/account/authenticator") view=ui::page!(entry: authenticator_page => AuthenticatorPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/account/recovery-codes") view=ui::page!(entry: recovery_codes_page => RecoveryCodesPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/signup") view=ui::page!(entry: signup_page => SignupPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/confirm") view=ui::page!(entry: confirm_page => ConfirmPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/reset") view=ui::page!(entry: reset_page => ResetPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/reset/new") view=ui::page!(entry: new_password_page => NewPasswordPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/invitation") view=ui::page!(entry: invitation_page => InvitationPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/oidc/link") view=ui::page!(entry: link_page => LinkPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/oidc/failed") view=ui::page!(entry: provider_failed_page => ProviderFailedPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/oauth/authorize") view=ui::page!(entry: authorize_page => AuthorizePage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/support/:organisation/:id") view=ui::page!(entry: support_page => SupportPage) ssr=SsrMode::Async/>
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
            <Route path=ui::at!("/security") view=ui::page!(settings: security_page => SecurityPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/keys") view=ui::page!(settings: keys_page => KeysPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/keys/new") view=ui::page!(settings: new_key_page => NewKeyPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/apps") view=ui::page!(settings: apps_page => AppsPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/apps/new") view=ui::page!(settings: new_app_page => NewAppPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/organisation") view=ui::page!(settings: organisation_page => OrganisationPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/brands") view=ui::page!(settings: brands_page => BrandsPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/brands/new") view=ui::page!(settings: new_brand_page => NewBrandPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/brands/:id") view=ui::page!(settings: brand_page => BrandPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/members") view=ui::page!(settings: members_page => MembersPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/members/invite") view=ui::page!(settings: invite_page => InvitePage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/audit") view=ui::page!(settings: audit_page => AuditLogPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/jobs") view=ui::page!(settings: jobs_page => JobsPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/mail") view=ui::page!(settings: mail_page => MailPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/licence") view=ui::page!(settings: licence_page => LicencePage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/members/:member") view=ui::page!(settings: member_page => MemberPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/members/:member/privacy") view=ui::page!(settings: privacy_page => PrivacyPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/roles") view=ui::page!(settings: roles_page => RolesPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/roles/new") view=ui::page!(settings: new_role_page => NewRolePage) ssr=SsrMode::Async/>
            <Route path=ui::at!("/roles/:role") view=ui::page!(settings: role_page => RolePage) ssr=SsrMode::Async/>
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
