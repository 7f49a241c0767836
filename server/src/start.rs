//! What every command needs first: the data folder, the database, the running program's parts.

use std::{io, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use db::Db;
use kernel::{Site, SystemClock};
use tokio::time::{Instant, sleep};

use crate::{config::Config, secret_key};

/// A database that starts together with this program gets this long.
const PATIENCE: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(500);

/// Opens the database, and waits a while for one that is still starting.
pub(crate) async fn database(config: &Config) -> anyhow::Result<Db> {
    data_dir(&config.data_dir).with_context(|| data_dir_advice(config))?;
    let shown = without_password(&config.database_url);
    let mut options = db::Options::new(config.database_url.clone());
    options.max_connections = config.database_max_connections;
    options.acquire_timeout = Duration::from_secs(3);
    let deadline = Instant::now() + PATIENCE;
    let mut told = false;
    loop {
        match Db::connect(&options).await {
            Ok(db) => return Ok(db),
            Err(cause @ db::Error::Unavailable(_)) if Instant::now() < deadline => {
                if !told {
                    tracing::warn!(error = %cause, "Database {shown} does not answer yet; trying for {PATIENCE:?}");
                }
                told = true;
                sleep(PAUSE).await;
            }
            Err(cause) => bail!(
                "cannot open the database {shown}: {cause}; is it running, and is `database_url` right?"
            ),
        }
    }
}

/// Opens the database and brings it up to date, unless the settings forbid it.
pub(crate) async fn migrated_database(config: &Config) -> anyhow::Result<Db> {
    let db = database(config).await?;
    if config.auto_migrate {
        db.migrate().await.context("the database cannot be brought up to date")?;
    } else {
        let pending = db.migrations().await?.pending;
        if 0 < pending {
            bail!(
                "{pending} migration(s) wait to be applied, and `auto_migrate` is off: run `mediap migrate` first"
            );
        }
    }
    Ok(db)
}

/// The running program on `db`, with the keys that seal its secrets.
pub(crate) fn sealing_site(config: &Config, db: Db, base_url: &str) -> anyhow::Result<Site> {
    Ok(site(db, base_url).with_vault(secret_key::vault(config)?))
}

/// The running program on `db`.
pub(crate) fn site(db: Db, base_url: &str) -> Site {
    Site::new(db, Arc::new(SystemClock), live::Hub::default(), base_url)
}

/// Creates the data folder if it is missing, and sees whether files can be written there.
pub(crate) fn data_dir(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let probe = folder.join(format!(".write-test-{}", std::process::id()));
    std::fs::write(&probe, b"")?;
    std::fs::remove_file(&probe)
}

/// What to do about a data folder that cannot be used.
pub(crate) fn data_dir_advice(config: &Config) -> String {
    format!(
        "the data folder {} cannot be written; give this user the right to, or choose another one \
         (--data-dir, MEDIAP_DATA_DIR, or `data_dir` in mediap.toml)",
        config.data_dir.display()
    )
}

/// The URL as it may be shown.
pub(crate) fn without_password(url: &str) -> String {
    let hidden = || {
        let (scheme, rest) = url.split_once("://")?;
        let (user, place) = rest.rsplit_once('@')?;
        let (name, _) = user.split_once(':')?;
        Some(format!("{scheme}://{name}:***@{place}"))
    };
    hidden().unwrap_or_else(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(without_password("postgres://me:p@ss@db:5432/mediap"), "postgres://me:***@db:5432/mediap");
        assert_eq!(without_password("postgres://me@db/mediap"), "postgres://me@db/mediap");
        assert_eq!(without_password("sqlite://data/mediap.db"), "sqlite://data/mediap.db");
    }

    #[test]
    fn a_folder_that_cannot_be_is_an_error() {
        assert!(data_dir(Path::new("/dev/null/data")).is_err());
    }
}
