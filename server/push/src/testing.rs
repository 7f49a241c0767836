//! A push service on loopback and a browser that reads what it is told.

#![expect(clippy::unwrap_used, reason = "a test that cannot have its service may panic")]

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use tokio::net::TcpListener;
use web_push_native::{
    Auth,
    p256::{SecretKey, elliptic_curve::sec1::ToEncodedPoint},
};

/// A push service.
#[derive(Debug, Clone, Default)]
pub struct Service {
    address: String,
    took: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Service {
    /// Starts it. It lives as long as the test.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service =
            Service { address: format!("http://{}", listener.local_addr().unwrap()), ..Service::default() };
        let router = Router::new().route("/push/{id}", post(take)).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        service
    }

    /// The address of a browser.
    pub fn endpoint(&self, id: &str) -> String {
        format!("{}/push/{id}", self.address)
    }

    /// Answers the next messages so, and all others that they are taken.
    pub fn answer(&self, status: impl IntoIterator<Item = u16>) {
        self.answers.lock().unwrap().extend(status);
    }

    /// What it took since it was last asked.
    pub fn took(&self) -> Vec<(HeaderMap, Bytes)> {
        std::mem::take(&mut self.took.lock().unwrap())
    }
}

async fn take(State(service): State<Service>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let answer = service.answers.lock().unwrap().pop_front();
    let answer = StatusCode::from_u16(answer.unwrap_or(201)).unwrap();
    if answer.is_success() {
        service.took.lock().unwrap().push((headers, body));
    }
    answer
}

/// The keys of a browser.
#[derive(Debug)]
pub struct Browser(SecretKey);

const SECRET: [u8; 16] = [7; 16];

impl Browser {
    /// The same one each time for a number.
    pub fn new(number: u8) -> Self {
        Browser(SecretKey::from_slice(&[number.max(1); 32]).unwrap())
    }

    /// Its public key and its secret, as it gives them.
    pub fn keys(&self) -> (String, String) {
        let public = self.0.public_key().to_encoded_point(false);
        (BASE64.encode(public.as_bytes()), BASE64.encode(SECRET))
    }

    /// Reads a message.
    pub fn read(&self, body: &[u8]) -> String {
        let read = web_push_native::decrypt(body.to_vec(), &self.0, &Auth::from(SECRET)).unwrap();
        String::from_utf8(read).unwrap()
    }
}
