//! Deciding, and being away, by other programs.

use db::both;
use http::Method;
use kernel::{Cx, Role};
use serde_json::json;

use super::{all, ask, get, named, organisation, post};

both!(a_program_decides_and_reads_how_it_stands, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let made = json!({ "name": "Purchases", "key": "PA", "item_noun": "purchase", "template": "purchase" });
    let workflow = post(&cx, "/workflows", None, made).await.body;
    let step = &workflow["steps"][1];
    assert_eq!((&step["approval"]["need"], &step["approval"]["four_eyes"]), (&json!("any"), &json!(false)));
    let decline =
        workflow["transitions"].as_array().unwrap().iter().find(|way| way["name"] == "Decline").unwrap();
    assert_eq!((&decline["refuses"], &decline["guard"]), (&json!(true), &json!("")));
    let item = json!({ "workflow": "PA", "title": "Pens", "data": { "amount": 100, "supplier": "Acme" } });
    let item = post(&cx, "/items", None, item).await;
    let path = item.location.trim_start_matches("/api/v1").to_owned();
    assert_eq!(ask(&cx, Method::GET, &format!("{path}/approval"), None, None).await.status, 404);
    let moved = post(&cx, &format!("{path}/move"), Some(&item.tag), json!({ "to": "Approval" })).await;

    // Nobody is named, so that who may publish workflows decides.
    let state = get(&cx, &format!("{path}/approval")).await.body;
    assert_eq!(
        (&state["needed"], &state["short"], &state["decisions"]),
        (&json!(1), &json!(true), &json!([]))
    );
    let nobody = ask(&cx, Method::POST, &format!("{path}/remind"), None, None).await;
    let nothing = ask(&cx, Method::POST, &format!("{path}/withdraw"), None, None).await;
    assert_eq!((nobody.status, nothing.status), (409, 409));
    let decide = format!("{path}/decide");
    let refused = json!({ "verdict": "refused" });
    assert_eq!(post(&cx, &decide, None, refused.clone()).await.status, 428);
    assert_eq!(named(&post(&cx, &decide, Some(&moved.tag), refused).await), (422, "reason"));
    let nowhere = json!({ "verdict": "refused", "reason": "Too dear" });
    assert_eq!(named(&post(&cx, &decide, Some(&moved.tag), nowhere).await), (422, "to"));
    let back = json!({ "verdict": "refused", "reason": "Too dear", "to": "Request" });
    let back = post(&cx, &decide, Some(&moved.tag), back).await;
    assert_eq!((back.status, &back.body["step_name"]), (200, &json!("Request")), "{back:?}");
    let history = all(&cx, &format!("{path}/activity")).await;
    let word = history.iter().find(|entry| entry["kind"] == "decided").unwrap();
    assert_eq!((&word["verdict"], &word["reason"]), (&json!("refused"), &json!("Too dear")));
});

both!(a_program_says_when_one_is_away, |db| {
    let cx = organisation(&db).await;
    let anna = cx.colleague("Anna Lind", Role::Member).await.member_id();
    let nobody = get(&cx, "/absence").await;
    assert_eq!((nobody.status, &nobody.body["deputy"]), (200, &json!(null)));
    let today = cx.today().date();
    let away = json!({ "deputy": anna, "from_on": today, "until_on": today });
    let put = ask(&cx, Method::PUT, "/absence", None, Some(away.clone())).await;
    assert_eq!((put.status, &put.body), (200, &away), "{put:?}");
    assert_eq!(get(&cx, "/absence").await.body, away);
    let oneself = json!({ "deputy": cx.member_id(), "from_on": today, "until_on": today });
    assert_eq!(named(&ask(&cx, Method::PUT, "/absence", None, Some(oneself)).await), (422, "deputy"));
    assert_eq!(ask(&cx, Method::DELETE, "/absence", None, None).await.status, 204);
    assert_eq!(get(&cx, "/absence").await.body["deputy"], json!(null));
});
