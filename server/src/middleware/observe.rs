//! Names each request, logs it once when it has been answered, and counts it.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Instant,
};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use tracing::{Instrument, Level, info_span};
use uuid::{NoContext, Timestamp, Uuid};

use crate::{config::Config, forms, incoming, metrics, product, state::AppState};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The id that log lines, error pages and the `x-request-id` header show.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(Arc<str>);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// See the module.
pub(crate) async fn observe(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let client = peer.map(|peer| client_address(peer, request.headers(), &state.config));
    let id = foreign_id(peer, request.headers(), &state.config).unwrap_or_else(|| new_id(&state));
    let id = RequestId(id.into());

    request.extensions_mut().insert(id.clone());
    if let Some(client) = client {
        request.extensions_mut().insert(product::client_address(client));
    }
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    // Without the query, which may carry the token of a mail.
    let path = forms::without_token(incoming::without_secret(request.uri().path())).to_owned();
    let span =
        info_span!("request", request.id = %id, %method, route, client = client.map(tracing::field::display));

    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let duration = started.elapsed();

    let status = response.status();
    metrics::request(&route, &method, status, duration);
    let duration_ms = (duration.as_secs_f64() * 100_000.0).round() / 100.0;
    span.in_scope(|| match level(&route, status.as_u16()) {
        Level::WARN => tracing::warn!(status = status.as_u16(), duration_ms, "{method} {path} → {status}"),
        Level::DEBUG => tracing::debug!(status = status.as_u16(), duration_ms, "{method} {path} → {status}"),
        _ => tracing::info!(status = status.as_u16(), duration_ms, "{method} {path} → {status}"),
    });
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Files and probes come often and say little; failures of ours must be seen.
fn level(route: &str, status: u16) -> Level {
    let quiet = route == "other"
        || ["/pkg", "/healthz", "/readyz", "/metrics"].iter().any(|it| route.starts_with(it));
    match status {
        500.. => Level::WARN,
        _ if quiet => Level::DEBUG,
        _ => Level::INFO,
    }
}

fn new_id(state: &AppState) -> String {
    let now = state.site.now();
    let instant =
        Timestamp::from_unix(NoContext, now.timestamp().unsigned_abs(), now.timestamp_subsec_nanos());
    Uuid::new_v7(instant).to_string()
}

/// The id that a proxy of ours gave the request.
fn foreign_id(peer: Option<IpAddr>, headers: &HeaderMap, config: &Config) -> Option<String> {
    peer.filter(|peer| config.trusts(*peer))?;
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    (plain && (8..=64).contains(&id.len())).then(|| id.to_owned())
}

/// Who asks: the peer, or whom a proxy of ours speaks for.
///
/// Each proxy appends the peer it saw, so the last address that is not a proxy of ours is the truth; everything
/// before it is the client's own invention.
fn client_address(peer: IpAddr, headers: &HeaderMap, config: &Config) -> IpAddr {
    if !config.trusts(peer) {
        return peer.to_canonical();
    }
    let hops = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|it| it.split(','));
    let hops: Vec<IpAddr> = hops.map_while(|hop| hop.trim().parse().ok()).collect();
    hops.into_iter().rev().find(|hop| !config.trusts(*hop)).unwrap_or(peer).to_canonical()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;

    fn seen(trusted: &str, peer: &str, forwarded: &[&str]) -> String {
        let flags = vec![("trusted_proxy".to_owned(), trusted.to_owned())];
        let config = Config::load(&Sources { flags, ..Sources::default() }).unwrap();
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        client_address(peer.parse().unwrap(), &headers, &config).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_may_speak_for_others() {
        assert_eq!(seen("", "203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.0/8", "10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.0/8", "10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.0/8", "10.0.0.1", &["1.2.3.4", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.0/8", "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn probes_are_quiet_and_failures_are_not() {
        assert_eq!(level("/readyz", 200), Level::DEBUG);
        assert_eq!(level("/readyz", 503), Level::WARN);
        assert_eq!(level("/workflows/{id}", 404), Level::INFO);
    }
}
