//! A small load generator: one thread and one kept-alive connection each, asking again as soon as the answer is
//! complete. Blocking threads cost less of the shared cores than an async runtime would.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::http::Connection;

/// What to send, how hard, how long.
pub struct Load {
    /// The server.
    pub address: SocketAddr,
    /// The bytes of the request.
    pub request: Vec<u8>,
    /// How many ask at once.
    pub connections: u32,
    /// How often each of them asks at most. None: again as soon as it is answered.
    pub every: Option<Duration>,
    /// Time before the first answer that counts.
    pub warm_up: Duration,
    /// Time in which answers count.
    pub duration: Duration,
}

/// What came of it.
pub struct Figures {
    /// Half of the answers were at least this quick.
    pub p50: Duration,
    /// 95 of 100.
    pub p95: Duration,
    /// 99 of 100.
    pub p99: Duration,
    /// Complete answers per second.
    pub per_second: u64,
}

/// Asks once and returns the page, so that a wrong answer is noticed before it is measured.
pub fn once(address: SocketAddr, request: &[u8]) -> Result<Vec<u8>> {
    let response = Connection::open(address)?.send(request)?;
    if response.status != 200 {
        bail!("the page answers {} instead of 200:\n{}", response.status, response.text());
    }
    Ok(response.body)
}

/// Puts the load on and measures.
pub fn run(load: &Load) -> Result<Figures> {
    let results = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..load.connections).map(|place| scope.spawn(move || ask(load, place))).collect();
        threads.into_iter().map(|thread| thread.join()).collect::<Vec<_>>()
    });
    let mut times = Vec::new();
    for result in results {
        times.extend(result.map_err(|_| anyhow!("a load thread panicked"))??);
    }
    times.sort();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().context("no answers at all");
    let count = u64::try_from(times.len())?;
    Ok(Figures {
        p50: at(50)?,
        p95: at(95)?,
        p99: at(99)?,
        per_second: count / load.duration.as_secs().max(1),
    })
}

fn ask(load: &Load, place: u32) -> Result<Vec<Duration>> {
    let mut connection = Connection::open(load.address)?;
    let begin = Instant::now() + load.warm_up;
    let end = begin + load.duration;
    let mut times = Vec::new();
    // Not all at the same moment.
    let mut turn = load.every.map(|every| Instant::now() + every * place / load.connections);
    loop {
        if let (Some(turn), Some(every)) = (&mut turn, load.every) {
            thread::sleep(turn.saturating_duration_since(Instant::now()));
            *turn += every;
        }
        let sent = Instant::now();
        if end <= sent {
            return Ok(times);
        }
        let response = connection.send(&load.request)?;
        if response.status != 200 {
            bail!("the page answered {} under load", response.status);
        }
        let done = Instant::now();
        if begin <= sent && done <= end {
            times.push(done - sent);
        }
    }
}
