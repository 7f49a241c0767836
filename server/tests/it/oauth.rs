//! An app of another maker over HTTP: it asks a person, gets tokens, and asks with them.

#![expect(clippy::indexing_slicing, reason = "what an answer lacks ends the story")]

use axum::body::Body;
use http::{
    Method, Request, StatusCode,
    header::{self, COOKIE, HOST},
};
use identity::app::{
    acts::{self, Form},
    model::AppCard,
};
use kernel::Cx;
use serde_json::{Value, json};

use crate::{
    bench::{Answer, Bench, get},
    rest::ask,
};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const BACK: &str = "com.example.app%3A%2Fback";

/// The program with the demo, an app, and the cookie of the owner.
struct Story {
    bench: Bench,
    app: AppCard,
    cookie: String,
}

impl Story {
    async fn on(db: db::Db) -> Self {
        let bench = Bench::on(db).await;
        let demo = identity::demo::seed(&bench.site).await.unwrap();
        let cx = Cx::system(&bench.site, "test", demo.nordvik.owner_membership());
        let form = Form {
            name: "Telephone & Co".into(),
            redirect_uris: "com.example.app:/back".into(),
            permissions: vec!["organisation.directory".into()],
        };
        let app = acts::register(&cx, &form).await.unwrap();
        let visit = kernel::Visit::new(bench.site.clone(), "test", None);
        let origin = identity::session::Origin::default();
        let (email, password) = ("elsa@nordvik.example", identity::demo::PASSWORD);
        let begun = identity::session::acts::log_in(&visit, &origin, email, password).await.unwrap();
        let cookie =
            format!("{}={}", identity::cookie::name(&bench.site), begun.into_started().unwrap().token);
        Story { bench, app, cookie }
    }

    fn query(&self) -> String {
        format!(
            "client_id={}&redirect_uri={BACK}&response_type=code&scope=&state=s1&code_challenge={CHALLENGE}\
             &code_challenge_method=S256",
            self.app.client_id
        )
    }

    async fn page(&self, query: &str) -> Answer {
        let request = get(&format!("/oauth/authorize?{query}")).header(COOKIE, &self.cookie);
        self.bench.ask(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, form: String, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::post(path)
            .header(HOST, "mediap.test")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.bench.ask(request.body(Body::from(form)).unwrap()).await
    }

    async fn decide(&self, answer: &str, site: &str) -> Answer {
        let headers = [("cookie", self.cookie.as_str()), ("sec-fetch-site", site)];
        self.post("/oauth/decide", format!("{}&answer={answer}", self.query()), &headers).await
    }

    async fn token(&self, form: &str) -> (u16, Value) {
        let answer = self.post("/oauth/token", format!("client_id={}&{form}", self.app.client_id), &[]).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{answer:?}");
        (answer.status.as_u16(), serde_json::from_str(&answer.text).unwrap())
    }

    async fn me(&self, token: &str) -> Answer {
        ask(&self.bench, Some(token), Method::GET, "/me", &[], None).await
    }
}

db::both!(a_person_is_asked_and_the_app_acts_as_them, |db| {
    let story = Story::on(db).await;
    let stranger = story.bench.get(&format!("/oauth/authorize?{}", story.query())).await;
    assert_eq!(stranger.status, StatusCode::SEE_OTHER);
    assert!(stranger.header("location").starts_with("/login?next=/oauth/authorize%3Fclient_id%3D"));
    let page = story.page(&story.query()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for part in
        ["Telephone &amp; Co", "com.example.app", "See the names of people and teams", "/oauth/decide"]
    {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }

    let foreign = story.decide("allow", "cross-site").await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN, "another website decides nothing");
    let denied = story.decide("deny", "same-origin").await;
    assert!(
        denied.header("refresh").starts_with("0; url=com.example.app:/back?error=access_denied&iss="),
        "{denied:?}"
    );
    let going = story.decide("allow", "same-origin").await;
    assert_eq!(going.status, StatusCode::OK, "{}", going.text);
    let address = going.header("refresh").strip_prefix("0; url=com.example.app:/back?code=").unwrap();
    let code = address.split('&').next().unwrap();
    assert!(address.ends_with("&iss=http%3A%2F%2Fmediap.test&state=s1"), "{address}");

    let form =
        format!("grant_type=authorization_code&code={code}&redirect_uri={BACK}&code_verifier={VERIFIER}");
    let wrong = form.replace("dBjf", "eBjf");
    assert_eq!(story.token(&wrong).await.1["error"], "invalid_grant");
    let (status, tokens) = story.token(&form).await;
    assert_eq!((status, &tokens["token_type"], &tokens["expires_in"]), (200, &json!("Bearer"), &json!(600)));
    assert_eq!(tokens["scope"], "organisation.directory");
    let access = tokens["access_token"].as_str().unwrap();
    let me: Value = serde_json::from_str(&story.me(access).await.text).unwrap();
    assert_eq!(
        (&me["email"], &me["permissions"]),
        (&json!("elsa@nordvik.example"), &json!(["organisation.directory"]))
    );
    assert_eq!(me["key"]["name"], "Telephone & Co");
    let refused =
        ask(&story.bench, Some(access), Method::POST, "/teams", &[], Some("{\"name\": \"A\"}")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let refresh = |token: &Value| {
        format!("grant_type=refresh_token&refresh_token={}", token["refresh_token"].as_str().unwrap())
    };
    let (status, next) = story.token(&refresh(&tokens)).await;
    assert_eq!(status, 200, "{next}");
    assert_eq!(story.token(&refresh(&tokens)).await.1["error"], "invalid_grant");
    let next_access = next["access_token"].as_str().unwrap();
    assert_eq!(story.me(next_access).await.status, StatusCode::OK, "it came again at once");
    assert_eq!(story.token(&form).await.1["error"], "invalid_grant");
    assert_eq!(story.me(next_access).await.status, StatusCode::UNAUTHORIZED, "the code came twice");
});

db::both!(what_is_wrong_is_said_where_it_helps, |db| {
    let story = Story::on(db).await;
    let page = story.page(&story.query().replace("example.app", "example.evil")).await;
    assert_eq!((page.status, page.header("location")), (StatusCode::CONFLICT, ""));
    assert!(page.text.contains("not registered for it"), "{}", page.text);
    let page = story.page(&story.query().replace("S256", "plain")).await;
    assert!(
        page.header("location").starts_with("com.example.app:/back?error=invalid_request&iss="),
        "{page:?}"
    );
    assert_eq!(story.token("grant_type=password").await.1["error"], "unsupported_grant_type");
    let (status, body) = story.token("grant_type=refresh_token&refresh_token=x").await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));
    let twice = story.token("grant_type=refresh_token&grant_type=refresh_token").await;
    assert_eq!(twice.1["error"], "unsupported_grant_type", "what is sent twice counts as not sent");
    let unknown = story.post("/oauth/revoke", "token=x&client_id=y".into(), &[]).await;
    assert_eq!(unknown.status, StatusCode::OK);
    let known = story.bench.get("/.well-known/oauth-authorization-server").await;
    let known: Value = serde_json::from_str(&known.text).unwrap();
    assert_eq!(known["token_endpoint"], "http://mediap.test/oauth/token");
    assert_eq!(known["code_challenge_methods_supported"], json!(["S256"]));
});
