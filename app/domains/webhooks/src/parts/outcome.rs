//! What the acts of a page came to: one place for the newest error, and messages about what was done.

use leptos::{prelude::*, server::ServerAction, server_fn::ServerFn};
use ui::{Toast, Toaster, use_toaster};

/// Follows the acts of one page. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Outcome {
    error: RwSignal<Option<kernel::Error>>,
    changes: RwSignal<i64>,
    toaster: Toaster,
}

impl Outcome {
    /// Begins with no error and no change.
    pub(crate) fn new() -> Self {
        Outcome { error: RwSignal::new(None), changes: RwSignal::new(0), toaster: use_toaster() }
    }

    /// The error of the newest act, if it failed. Without WASM it is the one that came back in the address.
    pub(crate) fn error(self) -> Signal<Option<kernel::Error>> {
        self.error.into()
    }

    /// Rises with each act, so that resources which depend on it load again.
    pub(crate) fn changes(self) -> Signal<i64> {
        self.changes.into()
    }

    /// Follows an act; `say` gives the message when it is done. When it fails, what is shown was out of date, so it loads
    /// again too.
    pub(crate) fn follow<S>(
        self,
        action: ServerAction<S>,
        say: impl Fn(&S::Output) -> Option<Toast> + Send + Sync + 'static,
    ) where
        S: ServerFn<Error = kernel::Error> + Send + Sync + Clone + 'static,
        S::Output: Send + Sync + Clone + 'static,
    {
        if let Some(Err(error)) = action.value().get_untracked() {
            self.error.set(Some(error));
        }
        let version = action.version();
        Effect::watch(
            move || version.get(),
            move |_, _, _| match action.value().get_untracked() {
                Some(Ok(done)) => {
                    self.error.set(None);
                    self.changed();
                    if let Some(toast) = say(&done) {
                        self.toaster.show(toast);
                    }
                }
                Some(Err(error)) => {
                    self.error.set(Some(error));
                    self.changed();
                }
                None => (),
            },
            false,
        );
    }

    /// Shows what was done, with the way back. Without WASM the page has a form for it.
    pub(crate) fn undoable<F>(
        self,
        text: &'static str,
        undo: impl Fn() -> F + Send + Sync + 'static,
        back: &'static str,
    ) where
        F: Future<Output = kernel::Result<()>> + 'static,
    {
        self.toaster.undoable(text, undo, move |()| {
            self.toaster.show(Toast::new(back));
            self.changed();
        });
    }

    /// Loads again what depends on the change. The page may be gone by now.
    fn changed(self) {
        self.changes.try_update(|changes| *changes += 1);
    }
}
