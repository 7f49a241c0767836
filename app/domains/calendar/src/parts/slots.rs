//! Free times of a team, to choose one.

use std::time::Duration;

use chrono::NaiveDate;
use kernel::Error;
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use ui::{Button, ButtonSize, when::shift_days};

use super::{Reading, length};
use crate::{api::booking::find_slots, model::Slot};

/// How long somebody must stop typing before it is asked.
const PAUSE: Duration = Duration::from_millis(250);

/// What is known of free times.
#[derive(Debug, Clone, PartialEq)]
enum Found {
    /// Nothing is asked for yet.
    Nothing,
    /// It is on its way.
    Coming,
    /// These.
    Slots(Vec<Slot>),
    /// It failed.
    Failed(Error),
}

/// The next free times for a job type, of which one is chosen.
#[component]
pub(crate) fn SlotList(
    /// The job type, as forms write it.
    job_type: RwSignal<String>,
    /// How long it takes, as it is typed.
    minutes: RwSignal<String>,
    /// What is chosen: a beginning, as forms write it.
    chosen: RwSignal<String>,
    /// How the viewer reads times.
    reading: Reading,
    /// What is wrong with the choice.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let from = RwSignal::new(None::<NaiveDate>);
    let found = RwSignal::new(Found::Nothing);
    let asked = StoredValue::new(0_u32);
    // Other work, or another length, is asked for from the beginning.
    Effect::watch(move || (job_type.get(), minutes.get()), move |_, _, _| from.set(None), false);
    Effect::new(move |waiting: Option<Option<TimeoutHandle>>| {
        let (job_type, minutes, day) = (job_type.get(), minutes.get(), from.get());
        if let Some(waiting) = waiting.flatten() {
            waiting.clear();
        }
        let question = asked.try_update_value(|asked| {
            *asked += 1;
            *asked
        });
        let (Ok(job_type), Ok(minutes)) = (job_type.parse(), minutes.trim().parse::<i64>()) else {
            found.set(Found::Nothing);
            return None;
        };
        // What was found for something else cannot be chosen any more.
        found.set(Found::Coming);
        let ask = move || {
            spawn_local(async move {
                let answer = find_slots(job_type, minutes, day.map(|day| day.to_string())).await;
                // What was asked since is what counts.
                if asked.try_get_value() != question {
                    return;
                }
                let answer = match answer {
                    Ok(slots) => Found::Slots(slots),
                    Err(error) => Found::Failed(error),
                };
                let is_there = |at: &str| match &answer {
                    Found::Slots(slots) => slots.iter().any(|slot| slot.starts.text() == at),
                    _ => false,
                };
                if chosen.try_with_untracked(|at| !at.is_empty() && !is_there(at)) == Some(true) {
                    chosen.set(String::new());
                }
                found.try_set(answer);
            });
        };
        // The first question needs no pause.
        set_timeout_with_handle(ask, if waiting.is_some() { PAUSE } else { Duration::ZERO }).ok()
    });
    let list = move || match found.get() {
        Found::Nothing => {
            view! { <p class="agenda-hint">"Choose the work and how long it takes."</p> }.into_any()
        }
        Found::Coming => {
            view! { <p class="agenda-hint" role="status">"Looking for free times"</p> }.into_any()
        }
        Found::Failed(error) => {
            view! { <p class="agenda-hint is-danger" role="alert">{error.to_string()}</p> }.into_any()
        }
        Found::Slots(slots) if slots.is_empty() => {
            let long = minutes.get_untracked().trim().parse().map(length).unwrap_or_default();
            let from = from.get_untracked().map(|day| format!(" from {} on", reading.day(day)));
            let title = format!("No free time in the next four weeks{}", from.unwrap_or_default());
            let text = format!(
                "The team has no place for {long} at one stretch. Make it shorter, choose a day and time of your own, \
                 or leave it for later."
            );
            view! {
                <div class="agenda-slots-none" role="status">
                    <b>{title}</b>
                    <p>{text}</p>
                </div>
            }
            .into_any()
        }
        Found::Slots(slots) => {
            view! { <div class="agenda-slots-list">{by_day(&slots, chosen, reading)}</div> }.into_any()
        }
    };
    let later = move || {
        found.with(|found| match found {
            Found::Slots(slots) => slots.last().map(|slot| shift_days(slot.starts.day(), 1)),
            _ => None,
        })
    };
    let turn = move || {
        let first = from.get().is_some().then(|| {
            view! {
                <Button size=ButtonSize::Small icon="chevron-left" on_click=move |_| from.set(None)>
                    "From the first"
                </Button>
            }
        });
        let more = later().map(|day| {
            view! {
                <Button size=ButtonSize::Small on_click=move |_| from.set(Some(day))>
                    "Later times"
                </Button>
            }
        });
        view! {
            {first}
            {more}
        }
    };
    view! {
        <fieldset class="field agenda-slots" class:is-invalid=move || error.with(Option::is_some)>
            <legend class="field-label">"Free times"</legend>
            {list}
            <div class="agenda-slots-turn">{turn}</div>
            <p class="field-note" aria-live="polite">{move || error.get()}</p>
        </fieldset>
    }
}

/// Free times under the days on which they are.
fn by_day(slots: &[Slot], chosen: RwSignal<String>, reading: Reading) -> impl IntoView + use<> {
    slots
        .chunk_by(|one, other| one.starts.day() == other.starts.day())
        .map(|slots| {
            let day = slots.first().map(|slot| reading.long_day(slot.starts.day()));
            let rows = slots.iter().map(|slot| choice(*slot, chosen, reading)).collect_view();
            view! {
                <div class="agenda-slots-day">
                    <h4>{day}</h4>
                    <div>{rows}</div>
                </div>
            }
        })
        .collect_view()
}

fn choice(slot: Slot, chosen: RwSignal<String>, reading: Reading) -> impl IntoView + use<> {
    let text = slot.starts.text();
    let (value, mine) = (text.clone(), text.clone());
    let free = if slot.free == 1 { "1 place free".to_owned() } else { format!("{} places free", slot.free) };
    view! {
        <label class="agenda-slot-choice">
            <input
                type="radio"
                class="radio"
                name="slot"
                value=value
                prop:checked=move || chosen.with(|chosen| *chosen == mine)
                on:change=move |_| chosen.set(text.clone())
            />
            <span class="tabular">{reading.span(slot.starts, slot.ends)}</span>
            <span class="agenda-slot-free">{free}</span>
        </label>
    }
}
