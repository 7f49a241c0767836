use super::{testing::Device, *};

const HOME: &str = "https://mediap.example";

fn account() -> Uuid {
    Uuid::from_u128(7)
}

/// A site, a device, and the passkey that was made on it.
fn made() -> (Party, Device, Made) {
    let party = Party::at(HOME).unwrap();
    let mut device = Device::at(HOME);
    let question = party.start_making(account(), "elsa@nordvik.example", "Elsa", Vec::new()).unwrap();
    let made = party.finish_making(&device.make(&question.options), question.state).unwrap();
    (party, device, made)
}

#[test]
fn a_site_needs_a_name() {
    for address in ["https://mediap.example", "https://mediap.example:8443", "http://localhost:3000"] {
        assert!(Party::at(address).is_ok(), "{address}");
    }
    for address in ["http://127.0.0.1:3000", "https://[::1]:3000", "https://192.0.2.7"] {
        assert_eq!(Party::at(address).unwrap_err(), Unfit::Number { address: address.into() });
    }
    let address = "http://mediap.example";
    assert_eq!(Party::at(address).unwrap_err(), Unfit::Plain { address: address.into() });
}

#[test]
fn a_question_asks_for_a_passkey_that_is_found_and_verified() {
    let party = Party::at(HOME).unwrap();
    let question = party.start_making(account(), "elsa@nordvik.example", "Elsa", vec![vec![1, 2]]).unwrap();
    let options: Value = serde_json::from_str(&question.options).unwrap();
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["rp"]["id"], "mediap.example");
    assert_eq!(options["excludeCredentials"][0]["id"], "AQI");
    let options: Value = serde_json::from_str(&party.start_log_in().unwrap().options).unwrap();
    assert_eq!(options["userVerification"], "required");
    assert_eq!(options["allowCredentials"], serde_json::json!([]));
}

#[test]
fn a_passkey_logs_in_and_its_counter_moves_on() {
    let (party, mut device, made) = made();
    let question = party.start_log_in().unwrap();
    let answer = device.answer(&question.options);
    assert_eq!(party.named_in(&answer).unwrap(), (account(), made.id));
    let moved = party.finish_log_in(&answer, question.state, made.credential.clone()).unwrap().unwrap();
    assert_ne!(moved, made.credential);

    // A copy of the device that stayed behind.
    device.counter = 0;
    let question = party.start_log_in().unwrap();
    let answer = device.answer(&question.options);
    assert!(matches!(party.finish_log_in(&answer, question.state, moved), Err(Error::Copied)));
}

#[test]
fn an_answer_to_another_question_is_wrong() {
    let (party, mut device, made) = made();
    let asked = party.start_log_in().unwrap();
    let other = party.start_log_in().unwrap();
    let answer = device.answer(&asked.options);
    let result = party.finish_log_in(&answer, other.state, made.credential);
    assert!(matches!(result, Err(Error::Wrong(WebauthnError::MismatchedChallenge))), "{result:?}");
}

#[test]
fn an_answer_from_another_origin_is_wrong() {
    let (party, mut device, made) = made();
    for origin in
        ["https://mediap.example.evil.test", "https://evil.mediap.example", "https://mediap.example:1"]
    {
        device.origin = origin.into();
        let asked = party.start_log_in().unwrap();
        let answer = device.answer(&asked.options);
        let result = party.finish_log_in(&answer, asked.state, made.credential.clone());
        assert!(matches!(result, Err(Error::Wrong(WebauthnError::InvalidRPOrigin))), "{origin}: {result:?}");
    }
    let mut stranger = Device::at("https://evil.test");
    let asked = party.start_making(account(), "elsa@nordvik.example", "Elsa", Vec::new()).unwrap();
    assert!(party.finish_making(&stranger.make(&asked.options), asked.state).is_err());
}

#[test]
fn a_device_that_does_not_verify_the_person_is_not_enough() {
    let (party, mut device, made) = made();
    device.verifies = false;
    let asked = party.start_log_in().unwrap();
    let answer = device.answer(&asked.options);
    assert!(party.finish_log_in(&answer, asked.state, made.credential).is_err());
    let asked = party.start_making(account(), "elsa@nordvik.example", "Elsa", Vec::new()).unwrap();
    assert!(party.finish_making(&device.make(&asked.options), asked.state).is_err());
}

#[test]
fn another_key_with_the_same_id_is_not_the_passkey() {
    let (party, device, made) = made();
    let mut thief = Device::at(HOME);
    (thief.id, thief.handle) = (device.id.clone(), device.handle.clone());
    let asked = party.start_log_in().unwrap();
    let answer = thief.answer(&asked.options);
    assert!(party.finish_log_in(&answer, asked.state, made.credential).is_err());
}

#[test]
fn what_is_no_answer_is_unreadable() {
    let party = Party::at(HOME).unwrap();
    for text in ["", "{}", "[1]", "null"] {
        assert!(matches!(party.named_in(text), Err(Error::Unreadable(_))), "{text}");
    }
    let mut device = Device::at(HOME);
    let asked = party.start_log_in().unwrap();
    device.handle = b"not an id".to_vec();
    assert!(matches!(party.named_in(&device.answer(&asked.options)), Err(Error::Nameless)));
}
