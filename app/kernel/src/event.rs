//! What happened: one record per act, written in the act's own transaction.

use serde_json::Value;
use uuid::Uuid;

/// Something a member did to a record.
///
/// It is kept for good (who did what) and, once the transaction has committed, told to every open page.
#[derive(Debug, Clone)]
pub struct Event {
    /// What happened, as `noun.verb-in-the-past`: `item.moved`.
    pub kind: &'static str,
    /// Kind of the record, e.g. `item`.
    pub subject_kind: &'static str,
    /// The record.
    pub subject_id: Uuid,
    /// What pages listen to, e.g. `workflow/<id>`; empty when no page shows it.
    pub topic: String,
    /// Further facts, an object: ids and numbers. It is kept for good, so never secrets, and nothing about a person that
    /// they may one day ask to be erased.
    pub data: Value,
}
