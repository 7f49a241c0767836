//! When what is kept in memory of the database may not be so any more.
//!
//! Some of it every request begins with, and it seldom changes: who asks and what they may do, or how a workflow runs. What
//! was read of it may be kept in memory, together with the [`Db::changes`] from before the reading: as long as that number
//! is the same, no statement of this process has written into any of its tables since. What other processes write there
//! they say on [`CHANNEL`]; who hears it calls [`Db::changed`]. SQLite has no such thing, and a message can be late, so what
//! was read must not be believed for long all the same.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use crate::{Db, Result, Tx, engine::Unit, notify::NOTIFY, sql};

/// Where processes say what they changed: the payload is [`Known::name`].
pub const CHANNEL: &str = "mediap_known";

/// What may be kept in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Who asks, and what they may do.
    Rights,
    /// How workflows run.
    Designs,
}

/// Counts that stand in the tables of what is known, and are no part of it: they change with every item.
const COUNTS: [&str; 3] = ["item_count", "next_number", "turn_member_id"];

impl Known {
    /// All of it.
    pub const ALL: [Known; 2] = [Known::Rights, Known::Designs];

    /// What other processes call it.
    pub fn name(self) -> &'static str {
        match self {
            Known::Rights => "rights",
            Known::Designs => "designs",
        }
    }

    /// What is called so.
    pub fn named(name: &str) -> Option<Known> {
        Known::ALL.into_iter().find(|known| known.name() == name)
    }

    fn tables(self) -> &'static [&'static str] {
        match self {
            Known::Rights => &[
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
            ],
            Known::Designs => &["field", "step", "transition", "workflow"],
        }
    }
}

/// How often each has changed in this process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes(Arc<[AtomicU64; Known::ALL.len()]>);

impl Changes {
    fn of(&self, known: Known) -> &AtomicU64 {
        let [rights, designs] = &*self.0;
        match known {
            Known::Rights => rights,
            Known::Designs => designs,
        }
    }
}

/// Says that something has changed when it is dropped: after the commit, or when nobody waits for that any more.
pub(crate) struct Told(Changes, Vec<Known>);

impl Drop for Told {
    fn drop(&mut self) {
        for known in &self.1 {
            self.0.of(*known).fetch_add(1, Ordering::AcqRel);
        }
    }
}

impl Db {
    /// Another number whenever this may have changed.
    pub fn changes(&self, known: Known) -> u64 {
        self.changes.of(known).load(Ordering::Acquire)
    }

    /// The same database as another process has it.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn apart(&self) -> Db {
        Db { pools: self.pools.clone(), changes: Changes::default() }
    }

    /// This may have changed.
    pub fn changed(&self, known: &[Known]) {
        drop(Told(self.changes.clone(), known.to_vec()));
    }

    /// The same for a statement by itself, which other processes must know of, too.
    pub(crate) async fn tell(&self, changed: Vec<Known>) -> Result<()> {
        self.changed(&changed);
        for known in changed {
            self.notify(CHANNEL, known.name()).await?;
        }
        Ok(())
    }
}

impl Tx {
    /// Notes what a statement is about to change.
    pub(crate) fn note(&mut self, statement: &str) {
        for known in written(statement) {
            if !self.changed.contains(&known) {
                self.changed.push(known);
            }
        }
    }

    /// Other processes hear of it by the commit, this one when what is returned is dropped.
    pub(crate) async fn tell(&mut self) -> Result<Told> {
        let told = Told(self.changes.clone(), std::mem::take(&mut self.changed));
        if let Unit::Postgres(_) = &self.unit {
            for known in &told.1 {
                let _: (bool,) = sql(NOTIFY).bind(CHANNEL).bind(known.name()).one(&mut *self).await?;
            }
        }
        Ok(told)
    }
}

/// What a statement writes into.
pub(crate) fn written(statement: &str) -> Vec<Known> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut words = statement.split(|letter| !is_name(letter)).filter(|word| !word.is_empty());
    let (mut found, mut last) = (Vec::new(), "");
    while let Some(word) = words.next() {
        let names_it = matches!(word, "into" | "update") || (last == "delete" && word == "from");
        last = word;
        if !names_it {
            continue;
        }
        let mut next = words.clone();
        let (Some(table), set, column) = (next.next(), next.next(), next.next()) else { continue };
        if word == "update" && set == Some("set") && column.is_some_and(|column| COUNTS.contains(&column)) {
            continue;
        }
        found.extend(Known::ALL.into_iter().filter(|known| known.tables().contains(&table)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_told_from_what_is_read() {
        let (rights, designs) = (vec![Known::Rights], vec![Known::Designs]);
        for (statement, expected) in [
            ("update member set state = 'suspended' where id = $1", rights.clone()),
            ("insert into member_grant (id) values ($1)", rights.clone()),
            ("delete from session where id = $1", rights.clone()),
            (
                "with gone as (delete from api_key where id = $1 returning id) select count(*) from gone",
                rights.clone(),
            ),
            ("update\n  role set permissions = $2", rights),
            ("update step set name = $2, item_count = 0", designs.clone()),
            ("insert into field (id) values ($1)", designs),
        ] {
            assert_eq!(written(statement), expected, "{statement}");
        }
        for statement in [
            "select id from member where id = $1 for update",
            "select id from item where id = $1 for update of item",
            "insert into audit_log (member_id, role) select id, role from member",
            "update item set title = $1 where exists (select id from session)",
            "insert into item (id) values ($1) on conflict (id) do update set member = 1",
            "delete from comment where id in (select id from member)",
            "update step set item_count = item_count + $3 where id = $1",
            "",
        ] {
            assert_eq!(written(statement), [], "{statement}");
        }
    }
}
