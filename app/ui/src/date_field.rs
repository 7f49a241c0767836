//! A date: the browser's own field, and beside it a month to pick from with the pointer or the arrow keys. The form
//! sends `2025-11-24` in either case. Phones keep their own picker.

use chrono::{Datelike, NaiveDate};
use leptos::ev::KeyboardEvent;
use leptos::html::{Div, Input};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::button::{Button, ButtonSize, ButtonVariant, IconButton};
use crate::field::{Field, announce, bind_value, field_id};
use crate::overlay::{self, Side};
use crate::popover::toggled;
use crate::when;
use crate::words::{use_language, use_words};

/// A day.
#[component]
pub fn DateField(
    /// The name that the form sends.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The id; follows from the name when left out.
    #[prop(optional, into)]
    id: Option<String>,
    /// What it holds at first.
    #[prop(optional_no_strip, into)]
    value: Option<NaiveDate>,
    /// A signal that follows the text of the date, and that the field follows.
    #[prop(optional, into)]
    bind: Option<RwSignal<String>>,
    /// Today, where the person is; the browser's day when left out.
    #[prop(optional_no_strip, into)]
    today: Option<NaiveDate>,
    /// The first day allowed.
    #[prop(optional_no_strip, into)]
    min: Option<NaiveDate>,
    /// The last day allowed.
    #[prop(optional_no_strip, into)]
    max: Option<NaiveDate>,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong and how to fix it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// Whether it cannot be used.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let words = use_words();
    let id = id.unwrap_or_else(|| field_id(&name));
    let picker_id = format!("{id}-picker");
    let input = NodeRef::<Input>::new();
    let panel = NodeRef::<Div>::new();
    let open = RwSignal::new(false);
    let cursor = RwSignal::new(None::<NaiveDate>);
    let held = RwSignal::new(None::<NaiveDate>);
    let known_today = move || today.or_else(browser_today);
    let initial =
        bind.map_or_else(|| value.map(|value| value.to_string()), |bind| Some(bind.get_untracked()));
    bind_value(input, bind);

    let held_date = move || input.get_untracked().and_then(|input| input.value().parse::<NaiveDate>().ok());
    let toggle_id = picker_id.clone();
    let on_toggle = move |_| {
        let Some(panel) = toggled(panel, &toggle_id, Side::BottomEnd, open) else { return };
        held.set(held_date());
        cursor.set(held_date().or_else(known_today));
        focus_cursor(panel);
    };
    let hold = move |date: Option<NaiveDate>| {
        if let Some(input) = input.get_untracked() {
            input.set_value(&date.map(|date| date.to_string()).unwrap_or_default());
            announce(&input, &["input", "change"]);
        }
        if let Some(panel) = panel.get_untracked() {
            overlay::close(&panel.unchecked_into());
        }
    };
    let allowed =
        move |date: NaiveDate| min.is_none_or(|min| min <= date) && max.is_none_or(|max| date <= max);
    let on_click = move |event: web_sys::MouseEvent| {
        let pressed = event.target().and_then(|target| target.dyn_into::<Element>().ok()).and_then(date_of);
        if let Some(date) = pressed.filter(|date| allowed(*date)) {
            hold(Some(date));
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let Some(date) = cursor.get_untracked() else { return };
        let Some(next) = moved(date, event.key().as_str(), event.shift_key()) else { return };
        event.prevent_default();
        cursor.set(Some(next));
        if let Some(panel) = panel.get_untracked() {
            focus_cursor(panel.unchecked_into());
        }
    };
    let turn = move |months: i32| {
        cursor.update(|cursor| *cursor = cursor.map(|date| when::shift_months(date, months)))
    };

    view! {
        <Field id=id.clone() label required hint error>
            <div class="input date-input" class:is-disabled=move || disabled.get()>
                <input
                    id=id.clone()
                    name=name
                    type="date"
                    value=initial
                    min=min.map(|date| date.to_string())
                    max=max.map(|date| date.to_string())
                    required=required
                    disabled=move || disabled.get()
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=format!("{id}-note")
                    on:input=move |event| {
                        if let Some(bind) = bind {
                            bind.set(event_target_value(&event));
                        }
                    }
                    node_ref=input
                />
                <IconButton
                    icon="calendar"
                    label=words.choose_date
                    size=ButtonSize::Small
                    class="needs-script"
                    popover=picker_id.clone()
                    disabled
                />
            </div>
            <div
                id=picker_id
                popover="auto"
                role="dialog"
                aria-label=words.choose_date
                class="panel is-end date-picker"
                on:toggle=on_toggle
                node_ref=panel
            >
                <div class="date-picker-head">
                    <span class="date-picker-title" aria-live="polite">
                        {move || cursor.get().map(|date| when::month_title(date, use_language()))}
                    </span>
                    <IconButton
                        icon="chevron-left"
                        label=words.previous_month
                        size=ButtonSize::Small
                        on_click=move |_| turn(-1)
                    />
                    <IconButton
                        icon="chevron-right"
                        label=words.next_month
                        size=ButtonSize::Small
                        on_click=move |_| turn(1)
                    />
                </div>
                <div on:click=on_click on:keydown=on_key>
                    {move || {
                        cursor
                            .get()
                            .map(|cursor| {
                                month_grid(cursor, held.get(), known_today(), allowed)
                            })
                    }}
                </div>
                <div class="date-picker-foot">
                    <Button
                        variant=ButtonVariant::Ghost
                        size=ButtonSize::Small
                        on_click=move |_| hold(known_today())
                    >
                        {words.today}
                    </Button>
                    <Button
                        variant=ButtonVariant::Ghost
                        size=ButtonSize::Small
                        on_click=move |_| {
                            hold(known_today().map(|today| when::shift_days(when::monday_of(today), 7)))
                        }
                    >
                        {words.next_monday}
                    </Button>
                    <Button
                        variant=ButtonVariant::Ghost
                        size=ButtonSize::Small
                        class="is-last"
                        on_click=move |_| hold(None)
                    >
                        {words.clear}
                    </Button>
                </div>
            </div>
        </Field>
    }
}

/// Shows the weeks of the month that holds the cursor.
fn month_grid(
    cursor: NaiveDate,
    held: Option<NaiveDate>,
    today: Option<NaiveDate>,
    allowed: impl Fn(NaiveDate) -> bool,
) -> impl IntoView {
    let language = use_language();
    let words = language.words();
    let head = words
        .weekdays_initial
        .iter()
        .zip(words.weekdays)
        .map(|(initial, name)| view! { <th scope="col" abbr=name>{*initial}</th> })
        .collect_view();
    let day = |date: NaiveDate| {
        let mut class = String::from("date-picker-day");
        if date.month() != cursor.month() {
            class.push_str(" is-outside");
        }
        if Some(date) == today {
            class.push_str(" is-today");
        }
        view! {
            <td role="gridcell" aria-selected=if Some(date) == held { "true" } else { "false" }>
                <button
                    type="button"
                    class=class
                    class:is-chosen=Some(date) == held
                    tabindex=if date == cursor { "0" } else { "-1" }
                    disabled=!allowed(date)
                    aria-label=when::long_date(date, cursor, language)
                    data-date=date.to_string()
                >
                    {date.day()}
                </button>
            </td>
        }
    };
    let weeks = when::month_weeks(cursor)
        .into_iter()
        .map(|days| {
            let number = days.first().map(|monday| monday.iso_week().week());
            view! {
                <tr>
                    <th scope="row" class="date-picker-week">
                        {number}
                    </th>
                    {days.map(day).into_iter().collect_view()}
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="date-picker-grid" role="grid" aria-label=when::month_title(cursor, language)>
            <thead>
                <tr>
                    <th scope="col" abbr=words.week></th>
                    {head}
                </tr>
            </thead>
            <tbody>{weeks}</tbody>
        </table>
    }
}

/// Returns where a key leads from a day.
fn moved(date: NaiveDate, key: &str, shift: bool) -> Option<NaiveDate> {
    let next = match key {
        "ArrowLeft" => when::shift_days(date, -1),
        "ArrowRight" => when::shift_days(date, 1),
        "ArrowUp" => when::shift_days(date, -7),
        "ArrowDown" => when::shift_days(date, 7),
        "Home" => when::monday_of(date),
        "End" => when::shift_days(when::monday_of(date), 6),
        "PageUp" => when::shift_months(date, if shift { -12 } else { -1 }),
        "PageDown" => when::shift_months(date, if shift { 12 } else { 1 }),
        _ => return None,
    };
    Some(next)
}

/// Gives the day under the cursor the focus, once the month is drawn.
fn focus_cursor(panel: HtmlElement) {
    request_animation_frame(move || {
        if let Some(day) = overlay::query_all(&panel, ".date-picker-day[tabindex=\"0\"]").first() {
            overlay::focus(day);
        }
    });
}

fn date_of(element: Element) -> Option<NaiveDate> {
    element.closest("[data-date]").ok()??.get_attribute("data-date")?.parse().ok()
}

/// Returns the day of the browser's clock; only ever asked after a press, so server and client need not agree.
fn browser_today() -> Option<NaiveDate> {
    let now = js_sys::Date::new_0();
    let year = i32::try_from(now.get_full_year()).ok()?;
    NaiveDate::from_ymd_opt(year, now.get_month() + 1, now.get_date())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_move_by_days_weeks_and_months() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let friday = day("2025-11-21");
        let check =
            |key: &str, expected: &str| assert_eq!(moved(friday, key, false), Some(day(expected)), "{key}");
        check("ArrowLeft", "2025-11-20");
        check("ArrowDown", "2025-11-28");
        check("Home", "2025-11-17");
        check("End", "2025-11-23");
        check("PageDown", "2025-12-21");
        assert_eq!(moved(friday, "PageUp", true), Some(day("2024-11-21")));
        assert_eq!(moved(friday, "a", false), None);
    }

    #[test]
    fn the_server_sends_a_native_date_field_and_no_grid() {
        let html = Owner::new().with(|| {
            let value = NaiveDate::from_ymd_opt(2025, 11, 24);
            view! { <DateField name="due" label="Due" value/> }.to_html()
        });
        assert!(html.contains("type=\"date\"") && html.contains("value=\"2025-11-24\""), "{html}");
        assert!(!html.contains("date-picker-grid"), "{html}");
    }
}
