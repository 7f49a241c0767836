//! When a field is shown, and when it is needed.

use kernel::FieldId;
use leptos::prelude::*;
use ui::{Button, ButtonSize, Checkbox, Choice, DateField, IconButton, SelectField, TextField};

use super::super::super::stage::Stage;
use crate::{
    form::{
        Is, Test, When,
        condition::{TESTS_MAX, VALUE_MAX},
    },
    model::{Field, FieldKind},
    parts::{browser::show, desk::Intention},
};

/// Which condition of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// When it is shown.
    Show,
    /// When it is needed.
    Require,
}

impl Which {
    fn name(self) -> &'static str {
        match self {
            Which::Show => "show",
            Which::Require => "require",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Which::Show => "Shown only under a condition",
            Which::Require => "Needed under a condition",
        }
    }

    fn of(self, field: &Field) -> Option<&When> {
        match self {
            Which::Show => field.terms.show_when.as_ref(),
            Which::Require => field.terms.require_when.as_ref(),
        }
    }

    fn part(self, field: &mut Field) -> &mut Option<When> {
        match self {
            Which::Show => &mut field.terms.show_when,
            Which::Require => &mut field.terms.require_when,
        }
    }
}

/// A condition of a field of the form. Cheap to copy.
#[derive(Clone, Copy)]
struct Condition {
    stage: Stage,
    id: FieldId,
    which: Which,
}

impl Condition {
    fn read<T>(self, read: impl Fn(&When) -> T) -> Option<T> {
        let which = self.which;
        self.stage.desk.definition.with(|it| it.field(self.id).and_then(|field| which.of(field)).map(read))
    }

    fn change(self, intention: Intention, act: &dyn Fn(&mut When)) {
        let which = self.which;
        self.stage.desk.change(intention, |it| {
            it.change_field(self.id, |field| {
                if let Some(when) = which.part(field) {
                    act(when);
                }
            });
        });
    }

    fn change_test(self, intention: Intention, place: usize, act: &dyn Fn(&mut Test)) {
        self.change(intention, &|when| {
            if let Some(test) = when.tests.get_mut(place) {
                act(test);
            }
        });
    }

    fn text(self, read: fn(&When) -> String) -> RwSignal<String> {
        let Condition { stage, id, which } = self;
        stage
            .desk
            .text(move |it| it.field(id).and_then(|field| which.of(field)).map(read).unwrap_or_default())
    }

    fn test_text(self, place: usize, read: fn(&Test) -> String) -> RwSignal<String> {
        let Condition { stage, id, which } = self;
        stage.desk.text(move |it| {
            let when = it.field(id).and_then(|field| which.of(field));
            when.and_then(|when| when.tests.get(place)).map(read).unwrap_or_default()
        })
    }

    /// The other fields that something can be asked of.
    fn others(self) -> Vec<Field> {
        self.stage.desk.definition.with(|it| {
            let fit = |field: &&Field| field.id != self.id && !Is::of(field.kind).is_empty();
            it.form().iter().filter(fit).cloned().collect()
        })
    }

    fn name(self, place: usize, part: &str) -> String {
        format!("form-{}-{}-{place}-{part}", self.id, self.which.name())
    }
}

/// Asks first about a field what is asked of its kind most often.
fn first_test(field: &Field) -> Test {
    Test {
        field: field.key.clone(),
        is: Is::of(field.kind).first().copied().unwrap_or(Is::Filled),
        value: field.choices.first().filter(|_| field.kind.offers()).cloned().unwrap_or_default(),
    }
}

/// Whether and when a field is shown, or needed.
#[component]
pub fn WhenFields(stage: Stage, id: FieldId, which: Which) -> impl IntoView {
    let condition = Condition { stage, id, which };
    let desk = stage.desk;
    let on = desk.flag(move |it| it.field(id).is_some_and(|field| which.of(field).is_some()));
    let can = Memo::new(move |_| !condition.others().is_empty());
    let turn = move |on: bool| {
        let first = untrack(|| condition.others()).first().map(first_test);
        desk.change(Intention::Once, |it| {
            it.change_field(id, |field| {
                *which.part(field) = on.then(|| When { any: false, tests: first.into_iter().collect() });
            });
        });
    };
    let count = Memo::new(move |_| condition.read(|when| when.tests.len()).unwrap_or_default());
    let any = condition.text(|when| if when.any { "any" } else { "all" }.to_owned());
    let add = move |_| {
        let Some(first) = untrack(|| condition.others()).first().map(first_test) else { return };
        let place = count.get_untracked();
        condition.change(Intention::Once, &|when| {
            if when.tests.len() < TESTS_MAX {
                when.tests.push(first.clone());
            }
        });
        show(&format!("field-{}", condition.name(place, "field")));
    };
    let full = Signal::derive(move || TESTS_MAX <= count.get());
    let hint = move || match (can.get(), which) {
        (false, _) => Some("There is no other field yet that it could depend on.".to_owned()),
        (true, Which::Show) => Some(
            "What is hidden is not needed and not kept: its value goes when the item is saved.".to_owned(),
        ),
        (true, Which::Require) => None,
    };
    view! {
        <Checkbox
            name=format!("form-{id}-{}", which.name())
            bind=on
            disabled=Signal::derive(move || !can.get() && !on.get())
            on_change=Callback::new(turn)
            hint=Signal::derive(hint)
        >
            {which.label()}
        </Checkbox>
        <Show when=move || on.get()>
            <div class="inspector-when" role="group" aria-label=which.label()>
                <Show when=move || 1 < count.get()>
                    <SelectField
                        name=condition.name(0, "any")
                        label="How many"
                        options=[("all", "All of these"), ("any", "One of these is enough")].map(Choice::from).to_vec()
                        bind=any
                        on_change=Callback::new(move |text: String| {
                            condition.change(Intention::Once, &|when| when.any = text == "any");
                        })
                    />
                </Show>
                <ol class="inspector-ways" aria-label="What it asks">
                    <For each=move || 0..count.get() key=|place| *place let:place>
                        <TestFields condition place/>
                    </For>
                </ol>
                <Button size=ButtonSize::Small icon="plus" disabled=full on_click=add>
                    "Ask something else, too"
                </Button>
            </div>
        </Show>
    }
}

/// One thing that a condition asks.
#[component]
fn TestFields(condition: Condition, place: usize) -> impl IntoView {
    let (field, is) = (
        condition.test_text(place, |test| test.field.clone()),
        condition.test_text(place, |test| test.is.key().to_owned()),
    );
    let value = condition.test_text(place, |test| test.value.clone());
    let asked =
        Memo::new(move |_| field.with(|key| condition.others().into_iter().find(|other| other.key == *key)));
    let fields = move || {
        let named = |field: Field| Choice::new(field.key, field.label);
        condition.others().into_iter().map(named).collect::<Vec<_>>()
    };
    let questions = move || {
        let kind = asked.with(|asked| asked.as_ref().map(|field| field.kind));
        let kinds = kind.map(|kind| Is::of(kind).iter().map(move |is| Choice::new(is.key(), is.words(kind))));
        kinds.into_iter().flatten().collect::<Vec<_>>()
    };
    let remove = move |_| {
        condition.change(Intention::Once, &|when| {
            if place < when.tests.len() {
                when.tests.remove(place);
            }
        });
        show(&format!("field-form-{}-{}", condition.id, condition.which.name()));
    };
    let set = Callback::new(move |text: String| {
        let short: String = text.chars().take(VALUE_MAX).collect();
        let intention = Intention::Field(condition.which.name(), condition.id);
        condition.change_test(intention, place, &|test| test.value.clone_from(&short));
    });
    // Made anew where something else is compared.
    let compared = Memo::new(move |_| {
        let compares =
            Is::ALL.iter().find(|one| is.with(|key| one.key() == key)).is_some_and(|is| is.compares());
        asked.get().filter(|_| compares).map(|field| (field.kind, field.choices))
    });
    let control = move || {
        let name = condition.name(place, "value");
        match compared.get() {
            None => ().into_any(),
            Some((kind, choices)) if kind.offers() => {
                let options: Vec<Choice> =
                    choices.into_iter().map(|choice| Choice::new(choice.clone(), choice)).collect();
                view! { <SelectField name label="Value" options placeholder="Choose" bind=value on_change=set/> }.into_any()
            }
            Some((FieldKind::Date | FieldKind::DateTime, _)) => {
                Effect::watch(
                    move || value.get(),
                    move |now, _, _| {
                        let kept =
                            condition.read(|when| when.tests.get(place).map(|test| test.value.clone()));
                        if kept.flatten().as_ref() != Some(now) {
                            set.run(now.clone());
                        }
                    },
                    false,
                );
                view! { <DateField name label="Day" bind=value/> }.into_any()
            }
            Some(_) => view! { <TextField name label="Value" bind=value on_input=set/> }.into_any(),
        }
    };
    view! {
        <li class="inspector-deed">
            <div class="inspector-test">
                <SelectField
                    name=condition.name(place, "field")
                    label="If"
                    options=Signal::derive(fields)
                    bind=field
                    on_change=Callback::new(move |key: String| {
                        let others = untrack(|| condition.others());
                        let Some(other) = others.iter().find(|other| other.key == key) else { return };
                        condition.change_test(Intention::Once, place, &|test| *test = first_test(other));
                    })
                />
                <SelectField
                    name=condition.name(place, "is")
                    label="What of it"
                    options=Signal::derive(questions)
                    bind=is
                    on_change=Callback::new(move |key: String| {
                        let Some(is) = Is::ALL.into_iter().find(|is| is.key() == key) else { return };
                        condition.change_test(Intention::Once, place, &|test| test.is = is);
                    })
                />
                {control}
            </div>
            <IconButton
                icon="x"
                size=ButtonSize::Small
                label=format!("Do not ask number {}", place + 1)
                on_click=remove
            />
        </li>
    }
}
