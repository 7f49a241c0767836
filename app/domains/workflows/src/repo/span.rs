//! A page of rows that are listed in order of time. Their ids grow with it, so an id is where the page before ended.

use db::Query;
use uuid::Uuid;

/// Which rows of such a list to read.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// Beyond this one, in the order of the list.
    pub after: Option<Uuid>,
    /// The newest first; else the oldest.
    pub newest_first: bool,
    /// How many at most.
    pub limit: usize,
}

impl Span {
    /// Ends a statement whose condition goes on.
    pub(super) fn narrow(self, mut query: Query) -> Query {
        if let Some(after) = self.after {
            query = query.push(if self.newest_first { " and id < " } else { " and id > " }).push_bind(after);
        }
        // One more tells whether there is another page.
        query.push(if self.newest_first { " order by id desc" } else { " order by id" }).limit(self.limit + 1)
    }

    /// The rows of the page, and the one behind which the next starts.
    pub(super) fn cut<T>(self, mut rows: Vec<T>, id: impl Fn(&T) -> Uuid) -> (Vec<T>, Option<Uuid>) {
        let more = self.limit < rows.len();
        rows.truncate(self.limit);
        let next = rows.last().filter(|_| more).map(id);
        (rows, next)
    }
}
