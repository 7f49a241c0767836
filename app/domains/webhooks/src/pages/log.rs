//! The log of a webhook: what was sent, what came back, and sending it again.

use kernel::Viewer;
use leptos::prelude::*;
use ui::{Button, ButtonKind, ButtonSize, Choice, EmptyState, LinkButton, Pill, SelectField};

use super::one::Acts;
use crate::{
    model::{Deliveries, DeliveryCard, DeliveryFilter, DeliveryState, WebhookCard},
    parts::moment,
};

/// Since when failed deliveries can be sent again, in hours.
const SINCE: [(&str, &str); 5] = [
    ("1", "of the last hour"),
    ("24", "of the last day"),
    ("72", "of the last 3 days"),
    ("168", "of the last 7 days"),
    ("720", "of the last 30 days"),
];

/// See the module.
#[component]
pub(super) fn Log(
    viewer: Viewer,
    webhook: WebhookCard,
    deliveries: Deliveries,
    filter: DeliveryFilter,
    acts: Acts,
) -> impl IntoView {
    let here = format!("/settings/webhooks/{}", webhook.id);
    let Deliveries { deliveries, older } = deliveries;
    let more = deliveries.last().filter(|_| older).map(|last| {
        let next = format!("{here}?{}", filter.query(Some(last.id)));
        view! {
            <p class="settings-after">
                <LinkButton href=next>"Older deliveries"</LinkButton>
            </p>
        }
    });
    let list = if deliveries.is_empty() {
        let (title, text) = if filter.is_empty() {
            ("Nothing sent yet", "What is sent appears here for thirty days. Send a test to try it out.")
        } else {
            ("No delivery fits", "Choose another state.")
        };
        view! { <EmptyState icon="send" title text/> }.into_any()
    } else {
        let rows = deliveries.into_iter().map(|one| row(&viewer, &webhook, one, acts)).collect_view();
        view! { <ul>{rows}</ul> }.into_any()
    };
    view! {
        <section class="settings-section settings-after" aria-labelledby="log-heading">
            <h2 id="log-heading">"Deliveries"</h2>
            <Tools here webhook filter acts/>
            {list}
            {more}
        </section>
    }
}

/// The filter, and sending everything again that failed.
#[component]
fn Tools(here: String, webhook: WebhookCard, filter: DeliveryFilter, acts: Acts) -> impl IntoView {
    let states: Vec<Choice> =
        DeliveryState::ALL.iter().map(|state| Choice::new(state.as_str(), state.label())).collect();
    let since: Vec<Choice> = SINCE.iter().map(|(hours, words)| Choice::new(*hours, *words)).collect();
    let clear = (!filter.is_empty()).then(|| view! { <LinkButton href=here.clone()>"Clear"</LinkButton> });
    let again = webhook.is_told().then(|| {
        view! {
            <ActionForm action=acts.replay_failed attr:class="settings-tools">
                <input type="hidden" name="id" value=webhook.id.to_string()/>
                <SelectField name="hours" label="Since when" label_hidden=true options=since value="24"/>
                <Button kind=ButtonKind::Submit icon="rotate-ccw" pending=acts.replay_failed.pending()>
                    "Send failed ones again"
                </Button>
            </ActionForm>
        }
    });
    view! {
        <form class="settings-tools" method="get" action=here>
            <SelectField name="state" label="State" label_hidden=true placeholder="Every state" options=states value=filter.state/>
            <Button kind=ButtonKind::Submit icon="list-filter">
                "Filter"
            </Button>
            {clear}
        </form>
        {again}
    }
}

fn row(viewer: &Viewer, webhook: &WebhookCard, delivery: DeliveryCard, acts: Acts) -> AnyView {
    let state = delivery.state;
    let meta = meta(viewer, &delivery);
    let error = (!delivery.error.is_empty() && state != DeliveryState::Delivered)
        .then(|| view! { <p class="job-error">{delivery.error.clone()}</p> });
    let answer = (!delivery.answer.is_empty()).then(|| {
        view! {
            <p class="text-meta">"Its answer"</p>
            <pre class="key-example"><code>{delivery.answer.clone()}</code></pre>
        }
    });
    let again = (state.is_over() && webhook.is_told()).then(|| {
        let which = format!(": {}, {}", delivery.kind, moment(viewer, delivery.created_at));
        view! {
            <ActionForm action=acts.replay>
                <input type="hidden" name="id" value=delivery.id.to_string()/>
                <Button kind=ButtonKind::Submit size=ButtonSize::Small icon="rotate-ccw">
                    "Send again"<span class="visually-hidden">{which}</span>
                </Button>
            </ActionForm>
        }
    });
    view! {
        <li class="settings-row">
            <div>
                <strong>{delivery.kind.clone()}</strong>
                <Pill tone=state.tone() small=true>{state.label()}</Pill>
                <small>{meta}</small>
                {error}
                <details class="key-permissions">
                    <summary>"What was sent"</summary>
                    <pre class="key-example"><code>{delivery.body.clone()}</code></pre>
                    {answer}
                </details>
            </div>
            {again}
        </li>
    }
    .into_any()
}

fn meta(viewer: &Viewer, delivery: &DeliveryCard) -> String {
    let mut parts = vec![moment(viewer, delivery.created_at)];
    if delivery.replay_of.is_some() {
        parts.push("sent again".to_owned());
    }
    match delivery.attempts {
        0 => {}
        1 => parts.push("tried once".to_owned()),
        attempts => parts.push(format!("tried {attempts} times")),
    }
    if let Some(status) = delivery.status {
        parts.push(format!("answered {status}"));
    }
    if let Some(took) = delivery.duration_ms {
        parts.push(format!("{took} ms"));
    }
    if let (true, Some(at)) = (0 < delivery.attempts, delivery.next_at) {
        parts.push(format!("next try {}", moment(viewer, at)));
    }
    parts.join(" · ")
}
