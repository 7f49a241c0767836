//! What workers do: empty jobs per second, and how soon a job that is due begins.
//!
//! The measurement is an ignored test of the crate `jobs`: it starts workers as processes of their own and prints what
//! it finds.

use std::time::Duration;

use anyhow::{Context, Result};
use xshell::cmd;

use crate::project::{Project, shell, without_cargo_variables};
use crate::steps::report;

/// The figures of one database.
pub struct Jobs {
    /// Jobs that do nothing, from the commit that wrote them to the end of the last one.
    pub per_second: u64,
    /// Half of the jobs began at least so soon.
    pub p50: Duration,
    /// 99 of 100.
    pub p99: Duration,
}

/// One worker on SQLite.
pub fn on_sqlite(project: &Project) -> Result<Jobs> {
    measure(project, "figures::sqlite_with_one_worker", "")
}

/// Two workers on PostgreSQL, whose superuser `url` is.
pub fn on_postgres(project: &Project, url: &str) -> Result<Jobs> {
    measure(project, "figures::postgres_with_two_workers", url)
}

fn measure(project: &Project, test: &str, postgres: &str) -> Result<Jobs> {
    let sh = shell(project)?;
    let run =
        cmd!(sh, "cargo test --release --package jobs --test it -- --ignored --exact {test} --nocapture");
    let text = without_cargo_variables(run).env("MEDIAP_TEST_POSTGRES", postgres).quiet().read()?;
    let figure = |name: &str| -> Result<u64> {
        let (_, rest) = text
            .split_once(&format!("figure {name} "))
            .with_context(|| format!("{test} has not measured {name}:\n{text}"))?;
        Ok(rest.split_whitespace().next().unwrap_or_default().parse()?)
    };
    let jobs = Jobs {
        per_second: figure("jobs_per_second")?,
        p50: Duration::from_micros(figure("wait_p50_us")?),
        p99: Duration::from_micros(figure("wait_p99_us")?),
    };
    report("jobs", &format!("{}/s", jobs.per_second));
    Ok(jobs)
}
