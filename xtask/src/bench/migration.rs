//! Running items that stay on the version that they are on when another one is published, and are taken along to that.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::program::{Program, Server};
use crate::http::{Connection, request};

/// How long it took.
pub struct Migration {
    /// How many items were running.
    pub items: u64,
    /// Publishing, while they stay.
    pub stay: Duration,
    /// Taking all of them along.
    pub taken: Duration,
}

/// Measures as an owner.
pub fn migration(program: &Program) -> Result<Migration> {
    let server = program.start_with(&[("MEDIAP_WORKER", "false")])?;
    let cookie = server.log_in()?;
    let call = |name: &str, kind: &str, body: &str| call(&server, &cookie, name, kind, body);
    let design = call("load_design", "x-www-form-urlencoded", "key=UC")?;
    let workflow =
        design.pointer("/live/head/id").and_then(Value::as_str).context("a design without an id")?;
    let number = design.get("number").and_then(Value::as_i64).context("a design without a number")?;
    let definition = design.get("definition").context("nothing is designed")?;
    let draft = json!({ "workflow_id": workflow, "version": 0, "definition": definition });
    let kept = call("save_draft", "json", &draft.to_string())?;
    let version = kept.get("version").context("a draft without a version")?;
    let publish = json!({ "workflow_id": workflow, "version": version, "moves": {}, "stay": true });
    let begin = Instant::now();
    call("publish_draft", "json", &publish.to_string())?;
    let stay = begin.elapsed();
    let along = json!({ "workflow_id": workflow, "number": number, "moves": {} });
    let begin = Instant::now();
    let items = call("take_up_items", "json", &along.to_string())?;
    let taken = begin.elapsed();
    let items = items.as_u64().context("it does not say how many items went along")?;
    ensure!(0 < items, "no item was running");
    Ok(Migration { items, stay, taken })
}

fn call(server: &Server, cookie: &str, name: &str, kind: &str, body: &str) -> Result<Value> {
    let headers = [
        format!("Cookie: {cookie}"),
        format!("Origin: http://{}", server.address),
        format!("Content-Type: application/{kind}"),
        "Accept: application/json".to_owned(),
    ];
    let path = format!("/api/workflows/api/design/{name}");
    let answer =
        Connection::open(server.address)?.send(&request("POST", &path, server.address, &headers, body))?;
    ensure!(answer.status == 200, "{name} answers {}: {}", answer.status, answer.text());
    Ok(serde_json::from_slice(&answer.body)?)
}
