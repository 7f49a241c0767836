//! Workflows to begin with.

#[cfg(feature = "ssr")]
use kernel::{FieldId, StepId};

use crate::{automatic::Automatic, model::FieldKind, quorum::Quorum};

/// A workflow to begin with.
#[derive(Debug)]
pub struct Template {
    /// What a form sends for it.
    pub key: &'static str,
    /// Its name, and that of the workflow if no other is chosen.
    pub name: &'static str,
    /// What it is for.
    pub text: &'static str,
    /// The letters before an item's number.
    pub letters: &'static str,
    /// What one item is called.
    pub item_noun: &'static str,
    /// Steps in order.
    pub steps: &'static [Step],
    /// Fields of its form.
    pub fields: &'static [Field],
}

/// A step of a template.
#[derive(Debug)]
pub struct Step {
    /// Its name.
    pub name: &'static str,
    /// Whether items end here.
    pub ends: bool,
    /// Where it leads, by place from 0, and what that is called. An earlier step is a way back.
    pub ways: &'static [(usize, &'static str)],
    /// In a step where somebody approves, the places of the later steps where that leads which is refused.
    pub refused: Option<&'static [usize]>,
    /// What it does by itself, if nobody works there.
    pub automatic: Option<Automatic>,
}

/// A field of a template.
#[derive(Debug)]
pub struct Field {
    /// The place of the step where it is filled in.
    pub step: usize,
    /// Its name in the data.
    pub key: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// What follows a number.
    pub unit: &'static str,
    /// Whether an item needs it to go on.
    pub required: bool,
    /// What can be chosen.
    pub choices: &'static [&'static str],
}

const fn step(name: &'static str, ways: &'static [(usize, &'static str)]) -> Step {
    Step { name, ends: false, ways, refused: None, automatic: None }
}

const fn approval(
    name: &'static str,
    ways: &'static [(usize, &'static str)],
    refused: &'static [usize],
) -> Step {
    Step { name, ends: false, ways, refused: Some(refused), automatic: None }
}

const fn does(name: &'static str, automatic: Automatic, ways: &'static [(usize, &'static str)]) -> Step {
    Step { name, ends: false, ways, refused: None, automatic: Some(automatic) }
}

const fn end(name: &'static str) -> Step {
    Step { name, ends: true, ways: &[], refused: None, automatic: None }
}

const fn field(step: usize, key: &'static str, label: &'static str, kind: FieldKind) -> Field {
    Field { step, key, label, kind, unit: "", required: false, choices: &[] }
}

const fn needed(step: usize, key: &'static str, label: &'static str, kind: FieldKind) -> Field {
    Field { step, key, label, kind, unit: "", required: true, choices: &[] }
}

const fn choice(
    step: usize,
    key: &'static str,
    label: &'static str,
    choices: &'static [&'static str],
) -> Field {
    Field { step, key, label, kind: FieldKind::Choice, unit: "", required: true, choices }
}

/// All of them, the plainest first.
pub const TEMPLATES: &[Template] = &[
    Template {
        key: "plain",
        name: "Plain",
        text: "Three steps and no form, to be made your own.",
        letters: "T",
        item_noun: "task",
        steps: &[
            step("To do", &[(1, "Start")]),
            step("In progress", &[(2, "Finish"), (0, "Put back")]),
            end("Done"),
        ],
        fields: &[],
    },
    Template {
        key: "dealership",
        name: "Used car intake",
        text: "A car comes in, is tested, repaired, photographed and sold.",
        letters: "UC",
        item_noun: "vehicle",
        steps: &[
            step("Request test", &[(1, "Start test")]),
            step("Test and inspect", &[(2, "Needs repair"), (3, "Passed, no repair")]),
            step("Repair and recondition", &[(3, "Repaired"), (1, "Re-test"), (6, "Write off")]),
            step("Photo and listing", &[(4, "Publish")]),
            step("Published", &[(5, "Sold")]),
            end("Sold"),
            end("Sold to trade"),
        ],
        fields: &[
            needed(0, "registration", "Registration", FieldKind::Plate),
            Field { unit: "km", ..needed(0, "mileage", "Mileage", FieldKind::Number) },
            choice(1, "inspection", "Inspection", &["No remarks", "Minor remarks", "Needs repair"]),
            needed(2, "repair_cost", "Repair cost", FieldKind::Money),
            needed(3, "asking_price", "Asking price", FieldKind::Money),
            field(3, "listing", "Listing text", FieldKind::LongText),
            field(4, "sold_price", "Sold for", FieldKind::Money),
        ],
    },
    Template {
        key: "content",
        name: "Content approval",
        text: "From an idea over draft and review to what is published.",
        letters: "CA",
        item_noun: "piece",
        steps: &[
            step("Idea", &[(1, "Write it"), (5, "Drop")]),
            step("Draft", &[(2, "Ask for review")]),
            approval("Review", &[(3, "Approve"), (1, "Send back")], &[]),
            step("Approved", &[(4, "Publish"), (1, "Change once more")]),
            end("Published"),
            end("Dropped"),
        ],
        fields: &[
            choice(0, "channel", "Channel", &["Website", "Newsletter", "Social media", "Print"]),
            field(0, "audience", "Audience", FieldKind::Text),
            needed(1, "text", "Text", FieldKind::LongText),
            field(3, "publish_on", "Publish on", FieldKind::Date),
        ],
    },
    Template {
        key: "onboarding",
        name: "Onboarding",
        text: "A new colleague gets what they need before the first day and after it.",
        letters: "ON",
        item_noun: "newcomer",
        steps: &[
            step("Contract signed", &[(1, "Prepare")]),
            does(
                "Prepare everything",
                Automatic::Parallel,
                &[(2, "Accounts"), (3, "Equipment"), (4, "First-week plan")],
            ),
            step("Make accounts", &[(5, "Accounts are made")]),
            step("Get equipment", &[(5, "Equipment is there")]),
            step("Plan the first week", &[(5, "Plan is made")]),
            does("Everything is ready", Automatic::Join(Quorum::All), &[(6, "Ready for the first day")]),
            step("First week", &[(7, "First week is over")]),
            step("Probation", &[(8, "Settled in"), (9, "Part ways")]),
            end("Settled in"),
            end("Left"),
        ],
        fields: &[
            needed(0, "starts_on", "First day", FieldKind::Date),
            field(0, "position", "Position", FieldKind::Text),
            field(2, "accounts", "Accounts are made", FieldKind::Flag),
            field(3, "laptop", "Laptop is ready", FieldKind::Flag),
            field(6, "impressions", "First impressions", FieldKind::LongText),
        ],
    },
    Template {
        key: "service",
        name: "Service requests",
        text: "Somebody asks for help, and hears back until it is solved.",
        letters: "SR",
        item_noun: "request",
        steps: &[
            step("New", &[(1, "Look into it")]),
            step("Triage", &[(2, "Work on it"), (3, "Ask back"), (5, "Decline")]),
            step("In progress", &[(4, "Solve"), (3, "Ask back")]),
            step("Waiting for an answer", &[(2, "Answered"), (4, "Solve")]),
            end("Solved"),
            end("Declined"),
        ],
        fields: &[
            field(0, "requester", "Asked by", FieldKind::Text),
            choice(1, "urgency", "Urgency", &["Can wait", "This week", "Today"]),
            field(2, "solution", "Solution", FieldKind::LongText),
        ],
    },
    Template {
        key: "purchase",
        name: "Purchase approval",
        text: "A purchase is asked for, approved, ordered, received and paid.",
        letters: "PA",
        item_noun: "purchase",
        steps: &[
            step("Request", &[(1, "Ask for approval")]),
            approval("Approval", &[(2, "Approve"), (0, "Send back"), (5, "Decline")], &[5]),
            step("Order", &[(3, "Ordered")]),
            step("Delivery", &[(4, "Received and paid"), (2, "Order again")]),
            end("Paid"),
            end("Declined"),
        ],
        fields: &[
            needed(0, "amount", "Amount", FieldKind::Money),
            needed(0, "supplier", "Supplier", FieldKind::Text),
            field(0, "reason", "What for", FieldKind::LongText),
            field(2, "order_number", "Order number", FieldKind::Text),
            field(3, "received_on", "Received on", FieldKind::Date),
        ],
    },
    Template {
        key: "quality",
        name: "Quality control",
        text: "A batch is inspected, reworked where it must be, and released.",
        letters: "QC",
        item_noun: "batch",
        steps: &[
            step("Incoming", &[(1, "Inspect")]),
            step("Inspection", &[(3, "Passed"), (2, "Needs rework"), (5, "Scrap")]),
            step("Rework", &[(1, "Inspect again"), (5, "Scrap")]),
            step("Final check", &[(4, "Release"), (2, "Back to rework")]),
            end("Released"),
            end("Scrapped"),
        ],
        fields: &[
            needed(0, "batch_number", "Batch number", FieldKind::Text),
            Field { unit: "pcs", ..needed(0, "quantity", "Quantity", FieldKind::Number) },
            choice(1, "result", "Result", &["No defects", "Minor defects", "Major defects"]),
            field(2, "cause", "Cause", FieldKind::LongText),
        ],
    },
];

/// The template that a form sends as `key`.
pub fn find(key: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.key == key)
}

impl Template {
    /// Its form, for steps of these ids, with ids from `fresh`.
    #[cfg(feature = "ssr")]
    pub fn form(&self, steps: &[StepId], mut fresh: impl FnMut() -> FieldId) -> Vec<crate::model::Field> {
        let field = |field: &Field| crate::model::Field {
            unit: field.unit.to_owned(),
            required: field.required,
            choices: field.choices.iter().map(|choice| (*choice).to_owned()).collect(),
            ..crate::model::Field::new(
                fresh(),
                steps.get(field.step).copied(),
                field.key,
                field.label,
                field.kind,
            )
        };
        self.fields.iter().map(field).collect()
    }
}
