//! Which day and time lie at a place of the page.

use chrono::NaiveDate;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, MouseEvent};

use super::focus::what_at;
use crate::model::{DAY, Local};

/// Whether an event is one of an entry.
pub(super) fn is_on_entry(event: &MouseEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.and_then(|target| what_at(&target)).is_some()
}

/// The time of a day at which something was pressed.
pub(super) fn time_in(day: NaiveDate, event: &MouseEvent) -> Option<Local> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let column = target.closest(".agenda-column").ok().flatten()?;
    Some(Local::at(day, minute_in(&column, event.client_y().into()).clamp(0, DAY - 1)))
}

/// The minute of a column at this height.
pub(super) fn minute_in(column: &Element, y: f64) -> i64 {
    let rect = column.get_bounding_client_rect();
    whole((y - rect.top()) * 1_440.0 / rect.height().max(1.0))
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "minutes of a few days, and what is not finite becomes 0"
)]
fn whole(number: f64) -> i64 {
    number.floor() as i64
}

/// The columns of the days.
pub(super) fn columns(root: &HtmlElement) -> Vec<Element> {
    let Ok(found) = root.query_selector_all(".agenda-column") else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

/// The day of a column.
pub(super) fn day_of(column: &Element) -> Option<NaiveDate> {
    column.get_attribute("data-day")?.parse().ok()
}

/// What lies there.
pub(super) fn below(x: f64, y: f64) -> Option<Element> {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "screen coordinates are small"
    )]
    document().element_from_point(x as f32, y as f32)
}
