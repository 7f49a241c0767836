//! Who decides in a step, and how many of them must approve.

use kernel::{MemberId, StepId};
use leptos::prelude::*;
use ui::{Button, ButtonSize, Checkbox, Choice, IconButton, SelectField, TextField};

use super::super::stage::Stage;
use crate::{
    approval::{APPROVERS_MAX, Approval, Need},
    parts::{browser::show, desk::Intention},
};

/// What the approval in a step asks for.
#[component]
pub fn ApprovalRule(stage: Stage, id: StepId) -> impl IntoView {
    let desk = stage.desk;
    let change = move |act: &dyn Fn(&mut Approval)| change(stage, id, Intention::Once, act);
    let need = read(stage, id, |approval| key(approval.need).to_owned());
    let four_eyes = desk.flag(move |it| {
        it.step(id).and_then(|step| step.approval.as_ref()).is_some_and(|approval| approval.four_eyes)
    });
    let named = Memo::new(move |_| {
        desk.definition.with(|it| {
            let approval = it.step(id).and_then(|step| step.approval.as_ref());
            approval.map(|approval| approval.approvers.clone()).unwrap_or_default()
        })
    });
    let needs = [
        ("any", "One of them approves"),
        ("all", "All of them approve"),
        ("at_least", "At least so many approve"),
        ("in_order", "All, one after another"),
    ];
    let needs: Vec<Choice> = needs.into_iter().map(Choice::from).collect();
    // Who is not named yet, to be added.
    let others = Signal::derive(move || {
        let named = named.get();
        let people = stage.viewer.with_value(|viewer| viewer.directory.people.clone());
        let free = people.into_iter().filter(|person| person.active && !named.contains(&person.id));
        std::iter::once(Choice::new("", "Choose a person \u{2026}"))
            .chain(free.map(|person| Choice::new(person.id.to_string(), person.name)))
            .collect::<Vec<_>>()
    });
    let chosen = RwSignal::new(String::new());
    let add = move |_| {
        let Ok(person) = chosen.get_untracked().parse::<MemberId>() else { return };
        change(&|approval| {
            if approval.approvers.len() < APPROVERS_MAX && !approval.approvers.contains(&person) {
                approval.approvers.push(person);
            }
        });
        chosen.set(String::new());
    };
    let person = move |person: MemberId| {
        let name = stage.viewer.with_value(|viewer| {
            viewer.directory.person(person).map_or_else(|| "Somebody".to_owned(), |it| it.name.clone())
        });
        let place = Memo::new(move |_| named.with(|named| named.iter().position(|one| *one == person)));
        let earlier = move |_| {
            change(&|approval| {
                if let Some(place) = approval.approvers.iter().position(|one| *one == person)
                    && place != 0
                {
                    approval.approvers.swap(place, place - 1);
                }
            });
        };
        let remove = move |_| {
            change(&|approval| approval.approvers.retain(|one| *one != person));
            show(&format!("field-step-{id}-approver"));
        };
        view! {
            <li class="inspector-person">
                <span class="truncate">{name.clone()}</span>
                <IconButton
                    icon="arrow-up"
                    size=ButtonSize::Small
                    label=format!("{name} decides earlier")
                    disabled=Signal::derive(move || place.get() == Some(0))
                    on_click=earlier
                />
                <IconButton icon="x" size=ButtonSize::Small label=format!("{name} does not decide") on_click=remove/>
            </li>
        }
    };
    view! {
        <SelectField
            name=format!("step-{id}-need")
            label="It goes on when"
            options=needs
            bind=need
            on_change=Callback::new(move |text: String| {
                change(&|approval| approval.need = of_key(&text));
            })
        />
        <Show when=move || need.get() == "at_least">
            <Count stage id/>
        </Show>
        <ul class="inspector-ways" aria-label="Named so far">
            <For each=move || named.get() key=|person| *person children=person/>
        </ul>
        <SelectField
            name=format!("step-{id}-approver")
            label="Who decides"
            options=others
            bind=chosen
            hint=Signal::derive(move || {
                named.with(Vec::is_empty).then(|| "Everybody in the team, until you name people.".to_owned())
            })
        />
        <Button
            size=ButtonSize::Small
            icon="user-plus"
            disabled=Signal::derive(move || chosen.with(String::is_empty))
            on_click=add
        >
            "Add"
        </Button>
        <Checkbox
            name=format!("step-{id}-four-eyes")
            bind=four_eyes
            on_change=Callback::new(move |on| change(&|approval| approval.four_eyes = on))
        >
            "Not who added it or brought it here"
        </Checkbox>
    }
}

/// How many must approve. Its field is made when it is asked for: one that was there before would hold what was asked then.
#[component]
fn Count(stage: Stage, id: StepId) -> impl IntoView {
    let count = read(stage, id, |approval| match approval.need {
        Need::AtLeast(count) => count.to_string(),
        Need::Any | Need::All | Need::InOrder => String::new(),
    });
    let most = u32::try_from(APPROVERS_MAX).unwrap_or(1);
    let on_input = move |text: String| {
        let count = text.trim().parse().map_or(1, |count: u32| count.clamp(1, most));
        change(stage, id, Intention::Step("need", id), &|approval| approval.need = Need::AtLeast(count));
    };
    view! {
        <TextField
            name=format!("step-{id}-need-count")
            label="How many"
            kind="number"
            inputmode="numeric"
            bind=count
            on_input=Callback::new(on_input)
        />
    }
}

/// A text that follows the approval of a step.
fn read(stage: Stage, id: StepId, read: fn(&Approval) -> String) -> RwSignal<String> {
    stage
        .desk
        .text(move |it| it.step(id).and_then(|step| step.approval.as_ref()).map(read).unwrap_or_default())
}

fn change(stage: Stage, id: StepId, intention: Intention, act: &dyn Fn(&mut Approval)) {
    stage.desk.change_step(intention, id, |step| {
        if let Some(approval) = &mut step.approval {
            act(approval);
        }
    });
}

fn key(need: Need) -> &'static str {
    match need {
        Need::Any => "any",
        Need::All => "all",
        Need::AtLeast(_) => "at_least",
        Need::InOrder => "in_order",
    }
}

fn of_key(key: &str) -> Need {
    match key {
        "all" => Need::All,
        "at_least" => Need::AtLeast(2),
        "in_order" => Need::InOrder,
        _ => Need::Any,
    }
}
