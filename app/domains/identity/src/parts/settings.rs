//! The frame of every settings page.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use ui::{Breadcrumbs, Crumb, SettingsFrame, SidebarGroup, SidebarLink, TopBar};

/// A settings page with the list of all of them at the left.
#[component]
pub(crate) fn SettingsPage(
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
            <SidebarLink href="/settings/teams" label="Teams" icon="users-round" selected=at("/settings/teams")/>
        </SidebarGroup>
    }
}
