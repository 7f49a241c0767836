//! How many parts a join waits for, and the items that a step begins in another workflow.

use kernel::StepId;
use leptos::prelude::*;
use ui::{Choice, SelectField, TextField};

use super::{
    super::stage::Stage,
    automatic::{change, fields, read},
};
use crate::{
    automatic::{Automatic, Children},
    model::FieldKind,
    parts::desk::Intention,
    quorum::{QUORUM_MAX, Quorum},
};

/// How many of its parts have to come before an item goes on.
#[component]
pub fn JoinFields(stage: Stage, id: StepId) -> impl IntoView {
    view! {
        <section class="inspector-part" aria-label="Ways come together">
            <QuorumFields stage id/>
            <p class="text-meta">
                "What is filled in in the parts is brought together here; where two filled in the same, the later counts. Parts that are not waited for are called off."
            </p>
        </section>
    }
}

/// Where a step begins items, and for what.
#[component]
pub fn ChildrenFields(stage: Stage, id: StepId) -> impl IntoView {
    let desk = stage.desk;
    let others: Vec<Choice> = stage.others.with_value(|others| {
        others.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect()
    });
    let lacks_others = others.is_empty();
    let held = move |read_it: fn(&Children) -> String| {
        desk.text(move |it| match it.step(id).and_then(|step| step.automatic.as_ref()) {
            Some(Automatic::Children(children)) => read_it(children),
            _ => String::new(),
        })
    };
    let workflow = held(|it| it.workflow_id.map(|id| id.to_string()).unwrap_or_default());
    let rows = held(|it| it.rows.clone().unwrap_or_default());
    let set = move |act: &dyn Fn(&mut Children)| {
        change(stage, id, Intention::Once, &|does| {
            if let Automatic::Children(children) = does {
                act(children);
            }
        });
    };
    let whole = || Choice::new("", "The item itself");
    view! {
        <section class="inspector-part" aria-label="Items in another workflow">
            <SelectField
                name=format!("step-{id}-begins")
                label="Begins items in"
                options=others
                placeholder="Choose a workflow"
                bind=workflow
                on_change=Callback::new(move |text: String| set(&|it| it.workflow_id = text.parse().ok()))
                hint=Signal::derive(move || lacks_others.then(|| "There is no other workflow yet.".to_owned()))
            />
            <SelectField
                name=format!("step-{id}-rows")
                label="One for"
                options=Signal::derive(move || {
                    let tables = fields(stage, |kind| kind == FieldKind::Table).into_iter();
                    let tables = tables.map(|it| Choice::new(it.value, format!("Each row of {}", it.label)));
                    std::iter::once(whole()).chain(tables).collect::<Vec<_>>()
                })
                bind=rows
                on_change=Callback::new(move |text: String| {
                    set(&|it| it.rows = (!text.is_empty()).then(|| text.clone()));
                })
            />
            <QuorumFields stage id/>
            <p class="text-meta">
                "The item waits here until they are done. Fields of the same key and kind are handed over, and back from the one that was begun for the item itself."
            </p>
        </section>
    }
}

/// How many are waited for.
#[component]
fn QuorumFields(stage: Stage, id: StepId) -> impl IntoView {
    let desk = stage.desk;
    let needs = move || read(stage, id, needs_of).flatten();
    let kind = desk.text(move |it| {
        let needs = it.step(id).and_then(|step| step.automatic.as_ref()).and_then(needs_of);
        key(needs.unwrap_or_default()).to_owned()
    });
    let count =
        desk.text(move |it| match it.step(id).and_then(|step| step.automatic.as_ref()).and_then(needs_of) {
            Some(Quorum::AtLeast(count)) => count.to_string(),
            _ => String::new(),
        });
    let counts = Memo::new(move |_| matches!(needs(), Some(Quorum::AtLeast(_))));
    let set = move |intention: Intention, to: Quorum| {
        change(stage, id, intention, &|does| match does {
            Automatic::Join(needs) | Automatic::Children(Children { needs, .. }) => *needs = to,
            _ => {}
        });
    };
    let kinds = [("all", "All of them"), ("any", "The first"), ("at_least", "So many of them")];
    view! {
        <SelectField
            name=format!("step-{id}-needs")
            label="Waits for"
            options=kinds.map(Choice::from).to_vec()
            bind=kind
            on_change=Callback::new(move |text: String| {
                let to = match text.as_str() {
                    "any" => Quorum::Any,
                    "at_least" => Quorum::AtLeast(2),
                    _ => Quorum::All,
                };
                set(Intention::Once, to);
            })
        />
        {move || counts.get().then(|| view! {
            <TextField
                name=format!("step-{id}-count")
                label="How many"
                kind="number"
                inputmode="numeric"
                bind=count
                on_input=Callback::new(move |text: String| {
                    // What is being typed anew is no number yet.
                    let Ok(count) = text.trim().parse::<u32>() else { return };
                    set(Intention::Step("count", id), Quorum::AtLeast(count.clamp(1, QUORUM_MAX)));
                })
            />
        })}
    }
}

fn needs_of(does: &Automatic) -> Option<Quorum> {
    match does {
        Automatic::Join(needs) | Automatic::Children(Children { needs, .. }) => Some(*needs),
        _ => None,
    }
}

fn key(needs: Quorum) -> &'static str {
    match needs {
        Quorum::All => "all",
        Quorum::Any => "any",
        Quorum::AtLeast(_) => "at_least",
    }
}
