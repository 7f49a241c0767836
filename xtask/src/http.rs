//! Just enough HTTP/1.1 to ask our own server on the loopback interface: one kept-alive connection, whole answers.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// No answer of ours takes longer, not even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, without transfer encoding.
    pub body: Vec<u8>,
}

impl Response {
    /// The values of a header.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A kept-alive connection.
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects.
    pub fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::with_capacity(64 * 1024, stream) })
    }

    /// Sends the bytes of a request (see [`request`]) and reads the whole answer.
    pub fn send(&mut self, request: &[u8]) -> Result<Response> {
        self.stream.get_mut().write_all(request)?;
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok()).context("no status line")?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').context("a header without a colon")?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut response = Response { status, headers, body: Vec::new() };
        response.body = self.body(&response)?;
        Ok(response)
    }

    fn body(&mut self, response: &Response) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        if response.header("transfer-encoding").any(|value| value == "chunked") {
            loop {
                let length = self.line()?;
                let length = u64::from_str_radix(length.trim(), 16).context("a bad chunk length")?;
                (&mut self.stream).take(length).read_to_end(&mut body)?;
                self.line()?;
                if length == 0 {
                    return Ok(body);
                }
            }
        }
        let length = response.header("content-length").next();
        let length = length.map_or(Ok(0), str::parse).context("a bad content length")?;
        (&mut self.stream).take(length).read_to_end(&mut body)?;
        Ok(body)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            bail!("the server closed the connection");
        }
        Ok(line.trim_end().to_owned())
    }
}

/// The bytes of a request; `headers` are whole lines without their line end.
pub fn request(method: &str, path: &str, host: SocketAddr, headers: &[String], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n", body.len());
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// Waits until `path` answers 200; says how long it took.
pub fn wait_until_ready(address: SocketAddr, path: &str, limit: Duration) -> Result<Duration> {
    let start = Instant::now();
    let request = request("GET", path, address, &[], "");
    loop {
        let answer = Connection::open(address).and_then(|mut connection| connection.send(&request));
        if answer.is_ok_and(|response| response.status == 200) {
            return Ok(start.elapsed());
        }
        if limit < start.elapsed() {
            bail!("the server did not answer 200 on {path} within {} s", limit.as_secs());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
