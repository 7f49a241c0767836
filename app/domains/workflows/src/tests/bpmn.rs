//! Designs as BPMN: what is written is read back, and whatever is read ends well.

mod any;
mod foreign;
mod hostile;

use kernel::StepId;

use crate::{
    bpmn,
    definition::Definition,
    interchange::{Fault, Read},
};

/// Ids one after the other.
fn fresh() -> impl FnMut() -> StepId {
    let mut last = 0_u128;
    move || {
        last += 1;
        uuid::Uuid::from_u128(last).into()
    }
}

fn read(text: &str) -> Result<Read, Fault> {
    bpmn::read(text.as_bytes(), fresh())
}

/// A process with this inside, and such a diagram.
fn document(inside: &str, diagram: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
        <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
          xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
          xmlns:omgdc="http://www.omg.org/spec/DD/20100524/DC" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
          id="d" targetNamespace="urn:x">
          <process id="p" name="Orders" isExecutable="true">{inside}</process>
          <bpmndi:BPMNDiagram id="g"><bpmndi:BPMNPlane id="l" bpmnElement="p">{diagram}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
        </definitions>"#
    )
}

fn flow(id: &str, from: &str, to: &str) -> String {
    format!(r#"<sequenceFlow id="{id}" sourceRef="{from}" targetRef="{to}"/>"#)
}

fn names(definition: &Definition) -> Vec<&str> {
    definition.steps.iter().map(|step| step.name.as_str()).collect()
}

/// The ways as `from > to`.
fn ways(definition: &Definition) -> Vec<String> {
    let name = |id| definition.step(id).map_or("?", |step| step.name.as_str());
    definition.transitions.iter().map(|way| format!("{} > {}", name(way.from), name(way.to))).collect()
}
