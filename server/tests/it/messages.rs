//! The pages of messages: complete without scripts, and nothing of others.

#![expect(clippy::indexing_slicing, reason = "what the demo lacks ends the story")]

use axum::body::Body;
use http::{
    Request, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, REFERER},
};
use kernel::Cx;
use uuid::Uuid;

use crate::bench::{Answer, Bench, get};

/// The demo with what was written in it: the group, a file that Marek has brought there, and the cookies of who is asked for.
async fn demo(bench: &Bench, people: [&str; 2]) -> (Uuid, Uuid, [String; 2]) {
    let demo = identity::demo::seed(&bench.site).await.unwrap();
    let nordvik = &demo.nordvik;
    let owner = nordvik.owner_membership();
    let cx = Cx::system(&bench.site, "test", owner);
    let (planner, worker) = (nordvik.members["petra"], nordvik.members["marek"]);
    messages::demo::seed(&cx, &messages::demo::Plan { owner: nordvik.owner, planner, worker }).await.unwrap();
    let (group,): (Uuid,) =
        db::sql("select id from conversation where organisation_id = $1 and kind = 'group'")
            .bind(nordvik.id)
            .one(cx.db())
            .await
            .unwrap();
    cx.visit().rest().await;
    let file: Uuid = cx.new_id();
    let mut tx = cx.begin().await.unwrap();
    db::sql(
        "insert into file
           (organisation_id, id, record_kind, record_id, name, size, state, created_at, created_by, updated_at)
         values ($1, $2, 'conversation', $3, 'Lift.pdf', 2048, 'ready', $4, $5, $4)",
    )
    .bind(nordvik.id)
    .bind(file)
    .bind(group)
    .bind(cx.now())
    .bind(worker)
    .exactly_one(&mut tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let mut cookies = Vec::new();
    for person in people {
        let visit = kernel::Visit::new(bench.site.clone(), "test", None);
        let origin = identity::session::Origin::default();
        let email = format!("{person}@nordvik.example");
        let started =
            identity::session::acts::log_in(&visit, &origin, &email, identity::demo::PASSWORD).await;
        let token = started.unwrap().into_started().unwrap().token;
        cookies.push(format!("{}={token}", identity::cookie::name(&bench.site)));
    }
    (group, file, cookies.try_into().unwrap())
}

async fn page(bench: &Bench, cookie: &str, path: &str) -> Answer {
    bench.ask(get(path).header(COOKIE, cookie).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_conversation_is_a_whole_page_for_who_is_in_it() {
    let bench = Bench::new().await;
    let (group, _, [marek, oskar]) = demo(&bench, ["marek", "oskar"]).await;
    let list = page(&bench, &marek, "/messages").await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.text.contains("Auction cars") && list.text.contains("Petra: I moved its photo date"));
    assert!(!list.text.contains("Volvo V60"), "what two others wrote");
    assert!(!list.text.contains(" style=\""));

    let path = format!("/messages/{group}");
    let open = page(&bench, &marek, &path).await;
    assert_eq!(open.status, StatusCode::OK);
    for text in ["Then we need the second lift.", "Elsa Lindqvist", "Write to Auction cars", "name=\"key\""] {
        assert!(open.text.contains(text), "{text}");
    }
    for stranger in [page(&bench, &oskar, &path).await, page(&bench, &marek, "/messages/nothing").await] {
        assert_eq!(stranger.status, StatusCode::NOT_FOUND);
        assert!(stranger.text.contains("This conversation does not exist"));
        assert!(!stranger.text.contains("second lift"));
    }
}

#[tokio::test]
async fn a_message_is_sent_by_a_plain_form() {
    let bench = Bench::new().await;
    let (group, file, [marek, elsa]) = demo(&bench, ["marek", "elsa"]).await;
    let path = format!("/messages/{group}");
    let count = |text: &str| text.matches("href=\"/messages\"").count();
    assert!(0 < count(&page(&bench, &elsa, "/settings/profile").await.text));
    let send = async |key: u128, rest: &str| {
        let body = format!("conversation_id={group}&key={}&{rest}", Uuid::from_u128(key));
        let request = Request::post("/api/messages/api/message/send_message")
            .header(HOST, "mediap.test")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "text/html")
            .header("sec-fetch-site", "same-origin")
            .header(REFERER, &path)
            .header(COOKIE, &marek)
            .body(Body::from(body))
            .unwrap();
        let sent = bench.ask(request).await;
        assert_eq!((sent.status, sent.header("location")), (StatusCode::FOUND, path.as_str()));
    };
    send(5, "body=By+a+form").await;
    let read = page(&bench, &elsa, &path).await;
    assert!(read.text.contains("By a form") && read.text.contains("talk-new"), "it is new to her");
    assert!(!read.text.contains("said-files"));
    // The file stands in the list of files, and below the message.
    send(6, &format!("body=&files[0]={file}")).await;
    let read = page(&bench, &elsa, &path).await;
    let address = format!("/files/{file}/Lift.pdf");
    let (_, below) = read.text.split_once("said-files").expect("a message has files");
    assert!(below.contains("class=\"enclosed\"") && below.contains(&address) && below.contains("2 KB"));
    assert!(page(&bench, &elsa, "/messages").await.text.contains("Marek: Sent a file"));
}
