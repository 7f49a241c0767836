//! One brand: name and colour, logo, and whose home it is.

use kernel::{MemberId, Permission, Scope, Viewer};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{
    Banner, Button, ButtonKind, ButtonVariant, Choice, FormError, LoadAs, Outcome, PageTitle, SelectField,
    Toast, Tone, error_of,
};

use super::form::BrandFields;
use crate::{
    brand::{
        api::{AddBrandMember, RemoveBrandLogo, RemoveBrandMember, SetBrandLogo, UpdateBrand, brand},
        model::BrandCard,
    },
    parts::{BrandMark, PersonCell, PictureForm, SettingsPage},
};

/// What can be done to a brand. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    update: ServerAction<UpdateBrand>,
    remove_logo: ServerAction<RemoveBrandLogo>,
    add: ServerAction<AddBrandMember>,
    take_out: ServerAction<RemoveBrandMember>,
}

/// The page of one brand. Members see it, owners and admins change it.
#[component]
pub(crate) fn BrandPage() -> impl IntoView {
    let query = use_query_map();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let acts = Acts {
        update: ServerAction::new(),
        remove_logo: ServerAction::new(),
        add: ServerAction::new(),
        take_out: ServerAction::new(),
    };
    let outcome = Outcome::begin();
    outcome.follow(acts.update, |()| Some(Toast::new("Brand saved")));
    let rows = Outcome::begin();
    rows.follow_row(acts.remove_logo, |()| Some(Toast::new("The logo is removed")));
    rows.follow_row(acts.add, |()| None);
    rows.follow_row(acts.take_out, |()| None);
    let (saved, changes) = (outcome.changes(), rows.changes());
    let data = kernel::page_data(move || (id.get(), saved.get(), changes.get()), |(id, ..)| brand(id));
    let done = move || {
        let message = match query.read().get("done")?.as_str() {
            "created" => "The brand is added. Give it a logo and people, or make it the default in the list.",
            "saved" => "The brand is saved.",
            "logo" => "The logo is set.",
            "no-logo" => "The logo is removed.",
            _ => return None,
        };
        Some(view! { <Banner tone=Tone::Success>{message}</Banner> })
    };
    view! {
        <SettingsPage title="Brand" under=("Brands", "/settings/brands")>
            {done}
            <FormError error=rows.error()/>
            <LoadAs resource=data rows=7 let:((viewer, card))>
                <BrandSections viewer card acts/>
            </LoadAs>
        </SettingsPage>
    }
}

#[component]
fn BrandSections(viewer: Viewer, card: BrandCard, acts: Acts) -> impl IntoView {
    let may = viewer.may_in(Permission::BrandManage, Scope::Brand(card.brand.id));
    let title = card.brand.name.clone();
    view! {
        <PageTitle title/>
        <section class="settings-section">
            {if may {
                view! { <BrandForm card=card.clone() acts/> }.into_any()
            } else {
                view! { <Banner>{Permission::BrandManage.refusal()}</Banner> }.into_any()
            }}
        </section>
        <Logo card=card.clone() acts may/>
        <People viewer card acts/>
    }
}

#[component]
fn BrandForm(card: BrandCard, acts: Acts) -> impl IntoView {
    let brand = card.brand;
    let error = error_of(acts.update.value());
    let (name, accent) = (RwSignal::new(brand.name), RwSignal::new(brand.accent));
    view! {
        <ActionForm action=acts.update attr:class="form">
            <input type="hidden" name="id" value=brand.id.to_string()/>
            <input type="hidden" name="version" value=brand.version.to_string()/>
            <BrandFields name accent error/>
            <FormError error/>
            <div class="form-actions">
                <Button
                    kind=ButtonKind::Submit
                    variant=ButtonVariant::Primary
                    pending=acts.update.pending()
                >
                    "Save brand"
                </Button>
            </div>
        </ActionForm>
    }
}

#[component]
fn Logo(card: BrandCard, acts: Acts, may: bool) -> impl IntoView {
    let brand = card.brand;
    let id = brand.id.to_string();
    let picture = match brand.logo() {
        Some(logo) => {
            view! { <img class="logo-picture" src=logo alt="The present logo" width="64" height="64"/> }
                .into_any()
        }
        None => {
            view! { <div class="logo-picture is-empty"><BrandMark brand=brand.clone()/></div> }.into_any()
        }
    };
    let change = may.then(|| {
        let sent = id.clone();
        let remove = brand.has_logo.then(|| {
            view! {
                <ActionForm action=acts.remove_logo>
                    <input type="hidden" name="id" value=id/>
                    <Button kind=ButtonKind::Submit pending=acts.remove_logo.pending() icon="trash-2">
                        "Remove the logo"
                    </Button>
                </ActionForm>
            }
        });
        view! {
            <PictureForm
                action=SetBrandLogo::PATH
                field="logo"
                max_bytes=524_288.0
                note="PNG, JPEG or WebP of at most 512 KB. A square picture looks best."
                too_large="This file is larger than 512 KB. Choose a smaller one."
            >
                <input type="hidden" name="id" value=sent/>
            </PictureForm>
            {remove}
        }
    });
    view! {
        <section class="settings-section" aria-labelledby="logo-heading">
            <h2 id="logo-heading">"Logo"</h2>
            <div class="picture-row">{picture}<div>{change}</div></div>
        </section>
    }
}

#[component]
fn People(viewer: Viewer, card: BrandCard, acts: Acts) -> impl IntoView {
    let manages = viewer.may(Permission::MemberManage);
    let id = card.brand.id.to_string();
    let others: Vec<Choice> = viewer
        .directory
        .people
        .iter()
        .filter(|person| person.active && !card.people.contains(&person.id))
        .map(|person| Choice::new(person.id.to_string(), person.name.clone()))
        .collect();
    let row = |member: MemberId| {
        let person = viewer.directory.person(member)?.clone();
        let label = format!("{} no longer belongs here", person.name);
        let (id, picture) = (id.clone(), person.picture());
        let take_out = manages.then(|| {
            view! {
                <ActionForm action=acts.take_out>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="member" value=member.to_string()/>
                    <button type="submit" class="icon-button is-small" aria-label=label.clone() data-tooltip=label>
                        <ui::Icon name="x" size=ui::IconSize::Small/>
                    </button>
                </ActionForm>
            }
        });
        let href = format!("/people/{member}");
        Some(view! {
            <li>
                <PersonCell name=person.name category=person.category picture href=Some(href)/>
                {take_out}
            </li>
        })
    };
    let rows = card.people.iter().filter_map(|member| row(*member)).collect_view();
    let add = (manages && !others.is_empty()).then(|| {
        view! {
            <ActionForm action=acts.add attr:class="flex flex-wrap items-end gap-2">
                <input type="hidden" name="id" value=id.clone()/>
                <SelectField
                    name="member"
                    id="field-brand-member"
                    label="Make it somebody's home"
                    options=others
                    placeholder="Choose a person"
                    required=true
                />
                <Button kind=ButtonKind::Submit icon="user-plus" pending=acts.add.pending()>
                    "Add"
                </Button>
            </ActionForm>
        }
    });
    view! {
        <section class="settings-section" aria-labelledby="home-heading">
            <h2 id="home-heading">"People"</h2>
            <p>"Their pages look like this brand, unless they switch. Everybody else sees the default brand."</p>
            <ul class="team-people">{rows}</ul>
            {add}
        </section>
    }
}
