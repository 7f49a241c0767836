//! The catalogue of events is what the domains record.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::model::event::{AREAS, Area};

/// What only open pages hear: `Tx::tell` and not `Tx::record`.
const NEWS: [&str; 3] = ["file.drawn", "item.booked", "item.file_drawn"];

/// What is compared with them.
const CATALOGUE: &str = "webhooks/src/model/event.rs";
/// What a domain records under a name that others hear, or nobody in these folders.
const NAMED_ELSEWHERE: [&str; 2] = ["hook.received", kernel::BOOKING_DONE];

/// Sources of domains that record events, without their tests.
fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" && name != "demo" {
            sources(&path, into);
        } else if name.ends_with(".rs") && name != "tests.rs" && !path.ends_with(CATALOGUE) {
            into.push(path);
        }
    }
}

/// Texts of the form `item.moved` in files that have to do with events.
fn named() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut files);
    let mut found = BTreeSet::new();
    for file in files {
        let source = fs::read_to_string(file).unwrap();
        let production = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        if !["Event", "event(", "record("].iter().any(|word| production.contains(word)) {
            continue;
        }
        for text in production.split('"') {
            let parts: Vec<&str> = text.split('.').collect();
            let plain = |part: &&str| {
                !part.is_empty() && part.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
            };
            if parts.len() == 2 && parts.iter().all(plain) {
                found.insert(text.to_owned());
            }
        }
    }
    found
}

/// Whether it says what has happened.
fn is_past(kind: &str) -> bool {
    let act = kind.split('.').nth(1).unwrap_or_default();
    let last = act.rsplit('_').find(|word| *word != "again").unwrap_or_default();
    last.ends_with("ed") || ["set", "left", "given", "taken", "sent", "written"].contains(&last)
}

#[test]
fn every_event_that_is_recorded_can_be_told() {
    let listed: BTreeSet<String> = AREAS.iter().flat_map(Area::kinds).collect();
    let areas: BTreeSet<&str> = AREAS.iter().map(|area| area.key).collect();
    let named = named();
    assert!(40 < named.len(), "only {} were found", named.len());
    let missing: Vec<&String> = named
        .iter()
        .filter(|kind| areas.contains(kind.split('.').next().unwrap_or_default()) && is_past(kind))
        .filter(|kind| !listed.contains(*kind) && !NEWS.contains(&kind.as_str()))
        .collect();
    assert!(missing.is_empty(), "put these into webhooks/src/model/event.rs: {missing:?}");
    let made_up: Vec<&String> = listed
        .iter()
        .filter(|kind| !named.contains(*kind) && !NAMED_ELSEWHERE.contains(&kind.as_str()))
        .collect();
    assert!(made_up.is_empty(), "nobody records these any more: {made_up:?}");
}

#[test]
fn the_past_is_told_from_the_rest() {
    for past in ["mail.sent_again", "item.file_added", "support.left", "brand.logo_set", "comment.written"] {
        assert!(is_past(past), "{past}");
    }
    for other in ["item.view", "file.finish", "webhook.deliver", "webhook.secret", "item.move"] {
        assert!(!is_past(other), "{other}");
    }
}
