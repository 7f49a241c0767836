//! One thing that happened, as open pages are told of it.

use uuid::Uuid;

/// Which members hear something.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Hearers {
    /// Every member of the organisation.
    Everyone,
    /// Who has the permission with this key.
    Permission(String),
    /// This member alone.
    Member(Uuid),
    /// These members: those of a conversation.
    Members(Vec<Uuid>),
}

/// What is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNews {
    /// What pages listen to, e.g. `workflow/<id>`.
    pub topic: String,
    /// What happened, e.g. `item.moved`.
    pub kind: &'static str,
    /// The record it happened to.
    pub subject_id: Uuid,
    /// Who hears it.
    pub hearers: Hearers,
}

impl NewNews {
    /// As the outbox keeps it, where a row has one hearer: the same for each of several members.
    pub(crate) fn rows(&self) -> Vec<NewNews> {
        let Hearers::Members(members) = &self.hearers else { return vec![self.clone()] };
        let to = |member: &Uuid| NewNews { hearers: Hearers::Member(*member), ..self.clone() };
        members.iter().map(to).collect()
    }
}

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Its place in the organisation's sequence.
    pub number: i64,
    /// What pages listen to, e.g. `workflow/<id>`.
    pub topic: String,
    /// What happened, e.g. `item.moved`.
    pub kind: String,
    /// The record it happened to.
    pub subject_id: Uuid,
    /// Who hears it.
    pub hearers: Hearers,
}
