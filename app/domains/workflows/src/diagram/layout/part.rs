//! One part of a diagram: its layers in order and in the middle.
#![expect(clippy::indexing_slicing, reason = "every place counts vectors that are made here for all of them")]

use std::collections::BTreeMap;
use std::thread;

use rust_sugiyama::configure::{Config, CrossingMinimization, RankingType};
use rust_sugiyama::from_vertices_and_edges;

use super::{Flow, GRID, LAYER_GAP, TILE_GAP};

/// Half of the lane of a line that passes a layer, in px.
const LANE: i64 = 10;
/// As many places of lines that pass layers are made: so many, and so many more for each tile. Where there are more, the
/// longest lines get none.
const LANES_MAX: (usize, usize) = (200, 3);
/// Up to so many places neighbours are swapped as well, which is thorough and slow.
const SWAP_MAX: usize = 300;
/// How often the layers are centred in each manner.
const SWEEPS: usize = 8;
/// The room for the calls of the crate in each other, in bytes: it descends by recursion.
const STACK: usize = 64 << 20;
/// How much more a tile counts than a line that passes.
const WEIGHT: i64 = 64;

/// A part that hangs together. Its nodes are its tiles and, behind them, the places where long lines pass a layer.
pub(super) struct Part {
    /// How many of the nodes are tiles.
    tiles: usize,
    /// Half the space that a node takes, with its share of the gap.
    reach: Vec<i64>,
    /// The nodes of each layer from left to right.
    pub(super) layers: Vec<Vec<usize>>,
    above: Vec<Vec<usize>>,
    below: Vec<Vec<usize>>,
}

impl Part {
    /// The part in order, ready to be centred.
    pub(super) fn new(members: &[usize], flow: &Flow, sizes: &[(i64, i64)]) -> Part {
        let tiles = members.len();
        let widest = members.iter().map(|&tile| sizes[tile].0).max().unwrap_or(0);
        // The narrower ones get some room in which the grid has a place right below the middle of the widest.
        let room = |width| up_to(if width < widest { width + GRID } else { width }, 2 * GRID);
        let reach = members.iter().map(|&tile| (room(sizes[tile].0) + TILE_GAP) / 2).collect();
        let node: BTreeMap<usize, usize> =
            members.iter().enumerate().map(|(node, &tile)| (tile, node)).collect();
        let depth = members.iter().map(|&tile| flow.layer[tile] + 1).max().unwrap_or(0);
        let mut part = Part {
            tiles,
            reach,
            layers: vec![Vec::new(); depth],
            above: vec![Vec::new(); tiles],
            below: vec![Vec::new(); tiles],
        };
        let mut lines = Vec::new();
        for (from, &tile) in members.iter().enumerate() {
            part.layers[flow.layer[tile]].push(from);
            lines.extend(
                flow.below[tile].iter().map(|to| (flow.layer[*to] - flow.layer[tile], from, node[to])),
            );
        }
        // Short lines first, so that the longest are those that there is no place for.
        lines.sort_by_key(|line| line.0);
        for (span, from, to) in lines {
            if part.reach.len() + span > tiles + LANES_MAX.0 + LANES_MAX.1 * tiles {
                break;
            }
            let top = flow.layer[members[from]];
            let mut last = from;
            for layer in top + 1..top + span {
                let lane = part.reach.len();
                part.reach.push(LANE);
                part.above.push(Vec::new());
                part.below.push(Vec::new());
                part.layers[layer].push(lane);
                part.link(last, lane);
                last = lane;
            }
            part.link(last, to);
        }
        part.order();
        part
    }

    fn link(&mut self, from: usize, to: usize) {
        self.below[from].push(to);
        self.above[to].push(from);
    }

    /// Orders the layers so that few lines cross. Without an answer of the crate they stay as they are.
    fn order(&mut self) {
        if self.layers.iter().all(|layer| layer.len() < 2) {
            return;
        }
        let mut level = vec![0; self.reach.len()];
        for (at, layer) in self.layers.iter().enumerate() {
            layer.iter().for_each(|&node| level[node] = at);
        }
        // The crate hangs whatever nothing leads to into the first layer: a chain of its own holds it down.
        let held = |node: &usize| level[*node] > 0 && self.above[*node].is_empty();
        let chain = (0..self.reach.len()).filter(held).map(|node| level[node]).max().unwrap_or(0);
        let nodes = self.reach.len();
        let mut links: Vec<(usize, usize)> = (1..chain).map(|at| (nodes + at - 1, nodes + at)).collect();
        links.extend((0..nodes).filter(held).map(|node| (nodes + level[node] - 1, node)));
        // It follows the ways from the last to the first.
        links.extend((0..nodes).flat_map(|node| self.below[node].iter().rev().map(move |&to| (node, to))));
        let id = |node: usize| u32::try_from(node).unwrap_or(u32::MAX);
        let links: Vec<(u32, u32)> = links.into_iter().map(|(from, to)| (id(from), id(to))).collect();
        let nodes: Vec<(u32, (f64, f64))> = (0..nodes + chain).map(|node| (id(node), (1.0, 1.0))).collect();
        let config = Config {
            ranking_type: RankingType::Up,
            c_minimization: CrossingMinimization::Barycenter,
            transpose: nodes.len() <= SWAP_MAX,
            ..Config::default()
        };
        let work = move || from_vertices_and_edges(&nodes, &links, &config);
        let Ok(thread) = thread::Builder::new().stack_size(STACK).spawn(work) else { return };
        let Ok(found) = thread.join() else { return };
        let mut place = vec![(0, 0.0); level.len()];
        for (nth, (nodes, _, _)) in found.into_iter().enumerate() {
            for (node, (x, _)) in nodes {
                if let Some(place) = place.get_mut(node) {
                    *place = (nth, x);
                }
            }
        }
        for layer in &mut self.layers {
            layer.sort_by(|&a, &b| place[a].0.cmp(&place[b].0).then(place[a].1.total_cmp(&place[b].1)));
        }
    }

    /// Half the width that a node takes.
    pub(super) fn half(&self, node: usize) -> i64 {
        if node < self.tiles { self.reach[node] - TILE_GAP / 2 } else { LANE }
    }

    /// The middle of each node.
    pub(super) fn centre(&self) -> Vec<i64> {
        let mut x = vec![0; self.reach.len()];
        for layer in &self.layers {
            self.settle(layer, &mut x, |_, _| None);
        }
        for _ in 0..SWEEPS {
            for layer in &self.layers {
                self.settle(layer, &mut x, |node, x| self.middle(&self.above[node], x));
            }
            for layer in self.layers.iter().rev() {
                self.settle(layer, &mut x, |node, x| self.middle(&self.below[node], x));
            }
        }
        for _ in 0..SWEEPS {
            for layer in &self.layers {
                self.settle(layer, &mut x, |node, x| {
                    match (self.middle(&self.above[node], x), self.middle(&self.below[node], x)) {
                        (Some(above), Some(below)) => Some((above + below) / 2),
                        (above, below) => above.or(below),
                    }
                });
            }
        }
        self.straighten(&mut x);
        x.iter().map(|x| (x + GRID / 2).div_euclid(GRID) * GRID).collect()
    }

    /// Puts the nodes that should stand in one column there, as far as there is room, and centres the columns.
    fn straighten(&self, x: &mut [i64]) {
        let mut place = vec![(0, 0); x.len()];
        for (at, layer) in self.layers.iter().enumerate() {
            layer.iter().enumerate().for_each(|(nth, &node)| place[node] = (at, nth));
        }
        let room = |column: &[usize], x: &[i64]| {
            column.iter().fold((i64::MIN, i64::MAX), |(low, high), &node| {
                let (layer, nth) = (&self.layers[place[node].0], place[node].1);
                let left = nth.checked_sub(1).map(|nth| layer[nth]);
                let gap = |other: usize| self.reach[node] + self.reach[other];
                let least = left.map_or(low, |other| low.max(x[other] + gap(other)));
                (least, layer.get(nth + 1).map_or(high, |&other| high.min(x[other] - gap(other))))
            })
        };
        let mut open = self.columns(&place);
        open.sort_by_key(Vec::len);
        let mut columns = Vec::new();
        while let Some(mut column) = open.pop() {
            let (low, high) = room(&column, x);
            if low > high {
                open.push(column.split_off(column.len() / 2));
                open.push(column);
                continue;
            }
            let mut at: Vec<i64> = column.iter().map(|&node| x[node]).collect();
            at.sort_unstable();
            column.iter().for_each(|&node| x[node] = at[at.len() / 2].clamp(low, high));
            columns.push(column);
        }
        for column in columns.iter().cycle().take(columns.len() * SWEEPS) {
            let above = column.first().and_then(|&node| self.middle(&self.above[node], x));
            let below = column.last().and_then(|&node| self.middle(&self.below[node], x));
            let wish = match (above, below) {
                (Some(above), Some(below)) => (above + below) / 2,
                (above, below) => above.or(below).unwrap_or(x[column[0]]),
            };
            let (low, high) = room(column, x);
            column.iter().for_each(|&node| x[node] = wish.clamp(low, high));
        }
    }

    /// All nodes, those together that should stand below each other: the middle one of an odd number of ways out, if
    /// its middle way in comes from there.
    fn columns(&self, place: &[(usize, usize)]) -> Vec<Vec<usize>> {
        let main = |nodes: &[usize]| {
            let tiles = nodes.iter().any(|&node| node < self.tiles);
            let mut nodes: Vec<usize> =
                nodes.iter().copied().filter(|&node| !tiles || node < self.tiles).collect();
            nodes.sort_by_key(|&node| place[node]);
            nodes.get(nodes.len() / 2).copied().filter(|_| nodes.len() % 2 == 1)
        };
        let mut done = vec![false; place.len()];
        let mut columns = Vec::new();
        for &start in self.layers.iter().flatten() {
            let mut column = Vec::new();
            let mut next = Some(start).filter(|&node| !done[node]);
            while let Some(node) = next {
                done[node] = true;
                column.push(node);
                next = main(&self.below[node]).filter(|&below| main(&self.above[below]) == Some(node));
            }
            columns.extend(Some(column).filter(|column| !column.is_empty()));
        }
        columns
    }

    /// The median of some nodes. Tiles outweigh lines that pass.
    fn middle(&self, nodes: &[usize], x: &[i64]) -> Option<i64> {
        let mut at: Vec<i64> = nodes.iter().filter(|&&node| node < self.tiles).map(|&node| x[node]).collect();
        if at.is_empty() {
            at = nodes.iter().map(|&node| x[node]).collect();
        }
        at.sort_unstable();
        let half = at.len() / 2;
        Some((at.get(half)? + at.get((at.len() - 1) / 2)?) / 2)
    }

    /// Moves the nodes of a layer as near to their wishes as their order and their reach let them, by pooling those
    /// that press against each other.
    fn settle(&self, layer: &[usize], x: &mut [i64], wish: impl Fn(usize, &[i64]) -> Option<i64>) {
        let mut offset = 0;
        let mut last = 0;
        let mut pools: Vec<(i64, i64, usize)> = Vec::new();
        let mut offsets = Vec::new();
        for &node in layer {
            if !offsets.is_empty() {
                offset += last + self.reach[node];
            }
            last = self.reach[node];
            offsets.push(offset);
            let weight = if node < self.tiles { WEIGHT } else { 1 };
            let mut pool = ((wish(node, x).unwrap_or(x[node]) - offset) * weight, weight, 1);
            while let Some(&(sum, weight, count)) = pools.last() {
                if sum * pool.1 < pool.0 * weight {
                    break;
                }
                pool = (pool.0 + sum, pool.1 + weight, pool.2 + count);
                pools.pop();
            }
            pools.push(pool);
        }
        let places = pools.iter().flat_map(|&(sum, weight, count)| {
            std::iter::repeat_n((2 * sum + weight).div_euclid(2 * weight), count)
        });
        for ((&node, offset), place) in layer.iter().zip(offsets).zip(places) {
            x[node] = place + offset;
        }
    }

    /// The upper edge of each tile. Those of a layer are centred on one line.
    pub(super) fn tops(&self, members: &[usize], sizes: &[(i64, i64)]) -> Vec<i64> {
        let mut tops = vec![0; members.len()];
        let mut top = 0;
        for layer in &self.layers {
            let tiles = || layer.iter().copied().filter(|&node| node < members.len());
            let height = tiles().map(|node| sizes[members[node]].1).max().unwrap_or(0);
            for node in tiles() {
                tops[node] = top + (height - sizes[members[node]].1) / (2 * GRID) * GRID;
            }
            top += up_to(height + LAYER_GAP, GRID);
        }
        tops
    }
}

/// The next multiple of a step.
fn up_to(px: i64, step: i64) -> i64 {
    (px + step - 1).div_euclid(step) * step
}
