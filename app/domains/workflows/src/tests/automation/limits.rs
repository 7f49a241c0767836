//! How much a rule sends within an hour.

use chrono::Duration;

use super::*;
use crate::automation::{MAILS_AN_HOUR, NOTICES_AN_HOUR};

impl World {
    /// Lets the newest run count as if it had sent as much.
    async fn has_sent(&self, mails: i64, notices: i64) {
        let newest = self.runs().await.pop().unwrap().id;
        let mut tx = self.owner.begin().await.unwrap();
        let id = self.owner.organisation_id();
        crate::repo::automation::note_sent(&mut tx, id, newest, (mails, notices)).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn mails(&self) -> usize {
        let count = kernel::testing::mails(self.owner.visit().site()).await.len();
        self.owner.visit().rest().await;
        count
    }
}

both!(a_rule_sends_so_many_mails_within_an_hour_and_does_the_rest, |db| {
    let world = World::new(&db).await;
    let mail = || Action::Mail { whom: Whom::Creator, subject: "New".into(), text: "{title}".into() };
    world.rule("Mail", Trigger::Created, "", vec![mail(), note("seen"), mail()]).await;
    world.rule("Other", Trigger::Changed(Part::Title), "", vec![mail()]).await;
    world.add("First", "1").await;
    world.work().await;
    assert_eq!((world.runs().await[0].log.why.as_str(), world.mails().await), ("", 2));
    world.has_sent(MAILS_AN_HOUR - 1, 0).await;
    let item = world.add("Second", "1").await;
    world.work().await;
    let run = world.runs().await.pop().unwrap();
    assert_eq!(run.state, State::Done);
    assert_eq!(
        run.log.done,
        [
            "Sent a mail to Olle Owner: New",
            "NOTE: seen",
            "Not sent, as too much was within an hour: a mail to Olle Owner: New"
        ]
    );
    assert_eq!(run.log.why, "A rule sends 200 mails within an hour at most.");
    assert_eq!((world.now(&item).await.data["note"].as_str(), world.mails().await), (Some("seen"), 3));
    // Another rule has sent nothing, and after an hour nor has this one.
    world.change(&item, |form| form.title = "Renamed".into()).await;
    world.work().await;
    assert_eq!(world.mails().await, 4);
    world.clock.pass(Duration::minutes(61));
    world.add("Third", "1").await;
    world.work().await;
    assert_eq!(world.mails().await, 6);
});

both!(a_rule_tells_so_many_members_within_an_hour, |db| {
    let world = World::new(&db).await;
    let then = vec![Action::Tell { whom: Whom::Creator, text: "new".into() }, note("seen")];
    world.rule("Tell", Trigger::Created, "", then).await;
    world.add("First", "1").await;
    world.work().await;
    world.has_sent(0, NOTICES_AN_HOUR).await;
    world.add("Second", "1").await;
    world.work().await;
    let run = world.runs().await.pop().unwrap();
    assert_eq!(run.log.done, ["Not told, as too much was within an hour: Olle Owner: new", "NOTE: seen"]);
    assert_eq!(
        (run.state, run.log.why.as_str()),
        (State::Done, "A rule tells members 1000 times within an hour at most.")
    );
});
