//! `/live`: what happens in the caller's organisation, told while it happens (server-sent events).
//!
//! One stream tells everything that the caller may know; pages pick out their topics. Each event is one [`live::News`] in
//! ids only, and its own id is the number in the organisation's sequence: who comes back with it, to this server or to
//! another one, is told what came after it. `present` says who is at a record now. `reload` says that more has happened
//! meanwhile than is told one by one.

use std::{convert::Infallible, time::Duration};

use axum::{
    Extension,
    extract::{Query, Request, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{Stream, StreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use kernel::{Cx, MemberId, Visit};
use live::{Listener, Told};
use serde::Deserialize;
use serde_json::json;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::{
    metrics,
    problem::{Asked, Problem},
    product,
    state::AppState,
};

const RETRY: Duration = Duration::from_secs(1);
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often it is seen whether the listener is still logged in, and as whom.
const LOOK: Duration = Duration::from_secs(60);
/// Roles, members and the organisation itself: what somebody may hear may have changed.
const RIGHTS: &str = "organisation";

/// `?as=<member>&after=<number>`
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    /// Whose page it is. Somebody may work in another organisation by now.
    #[serde(rename = "as")]
    member: MemberId,
    /// The last number the page knows of.
    after: i64,
}

/// See the module.
pub(crate) async fn listen(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
    request: Request,
) -> Response {
    let asked = Asked::by(&request);
    if is_foreign(request.headers(), state.site.base_url()) {
        return Problem::foreign_origin().answer(&asked, &state);
    }
    let cx = match visit.member() {
        Ok(cx) => cx,
        Err(error) => return Problem::from(error).answer(&asked, &state),
    };
    let Ok(Query(wanted)) = wanted else {
        let error = kernel::Error::invalid("after", "Say who listens and after which number.");
        return Problem::from(error).answer(&asked, &state);
    };
    if wanted.member != cx.member_id() {
        // To a browser it means: do not come back.
        return StatusCode::NO_CONTENT.into_response();
    }
    // The stream goes on for long and reads seldom.
    visit.rest().await;
    let heard = last_heard(request.headers()).unwrap_or(wanted.after);
    let listener = match state.site.hub().listen(cx.organisation_id().uuid(), Some(heard)).await {
        Ok(listener) => listener,
        Err(error) => return Problem::from(kernel::Error::from(error)).answer(&asked, &state),
    };
    let token = product::token(request.headers(), &state.site);
    let hello = stream::iter([Ok(Event::default().retry(RETRY).comment("hello"))]);
    let events = hello
        .chain(Ear::new(state.clone(), cx, token, listener).events())
        .take_until(Box::pin(state.stop.clone().wanted()));
    let mut response =
        Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT).event(beat())).into_response();
    // nginx collects an answer before it passes it on, unless told otherwise.
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// Whether a page of another website asks. Its script could not read the answer, but it need not be sent at all.
fn is_foreign(headers: &HeaderMap, base_url: &str) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match text(&HeaderName::from_static("sec-fetch-site")) {
        Some(site) => !matches!(site, "same-origin" | "none"),
        None => text(&header::ORIGIN).is_some_and(|origin| {
            let host = text(&header::HOST).unwrap_or_default();
            origin != base_url && origin.split_once("://").is_none_or(|(_, named)| named != host)
        }),
    }
}

/// Says that the connection lives. Scripts do not see comments, so it is an event.
fn beat() -> Event {
    Event::default().event("beat").data("")
}

fn last_heard(headers: &HeaderMap) -> Option<i64> {
    headers.get("last-event-id")?.to_str().ok()?.parse().ok()
}

/// One stream.
struct Ear {
    state: AppState,
    cx: Cx,
    token: Option<String>,
    listener: Listener,
    look: Interval,
    _counted: metrics::Listener,
}

impl Ear {
    fn new(state: AppState, cx: Cx, token: Option<String>, listener: Listener) -> Self {
        let mut look = interval_at(Instant::now() + LOOK, LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ear { state, cx, token, listener, look, _counted: metrics::Listener::new() }
    }

    fn events(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut ear| async move { ear.next().await.map(|event| (Ok(event), ear)) })
    }

    /// The next thing that the member may hear; none when they may not listen any more, or when it cannot be known. The
    /// browser comes back then and is told why, or what it has missed.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let told = tokio::select! {
                told = self.listener.next() => told.ok()?,
                _ = self.look.tick() => {
                    self.look_who_listens().await?;
                    continue;
                }
            };
            match told {
                Told::News(news) => {
                    if news.topic == RIGHTS {
                        self.look_who_listens().await?;
                    }
                    if self.cx.hears(&news.hearers) {
                        let data =
                            json!({ "topic": news.topic, "kind": news.kind, "subject_id": news.subject_id });
                        return Event::default().id(news.number.to_string()).json_data(data).ok();
                    }
                }
                Told::Present(present) if self.cx.hears(&present.hearers) => {
                    let data = json!({ "topic": present.topic, "people": present.people });
                    return Event::default().event("present").json_data(data).ok();
                }
                Told::Present(_) => {}
                Told::Missed(number) => {
                    return Some(Event::default().event("reload").id(number.to_string()).data("{}"));
                }
            }
        }
    }

    /// Goes on with what the member may do now, if they still are one.
    async fn look_who_listens(&mut self) -> Option<()> {
        let visit =
            product::visit_with(&self.state.site, self.cx.visit().request_id(), self.token.as_deref());
        let visit = visit.await.ok()?;
        let cx = visit.member().ok().filter(|cx| cx.member_id() == self.cx.member_id())?;
        visit.rest().await;
        self.cx = cx;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_another_website_is_recognised() {
        let headers = |pairs: &[(&'static str, &str)]| {
            pairs
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
                .collect::<HeaderMap>()
        };
        let foreign = |pairs: &[(&'static str, &str)]| is_foreign(&headers(pairs), "https://mediap.test");
        assert!(!foreign(&[]));
        assert!(!foreign(&[("sec-fetch-site", "same-origin")]));
        assert!(foreign(&[("sec-fetch-site", "cross-site")]));
        assert!(foreign(&[("sec-fetch-site", "same-site")]), "another name of the same domain");
        assert!(!foreign(&[("origin", "https://mediap.test"), ("host", "10.0.0.7:3000")]), "behind a proxy");
        assert!(!foreign(&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")]));
        assert!(foreign(&[("origin", "https://elsewhere.test"), ("host", "mediap.test")]));
        assert!(foreign(&[("origin", "null"), ("host", "mediap.test")]));
    }
}
