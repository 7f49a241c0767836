//! Loading: what every page says once about data that is on its way.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::feedback::{ErrorState, Skeleton};

/// Shows the content of a resource when it is there, rows of the real height until then, and the error with "Try again"
/// in its place. When it loads again, the old content stays until the new one is there.
#[component]
pub fn Load<T, C, V>(
    /// What is loaded.
    resource: kernel::PageData<T>,
    /// How many rows the skeleton has.
    #[prop(default = 5)]
    rows: i64,
    /// Another skeleton, where rows do not fit.
    #[prop(optional, into)]
    skeleton: Option<ViewFn>,
    /// Shows the data: `<Load resource let:members>…</Load>`.
    children: C,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    C: Fn(T) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let fallback = move || match skeleton {
        Some(skeleton) => skeleton.run(),
        None => view! { <Skeleton rows/> }.into_any(),
    };
    let content = move || {
        let children = children.clone();
        Suspend::new(async move {
            match resource.await {
                Ok(data) => children(data).into_any(),
                Err(error) => view! { <ErrorState error retry=move || resource.refetch()/> }.into_any(),
            }
        })
    };
    view! { <Transition fallback=fallback>{content}</Transition> }
}

/// Returns the error of an action's last run, for [`crate::FormError`].
pub fn error_of<T>(
    value: impl Into<Signal<Option<Result<T, kernel::Error>>>>,
) -> Signal<Option<kernel::Error>>
where
    T: Send + Sync + 'static,
{
    let value = value.into();
    Signal::derive(move || value.with(|value| value.as_ref()?.as_ref().err().cloned()))
}

/// Returns what an error says about one field, for the `error` of that field.
pub fn field_error(error: Signal<Option<kernel::Error>>, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || error.with(|error| error.as_ref()?.field(field).map(str::to_owned)))
}
