//! Members that can be chosen.

use kernel::Viewer;
use ui::Choice;

/// Everybody to whom work can be given.
pub(super) fn members(viewer: Option<&Viewer>) -> Vec<Choice> {
    let people = viewer.map(|viewer| viewer.directory.people.as_slice()).unwrap_or_default();
    let active = people.iter().filter(|person| person.active);
    active.map(|person| Choice::new(person.id.to_string(), person.name.clone())).collect()
}
