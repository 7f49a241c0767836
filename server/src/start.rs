//! What every command needs first: the data folder, the database, the running program's parts.

use std::{io, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use db::Db;
use kernel::{Site, SystemClock};
use tokio::time::{Instant, sleep};

use crate::{config::Config, product, secret_key};

/// A database that starts together with this program gets this long.
const PATIENCE: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(500);

/// Opens the database as the running program does, and waits a while for one that is still starting.
pub(crate) async fn database(config: &Config) -> anyhow::Result<Db> {
    data_dir(&config.data_dir).with_context(|| data_dir_advice(config))?;
    connect(config, &config.database_url, "database_url").await
}

async fn connect(config: &Config, url: &str, setting: &str) -> anyhow::Result<Db> {
    let shown = without_password(url);
    let mut options = db::Options::new(url);
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
            Err(cause) => {
                bail!("cannot open the database {shown}: {cause}; is it running, and is `{setting}` right?")
            }
        }
    }
}

/// Applies the migrations that are missing and says how many there were.
///
/// On PostgreSQL the owner of the tables does it, and lets the user of the running program in.
pub(crate) async fn migrate(config: &Config) -> anyhow::Result<usize> {
    data_dir(&config.data_dir).with_context(|| data_dir_advice(config))?;
    let db = owned_database(config).await?;
    let pending = db.migrations().await?.pending;
    let walled = db::wall::standing(&db).await?.is_some();
    if 0 < pending && walled && config.database_owner_url.is_none() {
        bail!("{pending} migration(s) wait for the owner of the tables: {OWNER_ADVICE}");
    }
    if !walled || config.database_owner_url.is_some() {
        db.migrate().await.context("the database cannot be brought up to date")?;
        let refused = "the user of `database_url` cannot be let in; create it by hand, then start again";
        db::wall::admit(&db, &config.database_url).await.context(refused)?;
    }
    db.close().await;
    Ok(pending)
}

/// The database as the owner of its tables sees it, if the settings name one.
pub(crate) async fn owned_database(config: &Config) -> anyhow::Result<Db> {
    match &config.database_owner_url {
        Some(url) => connect(config, url, "database_owner_url").await,
        None => connect(config, &config.database_url, "database_url").await,
    }
}

/// Opens the database and brings it up to date, unless the settings forbid it.
pub(crate) async fn migrated_database(config: &Config) -> anyhow::Result<Db> {
    if config.auto_migrate {
        migrate(config).await?;
    }
    let db = database(config).await?;
    let pending = db.migrations().await?.pending;
    if 0 < pending {
        bail!(
            "{pending} migration(s) wait to be applied, and `auto_migrate` is off: run `mediap migrate` first"
        );
    }
    refuse_above_the_wall(&db).await?;
    Ok(db)
}

/// Does not go on as somebody for whom row-level security does not count.
pub(crate) async fn refuse_above_the_wall(db: &Db) -> anyhow::Result<()> {
    if let Some(db::wall::Standing { user, above: Some(reason) }) = db::wall::standing(db).await? {
        bail!(
            "as `{user}` nothing would keep one organisation from the data of another, because {reason}: {OWNER_ADVICE}"
        );
    }
    Ok(())
}

const OWNER_ADVICE: &str = "set `database_owner_url` to the user that owns the tables, and `database_url` to another \
     one, such as postgres://mediap:<password>@<host>/<name>; `mediap migrate` creates it";

/// The running program on `db`, with the keys that seal its secrets.
pub(crate) fn sealing_site(config: &Config, db: Db, base_url: &str) -> anyhow::Result<Site> {
    let site = site(db, base_url).with_vault(secret_key::vault(config)?);
    Ok(site.with_max_file_bytes(config.files.max_bytes))
}

/// The running program on `db`.
pub(crate) fn site(db: Db, base_url: &str) -> Site {
    Site::new(db, Arc::new(SystemClock), base_url)
        .with_person_rows(product::PERSON_ROWS)
        .with_record_kinds(product::RECORD_KINDS)
        .with_as_member(product::AS_MEMBER)
        .with_place_kinds(product::PLACE_KINDS)
        .with_enclosures(files::ENCLOSURES)
        .with_hooks(webhooks::HOOKS)
        .with_bookings(calendar::BOOKINGS)
        .with_openings(workflows::OPENINGS)
        .with_unread_messages(messages::records::unread)
        .with_on_event(product::ON_EVENT)
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
