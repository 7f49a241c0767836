//! One webhook: how it is doing, what can be done to it, and the log of its deliveries.

use std::time::Duration;

use kernel::{Permission, Viewer, WebhookId};
use leptos::{leptos_dom::helpers::set_timeout_with_handle, prelude::*};
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{
    Banner, Button, ButtonKind, ButtonSize, ButtonVariant, EmptyState, FormError, LinkButton, LoadAs,
    Outcome, PageTitle, Toast, Tone,
};

use super::{Frame, Framed, UNDER, list::standing, log::Log};
use crate::{
    api::{
        DeleteWebhook, ReplayDelivery, ReplayFailed, ResumeWebhook, RotateSecret, TestWebhook,
        load_deliveries, restore_webhook,
    },
    model::{DeliveryFilter, WebhookCard, WebhookDetails, event},
    parts::{Made, moment},
};

/// Most receivers have answered by then: what came of it is shown without asking for it.
const SOON: Duration = Duration::from_secs(2);

/// What can be done to a webhook. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Acts {
    pub(super) test: ServerAction<TestWebhook>,
    pub(super) replay: ServerAction<ReplayDelivery>,
    pub(super) replay_failed: ServerAction<ReplayFailed>,
    resume: ServerAction<ResumeWebhook>,
    rotate: ServerAction<RotateSecret>,
    delete: ServerAction<DeleteWebhook>,
    /// It was deleted from this page, so it is not simply unknown.
    gone: RwSignal<bool>,
}

/// See the module. The id of the webhook is part of the address.
#[component]
pub fn WebhookPage(
    /// The frame of the settings.
    frame: Frame,
) -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.read().get("webhook").and_then(|id| id.parse::<WebhookId>().ok()));
    let filter = Memo::new(move |_| {
        let query = query.read();
        let value = |name| query.get(name).unwrap_or_default();
        DeliveryFilter { state: value("state"), before: value("before") }
    });
    let acts = Acts {
        test: ServerAction::new(),
        replay: ServerAction::new(),
        replay_failed: ServerAction::new(),
        resume: ServerAction::new(),
        rotate: ServerAction::new(),
        delete: ServerAction::new(),
        gone: RwSignal::new(false),
    };
    let (sent, outcome) = (Outcome::begin(), Outcome::begin());
    sent.follow_row(acts.test, |_| Some(Toast::new("A test is on its way")));
    sent.follow_row(acts.replay, |_| Some(Toast::new("It is sent again")));
    sent.follow_row(acts.replay_failed, |count| Some(Toast::new(replayed(*count))));
    outcome.follow_row(acts.resume, |()| Some(Toast::new("It is told again")));
    outcome.follow_row(acts.rotate, |_| {
        Some(Toast::new("There is a new secret. The old one signs too for a day."))
    });
    outcome.follow_row(acts.delete, move |id| {
        let id = *id;
        acts.gone.set(true);
        outcome.undoable(
            "The webhook is deleted".to_owned(),
            move || restore_webhook(id),
            "The webhook is back",
        );
        None
    });
    let (sending, changes) = (sent.changes(), outcome.changes());
    let page = kernel::page_data(
        move || (id.get(), filter.get(), sending.get(), changes.get()),
        |(id, filter, ..)| async move {
            match id {
                Some(id) => load_deliveries(id, filter).await.map(Some).or_else(gone),
                None => Ok(None),
            }
        },
    );
    kernel::use_news(|| Some("webhooks".to_owned()), Callback::new(move |_| page.refetch()));
    Effect::watch(
        move || sending.get(),
        move |_, _, _| {
            if let Ok(timer) = set_timeout_with_handle(move || page.refetch(), SOON) {
                on_cleanup(move || timer.clear());
            }
        },
        false,
    );
    let made = move || {
        let made = acts.rotate.value().get().and_then(Result::ok);
        made.map(|made| view! { <Made secret=made.secret/> })
    };
    let content = move || {
        view! {
            <link rel="stylesheet" href="/keys.css"/>
            <FormError error=sent.error()/>
            <FormError error=outcome.error()/>
            {made}
            <LoadAs needs=Permission::ApiManage resource=page rows=8 let:((viewer, page))>
                {match page {
                    Some(details) => one(viewer, details, filter.get_untracked(), acts),
                    None if acts.gone.get_untracked() => view! {
                        <EmptyState
                            icon="webhook"
                            title="This webhook is deleted"
                            text="Nothing more is sent to it. Undo brings it back."
                        >
                            <LinkButton href="/settings/webhooks">"All webhooks"</LinkButton>
                        </EmptyState>
                    }
                    .into_any(),
                    None => view! { <super::form::Lost/> }.into_any(),
                }}
            </LoadAs>
        }
        .into_any()
    };
    let refresh = move || {
        view! {
            <Button icon="refresh-cw" on_click=move |_| page.refetch()>
                "Refresh"
            </Button>
        }
    };
    frame(Framed {
        title: "Webhook",
        under: Some(UNDER),
        actions: refresh.into(),
        content: Box::new(content),
    })
}

/// One that does not exist is shown as such, by who knows whether it was just deleted.
fn gone(error: kernel::Error) -> kernel::Result<Option<WebhookDetails>> {
    if error == kernel::Error::NotFound { Ok(None) } else { Err(error) }
}

fn replayed(count: i64) -> String {
    match count {
        0 => "Nothing has failed in that time".to_owned(),
        1 => "1 delivery is sent again".to_owned(),
        count => format!("{count} deliveries are sent again"),
    }
}

fn one(viewer: Viewer, details: WebhookDetails, filter: DeliveryFilter, acts: Acts) -> AnyView {
    let WebhookDetails { webhook, deliveries } = details;
    let events: Vec<_> = webhook.events.iter().map(|event| view! { <li>{event.clone()}</li> }).collect();
    let summary = format!("Told of {}", event::summary(&webhook.events));
    let alarm = alarm(&viewer, &webhook, acts);
    let rotating = webhook.rotating_until.map(|until| {
        let words = format!("The secret before signs too until {}.", moment(&viewer, until));
        view! { <p class="text-meta">{words}</p> }
    });
    let pill = standing(&webhook);
    view! {
        <PageTitle title=webhook.name.clone() text=webhook.url.clone()/>
        {alarm}
        <p class="role-facts">
            {pill}
        </p>
        <details class="key-permissions">
            <summary>{summary}</summary>
            <ul>{events}</ul>
        </details>
        {rotating}
        <div class="settings-acts settings-after">{buttons(&webhook, acts)}</div>
        <Log viewer webhook deliveries filter acts/>
    }
    .into_any()
}

/// What is wrong with it, and the way on.
fn alarm(viewer: &Viewer, webhook: &WebhookCard, acts: Acts) -> Option<AnyView> {
    let id = webhook.id.to_string();
    let resume = move || {
        view! {
            <ActionForm action=acts.resume>
                <input type="hidden" name="id" value=id/>
                <Button kind=ButtonKind::Submit size=ButtonSize::Small>
                    "Turn on"
                </Button>
            </ActionForm>
        }
    };
    if let Some(at) = webhook.paused_at {
        let why = webhook.pause_reason.map(|reason| reason.sentence()).unwrap_or_default();
        let words = format!("It is paused since {}, and told nothing more. {why}", moment(viewer, at));
        return Some(view! { <Banner tone=Tone::Danger actions=resume>{words}</Banner> }.into_any());
    }
    if !webhook.active {
        let words = "It is off: what happens is not sent, not even later.";
        return Some(view! { <Banner actions=resume>{words}</Banner> }.into_any());
    }
    webhook.failing_since.map(|since| {
        let words = format!(
            "Nothing has arrived since {}. After five days of that it is paused.",
            moment(viewer, since)
        );
        view! { <Banner tone=Tone::Warning>{words}</Banner> }.into_any()
    })
}

fn buttons(webhook: &WebhookCard, acts: Acts) -> AnyView {
    let edit = format!("/settings/webhooks/{}/edit", webhook.id);
    let version = webhook.version.to_string();
    let named = || {
        let id = webhook.id.to_string();
        view! { <input type="hidden" name="id" value=id/> }
    };
    let (tested, rotated, deleted) = (named(), named(), named());
    view! {
        <ActionForm action=acts.test>
            {tested}
            <Button kind=ButtonKind::Submit icon="send" pending=acts.test.pending()>
                "Send a test"
            </Button>
        </ActionForm>
        <LinkButton href=edit icon="pencil">
            "Change"
        </LinkButton>
        <ActionForm action=acts.rotate>
            {rotated}
            <Button kind=ButtonKind::Submit icon="key-round" pending=acts.rotate.pending()>
                "New secret"
            </Button>
        </ActionForm>
        <ActionForm action=acts.delete>
            {deleted}
            <input type="hidden" name="version" value=version/>
            <Button kind=ButtonKind::Submit icon="trash-2" variant=ButtonVariant::Ghost>
                "Delete"
            </Button>
        </ActionForm>
    }
    .into_any()
}
