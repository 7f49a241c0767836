//! `/healthz`: the process answers. `/readyz`: it can do its work: database, migrations, worker.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use jobs::Pulse;
use serde::Serialize;
use tokio::time::timeout;

use crate::state::AppState;

/// A probe must not wait as long as a person does.
const PATIENCE: Duration = Duration::from_secs(2);
/// The worker goes round its loop every quarter of a second.
const PULSE: Duration = Duration::from_secs(15);

/// What readiness remembers.
#[derive(Debug)]
pub(crate) struct Health {
    pulse: Option<Pulse>,
    /// Once the database is up to date it stays so while this program runs.
    migrated: AtomicBool,
}

impl Health {
    pub(crate) fn new(pulse: Option<Pulse>) -> Self {
        Health { pulse, migrated: AtomicBool::new(false) }
    }
}

/// `ok`, `off`, or what is wrong.
#[derive(Debug, Serialize)]
struct Readiness {
    ready: bool,
    database: String,
    migrations: String,
    worker: String,
}

pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

pub(crate) async fn ready(State(state): State<AppState>) -> Response {
    let readiness = readiness(&state).await;
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(readiness)).into_response()
}

async fn readiness(state: &AppState) -> Readiness {
    let database = timeout(PATIENCE, db::sql("select cast(1 as bigint)").one::<(i64,)>(state.site.db()));
    let database = answer(database.await.map(|row| row.map(|_| ())));
    let migrations = match &database {
        Ok(()) => migrations(state).await,
        Err(_) => Err("unknown while the database does not answer".into()),
    };
    let worker = worker(state);
    let ready = [&database, &migrations].iter().all(|part| part.is_ok()) && worker.is_ok();
    let word = |part: Result<(), String>| part.map_or_else(|trouble| trouble, |()| "ok".into());
    Readiness {
        ready,
        database: word(database),
        migrations: word(migrations),
        worker: worker.unwrap_or_else(|trouble| trouble),
    }
}

async fn migrations(state: &AppState) -> Result<(), String> {
    if state.health.migrated.load(Ordering::Relaxed) {
        return Ok(());
    }
    let found = timeout(PATIENCE, state.site.db().migrations()).await;
    let pending = found.map(|found| found.map(|migrations| migrations.pending));
    match pending {
        Ok(Ok(0)) => {
            state.health.migrated.store(true, Ordering::Relaxed);
            Ok(())
        }
        Ok(Ok(pending)) => Err(format!("{pending} pending")),
        other => answer(other.map(|result| result.map(|_| ()))),
    }
}

fn worker(state: &AppState) -> Result<String, String> {
    let Some(pulse) = &state.health.pulse else { return Ok("off".into()) };
    let Some(last) = pulse.last() else { return Err("has not started".into()) };
    let since = state.site.now() - last;
    match since.to_std() {
        Ok(since) if PULSE < since => Err(format!("has not shown itself for {} s", since.as_secs())),
        _ => Ok("ok".into()),
    }
}

fn answer(result: Result<db::Result<()>, tokio::time::error::Elapsed>) -> Result<(), String> {
    match result {
        Ok(Ok(())) => Ok(()),
        // The cause may name hosts and users: it goes to the log, not to whoever asks.
        Ok(Err(cause)) => {
            tracing::warn!(error = %cause, "Not ready");
            Err("does not answer".into())
        }
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}
