//! `/live`: what happens in the caller's organisation, told while it happens (server-sent events).
//!
//! Each event is one [`live::News`] as JSON, ids only. `reload` says that something may have been missed: the
//! listener was too slow, or has been away. `retry` and the id of the first block make the browser come back by
//! itself and say that it was here before.

use std::{collections::BTreeSet, convert::Infallible, time::Duration};

use axum::{
    Extension,
    extract::{Query, Request, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{Stream, StreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue};
use kernel::Visit;
use live::News;
use serde::Deserialize;
use tokio::time::sleep;
use tokio_stream::wrappers::{BroadcastStream, errors::BroadcastStreamRecvError};
use uuid::Uuid;

use crate::{
    metrics,
    problem::{Asked, Problem},
    state::AppState,
};

const RETRY: Duration = Duration::from_secs(1);
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A stream ends now and then, so that somebody who was logged out or removed stops hearing.
const LIFE: Duration = Duration::from_secs(10 * 60);
const MOST_TOPICS: usize = 50;

/// `?topics=workflow/1,item/2`
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    topics: String,
}

/// See the module.
pub(crate) async fn listen(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let organisation_id = match visit.member() {
        Ok(cx) => cx.organisation_id().uuid(),
        Err(error) => {
            let asked = Asked::by(&request);
            return Problem::from(error).answer(&asked, &state);
        }
    };
    // The stream goes on for minutes and reads nothing.
    visit.rest().await;
    let topics = wanted.topics.split(',').map(str::trim).filter(|topic| !topic.is_empty());
    let topics: BTreeSet<String> = topics.take(MOST_TOPICS).map(str::to_owned).collect();
    let events = greeting(request.headers())
        .chain(news(state.site.hub(), organisation_id, topics))
        .take_until(sleep(LIFE))
        .take_until(Box::pin(state.stop.clone().wanted()));
    let listener = metrics::Listener::new();
    let events = events.map(move |event| {
        // Counted until the stream is dropped.
        let _counted = &listener;
        Ok::<_, Infallible>(event)
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    // nginx collects an answer before it passes it on, unless told otherwise.
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// The first block; a browser that comes back is told to look again, since it may have missed something.
fn greeting(headers: &HeaderMap) -> impl Stream<Item = Event> + use<> {
    let hello = Event::default().retry(RETRY).id("1").comment("hello");
    let back = headers.contains_key("last-event-id").then(reload);
    stream::iter([Some(hello), back]).filter_map(std::future::ready)
}

fn reload() -> Event {
    Event::default().event("reload").data("{}")
}

fn news(
    hub: &live::Hub,
    organisation_id: Uuid,
    topics: BTreeSet<String>,
) -> impl Stream<Item = Event> + use<> {
    BroadcastStream::new(hub.listen()).filter_map(move |heard| {
        let event = match heard {
            Ok(news) if news.organisation_id == organisation_id && topics.contains(&news.topic) => {
                write(&news)
            }
            Ok(_) => None,
            Err(BroadcastStreamRecvError::Lagged(_)) => Some(reload()),
        };
        std::future::ready(event)
    })
}

fn write(news: &News) -> Option<Event> {
    Event::default().json_data(news).ok()
}
