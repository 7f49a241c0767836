//! Filters and order of boards and lists. They live in the page's address, so every view can be linked and saved.

use chrono::{Days, NaiveDate};
use kernel::{MemberId, StepId, TeamId};
use serde::{Deserialize, Serialize};
use ui::letters::lower;

use crate::model::{Card, parse_item_key};

/// What a board or list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Words in the title, or a plate, or a number.
    pub q: String,
    /// Only this step.
    pub step: Option<StepId>,
    /// Only steps of this team.
    pub team: Option<TeamId>,
    /// Only items of this member, or of nobody.
    pub assignee: Option<Assignee>,
    /// Only items at least this pressing, 1 to 4.
    pub priority: Option<i64>,
    /// Only items due then.
    pub due: Option<Due>,
    /// Only items that stay on the earlier version with this number.
    pub version: Option<i64>,
}

/// Whose items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// Items nobody works on.
    Nobody,
    /// Items of one member.
    Member(MemberId),
}

/// When an item is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum Due {
    /// Before today.
    Late,
    /// Today.
    Today,
    /// Today or in the next six days.
    Week,
    /// No day set.
    Unset,
}

impl Due {
    /// Every choice.
    pub const ALL: [Due; 4] = [Due::Late, Due::Today, Due::Week, Due::Unset];

    /// The name in the address.
    pub fn as_str(self) -> &'static str {
        match self {
            Due::Late => "late",
            Due::Today => "today",
            Due::Week => "week",
            Due::Unset => "unset",
        }
    }

    /// The name on pages.
    pub fn label(self) -> &'static str {
        match self {
            Due::Late => "Late",
            Due::Today => "Today",
            Due::Week => "Within 7 days",
            Due::Unset => "No due day",
        }
    }
}

/// The order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    /// By number: the order of arrival.
    #[default]
    Number,
    /// By title.
    Title,
    /// By place of the step.
    Step,
    /// By due day; items without one last.
    Due,
    /// By priority.
    Priority,
    /// By amount.
    Amount,
    /// By time of the last change.
    Updated,
}

impl SortBy {
    const ALL: [SortBy; 7] = [
        SortBy::Number,
        SortBy::Title,
        SortBy::Step,
        SortBy::Due,
        SortBy::Priority,
        SortBy::Amount,
        SortBy::Updated,
    ];

    /// The order with this name.
    pub fn named(name: &str) -> Option<Self> {
        SortBy::ALL.into_iter().find(|by| by.as_str() == name)
    }

    /// The name in the address.
    pub fn as_str(self) -> &'static str {
        match self {
            SortBy::Number => "number",
            SortBy::Title => "title",
            SortBy::Step => "step",
            SortBy::Due => "due",
            SortBy::Priority => "priority",
            SortBy::Amount => "amount",
            SortBy::Updated => "updated",
        }
    }
}

/// The order of a list and its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// What it goes by.
    pub by: SortBy,
    /// Largest first.
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Sort { by: SortBy::Number, descending: true }
    }
}

impl Filter {
    /// Reads the filter from the address. What cannot be read is left out: an old link still opens.
    pub fn from_query<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let text = |name| get(name).map(str::trim).filter(|text| !text.is_empty());
        Filter {
            q: text("q").unwrap_or_default().chars().take(100).collect(),
            step: text("step").and_then(|text| text.parse().ok()),
            team: text("team").and_then(|text| text.parse().ok()),
            assignee: text("assignee").and_then(|text| match text {
                "nobody" => Some(Assignee::Nobody),
                id => id.parse().ok().map(Assignee::Member),
            }),
            priority: text("priority")
                .and_then(|text| text.parse().ok())
                .filter(|level| (1..=4).contains(level)),
            due: text("due").and_then(|text| Due::ALL.into_iter().find(|due| due.as_str() == text)),
            version: text("version").and_then(|text| text.parse().ok()),
        }
    }

    /// The parts of the address that stand for this filter.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        pairs.extend(self.step.map(|id| ("step", id.to_string())));
        pairs.extend(self.team.map(|id| ("team", id.to_string())));
        pairs.extend(self.assignee.map(|assignee| match assignee {
            Assignee::Nobody => ("assignee", "nobody".into()),
            Assignee::Member(id) => ("assignee", id.to_string()),
        }));
        pairs.extend(self.priority.map(|level| ("priority", level.to_string())));
        pairs.extend(self.due.map(|due| ("due", due.as_str().into())));
        pairs.extend(self.version.map(|number| ("version", number.to_string())));
        pairs
    }

    /// Whether a card fits, as the database would say; team and version of the step are judged by whoever knows the steps.
    pub fn matches(&self, card: &Card, today: NaiveDate) -> bool {
        let words = lower(&self.q);
        let number = parse_item_key(&self.q).map(|(_, number)| number).or_else(|| self.q.parse().ok());
        let q = words.is_empty()
            || number == Some(card.number)
            || lower(&card.title).contains(&words)
            || lower(&card.tag).replace(' ', "").contains(&words.replace(' ', ""));
        let assignee = match self.assignee {
            None => true,
            Some(Assignee::Nobody) => card.assignee_id.is_none(),
            Some(Assignee::Member(id)) => card.assignee_id == Some(id),
        };
        let week = today.checked_add_days(Days::new(6)).unwrap_or(today);
        let due = match (self.due, card.due_on) {
            (None, _) | (Some(Due::Unset), None) => true,
            (Some(_), None) | (Some(Due::Unset), Some(_)) => false,
            (Some(Due::Late), Some(day)) => day < today,
            (Some(Due::Today), Some(day)) => day == today,
            (Some(Due::Week), Some(day)) => today <= day && day <= week,
        };
        let step = self.version.is_some() || self.step.is_none_or(|id| card.step_id == id);
        q && assignee && due && step && self.priority.is_none_or(|level| level <= card.priority.level())
    }

    /// Whether everything is shown.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }
}

impl Sort {
    /// Reads `due` or `-due` from the address.
    pub fn from_query(text: Option<&str>) -> Self {
        let Some(text) = text else { return Sort::default() };
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        SortBy::named(name).map_or_else(Sort::default, |by| Sort { by, descending })
    }

    /// The part of the address that stands for this order.
    pub fn text(self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.by.as_str())
    }
}

/// Writes an address with a query string.
pub fn address(path: &str, pairs: &[(&'static str, String)]) -> String {
    let mut address = path.to_owned();
    for (index, (name, value)) in pairs.iter().enumerate() {
        address.push(if index == 0 { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        encode(value, &mut address);
    }
    address
}

fn encode(value: &str, into: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            into.push(byte.into());
        } else {
            into.push('%');
            for digit in [byte >> 4, byte & 15] {
                into.push(HEX.get(usize::from(digit)).copied().unwrap_or(b'0').into());
            }
        }
    }
}
