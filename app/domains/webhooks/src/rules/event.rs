//! Which events a webhook is told of.

use std::collections::BTreeSet;

use kernel::{Error, Result};

use crate::model::event::{AREAS, Area, EVERYTHING, RECEIVED};

/// Reads what somebody chose in the field `events`, in the order of the catalogue. What a wider pattern covers is left
/// out: the same is told, in fewer words.
pub fn parse_events<S: AsRef<str>>(chosen: &[S]) -> Result<Vec<String>> {
    let chosen: BTreeSet<&str> =
        chosen.iter().map(|one| one.as_ref().trim()).filter(|one| !one.is_empty()).collect();
    if chosen.is_empty() {
        return Err(Error::invalid("events", "Choose at least one event."));
    }
    if let Some(unknown) = chosen.iter().find(|one| !is_known(one)) {
        let shown: String = unknown.chars().take(80).collect();
        return Err(Error::invalid("events", format!("There is no event {shown:?}.")));
    }
    let mut events = Vec::new();
    let everything = chosen.contains(EVERYTHING);
    if everything {
        events.push(EVERYTHING.to_owned());
    }
    for area in AREAS {
        let pattern = area.pattern();
        let whole = chosen.contains(pattern.as_str());
        // Everything leaves out one event, which its area has.
        if whole {
            if !everything || area.kinds().any(|kind| kind == RECEIVED) {
                events.push(pattern);
            }
        } else {
            events.extend(
                area.kinds()
                    .filter(|kind| chosen.contains(kind.as_str()) && (!everything || kind == RECEIVED)),
            );
        }
    }
    Ok(events)
}

fn is_known(event: &str) -> bool {
    let in_area = |area: &Area| area.pattern() == event || area.kinds().any(|kind| kind == event);
    event == EVERYTHING || AREAS.iter().any(in_area)
}

/// Whether a pattern covers an event of this kind. An event that the catalogue does not know yet is covered like any other.
pub fn fits(pattern: &str, kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some("") => kind != RECEIVED,
        Some(area) => area.ends_with('.') && kind.starts_with(area),
        None => pattern == kind,
    }
}
