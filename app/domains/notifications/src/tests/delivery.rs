//! What is told beyond the inbox, on both engines: by mail at once, in the morning, and in browsers.

use std::sync::Arc;

use chrono::Duration;
use db::{Db, both};
use jobs::{Handlers, NewJob, Now, Queue, Worker};
use kernel::{
    ByMail, Cx, MemberId, NoticeKind, Reason, Role, Ways,
    testing::{TestClock, Written, mails, site},
};
use outbound::Outbound;
use push::testing::{Browser, Service};

use super::{PLACE, choose, notice, tell};
use crate::{
    delivery::{DIGESTS, Desk, Reach, Reached, handlers},
    model::Shown,
    repo,
};

const AT_ONCE: Ways = Ways { in_app: true, mail: ByMail::AtOnce, push: false };
const PUSHED: Ways = Ways { in_app: true, mail: ByMail::Off, push: true };

/// Two people at work. It is nine in the morning where they are.
struct World {
    clock: Arc<TestClock>,
    olle: Cx,
    petra: Cx,
    worker: Worker,
    queue: Queue,
}

impl World {
    async fn new(db: &Db) -> Self {
        let clock = TestClock::new();
        let site = site(db, clock.clone());
        let olle = Cx::test_on(site.clone(), "Nordvik Cars").await;
        let petra = olle.colleague("Petra Planner", Role::Member).await;
        let home = "http://127.0.0.1".parse().unwrap();
        let (owner, known) = (olle.member_id(), petra.membership().clone());
        let of = site.clone();
        let reach: Reach = Arc::new(move |_, member: MemberId| {
            let found = (member == known.member_id || member == owner).then(|| Reached {
                cx: Cx::system(&of, "test", known.clone()),
                name: "Petra Planner".into(),
                email: "petra@nordvik.example".into(),
            });
            Box::pin(async { Ok(found) })
        });
        let sender = push::Sender::new(Outbound::at_home_with(&home), "mailto:ops@nordvik.example".into());
        let desk = Desk { site: site.clone(), reach, sender };
        let now: Now = Arc::new(move || site.now());
        let worker = Worker::new(Queue::new(db.clone()), handlers(Handlers::default(), &desk), now);
        World { clock, olle, petra, worker, queue: Queue::new(db.clone()) }
    }

    /// Tells Petra of a comment on a record.
    async fn comment(&self, record: u128, source: u128) {
        tell(&self.olle, notice(record, source, &[(self.petra.member_id(), Reason::Assignee)])).await;
    }

    async fn after(&self, time: Duration) {
        self.clock.pass(time);
        self.petra.visit().rest().await;
        self.worker.run_due().await.unwrap();
    }

    /// What the hourly job does.
    async fn digests(&self) -> Vec<Written> {
        let mut tx = self.olle.begin().await.unwrap();
        tx.enqueue(NewJob::new(DIGESTS, serde_json::json!({}))).await.unwrap();
        tx.commit().await.unwrap();
        self.after(Duration::zero()).await;
        self.mails().await
    }

    async fn mails(&self) -> Vec<Written> {
        mails(self.olle.visit().site()).await
    }

    async fn read_all(&self) {
        let mut tx = self.petra.begin().await.unwrap();
        repo::mark_all(&mut tx, &self.petra, self.petra.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn leave_alone(&self, time: Duration) {
        let mut tx = self.petra.begin().await.unwrap();
        repo::mute(&mut tx, &self.petra, self.petra.now() + time).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn subscribe(&self, service: &Service, name: &str, browser: &Browser) {
        let (public, secret) = browser.keys();
        let subscription = push::Subscription::read(&service.endpoint(name), &public, &secret).unwrap();
        let (public_key, secret) = subscription.keys();
        let kept = repo::device::Kept {
            endpoint: service.endpoint(name),
            public_key: public_key.to_vec(),
            secret: secret.to_vec(),
        };
        let mut tx = self.petra.begin().await.unwrap();
        let id = self.petra.new_id();
        repo::device::put(&mut tx, &self.petra, id, &kept, "Firefox on Linux").await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn devices(&self) -> usize {
        self.petra.visit().rest().await;
        repo::device::list(&self.petra).await.unwrap().len()
    }
}

both!(a_mail_at_once_tells_all_that_happened_to_a_record_and_is_written_once, |db| {
    let world = World::new(&db).await;
    choose(&world.petra, None, AT_ONCE).await;
    world.comment(1, 1).await;
    world.comment(1, 2).await;
    world.comment(2, 3).await;
    world.after(Duration::seconds(59)).await;
    assert!(world.mails().await.is_empty(), "they may see it in the inbox");
    world.after(Duration::seconds(2)).await;
    let written = world.mails().await;
    let mut subjects: Vec<_> = written.iter().map(|mail| mail.subject.as_str()).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, ["2 news about UC-1 Volvo", "Olle Owner commented on UC-2 Volvo"]);
    for mail in &written {
        assert_eq!(mail.to, "petra@nordvik.example");
        assert!(mail.text.contains("The keys are here."), "{}", mail.text);
        assert!(mail.text.contains("because it is assigned to you"), "{}", mail.text);
        assert!(mail.text.contains("http://mediap.test/items/UC-"), "{}", mail.text);
    }
    world.after(Duration::hours(1)).await;
    assert_eq!(world.mails().await.len(), 2);
});

both!(who_has_seen_it_or_wants_to_be_left_alone_gets_no_mail_at_once, |db| {
    let world = World::new(&db).await;
    choose(&world.petra, None, AT_ONCE).await;
    world.comment(1, 1).await;
    world.read_all().await;
    world.after(Duration::minutes(2)).await;
    assert!(world.mails().await.is_empty());

    world.leave_alone(Duration::hours(2)).await;
    world.comment(2, 2).await;
    world.after(Duration::minutes(2)).await;
    assert!(world.mails().await.is_empty());
    assert!(world.digests().await.is_empty(), "nor one of the morning meanwhile");
    // The next morning.
    world.clock.pass(Duration::hours(23));
    let written = world.digests().await;
    assert_eq!(written.len(), 1, "what was muted waits for the morning");
    assert_eq!(written[0].subject, "You have not seen yet: UC-2 Volvo");
});

both!(the_mail_of_the_morning_lists_what_was_not_seen_and_is_never_empty, |db| {
    let world = World::new(&db).await;
    for record in 1..=25 {
        world.comment(record, record).await;
    }
    world.comment(1, 100).await;
    assert!(world.digests().await.is_empty(), "what came after seven waits for the next morning");
    world.clock.pass(Duration::hours(21));
    assert!(world.digests().await.is_empty(), "it is six");
    world.clock.pass(Duration::hours(1));
    let written = world.digests().await;
    assert_eq!(written.len(), 1);
    assert_eq!(written[0].subject, "You have not seen 25 things yet");
    assert!(written[0].text.contains("And 5 more."), "{}", written[0].text);
    assert!(written[0].text.contains("Olle Owner: The keys are here., and one more"), "{}", written[0].text);
    assert_eq!(world.digests().await.len(), 1, "each is told once");
    world.clock.pass(Duration::days(1));
    assert_eq!(world.digests().await.len(), 1, "nothing new, no mail");
});

both!(what_was_chosen_for_a_place_counts_there_and_nowhere_else, |db| {
    let world = World::new(&db).await;
    choose(&world.petra, None, Ways::NONE).await;
    choose(&world.petra, Some(PLACE), AT_ONCE).await;
    world.comment(1, 1).await;
    let mut elsewhere = notice(2, 2, &[(world.petra.member_id(), Reason::Assignee)]);
    elsewhere.place_id = None;
    tell(&world.olle, elsewhere).await;
    world.after(Duration::minutes(2)).await;
    let written = world.mails().await;
    assert_eq!(written.len(), 1);
    assert!(written[0].subject.contains("UC-1"));
    let mut tx = world.petra.begin().await.unwrap();
    assert_eq!(repo::choose_as_everywhere(&mut tx, &world.petra, PLACE).await.unwrap(), 1);
    assert_eq!(repo::choose_as_everywhere(&mut tx, &world.petra, uuid::Uuid::nil()).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let chosen = repo::chosen(&world.petra, Some(PLACE)).await.unwrap();
    assert_eq!(chosen, [(uuid::Uuid::nil(), NoticeKind::Commented, Ways::NONE)]);
});

both!(browsers_are_told_in_secret_and_forgotten_when_they_are_gone, |db| {
    let (world, service) = (World::new(&db).await, Service::start().await);
    let (phone, desk) = (Browser::new(1), Browser::new(2));
    choose(&world.petra, None, PUSHED).await;
    world.subscribe(&service, "phone", &phone).await;
    world.subscribe(&service, "desk", &desk).await;
    world.subscribe(&service, "desk", &desk).await;
    assert_eq!(world.devices().await, 2);
    world.comment(1, 1).await;
    world.after(Duration::zero()).await;
    let took = service.took();
    assert_eq!(took.len(), 2);
    let read = |body: &[u8]| {
        let browser = [&phone, &desk]
            .into_iter()
            .find(|one| std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| one.read(body))).is_ok());
        let text = browser.unwrap().read(body);
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    for (headers, body) in &took {
        let told = read(body);
        assert_eq!(told["title"], "Olle Owner commented on UC-1 Volvo");
        assert_eq!((&told["body"], &told["path"]), (&"The keys are here.".into(), &"/items/UC-1".into()));
        assert_eq!(told["unread"], 1);
        assert!(headers["authorization"].to_str().unwrap().starts_with("vapid t="));
        assert_eq!(headers["topic"].len(), 32);
    }

    service.answer([410, 503]);
    world.comment(2, 2).await;
    world.after(Duration::zero()).await;
    assert_eq!(world.devices().await, 1, "who is gone is forgotten");
    assert!(service.took().is_empty());
    world.after(Duration::minutes(10)).await;
    assert_eq!(service.took().len(), 1, "a service that is away is asked again");
    assert_eq!(world.queue.counts().await.unwrap().failed, 0);
});

both!(an_address_inside_the_network_is_never_asked, |db| {
    let (world, service) = (World::new(&db).await, Service::start().await);
    choose(&world.petra, None, PUSHED).await;
    let (key, secret) = Browser::new(1).keys();
    let inside = push::Subscription::read("https://10.0.0.1/push", &key, &secret).unwrap();
    let (public_key, secret) = inside.keys();
    let kept = repo::device::Kept {
        endpoint: "https://10.0.0.1/push".into(),
        public_key: public_key.to_vec(),
        secret: secret.to_vec(),
    };
    let mut tx = world.petra.begin().await.unwrap();
    repo::device::put(&mut tx, &world.petra, world.petra.new_id(), &kept, "Somebody").await.unwrap();
    tx.commit().await.unwrap();
    world.comment(1, 1).await;
    world.after(Duration::zero()).await;
    assert_eq!(world.devices().await, 0);
    assert_eq!(world.queue.counts().await.unwrap().failed, 0);
    assert!(service.took().is_empty());
});

both!(a_browser_is_not_told_what_was_seen_or_is_muted_or_old, |db| {
    let (world, service) = (World::new(&db).await, Service::start().await);
    choose(&world.petra, None, PUSHED).await;
    world.subscribe(&service, "phone", &Browser::new(1)).await;
    world.comment(1, 1).await;
    world.read_all().await;
    world.after(Duration::zero()).await;
    world.comment(2, 2).await;
    world.after(Duration::hours(25)).await;
    world.leave_alone(Duration::hours(1)).await;
    world.comment(3, 3).await;
    world.after(Duration::zero()).await;
    assert!(service.took().is_empty());
});

both!(ten_thousand_notifications_to_one_person_stay_one_inbox_and_one_mail, |db| {
    let world = World::new(&db).await;
    let to = [(world.petra.member_id(), Reason::Assignee)];
    for sender in 0..170_u128 {
        let cx = world.olle.colleague(&format!("Sender {sender}"), Role::Member).await;
        let mut tx = cx.begin().await.unwrap();
        // The last ones are more than one sender may tell.
        for number in 0..62_u128 {
            tx.notify(notice(sender * 100 + number, sender * 100 + number, &to)).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    world.petra.visit().rest().await;
    assert_eq!(kernel::unread(&world.petra).await.unwrap(), 100, "nobody counts further");
    assert_eq!(repo::list(&world.petra, Shown::Unread, None, 100).await.unwrap().len(), 100);
    world.clock.pass(Duration::days(1));
    let written = world.digests().await;
    assert_eq!(written.len(), 1);
    assert_eq!(written[0].subject, "You have not seen 10200 things yet");
    assert!(written[0].text.len() < 10_000, "{}", written[0].text.len());
    assert_eq!(world.digests().await.len(), 1);
});
