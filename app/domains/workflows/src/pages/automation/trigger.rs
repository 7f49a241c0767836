//! What sets a rule off, and its condition.

use std::time::Duration;

use chrono::NaiveTime;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::{Choice, SelectField, TextField};

use super::{
    Scene,
    hooked::{HookFields, LastSent},
};
use crate::{
    api,
    automation::{Days, Finds, Hooked, Part, Rule, Schedule, Trigger},
    definition::{GUARD_MAX, form::BUILT_IN},
};

/// How long one waits for the next letter before a condition is looked at.
const PAUSE: Duration = Duration::from_millis(300);

const KINDS: [(&str, &str); 7] = [
    ("created", "An item is added"),
    ("entered", "An item enters a step"),
    ("left", "An item leaves a step"),
    ("changed", "Something of an item changes"),
    ("overdue", "The due day has passed"),
    ("schedule", "At a time of day"),
    ("webhook", "Another program sends something"),
];

const DAYS: [(&str, &str, Days); 9] = [
    ("every", "Every day", Days::Every),
    ("working", "Every working day", Days::Working),
    ("monday", "Mondays", Days::Monday),
    ("tuesday", "Tuesdays", Days::Tuesday),
    ("wednesday", "Wednesdays", Days::Wednesday),
    ("thursday", "Thursdays", Days::Thursday),
    ("friday", "Fridays", Days::Friday),
    ("saturday", "Saturdays", Days::Saturday),
    ("sunday", "Sundays", Days::Sunday),
];

/// The steps of the workflow.
pub(super) fn steps(scene: StoredValue<Scene>) -> Vec<Choice> {
    scene.with_value(|scene| {
        let steps = &scene.automation.workflow.steps;
        steps.iter().map(|step| Choice::new(step.id.to_string(), &step.name)).collect()
    })
}

/// What of an item can be watched.
fn parts(scene: StoredValue<Scene>) -> Vec<Choice> {
    let own = [("title", "Title"), ("priority", "Priority"), ("assignee", "Assignee"), ("due", "Due day")];
    scene.with_value(|scene| {
        let fields = scene.automation.fields.iter();
        let fields = fields.map(|field| Choice::new(format!("field:{}", field.key), &field.label));
        own.into_iter().map(Choice::from).chain(fields).collect()
    })
}

fn part_key(part: &Part) -> String {
    match part {
        Part::Title => "title".to_owned(),
        Part::Priority => "priority".to_owned(),
        Part::Assignee => "assignee".to_owned(),
        Part::Due => "due".to_owned(),
        Part::Field(key) => format!("field:{key}"),
    }
}

fn part_of(key: &str) -> Part {
    match key {
        "priority" => Part::Priority,
        "assignee" => Part::Assignee,
        "due" => Part::Due,
        key => key.strip_prefix("field:").map_or(Part::Title, |key| Part::Field(key.to_owned())),
    }
}

/// A trigger of this kind, to begin with.
fn begun(scene: StoredValue<Scene>, kind: &str) -> Trigger {
    let first = scene.with_value(|scene| scene.automation.workflow.steps.first().map(|step| step.id));
    match (kind, first) {
        ("entered", Some(step)) => Trigger::Entered { step },
        ("left", Some(step)) => Trigger::Left { step },
        ("changed", _) => Trigger::Changed(Part::Assignee),
        ("overdue", _) => Trigger::Overdue,
        ("schedule", _) => Trigger::Schedule(Schedule {
            days: Days::Working,
            at: NaiveTime::from_hms_opt(8, 0, 0).unwrap_or_default(),
            step: None,
        }),
        ("webhook", _) => {
            let hook = scene.with_value(|scene| {
                let hooks = scene.automation.hooks.iter().flatten();
                hooks.map(|hook| hook.id).next()
            });
            let hook = hook.unwrap_or_else(|| uuid::Uuid::nil().into());
            Trigger::Webhook(Hooked { hook, finds: Some(Finds::usual()), adds: None })
        }
        _ => Trigger::Created,
    }
}

/// What can set a rule off: for who may not see webhooks only what one of them sets off already.
fn kinds(scene: StoredValue<Scene>, on: &Trigger) -> Vec<Choice> {
    let may = on.hooked().is_some() || scene.with_value(|scene| scene.automation.hooks.is_some());
    KINDS.into_iter().filter(|(kind, _)| may || *kind != "webhook").map(Choice::from).collect()
}

/// The controls for what sets a rule off.
#[component]
pub(super) fn TriggerFields(
    scene: StoredValue<Scene>,
    draft: RwSignal<Rule>,
    /// What the server says about a part of it.
    said: Callback<&'static str, Option<String>>,
    /// What came last by its webhook.
    last: LastSent,
) -> impl IntoView {
    let error = Signal::derive(move || said.run("step").or_else(|| said.run("part")));
    let kind = Memo::new(move |_| draft.with(|rule| rule.on.key()));
    let set = move |on: Trigger| draft.update(|rule| rule.on = on);
    let details = move || {
        let on = draft.with_untracked(|rule| rule.on.clone());
        match (kind.get(), on) {
            (word @ ("entered" | "left"), Trigger::Entered { step } | Trigger::Left { step }) => view! {
                <SelectField
                    name="rule-step"
                    label="Which step"
                    options=steps(scene)
                    value=step.to_string()
                    error
                    on_change=Callback::new(move |text: String| {
                        let Ok(step) = text.parse() else { return };
                        set(
                            if word == "left" { Trigger::Left { step } } else { Trigger::Entered { step } },
                        );
                    })
                    hint="Items that publishing moves, since their step is gone, set nothing off."
                />
            }
            .into_any(),
            (_, Trigger::Changed(part)) => view! {
                <SelectField
                    name="rule-part"
                    label="What changes"
                    options=parts(scene)
                    value=part_key(&part)
                    error
                    on_change=Callback::new(move |text: String| set(Trigger::Changed(part_of(&text))))
                />
            }
            .into_any(),
            (_, Trigger::Schedule(schedule)) => {
                view! { <Clock scene draft schedule error/> }.into_any()
            }
            (_, Trigger::Webhook(hooked)) => {
                view! { <HookFields scene draft hooked said last/> }.into_any()
            }
            (_, Trigger::Overdue) => view! {
                <p class="text-meta">
                    "On the day after it was due, while the item is open. What was late before the rule is on does not count."
                </p>
            }
            .into_any(),
            _ => ().into_any(),
        }
    };
    view! {
        <SelectField
            name="rule-on"
            label="When"
            options=draft.with_untracked(|rule| kinds(scene, &rule.on))
            value=kind.get_untracked()
            on_change=Callback::new(move |text: String| set(begun(scene, &text)))
        />
        {details}
    }
}

/// On which days and at what time.
#[component]
fn Clock(
    scene: StoredValue<Scene>,
    draft: RwSignal<Rule>,
    schedule: Schedule,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let change = move |act: &dyn Fn(&mut Schedule)| {
        draft.update(|rule| {
            if let Trigger::Schedule(schedule) = &mut rule.on {
                act(schedule);
            }
        });
    };
    let days = DAYS.iter().find(|(.., days)| *days == schedule.days).map_or("every", |(key, ..)| key);
    view! {
        <div class="rule-pair">
            <SelectField
                name="rule-days"
                label="On"
                options=DAYS.map(|(key, label, _)| Choice::new(key, label)).to_vec()
                value=days
                on_change=Callback::new(move |text: String| {
                    let found = DAYS.iter().find(|(key, ..)| *key == text);
                    if let Some((.., days)) = found {
                        change(&|schedule| schedule.days = *days);
                    }
                })
            />
            <TextField
                name="rule-at"
                label="At"
                kind="time"
                value=schedule.at.format("%H:%M").to_string()
                on_input=Callback::new(move |text: String| {
                    // What is being typed anew is no time yet.
                    if let Ok(at) = NaiveTime::parse_from_str(&text, "%H:%M") {
                        change(&|schedule| schedule.at = at);
                    }
                })
            />
        </div>
        <SelectField
            name="rule-where"
            label="For"
            options=steps(scene)
            placeholder="every open item"
            value=schedule.step.map(|step| step.to_string()).unwrap_or_default()
            error
            hint="Each item that meets the condition, once on such a day."
            on_change=Callback::new(move |text: String| {
                change(&|schedule| schedule.step = text.parse().ok());
            })
        />
    }
}

/// The condition, looked at while it is written.
#[component]
pub(super) fn ConditionField(
    scene: StoredValue<Scene>,
    draft: RwSignal<Rule>,
    /// What is wrong about it.
    fault: RwSignal<Option<String>>,
) -> impl IntoView {
    // Which question is the newest.
    let asked = StoredValue::new(0_u32);
    let look = move |text: String| {
        draft.update(|rule| rule.when.clone_from(&text));
        asked.update_value(|asked| *asked = asked.wrapping_add(1));
        let mine = asked.get_value();
        let is_newest = move || asked.try_get_value() == Some(mine);
        let key = scene.with_value(|scene| scene.key().to_owned());
        set_timeout(
            move || {
                if !is_newest() {
                    return;
                }
                spawn_local(async move {
                    let answer = api::check_condition(key, Some(text)).await;
                    if is_newest()
                        && let Ok(found) = answer
                    {
                        fault.set(found);
                    }
                });
            },
            PAUSE,
        );
    };
    let names = scene.with_value(|scene| {
        let name =
            |(key, says): (String, String)| view! { <li><code>{key}</code> " " <span>{says}</span></li> };
        let own = scene.automation.fields.iter().map(|field| (field.key.clone(), field.label.clone()));
        let built_in = BUILT_IN.map(|(key, .., says)| (key.to_owned(), says.to_owned()));
        own.chain(built_in).map(name).collect_view()
    });
    view! {
        <TextField
            name="rule-when"
            label="Only if"
            placeholder="always"
            maxlength=i64::try_from(GUARD_MAX).unwrap_or(500)
            value=draft.with_untracked(|rule| rule.when.clone())
            error=fault
            on_input=Callback::new(look)
        />
        <details class="condition-names">
            <summary>"What a condition can read"</summary>
            <p class="text-meta">"For example " <code>"priority >= 3 && !overdue"</code></p>
            <ul>{names}</ul>
        </details>
    }
}
