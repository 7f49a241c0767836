//! Whether a file is a licence: round trips, forgeries, and every mistake by its name.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{Error, Keys, Licence, document::message, sign::PrivateKey};

pub(crate) fn key() -> PrivateKey {
    PrivateKey::new("test", [7; 32]).unwrap()
}

pub(crate) fn licence() -> Licence {
    Licence {
        id: "l-1".into(),
        licensee: "Nordvik Cars AB".into(),
        plan: "business".into(),
        seats: Some(25),
        entitlements: vec!["training".into()],
        issued: "2025-11-21".parse().unwrap(),
        expires: Some("2026-11-21".parse().unwrap()),
    }
}

fn read(file: &Value) -> Result<Licence, Error> {
    Licence::read(file.to_string().as_bytes(), &Keys::new([key().public()]))
}

fn signed(licence: &Licence) -> Value {
    serde_json::from_str(&key().sign(licence)).unwrap()
}

/// A file around this payload, signed as a licence is.
fn around(payload: &[u8]) -> Value {
    // What signs licences signs only those, so the pair is made anew.
    let pair = ring::signature::Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let signature = STANDARD.encode(pair.sign(&message(payload)));
    json!({ "licence": STANDARD.encode(payload), "signature": signature, "key": "test" })
}

fn decoded(file: &Value, field: &str) -> Vec<u8> {
    STANDARD.decode(file[field].as_str().unwrap()).unwrap()
}

/// Changes one byte of what a field holds.
fn with_changed_byte(mut file: Value, field: &str, at: usize, change: u8) -> Value {
    let mut bytes = decoded(&file, field);
    let at = at % bytes.len();
    bytes[at] ^= change;
    file[field] = STANDARD.encode(bytes).into();
    file
}

prop_compose! {
    fn any_licence()(
        id in "[a-z0-9-]{1,20}",
        licensee in "\\PC{0,60}[a-zåäö]\\PC{0,60}",
        plan in "[a-z]{1,10}",
        seats in proptest::option::of(1..=u32::MAX),
        entitlements in proptest::collection::vec("[a-z_]{1,20}", 0..5),
        issued in 0..40_000_u64,
        runs in proptest::option::of(0..4_000_u64),
    ) -> Licence {
        let begin: NaiveDate = "2000-01-01".parse().unwrap();
        let issued = begin + Days::new(issued);
        let expires = runs.map(|days| issued + Days::new(days));
        Licence { id, licensee: licensee.trim().to_owned(), plan, seats, entitlements, issued, expires }
    }
}

proptest! {
    #[test]
    fn what_is_signed_is_what_is_read(licence in any_licence()) {
        prop_assert_eq!(read(&signed(&licence)), Ok(licence));
    }

    #[test]
    fn a_changed_byte_of_the_payload_is_refused(licence in any_licence(), at in any::<usize>(), change in 1..=255_u8) {
        let forged = with_changed_byte(signed(&licence), "licence", at, change);
        prop_assert_eq!(read(&forged), Err(Error::Signature));
    }

    #[test]
    fn a_changed_byte_of_the_signature_is_refused(licence in any_licence(), at in any::<usize>(), change in 1..=255_u8) {
        let forged = with_changed_byte(signed(&licence), "signature", at, change);
        prop_assert_eq!(read(&forged), Err(Error::Signature));
    }

    #[test]
    fn a_changed_letter_of_the_file_never_gives_another_licence(at in any::<usize>(), letter in "[ -~]") {
        let file = key().sign(&licence());
        let at = at % file.len();
        let forged = format!("{}{letter}{}", &file[..at], &file[at + 1..]);
        if let Ok(found) = Licence::read(forged.as_bytes(), &Keys::new([key().public()])) {
            prop_assert_eq!(found, licence());
        }
    }

    #[test]
    fn whatever_a_file_holds_reading_it_ends_well(file in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Licence::read(&file, &Keys::new([key().public()])).is_err());
    }

    #[test]
    fn whatever_the_maker_signs_reading_it_ends_well(payload in "\\PC*") {
        let read = read(&around(payload.as_bytes()));
        let named = matches!(read, Err(Error::Field { .. }));
        prop_assert!(named, "{:?}", read);
    }
}

#[test]
fn every_bit_of_the_signature_counts() {
    let file = signed(&licence());
    for at in 0..64 {
        for bit in 0..8 {
            assert_eq!(
                read(&with_changed_byte(file.clone(), "signature", at, 1 << bit)),
                Err(Error::Signature)
            );
        }
    }
}

#[test]
fn a_signature_of_another_length_is_refused() {
    let mut file = signed(&licence());
    let whole = decoded(&file, "signature");
    for bytes in [&whole[..63], &[&whole[..], &[0]].concat(), &[]] {
        file["signature"] = STANDARD.encode(bytes).into();
        assert_eq!(read(&file), Err(Error::Signature));
    }
}

#[test]
fn the_key_must_be_the_one_that_signed() {
    let file = signed(&licence());
    let another = PrivateKey::new("test", [8; 32]).unwrap();
    let keys = Keys::new([another.public()]);
    assert_eq!(Licence::read(file.to_string().as_bytes(), &keys), Err(Error::Signature));
    let unknown = Error::UnknownKey("test".into());
    assert_eq!(Licence::read(file.to_string().as_bytes(), &Keys::default()), Err(unknown));
    // After a change of keys both are known, and each licence names its own.
    let newer = PrivateKey::new("2027", [9; 32]).unwrap();
    let both = Keys::new([newer.public(), key().public()]);
    for signer in [key(), newer] {
        assert_eq!(Licence::read(signer.sign(&licence()).as_bytes(), &both), Ok(licence()));
    }
}

#[test]
fn a_signature_over_the_payload_alone_is_none() {
    let pair = ring::signature::Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let mut file = signed(&licence());
    file["signature"] = STANDARD.encode(pair.sign(&decoded(&file, "licence"))).into();
    assert_eq!(read(&file), Err(Error::Signature));
}

#[test]
fn the_form_of_files_lasts() {
    // Written by the first version. Whatever changes, such a file is read.
    let file = include_str!("tests/licence.json");
    assert_eq!(Licence::read(file.as_bytes(), &Keys::new([key().public()])), Ok(licence()));
}

#[test]
fn what_is_no_object_is_not_json() {
    for file in ["", "{", "[]", "7", "null", "\u{feff}{}", "-----BEGIN LICENCE-----"] {
        assert_eq!(Licence::read(file.as_bytes(), &Keys::default()), Err(Error::NotJson), "{file}");
    }
}

#[test]
fn a_field_of_the_file_that_is_wrong_is_named() {
    let long = "k".repeat(41);
    for (field, values) in [
        ("key", vec![Value::Null, json!(7), json!(""), json!("a b"), json!("\u{1b}[2J"), json!(long)]),
        ("licence", vec![Value::Null, json!({}), json!("no base64"), json!("YQ")]),
        ("signature", vec![Value::Null, json!(7), json!("no base64"), json!("YR==")]),
    ] {
        for value in values {
            let mut file = signed(&licence());
            file[field] = value.clone();
            match read(&file) {
                Err(Error::Field { field: named, .. }) => assert_eq!(named, field, "{value}"),
                other => panic!("{field} = {value}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_field_of_the_payload_that_is_wrong_is_named() {
    let long = "x".repeat(201);
    for (field, values) in [
        ("id", vec![Value::Null, json!(7), json!(" "), json!(long)]),
        ("licensee", vec![Value::Null, json!(""), json!("a\nb")]),
        ("plan", vec![Value::Null, json!([])]),
        ("seats", vec![json!(0), json!(-1), json!(2.5), json!("25"), json!(u64::MAX)]),
        ("entitlements", vec![json!("roles"), json!([7])]),
        ("issued", vec![Value::Null, json!("21.11.2025"), json!("2025-1-5"), json!("2025-02-30")]),
        ("expires", vec![json!("never"), json!(7), json!("2025-11-20"), json!("+22025-11-20")]),
    ] {
        for value in values {
            let mut payload: Value = serde_json::from_slice(&licence().payload()).unwrap();
            payload[field] = value.clone();
            match read(&around(payload.to_string().as_bytes())) {
                Err(Error::Field { field: named, .. }) => assert_eq!(named, field, "{value}"),
                other => panic!("{field} = {value}: {other:?}"),
            }
        }
    }
}

#[test]
fn seats_entitlements_and_the_end_may_be_missing_and_more_may_be_there() {
    let payload = br#"{"id":"1","licensee":"A","plan":"team","issued":"2025-11-21","colour":"red"}"#;
    let found = read(&around(payload)).unwrap();
    assert_eq!((found.seats, found.expires, found.entitlements.len()), (None, None, 0));
    assert_eq!(found.plan_label(), "Team");
    let newer = Licence { plan: "galaxy".into(), ..found };
    assert_eq!(read(&signed(&newer)).unwrap().plan_label(), "galaxy");
}

#[test]
fn each_error_is_a_sentence() {
    let said = |error: Error| format!("The licence file cannot be used: {error}.");
    assert_eq!(
        said(Error::UnknownKey("2027".into())),
        "The licence file cannot be used: it is signed with the key `2027`, which this version of Mediap does not \
         know; a newer one may."
    );
    assert_eq!(
        said(Error::Field { field: "seats", allowed: "a whole number from 1, or null" }),
        "The licence file cannot be used: its field `seats` is missing or wrong: it takes a whole number from 1, or \
         null."
    );
    assert_eq!(
        said(Error::Unreadable("permission denied".into())),
        "The licence file cannot be used: it cannot be read (permission denied)."
    );
}
