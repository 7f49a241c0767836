//! What a step is: where people work or approve, what it does by itself, or an end. And whom it gives items to.

use kernel::StepId;
use leptos::prelude::*;
use ui::{Choice, SelectField};

use super::{
    super::stage::Stage,
    approval::ApprovalRule,
    automatic::AutomaticFields,
    together::{ChildrenFields, JoinFields},
};
use crate::{
    approval::Approval,
    automatic::{Automatic, Children, Gives, Unit, Wait},
    booking::BookingNeed,
    definition::StepDefinition,
    model::{Field, FieldKind},
    parts::desk::Intention,
    quorum::Quorum,
};

/// What a step can be, as the page names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Work,
    Approval,
    Branch,
    Wait,
    Act,
    Parallel,
    Join,
    Children,
    End,
}

impl Kind {
    const ALL: [(Kind, &'static str, &'static str); 9] = [
        (Kind::Work, "work", "People work here"),
        (Kind::Approval, "approval", "Somebody approves"),
        (Kind::Branch, "branch", "Branch by conditions"),
        (Kind::Wait, "wait", "Wait"),
        (Kind::Act, "act", "Something automatic"),
        (Kind::Parallel, "parallel", "All ways at once"),
        (Kind::Join, "join", "Ways come together"),
        (Kind::Children, "children", "Items in another workflow"),
        (Kind::End, "end", "Items end here"),
    ];

    fn of(step: &StepDefinition) -> Kind {
        match (&step.approval, &step.automatic) {
            _ if step.ends => Kind::End,
            (Some(_), _) => Kind::Approval,
            (None, None) => Kind::Work,
            (None, Some(Automatic::Branch)) => Kind::Branch,
            (None, Some(Automatic::Wait(_))) => Kind::Wait,
            (None, Some(Automatic::Act(_))) => Kind::Act,
            (None, Some(Automatic::Parallel)) => Kind::Parallel,
            (None, Some(Automatic::Join(_))) => Kind::Join,
            (None, Some(Automatic::Children(_))) => Kind::Children,
        }
    }

    fn key(self) -> &'static str {
        Kind::ALL.iter().find(|(kind, ..)| *kind == self).map_or("work", |(_, key, _)| key)
    }

    fn read(key: &str) -> Kind {
        Kind::ALL.iter().find(|(_, known, _)| *known == key).map_or(Kind::Work, |(kind, ..)| *kind)
    }
}

/// What was asked for of each kind before another one was chosen, so that choosing it again loses nothing.
#[derive(Debug, Clone, Default)]
struct Held {
    approval: Option<Approval>,
    wait: Option<Wait>,
    act: Option<Automatic>,
    join: Option<Automatic>,
    children: Option<Automatic>,
    booking: Option<BookingNeed>,
}

impl Held {
    fn turn(&mut self, step: &mut StepDefinition, kind: Kind) {
        match step.automatic.take() {
            Some(Automatic::Wait(wait)) => self.wait = Some(wait),
            Some(act @ Automatic::Act(_)) => self.act = Some(act),
            Some(join @ Automatic::Join(_)) => self.join = Some(join),
            Some(children @ Automatic::Children(_)) => self.children = Some(children),
            Some(Automatic::Branch | Automatic::Parallel) | None => {}
        }
        self.approval = step.approval.take().or(self.approval.take());
        step.ends = kind == Kind::End;
        // Where nobody works nothing is booked.
        step.booking = step.booking.take().or(self.booking.take());
        if !matches!(kind, Kind::Work | Kind::Approval) {
            self.booking = step.booking.take();
        }
        match kind {
            Kind::Work | Kind::End => {}
            Kind::Approval => step.approval = Some(self.approval.clone().unwrap_or_default()),
            Kind::Branch => step.automatic = Some(Automatic::Branch),
            Kind::Wait => {
                let wait = self.wait.clone().unwrap_or(Wait::For { amount: 1, unit: Unit::Days });
                step.automatic = Some(Automatic::Wait(wait));
            }
            Kind::Parallel => step.automatic = Some(Automatic::Parallel),
            Kind::Join => step.automatic = self.join.clone().or(Some(Automatic::Join(Quorum::All))),
            Kind::Children => {
                let none = Children { workflow_id: None, rows: None, needs: Quorum::All };
                step.automatic = self.children.clone().or(Some(Automatic::Children(none)));
            }
            Kind::Act => step.automatic = self.act.clone().or(Some(Automatic::Act(Vec::new()))),
        }
    }
}

/// The kind of a step.
#[component]
pub fn KindField(stage: Stage, id: StepId) -> impl IntoView {
    let desk = stage.desk;
    let kind =
        desk.text(move |it| it.step(id).map(|step| Kind::of(step).key().to_owned()).unwrap_or_default());
    let held = StoredValue::new(Held::default());
    let options: Vec<Choice> = Kind::ALL.iter().map(|(_, key, label)| Choice::new(*key, *label)).collect();
    view! {
        <SelectField
            name=format!("step-{id}-kind")
            label="What happens here"
            options
            bind=kind
            on_change=Callback::new(move |text: String| {
                let kind = Kind::read(&text);
                desk.change_step(Intention::Once, id, |step| held.update_value(|held| held.turn(step, kind)));
            })
        />
    }
}

/// What a step of its kind asks for besides.
#[component]
pub fn KindFields(stage: Stage, id: StepId) -> impl IntoView {
    let kind = Memo::new(move |_| stage.desk.definition.with(|it| it.step(id).map_or(Kind::Work, Kind::of)));
    move || {
        match kind.get() {
        Kind::Work | Kind::End => ().into_any(),
        Kind::Approval => view! { <ApprovalRule stage id/> }.into_any(),
        Kind::Branch => view! {
            <section class="inspector-part" aria-label="Branch">
                <p class="text-meta">
                    "Items go on at once, along the first way whose condition holds. One way without a condition takes what is left."
                </p>
            </section>
        }
        .into_any(),
        Kind::Parallel => view! {
            <section class="inspector-part" aria-label="All ways at once">
                <p class="text-meta">
                    "A part of each item goes along every way on, as an item of its own. The item waits here until its parts come together in a step of the kind “Ways come together”, and goes on from there."
                </p>
            </section>
        }
        .into_any(),
        Kind::Join => view! { <JoinFields stage id/> }.into_any(),
        Kind::Children => view! { <ChildrenFields stage id/> }.into_any(),
        Kind::Wait | Kind::Act => view! { <AutomaticFields stage id/> }.into_any(),
    }
    }
}

/// Whether people have items in a step, so that it can have too many.
pub fn is_worked_in(stage: Stage, id: StepId) -> Signal<bool> {
    Memo::new(move |_| {
        stage.desk.definition.with(|it| it.step(id).is_none_or(|step| step.automatic.is_none()))
    })
    .into()
}

/// Whom a step gives items to.
#[component]
pub fn GivesField(stage: Stage, id: StepId) -> impl IntoView {
    let desk = stage.desk;
    let gives = desk
        .text(move |it| it.step(id).and_then(|step| step.gives.as_ref()).map(Gives::key).unwrap_or_default());
    let named = [
        ("", "Whoever has them already"),
        ("creator", "Who added them"),
        ("least_loaded", "Who has the fewest in the team"),
        ("in_turn", "The team, one after another"),
        ("nobody", "Nobody: free to be taken"),
    ];
    let people: Vec<Choice> = stage.viewer.with_value(|viewer| {
        let people = viewer.directory.people.iter().filter(|person| person.active);
        people.map(|person| Choice::new(person.id.to_string(), person.name.clone())).collect()
    });
    let people = StoredValue::new(people);
    let options = Signal::derive(move || {
        let fields = desk.definition.with(|it| {
            let named = it.form().iter().filter(|field| field.kind == FieldKind::Person);
            let choice = |field: &Field| {
                Choice::new(
                    Gives::Field(field.key.clone()).key(),
                    format!("Whom {} names", field.label.trim()),
                )
            };
            named.map(choice).collect::<Vec<_>>()
        });
        let named = named.into_iter().map(Choice::from);
        named.chain(fields).chain(people.get_value()).collect::<Vec<_>>()
    });
    view! {
        <SelectField
            name=format!("step-{id}-gives")
            label="Items become theirs"
            options
            bind=gives
            on_change=Callback::new(move |text: String| {
                desk.change_step(Intention::Once, id, |step| step.gives = Gives::read(&text));
            })
        />
    }
}
