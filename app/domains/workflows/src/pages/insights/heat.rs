//! The drawing of the workflow, its steps coloured by a measure and its ways as wide as they are busy.

use leptos::prelude::*;

use super::measure::Measure;
use crate::{
    diagram::{picture::Picture, text_width},
    insight::{Report, StepFigures, WayFigures},
    model::{StepKind, Workflow},
};

/// How many colours there are above the one for nothing.
const LEVELS: i64 = 4;
/// The room for the name of a step at both sides.
const PADDING: i32 = 10;
/// How wide the line of the busiest way is, in px.
const WIDEST: i64 = 8;

/// The drawing with its legend.
#[component]
pub fn HeatMap(
    /// The workflow.
    workflow: Workflow,
    /// Its figures.
    report: Report,
    /// Its drawing, if it is not too large.
    picture: Option<Picture>,
    /// What steps are coloured by.
    measure: Signal<Measure>,
) -> impl IntoView {
    let Some(picture) = picture else {
        return view! { <p class="quiet">"The drawing is too large to be coloured as a whole. The table says the same."</p> }
            .into_any();
    };
    let seen = move || {
        let measure = measure.get();
        let most = most(&workflow, &report, measure);
        view! {
            <p class="insights-said">{measure.sentence()}</p>
            <div class="heat-frame" tabindex="0" role="region" aria-label="Heat map of the workflow">
                {drawing(&workflow, &report, &picture, measure, most)}
            </div>
            {legend(measure, most)}
        }
    };
    view! { {ui::drawn(seen)} }.into_any()
}

/// The largest value of a step that has one.
fn most(workflow: &Workflow, report: &Report, measure: Measure) -> i64 {
    let values = report.steps.iter().filter(|step| is_measured(workflow, step, measure));
    values.filter_map(|step| measure.of(step)).max().unwrap_or(0)
}

/// Whether the measure means something in a step of the drawing.
fn is_measured(workflow: &Workflow, step: &StepFigures, measure: Measure) -> bool {
    let step = step.step.and_then(|id| workflow.step(id));
    step.is_some_and(|step| !(measure.is_time() && step.kind == StepKind::Done))
}

/// Which colour stands for a value: 0 for nothing, then as many as there are.
fn level(value: i64, most: i64) -> i64 {
    if value <= 0 || most <= 0 { 0 } else { (value.saturating_mul(LEVELS) - 1) / most + 1 }.min(LEVELS)
}

fn drawing(
    workflow: &Workflow,
    report: &Report,
    picture: &Picture,
    measure: Measure,
    most: i64,
) -> impl IntoView + use<> {
    let busiest = report.ways.iter().map(|way| way.count).max().unwrap_or(0);
    let figures = |from, to| -> Option<&WayFigures> {
        report.ways.iter().find(|way| way.from == Some(from) && way.to == Some(to))
    };
    let lines = picture.ways.iter().map(|shape| {
        let count = figures(shape.from, shape.to).map_or(0, |way| way.count);
        let width = if count == 0 { 1 } else { 2 + count * (WIDEST - 2) / busiest };
        let class = match (shape.rework, count) {
            (true, 0) => "heat-way is-back is-unused",
            (true, _) => "heat-way is-back",
            (false, 0) => "heat-way is-unused",
            (false, _) => "heat-way",
        };
        view! {
            <g class=class>
                <path class="heat-line" d=shape.line.clone() stroke-width=width.to_string()></path>
                <path class="heat-tip" d=shape.tip.clone()></path>
            </g>
        }
    });
    let numbers = picture.ways.iter().map(|shape| {
        let count = ui::number::grouped(figures(shape.from, shape.to).map_or(0, |way| way.count));
        let width = text_width(&count, 11) + 10;
        view! {
            <rect
                class="heat-ground"
                x=(shape.x - width / 2).to_string()
                y=(shape.y - 8).to_string()
                width=width.to_string()
                height="16"
                rx="3"
            ></rect>
            <text class="heat-number" x=shape.x.to_string() y=(shape.y + 4).to_string()>
                {count}
            </text>
        }
    });
    let none = StepFigures::default();
    let steps = picture.steps.iter().filter_map(|shape| {
        let step = workflow.step(shape.step)?;
        let figures = report.steps.iter().find(|step| step.step == Some(shape.step)).unwrap_or(&none);
        let ends = step.kind == StepKind::Done;
        let measured = is_measured(workflow, figures, measure);
        let value = measure.of(figures).filter(|_| measured);
        let figure = match value {
            Some(value) => measure.text(value),
            None if ends => format!("{} finished", ui::number::grouped(figures.visits)),
            None => "none left".to_owned(),
        };
        let class = format!("heat-step is-heat-{}", level(value.unwrap_or(0), most));
        let long = value.filter(|_| 0 < most).map_or(0, |value| {
            let room = i64::from(shape.width - 2 * PADDING);
            value.saturating_mul(room) / most
        });
        let (middle, high) = (shape.width / 2, shape.height);
        // An end is only as high as its name, so what it says of it stands below.
        let (name_at, figure_at) = if ends { (high / 2 + 5, high + 15) } else { (21, 38) };
        Some(view! {
            <g class=class transform=format!("translate({} {})", shape.x, shape.y)>
                <rect
                    class="heat-box"
                    width=shape.width.to_string()
                    height=high.to_string()
                    rx=if ends { "16" } else { "7" }
                ></rect>
                <text class="heat-name" x=middle.to_string() y=name_at.to_string()>
                    {fitted(&step.name, shape.width - 2 * PADDING)}
                </text>
                <text class=if ends { "heat-below" } else { "heat-figure" } x=middle.to_string() y=figure_at.to_string()>
                    {figure}
                </text>
                {(!ends)
                    .then(|| {
                        view! {
                            <rect
                                class="heat-gauge"
                                x=PADDING.to_string()
                                y=(high - 9).to_string()
                                width=long.to_string()
                                height="4"
                                rx="2"
                            ></rect>
                        }
                    })}
            </g>
        })
    });
    let words = format!(
        "{} on the drawing of {}; the table below says the same",
        measure.label(),
        workflow.head.name
    );
    view! {
        <svg
            class="heat"
            role="img"
            aria-label=words
            width=picture.width.to_string()
            height=picture.height.to_string()
            viewBox=format!("{} {} {} {}", picture.left, picture.top, picture.width, picture.height)
        >
            {lines.collect_view()}
            {steps.collect_view()}
            {numbers.collect_view()}
        </svg>
    }
}

/// A name that is no wider, with dots where it was cut.
fn fitted(name: &str, width: i32) -> String {
    if text_width(name, 12) <= width {
        return name.to_owned();
    }
    let mut short = String::new();
    for letter in name.chars() {
        short.push(letter);
        if width < text_width(&short, 12) + 10 {
            short.pop();
            break;
        }
    }
    format!("{}…", short.trim_end())
}

fn legend(measure: Measure, most: i64) -> impl IntoView + use<> {
    let bound = move |level: i64| most.saturating_mul(level) / LEVELS;
    // Of small numbers there are fewer than levels.
    let levels = (1..=LEVELS).filter(move |level| bound(level - 1) < bound(*level)).map(move |level| {
        view! {
            <li>
                <svg class="heat-swatch" width="18" height="12" aria-hidden="true">
                    <g class=format!("heat-step is-heat-{level}")>
                        <rect class="heat-box" x="0.5" y="0.5" width="17" height="11" rx="3"></rect>
                    </g>
                </svg>
                {format!("up to {}", measure.text(bound(level)))}
            </li>
        }
    });
    view! {
        <ul class="heat-legend" aria-label="Legend">
            {levels.collect_view()}
            <li>"The bar in a step is as long as its share of the largest."</li>
            <li>"A line is as wide as often as it was taken; its number says how often. Dotted lines lead back."</li>
        </ul>
    }
}
