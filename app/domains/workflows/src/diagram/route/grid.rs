//! Which boxes are near: buckets of the plane, each with the boxes that reach into it.

use super::shape::Rect;

/// The side of a bucket in a usual diagram.
const SIZE: f64 = 256.0;
/// Boxes that reach into more buckets than this are looked at always.
const WIDE: usize = 64;

/// Boxes by their numbers, found by where they are.
#[derive(Debug, Clone, Default)]
pub(super) struct Grid {
    boxes: Vec<Rect>,
    left: f64,
    top: f64,
    size: f64,
    columns: usize,
    rows: usize,
    cells: Vec<Vec<usize>>,
    wide: Vec<usize>,
}

/// The first and last column, and the first and last row of buckets.
type Range = (usize, usize, usize, usize);

impl Grid {
    /// The buckets for all of these boxes, numbered from 0.
    pub(super) fn new(boxes: Vec<Rect>) -> Grid {
        let mut grid = Grid::around(boxes.iter().copied().reduce(|all, one| all.union(one)), boxes.len());
        for (number, rect) in boxes.iter().enumerate() {
            grid.put(number, *rect);
        }
        grid.boxes = boxes;
        grid
    }

    /// Empty buckets for about so many boxes in an area.
    pub(super) fn around(area: Option<Rect>, count: usize) -> Grid {
        let area = area.unwrap_or_default();
        let mut grid = Grid { left: area.x, top: area.y, size: SIZE, ..Grid::default() };
        loop {
            grid.columns = whole(area.width / grid.size) + 1;
            grid.rows = whole(area.height / grid.size) + 1;
            // Few boxes that are far apart get larger buckets.
            if grid.columns.saturating_mul(grid.rows) <= 4 * count + 64 {
                break;
            }
            grid.size *= 2.0;
        }
        grid.cells = vec![Vec::new(); grid.columns * grid.rows];
        grid
    }

    /// The boxes by their numbers.
    pub(super) fn boxes(&self) -> &[Rect] {
        &self.boxes
    }

    /// Adds a box with the next number.
    pub(super) fn push(&mut self, rect: Rect) {
        self.put(self.boxes.len(), rect);
        self.boxes.push(rect);
    }

    /// Moves a box.
    pub(super) fn shift(&mut self, number: usize, rect: Rect) {
        let Some(before) = self.boxes.get(number).copied() else { return };
        match self.range(before) {
            None => self.wide.retain(|one| *one != number),
            Some(range) => {
                for cell in cells(range, self.columns) {
                    if let Some(cell) = self.cells.get_mut(cell) {
                        cell.retain(|one| *one != number);
                    }
                }
            }
        }
        self.put(number, rect);
        if let Some(place) = self.boxes.get_mut(number) {
            *place = rect;
        }
    }

    /// Calls for each box that shares a point with an area, once.
    pub(super) fn visit(&self, area: Rect, mut seen: impl FnMut(usize, Rect)) {
        let (left, right, top, bottom) = self.reach(area);
        if (right - left + 1) * (bottom - top + 1) > self.boxes.len() {
            for (number, rect) in self.boxes.iter().enumerate() {
                if rect.overlaps(area) {
                    seen(number, *rect);
                }
            }
            return;
        }
        for number in &self.wide {
            if let Some(rect) = self.boxes.get(*number)
                && rect.overlaps(area)
            {
                seen(*number, *rect);
            }
        }
        for row in top..=bottom {
            for column in left..=right {
                let Some(cell) = self.cells.get(row * self.columns + column) else { continue };
                for number in cell {
                    let Some(rect) = self.boxes.get(*number) else { continue };
                    // A box in several buckets counts in the first of those that are looked at.
                    if rect.overlaps(area)
                        && self.column(rect.x).max(left) == column
                        && self.row(rect.y).max(top) == row
                    {
                        seen(*number, *rect);
                    }
                }
            }
        }
    }

    /// Whether a box that `counts` shares a point with an area.
    pub(super) fn any(&self, area: Rect, counts: impl Fn(usize) -> bool) -> bool {
        let mut any = false;
        self.visit(area, |number, _| any |= counts(number));
        any
    }

    fn put(&mut self, number: usize, rect: Rect) {
        match self.range(rect) {
            None => self.wide.push(number),
            Some(range) => {
                for cell in cells(range, self.columns) {
                    if let Some(cell) = self.cells.get_mut(cell) {
                        cell.push(number);
                    }
                }
            }
        }
    }

    /// The buckets of a box, or none if they are too many.
    fn range(&self, rect: Rect) -> Option<Range> {
        let (left, right, top, bottom) = self.reach(rect);
        ((right - left + 1) * (bottom - top + 1) <= WIDE).then_some((left, right, top, bottom))
    }

    fn reach(&self, rect: Rect) -> Range {
        (self.column(rect.x), self.column(rect.right()), self.row(rect.y), self.row(rect.bottom()))
    }

    fn column(&self, x: f64) -> usize {
        whole((x - self.left) / self.size).min(self.columns.saturating_sub(1))
    }

    fn row(&self, y: f64) -> usize {
        whole((y - self.top) / self.size).min(self.rows.saturating_sub(1))
    }
}

fn cells((left, right, top, bottom): Range, columns: usize) -> impl Iterator<Item = usize> {
    (top..=bottom).flat_map(move |row| (left..=right).map(move |column| row * columns + column))
}

/// The whole part of a number; 0 for negative ones.
#[expect(clippy::as_conversions, reason = "std has no other way, and this one saturates")]
fn whole(number: f64) -> usize {
    number as usize
}
