//! What happened: one record per act, written in the act's own transaction.

use std::pin::Pin;

use live::Hearers;
use serde_json::Value;
use uuid::Uuid;

use crate::{Cx, MemberId, Permission, Result, Scope, Tx};

/// What else happens when something is recorded, in the same unit of work: a domain that tells others of it.
///
/// It may write and enqueue; it must not wait for anything outside the database.
pub type OnEvent =
    for<'a> fn(&'a mut Tx, &'a Cx, &'a Event) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Something a member did to a record.
///
/// It is kept for good (who did what) and, once the transaction has committed, told to the open pages that may know.
#[derive(Debug, Clone)]
pub struct Event {
    /// What happened, as `noun.verb-in-the-past`: `item.moved`.
    pub kind: &'static str,
    /// Kind of the record, e.g. `item`.
    pub subject_kind: &'static str,
    /// The record.
    pub subject_id: Uuid,
    /// What pages listen to; none when no page shows it.
    pub topic: Option<Topic>,
    /// Further facts, an object: ids and numbers. It is kept for good, so never secrets, and nothing about a person that
    /// they may one day ask to be erased.
    pub data: Value,
}

/// What open pages listen to, and which of them are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    pub(crate) name: String,
    pub(crate) hearers: Hearers,
}

impl Topic {
    /// Told to every member of the organisation: `organisation`.
    pub fn everyone(name: &str) -> Self {
        Topic { name: name.into(), hearers: Hearers::Everyone }
    }

    /// Told to whoever has the permission, in whichever part of the organisation: `workflow/<id>`.
    pub fn of(permission: Permission, name: String) -> Self {
        Topic { name, hearers: Hearers::Permission(permission.key().into()) }
    }

    /// Told to whoever has the permission everywhere or in one of these parts: who has it elsewhere does not even learn
    /// that something happened.
    pub fn within(permission: Permission, scopes: &[Scope], name: &str) -> Self {
        let scopes: Vec<String> = scopes.iter().map(Scope::to_string).collect();
        let key = format!("{}@{}", permission.key(), scopes.join(","));
        Topic { name: name.into(), hearers: Hearers::Permission(key) }
    }

    /// Told to one member alone: `member/<id>`.
    pub fn member(id: MemberId) -> Self {
        Topic { name: format!("member/{id}"), hearers: Hearers::Member(id.uuid()) }
    }

    /// Told to some members: `conversation/<id>`.
    pub fn members(name: String, members: impl IntoIterator<Item = MemberId>) -> Self {
        Topic { name, hearers: Hearers::Members(members.into_iter().map(MemberId::uuid).collect()) }
    }
}
