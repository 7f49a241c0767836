//! Records that something of another domain hangs on, such as the files of a work item.
//!
//! A domain publishes its [`RecordKind`]s, and the program puts them together ([`crate::Site::with_record_kinds`]). So
//! whoever attaches something asks the record's own domain who may see it, without knowing that domain.

use std::pin::Pin;

use uuid::Uuid;

use crate::{Cx, Error, OrNotFound, Result, Topic};

/// What others know of a record that the asker may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id.
    pub id: Uuid,
    /// What pages that show it listen to, and who may.
    pub topic: Topic,
    /// Whether the asker may change it, and with it what hangs on it.
    pub may_change: bool,
    /// Whether the asker may say something of it where everybody who sees it reads that; never where its own domain keeps
    /// what is said of it.
    pub may_comment: bool,
}

/// What people call a record that the asker may see, for lists of other domains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordName {
    /// Its id.
    pub id: Uuid,
    /// What stands in the address of its page.
    pub key: String,
    /// Its title.
    pub title: String,
}

/// The names of records, in any order; of those that do not exist there are none.
pub type RecordNames<'a> = Pin<Box<dyn Future<Output = Result<Vec<RecordName>>> + Send + 'a>>;

/// The answer of a [`RecordKind`]: nothing when the record does not exist.
pub type RecordFound<'a> = Pin<Box<dyn Future<Output = Result<Option<Record>>> + Send + 'a>>;

/// How a domain counts something that every page of the viewer says, such as their new messages.
pub type Count = for<'a> fn(&'a Cx) -> Pin<Box<dyn Future<Output = Result<i64>> + Send + 'a>>;

/// A kind of records, and how its domain finds one for who asks.
#[derive(Debug, Clone, Copy)]
pub struct RecordKind {
    /// What it is called in the database and in addresses, as in [`crate::Event::subject_kind`].
    pub kind: &'static str,
    /// The address of its page, up to its key.
    pub page: &'static str,
    /// The largest file that can be attached to one, in bytes; none is what the server takes at all.
    pub max_file_bytes: Option<i64>,
    /// Finds a record by what stands in the address of its page.
    pub by_key: for<'a> fn(&'a Cx, &'a str) -> RecordFound<'a>,
    /// Finds a record by its id.
    pub by_id: for<'a> fn(&'a Cx, Uuid) -> RecordFound<'a>,
    /// What records with these ids are called; none where no other domain lists them.
    pub names: Option<for<'a> fn(&'a Cx, &'a [Uuid]) -> RecordNames<'a>>,
}

impl Cx {
    /// The largest file that can be attached to a record of that kind, in bytes.
    pub fn max_file_bytes(&self, kind: &str) -> Option<i64> {
        self.visit().site().record_kind(kind)?.max_file_bytes
    }

    /// The kind of records that is called so.
    pub fn record_kind(&self, kind: &str) -> Result<RecordKind> {
        self.visit().site().record_kind(kind).copied().or_not_found()
    }

    /// The record of that kind whose page has `key` in its address, if the asker may see it.
    pub async fn record(&self, kind: &str, key: &str) -> Result<Record> {
        let kind = self.record_kind(kind)?;
        (kind.by_key)(self, key).await?.or_not_found()
    }

    /// The record of that kind with this id, if the asker may see it.
    pub async fn record_by_id(&self, kind: &str, id: Uuid) -> Result<Record> {
        let kind = self.record_kind(kind)?;
        (kind.by_id)(self, id).await?.or_not_found()
    }

    /// What records of that kind are called, as far as the asker may see them.
    pub async fn record_names(&self, kind: &str, ids: &[Uuid]) -> Result<Vec<RecordName>> {
        match self.visit().site().record_kind(kind).and_then(|kind| kind.names) {
            Some(names) if !ids.is_empty() => names(self, ids).await,
            _ => Ok(Vec::new()),
        }
    }
}

impl Record {
    /// Goes on if the asker may change the record.
    pub fn require_change(self, refusal: &str) -> Result<Record> {
        if self.may_change { Ok(self) } else { Err(Error::Forbidden(refusal.into())) }
    }
}
