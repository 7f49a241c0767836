//! `mediap organisations`

use std::process::ExitCode;

use clap::Subcommand;
use kernel::OrganisationId;

use crate::{config::Config, product::registry, start};

/// What to do about the organisations of this server.
#[derive(Debug, Subcommand)]
pub(crate) enum Organisations {
    /// Print all of them, deleted ones with the time
    List,
    /// Take the deletion of one back: its members go on where they were
    Restore {
        /// Its id, as `list` and the mail to its owners name it
        id: OrganisationId,
    },
}

/// See [`Organisations`].
pub(crate) async fn run(config: Config, act: Organisations) -> anyhow::Result<ExitCode> {
    let db = start::database(&config).await?;
    let site = start::site(db.clone(), config.base_url.as_deref().unwrap_or_default());
    let code = match act {
        Organisations::List => {
            for found in registry::list(&site).await? {
                match found.deleted_at {
                    None => println!("{} {}", found.id, found.name),
                    Some(at) => {
                        println!("{} {} (deleted {})", found.id, found.name, at.format("%Y-%m-%d %H:%M UTC"))
                    }
                }
            }
            ExitCode::SUCCESS
        }
        Organisations::Restore { id } => {
            let is_back = registry::restore(&site, id).await?;
            println!(
                "{}",
                if is_back { "It is back." } else { "There is no deleted organisation with this id." }
            );
            if is_back { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
    };
    db.close().await;
    Ok(code)
}
