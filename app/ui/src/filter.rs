//! Filters: what a list is narrowed down to, each as field, operator and value.

use leptos::prelude::*;

use crate::icon::{Icon, IconSize};
use crate::words::use_words;

/// A row of filters; after them stands the menu that adds one.
#[component]
pub fn FilterBar(
    /// The [`FilterChip`]s and what follows them.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="filter-bar" role="group" aria-label=use_words().filters>
            {children()}
        </div>
    }
}

/// One filter: `Team | is any of | Mechanics | ×`.
#[component]
pub fn FilterChip(
    /// What is compared.
    #[prop(into)]
    field: Signal<String>,
    /// How it is compared.
    #[prop(into)]
    operator: Signal<String>,
    /// What it is compared with.
    #[prop(into)]
    value: Signal<String>,
    /// The address without this filter.
    #[prop(into)]
    remove: Signal<String>,
    /// The address or popover where the value is edited is opened by this.
    #[prop(optional, into)]
    on_edit: Option<Callback<()>>,
) -> impl IntoView {
    let words = use_words();
    let value_view = match on_edit {
        Some(edit) => view! {
            <button type="button" class="filter-value" on:click=move |_| edit.run(())>
                {move || value.get()}
            </button>
        }
        .into_any(),
        None => view! { <span class="filter-value">{move || value.get()}</span> }.into_any(),
    };
    view! {
        <span class="filter-chip">
            <span class="filter-field">{move || field.get()}</span>
            <span class="filter-operator">{move || operator.get()}</span>
            {value_view}
            <a
                class="filter-remove"
                href=move || remove.get()
                aria-label=move || format!("{}: {}", words.remove_filter, field.get())
                data-tooltip=words.remove_filter
            >
                <Icon name="x" size=IconSize::Tiny/>
            </a>
        </span>
    }
}
