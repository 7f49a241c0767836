//! What rules did.

use kernel::RunId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use ui::{
    Button, ButtonSize, Choice as Option_, EmptyState, LinkButton, Load, Pill, SelectField, Toast,
    use_toaster,
};

use super::{Choice, Scene, list::tone};
use crate::{
    api,
    automation::{KEPT_DAYS, Log, Run, Runs, State},
};

/// See the module.
#[component]
pub(super) fn RunLog(scene: StoredValue<Scene>, choice: Choice) -> impl IntoView {
    let key = scene.with_value(|scene| scene.key().to_owned());
    let changes = RwSignal::new(0_i64);
    let runs = kernel::page_data(move || changes.get(), {
        let key = key.clone();
        move |_| {
            let key = key.clone();
            async move { api::list_runs(key, choice.rule, choice.state, choice.after).await }
        }
    });
    let topic = scene.with_value(|scene| api::rules_topic(scene.automation.workflow.head.id));
    kernel::use_news(
        move || Some(topic.clone()),
        Callback::new(move |_| {
            // What somebody reads stays open.
            let reads = document().query_selector(".run-details[open]").ok().flatten().is_some();
            if !reads {
                changes.update(|changes| *changes += 1);
            }
        }),
    );
    view! {
        <Filters scene choice/>
        <Load resource=runs rows=6 let:found>
            {rows(scene, choice, found, changes)}
        </Load>
    }
}

fn rows(scene: StoredValue<Scene>, choice: Choice, found: Runs, changes: RwSignal<i64>) -> AnyView {
    let Runs { runs, next } = found;
    if runs.is_empty() {
        let (title, text) = if choice == Choice::default() {
            (
                "Nothing was set off yet",
                format!("What rules do is written down here, and kept for {KEPT_DAYS} days."),
            )
        } else {
            ("No run fits", "Choose another rule or another state.".to_owned())
        };
        return view! { <EmptyState icon="history" title text/> }.into_any();
    }
    let older = next.map(|after| {
        let href = scene.with_value(|scene| Choice { after: Some(after), ..choice }.address(scene.key()));
        view! { <LinkButton href>"Older runs"</LinkButton> }
    });
    let newest = choice.after.is_some().then(|| {
        let href = scene.with_value(|scene| Choice { after: None, ..choice }.address(scene.key()));
        view! { <LinkButton href>"Newest runs"</LinkButton> }
    });
    let rows = runs.into_iter().map(|run| view! { <Row scene run changes/> }).collect_view();
    view! {
        <ul class="rules" aria-label="Runs">{rows}</ul>
        <div class="rule-offers">{newest} {older}</div>
    }
    .into_any()
}

#[component]
fn Filters(scene: StoredValue<Scene>, choice: Choice) -> impl IntoView {
    let navigate = StoredValue::new(use_navigate());
    let go = move |choice: Choice| {
        let address = scene.with_value(|scene| Choice { after: None, ..choice }.address(scene.key()));
        navigate.with_value(|navigate| navigate(&address, NavigateOptions::default()));
    };
    let rules: Vec<Option_> = scene.with_value(|scene| {
        scene.automation.rules.iter().map(|kept| Option_::new(kept.id.to_string(), &kept.rule.name)).collect()
    });
    let states: Vec<Option_> =
        State::ALL.iter().map(|state| Option_::new(state.key(), state.label())).collect();
    view! {
        <div class="rule-filters">
            <SelectField
                name="rule"
                label="Rule"
                options=rules
                placeholder="All rules"
                value=choice.rule.map(|id| id.to_string()).unwrap_or_default()
                on_change=Callback::new(move |text: String| {
                    go(Choice { rule: text.parse().ok(), ..choice });
                })
            />
            <SelectField
                name="state"
                label="State"
                options=states
                placeholder="All states"
                value=choice.state.map(State::key).unwrap_or_default()
                on_change=Callback::new(move |text: String| {
                    go(Choice { state: State::from_key(&text), ..choice });
                })
            />
        </div>
    }
}

#[component]
fn Row(scene: StoredValue<Scene>, run: Run, changes: RwSignal<i64>) -> impl IntoView {
    let (time, machine) = scene.with_value(|scene| scene.moment(run.created_at));
    let state = run.state;
    let item = format!("/items/{}", run.item_key);
    let named = match &run.item_title {
        Some(title) => {
            let named = format!("{} {title}", run.item_key);
            view! { <a class="link" href=item>{named}</a> }.into_any()
        }
        None if run.item_key.is_empty() => view! { <span class="text-meta">"No item"</span> }.into_any(),
        None => view! { <span>{run.item_key.clone()} ", deleted"</span> }.into_any(),
    };
    let summary = match (state, run.log.done.as_slice()) {
        // What was not sent though the rest was done is said first.
        (State::Done, _) if !run.log.why.is_empty() => run.log.why.clone(),
        (State::Done, [only]) => only.clone(),
        (State::Done, [first, rest @ ..]) => format!("{first}, and {} more", rest.len()),
        _ if !run.log.why.is_empty() => run.log.why.clone(),
        _ => run.log.decision.clone(),
    };
    let chain = (1 < run.chain.links().len()).then(|| run.chain.shown());
    let took = run.duration_ms.map(|took| {
        let times = if run.attempts == 1 { String::new() } else { format!(", tried {} times", run.attempts) };
        format!("{took} ms{times}")
    });
    let may_retry = state == State::Failed && scene.with_value(Scene::publishes);
    let retry = may_retry.then(|| view! { <Retry id=run.id changes/> });
    view! {
        <li class="run">
            <div class="run-head">
                <Pill tone=tone(state) small=true>{state.label()}</Pill>
                <strong>{run.rule_name}</strong>
                {named}
                <time datetime=machine>{time}</time>
            </div>
            <p class="rule-sentence">{summary}</p>
            <div class="run-foot">
                <details class="run-details">
                    <summary>"Details"</summary>
                    <LogView log=run.log chain took/>
                </details>
                {retry}
            </div>
        </li>
    }
}

#[component]
fn Retry(id: RunId, changes: RwSignal<i64>) -> impl IntoView {
    let toaster = use_toaster();
    let pending = RwSignal::new(false);
    let retry = move |_| {
        pending.set(true);
        spawn_local(async move {
            match api::retry_run(id).await {
                Ok(()) => toaster.show(Toast::new("It is tried again")),
                Err(error) => toaster.show(Toast::failed(error.to_string())),
            };
            pending.try_set(false);
            changes.try_update(|changes| *changes += 1);
        });
    };
    view! {
        <Button size=ButtonSize::Small icon="rotate-ccw" pending on_click=retry>
            "Retry"
        </Button>
    }
}

/// What is written down of a run.
#[component]
pub(super) fn LogView(
    log: Log,
    /// The rules that set each other off.
    #[prop(optional_no_strip)]
    chain: Option<String>,
    /// How long it took.
    #[prop(optional_no_strip)]
    took: Option<String>,
) -> impl IntoView {
    let line = |name: &'static str, text: String| {
        (!text.is_empty()).then(|| view! { <dt>{name}</dt> <dd>{text}</dd> })
    };
    let list = |name: &'static str, texts: Vec<String>| {
        (!texts.is_empty()).then(|| {
            let texts = texts.into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
            view! { <dt>{name}</dt> <dd><ul>{texts}</ul></dd> }
        })
    };
    let said = |read: Vec<(String, String)>| -> Vec<String> {
        read.into_iter().map(|(name, value)| format!("{name} is {value}")).collect()
    };
    let (came, reads) = (said(log.came), said(log.reads));
    view! {
        <dl class="run-log">
            {line("Set off by", log.cause)}
            {list("What came", came)}
            {line("Item", log.found)}
            {line("Chain", chain.unwrap_or_default())}
            {line("Condition", log.condition)}
            {list("Read", reads)}
            {line("Decision", log.decision)}
            {list("Done", log.done)}
            {line("Why not", log.why)}
            {list("Set off", log.set_off)}
            {line("Took", took.unwrap_or_default())}
        </dl>
    }
}
