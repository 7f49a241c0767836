//! The command line.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::{
    commands,
    config::{Config, Sources},
    log,
};

/// Mediap: workflows, people and work of an organisation, in one program.
#[derive(Debug, Parser)]
#[command(name = "mediap", version, about, long_about = LONG)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

const LONG: &str = "Mediap: workflows, people and work of an organisation, in one program.

Without any setting it keeps everything in ./data and listens on http://127.0.0.1:3000.
Settings come from mediap.toml, then the environment (MEDIAP_LISTEN and so on), then flags; the later wins.
mediap.example.toml explains every one of them.";

#[derive(Debug, Args)]
struct Settings {
    /// Settings file [default: mediap.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE", env = "MEDIAP_CONFIG")]
    config: Option<PathBuf>,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, global = true, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Folder for the database, files and mails
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<String>,
    /// sqlite://… or postgres://…
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// Show the mailbox at /dev/mail and the gallery at /design
    #[arg(long, global = true)]
    development: bool,
    /// Any other setting
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer browsers, and run background work unless `worker` is off
    Serve,
    /// Run background work only
    Worker,
    /// Bring the database up to date
    Migrate,
    /// Fill an empty database with the demo organisations
    SeedDemo {
        /// How many vehicles Nordvik Cars has
        #[arg(long, default_value_t = 200, value_name = "N")]
        items: u32,
    },
    /// Add a confirmed person who owns a new organisation
    CreateAdmin(commands::create_admin::Person),
    /// Make a key of a member for other programs, and print what opens
    CreateKey(commands::create_key::Key),
    /// The audit log
    Audit {
        #[command(subcommand)]
        act: Audit,
    },
    /// Which organisations there are, also deleted ones, and how one comes back
    Organisations {
        #[command(subcommand)]
        act: commands::organisations::Organisations,
    },
    /// Who was erased, for after a restore
    Erasures {
        #[command(subcommand)]
        act: commands::erasures::Erasures,
    },
    /// Background work: what waits, runs and has failed
    Jobs {
        #[command(subcommand)]
        act: commands::jobs::Jobs,
    },
    /// Who is of support and may act as members who give leave
    Support {
        #[command(subcommand)]
        act: commands::support::Support,
    },
    /// What was bought for this installation
    Licence {
        #[command(subcommand)]
        act: Licence,
    },
    /// Ask a server for something, or do something there, with a key
    Api(commands::api::Call),
    /// Print the OpenAPI document of the interface for other programs
    Openapi,
    /// Say what is wrong with the installation, if anything is
    Check {
        /// Only ask the running server whether it is alive, for the health check of a container
        #[arg(long, conflicts_with = "worker")]
        health: bool,
        /// Only look whether a worker of this machine is alive, for the health check of a container
        #[arg(long)]
        worker: bool,
    },
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Say whether every entry is there and as it was written; fails if not
    Verify {
        /// Only this organisation, by its id
        #[arg(long, value_name = "ID")]
        organisation: Option<kernel::OrganisationId>,
        /// What an earlier run printed of it, as 12:9f86d0…; fails too if that entry is not there as it was
        #[arg(long, value_name = "MARK", requires = "organisation")]
        expect: Option<kernel::audit::Mark>,
    },
}

#[derive(Debug, Subcommand)]
enum Licence {
    /// Print what the licence file says and how it stands; fails if the file cannot be used
    Show,
}

/// Reads the command line and does what it says.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let cli = Cli::parse();
    let sources = cli.settings.into_sources()?;
    if let Command::Check { health: false, worker: false } = cli.command {
        return block_on(commands::check::everything(sources));
    }
    let config = Config::load(&sources)?;
    log::init(&config);
    match cli.command {
        Command::Serve => block_on(commands::serve::run(config)),
        Command::Worker => block_on(commands::worker::run(config)),
        Command::Migrate => block_on(commands::migrate::run(config)),
        Command::SeedDemo { items } => block_on(commands::seed_demo::run(config, items)),
        Command::CreateAdmin(person) => block_on(commands::create_admin::run(config, person)),
        Command::CreateKey(key) => block_on(commands::create_key::run(config, key)),
        Command::Audit { act: Audit::Verify { organisation, expect } } => {
            block_on(commands::audit::verify(config, organisation, expect))
        }
        Command::Organisations { act } => block_on(commands::organisations::run(config, act)),
        Command::Erasures { act } => block_on(commands::erasures::run(config, act)),
        Command::Support { act } => block_on(commands::support::run(config, act)),
        Command::Licence { act: Licence::Show } => block_on(commands::licence::show(config)),
        Command::Jobs { act } => block_on(commands::jobs::run(config, act)),
        Command::Api(call) => block_on(commands::api::call(config, call)),
        Command::Openapi => block_on(commands::api::openapi(config)),
        Command::Check { worker: true, .. } => block_on(commands::check::worker(config)),
        Command::Check { .. } => block_on(commands::check::health(config)),
    }
}

fn block_on(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

impl Settings {
    fn into_sources(self) -> Result<Sources, crate::config::Error> {
        let mut sources =
            Sources { file: self.config, environment: Sources::from_process(), flags: Vec::new() };
        let named =
            [("listen", self.listen), ("data_dir", self.data_dir), ("database_url", self.database_url)];
        for (key, value) in named {
            sources.flags.extend(value.map(|value| (key.to_owned(), value)));
        }
        if self.development {
            sources.flags.push(("development".into(), "true".into()));
        }
        for pair in self.set {
            let (key, value) = pair.split_once('=').ok_or_else(|| crate::config::Error::pair(&pair))?;
            sources.flags.push((key.trim().to_owned(), value.trim().to_owned()));
        }
        Ok(sources)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
