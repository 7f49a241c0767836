use chrono::TimeZone;

use super::*;
use crate::testing::{FakeProvider, Lie};

const BACK: &str = "https://mediap.example/oidc/fake/callback";

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2025, 11, 21, 8, 0, 0).unwrap()
}

/// One log-in from end to end.
async fn through(fake: &FakeProvider, provider: &Provider) -> Result<Identity, Error> {
    let started = provider.start(BACK).await.unwrap();
    let (code, state) = fake.visit(&started.address);
    assert_eq!(state, started.state);
    provider.finish(BACK, &code, &started.nonce, &started.verifier, now()).await
}

#[tokio::test]
async fn a_person_is_known_by_issuer_and_subject() {
    let fake = FakeProvider::start(now).await;
    let provider = fake.provider("fake");
    let identity = through(&fake, &provider).await.unwrap();
    assert_eq!((identity.issuer.as_str(), identity.subject.as_str()), (provider.issuer(), "subject-1"));
    assert_eq!(identity.email.as_deref(), Some("elsa@nordvik.example"));
    assert_eq!((identity.email_verified, identity.name.as_deref()), (true, Some("Elsa Lindqvist")));
}

#[tokio::test]
async fn every_lie_in_a_token_is_found() {
    let fake = FakeProvider::start(now).await;
    let provider = fake.provider("fake");
    for (lie, word) in [
        (Lie::Nonce, "nonce"),
        (Lie::Issuer, "issuer"),
        (Lie::Audience, "audience"),
        (Lie::Expired, "expired"),
        (Lie::Signature, "ignature"),
        (Lie::ForeignKey, "ignature"),
        (Lie::Unsigned, "ignature"),
        (Lie::SharedSecret, "algorithm"),
    ] {
        fake.tell(|story| story.lie = lie);
        match through(&fake, &provider).await {
            Err(Error::Wrong(cause)) => assert!(cause.contains(word), "{lie:?}: {cause}"),
            other => panic!("{lie:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn an_address_counts_as_proved_only_when_somebody_vouches_for_it() {
    let fake = FakeProvider::start(now).await;
    let provider = fake.provider("fake");
    for said in [None, Some(false)] {
        fake.tell(|story| story.email_verified = said);
        assert!(!through(&fake, &provider).await.unwrap().email_verified);
    }
    let trusting = Provider::new(Settings { trust_email: true, ..fake.settings("fake") });
    assert!(through(&fake, &trusting).await.unwrap().email_verified);
}

#[tokio::test]
async fn an_address_may_come_with_the_user_information() {
    let fake = FakeProvider::start(now).await;
    fake.tell(|story| story.lie = Lie::AddressElsewhere);
    let identity = through(&fake, &fake.provider("fake")).await.unwrap();
    assert_eq!((identity.email.as_deref(), identity.email_verified), (Some("elsa@nordvik.example"), true));
}

#[tokio::test]
async fn a_code_works_once_and_only_for_who_began() {
    let fake = FakeProvider::start(now).await;
    let provider = fake.provider("fake");
    let started = provider.start(BACK).await.unwrap();
    let (code, _) = fake.visit(&started.address);
    assert!(provider.finish(BACK, &code, &started.nonce, &started.verifier, now()).await.is_ok());
    let again = provider.finish(BACK, &code, &started.nonce, &started.verifier, now()).await;
    assert!(matches!(again, Err(Error::Refused(_))), "{again:?}");

    let other = provider.start(BACK).await.unwrap();
    let (code, _) = fake.visit(&started.address);
    let foreign = provider.finish(BACK, &code, &started.nonce, &other.verifier, now()).await;
    assert!(matches!(foreign, Err(Error::Refused(_))), "{foreign:?}");
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_said_so() {
    let settings = Settings {
        id: "gone".into(),
        name: "Gone".into(),
        issuer: "http://127.0.0.1:9".into(),
        client_id: "mediap".into(),
        client_secret: None,
        scopes: Vec::new(),
        trust_email: false,
    };
    let result = Provider::new(settings).start(BACK).await;
    assert!(matches!(result, Err(Error::Unreachable(_))), "{result:?}");
}
