//! Asks clamd whether a file carries a virus it knows.

use std::{io, path::PathBuf, str::FromStr, time::Duration};

use bytes::Bytes;
use clamav_client::tokio::{Socket, Tcp, ping, scan_stream};
use futures::Stream;
use tokio::time::timeout;

/// How long clamd may take for one file.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
const PING: Duration = Duration::from_secs(5);

/// Where clamd listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clamd {
    /// A host and a port.
    Tcp(String),
    /// A socket of this machine.
    Unix(PathBuf),
}

/// What such an address may be.
pub const ALLOWED: &str = "tcp://<host>:<port> or unix:<path>, such as unix:/run/clamav/clamd.ctl";

impl FromStr for Clamd {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Some(path) = text.strip_prefix("unix:") {
            return if path.starts_with('/') { Ok(Clamd::Unix(path.into())) } else { Err(()) };
        }
        let address = text.strip_prefix("tcp://").ok_or(())?;
        let (host, port) = address.rsplit_once(':').ok_or(())?;
        let known = !host.is_empty() && port.parse::<u16>().is_ok_and(|port| 0 < port);
        if known { Ok(Clamd::Tcp(address.to_owned())) } else { Err(()) }
    }
}

/// What clamd says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing that it knows.
    Clean,
    /// A virus of this name.
    Infected(String),
    /// It is larger than clamd looks at, which its own setting `StreamMaxLength` says.
    TooLarge,
}

impl Clamd {
    /// Whether clamd answers.
    pub async fn check(&self) -> io::Result<()> {
        let asked = async {
            match self {
                Clamd::Tcp(host_address) => ping(Tcp { host_address }).await,
                #[cfg(unix)]
                Clamd::Unix(socket_path) => ping(Socket { socket_path }).await,
                #[cfg(not(unix))]
                Clamd::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
            }
        };
        let answer = timeout(PING, asked).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        if answer == clamav_client::PONG { Ok(()) } else { Err(said(&answer)) }
    }

    /// Has a file looked at while it is read.
    pub async fn scan(&self, pieces: impl Stream<Item = io::Result<Bytes>>) -> io::Result<Verdict> {
        let asked = async {
            match self {
                Clamd::Tcp(host_address) => scan_stream(pieces, Tcp { host_address }, None).await,
                #[cfg(unix)]
                Clamd::Unix(socket_path) => scan_stream(pieces, Socket { socket_path }, None).await,
                #[cfg(not(unix))]
                Clamd::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
            }
        };
        let answer =
            timeout(PATIENCE, asked).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        read(&answer)
    }
}

/// `stream: OK`, `stream: <name> FOUND`, or what went wrong.
fn read(answer: &[u8]) -> io::Result<Verdict> {
    let text = String::from_utf8_lossy(answer);
    let text = text.trim_end_matches(['\0', '\n']);
    let text = text.strip_prefix("stream: ").unwrap_or(text);
    match text.strip_suffix(" FOUND") {
        Some(name) => Ok(Verdict::Infected(name.to_owned())),
        None if text == "OK" => Ok(Verdict::Clean),
        None if text.starts_with("INSTREAM size limit exceeded") => Ok(Verdict::TooLarge),
        None => Err(said(answer)),
    }
}

fn said(answer: &[u8]) -> io::Error {
    io::Error::other(format!("it says `{}`", String::from_utf8_lossy(answer).trim_end_matches(['\0', '\n'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_port_or_a_socket() {
        assert_eq!("tcp://127.0.0.1:3310".parse(), Ok(Clamd::Tcp("127.0.0.1:3310".into())));
        assert_eq!("unix:/run/clamd.ctl".parse(), Ok(Clamd::Unix("/run/clamd.ctl".into())));
        for wrong in
            ["", "clamd", "tcp://host", "tcp://:1", "tcp://host:0", "unix:clamd.ctl", "http://host:1"]
        {
            assert!(wrong.parse::<Clamd>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_a_plain_ok_is_clean() {
        assert_eq!(read(b"stream: OK\0").unwrap(), Verdict::Clean);
        let infected = Verdict::Infected("Win.Test.EICAR_HDB-1".into());
        assert_eq!(read(b"stream: Win.Test.EICAR_HDB-1 FOUND\0").unwrap(), infected);
        assert_eq!(read(b"INSTREAM size limit exceeded. ERROR\0").unwrap(), Verdict::TooLarge);
        for other in [&b"stream: lstat() failed. ERROR\0"[..], b"", b"stream: "] {
            assert!(read(other).is_err());
        }
    }
}
