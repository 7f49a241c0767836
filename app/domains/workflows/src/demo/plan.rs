//! What the demo needs to know of an organisation, and how it describes a process.

use chrono::Duration;
use kernel::{MemberId, StepId, TeamId};

use super::dice::Dice;
use crate::{
    approval::Approval,
    form::Terms,
    model::{FieldKind, StepKind, Values},
    sla::Sla,
};

/// The organisation's people, by team.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its teams, each with its members.
    pub teams: Vec<Team>,
}

/// A team and its members.
#[derive(Debug, Clone)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// The team.
    pub id: TeamId,
    /// Who is in it.
    pub members: Vec<MemberId>,
}

impl Plan {
    pub(super) fn team(&self, name: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.name == name)
    }
}

/// A process and how items of it look.
pub(super) struct Process {
    pub name: &'static str,
    pub key: &'static str,
    pub noun: &'static str,
    pub first_number: i64,
    pub steps: Vec<StepPlan>,
    pub ways: &'static [WayPlan],
    pub fields: &'static [FieldPlan],
    /// Title and first data of an item.
    pub begin: fn(&mut Dice) -> (String, Values),
    /// Data that work in the step at this place adds.
    pub work: fn(&mut Dice, usize, &mut Values),
    pub remarks: &'static [&'static str],
}

pub(super) struct StepPlan {
    pub name: &'static str,
    pub kind: StepKind,
    pub team: Option<Team>,
    pub wip_limit: Option<i64>,
    /// Of a hundred items, how many are here.
    pub share: i64,
    /// How long an item usually stays.
    pub stay: Duration,
    pub approval: Option<Approval>,
    pub sla: Option<Sla>,
    pub instructions: &'static str,
}

/// Steps by place from 0.
pub(super) struct WayPlan {
    pub from: usize,
    pub to: usize,
    pub name: &'static str,
    pub rework: bool,
    pub guard: &'static str,
}

pub(super) struct FieldPlan {
    pub step: Option<usize>,
    pub key: &'static str,
    pub label: &'static str,
    pub kind: FieldKind,
    pub unit: &'static str,
    pub required: bool,
    pub choices: &'static [&'static str],
    /// What it asks for besides, where the steps have these ids.
    pub terms: fn(&[StepId]) -> Terms,
}
