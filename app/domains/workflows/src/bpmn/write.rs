//! A design as BPMN 2.0 XML.

use std::{collections::BTreeMap, fmt::Write as _};

use kernel::StepId;
use serde::Serialize;

use super::{DC, DI, DIAGRAM, MODEL, OURS, STEP, duration};
use crate::{
    automatic::{Automatic, Wait},
    definition::{Definition, StepDefinition, TransitionDefinition},
    diagram::{
        GAP, label_width, rect,
        route::{Drawing, Link, Node, Rect},
    },
    quorum::Quorum,
};

/// How wide and high events are drawn.
const EVENT: f64 = 36.0;
/// How wide and high gateways are drawn.
const GATEWAY: f64 = 50.0;

/// The document of a design.
pub fn write(definition: &Definition) -> String {
    let mut xml = Xml::default();
    xml.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let spaces = [
        ("xmlns:bpmn", MODEL),
        ("xmlns:bpmndi", DIAGRAM),
        ("xmlns:dc", DC),
        ("xmlns:di", DI),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xmlns:mediap", OURS),
        ("id", "definitions"),
        ("targetNamespace", OURS),
        ("exporter", "Mediap"),
    ];
    xml.open("bpmn:definitions", &spaces);
    write_process(&mut xml, definition);
    write_diagram(&mut xml, definition);
    xml.close("bpmn:definitions");
    xml.out
}

fn write_process(xml: &mut Xml, definition: &Definition) {
    xml.open("bpmn:process", &[("id", "process"), ("name", &definition.name), ("isExecutable", "false")]);
    xml.open("bpmn:extensionElements", &[]);
    xml.empty("mediap:workflow", &[("noun", &definition.item_noun)]);
    xml.close("bpmn:extensionElements");
    let (mut ways_in, mut ways_out) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new());
    for (number, way) in definition.transitions.iter().enumerate() {
        ways_out.entry(way.from).or_default().push(flow_id(number));
        ways_in.entry(way.to).or_default().push(flow_id(number));
    }
    let first = definition.steps.first().map(|step| step.id);
    if let Some(first) = first {
        xml.open("bpmn:startEvent", &[("id", "start")]);
        xml.text("bpmn:outgoing", &[], "flow_start");
        xml.close("bpmn:startEvent");
        ways_in.entry(first).or_default().insert(0, "flow_start".to_owned());
    }
    for (place, step) in definition.steps.iter().enumerate() {
        let flows = |of: &BTreeMap<StepId, Vec<String>>| of.get(&step.id).cloned().unwrap_or_default();
        let default = default_way(definition, step).map(flow_id);
        let guarded = definition.ways_out(step.id).any(|way| !way.guard.is_empty());
        write_step(xml, place, step, (flows(&ways_in), flows(&ways_out)), default, guarded);
    }
    if let Some(first) = first {
        let to = step_id(first);
        xml.empty(
            "bpmn:sequenceFlow",
            &[("id", "flow_start"), ("sourceRef", "start"), ("targetRef", to.as_str())],
        );
    }
    for (number, way) in definition.transitions.iter().enumerate() {
        write_way(xml, number, way);
    }
    xml.close("bpmn:process");
}

/// The way out of a branch that is taken where no condition holds, by its number.
fn default_way(definition: &Definition, step: &StepDefinition) -> Option<usize> {
    if step.automatic != Some(Automatic::Branch) || step.ends {
        return None;
    }
    let is_default =
        |way: &TransitionDefinition| way.from == step.id && way.guard.is_empty() && !way.is_for_refused();
    definition.transitions.iter().position(is_default)
}

fn write_step(
    xml: &mut Xml,
    place: usize,
    step: &StepDefinition,
    (ways_in, ways_out): (Vec<String>, Vec<String>),
    default: Option<String>,
    guarded: bool,
) {
    let element = element_of(step, guarded);
    let id = step_id(step.id);
    let mut attributes = vec![("id", id.as_str()), ("name", step.name.as_str())];
    if let Some(default) = &default {
        attributes.push(("default", default));
    }
    xml.open(element, &attributes);
    if !step.instructions.is_empty() {
        xml.text("bpmn:documentation", &[], &step.instructions);
    }
    write_own(xml, place, step);
    for flow in ways_in {
        xml.text("bpmn:incoming", &[], &flow);
    }
    for flow in ways_out {
        xml.text("bpmn:outgoing", &[], &flow);
    }
    if let (Some(Automatic::Wait(wait)), false) = (&step.automatic, step.ends) {
        xml.open("bpmn:timerEventDefinition", &[]);
        let kind = [("xsi:type", "bpmn:tFormalExpression")];
        match wait {
            Wait::For { amount, unit } => xml.text("bpmn:timeDuration", &kind, &duration(*amount, *unit)),
            Wait::Until { field } => xml.text("bpmn:timeDate", &kind, &format!("${{{field}}}")),
        }
        xml.close("bpmn:timerEventDefinition");
    }
    xml.close(element);
}

/// What BPMN has no word for.
fn write_own(xml: &mut Xml, place: usize, step: &StepDefinition) {
    let place = place.to_string();
    let team = step.team_id.map(|id| id.to_string());
    let limit = step.wip_limit.map(|limit| limit.to_string());
    let mut attributes = vec![("place", place.as_str())];
    attributes.extend(team.as_deref().map(|team| ("team", team)));
    attributes.extend(limit.as_deref().map(|limit| ("limit", limit)));
    // How long it waits and that it branches is said by BPMN.
    let is_told = |it: &&Automatic| matches!(it, Automatic::Branch | Automatic::Wait(Wait::For { .. }));
    let automatic = step.automatic.as_ref().filter(|it| !is_told(it));
    xml.open("bpmn:extensionElements", &[]);
    let is_plain = step.approval.is_none() && step.gives.is_none() && automatic.is_none();
    if is_plain && step.sla.is_none() && step.booking.is_none() {
        xml.empty("mediap:step", &attributes);
    } else {
        xml.open("mediap:step", &attributes);
        xml.json("mediap:approval", step.approval.as_ref());
        xml.json("mediap:automatic", automatic);
        xml.json("mediap:gives", step.gives.as_ref());
        xml.json("mediap:sla", step.sla.as_ref());
        xml.json("mediap:booking", step.booking.as_ref());
        xml.close("mediap:step");
    }
    xml.close("bpmn:extensionElements");
}

fn write_way(xml: &mut Xml, number: usize, way: &TransitionDefinition) {
    let (id, from, to) = (flow_id(number), step_id(way.from), step_id(way.to));
    let attributes = [
        ("id", id.as_str()),
        ("name", way.name.as_str()),
        ("sourceRef", from.as_str()),
        ("targetRef", to.as_str()),
    ];
    xml.open("bpmn:sequenceFlow", &attributes);
    xml.open("bpmn:extensionElements", &[]);
    let mut own = Vec::new();
    own.extend(way.rework.then_some(("rework", "true")));
    own.extend(way.refuses.then_some(("refuses", "true")));
    xml.empty("mediap:way", &own);
    xml.close("bpmn:extensionElements");
    if !way.guard.is_empty() {
        let kind = [("xsi:type", "bpmn:tFormalExpression")];
        xml.text("bpmn:conditionExpression", &kind, &way.guard);
    }
    xml.close("bpmn:sequenceFlow");
}

fn write_diagram(xml: &mut Xml, definition: &Definition) {
    let shapes: BTreeMap<StepId, Rect> = definition
        .steps
        .iter()
        .filter(|step| step.place.is_some())
        .map(|step| (step.id, shape_of(step)))
        .collect();
    xml.open("bpmndi:BPMNDiagram", &[("id", "diagram")]);
    xml.open("bpmndi:BPMNPlane", &[("id", "plane"), ("bpmnElement", "process")]);
    let first = definition.steps.first().and_then(|step| Some((step, *shapes.get(&step.id)?)));
    if let Some((_, shape)) = first {
        write_shape(xml, "start", start_of(shape));
    }
    for step in &definition.steps {
        if let Some(shape) = shapes.get(&step.id) {
            write_shape(xml, &step_id(step.id), *shape);
        }
    }
    if let Some((_, shape)) = first {
        let (start, middle) = (start_of(shape), shape.center());
        write_edge(xml, "flow_start", [(middle.x, start.bottom()), (middle.x, shape.y)].into_iter());
    }
    // Routed anew: other programs draw events and gateways smaller than we do.
    let mut drawing = Drawing::new();
    let nodes = shapes.iter().map(|(key, rect)| Node { key: *key, rect: *rect });
    let links = definition.transitions.iter().map(|way| Link {
        from: way.from,
        to: way.to,
        label: label_width(&way.name).into(),
    });
    drawing.update(nodes, links);
    for (number, way) in definition.transitions.iter().enumerate() {
        if let Some(path) = drawing.path(way.from, way.to) {
            let points = path.points.iter().map(|point| (point.x, point.y));
            write_edge(xml, &flow_id(number), points);
        }
    }
    xml.close("bpmndi:BPMNPlane");
    xml.close("bpmndi:BPMNDiagram");
}

fn write_shape(xml: &mut Xml, of: &str, rect: Rect) {
    xml.open("bpmndi:BPMNShape", &[("id", &format!("{of}_shape")), ("bpmnElement", of)]);
    let (x, y) = (rect.x.to_string(), rect.y.to_string());
    let (width, height) = (rect.width.to_string(), rect.height.to_string());
    xml.empty("dc:Bounds", &[("x", &x), ("y", &y), ("width", &width), ("height", &height)]);
    xml.close("bpmndi:BPMNShape");
}

fn write_edge(xml: &mut Xml, of: &str, points: impl Iterator<Item = (f64, f64)>) {
    xml.open("bpmndi:BPMNEdge", &[("id", &format!("{of}_edge")), ("bpmnElement", of)]);
    for (x, y) in points {
        xml.empty("di:waypoint", &[("x", &x.to_string()), ("y", &y.to_string())]);
    }
    xml.close("bpmndi:BPMNEdge");
}

/// What a step is in BPMN, perhaps with conditions of its ways.
fn element_of(step: &StepDefinition, guarded: bool) -> &'static str {
    match &step.automatic {
        _ if step.ends => "bpmn:endEvent",
        None => "bpmn:userTask",
        Some(Automatic::Branch) => "bpmn:exclusiveGateway",
        Some(Automatic::Wait(_)) => "bpmn:intermediateCatchEvent",
        Some(Automatic::Act(_)) => "bpmn:serviceTask",
        Some(Automatic::Parallel) if guarded => "bpmn:inclusiveGateway",
        Some(Automatic::Parallel | Automatic::Join(Quorum::All)) => "bpmn:parallelGateway",
        Some(Automatic::Join(_)) => "bpmn:complexGateway",
        Some(Automatic::Children(_)) => "bpmn:callActivity",
    }
}

/// Where a step is drawn there: its middle is where it is here.
fn shape_of(step: &StepDefinition) -> Rect {
    let here = rect(step);
    let side = match &step.automatic {
        _ if step.ends => EVENT,
        Some(Automatic::Wait(_)) => EVENT,
        Some(Automatic::Branch | Automatic::Parallel | Automatic::Join(_)) => GATEWAY,
        None | Some(Automatic::Act(_) | Automatic::Children(_)) => return here,
    };
    let middle = here.center();
    Rect { x: middle.x - side / 2.0, y: middle.y - side / 2.0, width: side, height: side }
}

/// Where the start event is drawn: above the first step.
fn start_of(first: Rect) -> Rect {
    let x = first.center().x - EVENT / 2.0;
    Rect { x, y: first.y - f64::from(GAP) - EVENT, width: EVENT, height: EVENT }
}

fn step_id(id: StepId) -> String {
    format!("{STEP}{id}")
}

fn flow_id(number: usize) -> String {
    format!("flow_{}", number + 1)
}

/// A document that is being written.
#[derive(Default)]
struct Xml {
    out: String,
    depth: usize,
}

impl Xml {
    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.begin(name, attributes);
        self.out.push_str(">\n");
        self.depth += 1;
    }

    fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.indent();
        // Writing to a String does not fail.
        writeln!(self.out, "</{name}>").unwrap_or_default();
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.begin(name, attributes);
        self.out.push_str("/>\n");
    }

    fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.begin(name, attributes);
        self.out.push('>');
        escape(&mut self.out, text);
        writeln!(self.out, "</{name}>").unwrap_or_default();
    }

    /// What has a form of its own already, if it is there.
    fn json(&mut self, name: &str, value: Option<&impl Serialize>) {
        if let Some(text) = value.and_then(|value| serde_json::to_string(value).ok()) {
            self.text(name, &[], &text);
        }
    }

    fn begin(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.indent();
        write!(self.out, "<{name}").unwrap_or_default();
        for (key, value) in attributes {
            write!(self.out, " {key}=\"").unwrap_or_default();
            escape(&mut self.out, value);
            self.out.push('"');
        }
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }
}

/// Adds a text, without the characters that no XML holds.
fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A reader makes spaces of them otherwise.
            '\t' | '\n' | '\r' => write!(out, "&#{};", u32::from(letter)).unwrap_or_default(),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            letter => out.push(letter),
        }
    }
}
