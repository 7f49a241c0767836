//! A step: its name and team, its limit, whether items end there, and the ways in and out of it.

use kernel::StepId;
use leptos::prelude::*;
use ui::{Button, ButtonSize, Checkbox, Choice, IconButton, SelectField, TextArea, TextField};

use super::{
    super::{
        canvas::duplicate,
        stage::{Stage, called, find_way},
    },
    OnRefusal,
    booking::BookingFields,
    condition::Condition,
    form::FormFields,
    kind::{GivesField, KindField, KindFields, is_worked_in},
    sla::{SlaFields, may_be_late},
};
use crate::{
    automatic::Automatic,
    definition::{INSTRUCTIONS_MAX, LIMIT_MAX, NAME_MAX, StepDefinition},
    parts::{
        browser::{fresh_id, show},
        desk::Intention,
    },
};

/// The fields of a step.
#[component]
pub fn StepFields(stage: Stage, id: StepId) -> impl IntoView {
    let desk = stage.desk;
    let part = move |read: fn(&StepDefinition) -> String| {
        desk.text(move |definition| definition.step(id).map(read).unwrap_or_default())
    };
    let name = part(|step| step.name.clone());
    let instructions = part(|step| step.instructions.clone());
    let team = part(|step| step.team_id.map(|team| team.to_string()).unwrap_or_default());
    let worked_in = is_worked_in(stage, id);
    // Where items only pass by, nobody fills in anything.
    let has_form = Memo::new(move |_| {
        desk.definition.with(|it| {
            let passes = |step: &StepDefinition| step.automatic.as_ref().is_some_and(Automatic::passes);
            !it.step(id).is_some_and(passes) || it.fields_of(Some(id)).next().is_some()
        })
    });
    let lasts = Memo::new(move |_| desk.definition.with(|it| it.step(id).is_some_and(may_be_late)));
    // Where people work, or where a booking was left that cannot be.
    let is_booked = Memo::new(move |_| {
        let asks = |step: &StepDefinition| step.booking.is_some() || !step.ends && step.automatic.is_none();
        desk.definition.with(|it| it.step(id).is_some_and(asks))
    });
    let teams: Vec<Choice> = std::iter::once(Choice::new("", "No team"))
        .chain(stage.viewer.with_value(|viewer| {
            let teams = viewer.directory.teams.iter();
            teams.map(|team| Choice::new(team.id.to_string(), team.name.clone())).collect::<Vec<_>>()
        }))
        .collect();
    view! {
        <div class="inspector-part">
            <TextField
                name=format!("step-{id}-name")
                label="Name"
                placeholder="What happens here?"
                maxlength=i64::try_from(NAME_MAX).unwrap_or(60)
                bind=name
                on_input=Callback::new(move |text: String| {
                    desk.change_step(Intention::Step("name", id), id, |step| step.name = text);
                })
            />
            <KindField stage id/>
            <SelectField
                name=format!("step-{id}-team")
                label="Team"
                options=teams
                bind=team
                on_change=Callback::new(move |text: String| {
                    desk.change_step(Intention::Once, id, |step| step.team_id = text.parse().ok());
                })
            />
            <Show when=move || worked_in.get()>
                <LimitField stage id/>
            </Show>
            <GivesField stage id/>
            <Show when=move || lasts.get()>
                <TextArea
                    name=format!("step-{id}-instructions")
                    label="Instructions"
                    placeholder="What is to be done here?"
                    maxlength=i64::try_from(INSTRUCTIONS_MAX).unwrap_or(2_000)
                    bind=instructions
                    on_input=Callback::new(move |text: String| {
                        desk.change_step(Intention::Step("instructions", id), id, |step| step.instructions = text);
                    })
                />
            </Show>
        </div>
        <KindFields stage id/>
        <Show when=move || lasts.get()>
            <SlaFields stage id/>
        </Show>
        <Show when=move || is_booked.get()>
            <BookingFields stage id/>
        </Show>
        <Show when=move || has_form.get()>
            <FormFields stage step=Some(id)/>
        </Show>
        <WaysOut stage id/>
        <WaysIn stage id/>
        <Acts stage id/>
    }
}

/// How many items may be in a step.
#[component]
fn LimitField(stage: Stage, id: StepId) -> impl IntoView {
    let desk = stage.desk;
    let limit = desk.text(move |it| {
        it.step(id).and_then(|step| step.wip_limit).map(|limit| limit.to_string()).unwrap_or_default()
    });
    view! {
        <TextField
            name=format!("step-{id}-limit")
            label="Work limit"
            kind="number"
            inputmode="numeric"
            placeholder="none"
            bind=limit
            on_input=Callback::new(move |text: String| {
                let limit = text.trim().parse().ok().map(|limit: i64| limit.clamp(1, LIMIT_MAX));
                desk.change_step(Intention::Step("limit", id), id, |step| step.wip_limit = limit);
            })
        />
    }
}

/// The order of a step, and what makes or takes away steps.
#[component]
fn Acts(stage: Stage, id: StepId) -> impl IntoView {
    let desk = stage.desk;
    let place = Memo::new(move |_| {
        desk.definition.with(|it| it.steps.iter().position(|step| step.id == id).unwrap_or_default())
    });
    let count = Memo::new(move |_| desk.definition.with(|it| it.steps.len()));
    let shift = move |by: isize| {
        desk.change(Intention::Once, |definition| definition.move_step(place.get_untracked(), by));
    };
    let add_after = move |_| {
        if stage.is_full() {
            return;
        }
        let new = fresh_id();
        desk.change(Intention::Once, |definition| definition.splice_step(place.get_untracked(), new));
        stage.choose(new);
        show(&format!("field-step-{new}-name"));
    };
    let remove = move |_| {
        stage.remove_chosen();
        let next = stage.chosen.with_untracked(|chosen| chosen.step());
        show(&next.map_or_else(|| "add-step".to_owned(), |next| format!("outline-{next}")));
    };
    view! {
        <footer class="inspector-acts">
            <IconButton
                icon="arrow-up"
                size=ButtonSize::Small
                label="Move up in the order"
                keys="Alt+Up"
                disabled=Signal::derive(move || place.get() == 0)
                on_click=move |_| shift(-1)
            />
            <IconButton
                icon="arrow-down"
                size=ButtonSize::Small
                label="Move down in the order"
                keys="Alt+Down"
                disabled=Signal::derive(move || count.get() <= place.get() + 1)
                on_click=move |_| shift(1)
            />
            <IconButton icon="plus" size=ButtonSize::Small label="Add a step after it" on_click=add_after/>
            <IconButton
                icon="copy"
                size=ButtonSize::Small
                label="Duplicate"
                keys="Ctrl+D"
                on_click=move |_| {
                    duplicate(stage);
                }
            />
            <span class="inspector-space"></span>
            <Button size=ButtonSize::Small icon="trash-2" on_click=remove>"Remove step"</Button>
        </footer>
    }
}

/// The ways out of a step.
#[component]
fn WaysOut(stage: Stage, id: StepId) -> impl IntoView {
    let desk = stage.desk;
    let targets = Memo::new(move |_| {
        desk.definition.with(|definition| definition.ways_out(id).map(|way| way.to).collect::<Vec<_>>())
    });
    view! {
        <section class="inspector-part" aria-label="Ways out">
            <h3>"Leads to"</h3>
            <ul class="inspector-ways">
                <For each=move || targets.get() key=|to| *to let:to>
                    <WayRow stage from=id to/>
                </For>
            </ul>
            <Button size=ButtonSize::Small icon="spline" on_click=move |_| stage.ask_behind(id, true)>
                "Connect with …"
            </Button>
        </section>
    }
}

/// A way out of a step.
#[component]
fn WayRow(stage: Stage, from: StepId, to: StepId) -> impl IntoView {
    let desk = stage.desk;
    let name = desk.text(move |it| find_way(it, (from, to)).map(|way| way.name.clone()).unwrap_or_default());
    let rework = desk.flag(move |it| find_way(it, (from, to)).is_some_and(|way| way.rework));
    let target = desk.text(move |definition| called(definition, to));
    // Conditions are what a branch is about; elsewhere they stand with the way itself.
    let branches = Memo::new(move |_| {
        let branches = |step: &StepDefinition| step.automatic == Some(Automatic::Branch);
        desk.definition.with(|it| it.step(from).is_some_and(branches))
    });
    let remove = move |_| {
        desk.change(Intention::Once, |definition| {
            definition.transitions.retain(|way| way.from != from || way.to != to);
        });
        show(&format!("field-step-{from}-name"));
    };
    view! {
        <li class="inspector-row">
            <TextField
                name=format!("way-{from}-{to}")
                label=Signal::derive(move || format!("Name of the way to {}", target.get()))
                label_hidden=true
                maxlength=i64::try_from(NAME_MAX).unwrap_or(60)
                bind=name
                on_input=Callback::new(move |text: String| {
                    desk.change_way(Intention::Way(from, to), from, to, |way| way.name = text);
                })
            />
            <span class="inspector-target">
                <ui::Icon name="arrow-right" size=ui::IconSize::Small/>
                <button type="button" class="quiet-link truncate" on:click=move |_| stage.choose(to)>
                    {move || target.get()}
                </button>
                <Checkbox
                    name=format!("way-{from}-{to}-rework")
                    bind=rework
                    on_change=Callback::new(move |on| {
                        desk.change_way(Intention::Once, from, to, |way| way.rework = on);
                    })
                >
                    "Leads back"
                </Checkbox>
                <IconButton
                    icon="x"
                    size=ButtonSize::Small
                    label=Signal::derive(move || format!("Remove the way to {}", target.get()))
                    on_click=remove
                />
            </span>
            <OnRefusal stage from to/>
            <Show when=move || branches.get()>
                <Condition stage from to/>
            </Show>
        </li>
    }
}

/// Where the ways to a step come from.
#[component]
fn WaysIn(stage: Stage, id: StepId) -> impl IntoView {
    let sources = Memo::new(move |_| {
        stage.desk.definition.with(|definition| {
            let ways = definition.transitions.iter().filter(|way| way.to == id);
            ways.map(|way| (way.from, called(definition, way.from), way.name.clone())).collect::<Vec<_>>()
        })
    });
    let row = move |(from, step, way): (StepId, String, String)| {
        view! {
            <li class="inspector-source">
                <button type="button" class="quiet-link truncate" on:click=move |_| stage.choose(from)>
                    {step}
                </button>
                <span class="truncate">{way}</span>
            </li>
        }
    };
    move || {
        (!sources.with(Vec::is_empty)).then(|| {
            view! {
                <section class="inspector-part" aria-label="Ways in">
                    <h3>"Comes from"</h3>
                    <ul class="inspector-ways">{sources.get().into_iter().map(row).collect_view()}</ul>
                </section>
            }
        })
    }
}
