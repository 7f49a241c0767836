//! The way to a provider and back, as a browser goes it.

use axum::body::Body;
use http::{Request, StatusCode, header};
use oidc::testing::FakeProvider;
use serde_json::json;

use crate::bench::{Answer, Bench, get};

#[expect(clippy::disallowed_methods, reason = "the server of these stories runs on the real clock")]
async fn provider() -> FakeProvider {
    FakeProvider::start(chrono::Utc::now).await
}

async fn bench(fake: &FakeProvider) -> Bench {
    let settings = fake.settings("fake");
    let list = json!([{
        "id": settings.id, "name": "Fake & Sons", "issuer": settings.issuer, "client_id": settings.client_id,
        "client_secret": settings.client_secret,
    }]);
    Bench::with(&[("oidc_providers", &list.to_string())]).await
}

async fn start(bench: &Bench, form: &'static str) -> Answer {
    let request = Request::post("/oidc/fake/start")
        .header(header::HOST, "mediap.test")
        .header(header::ORIGIN, "http://mediap.test")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form));
    bench.ask(request.unwrap()).await
}

#[tokio::test]
async fn the_log_in_page_offers_the_providers_to_browsers_without_a_script() {
    let bench = bench(&provider().await).await;
    let page = bench.get("/login?next=/workflows").await.text;
    assert!(
        page.contains("action=\"/oidc/fake/start\"") && page.contains("Continue with Fake &amp; Sons"),
        "{page}"
    );
    assert!(page.contains("username webauthn"), "{page}");
    assert!(!bench.get("/login").await.text.contains("Use a passkey"), "there is no name to tie it to");
    let none = Bench::with(&[("base_url", "https://mediap.test")]).await;
    let page = none.get("/login").await.text;
    assert!(page.contains("Use a passkey") && !page.contains("/oidc/"), "{page}");
}

#[tokio::test]
async fn a_person_goes_there_and_comes_back() {
    let fake = provider().await;
    let bench = bench(&fake).await;
    let going = start(&bench, "next=%2Fworkflows").await;
    // Not a redirect: the policy would hold the form back.
    assert_eq!(going.status, StatusCode::OK, "{}", going.text);
    let address = going.header("refresh").strip_prefix("0; url=").unwrap();
    assert!(going.text.contains("On to Fake &amp; Sons"), "{}", going.text);
    let cookie = going.header("set-cookie");
    assert!(cookie.starts_with("mediap_provider=") && cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();

    let (code, state) = fake.visit(address);
    let path = format!("/oidc/fake/callback?code={code}&state={state}");
    let stranger = bench.get(&path).await;
    assert_eq!(stranger.header("location"), "/oidc/failed?with=fake&why=late");

    let back = bench.ask(get(&path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await;
    assert_eq!((back.status, back.header("location")), (StatusCode::SEE_OTHER, "/organisations/new"));
    assert!(back.header("set-cookie").starts_with("mediap_session="), "{back:?}");
    assert_eq!(back.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_provider_that_is_not_set_up_is_not_there() {
    let bench = Bench::new().await;
    assert_eq!(start(&bench, "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(bench.get("/oidc/fake/callback?state=x&code=y").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_page_that_says_why_takes_no_text_from_its_address() {
    let bench = bench(&provider().await).await;
    let page = bench.get("/oidc/failed?with=Evil+Corp&why=unverified").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text.contains("The provider has not verified") && !page.text.contains("Evil Corp"),
        "{}",
        page.text
    );
    let page = bench.get("/oidc/link").await;
    assert!(page.text.contains("was begun in another browser"), "{}", page.text);
}
