//! The interface for other programs.

use axum::{Router, body::Body};
use chrono::Duration;
use db::both;
use http::{Method, Request, StatusCode, header::CONTENT_TYPE};
use kernel::Cx;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::fixture::{Answer, Receiver, World};

/// Calls a route as the member of `cx`.
async fn ask(
    cx: &Cx,
    method: Method,
    path: &str,
    tag: Option<&str>,
    body: Option<Value>,
) -> (StatusCode, Value) {
    cx.visit().rest().await;
    let router: Router = rest::Api::new(crate::rest::routes()).router::<()>();
    let mut request = Request::builder().method(method).uri(path).extension(cx.visit().clone());
    if body.is_some() {
        request = request.header(CONTENT_TYPE, "application/json");
    }
    if let Some(tag) = tag {
        request = request.header("if-match", tag);
    }
    let body = body.map_or(Body::empty(), |body| Body::from(body.to_string()));
    let response = router.oneshot(request.body(body).unwrap()).await.unwrap();
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

async fn get(cx: &Cx, path: &str) -> Value {
    let (status, body) = ask(cx, Method::GET, path, None, None).await;
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    body
}

both!(a_program_manages_webhooks, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    let cx = &world.cx;
    let new = json!({ "name": "Books", "url": receiver.url, "events": ["item.*"] });
    let (status, made) = ask(cx, Method::POST, "/webhooks", None, Some(new)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    let path = format!("/webhooks/{}", made["id"].as_str().unwrap());
    let read = get(cx, &path).await;
    assert_eq!((read["name"].clone(), read["active"].clone()), (json!("Books"), json!(true)));
    assert!(read.get("secret").is_none());

    let change = json!({ "events": ["*"] });
    let (status, _) = ask(cx, Method::PATCH, &path, None, Some(change.clone())).await;
    assert_eq!(status, StatusCode::PRECONDITION_REQUIRED);
    let (status, _) = ask(cx, Method::PATCH, &path, Some("\"7\""), Some(change.clone())).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    let (status, changed) = ask(cx, Method::PATCH, &path, Some("\"1\""), Some(change)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((changed["name"].clone(), changed["events"].clone()), (json!("Books"), json!(["*"])));
    let wrong = json!({ "name": "", "url": "ftp://x", "events": [] });
    let (status, problem) = ask(cx, Method::POST, "/webhooks", None, Some(wrong)).await;
    assert_eq!((status, problem["errors"].as_array().unwrap().len()), (StatusCode::UNPROCESSABLE_ENTITY, 3));

    let (status, test) = ask(cx, Method::POST, &format!("{path}/test"), None, None).await;
    assert_eq!(status, StatusCode::OK, "{test}");
    world.work().await;
    let delivery = get(cx, &format!("/deliveries/{}", test["delivery"].as_str().unwrap())).await;
    assert_eq!(
        (delivery["type"].clone(), delivery["state"].clone()),
        (json!("webhook.test"), json!("delivered"))
    );
    assert_eq!(delivery["body"]["type"], "webhook.test");
    let (status, rotated) = ask(cx, Method::POST, &format!("{path}/secret"), None, None).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(rotated["secret"], made["secret"]);
    let off = json!({ "active": false });
    let (_, changed) = ask(cx, Method::PATCH, &path, Some("*"), Some(off)).await;
    assert_eq!(changed["active"], false);
    assert_eq!(get(cx, "/webhooks?active=true").await["data"], json!([]));
    assert_eq!(get(cx, "/webhooks?q=boo&sort=-created_at").await["data"].as_array().unwrap().len(), 1);
    let (status, _) = ask(cx, Method::DELETE, &path, Some("*"), None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, _) = ask(cx, Method::GET, &path, None, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = ask(cx, Method::POST, &format!("{path}/restore"), None, None).await;
    assert_eq!(status, StatusCode::OK);
});

both!(a_program_reads_the_whole_log_page_by_page, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    receiver.answers([Answer::new(500), Answer::new(410)]);
    let made = world.webhook(&receiver.url, &["item.*"]).await;
    for _ in 0..5 {
        world.happens("item.moved").await;
    }
    let (cx, path) = (&world.cx, format!("/webhooks/{}/deliveries", made.id));
    for sort in ["created_at", "-created_at"] {
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = get(cx, &format!("{path}?limit=2&sort={sort}{after}")).await;
            let data = page["data"].as_array().unwrap();
            seen.extend(data.iter().map(|one| one["id"].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 5);
        let falling = sort.starts_with('-');
        assert!(seen.is_sorted_by(|one, next| (one < next) != falling), "{sort}: {seen:?}");
    }
    let (status, problem) = ask(cx, Method::GET, &format!("{path}?state=lost"), None, None).await;
    assert_eq!(
        (status, problem["errors"][0]["field"].clone()),
        (StatusCode::UNPROCESSABLE_ENTITY, json!("state"))
    );
    let (status, _) = ask(cx, Method::GET, &format!("{path}?after=x"), None, None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);

    let since = json!({ "since": world.cx.now() - Duration::hours(1) });
    let replay = format!("/webhooks/{}/replay", made.id);
    let (status, replayed) = ask(cx, Method::POST, &replay, None, Some(since.clone())).await;
    assert_eq!((status, replayed), (StatusCode::OK, json!({ "count": 0 })));
    world.work().await;
    let failed = get(cx, &format!("{path}?state=failed")).await["data"].as_array().unwrap().clone();
    assert!(!failed.is_empty(), "one was refused for good, and the webhook is paused");
    let one = format!("/deliveries/{}/replay", failed[0]["id"].as_str().unwrap());
    let (status, _) = ask(cx, Method::POST, &one, None, None).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let on = json!({ "active": true });
    ask(cx, Method::PATCH, &format!("/webhooks/{}", made.id), Some("*"), Some(on)).await;
    let (status, again) = ask(cx, Method::POST, &one, None, None).await;
    assert_eq!((status, again["replay_of"].clone()), (StatusCode::CREATED, failed[0]["id"].clone()));
});

both!(a_program_manages_incoming_hooks, |db| {
    let world = World::new(&db).await;
    let cx = &world.cx;
    let new = json!({ "name": "Shop", "kind": "standard" });
    let (status, made) = ask(cx, Method::POST, "/hooks", None, Some(new)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let path = format!("/hooks/{}", made["id"].as_str().unwrap());
    let off = json!({ "active": false });
    let (status, changed) = ask(cx, Method::PATCH, &path, Some("\"1\""), Some(off)).await;
    assert_eq!(
        (status, changed["name"].clone(), changed["active"].clone()),
        (StatusCode::OK, json!("Shop"), json!(false))
    );
    let (status, rotated) = ask(cx, Method::POST, &format!("{path}/secret"), None, None).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(rotated["secret"], made["secret"]);
    assert_eq!(get(cx, &format!("{path}/events?sort=-received_at")).await["data"], json!([]));
    assert_eq!(get(cx, "/hooks?active=true").await["data"], json!([]));
    let (status, _) = ask(cx, Method::DELETE, &path, Some("*"), None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, _) = ask(cx, Method::POST, &format!("{path}/restore"), None, None).await;
    assert_eq!(status, StatusCode::OK);
});

#[test]
fn names_do_not_clash() {
    let api = rest::Api::new(crate::rest::routes());
    assert_eq!(rest::clashes(&api), Vec::<String>::new());
    let mut summaries: Vec<_> = api.routes().map(|route| route.summary).collect();
    let count = summaries.len();
    summaries.sort_unstable();
    summaries.dedup();
    assert_eq!(summaries.len(), count);
}
