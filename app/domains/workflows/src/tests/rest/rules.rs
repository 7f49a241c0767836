//! Rules of workflows by other programs.

use super::*;

both!(rules_are_written_tried_and_followed, |db| {
    let cx = organisation(&db).await;
    let body = json!({
        "name": "Tell of large ones", "active": true, "on": "created", "when": "priority >= 3",
        "then": [{ "tell": { "whom": "creator", "text": "{title}" } }, "call"]
    });
    let made = post(&cx, "/workflows/UC/rules", None, body.clone()).await;
    assert_eq!((made.status, &made.body["on"]), (201, &json!("created")), "{made:?}");
    let at = made.location.trim_start_matches("/api/v1").to_owned();
    let wrong =
        post(&cx, "/workflows/UC/rules", None, json!({ "name": "", "on": "created", "then": ["call"] }))
            .await;
    assert_eq!(named(&wrong), (422, "name"));
    let unknown =
        post(&cx, "/workflows/UC/rules", None, json!({ "name": "R", "on": "flown", "then": ["call"] })).await;
    assert!((400..500).contains(&unknown.status), "{unknown:?}");

    let item = post(&cx, "/items", None, json!({ "workflow": "UC", "title": "Volvo", "priority": 4 })).await;
    let runs = all(&cx, "/workflows/UC/runs").await;
    assert_eq!((runs.len(), &runs[0]["state"], &runs[0]["item"]), (1, &json!("waiting"), &item.body["key"]));
    let run = get(&cx, &format!("/runs/{}", runs[0]["id"].as_str().unwrap())).await;
    assert_eq!(run.body["chain"][0]["name"], "Tell of large ones");
    let retry = post(&cx, &format!("/runs/{}/retry", runs[0]["id"].as_str().unwrap()), None, json!({})).await;
    assert_eq!(retry.status, 409, "only what failed");
    assert!(all(&cx, "/workflows/UC/runs?state=failed").await.is_empty());

    let tried = post(&cx, &format!("{at}/try"), None, json!({ "item": item.body["key"] })).await;
    assert_eq!((tried.status, &tried.body["state"]), (200, &json!("done")), "{tried:?}");
    let off = ask(&cx, Method::PATCH, &at, Some(&made.tag), Some(json!({ "active": false }))).await;
    assert_eq!((off.status, &off.body["active"]), (200, &json!(false)), "{off:?}");
    let late = ask(&cx, Method::PATCH, &at, Some(&made.tag), Some(json!({ "name": "Late" }))).await;
    assert_eq!(late.status, 412, "{late:?}");
    assert!(all(&cx, "/workflows/UC/rules?active=true").await.is_empty());
    assert_eq!(ask(&cx, Method::DELETE, &at, Some(&off.tag), None).await.status, 204);
    assert!(all(&cx, "/workflows/UC/rules").await.is_empty());
    assert_eq!(post(&cx, &format!("{at}/restore"), None, json!({})).await.status, 200);
    assert_eq!(all(&cx, "/workflows/UC/rules").await.len(), 1);
});
