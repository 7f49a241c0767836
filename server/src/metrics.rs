//! `/metrics` for Prometheus. Labels come from fixed sets: route templates, methods, statuses, kinds of job.

use std::{net::SocketAddr, sync::OnceLock, time::Duration};

use axum::{
    extract::{ConnectInfo, Request, State},
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode, header::CONTENT_TYPE};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::{
    config::MetricsFor,
    problem::{Asked, Problem},
    state::AppState,
};

const DURATION: &str = "mediap_http_request_duration_seconds";
const VISIT_DURATION: &str = "mediap_visit_duration_seconds";
const JOB_DURATION: &str = "mediap_job_duration_seconds";
const JOB_WAIT: &str = "mediap_job_wait_seconds";
const LISTENERS: &str = "mediap_live_listeners";
const JOBS: &str = "mediap_jobs";
const DATABASE: &str = "mediap_database_up";

const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// Two statements are quick: these tell tenths of a millisecond apart.
const VISIT_BUCKETS: [f64; 13] =
    [0.0001, 0.0002, 0.0003, 0.0005, 0.0007, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.01, 0.05, 0.5];

/// Renders what was counted.
pub(crate) type Handle = Option<PrometheusHandle>;

/// The counters of this process: the first call starts them. None if something else counts already.
pub(crate) fn handle() -> Handle {
    static HANDLE: OnceLock<Handle> = OnceLock::new();
    HANDLE.get_or_init(install).clone()
}

fn install() -> Handle {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(DURATION.into()), &BUCKETS)
        .and_then(|builder| {
            builder.set_buckets_for_metric(Matcher::Full(VISIT_DURATION.into()), &VISIT_BUCKETS)
        })
        .and_then(|builder| {
            builder.set_buckets_for_metric(Matcher::Full(db::BEGIN_DURATION.into()), &VISIT_BUCKETS)
        })
        .and_then(|builder| builder.set_buckets_for_metric(Matcher::Full(JOB_DURATION.into()), &BUCKETS))
        .and_then(|builder| builder.set_buckets_for_metric(Matcher::Full(JOB_WAIT.into()), &BUCKETS));
    let handle = match builder.and_then(PrometheusBuilder::install_recorder) {
        Ok(handle) => handle,
        Err(cause) => {
            tracing::error!(%cause, "Metrics cannot be counted");
            return None;
        }
    };
    describe_histogram!(
        DURATION,
        "Time from the request to the head of its answer, by route, method and status."
    );
    describe_histogram!(VISIT_DURATION, "Time to find out who asks: session, membership, rights.");
    describe_histogram!(db::BEGIN_DURATION, "Time to begin on PostgreSQL, with the tenant set.");
    describe_histogram!(JOB_DURATION, "Time that a job's handler took, by kind.");
    describe_histogram!(JOB_WAIT, "Time from when a job is due to its start, by kind.");
    describe_counter!("mediap_jobs_total", "Jobs run, by kind and outcome.");
    describe_counter!("mediap_mails_total", "Attempts to send mail, by outcome.");
    describe_gauge!(JOBS, "Jobs in the queue, by state.");
    describe_gauge!(LISTENERS, "Pages that listen to live events.");
    describe_gauge!(DATABASE, "Whether the database answers.");
    gauge!("mediap_info", "version" => env!("CARGO_PKG_VERSION")).set(1);
    gauge!(LISTENERS).set(0);
    Some(handle)
}

/// Counts one answered request.
pub(crate) fn request(route: &str, method: &Method, status: StatusCode, duration: Duration) {
    let labels = [
        ("route", route.to_owned()),
        ("method", method_name(method).to_owned()),
        ("status", status.as_str().to_owned()),
    ];
    histogram!(DURATION, &labels).record(duration);
}

/// Counts one request that said who asks.
pub(crate) fn visit(duration: Duration) {
    histogram!(VISIT_DURATION).record(duration);
}

/// Anybody may invent methods.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// One page that listens, counted while this lives.
#[derive(Debug)]
pub(crate) struct Listener(());

impl Listener {
    pub(crate) fn new() -> Self {
        gauge!(LISTENERS).increment(1);
        Listener(())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        gauge!(LISTENERS).decrement(1);
    }
}

pub(crate) async fn render(State(state): State<AppState>, request: Request) -> Response {
    let Some(handle) = state.metrics.as_ref().filter(|_| may_read(&state, &request)) else {
        return Problem::not_found().answer(&Asked::by(&request), &state);
    };
    match state.site.queue().counts().await {
        Ok(counts) => {
            gauge!(DATABASE).set(1);
            for (name, count) in
                [("waiting", counts.waiting), ("running", counts.running), ("failed", counts.failed)]
            {
                // Far below 2^32 in any queue that still works.
                gauge!(JOBS, "state" => name).set(u32::try_from(count).unwrap_or(u32::MAX));
            }
        }
        Err(cause) => {
            tracing::warn!(error = %cause, "Jobs could not be counted");
            gauge!(DATABASE).set(0);
        }
    }
    handle.run_upkeep();
    counter!("mediap_metrics_reads_total").increment(1);
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response()
}

/// A proxy on the same machine looks local; that it speaks for somebody else shows in a header.
fn may_read(state: &AppState, request: &Request) -> bool {
    match state.config.metrics {
        MetricsFor::Nobody => false,
        MetricsFor::Everybody => true,
        MetricsFor::Local => {
            let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
            let forwarded = ["x-forwarded-for", "forwarded", "x-real-ip"];
            peer.is_some_and(|peer| peer.0.ip().to_canonical().is_loopback())
                && !forwarded.iter().any(|name| request.headers().contains_key(*name))
        }
    }
}
