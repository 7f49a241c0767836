//! Name and colour of a brand, new or not.

use kernel::Permission;
use leptos::{ev::MouseEvent, prelude::*};
use ui::{
    Banner, Button, ButtonKind, ButtonVariant, Field, FormError, LinkButton, Load, PageTitle, TextField,
    error_of, field_error,
};

use super::preview::Preview;
use crate::{
    brand::{api::CreateBrand, colour::Colour, model::PRESETS},
    parts::{SettingsPage, leave_when_done, leaving},
};

/// A new brand: name and colour; the rest follows on its own page.
#[component]
pub(crate) fn NewBrandPage() -> impl IntoView {
    let viewer = kernel::use_viewer();
    view! {
        <SettingsPage title="New brand" under=("Brands", "/settings/brands")>
            <PageTitle title="New brand" text="Its logo and its people follow on the next page."/>
            <Load resource=viewer rows=3 let:viewer>
                <NewBrandForm may=viewer.may(Permission::BrandManage)/>
            </Load>
        </SettingsPage>
    }
}

#[component]
fn NewBrandForm(may: bool) -> impl IntoView {
    let create = ServerAction::<CreateBrand>::new();
    leave_when_done(create);
    if !may {
        return view! { <Banner>{Permission::BrandManage.refusal()}</Banner> }.into_any();
    }
    let error = error_of(create.value());
    let name = RwSignal::new(String::new());
    let accent = RwSignal::new(PRESETS.map(|(hex, _)| hex.to_owned()).into_iter().next().unwrap_or_default());
    view! {
        <ActionForm action=create attr:class="form">
            <BrandFields name accent error autofocus=true/>
            <FormError error/>
            <div class="form-actions">
                <LinkButton href="/settings/brands">"Cancel"</LinkButton>
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=leaving(create)>
                    "Add brand"
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

/// Name and colour, with a picture of what becomes of it.
#[component]
pub(super) fn BrandFields(
    name: RwSignal<String>,
    accent: RwSignal<String>,
    error: Signal<Option<kernel::Error>>,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    // The browser's own chooser follows what is typed as long as that is a colour.
    let shown = Memo::new(move |last: Option<&String>| {
        let colour = accent.with(|accent| Colour::parse(accent)).map(Colour::hex);
        colour.or_else(|| last.cloned()).unwrap_or_default()
    });
    let presets = PRESETS.map(|(hex, label)| {
        let chosen = move || shown.get() == hex;
        view! {
            <button
                type="button"
                class="preset"
                aria-label=label
                data-tooltip=label
                aria-pressed=move || if chosen() { "true" } else { "false" }
                on:click=move |_: MouseEvent| accent.set(hex.to_owned())
            >
                <svg viewBox="0 0 20 20" aria-hidden="true">
                    <rect width="20" height="20" fill=hex></rect>
                </svg>
            </button>
        }
    });
    view! {
        <TextField
            name="name"
            id="field-brand-name"
            label="Name"
            maxlength=60
            autocomplete="off"
            required=true
            autofocus
            bind=name
            error=field_error(error, "name")
        />
        <Field
            id="field-accent"
            label="Colour"
            required=true
            error=field_error(error, "accent")
            hint="Its hue is kept; its lightness follows what can be read."
        >
            <div class="accent-field">
                <input
                    class="accent-chooser"
                    type="color"
                    aria-label="Choose the colour"
                    prop:value=move || shown.get()
                    value=shown.get_untracked()
                    on:input=move |event| accent.set(event_target_value(&event))
                />
                <div class="input">
                    <input
                        id="field-accent"
                        name="accent"
                        type="text"
                        required
                        maxlength="7"
                        autocomplete="off"
                        spellcheck="false"
                        aria-describedby="field-accent-note"
                        value=accent.get_untracked()
                        prop:value=move || accent.get()
                        on:input=move |event| accent.set(event_target_value(&event))
                    />
                </div>
                <div class="presets needs-script" role="group" aria-label="Colours to begin with">
                    {presets.into_iter().collect_view()}
                </div>
            </div>
        </Field>
        <Preview name accent=shown/>
    }
}
