//! Points, boxes and lines.

use std::fmt::Write;

use crate::diagram::whole;

/// The furthest that anything may be from the origin: sums of such numbers are still exact to less than a pixel.
const FAR: f64 = 1e9;

/// A place in the diagram, with y downwards.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// From left to right.
    pub x: f64,
    /// From top to bottom.
    pub y: f64,
}

impl Point {
    /// Which way a line goes from here to another point: -1, 0 or 1 along each axis.
    pub fn towards(self, to: Point) -> (f64, f64) {
        let sign = |by: f64| {
            if 0.0 < by {
                1.0
            } else if by < 0.0 {
                -1.0
            } else {
                0.0
            }
        };
        (sign(to.x - self.x), sign(to.y - self.y))
    }
}

/// A box with its sides along the axes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Its left side.
    pub x: f64,
    /// Its top.
    pub y: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
}

impl Rect {
    /// The smallest box around two points.
    pub fn around(a: Point, b: Point) -> Rect {
        Rect { x: a.x.min(b.x), y: a.y.min(b.y), width: (a.x - b.x).abs(), height: (a.y - b.y).abs() }
    }

    /// Its right side.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Its bottom.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// The point in its middle.
    pub fn center(&self) -> Point {
        Point { x: self.x + self.width / 2.0, y: self.y + self.height / 2.0 }
    }

    /// Whether a point is in it or on its border.
    pub fn contains(&self, point: Point) -> bool {
        point.x >= self.x && point.x <= self.right() && point.y >= self.y && point.y <= self.bottom()
    }

    /// Whether both share a point, on the border too.
    pub fn overlaps(&self, other: Rect) -> bool {
        self.x <= other.right()
            && other.x <= self.right()
            && self.y <= other.bottom()
            && other.y <= self.bottom()
    }

    /// The box that reaches further by so much to all sides.
    pub fn grown(&self, by: f64) -> Rect {
        let (width, height) = (self.width + 2.0 * by, self.height + 2.0 * by);
        Rect { x: self.x - by, y: self.y - by, width: width.max(0.0), height: height.max(0.0) }
    }

    /// The smallest box around both.
    pub fn union(&self, other: Rect) -> Rect {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let (right, bottom) = (self.right().max(other.right()), self.bottom().max(other.bottom()));
        Rect { x, y, width: right - x, height: bottom - y }
    }

    /// The box with numbers that can be reckoned with.
    pub(super) fn clean(&self) -> Rect {
        let clean = |number: f64| if number.is_finite() { number.clamp(-FAR, FAR) + 0.0 } else { 0.0 };
        Rect {
            x: clean(self.x),
            y: clean(self.y),
            width: clean(self.width).max(0.0),
            height: clean(self.height).max(0.0),
        }
    }

    /// How far the other box is away to the sides and up or down; negative where they overlap.
    pub(super) fn gaps(&self, other: Rect) -> (f64, f64) {
        let across = (other.x - self.right()).max(self.x - other.right());
        let down = (other.y - self.bottom()).max(self.y - other.bottom());
        (across, down)
    }

    /// The point of a side at a coordinate along it.
    pub(super) fn port(&self, side: Side, at: f64) -> Point {
        match side {
            Side::Top => Point { x: at, y: self.y },
            Side::Right => Point { x: self.right(), y: at },
            Side::Bottom => Point { x: at, y: self.bottom() },
            Side::Left => Point { x: self.x, y: at },
        }
    }

    /// Where a side begins and ends.
    pub(super) fn span(&self, side: Side) -> (f64, f64) {
        if side.upright() { (self.x, self.right()) } else { (self.y, self.bottom()) }
    }
}

/// A side of a box, and the heading of a line that leaves it straight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Top,
    Right,
    Bottom,
    Left,
}

impl Side {
    /// All of them, clockwise.
    pub(super) const ALL: [Side; 4] = [Side::Top, Side::Right, Side::Bottom, Side::Left];

    /// Its place in `ALL`.
    pub(super) fn index(self) -> usize {
        match self {
            Side::Top => 0,
            Side::Right => 1,
            Side::Bottom => 2,
            Side::Left => 3,
        }
    }

    /// The one at a place in `ALL`.
    pub(super) fn at(index: usize) -> Side {
        Side::ALL.get(index % 4).copied().unwrap_or(Side::Top)
    }

    /// The one across.
    pub(super) fn opposite(self) -> Side {
        Side::at(self.index() + 2)
    }

    /// Whether lines leave it upwards or downwards.
    pub(super) fn upright(self) -> bool {
        matches!(self, Side::Top | Side::Bottom)
    }

    /// The point so far ahead.
    pub(super) fn ahead(self, from: Point, by: f64) -> Point {
        match self {
            Side::Top => Point { y: from.y - by, ..from },
            Side::Right => Point { x: from.x + by, ..from },
            Side::Bottom => Point { y: from.y + by, ..from },
            Side::Left => Point { x: from.x - by, ..from },
        }
    }

    /// The heading from one point of an upright or level line to another.
    pub(super) fn between(from: Point, to: Point) -> Side {
        if (to.x - from.x).abs() >= (to.y - from.y).abs() {
            if to.x >= from.x { Side::Right } else { Side::Left }
        } else if to.y >= from.y {
            Side::Bottom
        } else {
            Side::Top
        }
    }
}

/// A line of upright and level pieces, from the border of one box to that of another.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Path {
    /// Its ends, and its corners in between.
    pub points: Vec<Point>,
    /// The middle of its label.
    pub label: Point,
}

impl Path {
    /// The `d` of an SVG path with rounded corners.
    pub fn svg(&self, radius: f64) -> String {
        let mut d = String::with_capacity(self.points.len() * 24);
        let Some(first) = self.points.first() else { return d };
        push(&mut d, 'M', &[*first]);
        for corner in self.points.windows(3) {
            let [before, at, after] = corner else { continue };
            let room = length(*before, *at).min(length(*at, *after)) / 2.0;
            let round = radius.clamp(0.0, room.max(0.0));
            if round < 0.05 {
                push(&mut d, 'L', &[*at]);
                continue;
            }
            push(&mut d, 'L', &[Side::between(*at, *before).ahead(*at, round)]);
            push(&mut d, 'Q', &[*at, Side::between(*at, *after).ahead(*at, round)]);
        }
        if let [_, .., last] = self.points.as_slice() {
            push(&mut d, 'L', &[*last]);
        }
        d
    }

    /// The `d` of the tip at its end.
    pub fn tip(&self) -> String {
        let mut ends = self.points.iter().rev();
        let (Some(tip), Some(before)) = (ends.next(), ends.next()) else { return String::new() };
        let (x, y) = before.towards(*tip);
        let base = Point { x: tip.x - 8.0 * x, y: tip.y - 8.0 * y };
        let point = |at: Point| format!("{} {}", whole(at.x), whole(at.y));
        let side = |by: f64| point(Point { x: base.x + by * y, y: base.y + by * x });
        format!("M{}L{}L{}Z", point(*tip), side(4.0), side(-4.0))
    }

    /// The smallest box around its points.
    pub fn bounds(&self) -> Rect {
        bounds(&self.points)
    }

    /// How far a point is away from the line.
    pub fn distance(&self, point: Point) -> f64 {
        let pieces = self.points.windows(2).filter_map(|piece| match piece {
            [a, b] => Some(Rect::around(*a, *b)),
            _ => None,
        });
        let only = self.points.first().map(|only| Rect::around(*only, *only));
        let away = pieces.chain(only).map(|piece| {
            let x = (piece.x - point.x).max(point.x - piece.right()).max(0.0);
            let y = (piece.y - point.y).max(point.y - piece.bottom()).max(0.0);
            x.hypot(y)
        });
        away.fold(f64::INFINITY, f64::min)
    }
}

/// The smallest box around points.
pub(super) fn bounds(points: &[Point]) -> Rect {
    let boxes = points.iter().map(|point| Rect::around(*point, *point));
    boxes.reduce(|all, one| all.union(one)).unwrap_or_default()
}

/// How far two points are apart along the axes.
pub(super) fn length(a: Point, b: Point) -> f64 {
    (a.x - b.x).abs() + (a.y - b.y).abs()
}

/// Takes away points that are on a straight line between others, and makes all pieces truly upright or level.
pub(super) fn simplify(points: &mut Vec<Point>) {
    let mut kept: Vec<Point> = Vec::with_capacity(points.len());
    for point in points.drain(..) {
        if kept.last().is_some_and(|last| length(*last, point) < 1e-6) && kept.len() > 1 {
            continue;
        }
        while let [.., before, last] = kept.as_slice() {
            let level = (before.y - last.y).abs() < 1e-6 && (last.y - point.y).abs() < 1e-6;
            let upright = (before.x - last.x).abs() < 1e-6 && (last.x - point.x).abs() < 1e-6;
            if !level && !upright {
                break;
            }
            kept.pop();
        }
        kept.push(point);
    }
    *points = kept;
    // What is almost in line is put in line; only the last point stays where it is as long as another can move.
    let last = points.len().saturating_sub(1);
    for number in 0..last {
        let (Some(a), Some(b)) = (points.get(number).copied(), points.get(number + 1).copied()) else {
            break;
        };
        let (place, to) = if number + 1 == last && number > 0 { (number, b) } else { (number + 1, a) };
        if let Some(point) = points.get_mut(place) {
            if Side::between(a, b).upright() { point.x = to.x } else { point.y = to.y }
        }
    }
}

/// Writes a letter of a path with its points, in whole px: fractions blur upright lines.
fn push(d: &mut String, letter: char, points: &[Point]) {
    d.push(letter);
    for (place, point) in points.iter().enumerate() {
        let space = if place == 0 { "" } else { " " };
        let written = write!(d, "{space}{} {}", whole(point.x), whole(point.y));
        debug_assert!(written.is_ok(), "writing to a string cannot fail");
    }
}
