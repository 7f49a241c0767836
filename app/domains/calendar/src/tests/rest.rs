//! The interface for other programs: what bodies say, versions and pages.

use axum::{Router, body::Body};
use db::both;
use http::{Method, Request, header::CONTENT_TYPE};
use kernel::Cx;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::fixture::World;
use crate::rest::routes;

/// Calls a route as the member of `cx`: status and body.
async fn ask(cx: &Cx, method: Method, path: &str, tag: Option<i64>, body: Option<Value>) -> (u16, Value) {
    cx.visit().rest().await;
    let router: Router = rest::Api::new(routes()).router::<()>();
    let mut request = Request::builder().method(method).uri(path).extension(cx.visit().clone());
    if body.is_some() {
        request = request.header(CONTENT_TYPE, "application/json");
    }
    if let Some(tag) = tag {
        request = request.header("if-match", format!("\"{tag}\""));
    }
    let body = body.map_or(Body::empty(), |body| Body::from(body.to_string()));
    let response = router.oneshot(request.body(body).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

async fn post(cx: &Cx, path: &str, body: Value) -> (u16, Value) {
    ask(cx, Method::POST, path, None, Some(body)).await
}

/// What of a list is called `field`, page by page.
async fn all(cx: &Cx, path: &str, field: &str) -> Vec<Value> {
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let (status, page) = ask(cx, Method::GET, &format!("{path}{after}"), None, None).await;
        assert_eq!(status, 200, "{path}: {page}");
        seen.extend(page["data"].as_array().unwrap().iter().map(|record| record[field].clone()));
        let Some(next) = page["next"].as_str() else { return seen };
        after = format!("&after={next}");
    }
}

both!(programs_make_change_and_list_events, |db| {
    let world = World::new(&db).await;
    let anna = world.anna.member_id();
    for (title, day) in [("One", 24), ("Two", 25), ("Three", 26)] {
        let body = json!({
            "title": title,
            "starts_at": format!("2025-11-{day}T09:00:30Z"),
            "ends_at": format!("2025-11-{day}T10:00:00Z"),
            "guests": [anna],
        });
        let (status, made) = post(&world.marek, "/calendar-events", body).await;
        assert_eq!((status, &made["starts_at"]), (201, &json!(format!("2025-11-{day}T09:00:00Z"))), "{made}");
    }
    for limit in 1..=4 {
        let path = format!("/calendar-events?limit={limit}");
        assert_eq!(all(&world.anna, &path, "title").await, ["One", "Two", "Three"]);
        assert_eq!(
            all(&world.anna, &format!("{path}&sort=-created_at"), "title").await,
            ["Three", "Two", "One"]
        );
    }
    assert_eq!(all(&world.anna, "/calendar-events?from=2025-11-25&until=2025-11-25", "title").await, ["Two"]);
    assert!(all(&world.owner, "/calendar-events?limit=50", "title").await.is_empty());
    let id = all(&world.marek, "/calendar-events?until=2025-11-24", "id").await[0].clone();
    let path = format!("/calendar-events/{}", id.as_str().unwrap());
    let days = json!({ "first_on": "2025-12-01", "last_on": "2025-12-02", "shared": true });
    let (status, _) = ask(&world.marek, Method::PATCH, &path, Some(7), Some(days.clone())).await;
    assert_eq!(status, 412);
    let (status, changed) = ask(&world.marek, Method::PATCH, &path, Some(1), Some(days)).await;
    assert_eq!(
        (status, &changed["title"], &changed["last_on"], &changed["starts_at"]),
        (200, &json!("One"), &json!("2025-12-02"), &Value::Null)
    );
    let (status, answered) = post(&world.anna, &format!("{path}/answer"), json!({ "answer": "no" })).await;
    assert_eq!((status, &answered["guests"][0]["answer"]), (200, &json!("no")));
    let (status, wrong) =
        post(&world.marek, "/calendar-events", json!({ "title": "x", "starts_at": "2025-11-24T09:00:00Z" }))
            .await;
    assert_eq!(status, 422, "{wrong}");
    let (status, _) = ask(&world.marek, Method::DELETE, &path, Some(2), None).await;
    assert_eq!(status, 204);
    assert_eq!(ask(&world.marek, Method::GET, &path, None, None).await.0, 404);
    assert_eq!(post(&world.marek, &format!("{path}/restore"), json!({})).await.0, 200);
});

both!(programs_book_find_times_and_finish, |db| {
    let world = World::new(&db).await;
    let (status, made) =
        post(&world.owner, "/job-types", json!({ "name": "Test drive", "team": world.team, "minutes": 30 }))
            .await;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().unwrap().to_owned();
    let path = format!("/job-types/{id}/slots?from=2025-11-24&minutes=60");
    let (status, slots) = ask(&world.marek, Method::GET, &path, None, None).await;
    assert_eq!(
        (status, &slots["slots"][0]),
        (
            200,
            &json!({
                "starts_at": "2025-11-24T08:00:00Z", "ends_at": "2025-11-24T09:00:00Z", "free": 2,
            })
        )
    );
    let body = json!({ "job_type": id, "item": "UC-101", "member": world.anna.member_id() });
    let (status, wanted) = post(&world.marek, "/bookings", body).await;
    assert_eq!(
        (status, &wanted["state"], &wanted["minutes"], &wanted["item"]),
        (201, &json!("wanted"), &json!(30), &json!("UC-101"))
    );
    let path = format!("/bookings/{}", wanted["id"].as_str().unwrap());
    let at = json!({ "starts_at": "2025-11-24T08:00:00Z", "minutes": 60 });
    let (status, planned) = ask(&world.marek, Method::PATCH, &path, Some(1), Some(at)).await;
    assert_eq!((status, &planned["ends_at"]), (200, &json!("2025-11-24T09:00:00Z")), "{planned}");
    let again =
        json!({ "job_type": id, "member": world.anna.member_id(), "starts_at": "2025-11-24T08:30:00Z" });
    let (status, refused) = post(&world.marek, "/bookings", again).await;
    assert_eq!(status, 422, "{refused}");
    assert_eq!(all(&world.owner, "/bookings?from=2025-11-24&until=2025-11-24", "id").await.len(), 1);
    assert_eq!(all(&world.owner, "/bookings?item=UC-101&limit=1", "state").await, ["booked"]);
    assert!(all(&world.owner, "/bookings?state=done", "id").await.is_empty());
    let (status, done) = ask(&world.marek, Method::POST, &format!("{path}/finish"), Some(2), None).await;
    assert_eq!((status, &done["state"]), (200, &json!("done")), "{done}");
    let nobody = json!({ "member": null, "starts_at": null });
    assert_eq!(ask(&world.marek, Method::PATCH, &path, Some(3), Some(nobody.clone())).await.0, 409);
    assert_eq!(post(&world.marek, &format!("{path}/restore"), json!({})).await.0, 200);
    let (status, open) = ask(&world.marek, Method::PATCH, &path, Some(4), Some(nobody)).await;
    assert_eq!((status, &open["state"], &open["member"]), (200, &json!("wanted"), &Value::Null), "{open}");
    assert_eq!(ask(&world.marek, Method::DELETE, &path, Some(5), None).await.0, 204);
    assert_eq!(all(&world.owner, "/bookings?state=cancelled&item=UC-101", "state").await, ["cancelled"]);
});
