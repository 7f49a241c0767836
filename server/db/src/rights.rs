//! When somebody's rights may have changed.
//!
//! Who asks, and what they may do, is read from a few tables. Every request begins with it, so what was read may be kept in
//! memory, together with the [`Db::rights`] from before the reading: as long as that number is the same, no statement of this
//! process has written into any of these tables since. What other processes write there they say on [`CHANNEL`]; who hears
//! it calls [`Db::rights_changed`]. SQLite has no such thing, and a message can be late, so what was read must not be
//! believed for long all the same.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use crate::{Db, Result, Tx, engine::Unit, notify::NOTIFY, sql};

/// Where processes say that they changed somebody's rights. The payload is empty.
pub const CHANNEL: &str = "mediap_rights";

/// Where it is written who asks and what they may do.
const TABLES: [&str; 14] = [
    "account",
    "api_key",
    "app",
    "app_connection",
    "app_token",
    "brand",
    "member",
    "member_grant",
    "organisation",
    "passkey",
    "role",
    "second_factor",
    "session",
    "support_access",
];

/// How often they have changed in this process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rights(Arc<AtomicU64>);

/// Says that rights have changed when it is dropped: after the commit, or when nobody waits for that any more.
pub(crate) struct Told(Rights);

impl Drop for Told {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::AcqRel);
    }
}

impl Db {
    /// Another number whenever somebody's rights may have changed.
    pub fn rights(&self) -> u64 {
        self.rights.0.load(Ordering::Acquire)
    }

    /// The same database as another process has it.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn apart(&self) -> Db {
        Db { pools: self.pools.clone(), rights: Rights::default() }
    }

    /// Somebody's rights may have changed.
    pub fn rights_changed(&self) {
        drop(Told(self.rights.clone()));
    }

    /// The same for a statement by itself, which other processes must know of, too.
    pub(crate) async fn tell_of_rights(&self) -> Result<()> {
        self.rights_changed();
        self.notify(CHANNEL, "").await
    }
}

impl Tx {
    /// Notes what a statement is about to change.
    pub(crate) fn note(&mut self, statement: &str) {
        self.changes_rights |= writes(statement);
    }

    /// Other processes hear of it by the commit, this one when what is returned is dropped.
    pub(crate) async fn tell_of_rights(&mut self) -> Result<Option<Told>> {
        if !self.changes_rights {
            return Ok(None);
        }
        if let Unit::Postgres(_) = &self.unit {
            let _: (bool,) = sql(NOTIFY).bind(CHANNEL).bind("").one(&mut *self).await?;
        }
        Ok(Some(Told(self.rights.clone())))
    }
}

/// Whether a statement writes into one of the [`TABLES`].
pub(crate) fn writes(statement: &str) -> bool {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut words = statement.split(|letter| !is_name(letter)).filter(|word| !word.is_empty());
    let mut last = "";
    while let Some(word) = words.next() {
        let names_it = matches!(word, "into" | "update") || (last == "delete" && word == "from");
        if names_it && words.clone().next().is_some_and(|table| TABLES.contains(&table)) {
            return true;
        }
        last = word;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_told_from_what_is_read() {
        for statement in [
            "update member set state = 'suspended' where id = $1",
            "insert into member_grant (id) values ($1)",
            "delete from session where id = $1",
            "with gone as (delete from api_key where id = $1 returning id) select count(*) from gone",
            "update\n  role set permissions = $2",
        ] {
            assert!(writes(statement), "{statement}");
        }
        for statement in [
            "select id from member where id = $1 for update",
            "select id from item where id = $1 for update of item",
            "insert into audit_log (member_id, role) select id, role from member",
            "update item set title = $1 where exists (select id from session)",
            "insert into item (id) values ($1) on conflict (id) do update set member = 1",
            "delete from comment where id in (select id from member)",
            "",
        ] {
            assert!(!writes(statement), "{statement}");
        }
    }
}
