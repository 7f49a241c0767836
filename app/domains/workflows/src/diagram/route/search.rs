//! The shortest way with few corners around the boxes in between.
//!
//! It is searched for on a sparse grid of lines along the borders of boxes. Only boxes that an earlier attempt ran
//! into are in it, so that it stays small however large the diagram is: a way that is best around some of the boxes,
//! and runs into none of the others, is best around all.

use std::{cmp::Ordering, collections::BinaryHeap};

use super::{
    CLEARANCE,
    grid::Grid,
    shape::{Point, Rect, Side, bounds, length, simplify},
};

/// As much length a corner is worth.
const BEND: f64 = 50.0;
/// As many attempts that ran into further boxes are followed by another.
const ATTEMPTS: usize = 40;
/// As many steps one attempt may take.
const STEPS: usize = 120_000;
/// The distances from boxes to try: less where boxes are close together.
const CLEARANCES: [f64; 3] = [CLEARANCE, 5.0, 1.0];
/// A line beside a box is this little longer than one in the middle between two boxes, so that a tie goes to that.
const EDGE: f64 = 1.0005;

/// Where a way may begin or end.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    /// The place on the border.
    pub(super) point: Point,
    /// The side that it is on.
    pub(super) side: Side,
    /// How much length is as bad as this end.
    pub(super) cost: f64,
}

/// What to search for.
#[derive(Debug)]
pub(super) struct Job<'a> {
    /// All boxes.
    pub(super) grid: &'a Grid,
    /// The numbers of the boxes at both ends.
    pub(super) own: (usize, usize),
    /// Where they are.
    pub(super) rects: (Rect, Rect),
}

/// A way that was found, with the ends that it uses.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) points: Vec<Point>,
    pub(super) start: usize,
    pub(super) goal: usize,
}

/// What a link needs to know of its surroundings.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// Boxes that were in the way.
    pub(super) walls: Vec<Rect>,
    /// The area that was looked at: while nothing changes there, the way stays the same.
    pub(super) area: Option<Rect>,
}

impl Seen {
    /// Remembers that an area was looked at.
    pub(super) fn look(&mut self, area: Rect) {
        self.area = Some(self.area.map_or(area, |before| before.union(area)));
    }
}

/// A place on the way that is to be looked at, the most promising first.
#[derive(Debug, PartialEq)]
struct Open {
    total: f64,
    cost: f64,
    state: usize,
}

impl Eq for Open {}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .total
            .total_cmp(&self.total)
            .then(self.cost.total_cmp(&other.cost))
            .then(other.state.cmp(&self.state))
    }
}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The memory of a search, which the next one uses again.
#[derive(Debug, Clone, Default)]
pub(super) struct Search {
    xs: Vec<f64>,
    ys: Vec<f64>,
    /// Lines in the middle between boxes.
    calm: [Vec<f64>; 2],
    /// Whether the edge to the right (1) and the one downwards (2) of a crossing run through a box.
    blocked: Vec<u8>,
    /// The least cost of each crossing and heading, and where it came from.
    best: Vec<(f64, usize)>,
    walls: Vec<Rect>,
}

impl Search {
    /// The best way from one of the starts to one of the goals around all boxes, if there is any.
    pub(super) fn route(
        &mut self,
        job: &Job,
        starts: &[End],
        goals: &[End],
        seen: &mut Seen,
    ) -> Option<Found> {
        let (from, to) = job.rects;
        let (across, down) = from.gaps(to);
        for level in CLEARANCES {
            let clear = level.min(across.max(down) / 2.0);
            if clear <= 0.0 {
                return None;
            }
            self.walls.clear();
            self.walls.extend([from.grown(clear), to.grown(clear)]);
            self.walls.extend(seen.walls.iter().map(|wall| wall.grown(clear)));
            for _ in 0..ATTEMPTS {
                let Some(found) = self.find(job, starts, goals, clear) else { break };
                seen.look(bounds(&found.points).grown(CLEARANCE));
                let known = seen.walls.len();
                for piece in found.points.windows(2) {
                    let [a, b] = piece else { continue };
                    job.grid.visit(Rect::around(*a, *b).grown(clear - 0.01), |number, rect| {
                        if number != job.own.0 && number != job.own.1 && !seen.walls.contains(&rect) {
                            seen.walls.push(rect);
                        }
                    });
                }
                if seen.walls.len() == known {
                    return Some(found);
                }
                self.walls.extend(seen.walls.iter().skip(known).map(|wall| wall.grown(clear)));
            }
        }
        None
    }

    /// The best way that may run through all boxes but those at its ends.
    pub(super) fn straight_through(&mut self, job: &Job, starts: &[End], goals: &[End]) -> Option<Found> {
        let (across, down) = job.rects.0.gaps(job.rects.1);
        let clear = CLEARANCE.min(across.max(down) / 2.0);
        self.walls.clear();
        self.walls.extend([job.rects.0.grown(clear), job.rects.1.grown(clear)]);
        if clear > 0.0 { self.find(job, starts, goals, clear) } else { None }
    }

    /// The best way around the walls.
    fn find(&mut self, job: &Job, starts: &[End], goals: &[End], clear: f64) -> Option<Found> {
        self.lay(job, starts, goals, clear);
        let goals_at: Vec<(Point, Option<usize>)> = goals
            .iter()
            .map(|goal| goal.side.ahead(goal.point, clear))
            .map(|point| (point, self.crossing(point)))
            .collect();
        let states = self.xs.len() * self.ys.len() * 4;
        self.best.clear();
        self.best.resize(states + goals.len(), (f64::INFINITY, usize::MAX));
        let mut open = BinaryHeap::new();
        let rest = |at: Point, heading: Side| {
            let each = goals.iter().zip(&goals_at).map(|(goal, (stub, _))| {
                length(at, *stub) + goal.cost + BEND * bends(at, heading, *stub, goal.side.opposite())
            });
            each.fold(f64::INFINITY, f64::min)
        };
        for start in starts {
            let stub = start.side.ahead(start.point, clear);
            let Some(crossing) = self.crossing(stub) else { continue };
            let state = crossing * 4 + start.side.index();
            if let Some(best) = self.best.get_mut(state)
                && start.cost < best.0
            {
                *best = (start.cost, usize::MAX);
                open.push(Open { total: start.cost + rest(stub, start.side), cost: start.cost, state });
            }
        }
        for _ in 0..STEPS {
            let Open { cost, state, .. } = open.pop()?;
            if state >= states {
                return self.trace(state, state - states, starts, goals, clear);
            }
            if self.best.get(state).is_none_or(|best| cost > best.0) {
                continue;
            }
            let (crossing, heading) = (state / 4, Side::at(state));
            for (number, (goal, (_, at))) in goals.iter().zip(&goals_at).enumerate() {
                if *at == Some(crossing) && heading != goal.side {
                    let turn = if heading == goal.side.opposite() { 0.0 } else { BEND };
                    let cost = cost + turn + goal.cost;
                    if self.improve(states + number, cost, state) {
                        open.push(Open { total: cost, cost, state: states + number });
                    }
                }
            }
            for turn in [0, 1, 3] {
                let heading = Side::at(state + turn);
                let Some((next, step)) = self.step(crossing, heading) else { continue };
                let cost = cost + step + if turn == 0 { 0.0 } else { BEND };
                let state_next = next * 4 + heading.index();
                if self.improve(state_next, cost, state) {
                    let Some(at) = self.place(next) else { continue };
                    open.push(Open { total: cost + rest(at, heading), cost, state: state_next });
                }
            }
        }
        None
    }

    /// Lays the lines, and marks what the walls block.
    fn lay(&mut self, job: &Job, starts: &[End], goals: &[End], clear: f64) {
        let (from, to) = job.rects;
        let [calm_x, calm_y] = &mut self.calm;
        for lines in [&mut *calm_x, &mut *calm_y, &mut self.xs, &mut self.ys] {
            lines.clear();
        }
        let (across, down) = from.gaps(to);
        if across > 0.0 {
            calm_x.push((from.right().min(to.right()) + from.x.max(to.x)) / 2.0);
        }
        if down > 0.0 {
            calm_y.push((from.bottom().min(to.bottom()) + from.y.max(to.y)) / 2.0);
        }
        for end in starts.iter().chain(goals) {
            let stub = end.side.ahead(end.point, clear);
            self.xs.push(stub.x);
            self.ys.push(stub.y);
            if end.side.upright() { calm_x.push(stub.x) } else { calm_y.push(stub.y) }
        }
        self.xs.extend(calm_x.iter());
        self.ys.extend(calm_y.iter());
        for wall in &self.walls {
            self.xs.extend([wall.x, wall.right()]);
            self.ys.extend([wall.y, wall.bottom()]);
        }
        for lines in [&mut self.xs, &mut self.ys] {
            // Adding 0 turns -0 into 0, which is not the same in the order of all numbers.
            lines.iter_mut().for_each(|line| *line += 0.0);
            lines.sort_unstable_by(f64::total_cmp);
            lines.dedup();
        }
        self.blocked.clear();
        self.blocked.resize(self.xs.len() * self.ys.len(), 0);
        for wall in &self.walls {
            let (left, right) = inside(&self.xs, wall.x, wall.right());
            let (top, bottom) = inside(&self.ys, wall.y, wall.bottom());
            for row in top.saturating_sub(1)..bottom {
                for column in left.saturating_sub(1)..right {
                    if let Some(mark) = self.blocked.get_mut(row * self.xs.len() + column) {
                        *mark |= u8::from(row >= top) | (u8::from(column >= left) << 1);
                    }
                }
            }
        }
    }

    /// The crossing at a point.
    fn crossing(&self, point: Point) -> Option<usize> {
        let column = self.xs.binary_search_by(|x| x.total_cmp(&(point.x + 0.0))).ok()?;
        let row = self.ys.binary_search_by(|y| y.total_cmp(&(point.y + 0.0))).ok()?;
        Some(row * self.xs.len() + column)
    }

    /// The point of a crossing.
    fn place(&self, crossing: usize) -> Option<Point> {
        let (row, column) = (crossing / self.xs.len(), crossing % self.xs.len());
        Some(Point { x: *self.xs.get(column)?, y: *self.ys.get(row)? })
    }

    /// The next crossing ahead, and how much it costs to go there.
    fn step(&self, crossing: usize, heading: Side) -> Option<(usize, f64)> {
        let columns = self.xs.len();
        let column = crossing % columns;
        let (next, edge, mark) = match heading {
            Side::Top => (crossing.checked_sub(columns)?, crossing.checked_sub(columns)?, 2),
            Side::Right if column + 1 < columns => (crossing + 1, crossing, 1),
            Side::Bottom => (crossing + columns, crossing, 2),
            Side::Left if column > 0 => (crossing - 1, crossing - 1, 1),
            Side::Right | Side::Left => return None,
        };
        if *self.blocked.get(edge)? & mark != 0 {
            return None;
        }
        let (from, to) = (self.place(crossing)?, self.place(next)?);
        let [calm_x, calm_y] = &self.calm;
        let calm = if heading.upright() { calm_x.contains(&from.x) } else { calm_y.contains(&from.y) };
        Some((next, length(from, to) * if calm { 1.0 } else { EDGE }))
    }

    /// Remembers a cost if it is less than before.
    fn improve(&mut self, state: usize, cost: f64, from: usize) -> bool {
        match self.best.get_mut(state) {
            Some(best) if cost < best.0 => {
                *best = (cost, from);
                true
            }
            _ => false,
        }
    }

    /// The way that led to a goal.
    fn trace(&self, last: usize, goal: usize, starts: &[End], goals: &[End], clear: f64) -> Option<Found> {
        let mut points = vec![goals.get(goal)?.point];
        let mut state = self.best.get(last)?.1;
        let mut first = state;
        while state != usize::MAX {
            points.push(self.place(state / 4)?);
            first = state;
            state = self.best.get(state)?.1;
        }
        let stub = self.place(first / 4)?;
        let start = starts.iter().position(|start| {
            start.side.index() == first % 4 && start.side.ahead(start.point, clear) == stub
        })?;
        points.push(starts.get(start)?.point);
        points.reverse();
        simplify(&mut points);
        Some(Found { points, start, goal })
    }
}

/// The lines that are truly between two others.
fn inside(lines: &[f64], from: f64, to: f64) -> (usize, usize) {
    (lines.partition_point(|line| *line <= from), lines.partition_point(|line| *line < to))
}

/// As few corners it takes at least to arrive at a point with a heading.
fn bends(from: Point, heading: Side, to: Point, into: Side) -> f64 {
    if heading == into {
        let (aside, ahead) = match heading {
            Side::Top => (to.x - from.x, from.y - to.y),
            Side::Right => (to.y - from.y, to.x - from.x),
            Side::Bottom => (to.x - from.x, to.y - from.y),
            Side::Left => (to.y - from.y, from.x - to.x),
        };
        if aside == 0.0 && ahead >= 0.0 { 0.0 } else { 2.0 }
    } else if heading == into.opposite() {
        2.0
    } else {
        1.0
    }
}
