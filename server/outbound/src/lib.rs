//! The outgoing client: it asks public addresses, and one host of our choice wherever that is.
//!
//! Addresses that come from outside (documents of a provider, push services, webhooks) must not lead into the network of
//! this server. No redirect is followed, and answers are bounded in size and time.

use std::{
    future::Future,
    io::Cursor,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{HttpConnector, dns::Name},
    },
    rt::TokioExecutor,
};
use tokio::time::{Instant, timeout_at};
use tower_service::Service;

const PATIENCE: Duration = Duration::from_secs(10);
/// Documents, keys and tokens are a few kilobytes.
const LARGEST: usize = 512 * 1024;

type Body = Full<Cursor<Vec<u8>>>;
type Answer<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The address is none that may be asked; asking again changes nothing.
    #[error("{0}")]
    Refused(String),
    /// The other side could not be reached, or its answer was cut off or too long.
    #[error("{0}")]
    Unreachable(String),
}

/// A client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outbound {
    client: Client<HttpsConnector<HttpConnector<Guard>>, Body>,
    home: String,
    encrypted: bool,
}

impl Outbound {
    /// Asks public addresses only, and encrypted.
    pub fn to_public() -> Self {
        Self::new(String::new(), true)
    }

    /// Asks also the host of `home`, wherever that is; encrypted if `home` is.
    pub fn at_home_with(home: &Uri) -> Self {
        Self::new(home.host().unwrap_or_default().to_owned(), home.scheme_str() == Some("https"))
    }

    fn new(home: String, encrypted: bool) -> Self {
        let mut plain = HttpConnector::new_with_resolver(Guard { home: home.clone() });
        plain.enforce_http(false);
        plain.set_connect_timeout(Some(PATIENCE));
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .unwrap_or_else(|_| HttpsConnectorBuilder::new().with_webpki_roots())
            .https_or_http()
            .enable_http1()
            .wrap_connector(plain);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Outbound { client, home, encrypted }
    }

    /// Asks, and reads the whole answer.
    pub async fn ask(self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Failure> {
        let host = host_of(&request);
        let answer = async {
            let (head, body) = self.send(request).await?.into_parts();
            let body = Limited::new(body, LARGEST)
                .collect()
                .await
                .map_err(|cause| Failure::Unreachable(format!("{host}: {cause}")))?;
            Ok(Response::from_parts(head, body.to_bytes().to_vec()))
        };
        tokio::time::timeout(PATIENCE, answer).await.map_err(|_| too_late(&host, PATIENCE))?
    }

    /// Tells somebody something, whose answer counts by its status: it must begin within `patience`, and of what it says no
    /// more than the first `keep` bytes are read, as far as they come in time.
    pub async fn tell(
        self,
        request: Request<Vec<u8>>,
        patience: Duration,
        keep: usize,
    ) -> Result<Response<Vec<u8>>, Failure> {
        let host = host_of(&request);
        let deadline = Instant::now() + patience;
        let answer =
            timeout_at(deadline, self.send(request)).await.map_err(|_| too_late(&host, patience))??;
        let (head, mut body) = answer.into_parts();
        let mut kept = Vec::new();
        while kept.len() < keep {
            let Ok(Some(Ok(frame))) = timeout_at(deadline, body.frame()).await else { break };
            if let Ok(piece) = frame.into_data() {
                kept.extend_from_slice(&piece);
            }
        }
        kept.truncate(keep);
        Ok(Response::from_parts(head, kept))
    }

    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Incoming>, Failure> {
        self.check(request.uri())?;
        let host = host_of(&request);
        let request: Request<Body> = request.map(|body| Full::new(Cursor::new(body)));
        self.client.request(request).await.map_err(|cause| {
            let mut text = format!("{host}: {cause}");
            let mut refused = false;
            let mut inner = std::error::Error::source(&cause);
            while let Some(cause) = inner {
                text = format!("{text}: {cause}");
                refused |= matches!(cause.downcast_ref(), Some(Failure::Refused(_)));
                inner = cause.source();
            }
            if refused { Failure::Refused(text) } else { Failure::Unreachable(text) }
        })
    }

    /// What can be seen from the address alone. Names are looked up later, and decided on then.
    pub fn check(&self, uri: &Uri) -> Result<(), Failure> {
        let host = uri.host().unwrap_or_default();
        if host.is_empty() || !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(Failure::Refused(format!("{uri} is no address of the web")));
        }
        if self.encrypted && uri.scheme_str() != Some("https") {
            return Err(Failure::Refused(format!("{uri} is not encrypted")));
        }
        if host == self.home {
            return Ok(());
        }
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) if !is_public(address) => Err(private(host)),
            _ => Ok(()),
        }
    }
}

fn host_of(request: &Request<Vec<u8>>) -> String {
    request.uri().host().unwrap_or_default().to_owned()
}

fn too_late(host: &str, patience: Duration) -> Failure {
    Failure::Unreachable(format!("{host}: no answer within {patience:?}"))
}

fn private(host: &str) -> Failure {
    Failure::Refused(format!("{host} leads to a private address"))
}

/// Looks names up and leaves out the addresses that are not for us. What it hands out is what is connected to, so a
/// name cannot change its mind in between.
#[derive(Debug, Clone)]
struct Guard {
    home: String,
}

impl Service<Name> for Guard {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Failure;
    type Future = Answer<Result<Self::Response, Failure>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let at_home = name.as_str() == self.home;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0))
                .await
                .map_err(|cause| Failure::Unreachable(cause.to_string()))?;
            let fit: Vec<_> = found.filter(|address| at_home || is_public(address.ip())).collect();
            if fit.is_empty() { Err(private(name.as_str())) } else { Ok(fit.into_iter()) }
        })
    }
}

/// Whether an address is one of the open network.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        // This network, shared by providers, protocol assignments, measuring, reserved.
        [0, ..] | [100, 64..=127, ..] | [192, 0, 0, _] | [198, 18..=19, ..] | [240..=255, ..] => true,
        _ => false,
    };
    !(special
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    // Of all of it only 2000::/3 is given out; in that, 2001:db8:: is for books, and 2002:: and 2001:0:: wrap
    // addresses of version 4.
    match address.segments() {
        [0x2001, 0x0db8 | 0, ..] | [0x2002, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    #[test]
    fn private_addresses_are_known() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "ff02::1",
            "2001:db8::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in ["8.8.8.8", "142.250.74.78", "2a00:1450:4001:80f::200e", "::ffff:8.8.8.8"] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    fn check(home: &str, asked: &str) -> bool {
        Outbound::at_home_with(&home.parse().unwrap()).check(&asked.parse().unwrap()).is_ok()
    }

    #[test]
    fn only_home_may_be_private() {
        assert!(check("http://127.0.0.1:9000", "http://127.0.0.1:9000/token"));
        assert!(!check("http://127.0.0.1:9000", "http://10.0.0.1/token"));
        assert!(!check("https://login.example.com", "https://169.254.169.254/latest"));
        assert!(!check("https://login.example.com", "https://[::1]/keys"));
        assert!(check("https://login.example.com", "https://keys.example.com/keys"));
        assert!(!check("https://login.example.com", "http://login.example.com/keys"));
        assert!(Outbound::to_public().check(&"https://127.0.0.1/".parse().unwrap()).is_err());
        assert!(Outbound::to_public().check(&"/only/a/path".parse().unwrap()).is_err());
    }

    /// A server that answers each request with these bytes and then keeps the connection open.
    async fn says(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut heard = [0; 4096];
                assert_ne!(stream.read(&mut heard).await.unwrap(), 0);
                stream.write_all(answer.as_bytes()).await.unwrap();
                open.push(stream);
            }
        });
        address
    }

    async fn tell(address: &str, patience: u64) -> Result<Response<Vec<u8>>, Failure> {
        let request = Request::post(address).body(b"{}".to_vec()).unwrap();
        let outbound = Outbound::at_home_with(&"http://127.0.0.1".parse().unwrap());
        outbound.tell(request, Duration::from_millis(patience), 10).await
    }

    #[tokio::test]
    async fn who_is_told_may_say_much_or_go_on_for_ever() {
        let long = "HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\n123456789012345678901234567890";
        let answer = tell(&says(long).await, 2_000).await.unwrap();
        assert_eq!(answer.body(), b"1234567890");
        let endless = says("HTTP/1.1 500 Sorry\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n").await;
        let answer = tell(&endless, 200).await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.body().as_slice()), (500, b"abc".as_slice()));
        let silent = tell(&says("").await, 200).await.unwrap_err();
        assert!(matches!(&silent, Failure::Unreachable(text) if text.contains("200ms")), "{silent}");
    }

    #[tokio::test]
    async fn no_redirect_is_followed() {
        let inside = "HTTP/1.1 307 Over there\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(tell(&says(inside).await, 2_000).await.unwrap().status().as_u16(), 307);
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused() {
        let request = Request::get("https://localhost:1/keys").body(Vec::new()).unwrap();
        let failure = Outbound::to_public().ask(request).await.unwrap_err();
        assert!(matches!(&failure, Failure::Refused(text) if text.contains("private address")), "{failure}");
    }
}
