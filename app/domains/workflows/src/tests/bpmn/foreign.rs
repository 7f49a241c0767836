//! Diagrams of other programs.

use super::{document, flow, names, read, ways};
use crate::{
    automatic::{Automatic, Unit, Wait},
    definition::check,
    diagram::rect,
    quorum::Quorum,
};

/// An order as modelers draw it: from left to right, with a gateway and a timer.
fn order() -> String {
    let inside = [
        r#"<startEvent id="s" name="Ordered"/><exclusiveGateway id="g" name="Large?" default="small"/>
           <userTask id="check" name="Check stock" camunda:assignee="demo"/><endEvent id="e" name="Sent"/>
           <intermediateCatchEvent id="w" name="Cool down"><timerEventDefinition id="t">
           <timeDuration>PT1H30M</timeDuration></timerEventDefinition></intermediateCatchEvent>
           <serviceTask id="pack" name="Pack &amp; send"><documentation>By hand</documentation></serviceTask>"#,
        &flow("f1", "s", "check"),
        &flow("f2", "check", "g"),
        &flow("small", "g", "pack"),
        r#"<sequenceFlow id="large" name="Over 5000" sourceRef="g" targetRef="w">
           <conditionExpression>${amount &gt; 5000}</conditionExpression></sequenceFlow>"#,
        &flow("f3", "w", "pack"),
        &flow("f4", "pack", "e"),
        r#"<sequenceFlow id="f5" name="Again" sourceRef="pack" targetRef="check"/>"#,
    ]
    .concat();
    let shape = |id: &str, x: i32, y: i32, width: i32, height: i32| {
        format!(
            r#"<bpmndi:BPMNShape bpmnElement="{id}"><omgdc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>"#
        )
    };
    let diagram = [
        shape("s", 100, 102, 36, 36),
        shape("check", 190, 80, 100, 80),
        shape("g", 340, 95, 50, 50),
        shape("w", 440, 202, 36, 36),
        shape("pack", 530, 80, 100, 80),
        shape("e", 690, 102, 36, 36),
    ]
    .concat();
    document(&inside, &diagram)
}

#[test]
fn an_order_becomes_a_design() {
    let read = read(&order()).unwrap();
    let made = &read.definition;
    assert_eq!(made.name, "Orders");
    assert_eq!(names(made), ["Check stock", "Large?", "Cool down", "Pack & send", "Sent"]);
    assert_eq!(made.steps[1].automatic, Some(Automatic::Branch));
    let wait = Wait::For { amount: 90, unit: Unit::Minutes };
    assert_eq!(made.steps[2].automatic, Some(Automatic::Wait(wait)));
    assert!(made.steps[4].ends);
    assert_eq!(made.steps[3].instructions, "By hand");
    let large = made.transitions.iter().find(|way| way.name == "Over 5000").unwrap();
    assert_eq!((large.guard.as_str(), large.rework), ("amount > 5000", false));
    let back: Vec<_> =
        made.transitions.iter().filter(|way| way.rework).map(|way| way.name.as_str()).collect();
    assert_eq!(back, ["Again"]);
    assert!(made.transitions.iter().any(|way| way.name == "To Sent"));
    // As large as its steps need, and on the grid.
    let rects: Vec<_> = made.steps.iter().map(rect).collect();
    for (number, one) in rects.iter().enumerate() {
        assert!(rects.iter().skip(number + 1).all(|other| !one.overlaps(*other)), "{rects:?}");
    }
    assert!(made.steps.iter().all(|step| step.place.unwrap().x % 10 == 0 && step.place.unwrap().y % 10 == 0));
    assert!(rects[0].x < rects[1].x && rects[1].x < rects[2].x && rects[1].y < rects[2].y);
    let report = read.report.join("\n");
    for said in [
        "A program does Pack & send there",
        "1 rule of whose work a step is was left out.",
        "A condition was taken over as it is written.",
        "4 ways had no name",
    ] {
        assert!(report.contains(said), "{said}: {report}");
    }
    let mut made = read.definition;
    made.item_noun = "order".into();
    assert_eq!(check(&made).into_iter().find(|one| one.blocks), None);
}

#[test]
fn what_has_no_place_in_a_design_is_said() {
    let inside = [
        r#"<laneSet id="ls"><lane id="l" name="Sales"><flowNodeRef>a</flowNodeRef><flowNodeRef>b</flowNodeRef></lane></laneSet>
           <startEvent id="s" name="Mail comes"><messageEventDefinition/></startEvent>
           <task id="a" name="Read"><multiInstanceLoopCharacteristics/></task>
           <complexGateway id="b" name="Both"/><subProcess id="c" name="Work"><task/><task/></subProcess>
           <boundaryEvent id="late" name="Too late" attachedToRef="c"><timerEventDefinition/></boundaryEvent>
           <intermediateCatchEvent id="m" name="Reply"><messageEventDefinition/></intermediateCatchEvent>
           <intermediateCatchEvent id="y"><timerEventDefinition><timeDuration>P1Y</timeDuration></timerEventDefinition></intermediateCatchEvent>
           <endEvent id="e" name="Over"><terminateEventDefinition/></endEvent>
           <textAnnotation id="n1"/><textAnnotation id="n2"/><dataObject id="o"/>"#,
        &flow("1", "s", "a"),
        &flow("2", "a", "b"),
        &flow("3", "b", "c"),
        &flow("4", "late", "e"),
        &flow("5", "c", "m"),
        &flow("6", "m", "y"),
        &flow("7", "y", "e"),
    ]
    .concat();
    let read = read(&document(&inside, "")).unwrap();
    assert_eq!(names(&read.definition), ["Read", "Both", "Work", "Reply", "Step 5", "Over"]);
    assert!(ways(&read.definition).contains(&"Work > Over".to_owned()));
    assert!(read.definition.transitions.iter().any(|way| way.name == "Too late"));
    assert!(read.definition.steps.iter().all(|step| step.automatic.is_none() && step.place.is_none()));
    let report = read.report.join("\n");
    for said in [
        "The lane Sales became no team. In it: Read, Both.",
        "What begins items at Mail comes (message) was left out",
        "Read is done for each of several there",
        "At the gateway Both a rule of its own decides",
        "The sub-process Work became one step: the 2 steps in it were left out.",
        "The event Too late at the border of Work became a way out",
        "What Reply waits for (message) could not be carried",
        "What A step without a name waits for (timer)",
        "That Over ends by termination",
        "2 notes were left out.",
        "1 data object was left out.",
        "A step had no name and is called Step 5.",
    ] {
        assert!(report.contains(said), "{said}: {report}");
    }
}

#[test]
fn gateways_at_which_ways_part_and_come_together_are_told_by_their_ways() {
    let inside = [
        r#"<startEvent id="s"/><parallelGateway id="apart" name="Apart"/><task id="a" name="A"/><task id="b" name="B"/>
           <parallelGateway id="join" name="Join"/><inclusiveGateway id="both" name="Both"/><task id="c" name="C"/>
           <task id="d" name="D"/><inclusiveGateway id="end" name="End"/><endEvent id="e" name="Over"/>"#,
        &flow("1", "s", "apart"),
        &flow("2", "apart", "a"),
        &flow("3", "apart", "b"),
        &flow("4", "a", "join"),
        &flow("5", "b", "join"),
        &flow("6", "join", "both"),
        &flow("7", "both", "c"),
        &flow("8", "both", "d"),
        &flow("9", "c", "end"),
        &flow("10", "d", "end"),
        &flow("11", "end", "e"),
    ]
    .concat();
    let mut made = read(&document(&inside, "")).unwrap().definition;
    let does = |name: &str| made.steps.iter().find(|step| step.name == name).unwrap().automatic.clone();
    assert_eq!(does("Apart"), Some(Automatic::Parallel));
    assert_eq!(does("Join"), Some(Automatic::Join(Quorum::All)));
    assert_eq!((does("Both"), does("End")), (does("Apart"), does("Join")));
    made.item_noun = "order".into();
    assert_eq!(check(&made).into_iter().find(|one| one.blocks), None);
}

#[test]
fn several_starts_and_none_are_said() {
    let two = [
        r#"<startEvent id="s1"/><startEvent id="s2"/><task id="b" name="B"/><task id="a" name="A"/>"#,
        &flow("1", "s1", "a"),
        &flow("2", "s2", "b"),
        &flow("3", "a", "b"),
    ]
    .concat();
    let two = read(&document(&two, "")).unwrap();
    assert_eq!(names(&two.definition), ["A", "B"]);
    assert!(two.report.iter().any(|line| line.contains("no items begin in B")));
    let none = [r#"<task id="b" name="B"/><task id="a" name="A"/>"#, &flow("3", "a", "b")].concat();
    let none = read(&document(&none, "")).unwrap();
    assert_eq!(names(&none.definition), ["A", "B"]);
    assert!(none.report.iter().any(|line| line.contains("items begin in A")));
}

#[test]
fn durations_are_ours_or_none() {
    use crate::bpmn::read_duration;
    let wait = |amount, unit| Some(Wait::For { amount, unit });
    for (text, expected) in [
        ("PT5M", wait(5, Unit::Minutes)),
        ("P2D", wait(2, Unit::Days)),
        ("P1W", wait(1, Unit::Weeks)),
        ("PT24H", wait(24, Unit::Hours)),
        ("PT1H30M", wait(90, Unit::Minutes)),
        ("PT120S", wait(2, Unit::Minutes)),
        (" PT1M ", wait(1, Unit::Minutes)),
        ("PT0M", None),
        ("PT30S", None),
        ("P1M", None),
        ("P1Y", None),
        ("P1DT2H", None),
        ("P1001D", None),
        ("PT", None),
        ("P", None),
        ("", None),
        ("P-1D", None),
        ("P+1D", None),
        ("PDD", None),
        ("${wait}", None),
        ("PT99999999999M", None),
        ("PT4294967295H1M", None),
    ] {
        assert_eq!(read_duration(text), expected, "{text}");
    }
}
