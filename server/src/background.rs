//! What this program does in the background: which jobs it runs, and what it does again and again.

use std::sync::Arc;

use jobs::{Handlers, Now, Options, Schedule, Worker};
use kernel::Site;
use notifications::delivery::{self, DIGESTS};
use outbound::Outbound;

use crate::{attachments, config::Config, mail, product};

/// Forgets what has run out: sessions, links, counts, jobs that were put away.
const SWEEP: &str = "sweep";

/// Deletes the bytes of files that nobody needs any more.
const SWEEP_FILES: &str = "files.sweep";

/// What calls addresses that come from outside. Whoever develops has push services and receivers on their own machine.
fn outbound(config: &Config) -> Outbound {
    if config.development {
        Outbound::at_home_with(&http::Uri::from_static("http://127.0.0.1"))
    } else {
        Outbound::to_public()
    }
}

/// What tells browsers.
fn sender(config: &Config) -> anyhow::Result<push::Sender> {
    Ok(push::Sender::new(outbound(config), format!("mailto:{}", mail::address(config)?)))
}

/// The worker that the settings ask for.
pub(crate) fn worker(config: &Config, site: &Site) -> anyhow::Result<Worker> {
    let clock = site.clone();
    let now: Now = Arc::new(move || clock.now());
    // Not at the full hour, when everybody else does something too.
    let schedules = vec![
        Schedule::new(SWEEP, "17 * * * *", chrono_tz::UTC)?,
        // In each hour it is morning somewhere.
        Schedule::new(DIGESTS, "5 * * * *", chrono_tz::UTC)?,
        // In each hour it is eight in the morning somewhere.
        Schedule::new(product::DUE, "0 * * * *", chrono_tz::UTC)?,
        // Rules name a time of day to the minute; this is how late they may be.
        Schedule::new(product::CLOCK, "*/5 * * * *", chrono_tz::UTC)?,
        // It looks at all files, so once a day.
        Schedule::new(SWEEP_FILES, "43 3 * * *", chrono_tz::UTC)?,
    ];
    let options = Options { at_once: config.jobs_at_once, ..Options::default() };
    Ok(Worker::new(site.queue().clone(), handlers(config, site)?, now)
        .with_schedules(schedules)
        .with_options(options))
}

fn handlers(config: &Config, site: &Site) -> anyhow::Result<Handlers> {
    let handlers = mail::handlers(Handlers::default(), site, mail::mailer(config)?);
    let telling = product::telling(site, sender(config)?);
    let handlers = delivery::handlers(handlers, &telling);
    let handlers = product::wait_handlers(handlers, site);
    let handlers = webhooks::delivery::handlers(handlers, &product::webhook_desk(site, outbound(config)));
    let desk = attachments::desk(config, site);
    let handlers = attachments::handlers(handlers, &desk).on(SWEEP_FILES, move |_| {
        let desk = desk.clone();
        async move {
            product::sweep_files(&desk).await?;
            Ok(())
        }
    });
    let of_due = site.clone();
    let handlers = handlers.on(product::DUE, move |_| {
        let site = of_due.clone();
        async move { Ok(product::remind_of_due(&site).await?) }
    });
    let of_clock = site.clone();
    let handlers = handlers.on(product::CLOCK, move |_| {
        let site = of_clock.clone();
        async move { Ok(product::look_at_the_clock(&site).await?) }
    });
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
