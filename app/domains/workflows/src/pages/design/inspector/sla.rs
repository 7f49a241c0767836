//! How long items may stay in a step, and what happens when they stay longer.

use kernel::StepId;
use leptos::prelude::*;
use ui::{Button, ButtonSize, Checkbox, Choice, IconButton, SelectField, TextField};

use super::super::stage::Stage;
use crate::{
    definition::StepDefinition,
    parts::{browser::show, desk::Intention},
    sla::{Counts, Escalation, MINUTES_MAX, PERCENT_MAX, RUNGS_MAX, Rung, Sla},
};

/// The time limit of a step.
#[component]
pub fn SlaFields(stage: Stage, id: StepId) -> impl IntoView {
    let desk = stage.desk;
    let limited = desk.flag(move |it| it.step(id).is_some_and(|step| step.sla.is_some()));
    // What was asked for before it was turned off.
    let held = StoredValue::new(None::<Sla>);
    let turn = Callback::new(move |on: bool| {
        desk.change_step(Intention::Once, id, |step| {
            if on {
                step.sla = held.get_value().or_else(|| Some(Sla::default()));
            } else {
                held.set_value(step.sla.take());
            }
        });
    });
    view! {
        <section class="inspector-part" aria-label="Time limit">
            <h3>"Time limit"</h3>
            <Checkbox name=format!("step-{id}-limited") bind=limited on_change=turn>
                "Items should leave in time"
            </Checkbox>
            <Show when=move || limited.get()>
                <Limit stage id/>
                <Ladder stage id/>
            </Show>
        </section>
    }
}

/// Whether people or time keep items in a step, so that they can be late there.
pub fn may_be_late(step: &StepDefinition) -> bool {
    step.sla.is_some()
        || !step.ends && !step.automatic.as_ref().is_some_and(crate::automatic::Automatic::passes)
}

fn read(
    stage: Stage,
    id: StepId,
    read: impl Fn(&Sla) -> String + Clone + Send + Sync + 'static,
) -> RwSignal<String> {
    stage.desk.text(move |it| it.step(id).and_then(|step| step.sla.as_ref()).map(&read).unwrap_or_default())
}

fn change(stage: Stage, id: StepId, intention: Intention, act: impl FnOnce(&mut Sla)) {
    stage.desk.change_step(intention, id, |step| {
        if let Some(sla) = &mut step.sla {
            act(sla);
        }
    });
}

/// How long.
#[component]
fn Limit(stage: Stage, id: StepId) -> impl IntoView {
    let hours = read(stage, id, |sla| (sla.minutes / 60).to_string());
    let minutes = read(stage, id, |sla| (sla.minutes % 60).to_string());
    let counts = read(stage, id, |sla| match sla.counts {
        Counts::WorkingHours => "working_hours".to_owned(),
        Counts::AllHours => "all_hours".to_owned(),
    });
    let set_hours = Callback::new(move |text: String| {
        // What is being typed anew is no number yet.
        let Ok(hours) = text.trim().parse::<u32>() else { return };
        change(stage, id, Intention::Step("limit-hours", id), |sla| {
            sla.minutes = hours.saturating_mul(60).saturating_add(sla.minutes % 60).clamp(1, MINUTES_MAX);
        });
    });
    let set_minutes = Callback::new(move |text: String| {
        let Ok(minutes) = text.trim().parse::<u32>() else { return };
        change(stage, id, Intention::Step("limit-minutes", id), |sla| {
            sla.minutes = (sla.minutes / 60 * 60).saturating_add(minutes.min(59)).clamp(1, MINUTES_MAX);
        });
    });
    let kinds = [("working_hours", "Working hours"), ("all_hours", "Day and night")];
    view! {
        <div class="inspector-pair">
            <TextField
                name=format!("step-{id}-limit-hours")
                label="Hours"
                kind="number"
                inputmode="numeric"
                bind=hours
                on_input=set_hours
            />
            <TextField
                name=format!("step-{id}-limit-minutes")
                label="Minutes"
                kind="number"
                inputmode="numeric"
                bind=minutes
                on_input=set_minutes
            />
        </div>
        <SelectField
            name=format!("step-{id}-counts")
            label="Counted in"
            options=kinds.map(Choice::from).to_vec()
            bind=counts
            on_change=Callback::new(move |text: String| {
                change(stage, id, Intention::Once, |sla| {
                    sla.counts = if text == "all_hours" { Counts::AllHours } else { Counts::WorkingHours };
                });
            })
        />
        <p class="text-meta">"Who works when is said under " <a href="/settings/hours">"Working hours"</a> "."</p>
    }
}

/// What happens at which part of it.
#[component]
fn Ladder(stage: Stage, id: StepId) -> impl IntoView {
    let desk = stage.desk;
    let count = Memo::new(move |_| {
        desk.definition
            .with(|it| it.step(id).and_then(|step| step.sla.as_ref()).map_or(0, |sla| sla.rungs.len()))
    });
    let add = move |_| {
        change(stage, id, Intention::Once, |sla| {
            // Higher than all others, so that it is none of them.
            let highest = sla.rungs.iter().map(|rung| rung.percent).max().unwrap_or(50);
            let percent = (highest + 50).min(PERCENT_MAX);
            let rung = Rung { percent, does: Escalation::TellManagers };
            if sla.rungs.len() < RUNGS_MAX {
                sla.rungs.push(rung);
            }
        });
    };
    view! {
        <ol class="inspector-ways" aria-label="What happens when it takes long">
            <For each=move || 0..count.get() key=|place| *place let:place>
                <RungFields stage id place/>
            </For>
        </ol>
        <div class="inspector-offers">
            <Button
                size=ButtonSize::Small
                icon="bell-ring"
                disabled=Signal::derive(move || RUNGS_MAX <= count.get())
                on_click=add
            >
                "Add what happens"
            </Button>
        </div>
    }
}

/// One rung.
#[component]
fn RungFields(stage: Stage, id: StepId, place: usize) -> impl IntoView {
    let rung = move |text: fn(Rung) -> String| {
        read(stage, id, move |sla| sla.rungs.get(place).copied().map(text).unwrap_or_default())
    };
    let change_rung = move |intention: Intention, act: &dyn Fn(&mut Rung)| {
        change(stage, id, intention, |sla| {
            // What is there twice by that is said under what is to be done before it is published.
            if let Some(rung) = sla.rungs.get_mut(place) {
                act(rung);
            }
        });
    };
    let percent = rung(|rung| rung.percent.to_string());
    let does = rung(|rung| deed_key(rung.does));
    let named = [
        ("remind", "remind who works on it"),
        ("team", "tell the team"),
        ("managers", "tell who may publish workflows"),
        ("take", "take it from who works on it"),
    ];
    let people = stage.viewer.with_value(|viewer| {
        let people = viewer.directory.people.iter().filter(|person| person.active);
        people.map(|person| (person.id, person.name.clone())).collect::<Vec<_>>()
    });
    let tell = people.iter().map(|(id, name)| Choice::new(format!("tell {id}"), format!("tell {name}")));
    let give =
        people.iter().map(|(id, name)| Choice::new(format!("give {id}"), format!("give it to {name}")));
    let options: Vec<Choice> = named.into_iter().map(Choice::from).chain(tell).chain(give).collect();
    let remove = move |_| {
        change(stage, id, Intention::Once, |sla| {
            if place < sla.rungs.len() {
                sla.rungs.remove(place);
            }
        });
        show(&format!("field-step-{id}-counts"));
    };
    view! {
        <li class="inspector-deed">
            <div class="inspector-pair">
                <TextField
                    name=format!("step-{id}-rung-{place}-percent")
                    label="At percent"
                    kind="number"
                    inputmode="numeric"
                    bind=percent
                    on_input=Callback::new(move |text: String| {
                        let Ok(percent) = text.trim().parse::<u32>() else { return };
                        let percent = percent.clamp(1, PERCENT_MAX);
                        change_rung(Intention::Rung(id, place), &|rung| rung.percent = percent);
                    })
                />
                <SelectField
                    name=format!("step-{id}-rung-{place}-does")
                    label="Then"
                    options
                    bind=does
                    on_change=Callback::new(move |key: String| {
                        change_rung(Intention::Once, &|rung| rung.does = deed_of(&key));
                    })
                />
            </div>
            <IconButton
                icon="x"
                size=ButtonSize::Small
                label=format!("Remove what happens, number {}", place + 1)
                on_click=remove
            />
        </li>
    }
}

fn deed_key(does: Escalation) -> String {
    match does {
        Escalation::Remind => "remind".to_owned(),
        Escalation::TellTeam => "team".to_owned(),
        Escalation::TellManagers => "managers".to_owned(),
        Escalation::TakeAway => "take".to_owned(),
        Escalation::Tell(id) => format!("tell {id}"),
        Escalation::GiveTo(id) => format!("give {id}"),
    }
}

fn deed_of(key: &str) -> Escalation {
    let member = |id: &str| id.parse().ok();
    match key.split_once(' ') {
        Some(("tell", id)) => member(id).map_or(Escalation::Remind, Escalation::Tell),
        Some(("give", id)) => member(id).map_or(Escalation::Remind, Escalation::GiveTo),
        _ => match key {
            "team" => Escalation::TellTeam,
            "managers" => Escalation::TellManagers,
            "take" => Escalation::TakeAway,
            _ => Escalation::Remind,
        },
    }
}
