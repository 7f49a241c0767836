//! `mediap migrate`

use std::process::ExitCode;

use anyhow::Context;

use crate::{config::Config, start};

/// Brings the database up to date and says what it did.
pub(crate) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let db = start::database(&config).await?;
    let pending = db.migrations().await?.pending;
    db.migrate().await.context("the database cannot be brought up to date")?;
    let shown = start::without_password(&config.database_url);
    match pending {
        0 => println!("{shown} is up to date"),
        _ => println!("{shown}: {pending} migration(s) applied"),
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}
