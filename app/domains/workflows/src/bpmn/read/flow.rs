//! The ways in a process.

use std::collections::BTreeSet;

use super::{
    local,
    node::{Inside, Thing, name_of},
};
use crate::{
    bpmn::tree::{Element, Space},
    definition::TRANSITIONS_MAX,
    interchange::{Fault, Report, called},
};

/// A way from a step or a start to a step, by their numbers.
pub(super) struct Flow<'a> {
    pub(super) from: usize,
    pub(super) to: usize,
    /// The start that it leads from, instead of a step.
    pub(super) from_start: Option<usize>,
    pub(super) name: String,
    pub(super) guard: String,
    /// What only we say of it.
    pub(super) own: Option<&'a Element>,
}

/// Every way of a process whose ends are known.
///
/// # Errors
///
/// [`Fault::TooManyWays`], before anything is made of them.
pub(super) fn flows<'a>(
    process: &'a Element,
    inside: &Inside,
    report: &mut Report,
) -> Result<Vec<Flow<'a>>, Fault> {
    let mut flows = Vec::new();
    let mut pairs = BTreeSet::new();
    for flow in process.all(Space::Model, "sequenceFlow") {
        let end = |name| Some(local(flow.attribute(name)?)).filter(|id| !id.is_empty());
        let (source, target) = (end("sourceRef"), end("targetRef"));
        let find = |id: Option<&str>| inside.ids.get(id?).copied();
        let (from, to) = match (find(source), find(target)) {
            (Some(from), Some(Thing::Step(to))) => (from, to),
            (Some(_), Some(Thing::Start(_))) => {
                report.say(|| "A way to a start was left out.".to_owned());
                continue;
            }
            _ => {
                let id = called(flow.attribute("id").unwrap_or_default());
                report.say(|| format!("The way {id} leads from or to nothing and was left out."));
                continue;
            }
        };
        let own = flow.ours("way");
        let name = name_of(flow);
        let border = source.and_then(|id| inside.borders.get(id)).map_or("", String::as_str);
        let (from, from_start) = match from {
            Thing::Step(from) => (from, None),
            Thing::Start(start) => (to, Some(start)),
        };
        // A way to itself and a second one are left out later, and count nothing.
        if from_start.is_none() && from != to {
            pairs.insert((from, to));
        }
        let is_default = inside
            .nodes
            .get(from)
            .is_some_and(|node| node.default.is_some() && node.default.as_deref() == flow.attribute("id"));
        let condition = flow.first(Space::Model, "conditionExpression").filter(|_| !is_default);
        let written = condition.map(Element::text).unwrap_or_default();
        flows.push(Flow {
            from,
            to,
            from_start,
            name: if name.is_empty() { border.to_owned() } else { name },
            guard: if own.is_some() { written.to_owned() } else { bare(written).to_owned() },
            own,
        });
    }
    if TRANSITIONS_MAX < pairs.len() { Err(Fault::TooManyWays(pairs.len())) } else { Ok(flows) }
}

/// A condition without the signs by which other programs tell it from text.
fn bare(text: &str) -> &str {
    let inner = ["${", "#{"].iter().find_map(|sign| text.strip_prefix(sign)?.strip_suffix('}'));
    inner.or_else(|| text.strip_prefix('=')).unwrap_or(text).trim()
}
