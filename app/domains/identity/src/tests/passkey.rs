//! Passkeys: making them, logging in, and every answer that must not count.

use ::passkey::testing::Device;
use chrono::Duration;
use db::{both, sql};
use kernel::{Error, Visit};
use uuid::Uuid;

use super::fixture::{World, origin};
use crate::{
    factor::{self, model::Required},
    organisation,
    passkey::acts,
    session::{Begun, Started, challenge, model::Awaited},
};

const ELSA: &str = "elsa@nordvik.example";
/// The ticket of the browser in front of which everybody sits.
const BROWSER: &str = "browser";

async fn world(db: &db::Db) -> (World, Visit) {
    let world = World::encrypted(db);
    world.person("Elsa Lindqvist", ELSA, Some("Nordvik Cars")).await;
    let token = world.log_in(ELSA).await;
    let visit = world.visit(&token).await;
    (world, visit)
}

/// A device with a passkey of whoever makes the visit.
async fn add(visit: &Visit) -> Device {
    let mut device = Device::at("https://mediap.test");
    let question = acts::start_adding(visit, BROWSER).await.unwrap();
    let answer = device.make(&question.options);
    acts::finish_adding(visit, Some(BROWSER), question.id, &answer, " Work  laptop ").await.unwrap();
    device
}

async fn log_in(world: &World, device: &mut Device) -> kernel::Result<Started> {
    let question = acts::start_log_in(&world.nobody(), &origin(), BROWSER).await?;
    let answer = device.answer(&question.options);
    let begun = acts::finish_log_in(&world.nobody(), &origin(), Some(BROWSER), question.id, &answer).await?;
    Ok(begun.into_started().unwrap())
}

fn is_refused<T: std::fmt::Debug>(result: kernel::Result<T>, words: &str) {
    match result {
        Err(Error::Conflict(text)) => assert!(text.contains(words), "{text}"),
        other => panic!("{other:?}"),
    }
}

both!(a_passkey_logs_in_by_itself, |db| {
    let (world, visit) = world(&db).await;
    let mut device = add(&visit).await;
    let mail = world.mail_to(ELSA).await;
    assert!(mail.subject == "A passkey was added" && mail.text.contains("Work laptop"), "{mail:?}");
    assert_eq!(acts::list(&visit).await.unwrap().list[0].last_used_at, None);

    world.clock.pass(Duration::hours(1));
    let started = log_in(&world, &mut device).await.unwrap();
    assert!(started.has_organisation);
    let inside = world.visit(&started.token).await;
    assert_eq!(inside.session().unwrap().email, ELSA);
    let listed = acts::list(&inside).await.unwrap();
    assert_eq!((listed.list[0].name.as_str(), listed.unfit), ("Work laptop", None));
    assert_eq!(listed.list[0].last_used_at, Some(inside.now()));
    log_in(&world, &mut device).await.unwrap();
});

both!(it_is_a_second_factor_where_it_was_used, |db| {
    let (world, visit) = world(&db).await;
    is_refused(
        organisation::acts::require_factor(&visit.member().unwrap(), true).await,
        "for yourself first",
    );
    let mut device = add(&visit).await;
    organisation::acts::require_factor(&visit.member().unwrap(), true).await.unwrap();

    let weak = world.visit(&world.log_in(ELSA).await).await;
    assert_eq!(weak.session().unwrap().barred_by.as_deref(), Some("Nordvik Cars"));
    let required = factor::acts::required(&weak).await.unwrap();
    assert_eq!(required, Required { by: vec!["Nordvik Cars".into()], passkey: Some(true) });
    // Who only knows the password does not make another one, nor put an app or nothing in its place.
    let known = acts::list(&weak).await.unwrap().list[0].id;
    let refused = [
        acts::start_adding(&weak, BROWSER).await.map(drop),
        acts::remove(&weak, known).await.map(drop),
        factor::acts::begin_app(&weak).await,
    ];
    assert!(refused.iter().all(|answer| matches!(answer, Err(Error::Forbidden(_)))), "{refused:?}");
    let strong = log_in(&world, &mut device).await.unwrap().token;
    let inside = world.visit(&strong).await;
    assert!(inside.member().is_ok());

    // The only one stays while it is asked for; with another beside it, it may go.
    is_refused(acts::remove(&inside, known).await, "Nordvik Cars asks its members");
    add(&inside).await;
    acts::remove(&inside, known).await.unwrap();
    assert!(world.visit(&strong).await.member().is_ok());

    // One that is gone is none, and a new one will do.
    sql("delete from passkey").execute(&db).await.unwrap();
    let outside = world.visit(&strong).await;
    assert!(outside.member().is_err());
    assert_eq!(factor::acts::required(&outside).await.unwrap().passkey, Some(false));
    add(&outside).await;
    assert!(world.visit(&strong).await.member().is_ok());
});

both!(it_does_instead_of_a_code, |db| {
    let (world, visit) = world(&db).await;
    let token = world.log_in(ELSA).await;
    world.enrol(&token).await;
    let waits = async || {
        let Begun::SecondFactor(token) = world.begin(ELSA).await else { panic!("no code was asked for") };
        challenge::waits(&world.nobody(), Some(&token)).await.unwrap()
    };
    assert_eq!(waits().await, Some(Awaited { passkey: false }));
    let mut device = add(&visit).await;
    assert_eq!(waits().await, Some(Awaited { passkey: true }));
    assert!(world.visit(&log_in(&world, &mut device).await.unwrap().token).await.member().is_ok());
});

both!(a_copy_that_stayed_behind_is_refused, |db| {
    let (world, visit) = world(&db).await;
    let mut device = add(&visit).await;
    log_in(&world, &mut device).await.unwrap();
    log_in(&world, &mut device).await.unwrap();
    device.counter = 0;
    is_refused(log_in(&world, &mut device).await, "copied");
});

both!(an_answer_counts_once, |db| {
    let (world, visit) = world(&db).await;
    let mut device = add(&visit).await;
    let nobody = world.nobody();
    let question = acts::start_log_in(&nobody, &origin(), BROWSER).await.unwrap();
    let answer = device.answer(&question.options);
    let from = origin();
    let send = || acts::finish_log_in(&nobody, &from, Some(BROWSER), question.id, &answer);
    assert!(send().await.is_ok());
    is_refused(send().await, "answered already");

    let question = acts::start_adding(&visit, BROWSER).await.unwrap();
    let answer = Device::at("https://mediap.test").make(&question.options);
    let send = || acts::finish_adding(&visit, Some(BROWSER), question.id, &answer, "Phone");
    assert!(send().await.is_ok());
    is_refused(send().await, "answered already");
});

both!(a_wrong_answer_uses_the_question_up, |db| {
    let (world, visit) = world(&db).await;
    let mut device = add(&visit).await;
    let nobody = world.nobody();
    let question = acts::start_log_in(&nobody, &origin(), BROWSER).await.unwrap();
    let right = device.answer(&question.options);
    let other = acts::start_log_in(&nobody, &origin(), BROWSER).await.unwrap();
    let wrong = device.answer(&other.options);
    let from = origin();
    let send = |answer| acts::finish_log_in(&nobody, &from, Some(BROWSER), question.id, answer);
    is_refused(send(&wrong).await, "not accepted");
    is_refused(send(&right).await, "answered already");
});

both!(an_answer_after_five_minutes_is_late, |db| {
    let (world, visit) = world(&db).await;
    let mut device = add(&visit).await;
    let question = acts::start_log_in(&world.nobody(), &origin(), BROWSER).await.unwrap();
    let answer = device.answer(&question.options);
    world.clock.pass(Duration::minutes(5));
    let late = acts::finish_log_in(&world.nobody(), &origin(), Some(BROWSER), question.id, &answer).await;
    is_refused(late, "too long");
    crate::sweep(&world.site).await.unwrap();
    let (left,): (i64,) = sql("select count(*) from webauthn_challenge").one(&db).await.unwrap();
    assert_eq!(left, 0);
});

both!(a_question_belongs_to_its_browser_its_account_and_its_purpose, |db| {
    let (world, visit) = world(&db).await;
    world.person("Maja Halden", "maja@halden.example", None).await;
    let maja = world.visit(&world.log_in("maja@halden.example").await).await;
    let mut device = add(&visit).await;

    let question = acts::start_log_in(&world.nobody(), &origin(), BROWSER).await.unwrap();
    let answer = device.answer(&question.options);
    for browser in [None, Some(""), Some("another")] {
        let result = acts::finish_log_in(&world.nobody(), &origin(), browser, question.id, &answer).await;
        is_refused(result, "Try it once more");
    }

    let question = acts::start_adding(&visit, BROWSER).await.unwrap();
    let answer = Device::at("https://mediap.test").make(&question.options);
    is_refused(acts::finish_adding(&maja, Some(BROWSER), question.id, &answer, "x").await, "too long");
    let made_up = acts::finish_adding(&visit, Some(BROWSER), Uuid::from_u128(1), &answer, "x").await;
    is_refused(made_up, "too long");

    // A question for a log-in adds nothing, and the other way round.
    let asked = acts::start_log_in(&world.nobody(), &origin(), BROWSER).await.unwrap();
    is_refused(acts::finish_adding(&visit, Some(BROWSER), asked.id, &answer, "x").await, "too long");
    assert_eq!(acts::list(&maja).await.unwrap().list, []);
    assert_eq!(acts::start_adding(&world.nobody(), BROWSER).await, Err(Error::Unauthenticated));
});

both!(an_answer_from_another_origin_is_refused, |db| {
    let (world, visit) = world(&db).await;
    let mut device = add(&visit).await;
    device.origin = "https://mediap.test.evil.example".into();
    is_refused(log_in(&world, &mut device).await, "not accepted");
    let question = acts::start_adding(&visit, BROWSER).await.unwrap();
    let answer = Device::at("https://evil.example").make(&question.options);
    is_refused(acts::finish_adding(&visit, Some(BROWSER), question.id, &answer, "x").await, "not accepted");
});

both!(an_unknown_passkey_is_said_so, |db| {
    let (world, visit) = world(&db).await;
    let mut device = add(&visit).await;
    world.person("Maja Halden", "maja@halden.example", None).await;
    // The passkey is Elsa's, and says that it is Maja's.
    let (maja,): (Uuid,) =
        sql("select id from account where email = 'maja@halden.example'").one(&db).await.unwrap();
    let elsa = std::mem::replace(&mut device.handle, maja.as_bytes().to_vec());
    is_refused(log_in(&world, &mut device).await, "not known here");
    device.handle = elsa;

    let passkey = acts::list(&visit).await.unwrap().list.remove(0);
    assert_eq!(acts::remove(&visit, passkey.id).await.unwrap(), "Work laptop");
    assert_eq!(world.mail_to(ELSA).await.subject, "A passkey was removed");
    is_refused(log_in(&world, &mut device).await, "not known here");
});

both!(a_passkey_is_renamed_and_removed_by_its_owner_only, |db| {
    let (world, visit) = world(&db).await;
    add(&visit).await;
    world.person("Maja Halden", "maja@halden.example", None).await;
    let maja = world.visit(&world.log_in("maja@halden.example").await).await;
    let id = acts::list(&visit).await.unwrap().list[0].id;
    assert_eq!(acts::rename(&maja, id, "Mine").await, Err(Error::NotFound));
    assert_eq!(acts::remove(&maja, id).await, Err(Error::NotFound));
    assert!(acts::rename(&visit, id, " ").await.unwrap_err().field("name").is_some());
    acts::rename(&visit, id, "Phone").await.unwrap();
    assert_eq!(acts::list(&visit).await.unwrap().list[0].name, "Phone");
});

both!(a_device_is_told_which_passkeys_it_has, |db| {
    let (_world, visit) = world(&db).await;
    add(&visit).await;
    let question = acts::start_adding(&visit, BROWSER).await.unwrap();
    let options: serde_json::Value = serde_json::from_str(&question.options).unwrap();
    assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 1);
});

both!(the_last_way_in_stays, |db| {
    let (_world, visit) = world(&db).await;
    add(&visit).await;
    sql("update account set password_hash = ''").execute(&db).await.unwrap();
    let id = acts::list(&visit).await.unwrap().list[0].id;
    is_refused(acts::remove(&visit, id).await, "only way in");
    assert_eq!(acts::list(&visit).await.unwrap().list.len(), 1);
});

both!(an_address_without_a_name_has_no_passkeys_and_says_why, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", ELSA, None).await;
    let visit = world.visit(&world.log_in(ELSA).await).await;
    let unfit = acts::list(&visit).await.unwrap().unfit.unwrap();
    assert!(unfit.contains("http://mediap.test") && unfit.contains("base_url"), "{unfit}");
    is_refused(acts::start_adding(&visit, BROWSER).await, "https://");
    is_refused(acts::start_log_in(&world.nobody(), &origin(), BROWSER).await, "https://");
});

both!(questions_are_limited_by_address, |db| {
    let (world, _) = world(&db).await;
    for _ in 0..600 {
        acts::start_log_in(&world.nobody(), &origin(), BROWSER).await.unwrap();
    }
    let more = acts::start_log_in(&world.nobody(), &origin(), BROWSER).await;
    assert!(matches!(more, Err(Error::TooMany { .. })), "{more:?}");
});
