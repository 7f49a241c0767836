//! Links by mail, devices, limits, and that strangers learn nothing.

use chrono::Duration;
use db::{both, sql};
use kernel::{Cx, Error, Role};

use super::fixture::{PASSWORD, World, events, origin};
use crate::{
    account, cookie,
    cookie::Cookie,
    limit::{self, Act},
    member,
    session::{Begun, Origin, acts::log_in, device, devices, link, model::LinkState},
};

const ELSA: &str = "elsa@nordvik.example";

async fn world(db: &db::Db) -> World {
    let world = World::new(db);
    world.person("Elsa Lindqvist", ELSA, Some("Nordvik Cars")).await;
    world
}

fn from(address: &str) -> Origin {
    Origin { address: Some(address.into()), ..origin() }
}

both!(a_link_logs_in_once, |db| {
    let world = world(&db).await;
    let browser = link::ask(&world.nobody(), &origin(), " ELSA@nordvik.example ").await.unwrap().browser;
    let token = world.token_sent_to(ELSA).await;
    let nobody = world.nobody();
    // Looking at it, as mail programs do, uses nothing up.
    for _ in 0..3 {
        assert_eq!(link::look(&nobody, &token, Some(&browser)).await.unwrap(), LinkState::Works);
    }
    let begun = link::log_in(&nobody, &origin(), &token, Some(&browser)).await.unwrap();
    let session = begun.into_started().unwrap().token;
    assert!(world.visit(&session).await.member().is_ok());
    assert_eq!(link::look(&nobody, &token, Some(&browser)).await.unwrap(), LinkState::Dead);
    let again = link::log_in(&nobody, &origin(), &token, Some(&browser)).await.unwrap_err();
    assert!(matches!(again, Error::Conflict(_)), "{again:?}");
});

both!(a_link_works_only_in_the_browser_that_asked, |db| {
    let world = world(&db).await;
    let browser = link::ask(&world.nobody(), &origin(), ELSA).await.unwrap().browser;
    let token = world.token_sent_to(ELSA).await;
    let nobody = world.nobody();
    for other in [None, Some(""), Some("another"), Some(token.as_str())] {
        assert_eq!(link::look(&nobody, &token, other).await.unwrap(), LinkState::OtherBrowser);
        let refused = link::log_in(&nobody, &origin(), &token, other).await.unwrap_err();
        assert!(matches!(refused, Error::Forbidden(_)), "{refused:?}");
    }
    assert!(link::log_in(&nobody, &origin(), &token, Some(&browser)).await.is_ok(), "it was not used up");
});

both!(a_link_ends_after_ten_minutes_or_with_the_next_one, |db| {
    let world = world(&db).await;
    let nobody = world.nobody();
    let first = link::ask(&nobody, &origin(), ELSA).await.unwrap().browser;
    let old = world.token_sent_to(ELSA).await;
    let second = link::ask(&nobody, &origin(), ELSA).await.unwrap().browser;
    let new = world.token_sent_to(ELSA).await;
    assert!(link::log_in(&nobody, &origin(), &old, Some(&first)).await.is_err());
    world.clock.pass(Duration::minutes(10));
    assert!(matches!(link::log_in(&nobody, &origin(), &new, Some(&second)).await, Err(Error::Conflict(_))));
    assert_eq!(link::look(&nobody, "made up", Some(&second)).await.unwrap(), LinkState::Dead);
    crate::sweep(&world.site).await.unwrap();
});

both!(a_link_leads_to_the_second_factor, |db| {
    let world = world(&db).await;
    let token = world.log_in(ELSA).await;
    world.enrol(&token).await;
    let browser = link::ask(&world.nobody(), &origin(), ELSA).await.unwrap().browser;
    let mailed = world.token_sent_to(ELSA).await;
    let begun = link::log_in(&world.nobody(), &origin(), &mailed, Some(&browser)).await.unwrap();
    assert!(matches!(begun, Begun::SecondFactor(_)));
});

both!(a_link_goes_to_confirmed_accounts_only, |db| {
    let world = world(&db).await;
    let form = account::acts::SignUp {
        name: "Ida Holm".into(),
        email: "ida@nordvik.example".into(),
        password: PASSWORD.into(),
        ..account::acts::SignUp::default()
    };
    account::acts::sign_up(&world.nobody(), &origin(), &form).await.unwrap();
    let before = world.mails().await.len();
    for email in ["ida@nordvik.example", "nobody@nordvik.example"] {
        let asked = link::ask(&world.nobody(), &origin(), email).await.unwrap();
        assert_eq!((asked.email.as_str(), asked.browser.len()), (email, 43));
    }
    assert_eq!(world.mails().await.len(), before);
});

both!(strangers_learn_nothing_from_the_answers, |db| {
    let world = world(&db).await;
    let unknown = "nobody@nordvik.example";
    let nobody = world.nobody();
    let wrong = log_in(&nobody, &origin(), ELSA, "not the password").await.unwrap_err();
    assert_eq!(log_in(&nobody, &origin(), unknown, "not the password").await.unwrap_err(), wrong);
    for email in [ELSA, unknown] {
        assert_eq!(account::acts::request_reset(&nobody, &origin(), email).await.unwrap().as_str(), email);
        assert_eq!(
            account::acts::resend_confirmation(&nobody, &origin(), email).await.unwrap().as_str(),
            email
        );
        assert_eq!(link::ask(&nobody, &origin(), email).await.unwrap().email.as_str(), email);
        let form = account::acts::SignUp {
            name: "Somebody".into(),
            email: email.into(),
            password: PASSWORD.into(),
            ..account::acts::SignUp::default()
        };
        assert_eq!(account::acts::sign_up(&nobody, &origin(), &form).await.unwrap().as_str(), email);
    }
});

both!(ten_thousand_tries_do_not_keep_the_owner_out, |db| {
    let world = world(&db).await;
    // The owner has logged in with this browser before.
    let started = log_in(&world.nobody(), &origin(), ELSA, PASSWORD).await.unwrap().into_started().unwrap();
    let owner = Origin { device: started.device, ..origin() };
    // From everywhere, and from the owner's own network: the first tries are real, the rest is only counted.
    for place in 0..60 {
        assert!(log_in(&world.nobody(), &from(&format!("198.51.100.{place}")), ELSA, "wrong").await.is_err());
    }
    for _ in 0..12 {
        assert!(log_in(&world.nobody(), &origin(), ELSA, "wrong").await.is_err());
    }
    sql("update attempt set tries = 10000").execute(&db).await.unwrap();
    let stranger = log_in(&world.nobody(), &from("203.0.113.9"), ELSA, PASSWORD).await.unwrap_err();
    assert!(matches!(stranger, Error::TooMany { .. }), "{stranger:?}");
    assert!(log_in(&world.nobody(), &origin(), ELSA, PASSWORD).await.is_err());
    assert!(log_in(&world.nobody(), &owner, ELSA, PASSWORD).await.is_ok());
    // A mail that lets them in comes through as well.
    assert!(limit::count(&world.nobody(), Act::Mail, ELSA, &owner).await.is_ok());
});

both!(a_known_browser_has_a_limit_too, |db| {
    let world = world(&db).await;
    let started = log_in(&world.nobody(), &origin(), ELSA, PASSWORD).await.unwrap().into_started().unwrap();
    let stolen = Origin { device: started.device, ..from("198.51.100.1") };
    for _ in 0..10 {
        let wrong = log_in(&world.nobody(), &stolen, ELSA, "wrong").await.unwrap_err();
        assert!(wrong.field("password").is_some());
    }
    assert!(matches!(log_in(&world.nobody(), &stolen, ELSA, PASSWORD).await, Err(Error::TooMany { .. })));
    // Another person's account does not know this browser, and nobody knows a made-up one.
    world.person("Maja Halden", "maja@halden.example", None).await;
    let token = stolen.device.as_deref().unwrap();
    assert!(device::is_known(&db, ELSA, token).await.unwrap());
    assert!(!device::is_known(&db, "maja@halden.example", token).await.unwrap());
    assert!(!device::is_known(&db, ELSA, "made up").await.unwrap());
});

both!(a_new_device_is_told_by_mail, |db| {
    let world = world(&db).await;
    let firefox = Origin {
        user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0".into(),
        ..origin()
    };
    let notices =
        async || world.mails().await.iter().filter(|mail| mail.subject == "Log-in on a new device").count();
    let first = log_in(&world.nobody(), &firefox, ELSA, PASSWORD).await.unwrap().into_started().unwrap();
    assert_eq!(notices().await, 0, "the first device is no news");
    let known = Origin { device: first.device.clone(), ..firefox.clone() };
    let second = log_in(&world.nobody(), &known, ELSA, PASSWORD).await.unwrap().into_started().unwrap();
    assert!(second.device.is_none() && notices().await == 0);
    // The cookies are gone, but such a browser was seen before.
    log_in(&world.nobody(), &firefox, ELSA, PASSWORD).await.unwrap();
    assert_eq!(notices().await, 0);
    let phone = Origin { user_agent: "Mozilla/5.0 (iPhone) Version/18.1 Safari/605".into(), ..origin() };
    log_in(&world.nobody(), &phone, ELSA, PASSWORD).await.unwrap();
    assert_eq!(notices().await, 1);
    let mail = world.mails().await.into_iter().find(|mail| mail.subject == "Log-in on a new device").unwrap();
    assert!(mail.text.contains("Safari on iPhone, 192.0.2.7"), "{}", mail.text);
});

both!(a_token_for_the_browser_is_not_taken_from_outside, |db| {
    let world = world(&db).await;
    let planted = Origin { device: Some("planted by somebody".into()), ..origin() };
    let started = log_in(&world.nobody(), &planted, ELSA, PASSWORD).await.unwrap().into_started().unwrap();
    assert!(started.device.is_some_and(|device| device != "planted by somebody"));
});

both!(devices_are_listed_and_logged_out, |db| {
    let world = world(&db).await;
    let here = world.log_in(ELSA).await;
    let there = world.log_in(ELSA).await;
    let third = world.log_in(ELSA).await;
    let visit = world.visit(&here).await;
    let listed = devices::list(&visit).await.unwrap();
    assert_eq!((listed.len(), listed[0].is_this, listed[1].is_this), (3, true, false));
    assert_eq!((listed[0].address.as_str(), listed[0].name.as_str()), ("192.0.2.7", "An unknown device"));

    let other = world.visit(&there).await.session().unwrap().id;
    devices::end(&visit, &origin(), other).await.unwrap();
    assert!(world.visit(&there).await.session().is_none(), "out on the next request");
    assert_eq!(devices::end(&visit, &origin(), other).await, Err(Error::NotFound));

    world.person("Maja Halden", "maja@halden.example", None).await;
    let maja = world.log_in("maja@halden.example").await;
    let foreign = world.visit(&maja).await.session().unwrap().id;
    assert_eq!(devices::end(&visit, &origin(), foreign).await, Err(Error::NotFound));

    devices::end_others(&visit, &origin()).await.unwrap();
    assert!(world.visit(&third).await.session().is_none());
    assert!(world.visit(&here).await.session().is_some() && world.visit(&maja).await.session().is_some());
});

both!(a_session_ends_after_ninety_days_however_it_is_used, |db| {
    let world = world(&db).await;
    let token = world.log_in(ELSA).await;
    for _ in 0..8 {
        world.clock.pass(Duration::days(10));
        assert!(world.visit(&token).await.session().is_some());
    }
    world.clock.pass(Duration::days(10));
    assert!(world.visit(&token).await.session().is_none());
    crate::sweep(&world.site).await.unwrap();
    let (left,): (i64,) = sql("select count(*) from session").one(&db).await.unwrap();
    assert_eq!(left, 0);
});

both!(an_admin_logs_a_member_out, |db| {
    let world = world(&db).await;
    let token = world.log_in(ELSA).await;
    let elsa = world.visit(&token).await.member().unwrap();
    let petra = elsa.colleague("Petra Ek", Role::Admin).await;
    let marek = elsa.colleague("Marek Havel", Role::Member).await;
    let by_admin = member::acts::log_out(&petra, &origin(), elsa.member_id()).await;
    assert!(matches!(by_admin, Err(Error::Forbidden(_))), "an admin does not touch an owner");
    let by_member = member::acts::log_out(&marek, &origin(), petra.member_id()).await;
    assert!(matches!(by_member, Err(Error::Forbidden(_))));
    let owner = elsa.colleague("Olga Ek", Role::Owner).await;
    member::acts::log_out(&owner, &origin(), elsa.member_id()).await.unwrap();
    assert!(world.visit(&token).await.session().is_none());
    assert_eq!(events(&elsa).await, ["member.logged_out", "organisation.created"]);
    let other = Cx::test(&db, "Halden Studio").await;
    let foreign = member::acts::log_out(&other, &origin(), elsa.member_id()).await;
    assert_eq!(foreign, Err(Error::NotFound));
});

both!(an_admin_ends_only_what_goes_on_in_their_organisation, |db| {
    let world = world(&db).await;
    let elsa = world.visit(&world.log_in(ELSA).await).await.member().unwrap();
    // Marek works at home, and in Elsa's organisation too.
    let marek = "marek@halden.example";
    world.person("Marek Havel", marek, Some("Halden Studio")).await;
    let at_home = world.log_in(marek).await;
    let form = member::acts::Invite { email: marek.into(), role: "member".into(), ..Default::default() };
    let id = member::acts::invite(&elsa, &form).await.unwrap();
    let link = world.token_sent_to(marek).await;
    let visit = world.visit(&world.log_in(marek).await).await;
    let accepted = member::acts::accept_invitation(&visit, &origin(), &link, None, None).await.unwrap();
    let member::acts::Accepted::Begun(begun) = accepted else { panic!("he is logged in") };
    let here = begun.into_started().unwrap().token;
    let of = async |token: &str| {
        let session = world.visit(token).await.session().cloned();
        session.map(|session| session.membership.unwrap().organisation_id)
    };
    let home = of(&at_home).await.unwrap();
    assert_eq!(of(&here).await, Some(elsa.organisation_id()));
    assert_ne!(home, elsa.organisation_id());

    member::acts::log_out(&elsa, &origin(), id).await.unwrap();
    assert_eq!((of(&here).await, of(&at_home).await), (None, Some(home)));
    let security = crate::factor::acts::security(&world.visit(&at_home).await).await.unwrap();
    assert_eq!(security.activity[0].what, "Logged out of Nordvik Cars by Elsa Lindqvist");
});

both!(what_admins_do_to_people_and_parts_asks_who_is_there, |db| {
    let world = world(&db).await;
    let elsa = world.visit(&world.log_in(ELSA).await).await.member().unwrap();
    let form = |email: &str| member::acts::Invite {
        email: email.into(),
        role: "member".into(),
        ..Default::default()
    };
    let invited = member::acts::invite(&elsa, &form("anna@nordvik.example")).await.unwrap();
    let marek = elsa.colleague("Marek Havel", Role::Member).await.member_id();
    let petra = elsa.colleague("Petra Ek", Role::Member).await.member_id();
    member::acts::suspend(&elsa, petra, 1).await.unwrap();
    let team = crate::team::acts::create(&elsa, "Testers", None).await.unwrap();
    let brand = crate::brand::acts::create(&elsa, "Trucks", "#c2561b").await.unwrap();
    world.clock.pass(Duration::minutes(10));
    for refused in [
        member::acts::invite(&elsa, &form("bo@nordvik.example")).await.map(drop),
        member::acts::invite_again(&elsa, invited).await.map(drop),
        member::acts::suspend(&elsa, marek, 1).await.map(drop),
        member::acts::reactivate(&elsa, petra, 2).await.map(drop),
        member::acts::restore(&elsa, marek).await,
        crate::team::acts::delete(&elsa, team, 1).await.map(drop),
        crate::brand::acts::remove(&elsa, brand, 1).await.map(drop),
    ] {
        assert_eq!(refused, Err(Error::ProveAgain));
    }
    // Who may not do it at all is told that, and not asked.
    let anybody = elsa.colleague("Olle Ek", Role::Member).await;
    world.clock.pass(Duration::minutes(10));
    for refused in [
        member::acts::invite(&anybody, &form("bo@nordvik.example")).await.map(drop),
        crate::team::acts::delete(&anybody, team, 1).await.map(drop),
        crate::brand::acts::remove(&anybody, brand, 1).await.map(drop),
    ] {
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    }
});

both!(a_change_of_role_asks_who_is_there, |db| {
    let world = world(&db).await;
    let token = world.log_in(ELSA).await;
    world.clock.pass(Duration::minutes(10));
    let elsa = world.visit(&token).await.member().unwrap();
    let marek = elsa.colleague("Marek Havel", Role::Member).await.member_id();
    assert_eq!(member::acts::change_role(&elsa, marek, 1, Role::Admin).await, Err(Error::ProveAgain));
    assert_eq!(member::acts::remove(&elsa, marek, 1).await, Err(Error::ProveAgain));
    let renewed = crate::session::prove::prove(elsa.visit(), &origin(), PASSWORD, "").await.unwrap();
    let elsa = world.visit(&renewed).await.member().unwrap();
    member::acts::change_role(&elsa, marek, 1, Role::Admin).await.unwrap();
});

#[tokio::test]
async fn every_cookie_is_locked_to_the_host_under_https() {
    db::testing::sqlite(|db| async move {
        let secure = kernel::Site::new(db, kernel::testing::TestClock::new(), "https://m.example");
        for which in [Cookie::Session, Cookie::Challenge, Cookie::Browser, Cookie::Device] {
            let given = cookie::give(&secure, which, "abc");
            assert!(given.starts_with("__Host-mediap_") && given.contains("Path=/;"), "{given}");
            assert!(given.contains("HttpOnly; SameSite=Lax; Secure") && !given.contains("Domain"), "{given}");
            // A cookie that another host could have set carries nothing.
            let mut headers = http::HeaderMap::new();
            let plain = given.trim_start_matches("__Host-").split(';').next().unwrap();
            headers.append(http::header::COOKIE, plain.parse().unwrap());
            assert_eq!(cookie::find(&headers, &secure, which), None);
        }
    })
    .await;
}
