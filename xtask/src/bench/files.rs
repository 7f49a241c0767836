//! A large file: sent in chunks as a browser sends it, put together, and fetched again; and the memory that it takes.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::program::Server;
use crate::http::{Connection, request};

/// The size of the file in bytes.
const SIZE: usize = 1_000_000_000;
/// What is sent at once.
const CHUNK: usize = 8 * 1024 * 1024;
/// Until the file is put together.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a file of 1 GB costs.
pub struct Large {
    /// How long it is sent.
    pub sent: Duration,
    /// From then until it can be read.
    pub whole: Duration,
    /// How long it is fetched.
    pub fetched: Duration,
    /// The most memory beyond that before it, in bytes.
    pub memory: u64,
}

/// Sends and fetches a file with a server that has just started.
pub fn large(server: &Server, cookie: &str) -> Result<Large> {
    let before = server.memory()?;
    let headers = |kind: &str| {
        vec![
            format!("Cookie: {cookie}"),
            format!("Origin: http://{}", server.address),
            format!("Content-Type: {kind}"),
            "Accept: application/json".to_owned(),
        ]
    };
    let call = |name: &str, form: &str| -> Result<Value> {
        let request = request(
            "POST",
            &format!("/api/files/api/{name}"),
            server.address,
            &headers("application/x-www-form-urlencoded"),
            form,
        );
        let answer = Connection::open(server.address)?.send(&request)?;
        if answer.status != 200 {
            bail!("{name} answers {}: {}", answer.status, answer.text());
        }
        Ok(serde_json::from_slice(&answer.body)?)
    };
    let upload =
        call("begin_upload", &format!("kind=item&key=UC-120&name=large.bin&size={SIZE}&modified=0"))?;
    let id = upload.get("id").and_then(Value::as_str).context("the upload has no id")?.to_owned();

    let start = Instant::now();
    let bytes = vec![7; CHUNK];
    let mut connection = TcpStream::connect(server.address)?;
    let mut at = 0;
    while at < SIZE {
        let size = CHUNK.min(SIZE - at);
        let path = format!("/api/files/uploads/{id}?at={at}");
        let mut head =
            format!("PUT {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {size}\r\n", server.address);
        for header in headers("application/octet-stream") {
            head.push_str(&header);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        connection.write_all(head.as_bytes())?;
        connection.write_all(bytes.get(..size).unwrap_or_default())?;
        let mut answer = [0; 2048];
        let count = connection.read(&mut answer)?;
        let text = String::from_utf8_lossy(answer.get(..count).unwrap_or_default()).into_owned();
        if !text.starts_with("HTTP/1.1 200") {
            bail!("a chunk was not taken: {text}");
        }
        at += size;
    }
    let sent = start.elapsed();
    call("complete_upload", &format!("id={id}&sha256="))?;

    let start = Instant::now();
    loop {
        let files = call("list_files", "kind=item&key=UC-120")?;
        if files.to_string().contains("\"Ready\"") || files.to_string().contains("\"ready\"") {
            break;
        }
        if PATIENCE < start.elapsed() {
            bail!("the file was not put together: {files}");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let whole = start.elapsed();

    let start = Instant::now();
    let path = format!("/files/{id}/large.bin");
    let mut connection = TcpStream::connect(server.address)?;
    connection.write_all(&request("GET", &path, server.address, &[format!("Cookie: {cookie}")], ""))?;
    let mut piece = vec![0; 256 * 1024];
    let mut seen = 0;
    while seen < SIZE {
        match connection.read(&mut piece)? {
            0 => bail!("the download ended after {seen} bytes"),
            count => seen += count,
        }
    }
    let fetched = start.elapsed();
    Ok(Large { sent, whole, fetched, memory: server.peak()?.saturating_sub(before) })
}
