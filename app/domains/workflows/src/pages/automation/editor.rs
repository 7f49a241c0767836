//! A form for a rule.

use kernel::{Error, PageData};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use ui::{Button, ButtonKind, ButtonVariant, FormError, LinkButton, Switch, TextField, Toast, use_toaster};

use super::{
    Scene,
    actions::{ActionFields, Deeds},
    hooked::LastSent,
    list::circles,
    trial::{SentTrial, Trial},
    trigger::{ConditionField, TriggerFields},
};
use crate::{
    api,
    automatic::Whom,
    automation::{Action, Automation, KeptRule, NAME_MAX, Rule, Trigger},
    model::{Priority, StepKind},
};

/// Two rules to begin with.
pub(super) fn examples(scene: &Scene) -> Vec<Rule> {
    let steps = &scene.automation.workflow.steps;
    let done = steps.iter().find(|step| step.kind == StepKind::Done).map(|step| Rule {
        name: format!("Tell who added it that it came to {}", step.name),
        on: Trigger::Entered { step: step.id },
        when: String::new(),
        then: vec![Action::Tell { whom: Whom::Creator, text: "{title} is in {step} now.".to_owned() }],
    });
    let late = Rule {
        name: "Press on with what is late".to_owned(),
        on: Trigger::Overdue,
        when: "priority < 3".to_owned(),
        then: vec![
            Action::Prioritise { priority: Priority::new(3) },
            Action::Tell { whom: Whom::Assignee, text: "{title} was due on {due}.".to_owned() },
        ],
    };
    done.into_iter().chain([late]).collect()
}

/// See the module.
#[component]
pub(super) fn Editor(
    scene: StoredValue<Scene>,
    page: PageData<Automation>,
    /// The rule that is changed.
    #[prop(optional_no_strip)]
    kept: Option<KeptRule>,
    /// Which example a new one begins with.
    #[prop(optional_no_strip)]
    example: Option<usize>,
) -> impl IntoView {
    let begun = match (&kept, example) {
        (Some(kept), _) => kept.rule.clone(),
        (None, example) => scene
            .with_value(|scene| example.and_then(|number| examples(scene).into_iter().nth(number)))
            .unwrap_or_else(|| Rule {
                name: String::new(),
                on: Trigger::Created,
                when: String::new(),
                then: Vec::new(),
            }),
    };
    let publishes = scene.with_value(Scene::publishes);
    let active = RwSignal::new(kept.as_ref().map_or(publishes, |kept| kept.active));
    let deeds: Deeds = RwSignal::new((0_u32..).zip(begun.then.iter().cloned()).collect());
    let draft = RwSignal::new(begun);
    let fault = RwSignal::new(None::<String>);
    let error = RwSignal::new(None::<Error>);
    let pending = RwSignal::new(false);
    let whole = move || {
        let then = deeds.get().into_iter().map(|(_, action)| action).collect();
        draft.with(|rule| Rule { then, ..rule.clone() })
    };
    let sentence = move || {
        let rule = whole();
        scene.with_value(|scene| {
            if rule.then.is_empty() && !rule.on.adds() {
                format!("{} …", scene.trigger(&rule.on))
            } else {
                scene.sentence(&rule)
            }
        })
    };
    let of =
        move |name: &str| error.with(|error| error.as_ref().and_then(|it| it.field(name)).map(str::to_owned));
    let last: LastSent = RwSignal::new(None);
    let reads = Signal::derive(move || draft.with(|rule| rule.on.hooked().is_some()));
    let of_deed = Callback::new(move |place: Option<usize>| match place {
        Some(place) => of(&format!("then[{place}]")),
        None => of("then"),
    });
    let key = StoredValue::new(scene.with_value(|scene| scene.key().to_owned()));
    let base = StoredValue::new(scene.with_value(Scene::base));
    let (toaster, navigate) = (use_toaster(), use_navigate());
    let navigate = StoredValue::new(navigate);
    let was = kept.as_ref().map(|kept| (kept.id, kept.version));
    let save = move || {
        let (rule, active) = (untrack(whole), active.get_untracked());
        pending.set(true);
        spawn_local(async move {
            let answer = match was {
                Some((id, version)) => api::update_rule(id, version, rule, active).await.map(drop),
                None => api::create_rule(key.get_value(), rule, active).await.map(drop),
            };
            if pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    toaster.show(Toast::new(if active {
                        "The rule is on"
                    } else {
                        "The rule is kept, and off"
                    }));
                    page.refetch();
                    navigate.with_value(|go| go(&base.get_value(), NavigateOptions::default()));
                }
                Err(failed) => {
                    if let Some(message) = failed.field("when") {
                        fault.set(Some(message.to_owned()));
                    }
                    error.set(Some(failed));
                }
            }
        });
    };
    let warnings = kept.as_ref().map(|kept| {
        scene.with_value(|scene| {
            let own: Vec<_> = scene
                .automation
                .cycles
                .iter()
                .filter(|circle| circle.iter().any(|(id, _)| *id == kept.id))
                .cloned()
                .collect();
            circles(&own).collect_view()
        })
    });
    let trial = kept.as_ref().map(|kept| match kept.rule.on.hooked() {
        Some(_) => view! { <SentTrial id=kept.id last/> }.into_any(),
        None => view! { <Trial id=kept.id/> }.into_any(),
    });
    let switch = if publishes {
        view! {
            <Switch name="rule-active" bind=active hint="What happened before it is on does not set it off.">
                "On"
            </Switch>
        }
        .into_any()
    } else {
        view! {
            <p class="text-meta">
                "Whoever may publish workflows turns rules on, and changes those that are on."
            </p>
        }
        .into_any()
    };
    let heading = if kept.is_some() { "Rule" } else { "New rule" };
    view! {
        <form
            class="rule-form"
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <h2 class="text-heading">{heading}</h2>
            {warnings}
            <p class="rule-preview" aria-live="polite">{sentence}</p>
            <FormError error/>
            <TextField
                name="rule-name"
                label="Name"
                value=draft.with_untracked(|rule| rule.name.clone())
                required=true
                maxlength=i64::try_from(NAME_MAX).unwrap_or(80)
                error=Signal::derive(move || of("name"))
                hint="Histories of items say it."
                on_input=Callback::new(move |text: String| draft.update(|rule| rule.name = text))
            />
            <section class="rule-part" aria-label="What sets it off">
                <TriggerFields scene draft said=Callback::new(of) last/>
                <ConditionField scene draft fault/>
            </section>
            <section class="rule-part" aria-labelledby="rule-does">
                <h3 id="rule-does" class="field-label">"Then"</h3>
                <ActionFields scene deeds error=of_deed reads/>
            </section>
            {switch}
            <div class="form-actions">
                <LinkButton href=base.get_value()>"Cancel"</LinkButton>
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending>
                    "Save"
                </Button>
            </div>
        </form>
        {trial}
    }
}
