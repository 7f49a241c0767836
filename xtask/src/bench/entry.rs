//! What getting in costs: finding out who asks, on each request, and many log-ins at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use super::load;
use super::program::Server;
use crate::http::{Connection, request};

/// The histogram of the time in which session, membership and grants are read and the tenant is set.
const VISIT: &str = "mediap_visit_duration_seconds";
const REQUEST: &str = "mediap_http_request_duration_seconds";

/// What knowing who asks costs of a request.
pub struct Visits {
    /// 95 of 100 were at least this quick.
    pub p95: Duration,
    /// How much of the time of all requests went into it, in percent.
    pub share: u64,
}

/// Reads the program's own clocks.
pub fn visits(server: &Server) -> Result<Visits> {
    let text =
        String::from_utf8(load::once(server.address, &request("GET", "/metrics", server.address, &[], ""))?)?;
    let value = |line: &str| line.rsplit(' ').next().and_then(|number| number.parse::<f64>().ok());
    let sum = |name: &str| {
        let sums = text.lines().filter(|line| line.starts_with(&format!("{name}_sum")));
        sums.filter_map(value).sum::<f64>()
    };
    let mut buckets = Vec::new();
    for line in text.lines().filter(|line| line.starts_with(&format!("{VISIT}_bucket"))) {
        let bound = line.split("le=\"").nth(1).and_then(|rest| rest.split('"').next());
        let bound = bound.map_or(Some(f64::INFINITY), |bound| bound.parse().ok());
        buckets.push((bound.context("a bound that is no number")?, value(line).context("no count")?));
    }
    let p95 = quantile(&buckets, 0.95).context("no visits were measured")?;
    let share = (100.0 * sum(VISIT) / sum(REQUEST)).round();
    Ok(Visits { p95: Duration::try_from_secs_f64(p95)?, share: format!("{share:.0}").parse()? })
}

/// The value below which `part` of all measurements lie, evenly spread within their bucket.
fn quantile(buckets: &[(f64, f64)], part: f64) -> Option<f64> {
    let wanted = part * buckets.last()?.1;
    let (mut bound_before, mut count_before) = (0.0, 0.0);
    for &(bound, count) in buckets {
        if wanted <= count && count_before < count {
            let within = (wanted - count_before) / (count - count_before);
            return Some(if bound.is_finite() {
                bound_before + within * (bound - bound_before)
            } else {
                bound_before
            });
        }
        (bound_before, count_before) = (bound, count);
    }
    None
}

/// Many log-ins at once, and what they do to others.
pub struct Burst {
    /// Until the last one was in.
    pub took: Duration,
    /// Of a page that somebody else asks for meanwhile, again and again: 95 of 100 were at least this quick.
    pub page: Duration,
    /// The most memory that was occupied meanwhile, in bytes.
    pub memory: u64,
}

/// Logs in `people` at once, each from an address of their own, while somebody who is in already reads a page.
pub fn burst(server: &Server, page: &[u8], people: u8) -> Result<Burst> {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| read(server, page, &over));
        let weigher = scope.spawn(|| weigh(server, &over));
        let started = Instant::now();
        let crowd: Vec<_> = (0..people).map(|person| scope.spawn(move || server.log_in_as(person))).collect();
        let entries: Vec<_> = crowd.into_iter().map(|one| one.join()).collect();
        let took = started.elapsed();
        over.store(true, Ordering::Relaxed);
        for entry in entries {
            entry.map_err(|_| anyhow!("a log-in panicked"))??;
        }
        let mut pages = reader.join().map_err(|_| anyhow!("the reader panicked"))??;
        pages.sort();
        let memory = weigher.join().map_err(|_| anyhow!("the scales panicked"))??;
        let page = pages.get(pages.len() * 95 / 100).copied().context("no page was read")?;
        Ok(Burst { took, page, memory })
    })
}

fn read(server: &Server, page: &[u8], over: &AtomicBool) -> Result<Vec<Duration>> {
    let mut connection = Connection::open(server.address)?;
    let mut times = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let sent = Instant::now();
        let response = connection.send(page)?;
        if response.status != 200 {
            bail!("the page answered {} during the log-ins", response.status);
        }
        times.push(sent.elapsed());
    }
    Ok(times)
}

fn weigh(server: &Server, over: &AtomicBool) -> Result<u64> {
    let mut most = 0;
    while !over.load(Ordering::Relaxed) {
        most = most.max(server.memory()?);
        thread::sleep(Duration::from_millis(10));
    }
    Ok(most)
}
