//! Where files are kept.

use std::{fmt, path::PathBuf, time::Duration};

/// A folder, or S3-compatible storage.
#[derive(Debug, Clone)]
pub enum Settings {
    /// A folder on this machine.
    Folder(PathBuf),
    /// A bucket that several servers share.
    S3(S3),
}

/// A bucket, and how it is reached.
#[derive(Clone)]
pub struct S3 {
    /// Address of the service; Amazon's own when it is not set.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: String,
    /// The bucket, which must exist.
    pub bucket: String,
    /// Who asks.
    pub access_key_id: String,
    /// Their secret.
    pub secret_access_key: String,
    /// Whether the bucket is in the path and not in the name of the host.
    pub path_style: bool,
    /// How long it may say nothing.
    pub timeout: Duration,
    /// How often a request that failed is sent again.
    pub retries: usize,
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3")
            .field("endpoint", &self.endpoint)
            .field("bucket", &self.bucket)
            .finish_non_exhaustive()
    }
}

impl Settings {
    pub(crate) fn place(&self) -> String {
        match self {
            Settings::Folder(folder) => folder.display().to_string(),
            Settings::S3(s3) => match &s3.endpoint {
                Some(endpoint) => format!("bucket {} at {endpoint}", s3.bucket),
                None => format!("bucket {} in {}", s3.bucket, s3.region),
            },
        }
    }
}
