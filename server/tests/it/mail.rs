//! What becomes of a mail, whatever the mail server does: sent once, or a state that says why not.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use adapters::mail::{Delivery, Error, Mailer, Message, Work};
use chrono::TimeDelta;
use db::Db;
use jobs::{Now, Queue, Worker};
use kernel::{Cx, Letter, Mail, mail::Remembered};

use crate::bench::Bench;

/// What a mail server does with one mail.
#[derive(Debug, Clone)]
enum Does {
    /// Fails before the message is handed over.
    Early(Error),
    /// Fails with the message.
    Late(Error),
    /// Takes the message, and nobody ever hears of it.
    Dies,
    /// Takes it and says so.
    Takes,
}

/// A mail server that follows a script, and takes everything at its end.
#[derive(Clone, Default)]
struct Scripted {
    script: Arc<Mutex<VecDeque<Does>>>,
    /// The messages that the server has.
    has: Arc<Mutex<Vec<Message>>>,
}

struct Handing(Scripted, Does, Message);

impl Mailer for Scripted {
    fn prepare<'a>(&'a self, message: &'a Message) -> Work<'a, Box<dyn Delivery>> {
        let does = self.script.lock().unwrap().pop_front().unwrap_or(Does::Takes);
        let delivery: Box<dyn Delivery> = Box::new(Handing(self.clone(), does.clone(), message.clone()));
        Box::pin(async {
            match does {
                Does::Early(error) => Err(error),
                _ => Ok(delivery),
            }
        })
    }

    fn check(&self) -> Work<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

impl Delivery for Handing {
    fn hand_over(self: Box<Self>) -> Work<'static, String> {
        Box::pin(async move {
            let Handing(server, does, message) = *self;
            match does {
                Does::Early(error) | Does::Late(error) => Err(error),
                Does::Takes => {
                    server.has.lock().unwrap().push(message);
                    Ok("250 OK".into())
                }
                Does::Dies => {
                    server.has.lock().unwrap().push(message);
                    std::future::pending().await
                }
            }
        })
    }
}

/// An organisation whose mails go to a scripted server.
struct Post {
    bench: Bench,
    cx: Cx,
    server: Scripted,
    /// How far the worker's clock is ahead.
    ahead: Arc<Mutex<TimeDelta>>,
}

impl Post {
    async fn new(db: Db, script: impl IntoIterator<Item = Does>) -> Self {
        let bench = Bench::on(db.clone()).await;
        let owner = Cx::test(&db, "Nordvik Cars").await;
        let cx = Cx::system(&bench.site, "test", owner.membership().clone());
        let server =
            Scripted { script: Arc::new(Mutex::new(script.into_iter().collect())), ..Scripted::default() };
        let post = Post { bench, cx, server, ahead: Arc::default() };
        let mut tx = post.cx.begin().await.unwrap();
        let mail = Mail {
            key: "hello/1".into(),
            to: "elsa@nordvik.example".into(),
            subject: "Hello".into(),
            letter: Letter::to("Elsa").says("Welcome.").button("Open", "http://mediap.test/x?token=secret"),
        };
        tx.send(&mail).await.unwrap();
        tx.commit().await.unwrap();
        post
    }

    fn worker(&self) -> Worker {
        let ahead = self.ahead.clone();
        let site = self.bench.site.clone();
        let now: Now = Arc::new(move || site.now() + *ahead.lock().unwrap());
        let handlers =
            server::handlers(jobs::Handlers::default(), &self.bench.site, Arc::new(self.server.clone()));
        Worker::new(Queue::new(self.bench.db.clone()), handlers, now)
    }

    /// Runs what is due after a while, and says what the outbox knows then.
    async fn after(&self, hours: i64) -> Remembered {
        *self.ahead.lock().unwrap() += TimeDelta::hours(hours);
        self.worker().run_due().await.unwrap();
        self.outbox().await
    }

    async fn outbox(&self) -> Remembered {
        kernel::mail::newest(&self.bench.site, 10).await.unwrap().pop().unwrap()
    }

    /// How many messages the server has.
    fn has(&self) -> usize {
        self.server.has.lock().unwrap().len()
    }

    /// No job waits or runs: nothing is done by itself any more. Says how many have failed.
    async fn is_over(&self) -> Option<i64> {
        let counts = Queue::new(self.bench.db.clone()).counts().await.unwrap();
        (counts.waiting == 0 && counts.running == 0).then_some(counts.failed)
    }

    async fn again(&self, mail: &Remembered) {
        let mut tx = self.cx.begin().await.unwrap();
        tx.send_again(mail.id).await.unwrap();
        tx.commit().await.unwrap();
    }
}

fn temporary() -> Error {
    Error::Temporary("451 try again later".into())
}

db::both!(a_mail_goes_out_once_on_the_paper_of_its_organisation, |db| {
    let post = Post::new(db, []).await;
    let mail = post.after(0).await;
    assert_eq!((mail.state.as_str(), mail.answer.as_str(), mail.attempts), ("sent", "250 OK", 1));
    assert_eq!((post.after(1).await.state.as_str(), post.has()), ("sent", 1));
    assert_eq!(post.is_over().await, Some(0));
    let message = post.server.has.lock().unwrap().pop().unwrap();
    assert_eq!((message.id, message.to.as_str()), (mail.id.uuid(), "elsa@nordvik.example"));
    assert!(
        message.text.contains("\n\nhttp://mediap.test/x?token=secret\n")
            && message.text.contains("Nordvik Cars")
    );
    assert!(message.html.contains("href=\"http://mediap.test/x?token=secret\""), "{}", message.html);
});

db::both!(what_was_surely_not_sent_is_tried_again, |db| {
    let post = Post::new(db, [Does::Early(temporary()), Does::Late(temporary()), Does::Takes]).await;
    for attempt in 1..=2 {
        let mail = post.after(1).await;
        let found = (mail.state.as_str(), mail.last_error.as_str(), mail.attempts);
        assert_eq!(found, ("waiting", "451 try again later", attempt));
        assert_eq!(post.is_over().await, None);
    }
    let mail = post.after(1).await;
    assert_eq!(
        (mail.state.as_str(), mail.last_error.as_str(), mail.attempts, post.has()),
        ("sent", "", 3, 1)
    );
});

db::both!(it_is_given_up_in_the_end_and_says_so, |db| {
    let post = Post::new(db, vec![Does::Early(temporary()); 8]).await;
    for _ in 1..8 {
        assert_eq!(post.after(8).await.state, "waiting");
    }
    let mail = post.after(8).await;
    assert_eq!(
        (mail.state.as_str(), mail.last_error.as_str()),
        ("failed", "Given up after 8 attempts. 451 try again later")
    );
    assert_eq!(post.is_over().await, Some(1));
    post.again(&mail).await;
    assert_eq!((post.after(0).await.state.as_str(), post.has()), ("sent", 1));
});

db::both!(a_refusal_ends_it_at_once, |db| {
    let refusal = || Error::Permanent("550 no such mailbox".into());
    let post = Post::new(db, [Does::Early(refusal()), Does::Late(refusal())]).await;
    for attempt in 1..=2 {
        let mail = post.after(1).await;
        let found = (mail.state.as_str(), mail.last_error.as_str(), mail.attempts);
        assert_eq!(found, ("failed", "550 no such mailbox", attempt));
        assert_eq!(post.is_over().await, Some(1));
        post.again(&mail).await;
    }
});

db::both!(an_answer_that_is_lost_is_not_sent_again_by_itself, |db| {
    let lost = Error::Unknown("the mail server did not answer".into());
    let post = Post::new(db, [Does::Late(lost)]).await;
    let mail = post.after(0).await;
    assert_eq!(
        (mail.state.as_str(), mail.last_error.as_str()),
        ("maybe_sent", "the mail server did not answer")
    );
    assert_eq!(post.is_over().await, Some(0));
    assert_eq!((post.after(24).await.state.as_str(), post.has()), ("maybe_sent", 0));
    post.again(&mail).await;
    assert_eq!((post.after(0).await.state.as_str(), post.has()), ("sent", 1));
});

db::both!(a_worker_that_dies_with_the_message_handed_over_leaves_it_open, |db| {
    let post = Post::new(db, [Does::Dies]).await;
    let dying = tokio::time::timeout(Duration::from_millis(500), post.worker().run_due()).await;
    assert!(dying.is_err(), "it hangs");
    assert_eq!((post.outbox().await.state.as_str(), post.has()), ("sending", 1));
    // The lease runs out, and another worker finds the job.
    let mail = post.after(1).await;
    assert_eq!(
        (mail.state.as_str(), mail.last_error.as_str(), post.has()),
        ("maybe_sent", "The program ended before it knew the answer", 1)
    );
    assert_eq!(post.is_over().await, Some(0));
});

db::both!(a_mail_that_cannot_be_written_says_so_and_stays, |db| {
    let post = Post::new(db, []).await;
    let mail = post.outbox().await;
    let mut tx =
        post.bench.db.begin_in(db::Scope::organisation(post.cx.organisation_id().uuid())).await.unwrap();
    // As if it had been written by a release whose letters had another form.
    let content = post.bench.site.vault().seal("mail.content", mail.id.uuid(), b"{\"pages\": 3}").unwrap();
    db::sql("update mail set content = $3 where organisation_id = $1 and id = $2")
        .bind(post.cx.organisation_id())
        .bind(mail.id)
        .bind(content)
        .exactly_one(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mail = post.after(0).await;
    assert_eq!(mail.state, "failed");
    assert!(mail.last_error.starts_with("What it says cannot be read"), "{}", mail.last_error);
    assert_eq!(
        (post.is_over().await, post.has()),
        (Some(1), 0),
        "its job is kept for whoever looks after it"
    );
});
