//! The workshop of the project: `cargo xtask COMMAND` builds, watches, measures and checks it.
//!
//! Everything a script does beyond installing tools is here, as ordinary Rust: no make, no shell logic.

mod bench;
mod build;
mod dev;
mod fingerprint;
mod guard;
mod http;
mod licence;
mod pg;
mod project;
mod size;
mod steps;
mod table;
mod tidy;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::project::{Mode, Project};

/// Builds, watches, measures and checks Mediap.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build client, styles, icons, fonts and server into one site folder and one binary.
    Build {
        /// Unoptimised, for development: quick to compile, large to load.
        #[arg(long)]
        dev: bool,
        /// Only what a browser loads.
        #[arg(long)]
        site: bool,
    },
    /// Build for development, serve on 127.0.0.1:3000, rebuild and reload on every edit.
    Dev,
    /// The maker's side of licences: keys and signatures.
    #[command(subcommand)]
    Licence(licence::Command),
    /// A temporary PostgreSQL for tests.
    #[command(subcommand)]
    Pg(pg::Command),
    /// Size of what a browser loads first; fails above the budget.
    Size,
    /// Check the rules of the house (the same rules run in `cargo test -p xtask`).
    Tidy,
    /// Measure seeding, start, memory and pages per second on both databases.
    Bench(bench::Options),
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let project = Project::find()?;
    match Cli::parse().command {
        Command::Build { dev, site } => {
            let mode = if dev { Mode::Development } else { Mode::Release };
            build::build(&project, mode, !site)
        }
        Command::Dev => dev::dev(&project),
        Command::Licence(command) => licence::command(&project, command),
        Command::Pg(command) => pg::command(&project, command),
        Command::Size => size::size(&project),
        Command::Tidy => tidy::tidy(&project),
        Command::Bench(options) => bench::bench(&project, &options),
    }
}
