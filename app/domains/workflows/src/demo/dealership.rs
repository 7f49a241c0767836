//! Two processes: a used-car dealership's and a content studio's.

use chrono::Duration;
use kernel::StepId;
use serde_json::{Value, json};

use super::{
    dice::Dice,
    plan::{FieldPlan, Plan, Process, StepPlan, WayPlan},
};
use crate::{
    approval::{Approval, Need},
    form::{Access, Column, Is, May, Terms, Test, When},
    model::{FieldKind, StepKind, Values},
    sla::{Counts, Escalation, Rung, Sla},
};

const MODELS: &[(&str, i64)] = &[
    ("Volvo V60 B4 Momentum", 289_000),
    ("Volvo XC40 T4 R-Design", 312_000),
    ("Volvo V40 D3", 139_000),
    ("Kia Niro EV Advance", 279_000),
    ("Toyota Yaris Hybrid", 178_000),
    ("Toyota RAV4 AWD-i", 339_000),
    ("Škoda Octavia Combi", 219_000),
    ("BMW i3 120 Ah", 229_000),
    ("BMW 320d xDrive Touring", 299_000),
    ("Volkswagen ID.4 Pro", 359_000),
    ("Volkswagen Golf 1.5 eTSI", 208_000),
    ("Ford Transit Custom", 249_000),
    ("Mazda CX-30", 239_000),
    ("Peugeot e-208 GT", 249_000),
    ("Tesla Model 3 SR+", 319_000),
    ("Audi A4 Avant 40 TDI", 279_000),
    ("Nissan Leaf 40 kWh", 169_000),
    ("Renault Captur", 159_000),
    ("Subaru Outback", 199_000),
    ("Mercedes-Benz C 220 d", 329_000),
    ("Polestar 2 Long Range", 379_000),
    ("Hyundai Kona Electric", 259_000),
];

const FIELDS: &[FieldPlan] = &[
    field(Some(0), "registration", "Registration", FieldKind::Plate, "", true, &[]),
    field(Some(0), "mileage", "Mileage", FieldKind::Number, "km", true, &[]),
    field(Some(0), "fuel", "Fuel", FieldKind::Choice, "", false, &["Petrol", "Diesel", "Hybrid", "Electric"]),
    field(
        Some(0),
        "source",
        "Came from",
        FieldKind::Choice,
        "",
        false,
        &["Trade-in", "Auction", "Private seller", "Lease return"],
    ),
    field(
        Some(1),
        "inspection",
        "Inspection",
        FieldKind::Choice,
        "",
        true,
        &["No remarks", "Minor remarks", "Needs repair"],
    ),
    field(Some(1), "tyre_depth", "Tyre depth", FieldKind::Number, "mm", false, &[]),
    FieldPlan { terms: faults, ..field(Some(1), "faults", "Faults", FieldKind::Table, "", false, &[]) },
    FieldPlan {
        terms: |_| worked_out("sum(faults.cost)"),
        ..field(Some(1), "repair_estimate", "Estimated repair", FieldKind::Computed, "", false, &[])
    },
    field(Some(1), "test_notes", "Test notes", FieldKind::LongText, "", false, &[]),
    field(Some(2), "repair_cost", "Repair cost", FieldKind::Money, "", true, &[]),
    field(Some(2), "planned_hours", "Planned hours", FieldKind::Number, "h", false, &[]),
    field(
        Some(2),
        "workshop",
        "Workshop",
        FieldKind::Choice,
        "",
        false,
        &["Hisings Backa", "Mölndal", "Body shop Kungälv"],
    ),
    field(Some(2), "supplier_order", "Supplier order", FieldKind::Text, "", false, &[]),
    field(
        Some(2),
        "road_check",
        "Before it leaves the workshop",
        FieldKind::Checklist,
        "",
        false,
        &["Brakes", "Lights", "Test drive", "Washed"],
    ),
    field(Some(3), "asking_price", "Asking price", FieldKind::Money, "", true, &[]),
    field(Some(3), "photos_done", "Photos are taken", FieldKind::Flag, "", false, &[]),
    field(Some(3), "listing", "Listing text", FieldKind::LongText, "", false, &[]),
    FieldPlan {
        terms: fixed_once_sold,
        ..field(Some(3), "sold_price", "Sold for", FieldKind::Money, "", false, &[])
    },
    FieldPlan {
        terms: |_| worked_out("sold_price - (repair_cost == null ? 0 : repair_cost)"),
        ..field(Some(SOLD), "proceeds", "Left after repair", FieldKind::Computed, "", false, &[])
    },
    field(Some(SOLD), "sold_on", "Sold on", FieldKind::Date, "", false, &[]),
    field(Some(SOLD), "handover", "Handed over", FieldKind::Signature, "", false, &[]),
];

/// The place of the last step.
const SOLD: usize = 5;

/// What a test finds, unless it finds nothing.
fn faults(_: &[StepId]) -> Terms {
    let asks = |is, value: &str| Test { field: "inspection".into(), is, value: value.into() };
    let tests = vec![asks(Is::Filled, ""), asks(Is::Other, "No remarks")];
    let columns = vec![
        Column { required: true, ..Column::new("part", "Part") },
        Column {
            kind: FieldKind::Choice,
            choices: ["Repair", "Replace", "Adjust"].map(str::to_owned).to_vec(),
            ..Column::new("work", "What to do")
        },
        Column { kind: FieldKind::Money, ..Column::new("cost", "Cost") },
    ];
    Terms { show_when: Some(When { any: false, tests }), columns, ..Terms::default() }
}

/// An amount that is worked out.
fn worked_out(formula: &str) -> Terms {
    Terms { formula: formula.into(), money: true, ..Terms::default() }
}

fn fixed_once_sold(steps: &[StepId]) -> Terms {
    let access = steps.get(SOLD).map(|step| Access { step: *step, role: None, may: May::Read });
    Terms { access: access.into_iter().collect(), ..Terms::default() }
}

/// A limit in working hours.
fn within(hours: u32, rungs: &[(u32, Escalation)]) -> Option<Sla> {
    let rungs = rungs.iter().map(|(percent, does)| Rung { percent: *percent, does: *does }).collect();
    Some(Sla { minutes: hours * 60, counts: Counts::WorkingHours, rungs })
}

const fn field(
    step: Option<usize>,
    key: &'static str,
    label: &'static str,
    kind: FieldKind,
    unit: &'static str,
    required: bool,
    choices: &'static [&'static str],
) -> FieldPlan {
    FieldPlan { step, key, label, kind, unit, required, choices, terms: |_| Terms::default() }
}

const fn way(from: usize, to: usize, name: &'static str) -> WayPlan {
    WayPlan { from, to, name, rework: false, guard: "" }
}

const fn back(from: usize, to: usize, name: &'static str) -> WayPlan {
    WayPlan { rework: true, ..way(from, to, name) }
}

const WAYS: &[WayPlan] = &[
    way(0, 1, "Start test"),
    way(1, 2, "Needs work"),
    way(1, 3, "Passed"),
    way(2, 3, "Repaired"),
    back(2, 1, "Back to test"),
    WayPlan { guard: "sold_price == null || sold_price >= asking_price * 0.95", ..way(3, SOLD, "Sold") },
    way(3, 4, "Ask for a discount"),
    back(3, 2, "Back to repair"),
    way(4, SOLD, "Approved"),
    back(4, 3, "No discount"),
];

/// Request test, test, repair, publish, sold; with ways back from repair and from publishing. What is sold for much less than
/// was asked is approved first, by somebody else than who wants to.
pub(super) fn process(plan: &Plan) -> Process {
    let step = |name, kind, team: &str, wip_limit, share, stay| StepPlan {
        name,
        kind,
        team: plan.team(team).cloned(),
        wip_limit,
        share,
        stay,
        approval: None,
        sla: None,
        instructions: "",
    };
    Process {
        name: "Used car intake",
        key: "UC",
        noun: "vehicle",
        first_number: 101,
        steps: vec![
            step("Request test", StepKind::Start, "Sales", None, 10, Duration::hours(20)),
            StepPlan {
                sla: within(16, &[]),
                instructions: "Drive at least 15 km, on a motorway too. Note each fault with what it costs, parts and work.",
                ..step("Test and inspect", StepKind::Work, "Testers", Some(24), 12, Duration::hours(34))
            },
            StepPlan {
                sla: within(40, &[]),
                ..step(
                    "Repair and recondition",
                    StepKind::Work,
                    "Mechanics",
                    Some(24),
                    13,
                    Duration::hours(80),
                )
            },
            step("Publish", StepKind::Work, "Photo", None, 18, Duration::hours(150)),
            StepPlan {
                approval: Some(Approval { approvers: Vec::new(), need: Need::Any, four_eyes: true }),
                instructions: "Look at how long it has been for sale, and at what was spent on it, before you say yes.",
                sla: within(8, &[(100, Escalation::Remind), (150, Escalation::TellManagers)]),
                ..step("Approve discount", StepKind::Work, "Sales", None, 2, Duration::hours(3))
            },
            step("Sold", StepKind::Done, "Sales", None, 45, Duration::hours(0)),
        ],
        ways: WAYS,
        fields: FIELDS,
        begin: vehicle,
        work: work_on_vehicle,
        remarks: &[
            "Timing cover leaks as well. Belt, pump and cover in one go saves about 2 h.",
            "Customer picks up the winter tyres on Thursday.",
            "Second key is missing, asked the seller.",
            "Service book is complete, stamps checked.",
            "Scratch on the left rear door, polish should do.",
            "Photos outdoors tomorrow if it stays dry.",
            "Waiting for the front discs, supplier says Wednesday.",
            "Test drive done, pulls slightly to the right. Check the alignment.",
            "Two calls about this one already. Can we publish today?",
        ],
    }
}

fn vehicle(dice: &mut Dice) -> (String, Values) {
    let (model, price) = dice.pick(MODELS).copied().unwrap_or(("Volvo V60", 250_000));
    let year = dice.between(2015, 2024);
    let mut data = Values::new();
    data.insert("registration".into(), plate(dice).into());
    data.insert("mileage".into(), ((2026 - year) * dice.between(90, 210) * 100).into());
    let fuel =
        if model.contains("EV") || model.contains("Leaf") || model.contains("ID.") || model.contains("Tesla")
        {
            "Electric"
        } else if model.contains("Hybrid") || model.contains("AWD-i") {
            "Hybrid"
        } else {
            dice.pick(&["Petrol", "Diesel"]).copied().unwrap_or("Petrol")
        };
    data.insert("fuel".into(), fuel.into());
    pick_into(dice, &mut data, "source", &["Trade-in", "Auction", "Private seller", "Lease return"]);
    // Kept for the steps that set prices; not a field of the form.
    data.insert("estimate".into(), (price - (2024 - year) * 9_000).max(49_000).into());
    (format!("{model}, {year}"), data)
}

/// Three letters, two digits and a digit or letter, as on Swedish plates.
fn plate(dice: &mut Dice) -> String {
    const LETTERS: &[char] = &[
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'R', 'S', 'T', 'U', 'W',
        'X', 'Y', 'Z',
    ];
    let letter = |dice: &mut Dice| dice.pick(LETTERS).copied().unwrap_or('A');
    let mut text: String = (0..3).map(|_| letter(dice)).collect();
    text.push_str(&format!(" {:02}", dice.between(1, 99)));
    if dice.chance(50) {
        text.push(letter(dice));
    } else {
        text.push_str(&dice.between(0, 9).to_string());
    }
    text
}

fn work_on_vehicle(dice: &mut Dice, place: usize, data: &mut Values) {
    let estimate = data.get("estimate").and_then(Value::as_i64).unwrap_or(200_000);
    match place {
        1 => {
            pick_into(dice, data, "inspection", &["No remarks", "Minor remarks", "Needs repair"]);
            if data.get("inspection").and_then(Value::as_str) != Some("No remarks") {
                let some = usize::try_from(dice.between(1, 3)).unwrap_or(1);
                let found =
                    (0..some).filter_map(|_| dice.pick(FAULTS).copied().zip(Some(dice.between(8, 90))));
                let rows = found.map(
                    |((part, work), cost)| json!({ "part": part, "work": work, "cost": cost * 100 * 100 }),
                );
                data.insert("faults".into(), rows.collect());
            }
            data.insert("tyre_depth".into(), dice.between(2, 8).into());
        }
        2 => {
            data.insert("repair_cost".into(), (dice.between(12, 230) * 100 * 100).into());
            data.insert("planned_hours".into(), dice.between(1, 14).into());
            pick_into(dice, data, "workshop", &["Hisings Backa", "Mölndal", "Body shop Kungälv"]);
            if dice.chance(60) {
                data.insert("supplier_order".into(), format!("AD-{}", dice.between(70_000, 79_999)).into());
            }
            data.insert("road_check".into(), json!(["Brakes", "Lights"]));
        }
        3 => {
            data.insert("asking_price".into(), (estimate / 1000 * 1000 * 100 + 90_000).into());
            data.insert("photos_done".into(), Value::Bool(true));
        }
        // A tenth off, which somebody has to approve.
        4 => {
            data.insert("sold_price".into(), (estimate * 9 / 10 / 500 * 500 * 100).into());
        }
        // What nobody has to approve.
        SOLD => {
            let price = estimate * (200 - dice.between(0, 6)) / 200;
            data.insert("sold_price".into(), (price / 100 * 100 * 100).into());
        }
        _ => {}
    }
}

/// Parts, and what is done with them.
const FAULTS: &[(&str, &str)] = &[
    ("Front brake discs", "Replace"),
    ("Timing belt", "Replace"),
    ("Left rear door", "Repair"),
    ("Wheel alignment", "Adjust"),
    ("Air conditioning", "Repair"),
    ("Rear shock absorbers", "Replace"),
    ("Windscreen", "Replace"),
    ("Hand brake", "Adjust"),
];

fn pick_into(dice: &mut Dice, data: &mut Values, key: &str, of: &[&str]) {
    if let Some(choice) = dice.pick(of) {
        data.insert(key.into(), (*choice).into());
    }
}

/// Draft, review, approved: enough to be seen, if it could be seen.
pub(super) fn studio(plan: &Plan) -> Process {
    let step = |name, kind, share, stay| StepPlan {
        name,
        kind,
        team: plan.teams.first().cloned(),
        wip_limit: None,
        share,
        stay,
        approval: None,
        sla: None,
        instructions: "",
    };
    Process {
        name: "Content approval",
        key: "HS",
        noun: "post",
        first_number: 1,
        steps: vec![
            step("Draft", StepKind::Start, 40, Duration::hours(30)),
            step("Client review", StepKind::Work, 35, Duration::hours(48)),
            step("Approved", StepKind::Done, 25, Duration::hours(0)),
        ],
        ways: const { &[way(0, 1, "Send to client"), way(1, 2, "Approved"), back(1, 0, "Changes wanted")] },
        fields: &[],
        begin: |dice| {
            let about =
                dice.pick(&["Autumn menu", "Opening hours", "New bakery", "Winter offer", "Staff portrait"]);
            (format!("{}, part {}", about.unwrap_or(&"Post"), dice.between(1, 9)), Values::new())
        },
        work: |_, _, _| {},
        remarks: &["The client asks for a warmer picture.", "Caption is fine, shorten the second line."],
    }
}
