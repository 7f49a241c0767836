//! `mediap worker`: background work without the web part, beside `serve` with `worker` off.

use std::{process::ExitCode, sync::Arc, time::Duration};

use jobs::{Now, Queue, Worker};
use kernel::Site;
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};

use crate::{Stop, attachments, config::Config, mail, product, start, stop};

/// How often what has run out (sessions, links, counts) is swept away.
const SWEEP: Duration = Duration::from_secs(60 * 60);
/// How often files are swept: it looks at all of them.
const SWEEP_FILES: Duration = Duration::from_secs(24 * 60 * 60);

/// Works until it is told to stop.
pub(crate) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let db = start::migrated_database(&config).await?;
    let base_url = config.base_url.clone().unwrap_or_default();
    let site = start::sealing_site(&config, db.clone(), &base_url)?;
    let (stopper, stop) = Stop::channel();
    let worker = worker(&config, &site, Queue::new(db.clone()))?;
    let desk = attachments::desk(&config, &site);
    let working = tokio::spawn(work(site.clone(), desk, worker, stop));
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
    let handlers = mail::handlers(mail::mailer(config)?);
    let handlers = attachments::handlers(handlers, &attachments::desk(config, site));
    Ok(Worker::new(queue, handlers, now))
}

/// Runs jobs and sweeps until it is told to stop.
pub(crate) async fn work(site: Site, desk: product::FileDesk, worker: Worker, stop: Stop) {
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
    let sweeping_files = async {
        // Soon after the start, so that a program that is started anew each day sweeps too.
        let mut days = interval_at(Instant::now() + SWEEP, SWEEP_FILES);
        days.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            days.tick().await;
            if let Err(error) = product::sweep_files(&desk).await {
                tracing::warn!(%error, "Files were not swept");
            }
        }
    };
    tokio::select! {
        () = worker.run(stop.wanted()) => {}
        () = sweeping => {}
        () = sweeping_files => {}
    }
}
