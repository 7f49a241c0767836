//! The audit log: what was done, in a chain of hashes that shows every later change and every gap.
//!
//! One chain per organisation. An entry is written in the transaction of its act, by [`crate::Tx::record`]; nothing
//! updates or deletes one. [`verify`] reads a chain from its beginning.

use std::{fmt::Write as _, str::FromStr};

use chrono::{DateTime, Utc};
use db::{Arg, Chain, sql};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{AccountId, Event, MemberId, OrganisationId, Result, Site};

#[cfg(test)]
mod tests;

/// What stands before the first entry of a chain.
const ORIGIN: [u8; 32] = [0; 32];

/// Entries read at once while a chain is verified.
const PAGE: i64 = 1_000;
/// Rows written in one statement: far below the limits of both engines.
const ROWS: usize = 100;

/// An entry, as it is hashed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Entry {
    pub(crate) number: i64,
    pub(crate) kind: String,
    pub(crate) subject_kind: String,
    pub(crate) subject_id: Uuid,
    pub(crate) actor_id: Option<MemberId>,
    pub(crate) supporter_id: Option<AccountId>,
    pub(crate) request_id: String,
    pub(crate) data: Value,
    pub(crate) created_at: DateTime<Utc>,
}

impl Entry {
    /// The hash after this entry. Each part is preceded by its length, so that no two entries read alike.
    fn hash(&self, organisation: OrganisationId, before: &[u8]) -> Vec<u8> {
        let mut hash = Sha256::new_with_prefix(before);
        hash.update(framed([organisation.to_string(), self.number.to_string()]));
        hash.update(self.rest());
        hash.finalize().to_vec()
    }

    /// What is hashed of an entry behind its number.
    fn rest(&self) -> Vec<u8> {
        let mut data = String::new();
        canonical(&self.data, &mut data);
        let actor = self.actor_id.map(|id| id.to_string()).unwrap_or_default();
        // Only where there is one: entries from before there was support keep their hash.
        let supporter = self.supporter_id.map(|id| id.to_string());
        let parts = [
            self.kind.clone(),
            self.subject_kind.clone(),
            self.subject_id.to_string(),
            actor,
            self.request_id.clone(),
            data,
            self.created_at.timestamp_micros().to_string(),
        ];
        framed(parts.into_iter().chain(supporter))
    }

    /// What is written of it besides its place in the chain.
    fn columns(self, organisation: OrganisationId) -> [Arg; 9] {
        [
            organisation.into(),
            self.kind.into(),
            self.subject_kind.into(),
            self.subject_id.into(),
            self.actor_id.into(),
            self.supporter_id.into(),
            self.request_id.into(),
            self.data.into(),
            self.created_at.into(),
        ]
    }
}

/// Begins to write entries: the place of each in the chain, then [`Entry::columns`].
const INSERT: &str = "insert into audit
   (number, hash, organisation_id, kind, subject_kind, subject_id, actor_id, supporter_id, request_id, data, created_at) ";

/// Parts in a row, each behind its length.
fn framed(parts: impl IntoIterator<Item = String>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend(part.len().to_be_bytes());
        bytes.extend(part.into_bytes());
    }
    bytes
}

/// JSON with sorted keys and without spaces: databases keep neither order nor spaces.
fn canonical(value: &Value, into: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| key.as_str());
            into.push('{');
            for (key, value) in fields {
                // Writing to a String does not fail.
                write!(into, "{}:", Value::from(key.as_str())).unwrap_or_default();
                canonical(value, into);
                into.push(',');
            }
            into.push('}');
        }
        Value::Array(values) => {
            into.push('[');
            for value in values {
                canonical(value, into);
                into.push(',');
            }
            into.push(']');
        }
        plain => write!(into, "{plain}").unwrap_or_default(),
    }
}

/// Who acts, in which request, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Act<'a> {
    /// The member.
    pub(crate) actor: MemberId,
    /// Who of support acts in the member's name.
    pub(crate) supporter: Option<AccountId>,
    pub(crate) request_id: &'a str,
    pub(crate) at: DateTime<Utc>,
}

impl Act<'_> {
    /// What was done by it, as the log has it.
    fn entry(self, number: i64, event: &Event) -> Entry {
        Entry {
            number,
            kind: event.kind.to_owned(),
            subject_kind: event.subject_kind.to_owned(),
            subject_id: event.subject_id,
            // The program itself is no member.
            actor_id: Some(self.actor).filter(|actor| !actor.uuid().is_nil()),
            supporter_id: self.supporter,
            request_id: self.request_id.to_owned(),
            data: event.data.clone(),
            created_at: self.at,
        }
    }
}

/// Appends entries to the chain of the organisation that `tx` works in. Whoever else does so waits from here to the end of `tx`.
pub(crate) async fn append(
    tx: &mut db::Tx,
    organisation: OrganisationId,
    act: Act<'_>,
    events: &[Event],
) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let many = i64::try_from(events.len()).unwrap_or(i64::MAX);
    let (last, mut hash): (i64, Vec<u8>) = sql("insert into audit_head (organisation_id, number, hash)
         values ($1, $3, $2)
         on conflict (organisation_id) do update set number = audit_head.number + $3
         returning number, hash")
    .bind(organisation)
    .bind(ORIGIN.to_vec())
    .bind(many)
    .one(&mut *tx)
    .await?;
    let mut rows = Vec::with_capacity(events.len());
    for (number, event) in (last - many + 1..).zip(events) {
        let entry = act.entry(number, event);
        hash = entry.hash(organisation, &hash);
        let end: [Arg; 2] = [entry.number.into(), hash.clone().into()];
        rows.push(end.into_iter().chain(entry.columns(organisation)));
    }
    for rows in rows.chunks(ROWS) {
        let mut query = sql(INSERT).push("values ");
        for (place, row) in rows.iter().enumerate() {
            query = query.push(if place == 0 { "" } else { ", " }).push_list(row.clone());
        }
        query.execute(&mut *tx).await?;
    }
    sql("update audit_head set hash = $2 where organisation_id = $1")
        .bind(organisation)
        .bind(hash)
        .exactly_one(tx)
        .await?;
    Ok(())
}

/// Adds the same to a chain of statements, where the database finds the number and the hash. Only for one entry, which most
/// acts write, or none.
pub(crate) fn append_in(
    chain: Chain,
    organisation: OrganisationId,
    act: Act<'_>,
    events: &[Event],
) -> Option<Chain> {
    let [event] = events else { return events.is_empty().then_some(chain) };
    let entry = act.entry(0, event);
    // In words for PostgreSQL: the hash before, the organisation, the number and the rest, as in `Entry::hash`.
    let (of, rest) = (framed([organisation.to_string()]), entry.rest());
    let chain = chain
        .then("head", |query, before| {
            query
                .push("insert into audit_head (organisation_id, number, hash) select ")
                .push_bind(organisation)
                .push(", 1, sha256(")
                .push_bind(ORIGIN.to_vec())
                .push(" || ")
                .push_bind(of.clone())
                .push(" || int8send(1) || convert_to('1', 'UTF8') || ")
                .push_bind(rest.clone())
                .push(")")
                .push_from(before)
                .push(
                    " on conflict (organisation_id) do update set number = audit_head.number + 1,
                     hash = sha256(audit_head.hash || ",
                )
                .push_bind(of)
                .push(
                    " || int8send(length((audit_head.number + 1)::text))
                     || convert_to((audit_head.number + 1)::text, 'UTF8') || ",
                )
                .push_bind(rest)
                .push(") returning number, hash")
        })
        .then("entry", |query, before| {
            query
                .push(INSERT)
                .push("select number, hash, event.*")
                .push_from(before)
                .push(", (values ")
                .push_list(entry.columns(organisation))
                .push(") event returning 1")
        });
    Some(chain)
}

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Entries that were read.
    pub entries: i64,
    /// The hash of the last one, in hexadecimal. Kept elsewhere, it proves later that nothing before it has changed.
    pub head: String,
    /// The first thing that is wrong, if anything is.
    pub fault: Option<Fault>,
}

/// What is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// An entry is not as it was written, or the one before it is not.
    #[error("entry {0} was changed after it was written, or put there by somebody else")]
    Changed(i64),
    /// Entries are gone from the beginning or the middle.
    #[error("entry {0} is missing")]
    Missing(i64),
    /// Entries are gone from the end, or the note of the end is.
    #[error("the log ends at entry {found}, but {expected} were written")]
    CutOff {
        /// The last entry there is.
        found: i64,
        /// How many there should be.
        expected: i64,
    },
}

#[derive(Debug, sqlx::FromRow)]
struct Kept {
    #[sqlx(flatten)]
    entry: Entry,
    hash: Vec<u8>,
}

/// An entry as [`verify`] found it once, kept where nobody who can write the database can: if the log was cut off before
/// it since, together with the note of its end, or written anew, it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The number of the entry that was the last one.
    pub number: i64,
    /// Its hash in hexadecimal.
    pub hash: String,
}

impl FromStr for Mark {
    type Err = String;

    /// `12:9f86d0…`: as `mediap audit verify` prints it.
    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (number, hash) = text.split_once(':')?;
            let number = number.parse().ok().filter(|number| 0 < *number)?;
            let whole = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            whole.then(|| Mark { number, hash: hash.to_ascii_lowercase() })
        };
        read().ok_or_else(|| "a number, a colon and a fingerprint of 64 digits, as it was printed".to_owned())
    }
}

/// Reads the whole chain of an organisation and says what is wrong with it, if anything is.
pub async fn verify(site: &Site, organisation: OrganisationId) -> Result<Verified> {
    verify_since(site, organisation, None).await
}

/// The same, and whether the entry of the mark is there as it was.
pub async fn verify_since(
    site: &Site,
    organisation: OrganisationId,
    mark: Option<&Mark>,
) -> Result<Verified> {
    let reader = site.reader(db::Scope::organisation(organisation.uuid()));
    let mut before = ORIGIN.to_vec();
    let mut number = 0;
    let verified = |number, hash: &[u8], fault| Verified { entries: number, head: hexadecimal(hash), fault };
    // Read first: entries that are appended meanwhile are not counted as too many.
    let head: Option<(i64, Vec<u8>)> = sql("select number, hash from audit_head where organisation_id = $1")
        .bind(organisation)
        .optional(&reader)
        .await?;
    let (expected, end) = head.unwrap_or_else(|| (0, ORIGIN.to_vec()));
    loop {
        let page: Vec<Kept> =
            sql("select number, kind, subject_kind, subject_id, actor_id, supporter_id, request_id, data,
               created_at, hash
             from audit
             where organisation_id = $1 and $2 < number
             order by number
             limit $3")
            .bind(organisation)
            .bind(number)
            .bind(PAGE)
            .all(&reader)
            .await?;
        if page.is_empty() {
            break;
        }
        for Kept { entry, hash } in page {
            if entry.number != number + 1 {
                return Ok(verified(number, &before, Some(Fault::Missing(number + 1))));
            }
            if entry.hash(organisation, &before) != hash || (entry.number == expected && hash != end) {
                return Ok(verified(number, &before, Some(Fault::Changed(entry.number))));
            }
            if mark.is_some_and(|mark| mark.number == entry.number && mark.hash != hexadecimal(&hash)) {
                return Ok(verified(number, &before, Some(Fault::Changed(entry.number))));
            }
            number = entry.number;
            before = hash;
        }
    }
    let expected = expected.max(mark.map_or(0, |mark| mark.number));
    let fault = (number < expected || head_is_lost(number, expected))
        .then_some(Fault::CutOff { found: number, expected });
    Ok(verified(number, &before, fault))
}

/// Entries without any note of where they end: somebody removed it.
fn head_is_lost(found: i64, expected: i64) -> bool {
    expected == 0 && 0 < found
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}
