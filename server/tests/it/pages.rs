//! Pages, and who is sent where.

use axum::body::Body;
use http::{StatusCode, header::COOKIE};

use crate::bench::{Bench, EMAIL, call, function, get};

#[tokio::test]
async fn a_page_carries_the_nonce_of_its_policy_and_every_security_header() {
    let bench = Bench::new().await;
    let answer = bench.get("/login").await;
    assert_eq!(answer.status, StatusCode::OK);
    let policy = answer.header("content-security-policy");
    let nonce = policy.split_once("'nonce-").unwrap().1.split_once('\'').unwrap().0;
    assert_eq!(nonce.len(), 32);
    assert!(answer.text.contains(&format!("nonce=\"{nonce}\"")), "{}", answer.text);
    assert!(
        policy.contains("script-src 'self' 'nonce-") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe-inline") && !policy.contains("ws:"), "{policy}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("x-frame-options"), "DENY");
    assert_eq!(answer.header("referrer-policy"), "same-origin");
    assert!(answer.header("permissions-policy").contains("camera=()"));
    assert_eq!(answer.header("strict-transport-security"), "", "only with https");
    assert!(!answer.text.contains(" style=\""), "inline styles are refused by the policy");

    let again = bench.get("/login").await;
    assert!(!again.header("content-security-policy").contains(nonce), "each answer has its own");
    assert_ne!(again.header("x-request-id"), answer.header("x-request-id"));
}

#[tokio::test]
async fn with_https_browsers_are_told_to_stay_there() {
    let bench = Bench::with(&[("base_url", "https://mediap.test")]).await;
    assert_eq!(bench.get("/login").await.header("strict-transport-security"), "max-age=31536000");
}

#[tokio::test]
async fn a_stranger_is_sent_to_the_log_in_and_back() {
    let bench = Bench::new().await;
    let answer = bench.get("/workflows?view=a%20b").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/login?next=/workflows%3Fview%3Da%2520b");
}

#[tokio::test]
async fn a_member_sees_pages_that_no_cache_keeps() {
    let bench = Bench::new().await;
    let (cookie, _) = bench.log_in(EMAIL, "Nordvik Cars").await;
    let answer = bench.ask(get("/").header(COOKIE, cookie).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.text.contains("Nordvik Cars"));
}

#[tokio::test]
async fn without_an_organisation_one_comes_first() {
    let bench = Bench::new().await;
    let (cookie, id) = bench.log_in(EMAIL, "Nordvik Cars").await;
    db::sql("update member set state = 'suspended' where organisation_id = $1")
        .bind(id)
        .execute(&bench.db)
        .await
        .unwrap();
    let answer = bench.ask(get("/workflows").header(COOKIE, &cookie).body(Body::empty()).unwrap()).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/organisations/new"));
    let answer =
        bench.ask(get("/organisations/new").header(COOKIE, &cookie).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_a_page_with_a_reference() {
    let bench = Bench::new().await;
    let (cookie, _) = bench.log_in(EMAIL, "Nordvik Cars").await;
    for cookie in ["", cookie.as_str()] {
        let answer =
            bench.ask(get("/no/such/page").header(COOKIE, cookie).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.text.contains(answer.header("x-request-id")), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_server_function_that_does_not_exist_says_so_in_its_callers_language() {
    let bench = Bench::new().await;
    let answer = bench.ask(call("/api/no/such/function").body(Body::empty()).unwrap()).await;
    assert_eq!((answer.status, answer.error()), (StatusCode::NOT_FOUND, kernel::Error::NotFound));
}

#[tokio::test]
async fn the_error_of_a_server_function_has_its_status() {
    let bench = Bench::new().await;
    let answer = bench.ask(call(function("/viewer")).body(Body::empty()).unwrap()).await;
    assert_eq!((answer.status, answer.error()), (StatusCode::UNAUTHORIZED, kernel::Error::Unauthenticated));
}

#[tokio::test]
async fn without_the_database_a_known_visitor_is_told_and_a_stranger_can_read() {
    let bench = Bench::new().await;
    let (cookie, _) = bench.log_in(EMAIL, "Nordvik Cars").await;
    bench.db.close().await;
    let answer = bench.ask(get("/").header(COOKIE, &cookie).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "5");
    assert!(answer.text.contains(answer.header("x-request-id")), "{}", answer.text);

    let answer =
        bench.ask(call(function("/viewer")).header(COOKIE, &cookie).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(matches!(answer.error(), kernel::Error::Unavailable(_)));

    assert_eq!(bench.get("/login").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_organisation_without_a_picture_or_of_others_has_none() {
    let bench = Bench::new().await;
    let (cookie, id) = bench.log_in(EMAIL, "Nordvik Cars").await;
    for path in [format!("/organisation/{id}/logo"), "/organisation/nonsense/logo".into()] {
        let answer = bench.ask(get(&path).header(COOKIE, &cookie).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn what_a_brand_looks_like_is_for_its_members() {
    let bench = Bench::new().await;
    let (cookie, _) = bench.log_in(EMAIL, "Nordvik Cars").await;
    let (stranger, _) = bench.log_in("maja@halden.example", "Halden Studio").await;
    let ask = |path: String, cookie: String| {
        let request = get(&path).header(COOKIE, cookie).body(Body::empty()).unwrap();
        bench.ask(request)
    };
    let create = call(function("/create_brand"))
        .header(COOKIE, &cookie)
        .body(Body::from("name=Trucks&accent=%23a83a00"))
        .unwrap();
    let created = bench.ask(create).await;
    let id = created.text.split(['/', '?']).nth(3).unwrap().to_owned();

    let style = ask(format!("/brand/{id}.css?v=1"), cookie.clone()).await;
    assert_eq!(style.status, StatusCode::OK);
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(style.header("cache-control"), "private, max-age=3600");
    assert!(style.text.contains("--accent-solid:light-dark(#a83a00,"), "{}", style.text);
    let old = ask(format!("/brand/{id}.css?v=7"), cookie.clone()).await;
    assert_eq!(old.header("cache-control"), "private, no-cache");
    let again = get(&format!("/brand/{id}.css?v=1"))
        .header(COOKIE, &cookie)
        .header("if-none-match", style.header("etag"))
        .body(Body::empty())
        .unwrap();
    assert_eq!(bench.ask(again).await.status, StatusCode::NOT_MODIFIED);

    let logo = format!("/brand/{id}/logo");
    for (path, cookie) in [
        (format!("/brand/{id}.css"), stranger.clone()),
        (format!("/brand/{id}.css"), String::new()),
        (format!("/brand/{id}"), cookie.clone()),
        ("/brand/nonsense.css".into(), cookie.clone()),
        (logo.clone(), cookie.clone()),
        (logo, stranger),
        (format!("/avatar/{id}"), cookie.clone()),
        ("/avatar/nonsense".into(), cookie),
    ] {
        assert_eq!(ask(path.clone(), cookie).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_head_names_the_colours_of_the_brand_one_works_in() {
    let bench = Bench::new().await;
    let (cookie, _) = bench.log_in(EMAIL, "Nordvik Cars").await;
    let post = |name: &str, body: String| {
        let request = call(function(name)).header(COOKIE, &cookie).body(Body::from(body)).unwrap();
        bench.ask(request)
    };
    let page = async || bench.ask(get("/").header(COOKIE, &cookie).body(Body::empty()).unwrap()).await.text;
    assert!(!page().await.contains("brand-style"));
    let created = post("/create_brand", "name=Trucks&accent=%23a83a00".into()).await;
    let id = created.text.split(['/', '?']).nth(3).unwrap().to_owned();
    assert!(!page().await.contains("brand-style"), "a brand alone changes nothing");
    post("/switch_brand", format!("id={id}")).await;
    let html = page().await;
    let (head, _) = html.split_once("</head>").unwrap();
    let link = head.find(&format!("/brand/{id}.css?v=1")).unwrap();
    assert!(head.find("/pkg/mediap.CCC.css").unwrap() < link, "it comes after the tokens: {head}");
    post("/switch_brand", "id=".into()).await;
    assert!(!page().await.contains("brand-style"));
}
