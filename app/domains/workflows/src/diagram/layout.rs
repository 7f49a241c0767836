//! Where the boxes of a diagram stand: in layers, from top to bottom.
//!
//! The layers are found here, so that the first box stays on top and ways back do not count. The crate
//! `rust-sugiyama` then orders each layer so that few lines cross. Its coordinates are not used: the boxes are
//! centred here, which keeps chains straight, honours the grid and never lets two of them overlap.
#![expect(clippy::indexing_slicing, reason = "every place counts vectors that are made here for all of them")]

mod part;

use std::collections::{BTreeMap, BTreeSet};

use part::Part;

/// The least space between a layer and the next, in px. Labels stand there.
pub const LAYER_GAP: i64 = 66;
/// The least space between two boxes of a layer, in px.
pub const TILE_GAP: i64 = 60;
/// The least space between two parts that nothing connects, in px.
pub const PART_GAP: i64 = 80;
/// Corners are multiples of this, in px.
pub const GRID: i64 = 10;
/// The largest side that a box may have, in px.
const SIDE_MAX: i32 = 1_000_000;

/// One box to place: its key and its size in px.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile<K> {
    /// What it stands for.
    pub key: K,
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
}

/// A connection. One that leads `back` does not pull its target down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge<K> {
    /// Where it starts.
    pub from: K,
    /// Where it leads.
    pub to: K,
    /// Whether it leads back.
    pub back: bool,
}

/// Where the boxes stand: the top left corner of each, in the order of the tiles. The first one is on top unless
/// something leads down to it. Parts that nothing connects stand beside each other.
pub fn arrange<K: Copy + Ord>(tiles: &[Tile<K>], edges: &[Edge<K>]) -> Vec<(K, (i32, i32))> {
    let (ways, parts) = connect(tiles, edges);
    let flow = Flow::new(tiles.len(), &ways);
    let sizes: Vec<(i64, i64)> = tiles.iter().map(|tile| (side(tile.width), side(tile.height))).collect();
    let mut corners = vec![(0, 0); tiles.len()];
    let mut left = 0;
    for members in parts {
        let part = Part::new(&members, &flow, &sizes);
        let (x, y) = (part.centre(), part.tops(&members, &sizes));
        let edges = || {
            part.layers.iter().flatten().map(|&node| (x[node] - part.half(node), x[node] + part.half(node)))
        };
        let start = edges().map(|edge| edge.0).min().unwrap_or(0);
        let end = edges().map(|edge| edge.1).max().unwrap_or(0);
        // The grid moves a box a little out of the middle of its place: all as far as the widest, if they can.
        let spare = |node: usize| 2 * part.half(node) - sizes[members[node]].0;
        let inset = |node: usize, twice: i64| {
            let steps = (spare(node) + twice + GRID).div_euclid(2 * GRID);
            steps.clamp(0, spare(node) / GRID) * GRID
        };
        let widest = (0..members.len()).max_by_key(|&node| sizes[members[node]].0);
        let off = widest.map_or(0, |node| 2 * inset(node, 0) - spare(node));
        for (node, &tile) in members.iter().enumerate() {
            corners[tile] = (left + x[node] - part.half(node) - start + inset(node, off), y[node]);
        }
        left += end - start + PART_GAP;
    }
    let first = corners.iter().map(|corner| corner.0).min().unwrap_or(0);
    let corner = |(x, y): (i64, i64)| {
        (i32::try_from(x - first).unwrap_or(i32::MAX), i32::try_from(y).unwrap_or(i32::MAX))
    };
    tiles.iter().zip(corners).map(|(tile, at)| (tile.key, corner(at))).collect()
}

/// A side to count with.
fn side(px: i32) -> i64 {
    i64::from(px.clamp(0, SIDE_MAX))
}

/// The ways that pull their target down, as places of tiles, and the parts that hang together. A way back counts,
/// turned round, only where nothing else connects its ends.
fn connect<K: Copy + Ord>(tiles: &[Tile<K>], edges: &[Edge<K>]) -> (Vec<(usize, usize)>, Vec<Vec<usize>>) {
    let places: BTreeMap<K, usize> =
        tiles.iter().enumerate().rev().map(|(at, tile)| (tile.key, at)).collect();
    let mut roots: Vec<usize> = (0..tiles.len()).collect();
    let mut seen = BTreeSet::new();
    let mut ways = Vec::new();
    for back in [false, true] {
        for edge in edges.iter().filter(|edge| edge.back == back) {
            let (Some(&from), Some(&to)) = (places.get(&edge.from), places.get(&edge.to)) else { continue };
            let (one, other) = (root(&mut roots, from), root(&mut roots, to));
            let turned = back && from != 0;
            if if back { one != other } else { from != to && seen.insert((from, to)) } {
                ways.push(if turned { (to, from) } else { (from, to) });
            }
            roots[one.max(other)] = one.min(other);
        }
    }
    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for tile in 0..tiles.len() {
        parts.entry(root(&mut roots, tile)).or_default().push(tile);
    }
    (ways, parts.into_values().collect())
}

/// The first tile of the part that a tile is in so far.
fn root(roots: &mut [usize], mut tile: usize) -> usize {
    while roots[tile] != tile {
        roots[tile] = roots[roots[tile]];
        tile = roots[tile];
    }
    tile
}

/// The ways without cycles, and the layer of each tile.
struct Flow {
    above: Vec<Vec<usize>>,
    below: Vec<Vec<usize>>,
    layer: Vec<usize>,
}

impl Flow {
    /// Leaves out the ways that close a cycle, as seen from the first tile, then from those that nothing leads to.
    fn new(tiles: usize, ways: &[(usize, usize)]) -> Flow {
        let mut next = vec![Vec::new(); tiles];
        let mut is_target = vec![false; tiles];
        for &(from, to) in ways {
            next[from].push(to);
            is_target[to] = true;
        }
        let mut flow =
            Flow { above: vec![Vec::new(); tiles], below: vec![Vec::new(); tiles], layer: vec![0; tiles] };
        let (mut entered, mut left, mut order) = (vec![false; tiles], vec![false; tiles], Vec::new());
        let starts = (0..tiles).filter(|&tile| tile == 0 || !is_target[tile]);
        for start in starts.chain(0..tiles) {
            let mut path = if entered[start] { Vec::new() } else { vec![(start, 0)] };
            entered[start] = true;
            while let Some((tile, way)) = path.last_mut() {
                let (from, to) = (*tile, next[*tile].get(*way).copied());
                *way += 1;
                let Some(to) = to else {
                    left[from] = true;
                    order.push(from);
                    path.pop();
                    continue;
                };
                if entered[to] && !left[to] {
                    continue;
                }
                flow.below[from].push(to);
                flow.above[to].push(from);
                if !entered[to] {
                    entered[to] = true;
                    path.push((to, 0));
                }
            }
        }
        flow.rank(&order);
        flow
    }

    /// Each tile goes right below the lowest that leads to it. One with more ways out than in then sinks as far as
    /// these let it, which makes them shorter. `order` has the targets first.
    fn rank(&mut self, order: &[usize]) {
        for &tile in order.iter().rev() {
            self.layer[tile] = self.above[tile].iter().map(|&from| self.layer[from] + 1).max().unwrap_or(0);
        }
        for &tile in order.iter().filter(|&&tile| tile != 0) {
            let lowest = self.below[tile].iter().map(|&to| self.layer[to] - 1).min();
            if let Some(layer) = lowest.filter(|_| self.above[tile].len() < self.below[tile].len()) {
                self.layer[tile] = layer;
            }
        }
    }
}
