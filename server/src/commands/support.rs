//! `mediap support`

use std::process::ExitCode;

use clap::Subcommand;

use crate::{config::Config, product::staff, start};

/// What to do about the people of support.
#[derive(Debug, Subcommand)]
pub(crate) enum Support {
    /// Print who is of support
    List,
    /// Make somebody with a confirmed address one of support
    Add {
        /// The address they log in with
        email: String,
    },
    /// Take that back; what they do as somebody else ends at once
    Remove {
        /// The address they log in with
        email: String,
    },
}

/// See [`Support`].
pub(crate) async fn run(config: Config, act: Support) -> anyhow::Result<ExitCode> {
    let db = start::database(&config).await?;
    let site = start::site(db.clone(), config.base_url.as_deref().unwrap_or_default());
    match act {
        Support::List => {
            let people = staff::list(&site).await?;
            if people.is_empty() {
                println!("Nobody is of support; `mediap support add <address>` makes somebody so.");
            }
            for (name, email) in people {
                println!("{name} <{email}>");
            }
        }
        Support::Add { email } => {
            staff::set(&site, &email, true).await?;
            println!("{email} may act as members who give leave.");
        }
        Support::Remove { email } => {
            staff::set(&site, &email, false).await?;
            println!("{email} is not of support any more.");
        }
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}
