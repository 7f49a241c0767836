//! What the acts of a page came to: one place for the newest error, and messages about what was done.

use leptos::{prelude::*, server::ServerAction, server_fn::ServerFn};

use crate::toast::{Toast, Toaster, use_toaster};

/// Follows the acts of one page. Cheap to copy.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "the viewer's resource has none")]
pub struct Outcome {
    error: RwSignal<Option<kernel::Error>>,
    changes: RwSignal<i64>,
    toaster: Toaster,
    /// Present only where the page stands in the shell; names may have changed for everybody who shows them.
    viewer: Option<kernel::ViewerResource>,
}

impl Outcome {
    /// Begins with no error and no change.
    pub fn begin() -> Self {
        Outcome {
            error: RwSignal::new(None),
            changes: RwSignal::new(0),
            toaster: use_toaster(),
            viewer: use_context(),
        }
    }

    /// The error of the newest act, if it failed. Without WASM it is the one that came back in the address.
    pub fn error(self) -> Signal<Option<kernel::Error>> {
        self.error.into()
    }

    /// Rises with each change, so that resources which depend on it load again.
    pub fn changes(self) -> Signal<i64> {
        self.changes.into()
    }

    /// Follows an act of a form; `say` gives the message when it is done. When it fails, nothing loads again: what
    /// the person typed stays.
    pub fn follow<S>(
        self,
        action: ServerAction<S>,
        say: impl Fn(&S::Output) -> Option<Toast> + Send + Sync + 'static,
    ) where
        S: ServerFn<Error = kernel::Error> + Send + Sync + Clone + 'static,
        S::Output: Send + Sync + Clone + 'static,
    {
        self.watch(action, say, false);
    }

    /// Follows an act of a row, where nothing is typed. When it fails, the list was out of date, so it loads again.
    pub fn follow_row<S>(
        self,
        action: ServerAction<S>,
        say: impl Fn(&S::Output) -> Option<Toast> + Send + Sync + 'static,
    ) where
        S: ServerFn<Error = kernel::Error> + Send + Sync + Clone + 'static,
        S::Output: Send + Sync + Clone + 'static,
    {
        self.watch(action, say, true);
    }

    /// Shows what was done, with the way back, and what comes of that. Without WASM the page has a form for it.
    pub fn undoable<F>(self, text: String, undo: impl Fn() -> F + Send + Sync + 'static, back: &'static str)
    where
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
        if let Some(viewer) = self.viewer {
            viewer.refetch();
        }
    }

    fn watch<S>(
        self,
        action: ServerAction<S>,
        say: impl Fn(&S::Output) -> Option<Toast> + Send + Sync + 'static,
        reload_on_error: bool,
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
                    if reload_on_error {
                        self.changes.update(|changes| *changes += 1);
                    }
                }
                None => (),
            },
            false,
        );
    }
}
