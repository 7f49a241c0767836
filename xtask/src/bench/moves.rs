//! Moving items along their workflow through the interface for other programs.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};

use super::load::Figures;
use super::program::{Program, Server};
use super::webhooks::send;
use crate::http::Connection;

/// Programs that move items at once, each its own.
const PROGRAMS: u32 = 16;
/// Between these an item goes back and forth.
const STEPS: [&str; 2] = ["Repair and recondition", "Test and inspect"];

/// Measures with a key of an owner.
pub fn moves(program: &Program, key: &str, seconds: u64) -> Result<Figures> {
    // Nobody is told meanwhile, and no limit of calls is what is measured.
    let server =
        program.start_with(&[("MEDIAP_WORKER", "false"), ("MEDIAP_API_CALLS_PER_MINUTE", "1000000")])?;
    let duration = Duration::from_secs(seconds);
    let server = &server;
    let all = thread::scope(|scope| {
        let programs: Vec<_> =
            (0..PROGRAMS).map(|number| scope.spawn(move || one(server, key, number, duration))).collect();
        programs
            .into_iter()
            .map(|program| program.join().map_err(|_| anyhow!("a program panicked"))?)
            .collect::<Result<Vec<_>>>()
    })?;
    let mut times: Vec<Duration> = all.into_iter().flatten().collect();
    times.sort();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().context("nothing moved");
    let per_second = u64::try_from(times.len())? / seconds.max(1);
    Ok(Figures { p50: at(50)?, p95: at(95)?, p99: at(99)?, per_second })
}

/// Moves an item of its own until the time is over. How long each move of the second part took.
fn one(server: &Server, key: &str, number: u32, duration: Duration) -> Result<Vec<Duration>> {
    let mut connection = Connection::open(server.address)?;
    let mut ask = |path: &str, body: &Value| send(&mut connection, server, key, "POST", path, body);
    let data = json!({ "registration": format!("BEN {number:03}"), "mileage": 1000, "inspection": "No remarks", "repair_cost": 100 });
    let made =
        ask("/items", &json!({ "workflow": "UC", "title": format!("Measured {number}"), "data": data }))?;
    let item = made.get("key").and_then(Value::as_str).context("an item without a key")?;
    let path = format!("/items/{item}/move");
    ask(&path, &json!({ "to": STEPS[1] }))?;
    let begin = Instant::now() + duration / 4;
    let mut times = Vec::new();
    for step in STEPS.iter().cycle() {
        let sent = Instant::now();
        if begin + duration <= sent {
            break;
        }
        ask(&path, &json!({ "to": step }))?;
        if begin <= sent {
            times.push(sent.elapsed());
        }
    }
    Ok(times)
}
