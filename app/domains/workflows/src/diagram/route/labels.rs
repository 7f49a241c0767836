//! Finds places for labels along their lines.

use super::{
    LABEL_HEIGHT,
    grid::Grid,
    ports::count,
    settle::pieces,
    shape::{Point, Rect, Side, length},
};

/// How far labels stay away from each other and from boxes.
const AIR: f64 = 2.0;
/// How far a label stays away from the ends of its piece.
const END: f64 = 6.0;
/// How bad it is to cover another label, a box or another line, against a pixel away from the middle.
const COVERS: [f64; 3] = [100_000.0, 10_000.0, 300.0];
/// How bad it is to be closer to another label than looks good.
const CLOSE: f64 = 30.0;
/// How much longer an upright piece must be than a level one with room for the label to be taken instead.
const LEVEL: f64 = 1.5;
/// As many places to each side of the middle are tried.
const TRIES: usize = 10;

/// The box of a label.
pub(super) fn label_box(at: Point, width: f64) -> Rect {
    Rect { x: at.x - width / 2.0, y: at.y - LABEL_HEIGHT / 2.0, width, height: LABEL_HEIGHT }
}

/// What a label should not cover.
#[derive(Debug)]
pub(super) struct Around<'a> {
    /// The boxes.
    pub(super) nodes: &'a Grid,
    /// The labels that have their places.
    pub(super) labels: &'a Grid,
    /// The pieces of all lines.
    pub(super) pieces: &'a Grid,
    /// Which line each piece belongs to.
    pub(super) owners: &'a [usize],
}

/// The place of a label on its line.
pub(super) fn place(line: usize, points: &[Point], width: f64, around: &Around) -> Point {
    if width <= 0.0
        && let Some((a, b)) = pieces(points).max_by(|a, b| length(a.0, a.1).total_cmp(&length(b.0, b.1)))
    {
        return Point { x: (a.x + b.x) / 2.0, y: (a.y + b.y) / 2.0 };
    }
    let mut order: Vec<(f64, Point, Point)> = pieces(points)
        .map(|(a, b)| {
            let long = length(a, b);
            let level = !Side::between(a, b).upright();
            let fits = long >= 2.0 * END + if level { width } else { LABEL_HEIGHT };
            (if level && fits { long * LEVEL } else { long }, a, b)
        })
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let Some((longest, a, b)) = order.first().copied() else {
        return points.first().copied().unwrap_or_default();
    };
    let middle = Point { x: (a.x + b.x) / 2.0, y: (a.y + b.y) / 2.0 };
    let mut best = (f64::INFINITY, middle);
    // Where there is no place besides another label, one at a corner or at the end of the line must do.
    for end in [END, -width.max(LABEL_HEIGHT)] {
        for (worth, a, b) in &order {
            let upright = Side::between(*a, *b).upright();
            let needs = if upright { LABEL_HEIGHT } else { width };
            let half = length(*a, *b) / 2.0;
            let room = (half - needs / 2.0 - end).min(half).max(0.0);
            // Pieces that are shorter cost a little more, so that a label only leaves the longest for a reason.
            let piece = (longest - worth).min(200.0);
            let step = (LABEL_HEIGHT / 2.0 + AIR).max(room / count(TRIES));
            let mut off = 0.0;
            while off <= room {
                for way in [-1.0, 1.0] {
                    let (x, y) = ((a.x + b.x) / 2.0, (a.y + b.y) / 2.0);
                    let at =
                        if upright { Point { x, y: y + way * off } } else { Point { x: x + way * off, y } };
                    if off + piece < best.0 {
                        let cost = off + piece + covers(line, label_box(at, width), around);
                        if cost < best.0 {
                            best = (cost, at);
                        }
                    }
                }
                off = if off < room { (off + step).min(room) } else { room + 1.0 };
            }
            if best.0 < piece {
                break;
            }
        }
        if best.0 < COVERS.first().copied().unwrap_or(0.0) {
            break;
        }
    }
    best.1
}

/// How bad it is what a label covers.
fn covers(line: usize, label: Rect, around: &Around) -> f64 {
    let [labels, nodes, lines] = COVERS;
    let mut cost = 0.0;
    let air = label.grown(AIR - 0.01);
    around.labels.visit(air, |_, other| {
        let share = share(label, other);
        cost += if share > 0.0 { labels * (1.0 + share) } else { CLOSE };
    });
    around.nodes.visit(air, |_, other| cost += nodes * (1.0 + share(air, other)));
    let mut before = usize::MAX;
    around.pieces.visit(label, |piece, _| {
        if let Some(owner) = around.owners.get(piece)
            && *owner != line
            && *owner != before
        {
            before = *owner;
            cost += lines;
        }
    });
    cost
}

/// How much of a box another one covers.
fn share(of: Rect, by: Rect) -> f64 {
    let width = of.right().min(by.right()) - of.x.max(by.x);
    let height = of.bottom().min(by.bottom()) - of.y.max(by.y);
    (width.max(0.0) * height.max(0.0)) / (of.width * of.height).max(1.0)
}
