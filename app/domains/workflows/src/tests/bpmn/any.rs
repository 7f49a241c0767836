//! Whatever is drawn and whatever is read.

use kernel::{JobTypeId, MemberId, StepId};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{fresh, read};
use crate::{
    approval::{Approval, Need},
    automatic::{Automatic, Children, Deed, Gives, Unit, Wait, Whom},
    booking::{self, BookingNeed},
    bpmn,
    definition::{Definition, Place, StepDefinition, TransitionDefinition},
    interchange::{self, Format, tidy},
    quorum::Quorum,
    sla::{Counts, Escalation, MINUTES_MAX, Rung, Sla},
};

fn any_id<T: From<uuid::Uuid> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    any::<u128>().prop_map(|id| uuid::Uuid::from_u128(id).into())
}

/// Text as somebody types it, with signs that mean something in XML.
fn any_text() -> impl Strategy<Value = String> {
    let pieces =
        vec!["a", "Ö", "<", ">", "&", "\"", "'", "]]>", "&amp;", "${x}", "=", " ", "🚗", "\u{85}", "-->"];
    prop_oneof![vec(select(pieces), 0..8).prop_map(|all| all.concat()), "\\PC{0,20}"]
        .prop_map(|text| tidy(&text).chars().take(60).collect::<String>())
        .prop_map(|text| tidy(&text))
}

fn any_deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        (any_text(), "\\PC{0,20}").prop_map(|(field, value)| Deed::Set { field, value }),
        (0_u32..3_650).prop_map(|days| Deed::Due { days }),
        Just(Deed::Tell(Whom::Team)),
        any_id::<MemberId>().prop_map(|id| Deed::Tell(Whom::Member(id))),
    ]
}

fn any_quorum() -> impl Strategy<Value = Quorum> {
    prop_oneof![Just(Quorum::All), Just(Quorum::Any), (1_u32..=100).prop_map(Quorum::AtLeast)]
}

fn any_automatic() -> impl Strategy<Value = Automatic> {
    let unit = select(vec![Unit::Minutes, Unit::Hours, Unit::Days, Unit::Weeks]);
    prop_oneof![
        Just(Automatic::Branch),
        (1_u32..=1_000, unit).prop_map(|(amount, unit)| Automatic::Wait(Wait::For { amount, unit })),
        "\\PC{0,20}".prop_map(|field| Automatic::Wait(Wait::Until { field })),
        vec(any_deed(), 0..4).prop_map(Automatic::Act),
        Just(Automatic::Parallel),
        any_quorum().prop_map(Automatic::Join),
        (option::of(any_id()), option::of("\\PC{0,20}"), any_quorum()).prop_map(
            |(workflow_id, rows, needs)| Automatic::Children(Children { workflow_id, rows, needs })
        ),
    ]
}

fn any_approval() -> impl Strategy<Value = Approval> {
    let need = prop_oneof![
        Just(Need::Any),
        Just(Need::All),
        Just(Need::InOrder),
        (1_u32..50).prop_map(Need::AtLeast)
    ];
    (vec(any_id::<MemberId>(), 0..3), need, any::<bool>()).prop_map(|(approvers, need, four_eyes)| Approval {
        approvers,
        need,
        four_eyes,
    })
}

fn any_sla() -> impl Strategy<Value = Sla> {
    let does = prop_oneof![
        select(vec![
            Escalation::Remind,
            Escalation::TellTeam,
            Escalation::TellManagers,
            Escalation::TakeAway
        ]),
        any_id::<MemberId>().prop_map(Escalation::Tell),
        any_id::<MemberId>().prop_map(Escalation::GiveTo),
    ];
    let counts = select(vec![Counts::WorkingHours, Counts::AllHours]);
    (1_u32..=MINUTES_MAX, counts, vec((1_u32..=1_000, does), 0..4)).prop_map(|(minutes, counts, rungs)| {
        let mut known = Vec::new();
        for (percent, does) in rungs {
            let rung = Rung { percent, does };
            if !known.contains(&rung) {
                known.push(rung);
            }
        }
        Sla { minutes, counts, rungs: known }
    })
}

fn any_booking() -> impl Strategy<Value = BookingNeed> {
    let minutes = option::of(booking::MINUTES_MIN..=booking::MINUTES_MAX);
    (any_id::<JobTypeId>(), minutes).prop_map(|(job_type, minutes)| BookingNeed { job_type, minutes })
}

fn any_step() -> impl Strategy<Value = StepDefinition> {
    let gives = prop_oneof![
        any_id::<MemberId>().prop_map(Gives::Member),
        select(vec![Gives::Creator, Gives::LeastLoaded, Gives::InTurn, Gives::Nobody]),
    ];
    let place = (-3_000..3_000_i32, -3_000..3_000_i32).prop_map(|(x, y)| Place { x, y });
    let does = prop_oneof![
        Just((false, None, None)),
        Just((true, None, None)),
        any_approval().prop_map(|it| (false, Some(it), None)),
        any_automatic().prop_map(|it| (false, None, Some(it))),
    ];
    let rest = (
        option::of(any_id()),
        option::of(1_i64..9_999),
        option::of(gives),
        option::of(any_sla()),
        option::of(any_booking()),
        option::of(place),
        any_text(),
    );
    (any_id::<StepId>(), any_text(), does, rest).prop_map(|(id, name, does, rest)| {
        let ((ends, approval, automatic), (team_id, wip_limit, gives, sla, booking, place, instructions)) =
            (does, rest);
        StepDefinition {
            id,
            name,
            ends,
            team_id,
            wip_limit,
            approval,
            automatic,
            gives,
            sla,
            booking,
            instructions,
            place,
        }
    })
}

/// Designs that can be kept as drafts, with texts in order.
pub fn any_definition() -> impl Strategy<Value = Definition> {
    let ways =
        vec((any::<usize>(), any::<usize>(), any_text(), any_text(), any::<bool>(), any::<bool>()), 0..12);
    (vec(any_step(), 1..7), ways, any_text(), any_text()).prop_map(|(steps, ways, name, noun)| {
        let item_noun = tidy(&noun.chars().take(30).collect::<String>());
        let mut made = Definition { base: 0, name, item_noun, steps, transitions: Vec::new(), fields: None };
        for (from, to, name, guard, rework, refuses) in ways {
            let (from, to) = (made.steps[from % made.steps.len()].id, made.steps[to % made.steps.len()].id);
            if made.connect(from, to, &name) {
                let way = made.transitions.pop().unwrap();
                made.transitions.push(TransitionDefinition { rework, refuses, guard, ..way });
            }
        }
        made.tidied()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_written_is_read_back(definition in any_definition()) {
        definition.validate().unwrap();
        for format in [Format::Bpmn, Format::Json] {
            let text = interchange::write(&definition, format);
            let back = interchange::read(text.as_bytes(), fresh()).unwrap();
            prop_assert_eq!(&back.definition, &definition, "{}", text);
            prop_assert_eq!(back.report, Vec::<String>::new());
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..400)) {
        let _ = interchange::read(&bytes, fresh());
        let _ = bpmn::read(&bytes, fresh());
    }

    #[test]
    fn what_is_broken_is_read_or_refused(
        definition in any_definition(),
        changes in vec((any::<usize>(), 0..4_u8, "[<>/&;\"'a-z0-9=\\-]{0,6}"), 1..6),
        json in any::<bool>(),
    ) {
        let format = if json { Format::Json } else { Format::Bpmn };
        let mut text: Vec<char> = interchange::write(&definition, format).chars().collect();
        for (at, kind, piece) in changes {
            let at = at % text.len().max(1);
            match kind {
                0 => { text.truncate(at); }
                1 => { text.splice(at..(at + piece.len()).min(text.len()), piece.chars()); }
                2 => { text.splice(at..at, piece.chars()); }
                _ => { text.drain(at..(at + 40).min(text.len())); }
            }
        }
        let text: String = text.into_iter().collect();
        if let Ok(read) = interchange::read(text.as_bytes(), fresh()) {
            prop_assert!(read.definition.validate().is_ok(), "{:?}", read.definition);
        }
    }

    #[test]
    fn any_process_gives_a_draft(
        elements in vec((select(vec![
            "task", "userTask", "serviceTask", "exclusiveGateway", "parallelGateway", "endEvent", "startEvent",
            "intermediateCatchEvent", "boundaryEvent", "subProcess", "callActivity", "lane", "x",
        ]), 0..9_u8, any_text()), 1..12),
        flows in vec((0..10_u8, 0..10_u8), 0..20),
        shapes in vec((0..10_u8, any::<f64>(), -900.0..900.0_f64), 0..12),
    ) {
        let mut inside = String::new();
        for (name, id, text) in &elements {
            let text = text.replace(['&', '<', '"'], "");
            inside += &format!(r#"<{name} id="e{id}" name="{text}" attachedToRef="e{}"/>"#, id / 2);
        }
        for (number, (from, to)) in flows.iter().enumerate() {
            inside += &super::flow(&format!("f{number}"), &format!("e{from}"), &format!("e{to}"));
        }
        let mut diagram = String::new();
        for (id, x, y) in shapes {
            diagram += &format!(
                r#"<bpmndi:BPMNShape bpmnElement="e{id}"><omgdc:Bounds x="{x}" y="{y}" width="100" height="80"/></bpmndi:BPMNShape>"#
            );
        }
        if let Ok(read) = read(&super::document(&inside, &diagram)) {
            prop_assert!(read.definition.validate().is_ok());
            // Ways lead back or forward as their steps stand.
            let at = |id| read.definition.steps.iter().position(|step| step.id == id);
            for way in &read.definition.transitions {
                prop_assert_eq!(way.rework, at(way.to) < at(way.from));
            }
        }
    }
}
