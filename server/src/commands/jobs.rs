//! `mediap jobs`: what waits, runs and has failed, of all organisations and of the program itself.

use std::process::ExitCode;

use anyhow::bail;
use chrono::{DateTime, Utc};
use clap::Subcommand;
use jobs::{Retried, Whose};
use kernel::Site;
use uuid::Uuid;

use crate::{config::Config, start};

/// What can be done with jobs.
#[derive(Debug, Subcommand)]
pub(crate) enum Jobs {
    /// Print how many jobs there are of each kind, and who works
    List,
    /// Print the jobs that failed for good, the newest first
    Failed {
        /// How many
        #[arg(long, default_value_t = 100, value_name = "N")]
        limit: usize,
    },
    /// Let a job that failed for good run again
    Retry {
        /// Its id, as `failed` prints it
        id: Uuid,
    },
    /// Put a job that failed for good away; it is deleted a month later
    Discard {
        /// Its id, as `failed` prints it
        id: Uuid,
    },
}

/// See the module.
pub(crate) async fn run(config: Config, act: Jobs) -> anyhow::Result<ExitCode> {
    let db = start::database(&config).await?;
    let site = start::site(db.clone(), config.base_url.as_deref().unwrap_or_default());
    let done = act.run(&site).await;
    db.close().await;
    done
}

impl Jobs {
    async fn run(self, site: &Site) -> anyhow::Result<ExitCode> {
        let (db, now, all) = (site.db(), site.now(), Whose::Everybody);
        match self {
            Jobs::List => list(site).await?,
            Jobs::Failed { limit } => {
                for dead in jobs::failed(db, all, limit).await? {
                    let owner = dead.organisation_id.map_or_else(|| "-".to_owned(), |id| id.to_string());
                    let failed_at = written(dead.failed_at);
                    // One line each, whatever the error says.
                    let error = dead.last_error.split_whitespace().collect::<Vec<_>>().join(" ");
                    println!(
                        "{} {failed_at} {} {owner} {} attempts: {error}",
                        dead.id, dead.kind, dead.attempts
                    );
                }
            }
            Jobs::Retry { id } => match jobs::retry(db, all, id, now).await? {
                Retried::Waits => println!("It waits for a worker."),
                Retried::Superseded => bail!("a job that does the same waits or runs already"),
                Retried::Unknown => bail!("no job with this id has failed; `mediap jobs failed` lists them"),
            },
            Jobs::Discard { id } => {
                if !jobs::discard(db, all, id, now).await? {
                    bail!("no job with this id has failed; `mediap jobs failed` lists them");
                }
                println!("It is put away.");
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn list(site: &Site) -> anyhow::Result<()> {
    let now = site.now();
    let kinds = jobs::by_kind(site.db(), Whose::Everybody, now).await?;
    if kinds.is_empty() {
        println!("There are no jobs.");
    }
    for kind in kinds {
        let since =
            kind.oldest.map(|at| format!(", the oldest due since {}", written(at))).unwrap_or_default();
        println!(
            "{:<20} {} waiting{since}, {} running, {} failed",
            kind.kind, kind.waiting, kind.running, kind.failed
        );
    }
    let workers = jobs::present(site.db()).await?;
    if workers.is_empty() {
        println!("Nobody works.");
    }
    for worker in workers {
        let standing = if worker.is_alive(now) { "works" } else { "is gone" };
        let claimed = worker.claimed_at.map_or_else(|| "never".to_owned(), written);
        println!(
            "worker {}/{} {standing}: since {}, last seen {}, last claim {claimed}",
            worker.host,
            worker.process,
            written(worker.started_at),
            written(worker.seen_at)
        );
    }
    Ok(())
}

fn written(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
