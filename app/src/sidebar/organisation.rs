//! The organisation at the top of the sidebar: switch to another one or to another brand, add one, change its settings.

use identity::{BrandForm, SwitchForm};
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
    let (brand, brands, chosen) = (viewer.brand, viewer.brands, viewer.brand_chosen);
    let label = match &brand {
        Some(brand) if brand.name != present.name => {
            format!("Organisation: {}, brand: {}", present.name, brand.name)
        }
        _ => format!("Organisation: {}", present.name),
    };
    let name = brand.as_ref().map_or_else(|| present.name.clone(), |brand| brand.name.clone());
    // With one brand there is nothing to choose, unless it is not the one in use.
    let several = 1 < brands.len() || chosen || brand.is_none() && !brands.is_empty();
    let active = brand.as_ref().map(|brand| brand.id);
    let logo = match &brand {
        Some(brand) => brand.logo(),
        None => present.has_logo.then(|| format!("/organisation/{}/logo", present.id)),
    };
    let others = viewer.organisations.into_iter().filter(move |organisation| organisation.id != present.id);
    let switches = others.map(|organisation| view! { <SwitchForm organisation/> }).collect::<Vec<_>>();
    let brands = several.then(|| {
        let entries = brands.into_iter().map(|brand| {
            let active = active == Some(brand.id);
            view! { <BrandForm brand=Some(brand) active/> }
        });
        view! {
            <MenuHeading>"Brand"</MenuHeading>
            {entries.collect_view()}
            {chosen.then(|| view! { <BrandForm brand=None/> })}
            <MenuSeparator/>
        }
    });
    let content = move || view! { <OrganisationSwitcher name=name.clone() logo=logo.clone()/> };
    view! {
        <Menu id="organisation-menu" label trigger=Trigger::Bare("organisation-switcher".to_owned()) content>
            {brands}
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
