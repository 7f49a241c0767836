//! Small charts as SVG, each with its numbers as a table for screen readers. Text keeps its size at every width: places
//! are percentages, only the line itself is stretched.

use leptos::prelude::*;

use crate::number::{grouped, ratio};

const TOP: f64 = 14.0;
const HEIGHT: f64 = 140.0;
const BASE: f64 = TOP + HEIGHT;

/// A value of a chart and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Where it stands on the axis.
    pub label: String,
    /// How much.
    pub value: i64,
}

impl Point {
    /// Makes a point.
    pub fn new(label: impl Into<String>, value: i64) -> Self {
        Self { label: label.into(), value }
    }
}

/// Amounts side by side.
#[component]
pub fn BarChart(
    /// What it shows.
    #[prop(into)]
    label: String,
    /// The unit of the values, such as `h`.
    #[prop(optional, into)]
    unit: String,
    /// The values.
    #[prop(into)]
    points: Signal<Vec<Point>>,
    /// A limit: bars above it are in the danger colour.
    #[prop(optional_no_strip, into)]
    limit: Option<i64>,
) -> impl IntoView {
    let unit = StoredValue::new(unit);
    let top = Memo::new(move |_| {
        points.with(|points| axis_top(points.iter().map(|point| point.value).chain(limit)))
    });
    let drawing = move || {
        let points = points.get();
        let top = top.get();
        let slot = 100.0 / crate::number::real(length(&points).max(1));
        let bars = (0..)
            .zip(&points)
            .map(|(index, point)| {
                let height = HEIGHT * ratio(point.value, top);
                let left = slot * crate::number::real(index);
                let over = limit.is_some_and(|limit| limit < point.value);
                view! {
                    <rect
                        class=if over { "chart-bar is-over" } else { "chart-bar" }
                        x=format!("{:.2}%", left + slot * 0.18)
                        width=format!("{:.2}%", slot * 0.64)
                        y=format!("{:.1}", BASE - height)
                        height=format!("{height:.1}")
                        rx="2"
                        data-tooltip=format!("{}: {} {}", point.label, grouped(point.value), unit.get_value())
                    ></rect>
                }
            })
            .collect_view();
        view! { {grid(top, limit)} {bars} {axis(&points)} }
    };
    view! {
        <figure class="chart">
            <Scale top/>
            <svg class="chart-drawing" width="100%" height="176" aria-hidden="true">
                {drawing}
            </svg>
            <Numbers label unit=unit.get_value() points/>
        </figure>
    }
}

/// An amount over time.
#[component]
pub fn LineChart(
    /// What it shows.
    #[prop(into)]
    label: String,
    /// The unit of the values, such as `h`.
    #[prop(optional, into)]
    unit: String,
    /// The values, in order.
    #[prop(into)]
    points: Signal<Vec<Point>>,
) -> impl IntoView {
    let unit = StoredValue::new(unit);
    let top = Memo::new(move |_| points.with(|points| axis_top(points.iter().map(|point| point.value))));
    let drawing = move || {
        let points = points.get();
        let top = top.get();
        let slot = 100.0 / crate::number::real(length(&points).max(1));
        let place = |index: i64, value: i64| {
            (slot * (crate::number::real(index) + 0.5), 100.0 * (1.0 - ratio(value, top)))
        };
        let line = (0..)
            .zip(&points)
            .map(|(index, point)| {
                let (x, y) = place(index, point.value);
                format!("{x:.2},{y:.2}")
            })
            .collect::<Vec<_>>()
            .join(" ");
        let dots = (0..)
            .zip(&points)
            .map(|(index, point)| {
                let (x, y) = place(index, point.value);
                view! {
                    <circle
                        class="chart-dot"
                        cx=format!("{x:.2}%")
                        cy=format!("{:.1}", TOP + y * HEIGHT / 100.0)
                        r="3.5"
                        data-tooltip=format!("{}: {} {}", point.label, grouped(point.value), unit.get_value())
                    ></circle>
                }
            })
            .collect_view();
        view! {
            {grid(top, None)}
            <svg
                x="0"
                y=TOP.to_string()
                width="100%"
                height=HEIGHT.to_string()
                viewBox="0 0 100 100"
                preserveAspectRatio="none"
                overflow="visible"
            >
                <polyline class="chart-line" points=line vector-effect="non-scaling-stroke"></polyline>
            </svg>
            {dots}
            {axis(&points)}
        }
    };
    view! {
        <figure class="chart">
            <Scale top/>
            <svg class="chart-drawing" width="100%" height="176" aria-hidden="true">
                {drawing}
            </svg>
            <Numbers label unit=unit.get_value() points/>
        </figure>
    }
}

/// The numbers of a chart for those who cannot see it.
#[component]
fn Numbers(label: String, unit: String, points: Signal<Vec<Point>>) -> impl IntoView {
    let rows = move || {
        let row = |point: Point| {
            view! {
                <tr>
                    <th scope="row">{point.label}</th>
                    <td>{format!("{} {unit}", grouped(point.value))}</td>
                </tr>
            }
        };
        points.get().into_iter().map(row).collect_view()
    };
    view! {
        <table class="visually-hidden">
            <caption>{label}</caption>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// Draws the lines of the axis, and the limit.
fn grid(top: i64, limit: Option<i64>) -> impl IntoView {
    let line = |class: &'static str, y: f64| {
        view! { <line class=class x1="0" x2="100%" y1=format!("{y:.1}") y2=format!("{y:.1}")></line> }
    };
    let lines = [0, 1, 2].map(|half| line("chart-grid", height_of(half))).into_iter().collect_view();
    let limit = limit.map(|limit| line("chart-limit", BASE - HEIGHT * ratio(limit, top)));
    view! { {lines} {limit} }
}

/// Shows the numbers of the axis, left of the drawing.
#[component]
fn Scale(
    /// The top of the axis.
    #[prop(into)]
    top: Signal<i64>,
) -> impl IntoView {
    let number = move |half: i64| {
        view! {
            <text class="chart-text is-end" x="100%" y=format!("{:.1}", height_of(half) + 4.0)>
                {move || grouped(top.get() * half / 2)}
            </text>
        }
    };
    view! {
        <svg class="chart-scale" width="36" height="176" aria-hidden="true">
            {[0, 1, 2].map(number).into_iter().collect_view()}
        </svg>
    }
}

/// Returns where the line of so many halves of the axis lies.
fn height_of(half: i64) -> f64 {
    BASE - HEIGHT * crate::number::real(half) / 2.0
}

fn axis(points: &[Point]) -> impl IntoView + use<> {
    let slot = 100.0 / crate::number::real(length(points).max(1));
    (0..)
        .zip(points)
        .map(|(index, point)| {
            let x = slot * (crate::number::real(index) + 0.5);
            view! {
                <text class="chart-text is-middle" x=format!("{x:.2}%") y="170">
                    {point.label.clone()}
                </text>
            }
        })
        .collect_view()
}

fn length(points: &[Point]) -> i64 {
    i64::try_from(points.len()).unwrap_or(i64::MAX)
}

/// Returns the top of the axis: the next round number above all values, which can be halved.
fn axis_top(values: impl Iterator<Item = i64>) -> i64 {
    let largest = values.max().unwrap_or_default().max(2);
    let mut unit = 1_i64;
    loop {
        for factor in [2, 4, 6, 8, 10] {
            let top = unit.saturating_mul(factor);
            if largest <= top || top == i64::MAX {
                return top;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_at_a_round_number() {
        assert_eq!(axis_top([3, 7].into_iter()), 8);
        assert_eq!(axis_top([105].into_iter()), 200);
        assert_eq!(axis_top([0].into_iter()), 2);
        assert_eq!(axis_top(std::iter::empty()), 2);
        assert_eq!(axis_top([41_000].into_iter()), 60_000);
    }

    #[test]
    fn the_numbers_can_be_read_without_the_drawing() {
        let html = Owner::new().with(|| {
            let points = vec![Point::new("Mon", 8), Point::new("Tue", 1_250)];
            view! { <BarChart label="Hours" unit="h" points/> }.to_html()
        });
        assert!(html.contains("<caption>Hours") && html.contains("1,250 h"), "{html}");
    }
}
