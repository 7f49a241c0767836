//! The interface for other programs: pages in SQL, who sees what, and what bodies say.

use axum::{Router, body::Body};
use db::both;
use http::{Method, Request, header::CONTENT_TYPE};
use kernel::{Cx, Role};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::fixture::{World, form, log};
use crate::{acts, rest::routes};

/// Calls a route as the member of `cx`: status and body.
async fn ask(cx: &Cx, method: Method, path: &str, tag: Option<&str>, body: Option<Value>) -> (u16, Value) {
    cx.visit().rest().await;
    let router: Router = rest::Api::new(routes()).router::<()>();
    let mut request = Request::builder().method(method).uri(path).extension(cx.visit().clone());
    if body.is_some() {
        request = request.header(CONTENT_TYPE, "application/json");
    }
    if let Some(tag) = tag {
        request = request.header("if-match", tag);
    }
    let body = body.map_or(Body::empty(), |body| Body::from(body.to_string()));
    let response = router.oneshot(request.body(body).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

async fn get(cx: &Cx, path: &str) -> Value {
    let (status, body) = ask(cx, Method::GET, path, None, None).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

/// The minutes of a list, page by page.
async fn minutes(cx: &Cx, path: &str) -> Vec<i64> {
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = get(cx, &format!("{path}{after}")).await;
        seen.extend(page["data"].as_array().unwrap().iter().map(|entry| entry["minutes"].as_i64().unwrap()));
        let Some(next) = page["next"].as_str() else { return seen };
        after = format!("&after={next}");
    }
}

both!(pages_follow_each_other_in_the_order_of_days, |db| {
    let world = World::new(&db).await;
    for (at, length) in
        [("2025-11-19", 3), ("2025-11-18", 1), ("2025-11-19", 4), ("2025-11-20", 5), ("2025-11-18", 2)]
    {
        log(&world.marek, at, length).await;
    }
    for limit in 1..=6 {
        let path = format!("/time-entries?limit={limit}");
        assert_eq!(minutes(&world.marek, &path).await, [1, 2, 3, 4, 5], "{limit}");
        assert_eq!(minutes(&world.marek, &format!("{path}&sort=-day")).await, [5, 4, 3, 2, 1], "{limit}");
    }
    let some = minutes(&world.marek, "/time-entries?from=2025-11-19&until=2025-11-19").await;
    assert_eq!(some, [3, 4]);
});

both!(the_time_of_others_is_listed_by_item_or_for_who_manages_projects, |db| {
    let world = World::new(&db).await;
    let anna = world.owner.colleague("Anna Lind", Role::Member).await;
    log(&world.marek, "2025-11-19", 10).await;
    acts::log(&anna, "UC-102", form("2025-11-19", 20), None).await.unwrap();
    let marek = world.marek.member_id();
    assert_eq!(minutes(&anna, "/time-entries?").await, [20]);
    assert_eq!(minutes(&anna, "/time-entries?item=UC-101").await, [10]);
    assert_eq!(minutes(&world.owner, "/time-entries?").await, [10, 20]);
    assert_eq!(minutes(&world.owner, &format!("/time-entries?member={marek}")).await, [10]);
    let path = format!("/time-entries?member={marek}");
    assert_eq!(ask(&anna, Method::GET, &path, None, None).await.0, 403);
    for hidden in ["UC-103", "UC-9"] {
        let (status, body) =
            ask(&anna, Method::GET, &format!("/time-entries?item={hidden}"), None, None).await;
        assert_eq!((status, &body["errors"][0]["field"]), (422, &json!("item")), "{body}");
    }
});

both!(a_program_logs_changes_and_deletes_time, |db| {
    let world = World::new(&db).await;
    let cx = &world.marek;
    let new = json!({ "item": "UC-101", "day": "2025-11-20", "minutes": 90, "note": "Brakes" });
    let (status, made) = ask(cx, Method::POST, "/time-entries", None, Some(new)).await;
    assert_eq!((status, &made["item"], &made["version"]), (201, &json!("UC-101"), &json!(1)), "{made}");
    let path = format!("/time-entries/{}", made["id"].as_str().unwrap());
    assert_eq!(get(cx, &path).await, made);

    let change = || Some(json!({ "minutes": 60 }));
    assert_eq!(ask(cx, Method::PATCH, &path, Some("\"7\""), change()).await.0, 412);
    let (status, changed) = ask(cx, Method::PATCH, &path, Some("\"1\""), change()).await;
    assert_eq!((status, &changed["minutes"], &changed["note"]), (200, &json!(60), &json!("Brakes")));
    assert_eq!(ask(cx, Method::DELETE, &path, Some("\"2\""), None).await.0, 204);
    assert_eq!(ask(cx, Method::GET, &path, None, None).await.0, 404);
    let (status, back) = ask(cx, Method::POST, &format!("{path}/restore"), None, None).await;
    assert_eq!((status, &back["version"]), (200, &json!(4)), "{back}");
});

both!(what_a_body_says_wrong_is_named, |db| {
    let world = World::new(&db).await;
    log(&world.marek, "2025-11-19", 1_440).await;
    for (body, field) in [
        (json!({ "item": "UC-103", "day": "2025-11-20", "minutes": 90 }), "item"),
        (json!({ "item": "UC-101", "day": "2025-12-24", "minutes": 90 }), "day"),
        (json!({ "item": "UC-101", "day": "2025-11-20", "minutes": 0 }), "minutes"),
        (json!({ "item": "UC-101", "day": "2025-11-20", "minutes": 1441 }), "minutes"),
        (json!({ "item": "UC-101", "day": "2025-11-19", "minutes": 1 }), "minutes"),
        (json!({ "item": "UC-101", "day": "2025-11-20", "minutes": 1, "note": "x".repeat(501) }), "note"),
    ] {
        let (status, answer) =
            ask(&world.marek, Method::POST, "/time-entries", None, Some(body.clone())).await;
        assert_eq!((status, &answer["errors"][0]["field"]), (422, &json!(field)), "{body}: {answer}");
    }
});
