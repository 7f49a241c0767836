//! A provider on this machine, which does everything right until it is told to do one thing wrong.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot have its provider may panic"
)]

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::{DateTime, Utc};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use crate::{Provider, Settings};

/// What we are called at the provider.
pub const CLIENT_ID: &str = "mediap";
const SECRET: &str = "a secret for two: with signs & all";

/// What the next token has wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lie {
    /// Nothing.
    #[default]
    None,
    /// It answers another question.
    Nonce,
    /// Another provider made it.
    Issuer,
    /// It is meant for another site.
    Audience,
    /// Its time is over.
    Expired,
    /// It was changed after it was signed.
    Signature,
    /// It is not signed, and says so.
    Unsigned,
    /// It is signed with the secret that the site knows too.
    SharedSecret,
    /// A key that is not the provider's has signed it.
    ForeignKey,
    /// The address comes with the user information only.
    AddressElsewhere,
}

/// Who logs in at the provider next, and what is said about them.
#[derive(Debug, Clone)]
pub struct Story {
    /// The person there.
    pub subject: String,
    /// Their address.
    pub email: Option<String>,
    /// What is said about it; nothing if absent.
    pub email_verified: Option<bool>,
    /// Their name.
    pub name: Option<String>,
    /// What is wrong.
    pub lie: Lie,
}

struct Shared {
    issuer: String,
    key: EcdsaKeyPair,
    foreign: EcdsaKeyPair,
    now: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    story: Mutex<Story>,
    /// Code → nonce, challenge, redirect.
    codes: Mutex<HashMap<String, (String, String, String)>>,
}

/// The provider. It ends with the test's runtime.
#[derive(Clone)]
pub struct FakeProvider(Arc<Shared>);

impl FakeProvider {
    /// Starts one on a free port. `now` is the time that its tokens carry.
    pub async fn start(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            issuer,
            key: key(),
            foreign: key(),
            now: Box::new(now),
            story: Mutex::new(Story {
                subject: "subject-1".into(),
                email: Some("elsa@nordvik.example".into()),
                email_verified: Some(true),
                name: Some("Elsa Lindqvist".into()),
                lie: Lie::None,
            }),
            codes: Mutex::default(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(description))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(user_info))
            .with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        FakeProvider(shared)
    }

    /// What the operator would write about it.
    pub fn settings(&self, id: &str) -> Settings {
        Settings {
            id: id.into(),
            name: "Fake".into(),
            issuer: self.0.issuer.clone(),
            client_id: CLIENT_ID.into(),
            client_secret: Some(SECRET.into()),
            scopes: vec!["email".into()],
            trust_email: false,
        }
    }

    /// It, as the site sees it.
    pub fn provider(&self, id: &str) -> Provider {
        Provider::new(self.settings(id))
    }

    /// Changes who logs in next.
    pub fn tell(&self, change: impl FnOnce(&mut Story)) {
        change(&mut self.0.story.lock().unwrap());
    }

    /// What a browser would bring back from `address`: code and state.
    pub fn visit(&self, address: &str) -> (String, String) {
        let query = address.strip_prefix(&format!("{}/authorize?", self.0.issuer)).unwrap();
        let query: HashMap<String, String> = query.split('&').map(pair).collect();
        assert_eq!((query["response_type"].as_str(), query["client_id"].as_str()), ("code", CLIENT_ID));
        assert_eq!(query["code_challenge_method"], "S256");
        assert!(query["scope"].split(' ').any(|scope| scope == "openid"));
        let mut codes = self.0.codes.lock().unwrap();
        let code = format!("code-{}", codes.len());
        let kept = (query["nonce"].clone(), query["code_challenge"].clone(), query["redirect_uri"].clone());
        codes.insert(code.clone(), kept);
        (code, query["state"].clone())
    }
}

fn key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap()
}

fn pair(text: &str) -> (String, String) {
    let (key, value) = text.split_once('=').unwrap();
    (decoded(key), decoded(value))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let hex = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(str::from_utf8(&hex).unwrap(), 16).unwrap()
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}

async fn description(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let issuer = &shared.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
    }))
}

async fn keys(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let point = shared.key.public_key().as_ref();
    Json(json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "one",
        "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..65]),
    }] }))
}

async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let basic = headers["authorization"].to_str().unwrap().strip_prefix("Basic ").unwrap();
    let basic = String::from_utf8(STANDARD.decode(basic).unwrap()).unwrap();
    let (id, secret) = basic.split_once(':').unwrap();
    let right = decoded(id) == CLIENT_ID && decoded(secret) == SECRET;
    let kept = shared.codes.lock().unwrap().remove(&form["code"]);
    let (Some((nonce, challenge, redirect)), true) = (kept, right) else { return refusal() };
    let proof = URL_SAFE_NO_PAD.encode(digest(&SHA256, form["code_verifier"].as_bytes()));
    if proof != challenge || form["redirect_uri"] != redirect {
        return refusal();
    }
    let token = id_token(&shared, &nonce);
    let answer =
        json!({ "access_token": "open", "token_type": "Bearer", "expires_in": 60, "id_token": token });
    (StatusCode::OK, Json(answer))
}

fn refusal() -> (StatusCode, Json<Value>) {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })))
}

async fn user_info(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Json<Value> {
    assert_eq!(headers["authorization"], "Bearer open");
    let story = shared.story.lock().unwrap().clone();
    Json(json!({ "sub": story.subject, "email": story.email, "email_verified": story.email_verified }))
}

fn id_token(shared: &Shared, nonce: &str) -> String {
    let story = shared.story.lock().unwrap().clone();
    let now = (shared.now)().timestamp();
    let mut claims = json!({
        "iss": shared.issuer, "aud": CLIENT_ID, "sub": story.subject, "nonce": nonce,
        "iat": now, "exp": now + 300, "name": story.name,
    });
    if story.lie != Lie::AddressElsewhere {
        claims["email"] = json!(story.email);
        claims["email_verified"] = json!(story.email_verified);
    }
    let mut algorithm = "ES256";
    match story.lie {
        Lie::Nonce => claims["nonce"] = json!("another"),
        Lie::Issuer => claims["iss"] = json!("https://accounts.example.com"),
        Lie::Audience => claims["aud"] = json!("another"),
        Lie::Expired => claims["exp"] = json!(now),
        Lie::Unsigned => algorithm = "none",
        Lie::SharedSecret => algorithm = "HS256",
        _ => {}
    }
    if let Some(fields) = claims.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    let head = URL_SAFE_NO_PAD.encode(json!({ "alg": algorithm, "kid": "one" }).to_string());
    let body = URL_SAFE_NO_PAD.encode(claims.to_string());
    let signed = format!("{head}.{body}");
    let key = if story.lie == Lie::ForeignKey { &shared.foreign } else { &shared.key };
    let mut signature = match story.lie {
        Lie::Unsigned => Vec::new(),
        Lie::SharedSecret => {
            let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
            ring::hmac::sign(&key, signed.as_bytes()).as_ref().to_vec()
        }
        _ => key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap().as_ref().to_vec(),
    };
    if story.lie == Lie::Signature {
        signature[7] ^= 1;
    }
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}
