//! A part of a page that another domain fills.

use leptos::prelude::*;

/// What one domain shows on a page of another; `app` puts the two together.
///
/// It is made once for a page and holds what the page loads for it, so that its content may be drawn as often as the
/// page's own.
#[derive(Clone)]
pub struct Slot {
    /// Draws it.
    pub content: ViewFn,
    /// Looks again, since what it shows may have changed.
    pub reload: Callback<()>,
}

impl std::fmt::Debug for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}
