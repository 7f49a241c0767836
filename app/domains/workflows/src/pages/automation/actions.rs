//! What a rule does, one thing after another.

use leptos::prelude::*;
use ui::{Button, ButtonSize, Choice, IconButton, SelectField, TextArea, TextField};

use super::{
    Scene,
    book::BookFields,
    trigger::steps,
    values::{CreateFields, SetFields},
};
use crate::{
    automatic::{DUE_MAX, Gives, Whom},
    automation::{ACTIONS_MAX, Action, NAMES, WORDS_MAX},
    model::{Field, FieldKind, Priority},
    parts::browser::show,
};

/// The things a rule does, each with a number by which the page tells it from the others.
pub(super) type Deeds = RwSignal<Vec<(u32, Action)>>;

pub(super) fn change(deeds: Deeds, id: u32, act: impl FnOnce(&mut Action)) {
    deeds.update(|deeds| {
        if let Some((_, action)) = deeds.iter_mut().find(|(one, _)| *one == id) {
            act(action);
        }
    });
}

/// The list, and what can be added to it.
#[component]
pub(super) fn ActionFields(
    scene: StoredValue<Scene>,
    deeds: Deeds,
    /// What the server says about the thing in a place; about the list where there is none.
    error: Callback<Option<usize>, Option<String>>,
    /// Whether what came can be read.
    reads: Signal<bool>,
) -> impl IntoView {
    let next =
        StoredValue::new(deeds.with_untracked(|deeds| deeds.iter().map(|(id, _)| id + 1).max().unwrap_or(0)));
    let add = move |action: Action| {
        let id = next.get_value();
        next.set_value(id + 1);
        deeds.update(|deeds| deeds.push((id, action)));
        show(&format!("rule-deed-{id}"));
    };
    let is_full = Signal::derive(move || ACTIONS_MAX <= deeds.with(Vec::len));
    let offer = move |icon: &'static str, label: &'static str, action: Action| {
        view! {
            <Button size=ButtonSize::Small icon disabled=is_full on_click=move |_| add(action.clone())>
                {label}
            </Button>
        }
    };
    let place_of = move |id: u32| deeds.with(|deeds| deeds.iter().position(|(one, _)| *one == id));
    let row = move |(id, action): (u32, Action)| {
        let remove = move |_| {
            deeds.update(|deeds| deeds.retain(|(one, _)| *one != id));
            show("field-rule-name");
        };
        let shift = move |up: bool| {
            deeds.update(|deeds| {
                let Some(at) = deeds.iter().position(|(one, _)| *one == id) else { return };
                let to = if up { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < deeds.len()) };
                if let Some(to) = to {
                    deeds.swap(at, to);
                }
            });
            show(&format!("rule-deed-{id}"));
        };
        let number = move || place_of(id).map_or(0, |place| place + 1);
        let said = move || place_of(id).and_then(|place| error.run(Some(place)));
        let first = Signal::derive(move || place_of(id) == Some(0));
        let last =
            Signal::derive(move || deeds.with(|deeds| deeds.last().is_some_and(|(one, _)| *one == id)));
        let name = title(&action);
        view! {
            <li class="rule-deed" id=format!("rule-deed-{id}") tabindex="-1">
                <div class="rule-deed-head">
                    <strong>{name}</strong>
                    <IconButton
                        icon="arrow-up"
                        size=ButtonSize::Small
                        label=Signal::derive(move || format!("Do number {} earlier", number()))
                        disabled=first
                        on_click=move |_| shift(true)
                    />
                    <IconButton
                        icon="arrow-down"
                        size=ButtonSize::Small
                        label=Signal::derive(move || format!("Do number {} later", number()))
                        disabled=last
                        on_click=move |_| shift(false)
                    />
                    <IconButton
                        icon="x"
                        size=ButtonSize::Small
                        label=Signal::derive(move || format!("Do not do number {}", number()))
                        on_click=remove
                    />
                </div>
                {fields(scene, deeds, id, action, reads)}
                <p class="rule-fault" role="alert">{said}</p>
            </li>
        }
    };
    let (assignee, nothing) = (Whom::Assignee, String::new);
    let first_step = scene.with_value(|scene| scene.automation.workflow.steps.last().map(|step| step.id));
    let first_job = scene.with_value(|scene| scene.automation.job_types.first().map(|known| known.id));
    let here = scene.with_value(|scene| scene.automation.workflow.head.id);
    view! {
        <ol class="rule-deeds" aria-label="What it does">
            <For each=move || deeds.get() key=|(id, _)| *id children=row/>
        </ol>
        <p class="rule-fault" role="alert">{move || error.run(None)}</p>
        <div class="rule-offers" role="group" aria-label="Add what it does">
            {offer("user-plus", "Assign", Action::Assign(Gives::Creator))}
            {offer("pencil", "Fill in a field", Action::Set { field: nothing(), value: nothing() })}
            {offer("signal-high", "Set the priority", Action::Prioritise { priority: Priority::new(3) })}
            {offer("calendar", "Set the due day", Action::Due { days: 7 })}
            {offer("message-square", "Comment", Action::Comment { text: nothing() })}
            {offer("bell-ring", "Tell somebody", Action::Tell { whom: assignee, text: nothing() })}
            {offer("mail", "Send a mail", Action::Mail { whom: assignee, subject: nothing(), text: nothing() })}
            {offer(
                "plus",
                "Add an item",
                Action::Create { workflow: here, title: nothing(), fields: Default::default() },
            )}
            {first_step.map(|to| offer("arrow-right", "Move", Action::Move { to }))}
            {first_job.map(|job_type| offer("calendar-plus", "Book", Action::Book { job_type, minutes: None }))}
            {offer("webhook", "Call webhooks", Action::Call)}
        </div>
        <details class="condition-names">
            <summary>"What texts can say"</summary>
            <p class="text-meta">"For example " <code>"{title} waits in {step}."</code></p>
            <ul>
                {names(scene)}
                {move || {
                    reads
                        .get()
                        .then(|| {
                            view! {
                                <li>
                                    <code>"{/order/number}"</code>
                                    " "
                                    <span>"what stands there in what came"</span>
                                </li>
                            }
                        })
                }}
            </ul>
        </details>
    }
}

/// What texts can say of an item.
fn names(scene: StoredValue<Scene>) -> impl IntoView {
    let name = |(key, says): (String, String)| {
        view! { <li><code>{format!("{{{key}}}")}</code> " " <span>{says}</span></li> }
    };
    scene.with_value(|scene| {
        let own = NAMES.map(|(key, says)| (key.to_owned(), says.to_owned()));
        let is_own = |key: &str| NAMES.iter().any(|(known, _)| *known == key);
        let fields = scene.automation.fields.iter().filter(|field| !is_own(&field.key));
        let fields = fields.map(|field| (field.key.clone(), field.label.clone()));
        own.into_iter().chain(fields).map(name).collect_view()
    })
}

fn title(action: &Action) -> &'static str {
    match action {
        Action::Assign(_) => "Assign",
        Action::Set { .. } => "Fill in a field",
        Action::Prioritise { .. } => "Set the priority",
        Action::Due { .. } => "Set the due day",
        Action::Comment { .. } => "Comment",
        Action::Tell { .. } => "Tell somebody",
        Action::Mail { .. } => "Send a mail",
        Action::Create { .. } => "Add an item",
        Action::Move { .. } => "Move",
        Action::Book { .. } => "Book",
        Action::Call => "Call webhooks",
    }
}

/// The controls of one thing.
fn fields(scene: StoredValue<Scene>, deeds: Deeds, id: u32, action: Action, reads: Signal<bool>) -> AnyView {
    let name = move |part: &str| format!("rule-{id}-{part}");
    let text_area = move |label: &'static str, value: String, set: fn(&mut Action, String)| {
        view! {
            <TextArea
                name=name("text")
                label
                value
                rows=2
                maxlength=i64::try_from(WORDS_MAX).unwrap_or(2_000)
                on_input=Callback::new(move |text: String| change(deeds, id, |action| set(action, text)))
            />
        }
    };
    let whom = move |label: &'static str, value: Whom| {
        view! {
            <SelectField
                name=name("whom")
                label
                options=people(scene, &[("assignee", "Who works on it"), ("creator", "Who added it"), ("team", "The team of its step")])
                value=whom_key(value)
                on_change=Callback::new(move |text: String| {
                    change(deeds, id, |action| {
                        if let Action::Tell { whom, .. } | Action::Mail { whom, .. } = action {
                            *whom = whom_of(&text);
                        }
                    });
                })
            />
        }
    };
    match action {
        Action::Assign(gives) => {
            let first = [
                ("creator", "Who added it"),
                ("least_loaded", "Who in the step's team has the fewest items"),
                ("in_turn", "The step's team in turn"),
                ("nobody", "Nobody: it is free to be taken"),
            ];
            let mut options = people(scene, &first);
            let fields = scene.with_value(|scene| {
                let named = scene.automation.fields.iter().filter(|field| field.kind == FieldKind::Person);
                let choice = |field: &Field| {
                    Choice::new(Gives::Field(field.key.clone()).key(), format!("Whom {} names", field.label))
                };
                named.map(choice).collect::<Vec<_>>()
            });
            options.splice(first.len()..first.len(), fields);
            view! {
                <SelectField
                    name=name("gives")
                    label="To"
                    options
                    value=gives.key()
                    on_change=Callback::new(move |text: String| {
                        let Some(gives) = Gives::read(&text) else { return };
                        change(deeds, id, |action| *action = Action::Assign(gives));
                    })
                />
            }
            .into_any()
        }
        Action::Set { field, value } => {
            view! { <SetFields scene deeds id field value reads/> }.into_any()
        }
        Action::Prioritise { priority } => {
            let levels = Priority::ALL.iter().rev();
            let options: Vec<Choice> =
                levels.map(|one| Choice::new(one.level().to_string(), one.label())).collect();
            view! {
                <SelectField
                    name=name("priority")
                    label="To"
                    options
                    value=priority.level().to_string()
                    on_change=Callback::new(move |text: String| {
                        let priority = Priority::new(text.parse().unwrap_or_default());
                        change(deeds, id, |action| *action = Action::Prioritise { priority });
                    })
                />
            }
            .into_any()
        }
        Action::Due { days } => view! {
            <TextField
                name=name("days")
                label="Days from that day"
                kind="number"
                inputmode="numeric"
                value=days.to_string()
                on_input=Callback::new(move |text: String| {
                    // What is being typed anew is no number yet.
                    let Ok(days) = text.trim().parse::<u32>() else { return };
                    change(deeds, id, |action| *action = Action::Due { days: days.min(DUE_MAX) });
                })
            />
        }
        .into_any(),
        Action::Comment { text } => text_area("Text", text, |action, text| {
            *action = Action::Comment { text };
        })
        .into_any(),
        Action::Tell { whom: to, text } => view! {
            {whom("Tell", to)}
            {text_area("Text", text, |action, new| if let Action::Tell { text, .. } = action { *text = new })}
        }
        .into_any(),
        Action::Mail { whom: to, subject, text } => view! {
            {whom("To", to)}
            <TextField
                name=name("subject")
                label="Subject"
                value=subject
                maxlength=200
                on_input=Callback::new(move |text: String| {
                    change(deeds, id, |action| if let Action::Mail { subject, .. } = action { *subject = text });
                })
            />
            {text_area("Text", text, |action, new| if let Action::Mail { text, .. } = action { *text = new })}
        }
        .into_any(),
        Action::Create { workflow, title, fields } => {
            view! { <CreateFields scene deeds id workflow title values=fields/> }.into_any()
        }
        Action::Move { to } => view! {
            <SelectField
                name=name("to")
                label="To"
                options=steps(scene)
                value=to.to_string()
                hint="Along a way that is open to the item. Where none is, the run fails and says why."
                on_change=Callback::new(move |text: String| {
                    let Ok(to) = text.parse() else { return };
                    change(deeds, id, |action| *action = Action::Move { to });
                })
            />
        }
        .into_any(),
        Action::Book { job_type, minutes } => view! { <BookFields scene deeds id job_type minutes/> }.into_any(),
        Action::Call => view! {
            <p class="text-meta">
                "Webhooks of the organisation hear it as " <code>"item.rule_called"</code>
                ". They are set up in the settings."
            </p>
        }
        .into_any(),
    }
}

/// Some choices, and everybody who is active.
fn people(scene: StoredValue<Scene>, first: &[(&'static str, &'static str)]) -> Vec<Choice> {
    let first = first.iter().map(|(key, label)| Choice::new(*key, *label));
    scene.with_value(|scene| {
        let people = scene.viewer.directory.people.iter().filter(|person| person.active);
        first.chain(people.map(|person| Choice::new(person.id.to_string(), person.name.clone()))).collect()
    })
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
