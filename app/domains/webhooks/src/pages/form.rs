//! Making a webhook, and changing one: name, address, and what it is told of.

use kernel::{Permission, WebhookId};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::{
    Button, ButtonKind, ButtonVariant, Checkbox, ErrorState, FormError, LinkButton, LoadAs, PageTitle,
    Switch, TextField, error_of, field_error,
};

use super::{Frame, Framed, UNDER};
use crate::{
    api::{CreateWebhook, UpdateWebhook, load_webhook},
    model::{
        LONGEST_NAME, LONGEST_URL, WebhookCard,
        event::{self, AREAS, Area, EVERYTHING, RECEIVED},
    },
    parts::Made,
};

/// Makes a webhook. Its secret is shown this once.
#[component]
pub fn NewWebhookPage(
    /// The frame of the settings.
    frame: Frame,
) -> impl IntoView {
    let create = ServerAction::<CreateWebhook>::new();
    // Only what was made takes the place of the form: after a refusal it stays as it was filled in.
    let made = Memo::new(move |_| create.value().get().and_then(Result::ok));
    let nothing = kernel::page_data(|| (), |()| async { Ok(()) });
    let content = move || {
        view! {
            <link rel="stylesheet" href="/keys.css"/>
            <PageTitle
                title="New webhook"
                text="What happens is sent to its address at once, signed as Standard Webhooks says, and again for three days until it arrives."
            />
            <LoadAs needs=Permission::ApiManage resource=nothing rows=8 let:((_viewer, ()))>
                {move || match made.get() {
                    Some(made) => {
                        let href = format!("/settings/webhooks/{}", made.id);
                        view! {
                            <Made secret=made.secret/>
                            <div class="form-actions">
                                <LinkButton href>"Done"</LinkButton>
                            </div>
                        }
                        .into_any()
                    }
                    None => view! { <NewForm create/> }.into_any(),
                }}
            </LoadAs>
        }
        .into_any()
    };
    frame(Framed {
        title: "New webhook",
        under: Some(UNDER),
        actions: ViewFnOnce::default(),
        content: Box::new(content),
    })
}

/// Changes a webhook, whose id is part of the address.
#[component]
pub fn WebhookSettingsPage(
    /// The frame of the settings.
    frame: Frame,
) -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("webhook").and_then(|id| id.parse::<WebhookId>().ok()));
    let update = ServerAction::<UpdateWebhook>::new();
    let webhook = kernel::page_data(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => load_webhook(id).await,
                None => Err(kernel::Error::NotFound),
            }
        },
    );
    let content = move || {
        view! {
            <link rel="stylesheet" href="/keys.css"/>
            <PageTitle title="Change webhook"/>
            <LoadAs needs=Permission::ApiManage resource=webhook rows=8 let:((_viewer, webhook))>
                <EditForm webhook update/>
            </LoadAs>
        }
        .into_any()
    };
    frame(Framed {
        title: "Change webhook",
        under: Some(UNDER),
        actions: ViewFnOnce::default(),
        content: Box::new(content),
    })
}

#[component]
fn NewForm(create: ServerAction<CreateWebhook>) -> impl IntoView {
    let error = error_of(create.value());
    view! {
        <ActionForm action=create attr:class="form">
            <Fields error name=String::new() url=String::new() events=Vec::new()/>
            <FormError error/>
            <div class="form-actions">
                <LinkButton href="/settings/webhooks">"Cancel"</LinkButton>
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=create.pending() icon="webhook">
                    "Make webhook"
                </Button>
            </div>
        </ActionForm>
    }
}

#[component]
fn EditForm(webhook: WebhookCard, update: ServerAction<UpdateWebhook>) -> impl IntoView {
    let error = error_of(update.value());
    let (active, back) = (webhook.is_told(), format!("/settings/webhooks/{}", webhook.id));
    let hint = match webhook.paused_at {
        Some(_) => "It is paused. Turning it on tells it again.",
        None => "While it is off, what happens is not sent, not even later.",
    };
    view! {
        <ActionForm action=update attr:class="form">
            <input type="hidden" name="id" value=webhook.id.to_string()/>
            <input type="hidden" name="version" value=webhook.version.to_string()/>
            <Switch name="active" checked=active hint=hint>
                "It is told of what happens"
            </Switch>
            <Fields error name=webhook.name url=webhook.url events=webhook.events/>
            <FormError error/>
            <div class="form-actions">
                <LinkButton href=back>"Cancel"</LinkButton>
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=update.pending()>
                    "Save webhook"
                </Button>
            </div>
        </ActionForm>
    }
}

#[component]
fn Fields(
    error: Signal<Option<kernel::Error>>,
    name: String,
    url: String,
    events: Vec<String>,
) -> impl IntoView {
    view! {
        <TextField
            name="name"
            label="What it is for"
            value=name
            maxlength=i64::try_from(LONGEST_NAME).unwrap_or(i64::MAX)
            autocomplete="off"
            placeholder="Accounting"
            required=true
            error=field_error(error, "name")
        />
        <TextField
            name="url"
            label="Address"
            kind="url"
            value=url
            maxlength=i64::try_from(LONGEST_URL).unwrap_or(i64::MAX)
            autocomplete="off"
            placeholder="https://example.com/hooks"
            hint="It must be encrypted and at a public address, and answer with 2xx within 15 s."
            required=true
            error=field_error(error, "url")
        />
        <Events error=field_error(error, "events") chosen=events/>
    }
}

/// What it is told of, area by area. What a wider choice covers cannot be chosen beside it; without scripts it can, and
/// does not matter.
#[component]
fn Events(error: Signal<Option<String>>, chosen: Vec<String>) -> impl IntoView {
    let live = RwSignal::new(false);
    Effect::new(move |_| live.set(true));
    let everything = RwSignal::new(chosen.iter().any(|event| event == EVERYTHING));
    let covered = Signal::derive(move || live.get() && everything.get());
    let areas = AREAS.iter().map(|area| area_choice(area, &chosen, live, covered)).collect_view();
    view! {
        <fieldset class="key-rights">
            <legend>"What it is told of"</legend>
            <div class="field" class:is-invalid=move || error.with(Option::is_some)>
                <Checkbox name="events[]" value=EVERYTHING bind=everything hint="Also what is added later.">
                    "Everything"
                </Checkbox>
                <p class="field-note" aria-live="polite">
                    {move || error.get()}
                </p>
            </div>
            <div class="role-modules">{areas}</div>
        </fieldset>
    }
}

fn area_choice(
    area: &'static Area,
    chosen: &[String],
    live: RwSignal<bool>,
    covered: Signal<bool>,
) -> AnyView {
    let has = |event: &str| chosen.iter().any(|one| one == event);
    // Everything leaves out one event, which its own area has.
    let apart = area.kinds().any(|kind| kind == RECEIVED);
    let covered = Signal::derive(move || !apart && covered.get());
    let whole = RwSignal::new(has(&area.pattern()));
    let by_area = Signal::derive(move || covered.get() || live.get() && whole.get());
    let acts: Vec<_> = area
        .acts
        .iter()
        .zip(area.kinds())
        .map(|(act, kind)| {
            let checked = has(&kind);
            view! {
                <Checkbox name="events[]" value=kind checked disabled=by_area>
                    {event::words(act)}
                </Checkbox>
            }
        })
        .collect();
    view! {
        <fieldset class="role-module">
            <legend>{area.label}</legend>
            <Checkbox name="events[]" value=area.pattern() bind=whole disabled=covered>
                "All of it"
            </Checkbox>
            {acts}
        </fieldset>
    }
    .into_any()
}

/// The webhook of an address that names none.
#[component]
pub(super) fn Lost() -> impl IntoView {
    view! { <ErrorState error=kernel::Error::NotFound/> }
}
