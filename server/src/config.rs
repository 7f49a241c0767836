//! The settings: defaults < file < environment < flags.
//!
//! Every key is flat, so `listen` in the file is `MEDIAP_LISTEN` in the environment and `--set listen=…` on
//! the command line. A key that is unknown or has a value that is not allowed stops the program with one
//! line that says where it stands and what may stand there. `mediap.example.toml` lists them all.

mod error;
mod files;
mod network;
mod read;

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    num::NonZero,
    path::{Path, PathBuf},
};

pub use error::Error;
pub use files::Files;
pub use network::Network;
use read::Read;
use serde::Deserialize;

/// What the program reads at start.
#[derive(Clone)]
pub struct Config {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// The address people type; derived from `listen` when it is not set.
    pub base_url: Option<String>,
    /// Folder for the database, files and mails.
    pub data_dir: PathBuf,
    /// The database, perhaps with a password in it.
    pub database_url: String,
    /// The database as the owner of its tables reaches it, for migrations; PostgreSQL only.
    pub database_owner_url: Option<String>,
    /// Upper bound of open database connections.
    pub database_max_connections: u32,
    /// How many pages are written at once.
    pub pages_at_once: usize,
    /// Whether `serve` and `worker` bring the database up to date by themselves.
    pub auto_migrate: bool,
    /// The keys that seal secrets in the database; the first one seals.
    pub(crate) secret_key: Option<crate::secret_key::Keys>,
    /// Folder with what browsers load: client, styles, fonts, icons.
    pub site_root: PathBuf,
    /// Shows the mailbox and the gallery. Never for a server that others reach.
    pub development: bool,
    /// Level or filter of the log.
    pub log_level: String,
    /// Form of the log.
    pub log_format: LogFormat,
    /// The licence file; `licence.json` in the data folder, if there is one, when it is not set.
    pub licence_file: Option<PathBuf>,
    /// What becomes of mail.
    pub mail: MailMode,
    /// The mail server, perhaps with a password in it.
    pub smtp_url: Option<String>,
    /// Certificates in PEM that the mail server's may be signed by, besides the usual ones.
    pub smtp_ca_file: Option<PathBuf>,
    /// Sender of every mail.
    pub mail_from: String,
    /// What mails are signed with, if they are.
    pub dkim: Option<DkimSettings>,
    /// Files that people attach.
    pub files: Files,
    /// Upper bound of a request's body.
    pub body_limit_bytes: usize,
    /// How often one key may call the interface in a minute.
    pub api_calls_per_minute: u32,
    /// Upper bound of the time to the first byte of an answer.
    pub request_timeout_secs: u64,
    /// Proxies that are believed when they say whom they speak for.
    pub trusted_proxy: Vec<Network>,
    /// Whether `serve` runs background work too.
    pub worker: bool,
    /// How many jobs a worker runs at once.
    pub jobs_at_once: usize,
    /// Who may read `/metrics`.
    pub metrics: MetricsFor,
    /// Providers of OpenID Connect that people may log in through.
    pub oidc_providers: Vec<oidc::Settings>,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For eyes.
    Pretty,
    /// One object a line.
    Json,
}

/// What becomes of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailMode {
    /// Files in `data_dir/mail`.
    Folder,
    /// Sent through `smtp_url`.
    Smtp,
}

/// What mails are signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DkimSettings {
    /// The domain that signs.
    pub domain: String,
    /// Where below it the public key stands.
    pub selector: String,
    /// The private key.
    pub key_file: PathBuf,
}

/// Who may read `/metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricsFor {
    /// Nobody.
    Nobody,
    /// Callers on the same machine, not through a proxy.
    Local,
    /// Everybody who reaches the server.
    Everybody,
}

/// Where settings come from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file; `mediap.toml` if there is one.
    pub file: Option<PathBuf>,
    /// Variables called `MEDIAP_…`.
    pub environment: HashMap<String, String>,
    /// Keys and values from the command line.
    pub flags: Vec<(String, String)>,
}

impl Sources {
    /// The variables of this process that are ours.
    pub fn from_process() -> HashMap<String, String> {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with("MEDIAP_"))
            .collect()
    }
}

impl Config {
    /// Reads the settings, or says what is wrong with them.
    pub fn load(sources: &Sources) -> Result<Config, Error> {
        let mut read = Read::new(sources)?;
        let config = Self::take(&mut read)?;
        read.finish()?;
        Ok(config)
    }

    /// The name of every setting, in the order of the example file.
    pub fn keys() -> Vec<&'static str> {
        let mut read = Read::default();
        // Defaults are always allowed; the point is which keys were asked for.
        Self::take(&mut read).ok();
        read.into_keys()
    }

    fn take(read: &mut Read) -> Result<Config, Error> {
        let listen = read
            .value("listen", "an address and a port, such as 127.0.0.1:3000")?
            .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 3000)));
        let base_url = read.parsed("base_url", BASE_URL, parse_base_url)?;
        let data_dir: PathBuf = read.value("data_dir", "a folder")?.unwrap_or_else(|| "data".into());
        let database_url = read
            .secret("database_url", DATABASE_URL, parse_database_url)?
            .unwrap_or_else(|| format!("sqlite://{}", data_dir.join("mediap.db").display()));
        let database_owner_url = read.secret("database_owner_url", OWNER_URL, parse_owner_url)?;
        let database_max_connections =
            read.within("database_max_connections", 1..=500)?.and_then(|number| u32::try_from(number).ok());
        let pages_at_once =
            read.within("pages_at_once", 1..=10_000)?.and_then(|number| usize::try_from(number).ok());
        let auto_migrate = read.flag("auto_migrate")?.unwrap_or(true);
        let secret_key = read.secret("secret_key", crate::secret_key::ALLOWED, crate::secret_key::parse)?;
        let site_root = read.value("site_root", "a folder")?.unwrap_or_else(site_beside_executable);
        let development = read.flag("development")?.unwrap_or(false);
        let log_level = read.parsed("log_level", crate::log::LEVELS, crate::log::parse_level)?;
        let log_format = read.value("log_format", "`pretty` or `json`")?.unwrap_or(LogFormat::Pretty);
        let licence_file = read.value("licence_file", "a file")?;
        let mail = read.value("mail", "`folder` or `smtp`")?.unwrap_or(MailMode::Folder);
        let smtp_url = read.secret("smtp_url", SMTP_URL, parse_smtp_url)?;
        let smtp_ca_file = read.value("smtp_ca_file", "a file")?;
        let mail_from = read.parsed("mail_from", MAIL_FROM, parse_sender)?;
        let dkim = Self::take_dkim(read)?;
        let files = Files::take(read, &data_dir)?;
        let oidc_providers = read.list("oidc_providers", oidc::ALLOWED, |list| {
            oidc::Settings::read(list).map_err(|wrong| (wrong.key, wrong.allowed))
        })?;
        let body_limit_bytes = read
            .within("body_limit_bytes", 1_024..=1_073_741_824)?
            .and_then(|number| usize::try_from(number).ok());
        let api_calls_per_minute =
            read.within("api_calls_per_minute", 1..=1_000_000)?.and_then(|number| u32::try_from(number).ok());
        let request_timeout_secs = read.within("request_timeout_secs", 1..=3_600)?;
        let trusted_proxy =
            read.parsed("trusted_proxy", network::ALLOWED, network::parse_list)?.unwrap_or_default();
        let worker = read.flag("worker")?.unwrap_or(true);
        let jobs_at_once =
            read.within("jobs_at_once", 1..=1_000)?.and_then(|number| usize::try_from(number).ok());
        let metrics = read.value("metrics", "`nobody`, `local` or `everybody`")?.unwrap_or(MetricsFor::Local);
        if mail == MailMode::Smtp && smtp_url.is_none() {
            return Err(Error::missing("smtp_url", "`mail` is `smtp`", SMTP_URL));
        }
        Ok(Config {
            listen,
            base_url,
            data_dir,
            database_url,
            database_owner_url,
            database_max_connections: database_max_connections.unwrap_or_else(connections),
            pages_at_once: pages_at_once.unwrap_or_else(|| (3 * processors()).div_ceil(2)),
            auto_migrate,
            secret_key,
            site_root,
            development,
            log_level: log_level.unwrap_or_else(|| "info".into()),
            log_format,
            licence_file,
            mail,
            smtp_url,
            smtp_ca_file,
            mail_from: mail_from.unwrap_or_else(|| "Mediap <mediap@localhost>".into()),
            dkim,
            files,
            body_limit_bytes: body_limit_bytes.unwrap_or(2 * 1024 * 1024),
            api_calls_per_minute: api_calls_per_minute.unwrap_or(600),
            request_timeout_secs: request_timeout_secs.unwrap_or(30),
            trusted_proxy,
            worker,
            jobs_at_once: jobs_at_once.unwrap_or(16),
            metrics,
            oidc_providers: oidc_providers.unwrap_or_default(),
        })
    }

    /// All three or none.
    fn take_dkim(read: &mut Read) -> Result<Option<DkimSettings>, Error> {
        let domain = read.parsed("dkim_domain", DKIM_DOMAIN, parse_dns_name)?;
        let selector = read.parsed("dkim_selector", DKIM_SELECTOR, parse_dns_name)?;
        let key_file: Option<PathBuf> = read.value("dkim_key_file", DKIM_KEY_FILE)?;
        match (domain, selector, key_file) {
            (None, None, None) => Ok(None),
            (Some(domain), Some(selector), Some(key_file)) => {
                Ok(Some(DkimSettings { domain, selector, key_file }))
            }
            (None, ..) => Err(Error::missing("dkim_domain", DKIM_BEGUN, DKIM_DOMAIN)),
            (_, None, _) => Err(Error::missing("dkim_selector", DKIM_BEGUN, DKIM_SELECTOR)),
            (_, _, None) => Err(Error::missing("dkim_key_file", DKIM_BEGUN, DKIM_KEY_FILE)),
        }
    }

    /// The folder that mails are written into.
    pub fn mail_dir(&self) -> PathBuf {
        self.data_dir.join("mail")
    }

    /// Whether the peer is a proxy that is believed.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted_proxy.iter().any(|network| network.contains(peer))
    }
}

const BASE_URL: &str = "http:// or https:// and a host, without a path, such as https://mediap.example.com";
const DATABASE_URL: &str = "sqlite://<file> or postgres://<user>:<password>@<host>/<name>";
const OWNER_URL: &str = "postgres://<owner>:<password>@<host>/<name>, the same database as in `database_url`";
const SMTP_URL: &str =
    "smtps://<user>:<password>@<host>:465 or smtp://<user>:<password>@<host>:587?tls=required";
const MAIL_FROM: &str = "a sender, such as `Mediap <no-reply@example.com>`";

const DKIM_DOMAIN: &str = "a domain, such as example.com";
const DKIM_SELECTOR: &str =
    "a word such as mail2026; the public key stands at <selector>._domainkey.<domain>";
const DKIM_KEY_FILE: &str = "a file with a private key, RSA or Ed25519";
const DKIM_BEGUN: &str = "one of the three settings of DKIM is there";

fn parse_base_url(text: &str) -> Option<String> {
    let url: http::Uri = text.parse().ok()?;
    let plain = matches!(url.scheme_str(), Some("http" | "https")) && matches!(url.path(), "" | "/");
    (plain && url.query().is_none() && url.authority().is_some())
        .then(|| text.trim_end_matches('/').to_owned())
}

fn parse_database_url(text: &str) -> Option<String> {
    ["sqlite:", "postgres://", "postgresql://"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
        .then(|| text.to_owned())
}

fn parse_owner_url(text: &str) -> Option<String> {
    parse_database_url(text).filter(|url| !url.starts_with("sqlite:"))
}

fn parse_smtp_url(text: &str) -> Option<String> {
    ["smtp://", "smtps://"].iter().any(|scheme| text.starts_with(scheme)).then(|| text.to_owned())
}

fn parse_sender(text: &str) -> Option<String> {
    adapters::mail::parse_sender(text).is_ok().then(|| text.to_owned())
}

/// It becomes part of a header.
fn parse_dns_name(text: &str) -> Option<String> {
    let fits = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    text.split('.').all(fits).then(|| text.to_owned())
}

fn site_beside_executable() -> PathBuf {
    let executable = std::env::current_exe().unwrap_or_default();
    executable.parent().unwrap_or(Path::new(".")).join("site")
}

/// As many connections as can be of use where the database shares these processors: with more of them, whoever is slow waits
/// longer, and nobody is quicker.
fn connections() -> u32 {
    u32::try_from(3 * processors()).unwrap_or(u32::MAX).clamp(6, 50)
}

/// How much of the work can be done at once.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

#[cfg(test)]
mod tests;
