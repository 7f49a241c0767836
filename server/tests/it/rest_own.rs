//! What belongs to one member, or hangs on a record, as programs use it: conversations, notifications, files.

#![expect(clippy::indexing_slicing, reason = "what an answer lacks ends the story")]

use std::sync::Arc;

use axum::body::Body;
use http::{
    Method, Request, StatusCode,
    header::{AUTHORIZATION, HOST},
};
use jobs::{Handlers, Now, Queue, Worker};
use kernel::{Cx, Membership, PermissionSet};
use serde_json::{Value, json};

use crate::{
    bench::{Answer, Bench},
    rest::{ask, key_for},
};

/// The program with the demo organisations, and a program of two members and of another organisation.
struct Story {
    bench: Bench,
    elsa: String,
    petra: String,
    stranger: String,
    petra_id: String,
    item: String,
}

impl Story {
    async fn on(db: db::Db) -> Self {
        let bench = Bench::on(db).await;
        let demo = identity::demo::seed(&bench.site).await.unwrap();
        let nordvik = &demo.nordvik;
        let owner = nordvik.owner_membership();
        let cx = Cx::system(&bench.site, "test", owner.clone());
        let teams = nordvik.teams.iter().map(|(name, id)| workflows::demo::Team {
            name: name.clone(),
            id: *id,
            members: vec![nordvik.members["marek"]],
        });
        workflows::demo::seed_dealership(&cx, &workflows::demo::Plan { teams: teams.collect() }, 2)
            .await
            .unwrap();
        let petra_id = nordvik.members["petra"];
        let elsa = key_for(&bench, owner.clone(), PermissionSet::ALL).await;
        let petra = Membership { member_id: petra_id, ..owner };
        let petra = key_for(&bench, petra, PermissionSet::ALL).await;
        let stranger = key_for(&bench, demo.halden.owner_membership(), PermissionSet::ALL).await;
        let mut story =
            Story { bench, elsa, petra, stranger, petra_id: petra_id.to_string(), item: String::new() };
        let items = story.get(&story.elsa, "/items?limit=1").await;
        story.item = items["data"][0]["key"].as_str().unwrap().to_owned();
        story
    }

    async fn ask(
        &self,
        key: &str,
        method: Method,
        path: &str,
        tag: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let headers: Vec<_> = tag.map(|tag| ("if-match", tag)).into_iter().collect();
        let body = body.map(|body| body.to_string());
        ask(&self.bench, Some(key), method, path, &headers, body.as_deref()).await
    }

    async fn get(&self, key: &str, path: &str) -> Value {
        let answer = self.ask(key, Method::GET, path, None, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {answer:?}");
        serde_json::from_str(&answer.text).unwrap()
    }

    async fn post(&self, key: &str, path: &str, body: Value) -> Value {
        let answer = self.ask(key, Method::POST, path, None, Some(body)).await;
        assert!(answer.status.is_success(), "{path}: {answer:?}");
        serde_json::from_str(&answer.text).unwrap_or_default()
    }

    /// All records of a list, page by page.
    async fn all(&self, key: &str, path: &str) -> Vec<Value> {
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.get(key, &format!("{path}{after}")).await;
            seen.extend(page["data"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next"].as_str() else { return seen };
            after = format!("&after={next}");
        }
    }

    /// Conversation of Elsa and Petra.
    async fn conversation(&self) -> String {
        let begun = self.post(&self.elsa, "/conversations", json!({ "members": [self.petra_id] })).await;
        begun["id"].as_str().unwrap().to_owned()
    }
}

fn numbers(messages: &[Value]) -> Vec<i64> {
    messages.iter().map(|message| message["number"].as_i64().unwrap()).collect()
}

db::both!(members_write_to_each_other_and_nobody_else_reads_it, |db| {
    let story = Story::on(db).await;
    let (elsa, petra) = (story.elsa.as_str(), story.petra.as_str());
    let id = story.conversation().await;
    assert_eq!(story.conversation().await, id, "there is one for each two");
    let messages = format!("/conversations/{id}/messages");
    for number in 1..=5 {
        let sent = story.post(elsa, &messages, json!({ "body": format!("Word {number}") })).await;
        assert_eq!(sent["number"], number);
    }
    let rising = story.all(petra, &format!("{messages}?limit=2")).await;
    assert_eq!(numbers(&rising), [1, 2, 3, 4, 5]);
    assert_eq!(
        numbers(&story.all(petra, &format!("{messages}?limit=2&sort=-number")).await),
        [5, 4, 3, 2, 1]
    );
    assert_eq!(numbers(&story.all(petra, "/messages?limit=2&q=word").await), [5, 4, 3, 2, 1]);
    assert_eq!(numbers(&story.all(petra, "/messages?limit=2&q=WORD&sort=-age").await), [1, 2, 3, 4, 5]);
    let short = story.ask(petra, Method::GET, "/messages?q=w", None, None).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);

    let card = story.get(petra, &format!("/conversations/{id}")).await;
    assert_eq!((&card["unread"], &card["kind"]), (&json!(5), &json!("direct")));
    let read = story
        .ask(petra, Method::PUT, &format!("/conversations/{id}/read"), None, Some(json!({ "number": 4 })))
        .await;
    assert_eq!(serde_json::from_str::<Value>(&read.text).unwrap()["unread"], 1);

    let message = format!("/messages/{}", rising[0]["id"].as_str().unwrap());
    let tag = story.ask(elsa, Method::GET, &message, None, None).await.header("etag").to_owned();
    let change = || Some(json!({ "body": "Changed" }));
    let foreign = story.ask(petra, Method::PATCH, &message, Some(&tag), change()).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "what one did not write does not change");
    let changed = story.ask(elsa, Method::PATCH, &message, Some(&tag), change()).await;
    assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
    let stale = story.ask(elsa, Method::PATCH, &message, Some(&tag), change()).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let stale = story.ask(elsa, Method::DELETE, &message, Some(&tag), None).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let gone = story.ask(elsa, Method::DELETE, &message, Some(changed.header("etag")), None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{gone:?}");
    let place = story.get(petra, &message).await;
    assert_eq!((place["body"].as_str(), place["deleted_at"].is_string()), (Some(""), true));

    for path in [messages, message, format!("/conversations/{id}"), format!("/conversations/{id}/files")] {
        let answer = story.ask(&story.stranger, Method::GET, &path, None, None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(story.get(&story.stranger, "/messages").await["data"], json!([]));
});

db::both!(a_group_is_started_renamed_and_left, |db| {
    let story = Story::on(db).await;
    let (elsa, petra) = (story.elsa.as_str(), story.petra.as_str());
    let none = json!({ "members": [] });
    for (body, field) in [
        (none, "title"),
        (json!({ "title": "A", "members": [] }), "members"),
        (json!({ "title": "A", "members": ["00000000-0000-0000-0000-000000000000"] }), "members"),
    ] {
        let answer = story.ask(elsa, Method::POST, "/conversations", None, Some(body)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(serde_json::from_str::<Value>(&answer.text).unwrap()["errors"][0]["field"], field);
    }
    for title in ["One", "Two", "Three"] {
        story.post(elsa, "/conversations", json!({ "title": title, "members": [story.petra_id] })).await;
    }
    let titles = |list: &[Value]| -> Vec<String> {
        list.iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect()
    };
    let groups = story.all(petra, "/conversations?kind=group&limit=1").await;
    assert_eq!(titles(&groups), ["Three", "Two", "One"]);
    let oldest = story.all(petra, "/conversations?kind=group&limit=1&sort=-age").await;
    assert_eq!(titles(&oldest), ["One", "Two", "Three"]);
    assert_eq!(titles(&story.all(petra, "/conversations?q=TW").await), ["Two"]);

    let place = format!("/conversations/{}", groups[0]["id"].as_str().unwrap());
    let tag = story.ask(petra, Method::GET, &place, None, None).await.header("etag").to_owned();
    let named = story.ask(petra, Method::PATCH, &place, Some(&tag), Some(json!({ "title": "Yard" }))).await;
    assert_eq!(named.status, StatusCode::OK, "{named:?}");
    let stale = story.ask(elsa, Method::PATCH, &place, Some(&tag), Some(json!({ "title": "X" }))).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let member = format!("{place}/members/{}", story.petra_id);
    for (key, method, status) in
        [(elsa, Method::PUT, 204), (elsa, Method::DELETE, 204), (petra, Method::PUT, 404)]
    {
        assert_eq!(story.ask(key, method.clone(), &member, None, None).await.status, status, "{method}");
    }
    assert_eq!(story.ask(elsa, Method::PUT, &member, None, None).await.status, StatusCode::NO_CONTENT);
    for method in [Method::PUT, Method::DELETE] {
        let muted = story.ask(petra, method, &format!("{place}/mute"), None, None).await;
        assert_eq!(muted.status, StatusCode::NO_CONTENT);
    }
    let left = story.ask(petra, Method::POST, &format!("{place}/leave"), None, None).await;
    assert_eq!(left.status, StatusCode::NO_CONTENT);
    assert_eq!(story.ask(petra, Method::GET, &place, None, None).await.status, StatusCode::NOT_FOUND);
});

db::both!(everybody_has_their_own_notifications, |db| {
    let story = Story::on(db).await;
    let (elsa, petra) = (story.elsa.as_str(), story.petra.as_str());
    for title in ["One", "Two", "Three"] {
        let body = json!({ "title": title, "members": [story.petra_id] });
        let group = story.post(elsa, "/conversations", body).await["id"].as_str().unwrap().to_owned();
        let path = format!("/conversations/{group}/messages");
        story.post(elsa, &path, json!({ "body": "Look" })).await;
    }
    let titles = |list: &[Value]| -> Vec<String> {
        list.iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect()
    };
    let told = story.all(petra, "/notifications?limit=1&kind=message.received").await;
    assert_eq!(titles(&told), ["Three", "Two", "One"]);
    let oldest = story.all(petra, "/notifications?limit=2&sort=-age&read=false").await;
    assert_eq!(titles(&oldest), ["One", "Two", "Three"]);
    assert!(story.all(elsa, "/notifications?kind=message.received").await.is_empty());

    let one = format!("/notifications/{}", told[0]["id"].as_str().unwrap());
    assert_eq!(story.ask(elsa, Method::GET, &one, None, None).await.status, StatusCode::NOT_FOUND);
    let count = async || story.get(petra, "/notifications/count").await["unread"].clone();
    for (method, left) in [(Method::PUT, 2), (Method::PUT, 2), (Method::DELETE, 3)] {
        let answer = story.ask(petra, method, &format!("{one}/read"), None, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        assert_eq!(count().await, left);
    }
    let seen = story.ask(elsa, Method::PUT, &format!("{one}/read"), None, None).await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
    story.post(petra, "/notifications/mark", json!({ "ids": [told[1]["id"]], "read": true })).await;
    assert_eq!(titles(&story.all(petra, "/notifications?read=true").await), ["Two"]);
    let at = story.post(petra, "/notifications/mark-all", json!({})).await;
    assert_eq!(count().await, 0);
    story.post(petra, "/notifications/unmark-all", at).await;
    assert_eq!(count().await, 2, "what was read before stays read");

    let settings = story.all(petra, "/notification-settings?limit=2").await;
    assert!(settings.iter().any(|one| one["kind"] == "message.received" && one["in_app"] == true));
    let choice = json!({ "kind": "message.received", "in_app": false, "mail": "at_once", "push": false });
    let chosen = story.ask(petra, Method::PUT, "/notification-settings", None, Some(choice)).await;
    assert_eq!(chosen.status, StatusCode::NO_CONTENT, "{chosen:?}");
    let settings = story.all(petra, "/notification-settings?limit=200").await;
    assert!(settings.iter().any(|one| one["kind"] == "message.received" && one["mail"] == "at_once"));
    let until = story.bench.site.now() + chrono::Duration::hours(1);
    for (until, attention) in [(Some(until), 0), (None, 2)] {
        let said = Some(json!({ "until": until }));
        let answer = story.ask(petra, Method::PUT, "/notification-mute", None, said).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        assert_eq!(story.get(petra, "/notifications/count").await["attention"], attention);
    }
});

db::both!(files_are_sent_with_a_message_and_go_with_it, |db| {
    let story = Story::on(db).await;
    let (elsa, petra) = (story.elsa.as_str(), story.petra.as_str());
    let id = story.conversation().await;
    let (files, messages) = (format!("/conversations/{id}/files"), format!("/conversations/{id}/messages"));
    let begun = story.post(elsa, &files, json!({ "name": "Report.txt", "size": 8 })).await;
    let file = begun["file"].as_str().unwrap();
    let with_file = || Some(json!({ "files": [file] }));
    let early = story.ask(elsa, Method::POST, &messages, None, with_file()).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "it is not here yet: {early:?}");
    let request = Request::put(format!("{}?at=0", begun["chunks"].as_str().unwrap()))
        .header(HOST, "mediap.test")
        .header(AUTHORIZATION, format!("Bearer {elsa}"));
    assert_eq!(story.bench.ask(request.body(Body::from("All well")).unwrap()).await.status, StatusCode::OK);
    story.post(elsa, &format!("/uploads/{file}/complete"), json!({})).await;

    let others = story.ask(petra, Method::POST, &messages, None, with_file()).await;
    assert_eq!(others.status, StatusCode::UNPROCESSABLE_ENTITY, "one sends one's own: {others:?}");
    let nothing = story.ask(elsa, Method::POST, &messages, None, Some(json!({}))).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "{nothing:?}");
    let sent = story.post(elsa, &messages, json!({ "files": [file] })).await;
    assert_eq!((&sent["body"], &sent["files"]), (&json!(""), &json!([file])));
    let twice = story.ask(elsa, Method::POST, &messages, None, with_file()).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "{twice:?}");
    assert_eq!(story.all(petra, &format!("{messages}?limit=2")).await[0]["files"], json!([file]));

    let message = format!("/messages/{}", sent["id"].as_str().unwrap());
    let tag = story.ask(elsa, Method::GET, &message, None, None).await.header("etag").to_owned();
    assert_eq!(story.ask(elsa, Method::DELETE, &message, Some(&tag), None).await.status, 204);
    assert_eq!(story.get(petra, &message).await["files"], json!([]));
    let gone = story.ask(petra, Method::GET, &format!("/files/{file}"), None, None).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    // Who wants it back has it in the conversation, and may send it anew.
    story.post(elsa, &format!("{files}/{file}/restore"), json!({})).await;
    assert_eq!(story.get(petra, &message).await["files"], json!([]));
    story.post(elsa, &messages, json!({ "body": "Once more", "files": [file] })).await;
});

db::both!(a_file_is_sent_read_shared_and_deleted, |db| {
    let story = Story::on(db).await;
    let elsa = story.elsa.as_str();
    let files = format!("/items/{}/files", story.item);
    let begun = story.post(elsa, &files, json!({ "name": "Report.txt", "size": 8 })).await;
    let send = async |at: i64, bytes: &'static str| {
        let request = Request::put(format!("{}?at={at}", begun["chunks"].as_str().unwrap()))
            .header(HOST, "mediap.test")
            .header(AUTHORIZATION, format!("Bearer {elsa}"));
        story.bench.ask(request.body(Body::from(bytes)).unwrap()).await.status
    };
    let id = begun["file"].as_str().unwrap();
    assert_eq!(send(0, "All ").await, StatusCode::OK);
    assert_eq!(story.get(elsa, &format!("/uploads/{id}")).await["received"], 4);
    assert_eq!(send(0, "well").await, StatusCode::CONFLICT);
    assert_eq!(send(4, "well").await, StatusCode::OK);
    let complete = format!("/uploads/{id}/complete");
    assert_eq!(story.post(elsa, &complete, json!({})).await["state"], "scanning");
    let site = story.bench.site.clone();
    let now: Now = Arc::new(move || site.now());
    let desk = server::file_desk(&story.bench.config, &story.bench.site);
    let handlers = server::file_handlers(Handlers::default(), &desk);
    Worker::new(Queue::new(story.bench.db.clone()), handlers, now).run_due().await.unwrap();

    let listed = story.all(elsa, &format!("{files}?q=report&state=ready")).await;
    assert_eq!((listed.len(), &listed[0]["size"]), (1, &json!(8)));
    let file = format!("/files/{id}");
    let read = story.ask(elsa, Method::GET, &file, None, None).await;
    let content = serde_json::from_str::<Value>(&read.text).unwrap()["content"].as_str().unwrap().to_owned();
    let fetch =
        Request::get(content).header(HOST, "mediap.test").header(AUTHORIZATION, format!("Bearer {elsa}"));
    assert_eq!(story.bench.ask(fetch.body(Body::empty()).unwrap()).await.text, "All well");
    let link = story.post(elsa, &format!("{files}/{id}/link"), json!({})).await;
    let shared = link["url"].as_str().unwrap().trim_start_matches("http://mediap.test").to_owned();
    let fetch = || Request::get(shared.as_str()).header(HOST, "mediap.test").body(Body::empty()).unwrap();
    assert_eq!(story.bench.ask(fetch()).await.text, "All well");

    let elsewhere = format!("/conversations/{}/files/{id}", story.conversation().await);
    let tag = read.header("etag");
    assert_eq!(story.ask(elsa, Method::DELETE, &elsewhere, Some(tag), None).await.status, 404);
    let here = format!("{files}/{id}");
    assert_eq!(story.ask(elsa, Method::DELETE, &here, Some("\"99\""), None).await.status, 412);
    assert_eq!(story.ask(elsa, Method::DELETE, &here, Some(tag), None).await.status, 204);
    assert_eq!(story.ask(elsa, Method::GET, &file, None, None).await.status, 404);
    assert_eq!(story.bench.ask(fetch()).await.status, 404);
    assert_eq!(story.post(elsa, &format!("{here}/restore"), json!({})).await["name"], "Report.txt");
    assert_eq!(story.ask(&story.stranger, Method::GET, &file, None, None).await.status, 404);
    let gone = story.ask(elsa, Method::DELETE, &format!("/uploads/{id}"), None, None).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND, "it is no upload any more");
});
