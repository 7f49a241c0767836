//! Where the ways of a diagram run: right-angled lines between boxes, around the boxes in between.
//!
//! Nothing here knows of workflows or of the browser. A link is routed in four stages, each of which only depends on
//! the one before, so that a change gives the same drawing as drawing everything anew:
//!
//! 1. A plan: the sides that it leaves and enters at, found by a search around the boxes in its way.
//! 2. Its ports: all links at one side of a box are spread along it, in the order in which they turn away.
//! 3. Its route from port to port, with every piece moved to the middle of the free room around it.
//! 4. Its lane: pieces of several links that run on the same line are moved apart, and labels get their places.
//!
//! The first and the third are kept until a box moves near them. The others are quick, and done for all links.

mod drawing;
mod grid;
mod labels;
mod lanes;
mod line;
mod plan;
mod ports;
mod search;
mod settle;
mod shape;

pub use drawing::Drawing;
pub use shape::{Path, Point, Rect};

/// A box of the diagram.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node<K> {
    /// What it stands for.
    pub key: K,
    /// Where it is.
    pub rect: Rect,
}

/// A line from one box to another. There is one at most for each direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link<K> {
    /// The box that it leaves.
    pub from: K,
    /// The box that it enters.
    pub to: K,
    /// The width of its label; 0 for none.
    pub label: f64,
}

/// How far lines stay away from boxes where there is room.
const CLEARANCE: f64 = 12.0;
/// How far lines that run beside each other are apart where there is room.
const LANE: f64 = 10.0;
/// The height of a label.
const LABEL_HEIGHT: f64 = 16.0;
