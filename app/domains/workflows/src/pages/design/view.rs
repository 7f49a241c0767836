//! Which part of a drawing is seen, and how large.

use crate::diagram::{
    route::{Point, Rect},
    whole,
};

/// The smallest and the largest scale.
const SCALES: (f64, f64) = (0.1, 4.0);
/// Below this scale nobody can read a name.
const FAR: f64 = 0.4;
/// How much room is left around what is brought into view, in px of the screen.
const MARGIN: f64 = 40.0;
/// How high the tools at the bottom are.
const TOOLS: f64 = 44.0;
/// How high the row above them is, in a frame of at most this width, as the style sheet has it.
const ZOOM: f64 = 56.0;
const NARROW: f64 = 640.0;

/// How high the part of a frame of this size is that no tools lie over.
fn free_height(size: (f64, f64)) -> f64 {
    size.1 - TOOLS - if size.0 <= NARROW { ZOOM } else { 0.0 }
}

/// A view of a drawing: a point of the drawing is seen at itself times the scale, plus the offset.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// The offset from the left, in px of the screen.
    pub x: f64,
    /// The offset from the top, in px of the screen.
    pub y: f64,
    /// How much larger the drawing is seen.
    pub scale: f64,
}

impl View {
    /// Where something on the screen is in the drawing.
    pub fn to_drawing(self, at: Point) -> Point {
        Point { x: (at.x - self.x) / self.scale, y: (at.y - self.y) / self.scale }
    }

    /// Where something in the drawing is on the screen.
    pub fn to_screen(self, at: Point) -> Point {
        Point { x: at.x * self.scale + self.x, y: at.y * self.scale + self.y }
    }

    /// The part of the drawing that a frame of this size shows.
    pub fn area(self, size: (f64, f64)) -> Rect {
        let corner = self.to_drawing(Point { x: 0.0, y: 0.0 });
        Rect { x: corner.x, y: corner.y, width: size.0 / self.scale, height: size.1 / self.scale }
    }

    /// Moved by so many px of the screen.
    pub fn moved(self, x: f64, y: f64) -> Self {
        View { x: self.x + x, y: self.y + y, ..self }
    }

    /// At another scale, with this point of the screen where it is.
    pub fn zoomed(self, at: Point, scale: f64) -> Self {
        let scale = scale.clamp(SCALES.0, SCALES.1);
        let fixed = self.to_drawing(at);
        View { x: at.x - fixed.x * scale, y: at.y - fixed.y * scale, scale }
    }

    /// Shows all of a rectangle in the middle of a frame, above the tools, at most in its own size.
    pub fn fitting(bounds: Rect, size: (f64, f64)) -> Self {
        let height = free_height(size);
        let room = |size: f64| (size - 2.0 * MARGIN).max(1.0);
        let scale = (room(size.0) / bounds.width.max(1.0)).min(room(height) / bounds.height.max(1.0));
        let scale = scale.clamp(SCALES.0, 1.0);
        let center = bounds.center();
        View { x: size.0 / 2.0 - center.x * scale, y: height / 2.0 - center.y * scale, scale }
    }

    /// The least movement after which a frame of this size shows a rectangle above the tools, which is left alone where it is seen.
    pub fn showing(self, rect: Rect, size: (f64, f64)) -> Self {
        let by = |start: f64, end: f64, size: f64| {
            if start < MARGIN {
                MARGIN - start
            } else if size - MARGIN < end {
                (size - MARGIN - end).max(MARGIN - start)
            } else {
                0.0
            }
        };
        let start = self.to_screen(Point { x: rect.x, y: rect.y });
        let end = self.to_screen(Point { x: rect.right(), y: rect.bottom() });
        self.moved(by(start.x, end.x, size.0), by(start.y, end.y, free_height(size)))
    }

    /// Whether names are too small to be read.
    pub fn is_far(self) -> bool {
        self.scale < FAR
    }

    /// As style sheets write it.
    pub fn transform(self) -> String {
        format!("translate({}px, {}px) {}", whole(self.x), whole(self.y), scale(self.scale))
    }

    /// What gives something in the drawing its own size again.
    pub fn unscaled(self) -> String {
        scale(1.0 / self.scale)
    }
}

/// Fractions of px blur the text, and writing them costs the client several kB.
fn scale(factor: f64) -> String {
    let thousandths = whole(factor * 1_000.0);
    let (ones, rest) = (thousandths / 1_000, thousandths % 1_000);
    format!("scale({ones}.{rest:03})")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn views() -> impl Strategy<Value = View> {
        (-1e4..1e4, -1e4..1e4, 0.1..4.0).prop_map(|(x, y, scale)| View { x, y, scale })
    }

    proptest! {
        #[test]
        fn zooming_leaves_the_point_under_the_pointer(view in views(), x in 0.0..1e3, y in 0.0..1e3, to in 0.01..9.0) {
            let at = Point { x, y };
            let zoomed = view.zoomed(at, to);
            let (before, after) = (view.to_drawing(at), zoomed.to_drawing(at));
            prop_assert!((before.x - after.x).abs() < 1e-6 && (before.y - after.y).abs() < 1e-6);
            prop_assert!((0.1..=4.0).contains(&zoomed.scale));
        }

        #[test]
        fn what_is_brought_into_view_is_seen(view in views(), x in -1e4..1e4, y in -1e4..1e4) {
            let rect = Rect { x, y, width: 188.0, height: 54.0 };
            let size = (1_000.0, 800.0);
            let seen = view.showing(rect, size);
            let again = seen.showing(rect, size);
            prop_assert!((again.x - seen.x).abs() < 1e-6 && (again.y - seen.y).abs() < 1e-6);
            prop_assert!(seen.area(size).grown(0.01).contains(rect.center()));
        }

        #[test]
        fn all_of_a_drawing_fits(x in -1e4..1e4, y in -1e4..1e4, width in 1.0..5e3, height in 1.0..5e3) {
            let bounds = Rect { x, y, width, height };
            let area = View::fitting(bounds, (1_000.0, 800.0)).area((1_000.0, 800.0)).grown(0.01);
            let far = Point { x: x + width, y: y + height };
            let fits = area.contains(Point { x, y }) && area.contains(far);
            prop_assert!(fits);
        }
    }

    #[test]
    fn a_view_is_written_without_a_dot_too_many() {
        assert_eq!(View { x: -3.6, y: 10.2, scale: 1.0 }.transform(), "translate(-4px, 10px) scale(1.000)");
        let far = View { x: 0.0, y: 0.0, scale: 0.25 };
        assert_eq!(far.transform(), "translate(0px, 0px) scale(0.250)");
        assert_eq!(far.unscaled(), "scale(4.000)");
    }
}
