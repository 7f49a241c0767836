//! Moving steps: to the grid, in line with others, apart, and from one to the next.

use std::collections::BTreeSet;

use kernel::StepId;

use super::{GRID, rect, route::Rect, whole};
use crate::definition::{Definition, Place};

/// How near a step must come to be in line with another.
const NEAR: f64 = 7.0;

/// A line at which a moving step is in line with others: where it is, and from where to where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guide {
    /// Whether it runs from top to bottom.
    pub upright: bool,
    /// Where it is, across its direction.
    pub at: f64,
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
}

/// The way to go from a moving box to where it snaps, with the lines that it is on then: to other boxes where one is
/// near, else to the grid.
pub fn snap(moving: Rect, others: &[Rect]) -> ((f64, f64), Vec<Guide>) {
    let mut guides = Vec::new();
    let across = |from: f64, size: f64| [from, from + size / 2.0, from + size];
    let mut settle = |upright: bool| {
        let (start, size) = if upright { (moving.x, moving.width) } else { (moving.y, moving.height) };
        let along = |other: &Rect| {
            if upright { across(other.x, other.width) } else { across(other.y, other.height) }
        };
        let mut best: Option<(f64, f64, Rect)> = None;
        for other in others {
            for (mine, theirs) in across(start, size).into_iter().zip(along(other)) {
                let by = theirs - mine;
                if by.abs() <= NEAR && best.is_none_or(|(least, ..)| by.abs() < least.abs()) {
                    best = Some((by, theirs, *other));
                }
            }
        }
        match best {
            Some((by, at, other)) => {
                let (mine, theirs) = if upright {
                    ((moving.y, moving.bottom()), (other.y, other.bottom()))
                } else {
                    ((moving.x, moving.right()), (other.x, other.right()))
                };
                guides.push(Guide { upright, at, from: mine.0.min(theirs.0), to: mine.1.max(theirs.1) });
                by
            }
            None => f64::from(on_grid(start)) - start,
        }
    };
    let by = (settle(true), settle(false));
    (by, guides)
}

/// The nearest multiple of the grid.
pub fn on_grid(length: f64) -> i32 {
    whole(length / f64::from(GRID)).saturating_mul(GRID)
}

/// Where to go from a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they say it themselves")]
pub enum Direction {
    Left,
    Right,
    Up,
    Down,
}

/// The step that one comes to from a box in this direction: the nearest within 45° of it, else the nearest on that side.
pub fn neighbour(definition: &Definition, from: Rect, direction: Direction) -> Option<StepId> {
    let start = from.center();
    let found = definition.steps.iter().filter_map(|step| {
        let center = rect(step).center();
        let (x, y) = (center.x - start.x, center.y - start.y);
        let (ahead, aside) = match direction {
            Direction::Left => (-x, y.abs()),
            Direction::Right => (x, y.abs()),
            Direction::Up => (-y, x.abs()),
            Direction::Down => (y, x.abs()),
        };
        // What lies straight ahead comes first, and of that the nearest.
        (0.5 < ahead).then_some((ahead < aside, ahead + aside, step.id))
    });
    let least = |one: &(bool, f64, StepId), other: &(bool, f64, StepId)| {
        one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)).then(one.2.cmp(&other.2))
    };
    found.min_by(least).map(|(.., id)| id)
}

/// What steps are brought in line by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they say it themselves")]
pub enum Line {
    Left,
    Center,
    Top,
    Middle,
}

impl Definition {
    /// Moves steps by so many px.
    pub fn shift(&mut self, steps: &BTreeSet<StepId>, x: i32, y: i32) {
        for step in self.steps.iter_mut().filter(|step| steps.contains(&step.id)) {
            if let Some(place) = &mut step.place {
                *place = place.moved(x, y);
            }
        }
    }

    /// Brings steps in line.
    pub fn align(&mut self, steps: &BTreeSet<StepId>, line: Line) {
        let meant = || self.steps.iter().filter(|step| steps.contains(&step.id)).map(rect);
        let Some(all) = meant().reduce(|one, other| one.union(other)) else { return };
        for step in self.steps.iter_mut().filter(|step| steps.contains(&step.id)) {
            let (drawn, Some(place)) = (rect(step), &mut step.place) else { continue };
            match line {
                Line::Left => place.x = whole(all.x),
                Line::Center => place.x = whole(all.center().x - drawn.width / 2.0),
                Line::Top => place.y = whole(all.y),
                Line::Middle => place.y = whole(all.center().y - drawn.height / 2.0),
            }
        }
    }

    /// Leaves the same gap between steps, from left to right or from top to bottom. The outermost stay.
    pub fn distribute(&mut self, steps: &BTreeSet<StepId>, upright: bool) {
        let span = |drawn: Rect| if upright { (drawn.y, drawn.height) } else { (drawn.x, drawn.width) };
        let mut meant: Vec<(StepId, (f64, f64))> = self
            .steps
            .iter()
            .filter(|step| steps.contains(&step.id))
            .map(|step| (step.id, span(rect(step))))
            .collect();
        meant.sort_by(|one, other| one.1.0.total_cmp(&other.1.0).then(one.0.cmp(&other.0)));
        let (Some((_, first)), Some((_, last))) = (meant.first().copied(), meant.last().copied()) else {
            return;
        };
        let sizes: f64 = meant.iter().map(|(_, (_, size))| size).sum();
        let Some(gaps) = meant.len().checked_sub(1).filter(|gaps| 1 < *gaps) else { return };
        let gap = (last.0 + last.1 - first.0 - sizes) / f64::from(u32::try_from(gaps).unwrap_or(u32::MAX));
        let mut at = first.0;
        let mut places = Vec::new();
        for (id, (_, size)) in meant {
            if let Some(place) = self.step(id).and_then(|step| step.place) {
                let moved =
                    if upright { Place { y: whole(at), ..place } } else { Place { x: whole(at), ..place } };
                places.push((id, moved));
            }
            at += size + gap;
        }
        self.put(&places);
    }

    /// Moves everything beyond a line by so many px: to the right of it, or below it.
    pub fn make_space(&mut self, upright: bool, line: f64, by: i32) {
        for step in &mut self.steps {
            let drawn = rect(step);
            let beyond = if upright { line <= drawn.y } else { line <= drawn.x };
            if let Some(place) = step.place.as_mut().filter(|_| beyond) {
                *place = if upright { place.moved(0, by) } else { place.moved(by, 0) };
            }
        }
    }
}
