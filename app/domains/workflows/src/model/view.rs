//! Saved views.

use kernel::ViewId;
use serde::{Deserialize, Serialize};

/// A saved set of filters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct SavedView {
    /// The view.
    pub id: ViewId,
    /// Its name.
    pub name: String,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Whether it belongs to the one who looks.
    pub mine: bool,
    /// Which page of the workflow: one of [`LAYOUTS`](SavedView::LAYOUTS).
    pub layout: String,
    /// The page's query string, without the question mark.
    pub query: String,
}

impl SavedView {
    /// The pages of a workflow that views are of: each is also the last part of its address, but for the board.
    pub const LAYOUTS: [&str; 4] = ["board", "list", "lanes", "calendar"];

    /// The address of the view in the workflow whose board is at `base`.
    pub fn address(&self, base: &str) -> String {
        let (slash, page) = if self.layout == "board" { ("", "") } else { ("/", self.layout.as_str()) };
        let mark = if self.query.is_empty() { "" } else { "?" };
        format!("{base}{slash}{page}{mark}{}", self.query)
    }
}
