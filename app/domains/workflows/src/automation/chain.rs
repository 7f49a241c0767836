//! The rules that set each other off: each at most once, and not too many.

use kernel::{ItemId, RuleId};
use serde::{Deserialize, Serialize};

/// As many rules set each other off before they are stopped.
pub const DEPTH_MAX: usize = 10;
/// As many runs follow from one before they are stopped.
pub const WIDTH_MAX: usize = 100;
/// As often a rule is set off for an item within a day while nobody does anything, as where an item waits and comes back.
pub const UNASKED_MAX: usize = 24;
/// As often a rule is set off for an item within an hour by what other programs send: two that answer each other would go on for ever.
pub const TALK_MAX: usize = 60;

/// A rule that was set off for an item. Names are kept as they were then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The rule.
    pub rule: RuleId,
    /// Its name.
    pub name: String,
    /// The item.
    pub item: ItemId,
    /// What people call the item.
    pub key: String,
}

/// The rules that set each other off, the first one first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Chain(Vec<Link>);

/// Why a chain does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The rule has acted on the item in this chain before, or on the one from which the chain made this one.
    Repeat,
    /// Too many rules have set each other off.
    Deep,
    /// Too many runs followed from one.
    Wide,
    /// The rule was set off for the item too often without anybody doing anything.
    Often,
    /// The rule was set off for the item too often by what came from other programs.
    Talk,
}

impl Chain {
    /// The rules in it.
    pub fn links(&self) -> &[Link] {
        &self.0
    }

    /// Whether no rule is in it yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The chain with one more rule, and why that must not act, if so.
    ///
    /// A rule acts on the item that set it off and on none else, or adds one. So an item in a chain is the one that it began
    /// with, or was made by it: a rule that would act on such a one again makes items for ever.
    #[must_use]
    pub fn and(&self, link: Link) -> (Chain, Option<Stop>) {
        let root = self.0.first().map(|first| first.item);
        let is_made = root.is_some_and(|root| root != link.item);
        let is_same = |one: &&Link| one.rule == link.rule && (one.item == link.item || is_made);
        let stop = if self.0.iter().any(|one| is_same(&one)) {
            Some(Stop::Repeat)
        } else if DEPTH_MAX <= self.0.len() {
            Some(Stop::Deep)
        } else {
            None
        };
        let links = self.0.iter().cloned().chain([link]).collect();
        (Chain(links), stop)
    }

    /// The names of its rules, as in `A → B → A`.
    pub fn shown(&self) -> String {
        self.0.iter().map(|link| link.name.as_str()).collect::<Vec<_>>().join(" \u{2192} ")
    }

    /// Why it does not go on, as a sentence. Its last link is the one that was stopped.
    pub fn explain(&self, stop: Stop) -> String {
        let chain = self.shown();
        let name = self.0.last().map_or("", |last| last.name.as_str());
        match stop {
            Stop::Repeat => {
                format!("Stopped: {chain}. {name} has acted in this chain already and would go round.")
            }
            Stop::Deep => {
                format!("Stopped: {chain}. {DEPTH_MAX} rules have set each other off; no more do.")
            }
            Stop::Wide => format!("Stopped: {chain}. {WIDTH_MAX} runs have followed from one; no more do."),
            Stop::Often => {
                let key = self.0.last().map_or("the item", |last| last.key.as_str());
                format!(
                    "Stopped: {chain}. {name} was set off {UNASKED_MAX} times within a day for {key} while nobody did anything."
                )
            }
            Stop::Talk => {
                let key = self.0.last().map_or("the item", |last| last.key.as_str());
                format!("Stopped: {name} was set off {TALK_MAX} times within an hour for {key} by what came.")
            }
        }
    }
}
