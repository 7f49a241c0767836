//! The settings of files: where they are kept, what is taken, who looks at them.

use std::{path::Path, time::Duration};

use serde::Deserialize;
use store::{
    S3, Settings,
    antivirus::{ALLOWED as CLAMD, Clamd},
    poster::Tools,
};

use super::{Error, read::Read};

/// See the module.
#[derive(Debug, Clone)]
pub struct Files {
    /// Where they are kept.
    pub store: Settings,
    /// The largest file that is taken.
    pub max_bytes: i64,
    /// How long a deleted file can be brought back.
    pub keep_days: i64,
    /// The virus scanner.
    pub clamd: Option<Clamd>,
    /// Whether files wait while it does not answer.
    pub clamd_required: bool,
    /// What draws pictures of PDFs and videos.
    pub tools: Tools,
}

/// Where files are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Folder,
    S3,
}

const ENDPOINT: &str = "http:// or https:// and a host, such as https://s3.example.com";
const NAME: &str = "a name without spaces";

impl Files {
    pub(super) fn take(read: &mut Read, data_dir: &Path) -> Result<Files, Error> {
        let mode = read.value("files", "`folder` or `s3`")?.unwrap_or(Mode::Folder);
        let endpoint = read.parsed("bucket_endpoint", ENDPOINT, parse_endpoint)?;
        let region = read.parsed("bucket_region", NAME, parse_name)?;
        let bucket = read.parsed("bucket_name", NAME, parse_name)?;
        let access_key_id = read.secret("bucket_key_id", NAME, parse_name)?;
        let secret_access_key = read.secret("bucket_secret", NAME, parse_name)?;
        let path_style = read.flag("bucket_in_path")?.unwrap_or(false);
        let timeout = read.within("bucket_timeout_secs", 1..=300)?.unwrap_or(10);
        let retries = read.within("bucket_retries", 0..=10)?.and_then(|number| usize::try_from(number).ok());
        let max_bytes =
            read.within("file_max_bytes", 1_024..=1 << 40)?.and_then(|number| i64::try_from(number).ok());
        let keep_days =
            read.within("file_keep_days", 1..=3_650)?.and_then(|number| i64::try_from(number).ok());
        let clamd = read.parsed("clamd", CLAMD, |text| text.parse::<Clamd>().ok())?;
        let clamd_required = read.flag("clamd_required")?.unwrap_or(true);
        let pdftoppm = read.value("pdftoppm", "the path of a program")?;
        let ffmpeg = read.value("ffmpeg", "the path of a program")?;
        let store = match mode {
            Mode::Folder => Settings::Folder(data_dir.join("files")),
            Mode::S3 => {
                let needed = |key, value: Option<String>| {
                    value.ok_or_else(|| Error::missing(key, "`files` is `s3`", NAME))
                };
                Settings::S3(S3 {
                    endpoint,
                    region: region.unwrap_or_else(|| "us-east-1".into()),
                    bucket: needed("bucket_name", bucket)?,
                    access_key_id: needed("bucket_key_id", access_key_id)?,
                    secret_access_key: needed("bucket_secret", secret_access_key)?,
                    path_style,
                    timeout: Duration::from_secs(timeout),
                    retries: retries.unwrap_or(2),
                })
            }
        };
        Ok(Files {
            store,
            max_bytes: max_bytes.unwrap_or(2 * 1024 * 1024 * 1024),
            keep_days: keep_days.unwrap_or(30),
            clamd,
            clamd_required,
            tools: Tools { pdftoppm, ffmpeg },
        })
    }
}

fn parse_endpoint(text: &str) -> Option<String> {
    let url: http::Uri = text.parse().ok()?;
    let known = matches!(url.scheme_str(), Some("http" | "https")) && url.query().is_none();
    (known && url.authority().is_some()).then(|| text.trim_end_matches('/').to_owned())
}

fn parse_name(text: &str) -> Option<String> {
    (!text.is_empty() && !text.contains(char::is_whitespace)).then(|| text.to_owned())
}
