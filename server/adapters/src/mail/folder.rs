//! Mail as files: `<time>-<id>.eml` as it would go out, and `<time>-<id>.json` for the development mailbox.

use std::path::{Path, PathBuf};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Composer, Delivery, Error, Mailer, Message, Work};

/// Writes messages into a folder instead of sending them.
#[derive(Debug)]
pub struct FolderMailer {
    folder: PathBuf,
    composer: Composer,
}

impl FolderMailer {
    /// Writes into `folder`, which is created when the first message comes.
    pub fn new(folder: impl Into<PathBuf>, composer: Composer) -> Self {
        FolderMailer { folder: folder.into(), composer }
    }

    fn files(&self, message: &Message) -> Result<Files, Error> {
        let eml = self.composer.compose(message)?.formatted();
        let kept = Kept {
            id: format!("{}-{}", message.at.format("%Y%m%dT%H%M%S%3f"), message.id.simple()),
            to: message.to.clone(),
            subject: message.subject.clone(),
            text: message.text.clone(),
            html: shown(message),
            at: message.at,
        };
        let json = serde_json::to_vec_pretty(&kept).map_err(|cause| Error::Permanent(cause.to_string()))?;
        Ok(Files { folder: self.folder.clone(), name: kept.id, eml, json })
    }

    async fn open(&self) -> Result<(), Error> {
        tokio::fs::create_dir_all(&self.folder).await.map_err(|cause| cannot_write(&self.folder, &cause))
    }
}

/// The HTML as it can be shown by itself, with its picture inside.
fn shown(message: &Message) -> String {
    match &message.picture {
        None => message.html.clone(),
        Some(picture) => message.html.replace(
            &format!("cid:{}", picture.cid),
            &format!("data:{};base64,{}", picture.media_type, STANDARD.encode(&picture.bytes)),
        ),
    }
}

/// A message that is about to be written.
struct Files {
    folder: PathBuf,
    name: String,
    eml: Vec<u8>,
    json: Vec<u8>,
}

impl Files {
    async fn write(&self) -> std::io::Result<()> {
        tokio::fs::write(self.folder.join(format!("{}.eml", self.name)), &self.eml).await?;
        // Renamed into place, so that the mailbox never reads half a file.
        let temporary = self.folder.join(format!("{}.json.new", self.name));
        tokio::fs::write(&temporary, &self.json).await?;
        tokio::fs::rename(&temporary, self.folder.join(format!("{}.json", self.name))).await
    }
}

impl Mailer for FolderMailer {
    fn prepare<'a>(&'a self, message: &'a Message) -> Work<'a, Box<dyn Delivery>> {
        Box::pin(async {
            let files: Box<dyn Delivery> = Box::new(self.files(message)?);
            self.open().await?;
            Ok(files)
        })
    }

    fn check(&self) -> Work<'_, ()> {
        Box::pin(self.open())
    }
}

impl Delivery for Files {
    fn hand_over(self: Box<Self>) -> Work<'static, String> {
        Box::pin(async move {
            // Half a mail in the folder is no mail: what fails here was not sent.
            self.write().await.map_err(|cause| cannot_write(&self.folder, &cause))?;
            Ok(format!("written as {}.eml", self.name))
        })
    }
}

fn cannot_write(folder: &Path, cause: &std::io::Error) -> Error {
    Error::Temporary(format!("Cannot write mail into {}: {cause}", folder.display()))
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
    /// The same as HTML, with its picture inside.
    pub html: String,
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
        let composer = Composer::new(parse_sender("Mediap <mediap@localhost>").unwrap());
        let mailer = FolderMailer::new(&folder, composer);
        let reader = Folder::new(&folder);
        assert_eq!(reader.newest(10).await.unwrap(), []);
        drop(mailer.prepare(&message()).await.unwrap());
        assert_eq!(reader.newest(10).await.unwrap(), []);
        for _ in 0..2 {
            mailer.prepare(&message()).await.unwrap().hand_over().await.unwrap();
        }
        let kept = reader.newest(10).await.unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].subject, "Bekräfta adressen");
        assert!(kept[0].html.contains("src=\"data:image/png;base64,iVBORw==\""), "{}", kept[0].html);
        assert_eq!(reader.find(&kept[0].id).await.unwrap().as_ref(), Some(&kept[0]));
        assert_eq!(reader.find("../etc/passwd").await.unwrap(), None);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
