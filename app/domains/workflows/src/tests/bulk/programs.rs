//! The same by other programs.

use db::both;
use http::Method;
use serde_json::json;
use uuid::Uuid;

use super::{counts_hold, dealership, items_at, workflow};
use crate::tests::rest::ask;

both!(other_programs_do_it_too, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let flow = workflow(&cx).await;
    let keys: Vec<String> =
        items_at(&cx, 0).await.iter().map(|item| flow.head.item_key(item.card.number)).collect();
    let count = u64::try_from(keys.len()).unwrap();
    let mut sent = keys.clone();
    sent.push("UC-99999".into());
    let post = async |path: &str, body| ask(&cx, Method::POST, path, None, Some(body)).await;

    let body = json!({ "items": sent, "move_to": "test and inspect" });
    let preview = post("/bulk-acts/preview", body.clone()).await;
    assert_eq!(preview.status, 200, "{preview:?}");
    assert_eq!((preview.body["done"].as_u64(), preview.body["stayed"].as_u64()), (Some(count), Some(1)));
    assert_eq!(preview.body["items"][0]["outcome"], "would_be_done");
    assert_eq!(preview.body["id"], json!(null));
    let done = post("/bulk-acts", body).await;
    assert_eq!(done.status, 200, "{done:?}");
    assert_eq!(done.body["done"].as_u64(), Some(count));
    assert_eq!(done.body["items"][keys.len()]["why"], "There is no item UC-99999.");
    counts_hold(&cx).await;
    let id = done.body["id"].as_str().unwrap();
    let undone = post(&format!("/bulk-acts/{id}/undo"), json!({})).await;
    assert_eq!(undone.status, 200, "{undone:?}");
    assert_eq!(undone.body["done"].as_u64(), Some(count));
    let again = post(&format!("/bulk-acts/{id}/undo"), json!({})).await;
    assert_eq!(again.status, 409);

    let wrong = [
        json!({ "items": keys }),
        json!({ "items": keys, "move_to": "Sold", "delete": true }),
        json!({ "items": [], "delete": true }),
        json!({ "items": ["UC-1", "XX-1"], "delete": true }),
        json!({ "items": ["no key"], "delete": true }),
        json!({ "items": keys, "move_to": "Nowhere" }),
        json!({ "items": keys, "assign_to": "nobody" }),
        json!({ "items": keys, "assign_to": Uuid::nil() }),
    ];
    for body in wrong {
        let answer = post("/bulk-acts", body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {answer:?}");
    }
    let assigned = post("/bulk-acts", json!({ "items": keys, "assign_to": cx.member_id() })).await;
    assert_eq!(assigned.status, 200, "{assigned:?}");
    let freed = post("/bulk-acts", json!({ "items": keys, "assign_to": null })).await;
    assert_eq!(freed.body["done"].as_u64(), Some(count), "{freed:?}");
});
