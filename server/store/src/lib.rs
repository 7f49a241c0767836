//! The bytes of files: where they are kept, what they are, and what is made of them.
//!
//! [`Store`] keeps objects in a folder or in S3-compatible storage, under ids only; nothing is ever stored under a name
//! that somebody gave. [`kind`] tells what a file is by its content, [`antivirus`] asks clamd, [`picture`] draws the small
//! pictures, [`poster`] has tools draw the first page or frame of what we cannot read ourselves.

pub mod antivirus;
pub mod kind;
pub mod picture;
pub mod poster;

mod error;
mod key;
mod read;
mod settings;
#[cfg(test)]
mod tests;
mod write;

use std::sync::{Arc, OnceLock};

use futures::{Stream, StreamExt, TryStreamExt};
use object_store::{
    ClientOptions, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig, aws::AmazonS3Builder,
    local::LocalFileSystem,
};

pub use error::{Error, Result};
pub use key::Key;
pub use read::{Bytes, Reading};
pub use settings::{S3, Settings};
pub use write::Writer;

/// What one request to S3 carries at most. Parts of one object must be of equal size, and of 5 MiB at least.
const S3_PART: usize = 8 * 1024 * 1024;
/// What is written into a file at once.
const FOLDER_PART: usize = 256 * 1024;
/// How long connecting may take.
const CONNECT: std::time::Duration = std::time::Duration::from_secs(5);

/// Keeps the bytes of files. Cheap to clone; it is opened when it is first needed.
#[derive(Clone, Debug)]
pub struct Store(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    settings: Settings,
    open: OnceLock<Arc<dyn ObjectStore>>,
}

/// An object that is there.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its key.
    pub key: Key,
    /// How many seconds it has not been changed.
    pub changed_at_secs: i64,
}

impl Store {
    /// The store that the settings name.
    pub fn new(settings: Settings) -> Self {
        Store(Arc::new(Parts { settings, open: OnceLock::new() }))
    }

    /// What the settings name, without secrets, for people.
    pub fn place(&self) -> String {
        self.0.settings.place()
    }

    /// Begins to write an object. Nothing is there before [`Writer::finish`].
    pub fn write(&self, key: &Key) -> Result<Writer> {
        Ok(Writer::new(self.objects()?.clone(), key.clone(), self.part_bytes()))
    }

    /// Writes a small object that is at hand.
    pub async fn put(&self, key: &Key, bytes: Vec<u8>) -> Result<()> {
        self.objects()?.put(key.path(), PutPayload::from(bytes)).await?;
        Ok(())
    }

    /// Reads an object, or a part of it from the first byte up to before the second.
    pub async fn read(&self, key: &Key, range: Option<std::ops::Range<u64>>) -> Result<Reading> {
        read::open(self.objects()?, key, range).await
    }

    /// Deletes an object. One that is not there is deleted already.
    pub async fn delete(&self, key: &Key) -> Result<()> {
        match self.objects()?.delete(key.path()).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// All objects of an organisation.
    pub fn list(&self, organisation: uuid::Uuid) -> Result<impl Stream<Item = Result<Object>> + use<>> {
        let found = self.objects()?.list(Some(Key::organisation(organisation).path()));
        Ok(found.map_err(Error::from).filter_map(async |meta| match meta {
            Ok(meta) => Key::read(&meta.location)
                .map(|key| Ok(Object { key, changed_at_secs: meta.last_modified.timestamp() })),
            Err(error) => Some(Err(error)),
        }))
    }

    /// Whether it can be written and read now.
    pub async fn check(&self) -> Result<()> {
        let key = Key::probe();
        self.put(&key, b"probe".to_vec()).await?;
        self.read(&key, None).await?.all().await?;
        self.delete(&key).await
    }

    fn part_bytes(&self) -> usize {
        match self.0.settings {
            Settings::Folder(_) => FOLDER_PART,
            Settings::S3(_) => S3_PART,
        }
    }

    fn objects(&self) -> Result<&Arc<dyn ObjectStore>> {
        if let Some(open) = self.0.open.get() {
            return Ok(open);
        }
        let open = open(&self.0.settings)?;
        Ok(self.0.open.get_or_init(|| open))
    }
}

fn open(settings: &Settings) -> Result<Arc<dyn ObjectStore>> {
    Ok(match settings {
        Settings::Folder(folder) => {
            std::fs::create_dir_all(folder).map_err(|cause| Error::of_io(&cause))?;
            // What an upload has been told to be here must be here after a power cut, too.
            Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))
        }
        Settings::S3(s3) => {
            let client = ClientOptions::new()
                .with_connect_timeout(CONNECT)
                // Between two signs of life: a long download takes as long as it takes.
                .with_timeout_disabled()
                .with_read_timeout(s3.timeout)
                .with_allow_http(true);
            let retry = RetryConfig {
                max_retries: s3.retries,
                retry_timeout: s3.timeout.saturating_mul(2),
                ..RetryConfig::default()
            };
            let mut builder = AmazonS3Builder::new()
                .with_bucket_name(&s3.bucket)
                .with_region(&s3.region)
                .with_access_key_id(&s3.access_key_id)
                .with_secret_access_key(&s3.secret_access_key)
                .with_virtual_hosted_style_request(!s3.path_style)
                .with_client_options(client)
                .with_retry(retry);
            if let Some(endpoint) = &s3.endpoint {
                builder = builder.with_endpoint(endpoint);
            }
            Arc::new(builder.build()?)
        }
    })
}
