//! Mail as files: `<time>-<id>.eml` as it would go out, and `<time>-<id>.json` for the development mailbox.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};

use super::{Error, Mailer, Message, Sending, compose};

/// Writes messages into a folder instead of sending them.
#[derive(Debug)]
pub struct FolderMailer {
    folder: PathBuf,
    from: Mailbox,
}

impl FolderMailer {
    /// Writes into `folder`, which is created when the first message comes.
    pub fn new(folder: impl Into<PathBuf>, from: Mailbox) -> Self {
        FolderMailer { folder: folder.into(), from }
    }

    async fn write(&self, message: &Message) -> Result<(), Error> {
        let eml = compose(&self.from, message)?.formatted();
        let kept = Kept {
            id: format!("{}-{}", message.at.format("%Y%m%dT%H%M%S%3f"), message.id.simple()),
            to: message.to.clone(),
            subject: message.subject.clone(),
            text: message.text.clone(),
            at: message.at,
        };
        let json = serde_json::to_vec_pretty(&kept).map_err(|cause| Error::Permanent(cause.to_string()))?;
        let write = async {
            tokio::fs::create_dir_all(&self.folder).await?;
            tokio::fs::write(self.folder.join(format!("{}.eml", kept.id)), eml).await?;
            // Renamed into place, so that the mailbox never reads half a file.
            let temporary = self.folder.join(format!("{}.json.new", kept.id));
            tokio::fs::write(&temporary, json).await?;
            tokio::fs::rename(&temporary, self.folder.join(format!("{}.json", kept.id))).await
        };
        write.await.map_err(|cause| cannot_write(&self.folder, &cause))
    }
}

impl Mailer for FolderMailer {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        Box::pin(self.write(message))
    }

    fn check(&self) -> Sending<'_> {
        Box::pin(async {
            tokio::fs::create_dir_all(&self.folder).await.map_err(|cause| cannot_write(&self.folder, &cause))
        })
    }
}

fn cannot_write(folder: &Path, cause: &std::io::Error) -> Error {
    Error::Temporary(format!("cannot write mail into {}: {cause}", folder.display()))
}

/// A message in the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Name of its files; sorts by time.
    pub id: String,
    /// Address of the receiver.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// When it was written.
    pub at: DateTime<Utc>,
}

/// Reads the folder that a [`FolderMailer`] fills.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// The messages in `folder`.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Folder(folder.into())
    }

    /// The newest messages, newest first. A missing folder holds none.
    pub async fn newest(&self, limit: usize) -> std::io::Result<Vec<Kept>> {
        let mut entries = match tokio::fs::read_dir(&self.0).await {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(cause),
        };
        let mut ids = Vec::new();
        while let Some(entry) = entries.next_entry().await? {
            if let Some(id) = entry.file_name().to_str().and_then(|name| name.strip_suffix(".json")) {
                ids.push(id.to_owned());
            }
        }
        ids.sort_unstable_by(|one, other| other.cmp(one));
        let mut kept = Vec::new();
        for id in ids.iter().take(limit) {
            kept.extend(self.find(id).await?);
        }
        Ok(kept)
    }

    /// One message.
    pub async fn find(&self, id: &str) -> std::io::Result<Option<Kept>> {
        // The id comes from a URL and must not lead out of the folder.
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Ok(None);
        }
        match tokio::fs::read(self.0.join(format!("{id}.json"))).await {
            Ok(json) => Ok(serde_json::from_slice(&json).ok()),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{parse_sender, tests::message};

    #[tokio::test]
    async fn a_written_mail_can_be_read_and_a_retry_makes_no_second() {
        let folder = std::env::temp_dir().join(format!("mediap-mail-{}", std::process::id()));
        let mailer = FolderMailer::new(&folder, parse_sender("Mediap <mediap@localhost>").unwrap());
        let reader = Folder::new(&folder);
        assert_eq!(reader.newest(10).await.unwrap(), []);
        mailer.send(&message()).await.unwrap();
        mailer.send(&message()).await.unwrap();
        let kept = reader.newest(10).await.unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].subject, "Bekräfta adressen");
        assert_eq!(reader.find(&kept[0].id).await.unwrap().as_ref(), Some(&kept[0]));
        assert_eq!(reader.find("../etc/passwd").await.unwrap(), None);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
