//! What is kept about people: which rows belong to a person, what an export of them holds, what an erasure does.
//!
//! Each domain publishes its [`PersonRows`], and the program puts them together ([`crate::Site::with_person_rows`]).
//! Export, dry run and erasure only follow them, so there is no rule that is written down and not done. A test walks the
//! schema and fails when a column that points to a person has no rule.

use chrono::{DateTime, Utc};
use db::{Fields, On, Query, sql};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{AccountId, MemberId, OrganisationId, Result, Tx};

/// What stands where the name of an erased person stood.
pub const NOBODY: &str = "Erased person";

/// Rows of one table that have to do with a person.
#[derive(Debug, Clone, Copy)]
pub struct PersonRows {
    /// The table.
    pub table: &'static str,
    /// The column that has to do with the person.
    pub column: &'static str,
    /// How the rows of a person are found.
    pub found_by: FoundBy,
    /// What they are, in words that begin a line.
    pub what: &'static str,
    /// What an export holds of them.
    pub export: Export,
    /// What an erasure does to them.
    pub erasure: Erasure,
}

/// What is compared with what is known of the person. The text is SQL before ` = `.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundBy {
    /// It is their account: the rows are theirs in every organisation.
    Account(&'static str),
    /// The same in a table of the organisation.
    AccountHere(&'static str),
    /// It is their e-mail address.
    Address(&'static str),
    /// The same in a table of the organisation.
    AddressHere(&'static str),
    /// It is their membership: the rows are the organisation's.
    Member(&'static str),
    /// Their name is one of the texts in this JSON column.
    Name(&'static str),
    /// The same in a table of the organisation.
    NameHere(&'static str),
}

/// What an export holds of some rows.
#[derive(Debug, Clone, Copy)]
pub enum Export {
    /// The rows, in a section of this name.
    In {
        /// The section.
        section: &'static str,
        /// Columns, or SQL that computes them.
        columns: &'static [&'static str],
        /// Columns that say nothing about the person, or that nobody may take away: numbers, hashes, secrets.
        withheld: &'static [&'static str],
    },
    /// Nothing, and why.
    Not(&'static str),
}

/// What an erasure does to some rows.
#[derive(Debug, Clone, Copy)]
pub enum Erasure {
    /// They are deleted.
    Delete,
    /// They stay without what these columns said.
    Clear(&'static [(&'static str, Blank)]),
    /// They stay with [`NOBODY`] in the place of the name, and why.
    Reword(&'static str),
    /// They stay and point to a person without a name, and why.
    Pseudonym(&'static str),
    /// They stay as they are, and why.
    Keep(&'static str),
}

/// What a cleared column holds.
#[derive(Debug, Clone, Copy)]
pub enum Blank {
    /// Nothing.
    Null,
    /// A text of everybody who was erased.
    Text(&'static str),
    /// When they were erased.
    Moment,
    /// The account without a name that stands for this member; see [`Subject::nobody`].
    Nobody,
}

impl PersonRows {
    /// Rows of an account, to be deleted. Say what is exported.
    pub const fn of_account(table: &'static str, what: &'static str) -> Self {
        PersonRows {
            table,
            column: "account_id",
            found_by: FoundBy::Account("account_id"),
            what,
            export: Export::Not(""),
            erasure: Erasure::Delete,
        }
    }

    /// Rows of a member, to be deleted. Say what is exported.
    pub const fn of_member(table: &'static str, column: &'static str, what: &'static str) -> Self {
        PersonRows { column, found_by: FoundBy::Member(column), ..Self::of_account(table, what) }
    }

    /// Who made or changed a record of the organisation.
    pub const fn by(table: &'static str, column: &'static str, what: &'static str) -> Self {
        Self::of_member(table, column, what)
            .not_exported("the audit log in the export says what they did")
            .erased(Erasure::Pseudonym("a record of the organisation; it names nobody any more"))
    }

    /// The same rows found in another way.
    #[must_use]
    pub const fn found_by(self, column: &'static str, found_by: FoundBy) -> Self {
        PersonRows { column, found_by, ..self }
    }

    /// They are exported.
    #[must_use]
    pub const fn exported(
        self,
        section: &'static str,
        columns: &'static [&'static str],
        withheld: &'static [&'static str],
    ) -> Self {
        PersonRows { export: Export::In { section, columns, withheld }, ..self }
    }

    /// They are not exported, and why.
    #[must_use]
    pub const fn not_exported(self, why: &'static str) -> Self {
        PersonRows { export: Export::Not(why), ..self }
    }

    /// What an erasure does to them.
    #[must_use]
    pub const fn erased(self, erasure: Erasure) -> Self {
        PersonRows { erasure, ..self }
    }
}

/// The person whose rows are looked for.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The organisation that looks.
    pub organisation: OrganisationId,
    /// Their membership there.
    pub member: MemberId,
    /// Their account.
    pub account: AccountId,
    /// Full name.
    pub name: String,
    /// Address, in lower case.
    pub email: String,
}

impl Subject {
    /// The account without a name that takes the place of theirs. Its id is the member's, so that erasing twice is
    /// erasing once.
    pub fn nobody(&self) -> AccountId {
        self.member.uuid().into()
    }
}

impl PersonRows {
    /// Whether the rows belong to the account, wherever the person works, and not to the organisation.
    pub fn are_of_the_account(&self) -> bool {
        matches!(self.found_by, FoundBy::Account(_) | FoundBy::Address(_) | FoundBy::Name(_))
    }

    /// How many there are.
    pub async fn count(&self, on: impl Into<On<'_>>, subject: &Subject) -> Result<i64> {
        if let FoundBy::Name(column) | FoundBy::NameHere(column) = self.found_by {
            return Ok(number(self.naming(on, column, subject).await?.len()));
        }
        let query = sql("select count(*) from ").push(self.table);
        let (count,): (i64,) = self.of(query, subject).one(on).await?;
        Ok(count)
    }

    /// The rows as an export holds them, oldest first.
    pub async fn read(&self, on: impl Into<On<'_>>, subject: &Subject) -> Result<Vec<Map<String, Value>>> {
        let Export::In { columns, .. } = self.export else { return Ok(Vec::new()) };
        let query = listed(sql("select "), columns.iter().copied()).push(" from ").push(self.table);
        let rows: Vec<Fields> = self.of(query, subject).all(on).await?;
        let mut rows: Vec<_> = rows.into_iter().map(|Fields(fields)| fields).collect();
        let moment =
            |row: &Map<String, Value>| row.get("created_at").and_then(Value::as_str).map(str::to_owned);
        rows.sort_by_cached_key(moment);
        Ok(rows)
    }

    /// Does what the rule says, and tells to how many rows.
    pub async fn erase(&self, tx: &mut Tx, subject: &Subject, at: DateTime<Utc>) -> Result<i64> {
        let changed = match self.erasure {
            Erasure::Delete => self.of(sql("delete from ").push(self.table), subject).execute(tx).await?,
            Erasure::Clear(columns) => {
                let mut query = sql("update ").push(self.table).push(" set ");
                let mut between = "";
                for (column, blank) in columns {
                    query = query.push(between).push(column).push(" = ");
                    query = match blank {
                        Blank::Null => query.push("null"),
                        Blank::Text(text) => query.push_bind(*text),
                        Blank::Moment => query.push_bind(at),
                        Blank::Nobody => query.push_bind(subject.nobody()),
                    };
                    between = ", ";
                }
                self.of(query, subject).execute(tx).await?
            }
            Erasure::Reword(_) => return self.reword(tx, subject).await,
            Erasure::Pseudonym(_) | Erasure::Keep(_) => return self.count(tx, subject).await,
        };
        Ok(i64::try_from(changed).unwrap_or(i64::MAX))
    }

    /// Adds which rows are meant.
    fn of(&self, query: Query, subject: &Subject) -> Query {
        let query = query.push(" where ");
        match self.found_by {
            FoundBy::Account(key) => query.push(key).push(" = ").push_bind(subject.account),
            FoundBy::Address(key) => query.push(key).push(" = ").push_bind(&subject.email),
            FoundBy::AddressHere(key) => {
                self.here(query, subject).push(key).push(" = ").push_bind(&subject.email)
            }
            FoundBy::AccountHere(key) => {
                self.here(query, subject).push(key).push(" = ").push_bind(subject.account)
            }
            FoundBy::Member(key) => self.here(query, subject).push(key).push(" = ").push_bind(subject.member),
            FoundBy::Name(column) | FoundBy::NameHere(column) => self
                .here(query, subject)
                .push("cast(")
                .push(column)
                .push(" as text) like ")
                .push_bind(pattern(&subject.name))
                .push(" escape '!'"),
        }
    }

    /// Tables of organisations are only read with the organisation.
    fn here(&self, query: Query, subject: &Subject) -> Query {
        if self.are_of_the_account() {
            query
        } else {
            query.push("organisation_id = ").push_bind(subject.organisation).push(" and ")
        }
    }

    /// The rows that say the name, with what they should say.
    async fn naming(
        &self,
        on: impl Into<On<'_>>,
        column: &'static str,
        subject: &Subject,
    ) -> Result<Vec<(Uuid, Value)>> {
        let query = sql("select id, ").push(column).push(" from ").push(self.table);
        let rows: Vec<(Uuid, Value)> = self.of(query, subject).all(on).await?;
        let named =
            |(id, mut value): (Uuid, Value)| without_name(&mut value, &subject.name).then_some((id, value));
        Ok(rows.into_iter().filter_map(named).collect())
    }

    async fn reword(&self, tx: &mut Tx, subject: &Subject) -> Result<i64> {
        let rows = self.naming(&mut *tx, self.column, subject).await?;
        let count = number(rows.len());
        for (id, value) in rows {
            let query =
                sql("update ").push(self.table).push(" set ").push(self.column).push(" = ").push_bind(value);
            self.here(query.push(" where "), subject)
                .push("id = ")
                .push_bind(id)
                .exactly_one(&mut *tx)
                .await?;
        }
        Ok(count)
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Appends texts with commas in between.
fn listed(query: Query, texts: impl Iterator<Item = &'static str>) -> Query {
    let (query, _) = texts.fold((query, ""), |(query, between), text| (query.push(between).push(text), ", "));
    query
}

/// The name as it may stand in JSON, for `like`.
fn pattern(name: &str) -> String {
    let quoted = Value::from(name).to_string();
    let mut pattern = String::from("%");
    for letter in quoted.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// Puts [`NOBODY`] in the place of each text that is the name, and says whether there was one.
fn without_name(value: &mut Value, name: &str) -> bool {
    match value {
        Value::String(text) if text == name => {
            NOBODY.clone_into(text);
            true
        }
        Value::Array(values) => all_without_name(values.iter_mut(), name),
        Value::Object(fields) => all_without_name(fields.values_mut(), name),
        _ => false,
    }
}

fn all_without_name<'a>(values: impl Iterator<Item = &'a mut Value>, name: &str) -> bool {
    let mut found = false;
    for value in values {
        found |= without_name(value, name);
    }
    found
}

/// What the kernel itself keeps about people.
pub const ROWS: &[PersonRows] = &[
    PersonRows::of_member("audit", "actor_id", "Entries of the audit log about what they did")
        .exported("audit_acts", AUDIT, AUDIT_WITHHELD)
        .erased(Erasure::Pseudonym(PROOF)),
    PersonRows::of_member("audit", "subject_id", "Entries of the audit log about them")
        .found_by("subject_id", FoundBy::Member("subject_kind = 'member' and subject_id"))
        .exported("audit_about", AUDIT, AUDIT_WITHHELD)
        .erased(Erasure::Pseudonym(PROOF)),
    PersonRows::of_account("audit", "Entries of the audit log about what they did as support")
        .found_by("supporter_id", FoundBy::AccountHere("supporter_id"))
        .not_exported("it belongs to those in whose name they acted")
        .erased(Erasure::Pseudonym(PROOF)),
    PersonRows::of_member("act_key", "member_id", "What their browser may send once more")
        .not_exported("keys of a week that say nothing by themselves"),
    PersonRows::of_member("outbox", "hearer_id", "What their own pages are told of")
        .not_exported(TOLD)
        .erased(Erasure::Pseudonym(TOLD)),
    PersonRows::of_member("outbox", "subject_id", "What pages are told of that happened to them")
        .not_exported(TOLD)
        .erased(Erasure::Pseudonym(TOLD)),
    PersonRows::of_account("mail", "Mails of the organisation to them")
        .found_by("recipient", FoundBy::AddressHere("lower(recipient)"))
        .exported("mails", MAIL, MAIL_WITHHELD),
    PersonRows::of_account("mail", "Mails about their account")
        .found_by("recipient", FoundBy::Address("organisation_id is null and lower(recipient)"))
        .exported("mails", MAIL, MAIL_WITHHELD),
];

const TOLD: &str = "ids of what happened within a day, which then goes";

const PROOF: &str = "the proof of who did what: a chain that cannot be changed, with ids and without names";
const MAIL: &[&str] = &["recipient", "subject", "state", "answer", "created_at", "sent_at"];
/// What a mail says is in their mailbox, or on the way there; here it may still let somebody in.
const MAIL_WITHHELD: &[&str] = &["key", "content", "attempts", "handed_at", "last_error"];
const AUDIT: &[&str] = &["number", "kind", "subject_kind", "subject_id", "data", "created_at"];
const AUDIT_WITHHELD: &[&str] = &["actor_id", "request_id", "hash"];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_whole_name_is_replaced() {
        let mut value =
            json!({ "changes": [{ "label": "Assignee", "from": "Bo", "to": "Bo Ek" }], "count": 2 });
        assert!(without_name(&mut value, "Bo"));
        assert_eq!(
            value,
            json!({ "changes": [{ "label": "Assignee", "from": NOBODY, "to": "Bo Ek" }], "count": 2 })
        );
        assert!(!without_name(&mut value, "Bo"));
    }

    #[test]
    fn a_pattern_takes_letters_as_they_are() {
        assert_eq!(pattern("Åsa \"100%\" B_!"), "%\"Åsa \\\"100!%\\\" B!_!!\"%");
    }

    proptest! {
        #[test]
        fn a_name_that_was_replaced_is_gone(name in "[a-z]{1,4}", texts in proptest::collection::vec("[a-z]{1,4}", 0..6)) {
            let mut value = json!({ "texts": texts });
            let found = without_name(&mut value, &name);
            prop_assert_eq!(found, texts.contains(&name));
            prop_assert!(!value["texts"].as_array().unwrap().contains(&Value::from(name)));
        }
    }
}
