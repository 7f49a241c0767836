//! The outbox on both engines: at most one mail for a key, and a state for everything that can happen to one.

use std::sync::Arc;

use chrono::Duration;
use db::{Db, both, sql};
use letter::Letter;

use super::*;
use crate::{
    Cx,
    testing::{TestClock, mails, site},
};

/// An organisation, and somebody without one, who share a site.
struct Post {
    site: Site,
    clock: Arc<TestClock>,
    cx: Cx,
}

impl Post {
    async fn new(db: &Db) -> Self {
        let clock = TestClock::new();
        let site = site(db, clock.clone());
        let owner = Cx::test(db, "Nordvik Cars").await;
        let cx = Visit::new(site.clone(), "test", owner.visit().session().cloned()).member().unwrap();
        Post { site, clock, cx }
    }

    fn here(&self) -> Option<OrganisationId> {
        Some(self.cx.organisation_id())
    }

    /// Writes a mail of the organisation, and returns its id.
    async fn write(&self, key: &str) -> MailId {
        let mut tx = self.cx.begin().await.unwrap();
        tx.send(&mail(key)).await.unwrap();
        tx.commit().await.unwrap();
        let (id,): (MailId,) = sql("select id from mail where organisation_id = $1 and key = $2")
            .bind(self.here())
            .bind(key)
            .one(self.cx.db())
            .await
            .unwrap();
        self.cx.visit().rest().await;
        id
    }

    /// Begins an attempt that must begin.
    async fn begin(&self, id: MailId) -> Outgoing {
        match begin(&self.site, self.here(), id).await.unwrap() {
            Begun::Send(outgoing) => outgoing,
            other => panic!("{other:?}"),
        }
    }

    /// State, last error, and whether what it says is kept.
    async fn state(&self, id: MailId) -> (String, String, bool) {
        let row = sql("select state, last_error, content is not null
             from mail
             where organisation_id = $1 and id = $2")
        .bind(self.here())
        .bind(id)
        .one(self.cx.db())
        .await
        .unwrap();
        self.cx.visit().rest().await;
        row
    }

    async fn jobs(&self) -> i64 {
        let (count,): (i64,) =
            sql("select count(*) from job where kind = 'mail.send'").one(self.site.db()).await.unwrap();
        count
    }

    async fn again(&self, id: MailId) -> Result<()> {
        let mut tx = self.cx.begin().await.unwrap();
        tx.send_again(id).await?;
        tx.commit().await
    }
}

fn mail(key: &str) -> Mail {
    Mail {
        key: key.to_owned(),
        to: "Elsa@nordvik.example".into(),
        subject: "Hello".into(),
        letter: Letter::to("Elsa").button("Open", "http://mediap.test/confirm?token=secret"),
    }
}

fn of(state: &str, error: &str, kept: bool) -> (String, String, bool) {
    (state.to_owned(), error.to_owned(), kept)
}

both!(what_is_sent_keeps_its_answer_and_nothing_of_what_it_said, |db| {
    let post = Post::new(&db).await;
    let id = post.write("hello/1").await;
    let (sealed,): (String,) = sql("select content from mail where organisation_id = $1 and id = $2")
        .bind(post.here())
        .bind(id)
        .one(post.cx.db())
        .await
        .unwrap();
    assert!(sealed.starts_with("v1:") && !sealed.contains("secret"), "{sealed}");
    let outgoing = post.begin(id).await;
    assert_eq!(outgoing.letter(&post.site).unwrap(), mail("").letter);
    assert!(hand_over(&post.site, &outgoing).await.unwrap());
    settle(&post.site, &outgoing, &Outcome::Sent("250 OK".into())).await.unwrap();
    assert_eq!(post.state(id).await, of("sent", "", false));
    assert!(matches!(begin(&post.site, post.here(), id).await.unwrap(), Begun::Over));
    assert!(!hand_over(&post.site, &outgoing).await.unwrap());
});

both!(a_key_sends_once, |db| {
    let post = Post::new(&db).await;
    let first = post.write("hello/1").await;
    assert_eq!(post.write("hello/1").await, first);
    // Another organisation, or nobody's, cannot take it for a mail of its own either.
    let visit = Visit::new(post.site.clone(), "test", None);
    let mut tx = visit.begin().await.unwrap();
    tx.send(&mail("hello/1")).await.unwrap();
    tx.send(&mail("hello/2")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((post.jobs().await, mails(&post.site).await.len()), (2, 2));
});

both!(a_mail_that_is_rolled_back_was_never_written, |db| {
    let post = Post::new(&db).await;
    let mut tx = post.cx.begin().await.unwrap();
    tx.send(&mail("hello/1")).await.unwrap();
    drop(tx);
    assert_eq!((post.jobs().await, mails(&post.site).await.len()), (0, 0));
});

both!(who_dies_before_the_fence_has_sent_nothing, |db| {
    let post = Post::new(&db).await;
    let id = post.write("hello/1").await;
    let dead = post.begin(id).await;
    assert_eq!(post.state(id).await, of("sending", "", true));
    let next = post.begin(id).await;
    // It was not dead, only slow: the fence is not for it any more.
    assert!(!hand_over(&post.site, &dead).await.unwrap());
    assert!(hand_over(&post.site, &next).await.unwrap());
    settle(&post.site, &dead, &Outcome::Failed("late".into())).await.unwrap();
    assert_eq!(post.state(id).await, of("sending", "", true));
});

both!(who_dies_beyond_the_fence_may_have_sent_it, |db| {
    let post = Post::new(&db).await;
    let id = post.write("hello/1").await;
    let dead = post.begin(id).await;
    assert!(hand_over(&post.site, &dead).await.unwrap());
    assert!(matches!(begin(&post.site, post.here(), id).await.unwrap(), Begun::MaybeSent));
    assert_eq!(post.state(id).await, of("maybe_sent", "The program ended before it knew the answer", true));
    assert!(matches!(begin(&post.site, post.here(), id).await.unwrap(), Begun::Over));
    // Unless it did know, and was late to say so.
    settle(&post.site, &dead, &Outcome::Later("busy".into())).await.unwrap();
    assert_eq!(post.state(id).await.0, "maybe_sent", "its job is over");
    settle(&post.site, &dead, &Outcome::Sent("250 OK".into())).await.unwrap();
    assert_eq!(post.state(id).await, of("sent", "", false));
});

both!(what_was_put_off_is_tried_again, |db| {
    let post = Post::new(&db).await;
    let id = post.write("hello/1").await;
    for fenced in [false, true] {
        let outgoing = post.begin(id).await;
        assert_eq!(hand_over(&post.site, &outgoing).await.unwrap() && fenced, fenced);
        settle(&post.site, &outgoing, &Outcome::Later("451 later".into())).await.unwrap();
        assert_eq!(post.state(id).await, of("waiting", "451 later", true));
    }
    post.begin(id).await;
});

both!(only_somebody_sends_again_what_failed_or_may_have_been_sent, |db| {
    let post = Post::new(&db).await;
    for (key, outcome) in
        [("a", Outcome::Failed("550 no".into())), ("b", Outcome::MaybeSent("no answer".into()))]
    {
        let id = post.write(key).await;
        let waiting = post.again(id).await.unwrap_err();
        assert!(matches!(waiting, Error::Conflict(_)), "{waiting:?}");
        let outgoing = post.begin(id).await;
        assert!(hand_over(&post.site, &outgoing).await.unwrap());
        settle(&post.site, &outgoing, &outcome).await.unwrap();
        // The job of a failure is kept, and goes when there is another one.
        let left = if key == "a" { "failed" } else { "waiting" };
        sql("update job set state = $1").bind(left).execute(post.site.db()).await.unwrap();
        let before = post.jobs().await;
        post.again(id).await.unwrap();
        let more = if key == "a" { 0 } else { 1 };
        assert_eq!((post.state(id).await, post.jobs().await), (of("waiting", "", true), before + more));
        assert!(post.again(id).await.is_err(), "twice is once");
        let outgoing = post.begin(id).await;
        assert!(hand_over(&post.site, &outgoing).await.unwrap());
    }
});

both!(what_failed_can_begin_anew, |db| {
    let post = Post::new(&db).await;
    let id = post.write("hello/1").await;
    let outgoing = post.begin(id).await;
    assert!(hand_over(&post.site, &outgoing).await.unwrap());
    settle(&post.site, &outgoing, &Outcome::Failed("554 no".into())).await.unwrap();
    let outgoing = post.begin(id).await;
    assert!(hand_over(&post.site, &outgoing).await.unwrap());
});

both!(another_organisation_knows_nothing_of_it, |db| {
    let post = Post::new(&db).await;
    let id = post.write("hello/1").await;
    let outgoing = post.begin(id).await;
    settle(&post.site, &outgoing, &Outcome::Failed("550 no".into())).await.unwrap();
    let stranger = Cx::test(&db, "Halden Studio").await;
    let mut tx = stranger.begin().await.unwrap();
    assert_eq!(tx.send_again(id).await.unwrap_err(), Error::NotFound);
    drop(tx);
    for organisation in [Some(stranger.organisation_id()), None] {
        assert!(matches!(begin(&post.site, organisation, id).await.unwrap(), Begun::Over));
    }
    assert_eq!(post.state(id).await, of("failed", "550 no", true));
    assert_eq!(newest(&post.site, 10).await.unwrap().len(), 1);
});

both!(what_old_mails_said_is_forgotten_and_then_that_there_were_any, |db| {
    let post = Post::new(&db).await;
    let (failed, waiting) = (post.write("a").await, post.write("b").await);
    let outgoing = post.begin(failed).await;
    settle(&post.site, &outgoing, &Outcome::Failed("550 no".into())).await.unwrap();
    post.clock.pass(Duration::days(13));
    sweep(&post.site).await.unwrap();
    assert!(post.state(failed).await.2);
    post.clock.pass(Duration::days(2));
    sweep(&post.site).await.unwrap();
    assert_eq!(post.state(failed).await, of("failed", "550 no", false));
    assert!(matches!(post.again(failed).await.unwrap_err(), Error::Conflict(_)));
    post.clock.pass(Duration::days(90));
    sweep(&post.site).await.unwrap();
    let left = newest(&post.site, 10).await.unwrap();
    assert_eq!(left.iter().map(|mail| mail.id).collect::<Vec<_>>(), [waiting], "nothing that waits is lost");
});

both!(what_a_given_up_job_left_open_is_ended, |db| {
    let post = Post::new(&db).await;
    let (open, fenced, running) = (post.write("a").await, post.write("b").await, post.write("c").await);
    post.begin(open).await;
    assert!(hand_over(&post.site, &post.begin(fenced).await).await.unwrap());
    post.begin(running).await;
    for given_up in [open, fenced] {
        sql("update job set state = 'failed', failed_at = $2 where kind = 'mail.send' and payload ->> 'mail' = $1")
            .bind(given_up.to_string())
            .bind(post.site.now())
            .exactly_one(post.site.db())
            .await
            .unwrap();
    }
    sweep(&post.site).await.unwrap();
    assert_eq!(post.state(open).await, of("failed", DIED, true));
    assert_eq!(post.state(fenced).await, of("maybe_sent", DIED, true));
    assert_eq!(post.state(running).await.0, "sending");
    post.again(open).await.unwrap();
    assert_eq!(post.state(open).await.0, "waiting");
});

both!(what_cannot_be_opened_says_so, |db| {
    let post = Post::new(&db).await;
    let id = post.write("hello/1").await;
    let outgoing = post.begin(id).await;
    let other = post.site.clone().with_vault(crate::Vault::new([("other", [1; crate::KEY])]));
    let why = outgoing.letter(&other).unwrap_err();
    assert_eq!(why, "What it says cannot be read: the key that sealed it is not among the secret keys");
});
