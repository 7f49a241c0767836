//! All rules of a workflow.

use kernel::{PageData, RuleId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::{
    Banner, ButtonSize, ButtonVariant, EmptyState, Icon, IconButton, LinkButton, Pill, Switch, Toast, Tone,
    use_toaster,
};

use super::{Choice, Scene, editor::examples};
use crate::{
    api,
    automation::{Automation, KeptRule, State},
};

/// How a state looks.
pub(super) fn tone(state: State) -> Tone {
    match state {
        State::Done => Tone::Success,
        State::Failed => Tone::Danger,
        State::Stopped => Tone::Warning,
        State::Waiting | State::Skipped => Tone::Neutral,
    }
}

/// See the module.
#[component]
pub(super) fn RuleList(scene: StoredValue<Scene>, page: PageData<Automation>) -> impl IntoView {
    let rules = scene.with_value(|scene| scene.automation.rules.clone());
    if rules.is_empty() {
        return view! { <Beginning scene/> }.into_any();
    }
    let circles = scene.with_value(|scene| circles(&scene.automation.cycles).collect_view());
    let rows = rules.into_iter().map(|kept| view! { <Row scene page kept/> }).collect_view();
    view! {
        {circles}
        <ul class="rules">{rows}</ul>
    }
    .into_any()
}

/// What is said of rules that set each other off.
pub(super) fn circles(cycles: &[Vec<(RuleId, String)>]) -> impl Iterator<Item = AnyView> {
    cycles.iter().map(|circle| {
        let names: Vec<&str> = circle.iter().map(|(_, name)| name.as_str()).collect();
        let first = names.first().copied().unwrap_or_default();
        let text = match names.as_slice() {
            [only] => format!("{only} may set itself off. It acts once on an item and stops at the first repeat."),
            names => format!(
                "Rules set each other off: {} \u{2192} {first}. Each acts once on an item and stops at the first repeat.",
                names.join(" \u{2192} ")
            ),
        };
        view! { <Banner tone=Tone::Warning>{text}</Banner> }.into_any()
    })
}

#[component]
fn Row(scene: StoredValue<Scene>, page: PageData<Automation>, kept: KeptRule) -> impl IntoView {
    let toaster = use_toaster();
    let (id, version, name) = (kept.id, kept.version, kept.rule.name.clone());
    let (base, sentence, runs) = scene.with_value(|scene| {
        let choice = Choice { rule: Some(id), ..Choice::default() };
        (scene.base(), scene.sentence(&kept.rule), choice.address(scene.key()))
    });
    let last = match kept.last {
        None => view! { <span class="rule-last">"Has not acted yet"</span> }.into_any(),
        Some((at, state)) => {
            let (time, machine) = scene.with_value(|scene| scene.moment(at));
            view! {
                <a class="rule-last" href=runs.clone()>
                    <Pill tone=tone(state) small=true>{state.label()}</Pill>
                    <time datetime=machine>{time}</time>
                </a>
            }
            .into_any()
        }
    };
    let (publishes, fault) = scene.with_value(|scene| (scene.publishes(), scene.fault(id)));
    let fault = fault.map(|fault| {
        view! {
            <p class="rule-last">
                <Pill tone=Tone::Warning small=true>"Cannot act"</Pill>
                <span>{fault}</span>
            </p>
        }
    });
    let turn = move |active: bool| {
        spawn_local(async move {
            if let Err(error) = api::turn_rule(id, version, active).await {
                toaster.show(Toast::failed(error.to_string()));
            }
            page.refetch();
        });
    };
    let (deleted, label) = (name.clone(), format!("Delete the rule {name}"));
    let delete = move |_| {
        let deleted = deleted.clone();
        spawn_local(async move {
            match api::delete_rule(id, version).await {
                Ok(()) => toaster.undoable(
                    format!("The rule {deleted} is deleted"),
                    move || api::restore_rule(id),
                    move |()| page.refetch(),
                ),
                Err(error) => {
                    toaster.show(Toast::failed(error.to_string()));
                }
            }
            page.refetch();
        });
    };
    let switched = name.clone();
    let switch = if publishes {
        view! {
            <Switch name=format!("rule-{id}") checked=kept.active on_change=Callback::new(turn)>
                <span class="visually-hidden">{switched}</span>
            </Switch>
        }
        .into_any()
    } else {
        view! { <Pill small=true>{if kept.active { "On" } else { "Off" }}</Pill> }.into_any()
    };
    let may_delete = publishes || !kept.active;
    view! {
        <li class="rule" class:is-off=!kept.active>
            <div class="rule-switch">{switch}</div>
            <div class="rule-text">
                <a class="rule-name" href=format!("{base}?edit={id}")>
                    {name}
                </a>
                <p class="rule-sentence">{sentence}</p>
                {fault}
                {last}
            </div>
            <div class="rule-acts">
                <LinkButton href=runs size=ButtonSize::Small variant=ButtonVariant::Ghost icon="history">
                    "Runs"
                </LinkButton>
                {may_delete
                    .then(|| {
                        view! {
                            <IconButton icon="trash-2" label size=ButtonSize::Small on_click=delete/>
                        }
                    })}
            </div>
        </li>
    }
}

/// What stands there while there is no rule: what one is, and two to begin with.
#[component]
fn Beginning(scene: StoredValue<Scene>) -> impl IntoView {
    let offers = scene.with_value(|scene| {
        examples(scene)
            .into_iter()
            .enumerate()
            .map(|(number, rule)| {
                let href = format!("{}?new={number}", scene.base());
                let sentence = scene.sentence(&rule);
                view! {
                    <li class="rule-example">
                        <Icon name="zap"/>
                        <div class="rule-text">
                            <strong>{rule.name}</strong>
                            <p class="rule-sentence">{sentence}</p>
                        </div>
                        <LinkButton href>"Take this one"</LinkButton>
                    </li>
                }
            })
            .collect_view()
    });
    view! {
        <EmptyState
            icon="zap"
            title="No rules yet"
            text="A rule does something by itself when something happens to an item: it gives the item to somebody, fills in a field, tells somebody, and more. Begin with one of these, or with a new rule."
        />
        <ul class="rules" aria-label="Examples">{offers}</ul>
    }
}
