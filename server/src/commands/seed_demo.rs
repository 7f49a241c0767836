//! `mediap seed-demo`

use std::{process::ExitCode, time::Instant};

use anyhow::bail;

use crate::{config::Config, product, start};

/// Fills an empty database with the demo organisations.
pub(crate) async fn run(config: Config, items: u32) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let db = start::migrated_database(&config).await?;
    let site = start::site(db.clone(), config.base_url.as_deref().unwrap_or_default());
    if product::has_demo(&site).await? {
        println!("The demo data is there already; nothing was changed.");
    } else if product::is_empty(&site).await? {
        product::seed(&site, items).await?;
        let owned = start::owned_database(&config).await?;
        owned.analyze().await?;
        owned.close().await;
        println!("Demo data written in {:.1} s: {items} vehicles.", started.elapsed().as_secs_f64());
    } else {
        bail!(
            "{} holds other data already; the demo needs an empty database (--data-dir or --database-url)",
            start::without_password(&config.database_url)
        );
    }
    product::print_demo(&site).await;
    db.close().await;
    Ok(ExitCode::SUCCESS)
}
