//! Pages in turn. Writing one is work for a processor: begun all at once, each would take as long as all of them
//! together; in turn, the first ones are out at once and the last one is no later. They are written on threads of their own,
//! so that nothing short, such as finding out who asks, waits behind them; where the system can, these threads stand back for
//! others, too.

use std::{panic::resume_unwind, sync::LazyLock};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode};
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinSet,
};
use tracing::Instrument;

use crate::state::AppState;

/// See the module. Acts of people who have their page already do not stand in line.
pub(crate) async fn turns(State(state): State<AppState>, request: Request, next: Next) -> Response {
    // The semaphore is never closed; if it were, nobody would have to wait.
    let _turn = if is_page(&request) { state.turns.acquire().await.ok() } else { None };
    next.run(request).await
}

/// The same for what is answered with a page though it is no question for one.
pub(crate) async fn always(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let _turn = state.turns.acquire().await.ok();
    next.run(request).await
}

/// The threads that pages are written on, for all servers of this process. None: the system gives no more of them.
static THREADS: LazyLock<Option<Runtime>> = LazyLock::new(|| {
    let threads =
        Builder::new_multi_thread().thread_name("pages").enable_all().on_thread_start(stand_back).build();
    threads.inspect_err(|cause| tracing::error!(%cause, "Pages are written among everything else")).ok()
});

/// How much less than others a thread counts that writes pages, as `nice` has it.
const NICE: i32 = 5;

/// Lets this thread wait for a processor rather than others. On Linux a priority is one of the thread, not of the program.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(cause) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%cause, "Threads that write pages are as eager as others");
    }
}

/// See the module.
pub(crate) async fn apart(request: Request, next: Next) -> Response {
    let Some(threads) = THREADS.as_ref().filter(|_| is_page(&request)) else {
        return next.run(request).await;
    };
    // Whoever goes away takes it along.
    let mut writing = JoinSet::new();
    writing.spawn_on(next.run(request).in_current_span(), threads.handle());
    match writing.join_next().await {
        Some(Ok(response)) => response,
        Some(Err(cause)) => resume_unwind(cause.into_panic()),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn is_page(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}
