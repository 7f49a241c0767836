//! Files that are made to do harm.

use std::fmt::Write as _;

use super::{document, flow, read};
use crate::{
    bpmn::{self, DEPTH_MAX},
    definition::{FILE_MAX, NAME_MAX},
    interchange::{self, Fault, REPORT_MAX, Read},
};

/// No name and no sentence of it is long.
fn is_bounded(read: &Read) -> bool {
    let Read { definition, report } = read;
    let steps = definition.steps.iter().map(|step| &step.name);
    let mut names = steps.chain(definition.transitions.iter().map(|way| &way.name));
    names.all(|name| name.chars().count() <= NAME_MAX) && report.iter().all(|line| line.len() < 1_000)
}

#[test]
fn nothing_is_expanded_or_looked_up() {
    let laughs = r#"<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
        <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><d>&c;</d>"#;
    assert_eq!(read(laughs), Err(Fault::DocumentType));
    let file = r#"<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>"#;
    assert_eq!(read(file), Err(Fault::DocumentType));
    for text in ["&lol;", "<task id=\"a\" name=\"&lol;\"/>", "&#x110000;", "&#0;"] {
        assert_eq!(read(&document(text, "")), Err(Fault::NotXml), "{text}");
    }
}

#[test]
fn what_is_too_large_is_refused_at_once() {
    assert_eq!(bpmn::read(&vec![b'<'; 50_000_000], super::fresh()), Err(Fault::TooLarge));
    assert_eq!(interchange::read(&vec![b'{'; 50_000_000], super::fresh()), Err(Fault::TooLarge));
    assert_eq!((FILE_MAX, Fault::TooLarge.sentence().contains(" 1.5 MB")), (1_500_000, true));
    let deep = format!("{}{}", "<task>".repeat(100), "</task>".repeat(100));
    assert_eq!(read(&document(&deep, "")), Err(Fault::TooDeep));
    let just = DEPTH_MAX - 2;
    let deep = format!("{}{}", "<subProcess>".repeat(just), "</subProcess>".repeat(just));
    assert!(read(&document(&deep, "")).is_ok());
    assert_eq!(read(&document(&"<a/>".repeat(60_000), "")), Err(Fault::TooManyElements));
    let attributes: String = (0..200).map(|number| format!(" a{number}=\"\"")).collect();
    assert_eq!(read(&document(&format!("<task{attributes}/>"), "")), Err(Fault::TooManyElements));
    let tasks: String = (0..3_000).map(|number| format!(r#"<task id="t{number}"/>"#)).collect();
    assert_eq!(read(&document(&tasks, "")), Err(Fault::TooManySteps(3_000)));
    // JSON that nests without end.
    let nested = format!(r#"{{"kind":"mediap/workflow","version":1,"steps":{}"#, "[".repeat(1_000_000));
    assert_eq!(interchange::read(nested.as_bytes(), super::fresh()), Err(Fault::NotOurs));
}

#[test]
fn a_huge_name_is_not_copied_for_every_way() {
    let mut inside = String::from(r#"<task id="t0" name="Work"/>"#);
    for number in 1..2_000 {
        write!(inside, r#"<task id="t{number}" name="Step {number}"/>"#).unwrap();
    }
    let name = "many words ".repeat(90_000);
    write!(inside, r#"<boundaryEvent id="b" attachedToRef="t0" name="{name}"/>"#).unwrap();
    // Each twice: the second ones are left out.
    for number in (1..2_000).chain(1..2_000) {
        inside += &flow("f", "b", &format!("t{number}"));
    }
    let file = document(&inside, "");
    assert!(file.len() < FILE_MAX);
    let read = read(&file).unwrap();
    assert!(is_bounded(&read));
    assert_eq!(read.definition.transitions.len(), 1_999);
    assert!(read.definition.transitions.iter().all(|way| way.name.starts_with("many words many words")));
    assert!(read.report.iter().any(|line| line.starts_with("A second way from Work to Step 1 ")));
    assert!(read.report.last().is_some_and(|line| line.starts_with("And ")));
}

#[test]
fn a_huge_name_is_not_copied_for_every_reference() {
    let refs = "<flowNodeRef>t</flowNodeRef>".repeat(20_000);
    let name = "x".repeat(800_000);
    let inside = format!(
        r#"<laneSet><lane id="l" name="Shop">{refs}</lane></laneSet><task id="t" name="{name}"/><task id="u" name="U"/>"#
    );
    let file = document(&inside, "");
    assert!(file.len() < FILE_MAX);
    let read = read(&file).unwrap();
    assert!(is_bounded(&read));
    assert!(read.report.iter().any(|line| line.starts_with("The lane Shop became no team.")));
    assert!(read.report.iter().any(|line| line.starts_with("A name was too long")));
}

#[test]
fn too_many_ways_are_refused_as_they_are_counted() {
    let mut inside: String = (0..100).map(|number| format!(r#"<task id="t{number}"/>"#)).collect();
    for number in 0..10_000 {
        inside += &flow("f", &format!("t{}", number / 100), &format!("t{}", number % 100));
    }
    assert_eq!(read(&document(&inside, "")), Err(Fault::TooManyWays(9_900)));
}

#[test]
fn a_name_that_a_space_cuts_is_said() {
    let name = format!("{} more", "x".repeat(NAME_MAX));
    let read = read(&document(&format!(r#"<task id="t" name="{name}"/>"#), "")).unwrap();
    assert_eq!(super::names(&read.definition), ["x".repeat(NAME_MAX)]);
    assert!(read.report.iter().any(|line| line.starts_with("A name was too long")));
}

#[test]
fn what_is_no_text_or_no_bpmn_is_refused_in_words() {
    let utf16: Vec<u8> = "\u{feff}<definitions/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, fault) in [
        (utf16.as_slice(), Fault::NotUtf8),
        (b"<a>\xff\xfe</a>", Fault::NotUtf8),
        (b"", Fault::NotXml),
        (b"<a><b></a></b>", Fault::NotXml),
        (b"<a></a><b></b>", Fault::NotXml),
        (b"<a>", Fault::NotXml),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Fault::NotBpmn),
        (b"<definitions/>", Fault::NotBpmn),
        (b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>", Fault::NoProcess),
    ] {
        assert_eq!(bpmn::read(bytes, super::fresh()), Err(fault.clone()));
        assert!(fault.sentence().ends_with('.'));
    }
    assert_eq!(read(&document("", "")), Err(Fault::NoSteps));
    assert_eq!(interchange::read(b"hello", super::fresh()), Err(Fault::Unknown));
    assert_eq!(interchange::read(b"{}", super::fresh()), Err(Fault::NotOurs));
    let newer = br#"{"kind":"mediap/workflow","version":2}"#;
    assert_eq!(interchange::read(newer, super::fresh()), Err(Fault::TooNew));
}

#[test]
fn ids_twice_and_references_to_nothing_are_said() {
    let inside = format!(
        r#"<startEvent id="s"/><task id="a" name="A"/><task id="a" name="Other"/><task id="b" name="B"/>{}{}{}{}{}{}"#,
        flow("f1", "s", "a"),
        flow("f2", "a", "b"),
        flow("f3", "a", "b"),
        flow("f4", "b", "b"),
        flow("f5", "b", "nowhere"),
        r#"<sequenceFlow id="f6"/>"#,
    );
    let read = read(&document(&inside, "")).unwrap();
    assert_eq!(super::ways(&read.definition), ["A > B"]);
    assert_eq!(read.definition.steps.len(), 3);
    let report = read.report.join("\n");
    for said in [
        "Two elements have the id a",
        "A second way from A to B",
        "A way from B to itself",
        "The way f5 leads from or to nothing",
        "The way f6 leads from or to nothing",
    ] {
        assert!(report.contains(said), "{said}: {report}");
    }
}

#[test]
fn processes_that_call_each_other_end() {
    let text = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
        <process id="p"><callActivity id="a" name="A" calledElement="q"/></process>
        <process id="q" name="Q"><callActivity id="b" name="B" calledElement="p"/></process></definitions>"#;
    let read = read(text).unwrap();
    assert_eq!(super::names(&read.definition), ["A"]);
    assert!(read.report.iter().any(|line| line.contains("A calls another process")));
    assert!(read.report.iter().any(|line| line.contains("Q was left out")));
}

#[test]
fn a_report_is_no_longer_than_somebody_reads() {
    let mut inside = String::new();
    for number in 0..137 {
        write!(inside, r#"<eventBasedGateway id="g{number}" name="G{number}"/>"#).unwrap();
    }
    let read = read(&document(&inside, "")).unwrap();
    assert_eq!(read.report.len(), REPORT_MAX + 1);
    assert_eq!(read.report.last().unwrap(), "And 38 more.");
}

#[test]
fn the_largest_design_is_written_and_read_soon() {
    let mut inside = String::from(r#"<startEvent id="s"/>"#);
    let mut diagram = String::new();
    for number in 0..2_000 {
        write!(inside, r#"<task id="t{number}" name="Step {number}"/>"#).unwrap();
        let (x, y) = (number % 50 * 150, number / 50 * 130);
        write!(
            diagram,
            r#"<bpmndi:BPMNShape bpmnElement="t{number}"><omgdc:Bounds x="{x}" y="{y}" width="100" height="80"/></bpmndi:BPMNShape>"#
        )
        .unwrap();
    }
    for number in 1..2_000 {
        inside += &flow(&format!("f{number}"), &format!("t{}", number - 1), &format!("t{number}"));
        inside += &flow(&format!("b{number}"), &format!("t{number}"), &format!("t{}", number / 2));
    }
    let begun = std::time::Instant::now();
    let read = read(&document(&inside, &diagram)).unwrap();
    assert_eq!((read.definition.steps.len(), read.definition.transitions.len()), (2_000, 3_998));
    assert!(read.definition.steps.iter().all(|step| step.place.is_some()));
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}
