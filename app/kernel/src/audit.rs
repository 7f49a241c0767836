//! The audit log: what was done, in a chain of hashes that shows every later change and every gap.
//!
//! One chain per organisation. An entry is written in the transaction of its act, by [`crate::Tx::record`]; nothing
//! updates or deletes one. [`verify`] reads a chain from its beginning.

use std::{fmt::Write as _, str::FromStr};

use chrono::{DateTime, Utc};
use db::{Arg, dialect, sql};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{AccountId, Event, MemberId, OrganisationId, Result, Site};

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
}

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

/// Appends entries to the chain of the organisation that `tx` works in. Whoever else does so waits from here to the end of `tx`.
pub(crate) async fn append(
    tx: &mut db::Tx,
    organisation: OrganisationId,
    act: Act<'_>,
    events: Vec<Event>,
) -> Result<()> {
    let entry = |number, event: Event| Entry {
        number,
        kind: event.kind.to_owned(),
        subject_kind: event.subject_kind.to_owned(),
        subject_id: event.subject_id,
        // The program itself is no member.
        actor_id: Some(act.actor).filter(|actor| !actor.uuid().is_nil()),
        supporter_id: act.supporter,
        request_id: act.request_id.to_owned(),
        data: event.data,
        created_at: act.at,
    };
    if events.len() == 1 && dialect::writes_in_one(tx.engine()) {
        for event in events {
            append_one(tx, organisation, entry(0, event)).await?;
        }
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
    let mut rows: Vec<Vec<Arg>> = Vec::with_capacity(events.len());
    for (number, event) in (last - many + 1..).zip(events) {
        let entry = entry(number, event);
        hash = entry.hash(organisation, &hash).to_vec();
        rows.push(vec![
            organisation.into(),
            entry.number.into(),
            entry.kind.into(),
            entry.subject_kind.into(),
            entry.subject_id.into(),
            entry.actor_id.into(),
            entry.supporter_id.into(),
            entry.request_id.into(),
            entry.data.into(),
            entry.created_at.into(),
            hash.clone().into(),
        ]);
    }
    for rows in rows.chunks(ROWS) {
        let mut query = sql("insert into audit
               (organisation_id, number, kind, subject_kind, subject_id, actor_id, supporter_id, request_id, data,
                created_at, hash)
             values ");
        for (place, row) in rows.iter().enumerate() {
            query = query.push(if place == 0 { "" } else { ", " }).push_list(row.iter().cloned());
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

/// Appends an entry whose number and hash the database finds, in one trip: most acts write one entry.
async fn append_one(tx: &mut db::Tx, organisation: OrganisationId, entry: Entry) -> Result<()> {
    // In words for PostgreSQL: the hash before, the organisation, the number and the rest, as in `Entry::hash`. It ends in a
    // space since it is not whole for SQLite.
    sql("with head as (
           insert into audit_head (organisation_id, number, hash)
           values ($1, 1, sha256($2 || $3 || int8send(1) || convert_to('1', 'UTF8') || $4))
           on conflict (organisation_id) do update
             set number = audit_head.number + 1,
                 hash = sha256(audit_head.hash || $3 || int8send(length((audit_head.number + 1)::text))
                   || convert_to((audit_head.number + 1)::text, 'UTF8') || $4)
           returning number, hash)
         insert into audit
           (organisation_id, number, hash, kind, subject_kind, subject_id, actor_id, supporter_id, request_id, data,
            created_at)
         select $1, head.number, head.hash, $5, $6, $7, $8, $9, $10, $11, $12 from head ")
    .bind(organisation)
    .bind(ORIGIN.to_vec())
    .bind(framed([organisation.to_string()]))
    .bind(entry.rest())
    .bind(entry.kind)
    .bind(entry.subject_kind)
    .bind(entry.subject_id)
    .bind(entry.actor_id)
    .bind(entry.supporter_id)
    .bind(entry.request_id)
    .bind(entry.data)
    .bind(entry.created_at)
    .exactly_one(tx)
    .await?;
    Ok(())
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

#[cfg(test)]
mod tests {
    use db::{Db, both};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::Cx;

    fn event(data: Value) -> Event {
        Event { kind: "team.created", subject_kind: "team", subject_id: Uuid::nil(), topic: None, data }
    }

    async fn written(db: &Db, count: usize) -> Cx {
        let cx = Cx::test(db, "Nordvik Cars").await;
        for number in 0..count {
            let mut tx = cx.begin().await.unwrap();
            tx.record(event(json!({ "b": number, "a": ["ö", null, 1.5], "c": { "z": true, "y": "" } })))
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        cx
    }

    async fn verified(cx: &Cx) -> Verified {
        verify(cx.visit().site(), cx.organisation_id()).await.unwrap()
    }

    both!(a_chain_that_nobody_touched_is_whole, |db| {
        let cx = written(&db, 5).await;
        let found = verified(&cx).await;
        assert_eq!((found.entries, found.fault, found.head.len()), (5, None, 64));
        let other = Cx::test(&db, "Halden Studio").await;
        assert_eq!(verified(&other).await.entries, 0);
    });

    both!(an_act_that_is_taken_back_leaves_no_gap, |db| {
        let cx = written(&db, 2).await;
        let mut tx = cx.begin().await.unwrap();
        tx.record(event(json!({}))).await.unwrap();
        drop(tx);
        let mut tx = cx.begin().await.unwrap();
        tx.record(event(json!({}))).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((verified(&cx).await.entries, verified(&cx).await.fault), (3, None));
    });

    both!(acts_at_the_same_moment_stand_in_one_chain, |db| {
        let cx = written(&db, 1).await;
        let acts = (0..20).map(|number| {
            let cx = cx.clone();
            tokio::spawn(async move {
                let mut tx = cx.begin().await.unwrap();
                // One by one and several together.
                for _ in 0..number % 3 + 1 {
                    tx.record(event(json!({ "number": number }))).await.unwrap();
                }
                tx.commit().await.unwrap();
            })
        });
        for act in acts.collect::<Vec<_>>() {
            act.await.unwrap();
        }
        assert_eq!((verified(&cx).await.entries, verified(&cx).await.fault), (40, None));
    });

    both!(nothing_can_be_changed_or_deleted, |db| {
        let cx = written(&db, 1).await;
        for statement in [
            "update audit set kind = 'nothing' where organisation_id = $1",
            "delete from audit where organisation_id = $1",
        ] {
            let mut tx = cx.begin().await.unwrap();
            let done = sql(statement).bind(cx.organisation_id()).execute(&mut tx).await;
            assert!(done.is_err(), "{statement}");
        }
    });

    both!(as owner: every_change_and_every_gap_is_found, |db| {
        // Somebody with all rights on the database takes the guard away first.
        for guard in GUARDS {
            sql(guard).execute(&db).await.ok();
        }
        let forge = async |statement: &'static str, expected: Fault| {
            let cx = written(&db, 5).await;
            let mut tx = cx.begin().await.unwrap();
            sql(statement).bind(cx.organisation_id()).execute(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(verified(&cx).await.fault, Some(expected), "{statement}");
        };
        forge("update audit set kind = 'x' where organisation_id = $1 and number = 3", Fault::Changed(3)).await;
        forge("update audit set data = '{}' where organisation_id = $1 and number = 5", Fault::Changed(5)).await;
        forge("update audit set actor_id = null where organisation_id = $1 and number = 1", Fault::Changed(1)).await;
        let added = "update audit set supporter_id = actor_id where organisation_id = $1 and number = 2";
        forge(added, Fault::Changed(2)).await;
        forge("delete from audit where organisation_id = $1 and number = 2", Fault::Missing(2)).await;
        forge("delete from audit where organisation_id = $1 and number = 1", Fault::Missing(1)).await;
        let cut = Fault::CutOff { found: 4, expected: 5 };
        forge("delete from audit where organisation_id = $1 and number = 5", cut).await;
        let lost = Fault::CutOff { found: 5, expected: 0 };
        forge("delete from audit_head where organisation_id = $1", lost).await;
    });

    const GUARDS: [&str; 3] = [
        "drop trigger audit_no_update",
        "drop trigger audit_no_delete",
        "alter table audit disable trigger user",
    ];

    proptest! {
        #[test]
        fn the_order_of_keys_does_not_matter(pairs in proptest::collection::btree_map("[a-z]{0,4}", any::<i64>(), 0..6)) {
            let forth: Value = pairs.iter().map(|(key, value)| (key.clone(), Value::from(*value))).collect();
            let back: Value = pairs.iter().rev().map(|(key, value)| (key.clone(), Value::from(*value))).collect();
            let (mut one, mut other) = (String::new(), String::new());
            canonical(&forth, &mut one);
            canonical(&back, &mut other);
            prop_assert_eq!(one, other);
        }

        #[test]
        fn what_differs_is_hashed_differently(one in "[a-c]{0,3}", two in "[a-c]{0,3}", moved in 0_usize..3) {
            // Letters that move from one column to the next must not read the same.
            let entry = |kind: &str, subject_kind: &str| Entry {
                number: 1,
                kind: kind.to_owned(),
                subject_kind: subject_kind.to_owned(),
                subject_id: Uuid::nil(),
                actor_id: None,
                supporter_id: None,
                request_id: String::new(),
                data: json!({}),
                created_at: DateTime::UNIX_EPOCH,
            };
            let whole = format!("{one}{two}");
            let at = moved.min(whole.len());
            let same = at == one.len();
            let organisation = OrganisationId::from(Uuid::nil());
            let first = entry(&one, &two).hash(organisation, &ORIGIN);
            let second = entry(&whole[..at], &whole[at..]).hash(organisation, &ORIGIN);
            prop_assert_eq!(first == second, same);
        }
    }
}
