//! Web push: what a browser shows while no page is open.
//!
//! A browser *subscribes* at its push service and gives us the service's address with a key. What we send is encrypted for
//! that key (RFC 8291), so the service cannot read it, and signed with the program's own key (VAPID, RFC 8292), so nobody
//! else can use the address.

#[cfg(feature = "testing")]
pub mod testing;
mod vapid;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use http::{
    HeaderValue, Request, StatusCode, Uri,
    header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER},
};
use outbound::{Failure, Outbound};
use web_push_native::{Auth, p256::PublicKey};

pub use vapid::{BadKey, Key};

/// What push services take at least.
const LARGEST: usize = 3_072;
/// How long the secret of a browser is.
const SECRET: usize = 16;

/// Where a browser can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    endpoint: Uri,
    public_key: Vec<u8>,
    secret: Vec<u8>,
}

/// What is wrong with what calls itself a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no subscription of a browser")]
pub struct BadSubscription;

impl Subscription {
    /// Takes what a browser gives, as bytes.
    pub fn new(endpoint: &str, public_key: Vec<u8>, secret: Vec<u8>) -> Result<Self, BadSubscription> {
        let endpoint: Uri = endpoint.parse().map_err(|_| BadSubscription)?;
        let is_point = PublicKey::from_sec1_bytes(&public_key).is_ok();
        if endpoint.host().is_none() || !is_point || secret.len() != SECRET {
            return Err(BadSubscription);
        }
        Ok(Subscription { endpoint, public_key, secret })
    }

    /// Takes what a browser gives, in base64 as it writes it.
    pub fn read(endpoint: &str, public_key: &str, secret: &str) -> Result<Self, BadSubscription> {
        let read = |text: &str| BASE64.decode(text.trim_end_matches('=')).map_err(|_| BadSubscription);
        Self::new(endpoint, read(public_key)?, read(secret)?)
    }

    /// The address at the push service.
    pub fn endpoint(&self) -> &Uri {
        &self.endpoint
    }

    /// What messages are encrypted for: the key of the browser and the secret it shares with us.
    pub fn keys(&self) -> (&[u8], &[u8]) {
        (&self.public_key, &self.secret)
    }
}

/// What a browser is told.
#[derive(Debug, Clone)]
pub struct Message {
    /// What the worker of the program reads in the browser.
    pub body: Vec<u8>,
    /// How long the service keeps it for a browser that is away, in seconds.
    pub ttl: u32,
    /// A newer message about the same takes the place of one that waits: at most 32 letters of base64.
    pub topic: String,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The service has it.
    Taken,
    /// The browser has given the subscription up: forget it.
    Gone,
    /// Not now.
    Later(String),
    /// It will never be taken.
    Refused(String),
}

/// Who tells browsers. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sender {
    outbound: Outbound,
    contact: String,
}

impl Sender {
    /// `contact` is whom a push service may write to: `mailto:…` or `https://…`.
    pub fn new(outbound: Outbound, contact: String) -> Self {
        Sender { outbound, contact }
    }

    /// Refuses the address of a service that may not be asked.
    pub fn check(&self, subscription: &Subscription) -> Result<(), Failure> {
        self.outbound.check(&subscription.endpoint)
    }

    /// Gives a message to the push service.
    pub async fn send(&self, key: &Key, to: &Subscription, message: Message, now: i64) -> Outcome {
        let request = match self.request(key, to, message, now) {
            Ok(request) => request,
            Err(why) => return Outcome::Refused(why),
        };
        match self.outbound.clone().ask(request).await {
            Ok(answer) => {
                let status = answer.status();
                let wait = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
                outcome(status, wait)
            }
            Err(Failure::Refused(why)) => Outcome::Refused(why),
            Err(Failure::Unreachable(why)) => Outcome::Later(why),
        }
    }

    fn request(
        &self,
        key: &Key,
        to: &Subscription,
        message: Message,
        now: i64,
    ) -> Result<Request<Vec<u8>>, String> {
        if LARGEST < message.body.len() {
            return Err(format!("{} bytes are more than push services take", message.body.len()));
        }
        let public = PublicKey::from_sec1_bytes(&to.public_key).map_err(|_| BadSubscription.to_string())?;
        let secret: [u8; SECRET] =
            to.secret.as_slice().try_into().map_err(|_| BadSubscription.to_string())?;
        let body = web_push_native::encrypt(message.body, &public, &Auth::from(secret))
            .map_err(|cause| cause.to_string())?;
        let signed = key.sign(&to.endpoint, &self.contact, now).map_err(|cause| cause.to_string())?;
        let signed = HeaderValue::try_from(signed).map_err(|cause| cause.to_string())?;
        Request::post(to.endpoint.clone())
            .header(AUTHORIZATION, signed)
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .header("TTL", message.ttl)
            .header("Urgency", "normal")
            .header("Topic", message.topic)
            .body(body)
            .map_err(|cause| cause.to_string())
    }
}

/// What the answer of a push service means (RFC 8030, section 5 and 7).
fn outcome(status: StatusCode, wait: Option<&str>) -> Outcome {
    if status.is_success() {
        return Outcome::Taken;
    }
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
        StatusCode::TOO_MANY_REQUESTS => {
            Outcome::Later(format!("the push service wants us to wait ({})", wait.unwrap_or("no time named")))
        }
        status if status.is_server_error() => Outcome::Later(format!("the push service answers {status}")),
        status => Outcome::Refused(format!("the push service answers {status}")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// From RFC 8291, appendix A.
    const PUBLIC: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const SECRET_TEXT: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    fn subscription() -> Subscription {
        Subscription::read(
            "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
            PUBLIC,
            SECRET_TEXT,
        )
        .unwrap()
    }

    #[test]
    fn what_a_browser_gives_is_read() {
        let read = subscription();
        let (key, secret) = read.keys();
        let again = Subscription::new(&read.endpoint().to_string(), key.to_vec(), secret.to_vec());
        assert_eq!(again, Ok(read.clone()));
    }

    #[test]
    fn what_is_no_subscription_is_refused() {
        for (endpoint, key, secret) in [
            ("", PUBLIC, SECRET_TEXT),
            ("/a/path", PUBLIC, SECRET_TEXT),
            ("https://push.example.net/", "BCVxsr7N", SECRET_TEXT),
            ("https://push.example.net/", "not base64!", SECRET_TEXT),
            ("https://push.example.net/", PUBLIC, "BTBZ"),
        ] {
            assert_eq!(Subscription::read(endpoint, key, secret), Err(BadSubscription), "{endpoint} {key}");
        }
    }

    #[test]
    fn a_request_is_what_push_services_read() {
        let sender = Sender::new(Outbound::to_public(), "mailto:ops@example.com".into());
        let key = Key::read(&Key::generate().unwrap()).unwrap();
        let message = Message { body: b"hello".to_vec(), ttl: 60, topic: "abc".into() };
        let request = sender.request(&key, &subscription(), message, 1_800_000_000).unwrap();
        assert_eq!(request.headers()["ttl"], "60");
        assert_eq!(request.headers()["content-encoding"], "aes128gcm");
        let signed = request.headers()["authorization"].to_str().unwrap();
        assert!(
            signed.starts_with("vapid t=") && signed.ends_with(&format!(", k={}", key.public())),
            "{signed}"
        );
        assert!(!request.body().windows(5).any(|bytes| bytes == b"hello"));
        let long = Message { body: vec![0; LARGEST + 1], ttl: 60, topic: String::new() };
        assert!(sender.request(&key, &subscription(), long, 0).is_err());
    }

    #[test]
    fn answers_are_understood() {
        assert_eq!(outcome(StatusCode::CREATED, None), Outcome::Taken);
        assert_eq!(outcome(StatusCode::GONE, None), Outcome::Gone);
        assert_eq!(outcome(StatusCode::NOT_FOUND, None), Outcome::Gone);
        assert!(
            matches!(outcome(StatusCode::TOO_MANY_REQUESTS, Some("30")), Outcome::Later(text) if text.contains("30"))
        );
        assert!(matches!(outcome(StatusCode::BAD_GATEWAY, None), Outcome::Later(_)));
        assert!(matches!(outcome(StatusCode::BAD_REQUEST, None), Outcome::Refused(_)));
    }

    #[tokio::test]
    async fn a_browser_reads_what_it_is_told_and_the_service_cannot() {
        let (service, browser) = (testing::Service::start().await, testing::Browser::new(3));
        let (public, secret) = browser.keys();
        let to = Subscription::read(&service.endpoint("one"), &public, &secret).unwrap();
        let home = "http://127.0.0.1".parse().unwrap();
        let sender = Sender::new(Outbound::at_home_with(&home), "mailto:ops@example.com".into());
        let key = Key::read(&Key::generate().unwrap()).unwrap();
        let message = Message { body: "Grüße".into(), ttl: 60, topic: "abc".into() };
        assert_eq!(sender.send(&key, &to, message.clone(), 1_800_000_000).await, Outcome::Taken);
        let (headers, body) = service.took().pop().unwrap();
        assert_eq!(headers["topic"], "abc");
        assert_eq!(browser.read(&body), "Grüße");
        service.answer([410]);
        assert_eq!(sender.send(&key, &to, message.clone(), 1_800_000_000).await, Outcome::Gone);
        let guarded = Sender::new(Outbound::to_public(), "mailto:ops@example.com".into());
        let refused = guarded.send(&key, &to, message, 1_800_000_000).await;
        assert!(matches!(refused, Outcome::Refused(_)), "{refused:?}");
    }

    proptest! {
        #[test]
        fn nothing_that_is_sent_in_breaks_it(endpoint in "\\PC{0,60}", key in "[A-Za-z0-9_=-]{0,100}", secret in "\\PC{0,30}") {
            drop(Subscription::read(&endpoint, &key, &secret));
        }
    }
}
