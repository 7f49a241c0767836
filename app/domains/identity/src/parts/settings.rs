//! The frame of every settings page.

use kernel::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use ui::{Breadcrumbs, Crumb, SettingsFrame, SidebarGroup, SidebarLink, TopBar, Wait};

/// A settings page with the list of all of them at the left.
#[component]
pub fn SettingsPage(
    /// What the page is called.
    title: &'static str,
    /// What the page is one of, and its address.
    #[prop(optional)]
    under: Option<(&'static str, &'static str)>,
    /// Lets the page be as wide as the window, for tables.
    #[prop(optional)]
    wide: bool,
    /// The acts of the page, in the bar.
    #[prop(optional, into)]
    actions: ViewFnOnce,
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=title/>
        <TopBar
            title
            back=under.map_or("/", |(_, href)| href)
            path=move || {
                view! {
                    <Breadcrumbs icon="settings">
                        <Crumb href="/settings">"Settings"</Crumb>
                        {under.map(|(name, href)| view! { <Crumb href>{name}</Crumb> })}
                        <Crumb>{title}</Crumb>
                    </Breadcrumbs>
                }
            }
        >
            {actions.run()}
        </TopBar>
        <SettingsFrame label="Settings" wide nav=|| view! { <SettingsNav/> }>
            {children()}
        </SettingsFrame>
    }
}

#[component]
fn SettingsNav() -> impl IntoView {
    let viewer = kernel::use_viewer();
    let path = use_location().pathname;
    let at = move |page: &'static str| Signal::derive(move || path.read().starts_with(page));
    view! {
        <SidebarGroup name="You">
            <SidebarLink
                href="/settings/profile"
                label="Profile"
                icon="user-round"
                selected=at("/settings/profile")
            />
            <SidebarLink
                href="/settings/security"
                label="Security"
                icon="shield-check"
                selected=at("/settings/security")
            />
            <SidebarLink href="/settings/keys" label="API keys" icon="key-round" selected=at("/settings/keys")/>
            <SidebarLink href="/settings/apps" label="Apps" icon="plug" selected=at("/settings/apps")/>
        </SidebarGroup>
        <SidebarGroup name="Organisation">
            <SidebarLink
                href="/settings/organisation"
                label="General"
                icon="building-2"
                selected=at("/settings/organisation")
            />
            <SidebarLink href="/settings/brands" label="Brands" icon="palette" selected=at("/settings/brands")/>
            <SidebarLink href="/settings/members" label="Members" icon="users" selected=at("/settings/members")/>
            <SidebarLink href="/settings/roles" label="Roles" icon="shield-check" selected=at("/settings/roles")/>
            <SidebarLink href="/settings/teams" label="Teams" icon="users-round" selected=at("/settings/teams")/>
            <SidebarLink
                href="/settings/hours"
                label="Working hours"
                icon="calendar-clock"
                selected=at("/settings/hours")
            />
        </SidebarGroup>
        <Wait content=move || async move {
            let viewer = viewer.await;
            let may = |permission| viewer.as_ref().is_ok_and(|viewer| viewer.may(permission));
            let audit = may(Permission::OrganisationEdit).then(|| {
                view! { <SidebarLink href="/settings/audit" label="Audit log" icon="scroll-text" selected=at("/settings/audit")/> }
            });
            let jobs = may(Permission::JobManage).then(|| {
                view! { <SidebarLink href="/settings/jobs" label="Background jobs" icon="list-checks" selected=at("/settings/jobs")/> }
            });
            let mail = may(Permission::MailManage).then(|| {
                view! { <SidebarLink href="/settings/mail" label="Mail" icon="mail" selected=at("/settings/mail")/> }
            });
            let licence = may(Permission::LicenceManage).then(|| {
                view! { <SidebarLink href="/settings/licence" label="Licence" icon="stamp" selected=at("/settings/licence")/> }
            });
            let webhooks = may(Permission::ApiManage).then(|| {
                view! { <SidebarLink href="/settings/webhooks" label="Webhooks" icon="webhook" selected=at("/settings/webhooks")/> }
            });
            (audit.is_some() || webhooks.is_some() || jobs.is_some() || mail.is_some() || licence.is_some())
                .then(|| view! { <SidebarGroup name="Administration">{audit}{webhooks}{jobs}{mail}{licence}</SidebarGroup> })
                .into_any()
        }/>
    }
}
