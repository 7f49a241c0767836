//! A design out of BPMN 2.0 XML, whoever wrote it.

mod flow;
mod node;

use std::collections::{BTreeMap, BTreeSet};

use kernel::StepId;

use self::{
    flow::Flow,
    node::{Inside, Node},
};
use super::{
    order::order,
    places::{Middle, around, spread},
    tree::{Element, Space, parse},
};
use crate::{
    automatic::Automatic,
    definition::{Definition, PLACE_MAX, STEPS_MAX, TransitionDefinition, way_to},
    diagram::size,
    interchange::{Fault, Read, Report, called, clamped, text_of, tidy},
    quorum::Quorum,
};

/// As many names one sentence of the report has.
const NAMED: usize = 5;

/// Reads a file. `fresh` gives ids for steps that bring none of ours.
///
/// # Errors
///
/// A [`Fault`] where there is no design in it that could be kept as a draft.
pub fn read(file: &[u8], fresh: impl FnMut() -> StepId) -> Result<Read, Fault> {
    let root = parse(text_of(file)?)?;
    if root.space != Space::Model || root.name != "definitions" {
        return Err(Fault::NotBpmn);
    }
    let mut report = Report::default();
    let process = chosen(&root, &mut report)?;
    let is_ours = process.ours("workflow").is_some();
    let mut inside = Inside::of(process, fresh, &mut report);
    if inside.nodes.is_empty() {
        return Err(Fault::NoSteps);
    }
    if STEPS_MAX < inside.nodes.len() {
        return Err(Fault::TooManySteps(inside.nodes.len()));
    }
    let flows = flow::flows(process, &inside, &mut report)?;
    let (ranks, starts) = in_order(&inside, &flows, &mut report);
    name_the_nameless(&mut inside.nodes, &ranks, &mut report);
    place(&root, &mut inside.nodes, is_ours, &mut report);
    lanes(process, &inside, &mut report);

    let transitions = ways(&flows, &inside.nodes, &ranks, &mut report);
    if starts == 0 {
        let first = inside.nodes.iter().zip(&ranks).find(|(_, rank)| **rank == 0);
        let first = first.map(|(node, _)| called(&node.step.name)).unwrap_or_default();
        report.say(|| format!("It has no start: items begin in {first}."));
    }
    tell_joins(&mut inside.nodes, &transitions, &mut report);
    let mut steps: Vec<_> = ranks.into_iter().zip(inside.nodes.into_iter().map(|node| node.step)).collect();
    steps.sort_by_key(|(rank, _)| *rank);
    let noun = process.ours("workflow").and_then(|own| own.attribute("noun"));
    let definition = Definition {
        base: 0,
        name: process.attribute("name").or_else(|| pool_of(&root, process)).unwrap_or_default().to_owned(),
        item_noun: noun.unwrap_or_default().to_owned(),
        steps: steps.into_iter().map(|(_, step)| step).collect(),
        transitions,
        fields: None,
    };
    let definition = clamped(definition, &mut report)?;
    Ok(Read { definition, report: report.into_lines() })
}

/// Tells by their ways which gateways of other programs send parts along all of them, and at which these come together.
fn tell_joins(nodes: &mut [Node], ways: &[TransitionDefinition], report: &mut Report) {
    let (mut to, mut from) = (BTreeMap::<_, usize>::new(), BTreeMap::<_, usize>::new());
    for way in ways {
        *to.entry(way.to).or_default() += 1;
        *from.entry(way.from).or_default() += 1;
    }
    for node in nodes.iter_mut().filter(|node| !node.is_ours) {
        let step = &mut node.step;
        if step.automatic != Some(Automatic::Parallel) {
            continue;
        }
        let count = |of: &BTreeMap<StepId, usize>| of.get(&step.id).copied().unwrap_or_default();
        match (count(&to), count(&from)) {
            (_, 0 | 1) => step.automatic = Some(Automatic::Join(Quorum::All)),
            (0 | 1, _) => {}
            _ => report.say(|| {
                let name = called(&step.name);
                format!("At the gateway {name} ways come together and part again. Draw a join before it.")
            }),
        }
    }
}

/// The first process with steps, else the first. What is beside it is said.
fn chosen<'a>(root: &'a Element, report: &mut Report) -> Result<&'a Element, Fault> {
    let all = || root.all(Space::Model, "process");
    let process = all().find(|process| process.children.iter().any(node::is_step)).or_else(|| all().next());
    let process = process.ok_or(Fault::NoProcess)?;
    let others = || all().filter(|other| !std::ptr::eq(*other, process));
    for other in others().take(NAMED) {
        let name = other.attribute("name").or_else(|| pool_of(root, other)).unwrap_or_default();
        let name = if tidy(name).is_empty() { "another one".to_owned() } else { called(name) };
        report.say(|| format!("Of several processes the first was read: {name} was left out."));
    }
    let rest = others().count().saturating_sub(NAMED);
    left_out(rest, ("further process", "further processes"), report);
    for collaboration in root.all(Space::Model, "collaboration") {
        let empty = |pool: &&Element| pool.attribute("processRef").is_none();
        for pool in collaboration.all(Space::Model, "participant").filter(empty) {
            report.say(|| {
                format!("The pool {} was left out.", called(pool.attribute("name").unwrap_or_default()))
            });
        }
        let messages = collaboration.all(Space::Model, "messageFlow").count();
        left_out(messages, ("message between pools", "messages between pools"), report);
    }
    Ok(process)
}

/// The name of the pool that a process is in.
fn pool_of<'a>(root: &'a Element, process: &Element) -> Option<&'a str> {
    let id = process.attribute("id")?;
    let mut pools =
        root.all(Space::Model, "collaboration").flat_map(|it| it.all(Space::Model, "participant"));
    pools.find(|pool| pool.attribute("processRef").is_some_and(|of| local(of) == id))?.attribute("name")
}

/// A name without the prefix of its namespace.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Says of so many things that they were left out.
fn left_out(count: usize, (one, many): (&str, &str), report: &mut Report) {
    match count {
        0 => {}
        1 => report.say(|| format!("1 {one} was left out.")),
        count => report.say(|| format!("{count} {many} were left out.")),
    }
}

/// The place of each step in the order, and how many starts lead somewhere.
fn in_order(inside: &Inside, flows: &[Flow<'_>], report: &mut Report) -> (Vec<usize>, usize) {
    let mut begins: Vec<usize> = Vec::new();
    let mut led = BTreeMap::<usize, Vec<usize>>::new();
    for flow in flows {
        if let Some(start) = flow.from_start {
            led.entry(start).or_default().push(flow.to);
        }
    }
    for (number, start) in inside.starts.iter().enumerate() {
        let mut targets = led.remove(&number).into_iter().flatten();
        let name = called(&start.name);
        match targets.next() {
            None => report.say(|| format!("The start {name} leads nowhere and was left out.")),
            Some(target) => {
                let to = inside.nodes.get(target).map(|node| called(&node.step.name)).unwrap_or_default();
                if targets.next().is_some() {
                    report.say(|| format!("The start {name} leads to several steps: items begin in {to}."));
                }
                if let Some(trigger) = &start.trigger {
                    report.say(|| {
                        format!("What begins items at {name} ({trigger}) was left out: people add them.")
                    });
                }
                if !begins.is_empty() {
                    report.say(|| format!("There is a second start: no items begin in {to}."));
                }
                begins.push(target);
            }
        }
    }
    let pairs: Vec<(usize, usize)> =
        flows.iter().filter(|flow| flow.from_start.is_none()).map(|flow| (flow.from, flow.to)).collect();
    let mut sorted = order(inside.nodes.len(), &pairs, &begins);
    // Ours say where they stand; what was added to them elsewhere comes behind.
    let said = |number: &usize| inside.nodes.get(*number).and_then(|node| node.place).unwrap_or(usize::MAX);
    sorted.sort_by_key(said);
    if let Some(at) = begins.first().and_then(|first| sorted.iter().position(|number| number == first)) {
        let first = sorted.remove(at);
        sorted.insert(0, first);
    }
    let mut ranks = vec![0; inside.nodes.len()];
    for (rank, number) in sorted.into_iter().enumerate() {
        if let Some(slot) = ranks.get_mut(number) {
            *slot = rank;
        }
    }
    (ranks, begins.len())
}

/// Gives names to steps that have none, by their place.
fn name_the_nameless(nodes: &mut [Node], ranks: &[usize], report: &mut Report) {
    let taken: BTreeSet<String> = nodes.iter().map(|node| tidy(&node.step.name).to_lowercase()).collect();
    let mut given = Vec::new();
    for (node, rank) in nodes.iter_mut().zip(ranks) {
        if node.is_ours || !tidy(&node.step.name).is_empty() {
            continue;
        }
        let number = rank + 1;
        let name = (0..).map(|again| match again {
            0 => format!("Step {number}"),
            again => format!("Step {number}.{again}"),
        });
        node.step.name =
            name.into_iter().find(|name| !taken.contains(&name.to_lowercase())).unwrap_or_default();
        given.push((number, node.step.name.clone()));
    }
    given.sort();
    let names: Vec<&str> = given.iter().map(|(_, name)| name.as_str()).collect();
    match names.as_slice() {
        [] => {}
        [one] => report.say(|| format!("A step had no name and is called {one}.")),
        many => report.say(|| format!("{} steps had no name and are called {}.", many.len(), some_of(many))),
    }
}

/// The first of some names, and how many more there are.
fn some_of(names: &[&str]) -> String {
    let (told, rest) = names.split_at(names.len().min(NAMED));
    if rest.is_empty() { told.join(", ") } else { format!("{} and {} more", told.join(", "), rest.len()) }
}

/// Puts steps where the diagram shows them.
fn place(root: &Element, nodes: &mut [Node], is_ours: bool, report: &mut Report) {
    let mut middles: BTreeMap<&str, Middle> = BTreeMap::new();
    let planes = root
        .all(Space::Diagram, "BPMNDiagram")
        .flat_map(|diagram| diagram.all(Space::Diagram, "BPMNPlane"))
        .flat_map(|plane| plane.all(Space::Diagram, "BPMNShape"));
    for shape in planes {
        let Some(of) = shape.attribute("bpmnElement") else { continue };
        if let Some(middle) = shape.first(Space::Diagram, "Bounds").and_then(middle_of) {
            middles.entry(local(of)).or_insert(middle);
        }
    }
    let found: Vec<(usize, Middle)> = nodes
        .iter()
        .enumerate()
        .filter_map(|(number, node)| Some((number, *middles.get(node.xml_id.as_str())?)))
        .collect();
    if is_ours {
        for (number, middle) in found {
            if let Some(node) = nodes.get_mut(number) {
                node.step.place = Some(around(middle, size(&node.step)));
            }
        }
        return;
    }
    let sizes: Vec<_> =
        found.iter().filter_map(|(number, _)| nodes.get(*number)).map(|node| size(&node.step)).collect();
    let only: Vec<Middle> = found.iter().map(|(_, middle)| *middle).collect();
    match spread(&only, &sizes) {
        Some(places) => {
            for ((number, _), place) in found.into_iter().zip(places) {
                if let Some(node) = nodes.get_mut(number) {
                    node.step.place = Some(place);
                }
            }
        }
        None => report.say(|| "Steps stand on each other in the drawing: it was arranged anew.".to_owned()),
    }
}

/// The middle of a shape, if it has one near enough to be drawn.
fn middle_of(bounds: &Element) -> Option<Middle> {
    let read = |name| {
        let number: f64 = bounds.attribute(name)?.trim().parse().ok()?;
        (number.abs() <= f64::from(PLACE_MAX)).then_some(number)
    };
    Some((read("x")? + read("width")? / 2.0, read("y")? + read("height")? / 2.0))
}

/// Says which lanes there were: teams are chosen by people.
fn lanes(process: &Element, inside: &Inside, report: &mut Report) {
    let names: BTreeMap<&str, &str> =
        inside.nodes.iter().map(|node| (node.xml_id.as_str(), node.step.name.as_str())).collect();
    let mut open: Vec<&Element> = process.all(Space::Model, "laneSet").collect();
    open.reverse();
    while let Some(set) = open.pop() {
        for lane in set.all(Space::Model, "lane") {
            let of = lane.all(Space::Model, "flowNodeRef").filter_map(|of| names.get(local(of.text())));
            let of: Vec<String> = of.map(|name| called(name)).collect();
            let of: Vec<&str> = of.iter().map(String::as_str).collect();
            let name = tidy(lane.attribute("name").unwrap_or_default());
            if !name.is_empty() && !of.is_empty() {
                let name = called(&name);
                report.say(|| format!("The lane {name} became no team. In it: {}.", some_of(&of)));
            }
            open.extend(lane.all(Space::Model, "childLaneSet"));
        }
    }
}

/// The ways of a design.
fn ways(
    flows: &[Flow<'_>],
    nodes: &[Node],
    ranks: &[usize],
    report: &mut Report,
) -> Vec<TransitionDefinition> {
    let mut made = Vec::new();
    let (mut conditions, mut nameless) = (0, 0);
    for flow in flows.iter().filter(|flow| flow.from_start.is_none()) {
        let (Some(from), Some(to)) = (nodes.get(flow.from), nodes.get(flow.to)) else { continue };
        let leads_back = ranks.get(flow.to) < ranks.get(flow.from);
        let mut name = tidy(&flow.name);
        if name.is_empty() && flow.own.is_none() {
            nameless += 1;
            name = way_to(&to.step.name);
        }
        if flow.own.is_none() && !flow.guard.is_empty() {
            conditions += 1;
        }
        let is_said = |what: &str| flow.own.map(|own| own.attribute(what) == Some("true"));
        made.push(TransitionDefinition {
            from: from.step.id,
            to: to.step.id,
            name,
            rework: is_said("rework").unwrap_or(leads_back),
            refuses: is_said("refuses").unwrap_or(false),
            guard: flow.guard.clone(),
        });
    }
    match nameless {
        0 => {}
        1 => report.say(|| "A way had no name and is called after the step it leads to.".to_owned()),
        count => {
            report.say(|| format!("{count} ways had no name and are called after the step they lead to."))
        }
    }
    match conditions {
        0 => {}
        1 => report.say(|| {
            "A condition was taken over as it is written. The checks say whether it is understood.".into()
        }),
        count => report.say(|| format!(
            "{count} conditions were taken over as they are written. The checks say which are not understood."
        )),
    }
    made
}
