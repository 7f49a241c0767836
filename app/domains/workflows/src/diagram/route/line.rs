//! A link of a drawing, with all that is known of it.

use std::borrow::Cow;

use super::{
    grid::Grid,
    labels::{self, Around, label_box},
    lanes::Track,
    plan::Plan,
    search::Job,
    settle::{Route, free, pieces},
    shape::{Path, Point, Rect, simplify},
};

/// The least distance from boxes that a line keeps when it is moved to its lane.
const TIGHT: f64 = 6.0;

/// A link, and how it runs.
#[derive(Debug, Clone)]
pub(super) struct Line<K> {
    pub(super) keys: (K, K),
    /// The numbers of its boxes.
    pub(super) ends: (usize, usize),
    pub(super) label: f64,
    pub(super) plan: Option<Plan>,
    /// Where it leaves and enters along the sides of its plan.
    pub(super) ports: (f64, f64),
    pub(super) route: Option<Route>,
    pub(super) path: Path,
    /// Whether it was routed while boxes were moved, and not since.
    pub(super) loose: bool,
    /// Whether it was routed since its path was taken over.
    pub(super) routed: bool,
    /// Whether its label has no place yet.
    pub(super) fresh: bool,
    /// All of its path and label.
    pub(super) bounds: Rect,
}

impl<K> Line<K> {
    /// Takes over a path that was moved to its lane, unless it comes too close to a box there, or the route as it is.
    /// Gives the path before if that was another.
    pub(super) fn take(&mut self, moved: Option<Vec<Point>>, grid: &Grid) -> Option<Path> {
        let route = self.route.as_ref()?;
        let routed = std::mem::replace(&mut self.routed, false);
        let points = match moved {
            // What was checked before and did not change needs no check.
            Some(points) if !routed && points == self.path.points => return None,
            Some(mut points) => {
                simplify(&mut points);
                job(grid, self.ends).is_some_and(|job| free(&job, &points, TIGHT)).then_some(points)
            }
            None => None,
        };
        if *points.as_ref().unwrap_or(&route.points) == self.path.points {
            return None;
        }
        let points = points.unwrap_or_else(|| route.points.clone());
        let label = self.path.label;
        Some(std::mem::replace(&mut self.path, Path { points, label }))
    }

    /// Places its label.
    pub(super) fn name(&mut self, number: usize, around: &Around) {
        self.fresh = false;
        self.path.label = labels::place(number, &self.path.points, self.label, around);
        self.bounds = self.path.bounds();
        if self.label > 0.0 {
            self.bounds = self.bounds.union(label_box(self.path.label, self.label));
        }
    }
}

/// A route that may be moved to its lane.
pub(super) fn track(route: &Route) -> Track<'_> {
    Track { points: Cow::Borrowed(&route.points), room: Some(&route.room) }
}

/// The points of a route that was moved.
pub(super) fn parted(track: Track) -> Option<Vec<Point>> {
    match track.points {
        Cow::Borrowed(_) => None,
        Cow::Owned(points) => Some(points),
    }
}

/// The pieces of lines, and which line each belongs to.
pub(super) fn index<'a, K: 'a>(lines: impl Iterator<Item = (usize, &'a Line<K>)>) -> (Grid, Vec<usize>) {
    let (mut all, mut owners) = (Vec::new(), Vec::new());
    for (number, line) in lines {
        all.extend(boxes(&line.path.points));
        owners.resize(all.len(), number);
    }
    (Grid::new(all), owners)
}

/// The boxes around each piece of a line.
pub(super) fn boxes(points: &[Point]) -> impl Iterator<Item = Rect> {
    pieces(points).map(|(a, b)| Rect::around(a, b))
}

pub(super) fn job(grid: &Grid, ends: (usize, usize)) -> Option<Job<'_>> {
    let rects = (*grid.boxes().get(ends.0)?, *grid.boxes().get(ends.1)?);
    Some(Job { grid, own: ends, rects })
}
