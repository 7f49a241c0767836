//! What was finished, how long it took, and how old the open items are.

use leptos::prelude::*;
use ui::{EmptyState, number::grouped};

use super::Scene;
use crate::{
    insight::{Ageing, Bar, Cycle, Report},
    model::Workflow,
    rules::show_span,
};

/// Heights of a chart in px: room above the bars, and the bars.
const TOP: i64 = 18;
const HIGH: i64 = 140;
const BASE: i64 = TOP + HIGH;
/// About so many names stand below the bars.
const NAMES: usize = 6;
/// How many items that are older than usual are listed.
const LISTED: usize = 20;

/// A bar, with what stands below it and what it says.
struct Column {
    name: String,
    said: String,
    count: i64,
}

/// How many items were finished.
#[component]
pub fn FinishedChart(
    /// By day or by week.
    bars: Vec<Bar>,
    /// How they are written.
    scene: Scene,
) -> impl IntoView {
    let by_day = bars.iter().all(|bar| bar.from == bar.until);
    let columns: Vec<Column> = bars
        .iter()
        .map(|bar| {
            let from = scene.day(bar.from);
            let said = if by_day { from.clone() } else { format!("{from} to {}", scene.day(bar.until)) };
            Column { name: from, said, count: bar.count }
        })
        .collect();
    let all: i64 = bars.iter().map(|bar| bar.count).sum();
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0);
    let (title, unit) = if by_day { ("Finished by day", "day") } else { ("Finished by week", "week") };
    let said =
        format!("{} finished from {}, at most {} in a {unit}.", scene.items(all), scene.days, grouped(most));
    let drawn = drawing(&columns, &[]);
    view! {
        <Part id="insights-finished" title said>
            {drawn}
            {numbers("Finished", [if by_day { "Day" } else { "Week" }, "Finished"], &columns)}
        </Part>
    }
}

/// How long the finished items took.
#[component]
pub fn CycleChart(
    /// Their times.
    cycle: Cycle,
    /// How they are written.
    scene: Scene,
) -> impl IntoView {
    let columns: Vec<Column> = (0..)
        .zip(&cycle.bars)
        .map(|(place, count)| {
            let (from, until) = (place * cycle.width, (place + 1) * cycle.width);
            let said = format!("{} to {}", show_span(from / 60), show_span(until / 60));
            Column { name: show_span(from / 60), said, count: *count }
        })
        .collect();
    let whole = cycle.width * i64::try_from(cycle.bars.len()).unwrap_or(1);
    let text = |time: Option<i64>| time.map_or("–".to_owned(), |time| show_span(time / 60));
    let lines: Vec<(i64, i64, String)> = [("median", cycle.median), ("85 %", cycle.p85)]
        .into_iter()
        .filter_map(|(name, time)| Some((time?, whole, format!("{name} {}", show_span(time? / 60)))))
        .collect();
    let said = format!(
        "Of {}, half took {} or less from their beginning to their end, and 85 % took {} or less.",
        scene.items(cycle.count),
        text(cycle.median),
        text(cycle.p85),
    );
    let drawn = drawing(&columns, &lines);
    view! {
        <Part id="insights-cycle" title="Cycle time" said>
            {drawn}
            {numbers("Cycle time", ["Time", "Finished"], &columns)}
        </Part>
    }
}

/// A chart with its title and what it says in a sentence.
#[component]
fn Part(id: &'static str, title: &'static str, said: String, children: Children) -> impl IntoView {
    view! {
        <section class="insights-part" aria-labelledby=id>
            <h2 id=id class="text-heading">{title}</h2>
            <p class="insights-said">{said}</p>
            {children()}
        </section>
    }
}

/// A part of a whole as SVG takes it.
fn percent(part: i64, whole: i64) -> String {
    let share = part.saturating_mul(10_000) / whole.max(1);
    format!("{}.{:02}%", share / 100, share % 100)
}

/// Bars side by side, and upright lines with a name. Places are parts of the width, so that text keeps its size.
fn drawing(columns: &[Column], lines: &[(i64, i64, String)]) -> impl IntoView + use<> {
    let length = i64::try_from(columns.len()).unwrap_or(1).max(1);
    let most = columns.iter().map(|column| column.count).max().unwrap_or(0).max(1);
    let every = columns.len().div_ceil(NAMES).max(1);
    let bars = (0..).zip(columns).map(|(place, column)| {
        let high = (column.count * HIGH / most).max(i64::from(0 < column.count));
        view! {
            <rect
                class="chart-bar"
                x=percent(place * 10 + 1, length * 10)
                width=percent(8, length * 10)
                y=(BASE - high).to_string()
                height=high.to_string()
                rx="2"
                data-tooltip=format!("{}: {}", column.said, grouped(column.count))
            ></rect>
        }
    });
    let names = (0..).zip(columns).step_by(every).map(|(place, column)| {
        view! {
            <text class="chart-text" x=percent(place * 10 + 1, length * 10) y=(BASE + 16).to_string()>
                {column.name.clone()}
            </text>
        }
    });
    let marks = (0..).zip(lines).map(|(row, (part, whole, name))| {
        let at = percent(*part, *whole);
        // Beside its line, where there is more room.
        let (class, shift) =
            if *part * 2 < *whole { ("chart-text", "4") } else { ("chart-text is-end", "-4") };
        view! {
            <line class="chart-limit" x1=at.clone() x2=at.clone() y1="2" y2=BASE.to_string()></line>
            <text class=class x=at dx=shift y=(10 + row * 13).to_string()>
                {name.clone()}
            </text>
        }
    });
    view! {
        <div class="chart">
            <svg class="chart-scale" width="36" height="180" aria-hidden="true">
                <text class="chart-text is-end" x="100%" y=(TOP + 4).to_string()>{grouped(most)}</text>
                <text class="chart-text is-end" x="100%" y=(BASE + 4).to_string()>"0"</text>
            </svg>
            <svg class="chart-drawing" width="100%" height="180" aria-hidden="true">
                <line class="chart-grid" x1="0" x2="100%" y1=TOP.to_string() y2=TOP.to_string()></line>
                <line class="chart-grid" x1="0" x2="100%" y1=BASE.to_string() y2=BASE.to_string()></line>
                {bars.collect_view()}
                {marks.collect_view()}
                {names.collect_view()}
            </svg>
        </div>
    }
}

/// The same as a table, folded up.
fn numbers(label: &'static str, heads: [&'static str; 2], columns: &[Column]) -> impl IntoView + use<> {
    let rows = columns.iter().map(|column| {
        view! {
            <tr>
                <th scope="row">{column.said.clone()}</th>
                <td class="is-numeric">{grouped(column.count)}</td>
            </tr>
        }
    });
    let [first, second] = heads;
    view! {
        <details class="insights-numbers">
            <summary>{format!("{label} as a table")}</summary>
            <table class="table">
                <caption class="visually-hidden">{label}</caption>
                <thead>
                    <tr>
                        <th scope="col">{first}</th>
                        <th scope="col" class="is-numeric">{second}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </details>
    }
}

/// The open items of each step by how long they have been there.
#[component]
pub fn AgeChart(
    /// The workflow.
    workflow: Workflow,
    /// Its figures.
    report: Report,
    /// How they are written.
    scene: Scene,
) -> impl IntoView {
    let all: i64 = report.ageing.iter().map(|step| step.count).sum();
    if all == 0 {
        return view! {
            <section class="insights-part" aria-label="Age of open items">
                <EmptyState icon="hourglass" title=format!("No {} is open", scene.noun)/>
            </section>
        }
        .into_any();
    }
    let old: i64 = report.ageing.iter().map(|step| step.old).sum();
    let oldest =
        report.ageing.iter().filter_map(|step| step.items.first()).map(|item| item.age).max().unwrap_or(0);
    let are = if all == 1 { "is" } else { "are" };
    let said = format!(
        "{} {are} open. {} of them {} been in their step for longer than 85 % of those that left it.",
        scene.items(all),
        grouped(old),
        if old == 1 { "has" } else { "have" },
    );
    let usual =
        |step: &Ageing| report.steps.iter().find(|one| one.step == Some(step.step)).and_then(|one| one.p85);
    let name = |step: &Ageing| workflow.step(step.step).map(|step| step.name.clone()).unwrap_or_default();
    let strips =
        report.ageing.iter().map(|step| strip(&name(step), step, usual(step), oldest)).collect_view();
    let mut listed: Vec<_> = report
        .ageing
        .iter()
        .flat_map(|step| step.items.iter().filter(|item| item.old).map(move |item| (step, item)))
        .collect();
    listed.sort_by_key(|(_, item)| -item.age);
    listed.truncate(LISTED);
    let items = listed.into_iter().map(|(step, item)| {
        let key = format!("{}-{}", scene.key, item.number);
        let limit = usual(step).map(|usual| format!("85 % within {}", show_span(usual / 60)));
        view! {
            <li class="list-row">
                <span class="list-row-key">{key.clone()}</span>
                <a class="list-row-title" href=format!("/items/{key}")>{item.title.clone()}</a>
                <span class="ages-count">{format!("{} in {}", show_span(item.age / 60), name(step))}</span>
                <span class="list-row-meta phone-hidden">{limit}</span>
            </li>
        }
    });
    let items = (old != 0).then(|| {
        view! {
            <h3 class="insights-sub">"Older than usual"</h3>
            <ul class="framed-rows" aria-label="Older than usual">{items.collect_view()}</ul>
        }
    });
    let rows = report.ageing.iter().map(|step| {
        let oldest = step.items.first().map(|item| show_span(item.age / 60));
        let usual = usual(step).map_or("–".to_owned(), |usual| show_span(usual / 60));
        view! {
            <tr>
                <th scope="row">{name(step)}</th>
                <td class="is-numeric">{grouped(step.count)}</td>
                <td class="is-numeric">{grouped(step.old)}</td>
                <td class="is-numeric">{oldest}</td>
                <td class="is-numeric">{usual}</td>
            </tr>
        }
    });
    view! {
        <section class="insights-part is-wide" aria-labelledby="insights-age">
            <h2 id="insights-age" class="text-heading">"Age of open items"</h2>
            <p class="insights-said">{said}</p>
            <ul class="ages">{strips}</ul>
            <p class="quiet ages-key">
                "Each dot is an item, the oldest at the right. A triangle is older than 85 % of those that left the step, where the line stands."
            </p>
            {items}
            <details class="insights-numbers">
                <summary>"Ages as a table"</summary>
                <div class="table-frame" role="region" aria-label="Age of open items by step" tabindex="0">
                    <table class="table">
                        <caption class="visually-hidden">"Age of open items by step"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Step"</th>
                                <th scope="col" class="is-numeric">"Open"</th>
                                <th scope="col" class="is-numeric">"Older than usual"</th>
                                <th scope="col" class="is-numeric">"Oldest"</th>
                                <th scope="col" class="is-numeric">"85 % within"</th>
                            </tr>
                        </thead>
                        <tbody>{rows.collect_view()}</tbody>
                    </table>
                </div>
            </details>
        </section>
    }
    .into_any()
}

/// The items of a step on a line of time.
fn strip(name: &str, step: &Ageing, usual: Option<i64>, oldest: i64) -> impl IntoView + use<> {
    let dots = step.items.iter().rev().map(|item| {
        let at = percent(item.age, oldest);
        if item.old {
            view! {
                <svg x=at y="14" overflow="visible">
                    <path class="ages-old" d="M0 -6L6 5H-6Z"></path>
                </svg>
            }
            .into_any()
        } else {
            view! { <circle class="ages-dot" cx=at cy="14" r="4"></circle> }.into_any()
        }
    });
    let limit = usual.filter(|usual| *usual <= oldest).map(|usual| {
        let at = percent(usual, oldest);
        view! { <line class="chart-limit" x1=at.clone() x2=at y1="2" y2="26"></line> }
    });
    let shown = i64::try_from(step.items.len()).unwrap_or(0);
    let rest = (shown < step.count).then(|| format!(", the {} oldest drawn", grouped(shown)));
    let oldest = step.items.first().map(|item| format!(", up to {}", show_span(item.age / 60)));
    let said = format!("{}{}{}", grouped(step.count), oldest.unwrap_or_default(), rest.unwrap_or_default());
    view! {
        <li class="ages-step">
            <span class="ages-name">{name.to_owned()}</span>
            <span class="ages-count">{said}</span>
            <svg class="ages-strip" width="100%" height="28" aria-hidden="true">
                <line class="chart-grid" x1="0" x2="100%" y1="14" y2="14"></line>
                {limit}
                {dots.collect_view()}
            </svg>
        </li>
    }
}
