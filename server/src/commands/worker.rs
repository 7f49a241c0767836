//! `mediap worker`: background work without the web part, beside `serve` with `worker` off.

use std::process::ExitCode;

use anyhow::bail;

use crate::{Stop, background, config::Config, start, stop};

/// Works until it is told to stop.
pub(crate) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let db = start::migrated_database(&config).await?;
    let base_url = config.base_url.clone().unwrap_or_default();
    let site = start::sealing_site(&config, db.clone(), &base_url)?;
    let (stopper, stop) = Stop::channel();
    let mut working = tokio::spawn(background::worker(&config, &site)?.run(stop.wanted()));
    tracing::info!("Worker started");
    tokio::select! {
        signal = stop::signal() => tracing::info!("{}: stopping", signal?),
        // A process without its worker must not look as if it worked.
        ended = &mut working => {
            ended?;
            bail!("the worker ended by itself");
        }
    }
    stopper.stop();
    working.await?;
    db.close().await;
    Ok(ExitCode::SUCCESS)
}
