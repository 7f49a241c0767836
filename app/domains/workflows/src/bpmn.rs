//! BPMN 2.0: designs as other programs read and draw them, and what other programs drew as a design.
//!
//! | here | there |
//! |---|---|
//! | the first step | what the start event leads to |
//! | a step, also one where somebody approves | a user task; read from a task of any kind |
//! | a step that branches | an exclusive gateway |
//! | a step that waits | an intermediate event with a timer |
//! | a step that does something | a service task |
//! | an end | an end event |
//! | a way | a sequence flow, with its condition |
//!
//! What BPMN has no word for stands in extension elements of [`OURS`], so that what is written is read back as it was, up to
//! the number of its version, spaces and control characters. Steps that stand nowhere are in no diagram.

mod order;
mod places;
mod read;
mod tree;
mod write;

pub use read::read;
pub use write::write;

use crate::automatic::{Unit, WAIT_MAX, Wait};

/// As deep elements may hold each other.
pub const DEPTH_MAX: usize = 64;
/// As many elements a file may have.
pub const ELEMENTS_MAX: usize = 50_000;

/// The namespace of our own words.
pub const OURS: &str = "urn:mediap:workflow:1";
const MODEL: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
const DIAGRAM: &str = "http://www.omg.org/spec/BPMN/20100524/DI";
const DC: &str = "http://www.omg.org/spec/DD/20100524/DC";
const DI: &str = "http://www.omg.org/spec/DD/20100524/DI";
/// What stands before the id of a step: an id in XML begins with a letter.
const STEP: &str = "step_";

/// How long a step waits, as ISO 8601 says it.
fn duration(amount: u32, unit: Unit) -> String {
    match unit {
        Unit::Minutes => format!("PT{amount}M"),
        Unit::Hours => format!("PT{amount}H"),
        Unit::Days => format!("P{amount}D"),
        Unit::Weeks => format!("P{amount}W"),
    }
}

/// The wait that such a duration stands for, if it is one of ours: weeks, days, or hours, minutes and whole minutes of
/// seconds together.
pub(crate) fn read_duration(text: &str) -> Option<Wait> {
    let rest = text.trim().strip_prefix('P')?;
    let (days, time) = rest.split_once('T').unwrap_or((rest, ""));
    let (amount, unit) = if time.is_empty() {
        let letter = days.chars().next_back()?;
        let amount: u32 = whole_number(days.strip_suffix(letter)?)?;
        match letter {
            'D' => (amount, Unit::Days),
            'W' => (amount, Unit::Weeks),
            _ => return None,
        }
    } else if days.is_empty() {
        let mut parts = [0_u32; 3];
        let mut rest = time;
        for (part, letter) in parts.iter_mut().zip(['H', 'M', 'S']) {
            if let Some((number, behind)) = rest.split_once(letter) {
                *part = whole_number(number)?;
                rest = behind;
            }
        }
        let [hours, minutes, seconds] = parts;
        if !rest.is_empty() || seconds % 60 != 0 {
            return None;
        }
        if minutes == 0 && seconds == 0 {
            (hours, Unit::Hours)
        } else {
            let hours = hours.checked_mul(60)?;
            (hours.checked_add(minutes)?.checked_add(seconds / 60)?, Unit::Minutes)
        }
    } else {
        return None;
    };
    (1..=WAIT_MAX).contains(&amount).then_some(Wait::For { amount, unit })
}

/// A number of digits only.
fn whole_number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
