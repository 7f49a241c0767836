//! Webhooks: how many deliveries are written in a second by acts, and how many a worker brings to a receiver on this
//! machine.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};

use super::program::{Program, Server};
use crate::http::{Connection, request};

/// Webhooks that are told of each act: to one of them only a few deliveries run at the same time.
const WEBHOOKS: u64 = 8;
/// Programs that act at once.
const PROGRAMS: u64 = 4;
/// Acts of each of them.
const ACTS: u64 = 100;
/// After this long without a delivery nothing more comes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The figures of one database.
pub struct Webhooks {
    /// Deliveries that acts wrote, with their jobs, per second.
    pub queued: u64,
    /// Deliveries that arrived per second.
    pub delivered: u64,
}

/// A receiver that answers 200 and counts.
struct Sink {
    address: SocketAddr,
    heard: Arc<AtomicU64>,
}

impl Sink {
    fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let sink = Sink { address: listener.local_addr()?, heard: Arc::default() };
        let heard = sink.heard.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let heard = heard.clone();
                // A connection that breaks has nothing more to say.
                thread::spawn(move || answer(stream, &heard).ok());
            }
        });
        Ok(sink)
    }

    fn heard(&self) -> u64 {
        self.heard.load(Ordering::Relaxed)
    }

    /// Waits until so many have arrived, and says how long after the first one that was.
    fn wait_for(&self, wanted: u64) -> Result<Duration> {
        let (mut begun, mut last, mut moved) = (None, self.heard(), Instant::now());
        loop {
            let now = self.heard();
            if now != last {
                begun = begun.or(Some(Instant::now()));
                (last, moved) = (now, Instant::now());
            }
            if wanted <= now {
                return Ok(begun.map(|begun| begun.elapsed()).unwrap_or_default());
            }
            if PATIENCE < moved.elapsed() {
                bail!("of {wanted} deliveries {now} have arrived");
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Reads messages and answers each, until the other side goes.
fn answer(stream: TcpStream, heard: &AtomicU64) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        heard.fetch_add(1, Ordering::Relaxed);
        reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?;
    }
}

/// Measures with a key of an owner.
pub fn webhooks(program: &Program, key: &str) -> Result<Webhooks> {
    let sink = Sink::start()?;
    // Without a worker, so that both are measured for themselves. Whoever develops may tell programs on this machine.
    let idle = program.start_with(&[("MEDIAP_DEVELOPMENT", "true"), ("MEDIAP_WORKER", "false")])?;
    let mut made = Vec::new();
    for number in 0..WEBHOOKS {
        let body = json!({
            "name": format!("Measured {number}"),
            "url": format!("http://{}/{number}", sink.address),
            "events": ["item.commented"],
        });
        let answer = send(&mut Connection::open(idle.address)?, &idle, key, "POST", "/webhooks", &body)?;
        made.push(answer.get("id").and_then(Value::as_str).context("a webhook without an id")?.to_owned());
    }
    let item = send(&mut Connection::open(idle.address)?, &idle, key, "GET", "/items?limit=1", &Value::Null)?;
    let item = item.pointer("/data/0/key").and_then(Value::as_str).context("there is no item")?.to_owned();
    let written = PROGRAMS * ACTS * WEBHOOKS;
    let begun = Instant::now();
    thread::scope(|scope| {
        let programs: Vec<_> = (0..PROGRAMS)
            .map(|_| scope.spawn(|| comment(&idle, key, &format!("/items/{item}/comments"))))
            .collect();
        programs
            .into_iter()
            .map(|program| program.join().map_err(|_| anyhow!("a program panicked"))?)
            .collect::<Result<Vec<()>>>()
    })?;
    let queued = per_second(written, begun.elapsed());
    drop(idle);

    let working = program.start_with(&[("MEDIAP_DEVELOPMENT", "true")])?;
    // The first one that arrives only starts the clock.
    let delivered = per_second(written.saturating_sub(1), sink.wait_for(written)?);
    for id in made {
        let mut connection = Connection::open(working.address)?;
        send(&mut connection, &working, key, "DELETE", &format!("/webhooks/{id}"), &Value::Null)?;
    }
    Ok(Webhooks { queued, delivered })
}

fn comment(server: &Server, key: &str, path: &str) -> Result<()> {
    let mut connection = Connection::open(server.address)?;
    for _ in 0..ACTS {
        send(&mut connection, server, key, "POST", path, &json!({ "body": "The tyres come tomorrow." }))?;
    }
    Ok(())
}

/// Calls the interface, and reads what it says.
pub(super) fn send(
    connection: &mut Connection,
    server: &Server,
    key: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> Result<Value> {
    let mut headers = vec![format!("Authorization: Bearer {key}")];
    if method == "DELETE" || path.ends_with("/move") {
        headers.push("If-Match: *".to_owned());
    }
    let text = if body.is_null() { String::new() } else { body.to_string() };
    if !text.is_empty() {
        headers.push("Content-Type: application/json".to_owned());
    }
    let answer =
        connection.send(&request(method, &format!("/api/v1{path}"), server.address, &headers, &text))?;
    if !(200..300).contains(&answer.status) {
        bail!("{method} {path} answers {}:\n{}", answer.status, answer.text());
    }
    Ok(serde_json::from_slice(&answer.body).unwrap_or_default())
}

fn per_second(count: u64, time: Duration) -> u64 {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    count * 1_000 / millis.max(1)
}
