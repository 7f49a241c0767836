//! Files that are enclosed in what somebody writes: one domain keeps them, another writes, `app` puts the two together.

use std::pin::Pin;

use kernel::FileId;
use leptos::{ev::DragEvent, prelude::*};

use crate::slot::Slot;

/// What the files of a record are to a page on which something is written that encloses some of them.
#[derive(Clone)]
pub struct Enclosed {
    /// All files of the record.
    pub slot: Slot,
    /// Waits until the page knows the files.
    pub ready: Callback<(), Pin<Box<dyn Future<Output = ()> + Send>>>,
    /// Whether the page knows a file.
    pub knows: Callback<FileId, bool>,
    /// Draws one file; nothing once it is deleted.
    pub one: Callback<FileId, AnyView>,
    /// Draws the button that chooses files.
    pub choose: ViewFn,
    /// Draws what was added on this page and is not enclosed yet.
    pub tray: ViewFn,
    /// What of it can be enclosed.
    pub waiting: Signal<Vec<FileId>>,
    /// Why what is in the tray cannot be enclosed yet.
    pub hindrance: Signal<Option<String>>,
    /// Takes files out of the tray, since they are enclosed.
    pub let_go: Callback<Vec<FileId>>,
    /// Puts files back, since they are not after all.
    pub put_back: Callback<Vec<FileId>>,
    /// Something is dragged over the page: whether it can be dropped there.
    pub dragged: Callback<DragEvent, bool>,
    /// Something was dropped there.
    pub dropped: Callback<DragEvent>,
}

impl std::fmt::Debug for Enclosed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Enclosed").finish_non_exhaustive()
    }
}
