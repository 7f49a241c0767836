//! Getting in over HTTP: cookies, links, and acts that ask once more who is there.

use axum::body::Body;
use db::sql;
use http::{Method, Request, StatusCode, header};
use identity::session::{Origin, link};
use kernel::{Error, Visit};
use uuid::Uuid;

use crate::bench::{Answer, Bench, EMAIL, PASSWORD, call, function, get};

/// The cookies that an answer gives, as a browser sends them back.
fn given(answer: &Answer) -> Vec<String> {
    let all = answer.headers.get_all(header::SET_COOKIE).iter();
    all.map(|value| value.to_str().unwrap().split(';').next().unwrap().to_owned()).collect()
}

async fn post(bench: &Bench, name: &str, cookie: &str, body: String) -> Answer {
    bench.ask(call(function(name)).header(header::COOKIE, cookie).body(Body::from(body)).unwrap()).await
}

async fn page(bench: &Bench, path: &str, cookie: &str) -> Answer {
    bench.ask(get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_log_in_gives_another_token_and_ends_the_old_one() {
    let bench = Bench::new().await;
    let (old, _) = bench.log_in(EMAIL, "Nordvik Cars").await;
    let answer = post(&bench, "/log_in", &old, format!("email={EMAIL}&password={PASSWORD}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let given = given(&answer);
    let new = given.iter().find(|cookie| cookie.starts_with("mediap_session=")).unwrap();
    assert_ne!(*new, old);
    assert!(given.iter().any(|cookie| cookie.starts_with("mediap_device=")), "{given:?}");
    assert_eq!(page(&bench, "/settings/security", &old).await.status, StatusCode::SEE_OTHER);
    let security = page(&bench, "/settings/security", new).await;
    assert_eq!(security.status, StatusCode::OK);
    assert!(security.text.contains("Sign-in methods") && security.text.contains("This device"));
    assert!(!security.text.contains("style=\""), "{}", security.text);
}

#[tokio::test]
async fn only_a_press_of_the_button_uses_a_link_up() {
    let bench = Bench::new().await;
    bench.log_in(EMAIL, "Nordvik Cars").await;
    let nobody = Visit::new(bench.site.clone(), "test", None);
    let asked = link::ask(&nobody, &Origin::default(), EMAIL).await.unwrap();
    let mail = kernel::testing::mails(&bench.site).await.pop().unwrap();
    let token = mail.text.split_once("?token=").unwrap().1.split_whitespace().next().unwrap();
    let path = format!("/login/link?token={token}");
    let cookie = format!("mediap_browser={}", asked.browser);

    for method in [Method::GET, Method::HEAD, Method::GET] {
        let request = Request::builder().method(method).uri(&path).header(header::HOST, "mediap.test");
        let looked = bench.ask(request.header(header::COOKIE, &cookie).body(Body::empty()).unwrap()).await;
        assert_eq!(looked.status, StatusCode::OK);
        assert!(given(&looked).is_empty(), "{:?}", given(&looked));
    }
    assert!(
        page(&bench, &path, "mediap_browser=another").await.text.contains("Open it in the other browser")
    );
    let elsewhere = post(&bench, "/use_link", "mediap_browser=another", format!("token={token}")).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "{}", elsewhere.text);
    let used = post(&bench, "/use_link", &cookie, format!("token={token}")).await;
    assert_eq!(used.status, StatusCode::OK, "{}", used.text);
    assert!(given(&used).iter().any(|cookie| cookie.starts_with("mediap_session=")));
    let again = post(&bench, "/use_link", &cookie, format!("token={token}")).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn an_act_that_asks_who_is_there_says_so() {
    let bench = Bench::new().await;
    let (cookie, _) = bench.log_in(EMAIL, "Nordvik Cars").await;
    let long_ago = bench.site.now() - chrono::Duration::minutes(11);
    sql("update session set proved_at = $1").bind(long_ago).execute(&bench.db).await.unwrap();
    let body = format!("id={}&version=1&role=admin", Uuid::nil());
    let refused = post(&bench, "/change_role", &cookie, body.clone()).await;
    assert_eq!((refused.status, refused.error()), (StatusCode::FORBIDDEN, Error::ProveAgain));
    assert_eq!(refused.header("mediap-prove-again"), "1");

    let wrong = post(&bench, "/prove", &cookie, "password=wrong".into()).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let proved = post(&bench, "/prove", &cookie, format!("password={PASSWORD}")).await;
    assert_eq!(proved.status, StatusCode::OK, "{}", proved.text);
    let renewed = given(&proved).into_iter().find(|given| given.starts_with("mediap_session=")).unwrap();
    assert_eq!(post(&bench, "/change_role", &cookie, body.clone()).await.status, StatusCode::UNAUTHORIZED);
    let done = post(&bench, "/change_role", &renewed, body).await;
    assert_eq!(done.error(), Error::NotFound, "it was tried");
}

#[tokio::test]
async fn who_lacks_the_second_factor_that_is_asked_for_is_led_to_it() {
    let bench = Bench::new().await;
    let (cookie, _) = bench.log_in(EMAIL, "Nordvik Cars").await;
    sql("update organisation set require_mfa = $1").bind(true).execute(&bench.db).await.unwrap();
    let kept_out = page(&bench, "/workflows", &cookie).await;
    assert_eq!(
        (kept_out.status, kept_out.header("location")),
        (StatusCode::SEE_OTHER, "/account/second-factor")
    );
    let why = page(&bench, "/account/second-factor", &cookie).await;
    assert_eq!(why.status, StatusCode::OK);
    assert!(why.text.contains("Nordvik Cars asks its members"), "{}", why.text);
    // No server function answers either.
    assert_eq!(post(&bench, "/list_workflows", &cookie, String::new()).await.status, StatusCode::FORBIDDEN);
    let begun = post(&bench, "/begin_app", &cookie, String::new()).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
    let setup = page(&bench, "/account/authenticator", &cookie).await;
    assert!(setup.text.contains("QR code") && !setup.text.contains("style=\""), "{}", setup.text);
}
