//! Which sides a link leaves and enters at.
//!
//! The main flow runs downwards: a link to a box below leaves at the bottom and enters at the top, so that the sides
//! stay free for links that lead back.

use super::{
    CLEARANCE, LANE,
    search::{End, Job, Search, Seen},
    shape::{Point, Rect, Side, simplify},
};

/// As little height as a link needs to run down and across between two boxes.
const ROOM: f64 = 2.0 * CLEARANCE;
/// Two boxes with less height than this between them, and much more width, are beside each other.
const LOW: f64 = 60.0;
/// How bad it is to leave or enter at a side that is not meant for it.
const ODD: f64 = 200.0;
/// How bad it is to leave a box upwards or downwards to one beside it.
const AROUND: f64 = 60.0;
/// Lines run straight between two boxes where they share this part of the side at least, besides both corners.
const CORNER: f64 = 0.18;

/// The sides of a link, and about how it runs.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// The side that it leaves at.
    pub(super) leaves: Side,
    /// The side that it enters at.
    pub(super) enters: Side,
    /// Whether it runs around all boxes.
    pub(super) free: bool,
    /// How it would run if it had both sides to itself.
    pub(super) points: Vec<Point>,
    /// What it depends on.
    pub(super) seen: Seen,
}

/// How bad each side is to leave and to enter at, in the order of `Side::ALL`; none for never.
type Costs = ([Option<f64>; 4], [Option<f64>; 4]);

/// Plans a link.
pub(super) fn plan(search: &mut Search, job: &Job) -> Plan {
    let (from, to) = job.rects;
    let mut seen = Seen::default();
    let (leave, enter) = costs(from, to);
    let starts = ends(from, to, &leave);
    let goals = ends(to, from, &enter);
    let around = search.route(job, &starts, &goals, &mut seen);
    let free = around.is_some();
    let found = around.or_else(|| search.straight_through(job, &starts, &goals));
    let sides = found.as_ref().and_then(|found| Some((starts.get(found.start)?, goals.get(found.goal)?)));
    match (&found, sides) {
        (Some(found), Some((start, goal))) => {
            Plan { leaves: start.side, enters: goal.side, free, points: found.points.clone(), seen }
        }
        _ => {
            let (start, goal) = (from.port(Side::Top, from.center().x), to.port(Side::Right, to.center().y));
            let points = looped(from, to, start, goal);
            Plan { leaves: Side::Top, enters: Side::Right, free: false, points, seen }
        }
    }
}

/// The way between boxes that touch or overlap: around the upper right corner of both.
pub(super) fn looped(from: Rect, to: Rect, start: Point, goal: Point) -> Vec<Point> {
    let both = from.union(to);
    let (right, top) = (both.right() + CLEARANCE + LANE, both.y - CLEARANCE - LANE);
    let corner = Point { x: right, y: top };
    let mut points = vec![start, Point { x: start.x, ..corner }, corner, Point { y: goal.y, ..corner }, goal];
    simplify(&mut points);
    points
}

/// How far a port stays away from both corners of a side that is so long.
pub(super) fn corner(length: f64) -> f64 {
    (length * CORNER).min(CLEARANCE)
}

/// Where a straight line runs from a side of one box to the other box, if it can.
pub(super) fn aligned(from: Rect, to: Rect, side: Side) -> Option<f64> {
    let ((a, b), (c, d)) = (from.span(side), to.span(side));
    let (low, high) =
        ((a + corner(b - a)).max(c + corner(d - c)), (b - corner(b - a)).min(d - corner(d - c)));
    // A line in the middle of the smaller box looks best; between two of a kind it is in the middle of both.
    let (wide, narrow) = (b - a, d - c);
    let middle = match () {
        () if wide > narrow * 1.2 => (c + d) / 2.0,
        () if narrow > wide * 1.2 => (a + b) / 2.0,
        () => (a + b + c + d) / 4.0,
    };
    (low <= high).then(|| middle.clamp(low, high))
}

fn ends(of: Rect, other: Rect, costs: &[Option<f64>; 4]) -> Vec<End> {
    let each = Side::ALL.into_iter().zip(costs).filter_map(|(side, cost)| {
        let faces = match side {
            Side::Top => other.bottom() <= of.y,
            Side::Right => other.x >= of.right(),
            Side::Bottom => other.y >= of.bottom(),
            Side::Left => other.right() <= of.x,
        };
        let middle = if side.upright() { of.center().x } else { of.center().y };
        let at = if faces { aligned(of, other, side).unwrap_or(middle) } else { middle };
        Some(End { point: of.port(side, at), side, cost: (*cost)? })
    });
    each.collect()
}

/// How bad each side is for a link between two boxes.
fn costs(from: Rect, to: Rect) -> Costs {
    let (across, down) = from.gaps(to);
    let low = down < ROOM || (down < LOW && across > 4.0 * down);
    if low && across >= down {
        let (near, far) = if to.center().x >= from.center().x { (1, 3) } else { (3, 1) };
        let costs = |good: usize, bad: usize| {
            let mut costs = [Some(AROUND), None, Some(AROUND - 1.0), None];
            if let Some(cost) = costs.get_mut(good) {
                *cost = Some(0.0);
            }
            if let Some(cost) = costs.get_mut(bad) {
                *cost = Some(ODD);
            }
            costs
        };
        return (costs(near, far), costs(far, near));
    }
    if to.center().y >= from.center().y {
        ([None, Some(ODD), Some(0.0), Some(ODD + 1.0)], [Some(0.0), Some(ODD), None, Some(ODD + 1.0)])
    } else {
        ([Some(ODD), Some(0.0), None, Some(1.0)], [None, Some(0.0), Some(ODD), Some(1.0)])
    }
}
