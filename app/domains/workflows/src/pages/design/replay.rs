//! Trying a draft on what was finished, before it is published.

use leptos::{prelude::*, task::spawn_local};
use ui::{Banner, Button, ButtonVariant, Choice, SelectField, Table, TableHead, Tone, number::grouped};

use crate::{
    api,
    insight::PERIODS,
    parts::desk::{Desk, Keeping},
    replay::{Replay as Figures, StepReplay, Stuck, Why},
    rules::show_span,
};

/// Asks for some days, and shows what the draft would have made of what was finished in them.
#[component]
pub fn Replay(desk: Desk) -> impl IntoView {
    let days = RwSignal::new(90_i64);
    let pending = RwSignal::new(false);
    let answer = RwSignal::new(None::<kernel::Result<Figures>>);
    // What was said of another draft says nothing of this one.
    Effect::new(move |_| {
        desk.version.track();
        answer.set(None);
    });
    let run = move |_| {
        pending.set(true);
        let days = days.get_untracked();
        spawn_local(async move {
            let figures = api::replay_draft(desk.workflow_id, days).await;
            if pending.try_set(false).is_none() {
                answer.set(Some(figures));
            }
        });
    };
    let periods = PERIODS.map(|days| Choice::new(days.to_string(), format!("{days} days"))).to_vec();
    let shown = move || match answer.get()? {
        Ok(figures) => Some(result(&figures)),
        Err(error) => Some(view! { <Banner tone=Tone::Danger>{error.to_string()}</Banner> }.into_any()),
    };
    view! {
        <h3>"Tried on what was finished"</h3>
        <div class="design-replay">
            <SelectField
                name="replay-days"
                label="Of the last"
                options=periods
                value=days.get_untracked().to_string()
                on_change=Callback::new(move |text: String| {
                    days.set(text.parse().unwrap_or(90));
                    answer.set(None);
                })
            />
            <Button
                variant=ButtonVariant::Secondary
                icon="history"
                pending
                disabled=Signal::derive(move || desk.keeping.get() != Keeping::Kept)
                on_click=run
            >
                "Replay"
            </Button>
        </div>
        <div aria-live="polite">{shown}</div>
    }
}

fn span(seconds: Option<i64>) -> String {
    match seconds {
        None => "\u{2014}".to_owned(),
        Some(1..60) => "under 1 min".to_owned(),
        Some(seconds) => show_span(seconds / 60),
    }
}

fn items(count: i64) -> String {
    if count == 1 { "1 item".to_owned() } else { format!("{} items", grouped(count)) }
}

/// What it came to.
fn result(figures: &Figures) -> AnyView {
    if figures.items == 0 {
        let none = format!("Nothing was finished in the last {} days. Choose more.", figures.days);
        return view! { <p class="quiet">{none}</p> }.into_any();
    }
    let all = if figures.cut {
        format!("The {} finished last come to this:", items(figures.items))
    } else {
        format!("{} were finished in the last {} days.", items(figures.items), figures.days)
    };
    let ways = match figures.other {
        0 => "All go the way they went".to_owned(),
        other => format!("{} go another way than they went", items(other)),
    };
    let took =
        |spans: crate::replay::Spans| format!("{} ({} for 85 of 100)", span(spans.median), span(spans.p85));
    let spans = (0 < figures.ended).then(|| {
        view! {
            <dl class="design-replay-spans">
                <dt>"Took then"</dt>
                <dd>{took(figures.before)}</dd>
                <dt>"Take with this design"</dt>
                <dd>{took(figures.after)}</dd>
            </dl>
        }
    });
    let stuck = figures.stuck.iter().map(stuck).collect_view();
    let new: Vec<&str> = figures
        .steps
        .iter()
        .filter(|step| step.stay.is_none() && 0 < step.after)
        .map(|step| step.name.as_str())
        .collect();
    let new = (!new.is_empty()).then(|| {
        let text = format!("How long {} takes is not known yet: it counts for nothing here.", new.join(", "));
        view! { <Banner tone=Tone::Info>{text}</Banner> }
    });
    let rows = figures.steps.iter().map(row).collect_view();
    view! {
        <p>{all} " " {(0 < figures.ended).then_some(ways)} {(0 < figures.ended).then_some(".")}</p>
        {stuck}
        {spans}
        {new}
        <details class="design-replay-steps">
            <summary>"Step by step"</summary>
            <Table label="What the replay came to in each step">
                <TableHead slot>
                    <th scope="col">"Step"</th>
                    <th scope="col" class="numeric">"Came then"</th>
                    <th scope="col" class="numeric">"Come now"</th>
                    <th scope="col" class="numeric">"Usual stay"</th>
                </TableHead>
                {rows}
            </Table>
        </details>
        <p class="field-note">
            "Judged by the values that items had in the end. Where they were, they stay as long as they did; elsewhere as long as "
            "half of the others. Nothing is changed by this."
        </p>
    }
    .into_any()
}

fn stuck(stuck: &Stuck) -> impl IntoView + use<> {
    let (stay, whom) = if stuck.count == 1 { ("stays", "it") } else { ("stay", "them") };
    let why = match stuck.why {
        Why::Closed => format!("no way on is open to {whom}"),
        Why::Round if stuck.count == 1 => "it goes round and round".to_owned(),
        Why::Round => "they go round and round".to_owned(),
    };
    let more =
        if i64::try_from(stuck.keys.len()).is_ok_and(|named| named < stuck.count) { " …" } else { "" };
    let text =
        format!("{} {stay} in {}: {why} ({}{more}).", items(stuck.count), stuck.step, stuck.keys.join(", "),);
    view! { <Banner tone=Tone::Warning>{text}</Banner> }
}

fn row(step: &StepReplay) -> impl IntoView + use<> {
    let changed = step.before != step.after;
    view! {
        <tr>
            <th scope="row">{step.name.clone()}</th>
            <td class="numeric">{grouped(step.before)}</td>
            <td class="numeric" class:is-changed=changed>
                {grouped(step.after)}
            </td>
            <td class="numeric">{span(step.stay)}</td>
        </tr>
    }
}
