//! `tidy`: the rules of the house that a compiler does not know, as ordinary tests.
//!
//! A rule reads the tree and returns its complaints, each with file and line. `cargo test -p xtask` runs
//! every rule; `cargo xtask tidy` prints all complaints at once.

mod rules;
mod source;
#[cfg(test)]
mod tests;

use anyhow::{Result, bail};

use self::source::Tree;
use crate::project::Project;

/// A rule's name and what it finds wrong.
type Rule = (&'static str, fn(&Tree) -> Vec<String>);

const RULES: [Rule; 10] = [
    ("domains do not know each other", rules::domains_do_not_know_each_other),
    ("migrations that differ come in pairs", rules::migrations_that_differ_come_in_pairs),
    ("statements name their columns", rules::statements_name_their_columns),
    ("one place asks which engine it is", rules::one_place_asks_which_engine_it_is),
    ("views carry no inline style", rules::views_carry_no_inline_style),
    ("crates have no doctests", rules::crates_have_no_doctests),
    ("modules say what they are for", rules::modules_say_what_they_are_for),
    ("files stay short", rules::files_stay_short),
    ("icons are in the sprite", rules::icons_are_in_the_sprite),
    ("registries are not named", rules::registries_are_not_named),
];

/// Prints every complaint; fails if there is one.
pub fn tidy(project: &Project) -> Result<()> {
    let tree = Tree::read(&project.root)?;
    let mut count = 0;
    for (name, rule) in RULES {
        let complaints = rule(&tree);
        println!("{} {name}", if complaints.is_empty() { "ok  " } else { "FAIL" });
        for complaint in &complaints {
            println!("       {complaint}");
        }
        count += complaints.len();
    }
    if 0 < count {
        bail!("{count} things to tidy up");
    }
    Ok(())
}
