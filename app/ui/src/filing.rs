//! Files that fields of a form hold: one domain keeps them, another has the form, `app` puts the two together.

use std::{collections::BTreeMap, pin::Pin};

use kernel::FileId;
use leptos::prelude::*;

use crate::slot::Slot;

/// What the files of a record are to its page, whose form has fields that hold some of them. Made once for a page, as a [`Slot`].
#[derive(Clone)]
pub struct Filing {
    /// All files of the record.
    pub slot: Slot,
    /// Waits until the page knows the files.
    pub ready: Callback<(), Pin<Box<dyn Future<Output = ()> + Send>>>,
    /// Draws the files of a field, with what puts others in.
    pub field: Callback<FiledField, AnyView>,
}

impl std::fmt::Debug for Filing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filing").finish_non_exhaustive()
    }
}

/// A field that holds files, as it is drawn.
#[derive(Debug, Clone)]
pub struct FiledField {
    /// Its key in the form.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// What it holds, as it is kept.
    pub held: Vec<FileId>,
    /// Those of them that are gone, with their names as far as they are known.
    pub gone: BTreeMap<FileId, String>,
    /// As many as it may hold; none where it is only read.
    pub most: Option<usize>,
    /// What is in it now: whoever draws the files says so here.
    pub now: RwSignal<Vec<FileId>>,
    /// Hears that this has changed by what somebody did.
    pub changed: Callback<()>,
}
