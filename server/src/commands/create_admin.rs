//! `mediap create-admin`

use std::{
    io::{IsTerminal, Read},
    process::ExitCode,
};

use anyhow::Context;
use clap::Args;

use crate::{config::Config, product, start};

/// Letters that nobody mistakes for each other.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// Whom to add.
#[derive(Debug, Args)]
pub(crate) struct Person {
    /// Address they log in with
    #[arg(long)]
    email: String,
    /// Full name
    #[arg(long)]
    name: String,
    /// Name of the organisation they own
    #[arg(long)]
    organisation: String,
    /// Read the password from standard input instead of making one up
    #[arg(long)]
    password_stdin: bool,
}

/// Adds a confirmed person who owns a new organisation.
pub(crate) async fn run(config: Config, person: Person) -> anyhow::Result<ExitCode> {
    let made_up = (!person.password_stdin).then(password);
    let password = match &made_up {
        Some(password) => password.clone(),
        None => typed()?,
    };
    let db = start::migrated_database(&config).await?;
    let site = start::site(db.clone(), config.base_url.as_deref().unwrap_or_default());
    product::create_admin(&site, &person.email, &person.name, &person.organisation, &password).await?;
    println!("{} <{}> owns {}.", person.name, person.email, person.organisation);
    if let Some(password) = made_up {
        println!("Password: {password}");
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

fn typed() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        eprintln!("Type the password, then Enter and Ctrl-D:");
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("the password cannot be read from standard input")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Four groups of five letters: 99 bits.
fn password() -> String {
    use rand::seq::IndexedRandom;
    let mut random = rand::rng();
    let letter = |random: &mut _| LETTERS.choose(random).copied().map_or('x', char::from);
    let groups: Vec<String> = (0..4).map(|_| (0..5).map(|_| letter(&mut random)).collect()).collect();
    groups.join("-")
}
