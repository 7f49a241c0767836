//! The timer: a button that starts it, and a clock while it runs.

use std::time::Duration;

use leptos::prelude::*;
use ui::{Button, ButtonSize, ButtonVariant, IconButton, js};

use super::Acts;
use crate::{model::Running, rules};

/// The viewer's timer. With an item, it can be started on that.
#[component]
pub(crate) fn TimerBar(
    /// What can be done.
    acts: Acts,
    /// The key of the item of the page.
    #[prop(optional_no_strip, into)]
    item: Option<Signal<String>>,
) -> impl IntoView {
    let here = move |running: &Running| item.is_none_or(|item| item.get() == running.key);
    let runs = move || match acts.timer.get() {
        Some(running) if here(&running) => view! { <Runs running named=item.is_none() acts/> }.into_any(),
        running => {
            let elsewhere = running.map(|running| {
                let note = format!("The timer runs on {}. Starting it here stops it there.", running.key);
                view! { <span class="visually-hidden">{note}</span> }
            });
            let start = item.map(|item| {
                view! {
                    <Button
                        icon="play"
                        size=ButtonSize::Small
                        class="time-start"
                        on_click=move |_| acts.start(item.get_untracked())
                    >
                        "Start timer"
                    </Button>
                }
            });
            view! {
                {elsewhere}
                {start}
            }
            .into_any()
        }
    };
    view! { <div class="time-timer">{runs}</div> }
}

#[component]
fn Runs(running: Running, named: bool, acts: Acts) -> impl IntoView {
    let Running { key, seconds, .. } = running;
    let link = (named && !key.is_empty())
        .then(|| view! { <a class="time-key" href=format!("/items/{key}")>{key.clone()}</a> });
    view! {
        {link}
        <Clock seconds/>
        <Button
            icon="square"
            variant=ButtonVariant::Primary
            size=ButtonSize::Small
            on_click=move |_| acts.stop()
        >
            "Stop"
        </Button>
        <IconButton
            icon="x"
            label="Discard the timer"
            size=ButtonSize::Small
            on_click=move |_| acts.discard()
        />
    }
}

/// How long the timer runs. It counts on by the browser's own clock, also after a window was asleep.
#[component]
fn Clock(seconds: i64) -> impl IntoView {
    let shown = RwSignal::new(seconds);
    Effect::new(move |_| {
        let since = now();
        let tick = move || {
            let passed = Duration::try_from_secs_f64((now() - since) / 1000.0).unwrap_or_default();
            let passed = i64::try_from(passed.as_secs()).unwrap_or_default();
            shown.try_set(seconds + passed);
        };
        if let Ok(ticking) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || ticking.clear());
        }
    });
    view! {
        <span class="time-clock" role="timer" aria-label="The timer runs">
            {move || rules::show_clock(shown.get())}
        </span>
    }
}

/// Milliseconds since 1970, as the browser has it.
fn now() -> f64 {
    js::call(&js::get(&window(), "Date"), "now", &[]).and_then(|now| now.as_f64()).unwrap_or_default()
}
