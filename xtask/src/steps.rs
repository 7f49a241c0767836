//! Named, timed steps that are skipped when their inputs did not change since they last succeeded.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::fingerprint::Fingerprint;

/// Runs steps and remembers their inputs in a folder of stamps.
pub struct Steps {
    stamps: PathBuf,
}

impl Steps {
    /// Steps that keep their stamps in `folder`.
    pub fn new(folder: &Path) -> Result<Self> {
        let stamps = folder.join("stamps");
        fs::create_dir_all(&stamps).with_context(|| format!("creating {}", stamps.display()))?;
        Ok(Self { stamps })
    }

    /// Runs a step whose tool decides by itself what is fresh.
    pub fn always<T>(&self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let start = Instant::now();
        let result = work().with_context(|| format!("step `{name}` failed"))?;
        report(name, &seconds(start.elapsed()));
        Ok(result)
    }

    /// Runs a step unless `output` exists and the inputs are those of the last success.
    pub fn if_changed(
        &self,
        name: &str,
        inputs: Fingerprint,
        output: &Path,
        work: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let stamp = self.stamps.join(name);
        let fingerprint = inputs.finish();
        if output.exists() && fs::read_to_string(&stamp).is_ok_and(|last| last == fingerprint) {
            report(name, "unchanged");
            return Ok(());
        }
        if let Some(folder) = output.parent() {
            fs::create_dir_all(folder)?;
        }
        self.always(name, work)?;
        fs::write(&stamp, fingerprint).with_context(|| format!("writing {}", stamp.display()))
    }
}

/// One line of a build's progress.
pub fn report(name: &str, what: &str) {
    println!("  {name:<14} {what:>10}");
}

/// A time for people.
pub fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
