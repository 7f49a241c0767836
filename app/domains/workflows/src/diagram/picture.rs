//! A design as a picture that nobody changes: where its boxes and lines are, ready to be written as SVG.

use kernel::StepId;
use serde::{Deserialize, Serialize};

use super::{
    links, nodes,
    route::{Drawing, Link, Path, Rect},
    whole,
};
use crate::definition::Definition;

/// How far the corners of a line are rounded.
const CORNER: f64 = 8.0;
/// How much room there is around everything.
const MARGIN: f64 = 24.0;
/// How wide the number at a way is.
const NUMBER: f64 = 44.0;

/// The picture. Lengths are px from its top left corner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Its left side in the drawing.
    pub left: i32,
    /// Its top.
    pub top: i32,
    /// How wide it is.
    pub width: i32,
    /// How high.
    pub height: i32,
    /// Its steps.
    pub steps: Vec<StepShape>,
    /// Its ways.
    pub ways: Vec<WayShape>,
}

/// The box of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepShape {
    /// The step.
    pub step: StepId,
    /// Its left side.
    pub x: i32,
    /// Its top.
    pub y: i32,
    /// How wide it is.
    pub width: i32,
    /// How high.
    pub height: i32,
}

/// The line of a way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayShape {
    /// Where it starts.
    pub from: StepId,
    /// Where it leads.
    pub to: StepId,
    /// Whether it leads back.
    pub rework: bool,
    /// The `d` of its line.
    pub line: String,
    /// That of its tip.
    pub tip: String,
    /// The middle of its number, from the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
}

impl Picture {
    /// Draws a design whose steps have places, with room for a number at each way.
    pub fn of(definition: &Definition) -> Picture {
        let mut drawing = Drawing::new();
        drawing.update(nodes(definition), links(definition).map(|link| Link { label: NUMBER, ..link }));
        let label = |path: &Path| Rect {
            x: path.label.x - NUMBER / 2.0,
            y: path.label.y - NUMBER / 2.0,
            width: NUMBER,
            height: NUMBER,
        };
        let boxes = drawing.rects().iter().copied();
        let lines = drawing.paths().flat_map(|path| [path.bounds(), label(path)]);
        let all = boxes.chain(lines).reduce(|all, one| all.union(one)).unwrap_or_default().grown(MARGIN);
        let steps = definition.steps.iter().filter_map(|step| {
            let rect = drawing.rect(step.id)?;
            Some(StepShape {
                step: step.id,
                x: whole(rect.x),
                y: whole(rect.y),
                width: whole(rect.width),
                height: whole(rect.height),
            })
        });
        let ways = definition.transitions.iter().filter_map(|way| {
            let path = drawing.path(way.from, way.to)?;
            Some(WayShape {
                from: way.from,
                to: way.to,
                rework: way.rework,
                line: path.svg(CORNER),
                tip: path.tip(),
                x: whole(path.label.x),
                y: whole(path.label.y),
            })
        });
        Picture {
            left: whole(all.x),
            top: whole(all.y),
            width: whole(all.width),
            height: whole(all.height),
            steps: steps.collect(),
            ways: ways.collect(),
        }
    }
}
