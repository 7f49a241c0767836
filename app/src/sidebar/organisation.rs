//! The organisation at the top of the sidebar: switch to another one, add one, change its settings.

use identity::SwitchForm;
use leptos::prelude::*;
use ui::{Menu, MenuHeading, MenuItem, MenuSeparator, OrganisationSwitcher, Trigger, Wait};

use crate::pages::NEW_ORGANISATION;

/// The name of the organisation, which opens the menu.
#[component]
pub(crate) fn OrganisationMenu() -> impl IntoView {
    let viewer = kernel::use_viewer();
    view! {
        <Wait content=move || async move {
                match viewer.await {
                    Ok(viewer) => view! { <Switcher viewer/> }.into_any(),
                    Err(_) => view! {
                        <a class="organisation-switcher" href="/">
                            <OrganisationSwitcher name="Mediap"/>
                        </a>
                    }
                    .into_any(),
                }
        }/>
    }
}

#[component]
fn Switcher(viewer: kernel::Viewer) -> impl IntoView {
    let present = viewer.organisation;
    let name = present.name.clone();
    let label = format!("Organisation: {name}");
    let others = viewer.organisations.into_iter().filter(move |organisation| organisation.id != present.id);
    let switches = others.map(|organisation| view! { <SwitchForm organisation/> }).collect::<Vec<_>>();
    let logo = present.has_logo.then(|| format!("/organisation/{}/logo", present.id));
    let content = move || view! { <OrganisationSwitcher name=name.clone() logo=logo.clone()/> };
    view! {
        <Menu id="organisation-menu" label trigger=Trigger::Bare("organisation-switcher".to_owned()) content>
            {(!switches.is_empty())
                .then(|| view! { <MenuHeading>"Switch to"</MenuHeading> {switches} <MenuSeparator/> })}
            <MenuItem href="/settings/organisation" icon="settings">
                "Organisation settings"
            </MenuItem>
            <MenuItem href=NEW_ORGANISATION icon="plus">
                "New organisation"
            </MenuItem>
        </Menu>
    }
}
