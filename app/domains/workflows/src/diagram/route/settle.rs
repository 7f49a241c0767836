//! Moves the pieces of a route to the middle of the free room around them, and tells how much of it there is.

use super::{
    CLEARANCE,
    plan::{Plan, looped},
    search::{End, Job, Search, Seen},
    shape::{Point, Rect, Side, bounds, simplify},
};

/// How far to look for boxes beside a piece.
const LOOK: f64 = 90.0;
/// A piece between two boxes that are not further apart than this runs in the middle.
const NARROW: f64 = 90.0;
/// How far a piece stays away from a box where there is more room.
const AWAY: f64 = 24.0;

/// How a link runs from port to port, and how far each of its pieces may be moved.
#[derive(Debug, Clone, Default)]
pub(super) struct Route {
    /// Its ends and corners.
    pub(super) points: Vec<Point>,
    /// For each piece the least and greatest coordinate where it is free. The first and last piece stay where they are.
    pub(super) room: Vec<(f64, f64)>,
    /// The area that was looked at.
    pub(super) seen: Seen,
}

/// Routes a link between its ports.
pub(super) fn route(search: &mut Search, job: &Job, plan: &Plan, ports: (f64, f64)) -> Route {
    let (from, to) = job.rects;
    let (start, goal) = (from.port(plan.leaves, ports.0), to.port(plan.enters, ports.1));
    let mut seen = Seen { walls: plan.seen.walls.clone(), area: None };
    let starts = [End { point: start, side: plan.leaves, cost: 0.0 }];
    let goals = [End { point: goal, side: plan.enters, cost: 0.0 }];
    // A plan around all boxes is the best way between its own ends already.
    let planned = plan.free && plan.points.first() == Some(&start) && plan.points.last() == Some(&goal);
    let found = if planned {
        Some(plan.points.clone())
    } else {
        search.route(job, &starts, &goals, &mut seen).map(|found| found.points)
    };
    seen.walls = Vec::new();
    let Some(mut points) = found else {
        let through = search.straight_through(job, &starts, &goals).map(|found| found.points);
        let points = through.unwrap_or_else(|| looped(from, to, start, goal));
        let room = pieces(&points).map(|(a, b)| (across(a, b), across(a, b))).collect();
        return Route { points, room, seen };
    };
    let mut room = Vec::new();
    // A piece that is moved in line with another gives a shorter route, which is settled once more.
    for _ in 0..3 {
        room = settle(job, &mut points, &mut seen);
        let before = points.len();
        simplify(&mut points);
        if points.len() == before {
            break;
        }
    }
    room.resize(points.len().saturating_sub(1), (0.0, 0.0));
    for (room, (a, b)) in room.iter_mut().zip(pieces(&points)) {
        if across(a, b) < room.0 || across(a, b) > room.1 {
            *room = (across(a, b), across(a, b));
        }
    }
    Route { points, room, seen }
}

/// Whether a line stays so far away from all boxes but those at its ends, which it must not cross either.
pub(super) fn free(job: &Job, points: &[Point], clear: f64) -> bool {
    let last = points.len().saturating_sub(2);
    pieces(points).enumerate().all(|(number, (a, b))| {
        let piece = Rect::around(a, b);
        // Both ends touch their own box, and nothing else does.
        let touches = |own: bool, rect: Rect| own && rect.grown(-0.5).overlaps(piece);
        let (from, to) = job.rects;
        let own = touches(number > 0, from.grown(clear))
            || touches(number < last, to.grown(clear))
            || touches(number == 0, from)
            || touches(number == last, to);
        !own && !job.grid.any(piece.grown(clear), |other| other != job.own.0 && other != job.own.1)
    })
}

/// Both points of each piece.
pub(super) fn pieces(points: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    points.windows(2).filter_map(|piece| match piece {
        [a, b] => Some((*a, *b)),
        _ => None,
    })
}

/// The coordinate that all points of a piece share.
pub(super) fn across(a: Point, b: Point) -> f64 {
    if Side::between(a, b).upright() { a.x } else { a.y }
}

fn settle(job: &Job, points: &mut [Point], seen: &mut Seen) -> Vec<(f64, f64)> {
    let count = points.len().saturating_sub(1);
    let mut rooms = Vec::with_capacity(count);
    for number in 0..count {
        let (Some(a), Some(b)) = (points.get(number).copied(), points.get(number + 1).copied()) else {
            break;
        };
        let at = across(a, b);
        if number == 0 || number + 1 == count {
            rooms.push((at, at));
            continue;
        }
        let upright = Side::between(a, b).upright();
        let (low, high) = room(job, a, b, upright, seen);
        let (less, more) = (at - low.unwrap_or(at - LOOK), high.unwrap_or(at + LOOK) - at);
        let total = less + more;
        let away = match (low, high) {
            (Some(_), Some(_)) if total <= NARROW => total / 2.0,
            _ => AWAY.min(total / 2.0),
        };
        let to = at.max(at - less + away).min(at + more - away);
        let keep = CLEARANCE.min(total / 2.0);
        rooms.push((at - less + keep, at + more - keep));
        for place in [number, number + 1] {
            if let Some(point) = points.get_mut(place) {
                if upright { point.x = to } else { point.y = to }
            }
        }
    }
    rooms
}

/// The nearest borders of boxes on both sides of a piece.
fn room(job: &Job, a: Point, b: Point, upright: bool, seen: &mut Seen) -> (Option<f64>, Option<f64>) {
    let piece = Rect::around(a, b).grown(CLEARANCE - 0.1);
    let area = if upright {
        Rect { x: a.x - LOOK, width: 2.0 * LOOK, ..piece }
    } else {
        Rect { y: a.y - LOOK, height: 2.0 * LOOK, ..piece }
    };
    seen.look(bounds(&[Point { x: area.x, y: area.y }, Point { x: area.right(), y: area.bottom() }]));
    let (mut low, mut high): (Option<f64>, Option<f64>) = (None, None);
    job.grid.visit(area, |_, rect| {
        let (at, from, to) = if upright { (a.x, rect.x, rect.right()) } else { (a.y, rect.y, rect.bottom()) };
        if to <= at {
            low = Some(low.map_or(to, |before| before.max(to)));
        } else if from >= at {
            high = Some(high.map_or(from, |before| before.min(from)));
        } else {
            (low, high) = (Some(at), Some(at));
        }
    });
    (low, high)
}
