//! A day of the calendar, and its items as text: they have no state of their own, so the calendar hears what happens on
//! them, as a board does.

use chrono::{Datelike, NaiveDate};
use leptos::prelude::*;
use ui::{
    IconSize, Presence, Size,
    html::{push_avatar, push_escaped, push_icon, push_step_glyph},
    when,
};

use super::state::Calendar;
use crate::{
    model::{Card, StepKind, Workflow},
    month::{DAY_LIMIT, Month},
    parts::card::Scene,
};

/// A day: on a wide page a field of the month with the first of its items, on a phone a part of the agenda with all.
#[component]
pub(super) fn Day(
    /// The calendar.
    calendar: Calendar,
    /// The day.
    day: NaiveDate,
    /// The month that is shown.
    month: Month,
    /// The address at which all of its items are shown.
    more: String,
    /// The address at which they are not.
    close: String,
    /// Whether they are.
    is_open: Signal<bool>,
) -> impl IntoView {
    let (today, language) = calendar.scene.with_value(|scene| (scene.today, scene.language));
    let cards = Memo::new(move |_| calendar.of(day));
    let html = Memo::new(move |_| {
        calendar.scene.with_value(|scene| {
            calendar.shown.with(|shown| {
                cards.with(|cards| items_html(cards, &shown.workflow, scene, calendar.may_edit))
            })
        })
    });
    let count = Memo::new(move |_| cards.with(Vec::len));
    let rest = move || count.get().saturating_sub(DAY_LIMIT);
    let href = move || if is_open.get() { close.clone() } else { more.clone() };
    let href = Signal::derive(href);
    let on_day = format!(" on {}", when::long_date(day, today, language));
    let name = when::long_date(day, today, language);
    let words = language.words();
    let index = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
    let weekday = words.weekdays_short.get(index).copied().unwrap_or_default();
    let month_name =
        usize::try_from(day.month0()).ok().and_then(|index| words.months_short.get(index).copied());
    // A month is named where it begins.
    let is_named = day.day() == 1 || !month.has(day);
    view! {
        <li
            class="calendar-day"
            class:is-outside=!month.has(day)
            class:is-today=day == today
            class:is-weekend=5 <= index
            class:is-empty=move || count.get() == 0
            class:is-open=move || is_open.get()
            class:is-target=move || calendar.is_over(day)
            data-day=day.to_string()
            id=format!("day-{day}")
        >
            <div class="calendar-sheet">
                <h3 class="calendar-date">
                    <span class="visually-hidden">{name}</span>
                    <span class="calendar-weekday" aria-hidden="true">{weekday}</span>
                    <span class="calendar-number" aria-hidden="true">{day.day()}</span>
                    <span class="calendar-month" class:is-named=is_named aria-hidden="true">{month_name}</span>
                    {(day == today).then(|| view! { <span class="calendar-today">{words.today}</span> })}
                </h3>
                <ul class="calendar-items" inner_html=ui::drawn(move || html.get())></ul>
                <Show when=move || 0 < rest()>
                    <p class="calendar-more">
                        <a href=move || href.get()>
                            {move || if is_open.get() { "Show fewer".to_owned() } else { format!("+{} more", rest()) }}
                            <span class="visually-hidden">{on_day.clone()}</span>
                        </a>
                    </p>
                </Show>
            </div>
        </li>
    }
}

/// The items of a day.
fn items_html(cards: &[Card], workflow: &Workflow, scene: &Scene, may_edit: bool) -> String {
    let mut html = String::with_capacity(cards.len() * 600);
    for card in cards {
        push_item(&mut html, card, workflow, scene, may_edit);
    }
    html
}

fn push_item(html: &mut String, card: &Card, workflow: &Workflow, scene: &Scene, may_edit: bool) {
    let key = scene.key(card);
    let step = workflow.step(card.step_id);
    let done = step.is_some_and(|step| step.kind == StepKind::Done);
    let due = card.due_on.filter(|_| !done).map(|day| when::due(day, scene.today, scene.language));
    let is_late = due.as_ref().is_some_and(|due| due.urgency == when::Urgency::Late);
    html.push_str("<li class=\"calendar-item");
    html.push_str(if done { " is-done" } else { "" });
    html.push_str(if is_late { " is-late" } else { "" });
    html.push_str("\" data-item=\"");
    html.push_str(&card.id.to_string());
    html.push_str("\" data-key=\"");
    push_escaped(html, &key);
    html.push_str("\">");
    if let Some(step) = step {
        push_step_glyph(html, workflow.glyph(step));
    }
    html.push_str("<a href=\"/items/");
    push_escaped(html, &key);
    html.push_str("\" data-tooltip=\"");
    push_escaped(html, &card.title);
    html.push_str("\"><span class=\"calendar-title\">");
    push_escaped(html, &card.title);
    html.push_str("</span><span class=\"visually-hidden\">, ");
    push_escaped(html, &key);
    if let Some(step) = step {
        html.push_str(", ");
        push_escaped(html, &step.name);
    }
    html.push_str("</span></a>");
    if let Some(due) = due.filter(|_| is_late) {
        html.push_str("<span class=\"calendar-late\">");
        push_escaped(html, &due.text);
        html.push_str("</span>");
    }
    html.push_str("<span class=\"calendar-key\" aria-hidden=\"true\">");
    push_escaped(html, &key);
    html.push_str("</span>");
    if let Some(person) = card.assignee_id.and_then(|id| scene.directory.person(id)) {
        let picture = person.picture();
        let words = scene.language.words();
        let (size, presence) = (Size::Small, Presence::Offline);
        push_avatar(html, &person.name, person.category, picture.as_deref(), size, presence, words);
    }
    if may_edit {
        html.push_str("<button type=\"button\" class=\"calendar-move needs-script\" data-act=\"move\" aria-label=\"Move ");
        push_escaped(html, &key);
        html.push_str(" to a day\">");
        push_icon(html, "calendar-clock", IconSize::Small);
        html.push_str("</button>");
    }
    html.push_str("</li>");
}
