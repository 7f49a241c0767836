//! What the stories share: a site whose clock stands still, people, and the mails they get.

use std::sync::Arc;

use db::{Db, sql};
use kernel::{
    Cx, Membership, Role, Session, Site, Visit,
    testing::{TestClock, Written},
};

use crate::{
    account::acts::{SignUp, confirm, sign_up},
    factor::{self, totp},
    session::{Begun, Origin, acts::log_in},
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
        let site = Site::new(db.clone(), clock.clone(), "https://mediap.test")
            .with_vault(kernel::Vault::new([("test", [7; kernel::KEY])]));
        World { site, clock }
    }

    /// A visit by nobody.
    pub(crate) fn nobody(&self) -> Visit {
        Visit::new(self.site.clone(), "test", None)
    }

    /// A visit with the cookie of a session.
    pub(crate) async fn visit(&self, token: &str) -> Visit {
        match crate::authenticate(&self.site, Some(token)).await.unwrap() {
            Some(recognised) => Visit::by_session(self.site.clone(), "test", recognised),
            None => self.nobody(),
        }
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
        self.begin(email).await.into_started().unwrap().token
    }

    /// What the right password comes to.
    pub(crate) async fn begin(&self, email: &str) -> Begun {
        log_in(&self.nobody(), &origin(), email, PASSWORD).await.unwrap()
    }

    /// The code that an authenticator app shows now for a secret in base32.
    pub(crate) fn code(&self, secret: &str) -> String {
        totp::code(&unbase32(secret), totp::step_at(self.site.now()))
    }

    /// Gives the person of a session an authenticator app, and returns its secret in base32.
    pub(crate) async fn enrol(&self, token: &str) -> String {
        let visit = self.visit(token).await;
        factor::acts::begin_app(&visit).await.unwrap();
        let secret = factor::acts::setup(&visit).await.unwrap().unwrap().secret;
        factor::acts::confirm_app(&visit, &origin(), &self.code(&secret)).await.unwrap();
        // The next code is another one.
        self.clock.pass(chrono::Duration::seconds(30));
        secret
    }

    /// The mails that wait to be sent, oldest first.
    pub(crate) async fn mails(&self) -> Vec<Written> {
        kernel::testing::mails(&self.site).await
    }

    /// The newest mail to an address. The clock ticks, so that the next mail is newer than this one.
    pub(crate) async fn mail_to(&self, email: &str) -> Written {
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
    Origin { address: Some("192.0.2.7".into()), user_agent: "Story/1.0".into(), device: None }
}

fn unbase32(text: &str) -> Vec<u8> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = text
        .chars()
        .filter_map(|letter| letters.find(letter))
        .flat_map(|value| (0..5).rev().map(move |bit| u8::from(value >> bit & 1 == 1)));
    let bits: Vec<u8> = bits.collect();
    bits.chunks_exact(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
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
    let role = role.parse::<Role>().unwrap();
    let (further, grants) = crate::role::repo::fold(
        crate::role::repo::grants_of(cx.db(), cx.organisation_id(), cx.member_id())
            .await
            .unwrap()
            .iter()
            .map(|grant| &grant.columns),
    );
    let permissions = role.permissions().union(further);
    let membership = Membership { role, permissions, grants, ..cx.membership().clone() };
    let session = Session { membership: Some(membership.into()), ..session.clone() };
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

/// The kinds of entry in the organisation's audit log, by name.
pub(crate) async fn events(cx: &Cx) -> Vec<String> {
    let rows: Vec<(String,)> = sql("select kind from audit where organisation_id = $1 order by kind")
        .bind(cx.organisation_id())
        .all(cx.db())
        .await
        .unwrap();
    rows.into_iter().map(|(kind,)| kind).collect()
}
