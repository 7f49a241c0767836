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

db::both!(what_is_no_plain_json_is_refused_whoever_reads_it, |db| {
    let story = Story::on(db).await;
    let send = async |bytes: Vec<u8>, kind: &str| {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/api/v1/teams")
            .header(HOST, "mediap.test")
            .header(AUTHORIZATION, format!("Bearer {}", story.key))
            .header(CONTENT_TYPE, kind);
        problem(&story.bench.ask(request.body(Body::from(bytes)).unwrap()).await)
    };
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let large = format!("{{\"name\": \"{}\"}}", "a".repeat(10_000_000));
    for (bytes, expected) in [
        (deep.into_bytes(), (400, "unreadable")),
        (format!("{{\"name\": {}1{}}}", "[".repeat(200), "]".repeat(200)).into_bytes(), (400, "unreadable")),
        (large.into_bytes(), (413, "too_large")),
        (b"{\"name\": \"a\", \"name\": \"b\"}".to_vec(), (422, "invalid")),
        (b"{\"name\": \"\xff\"}".to_vec(), (400, "unreadable")),
        (b"{\"name\": \"\xc3\x28\"}".to_vec(), (400, "unreadable")),
        (b"{\"name\": \"\\ud800\"}".to_vec(), (400, "unreadable")),
        (b"{\"name\": \"a\\u0000b\"}".to_vec(), (422, "invalid")),
        (b"{\"name\\u0000\": \"a\"}".to_vec(), (422, "invalid")),
        (b"{\"name\": 1e999}".to_vec(), (400, "unreadable")),
        (b"\xef\xbb\xbf{\"name\": \"a\"}".to_vec(), (400, "unreadable")),
        (b"{\"name\": \"a\"} {}".to_vec(), (400, "unreadable")),
        (b"".to_vec(), (400, "unreadable")),
        (b"null".to_vec(), (422, "invalid")),
        (b"[]".to_vec(), (422, "invalid")),
        (b"\"name\"".to_vec(), (422, "invalid")),
        (b"{\"name\": null}".to_vec(), (422, "invalid")),
        (b"{\"name\": [\"a\"]}".to_vec(), (422, "invalid")),
        (b"{\"name\": {\"a\": 1}}".to_vec(), (422, "invalid")),
        (b"{\"name\": \"a\", \"category\": 1.5}".to_vec(), (422, "invalid")),
        (b"{\"name\": \"a\", \"category\": \"1\"}".to_vec(), (422, "invalid")),
        (b"{\"name\": \"a\", \"category\": 9223372036854775808}".to_vec(), (422, "invalid")),
    ] {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
        assert_eq!(send(bytes, "application/json").await, (expected.0, expected.1.into()), "{shown}");
    }
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "", "application/xml"]
    {
        assert_eq!(send(b"{\"name\": \"a\"}".to_vec(), kind).await, (415, "media_type".into()), "{kind}");
    }
    // Without a declared length the limit is met on the way, in an act with a key and in a batch, too.
    for (path, key) in
        [("/teams", None), ("/teams", Some("large-1")), ("/batch", None), ("/batch", Some("large-2"))]
    {
        let parts = (0..100).map(|_| Ok::<_, std::io::Error>(vec![b' '; 100_000]));
        let mut request = Request::post(format!("/api/v1{path}"))
            .header(HOST, "mediap.test")
            .header(AUTHORIZATION, format!("Bearer {}", story.key))
            .header(CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let body = Body::from_stream(futures::stream::iter(parts));
        let answer = story.bench.ask(request.body(body).unwrap()).await;
        assert_eq!(problem(&answer), (413, "too_large".into()), "{path}");
    }
});

db::both!(an_address_is_text_and_leads_nowhere_else, |db| {
    let story = Story::on(db).await;
    for path in [
        "/teams/%ff",
        "/teams/%00",
        "/teams/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/teams/..%5c..%5cwindows",
        "/teams/../../../etc/passwd",
        "/teams/../teams",
        "/keys/%c3%28",
        "/items/..%2f..%2fetc%2fpasswd",
        "/items/UC-1%2f..%2fUC-2",
        "/items/UC-1%00",
        "/items/%ff",
        "/workflows/..",
        "/webhooks/..%2f..%2fteams",
        "/hooks/%2e%2e/events",
        "/teams/",
        "//teams",
    ] {
        assert_eq!(problem(&story.get(path).await), (404, "not_found".into()), "{path}");
    }
    for (query, expected) in [
        ("q=%ff", (400, "unreadable")),
        ("%ff=1", (400, "unreadable")),
        ("q=%c3%28", (400, "unreadable")),
        ("q=a%00b", (422, "invalid")),
        ("q=a&q=b", (422, "invalid")),
        ("limit=1&limit=2", (422, "invalid")),
        ("fields=", (422, "invalid")),
        ("fields=id&fields=name", (422, "invalid")),
        ("after=..%2f..", (422, "invalid")),
    ] {
        let answer = story.get(&format!("/teams?{query}")).await;
        assert_eq!(problem(&answer), (expected.0, expected.1.into()), "{query}");
    }
    let same = story.get("/teams?q=%25&sort=-name").await;
    assert_eq!(same.status, StatusCode::OK, "{same:?}");
});

db::both!(the_next_page_is_where_its_link_says, |db| {
    let story = Story::on(db).await;
    let first = story.get("/teams?sort=-name&limit=1&fields=name").await;
    let link = first.header("link").to_owned();
    let query = link.strip_prefix("<?").unwrap().strip_suffix(">; rel=\"next\"").unwrap();
    let second = story.get(&format!("/teams?{query}")).await;
    let names = json_of(&story.get("/teams?sort=-name&limit=2&fields=name").await)["data"].clone();
    assert_eq!(json!([json_of(&first)["data"][0], json_of(&second)["data"][0]]), names);
});

db::both!(what_is_refused_anyway_is_no_act, |db| {
    let story = Story::on(db).await;
    let once = [("idempotency-key", "one")];
    let team = json!({ "name": "Night shift" });
    assert_eq!(story.ask(Method::POST, "/teams", &once, Some(team)).await.status, StatusCode::CREATED);
    // The key stands for another act, but here there is none.
    assert_eq!(problem(&story.ask(Method::PUT, "/teams", &once, None).await), (405, "method".into()));
    assert_eq!(problem(&story.ask(Method::POST, "/nothing", &once, None).await), (404, "not_found".into()));
    let nobody = "/teams/00000000-0000-0000-0000-000000000000";
    let unsaid = story.ask(Method::DELETE, nobody, &once, None).await;
    assert_eq!(problem(&unsaid), (428, "version_required".into()));
    for tag in ["", "3", "\"3", "\"1\", \"2\""] {
        let answer = story.ask(Method::DELETE, nobody, &[("if-match", tag)], None).await;
        assert_eq!(problem(&answer), (422, "invalid".into()), "{tag}");
    }
    for word in ["", "two words", &"a".repeat(201)] {
        let answer = story.ask(Method::POST, "/teams", &[("idempotency-key", word)], Some(json!({}))).await;
        assert_eq!(problem(&answer), (422, "invalid".into()), "{word}");
    }
    let head = story.ask(Method::HEAD, "/teams?fields=name&limit=1", &[], None).await;
    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
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
