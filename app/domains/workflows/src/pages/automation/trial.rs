//! What a rule would do: tried on an item, or on what another program might send.

use kernel::{Error, RuleId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::{Button, ButtonKind, Pill, TextArea, TextField};

use super::{hooked::LastSent, list::tone, log::LogView};
use crate::{
    api,
    automation::{Log, State},
};

/// A trial under way, and what came of the last one.
#[derive(Clone, Copy)]
struct Attempt {
    answer: RwSignal<Option<Result<(State, Log), Error>>>,
    pending: RwSignal<bool>,
}

impl Attempt {
    fn new() -> Self {
        Attempt { answer: RwSignal::new(None), pending: RwSignal::new(false) }
    }

    fn begin(self, id: RuleId, item: String, body: Option<String>) {
        self.pending.set(true);
        spawn_local(async move {
            let found = api::try_rule(id, item, body).await;
            self.pending.try_set(false);
            self.answer.try_set(Some(found));
        });
    }

    /// What is wrong about what it was tried on.
    fn wrong(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || match self.answer.get() {
            Some(Err(error)) => Some(error.field(field).map_or_else(|| error.to_string(), str::to_owned)),
            _ => None,
        })
    }

    fn shown(self) -> Option<AnyView> {
        let Some(Ok((state, log))) = self.answer.get() else { return None };
        let word = match state {
            State::Done => "It would act",
            State::Failed => "It would fail",
            _ => "It would not act",
        };
        let shown = view! {
            <div class="rule-trial">
                <Pill tone=tone(state)>{word}</Pill>
                <LogView log chain=None took=None/>
            </div>
        };
        Some(shown.into_any())
    }
}

/// What a rule would do with an item.
#[component]
pub(super) fn Trial(id: RuleId) -> impl IntoView {
    let item = RwSignal::new(String::new());
    let attempt = Attempt::new();
    view! {
        <form
            class="rule-form"
            on:submit=move |event| {
                event.prevent_default();
                attempt.begin(id, item.get_untracked(), None);
            }
        >
            <h2 class="text-heading">"Try it on an item"</h2>
            <p class="text-meta">"Shows what the rule, as it is kept, would do now. Nothing is done."</p>
            <div class="rule-filters">
                <TextField
                    name="rule-item"
                    label="Item"
                    placeholder="UC-414"
                    bind=item
                    error=attempt.wrong("item")
                    required=true
                />
                <Button kind=ButtonKind::Submit icon="play" pending=attempt.pending>
                    "Dry run"
                </Button>
            </div>
            <div aria-live="polite">{move || attempt.shown()}</div>
        </form>
    }
}

/// What a rule would do with what another program might send: what came last, to begin with.
#[component]
pub(super) fn SentTrial(id: RuleId, last: LastSent) -> impl IntoView {
    let body = RwSignal::new(String::new());
    let attempt = Attempt::new();
    Effect::new(move |_| {
        let came = last.with(|last| last.as_ref().map(|(text, _)| text.clone()));
        if let Some(came) = came
            && body.with_untracked(String::is_empty)
        {
            body.set(came);
        }
    });
    view! {
        <form
            class="rule-form"
            on:submit=move |event| {
                event.prevent_default();
                attempt.begin(id, String::new(), Some(body.get_untracked()));
            }
        >
            <h2 class="text-heading">"Try it on what could come"</h2>
            <p class="text-meta">"Shows what the rule, as it is kept, would do now. Nothing is done."</p>
            <TextArea
                name="rule-sent"
                label="What the other program sends"
                bind=body
                rows=6
                error=attempt.wrong("body")
                required=true
            />
            <div>
                <Button kind=ButtonKind::Submit icon="play" pending=attempt.pending>
                    "Dry run"
                </Button>
            </div>
            <div aria-live="polite">{move || attempt.shown()}</div>
        </form>
    }
}
