//! Contexts for tests: a still clock and an organisation with members.

#![expect(clippy::unwrap_used, reason = "a test that cannot have its context may panic")]

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Duration, TimeZone, Utc};
use db::{Db, Scope, sql};
use letter::{Accent, Hex, Letter, Letterhead, Shades};
use uuid::Uuid;

use crate::{
    AccountId, Clock, Cx, MemberId, Membership, OrganisationId, Role, Session, SessionId, Settings, Site,
    Vault, Visit,
};

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct TestClock(Mutex<DateTime<Utc>>);

impl TestClock {
    /// Friday 21 November 2025, 08:00 UTC.
    pub fn new() -> Arc<Self> {
        Arc::new(TestClock(Mutex::new(Utc.with_ymd_and_hms(2025, 11, 21, 8, 0, 0).unwrap())))
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        *self.0.lock().unwrap() += time;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// A site on `db` whose clock stands still.
pub fn site(db: &Db, clock: Arc<TestClock>) -> Site {
    Site::new(db.clone(), clock, "http://mediap.test").with_vault(Vault::new([("test", [7; crate::KEY])]))
}

/// A mail that was written into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What it is about.
    pub key: String,
    /// Address of the receiver.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// What it says.
    pub letter: Letter,
    /// The same as text.
    pub text: String,
}

/// The paper of tests.
pub fn letterhead() -> Letterhead {
    let shades = Shades {
        solid: Hex::new("#00667f"),
        edge: Hex::new("#00667f"),
        on: Hex::new("#ffffff"),
        text: Hex::new("#00667f"),
    };
    let accent = Accent { light: shades.clone(), dark: shades };
    Letterhead { name: "Testers".into(), site: "http://mediap.test".into(), accent, logo: None }
}

/// The mails that were written and not sent yet, of every organisation, oldest first.
pub async fn mails(site: &Site) -> Vec<Written> {
    let organisations = site.organisations().await.unwrap().into_iter().map(|(id, _)| Some(id));
    let mut found = Vec::new();
    for organisation in std::iter::once(None).chain(organisations) {
        let reader = site.reader(organisation.map(|id| Scope::organisation(id.uuid())).unwrap_or_default());
        let rows: Vec<(Uuid, String, String, String, String)> =
            sql("select id, key, recipient, subject, content
                 from mail
                 where organisation_id is not distinct from $1 and content is not null")
            .bind(organisation)
            .all(&reader)
            .await
            .unwrap();
        found.extend(rows);
    }
    found.sort();
    let opened = |(id, key, to, subject, content): (Uuid, String, String, String, String)| {
        let letter = site.vault().open(crate::mail::PLACE, id, &content).unwrap();
        let letter: Letter = serde_json::from_slice(&letter).unwrap();
        let text = letter.text(&letterhead()).unwrap();
        Written { key, to, subject, letter, text }
    };
    found.into_iter().map(opened).collect()
}

impl Visit {
    /// A visit by nobody.
    pub fn test(db: &Db) -> Visit {
        Visit::new(site(db, TestClock::new()), "test", None)
    }
}

impl Cx {
    /// A new organisation and the context of its owner.
    pub async fn test(db: &Db, organisation: &str) -> Cx {
        Self::test_on(site(db, TestClock::new()), organisation).await
    }

    /// The same on a site that is there.
    pub async fn test_on(site: Site, organisation: &str) -> Cx {
        let db = site.db();
        let now = site.now();
        let organisation_id = OrganisationId::from(Uuid::now_v7_for_test());
        let mut tx = db.begin_in(Scope::organisation(organisation_id.uuid())).await.unwrap();
        sql("insert into organisation (id, name, time_zone, created_at, updated_at) values ($1, $2, 'Europe/Stockholm', $3, $3)")
            .bind(organisation_id)
            .bind(organisation)
            .bind(now)
            .exactly_one(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        member(site, organisation_id, organisation, "Olle Owner", Role::Owner).await
    }

    /// A further member of the same organisation.
    pub async fn colleague(&self, name: &str, role: Role) -> Cx {
        let membership = self.membership();
        member(
            self.visit().site().clone(),
            membership.organisation_id,
            &membership.organisation_name,
            name,
            role,
        )
        .await
    }
}

async fn member(
    site: Site,
    organisation_id: OrganisationId,
    organisation: &str,
    name: &str,
    role: Role,
) -> Cx {
    let now = site.now();
    let account_id = AccountId::from(Uuid::now_v7_for_test());
    let member_id = MemberId::from(Uuid::now_v7_for_test());
    let email = format!("{}@{}.test", name.to_lowercase().replace(' ', "."), account_id.uuid().simple());
    let mut tx = site.db().begin_in(Scope::organisation(organisation_id.uuid())).await.unwrap();
    sql("insert into account (id, email, name, password_hash, confirmed_at, created_at, updated_at)
         values ($1, $2, $3, '', $4, $4, $4)")
    .bind(account_id)
    .bind(&email)
    .bind(name)
    .bind(now)
    .exactly_one(&mut tx)
    .await
    .unwrap();
    sql("insert into member (id, organisation_id, account_id, role, state, created_at, updated_at)
         values ($1, $2, $3, $4, 'active', $5, $5)")
    .bind(member_id)
    .bind(organisation_id)
    .bind(account_id)
    .bind(role.as_str())
    .bind(now)
    .exactly_one(&mut tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let membership = Membership {
        organisation_id,
        organisation_name: organisation.into(),
        member_id,
        role,
        permissions: role.permissions(),
        grants: Vec::new(),
        settings: Settings::default(),
        brand: None,
    };
    let session = Session {
        id: SessionId::from(Uuid::now_v7_for_test()),
        account_id,
        name: name.into(),
        email,
        membership: Some(membership.into()),
        barred_by: None,
        proved_at: now,
        acting: None,
    };
    Visit::new(site, "test", Some(session)).member().unwrap()
}

trait ForTest {
    fn now_v7_for_test() -> Uuid;
}

impl ForTest for Uuid {
    fn now_v7_for_test() -> Uuid {
        #[expect(clippy::disallowed_methods, reason = "fixtures are made outside any context")]
        Uuid::now_v7()
    }
}
