//! What the stories share: a site whose clock stands still, people, and the mails they get.

use std::sync::Arc;

use db::{Db, sql};
use kernel::{Cx, Mail, Membership, Role, Session, Site, Visit, testing::TestClock};

use crate::{
    account::acts::{SignUp, confirm, sign_up},
    session::{Origin, acts::log_in},
};

/// A password that nobody would try first.
pub(crate) const PASSWORD: &str = "four quiet winter cars";

/// A site with its clock.
pub(crate) struct World {
    pub(crate) site: Site,
    pub(crate) clock: Arc<TestClock>,
}

impl World {
    pub(crate) fn new(db: &Db) -> Self {
        let clock = TestClock::new();
        World { site: kernel::testing::site(db, clock.clone()), clock }
    }

    /// The same with HTTPS, which passkeys need.
    pub(crate) fn encrypted(db: &Db) -> Self {
        let clock = TestClock::new();
        let site = Site::new(db.clone(), clock.clone(), live::Hub::default(), "https://mediap.test");
        World { site, clock }
    }

    /// A visit by nobody.
    pub(crate) fn nobody(&self) -> Visit {
        Visit::new(self.site.clone(), "test", None)
    }

    /// A visit with the cookie of a session.
    pub(crate) async fn visit(&self, token: &str) -> Visit {
        let session = crate::authenticate(&self.site, Some(token)).await.unwrap();
        Visit::new(self.site.clone(), "test", session)
    }

    /// Somebody signs up and confirms.
    pub(crate) async fn person(&self, name: &str, email: &str, organisation: Option<&str>) {
        let form = SignUp {
            name: name.into(),
            email: email.into(),
            password: PASSWORD.into(),
            organisation: organisation.map(str::to_owned),
            time_zone: None,
        };
        sign_up(&self.nobody(), &origin(), &form).await.unwrap();
        let token = self.token_sent_to(email).await;
        confirm(&self.nobody(), &token).await.unwrap();
    }

    /// The token of a new session.
    pub(crate) async fn log_in(&self, email: &str) -> String {
        log_in(&self.nobody(), &origin(), email, PASSWORD).await.unwrap().token
    }

    /// The mails that wait to be sent, oldest first.
    pub(crate) async fn mails(&self) -> Vec<Mail> {
        let rows: Vec<(serde_json::Value,)> =
            sql("select payload from job where kind = 'mail.send' order by created_at")
                .all(self.site.db())
                .await
                .unwrap();
        rows.into_iter().map(|(payload,)| serde_json::from_value(payload).unwrap()).collect()
    }

    /// The newest mail to an address. The clock ticks, so that the next mail is newer than this one.
    pub(crate) async fn mail_to(&self, email: &str) -> Mail {
        let mail = self.mails().await.into_iter().rfind(|mail| mail.to == email).unwrap();
        self.clock.pass(chrono::Duration::milliseconds(1));
        mail
    }

    /// The token in the link of the newest mail to an address.
    pub(crate) async fn token_sent_to(&self, email: &str) -> String {
        let mail = self.mail_to(email).await;
        let link =
            mail.text.lines().find(|line| line.starts_with(self.site.base_url()) && line.contains("?token="));
        link.unwrap().split_once("?token=").unwrap().1.to_owned()
    }
}

/// Where the requests of the stories come from.
pub(crate) fn origin() -> Origin {
    Origin { address: Some("192.0.2.7".into()), user_agent: "Story/1.0".into() }
}

/// The context of the same person, with what the database says about them now.
pub(crate) async fn again(cx: &Cx) -> Cx {
    let session = cx.visit().session().unwrap();
    let (role,): (String,) = sql("select role from member where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .one(cx.db())
        .await
        .unwrap();
    let membership = Membership { role: role.parse::<Role>().unwrap(), ..cx.membership().clone() };
    let session = Session { membership: Some(membership), ..session.clone() };
    Visit::new(cx.visit().site().clone(), "test", Some(session)).member().unwrap()
}

/// The version of a member.
pub(crate) async fn version_of(cx: &Cx, id: kernel::MemberId) -> i64 {
    let (version,): (i64,) = sql("select version from member where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(id)
        .one(cx.db())
        .await
        .unwrap();
    version
}

/// The kinds of event of the organisation, by name: the clock stands still, so they have no order in time.
pub(crate) async fn events(cx: &Cx) -> Vec<String> {
    let rows: Vec<(String,)> = sql("select kind from event where organisation_id = $1 order by kind")
        .bind(cx.organisation_id())
        .all(cx.db())
        .await
        .unwrap();
    rows.into_iter().map(|(kind,)| kind).collect()
}
