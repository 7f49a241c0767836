//! What comes by an incoming webhook: by which one, and which item it is about.

use kernel::{HookId, HookName};
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::{Choice, SelectField, TextField};

use super::Scene;
use crate::{
    api,
    automation::{Adds, By, Finds, Hooked, PLACE_MAX, Rule, Trigger, finds_by, takes},
    model::Field,
};

/// What came last, as it was sent, and its values with their places.
pub(super) type LastSent = RwSignal<Option<(String, Vec<(String, String)>)>>;

/// What is done to come to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Find,
    FindOrAdd,
    Add,
}

const WAYS: [(&str, &str, Way); 3] = [
    ("find", "The open one that it names", Way::Find),
    ("either", "The open one that it names, else a new one", Way::FindOrAdd),
    ("add", "A new one each time", Way::Add),
];

impl Way {
    fn of(hooked: &Hooked) -> Way {
        match (&hooked.finds, &hooked.adds) {
            (None, _) => Way::Add,
            (Some(_), None) => Way::Find,
            (Some(_), Some(_)) => Way::FindOrAdd,
        }
    }

    fn key(self) -> &'static str {
        WAYS.iter().find(|(.., way)| *way == self).map_or("find", |(key, ..)| key)
    }
}

/// What is being written. What one way does not ask for is kept for the others.
#[derive(Clone, Copy)]
struct Parts {
    draft: RwSignal<Rule>,
    hook: RwSignal<HookId>,
    way: RwSignal<Way>,
    finds: RwSignal<Finds>,
    adds: RwSignal<Adds>,
}

impl Parts {
    fn write(self) {
        let way = self.way.get_untracked();
        let finds = (way != Way::Add).then(|| self.finds.get_untracked());
        let mut adds = (way != Way::Find).then(|| self.adds.get_untracked());
        // It is filled in by what it is looked for with, and not asked for.
        if let (Some(Finds { by: By::Field(key), .. }), Some(adds)) = (&finds, &mut adds) {
            adds.fields.remove(key);
        }
        let hooked = Hooked { hook: self.hook.get_untracked(), finds, adds };
        self.draft.update(|rule| rule.on = Trigger::Webhook(hooked));
    }
}

fn longest() -> i64 {
    i64::try_from(PLACE_MAX).unwrap_or(200)
}

/// See the module.
#[component]
pub(super) fn HookFields(
    scene: StoredValue<Scene>,
    draft: RwSignal<Rule>,
    hooked: Hooked,
    /// What the server says about a part of it.
    said: Callback<&'static str, Option<String>>,
    last: LastSent,
) -> impl IntoView {
    let parts = Parts {
        draft,
        hook: RwSignal::new(hooked.hook),
        way: RwSignal::new(Way::of(&hooked)),
        finds: RwSignal::new(hooked.finds.unwrap_or_else(Finds::usual)),
        adds: RwSignal::new(hooked.adds.unwrap_or_default()),
    };
    let Some(hooks) = scene.with_value(|scene| scene.automation.hooks.clone()) else {
        return view! {
            <p class="text-meta">
                "An incoming webhook sets it off. Whoever may see webhooks chooses which, and changes this rule."
            </p>
        }
        .into_any();
    };
    if hooks.is_empty() {
        return view! {
            <p class="text-meta">
                "No other program sends anything yet. "
                <a class="link" href="/settings/webhooks/incoming/new">"Make an incoming webhook"</a>
                ", then come back."
            </p>
            <p class="rule-fault" role="alert">{move || said.run("hook")}</p>
        }
        .into_any();
    }
    let choice = |hook: &HookName| {
        let off = if hook.active { "" } else { " (off)" };
        Choice::new(hook.id.to_string(), format!("{}{off}", hook.name))
    };
    // One that was deleted since is none of them.
    let is_there = hooks.iter().any(|hook| hook.id == hooked.hook);
    let none = (!is_there).then(|| Choice::new("", "Choose a webhook"));
    let options: Vec<Choice> = none.into_iter().chain(hooks.iter().map(choice)).collect();
    Effect::new(move |_| {
        let hook = parts.hook.get();
        spawn_local(async move {
            let found = api::load_last_sent(hook).await;
            if parts.hook.try_get_untracked() == Some(hook) {
                last.try_set(found.ok().flatten());
            }
        });
    });
    view! {
        <SelectField
            name="rule-hook"
            label="From"
            options
            value=if is_there { hooked.hook.to_string() } else { String::new() }
            error=Signal::derive(move || said.run("hook"))
            on_change=Callback::new(move |text: String| {
                let Ok(hook) = text.parse() else { return };
                parts.hook.set(hook);
                parts.write();
            })
        />
        <SelectField
            name="rule-way"
            label="It is about"
            options=WAYS.map(|(key, label, _)| Choice::new(key, label)).to_vec()
            value=parts.way.get_untracked().key()
            on_change=Callback::new(move |text: String| {
                if let Some((.., way)) = WAYS.iter().find(|(key, ..)| *key == text) {
                    parts.way.set(*way);
                    parts.write();
                }
            })
        />
        {move || (parts.way.get() != Way::Add).then(|| view! { <FindFields scene parts said/> })}
        {move || (parts.way.get() != Way::Find).then(|| view! { <AddFields scene parts said/> })}
        <details class="condition-names">
            <summary>"What came last"</summary>
            {move || came(last)}
        </details>
    }
    .into_any()
}

/// By what an item is found.
#[component]
fn FindFields(
    scene: StoredValue<Scene>,
    parts: Parts,
    said: Callback<&'static str, Option<String>>,
) -> impl IntoView {
    let fields = scene.with_value(|scene| {
        let fields = scene.automation.fields.iter().filter(|field| finds_by(field.kind));
        fields.map(|field| Choice::new(format!("field:{}", field.key), &field.label)).collect::<Vec<_>>()
    });
    let own = scene.with_value(|scene| format!("Key, as {}", scene.automation.workflow.head.item_key(101)));
    let options: Vec<Choice> = std::iter::once(Choice::new("key", own)).chain(fields).collect();
    let begun = parts.finds.get_untracked();
    let by = match &begun.by {
        By::Key => "key".to_owned(),
        By::Field(key) => format!("field:{key}"),
    };
    view! {
        <div class="rule-pair">
            <SelectField
                name="rule-finds"
                label="It has the same"
                options
                value=by
                on_change=Callback::new(move |text: String| {
                    let by = match text.strip_prefix("field:") {
                        Some(key) => By::Field(key.to_owned()),
                        None => By::Key,
                    };
                    parts.finds.update(|finds| finds.by = by);
                    parts.write();
                })
            />
            <TextField
                name="rule-finds-at"
                label="As stands at"
                placeholder="/order/number"
                autocomplete="off"
                maxlength=longest()
                value=begun.at
                error=Signal::derive(move || said.run("finds"))
                on_input=Callback::new(move |text: String| {
                    parts.finds.update(|finds| text.trim().clone_into(&mut finds.at));
                    parts.write();
                })
            />
        </div>
    }
}

/// What a new item is made of.
#[component]
fn AddFields(
    scene: StoredValue<Scene>,
    parts: Parts,
    said: Callback<&'static str, Option<String>>,
) -> impl IntoView {
    let known = Memo::new(move |_| match (parts.way.get(), parts.finds.get().by) {
        (Way::FindOrAdd, By::Field(key)) => Some(key),
        _ => None,
    });
    let values = move || {
        let known = known.get();
        let fields: Vec<Field> = scene.with_value(|scene| {
            let fields = scene.automation.fields.iter();
            fields.filter(|field| takes(field.kind) && known.as_ref() != Some(&field.key)).cloned().collect()
        });
        fields
            .into_iter()
            .map(|field| {
                let key = field.key;
                let value = parts.adds.with_untracked(|adds| adds.fields.get(&key).cloned());
                let set = Callback::new({
                    let key = key.clone();
                    move |text: String| {
                        parts.adds.update(|adds| match text.trim() {
                            "" => {
                                adds.fields.remove(&key);
                            }
                            place => {
                                adds.fields.insert(key.clone(), place.to_owned());
                            }
                        });
                        parts.write();
                    }
                });
                view! {
                    <TextField
                        name=format!("rule-adds-{key}")
                        label=field.label
                        value=value.unwrap_or_default()
                        placeholder="nothing"
                        autocomplete="off"
                        maxlength=longest()
                        on_input=set
                    />
                }
            })
            .collect_view()
    };
    view! {
        <TextField
            name="rule-adds-title"
            label="The title of a new one stands at"
            placeholder="/order/title"
            autocomplete="off"
            maxlength=longest()
            value=parts.adds.with_untracked(|adds| adds.title.clone())
            error=Signal::derive(move || said.run("adds"))
            on_input=Callback::new(move |text: String| {
                parts.adds.update(|adds| text.trim().clone_into(&mut adds.title));
                parts.write();
            })
        />
        <details class="condition-names">
            <summary>"Where values of its fields stand"</summary>
            <div class="rule-values">{values}</div>
        </details>
    }
}

/// The places of what came last, to be copied from.
fn came(last: LastSent) -> AnyView {
    let places = last.with(|last| last.as_ref().map(|(_, places)| places.clone()));
    match places {
        None => view! { <p class="text-meta">"Nothing came yet that could be read."</p> }.into_any(),
        Some(places) => {
            let place = |(place, value): (String, String)| {
                view! { <li><code>{place}</code> " " <span>{value}</span></li> }
            };
            view! { <ul>{places.into_iter().map(place).collect_view()}</ul> }.into_any()
        }
    }
}
