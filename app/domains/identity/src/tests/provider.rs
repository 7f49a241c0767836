//! Getting in through a provider: a small one on this machine says who people are, and lies on demand.

use chrono::Duration;
use db::{both, sql};
use kernel::{Clock, Cx, Error, Visit};
use oidc::testing::{FakeProvider, Lie};

use super::fixture::{PASSWORD, World, origin};
use crate::{
    Providers,
    account::acts::SignUp,
    member::{self, acts::Accepted},
    provider::{
        acts::{self, Aim, Answer, Outcome},
        model::{Proof, Why},
    },
    session::{Begun, acts::log_in, challenge},
};

const ELSA: &str = "elsa@nordvik.example";
const BROWSER: &str = "browser";

struct Story {
    world: World,
    fake: FakeProvider,
    providers: Providers,
}

impl Story {
    async fn new(db: &db::Db) -> Self {
        let world = World::new(db);
        let clock = world.clock.clone();
        let fake = FakeProvider::start(move || clock.now()).await;
        let providers = Providers::new(&[fake.settings("fake"), fake.settings("other")]);
        Story { world, fake, providers }
    }

    /// Goes to the provider, and comes back with its answer.
    async fn visit(&self, visit: &Visit, aim: Aim) -> Answer {
        let address =
            acts::start(visit, &self.providers, &origin(), BROWSER, "fake", aim, Some("/workflows")).await;
        let (code, state) = self.fake.visit(&address.unwrap().unwrap());
        Answer { state, code: Some(code), error: None }
    }

    async fn finish(&self, visit: &Visit, answer: &Answer) -> Outcome {
        acts::finish(visit, &self.providers, &origin(), Some(BROWSER), "fake", answer).await.unwrap()
    }

    async fn through(&self, visit: &Visit, aim: Aim) -> Outcome {
        let answer = self.visit(visit, aim).await;
        self.finish(visit, &answer).await
    }

    async fn log_in(&self) -> Outcome {
        self.through(&self.world.nobody(), Aim::LogIn).await
    }

    async fn inside(&self, outcome: Outcome) -> (Visit, String) {
        match outcome {
            Outcome::In(begun, path) => (self.world.visit(&begun.into_started().unwrap().token).await, path),
            other => panic!("{other:?}"),
        }
    }

    async fn count(&self, db: &db::Db) -> (i64, i64) {
        let (accounts,): (i64,) = sql("select count(*) from account").one(db).await.unwrap();
        let (links,): (i64,) = sql("select count(*) from linked_identity").one(db).await.unwrap();
        (accounts, links)
    }
}

fn failed(outcome: Outcome) -> Why {
    match outcome {
        Outcome::Failed(why) => why,
        other => panic!("{other:?}"),
    }
}

both!(a_new_person_comes_in_and_comes_again, |db| {
    let story = Story::new(&db).await;
    let (visit, path) = story.inside(story.log_in().await).await;
    let session = visit.session().unwrap();
    assert_eq!((session.email.as_str(), session.name.as_str()), (ELSA, "Elsa Lindqvist"));
    assert_eq!(path, "/workflows");
    assert_eq!(story.world.mail_to(ELSA).await.subject, "Fake was linked to your account");

    // The address may change there; the person stays the same.
    story.fake.tell(|next| next.email = Some("elsa@elsewhere.example".into()));
    let (again, _) = story.inside(story.log_in().await).await;
    assert_eq!(again.session().unwrap().account_id, session.account_id);
    assert_eq!(story.count(&db).await, (1, 1));
    let linked = acts::linked(&again, &story.providers).await.unwrap();
    assert_eq!(
        (linked.list[0].provider.as_str(), linked.list[0].email.as_str()),
        ("Fake", "elsa@elsewhere.example")
    );
    assert_eq!(linked.list[0].last_used_at, Some(again.now()));

    // Nobody knows a password of theirs.
    let guess = log_in(&story.world.nobody(), &origin(), ELSA, "").await.unwrap_err();
    assert!(guess.field("password").is_some());
});

both!(what_does_not_hold_lets_nobody_in, |db| {
    let story = Story::new(&db).await;
    for lie in [
        Lie::Nonce,
        Lie::Issuer,
        Lie::Audience,
        Lie::Expired,
        Lie::Signature,
        Lie::ForeignKey,
        Lie::Unsigned,
        Lie::SharedSecret,
    ] {
        story.fake.tell(|next| next.lie = lie);
        assert_eq!(failed(story.log_in().await), Why::Wrong, "{lie:?}");
    }
    assert_eq!(story.count(&db).await, (0, 0));
});

both!(an_unverified_address_is_refused, |db| {
    let story = Story::new(&db).await;
    for said in [None, Some(false)] {
        story.fake.tell(|next| next.email_verified = said);
        assert_eq!(failed(story.log_in().await), Why::Unverified);
    }
    story.fake.tell(|next| next.email = None);
    assert_eq!(failed(story.log_in().await), Why::NoAddress);
    assert_eq!(story.count(&db).await, (0, 0));
    // Also where the address has an account: not even a way to prove it is offered.
    story.world.person("Elsa Lindqvist", ELSA, None).await;
    story.fake.tell(|next| next.email = Some(ELSA.into()));
    assert_eq!(failed(story.log_in().await), Why::Unverified);
});

both!(an_answer_counts_once_in_its_browser_with_its_state_and_in_time, |db| {
    let story = Story::new(&db).await;
    let nobody = story.world.nobody();
    let answer = story.visit(&nobody, Aim::LogIn).await;
    let made_up = Answer { state: "made up".into(), ..answer.clone() };
    assert_eq!(failed(story.finish(&nobody, &made_up).await), Why::Late);
    for browser in [None, Some("another")] {
        let other = acts::finish(&nobody, &story.providers, &origin(), browser, "fake", &answer).await;
        assert_eq!(failed(other.unwrap()), Why::Late);
    }
    let elsewhere = acts::finish(&nobody, &story.providers, &origin(), Some(BROWSER), "other", &answer).await;
    assert_eq!(failed(elsewhere.unwrap()), Why::Late);
    story.inside(story.finish(&nobody, &answer).await).await;
    assert_eq!(failed(story.finish(&nobody, &answer).await), Why::Late);

    let answer = story.visit(&nobody, Aim::LogIn).await;
    story.world.clock.pass(Duration::minutes(10));
    assert_eq!(failed(story.finish(&nobody, &answer).await), Why::Late);
    crate::sweep(&story.world.site).await.unwrap();
    let (left,): (i64,) = sql("select count(*) from oidc_flow").one(&db).await.unwrap();
    assert_eq!(left, 0);
});

both!(who_says_no_at_the_provider_is_not_let_in, |db| {
    let story = Story::new(&db).await;
    let nobody = story.world.nobody();
    for (error, why) in [("access_denied", Why::Cancelled), ("server_error", Why::Unreachable)] {
        let answer = story.visit(&nobody, Aim::LogIn).await;
        let answer = Answer { code: None, error: Some(error.into()), ..answer };
        assert_eq!(failed(story.finish(&nobody, &answer).await), why);
    }
    let unknown = acts::start(&nobody, &story.providers, &origin(), BROWSER, "none", Aim::LogIn, None).await;
    assert_eq!(unknown, Err(Error::NotFound));
});

both!(an_account_with_the_address_is_linked_by_its_password_only, |db| {
    let story = Story::new(&db).await;
    story.world.person("Elsa Lindqvist", ELSA, Some("Nordvik Cars")).await;
    let nobody = story.world.nobody();
    assert!(matches!(story.log_in().await, Outcome::Prove));
    assert_eq!(story.count(&db).await, (1, 0));
    let waiting = acts::waiting(&nobody, &story.providers, Some(BROWSER)).await.unwrap().unwrap();
    assert_eq!((waiting.email.as_str(), waiting.proof), (ELSA, Proof::Password));
    assert_eq!(acts::waiting(&nobody, &story.providers, Some("another")).await.unwrap(), None);

    let prove =
        async |browser, password| acts::prove(&nobody, &story.providers, &origin(), browser, password).await;
    assert!(prove(Some(BROWSER), "wrong").await.unwrap_err().field("password").is_some());
    assert!(matches!(prove(Some("another"), PASSWORD).await, Err(Error::Conflict(_))));
    assert!(matches!(prove(None, PASSWORD).await, Err(Error::Conflict(_))));
    let (started, path) = prove(Some(BROWSER), PASSWORD).await.unwrap();
    assert_eq!(path, "/workflows");
    assert_eq!(
        story.world.visit(&started.unwrap().into_started().unwrap().token).await.session().unwrap().email,
        ELSA
    );
    assert!(matches!(prove(Some(BROWSER), PASSWORD).await, Err(Error::Conflict(_))));

    let (_, path) = story.inside(story.log_in().await).await;
    assert_eq!((path.as_str(), story.count(&db).await), ("/workflows", (1, 1)));
});

both!(who_is_logged_in_to_the_account_has_proved_it, |db| {
    let story = Story::new(&db).await;
    story.world.person("Elsa Lindqvist", ELSA, Some("Nordvik Cars")).await;
    // After the provider: logged in another way meanwhile.
    assert!(matches!(story.log_in().await, Outcome::Prove));
    let elsa = story.world.visit(&story.world.log_in(ELSA).await).await;
    let waiting = acts::waiting(&elsa, &story.providers, Some(BROWSER)).await.unwrap().unwrap();
    assert_eq!(waiting.proof, Proof::LoggedIn);
    let (started, _) = acts::prove(&elsa, &story.providers, &origin(), Some(BROWSER), "").await.unwrap();
    assert!(started.is_none());
    assert_eq!(story.count(&db).await, (1, 1));
    // Before: the log-in page while logged in.
    story.fake.tell(|next| next.subject = "subject-2".into());
    story.inside(story.through(&elsa, Aim::LogIn).await).await;
    assert_eq!(story.count(&db).await, (1, 2));
});

both!(who_was_logged_in_long_ago_shows_once_more_that_it_is_them, |db| {
    let story = Story::new(&db).await;
    story.world.person("Elsa Lindqvist", ELSA, Some("Nordvik Cars")).await;
    let token = story.world.log_in(ELSA).await;
    story.world.clock.pass(Duration::minutes(10));
    // By the log-in page it is no easier than in the settings.
    let elsa = story.world.visit(&token).await;
    let begun = acts::start(&elsa, &story.providers, &origin(), BROWSER, "fake", Aim::Link, None).await;
    assert_eq!(begun, Err(Error::ProveAgain));
    assert!(matches!(story.through(&elsa, Aim::LogIn).await, Outcome::Prove));
    let waiting = async |visit: &Visit| {
        acts::waiting(visit, &story.providers, Some(BROWSER)).await.unwrap().unwrap().proof
    };
    assert_eq!(waiting(&elsa).await, Proof::Again);
    let early = acts::prove(&elsa, &story.providers, &origin(), Some(BROWSER), "").await;
    assert!(matches!(early, Err(Error::Conflict(_))), "{early:?}");
    assert_eq!(story.count(&db).await, (1, 0));

    let token = crate::session::prove::prove(&elsa, &origin(), PASSWORD, "").await.unwrap();
    let elsa = story.world.visit(&token).await;
    assert_eq!(waiting(&elsa).await, Proof::LoggedIn);
    let (begun, path) = acts::prove(&elsa, &story.providers, &origin(), Some(BROWSER), "").await.unwrap();
    assert_eq!((begun.is_none(), path.as_str(), story.count(&db).await), (true, "/workflows", (1, 1)));
});

both!(an_account_with_a_second_factor_is_linked_after_the_code, |db| {
    let story = Story::new(&db).await;
    story.world.person("Elsa Lindqvist", ELSA, Some("Nordvik Cars")).await;
    let secret = story.world.enrol(&story.world.log_in(ELSA).await).await;
    assert!(matches!(story.log_in().await, Outcome::Prove));
    let nobody = story.world.nobody();
    let (begun, path) =
        acts::prove(&nobody, &story.providers, &origin(), Some(BROWSER), PASSWORD).await.unwrap();
    let Some(Begun::SecondFactor(challenge)) = begun else { panic!("the code is asked for") };
    assert_eq!((path.as_str(), story.count(&db).await), ("/oidc/link", (1, 0)), "nothing is linked yet");
    // Who knows the password only gets no further than that.
    assert!(matches!(story.log_in().await, Outcome::Prove));

    let code = story.world.code(&secret);
    let started = challenge::answer(&nobody, &origin(), Some(&challenge), &code).await.unwrap();
    let elsa = story.world.visit(&started.token).await;
    let waiting = acts::waiting(&elsa, &story.providers, Some(BROWSER)).await.unwrap().unwrap();
    assert_eq!(waiting.proof, Proof::LoggedIn);
    let (begun, path) = acts::prove(&elsa, &story.providers, &origin(), Some(BROWSER), "").await.unwrap();
    assert_eq!((begun.is_none(), path.as_str(), story.count(&db).await), (true, "/workflows", (1, 1)));
    // The provider is a first step from now on, and the code the second.
    let Outcome::In(Begun::SecondFactor(_), _) = story.log_in().await else {
        panic!("the code is asked for")
    };
});

both!(who_came_through_a_provider_joins_without_a_password, |db| {
    let story = Story::new(&db).await;
    let world = &story.world;
    let (elsa, _) = story.inside(story.log_in().await).await;
    let organisation = Cx::test_on(world.site.clone(), "Nordvik Cars").await;
    let another = Cx::test_on(world.site.clone(), "Halden Studio").await;
    let form = member::acts::Invite { email: ELSA.into(), role: "member".into(), ..Default::default() };

    // Logged out: they join by the link, and come in the way they always do.
    let id = member::acts::invite(&organisation, &form).await.unwrap();
    let token = world.token_sent_to(ELSA).await;
    assert!(!member::acts::invitation(&world.nobody(), &token).await.unwrap().is_new);
    let accepted = member::acts::accept_invitation(&world.nobody(), &origin(), &token, None, None).await;
    let Ok(Accepted::LogIn(email)) = accepted else { panic!("{accepted:?}") };
    assert_eq!(email.as_str(), ELSA);
    let (inside, _) = story.inside(story.log_in().await).await;
    assert_eq!(inside.member().unwrap().member_id(), id);
    assert_eq!(inside.session().unwrap().account_id, elsa.session().unwrap().account_id);

    // Logged in: it goes on at once.
    let id = member::acts::invite(&another, &form).await.unwrap();
    let token = world.token_sent_to(ELSA).await;
    let accepted = member::acts::accept_invitation(&inside, &origin(), &token, None, None).await;
    let Ok(Accepted::Begun(begun)) = accepted else { panic!("{accepted:?}") };
    let visit = world.visit(&begun.into_started().unwrap().token).await;
    assert_eq!(visit.member().unwrap().member_id(), id);
});

both!(the_time_to_prove_an_account_ends, |db| {
    let story = Story::new(&db).await;
    story.world.person("Elsa Lindqvist", ELSA, None).await;
    assert!(matches!(story.log_in().await, Outcome::Prove));
    story.world.clock.pass(Duration::minutes(10));
    let late = acts::prove(&story.world.nobody(), &story.providers, &origin(), Some(BROWSER), PASSWORD).await;
    assert!(matches!(late, Err(Error::Conflict(_))));
    assert_eq!(story.count(&db).await, (1, 0));
});

both!(guessing_the_password_there_is_limited, |db| {
    let story = Story::new(&db).await;
    story.world.person("Elsa Lindqvist", ELSA, None).await;
    story.log_in().await;
    let nobody = story.world.nobody();
    for _ in 0..10 {
        acts::prove(&nobody, &story.providers, &origin(), Some(BROWSER), "wrong").await.unwrap_err();
    }
    let refused = acts::prove(&nobody, &story.providers, &origin(), Some(BROWSER), PASSWORD).await;
    assert!(matches!(refused, Err(Error::TooMany { .. })));
});

both!(an_account_that_somebody_opened_with_a_foreign_address_goes_to_its_owner, |db| {
    let story = Story::new(&db).await;
    let form = SignUp {
        name: "Not Elsa".into(),
        email: ELSA.into(),
        password: PASSWORD.into(),
        ..SignUp::default()
    };
    crate::account::acts::sign_up(&story.world.nobody(), &origin(), &form).await.unwrap();
    let link = story.world.token_sent_to(ELSA).await;
    let (visit, _) = story.inside(story.log_in().await).await;
    assert_eq!(visit.session().unwrap().name, "Elsa Lindqvist");
    assert_eq!(story.count(&db).await, (1, 1));
    let guess = log_in(&story.world.nobody(), &origin(), ELSA, PASSWORD).await.unwrap_err();
    assert!(guess.field("password").is_some());
    assert!(crate::account::acts::confirm(&story.world.nobody(), &link).await.is_err());
});

both!(an_account_is_linked_in_the_settings, |db| {
    let story = Story::new(&db).await;
    story.world.person("Maja Halden", "maja@halden.example", None).await;
    story.world.person("Elsa Lindqvist", ELSA, Some("Nordvik Cars")).await;
    let elsa = story.world.visit(&story.world.log_in(ELSA).await).await;
    let maja = story.world.visit(&story.world.log_in("maja@halden.example").await).await;
    // The address there plays no part: the person is logged in here and there.
    story.fake.tell(|next| (next.email, next.email_verified) = (Some("x@y.example".into()), None));

    // Begun by Elsa, ended by Maja, or by nobody.
    let answer = story.visit(&elsa, Aim::Link).await;
    assert_eq!(failed(story.finish(&maja, &answer).await), Why::Late);
    let answer = story.visit(&elsa, Aim::Link).await;
    let nobody = story.world.nobody();
    let ended = acts::finish(&nobody, &story.providers, &origin(), Some(BROWSER), "fake", &answer).await;
    assert!(matches!(ended, Err(Error::Unauthenticated)));
    assert_eq!(story.count(&db).await.1, 0);

    assert!(matches!(story.through(&elsa, Aim::Link).await, Outcome::Linked));
    assert!(matches!(story.through(&elsa, Aim::Link).await, Outcome::Linked));
    assert_eq!(failed(story.through(&maja, Aim::Link).await), Why::Taken);
    let (inside, _) = story.inside(story.log_in().await).await;
    assert_eq!(inside.session().unwrap().email, ELSA);
    let begun = acts::start(&nobody, &story.providers, &origin(), BROWSER, "fake", Aim::Link, None).await;
    assert_eq!(begun, Err(Error::Unauthenticated));
});

both!(an_account_is_unlinked_unless_it_is_the_only_way_in, |db| {
    let story = Story::new(&db).await;
    let (visit, _) = story.inside(story.log_in().await).await;
    let id = acts::linked(&visit, &story.providers).await.unwrap().list[0].id;
    match acts::unlink(&visit, &story.providers, id).await {
        Err(Error::Conflict(text)) => assert!(text.contains("only way in"), "{text}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(story.count(&db).await, (1, 1));

    // A second one is another way in.
    story.fake.tell(|next| next.subject = "subject-2".into());
    assert!(matches!(story.through(&visit, Aim::Link).await, Outcome::Linked));
    story.world.person("Maja Halden", "maja@halden.example", None).await;
    let maja = story.world.visit(&story.world.log_in("maja@halden.example").await).await;
    assert_eq!(acts::unlink(&maja, &story.providers, id).await, Err(Error::NotFound));
    assert_eq!(acts::unlink(&visit, &story.providers, id).await.unwrap(), "Fake");
    assert_eq!(story.world.mail_to(ELSA).await.subject, "Fake was unlinked from your account");
    assert_eq!(acts::unlink(&visit, &story.providers, id).await, Err(Error::NotFound));
    assert_eq!(story.count(&db).await, (2, 1));
});
