//! The nouns: files, as pages show them, and uploads.

use chrono::{DateTime, Utc};
use kernel::{FileId, MemberId};
use serde::{Deserialize, Serialize};

/// The largest chunk of an upload, in bytes.
pub const CHUNK: i64 = 8 * 1024 * 1024;

/// Where the file is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "text", rename_all = "lowercase"))]
pub enum State {
    /// Its chunks are coming.
    Uploading,
    /// They are here; it is put together and looked at.
    Scanning,
    /// It can be read.
    Ready,
    /// It is not taken.
    Refused,
}

/// A file, as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct File {
    /// The file.
    pub id: FileId,
    /// As its person called it.
    pub name: String,
    /// What it is, by its content; empty before that was looked at.
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// Where it is on its way.
    pub state: State,
    /// Why it was refused, or what keeps it from going on.
    pub reason: String,
    /// Whether `/previews/<id>` has a picture.
    pub has_preview: bool,
    /// How much of it is here, while it is uploading.
    pub received: i64,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// Who brought it.
    pub created_by: MemberId,
    /// Whether it waits to be enclosed in something; only who brought it sees it until then.
    pub held: bool,
    /// What deleting names.
    pub version: i64,
}

/// The files of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Files {
    /// The oldest first. Uploads and what is held are only those of who asks.
    pub files: Vec<File>,
    /// Whether who asks may add and delete files.
    pub may_change: bool,
    /// The largest file that is taken, in bytes.
    pub max_bytes: i64,
}

/// An upload that may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// The file that it becomes.
    pub id: FileId,
    /// How much of it is here.
    pub received: i64,
}

impl File {
    /// Where it is downloaded from.
    pub fn address(&self) -> String {
        crate::rules::address("/files", self.id, &self.name)
    }
}
