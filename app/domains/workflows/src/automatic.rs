//! What steps do by themselves, with nobody working in them, and whom they give items to.

use kernel::{MemberId, WorkflowId};
use serde::{Deserialize, Serialize};

use crate::quorum::{QUORUM_MAX, Quorum};

/// As many deeds a step does.
pub const DEEDS_MAX: usize = 10;
/// The longest wait, in any unit.
pub const WAIT_MAX: u32 = 1_000;
/// The longest value that a step fills in, in characters.
pub const VALUE_MAX: usize = 500;
/// As many days ahead a due day is put.
pub const DUE_MAX: u32 = 3_650;

/// What a step does by itself with each item that comes to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = StepAutomatic))]
pub enum Automatic {
    /// It sends items on at once, along the first way whose condition holds; one without a condition comes last.
    Branch,
    /// It keeps items for a while, and sends them on then.
    Wait(Wait),
    /// It does something with items, in this order, and sends them on at once.
    Act(Vec<Deed>),
    /// It keeps items, and sends a part of each along every way on that is open to it, until they come together.
    Parallel,
    /// Here parts come together: once these have, the item goes on as a whole. What is no part only passes by.
    Join(Quorum),
    /// It keeps items, and begins others for each in another workflow, until they are done.
    Children(Children),
}

/// The items that a step begins for each that comes to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = StepChildren))]
pub struct Children {
    /// The workflow where they begin; none as long as nobody has chosen it.
    pub workflow_id: Option<WorkflowId>,
    /// The key of the table field of which each row begins one; none begins one for the item itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<String>,
    /// How many of them are waited for.
    pub needs: Quorum,
}

/// How long a step keeps items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = StepWait))]
pub enum Wait {
    /// So long after they came.
    For {
        /// How many.
        amount: u32,
        /// Of what.
        unit: Unit,
    },
    /// Until the day begins that this field holds.
    Until {
        /// The key of the field.
        field: String,
    },
}

/// What a wait is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = WaitUnit))]
pub enum Unit {
    /// Of sixty seconds.
    Minutes,
    /// Of sixty minutes.
    Hours,
    /// To the same time of the clock, in the organisation's time zone.
    Days,
    /// Of seven days.
    Weeks,
}

/// Something that a step does with an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = StepDeed))]
pub enum Deed {
    /// Fills in a field, as people write its value; nothing empties it.
    Set {
        /// The key of the field.
        field: String,
        /// The value.
        value: String,
    },
    /// Puts its due day so many days ahead.
    Due {
        /// From the day on which it is done.
        days: u32,
    },
    /// Tells somebody.
    Tell(Whom),
}

/// Whom a step tells of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = StepTells))]
pub enum Whom {
    /// Who works on it.
    Assignee,
    /// Who added it.
    Creator,
    /// Everybody in the team of the step.
    Team,
    /// A member.
    Member(MemberId),
}

/// Whom a step gives each item to that comes to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = StepGives))]
pub enum Gives {
    /// A member.
    Member(MemberId),
    /// Who added it.
    Creator,
    /// Whoever in the team of the step has the fewest open items.
    LeastLoaded,
    /// The members of the team of the step, one after another.
    InTurn,
    /// The member that this field names.
    Field(String),
    /// Nobody: it is free to be taken.
    Nobody,
}

impl Gives {
    /// Whether it chooses among a team.
    pub fn needs_team(&self) -> bool {
        matches!(self, Gives::LeastLoaded | Gives::InTurn)
    }

    /// Whether it can be kept: nothing is too long.
    pub fn is_valid(&self) -> bool {
        !matches!(self, Gives::Field(key) if !is_short(key))
    }

    /// How pages tell the choices apart.
    pub fn key(&self) -> String {
        match self {
            Gives::Creator => "creator".to_owned(),
            Gives::LeastLoaded => "least_loaded".to_owned(),
            Gives::InTurn => "in_turn".to_owned(),
            Gives::Nobody => "nobody".to_owned(),
            Gives::Field(key) => format!("field {key}"),
            Gives::Member(id) => id.to_string(),
        }
    }

    /// The choice with this key.
    pub fn read(key: &str) -> Option<Gives> {
        match key {
            "creator" => Some(Gives::Creator),
            "least_loaded" => Some(Gives::LeastLoaded),
            "in_turn" => Some(Gives::InTurn),
            "nobody" => Some(Gives::Nobody),
            other => match other.strip_prefix("field ") {
                Some(key) => Some(Gives::Field(key.to_owned())),
                None => other.parse().ok().map(Gives::Member),
            },
        }
    }
}

impl Automatic {
    /// Whether items go on at once.
    pub fn passes(&self) -> bool {
        matches!(self, Automatic::Branch | Automatic::Act(_) | Automatic::Join(_))
    }

    /// Whether it keeps an item as long as others are on their way for it.
    pub fn gathers(&self) -> bool {
        matches!(self, Automatic::Parallel | Automatic::Children(_))
    }

    /// Whether it can be kept: nothing is too long or too many.
    pub fn is_valid(&self) -> bool {
        match self {
            Automatic::Branch | Automatic::Parallel => true,
            Automatic::Join(needs) => is_countable(*needs),
            Automatic::Children(Children { rows, needs, .. }) => {
                is_countable(*needs) && rows.as_deref().is_none_or(is_short)
            }
            Automatic::Wait(Wait::For { amount, .. }) => (1..=WAIT_MAX).contains(amount),
            Automatic::Wait(Wait::Until { field }) => is_short(field),
            Automatic::Act(deeds) => {
                deeds.len() <= DEEDS_MAX
                    && deeds.iter().all(|deed| match deed {
                        Deed::Set { field, value } => is_short(field) && is_short(value),
                        Deed::Due { days } => *days <= DUE_MAX,
                        Deed::Tell(_) => true,
                    })
            }
        }
    }

    /// Whether it reads or fills in the field with this key.
    pub fn names(&self, key: &str) -> bool {
        let sets = |deed: &Deed| matches!(deed, Deed::Set { field, .. } if field == key);
        match self {
            Automatic::Branch
            | Automatic::Wait(Wait::For { .. })
            | Automatic::Parallel
            | Automatic::Join(_) => false,
            Automatic::Wait(Wait::Until { field }) => field == key,
            Automatic::Children(Children { rows, .. }) => rows.as_deref() == Some(key),
            Automatic::Act(deeds) => deeds.iter().any(sets),
        }
    }

    /// What such a step is called, in a word.
    pub fn noun(&self) -> &'static str {
        self.kind().noun()
    }

    /// What pages show of it.
    pub fn shown(&self) -> Shown {
        let (words, awaits) = match self {
            Automatic::Branch | Automatic::Act(_) => (self.noun().to_owned(), String::new()),
            Automatic::Parallel => ("all ways at once".to_owned(), String::new()),
            Automatic::Join(needs) => (needs.sentence("parts"), String::new()),
            Automatic::Children(Children { needs, .. }) => (needs.sentence("items"), String::new()),
            Automatic::Wait(wait @ Wait::For { .. }) => (wait.sentence(), String::new()),
            Automatic::Wait(wait @ Wait::Until { field }) => (wait.sentence(), field.clone()),
        };
        Shown { kind: self.kind(), words, awaits }
    }

    fn kind(&self) -> Kind {
        match self {
            Automatic::Branch => Kind::Branch,
            Automatic::Wait(_) => Kind::Wait,
            Automatic::Act(_) => Kind::Act,
            Automatic::Parallel => Kind::Parallel,
            Automatic::Join(_) => Kind::Join,
            Automatic::Children(_) => Kind::Children,
        }
    }
}

/// What pages show of what a step does by itself: far less than there is to know, since every board carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// What it is.
    pub kind: Kind,
    /// What it does, in a few words.
    pub words: String,
    /// The key of the field that holds the day until which it keeps items, or empty.
    pub awaits: String,
}

/// What a step that does something by itself is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// It sends items on by conditions.
    Branch,
    /// It keeps items for a while.
    Wait,
    /// It does something with items.
    Act,
    /// It sends parts of items along all its ways.
    Parallel,
    /// There parts of items come together.
    Join,
    /// It begins items in another workflow.
    Children,
}

impl Kind {
    /// Whether items wait there for others that are on their way for them.
    pub fn gathers(self) -> bool {
        matches!(self, Kind::Parallel | Kind::Children)
    }

    fn noun(self) -> &'static str {
        match self {
            Kind::Branch => "branch",
            Kind::Wait => "wait",
            Kind::Act => "automatic",
            Kind::Parallel => "parallel",
            Kind::Join => "join",
            Kind::Children => "sub-workflow",
        }
    }

    /// The icon that stands for it.
    pub fn icon(self) -> &'static str {
        match self {
            Kind::Branch => "git-fork",
            Kind::Wait => "hourglass",
            Kind::Act => "zap",
            Kind::Parallel => "split",
            Kind::Join => "merge",
            Kind::Children => "layers",
        }
    }
}

impl Wait {
    /// In words, as in `waits 2 days`.
    pub fn sentence(&self) -> String {
        match self {
            Wait::For { amount, unit } => {
                let unit = match (unit, amount) {
                    (Unit::Minutes, 1) => "minute",
                    (Unit::Minutes, _) => "minutes",
                    (Unit::Hours, 1) => "hour",
                    (Unit::Hours, _) => "hours",
                    (Unit::Days, 1) => "day",
                    (Unit::Days, _) => "days",
                    (Unit::Weeks, 1) => "week",
                    (Unit::Weeks, _) => "weeks",
                };
                format!("waits {amount} {unit}")
            }
            Wait::Until { .. } => "waits for a day".to_owned(),
        }
    }
}

fn is_countable(needs: Quorum) -> bool {
    match needs {
        Quorum::All | Quorum::Any => true,
        Quorum::AtLeast(count) => (1..=QUORUM_MAX).contains(&count),
    }
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= VALUE_MAX
}
