//! Taking a person's data away, and erasing them.

use std::collections::BTreeMap;

use kernel::{
    Cx, Error, Event, MemberId, OrganisationId, Permission, Result, Role, Tx,
    privacy::{Erasure, Export, PersonRows, Subject},
};
use serde_json::{Value, json};

use crate::{
    member::{self, model::State, repo::Found},
    organisation::acts::topic,
    privacy::{
        model::{Erased, ErasureLine, ErasurePlan, Fate},
        repo,
        tombstone::Tombstone,
    },
    role::rules::Refusal,
};

/// A member whose data is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    subject: Subject,
    /// What others call them.
    called: String,
    role: Role,
    /// Whether they have answered the invitation.
    joined: bool,
    /// Whether they have a say in the organisation now.
    active: bool,
}

impl Person {
    pub(crate) fn from(found: Found, organisation: OrganisationId) -> Self {
        Person {
            called: found.called().to_owned(),
            subject: Subject {
                organisation,
                member: found.id,
                account: found.account_id,
                name: found.name,
                email: found.email,
            },
            role: found.role,
            joined: found.state != State::Invited,
            active: found.state == State::Active && !found.removed,
        }
    }

    /// Whether nobody knows any more who they were.
    pub(crate) fn is_erased(&self) -> bool {
        self.subject.account == self.subject.nobody()
    }
}

async fn person(on: impl Into<db::On<'_>>, cx: &Cx, id: MemberId) -> Result<Person> {
    let found = member::repo::find(on, cx.organisation_id(), id).await?;
    Ok(Person::from(found, cx.organisation_id()))
}

/// Everybody may have their own data. It is asked for once more who is there.
fn may_export(cx: &Cx, id: MemberId) -> Result<Cx> {
    let cx = if id == cx.member_id() { cx.clone() } else { cx.clone().require(Permission::PersonExport)? };
    cx.require_recent()?;
    Ok(cx)
}

/// Where the data of a person can be fetched.
pub async fn prepare(cx: &Cx, id: MemberId) -> Result<String> {
    let cx = may_export(cx, id)?;
    person(cx.db(), &cx, id).await?;
    Ok(format!("/settings/people/{id}/data.json"))
}

/// Everything that is known of a person in this organisation, by section, and what is left out.
///
/// What belongs to the account and not to the organisation is only in it when the account is this organisation's alone, or
/// when the person asks themselves: where somebody else works, and on which devices, is nobody's business here.
pub async fn export(cx: &Cx, id: MemberId) -> Result<Value> {
    let cx = may_export(cx, id)?;
    let person = person(cx.db(), &cx, id).await?;
    let subject = &person.subject;
    let with_account = id == cx.member_id() || is_ours_alone(&cx, subject).await?;
    let with_profile = with_account || person.joined;
    let mut sections = BTreeMap::<&str, Vec<Value>>::new();
    let mut left_out = Vec::new();
    for rows in cx.visit().site().person_rows() {
        match rows.export {
            Export::Not(why) => left_out.push(json!({ "what": rows.what, "why": why })),
            Export::In { .. } if rows.table == PROFILE && !with_profile => left_out.push(not_ours(rows)),
            Export::In { .. } if rows.are_of_the_account() && rows.table != PROFILE && !with_account => {
                left_out.push(not_ours(rows));
            }
            Export::In { section, .. } => {
                let found = rows.read(cx.db(), subject).await?;
                sections.entry(section).or_default().extend(found.into_iter().map(Value::Object));
            }
        }
    }
    let mut tx = cx.begin().await?;
    tx.record(event("person.exported", id, json!({}))).await?;
    tx.commit().await?;
    Ok(json!({
        "about": {
            "person": person.called,
            "member": subject.member,
            "organisation": cx.membership().organisation_name,
            "written_at": cx.now().to_rfc3339(),
            "note": "Pictures stand here in base64; times are in UTC.",
        },
        "data": sections,
        "left_out": left_out,
    }))
}

/// The table of what a person tells about themselves, which every organisation of theirs sees.
const PROFILE: &str = "account";

fn not_ours(rows: &PersonRows) -> Value {
    json!({ "what": rows.what, "why": "the account is not of this organisation alone" })
}

/// Whether the account is for nobody but this organisation to speak of.
async fn is_ours_alone(cx: &Cx, subject: &Subject) -> Result<bool> {
    // Another person's memberships are seen through a reader of their own, which needs a connection.
    cx.visit().rest().await;
    let reader = cx.visit().site().reader(db::Scope::account(subject.account.uuid()));
    Ok(!repo::is_shared(&reader, subject.account, subject.organisation).await?)
}

/// What erasing a person would do: the same rows that [`erase`] touches, counted.
pub async fn plan(cx: &Cx, id: MemberId) -> Result<ErasurePlan> {
    let cx = cx.clone().require(Permission::PersonErase)?;
    let person = person(cx.db(), &cx, id).await?;
    let whole = is_ours_alone(&cx, &person.subject).await?;
    let owners = member::repo::count_owners(cx.db(), cx.organisation_id()).await?;
    let obstacle = obstacle(&cx, &person, owners).err().map(|error| error.to_string());
    let mut lines = Vec::new();
    if !person.is_erased() {
        for rows in wanted(&cx, whole) {
            lines.push(line(rows, rows.count(cx.db(), &person.subject).await?));
        }
    }
    let Person { called, subject: Subject { email, .. }, .. } = person;
    Ok(ErasurePlan { id, name: called, email, obstacle, whole, lines: told(lines) })
}

/// Erases a person: deletes what is theirs, and takes the name from what is the organisation's.
pub async fn erase(cx: &Cx, id: MemberId, email: &str) -> Result<Erased> {
    let cx = cx.clone().require(Permission::PersonErase)?;
    cx.require_recent()?;
    let mut tx = cx.begin().await?;
    member::repo::lock_owners(&mut tx, cx.organisation_id()).await?;
    let person = person(&mut tx, &cx, id).await?;
    let owners = member::repo::count_owners(&mut tx, cx.organisation_id()).await?;
    obstacle(&cx, &person, owners)?;
    if email.trim().to_lowercase() != person.subject.email {
        return Err(Error::invalid(
            "email",
            "This is not the address of this person. Type it as it stands above.",
        ));
    }
    let tombstone = Tombstone {
        organisation: cx.organisation_id(),
        member: id,
        whole: true,
        erased_at: cx.now(),
        erased_by: cx.member_id(),
    };
    let (whole, lines) = forget(&mut tx, &cx, &person, &tombstone).await?;
    tx.record(event("person.erased", id, json!({ "whole": whole }))).await?;
    tx.commit().await?;
    Ok(Erased { id, lines: told(lines) })
}

/// Why the person cannot be erased by this one, if they cannot.
fn obstacle(cx: &Cx, person: &Person, owners: i64) -> Result<()> {
    if person.is_erased() {
        return Err(Error::Conflict("This person is erased already.".into()));
    }
    if person.role == Role::Owner && cx.membership().role != Role::Owner {
        return Err(Refusal::OwnersOnly.into());
    }
    if person.role == Role::Owner && person.active && owners <= 1 {
        return Err(Error::Conflict(format!(
            "{} is the only owner. Make somebody else an owner first.",
            person.called
        )));
    }
    Ok(())
}

/// Follows the rules, and writes the tombstone. Says whether the account went too, and what was done.
pub(crate) async fn forget(
    tx: &mut Tx,
    cx: &Cx,
    person: &Person,
    tombstone: &Tombstone,
) -> Result<(bool, Vec<ErasureLine>)> {
    let subject = &person.subject;
    tx.also_account(subject.account).await?;
    let shared = repo::is_shared(&mut *tx, subject.account, subject.organisation).await?;
    let whole = tombstone.whole && !shared;
    repo::insert_nobody(tx, subject, tombstone.erased_at).await?;
    // What stays is counted first: the rules before may delete rows that a later one points to as well.
    let mut stays = BTreeMap::new();
    for (at, rows) in wanted(cx, whole).enumerate() {
        if !changes(rows) {
            stays.insert(at, rows.count(&mut *tx, subject).await?);
        }
    }
    let mut lines = Vec::new();
    for (at, rows) in wanted(cx, whole).enumerate() {
        let count = match stays.get(&at) {
            Some(count) => *count,
            None => rows.erase(tx, subject, tombstone.erased_at).await?,
        };
        lines.push(line(rows, count));
    }
    repo::bury(tx, &Tombstone { whole, ..tombstone.clone() }).await?;
    Ok((whole, lines))
}

/// The rules in the order in which they are followed: first what the organisation has, then the account, last its row.
fn wanted(cx: &Cx, whole: bool) -> impl Iterator<Item = &'static PersonRows> {
    let all = || cx.visit().site().person_rows();
    let here = all().filter(|rows| !rows.are_of_the_account());
    let account = all().filter(move |rows| whole && rows.are_of_the_account() && rows.table != PROFILE);
    let profile = all().filter(move |rows| whole && rows.table == PROFILE);
    here.chain(account).chain(profile)
}

fn changes(rows: &PersonRows) -> bool {
    !matches!(rows.erasure, Erasure::Pseudonym(_) | Erasure::Keep(_))
}

fn line(rows: &PersonRows, count: i64) -> ErasureLine {
    let (fate, why) = match rows.erasure {
        Erasure::Delete => (Fate::Deleted, ""),
        Erasure::Clear(_) => (Fate::Cleared, ""),
        Erasure::Reword(why) | Erasure::Pseudonym(why) => (Fate::Nameless, why),
        Erasure::Keep(why) => (Fate::Kept, why),
    };
    ErasureLine { what: rows.what.to_owned(), rows: count, fate, why: why.to_owned() }
}

/// Kinds of which there is nothing are not told.
fn told(mut lines: Vec<ErasureLine>) -> Vec<ErasureLine> {
    lines.retain(|line| line.rows != 0);
    lines
}

fn event(kind: &'static str, id: MemberId, data: Value) -> Event {
    Event { kind, subject_kind: "member", subject_id: id.uuid(), topic: topic(), data }
}
