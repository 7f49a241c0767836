//! One step of a design, with the ways out of it.

use std::collections::BTreeSet;

use kernel::{StepId, Viewer};
use leptos::prelude::*;
use ui::{Button, ButtonSize, Checkbox, Choice, IconButton, SelectField, TextField};

use crate::{
    definition::{Definition, LIMIT_MAX, NAME_MAX, StepDefinition, TransitionDefinition, way_to},
    parts::{
        browser::{fresh_id, show},
        desk::{Desk, Intention},
    },
};

/// A step: its name and team, its limit, whether items end there, and where it leads.
#[component]
pub fn StepRow(desk: Desk, id: StepId, viewer: StoredValue<Viewer>) -> impl IntoView {
    let part = move |read: fn(&StepDefinition) -> String| {
        desk.text(move |definition| definition.step(id).map(read).unwrap_or_default())
    };
    let name = part(|step| step.name.clone());
    let team = part(|step| step.team_id.map(|team| team.to_string()).unwrap_or_default());
    let limit = part(|step| step.wip_limit.map(|limit| limit.to_string()).unwrap_or_default());
    let ends = RwSignal::new(desk.definition.with_untracked(|it| it.step(id).is_some_and(|step| step.ends)));
    Effect::new(move |_| {
        let now = desk.definition.with(|it| it.step(id).is_some_and(|step| step.ends));
        if ends.get_untracked() != now {
            ends.set(now);
        }
    });
    let place = Memo::new(move |_| {
        desk.definition.with(|it| it.steps.iter().position(|step| step.id == id).unwrap_or_default())
    });
    let count = Memo::new(move |_| desk.definition.with(|it| it.steps.len()));
    let set = move |intention: Intention, change: &dyn Fn(&mut StepDefinition)| {
        desk.change(intention, |definition| {
            definition.steps.iter_mut().filter(|step| step.id == id).for_each(change);
        });
    };
    let shown = move || match name.get() {
        text if text.trim().is_empty() => format!("step {}", place.get() + 1),
        text => text,
    };
    let add_after = move |_| {
        let new = fresh_id();
        desk.change(Intention::Once, |definition| definition.splice_step(place.get_untracked(), new));
        show(&format!("field-step-{new}-name"));
    };
    // The row is put elsewhere, and the focus with it.
    let shift = move |by: isize| {
        desk.change(Intention::Once, |definition| definition.move_step(place.get_untracked(), by));
        show(&format!("field-step-{id}-name"));
    };
    let remove = move |_| {
        let place = place.get_untracked();
        desk.change(Intention::Once, |definition| definition.remove_step(id));
        let next = desk.definition.with_untracked(|it| {
            let step = it.steps.get(place).or(it.steps.last());
            step.map(|step| format!("field-step-{}-name", step.id))
        });
        show(next.as_deref().unwrap_or("add-step"));
    };
    let teams: Vec<Choice> = std::iter::once(Choice::new("", "No team"))
        .chain(viewer.with_value(|viewer| {
            let teams = viewer.directory.teams.iter();
            teams.map(|team| Choice::new(team.id.to_string(), team.name.clone())).collect::<Vec<_>>()
        }))
        .collect();
    let max = i64::try_from(NAME_MAX).unwrap_or(60);
    view! {
        <li class="panel-card design-step">
            <div class="design-step-head">
                <span class="design-step-number" aria-hidden="true">
                    {move || place.get() + 1}
                </span>
                <TextField
                    name=format!("step-{id}-name")
                    label=Signal::derive(move || format!("Name of step {}", place.get() + 1))
                    label_hidden=true
                    placeholder="What happens here?"
                    maxlength=max
                    bind=name
                    on_input=Callback::new(move |text: String| {
                        set(Intention::Step("name", id), &|step| step.name.clone_from(&text));
                    })
                />
                <div class="design-step-acts">
                    <IconButton
                        icon="arrow-up"
                        size=ButtonSize::Small
                        label=Signal::derive(move || format!("Move {} up", shown()))
                        disabled=Signal::derive(move || place.get() == 0)
                        on_click=move |_| shift(-1)
                    />
                    <IconButton
                        icon="arrow-down"
                        size=ButtonSize::Small
                        label=Signal::derive(move || format!("Move {} down", shown()))
                        disabled=Signal::derive(move || count.get() <= place.get() + 1)
                        on_click=move |_| shift(1)
                    />
                    <IconButton
                        icon="plus"
                        size=ButtonSize::Small
                        label=Signal::derive(move || format!("Add a step after {}", shown()))
                        on_click=add_after
                    />
                    <IconButton
                        icon="trash-2"
                        size=ButtonSize::Small
                        label=Signal::derive(move || format!("Remove {}", shown()))
                        on_click=remove
                    />
                </div>
            </div>
            <div class="design-step-facts">
                <SelectField
                    name=format!("step-{id}-team")
                    label="Team"
                    options=teams
                    bind=team
                    on_change=Callback::new(move |text: String| {
                        set(Intention::Once, &|step| step.team_id = text.parse().ok());
                    })
                />
                <TextField
                    name=format!("step-{id}-limit")
                    label="Work limit"
                    kind="number"
                    inputmode="numeric"
                    placeholder="none"
                    bind=limit
                    on_input=Callback::new(move |text: String| {
                        let limit = text.trim().parse().ok().map(|limit: i64| limit.clamp(1, LIMIT_MAX));
                        set(Intention::Step("limit", id), &|step| step.wip_limit = limit);
                    })
                />
                <Checkbox
                    name=format!("step-{id}-ends")
                    bind=ends
                    on_change=Callback::new(move |on| set(Intention::Once, &|step| step.ends = on))
                >
                    "Items end here"
                </Checkbox>
            </div>
            <Ways desk id/>
        </li>
    }
}

/// The ways out of a step.
#[component]
fn Ways(desk: Desk, id: StepId) -> impl IntoView {
    let targets = Memo::new(move |_| {
        desk.definition.with(|definition| definition.ways_out(id).map(|way| way.to).collect::<Vec<_>>())
    });
    let free = Memo::new(move |_| desk.definition.with(|definition| free_targets(definition, id)));
    let chosen = RwSignal::new(String::new());
    let add = move |_| {
        let Ok(to) = chosen.get_untracked().parse::<StepId>() else { return };
        desk.change(Intention::Once, |definition| {
            let name = definition.step(to).map(|step| way_to(&step.name)).unwrap_or_default();
            definition.connect(id, to, &name);
        });
        chosen.set(String::new());
        show(&format!("field-way-{id}-{to}"));
    };
    let options = Signal::derive(move || {
        let choices = free.get().into_iter().map(|(id, name)| Choice::new(id.to_string(), name));
        choices.collect::<Vec<_>>()
    });
    view! {
        <div class="design-ways">
            <ul aria-label="Ways out">
                <For each=move || targets.get() key=|to| *to let:to>
                    <WayRow desk from=id to/>
                </For>
            </ul>
            {move || {
                (!free.with(Vec::is_empty))
                    .then(|| {
                        view! {
                            <div class="design-add-way">
                                <SelectField
                                    name=format!("step-{id}-way")
                                    label="A way to"
                                    label_hidden=true
                                    placeholder="A way to …"
                                    options
                                    bind=chosen
                                />
                                <Button
                                    disabled=Signal::derive(move || chosen.with(String::is_empty))
                                    on_click=add
                                >
                                    "Add way"
                                </Button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// The steps that a step does not lead to yet.
fn free_targets(definition: &Definition, from: StepId) -> Vec<(StepId, String)> {
    let mut taken: BTreeSet<StepId> = definition.ways_out(from).map(|way| way.to).collect();
    taken.insert(from);
    let name = |(place, step): (usize, &StepDefinition)| match step.name.trim() {
        "" => (step.id, format!("Step {}", place + 1)),
        name => (step.id, name.to_owned()),
    };
    definition.steps.iter().enumerate().filter(|(_, step)| !taken.contains(&step.id)).map(name).collect()
}

#[component]
fn WayRow(desk: Desk, from: StepId, to: StepId) -> impl IntoView {
    let read = move |definition: &Definition| {
        definition.ways_out(from).find(|way| way.to == to).map(|way| (way.name.clone(), way.rework))
    };
    let name = desk.text(move |definition| read(definition).map(|(name, _)| name).unwrap_or_default());
    let rework = RwSignal::new(desk.definition.with_untracked(read).is_some_and(|(_, rework)| rework));
    Effect::new(move |_| {
        let now = desk.definition.with(read).is_some_and(|(_, rework)| rework);
        if rework.get_untracked() != now {
            rework.set(now);
        }
    });
    let target =
        desk.text(move |definition| definition.step(to).map(|step| step.name.clone()).unwrap_or_default());
    let set = move |intention: Intention, change: &dyn Fn(&mut TransitionDefinition)| {
        desk.change(intention, |definition| {
            let ways = definition.transitions.iter_mut();
            ways.filter(|way| way.from == from && way.to == to).for_each(change);
        });
    };
    let remove = move |_| {
        desk.change(Intention::Once, |definition| {
            definition.transitions.retain(|way| way.from != from || way.to != to);
        });
        show(&format!("field-step-{from}-name"));
    };
    view! {
        <li class="design-way">
            <TextField
                name=format!("way-{from}-{to}")
                label=Signal::derive(move || format!("Name of the way to {}", target.get()))
                label_hidden=true
                maxlength=i64::try_from(NAME_MAX).unwrap_or(60)
                bind=name
                on_input=Callback::new(move |text: String| {
                    set(Intention::Way(from, to), &|way| way.name.clone_from(&text));
                })
            />
            <span class="design-way-target">
                <ui::Icon name="arrow-right" size=ui::IconSize::Small/>
                {move || target.get()}
            </span>
            <Checkbox
                name=format!("way-{from}-{to}-rework")
                bind=rework
                on_change=Callback::new(move |on| set(Intention::Once, &|way| way.rework = on))
            >
                "Leads back"
            </Checkbox>
            <IconButton
                icon="x"
                size=ButtonSize::Small
                label=Signal::derive(move || format!("Remove the way to {}", target.get()))
                on_click=remove
            />
        </li>
    }
}
