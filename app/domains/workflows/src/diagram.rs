//! A design as a drawing: how large its steps are, where they stand, and how ways run between them.
//!
//! Lengths are px. Everything here is pure; what the pointer does with it is the page's.

pub mod arrange;
pub mod fragment;
#[cfg(feature = "ssr")]
pub mod layout;
pub mod picture;
pub mod route;

use kernel::StepId;

use self::route::{Link, Node, Rect};
use crate::definition::{Definition, Place, StepDefinition};

/// How wide a step is.
pub const WIDTH: i32 = 188;
/// How high a step is where work goes on.
pub const HEIGHT: i32 = 54;
/// How high an end is.
pub const END_HEIGHT: i32 = 32;
/// How far apart steps stand below each other, so that the name of a way has room.
pub const GAP: i32 = 66;
/// What places are multiples of, when somebody drags.
pub const GRID: i32 = 10;

/// How wide and how high a step is drawn. An end is as wide as its name.
pub fn size(step: &StepDefinition) -> (i32, i32) {
    if step.ends { ((text_width(&step.name, 13) + 46).clamp(80, WIDTH), END_HEIGHT) } else { (WIDTH, HEIGHT) }
}

/// Where a step is drawn.
pub fn rect(step: &StepDefinition) -> Rect {
    let (width, height) = size(step);
    let place = step.place.unwrap_or(Place { x: 0, y: 0 });
    Rect { x: place.x.into(), y: place.y.into(), width: width.into(), height: height.into() }
}

/// How wide the name of a way is drawn, with room at both ends; 0 without a name.
pub fn label_width(name: &str) -> i32 {
    if name.is_empty() { 0 } else { (text_width(name, 11) + 12).min(180) }
}

/// Roughly how wide a text is in the interface's font at so many px.
pub fn text_width(text: &str, size: i32) -> i32 {
    // Hundredths of the size, estimated: wide enough for Inter at weight 530.
    let widths = text.chars().map(|letter| match letter {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' => 27,
        ' ' | 'f' | 'r' | 't' | '(' | ')' | '-' | '/' => 37,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 90,
        letter if letter.is_uppercase() => 69,
        _ => 59,
    });
    widths.sum::<i32>() * size / 100
}

/// A whole number of px.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a drawing is small, and `as` saturates"
)]
pub fn whole(length: f64) -> i32 {
    (length + 0.5).floor() as i32
}

/// The steps as the router takes them.
pub fn nodes(definition: &Definition) -> impl Iterator<Item = Node<StepId>> {
    definition.steps.iter().map(|step| Node { key: step.id, rect: rect(step) })
}

/// The ways as the router takes them.
pub fn links(definition: &Definition) -> impl Iterator<Item = Link<StepId>> {
    let link = |way: &crate::definition::TransitionDefinition| Link {
        from: way.from,
        to: way.to,
        label: label_width(&way.name).into(),
    };
    definition.transitions.iter().map(link)
}

impl Definition {
    /// Puts steps at these places.
    pub fn put(&mut self, places: &[(StepId, Place)]) {
        let places: std::collections::BTreeMap<_, _> = places.iter().copied().collect();
        for step in &mut self.steps {
            step.place = places.get(&step.id).copied().or(step.place);
        }
    }

    /// Finds a place for each step that has none, below the one before it in order. What stands there makes room.
    pub fn settle(&mut self) {
        while let Some(index) = self.steps.iter().position(|step| step.place.is_none()) {
            let before = index.checked_sub(1).and_then(|index| self.steps.get(index));
            let wanted = before.map_or(Place { x: 0, y: 0 }, |before| {
                let (place, (_, height)) = (before.place.unwrap_or(Place { x: 0, y: 0 }), size(before));
                Place { y: place.moved(0, height + GAP).y.next_multiple_of_grid(), ..place }
            });
            self.make_room(wanted);
            if let Some(step) = self.steps.get_mut(index) {
                step.place = Some(wanted);
            }
        }
    }

    /// Puts a step beside those that the ways out of another one lead to, behind the last of them.
    pub fn stand_beside(&mut self, from: StepId, id: StepId) {
        let targets: Vec<StepId> = self.ways_out(from).map(|way| way.to).collect();
        let siblings = self.steps.iter().filter(|step| targets.contains(&step.id));
        let Some(mut place) = siblings.filter_map(|step| step.place).max_by_key(|place| place.x) else {
            return;
        };
        loop {
            place = place.moved(WIDTH + GAP, 0);
            let wanted =
                Rect { x: place.x.into(), y: place.y.into(), width: WIDTH.into(), height: HEIGHT.into() };
            let placed = self.steps.iter().filter(|step| step.place.is_some());
            if !placed.into_iter().any(|step| rect(step).overlaps(wanted)) {
                break;
            }
        }
        if let Some(step) = self.steps.iter_mut().find(|step| step.id == id) {
            step.place = Some(place);
        }
    }

    /// Moves everything that stands at a place or below it down by a step, if a step would not fit there.
    pub fn make_room(&mut self, at: Place) {
        let wanted = Rect { x: at.x.into(), y: at.y.into(), width: WIDTH.into(), height: HEIGHT.into() };
        let placed = || self.steps.iter().filter(|step| step.place.is_some());
        if !placed().any(|step| rect(step).overlaps(wanted.grown(20.0))) {
            return;
        }
        for step in &mut self.steps {
            let bottom = rect(step).bottom();
            if let Some(place) = step.place.as_mut().filter(|_| wanted.y < bottom) {
                *place = place.moved(0, HEIGHT + GAP);
            }
        }
    }
}

trait Grid {
    /// The first multiple of the grid that is not below it.
    fn next_multiple_of_grid(self) -> Self;
}

impl Grid for i32 {
    fn next_multiple_of_grid(self) -> Self {
        let over = self.rem_euclid(GRID);
        if over == 0 { self } else { self.saturating_add(GRID - over) }
    }
}

/// Where steps stand best: all of them, or only some, which then stay about where they were.
#[cfg(feature = "ssr")]
pub fn arranged(
    definition: &Definition,
    only: Option<&std::collections::BTreeSet<StepId>>,
) -> Vec<(StepId, Place)> {
    let is_meant = |id: StepId| only.is_none_or(|only| only.contains(&id));
    let meant = || definition.steps.iter().filter(|step| is_meant(step.id));
    let tiles: Vec<_> = meant()
        .map(|step| {
            let (width, height) = size(step);
            layout::Tile { key: step.id, width, height }
        })
        .collect();
    let ways = definition.transitions.iter().filter(|way| is_meant(way.from) && is_meant(way.to));
    let edges: Vec<_> =
        ways.map(|way| layout::Edge { from: way.from, to: way.to, back: way.rework }).collect();
    // Where the top left corner of the arranged part is to be.
    let places = || meant().filter_map(|step| step.place);
    let rest = || definition.steps.iter().filter(|step| !is_meant(step.id) && step.place.is_some());
    let left = places().map(|place| place.x).min();
    let top = places().map(|place| place.y).min();
    let below = rest().map(|step| whole(rect(step).bottom()) + GAP).max().unwrap_or(0);
    let origin = (
        left.or_else(|| rest().filter_map(|step| step.place).map(|place| place.x).min()).unwrap_or(0),
        top.unwrap_or(below.next_multiple_of_grid()),
    );
    let found = layout::arrange(&tiles, &edges).into_iter();
    found.map(|(id, (x, y))| (id, Place { x: origin.0, y: origin.1 }.moved(x, y))).collect()
}
