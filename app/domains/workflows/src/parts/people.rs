//! Choosing people.

use kernel::{Directory, MemberId};
use ui::Choice;

/// The members that work can be given to, and whoever has it now.
pub fn assignees(directory: &Directory, current: Option<MemberId>) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "Nobody")];
    choices.extend(
        directory
            .people
            .iter()
            .filter(|person| person.active || current == Some(person.id))
            .map(|person| Choice::new(person.id.to_string(), person.name.clone())),
    );
    choices
}
