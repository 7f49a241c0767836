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
use leptos_router::components::Redirect;
use ui::{Route, at, page, route};

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
pub fn auth_pages() -> Vec<Route> {
    vec![
        route(at!("login"), page!(entry: login_page => LoginPage)),
        route(at!("login/code"), page!(entry: login_code_page => LoginCodePage)),
        route(at!("login/link"), page!(entry: login_link_page => LoginLinkPage)),
        route(at!("prove"), page!(entry: prove_page => ProvePage)),
        route(at!("account/second-factor"), page!(entry: second_factor_page => SecondFactorPage)),
        route(at!("account/authenticator"), page!(entry: authenticator_page => AuthenticatorPage)),
        route(at!("account/recovery-codes"), page!(entry: recovery_codes_page => RecoveryCodesPage)),
        route(at!("signup"), page!(entry: signup_page => SignupPage)),
        route(at!("confirm"), page!(entry: confirm_page => ConfirmPage)),
        route(at!("reset"), page!(entry: reset_page => ResetPage)),
        route(at!("reset/new"), page!(entry: new_password_page => NewPasswordPage)),
        route(at!("invitation"), page!(entry: invitation_page => InvitationPage)),
        route(at!("oidc/link"), page!(entry: link_page => LinkPage)),
        route(at!("oidc/failed"), page!(entry: provider_failed_page => ProviderFailedPage)),
        route(at!("oauth/authorize"), page!(entry: authorize_page => AuthorizePage)),
        route(at!("support/:organisation/:id"), page!(entry: support_page => SupportPage)),
        route(at!("organisations/new"), page!(entry: new_organisation_page => NewOrganisationPage)),
    ]
}

/// The settings, to be put under the shell.
pub fn settings_pages() -> Vec<Route> {
    vec![
        route(at!("settings"), page!(FirstSettings)),
        route(at!("settings/profile"), page!(settings: profile_page => ProfilePage)),
        route(at!("settings/security"), page!(settings: security_page => SecurityPage)),
        route(at!("settings/keys"), page!(settings: keys_page => KeysPage)),
        route(at!("settings/keys/new"), page!(settings: new_key_page => NewKeyPage)),
        route(at!("settings/apps"), page!(settings: apps_page => AppsPage)),
        route(at!("settings/apps/new"), page!(settings: new_app_page => NewAppPage)),
        route(at!("settings/organisation"), page!(settings: organisation_page => OrganisationPage)),
        route(at!("settings/brands"), page!(settings: brands_page => BrandsPage)),
        route(at!("settings/brands/new"), page!(settings: new_brand_page => NewBrandPage)),
        route(at!("settings/brands/:id"), page!(settings: brand_page => BrandPage)),
        route(at!("settings/members"), page!(settings: members_page => MembersPage)),
        route(at!("settings/members/invite"), page!(settings: invite_page => InvitePage)),
        route(at!("settings/audit"), page!(settings: audit_page => AuditLogPage)),
        route(at!("settings/jobs"), page!(settings: jobs_page => JobsPage)),
        route(at!("settings/mail"), page!(settings: mail_page => MailPage)),
        route(at!("settings/licence"), page!(settings: licence_page => LicencePage)),
        route(at!("settings/members/:member"), page!(settings: member_page => MemberPage)),
        route(at!("settings/members/:member/privacy"), page!(settings: privacy_page => PrivacyPage)),
        route(at!("settings/roles"), page!(settings: roles_page => RolesPage)),
        route(at!("settings/roles/new"), page!(settings: new_role_page => NewRolePage)),
        route(at!("settings/roles/:role"), page!(settings: role_page => RolePage)),
        route(at!("settings/teams"), page!(settings: teams_page => TeamsPage)),
    ]
}

/// `/settings`
#[component]
fn FirstSettings() -> impl IntoView {
    view! { <Redirect path="/settings/profile"/> }
}

/// The pages of people, to be put under the shell.
pub fn people_pages() -> Vec<Route> {
    vec![route(at!("people/:id"), page!(settings: person_page => PersonPage))]
}
