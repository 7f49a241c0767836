//! `mediap migrate`

use std::process::ExitCode;

use crate::{config::Config, start};

/// Brings the database up to date and says what it did.
pub(crate) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let pending = start::migrate(&config).await?;
    let shown = start::without_password(&config.database_url);
    match pending {
        0 => println!("{shown} is up to date"),
        _ => println!("{shown}: {pending} migration(s) applied"),
    }
    Ok(ExitCode::SUCCESS)
}
