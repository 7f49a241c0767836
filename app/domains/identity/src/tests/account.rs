//! Sign-up, confirmation, reset and password.

use chrono::Duration;
use db::both;
use kernel::Error;

use super::fixture::{PASSWORD, World, events, origin};
use crate::{
    account::{EmailAddress, acts, repo},
    session::acts::log_in,
};

fn form(email: &str) -> acts::SignUp {
    acts::SignUp {
        name: "Elsa Lindqvist".into(),
        email: email.into(),
        password: PASSWORD.into(),
        organisation: Some("Nordvik Cars".into()),
        time_zone: Some("Europe/Oslo".into()),
    }
}

both!(a_person_signs_up_confirms_and_logs_in, |db| {
    let world = World::new(&db);
    acts::sign_up(&world.nobody(), &origin(), &form("Elsa@Nordvik.example")).await.unwrap();
    let refused = log_in(&world.nobody(), &origin(), "elsa@nordvik.example", PASSWORD).await.unwrap_err();
    assert!(matches!(refused, Error::Forbidden(_)), "{refused:?}");

    let token = world.token_sent_to("elsa@nordvik.example").await;
    acts::confirm(&world.nobody(), &token).await.unwrap();

    let token = world.log_in("ELSA@nordvik.example").await;
    let visit = world.visit(&token).await;
    let membership = visit.session().unwrap().membership.clone().unwrap();
    assert_eq!(membership.organisation_name, "Nordvik Cars");
    assert_eq!(membership.role, kernel::Role::Owner);
    assert_eq!(membership.settings.time_zone, "Europe/Oslo");
    assert_eq!(events(&visit.member().unwrap()).await, ["organisation.created"]);
});

both!(a_confirmation_link_works_once, |db| {
    let world = World::new(&db);
    acts::sign_up(&world.nobody(), &origin(), &form("elsa@nordvik.example")).await.unwrap();
    let token = world.token_sent_to("elsa@nordvik.example").await;
    acts::confirm(&world.nobody(), &token).await.unwrap();
    assert!(matches!(acts::confirm(&world.nobody(), &token).await, Err(Error::Conflict(_))));
    assert!(matches!(acts::confirm(&world.nobody(), "made up").await, Err(Error::Conflict(_))));
    let person = world.visit(&world.log_in("elsa@nordvik.example").await).await;
    assert_eq!(crate::session::acts::organisations(&person).await.unwrap().len(), 1);
});

both!(a_confirmation_link_expires, |db| {
    let world = World::new(&db);
    acts::sign_up(&world.nobody(), &origin(), &form("elsa@nordvik.example")).await.unwrap();
    let token = world.token_sent_to("elsa@nordvik.example").await;
    world.clock.pass(Duration::days(3));
    assert!(matches!(acts::confirm(&world.nobody(), &token).await, Err(Error::Conflict(_))));

    // The next link still creates the organisation that was named at sign-up.
    acts::resend_confirmation(&world.nobody(), &origin(), "elsa@nordvik.example").await.unwrap();
    let token = world.token_sent_to("elsa@nordvik.example").await;
    acts::confirm(&world.nobody(), &token).await.unwrap();
    let token = world.log_in("elsa@nordvik.example").await;
    assert!(world.visit(&token).await.member().is_ok());
});

both!(signing_up_again_before_confirming_ends_the_first_link, |db| {
    let world = World::new(&db);
    acts::sign_up(&world.nobody(), &origin(), &form("elsa@nordvik.example")).await.unwrap();
    let first = world.token_sent_to("elsa@nordvik.example").await;
    let newer = acts::SignUp { password: "another winter with cars".into(), ..form("elsa@nordvik.example") };
    acts::sign_up(&world.nobody(), &origin(), &newer).await.unwrap();
    assert!(acts::confirm(&world.nobody(), &first).await.is_err());
    let second = world.token_sent_to("elsa@nordvik.example").await;
    acts::confirm(&world.nobody(), &second).await.unwrap();
    assert!(log_in(&world.nobody(), &origin(), "elsa@nordvik.example", PASSWORD).await.is_err());
    assert!(log_in(&world.nobody(), &origin(), "elsa@nordvik.example", &newer.password).await.is_ok());
});

both!(signing_up_with_a_known_address_changes_nothing_and_says_nothing, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", None).await;
    let stranger = acts::SignUp { name: "Somebody Else".into(), ..form("elsa@nordvik.example") };
    let answer = acts::sign_up(&world.nobody(), &origin(), &stranger).await.unwrap();
    assert_eq!(answer.as_str(), "elsa@nordvik.example");
    let mail = world.mail_to("elsa@nordvik.example").await;
    assert_eq!(mail.subject, "You have an account already");
    assert!(!mail.text.contains("token="), "{}", mail.text);
    let email = EmailAddress::parse("elsa@nordvik.example").unwrap();
    assert_eq!(repo::find_by_email(&db, &email).await.unwrap().unwrap().name, "Elsa Lindqvist");
});

both!(an_address_has_one_account_however_it_is_written, |db| {
    let world = World::new(&db);
    let visit = world.nobody();
    let mut tx = visit.begin().await.unwrap();
    let email = EmailAddress::parse("elsa@nordvik.example").unwrap();
    repo::insert(&mut tx, visit.new_id(), &email, "Elsa", "", visit.now()).await.unwrap();
    tx.commit().await.unwrap();

    let account = repo::Account {
        id: visit.new_id(),
        email: "ELSA@Nordvik.example".into(),
        name: "Elsa".into(),
        password_hash: String::new(),
        confirmed_at: None,
    };
    let mut tx = visit.begin().await.unwrap();
    let refused = repo::insert_whole(&mut tx, &account, visit.now()).await.unwrap_err();
    assert_eq!(refused.field("email"), Some("This address has an account already."));
});

both!(all_wrong_fields_are_named_at_once, |db| {
    let world = World::new(&db);
    let wrong = acts::SignUp {
        name: " ".into(),
        email: "elsa".into(),
        password: "short".into(),
        organisation: Some("x".repeat(81)),
        time_zone: None,
    };
    let error = acts::sign_up(&world.nobody(), &origin(), &wrong).await.unwrap_err();
    for field in ["name", "email", "password", "organisation"] {
        assert!(error.field(field).is_some(), "{field}");
    }
    assert!(world.mails().await.is_empty());
});

both!(text_that_looks_like_sql_or_script_is_only_text, |db| {
    let world = World::new(&db);
    let name = "Robert'); drop table account;-- <script>alert(1)</script>";
    world.person(name, "bobby@nordvik.example", Some("\"; delete from organisation; --")).await;
    let token = world.log_in("bobby@nordvik.example").await;
    let visit = world.visit(&token).await;
    assert_eq!(visit.session().unwrap().name, name);
    assert_eq!(visit.member().unwrap().membership().organisation_name, "\"; delete from organisation; --");
});

both!(a_reset_sets_a_new_password_and_logs_out_everywhere, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik Cars")).await;
    let session = world.log_in("elsa@nordvik.example").await;
    acts::request_reset(&world.nobody(), &origin(), "elsa@nordvik.example").await.unwrap();
    let token = world.token_sent_to("elsa@nordvik.example").await;

    let weak = acts::reset_password(&world.nobody(), &origin(), &token, "password12").await.unwrap_err();
    assert!(weak.field("password").is_some());
    acts::reset_password(&world.nobody(), &origin(), &token, "seven silver spanners").await.unwrap();

    assert!(world.visit(&session).await.session().is_none());
    assert!(log_in(&world.nobody(), &origin(), "elsa@nordvik.example", PASSWORD).await.is_err());
    assert!(
        log_in(&world.nobody(), &origin(), "elsa@nordvik.example", "seven silver spanners").await.is_ok()
    );
    let again = acts::reset_password(&world.nobody(), &origin(), &token, "eight silver spanners").await;
    assert!(matches!(again, Err(Error::Conflict(_))));
    assert_eq!(world.mail_to("elsa@nordvik.example").await.subject, "Your password was changed");
});

both!(a_reset_link_lasts_an_hour, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", None).await;
    acts::request_reset(&world.nobody(), &origin(), "elsa@nordvik.example").await.unwrap();
    let token = world.token_sent_to("elsa@nordvik.example").await;
    world.clock.pass(Duration::minutes(60));
    assert!(acts::reset_password(&world.nobody(), &origin(), &token, "seven silver spanners").await.is_err());
});

both!(asking_for_a_reset_does_not_tell_who_has_an_account, |db| {
    let world = World::new(&db);
    let answer = acts::request_reset(&world.nobody(), &origin(), "nobody@nordvik.example").await.unwrap();
    assert_eq!(answer.as_str(), "nobody@nordvik.example");
    assert!(world.mails().await.is_empty());
});

both!(asking_for_mails_is_limited, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", None).await;
    for _ in 0..5 {
        acts::request_reset(&world.nobody(), &origin(), "elsa@nordvik.example").await.unwrap();
    }
    let refused = acts::request_reset(&world.nobody(), &origin(), "elsa@nordvik.example").await.unwrap_err();
    assert_eq!(refused, Error::TooMany { retry_after_secs: 15 * 60 });
});

both!(a_password_counts_to_its_last_letter_as_it_was_typed, |db| {
    const EMAIL: &str = "elsa@nordvik.example";
    let world = World::new(&db);
    world.person("Elsa Lindqvist", EMAIL, Some("Nordvik Cars")).await;
    let visit = world.visit(&world.log_in(EMAIL).await).await;
    let long = format!("Grå vagn i snö {}", "kör vidare ".repeat(16).trim_end());
    assert!(64 < long.chars().count());
    acts::change_password(&visit, &origin(), PASSWORD, &long).await.unwrap();
    let shorter: String = long.chars().take(long.chars().count() - 1).collect();
    for wrong in [shorter, format!("{long} "), long.to_lowercase(), long.replace('å', "a")] {
        assert!(log_in(&world.nobody(), &origin(), EMAIL, &wrong).await.is_err(), "{wrong}");
    }
    log_in(&world.nobody(), &origin(), EMAIL, &long).await.unwrap();
});

both!(changing_the_password_keeps_this_session_only, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik Cars")).await;
    let (here, there) =
        (world.log_in("elsa@nordvik.example").await, world.log_in("elsa@nordvik.example").await);
    let visit = world.visit(&here).await;
    let wrong =
        acts::change_password(&visit, &origin(), "not this", "seven silver spanners").await.unwrap_err();
    assert!(wrong.field("current").is_some());
    let renewed = acts::change_password(&visit, &origin(), PASSWORD, "seven silver spanners").await.unwrap();
    assert!(world.visit(&here).await.session().is_none(), "the old token is dead");
    assert!(world.visit(&renewed).await.session().is_some());
    assert!(world.visit(&there).await.session().is_none());
});
