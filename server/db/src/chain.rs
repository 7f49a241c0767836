//! Several statements that write, in one trip.

use crate::{Query, Result, Tx, sql};

/// Statements that change rows one after the other, each only if the one before has changed some: one trip, while others wait
/// for these rows. Only for an engine with [`crate::dialect::writes_in_one`].
#[derive(Debug, Clone, Default)]
pub struct Chain(Option<(Query, &'static str)>);

/// The name of the statement before, if there is one.
///
/// A statement has to read it: those of a `with` run in the order in which they read each other, and in no other.
#[derive(Debug, Clone, Copy)]
pub struct Before(Option<&'static str>);

impl Chain {
    /// Adds a statement, which ends in `returning`, under a name that no table has.
    #[must_use]
    pub fn then(self, name: &'static str, statement: impl FnOnce(Query, Before) -> Query) -> Self {
        let (query, before) = match self.0 {
            Some((query, last)) => (query.push(", "), Some(last)),
            None => (sql("with "), None),
        };
        let query = statement(query.push(name).push(" as ("), Before(before)).push(")");
        Chain(Some((query, name)))
    }

    /// Runs them, and tells how many rows the last one changed.
    pub async fn run(self, tx: &mut Tx) -> Result<i64> {
        let Some((query, last)) = self.0 else { return Ok(0) };
        let (changed,): (i64,) = query.push(" select count(*) from ").push(last).one(tx).await?;
        Ok(changed)
    }
}

impl Query {
    /// Appends ` from` the statement before, to a `select` without tables.
    #[must_use]
    pub fn push_from(self, before: Before) -> Self {
        match before.0 {
            Some(name) => self.push(" from ").push(name),
            None => self,
        }
    }

    /// Appends a condition that the statement before has changed something, to others.
    #[must_use]
    pub fn push_if(self, before: Before) -> Self {
        match before.0 {
            Some(name) => self.push(" and exists (select from ").push(name).push(")"),
            None => self,
        }
    }
}
