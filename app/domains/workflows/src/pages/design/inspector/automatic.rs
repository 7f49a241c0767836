//! How long a step waits, and what a step does with items by itself.

use kernel::StepId;
use leptos::prelude::*;
use ui::{Button, ButtonSize, Choice, IconButton, SelectField, TextField};

use super::super::stage::Stage;
use crate::{
    automatic::{Automatic, DEEDS_MAX, DUE_MAX, Deed, Unit, VALUE_MAX, WAIT_MAX, Wait, Whom},
    model::FieldKind,
    parts::{browser::show, desk::Intention, people::assignees},
};

/// What a step waits for, or what it does.
#[component]
pub fn AutomaticFields(stage: Stage, id: StepId) -> impl IntoView {
    let waits = Memo::new(move |_| read(stage, id, |does| matches!(does, Automatic::Wait(_))) == Some(true));
    view! {
        <section class="inspector-part" aria-label="By itself">
            {move || if waits.get() {
                view! { <WaitFields stage id/> }.into_any()
            } else {
                view! { <Deeds stage id/> }.into_any()
            }}
        </section>
    }
}

/// How long items are kept.
#[component]
fn WaitFields(stage: Stage, id: StepId) -> impl IntoView {
    let desk = stage.desk;
    let wait = move |read_it: fn(&Wait) -> String| {
        desk.text(move |it| match it.step(id).and_then(|step| step.automatic.as_ref()) {
            Some(Automatic::Wait(wait)) => read_it(wait),
            _ => String::new(),
        })
    };
    let for_what = wait(|wait| match wait {
        Wait::For { .. } => "for".to_owned(),
        Wait::Until { .. } => "until".to_owned(),
    });
    let change = move |intention: Intention, act: &dyn Fn(&mut Wait)| {
        change(stage, id, intention, &|does| {
            if let Automatic::Wait(wait) = does {
                act(wait);
            }
        });
    };
    let turn = move |text: String| {
        let field = untrack(|| days(stage)).first().map(|day| day.value.clone()).unwrap_or_default();
        change(Intention::Once, &|wait| {
            *wait = match text.as_str() {
                "until" => Wait::Until { field: field.clone() },
                _ => Wait::For { amount: 1, unit: Unit::Days },
            };
        });
    };
    let so_long = move || {
        let amount = wait(|wait| match wait {
            Wait::For { amount, .. } => amount.to_string(),
            Wait::Until { .. } => String::new(),
        });
        let unit = wait(|wait| match wait {
            Wait::For { unit, .. } => unit_key(*unit).to_owned(),
            Wait::Until { .. } => String::new(),
        });
        let units = [("minutes", "minutes"), ("hours", "hours"), ("days", "days"), ("weeks", "weeks")];
        view! {
            <div class="inspector-pair">
                <TextField
                    name=format!("step-{id}-amount")
                    label="How many"
                    kind="number"
                    inputmode="numeric"
                    bind=amount
                    on_input=Callback::new(move |text: String| {
                        // What is being typed anew is no number yet.
                        let Ok(amount) = text.trim().parse::<u32>() else { return };
                        let amount = amount.clamp(1, WAIT_MAX);
                        change(
                            Intention::Step("amount", id),
                            &|wait| if let Wait::For { amount: so_many, .. } = wait { *so_many = amount },
                        );
                    })
                />
                <SelectField
                    name=format!("step-{id}-unit")
                    label="Of"
                    options=units.map(Choice::from).to_vec()
                    bind=unit
                    on_change=Callback::new(move |text: String| {
                        change(
                            Intention::Once,
                            &|wait| if let Wait::For { unit, .. } = wait { *unit = unit_of(&text) },
                        );
                    })
                />
            </div>
        }
    };
    let until = move || {
        let field = wait(|wait| match wait {
            Wait::Until { field } => field.clone(),
            Wait::For { .. } => String::new(),
        });
        view! {
            <SelectField
                name=format!("step-{id}-until")
                label="Field with the day"
                options=Signal::derive(move || days(stage))
                placeholder="Choose a field"
                bind=field
                on_change=Callback::new(move |text: String| {
                    change(Intention::Once, &|wait| *wait = Wait::Until { field: text.clone() });
                })
                hint=Signal::derive(move || {
                    days(stage).is_empty().then(|| "The form has no field with a day yet.".to_owned())
                })
            />
        }
    };
    let kinds = [("for", "For so long"), ("until", "Until a day of the form")];
    view! {
        <SelectField
            name=format!("step-{id}-wait")
            label="Items wait"
            options=kinds.map(Choice::from).to_vec()
            bind=for_what
            on_change=Callback::new(turn)
        />
        {move || if for_what.with(|kind| kind == "until") { until().into_any() } else { so_long().into_any() }}
        <p class="text-meta">"Then they go on by themselves. Whoever may move items can send them on before."</p>
    }
}

/// What a step does with items, in order.
#[component]
fn Deeds(stage: Stage, id: StepId) -> impl IntoView {
    let kinds = Memo::new(move |_| {
        let deeds = |does: &Automatic| match does {
            Automatic::Act(deeds) => deeds.iter().map(std::mem::discriminant).collect(),
            _ => Vec::new(),
        };
        read(stage, id, deeds).unwrap_or_default()
    });
    let add = move |deed: Deed| {
        change_deeds(stage, id, Intention::Once, &|deeds| {
            if deeds.len() < DEEDS_MAX {
                deeds.push(deed.clone());
            }
        });
    };
    let full = Signal::derive(move || DEEDS_MAX <= kinds.with(Vec::len));
    let offer = move |icon: &'static str, label: &'static str, deed: Deed| {
        view! {
            <Button size=ButtonSize::Small icon disabled=full on_click=move |_| add(deed.clone())>
                {label}
            </Button>
        }
    };
    let listed = move || kinds.get().into_iter().enumerate().collect::<Vec<_>>();
    let row = move |(place, _): (usize, _)| {
        let remove = move |_| {
            change_deeds(stage, id, Intention::Once, &|deeds| {
                if place < deeds.len() {
                    deeds.remove(place);
                }
            });
            show(&format!("field-step-{id}-kind"));
        };
        view! {
            <li class="inspector-deed">
                <DeedFields stage id place/>
                <IconButton
                    icon="x"
                    size=ButtonSize::Small
                    label=format!("Do not do number {}", place + 1)
                    on_click=remove
                />
            </li>
        }
    };
    view! {
        <ol class="inspector-ways" aria-label="What it does">
            <For each=listed key=|deed| *deed children=row/>
        </ol>
        <div class="inspector-offers" role="group" aria-label="Add what it does">
            {offer("pencil", "Fill in a field", Deed::Set { field: String::new(), value: String::new() })}
            {offer("calendar", "Set the due day", Deed::Due { days: 7 })}
            {offer("bell-ring", "Tell somebody", Deed::Tell(Whom::Assignee))}
        </div>
        <p class="text-meta">"Items go on at once, along the first way that is open to them."</p>
    }
}

/// One thing that a step does. It is made anew where a thing of another kind takes its place.
#[component]
fn DeedFields(stage: Stage, id: StepId, place: usize) -> impl IntoView {
    let desk = stage.desk;
    let text = move |read_it: fn(&Deed) -> String| {
        desk.text(move |it| match it.step(id).and_then(|step| step.automatic.as_ref()) {
            Some(Automatic::Act(deeds)) => deeds.get(place).map(read_it).unwrap_or_default(),
            _ => String::new(),
        })
    };
    let change = move |intention: Intention, act: &dyn Fn(&mut Deed)| {
        change_deeds(stage, id, intention, &|deeds| {
            if let Some(deed) = deeds.get_mut(place) {
                act(deed);
            }
        });
    };
    let name = move |part: &str| format!("step-{id}-deed-{place}-{part}");
    let first = stage.desk.definition.with_untracked(|it| match &it.step(id)?.automatic {
        Some(Automatic::Act(deeds)) => deeds.get(place).cloned(),
        _ => None,
    });
    match first {
        None => ().into_any(),
        Some(Deed::Set { .. }) => {
            let field = text(|deed| match deed {
                Deed::Set { field, .. } => field.clone(),
                _ => String::new(),
            });
            let value = text(|deed| match deed {
                Deed::Set { value, .. } => value.clone(),
                _ => String::new(),
            });
            let set_value = Callback::new(move |text: String| {
                change(Intention::Deed(id, place), &|deed| {
                    if let Deed::Set { value, .. } = deed {
                        value.clone_from(&text)
                    }
                });
            });
            view! {
                <div class="inspector-pair">
                    <SelectField
                        name=name("field")
                        label="Fill in"
                        options=Signal::derive(move || all_fields(stage))
                        placeholder="Choose a field"
                        bind=field
                        on_change=Callback::new(move |key: String| {
                            change(
                                Intention::Once,
                                &|deed| if let Deed::Set { field, .. } = deed { field.clone_from(&key) },
                            );
                        })
                    />
                    {move || value_field(stage, name("value"), &field.get(), value, set_value)}
                </div>
            }
            .into_any()
        }
        Some(Deed::Due { .. }) => {
            let days = text(|deed| match deed {
                Deed::Due { days } => days.to_string(),
                _ => String::new(),
            });
            view! {
                <TextField
                    name=name("days")
                    label="Due so many days later"
                    kind="number"
                    inputmode="numeric"
                    bind=days
                    on_input=Callback::new(move |text: String| {
                        let Ok(count) = text.trim().parse::<u32>() else { return };
                        let count = count.min(DUE_MAX);
                        change(
                            Intention::Deed(id, place),
                            &|deed| if let Deed::Due { days } = deed { *days = count },
                        );
                    })
                />
            }
            .into_any()
        }
        Some(Deed::Tell(_)) => {
            let whom = text(|deed| match deed {
                Deed::Tell(whom) => whom_key(*whom),
                _ => String::new(),
            });
            let named = [
                ("assignee", "Who works on it"),
                ("creator", "Who added it"),
                ("team", "The team of the step"),
            ];
            let options: Vec<Choice> = named
                .into_iter()
                .map(Choice::from)
                .chain(stage.viewer.with_value(|viewer| {
                    let people = viewer.directory.people.iter().filter(|person| person.active);
                    people
                        .map(|person| Choice::new(person.id.to_string(), person.name.clone()))
                        .collect::<Vec<_>>()
                }))
                .collect();
            view! {
                <SelectField
                    name=name("whom")
                    label="Tell"
                    options
                    bind=whom
                    on_change=Callback::new(move |key: String| {
                        change(Intention::Once, &|deed| *deed = Deed::Tell(whom_of(&key)));
                    })
                />
            }
            .into_any()
        }
    }
}

/// The control for the value that a step fills in: what the field offers where it offers something.
fn value_field(
    stage: Stage,
    name: String,
    key: &str,
    value: RwSignal<String>,
    set: Callback<String>,
) -> AnyView {
    let field =
        untrack(|| stage.desk.definition.with(|it| it.form().iter().find(|field| field.key == key).cloned()));
    let choices = match field.map(|field| (field.kind, field.choices)) {
        Some((FieldKind::Flag, _)) => Some(vec![Choice::new("", "No"), Choice::new("true", "Yes")]),
        Some((FieldKind::Choice, choices)) => {
            let offered = choices.into_iter().map(|choice| Choice::new(choice.clone(), choice));
            Some(std::iter::once(Choice::new("", "Nothing")).chain(offered).collect())
        }
        Some((FieldKind::Person, _)) => {
            Some(assignees(&stage.viewer.with_value(|it| it.directory.clone()), None))
        }
        Some((FieldKind::Team, _)) => Some(stage.viewer.with_value(|viewer| {
            let teams = viewer.directory.teams.iter();
            let teams = teams.map(|team| Choice::new(team.id.to_string(), team.name.clone()));
            std::iter::once(Choice::new("", "No team")).chain(teams).collect()
        })),
        _ => None,
    };
    match choices {
        Some(options) => {
            view! { <SelectField name label="With" options bind=value on_change=set/> }.into_any()
        }
        None => view! {
            <TextField
                name
                label="With"
                placeholder="nothing"
                maxlength=i64::try_from(VALUE_MAX).unwrap_or(500)
                bind=value
                on_input=set
            />
        }
        .into_any(),
    }
}

pub(super) fn read<T>(stage: Stage, id: StepId, read: impl Fn(&Automatic) -> T) -> Option<T> {
    stage.desk.definition.with(|it| it.step(id).and_then(|step| step.automatic.as_ref()).map(read))
}

pub(super) fn change(stage: Stage, id: StepId, intention: Intention, act: &dyn Fn(&mut Automatic)) {
    stage.desk.change_step(intention, id, |step| {
        if let Some(does) = &mut step.automatic {
            act(does);
        }
    });
}

fn change_deeds(stage: Stage, id: StepId, intention: Intention, act: &dyn Fn(&mut Vec<Deed>)) {
    change(stage, id, intention, &|does| {
        if let Automatic::Act(deeds) = does {
            act(deeds);
        }
    });
}

/// The fields of the form that hold a day.
fn days(stage: Stage) -> Vec<Choice> {
    fields(stage, |kind| matches!(kind, FieldKind::Date | FieldKind::DateTime))
}

fn all_fields(stage: Stage) -> Vec<Choice> {
    fields(stage, |kind| !matches!(kind, FieldKind::Computed | FieldKind::File))
}

pub(super) fn fields(stage: Stage, fits: fn(FieldKind) -> bool) -> Vec<Choice> {
    stage.desk.definition.with(|it| {
        let fitting = it.form().iter().filter(|field| fits(field.kind));
        fitting.map(|field| Choice::new(field.key.clone(), field.label.clone())).collect()
    })
}

fn unit_key(unit: Unit) -> &'static str {
    match unit {
        Unit::Minutes => "minutes",
        Unit::Hours => "hours",
        Unit::Days => "days",
        Unit::Weeks => "weeks",
    }
}

fn unit_of(key: &str) -> Unit {
    match key {
        "minutes" => Unit::Minutes,
        "hours" => Unit::Hours,
        "weeks" => Unit::Weeks,
        _ => Unit::Days,
    }
}

fn whom_key(whom: Whom) -> String {
    match whom {
        Whom::Assignee => "assignee".to_owned(),
        Whom::Creator => "creator".to_owned(),
        Whom::Team => "team".to_owned(),
        Whom::Member(id) => id.to_string(),
    }
}

fn whom_of(key: &str) -> Whom {
    match key {
        "creator" => Whom::Creator,
        "team" => Whom::Team,
        member => member.parse().map_or(Whom::Assignee, Whom::Member),
    }
}
