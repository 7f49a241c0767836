//! Moving many items at once through the interface for other programs, and taking that back.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::program::Program;
use super::webhooks::send;
use crate::http::Connection;

/// Items that are moved at once: as many as may be.
const ITEMS: u64 = 1_000;
/// Items that one batch makes.
const BATCH: u64 = 100;
/// Where they go.
const STEP: &str = "Test and inspect";

/// How long it took.
pub struct Bulk {
    /// Saying what would happen.
    pub preview: Duration,
    /// Moving them.
    pub moved: Duration,
    /// Taking that back.
    pub undone: Duration,
}

/// Measures with a key of an owner.
pub fn bulk(program: &Program, key: &str) -> Result<Bulk> {
    let server =
        program.start_with(&[("MEDIAP_WORKER", "false"), ("MEDIAP_API_CALLS_PER_MINUTE", "1000000")])?;
    let mut connection = Connection::open(server.address)?;
    let mut ask = |path: &str, body: &Value| send(&mut connection, &server, key, "POST", path, body);
    let mut keys = Vec::new();
    for batch in 0..ITEMS / BATCH {
        let calls: Vec<Value> = (0..BATCH)
            .map(|number| {
                let data = json!({ "registration": format!("BU{batch} {number:03}"), "mileage": 1000 });
                let body =
                    json!({ "workflow": "UC", "title": format!("Many {batch}-{number}"), "data": data });
                json!({ "method": "POST", "path": "/items", "body": body })
            })
            .collect();
        let answers = ask("/batch", &json!({ "calls": calls }))?;
        let made = answers.get("answers").and_then(Value::as_array).context("a batch without answers")?;
        for answer in made {
            let item = answer.pointer("/body/key").and_then(Value::as_str);
            keys.push(item.context("an item without a key")?.to_owned());
        }
    }
    let body = json!({ "items": keys, "move_to": STEP });
    let (preview, _) = timed(|| ask("/bulk-acts/preview", &body))?;
    let (moved, done) = timed(|| ask("/bulk-acts", &body))?;
    ensure!(done.get("done").and_then(Value::as_u64) == Some(ITEMS), "not all of them moved");
    let id = done.get("id").and_then(Value::as_str).context("a bulk act without an id")?.to_owned();
    let (undone, back) = timed(|| ask(&format!("/bulk-acts/{id}/undo"), &json!({})))?;
    ensure!(back.get("done").and_then(Value::as_u64) == Some(ITEMS), "not all of them came back");
    Ok(Bulk { preview, moved, undone })
}

fn timed(act: impl FnOnce() -> Result<Value>) -> Result<(Duration, Value)> {
    let begin = Instant::now();
    let answer = act()?;
    Ok((begin.elapsed(), answer))
}
