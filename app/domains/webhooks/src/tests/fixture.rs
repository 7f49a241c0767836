//! A program on this machine with an organisation, its worker, and receivers that answer as they are told.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration as StdDuration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use chrono::Duration;
use db::{Db, sql};
use jobs::{Handlers, Now, Queue, Worker};
use kernel::{Clock, Cx, Event, Site, Vault, WebhookId, testing::TestClock};
use outbound::Outbound;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::{
    acts::webhook::{self, Form},
    delivery::{Desk, handlers},
    model::{DeliveryCard, DeliveryFilter, NewSecret, WebhookCard},
    rules::{Secret, Signed, verify},
};

/// How long receivers have in tests.
pub(super) const PATIENCE: StdDuration = StdDuration::from_millis(400);

/// See the module.
pub(super) struct World {
    pub(super) clock: Arc<TestClock>,
    pub(super) site: Site,
    pub(super) cx: Cx,
    worker: Worker,
}

impl World {
    pub(super) async fn new(db: &Db) -> Self {
        let home = "http://127.0.0.1".parse().unwrap();
        Self::with(db, Outbound::at_home_with(&home)).await
    }

    /// The same with another client.
    pub(super) async fn with(db: &Db, outbound: Outbound) -> Self {
        let clock = TestClock::new();
        let site = Site::new(db.clone(), clock.clone(), "http://127.0.0.1:3000")
            .with_vault(Vault::new([("test", [7; kernel::KEY])]));
        let cx = Cx::test_on(site.clone(), "Nordvik Cars").await;
        let desk = Desk::new(&site, outbound).with_patience(PATIENCE);
        let ticking = clock.clone();
        let now: Now = Arc::new(move || ticking.now());
        let worker = Worker::new(Queue::new(db.clone()), handlers(Handlers::default(), &desk), now);
        World { clock, site, cx, worker }
    }

    /// Lets time pass, then does what is due. Gives how many jobs ran.
    pub(super) async fn after(&self, time: Duration) -> usize {
        self.clock.pass(time);
        self.work().await
    }

    /// Does what is due.
    pub(super) async fn work(&self) -> usize {
        self.cx.visit().rest().await;
        self.worker.run_due().await.unwrap()
    }

    /// A webhook for `events` at an address.
    pub(super) async fn webhook(&self, url: &str, events: &[&str]) -> NewSecret {
        webhook::create(&self.cx, &form(url, events)).await.unwrap()
    }

    /// Something happens to an item.
    pub(super) async fn happens(&self, kind: &'static str) {
        tell(&self.cx, &event(kind)).await;
    }

    pub(super) async fn card(&self, id: WebhookId) -> WebhookCard {
        webhook::get(&self.cx, id).await.unwrap()
    }

    /// The deliveries of a webhook, the newest first.
    pub(super) async fn deliveries(&self, id: WebhookId) -> Vec<DeliveryCard> {
        self.cx.visit().rest().await;
        let page = crate::acts::delivery::details(&self.cx, id, &DeliveryFilter::default()).await.unwrap();
        page.deliveries.deliveries
    }

    /// What the audit log says, in order.
    pub(super) async fn log(&self) -> Vec<String> {
        log(&self.cx).await
    }

    /// Jobs that wait, fail or run.
    pub(super) async fn jobs(&self) -> i64 {
        let counts = self.site.queue().counts().await.unwrap();
        counts.waiting + counts.running + counts.failed
    }
}

/// What the audit log of an organisation says, in order.
pub(super) async fn log(cx: &Cx) -> Vec<String> {
    cx.visit().rest().await;
    let rows: Vec<(String,)> = sql("select kind from audit where organisation_id = $1 order by number")
        .bind(cx.organisation_id())
        .all(cx.db())
        .await
        .unwrap();
    rows.into_iter().map(|(kind,)| kind).collect()
}

pub(super) fn form(url: &str, events: &[&str]) -> Form {
    let events = events.iter().map(|event| (*event).to_owned()).collect();
    Form { name: "Accounting".into(), url: url.into(), events, active: true }
}

pub(super) fn event(kind: &'static str) -> Event {
    let data = json!({ "number": 414, "to": "Repair" });
    Event { kind, subject_kind: "item", subject_id: Uuid::from_u128(7), topic: None, data }
}

/// Tells webhooks of an event, in a unit of work of its own.
pub(super) async fn tell(cx: &Cx, event: &Event) {
    let mut tx = cx.begin().await.unwrap();
    crate::on_event(&mut tx, cx, event).await.unwrap();
    tx.commit().await.unwrap();
}

/// What a receiver got.
#[derive(Debug, Clone)]
pub(super) struct Heard {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Heard {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap().to_str().unwrap()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Whether this secret has signed it, as a receiver finds out.
    pub(super) fn is_signed_by(&self, secret: &str, now: chrono::DateTime<chrono::Utc>) -> bool {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let signed = Signed {
            id: Some(self.header("webhook-id")),
            timestamp: Some(self.header("webhook-timestamp")),
            signature: Some(self.header("webhook-signature")),
        };
        verify(&[Secret::from_bytes(key)], signed, &self.body, now).is_ok()
    }
}

/// How a receiver answers.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    after: StdDuration,
}

impl Answer {
    pub(super) fn new(status: u16) -> Self {
        Answer { status, headers: Vec::new(), body: String::new(), after: StdDuration::ZERO }
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn says(self, body: impl Into<String>) -> Self {
        Answer { body: body.into(), ..self }
    }

    pub(super) fn after(self, after: StdDuration) -> Self {
        Answer { after, ..self }
    }
}

/// A receiver on this machine. It answers as it is told, once each, and then as usual.
#[derive(Debug, Clone)]
pub(super) struct Receiver {
    pub(super) url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    next: Arc<Mutex<VecDeque<Answer>>>,
    usual: Answer,
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        Self::answering(Answer::new(200)).await
    }

    pub(super) async fn answering(usual: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Receiver {
            url: format!("http://{}/hook", listener.local_addr().unwrap()),
            heard: Arc::default(),
            next: Arc::default(),
            usual,
            now: Arc::default(),
            most: Arc::default(),
        };
        let router = Router::new().route("/hook", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    pub(super) fn answers(&self, answers: impl IntoIterator<Item = Answer>) {
        self.next.lock().unwrap().extend(answers);
    }

    /// What it heard since it was last asked.
    pub(super) fn heard(&self) -> Vec<Heard> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }

    /// How many it was told at the same time at most.
    pub(super) fn most_at_once(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    struct Leaving(Arc<AtomicUsize>);
    impl Drop for Leaving {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }
    let here = receiver.now.fetch_add(1, Ordering::SeqCst) + 1;
    let _leaving = Leaving(receiver.now.clone());
    receiver.most.fetch_max(here, Ordering::SeqCst);
    receiver.heard.lock().unwrap().push(Heard { headers, body });
    let answer = receiver.next.lock().unwrap().pop_front().unwrap_or(receiver.usual.clone());
    tokio::time::sleep(answer.after).await;
    let mut response = (StatusCode::from_u16(answer.status).unwrap(), answer.body).into_response();
    for (name, value) in answer.headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}
