//! Public forms over HTTP: the page and its answers without a log-in, and what comes of hostile and of hasty senders.

use std::net::SocketAddr;

use axum::{body::Body, extract::ConnectInfo};
use db::sql;
use http::{
    Request, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, HOST},
};
use kernel::{Cx, Error};
use workflows::{
    acts::{
        design::{self, NewWorkflow},
        intake,
    },
    model::{Field, FieldKind},
};

use crate::bench::{Answer, Bench, call, function};

/// A workflow with a public form that is open, and its path.
struct World {
    bench: Bench,
    owner: Cx,
    path: String,
}

impl World {
    async fn new(db: db::Db) -> Self {
        let bench = Bench::on(db).await;
        let demo = identity::demo::seed(&bench.site).await.unwrap();
        let owner = Cx::system(&bench.site, "test", demo.nordvik.owner_membership());
        let new = NewWorkflow {
            name: "Visits".into(),
            key: "VI".into(),
            item_noun: "visit".into(),
            template: "plain".into(),
        };
        design::create(&owner, new).await.unwrap();
        let mut drafted = design::open(&owner, "VI").await.unwrap();
        let (first, id) = (drafted.definition.steps.first().unwrap().id, drafted.live.head.id);
        let mut colour = Field::new(owner.new_id(), Some(first), "colour", "Colour", FieldKind::Choice);
        (colour.choices, colour.required) = (vec!["Red".into(), "Blue".into()], true);
        let keeper = Field::new(owner.new_id(), Some(first), "keeper", "Keeper", FieldKind::Person);
        let mileage = Field::new(owner.new_id(), Some(first), "mileage", "Mileage", FieldKind::Number);
        drafted.definition.fields = Some(vec![colour, keeper, mileage]);
        let kept = design::save(&owner, id, 0, drafted.definition).await.unwrap();
        design::publish(&owner, id, kept.version, &Default::default()).await.unwrap();
        let page = intake::page(&owner, "VI").await.unwrap();
        intake::save(&owner, "VI", 0, page.intake, true).await.unwrap();
        let link = intake::page(&owner, "VI").await.unwrap().link.unwrap();
        owner.visit().rest().await;
        let path = link.strip_prefix(bench.site.base_url()).unwrap().to_owned();
        World { bench, owner, path }
    }

    fn token(&self) -> &str {
        self.path.strip_prefix("/forms/").unwrap()
    }

    /// Sends a plain form, as a browser without scripts does, from one of many addresses.
    async fn post(&self, path: &str, from: u8, body: &str) -> Answer {
        let request = Request::post(path)
            .header(HOST, "mediap.test")
            .header(ACCEPT, "text/html,*/*")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .extension(ConnectInfo(SocketAddr::from(([203, 0, 113, from], 5000))))
            .body(Body::from(body.to_owned()));
        self.bench.ask(request.unwrap()).await
    }

    async fn send(&self, body: &str) -> Answer {
        self.post(&self.path, 1, body).await
    }

    async fn items(&self) -> i64 {
        let (count,): (i64,) = sql("select count(*) from item where organisation_id = $1")
            .bind(self.owner.organisation_id())
            .one(self.owner.db())
            .await
            .unwrap();
        self.owner.visit().rest().await;
        count
    }

    async fn set(&self, open: bool) {
        let page = intake::page(&self.owner, "VI").await.unwrap();
        intake::save(&self.owner, "VI", page.version, page.intake, open).await.unwrap();
        self.owner.visit().rest().await;
    }
}

/// What an answer says to caches, search engines and browsers.
fn is_kept_to_itself(answer: &Answer) -> bool {
    answer.header("cache-control") == "no-store"
        && answer.header("x-robots-tag") == "noindex, nofollow"
        && answer.header("content-security-policy").contains("form-action 'self'")
}

db::both!(a_plain_form_comes_back_with_what_was_typed_until_it_is_right, |db| {
    let world = World::new(db).await;
    let page = world.bench.get(&world.path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(is_kept_to_itself(&page), "{:?}", page.headers);
    assert!(page.text.contains("Nordvik Cars") && page.text.contains("name=\"data[colour]\""));
    assert!(!page.text.contains("Keeper") && !page.text.contains("Elsa"), "names stay inside");

    let wrong = world.send("title=%3Cscript%3Ex&data[mileage]=many&sender_name=Jane&key=").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    assert!(is_kept_to_itself(&wrong), "{:?}", wrong.headers);
    assert!(wrong.text.contains("Colour is needed.") && wrong.text.contains("Mileage is a whole number"));
    for typed in ["value=\"&lt;script&gt;x\"", "value=\"many\"", "value=\"Jane\""] {
        assert!(wrong.text.contains(typed), "{typed}: {}", wrong.text);
    }
    assert!(!wrong.text.contains("<script>x"));
    assert_eq!(world.items().await, 0);

    let right = "title=A+visit&data[colour]=Red&data[mileage]=12&key=0191f0e0-0000-7000-8000-000000000001";
    for _ in 0..2 {
        let sent = world.send(right).await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
        assert!(is_kept_to_itself(&sent) && sent.text.contains("VI-1"), "{}", sent.text);
    }
    assert_eq!(world.items().await, 1, "sent twice, it is one");
    let robot = world.send("title=Spam&data[colour]=Red&homepage=http://spam.example").await;
    assert!(robot.status == StatusCode::OK && robot.text.contains("It has arrived"), "{}", robot.text);
    assert_eq!(world.items().await, 1);
});

db::both!(what_is_hostile_is_answered_and_makes_nothing, |db| {
    let world = World::new(db).await;
    for (name, said) in [
        ("keeper", "does not ask for"),
        ("nothing", "does not ask for"),
        ("colour/0", "does not ask for"),
        ("colour", "Choose one of the values of Colour"),
    ] {
        let answer = world.send(&format!("title=X&data[{name}]=x")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", answer.text);
        assert!(answer.text.contains(said), "{name}: {}", answer.text);
    }
    let large = world.send(&format!("title=X&data[colour]={}", "x".repeat(1_000_000))).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(large.text.contains("That is too large"), "{}", large.text);
    for body in ["%ff%fe", "\u{0}", "title", "a=b=c&&&"] {
        let answer = world.send(body).await;
        assert!(answer.status.is_client_error(), "{body}: {answer:?}");
    }
    // By the function that scripts call it is the same, in its own form.
    let token = world.token();
    let send = async |arguments: &str| {
        let body = Body::from(format!("token={token}&{arguments}"));
        world.bench.ask(call(function("/send_public_form")).body(body).unwrap()).await
    };
    let wrong = send("title=X&data[keeper]=x&data[mileage]=many").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
    assert!(is_kept_to_itself(&wrong) && wrong.error().field("data[keeper]").is_some(), "{wrong:?}");
    let right = send("title=X&data[colour]=Blue").await;
    assert!(right.status == StatusCode::OK && is_kept_to_itself(&right), "{right:?}");
    assert_eq!(world.items().await, 1);
    // Another website cannot have its visitors send it.
    let foreign = Request::post(&world.path)
        .header(HOST, "mediap.test")
        .header("sec-fetch-site", "cross-site")
        .body(Body::from("title=X"));
    assert_eq!(world.bench.ask(foreign.unwrap()).await.status, StatusCode::FORBIDDEN);
});

db::both!(who_is_hasty_waits_and_a_closed_form_is_no_page, |db| {
    let world = World::new(db).await;
    for number in 0..intake::PER_ADDRESS {
        assert_eq!(world.send("title=").await.status, StatusCode::UNPROCESSABLE_ENTITY, "{number}");
    }
    let waits = world.send("title=Kept+text").await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "{}", waits.text);
    assert!(waits.header("retry-after").parse::<i64>().is_ok_and(|secs| (1..=900).contains(&secs)));
    assert!(waits.text.contains("sent too often just now") && waits.text.contains("value=\"Kept text\""));
    let right = "title=A+visit&data[colour]=Red";
    assert_eq!(world.post(&world.path, 2, right).await.status, StatusCode::OK, "others need not wait");
    for number in 1..workflows::intake::PER_HOUR {
        let from = 3 + u8::try_from(number / 20).unwrap();
        assert_eq!(world.post(&world.path, from, right).await.status, StatusCode::OK, "{number}");
    }
    let full = world.post(&world.path, 9, right).await;
    assert_eq!(full.status, StatusCode::TOO_MANY_REQUESTS, "{}", full.text);

    world.set(false).await;
    for path in [world.path.as_str(), "/forms/nonsense", "/forms/%ff"] {
        let closed = world.bench.get(path).await;
        assert_eq!(closed.status, StatusCode::NOT_FOUND, "{path}: {}", closed.text);
        assert!(!closed.text.contains("Nordvik"), "{}", closed.text);
    }
    let closed = world.post(&world.path, 20, right).await;
    assert_eq!(closed.status, StatusCode::NOT_FOUND, "{}", closed.text);
    let body = Body::from(format!("token={}&{right}", world.token()));
    let called = world.bench.ask(call(function("/send_public_form")).body(body).unwrap()).await;
    assert_eq!((called.status, called.error()), (StatusCode::NOT_FOUND, Error::NotFound));
    world.set(true).await;
    assert_eq!(world.bench.get(&world.path).await.status, StatusCode::OK);
});
