//! `mediap erasures`

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Subcommand;
use identity::privacy::tombstone::{self, Replayed, Tombstone};

use crate::{config::Config, start};

/// What can be done with the notes of who was erased.
#[derive(Debug, Subcommand)]
pub(crate) enum Erasures {
    /// Print who was erased, in ids, one JSON line each; keep it apart from the backups
    List,
    /// After a restore: erase everybody in this file again; doing it twice does no harm
    Replay {
        /// What `mediap erasures list` printed
        file: PathBuf,
    },
}

/// See the module.
pub(crate) async fn run(config: Config, act: Erasures) -> anyhow::Result<ExitCode> {
    let db = start::database(&config).await?;
    let site = start::site(db.clone(), config.base_url.as_deref().unwrap_or_default());
    match act {
        Erasures::List => {
            for tombstone in tombstone::list(&site).await? {
                println!("{}", serde_json::to_string(&tombstone)?);
            }
        }
        Erasures::Replay { file } => {
            // Everything is read first: a file that is broken is noticed before anybody is erased.
            let tombstones = read(&file)?;
            let (mut applied, mut known, mut unknown) = (0, 0, 0);
            for tombstone in &tombstones {
                match tombstone::replay(&site, tombstone).await? {
                    Replayed::Applied => applied += 1,
                    Replayed::Known => known += 1,
                    Replayed::Unknown => {
                        unknown += 1;
                        println!("There is no member {} here.", tombstone.member);
                    }
                }
            }
            println!("{applied} erased again, {known} erased already, {unknown} unknown.");
        }
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

fn read(file: &std::path::Path) -> anyhow::Result<Vec<Tombstone>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            serde_json::from_str(line)
                .with_context(|| format!("line {} of {} is no erasure", at + 1, file.display()))
        })
        .collect()
}
