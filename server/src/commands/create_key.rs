//! `mediap create-key`

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use kernel::{Cx, OrganisationId, Permission};

use crate::{
    config::Config,
    product::{self, keys},
    start,
};

/// Whose key, and what for.
#[derive(Debug, Args)]
pub(crate) struct Key {
    /// Address that the member logs in with
    email: String,
    /// Which organisation, by its id, for who belongs to several
    #[arg(long, value_name = "ID")]
    organisation: Option<OrganisationId>,
    /// What the key is for
    #[arg(long, default_value = "Command line")]
    name: String,
    /// How long it lasts
    #[arg(long, default_value_t = 90, value_name = "N")]
    days: i64,
    /// What it may be used for, separated by commas as in item.view,item.move; or all that the member may do
    #[arg(long, default_value = "all", value_delimiter = ',', value_name = "LIST")]
    permissions: Vec<String>,
    /// Make a key of the organisation, by which a robot acts; else it is the member's own
    #[arg(long)]
    organisation_key: bool,
}

/// Makes a key as the member would, and prints what opens and nothing else.
pub(crate) async fn run(config: Config, key: Key) -> anyhow::Result<ExitCode> {
    let db = start::migrated_database(&config).await?;
    let site = start::site(db.clone(), config.base_url.as_deref().unwrap_or_default());
    let cx = product::acting_as(&site, &key.email, key.organisation, "create-key").await?;
    let Some(cx) = cx else {
        bail!("nobody with the address {} works there; `--organisation` says where", key.email);
    };
    let form = keys::Form {
        permissions: permissions(&cx, &key),
        name: key.name,
        personal: !key.organisation_key,
        days: key.days,
    };
    let made = keys::create(&cx, &form).await.context("the key cannot be made")?;
    println!("{}", made.token);
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// The permissions that were named, or all that such a key can have.
fn permissions(cx: &Cx, key: &Key) -> Vec<String> {
    if key.permissions != ["all"] {
        return key.permissions.iter().map(|name| name.trim().to_owned()).collect();
    }
    let has = |permission: &Permission| {
        if key.organisation_key { cx.may(*permission) } else { cx.may_somewhere(*permission) }
    };
    let all = Permission::ALL.iter().copied().filter(has);
    all.map(|permission| permission.key().to_owned()).collect()
}
