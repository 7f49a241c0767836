//! Logging in and out, how long a session lasts, and whose it is.

use chrono::Duration;
use db::{both, sql};
use kernel::{Error, Topic, Visit};

use super::fixture::{PASSWORD, World, origin};
use crate::{
    cookie, secret,
    session::{Origin, acts},
};

both!(a_wrong_password_and_an_unknown_address_get_the_same_answer, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", None).await;
    let wrong = acts::log_in(&world.nobody(), &origin(), "elsa@nordvik.example", "wrong").await.unwrap_err();
    let unknown =
        acts::log_in(&world.nobody(), &origin(), "nobody@nordvik.example", "wrong").await.unwrap_err();
    assert_eq!(wrong, unknown);
    assert!(wrong.field("password").is_some());
});

both!(guessing_is_limited_and_the_limit_ends, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", None).await;
    for _ in 0..10 {
        let error =
            acts::log_in(&world.nobody(), &origin(), "elsa@nordvik.example", "wrong").await.unwrap_err();
        assert!(error.field("password").is_some());
    }
    world.clock.pass(Duration::minutes(5));
    let refused =
        acts::log_in(&world.nobody(), &origin(), "elsa@nordvik.example", PASSWORD).await.unwrap_err();
    assert_eq!(refused, Error::TooMany { retry_after_secs: 600 });
    // Somebody elsewhere is not locked out by it.
    let elsewhere = Origin { address: Some("198.51.100.1".into()), ..Origin::default() };
    assert!(acts::log_in(&world.nobody(), &elsewhere, "elsa@nordvik.example", PASSWORD).await.is_ok());
    world.clock.pass(Duration::minutes(10));
    assert!(acts::log_in(&world.nobody(), &origin(), "elsa@nordvik.example", PASSWORD).await.is_ok());
});

both!(successful_log_ins_do_not_count, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", None).await;
    for _ in 0..12 {
        world.log_in("elsa@nordvik.example").await;
    }
});

both!(logging_in_ends_the_session_of_the_request, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", None).await;
    let first = world.log_in("elsa@nordvik.example").await;
    let visit = world.visit(&first).await;
    let second = acts::log_in(&visit, &origin(), "elsa@nordvik.example", PASSWORD).await.unwrap();
    let second = second.into_started().unwrap().token;
    assert_ne!(first, second);
    assert!(world.visit(&first).await.session().is_none());
    assert!(world.visit(&second).await.session().is_some());
});

both!(logging_out_ends_the_session, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", None).await;
    let token = world.log_in("elsa@nordvik.example").await;
    acts::log_out(&world.visit(&token).await).await.unwrap();
    assert!(world.visit(&token).await.session().is_none());
    acts::log_out(&world.nobody()).await.unwrap();
});

both!(a_session_lasts_thirty_days_after_its_last_use, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", None).await;
    let token = world.log_in("elsa@nordvik.example").await;
    world.clock.pass(Duration::days(29));
    assert!(world.visit(&token).await.session().is_some());
    world.clock.pass(Duration::days(29));
    assert!(world.visit(&token).await.session().is_some());
    world.clock.pass(Duration::days(30));
    assert!(world.visit(&token).await.session().is_none());
    crate::sweep(&world.site).await.unwrap();
    let (left,): (i64,) = sql("select count(*) from session").one(&db).await.unwrap();
    assert_eq!(left, 0);
});

both!(the_use_of_a_session_is_noted_every_ten_minutes, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", None).await;
    let token = world.log_in("elsa@nordvik.example").await;
    let seen_at = async || {
        let (at,): (chrono::DateTime<chrono::Utc>,) =
            sql("select seen_at from session").one(&db).await.unwrap();
        at
    };
    let first = seen_at().await;
    world.clock.pass(Duration::minutes(9));
    world.visit(&token).await;
    assert_eq!(seen_at().await, first);
    world.clock.pass(Duration::minutes(1));
    world.visit(&token).await;
    assert_eq!(seen_at().await, first + Duration::minutes(10));
});

both!(a_made_up_token_is_nobody, |db| {
    let world = World::new(&db);
    for token in ["", "x", "' or 1=1 --"] {
        assert!(crate::authenticate(&world.site, Some(token)).await.unwrap().is_none());
    }
    assert!(crate::authenticate(&world.site, None).await.unwrap().is_none());
});

both!(a_token_is_nowhere_in_the_database, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", None).await;
    let token = world.log_in("elsa@nordvik.example").await;
    let (hash,): (Vec<u8>,) = sql("select token_hash from session").one(&db).await.unwrap();
    assert_eq!(hash.len(), 32);
    assert_ne!(hash, token.as_bytes());
});

both!(a_person_switches_between_their_organisations_only, |db| {
    let world = World::new(&db);
    world.person("Maja Halden", "maja@halden.example", Some("Halden Studio")).await;
    world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik Cars")).await;
    let token = world.log_in("elsa@nordvik.example").await;
    let visit = world.visit(&token).await;
    let nordvik = visit.member().unwrap().organisation_id();
    let second =
        crate::organisation::acts::create(&visit, "Nordvik Trucks", "Europe/Stockholm", "sek").await.unwrap();
    assert_eq!(world.visit(&token).await.member().unwrap().organisation_id(), second);

    acts::switch_organisation(&visit, nordvik).await.unwrap();
    let visit = world.visit(&token).await;
    assert_eq!(visit.member().unwrap().organisation_id(), nordvik);
    let names: Vec<String> = acts::organisations(&visit).await.unwrap().into_iter().map(|o| o.name).collect();
    assert_eq!(names, ["Nordvik Cars", "Nordvik Trucks"]);

    let maja = world.log_in("maja@halden.example").await;
    let halden = world.visit(&maja).await.member().unwrap().organisation_id();
    assert_eq!(acts::switch_organisation(&visit, halden).await, Err(Error::NotFound));
    assert_eq!(acts::switch_organisation(&world.nobody(), halden).await, Err(Error::Unauthenticated));
});

both!(where_a_session_was_last_is_only_a_guess, |db| {
    let (world, other) = (World::new(&db), World::new(&db));
    world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik Cars")).await;
    let token = world.log_in("elsa@nordvik.example").await;
    let nordvik = world.visit(&token).await.member().unwrap();
    assert!(world.site.whereabouts().of(&secret::fingerprint(&token)).is_some());

    // Another server moves the session, takes the person's access, and ends the session: this one knows at once.
    let visit = other.visit(&token).await;
    let trucks =
        crate::organisation::acts::create(&visit, "Trucks", "Europe/Stockholm", "SEK").await.unwrap();
    assert_eq!(world.visit(&token).await.member().unwrap().organisation_id(), trucks);
    acts::switch_organisation(&other.visit(&token).await, nordvik.organisation_id()).await.unwrap();
    assert_eq!(world.visit(&token).await.member().unwrap().organisation_id(), nordvik.organisation_id());
    let mut tx = nordvik.begin().await.unwrap();
    sql("update member set state = 'suspended' where organisation_id = $1 and id = $2")
        .bind(nordvik.organisation_id())
        .bind(nordvik.member_id())
        .execute(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let visit = world.visit(&token).await;
    assert!(visit.session().is_some());
    assert!(matches!(visit.member(), Err(Error::Forbidden(_))));
    acts::log_out(&other.visit(&token).await).await.unwrap();
    assert!(world.visit(&token).await.session().is_none());
});

both!(what_was_read_of_a_session_is_believed_until_rights_change, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik Cars")).await;
    let token = world.log_in("elsa@nordvik.example").await;
    let first = world.visit(&token).await;
    let elsa = first.member().unwrap();
    let is_same = |visit: &Visit| std::ptr::eq(first.session().unwrap(), visit.session().unwrap());
    assert!(is_same(&world.visit(&token).await), "read once");

    // News is no right, but the next page knows of it.
    let mut tx = elsa.begin().await.unwrap();
    tx.tell(Topic::member(elsa.member_id()), "test.happened", elsa.member_id().uuid());
    tx.commit().await.unwrap();
    let mut heard = first.heard();
    while heard == first.heard() {
        tokio::task::yield_now().await;
        let next = world.visit(&token).await;
        assert!(is_same(&next));
        heard = next.heard();
    }
    assert_eq!(heard, first.heard() + 1);

    // What is taken back has not happened; what is committed counts at once.
    let name = async || world.visit(&token).await.member().unwrap().membership().organisation_name.clone();
    let rename = "update organisation set name = 'Nordvik Trucks' where id = $1";
    let mut tx = elsa.begin().await.unwrap();
    sql(rename).bind(elsa.organisation_id()).exactly_one(&mut tx).await.unwrap();
    drop(tx);
    assert_eq!(name().await, "Nordvik Cars");
    let mut tx = elsa.begin().await.unwrap();
    sql(rename).bind(elsa.organisation_id()).exactly_one(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(name().await, "Nordvik Trucks");

    // Even if nothing is heard of what another process did, it is read anew after a while.
    let mut elsewhere =
        db.apart().begin_in(db::Scope::organisation(elsa.organisation_id().uuid())).await.unwrap();
    let suspend = "update member set state = 'suspended' where organisation_id = $1";
    sql(suspend).bind(elsa.organisation_id()).exactly_one(&mut elsewhere).await.unwrap();
    elsewhere.commit().await.unwrap();
    world.clock.pass(Duration::seconds(2));
    assert!(matches!(world.visit(&token).await.member(), Err(Error::Forbidden(_))));
});

both!(a_log_in_goes_on_where_the_person_was_last, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik Cars")).await;
    let token = world.log_in("elsa@nordvik.example").await;
    let visit = world.visit(&token).await;
    let trucks =
        crate::organisation::acts::create(&visit, "Trucks", "Europe/Stockholm", "SEK").await.unwrap();
    world.clock.pass(Duration::hours(1));
    world.visit(&token).await;
    let token = world.log_in("elsa@nordvik.example").await;
    assert_eq!(world.visit(&token).await.member().unwrap().organisation_id(), trucks);
});

both!(a_person_without_an_organisation_has_no_context, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", None).await;
    let token = world.log_in("elsa@nordvik.example").await;
    let visit = world.visit(&token).await;
    assert!(visit.session().is_some());
    assert!(matches!(visit.member(), Err(Error::Forbidden(_))));
});

both!(the_viewer_sees_their_own_organisation_only, |db| {
    let world = World::new(&db);
    world.person("Maja Halden", "maja@halden.example", Some("Halden Studio")).await;
    world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik Cars")).await;
    let token = world.log_in("elsa@nordvik.example").await;
    let viewer = acts::viewer(&world.visit(&token).await.member().unwrap()).await.unwrap();
    assert_eq!(viewer.organisation.name, "Nordvik Cars");
    assert_eq!(viewer.organisations.len(), 1);
    let names: Vec<&str> = viewer.directory.people.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["Elsa Lindqvist"]);
    assert_eq!(viewer.today.offset_secs, 3600);
});

#[tokio::test]
async fn the_cookie_is_locked_to_the_host_under_https() {
    db::testing::sqlite(|db| async move {
        let plain = World::new(&db).site;
        let secure = kernel::Site::new(db, kernel::testing::TestClock::new(), "https://mediap.example");
        assert_eq!(
            cookie::set(&plain, "abc"),
            "mediap_session=abc; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax"
        );
        assert!(cookie::set(&secure, "abc").starts_with("__Host-mediap_session=abc; Path=/;"));
        assert!(cookie::set(&secure, "abc").ends_with("; Secure"));
        assert!(cookie::clear(&plain).contains("Max-Age=0"));

        let mut headers = http::HeaderMap::new();
        headers.append(http::header::COOKIE, "theme=dark; mediap_session=abc".parse().unwrap());
        assert_eq!(cookie::read(&headers, &plain).as_deref(), Some("abc"));
        // A cookie that a subdomain could have set is not taken for the locked one.
        assert_eq!(cookie::read(&headers, &secure), None);
    })
    .await;
}
