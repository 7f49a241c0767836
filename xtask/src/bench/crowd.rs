//! Many open pages: what their connections for live news occupy, and how soon all of them are told of something.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::program::Server;
use crate::http::{Connection, request};

/// No news takes longer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often everybody is told something; the slowest time counts.
const ROUNDS: usize = 5;

/// What the open pages cost.
pub struct Crowd {
    /// The memory of the server while all of them are open, in bytes.
    pub memory: u64,
    /// From the act until the last page was told, answer to the act included.
    pub told: Duration,
}

/// Opens `pages` connections for live news as one member, and lets things happen.
pub fn crowd(server: &Server, cookie: &str, pages: usize) -> Result<Crowd> {
    allow_many_connections()?;
    let call = |name: &str, form: &str| -> Result<Value> {
        let headers = [
            format!("Cookie: {cookie}"),
            format!("Origin: http://{}", server.address),
            "Content-Type: application/x-www-form-urlencoded".to_owned(),
            "Accept: application/json".to_owned(),
        ];
        let request = request("POST", &format!("/api/{name}"), server.address, &headers, form);
        let answer = Connection::open(server.address)?.send(&request)?;
        if answer.status != 200 {
            bail!("{name} answers {}: {}", answer.status, answer.text());
        }
        Ok(serde_json::from_slice(&answer.body)?)
    };
    let viewer = call("identity/session/api/viewer", "")?;
    let text = |value: &Value, at: &str| -> Result<String> {
        let found = value.pointer(at).with_context(|| format!("nothing at {at}"))?;
        Ok(found.as_str().map_or_else(|| found.to_string(), str::to_owned))
    };
    let member = text(&viewer, "/member_id")?;
    let item = text(&call("workflows/api/item/load_item", "key=UC-120")?, "/item/card/0")?;

    let path = format!("/live?as={member}&after={}", text(&viewer, "/heard")?);
    let wanted = request("GET", &path, server.address, &[format!("Cookie: {cookie}")], "");
    let mut open = Vec::with_capacity(pages);
    for _ in 0..pages {
        let mut page = TcpStream::connect(server.address)
            .context("each page is an open file; `ulimit -n` says how many there may be")?;
        page.set_read_timeout(Some(PATIENCE))?;
        page.write_all(&wanted)?;
        read_until(&mut page, "hello")?;
        open.push(page);
    }
    let memory = server.memory()?;

    let mut told = Duration::ZERO;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        call("workflows/api/comment/add_comment", &format!("item_id={item}&body=News"))?;
        // What has arrived waits in each connection, so reading one after the other takes no longer.
        for page in &mut open {
            read_until(page, "item.commented")?;
        }
        told = told.max(start.elapsed());
    }
    Ok(Crowd { memory, told })
}

fn allow_many_connections() -> Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?;
    Ok(())
}

fn read_until(page: &mut TcpStream, end: &str) -> Result<()> {
    let mut text = Vec::new();
    let mut chunk = [0; 2048];
    while !text.windows(end.len()).any(|part| part == end.as_bytes()) {
        let count = page.read(&mut chunk).with_context(|| format!("`{end}` did not come"))?;
        if count == 0 {
            bail!("the stream ended before `{end}`: {}", String::from_utf8_lossy(&text));
        }
        text.extend_from_slice(chunk.get(..count).unwrap_or_default());
    }
    Ok(())
}
