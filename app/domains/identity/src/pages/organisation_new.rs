//! Creating an organisation: after a sign-up without one, or a further one.

use leptos::{html::Input, prelude::*};
use leptos_meta::Title;
use ui::{
    AuthFrame, Button, ButtonKind, ButtonSize, ButtonVariant, Choice, FormError, SelectField, TextField, error_of,
    field_error,
};

use crate::{
    organisation::{
        api::{CreateOrganisation, setting_choices},
        model::Choices,
    },
    parts::{LogOutForm, SwitchForm, leave_when_done, leaving},
    session::api::my_organisations,
};

/// Name, time zone and currency; below, the organisations the person belongs to already.
#[component]
pub(crate) fn NewOrganisationPage() -> impl IntoView {
    let data = Resource::new_blocking(
        || (),
        |()| async { kernel::Result::Ok((setting_choices().await?, my_organisations().await?)) },
    );
    view! {
        <Title text="New organisation"/>
        <AuthFrame
            brand="Mediap"
            title="New organisation"
            text="It holds your workflows and people, and nobody outside sees any of it."
            footer=|| view! { <div class="auth-account"><LogOutForm/></div> }
        >
            <Suspense>
                {move || Suspend::new(async move {
                    match data.await {
                        Ok((choices, organisations)) => {
                            let first = organisations.is_empty();
                            view! {
                                <CreateForm choices/>
                                {(!first)
                                    .then(|| {
                                        view! {
                                            <div class="auth-organisations">
                                                <p class="auth-text">"Or go on in"</p>
                                                {organisations
                                                    .into_iter()
                                                    .map(|organisation| view! { <SwitchForm organisation/> })
                                                    .collect_view()}
                                            </div>
                                        }
                                    })}
                            }
                            .into_any()
                        }
                        Err(kernel::Error::Unauthenticated) => view! {
                            <p class="auth-text"><a href="/login?next=/organisations/new">"Log in first"</a></p>
                        }
                        .into_any(),
                        Err(error) => view! { <FormError error=Some(error)/> }.into_any(),
                    }
                })}
            </Suspense>
        </AuthFrame>
    }
}

#[component]
fn CreateForm(choices: Choices) -> impl IntoView {
    let create = ServerAction::<CreateOrganisation>::new();
    leave_when_done(create);
    let error = error_of(create.value());
    let time_zone = RwSignal::new(kernel::Settings::default().time_zone);
    let zones: Vec<Choice> = choices.time_zones.into_iter().map(|zone| Choice::new(zone.clone(), spoken(&zone))).collect();
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
