//! What somebody has begun to write of a new item, kept until it is added.
//!
//! It is kept in `localStorage` for the member and the workflow, as JSON: texts by the names of controls. It outlives a reload, a
//! lost network and a log-in that has ended; nobody but its writer is shown it.

use std::collections::BTreeMap;

use kernel::MemberId;
use serde::{Deserialize, Serialize};
use ui::js;
use web_sys::Element;

use super::browser::{field_of, held_in};

/// What controls hold, by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft(BTreeMap<String, String>);

impl Draft {
    /// What the controls in `holder` hold now.
    pub fn of(holder: &Element) -> Self {
        Draft(held_in(holder))
    }

    /// The text of a control.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The texts of the workflow's fields, as a form sends them.
    pub fn data(&self) -> BTreeMap<String, String> {
        let texts = self.0.iter();
        texts.filter_map(|(name, text)| Some((field_of(name)?.to_owned(), text.clone()))).collect()
    }
}

fn place(member: MemberId, workflow: &str) -> String {
    format!("mediap-begun-{member}-{workflow}")
}

/// What the member has begun of a new item of the workflow with this key.
pub fn find(member: MemberId, workflow: &str) -> Option<Draft> {
    serde_json::from_str(&js::read_kept(&place(member, workflow))?).ok()
}

/// Keeps it, or nothing any more.
pub fn keep(member: MemberId, workflow: &str, draft: Option<&Draft>) {
    let text = draft.and_then(|draft| serde_json::to_string(draft).ok());
    // Where there is no room, it is written without a net.
    js::keep(&place(member, workflow), text.as_deref());
}
