//! What the page of a conversation knows of files, which another domain keeps; `app` puts the two together.

use std::pin::Pin;

use kernel::FileId;
use leptos::{ev::DragEvent, prelude::*};
use ui::Slot;

/// The files of a conversation, and those of a message that is being written. Made once for a page.
#[derive(Clone)]
pub struct Attached {
    /// All files of the conversation.
    pub slot: Slot,
    /// Waits until the page knows the files.
    pub ready: Callback<(), Pin<Box<dyn Future<Output = ()> + Send>>>,
    /// Whether the page knows a file.
    pub knows: Callback<FileId, bool>,
    /// Draws a file of a message; nothing once it is deleted.
    pub one: Callback<FileId, AnyView>,
    /// Draws the button that chooses files.
    pub choose: ViewFn,
    /// Draws the tray: what was added on this page and is not sent yet.
    pub tray: ViewFn,
    /// What of it can be sent.
    pub waiting: Signal<Vec<FileId>>,
    /// Why what is in the tray cannot be sent yet.
    pub hindrance: Signal<Option<String>>,
    /// Takes files out of the tray, since they are sent.
    pub let_go: Callback<Vec<FileId>>,
    /// Puts files back, since they are not sent after all.
    pub put_back: Callback<Vec<FileId>>,
    /// Something is dragged over the conversation: whether it can be dropped there.
    pub dragged: Callback<DragEvent, bool>,
    /// Something was dropped there.
    pub dropped: Callback<DragEvent>,
}

impl std::fmt::Debug for Attached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attached").finish_non_exhaustive()
    }
}
