//! The brands: a list, and a page for each.

mod edit;
mod form;
mod preview;

use kernel::{Permission, Viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{
    Banner, Button, ButtonKind, ButtonSize, ButtonVariant, EmptyState, FormError, LinkButton, LoadAs, Menu,
    MenuItem, Outcome, PageTitle, Pill, Toast, Tone, Wait,
};

use crate::{
    brand::{
        api::{RemoveBrand, RestoreBrand, SetDefaultBrand, list_brands, restore_brand},
        model::BrandRow,
    },
    parts::{BrandMark, SettingsPage, SubmitItem},
};

pub(crate) use edit::BrandPage;
pub(crate) use form::NewBrandPage;

/// What can be done to a brand in the list. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    set_default: ServerAction<SetDefaultBrand>,
    remove: ServerAction<RemoveBrand>,
}

/// All brands.
#[component]
pub(crate) fn BrandsPage() -> impl IntoView {
    let query = use_query_map();
    let acts = Acts { set_default: ServerAction::new(), remove: ServerAction::new() };
    let restore = ServerAction::<RestoreBrand>::new();
    let outcome = Outcome::begin();
    outcome.follow_row(acts.set_default, |()| Some(Toast::new("The default brand is changed")));
    outcome.follow_row(acts.remove, move |brand| {
        let id = brand.id;
        outcome.undoable(
            format!("{} is removed", brand.name),
            move || restore_brand(id),
            "The brand is back",
        );
        None
    });
    outcome.follow_row(restore, |()| Some(Toast::new("The brand is back")));
    let changes = outcome.changes();
    let brands = kernel::page_data(move || changes.get(), |_| list_brands());
    // Without WASM there is no toast; the page itself offers the way back.
    let removed = move || {
        query.read().get("removed").map(|id| {
            view! {
                <Banner actions=move || {
                    view! {
                        <ActionForm action=restore>
                            <input type="hidden" name="id" value=id/>
                            <Button kind=ButtonKind::Submit size=ButtonSize::Small>
                                "Undo"
                            </Button>
                        </ActionForm>
                    }
                }>"The brand is removed."</Banner>
            }
        })
    };
    view! {
        <SettingsPage title="Brands" actions=|| view! { <AddButton/> }>
            <PageTitle title="Brands" text="Business units with their own logo and colour. Pages look like the brand one works in."/>
            {removed}
            <FormError error=outcome.error()/>
            <LoadAs resource=brands rows=3 let:((viewer, brands))>
                <BrandList viewer brands acts/>
            </LoadAs>
        </SettingsPage>
    }
}

/// The one act of the page, for those who may.
#[component]
fn AddButton() -> impl IntoView {
    let viewer = kernel::use_viewer();
    view! {
        <Wait content=move || async move {
            viewer
                .await
                .is_ok_and(|viewer| viewer.may(Permission::BrandManage))
                .then(|| {
                    view! {
                        <LinkButton href="/settings/brands/new" variant=ButtonVariant::Primary icon="plus">
                            "Add brand"
                        </LinkButton>
                    }
                })
                .into_any()
        }/>
    }
}

#[component]
fn BrandList(viewer: Viewer, brands: Vec<BrandRow>, acts: Acts) -> impl IntoView {
    let manages = viewer.may(Permission::BrandManage);
    if brands.is_empty() {
        let text = if manages {
            "Add one for each business unit that has a look of its own."
        } else {
            "Owners and admins add them."
        };
        return view! { <EmptyState icon="palette" title="No brands yet" text/> }.into_any();
    }
    let active = viewer.brand.map(|brand| brand.id);
    let rows = brands
        .into_iter()
        .map(|row| {
            let is_active = active == Some(row.brand.id);
            view! { <BrandLine row is_active manages acts/> }
        })
        .collect_view();
    view! { <ul class="brand-rows">{rows}</ul> }.into_any()
}

#[component]
fn BrandLine(row: BrandRow, is_active: bool, manages: bool, acts: Acts) -> impl IntoView {
    let BrandRow { brand, is_default, people } = row;
    let href = format!("/settings/brands/{}", brand.id);
    let (id, version, name) = (brand.id, brand.version, brand.name.clone());
    let count = match people {
        0 => String::new(),
        1 => "Home of 1 person".to_owned(),
        people => format!("Home of {people} people"),
    };
    let menu = manages.then(|| {
        let href = href.clone();
        let (default_id, label, icon) = if is_default {
            (String::new(), "No default brand", "circle-x")
        } else {
            (id.to_string(), "Make it the default", "check")
        };
        view! {
            <Menu id=format!("brand-{id}") label=format!("Acts for {name}") align_end=true size=ButtonSize::Small>
                <MenuItem href icon="pencil">
                    "Edit"
                </MenuItem>
                <ActionForm action=acts.set_default attr:class="menu-form" attr:role="none">
                    <input type="hidden" name="id" value=default_id/>
                    <SubmitItem icon label/>
                </ActionForm>
                <ActionForm action=acts.remove attr:class="menu-form" attr:role="none">
                    <input type="hidden" name="id" value=id.to_string()/>
                    <input type="hidden" name="version" value=version.to_string()/>
                    <SubmitItem icon="trash-2" label="Remove" tone=Tone::Danger/>
                </ActionForm>
            </Menu>
        }
    });
    view! {
        <li class="brand-row">
            <BrandMark brand=brand.clone()/>
            <a class="brand-name truncate" href=href>
                {brand.name}
            </a>
            {is_default.then(|| view! { <Pill small=true>"Default"</Pill> })}
            {is_active.then(|| view! { <Pill small=true tone=Tone::Accent>"In use"</Pill> })}
            <span class="brand-fact">{count}</span>
            {menu}
        </li>
    }
}
