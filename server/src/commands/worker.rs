//! `mediap worker`: background work without the web part, beside `serve` with `worker` off.

use std::{process::ExitCode, sync::Arc, time::Duration};

use jobs::{Now, Queue, Worker};
use kernel::Site;
use tokio::time::{MissedTickBehavior, interval};

use crate::{Stop, config::Config, mail, product, start, stop};

/// How often what has run out (sessions, links, counts) is swept away.
const SWEEP: Duration = Duration::from_secs(60 * 60);

/// Works until it is told to stop.
pub(crate) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let db = start::migrated_database(&config).await?;
    let base_url = config.base_url.clone().unwrap_or_default();
    let site = start::sealing_site(&config, db.clone(), &base_url)?;
    let (stopper, stop) = Stop::channel();
    let working = tokio::spawn(work(site.clone(), worker(&config, &site, Queue::new(db.clone()))?, stop));
    tracing::info!("Worker started");
    let signal = stop::signal().await?;
    tracing::info!("{signal}: stopping");
    stopper.stop();
    working.await?;
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// The worker that the settings ask for.
pub(crate) fn worker(config: &Config, site: &Site, queue: Queue) -> anyhow::Result<Worker> {
    let clock = site.clone();
    let now: Now = Arc::new(move || clock.now());
    Ok(Worker::new(queue, mail::handlers(site, mail::mailer(config)?), now))
}

/// Runs jobs and sweeps until it is told to stop.
pub(crate) async fn work(site: Site, worker: Worker, stop: Stop) {
    let sweeping = async {
        let mut hours = interval(SWEEP);
        hours.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick comes at once, and the start has enough to do.
        hours.tick().await;
        loop {
            hours.tick().await;
            if let Err(error) = product::sweep(&site).await {
                tracing::warn!(%error, "What has run out was not swept away");
            }
        }
    };
    tokio::select! {
        () = worker.run(stop.wanted()) => {}
        () = sweeping => {}
    }
}
