//! What this program does in the background: which jobs it runs, and what it does again and again.

use std::sync::Arc;

use jobs::{Handlers, Now, Options, Schedule, Worker};
use kernel::Site;

use crate::{config::Config, mail, product};

/// Forgets what has run out: sessions, links, counts, jobs that were put away.
const SWEEP: &str = "sweep";

/// The worker that the settings ask for.
pub(crate) fn worker(config: &Config, site: &Site) -> anyhow::Result<Worker> {
    let clock = site.clone();
    let now: Now = Arc::new(move || clock.now());
    // Not at the full hour, when everybody else does something too.
    let schedules = vec![Schedule::new(SWEEP, "17 * * * *", chrono_tz::UTC)?];
    let options = Options { at_once: config.jobs_at_once, ..Options::default() };
    Ok(Worker::new(site.queue().clone(), handlers(config, site)?, now)
        .with_schedules(schedules)
        .with_options(options))
}

fn handlers(config: &Config, site: &Site) -> anyhow::Result<Handlers> {
    let handlers = mail::handlers(Handlers::default(), site, mail::mailer(config)?);
    let site = site.clone();
    Ok(handlers.on(SWEEP, move |_| {
        let site = site.clone();
        async move {
            product::sweep(&site).await?;
            jobs::sweep(site.db(), site.now()).await?;
            Ok(())
        }
    }))
}
