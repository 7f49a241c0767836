//! The rules, mostly by property.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Duration, TimeZone, Utc};
use http::Uri;
use proptest::prelude::*;

use crate::{
    model::{
        DeliveryState,
        event::{AREAS, Area, EVERYTHING, RECEIVED},
    },
    rules::{
        ATTEMPTS, Found, MOST_AT_ONCE, Refused, STALE, Secret, Signed, Step, TOLERANCE, Verdict, WebhookUrl,
        excerpt, fits, is_hopeless, next_jittered, parse_events, parse_name, retry_after, same, step,
        verdict, verify,
    },
};

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2025, 11, 21, 8, 0, 0).unwrap()
}

fn url(text: &str, local: bool) -> Result<String, String> {
    WebhookUrl::parse(text, local)
        .map(|url| url.as_str().to_owned())
        .map_err(|error| error.field("url").expect("the field is named").to_owned())
}

#[test]
fn addresses_are_encrypted_and_outside() {
    assert_eq!(url(" https://Example.com/hooks?a=1 ", false).unwrap(), "https://example.com/hooks?a=1");
    assert_eq!(url("https://bücher.example", false).unwrap(), "https://xn--bcher-kva.example/");
    for refused in [
        "",
        "example.com",
        "http://example.com/",
        "ftp://example.com/",
        "javascript:alert(1)",
        "https://",
        "https://me:secret@example.com/",
        "https://example.com/#part",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://169.254.169.254/latest",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://hooks.localhost/",
        &format!("https://example.com/{}", "a".repeat(2_000)),
    ] {
        assert!(url(refused, false).is_err(), "{refused}");
    }
}

#[test]
fn this_machine_is_for_who_develops() {
    for local in ["http://127.0.0.1:9000/hook", "http://localhost/", "https://[::1]/", "http://[::1]:1/"] {
        assert!(url(local, true).is_ok() && url(local, false).is_err(), "{local}");
    }
    for elsewhere in
        ["http://example.com/", "http://10.0.0.1/", "https://10.0.0.1/", "http://127.0.0.1.example.com/"]
    {
        assert!(url(elsewhere, true).is_err(), "{elsewhere}");
    }
}

#[test]
fn the_signature_is_that_of_the_convention() {
    // From the tests of the libraries of Standard Webhooks; checked with Python's hmac and with OpenSSL.
    let secret = Secret::from_bytes(STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap());
    assert_eq!(secret.text(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assert_eq!(
        secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b"{\"test\": 2432232314}"),
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    );
    // The bytes 0 to 31, computed with Python: base64(hmac(key, b"id.timestamp.body", sha256)).
    let secret = Secret::from_bytes((0..32).collect());
    assert_eq!(secret.text(), "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    assert_eq!(
        secret.sign("0198c0de-0000-7000-8000-000000000001", 1_763_712_000, b"{\"type\":\"item.moved\"}"),
        "v1,aco2Z/OFy4+tllW4j2oZ5g3rg0huuJ+n7dvfJd24Huc="
    );
}

#[test]
fn a_new_secret_has_the_length_of_the_convention_and_is_not_shown_by_accident() {
    let secret = Secret::random();
    let text = secret.text();
    let bytes = STANDARD.decode(text.strip_prefix("whsec_").unwrap()).unwrap();
    assert!((24..=64).contains(&bytes.len()) && bytes == secret.bytes());
    assert_ne!(Secret::random(), secret);
    assert_eq!(format!("{secret:?}"), "Secret");
}

#[test]
fn what_comes_must_be_signed_now_by_a_secret_that_counts() {
    let (old, new) = (Secret::from_bytes(vec![1; 32]), Secret::from_bytes(vec![2; 32]));
    let at = now().timestamp();
    let (body, time) = (b"{}", at.to_string());
    let check = |secrets: &[Secret], time: &str, signature: &str| {
        let signed = Signed { id: Some("a"), timestamp: Some(time), signature: Some(signature) };
        verify(secrets, signed, body, now()).map(str::to_owned)
    };
    let by_old = old.sign("a", at, body);
    let both = format!("v1a,ignored {} {by_old} v2,x", new.sign("a", at, body));
    assert_eq!(check(std::slice::from_ref(&old), &time, &by_old).unwrap(), "a");
    assert_eq!(check(std::slice::from_ref(&old), &time, &both).unwrap(), "a");
    assert_eq!(check(&[new.clone(), old.clone()], &time, &by_old).unwrap(), "a");
    assert_eq!(check(&[new], &time, &by_old), Err(Refused::Forged));
    for nonsense in ["", "v1,", "v1,!!", by_old.trim_start_matches("v1,")] {
        assert_eq!(check(std::slice::from_ref(&old), &time, nonsense), Err(Refused::Forged), "{nonsense}");
    }
    assert_eq!(check(std::slice::from_ref(&old), "soon", &by_old), Err(Refused::NotSigned));
    assert_eq!(check(std::slice::from_ref(&old), &i64::MIN.to_string(), &by_old), Err(Refused::Old));
    let nothing = Signed { id: None, timestamp: None, signature: None };
    assert_eq!(verify(&[old], nothing, body, now()), Err(Refused::NotSigned));
}

#[test]
fn three_days_of_tries_and_no_more() {
    let (mut at, mut tries) = (now(), 1);
    while let Some(next) = next_jittered(tries, at, None, 0) {
        (at, tries) = (next, tries + 1);
    }
    assert_eq!(usize::try_from(tries).unwrap(), ATTEMPTS);
    let whole = at - now();
    assert!(Duration::days(3) < whole && whole < Duration::days(4), "{whole}");
    assert_eq!(next_jittered(0, at, None, 0), None);
    assert_eq!(next_jittered(1, now(), None, 0), Some(now() + Duration::seconds(5)));
    assert_eq!(next_jittered(2, now(), None, 20), Some(now() + Duration::minutes(6)));
}

#[test]
fn a_receiver_says_how_long_to_wait() {
    assert_eq!(retry_after(" 120 ", now()), Some(now() + Duration::minutes(2)));
    assert_eq!(retry_after("-5", now()), Some(now()));
    assert_eq!(retry_after("Fri, 21 Nov 2025 09:00:00 GMT", now()), Some(now() + Duration::hours(1)));
    assert_eq!(retry_after("soon", now()), None);
    assert_eq!(retry_after(&i64::MAX.to_string(), now()), None);
    let told = Some(now() + Duration::minutes(2));
    assert_eq!(next_jittered(1, now(), told, 0), told);
    assert_eq!(next_jittered(3, now(), told, 0), Some(now() + Duration::minutes(30)));
    let years = Some(now() + Duration::days(700));
    assert_eq!(next_jittered(1, now(), years, 0), Some(now() + Duration::days(1)));
}

#[test]
fn statuses_mean_what_the_convention_says() {
    for status in [200, 201, 202, 204, 299] {
        assert_eq!(verdict(status), (Verdict::Delivered, String::new()));
    }
    assert_eq!(verdict(410).0, Verdict::Gone);
    assert!(verdict(302).1.contains("not followed"));
    for status in [100, 301, 400, 401, 404, 429, 500, 503, 599] {
        assert_eq!(verdict(status).0, Verdict::Later, "{status}");
    }
    assert!(!is_hopeless(now(), now() + Duration::days(5) - Duration::seconds(1)));
    assert!(is_hopeless(now(), now() + Duration::days(5)));
}

#[test]
fn names_are_one_line() {
    assert_eq!(parse_name("  Book \n keeping ").unwrap(), "Book keeping");
    assert!(parse_name(" ").is_err() && parse_name(&"å".repeat(61)).is_err() && parse_name("a\0b").is_err());
    assert!(parse_name(&"å".repeat(60)).is_ok());
}

#[test]
fn events_that_there_are_not_are_refused() {
    for unknown in ["item.flown", "item", "item.", ".*", "**", "item.mov*", "planet.*", "webhook.test"] {
        assert!(parse_events(&[unknown]).unwrap_err().field("events").is_some(), "{unknown}");
    }
    assert!(parse_events::<&str>(&[]).is_err() && parse_events(&["", " "]).is_err());
    assert_eq!(parse_events(&["item.moved", "item.*", "team.created"]).unwrap(), ["item.*", "team.created"]);
    assert_eq!(parse_events(&["*", "item.*", "hook.received"]).unwrap(), ["*", "hook.received"]);
    assert_eq!(parse_events(&["*", "hook.*"]).unwrap(), ["*", "hook.*"]);
}

#[test]
fn what_came_in_is_only_told_to_who_asks_for_it() {
    assert!(!fits("*", RECEIVED) && fits("hook.*", RECEIVED) && fits(RECEIVED, RECEIVED));
    assert!(fits("*", "planet.discovered"), "what a newer part of the program records is told too");
    assert!(!fits("item.*", "items.moved") && !fits("item.*", "item") && !fits("", "item.moved"));
}

fn events() -> impl Strategy<Value = Vec<String>> {
    let all: Vec<String> = AREAS
        .iter()
        .flat_map(|area| area.kinds().chain([area.pattern()]))
        .chain([EVERYTHING.to_owned()])
        .collect();
    proptest::collection::vec(proptest::sample::select(all), 1..12)
}

fn found() -> impl Strategy<Value = Found> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let state = proptest::sample::select(DeliveryState::ALL.to_vec());
    (state, -100_i64..100, proptest::option::of(-100_i64..1), flags, 0..8_usize).prop_map(
        |(state, due, started, (test, active, paused, deleted), others)| Found {
            state,
            next_at: now() + Duration::seconds(due),
            started_at: started.map(|seconds| now() + Duration::seconds(seconds)),
            test,
            active,
            paused,
            deleted,
            others,
        },
    )
}

proptest! {
    #[test]
    fn an_address_that_is_taken_can_be_asked(text in "(https?://)?[a-zA-Z0-9@:/?#%.\\[\\] åß*_-]{0,40}") {
        if let Ok(taken) = url(&text, false) {
            prop_assert!(taken.starts_with("https://"), "{}", taken);
            prop_assert_eq!(url(&taken, false), Ok(taken.clone()), "it is read as it is written");
            let asked: Uri = taken.parse().unwrap();
            prop_assert!(!asked.authority().unwrap().as_str().contains('@'));
            prop_assert!(outbound::Outbound::to_public().check(&asked).is_ok(), "{}", taken);
        }
    }

    #[test]
    fn numbers_are_taken_when_they_are_public(number: u32) {
        let address = std::net::Ipv4Addr::from(number);
        let public = outbound::is_public(address.into());
        prop_assert_eq!(url(&format!("https://{address}/"), false).is_ok(), public);
        prop_assert_eq!(url(&format!("https://{number}/"), false).is_ok(), public, "however it is written");
    }

    #[test]
    fn tidied_events_cover_the_same(chosen in events()) {
        let tidy = parse_events(&chosen).unwrap();
        for kind in AREAS.iter().flat_map(Area::kinds) {
            let covered = |patterns: &[String]| patterns.iter().any(|pattern| fits(pattern, &kind));
            prop_assert_eq!(covered(&tidy), covered(&chosen), "{}", kind);
        }
        prop_assert!(tidy.len() <= chosen.len());
        prop_assert_eq!(parse_events(&tidy).unwrap(), tidy);
    }

    #[test]
    fn no_try_comes_early_or_much_too_late(
        attempts in 0_i64..20, percent in 0_i64..=20, wish in proptest::option::of(-1_000_i64..200_000)
    ) {
        let wish = wish.map(|seconds| now() + Duration::seconds(seconds));
        let plain = next_jittered(attempts, now(), None, 0);
        let next = next_jittered(attempts, now(), wish, percent);
        prop_assert_eq!(plain.is_some(), next.is_some());
        if let (Some(plain), Some(next)) = (plain, next) {
            prop_assert!(plain <= next);
            prop_assert!(wish.is_none_or(|wish| wish <= next || next - now() >= Duration::days(1)));
            let latest = plain + (plain - now()) / 5;
            prop_assert!(next <= latest.max(wish.unwrap_or(latest)), "{} {}", next, latest);
        }
    }

    #[test]
    fn only_what_was_signed_is_taken(
        key in proptest::collection::vec(any::<u8>(), 24..=64), id in "[a-z0-9_-]{1,40}",
        body in proptest::collection::vec(any::<u8>(), 0..200), off in -400_i64..400, at in 0_usize..200
    ) {
        let secret = Secret::from_bytes(key.clone());
        let time = now().timestamp() + off;
        let (signature, text) = (secret.sign(&id, time, &body), time.to_string());
        let signed = Signed { id: Some(&id), timestamp: Some(&text), signature: Some(&signature) };
        let expected = if off.abs() <= TOLERANCE.num_seconds() { Ok(id.as_str()) } else { Err(Refused::Old) };
        prop_assert_eq!(verify(std::slice::from_ref(&secret), signed, &body, now()), expected);
        if expected.is_ok() {
            let mut other = body.clone();
            match other.get_mut(at) {
                Some(byte) => *byte ^= 1,
                None => other.push(0),
            }
            prop_assert_eq!(verify(std::slice::from_ref(&secret), signed, &other, now()), Err(Refused::Forged));
            let moved = format!("{id}x");
            let moved = Signed { id: Some(&moved), ..signed };
            prop_assert_eq!(verify(std::slice::from_ref(&secret), moved, &body, now()), Err(Refused::Forged));
            let mut key = key;
            key[0] ^= 1;
            prop_assert_eq!(verify(&[Secret::from_bytes(key)], signed, &body, now()), Err(Refused::Forged));
        }
    }

    #[test]
    fn a_token_is_the_same_or_not(one in "[a-zA-Z0-9_-]{0,44}", other in "[a-zA-Z0-9_-]{0,44}") {
        prop_assert!(same(&one, &one));
        prop_assert_eq!(same(&one, &other), one == other);
    }

    #[test]
    fn an_excerpt_is_short_and_a_beginning(text in "\\PC{0,80}", bytes in 0_usize..100) {
        let short = excerpt(&text, bytes);
        prop_assert!(short.len() <= bytes && text.starts_with(&short));
        prop_assert!(text.len() <= bytes || bytes < short.len() + 4);
        prop_assert_eq!(excerpt(&format!("\0{text}\0"), bytes), short);
    }

    #[test]
    fn a_delivery_is_sent_when_it_is_due_and_nothing_speaks_against_it(found in found()) {
        let step = step(found, now());
        let held = found.started_at.is_some_and(|at| now() < at + STALE);
        let open = match found.state {
            DeliveryState::Waiting => found.next_at <= now(),
            DeliveryState::Sending => !held,
            DeliveryState::Delivered | DeliveryState::Failed => false,
        };
        let wanted = !found.deleted && (found.test || found.active && !found.paused);
        prop_assert_eq!(step == Step::Send, open && wanted && found.others < MOST_AT_ONCE);
        prop_assert_eq!(step == Step::Park, open && wanted && MOST_AT_ONCE <= found.others);
        prop_assert_eq!(matches!(step, Step::Fail(_)), open && !wanted);
        if let Step::LookAgain(at) = step {
            prop_assert!(found.state == DeliveryState::Sending && now() < at);
        }
    }
}
