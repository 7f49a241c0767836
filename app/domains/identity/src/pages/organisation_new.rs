//! Creating an organisation: after a sign-up without one, or a further one.

use kernel::OrganisationName;
use leptos::{html::Input, prelude::*};
use leptos_meta::Title;
use ui::{
    AuthFrame, Button, ButtonKind, ButtonSize, ButtonVariant, Choice, FormError, SelectField, TextField,
    Wait, error_of, field_error,
};

use crate::{
    organisation::{
        api::{CreateOrganisation, setting_choices},
        model::Choices,
    },
    parts::{leave_when_done, leaving},
    session::api::{LogOut, SwitchOrganisation, my_organisations},
};

/// Name, time zone and currency; below, the organisations the person belongs to already.
#[component]
pub(crate) fn NewOrganisationPage() -> impl IntoView {
    let data = kernel::page_data(
        || (),
        |()| async { kernel::Result::Ok((setting_choices().await?, my_organisations().await?)) },
    );
    view! {
        <Title text="New organisation"/>
        <AuthFrame
            brand="Mediap"
            title="New organisation"
            text="It holds your workflows and people, and nobody outside sees any of it."
            footer=|| view! { <LogOutLine/> }
        >
            <Wait content=move || async move {
                match data.await {
                    Ok((choices, organisations)) => {
                        view! {
                            <CreateForm choices/>
                            <GoOn organisations/>
                        }
                        .into_any()
                    }
                    Err(kernel::Error::Unauthenticated) => view! {
                        <p class="auth-note"><a class="link" href="/login?next=/organisations/new">"Log in first"</a></p>
                    }
                    .into_any(),
                    Err(error) => view! { <FormError error=Some(error)/> }.into_any(),
                }
            }/>
        </AuthFrame>
    }
}

/// The organisations the person belongs to already, each a button that leads there.
#[component]
fn GoOn(organisations: Vec<OrganisationName>) -> impl IntoView {
    let switch = ServerAction::<SwitchOrganisation>::new();
    leave_when_done(switch);
    if organisations.is_empty() {
        return ().into_any();
    }
    let buttons = organisations
        .into_iter()
        .map(|organisation| {
            view! {
                <ActionForm action=switch>
                    <input type="hidden" name="id" value=organisation.id.to_string()/>
                    <Button kind=ButtonKind::Submit pending=leaving(switch)>
                        {organisation.name}
                    </Button>
                </ActionForm>
            }
        })
        .collect_view();
    view! {
        <section class="flex flex-col gap-2" aria-label="Your organisations">
            <p class="auth-divider">"or go on in"</p>
            <div class="flex flex-wrap gap-2">{buttons}</div>
            <FormError error=error_of(switch.value())/>
        </section>
    }
    .into_any()
}

/// The way out for somebody who is logged in as the wrong person.
#[component]
fn LogOutLine() -> impl IntoView {
    let log_out = ServerAction::<LogOut>::new();
    leave_when_done(log_out);
    view! {
        <ActionForm action=log_out>
            <Button
                kind=ButtonKind::Submit
                variant=ButtonVariant::Ghost
                size=ButtonSize::Small
                icon="log-out"
                pending=leaving(log_out)
            >
                "Log out"
            </Button>
        </ActionForm>
    }
}

#[component]
fn CreateForm(choices: Choices) -> impl IntoView {
    let create = ServerAction::<CreateOrganisation>::new();
    leave_when_done(create);
    let error = error_of(create.value());
    let time_zone = RwSignal::new(kernel::Settings::default().time_zone);
    let zones: Vec<Choice> =
        choices.time_zones.into_iter().map(|zone| Choice::new(zone.clone(), spoken(&zone))).collect();
    let known = StoredValue::new(zones.clone());
    Effect::new(move |_| {
        if let Some(zone) = browser_time_zone()
            && known.with_value(|known| known.iter().any(|choice| choice.value == zone))
        {
            time_zone.set(zone);
        }
    });
    let currencies: Vec<Choice> = choices
        .currencies
        .into_iter()
        .map(|(code, name)| Choice::new(code.clone(), format!("{code} · {name}")))
        .collect();
    view! {
        <ActionForm action=create attr:class="form">
            <TextField
                name="name"
                label="Name"
                autocomplete="organization"
                maxlength=80
                required=true
                large=true
                autofocus=true
                error=field_error(error, "name")
            />
            <SelectField
                name="time_zone"
                label="Time zone"
                options=zones
                bind=time_zone
                error=field_error(error, "time_zone")
            />
            <SelectField
                name="currency"
                label="Currency"
                options=currencies
                value="EUR"
                error=field_error(error, "currency")
            />
            <FormError error/>
            <Button
                kind=ButtonKind::Submit
                variant=ButtonVariant::Primary
                size=ButtonSize::Huge
                class="is-wide"
                pending=leaving(create)
            >
                "Create organisation"
            </Button>
        </ActionForm>
    }
}

/// A hidden field with the browser's time zone; empty without WASM.
#[component]
pub(crate) fn BrowserTimeZone() -> impl IntoView {
    let node = NodeRef::<Input>::new();
    Effect::new(move |_| {
        if let (Some(input), Some(zone)) = (node.get(), browser_time_zone()) {
            input.set_value(&zone);
        }
    });
    view! { <input type="hidden" name="time_zone" node_ref=node/> }
}

/// The time zone of the browser, by its IANA name. Only effects ask: the server has none.
fn browser_time_zone() -> Option<String> {
    use js_sys::{Array, Intl::DateTimeFormat, Object, Reflect};
    let options = DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
}

/// `America/Argentina/Buenos_Aires` as people read it.
pub(crate) fn spoken(zone: &str) -> String {
    zone.replace('_', " ").replace('/', " / ")
}
