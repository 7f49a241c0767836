//! What is in a process: steps, starts, and what has no place in a design.

use std::collections::{BTreeMap, BTreeSet};

use kernel::StepId;

use super::{left_out, local};
use crate::{
    approval::Approval,
    automatic::{Automatic, Gives, Wait},
    booking::BookingNeed,
    bpmn::{
        STEP, read_duration,
        tree::{Element, Space},
    },
    definition::{INSTRUCTIONS_MAX, StepDefinition},
    interchange::{Report, bounded, called},
    sla::Sla,
};

/// A step with what is known of it besides.
pub(super) struct Node {
    pub(super) xml_id: String,
    pub(super) step: StepDefinition,
    /// Whether it says of itself what only we say.
    pub(super) is_ours: bool,
    /// Its place in the order, if it says so.
    pub(super) place: Option<usize>,
    /// The way out of it that has no condition.
    pub(super) default: Option<String>,
}

/// Where items begin.
pub(super) struct Start {
    pub(super) name: String,
    /// What begins them there, if it is not a person.
    pub(super) trigger: Option<String>,
}

/// What an id stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thing {
    Step(usize),
    Start(usize),
}

/// All that a process holds.
pub(super) struct Inside {
    pub(super) nodes: Vec<Node>,
    pub(super) starts: Vec<Start>,
    pub(super) ids: BTreeMap<String, Thing>,
    /// The names of events at the border of a step, by their ids.
    pub(super) borders: BTreeMap<String, String>,
}

/// Whether an element becomes a step.
pub(super) fn is_step(element: &Element) -> bool {
    element.space == Space::Model && matches!(kind(&element.name), Kind::Step(_))
}

enum Kind {
    Step(As),
    Start,
    Border,
    Unknown,
}

/// What a step was.
enum As {
    Work,
    Program(&'static str),
    Branch,
    Parallel,
    Gateway(&'static str),
    Catch,
    Throw,
    End,
    Part,
    Call,
}

fn kind(name: &str) -> Kind {
    Kind::Step(match name {
        "task" | "userTask" | "manualTask" => As::Work,
        "serviceTask" => As::Program("A program does"),
        "scriptTask" => As::Program("A script does"),
        "businessRuleTask" => As::Program("Rules decide"),
        "sendTask" => As::Program("A message is sent by"),
        "receiveTask" => As::Program("A message is awaited by"),
        "exclusiveGateway" => As::Branch,
        "parallelGateway" | "inclusiveGateway" => As::Parallel,
        "eventBasedGateway" => As::Gateway("the first event decides"),
        "complexGateway" => As::Gateway("a rule of its own decides"),
        "intermediateCatchEvent" => As::Catch,
        "intermediateThrowEvent" => As::Throw,
        "endEvent" => As::End,
        "subProcess" | "adHocSubProcess" | "transaction" => As::Part,
        "callActivity" => As::Call,
        "startEvent" => return Kind::Start,
        "boundaryEvent" => return Kind::Border,
        _ => return Kind::Unknown,
    })
}

impl Inside {
    /// Reads a process.
    pub(super) fn of(process: &Element, mut fresh: impl FnMut() -> StepId, report: &mut Report) -> Self {
        let mut inside =
            Inside { nodes: Vec::new(), starts: Vec::new(), ids: BTreeMap::new(), borders: BTreeMap::new() };
        let mut borders = Vec::new();
        let (mut notes, mut data, mut foreign) = (0, 0, 0);
        let mut used = BTreeSet::new();
        for element in process.children.iter().filter(|child| child.space == Space::Model) {
            match element.name.as_str() {
                "textAnnotation" | "group" => notes += 1,
                "dataObject" | "dataStoreReference" => data += 1,
                _ => {}
            }
            match kind(&element.name) {
                Kind::Step(was) => {
                    foreign += usize::from(is_given_elsewhere(element));
                    let mut node = node(element, &was, report);
                    let own = node.is_ours.then(|| node.xml_id.strip_prefix(STEP)).flatten();
                    let own = own.and_then(|id| id.parse().ok()).filter(|id| !used.contains(id));
                    node.step.id = own.unwrap_or_else(&mut fresh);
                    used.insert(node.step.id);
                    inside.know(&node.xml_id, Thing::Step(inside.nodes.len()), report);
                    inside.nodes.push(node);
                }
                Kind::Start => {
                    let number = inside.starts.len();
                    inside.know(element.attribute("id").unwrap_or_default(), Thing::Start(number), report);
                    let name = name_of(element);
                    let trigger = trigger(element).map(str::to_owned);
                    inside.starts.push(Start { name, trigger });
                }
                Kind::Border => borders.push(element),
                Kind::Unknown => {}
            }
        }
        for border in borders {
            inside.hang(border, report);
        }
        left_out(notes, ("note", "notes"), report);
        left_out(data, ("data object", "data objects"), report);
        left_out(foreign, ("rule of whose work a step is", "rules of whose work steps are"), report);
        inside
    }

    /// Notes what an id stands for.
    fn know(&mut self, id: &str, thing: Thing, report: &mut Report) {
        if id.is_empty() {
            return;
        }
        if self.ids.contains_key(id) {
            let id = called(id);
            report.say(|| format!("Two elements have the id {id}: ways lead to the first."));
        } else {
            self.ids.insert(id.to_owned(), thing);
        }
    }

    /// An event at the border of a step becomes a way out of it.
    fn hang(&mut self, border: &Element, report: &mut Report) {
        let name = name_of(border);
        let host = border.attribute("attachedToRef").and_then(|of| self.ids.get(local(of)).copied());
        let step = match host {
            Some(Thing::Step(number)) => self.nodes.get(number).map(|node| (number, called(&node.step.name))),
            _ => None,
        };
        let shown =
            if name.is_empty() { "An event".to_owned() } else { format!("The event {}", called(&name)) };
        match (step, border.attribute("id")) {
            (Some((number, step)), Some(id)) => {
                report.say(|| format!("{shown} at the border of {step} became a way out that people take."));
                // The id of something else leads to that, which has a name of its own.
                if !self.ids.contains_key(id) {
                    self.borders.insert(id.to_owned(), name);
                }
                self.know(id, Thing::Step(number), report);
            }
            _ => report.say(|| format!("{shown} at a border was left out.")),
        }
    }
}

/// The name of an element, in one line and not much longer than a name may be.
pub(super) fn name_of(element: &Element) -> String {
    bounded(element.attribute("name").unwrap_or_default())
}

/// Whether another program's rule says whose work it is.
fn is_given_elsewhere(element: &Element) -> bool {
    let rules = ["potentialOwner", "humanPerformer", "performer", "resourceRole"];
    ["assignee", "candidateUsers", "candidateGroups"].iter().any(|name| element.has_foreign(name))
        || element.children.iter().any(|child| rules.contains(&child.name.as_str()))
}

/// What an event waits for or does, in a word.
fn trigger(event: &Element) -> Option<&'static str> {
    event.children.iter().filter(|child| child.space == Space::Model).find_map(|child| {
        Some(match child.name.as_str() {
            "timerEventDefinition" => "timer",
            "messageEventDefinition" => "message",
            "signalEventDefinition" => "signal",
            "conditionalEventDefinition" => "condition",
            "errorEventDefinition" => "error",
            "escalationEventDefinition" => "escalation",
            "compensateEventDefinition" => "compensation",
            "cancelEventDefinition" => "cancelling",
            "terminateEventDefinition" => "termination",
            "linkEventDefinition" => "link",
            _ => return None,
        })
    })
}

/// A step out of an element; its id is still to be found.
fn node(element: &Element, was: &As, report: &mut Report) -> Node {
    let own = element.ours("step");
    let name = name_of(element);
    let shown = called(&name);
    let mut step = StepDefinition::new(StepId::from(uuid::Uuid::nil()), &name);
    let said = own.and_then(|own| part::<Automatic>(own, "automatic"));
    match was {
        As::Work => {}
        As::Program(what) => match said {
            Some(Automatic::Act(deeds)) if element.name == "serviceTask" => {
                step.automatic = Some(Automatic::Act(deeds));
            }
            _ => report.say(|| format!("{what} {shown} there: here it is a step for people.")),
        },
        As::Branch => step.automatic = Some(Automatic::Branch),
        As::Parallel => {
            let own = said.filter(|said| matches!(said, Automatic::Parallel | Automatic::Join(_)));
            step.automatic = Some(own.unwrap_or(Automatic::Parallel));
        }
        As::Gateway(_) if matches!(said, Some(Automatic::Join(_))) => step.automatic = said,
        As::Gateway(what) => report.say(|| {
            format!("At the gateway {shown} {what}: here it is a step from which people take one way.")
        }),
        As::Catch => match wait(element, said) {
            Some(wait) => step.automatic = Some(Automatic::Wait(wait)),
            None => {
                let what = trigger(element).unwrap_or("something");
                report.say(|| {
                    format!("What {shown} waits for ({what}) could not be carried: people send items on.")
                });
            }
        },
        As::Throw => {
            if let Some(what) = trigger(element) {
                report.say(|| {
                    format!("What {shown} sends ({what}) could not be carried: it is a step for people.")
                });
            }
        }
        As::End => {
            step.ends = true;
            if let Some(what) = trigger(element) {
                report.say(|| {
                    format!("That {shown} ends by {what} could not be carried: it is an end like others.")
                });
            }
        }
        As::Part => {
            let count = steps_within(element);
            let what = if count == 1 { "1 step in it was" } else { &format!("{count} steps in it were") };
            report.say(|| format!("The sub-process {shown} became one step: the {what} left out."));
        }
        As::Call if matches!(said, Some(Automatic::Children(_))) => step.automatic = said,
        As::Call => report.say(|| format!("{shown} calls another process: here it is a step for people.")),
    }
    for (child, what) in [
        ("multiInstanceLoopCharacteristics", "for each of several"),
        ("standardLoopCharacteristics", "again and again"),
    ] {
        if element.first(Space::Model, child).is_some() {
            report.say(|| format!("{shown} is done {what} there: here it is done once."));
        }
    }
    if let Some(words) = element.first(Space::Model, "documentation") {
        let words = words.text().trim();
        step.instructions = words.chars().take(INSTRUCTIONS_MAX).collect();
        if step.instructions.len() < words.len() {
            report.say(|| {
                format!("The description of {shown} is cut off after {INSTRUCTIONS_MAX} characters.")
            });
        }
    }
    if let Some(own) = own {
        step.team_id = own.attribute("team").and_then(|id| id.parse().ok());
        step.wip_limit = own.attribute("limit").and_then(|limit| limit.parse().ok());
        step.approval = part::<Approval>(own, "approval");
        step.gives = part::<Gives>(own, "gives");
        step.sla = part::<Sla>(own, "sla");
        step.booking = part::<BookingNeed>(own, "booking");
    }
    Node {
        xml_id: element.attribute("id").unwrap_or_default().to_owned(),
        step,
        is_ours: own.is_some(),
        place: own.and_then(|own| own.attribute("place")?.parse().ok()),
        default: element.attribute("default").map(|id| local(id).to_owned()),
    }
}

/// What an element of ours holds.
fn part<T: serde::de::DeserializeOwned>(own: &Element, name: &str) -> Option<T> {
    serde_json::from_str(own.first(Space::Ours, name)?.text()).ok()
}

/// How long an event waits, if it is a wait of ours.
fn wait(event: &Element, said: Option<Automatic>) -> Option<Wait> {
    let timer = event.first(Space::Model, "timerEventDefinition")?;
    match (timer.first(Space::Model, "timeDuration"), said) {
        (Some(duration), _) => read_duration(duration.text()),
        (None, Some(Automatic::Wait(wait @ Wait::Until { .. }))) => Some(wait),
        (None, _) => None,
    }
}

/// How many steps a part of a process has, with those in parts of it.
fn steps_within(part: &Element) -> usize {
    let mut count = 0;
    let mut open = vec![part];
    while let Some(element) = open.pop() {
        count += element.children.iter().filter(|child| is_step(child)).count();
        open.extend(&element.children);
    }
    count
}
