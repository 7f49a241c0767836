//! Progress of long work.

use leptos::prelude::*;

use crate::words::use_words;

/// How far long work has come, with its name, the percentage and a way to stop it.
#[component]
pub fn Progress(
    /// What is being done.
    #[prop(into)]
    label: Signal<String>,
    /// How much is done.
    #[prop(into)]
    value: Signal<i64>,
    /// How much there is to do.
    #[prop(default = 100.into(), into)]
    max: Signal<i64>,
    /// Called to stop it; without it there is no link.
    #[prop(optional, into)]
    on_cancel: Option<Callback<()>>,
) -> impl IntoView {
    let words = use_words();
    let percent = move || {
        let max = max.get().max(1);
        value.get().clamp(0, max).saturating_mul(100) / max
    };
    view! {
        <div class="progress">
            <div class="progress-head">
                <span class="progress-label">{move || label.get()}</span>
                <span class="progress-percent">{move || format!("{}%", percent())}</span>
                {on_cancel
                    .map(|cancel| {
                        view! {
                            <button type="button" class="link" on:click=move |_| cancel.run(())>
                                {words.cancel}
                            </button>
                        }
                    })}
            </div>
            <progress class="progress-bar" aria-label=move || label.get() value=percent max="100"></progress>
        </div>
    }
}
