//! Authenticator apps and recovery codes: setting up, using, giving up.

use chrono::Duration;
use db::{both, sql};
use kernel::Error;

use super::fixture::{PASSWORD, World, origin};
use crate::{
    account,
    factor::{acts, acts::Used},
    organisation,
    session::{self, Begun, Origin, acts::log_in, challenge},
};

const ELSA: &str = "elsa@nordvik.example";

async fn world(db: &db::Db) -> (World, String) {
    let world = World::new(db);
    world.person("Elsa Lindqvist", ELSA, Some("Nordvik Cars")).await;
    let token = world.log_in(ELSA).await;
    (world, token)
}

/// The challenge that the right password comes to.
async fn challenged(world: &World) -> String {
    match world.begin(ELSA).await {
        Begun::SecondFactor(token) => token,
        Begun::Started(_) => panic!("no second factor was asked for"),
    }
}

async fn answer(world: &World, challenge: &str, code: &str) -> kernel::Result<String> {
    let started = challenge::answer(&world.nobody(), &origin(), Some(challenge), code).await?;
    Ok(started.token)
}

both!(a_person_with_an_app_needs_its_code, |db| {
    let (world, token) = world(&db).await;
    let secret = world.enrol(&token).await;
    assert_eq!(world.mail_to(ELSA).await.subject, "An authenticator app was added");

    let challenge = challenged(&world).await;
    // What waits is no session and gives no right.
    assert!(world.visit(&challenge).await.session().is_none());
    assert!(challenge::waits(&world.nobody(), Some(&challenge)).await.unwrap().is_some());
    let session = answer(&world, &challenge, &world.code(&secret)).await.unwrap();
    assert!(world.visit(&session).await.member().is_ok());
    assert_ne!(session, challenge);
    // It is over with that.
    assert!(challenge::waits(&world.nobody(), Some(&challenge)).await.unwrap().is_none());
    assert!(matches!(answer(&world, &challenge, &world.code(&secret)).await, Err(Error::Conflict(_))));
});

both!(a_code_is_taken_once, |db| {
    let (world, token) = world(&db).await;
    let secret = world.enrol(&token).await;
    let code = world.code(&secret);
    answer(&world, &challenged(&world).await, &code).await.unwrap();
    let replayed = answer(&world, &challenged(&world).await, &code).await.unwrap_err();
    assert!(replayed.field("code").is_some(), "{replayed:?}");
    world.clock.pass(Duration::seconds(30));
    assert!(answer(&world, &challenged(&world).await, &code).await.is_err(), "also within the skew");
    answer(&world, &challenged(&world).await, &world.code(&secret)).await.unwrap();
});

both!(two_answers_with_one_code_let_one_in, |db| {
    let (world, token) = world(&db).await;
    let secret = world.enrol(&token).await;
    let (one, other) = (challenged(&world).await, challenged(&world).await);
    let code = world.code(&secret);
    let (first, second) = tokio::join!(answer(&world, &one, &code), answer(&world, &other, &code));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
});

both!(the_phones_clock_may_be_wrong_by_half_a_minute, |db| {
    let (world, token) = world(&db).await;
    let secret = world.enrol(&token).await;
    world.clock.pass(Duration::minutes(5));
    let early = world.code(&secret);
    world.clock.pass(Duration::seconds(30));
    answer(&world, &challenged(&world).await, &early).await.unwrap();
    let old = world.code(&secret);
    world.clock.pass(Duration::seconds(60));
    assert!(answer(&world, &challenged(&world).await, &old).await.is_err());
});

both!(five_wrong_codes_end_the_log_in, |db| {
    let (world, token) = world(&db).await;
    let secret = world.enrol(&token).await;
    let challenge = challenged(&world).await;
    for left in (1..5).rev() {
        let wrong = answer(&world, &challenge, "000000").await.unwrap_err();
        assert!(wrong.field("code").unwrap().contains(&format!("{left} t")), "{wrong:?}");
    }
    assert!(matches!(answer(&world, &challenge, "000000").await, Err(Error::Conflict(_))));
    assert!(matches!(answer(&world, &challenge, &world.code(&secret)).await, Err(Error::Conflict(_))));
    assert_eq!(world.mail_to(ELSA).await.subject, "Wrong codes at the log-in");
    // The person begins again.
    answer(&world, &challenged(&world).await, &world.code(&secret)).await.unwrap();
});

both!(a_log_in_waits_for_ten_minutes, |db| {
    let (world, token) = world(&db).await;
    let secret = world.enrol(&token).await;
    let challenge = challenged(&world).await;
    world.clock.pass(Duration::minutes(10));
    assert!(matches!(answer(&world, &challenge, &world.code(&secret)).await, Err(Error::Conflict(_))));
    for made_up in ["", "x", "' or 1=1 --"] {
        assert!(matches!(answer(&world, made_up, &world.code(&secret)).await, Err(Error::Conflict(_))));
    }
});

both!(codes_of_strangers_do_not_keep_the_owner_out, |db| {
    let (world, token) = world(&db).await;
    let secret = world.enrol(&token).await;
    let waiting = challenged(&world).await;
    let code = world.code(&secret);
    let first = challenge::answer(&world.nobody(), &origin(), Some(&waiting), &code).await.unwrap();
    let device = Origin { device: first.device, ..origin() };
    assert!(device.device.is_some());
    // Somebody who knows the password guesses from many places.
    let mut refused = 0;
    for place in 0..40 {
        let from = Origin { address: Some(format!("198.51.100.{place}")), ..Origin::default() };
        let Begun::SecondFactor(challenge) = log_in(&world.nobody(), &from, ELSA, PASSWORD).await.unwrap()
        else {
            panic!("no second factor was asked for")
        };
        let wrong = challenge::answer(&world.nobody(), &from, Some(&challenge), "000000").await.unwrap_err();
        refused += i32::from(matches!(wrong, Error::TooMany { .. }));
    }
    assert_eq!(refused, 20);
    world.clock.pass(Duration::seconds(30));
    let begun = log_in(&world.nobody(), &device, ELSA, PASSWORD).await.unwrap();
    let Begun::SecondFactor(challenge) = begun else { panic!("no second factor was asked for") };
    challenge::answer(&world.nobody(), &device, Some(&challenge), &world.code(&secret)).await.unwrap();
});

both!(a_recovery_code_works_once, |db| {
    let (world, token) = world(&db).await;
    world.enrol(&token).await;
    let visit = world.visit(&token).await;
    let codes = acts::sheet(&visit).await.unwrap();
    assert_eq!(codes.len(), 10);
    let session = answer(&world, &challenged(&world).await, &codes[3].to_uppercase()).await.unwrap();
    assert!(world.visit(&session).await.session().is_some());
    let mail = world.mail_to(ELSA).await;
    assert!(mail.subject.contains("recovery code") && mail.text.contains("9 are left"), "{mail:?}");
    assert!(answer(&world, &challenged(&world).await, &codes[3]).await.is_err());
    assert_eq!(acts::security(&visit).await.unwrap().codes_left, 9);
    // What the database holds is none of them.
    let kept: Vec<(Vec<u8>,)> = sql("select code_hash from recovery_code").all(&db).await.unwrap();
    assert!(kept.iter().all(|(hash,)| hash.len() == 32));
});

both!(recovery_codes_are_shown_until_they_are_put_away, |db| {
    let (world, token) = world(&db).await;
    world.enrol(&token).await;
    let visit = world.visit(&token).await;
    let first = acts::sheet(&visit).await.unwrap();
    acts::put_sheet_away(&visit).await.unwrap();
    assert_eq!(acts::sheet(&visit).await.unwrap(), Vec::<String>::new());

    acts::renew_codes(&visit, &origin()).await.unwrap();
    let second = acts::sheet(&visit).await.unwrap();
    assert!(second.len() == 10 && second.iter().all(|code| !first.contains(code)));
    assert!(answer(&world, &challenged(&world).await, &first[0]).await.is_err(), "the old ones are over");
    world.clock.pass(Duration::minutes(10));
    assert_eq!(acts::sheet(&visit).await.unwrap(), Vec::<String>::new());
});

both!(the_secret_is_sealed, |db| {
    let (world, token) = world(&db).await;
    let secret = world.enrol(&token).await;
    let (kept,): (String,) = sql("select secret from totp").one(&db).await.unwrap();
    assert!(kept.starts_with("v1:test:"), "{kept}");
    assert!(!kept.contains(&secret.replace(' ', "")));
});

both!(an_app_that_is_not_confirmed_counts_for_nothing, |db| {
    let (world, token) = world(&db).await;
    let visit = world.visit(&token).await;
    acts::begin_app(&visit).await.unwrap();
    let wrong = acts::confirm_app(&visit, &origin(), "000000").await.unwrap_err();
    assert!(wrong.field("code").is_some());
    assert!(matches!(world.begin(ELSA).await, Begun::Started(_)));
    world.clock.pass(Duration::minutes(30));
    assert_eq!(acts::setup(&visit).await.unwrap(), None);
    assert!(matches!(acts::confirm_app(&visit, &origin(), "000000").await, Err(Error::Conflict(_))));
});

both!(a_new_phone_takes_the_place_of_the_old_one, |db| {
    let (world, token) = world(&db).await;
    let old = world.enrol(&token).await;
    let visit = world.visit(&token).await;
    acts::begin_app(&visit).await.unwrap();
    assert!(acts::setup(&visit).await.unwrap().unwrap().replaces);
    // The old one works until the new one is confirmed.
    answer(&world, &challenged(&world).await, &world.code(&old)).await.unwrap();
    let new = world.enrol(&token).await;
    world.clock.pass(Duration::minutes(1));
    assert!(answer(&world, &challenged(&world).await, &world.code(&old)).await.is_err());
    answer(&world, &challenged(&world).await, &world.code(&new)).await.unwrap();
    let (rows,): (i64,) = sql("select count(*) from totp").one(&db).await.unwrap();
    assert_eq!(rows, 1);
});

both!(giving_the_app_up_asks_who_is_there, |db| {
    let (world, token) = world(&db).await;
    world.enrol(&token).await;
    world.clock.pass(Duration::minutes(10));
    let visit = world.visit(&token).await;
    assert_eq!(acts::remove_app(&visit, &origin()).await, Err(Error::ProveAgain));
    assert_eq!(acts::renew_codes(&visit, &origin()).await, Err(Error::ProveAgain));
    assert_eq!(acts::begin_app(&visit).await, Err(Error::ProveAgain));

    let wrong = session::prove::prove(&visit, &origin(), "not this", "").await.unwrap_err();
    assert!(wrong.field("password").is_some());
    let renewed = session::prove::prove(&visit, &origin(), PASSWORD, "").await.unwrap();
    assert!(world.visit(&token).await.session().is_none(), "the old token is dead");
    let visit = world.visit(&renewed).await;
    acts::remove_app(&visit, &origin()).await.unwrap();
    assert_eq!(world.mail_to(ELSA).await.subject, "The authenticator app was turned off");
    assert!(matches!(world.begin(ELSA).await, Begun::Started(_)));
    let (codes,): (i64,) = sql("select count(*) from recovery_code").one(&db).await.unwrap();
    assert_eq!(codes, 0);
    assert!(matches!(acts::remove_app(&visit, &origin()).await, Err(Error::Conflict(_))));
});

both!(who_has_no_password_shows_a_code, |db| {
    let (world, token) = world(&db).await;
    let secret = world.enrol(&token).await;
    sql("update account set password_hash = ''").execute(&db).await.unwrap();
    let visit = world.visit(&token).await;
    assert_eq!(session::prove::ask(&visit).await.unwrap(), session::model::Ask::Code);
    let code = world.code(&secret);
    assert!(session::prove::prove(&visit, &origin(), "", "000000").await.is_err());
    let renewed = session::prove::prove(&visit, &origin(), "", &code).await.unwrap();
    let visit = world.visit(&renewed).await;
    assert!(session::prove::prove(&visit, &origin(), "", &code).await.is_err(), "a code is taken once");
});

both!(a_reset_does_not_pass_the_second_factor, |db| {
    let (world, token) = world(&db).await;
    let secret = world.enrol(&token).await;
    let waiting = challenged(&world).await;
    account::acts::request_reset(&world.nobody(), &origin(), ELSA).await.unwrap();
    let link = world.token_sent_to(ELSA).await;
    account::acts::reset_password(&world.nobody(), &origin(), &link, "seven silver spanners").await.unwrap();
    // What was begun with the old password is over.
    assert!(matches!(answer(&world, &waiting, &world.code(&secret)).await, Err(Error::Conflict(_))));
    let begun = log_in(&world.nobody(), &origin(), ELSA, "seven silver spanners").await.unwrap();
    assert!(matches!(begun, Begun::SecondFactor(_)));
});

both!(an_organisation_asks_for_a_second_factor, |db| {
    let (world, token) = world(&db).await;
    let elsa = world.visit(&token).await.member().unwrap();
    let alone = organisation::acts::require_factor(&elsa, true).await.unwrap_err();
    assert!(matches!(&alone, Error::Conflict(text) if text.contains("for yourself first")), "{alone:?}");
    world.enrol(&token).await;
    organisation::acts::require_factor(&elsa, true).await.unwrap();
    assert!(world.visit(&token).await.member().is_ok());

    // Somebody else joins with a password only.
    world.person("Marek Havel", "marek@nordvik.example", None).await;
    let marek = world.log_in("marek@nordvik.example").await;
    let account = world.visit(&marek).await.session().unwrap().account_id;
    let mut tx = elsa.begin().await.unwrap();
    sql("insert into member (id, organisation_id, account_id, role, state, created_at, updated_at)
         values ($1, $2, $3, 'member', 'active', $4, $4)")
    .bind(elsa.new_id::<uuid::Uuid>())
    .bind(elsa.organisation_id())
    .bind(account)
    .bind(elsa.now())
    .exactly_one(&mut tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    session::acts::switch_organisation(&world.visit(&marek).await, elsa.organisation_id()).await.unwrap();
    let visit = world.visit(&marek).await;
    assert_eq!(visit.session().unwrap().barred_by.as_deref(), Some("Nordvik Cars"));
    assert!(matches!(visit.member(), Err(Error::Forbidden(text)) if text.contains("second factor")));
    world.enrol(&marek).await;
    assert!(world.visit(&marek).await.member().is_ok());

    // And cannot give it up while it is asked for.
    let refused = acts::remove_app(&world.visit(&marek).await, &origin()).await.unwrap_err();
    assert!(matches!(&refused, Error::Conflict(text) if text.contains("Nordvik Cars")), "{refused:?}");
    assert!(world.visit(&marek).await.member().is_ok());
    organisation::acts::require_factor(&elsa, false).await.unwrap();
    acts::remove_app(&world.visit(&marek).await, &origin()).await.unwrap();
    assert!(world.visit(&marek).await.member().is_ok());
});

both!(only_who_may_edit_the_organisation_decides_that, |db| {
    let cx = kernel::Cx::test(&db, "Nordvik Cars").await;
    let marek = cx.colleague("Marek Havel", kernel::Role::Member).await;
    let refused = organisation::acts::require_factor(&marek, true).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
});

both!(what_happened_is_written_down, |db| {
    let (world, token) = world(&db).await;
    let secret = world.enrol(&token).await;
    let challenge = challenged(&world).await;
    assert!(answer(&world, &challenge, "000000").await.is_err());
    let session = answer(&world, &challenge, &world.code(&secret)).await.unwrap();
    let told = acts::security(&world.visit(&session).await).await.unwrap().activity;
    let told: Vec<&str> = told.iter().map(|happened| happened.what.as_str()).collect();
    assert_eq!(
        told,
        [
            "Logged in with password and app",
            "A wrong code at the log-in",
            "Authenticator app added",
            "Logged in with password"
        ]
    );
    assert_eq!(Used::Recovery { left: 1 }.as_str(), "recovery code");
});
