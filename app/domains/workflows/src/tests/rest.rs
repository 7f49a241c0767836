//! The interface for other programs.

mod approvals;
mod rules;

use std::collections::BTreeSet;

use axum::{Router, body::Body};
use chrono::{Days, Duration, NaiveDate};
use db::{Db, both};
use http::{Method, Request, StatusCode, header::CONTENT_TYPE};
use kernel::{Cx, Role};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::api::dealership;
use crate::{
    definition::template::TEMPLATES,
    demo::{self, Plan, Team},
    rest::routes,
};

/// What was answered, with the headers that matter here.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
    tag: String,
    pub(super) location: String,
}

/// Calls a route as the member of `cx`.
pub(super) async fn ask(
    cx: &Cx,
    method: Method,
    path: &str,
    tag: Option<&str>,
    body: Option<Value>,
) -> Answer {
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
    let status = response.status();
    assert!(!status.is_server_error(), "{path}: {status}");
    let header = |name: &str| {
        response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    };
    let (tag, location) = (header("etag"), header("location"));
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Answer { status: status.as_u16(), body, tag, location }
}

pub(super) async fn get(cx: &Cx, path: &str) -> Answer {
    let answer = ask(cx, Method::GET, path, None, None).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer
}

pub(super) async fn post(cx: &Cx, path: &str, tag: Option<&str>, body: Value) -> Answer {
    ask(cx, Method::POST, path, tag, Some(body)).await
}

pub(super) async fn patch(cx: &Cx, path: &str, tag: &str, body: Value) -> Answer {
    ask(cx, Method::PATCH, path, Some(tag), Some(body)).await
}

/// All records of a list, page by page.
async fn all(cx: &Cx, path: &str) -> Vec<Value> {
    let (mut seen, mut after) = (Vec::new(), String::new());
    let joint = if path.contains('?') { '&' } else { '?' };
    loop {
        let page = get(cx, &format!("{path}{after}")).await.body;
        seen.extend(page["data"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else { return seen };
        assert!(next.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{next}");
        after = format!("{joint}after={next}");
    }
}

/// A dealership with a second workflow.
async fn organisation(db: &Db) -> Cx {
    let cx = dealership(db, "Nordvik Cars", 120).await;
    let teams: Vec<(kernel::TeamId, String)> =
        db::sql("select id, name from team where organisation_id = $1 order by name")
            .bind(cx.organisation_id())
            .all(cx.db())
            .await
            .unwrap();
    let member = cx.member_id();
    let teams = teams.into_iter().map(|(id, name)| Team { name, id, members: vec![member] }).collect();
    demo::seed_studio(&cx, &Plan { teams }).await.unwrap();
    cx
}

fn keys(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["key"].as_str().unwrap()).collect()
}

/// The field that a refusal names.
fn named(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.body["errors"][0]["field"].as_str().unwrap_or_default())
}

both!(the_pages_of_every_order_are_the_list, |db| {
    let cx = organisation(&db).await;
    // Values that only differ by the id, and letters beyond ASCII.
    for title in ["Ünited", "same", "Same", "SAME", "a.b"] {
        for _ in 0..3 {
            let made = post(&cx, "/items", None, json!({ "workflow": "UC", "title": title })).await;
            assert_eq!(made.status, 201, "{made:?}");
        }
    }
    for (of, count) in [("", 147), ("&workflow=UC", 135)] {
        for sort in ["number", "title", "step", "due", "priority", "amount", "updated"] {
            let list = |sign: &str, limit: u8| format!("/items?sort={sign}{sort}&limit={limit}{of}");
            let whole = all(&cx, &list("", 200)).await;
            assert_eq!(keys(&whole).into_iter().collect::<BTreeSet<_>>().len(), count, "{sort}");
            assert_eq!(all(&cx, &list("", 40)).await, whole, "{sort}");
            let falling = all(&cx, &list("-", 31)).await;
            assert!(falling.iter().rev().eq(&whole), "-{sort}");
            assert!(is_in_order(&whole, sort), "{sort}: {:?}", keys(&whole));
        }
    }
    assert_eq!(all(&cx, "/items?limit=1&workflow=HS").await.len(), 12);
});

/// Whether the list goes by what it should; titles and steps go by what the database and the workflow say.
fn is_in_order(items: &[Value], sort: &str) -> bool {
    let number = |name: &'static str| items.is_sorted_by_key(move |item| item[name].as_i64().unwrap_or(0));
    match sort {
        "number" | "priority" | "amount" => number(if sort == "number" {
            "number"
        } else if sort == "amount" {
            "amount"
        } else {
            "priority"
        }),
        "due" => items.is_sorted_by_key(|item| item["due_on"].as_str().unwrap_or("9999-12-31")),
        "updated" => items.is_sorted_by_key(|item| {
            item["updated_at"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap()
        }),
        _ => true,
    }
}

both!(a_cursor_that_no_page_gave_is_refused, |db| {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let id = uuid::Uuid::from_u128(1);
    let word = |text: String| URL_SAFE_NO_PAD.encode(text);
    let by_title = get(&cx, "/items?limit=1&sort=title").await.body["next"].as_str().unwrap().to_owned();
    for (sort, after) in [
        ("number", "nonsense".to_owned()),
        ("number", "*".into()),
        ("number", word(id.to_string())),
        ("number", word("x.5".into())),
        ("number", word(format!("{id}.99999999999999999999"))),
        ("number", by_title),
        ("title", URL_SAFE_NO_PAD.encode([0xff, 0xfe])),
        ("title", word(format!("{id}.a\0"))),
        ("due", word(format!("{id}.tomorrow"))),
        ("due", word(format!("{id}.+99999-01-01"))),
        ("updated", word(format!("{id}.{}", i64::MAX))),
        ("updated", word(format!("{id}.9000000000000000000"))),
        ("updated", word(format!("{id}.-9000000000000000000"))),
    ] {
        let answer = ask(&cx, Method::GET, &format!("/items?sort={sort}&after={after}"), None, None).await;
        assert_eq!(named(&answer), (422, "after"), "{sort} {after}");
    }
    let key = get(&cx, "/items?limit=1").await.body["data"][0]["key"].as_str().unwrap().to_owned();
    for list in ["activity", "comments"] {
        let answer = ask(&cx, Method::GET, &format!("/items/{key}/{list}?after=x"), None, None).await;
        assert_eq!(named(&answer), (422, "after"), "{list}");
    }
});

both!(filters_leave_what_fits, |db| {
    let cx = organisation(&db).await;
    let me = cx.member_id().to_string();
    let whole = all(&cx, "/items?limit=200").await;
    let workflow = get(&cx, "/workflows/UC").await.body;
    let step = &workflow["steps"][1];
    let team = step["team"].as_str().unwrap();
    let of_team: Vec<&Value> = workflow["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["team"] == team)
        .map(|step| &step["id"])
        .collect();
    let today = cx.today().date();
    let due = |item: &Value| item["due_on"].as_str().map(|day| day.parse::<NaiveDate>().unwrap());
    let since = cx.now() - Duration::days(20);
    let updated =
        |item: &Value| item["updated_at"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let week = today.checked_add_days(Days::new(6)).unwrap();
    let is_of_team = |item: &Value| of_team.contains(&&item["step"]);
    type Fits<'a> = Box<dyn Fn(&Value) -> bool + 'a>;
    let cases: Vec<(String, Fits<'_>)> = vec![
        ("workflow=HS".into(), Box::new(|item| item["workflow"] == "HS")),
        (format!("step={}", step["id"].as_str().unwrap()), Box::new(|item| item["step"] == step["id"])),
        (format!("team={team}&workflow=UC"), Box::new(is_of_team)),
        ("assignee=nobody".into(), Box::new(|item| item["assignee"].is_null())),
        (format!("assignee={me}"), Box::new(|item| item["assignee"] == *me)),
        ("priority=3".into(), Box::new(|item| 3 <= item["priority"].as_i64().unwrap())),
        ("due=late".into(), Box::new(|item| due(item).is_some_and(|day| day < today))),
        ("due=today".into(), Box::new(|item| due(item) == Some(today))),
        ("due=week".into(), Box::new(|item| due(item).is_some_and(|day| today <= day && day <= week))),
        ("due=unset".into(), Box::new(|item| due(item).is_none())),
        (format!("due_from={today}"), Box::new(|item| due(item).is_some_and(|day| today <= day))),
        (
            format!("workflow=UC&due_from={today}&due_until={week}"),
            Box::new(|item| {
                item["workflow"] == "UC" && due(item).is_some_and(|day| today <= day && day <= week)
            }),
        ),
        (format!("due_until={week}"), Box::new(|item| due(item).is_some_and(|day| day <= week))),
        (
            "q=+volvo+".into(),
            Box::new(|item| item["title"].as_str().unwrap().to_lowercase().contains("volvo")),
        ),
        (
            format!("updated_since={}", since.format("%Y-%m-%dT%H:%M:%SZ")),
            Box::new(|item| since - Duration::seconds(1) < updated(item)),
        ),
        (
            "workflow=UC&priority=2&due=unset".into(),
            Box::new(|item| {
                item["workflow"] == "UC" && 2 <= item["priority"].as_i64().unwrap() && due(item).is_none()
            }),
        ),
    ];
    for (query, fits) in cases {
        let found = all(&cx, &format!("/items?limit=17&{query}")).await;
        let wanted: Vec<Value> = whole.iter().filter(|item| fits(item)).cloned().collect();
        assert!(!wanted.is_empty() && wanted.len() < whole.len(), "{query} tells nothing apart");
        assert_eq!(found, wanted, "{query}");
    }
    for (query, name) in [
        ("workflow=XX", "workflow"),
        ("assignee=me", "assignee"),
        ("priority=5", "priority"),
        ("due=soon", "due"),
        ("step=1", "step"),
        ("due_from=soon", "due_from"),
        ("due_until=%2B99999-01-01", "due_until"),
        ("updated_since=%2B99999-01-01T00:00:00Z", "updated_since"),
        (&*format!("q={}", "a".repeat(101)), "q"),
    ] {
        let answer = ask(&cx, Method::GET, &format!("/items?{query}"), None, None).await;
        assert_eq!(named(&answer), (422, name), "{query}");
    }
    let other = Cx::test(&db, "Halden Studio").await;
    assert!(all(&other, "/items").await.is_empty());
});

both!(what_a_change_does_not_name_stays, |db| {
    let cx = dealership(&db, "Nordvik Cars", 10).await;
    let me = cx.member_id();
    let new = json!({
        "workflow": "UC", "title": " Kia  Niro ", "priority": 3, "assignee": me, "due_on": "2025-11-24",
        "data": { "registration": "abc 123", "mileage": 142_300, "asking_price": 1_890_050, "photos_done": true },
    });
    let made = post(&cx, "/items", None, new).await;
    assert_eq!((made.status, &*made.tag), (201, "\"1\""), "{made:?}");
    let key = made.body["key"].as_str().unwrap().to_owned();
    assert_eq!(made.location, format!("/api/v1/items/{key}"));
    let path = format!("/items/{key}");
    let read = get(&cx, &path).await;
    assert_eq!((&read.body, &*read.tag), (&made.body, "\"1\""));
    assert_eq!(read.body["title"], "Kia Niro");
    assert_eq!((read.body["tag"].clone(), read.body["amount"].clone()), (json!("ABC 123"), json!(1_890_050)));
    assert_eq!(read.body["step_name"], "Request test");

    let change = |tag: &'static str, body: Value| ask(&cx, Method::PATCH, &path, Some(tag), Some(body));
    let same = change("\"1\"", json!({})).await;
    assert_eq!((same.status, &same.body), (200, &read.body));
    let changed = change("\"1\"", json!({ "data": { "mileage": null, "fuel": "Diesel" } })).await;
    assert_eq!((changed.status, &*changed.tag), (200, "\"2\""), "{changed:?}");
    assert_eq!(
        changed.body["data"],
        json!({ "registration": "ABC 123", "fuel": "Diesel", "asking_price": 1_890_050, "photos_done": true, "repair_estimate": 0 })
    );
    for name in ["title", "priority", "assignee", "due_on", "step", "created_at"] {
        assert_eq!(changed.body[name], read.body[name], "{name}");
    }
    let cleared = change("\"2\"", json!({ "assignee": null })).await;
    assert_eq!((&cleared.body["assignee"], &cleared.body["due_on"]), (&Value::Null, &json!("2025-11-24")));
    let cleared = change("*", json!({ "due_on": null, "priority": 0, "title": "Kia" })).await;
    assert_eq!((&cleared.body["due_on"], &cleared.body["priority"]), (&Value::Null, &json!(0)));
    assert_eq!(cleared.body["data"], changed.body["data"]);

    for (body, name) in [
        (json!({ "title": " " }), "title"),
        (json!({ "priority": 5 }), "priority"),
        (json!({ "assignee": uuid::Uuid::from_u128(1) }), "assignee"),
        (json!({ "due_on": "+20000-01-01" }), "due_on"),
        (json!({ "data": { "mileage": "142300" } }), "data[mileage]"),
        (json!({ "data": { "colour": "red" } }), "data[colour]"),
        (json!({ "colour": "red" }), "body"),
    ] {
        assert_eq!(named(&change("*", body.clone()).await), (422, name), "{body}");
    }
    let unknown = post(&cx, "/items", None, json!({ "workflow": "XX", "title": "X" })).await;
    assert_eq!(named(&unknown), (422, "workflow"));
    assert_eq!(change("\"1\"", json!({ "title": "X" })).await.status, 412);
    assert_eq!(ask(&cx, Method::PATCH, &path, None, Some(json!({}))).await.status, 428);
    assert_eq!(get(&cx, &path).await.body, cleared.body);
});

both!(a_program_moves_an_item_and_takes_it_back, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let workflow = get(&cx, "/workflows/UC").await.body;
    let (first, second) = (&workflow["steps"][0], &workflow["steps"][1]);
    let here = format!("/items?step={}&limit=1", first["id"].as_str().unwrap());
    let item = get(&cx, &here).await.body["data"][0].clone();
    let path = format!("/items/{}", item["key"].as_str().unwrap());
    let (to, tag) = (format!("{path}/move"), format!("\"{}\"", item["version"]));

    assert_eq!(post(&cx, &to, None, json!({ "to": "Test and inspect" })).await.status, 428);
    assert_eq!(post(&cx, &to, Some("\"99\""), json!({ "to": "Test and inspect" })).await.status, 412);
    assert_eq!(named(&post(&cx, &to, Some(&tag), json!({ "to": "Moon" })).await), (422, "to"));
    let far = workflow["steps"][5]["id"].clone();
    assert_eq!(post(&cx, &to, Some(&tag), json!({ "to": far })).await.status, 409);
    let moved = post(&cx, &to, Some(&tag), json!({ "to": "test and inspect" })).await;
    assert_eq!((moved.status, &moved.body["step"]), (200, &second["id"]), "{moved:?}");
    assert_eq!(moved.body["step_name"], second["name"]);
    let undo = format!("{path}/undo-move");
    assert_eq!(ask(&cx, Method::POST, &undo, None, None).await.status, 428);
    let back = ask(&cx, Method::POST, &undo, Some(&moved.tag), None).await;
    assert_eq!((back.status, &back.body["step"]), (200, &first["id"]));
    let again = post(&cx, &to, Some(&back.tag), json!({ "to": second["id"] })).await;
    assert_eq!((again.status, &again.body["step"]), (200, &second["id"]));

    let history = all(&cx, &format!("{path}/activity?limit=1")).await;
    let newest = all(&cx, &format!("{path}/activity?limit=2&sort=-created_at")).await;
    assert!(history.iter().rev().eq(&newest) && 4 <= history.len(), "{history:?}");
    assert_eq!((&history[0]["kind"], &history[0]["to_name"]), (&json!("created"), &first["name"]));
    assert_eq!((&newest[0]["to"], &newest[0]["undo"]), (&second["id"], &json!(false)));
    assert_eq!((&newest[1]["to"], &newest[1]["undo"]), (&first["id"], &json!(true)));

    assert_eq!(ask(&cx, Method::DELETE, &path, Some("\"1\""), None).await.status, 412);
    assert_eq!(ask(&cx, Method::DELETE, &path, Some(&again.tag), None).await.status, 204);
    assert_eq!(ask(&cx, Method::GET, &path, None, None).await.status, 404);
    let restored = ask(&cx, Method::POST, &format!("{path}/restore"), None, None).await;
    assert_eq!((restored.status, &restored.body["key"]), (200, &item["key"]));
    assert_eq!(ask(&cx, Method::POST, &format!("{path}/restore"), None, None).await.status, 404);
    let after = get(&cx, "/workflows/UC").await.body;
    assert_eq!((&after["items"], after["steps"].as_array().unwrap().len()), (&json!(60), 6));
});

both!(comments_are_paged_and_their_writers, |db| {
    let cx = dealership(&db, "Nordvik Cars", 10).await;
    let oskar = cx.colleague("Oskar Berg", Role::Member).await;
    let made = post(&cx, "/items", None, json!({ "workflow": "UC", "title": "Kia" })).await;
    let list = format!("/items/{}/comments", made.body["key"].as_str().unwrap());
    let mut written = Vec::new();
    for number in 0..5 {
        let comment = post(&cx, &list, None, json!({ "body": format!(" No. {number} ") })).await;
        assert_eq!((comment.status, &comment.body["body"]), (201, &json!(format!("No. {number}"))));
        assert_eq!(comment.location, format!("/api/v1/comments/{}", comment.body["id"].as_str().unwrap()));
        written.push(comment.body);
    }
    assert_eq!(all(&cx, &format!("{list}?limit=2")).await, written);
    let newest = all(&cx, &format!("{list}?limit=2&sort=-created_at")).await;
    assert!(newest.iter().rev().eq(&written));
    let path = format!("/comments/{}", written[0]["id"].as_str().unwrap());
    assert_eq!(get(&oskar, &path).await.body, written[0]);
    assert_eq!(ask(&oskar, Method::DELETE, &path, None, None).await.status, 404);
    assert_eq!(ask(&cx, Method::DELETE, &path, None, None).await.status, 204);
    assert_eq!(ask(&cx, Method::GET, &path, None, None).await.status, 404);
    let back = ask(&cx, Method::POST, &format!("{path}/restore"), None, None).await;
    assert_eq!((back.status, &back.body), (200, &written[0]));
    assert_eq!(named(&post(&cx, &list, None, json!({ "body": " " })).await), (422, "body"));
});

both!(views_are_saved_for_oneself_or_everybody, |db| {
    let cx = organisation(&db).await;
    let oskar = cx.colleague("Oskar Berg", Role::Member).await;
    let list = "/workflows/UC/views";
    let new = |name: &str, shared: bool| json!({ "name": name, "layout": "list", "query": "due=late", "shared": shared });
    let own = post(&cx, list, None, new("Late ones", false)).await;
    assert_eq!(own.status, 201, "{own:?}");
    let shared = post(&cx, list, None, new("For all", true)).await.body;
    assert_eq!(named(&post(&cx, list, None, new("late ONES", false)).await), (422, "name"));
    let long = json!({ "name": "Long", "layout": "board", "query": "q".repeat(2001) });
    assert_eq!(named(&post(&cx, list, None, long).await), (422, "query"));
    assert_eq!(all(&cx, &format!("{list}?limit=1")).await, [shared.clone(), own.body.clone()]);
    let seen = all(&oskar, list).await;
    assert_eq!((seen.len(), &seen[0]["mine"]), (1, &json!(false)));
    assert!(all(&oskar, &format!("{list}?mine=true")).await.is_empty());
    assert!(all(&cx, "/workflows/HS/views").await.is_empty());
    let path = format!("/views/{}", own.body["id"].as_str().unwrap());
    assert_eq!(get(&cx, &path).await.body, own.body);
    assert_eq!(ask(&oskar, Method::GET, &path, None, None).await.status, 404);
    assert_eq!(ask(&oskar, Method::DELETE, &path, None, None).await.status, 404);
    assert_eq!(ask(&cx, Method::DELETE, &path, None, None).await.status, 204);
    post(&cx, list, None, new("Late ones", false)).await;
    let taken = ask(&cx, Method::POST, &format!("{path}/restore"), None, None).await;
    assert_eq!(taken.status, 409, "the name is another one's by now: {taken:?}");
});

both!(workflows_say_what_they_are_made_of, |db| {
    let cx = organisation(&db).await;
    let workflows = all(&cx, "/workflows?sort=key&limit=1").await;
    assert_eq!(keys(&workflows), ["HS", "UC"]);
    assert_eq!((&workflows[1]["items"], &workflows[0]["items"]), (&json!(120), &json!(12)));
    let one = get(&cx, "/workflows/UC").await.body;
    let last = one["steps"].as_array().unwrap().last().unwrap();
    let open = 120 - last["items"].as_i64().unwrap();
    assert_eq!((&one["open_items"], &last["kind"]), (&json!(open), &json!("done")));
    assert_eq!(
        (&one["fields"][0]["key"], &one["fields"][0]["kind"]),
        (&json!("registration"), &json!("plate"))
    );
    assert!(one["transitions"].as_array().unwrap().iter().any(|way| way["rework"] == true));
    let found = all(&cx, "/workflows?q=USED").await;
    assert_eq!(keys(&found), ["UC"]);
    for path in ["/workflows/XX", "/workflows/U%00", "/items/UC-0", "/items/U%00-1", "/items/UC-999999"] {
        assert_eq!(ask(&cx, Method::GET, path, None, None).await.status, 404, "{path}");
    }
});

both!(everything_is_exported, |db| {
    let cx = dealership(&db, "Nordvik Cars", 250).await;
    cx.visit().rest().await;
    let router: Router = rest::Api::new(routes()).router::<()>();
    let path = "/items/export?format=ndjson&sort=-amount&workflow=UC";
    let request = Request::builder().uri(path).extension(cx.visit().clone()).body(Body::empty()).unwrap();
    let response = router.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let amounts: Vec<i64> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["amount"].as_i64().unwrap_or(0))
        .collect();
    assert_eq!(amounts.len(), 250);
    assert!(amounts.is_sorted_by(|one, next| next <= one));
});

#[test]
fn names_do_not_clash() {
    let api = rest::Api::new(routes());
    assert_eq!(rest::clashes(&api), Vec::<String>::new());
    let summaries: Vec<_> = api.routes().map(|route| route.summary).collect();
    assert_eq!(summaries.iter().collect::<BTreeSet<_>>().len(), summaries.len());
}

both!(a_workflow_is_made_from_each_template, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    for (number, template) in TEMPLATES.iter().enumerate() {
        let key = format!("W{number}");
        let body =
            json!({ "name": template.name, "key": key, "item_noun": "thing", "template": template.key });
        let made = ask(&cx, Method::POST, "/workflows", None, Some(body.clone())).await;
        assert_eq!(
            (made.status, made.location.as_str()),
            (201, format!("/api/v1/workflows/{key}").as_str()),
            "{made:?}"
        );
        assert_eq!(made.body["steps"].as_array().unwrap().len(), template.steps.len());
        let again = ask(&cx, Method::POST, "/workflows", None, Some(body)).await;
        assert_eq!((again.status, &again.body["errors"][0]["field"]), (422, &json!("key")));
    }
});
