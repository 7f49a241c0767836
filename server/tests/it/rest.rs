//! The interface for other programs, as a program uses it.

#![expect(clippy::indexing_slicing, reason = "what an answer lacks ends the story")]

use std::collections::BTreeMap;

use axum::body::Body;
use http::{
    Method, Request, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, HOST},
};
use identity::key::acts::{self as keys, Form};
use kernel::{Cx, Membership, Permission, PermissionSet};
use serde_json::{Value, json};

use crate::bench::{Answer, Bench};

/// A key for whoever this is, with these permissions.
pub(crate) async fn key_for(bench: &Bench, membership: Membership, permissions: PermissionSet) -> String {
    let all = Membership { permissions: PermissionSet::ALL, ..membership };
    let cx = Cx::system(&bench.site, "test", all);
    let form = Form {
        name: "Test".into(),
        personal: true,
        permissions: permissions.iter().map(|permission| permission.key().to_owned()).collect(),
        days: 30,
    };
    keys::create(&cx, &form).await.unwrap().token
}

/// A call; further headers are pairs.
pub(crate) async fn ask(
    bench: &Bench,
    key: Option<&str>,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Answer {
    let mut request =
        Request::builder().method(method).uri(format!("/api/v1{path}")).header(HOST, "mediap.test");
    if let Some(key) = key {
        request = request.header(AUTHORIZATION, format!("Bearer {key}"));
    }
    if body.is_some() {
        request = request.header(CONTENT_TYPE, "application/json");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    bench.ask(request.body(Body::from(body.unwrap_or_default().to_owned())).unwrap()).await
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|cause| panic!("{cause}: {answer:?}"))
}

/// The program with the demo organisations, and a key of the owner of Nordvik Cars that may do everything.
struct Story {
    bench: Bench,
    key: String,
}

impl Story {
    async fn on(db: db::Db) -> Self {
        let bench = Bench::on(db).await;
        let demo = identity::demo::seed(&bench.site).await.unwrap();
        let key = key_for(&bench, demo.nordvik.owner_membership(), PermissionSet::ALL).await;
        Story { bench, key }
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Answer {
        let body = body.map(|body| body.to_string());
        ask(&self.bench, Some(&self.key), method, path, headers, body.as_deref()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], None).await
    }
}

fn problem(answer: &Answer) -> (u16, String) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
    let kind = json_of(answer)["type"].as_str().unwrap().trim_start_matches("urn:mediap:problem:").to_owned();
    assert_eq!(json_of(answer)["status"], answer.status.as_u16());
    (answer.status.as_u16(), kind)
}

db::both!(who_has_no_key_is_told_so, |db| {
    let story = Story::on(db).await;
    let wrong = format!("{}x", &story.key[..story.key.len() - 1]);
    for key in [None, Some(""), Some("mdp_"), Some(wrong.as_str())] {
        let answer = ask(&story.bench, key, Method::GET, "/teams", &[], None).await;
        assert_eq!(problem(&answer), (401, "unauthenticated".into()));
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"mediap\"");
    }
    let answer = story.get("/teams").await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.header("ratelimit-limit"), "600");
    assert!(!answer.header("x-request-id").is_empty());
});

db::both!(an_address_that_leads_nowhere_is_a_problem, |db| {
    let story = Story::on(db).await;
    for path in
        ["/nothing", "/teams/nonsense", "/teams/..%2f..%2fetc", "/teams/00000000-0000-0000-0000-000000000000"]
    {
        assert_eq!(problem(&story.get(path).await), (404, "not_found".into()), "{path}");
    }
    let answer = story.ask(Method::DELETE, "/teams", &[], None).await;
    assert_eq!(problem(&answer), (405, "method".into()));
    assert!(answer.header("allow").contains("POST"), "{answer:?}");
});

db::both!(a_record_is_made_read_changed_and_deleted, |db| {
    let story = Story::on(db).await;
    let made = story.ask(Method::POST, "/teams", &[], Some(json!({ "name": "Night shift" }))).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    let place = made.header("location").trim_start_matches("/api/v1").to_owned();
    let tag = made.header("etag").to_owned();
    let read = story.get(&place).await;
    assert_eq!((read.header("etag"), json_of(&read)), (tag.as_str(), json_of(&made)));
    let same = story.ask(Method::GET, &place, &[("if-none-match", &tag)], None).await;
    assert_eq!((same.status, same.text.as_str()), (StatusCode::NOT_MODIFIED, ""));

    let change = Some(json!({ "name": "Late shift" }));
    let unsaid = story.ask(Method::PATCH, &place, &[], change.clone()).await;
    assert_eq!(problem(&unsaid), (428, "version_required".into()));
    let stale = story.ask(Method::PATCH, &place, &[("if-match", "\"99\"")], change.clone()).await;
    assert_eq!(problem(&stale), (412, "stale".into()));
    let changed = story.ask(Method::PATCH, &place, &[("if-match", &tag)], change).await;
    assert_eq!(json_of(&changed)["name"], "Late shift");
    assert_ne!(changed.header("etag"), tag);
    let sparse = story.get(&format!("{place}?fields=name,version")).await;
    assert_eq!(json_of(&sparse), json!({ "name": "Late shift", "version": json_of(&changed)["version"] }));

    let gone = story.ask(Method::DELETE, &place, &[("if-match", changed.header("etag"))], None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(problem(&story.get(&place).await), (404, "not_found".into()));
    let back = story.ask(Method::POST, &format!("{place}/restore"), &[], None).await;
    assert_eq!(json_of(&back)["name"], "Late shift");
});

db::both!(what_is_wrong_is_named, |db| {
    let story = Story::on(db).await;
    let taken = json_of(&story.get("/teams").await)["data"][0]["name"].clone();
    for (body, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": taken }), "name"),
        (json!({ "name": "A", "category": 11 }), "category"),
        (json!({ "name": 7 }), "body"),
        (json!({ "name": "A", "colour": 1 }), "body"),
        (json!({}), "body"),
    ] {
        let answer = story.ask(Method::POST, "/teams", &[], Some(body)).await;
        assert_eq!(problem(&answer), (422, "invalid".into()));
        assert_eq!(json_of(&answer)["errors"][0]["field"], field, "{answer:?}");
    }
    for (path, field) in [
        ("/teams?limit=0", "limit"),
        ("/teams?sort=size", "sort"),
        ("/teams?colour=red", "colour"),
        ("/teams?bookable=perhaps", "bookable"),
        ("/teams?after=nonsense", "after"),
        ("/teams?fields=name,salary", "fields"),
    ] {
        let answer = story.get(path).await;
        assert_eq!(
            (problem(&answer), &json_of(&answer)["errors"][0]["field"]),
            ((422, "invalid".into()), &json!(field))
        );
    }
    let raw =
        |body: &'static str| ask(&story.bench, Some(&story.key), Method::POST, "/teams", &[], Some(body));
    assert_eq!(problem(&raw("{\"name\": ").await), (400, "unreadable".into()));
    assert_eq!(problem(&raw("{\"name\": \"A\", \"name\": \"B\"}").await), (422, "invalid".into()));
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(10 * 1024 * 1024));
    let answer = ask(&story.bench, Some(&story.key), Method::POST, "/teams", &[], Some(&large)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.header("content-type"), "application/problem+json");
});

db::both!(a_write_that_is_sent_twice_is_done_once, |db| {
    let story = Story::on(db).await;
    let once = [("idempotency-key", "night-1")];
    let body = || Some(json!({ "name": "Night shift" }));
    let first = story.ask(Method::POST, "/teams", &once, body()).await;
    let second = story.ask(Method::POST, "/teams", &once, body()).await;
    assert_eq!((second.status, &second.text), (first.status, &first.text));
    assert_eq!(second.header("location"), first.header("location"));
    assert_eq!(second.header("etag"), first.header("etag"));
    assert_eq!((first.header("idempotent-replayed"), second.header("idempotent-replayed")), ("", "true"));
    let teams = json_of(&story.get("/teams?q=night").await);
    assert_eq!(teams["data"].as_array().unwrap().len(), 1);

    let other = story.ask(Method::POST, "/teams", &once, Some(json!({ "name": "Other" }))).await;
    assert_eq!(problem(&other), (409, "key_used".into()));
    // What was refused may be mended under the same key.
    let again = [("idempotency-key", "night-2")];
    assert_eq!(story.ask(Method::POST, "/teams", &again, Some(json!({ "name": "" }))).await.status, 422);
    assert_eq!(story.ask(Method::POST, "/teams", &again, Some(json!({ "name": "Day" }))).await.status, 201);

    // Another caller's words are their own.
    let answers: i64 = {
        let scope = identity_scope(&story).await;
        let reader = story.bench.db.reader(scope);
        let (count,): (i64,) = db::sql("select count(*) from api_answer where organisation_id = $1")
            .bind(scope.organisation)
            .one(&reader)
            .await
            .unwrap();
        count
    };
    assert_eq!(answers, 2);
});

async fn identity_scope(story: &Story) -> db::Scope {
    let visit = keys::authenticate(&story.bench.site, &story.key).await.unwrap().unwrap().0;
    db::Scope::organisation(visit.membership.organisation_id.uuid())
}

db::both!(a_batch_answers_each_call, |db| {
    let story = Story::on(db).await;
    let calls = json!({ "calls": [
        { "method": "POST", "path": "/teams", "body": { "name": "One" } },
        { "method": "POST", "path": "/teams", "body": { "name": "" } },
        { "method": "GET", "path": "/teams?q=one&fields=name" },
        { "method": "GET", "path": "/nothing" },
        { "method": "PATCH", "path": "/teams/00000000-0000-0000-0000-000000000000", "if_match": "\"1\"", "body": {} },
        { "method": "TRACE", "path": "/teams" },
        { "method": "POST", "path": "/batch", "body": { "calls": [] } },
    ] });
    let answer = story.ask(Method::POST, "/batch", &[], Some(calls)).await;
    let answers = json_of(&answer)["answers"].clone();
    let statuses: Vec<_> = answers.as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
    assert_eq!(json!(statuses), json!([201, 422, 200, 404, 404, 422, 404]), "{answers:#}");
    assert_eq!(answers[2]["body"]["data"], json!([{ "name": "One" }]));
    assert_eq!(answers[0]["location"].as_str().unwrap()[..14], *"/api/v1/teams/");
    let empty = story.ask(Method::POST, "/batch", &[], Some(json!({ "calls": [] }))).await;
    assert_eq!(problem(&empty), (422, "invalid".into()));
});

db::both!(a_list_is_exported_whole, |db| {
    let story = Story::on(db).await;
    let whole = json_of(&story.get("/teams?limit=200").await);
    let lines = story.get("/teams/export?format=ndjson").await;
    let read: Vec<Value> = lines.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(json!(read), whole["data"]);
    let table = story.get("/teams/export").await;
    assert!(
        table.text.starts_with("id,name,category,bookable,minutes_per_day,members,version\r\n"),
        "{}",
        table.text
    );
    assert_eq!(table.text.lines().count(), read.len() + 1);
    assert_eq!(table.header("content-disposition"), "attachment; filename=\"export.csv\"");
    assert_eq!(problem(&story.get("/teams/export?limit=3").await), (422, "invalid".into()));
});

db::both!(a_key_has_a_limit, |db| {
    let bench = Bench::with_on(&[("api_calls_per_minute", "3")], db).await;
    let demo = identity::demo::seed(&bench.site).await.unwrap();
    let may = PermissionSet::of(&[Permission::DirectoryView]);
    let key = key_for(&bench, demo.nordvik.owner_membership(), may).await;
    let other = key_for(&bench, demo.nordvik.owner_membership(), may).await;
    for left in ["2", "1", "0"] {
        let answer = ask(&bench, Some(&key), Method::GET, "/teams", &[], None).await;
        assert_eq!((answer.status, answer.header("ratelimit-remaining")), (StatusCode::OK, left));
    }
    let answer = ask(&bench, Some(&key), Method::GET, "/teams", &[], None).await;
    assert_eq!(problem(&answer), (429, "too_many".into()));
    assert!((1..=21).contains(&answer.header("retry-after").parse::<i64>().unwrap()), "{answer:?}");
    assert_eq!(ask(&bench, Some(&other), Method::GET, "/teams", &[], None).await.status, StatusCode::OK);
});

#[test]
fn the_document_is_complete_and_unambiguous() {
    let api = server::api();
    let document: Value = serde_json::from_str(&server::api_document("http://mediap.test")).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = BTreeMap::new();
    for route in api.routes() {
        let method = route.method.as_str().to_lowercase();
        let operation = &document["paths"][&route.path][&method];
        assert!(operation.is_object(), "{route:?} is missing");
        assert!(!operation["summary"].as_str().unwrap().is_empty());
        let id = operation["operationId"].as_str().unwrap().to_owned();
        if let Some(other) = ids.insert(id.clone(), format!("{route:?}")) {
            panic!("{other} and {route:?} are both called {id}");
        }
    }
    let clashes = rest::clashes(&api);
    assert!(clashes.is_empty(), "different schemas have the same name: {clashes:?}");
    let text = document.to_string();
    for reference in text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document["components"]["schemas"][reference].is_object(), "there is no schema {reference}");
    }
}
