//! What happened: one record per act, written in the act's own transaction.

use live::Hearers;
use serde_json::Value;
use uuid::Uuid;

use crate::{MemberId, Permission};

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

    /// Told to one member alone: `member/<id>`.
    pub fn member(id: MemberId) -> Self {
        Topic { name: format!("member/{id}"), hearers: Hearers::Member(id.uuid()) }
    }

    /// Told to some members: `conversation/<id>`.
    pub fn members(name: String, members: impl IntoIterator<Item = MemberId>) -> Self {
        Topic { name, hearers: Hearers::Members(members.into_iter().map(MemberId::uuid).collect()) }
    }
}
