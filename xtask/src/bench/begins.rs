//! What it costs to set the tenant, beside whatever else the database does: PostgreSQL's own `pgbench` begins a transaction and
//! takes it back, again and again, and sets the tenant in the same trip every other time.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use crate::pg::Cluster;

const BARE: &str = "begin read only;\nrollback;\n";
/// As `server/db` does it.
const TENANT: &str = "begin read only \\; \
    select set_config('mediap.organisation', '018f4e1a-0000-7000-8000-000000000000', true), \
    set_config('mediap.account', '', true), set_config('mediap.registry', '', true);\nrollback;\n";

/// How long both take: half of them, and 95 of 100, at most.
pub struct Begins {
    /// Without a tenant.
    pub bare: [Duration; 2],
    /// With one.
    pub tenant: [Duration; 2],
}

/// Measures for so long, with one more connection.
pub fn begins(cluster: &Cluster, folder: &Path, duration: Duration) -> Result<Begins> {
    let sh = Shell::new()?;
    let (bare, tenant, log) = (folder.join("bare.sql"), folder.join("tenant.sql"), folder.join("begins"));
    fs::write(&bare, BARE)?;
    fs::write(&tenant, TENANT)?;
    let (pgbench, url, seconds) =
        (Cluster::program("pgbench")?, &cluster.url, duration.as_secs().to_string());
    cmd!(sh, "{pgbench} --no-vacuum --log --log-prefix={log} -T {seconds} -f {bare} -f {tenant} {url}")
        .quiet()
        .ignore_stdout()
        .ignore_stderr()
        .run()?;
    let mut times = [Vec::new(), Vec::new()];
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("begins.")) {
            for line in fs::read_to_string(&path)?.lines() {
                // The client, the number, microseconds, the script.
                let mut words = line.split(' ').skip(2).map(str::parse);
                if let (Some(Ok(micros)), Some(Ok(script))) = (words.next(), words.next()) {
                    let times = usize::try_from(script).ok().and_then(|script: usize| times.get_mut(script));
                    times.context("a third script")?.push(Duration::from_micros(micros));
                }
            }
            fs::remove_file(path)?;
        }
    }
    let [bare, tenant] = times;
    Ok(Begins { bare: percentiles(bare)?, tenant: percentiles(tenant)? })
}

fn percentiles(mut times: Vec<Duration>) -> Result<[Duration; 2]> {
    times.sort();
    let at =
        |percent| times.get(times.len() * percent / 100).copied().context("pgbench has measured nothing");
    Ok([at(50)?, at(95)?])
}
