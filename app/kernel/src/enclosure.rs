//! Files that records of another domain enclose, such as those that are sent with a message.
//!
//! The domain that keeps files publishes [`Enclosures`], and the program hands it on ([`crate::Site::with_enclosures`]). So
//! whoever encloses a file learns what can be enclosed, and takes it along when its record goes, without knowing that
//! domain or reading its tables. Which record encloses which file is written by whoever encloses it.

use std::pin::Pin;

use uuid::Uuid;

use crate::{Cx, FileId, Result, Topic, Tx};

/// Some of the files that were asked for, in any order.
pub type FilesFound<'a> = Pin<Box<dyn Future<Output = Result<Vec<FileId>>> + Send + 'a>>;

/// What is known of a file that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFile {
    /// The file.
    pub id: FileId,
    /// As its person called it.
    pub name: String,
    /// The kind of the record that it belongs to.
    pub record_kind: String,
    /// The record.
    pub record_id: Uuid,
    /// Whether it can be had.
    pub standing: FileStanding,
    /// Whether only the member who asks sees it, until it is enclosed in something.
    pub held: bool,
}

/// Whether a file can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileStanding {
    /// It is still being uploaded.
    Coming,
    /// All of it is here.
    There,
    /// It was not taken.
    Refused,
    /// It was deleted.
    Deleted,
}

/// Those of the files that were asked for which are known, in any order.
pub type FilesKnown<'a> = Pin<Box<dyn Future<Output = Result<Vec<KnownFile>>> + Send + 'a>>;

/// What is done in a unit of work.
pub type FilesDone<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// What the domain of files does for those that enclose some.
#[derive(Debug, Clone, Copy)]
pub struct Enclosures {
    /// Takes those of the files that the member who acts has brought, all of it, to the record of that kind with that id;
    /// none that is deleted or was refused. Whoever may see the record sees them from then on.
    pub take: for<'a> fn(&'a mut Tx, &'a Cx, (&'a str, Uuid), &'a [FileId]) -> FilesFound<'a>,
    /// Which of the files are there, not deleted.
    pub there: for<'a> fn(db::On<'a>, &'a Cx, &'a [FileId]) -> FilesFound<'a>,
    /// What is known of the files, deleted ones too; nothing of those that somebody else holds.
    pub known: for<'a> fn(db::On<'a>, &'a Cx, &'a [FileId]) -> FilesKnown<'a>,
    /// Deletes the files softly, as deleting each by itself does, and tells those who hear the topic.
    pub delete: for<'a> fn(&'a mut Tx, &'a Cx, Topic, &'a [FileId]) -> FilesDone<'a>,
}

impl Cx {
    /// Takes those of these files that the member has brought to the record of that kind with that id, and can enclose.
    pub async fn take_files(
        &self,
        tx: &mut Tx,
        record: (&str, Uuid),
        files: &[FileId],
    ) -> Result<Vec<FileId>> {
        match self.visit().site().enclosures {
            Some(enclosures) if !files.is_empty() => (enclosures.take)(tx, self, record, files).await,
            _ => Ok(Vec::new()),
        }
    }

    /// Which of these files are there, not deleted.
    pub async fn files_there(&self, on: db::On<'_>, files: &[FileId]) -> Result<Vec<FileId>> {
        match self.visit().site().enclosures {
            Some(enclosures) if !files.is_empty() => (enclosures.there)(on, self, files).await,
            _ => Ok(Vec::new()),
        }
    }

    /// What is known of these files.
    pub async fn files_known(&self, on: db::On<'_>, files: &[FileId]) -> Result<Vec<KnownFile>> {
        match self.visit().site().enclosures {
            Some(enclosures) if !files.is_empty() => (enclosures.known)(on, self, files).await,
            _ => Ok(Vec::new()),
        }
    }

    /// Deletes files with the record that enclosed them. They can be brought back one by one.
    pub async fn delete_files(&self, tx: &mut Tx, topic: Topic, files: &[FileId]) -> Result<()> {
        match self.visit().site().enclosures {
            Some(enclosures) if !files.is_empty() => (enclosures.delete)(tx, self, topic, files).await,
            _ => Ok(()),
        }
    }
}
