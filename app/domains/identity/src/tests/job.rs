//! Dead letters as the admins of an organisation see them.

use std::sync::Arc;

use db::{Db, both};
use jobs::{Failure, Handlers, NewJob, Queue, Worker};
use kernel::{Cx, Error, Letter, Mail, Role};
use serde_json::json;

use super::page::page;
use crate::{
    audit::{acts as audit, model::AuditFilter},
    job::acts::{discard, list, restore, retry},
};

/// A mail that its server refuses for good.
async fn failed_mail(cx: &Cx, db: &Db) {
    let mut tx = cx.begin().await.unwrap();
    let mail = Mail {
        key: Mail::key_of_act(cx.visit(), "hello"),
        to: "bo@away.example".into(),
        subject: "Hello".into(),
        letter: Letter::to("Bo").says("token=s3cret"),
    };
    tx.send(&mail).await.unwrap();
    tx.commit().await.unwrap();
    work(cx, db).await;
}

async fn work(cx: &Cx, db: &Db) {
    let handlers = Handlers::default()
        .on(Mail::JOB, |_| async { Err(Failure::GiveUp(anyhow::anyhow!("550 no such mailbox"))) });
    let now = cx.now();
    Worker::new(Queue::new(db.clone()), handlers, Arc::new(move || now)).run_due().await.unwrap();
}

both!(what_failed_is_seen_retried_and_put_away_and_the_log_says_so, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    failed_mail(&cx, &db).await;
    let page = list(&cx).await.unwrap();
    let [failed] = &page.failed[..] else { panic!("one has failed: {page:?}") };
    assert_eq!((failed.kind.as_str(), failed.attempts), ("mail.send", 1));
    assert_eq!((failed.error.as_str(), failed.failed_at), ("550 no such mailbox", cx.now()));
    assert_eq!(page.workers.alive, 0);

    let id = failed.id;
    retry(&cx, id).await.unwrap();
    let page = list(&cx).await.unwrap();
    assert_eq!((page.failed.len(), page.kinds[0].waiting, page.kinds[0].oldest), (0, 1, Some(cx.now())));
    assert_eq!(retry(&cx, id).await.unwrap_err(), Error::NotFound);
    work(&cx, &db).await;
    assert_eq!(list(&cx).await.unwrap().failed.len(), 1);

    discard(&cx, id).await.unwrap();
    let page = list(&cx).await.unwrap();
    assert_eq!((page.failed.len(), page.kinds.len()), (0, 0));
    restore(&cx, id).await.unwrap();
    assert_eq!(restore(&cx, id).await.unwrap_err(), Error::NotFound);
    assert_eq!(list(&cx).await.unwrap().failed[0].id, id);
    let log = audit::list(&cx, &AuditFilter { area: "job".into(), ..AuditFilter::default() }).await.unwrap();
    let told: Vec<_> = log.entries.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(told, ["job.restored", "job.discarded", "job.retried"]);
    assert_eq!(log.entries[0].facts, r#"{"attempts":1,"kind":"mail.send"}"#);
});

both!(a_retry_that_is_not_needed_is_a_conflict, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let enqueue = async || {
        let mut tx = cx.begin().await.unwrap();
        tx.enqueue(NewJob::new(Mail::JOB, json!({})).unique("digest")).await.unwrap();
        tx.commit().await.unwrap();
    };
    enqueue().await;
    work(&cx, &db).await;
    enqueue().await;
    let id = list(&cx).await.unwrap().failed[0].id;
    assert!(matches!(retry(&cx, id).await, Err(Error::Conflict(_))));
    assert_eq!(list(&cx).await.unwrap().failed[0].id, id);
});

both!(jobs_of_others_do_not_exist, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    failed_mail(&cx, &db).await;
    let id = list(&cx).await.unwrap().failed[0].id;
    let neighbour = Cx::test(&db, "Halden Studio").await;
    let page = list(&neighbour).await.unwrap();
    assert_eq!((page.failed.len(), page.kinds.len()), (0, 0));
    assert_eq!(retry(&neighbour, id).await.unwrap_err(), Error::NotFound);
    assert_eq!(discard(&neighbour, id).await.unwrap_err(), Error::NotFound);
    discard(&cx, id).await.unwrap();
    assert_eq!(restore(&neighbour, id).await.unwrap_err(), Error::NotFound);
    let member = cx.colleague("Marek Havel", Role::Member).await;
    assert!(matches!(list(&member).await, Err(Error::Forbidden(_))));
    assert!(matches!(restore(&member, id).await, Err(Error::Forbidden(_))));
});

#[tokio::test]
async fn the_page_tells_what_failed_and_nothing_of_what_it_was_to_say() {
    db::testing::sqlite(|db| async move {
        let cx = Cx::test(&db, "Nordvik Cars").await;
        let empty = page(cx.visit().clone(), "/settings/jobs").await;
        assert!(
            empty.contains("Nothing has failed")
                && empty.contains("Nobody has worked")
                && empty.contains("Nothing waits"),
            "{empty}"
        );
        failed_mail(&cx, &db).await;
        let html = page(cx.visit().clone(), "/settings/jobs").await;
        for part in [
            "Mails",
            "550 no such mailbox",
            "tried once",
            "retry_job",
            "discard_job",
            "href=\"/settings/jobs\"",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert!(!html.contains("s3cret") && !html.contains("bo@away"), "{html}");
        let member = cx.colleague("Marek Havel", Role::Member).await;
        let refused = page(member.visit().clone(), "/settings/jobs").await;
        assert!(refused.contains("Your role does not include managing background jobs"), "{refused}");
    })
    .await;
}
