//! Publishing a design: what it changes, and where items go whose step is no more.

use std::collections::BTreeMap;

use kernel::StepId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use ui::{Banner, Button, ButtonVariant, Choice, Dialog, RadioGroup, SelectField, Toast, Tone, use_toaster};

use super::replay::Replay;
use crate::{
    api,
    definition::{Finding, Leftover, changes, leftovers},
    model::{Step, StepKind},
    parts::desk::{Desk, Keeping},
};

/// Running items go on with what is published.
const GO_ON: &str = "go-on";
/// They stay on what runs.
const STAY: &str = "stay";

/// Shows what publishing does, and does it.
#[component]
pub fn PublishDialog(desk: Desk, open: RwSignal<bool>, findings: Memo<Vec<Finding>>) -> impl IntoView {
    let moves = RwSignal::new(BTreeMap::<StepId, StepId>::new());
    let onward = RwSignal::new(GO_ON.to_owned());
    let stays = Memo::new(move |_| onward.with(|onward| onward == STAY));
    let pending = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let toaster = use_toaster();
    let navigate = use_navigate();
    let blocked = Memo::new(move |_| findings.with(|findings| findings.iter().any(|one| one.blocks)));
    // How many items are where is as old as the page.
    Effect::new(move |_| {
        if open.get() {
            refused.set(None);
            desk.look_again();
        }
    });
    let open_count = Memo::new(move |_| {
        let is_open = |step: &&Step| step.kind != StepKind::Done;
        desk.live.with(|live| live.steps.iter().filter(is_open).map(|step| step.item_count).sum::<i64>())
    });
    // What is done stays nowhere.
    let waiting = Memo::new(move |_| {
        let gone = desk.definition.with(|definition| desk.live.with(|live| leftovers(live, definition)));
        let is_open =
            |id| desk.live.with(|live| live.step(id).is_some_and(|step| step.kind != StepKind::Done));
        let goes = |gone: &Leftover| gone.items != 0 && !(stays.get() && is_open(gone.step));
        gone.into_iter().filter(goes).collect::<Vec<_>>()
    });
    let publish = Callback::new(move |()| {
        let (key, name) = (
            desk.live.with_untracked(|live| live.head.key.clone()),
            desk.definition.with_untracked(|definition| definition.name.clone()),
        );
        let version = desk.version.get_untracked();
        let stay = stays.get_untracked() && 0 < open_count.get_untracked();
        // Where nothing else is chosen, what is proposed.
        let mut all: BTreeMap<StepId, StepId> = waiting.with_untracked(|waiting| {
            waiting.iter().filter_map(|gone| Some((gone.step, gone.to?))).collect()
        });
        let is_there = |id| desk.definition.with_untracked(|definition| definition.step(id).is_some());
        all.extend(moves.get_untracked().into_iter().filter(|(_, to)| is_there(*to)));
        pending.set(true);
        refused.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            let answer = api::publish_draft(desk.workflow_id, version, all, stay).await;
            if pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(number) => {
                    open.set(false);
                    toaster.show(Toast::new(format!("Version {number} of {name} runs.")));
                    navigate(&format!("/workflows/{key}"), Default::default());
                }
                Err(error) => {
                    refused.set(Some(error.to_string()));
                    desk.look_again();
                }
            }
        });
    });
    view! {
        <Dialog
            id="publish"
            open
            title="Publish this design"
            wide=true
            footer=move || {
                view! {
                    <Button variant=ButtonVariant::Ghost on_click=move |_| open.set(false)>"Cancel"</Button>
                    <Button
                        variant=ButtonVariant::Primary
                        pending
                        disabled=Signal::derive(move || {
                            blocked.get() || !desk.differs() || desk.keeping.get() != Keeping::Kept
                        })
                        on_click=move |_| publish.run(())
                    >
                        "Publish"
                    </Button>
                }
            }
        >
            {move || {
                refused.get().map(|text| view! { <Banner tone=Tone::Danger>{text}</Banner> })
            }}
            {move || {
                blocked
                    .get()
                    .then(|| {
                        view! {
                            <Banner tone=Tone::Warning>
                                "It cannot be published yet. Put right first what the checks have found."
                            </Banner>
                        }
                    })
            }}
            <h3>"What changes"</h3>
            <Changes desk/>
            <Replay desk/>
            {move || (0 < open_count.get()).then(|| view! { <RunningItems desk onward stays/> })}
            {move || {
                (!waiting.with(Vec::is_empty))
                    .then(|| {
                        view! {
                            <h3>"Where items of removed steps go"</h3>
                            {waiting.get().into_iter().map(|gone| view! { <Target desk gone moves/> }).collect_view()}
                        }
                    })
            }}
        </Dialog>
    }
}

/// What becomes of the items that are not done, step by step.
#[component]
fn RunningItems(desk: Desk, onward: RwSignal<String>, stays: Memo<bool>) -> impl IntoView {
    // What was published before there were versions becomes the first.
    let number = desk.running.with_untracked(|running| running.base.max(1));
    let options = vec![
        Choice::new(GO_ON, "They go on with the new version")
            .hint("Its conditions, approvals, limits and form count for them at once."),
        Choice::new(STAY, format!("They stay on version {number} to their end"))
            .hint("New items run on the new one. Later they can be taken along, under Versions."),
    ];
    let rows = move || {
        let open = desk.live.with(|live| {
            let open = live.steps.iter().filter(|step| step.kind != StepKind::Done && step.item_count != 0);
            open.map(|step| (step.id, step.name.clone(), step.item_count)).collect::<Vec<_>>()
        });
        let row = |(id, name, count): (StepId, String, i64)| {
            let then = desk.definition.with(|definition| definition.step(id).map(|step| step.name.clone()));
            let then = match (stays.get(), then) {
                (true, _) => format!("→ {name}, version {number}"),
                (false, Some(then)) => format!("→ {then}"),
                (false, None) => "→ as chosen below".to_owned(),
            };
            view! {
                <li>
                    <span>{name}</span>
                    <span class="numeric">{ui::number::grouped(count)}</span>
                    <span class="quiet">{then}</span>
                </li>
            }
        };
        open.into_iter().map(row).collect_view()
    };
    view! {
        <RadioGroup name="onward" label="Running items" options bind=onward/>
        <ul class="design-impact">{rows}</ul>
    }
}

#[component]
fn Changes(desk: Desk) -> impl IntoView {
    let said = move || {
        let said =
            desk.definition.with(|definition| desk.running.with(|running| changes(running, definition)));
        if said.is_empty() { vec!["Nothing: the draft is as the workflow runs.".to_owned()] } else { said }
    };
    view! {
        <ul class="design-changes">
            {move || said().into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}
        </ul>
    }
}

/// Where the items of a step go that is no more.
#[component]
fn Target(desk: Desk, gone: Leftover, moves: RwSignal<BTreeMap<StepId, StepId>>) -> impl IntoView {
    let options: Vec<Choice> = desk.definition.with_untracked(|definition| {
        let steps = definition.steps.iter();
        steps.map(|step| Choice::new(step.id.to_string(), step.name.clone())).collect()
    });
    view! { <MoveTo options gone moves/> }
}

/// Asks to which of some steps the items of another one go.
#[component]
pub(super) fn MoveTo(
    options: Vec<Choice>,
    gone: Leftover,
    moves: RwSignal<BTreeMap<StepId, StepId>>,
) -> impl IntoView {
    let step = gone.step;
    let is_there = |to: &StepId| options.iter().any(|option| option.value == to.to_string());
    let chosen = moves.with_untracked(|moves| moves.get(&step).copied()).filter(is_there).or(gone.to);
    let label = match gone.items {
        1 => format!("The item of {} goes to", gone.name),
        items => format!("The {} items of {} go to", ui::number::grouped(items), gone.name),
    };
    view! {
        <SelectField
            name=format!("move-{step}")
            label
            options
            value=chosen.map(|to| to.to_string()).unwrap_or_default()
            on_change=Callback::new(move |text: String| {
                if let Ok(to) = text.parse() {
                    moves.update(|moves| {
                        moves.insert(step, to);
                    });
                }
            })
        />
    }
}
