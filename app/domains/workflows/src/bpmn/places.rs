//! Where the steps of another program's diagram stand in ours, whose steps are wider.

use crate::{
    definition::{PLACE_MAX, Place},
    diagram::{GRID, HEIGHT, WIDTH, arrange::on_grid, whole},
};

/// How far apart steps stand beside and below each other at least.
const APART: i32 = 40;
/// As much a diagram is enlarged; in one that needs more its steps stand on each other.
const LARGEST: f64 = 3.0;

/// The middle of a shape.
pub(super) type Middle = (f64, f64);

/// The top left corner of a step of this size around the middle, as it is.
pub(super) fn around(middle: Middle, size: (i32, i32)) -> Place {
    let corner = |at: f64, size: i32| whole(at - f64::from(size) / 2.0).clamp(-PLACE_MAX, PLACE_MAX);
    Place { x: corner(middle.0, size.0), y: corner(middle.1, size.1) }
}

/// Places on the grid, from the top left corner on, with the diagram as much larger as its steps need to stand apart. None
/// where no size is enough.
pub(super) fn spread(middles: &[Middle], sizes: &[(i32, i32)]) -> Option<Vec<Place>> {
    let room = (f64::from(WIDTH + APART), f64::from(HEIGHT + APART));
    let mut factor = 1.0_f64;
    for (number, one) in middles.iter().enumerate() {
        for other in middles.iter().skip(number + 1) {
            let (x, y) = ((one.0 - other.0).abs(), (one.1 - other.1).abs());
            factor = factor.max((room.0 / x).min(room.1 / y));
        }
    }
    if LARGEST < factor {
        return None;
    }
    let least = |read: fn(&Middle) -> f64| middles.iter().map(read).fold(f64::INFINITY, f64::min);
    let (left, top) = (least(|middle| middle.0), least(|middle| middle.1));
    let placed = middles.iter().zip(sizes).map(|(middle, size)| {
        let corner = |at: f64, size: i32, full: i32| {
            on_grid(at * factor + f64::from(full - size) / 2.0).clamp(-PLACE_MAX, PLACE_MAX / GRID * GRID)
        };
        Place { x: corner(middle.0 - left, size.0, WIDTH), y: corner(middle.1 - top, size.1, HEIGHT) }
    });
    Some(placed.collect())
}
