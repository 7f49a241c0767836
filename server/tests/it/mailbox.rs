//! The development mailbox.

use adapters::mail::{Composer, FolderMailer, Mailer, Message, parse_sender};
use http::StatusCode;
use uuid::Uuid;

use crate::bench::Bench;

#[tokio::test]
async fn in_development_mails_can_be_read() {
    let bench = Bench::with(&[("development", "true")]).await;
    assert!(bench.get("/dev/mail").await.text.contains("No mail yet"));
    let composer = Composer::new(parse_sender("a@b.example").unwrap());
    let mailer = FolderMailer::new(bench.folder.path().join("mail"), composer);
    let message = Message {
        id: Uuid::from_u128(7),
        to: "elsa@nordvik.example".into(),
        subject: "Confirm <now>".into(),
        text: "Hello\n\nhttp://mediap.test/confirm?token=abc\n".into(),
        html: "<p style=\"color:red\">Hello <b>Elsa</b>".into(),
        picture: None,
        at: bench.site.now(),
    };
    mailer.prepare(&message).await.unwrap().hand_over().await.unwrap();

    let list = bench.get("/dev/mail").await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.text.contains("Confirm &lt;now&gt;"), "{}", list.text);
    let path = list.text.split_once("href=\"/dev/mail/").unwrap().1.split_once('"').unwrap().0;
    let mail = bench.get(&format!("/dev/mail/{path}")).await;
    assert!(mail.text.contains("<a href=\"http://mediap.test/confirm?token=abc\">"), "{}", mail.text);
    // The HTML stands in a frame that may show styles and do nothing.
    assert!(
        mail.text.contains(&format!("sandbox=\"allow-popups\" src=\"/dev/mail/{path}/html\"")),
        "{}",
        mail.text
    );
    let html = bench.get(&format!("/dev/mail/{path}/html")).await;
    assert_eq!(html.text, message.html);
    let policy = html.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    assert!(!policy.contains("allow-scripts") && html.header("x-frame-options") == "SAMEORIGIN");
    assert_eq!(bench.get("/dev/mail/..%2F..%2Fmediap").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn elsewhere_there_is_no_mailbox() {
    let bench = Bench::new().await;
    assert_eq!(bench.get("/dev/mail").await.status, StatusCode::NOT_FOUND);
    assert_eq!(bench.get("/dev/mail/x").await.status, StatusCode::NOT_FOUND);
    assert_eq!(bench.get("/dev/mail/x/html").await.status, StatusCode::NOT_FOUND);
    assert_eq!(bench.get("/dev/mail.css").await.status, StatusCode::NOT_FOUND);
}
