//! What steps are coloured by, and what the address says of it.

use crate::{
    filter::address,
    insight::{Report, StepFigures, USUAL},
    rules::show_span,
};

/// What steps are coloured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// How long half of the stays were at most.
    #[default]
    Median,
    /// How long items were here, all together.
    Total,
    /// For how much of that they were nobody's.
    Wait,
    /// How often items came.
    Visits,
    /// How often by a way back.
    Rework,
}

impl Measure {
    const ALL: [Measure; 5] =
        [Measure::Median, Measure::Total, Measure::Wait, Measure::Visits, Measure::Rework];

    /// Those that there are figures for.
    pub fn offered(report: &Report) -> Vec<Measure> {
        let known = report.steps.iter().any(|step| step.worked.is_some());
        Measure::ALL.into_iter().filter(|measure| known || *measure != Measure::Wait).collect()
    }

    fn word(self) -> &'static str {
        match self {
            Measure::Median => "median",
            Measure::Total => "total",
            Measure::Wait => "wait",
            Measure::Visits => "visits",
            Measure::Rework => "rework",
        }
    }

    /// What a switch says.
    pub fn label(self) -> &'static str {
        match self {
            Measure::Median => "Median time",
            Measure::Total => "Total time",
            Measure::Wait => "Wait time",
            Measure::Visits => "Visits",
            Measure::Rework => "Rework",
        }
    }

    /// What it means, as a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Measure::Median => "Half of the items that left a step had been there no longer.",
            Measure::Total => "How long items were in a step in these days, all together.",
            Measure::Wait => "For how much of that time an item was given to nobody.",
            Measure::Visits => "How often an item came to a step, new ones too.",
            Measure::Rework => "How often an item was sent back to a step.",
        }
    }

    /// Whether it is a span of time, which means nothing where items end.
    pub fn is_time(self) -> bool {
        matches!(self, Measure::Median | Measure::Total | Measure::Wait)
    }

    /// Its value in a step, if there is one.
    pub fn of(self, step: &StepFigures) -> Option<i64> {
        match self {
            Measure::Median => step.median,
            Measure::Total => Some(step.total),
            Measure::Wait => step.waited(),
            Measure::Visits => Some(step.visits),
            Measure::Rework => Some(step.reworked),
        }
    }

    /// A value in words.
    pub fn text(self, value: i64) -> String {
        match self {
            _ if self.is_time() => show_span(value / 60),
            Measure::Visits if value == 1 => "1 visit".to_owned(),
            Measure::Visits => format!("{} visits", ui::number::grouped(value)),
            _ => format!("{} sent back", ui::number::grouped(value)),
        }
    }
}

/// What the table of steps goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Column {
    /// The order of the workflow.
    #[default]
    Place,
    /// How many items are there now.
    Here,
    /// How often items came.
    Visits,
    /// How often by a way back.
    Rework,
    /// How long half of the stays were at most.
    Median,
    /// How long 85 of a hundred were at most.
    P85,
    /// How long items were there, all together.
    Total,
    /// For how much of that they were nobody's.
    Wait,
}

impl Column {
    /// All of them with what the head of each says.
    pub const ALL: [(Column, &'static str); 8] = [
        (Column::Place, "Step"),
        (Column::Here, "Here now"),
        (Column::Visits, "Visits"),
        (Column::Rework, "Sent back"),
        (Column::Median, "Median time"),
        (Column::P85, "85 % within"),
        (Column::Total, "Total time"),
        (Column::Wait, "Wait time"),
    ];

    fn word(self) -> &'static str {
        match self {
            Column::Place => "place",
            Column::Here => "here",
            Column::Visits => "visits",
            Column::Rework => "rework",
            Column::Median => "median",
            Column::P85 => "p85",
            Column::Total => "total",
            Column::Wait => "wait",
        }
    }
}

/// What the address says of how the figures are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choice {
    /// What steps are coloured by.
    pub measure: Measure,
    /// What the table goes by, the largest first.
    pub column: Column,
}

impl Choice {
    /// What these texts of an address say; what is made up says nothing.
    pub fn read(show: Option<&str>, sort: Option<&str>) -> Self {
        let measure = Measure::ALL.into_iter().find(|measure| Some(measure.word()) == show);
        let column = Column::ALL.into_iter().map(|(column, _)| column).find(|one| Some(one.word()) == sort);
        Choice { measure: measure.unwrap_or_default(), column: column.unwrap_or_default() }
    }

    /// The address of the page with this choice.
    pub fn address(self, key: &str, days: i64) -> String {
        let usual = Choice::default();
        let mut pairs = Vec::new();
        if days != USUAL {
            pairs.push(("days", days.to_string()));
        }
        if self.measure != usual.measure {
            pairs.push(("show", self.measure.word().to_owned()));
        }
        if self.column != usual.column {
            pairs.push(("sort", self.column.word().to_owned()));
        }
        address(&format!("/workflows/{key}/insights"), &pairs)
    }
}
