//! The connections of the server: each has to say soon what it wants, and ends when the program stops.
//!
//! A socket that stays silent or sends half a request would otherwise be kept for ever, and with it one of the files that
//! the system lets the program open.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use http::Request;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tower::ServiceExt;

use crate::Stop;

/// How long a connection may take to send the head of a request; also how long it may be kept without one. Longer than
/// balancers keep theirs, so that they are the ones who close.
const PATIENCE: Duration = Duration::from_secs(75);
/// Asks a quiet connection of HTTP/2 whether somebody is there.
const PING: Duration = Duration::from_secs(30);
/// What one connection is read ahead, and how long the head of a request may be, in bytes. A large file would otherwise make
/// each connection take several times as much, which the allocator gives back late.
const BUFFER: usize = 64 * 1024;
/// Pause after the system could not give a connection: it mostly has too many open files.
const RELIEF: Duration = Duration::from_millis(100);

/// Answers until `stop`, then lets what runs end, for `grace` at most. Says whether all of it did.
pub(crate) async fn serve(listener: TcpListener, app: Router, stop: Stop, grace: Duration) -> bool {
    serve_with(listener, app, stop, grace, PATIENCE).await
}

async fn serve_with(
    listener: TcpListener,
    app: Router,
    stop: Stop,
    grace: Duration,
    patience: Duration,
) -> bool {
    let open = GracefulShutdown::new();
    let stopped = stop.wanted();
    tokio::pin!(stopped);
    loop {
        let accepted = tokio::select! {
            () = &mut stopped => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (app, watcher) = (app.clone(), open.watcher());
                tokio::spawn(async move { connection(stream, peer, app, watcher, patience).await });
            }
            Err(error) => {
                tracing::warn!(%error, "A connection could not be taken");
                sleep(RELIEF).await;
            }
        }
    }
    drop(listener);
    timeout(grace, open.shutdown()).await.is_ok()
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    watcher: hyper_util::server::graceful::Watcher,
    patience: Duration,
) {
    // Answers are written whole; waiting for more to send would only delay them.
    stream.set_nodelay(true).ok();
    let Ok(Some(protocol)) = timeout(patience, protocol(&stream)).await else { return };
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        app.clone().oneshot(request.map(Body::new))
    });
    let stream = TokioIo::new(stream);
    // What ends a connection early is the other side's business.
    match protocol {
        Protocol::Http1 => {
            let mut builder = hyper::server::conn::http1::Builder::new();
            builder.timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(BUFFER);
            watcher.watch(builder.serve_connection(stream, answer)).await.ok();
        }
        Protocol::Http2 => {
            let mut builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            builder.timer(TokioTimer::new()).keep_alive_interval(PING).keep_alive_timeout(PING);
            watcher.watch(builder.serve_connection(stream, answer)).await.ok();
        }
    }
}

enum Protocol {
    Http1,
    Http2,
}

/// Which of the two it speaks: no method of HTTP/1 begins like the greeting of HTTP/2. None when it goes away.
async fn protocol(stream: &TcpStream) -> Option<Protocol> {
    const GREETING: &[u8; 3] = b"PRI";
    let mut begin = [0; GREETING.len()];
    loop {
        let count = stream.peek(&mut begin).await.ok().filter(|count| 0 < *count)?;
        let seen = begin.get(..count)?;
        if seen == GREETING {
            return Some(Protocol::Http2);
        }
        if !GREETING.starts_with(seen) {
            return Some(Protocol::Http1);
        }
        // What was peeked at stays, so the socket counts as readable: look again a little later.
        sleep(Duration::from_millis(5)).await;
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// A server that has little patience, and what stops it.
    async fn server() -> (SocketAddr, crate::stop::Stopper, tokio::task::JoinHandle<bool>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stopper, stop) = Stop::channel();
        let app = Router::new()
            .route("/", get(|info: ConnectInfo<SocketAddr>| async move { info.0.ip().to_string() }));
        let serving =
            tokio::spawn(serve_with(listener, app, stop, Duration::from_secs(5), Duration::from_millis(200)));
        (address, stopper, serving)
    }

    /// Everything that comes back until the other side closes.
    async fn say(address: SocketAddr, words: &[u8]) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(words).await.unwrap();
        let mut answer = Vec::new();
        timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await.expect("it is kept open").ok();
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[tokio::test]
    async fn who_says_nothing_or_half_of_it_is_not_kept() {
        let (address, stopper, serving) = server().await;
        for words in [&b""[..], b"P", b"PR", b"GET / HTTP/1.1\r\nHost: me\r\n"] {
            assert!(!say(address, words).await.contains("200 OK"), "{words:?}");
        }
        // A request that is answered is kept for the next one, for a while.
        let answer = say(address, b"GET / HTTP/1.1\r\nHost: me\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("127.0.0.1"), "{answer}");
        stopper.stop();
        assert!(serving.await.unwrap());
    }

    #[tokio::test]
    async fn garbage_is_refused_and_the_next_one_is_answered() {
        let (address, stopper, serving) = server().await;
        let noise: Vec<u8> = (0..4096_u32).map(|number| u8::try_from(number * 37 % 251).unwrap()).collect();
        let long = [b"GET /".as_slice(), &[b'a'; 200_000], b" HTTP/1.1\r\n\r\n"].concat();
        for words in [
            &noise[..],
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            b"\0\0\0\0",
            b"PRI * HTTP/2.0\r\n\r\nXX",
            &long,
        ] {
            assert!(!say(address, words).await.contains("200 OK"), "{:?}", words.get(..20));
        }
        let answer = say(address, b"GET / HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        stopper.stop();
        assert!(serving.await.unwrap());
    }
}
