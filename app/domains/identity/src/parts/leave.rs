//! Going on after the viewer has changed.
//!
//! Who is logged in, in which organisation and with which settings is known to the whole page, so it is loaded anew.
//! A plain form is redirected by the server (`web::leave`); with WASM the answer names the place and this goes there.

use leptos::{prelude::*, server::ServerAction, server_fn::ServerFn};

/// Loads the page that the action answers with.
pub(crate) fn leave_when_done<S>(action: ServerAction<S>)
where
    S: ServerFn<Output = String, Error = kernel::Error> + Send + Sync + Clone + 'static,
{
    Effect::new(move |_| {
        if let Some(Ok(path)) = action.value().get()
            && window().location().assign(&path).is_err()
        {
            leptos::logging::warn!("the browser did not go to {path}");
        }
    });
}

/// Whether the action runs, or has succeeded and the next page is on its way.
pub(crate) fn leaving<S>(action: ServerAction<S>) -> Signal<bool>
where
    S: ServerFn<Error = kernel::Error> + Send + Sync + Clone + 'static,
    S::Output: Send + Sync + Clone + 'static,
{
    let (pending, value) = (action.pending(), action.value());
    Signal::derive(move || pending.get() || value.with(|value| matches!(value, Some(Ok(_)))))
}
