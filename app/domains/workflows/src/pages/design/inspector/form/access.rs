//! What may be done with a field in which step.

use kernel::{FieldId, Role, StepId};
use leptos::prelude::*;
use ui::{Button, ButtonSize, Choice, IconButton, SelectField};

use super::super::super::stage::Stage;
use crate::{
    form::{ACCESS_MAX, Access, May},
    model::Field,
    parts::{browser::show, desk::Intention},
};

/// The rules of a field: hidden, read only, filled in or needed, by step and role.
#[component]
pub fn AccessFields(stage: Stage, id: FieldId) -> impl IntoView {
    let desk = stage.desk;
    let count = Memo::new(move |_| {
        desk.definition.with(|it| it.field(id).map(|field| field.terms.access.len()).unwrap_or_default())
    });
    let add = move |_| {
        let place = count.get_untracked();
        desk.change(Intention::Once, |it| {
            let said = it.field(id).map(|field| field.terms.access.clone()).unwrap_or_default();
            let is_free = |(step, role): &(StepId, Option<Role>)| {
                said.iter().all(|rule| (rule.step, rule.role) != (*step, *role))
            };
            let steps: Vec<StepId> = it.steps.iter().map(|step| step.id).collect();
            let roles = std::iter::once(None).chain(Role::ALL.map(Some));
            let mut all = roles.flat_map(|role| steps.iter().map(move |step| (*step, role)));
            let Some((step, role)) = all.find(is_free) else { return };
            it.change_field(id, |field| {
                if field.terms.access.len() < ACCESS_MAX {
                    field.terms.access.push(Access { step, role, may: May::Read });
                }
            });
        });
        show(&format!("field-form-{id}-access-{place}-step"));
    };
    let full = Signal::derive(move || ACCESS_MAX <= count.get());
    view! {
        <details class="condition-names">
            <summary>"Otherwise in some steps"</summary>
            <p class="text-meta">
                "Everybody who may change items fills it in, unless it is said otherwise here. Hiding keeps forms short; it is no secret: the history shows what was filled in."
            </p>
            <ol class="inspector-ways" aria-label="By step">
                <For each=move || 0..count.get() key=|place| *place let:place>
                    <AccessRow stage id place/>
                </For>
            </ol>
            <Button size=ButtonSize::Small icon="plus" disabled=full on_click=add>
                "Say it for a step"
            </Button>
        </details>
    }
}

#[component]
fn AccessRow(stage: Stage, id: FieldId, place: usize) -> impl IntoView {
    let desk = stage.desk;
    let text = move |read: fn(&Access) -> String| {
        desk.text(move |it| {
            let rule = it.field(id).and_then(|field| field.terms.access.get(place));
            rule.map(read).unwrap_or_default()
        })
    };
    let change_field = move |act: &dyn Fn(&mut Field)| {
        desk.change(Intention::Once, |it| it.change_field(id, act));
    };
    let change = move |act: &dyn Fn(&mut Access)| {
        change_field(&|field| {
            if let Some(rule) = field.terms.access.get_mut(place) {
                act(rule);
            }
        });
    };
    let step = text(|rule| rule.step.to_string());
    let role = text(|rule| rule.role.map_or("", Role::as_str).to_owned());
    let may = text(|rule| rule.may.key().to_owned());
    let steps = move || {
        desk.definition.with(|it| {
            let named = it.steps.iter().map(|step| Choice::new(step.id.to_string(), step.name.clone()));
            named.collect::<Vec<_>>()
        })
    };
    let roles: Vec<Choice> = std::iter::once(Choice::new("", "Everybody"))
        .chain(Role::ALL.map(|role| Choice::new(role.as_str(), role.label())))
        .collect();
    let name = move |part: &str| format!("form-{id}-access-{place}-{part}");
    let remove = move |_| {
        change_field(&|field| {
            if place < field.terms.access.len() {
                field.terms.access.remove(place);
            }
        });
        show(&format!("field-form-{id}-label"));
    };
    view! {
        <li class="inspector-deed">
            <div class="inspector-test">
                <SelectField
                    name=name("step")
                    label="In"
                    options=Signal::derive(steps)
                    bind=step
                    on_change=Callback::new(move |text: String| {
                        let Ok(step) = text.parse() else { return };
                        change(&|rule| rule.step = step);
                    })
                />
                <SelectField
                    name=name("role")
                    label="For"
                    options=roles
                    bind=role
                    on_change=Callback::new(move |text: String| change(&|rule| rule.role = text.parse().ok()))
                />
                <SelectField
                    name=name("may")
                    label="It is"
                    options=May::ALL.map(|may| Choice::new(may.key(), may.label())).to_vec()
                    bind=may
                    on_change=Callback::new(move |text: String| {
                        let Some(may) = May::ALL.into_iter().find(|may| may.key() == text) else { return };
                        change(&|rule| rule.may = may);
                    })
                />
            </div>
            <IconButton
                icon="x"
                size=ButtonSize::Small
                label=format!("Remove rule {}", place + 1)
                on_click=remove
            />
        </li>
    }
}
