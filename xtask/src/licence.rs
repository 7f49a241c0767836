//! `licence`: the maker's side of licences: makes keys, and signs.
//!
//! A private key never lies in a checkout: commands refuse files there, so that none is committed by accident.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf, absolute};

use anyhow::{Context, Result, bail};
use chrono::{NaiveDate, Utc};
use clap::{Args, Subcommand};
use licence::sign::{PrivateKey, is_key_name, random_word};
use licence::{Entitlement, Licence, Plan};

use crate::project::Project;

/// What to do for licences.
#[derive(Subcommand)]
pub enum Command {
    /// Make a key: keep the private half in FILE, print the line for server/licence/keys.txt.
    NewKey {
        /// A file that does not exist yet, outside the checkout.
        file: PathBuf,
        /// What licences call it [default: some letters].
        #[arg(long)]
        name: Option<String>,
    },
    /// Write a licence file.
    Sign(Order),
}

/// What was bought.
#[derive(Args)]
pub struct Order {
    /// The file that `new-key` wrote.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Who bought it.
    #[arg(long)]
    licensee: String,
    /// free, team or business.
    #[arg(long, value_parser = plan)]
    plan: &'static str,
    /// For how many members of an organisation; leave it out for any number.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    seats: Option<u32>,
    /// What was bought beyond the plan; repeat it for more.
    #[arg(long = "entitlement", value_name = "KEY", value_parser = entitlement)]
    entitlements: Vec<&'static str>,
    /// The last day it counts for, such as 2027-11-21; leave it out for ever.
    #[arg(long, value_name = "DAY")]
    expires: Option<NaiveDate>,
    /// The day it is written [default: today].
    #[arg(long, value_name = "DAY")]
    issued: Option<NaiveDate>,
    /// What letters about it call it [default: some letters].
    #[arg(long)]
    id: Option<String>,
    /// The file to write, which does not exist yet.
    #[arg(long, value_name = "FILE", default_value = "licence.json")]
    out: PathBuf,
}

/// Runs one of the sub-commands.
pub fn command(project: &Project, command: Command) -> Result<()> {
    match command {
        Command::NewKey { file, name } => new_key(project, &file, name),
        Command::Sign(order) => sign(project, order),
    }
}

fn new_key(project: &Project, file: &Path, name: Option<String>) -> Result<()> {
    refuse_checkout(&project.root, file)?;
    let name = match name {
        Some(name) => name,
        None => format!("k{}", random_word().context("the system has no randomness")?),
    };
    if !is_key_name(&name) {
        bail!("`{name}` cannot be the name of a key: it takes 1 to 40 of a-z, A-Z, 0-9, - and _");
    }
    let key = PrivateKey::generate(&name).context("the system has no randomness")?;
    write(file, &key.text(), 0o600)?;
    println!("{}", key.public().line());
    eprintln!(
        "The line above goes into server/licence/keys.txt. {} is secret: keep it well.",
        file.display()
    );
    Ok(())
}

fn sign(project: &Project, order: Order) -> Result<()> {
    refuse_checkout(&project.root, &order.key)?;
    let text = fs::read_to_string(&order.key).with_context(|| format!("reading {}", order.key.display()))?;
    let key = PrivateKey::parse(&text).with_context(|| format!("{} holds no key", order.key.display()))?;
    let licence = Licence {
        id: match order.id {
            Some(id) => id,
            None => format!("l-{}", random_word().context("the system has no randomness")?),
        },
        licensee: order.licensee,
        plan: order.plan.to_owned(),
        seats: order.seats,
        entitlements: order.entitlements.into_iter().map(str::to_owned).collect(),
        issued: order.issued.unwrap_or_else(today),
        expires: order.expires,
    };
    let file = key.sign_checked(&licence).context("no program would read such a licence")?;
    write(&order.out, &file, 0o644)?;
    println!("{} is the licence {} for {}.", order.out.display(), licence.id, licence.licensee);
    Ok(())
}

fn today() -> NaiveDate {
    #[expect(clippy::disallowed_methods, reason = "the tools have no context to take the time from")]
    Utc::now().date_naive()
}

/// The key of a plan.
fn plan(text: &str) -> Result<&'static str, String> {
    let known = || Plan::ALL.iter().map(|plan| plan.key()).collect::<Vec<_>>().join(", ");
    Plan::of_key(text).map(Plan::key).ok_or_else(|| format!("known are {}", known()))
}

/// The key of an entitlement.
fn entitlement(text: &str) -> Result<&'static str, String> {
    let known = || Entitlement::ALL.iter().map(|one| one.key()).collect::<Vec<_>>().join(", ");
    Entitlement::of_key(text).map(Entitlement::key).ok_or_else(|| format!("known are {}", known()))
}

/// Fails if the file is, or would be, in the checkout.
fn refuse_checkout(root: &Path, file: &Path) -> Result<()> {
    let file = absolute(file)?;
    let folder = file.parent().context("this is no file")?;
    // Links are followed, so that none leads back in.
    let folder = folder.canonicalize().with_context(|| format!("looking for {}", folder.display()))?;
    if folder.starts_with(root.canonicalize()?) {
        bail!("{} is in the checkout: keep private keys elsewhere", file.display());
    }
    Ok(())
}

/// Writes a new file. One that is there stays as it is.
fn write(path: &Path, text: &str, mode: u32) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(path).with_context(|| format!("creating {}", path.display()))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use licence::{Keys, PublicKey};

    use super::*;

    fn order(folder: &Path) -> Order {
        Order {
            key: folder.join("key"),
            licensee: "Nordvik Cars AB".into(),
            plan: "business",
            seats: Some(25),
            entitlements: vec!["training"],
            expires: Some("2027-11-21".parse().unwrap()),
            issued: None,
            id: None,
            out: folder.join("licence.json"),
        }
    }

    #[test]
    fn a_new_key_signs_a_licence_that_its_public_half_reads() {
        let project = Project::find().unwrap();
        let folder = std::env::temp_dir().join(format!("mediap-xtask-licence-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        new_key(&project, &folder.join("key"), Some("2026".into())).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(folder.join("key")).unwrap().permissions().mode() & 0o777, 0o600);
        }
        sign(&project, order(&folder)).unwrap();
        let public: PublicKey =
            PrivateKey::parse(&fs::read_to_string(folder.join("key")).unwrap()).unwrap().public();
        let file = fs::read(folder.join("licence.json")).unwrap();
        let found = Licence::read(&file, &Keys::new([public])).unwrap();
        assert_eq!((found.plan_label(), found.seats, found.issued), ("Business", Some(25), today()));
        assert!(found.id.starts_with("l-"), "{}", found.id);

        // Nothing that is there is written over.
        assert!(new_key(&project, &folder.join("key"), None).is_err());
        assert!(sign(&project, order(&folder)).is_err());
        let early = Order {
            expires: Some("2020-01-01".parse().unwrap()),
            out: folder.join("early.json"),
            ..order(&folder)
        };
        assert!(format!("{:#}", sign(&project, early).unwrap_err()).contains("`expires`"));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_key_in_the_checkout_is_refused() {
        let project = Project::find().unwrap();
        let path = project.root.join("server/licence/private.key");
        let error = new_key(&project, &path, None).unwrap_err().to_string();
        assert!(error.contains("is in the checkout") && !path.exists(), "{error}");
        let inside = Order { key: path, ..order(&std::env::temp_dir()) };
        assert!(sign(&project, inside).unwrap_err().to_string().contains("is in the checkout"));
    }

    #[test]
    fn only_what_the_catalogue_has_can_be_sold() {
        assert_eq!(plan("team"), Ok("team"));
        assert_eq!(plan("galaxy"), Err("known are free, team, business".into()));
        assert_eq!(entitlement("training"), Ok("training"));
        assert!(entitlement("lunch").unwrap_err().starts_with("known are single_sign_on, "));
    }
}
