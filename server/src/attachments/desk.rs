//! What the background work on files gets from the settings.

use std::sync::Arc;

use chrono::Duration;
use files::jobs::Desk;
use jobs::Handlers;
use kernel::Site;
use store::Store;
use tokio::sync::Semaphore;

use crate::config::Config;

/// What the jobs of files need.
pub fn desk(config: &Config, site: &Site) -> Desk {
    let files = &config.files;
    Desk {
        site: site.clone(),
        store: Store::new(files.store.clone()),
        clamd: files.clamd.clone(),
        clamd_required: files.clamd_required,
        tools: files.tools.clone(),
        scratch: config.data_dir.join("scratch"),
        keep: Duration::days(files.keep_days),
        drawing: Arc::new(Semaphore::new(1)),
    }
}

/// Adds what runs the jobs of files.
pub fn handlers(handlers: Handlers, desk: &Desk) -> Handlers {
    files::jobs::handlers(handlers, desk)
}
