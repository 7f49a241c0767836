//! The development mailbox.

use adapters::mail::{FolderMailer, Mailer, Message, parse_sender};
use http::StatusCode;
use uuid::Uuid;

use crate::bench::Bench;

#[tokio::test]
async fn in_development_mails_can_be_read() {
    let bench = Bench::with(&[("development", "true")]).await;
    assert!(bench.get("/dev/mail").await.text.contains("No mail yet"));
    let mailer = FolderMailer::new(bench.folder.path().join("mail"), parse_sender("a@b.example").unwrap());
    let message = Message {
        id: Uuid::from_u128(7),
        to: "elsa@nordvik.example".into(),
        subject: "Confirm <now>".into(),
        text: "Hello\n\nhttp://mediap.test/confirm?token=abc\n".into(),
        at: bench.site.now(),
    };
    mailer.send(&message).await.unwrap();

    let list = bench.get("/dev/mail").await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.text.contains("Confirm &lt;now&gt;"), "{}", list.text);
    let path = list.text.split_once("href=\"/dev/mail/").unwrap().1.split_once('"').unwrap().0;
    let mail = bench.get(&format!("/dev/mail/{path}")).await;
    assert!(mail.text.contains("<a href=\"http://mediap.test/confirm?token=abc\">"), "{}", mail.text);
    assert_eq!(bench.get("/dev/mail/..%2F..%2Fmediap").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn elsewhere_there_is_no_mailbox() {
    let bench = Bench::new().await;
    assert_eq!(bench.get("/dev/mail").await.status, StatusCode::NOT_FOUND);
    assert_eq!(bench.get("/dev/mail/x").await.status, StatusCode::NOT_FOUND);
    assert_eq!(bench.get("/dev/mail.css").await.status, StatusCode::NOT_FOUND);
}
