//! All webhooks and incoming hooks of the organisation.

use kernel::{Permission, Viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{
    Banner, Button, ButtonKind, ButtonSize, ButtonVariant, EmptyState, FormError, Icon, LinkButton, LoadAs,
    Outcome, PageTitle, Pill, Toast, Tone,
};

use super::{Frame, Framed};
use crate::{
    api::{DeleteHook, RestoreHook, RestoreWebhook, RotateHook, UpdateHook, list_webhooks, restore_hook},
    model::{HookCard, WebhookCard, Webhooks, event},
    parts::{MadeHook, ago, moment},
};

/// What can be done to an incoming hook. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    update: ServerAction<UpdateHook>,
    rotate: ServerAction<RotateHook>,
    delete: ServerAction<DeleteHook>,
}

/// See the module.
#[component]
pub fn WebhooksPage(
    /// The frame of the settings.
    frame: Frame,
) -> impl IntoView {
    let acts = Acts { update: ServerAction::new(), rotate: ServerAction::new(), delete: ServerAction::new() };
    let outcome = Outcome::begin();
    outcome.follow_row(acts.update, |()| Some(Toast::new("The hook is changed")));
    outcome.follow_row(acts.rotate, |_| {
        Some(Toast::new("There is a new secret. The old one is taken for a day."))
    });
    outcome.follow_row(acts.delete, move |id| {
        let id = *id;
        outcome.undoable("The hook is deleted".to_owned(), move || restore_hook(id), "The hook is back");
        None
    });
    let changes = outcome.changes();
    let page = kernel::page_data(move || changes.get(), |_| list_webhooks());
    kernel::use_news(|| Some("webhooks".to_owned()), Callback::new(move |_| page.refetch()));
    let made = move || {
        let made = acts.rotate.value().get().and_then(Result::ok);
        made.map(|made| view! { <MadeHook made/> })
    };
    let content = move || {
        view! {
            <link rel="stylesheet" href="/keys.css"/>
            <PageTitle
                title="Webhooks"
                text="Other programs are told what happens here, and tell what happens there."
            />
            <Deleted/>
            <FormError error=outcome.error()/>
            {made}
            <LoadAs needs=Permission::ApiManage resource=page rows=6 let:((viewer, page))>
                {content(&viewer, page, acts)}
            </LoadAs>
        }
        .into_any()
    };
    let actions = || {
        view! {
            <LinkButton href="/settings/webhooks/new" icon="plus" variant=ButtonVariant::Primary>
                "New webhook"
            </LinkButton>
        }
    };
    frame(Framed { title: "Webhooks", under: None, actions: actions.into(), content: Box::new(content) })
}

/// Without WASM there is no toast; the page itself offers the way back.
#[component]
fn Deleted() -> impl IntoView {
    let query = use_query_map();
    let (webhook, hook) = (ServerAction::<RestoreWebhook>::new(), ServerAction::<RestoreHook>::new());
    let undo = |id: String| {
        view! {
            <input type="hidden" name="id" value=id/>
            <Button kind=ButtonKind::Submit size=ButtonSize::Small>
                "Undo"
            </Button>
        }
    };
    move || {
        let query = query.read();
        let webhook = query.get("deleted").map(|id| {
            view! {
                <Banner actions=move || view! { <ActionForm action=webhook>{undo(id)}</ActionForm> }>
                    "The webhook is deleted."
                </Banner>
            }
        });
        let hook = query.get("deleted_hook").map(|id| {
            view! {
                <Banner actions=move || view! { <ActionForm action=hook>{undo(id)}</ActionForm> }>
                    "The incoming hook is deleted."
                </Banner>
            }
        });
        (webhook, hook)
    }
}

fn content(viewer: &Viewer, page: Webhooks, acts: Acts) -> AnyView {
    let Webhooks { webhooks, hooks } = page;
    let told = if webhooks.is_empty() {
        let text = "An address of another program can be told when items move, members join, and more.";
        view! { <EmptyState icon="webhook" title="Nobody is told yet" text/> }.into_any()
    } else {
        let rows = webhooks.into_iter().map(|webhook| webhook_row(viewer, webhook)).collect_view();
        view! { <ul>{rows}</ul> }.into_any()
    };
    let telling = if hooks.is_empty() {
        let text = "An incoming hook is an address to which another program sends what happens there.";
        view! { <EmptyState icon="inbox" title="Nobody tells us anything yet" text/> }.into_any()
    } else {
        let rows = hooks.into_iter().map(|hook| hook_row(viewer, hook, acts)).collect_view();
        view! { <ul>{rows}</ul> }.into_any()
    };
    view! {
        <section class="settings-section" aria-labelledby="webhooks-heading">
            <h2 id="webhooks-heading">"Who is told"</h2>
            {told}
        </section>
        <section class="settings-section" aria-labelledby="hooks-heading">
            <h2 id="hooks-heading">"Who tells us"</h2>
            {telling}
            <p class="settings-after">
                <LinkButton href="/settings/webhooks/incoming/new" icon="plus">
                    "New incoming hook"
                </LinkButton>
            </p>
        </section>
    }
    .into_any()
}

/// How a webhook is doing, in a word.
pub(super) fn standing(webhook: &WebhookCard) -> AnyView {
    let (tone, word) = if webhook.paused_at.is_some() {
        (Tone::Danger, "Paused")
    } else if !webhook.active {
        (Tone::Neutral, "Off")
    } else if webhook.failing_since.is_some() {
        (Tone::Warning, "Failing")
    } else {
        (Tone::Success, "On")
    };
    view! { <Pill tone=tone small=true>{word}</Pill> }.into_any()
}

fn webhook_row(viewer: &Viewer, webhook: WebhookCard) -> AnyView {
    let last = match &webhook.last {
        None => "nothing sent yet".to_owned(),
        Some(last) => {
            let status = last.status.map(|status| format!(" with {status}")).unwrap_or_default();
            let (state, when) = (last.state.label().to_lowercase(), ago(viewer, last.at).to_lowercase());
            format!("last one {state}{status}, {when}")
        }
    };
    let meta = format!("Told of {} · {last}", event::summary(&webhook.events));
    let (href, pill) = (format!("/settings/webhooks/{}", webhook.id), standing(&webhook));
    view! {
        <li class="settings-row">
            <div class="settings-thing">
                <Icon name="webhook"/>
                <div>
                    <strong>
                        <a class="link" href=href>
                            {webhook.name}
                        </a>
                    </strong>
                    <small>{webhook.url}</small>
                    <small>{meta}</small>
                </div>
            </div>
            {pill}
        </li>
    }
    .into_any()
}

fn hook_row(viewer: &Viewer, hook: HookCard, acts: Acts) -> AnyView {
    let last = match hook.last_at {
        None => "nothing came yet".to_owned(),
        Some(at) => format!("last one {}", ago(viewer, at).to_lowercase()),
    };
    let rotating = hook
        .rotating_until
        .map(|until| format!(" · the old secret is taken until {}", moment(viewer, until)))
        .unwrap_or_default();
    let meta = format!("{} · {last}{rotating}", hook.kind.label());
    let off = (!hook.active).then(|| view! { <Pill small=true>"Off"</Pill> });
    let buttons = hook_buttons(&hook, acts);
    view! {
        <li class="settings-row">
            <div class="settings-thing">
                <Icon name="inbox"/>
                <div>
                    <strong>{hook.name}</strong>
                    {off}
                    <small>{meta}</small>
                </div>
            </div>
            <div class="settings-acts">{buttons}</div>
        </li>
    }
    .into_any()
}

fn hook_buttons(hook: &HookCard, acts: Acts) -> AnyView {
    let (turn, word) = if hook.active { (None, "Turn off") } else { (Some("true"), "Turn on") };
    let of = || format!(": {}", hook.name);
    let (which, which_turned, which_deleted) = (of(), of(), of());
    let named = || {
        let (id, version) = (hook.id.to_string(), hook.version.to_string());
        view! {
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
        }
    };
    let (id, name, turned, deleted) = (hook.id.to_string(), hook.name.clone(), named(), named());
    view! {
        <ActionForm action=acts.rotate>
            <input type="hidden" name="id" value=id/>
            <Button kind=ButtonKind::Submit size=ButtonSize::Small icon="rotate-ccw">
                "New secret"<span class="visually-hidden">{which}</span>
            </Button>
        </ActionForm>
        <ActionForm action=acts.update>
            {turned}
            <input type="hidden" name="name" value=name/>
            {turn.map(|on| view! { <input type="hidden" name="active" value=on/> })}
            <Button kind=ButtonKind::Submit size=ButtonSize::Small variant=ButtonVariant::Ghost>
                {word}<span class="visually-hidden">{which_turned}</span>
            </Button>
        </ActionForm>
        <ActionForm action=acts.delete>
            {deleted}
            <Button kind=ButtonKind::Submit size=ButtonSize::Small variant=ButtonVariant::Ghost icon="trash-2">
                "Delete"<span class="visually-hidden">{which_deleted}</span>
            </Button>
        </ActionForm>
    }
    .into_any()
}
