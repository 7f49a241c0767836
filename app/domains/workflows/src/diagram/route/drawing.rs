//! The state of a drawing, and what is routed again when it changes.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    CLEARANCE, Link, Node,
    grid::Grid,
    labels::{Around, label_box},
    lanes::{self, Track},
    line::{Line, boxes, index, job, parted, track},
    plan,
    ports::{self, Wire},
    search::Search,
    settle::{self, pieces},
    shape::{Path, Point, Rect, bounds},
};

/// As many changed boxes are compared with each link; with more of them all links are routed again.
const CHANGES: usize = 64;
/// As many changes are compared with each label; with more of them all labels are placed again.
const NEAR: usize = 256;

/// Boxes, the links between them, and how those run.
#[derive(Debug, Clone)]
pub struct Drawing<K> {
    /// In order.
    keys: Vec<K>,
    /// The boxes, numbered like the keys.
    grid: Grid,
    /// In order of their keys.
    lines: Vec<Line<K>>,
    /// The lines at each box.
    touching: Vec<Vec<usize>>,
    /// Where boxes were at the last update that were moved since.
    moved: BTreeMap<usize, Rect>,
    /// Where lines were at the last update that were routed since.
    left: Vec<Rect>,
    search: Search,
}

impl<K: Copy + Ord> Default for Drawing<K> {
    fn default() -> Self {
        Drawing::new()
    }
}

impl<K: Copy + Ord> Drawing<K> {
    /// An empty drawing.
    pub fn new() -> Self {
        Drawing {
            keys: Vec::new(),
            grid: Grid::default(),
            lines: Vec::new(),
            touching: Vec::new(),
            moved: BTreeMap::new(),
            left: Vec::new(),
            search: Search::default(),
        }
    }

    /// Takes over the whole state, and routes what is affected by what is new, gone or moved. The result is the same
    /// as that of a new drawing. Links from a box to itself or to one that is not there are left out; of two things
    /// with the same key the last one counts.
    pub fn update(
        &mut self,
        nodes: impl IntoIterator<Item = Node<K>>,
        links: impl IntoIterator<Item = Link<K>>,
    ) {
        let mut changes = Vec::new();
        for (number, before) in std::mem::take(&mut self.moved) {
            changes.push(before);
            changes.extend(self.grid.boxes().get(number).copied());
        }
        let changed = self.take_nodes(nodes, &mut changes);
        let mut dirty = std::mem::take(&mut self.left);
        let changed = self.take_links(links, &mut dirty) || changed || !changes.is_empty();
        if !changed {
            return;
        }
        let all = changes.len() > CHANGES;
        for line in &mut self.lines {
            let near = |area: Option<Rect>| {
                all || area.is_some_and(|area| changes.iter().any(|change| change.overlaps(area)))
            };
            let ends = [line.ends.0, line.ends.1];
            let moved = std::mem::take(&mut line.loose)
                || ends
                    .iter()
                    .any(|end| self.grid.boxes().get(*end).is_some_and(|rect| changes.contains(rect)));
            if moved || line.plan.as_ref().is_some_and(|plan| near(plan.seen.area)) {
                (line.plan, line.route) = (None, None);
            }
            if line.route.as_ref().is_some_and(|route| near(route.seen.area)) {
                line.route = None;
            }
        }
        self.plan(0..self.lines.len());
        let nodes: Vec<usize> = (0..self.keys.len()).collect();
        self.ports(&nodes, 0..self.lines.len());
        self.route(0..self.lines.len());
        dirty.extend(&changes);
        self.part(&mut dirty);
        self.label(dirty);
    }

    /// Moves some boxes while somebody drags them, and routes the links that touch them, and those that make place for
    /// these at the same boxes. The others are routed again by the next update.
    pub fn shift(&mut self, moved: &[(K, Rect)]) {
        let mut nodes = Vec::new();
        for (key, rect) in moved {
            let Ok(number) = self.keys.binary_search(key) else { continue };
            let (Some(before), rect) = (self.grid.boxes().get(number).copied(), rect.clean()) else {
                continue;
            };
            if before != rect {
                self.moved.entry(number).or_insert(before);
                self.grid.shift(number, rect);
                nodes.push(number);
            }
        }
        let mut lines: Vec<usize> =
            nodes.iter().filter_map(|node| self.touching.get(*node)).flatten().copied().collect();
        lines.sort_unstable();
        lines.dedup();
        if lines.is_empty() {
            return;
        }
        for line in &lines {
            if let Some(line) = self.lines.get_mut(*line) {
                (line.plan, line.route) = (None, None);
                nodes.extend([line.ends.0, line.ends.1]);
            }
        }
        self.plan(lines.iter().copied());
        nodes.sort_unstable();
        nodes.dedup();
        let mut near: Vec<usize> =
            nodes.iter().filter_map(|node| self.touching.get(*node)).flatten().copied().collect();
        near.sort_unstable();
        near.dedup();
        self.ports(&nodes, near.iter().copied());
        near.retain(|line| self.lines.get(*line).is_some_and(|line| line.route.is_none()));
        self.route(near.iter().copied());
        self.part_some(&near);
    }

    /// Where a box is.
    pub fn rect(&self, key: K) -> Option<Rect> {
        self.grid.boxes().get(self.keys.binary_search(&key).ok()?).copied()
    }

    /// How the link from one box to another runs.
    pub fn path(&self, from: K, to: K) -> Option<&Path> {
        let place = self.lines.binary_search_by(|line| line.keys.cmp(&(from, to))).ok()?;
        self.lines.get(place).map(|line| &line.path)
    }

    /// All boxes.
    pub fn rects(&self) -> &[Rect] {
        self.grid.boxes()
    }

    /// How all links run.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.lines.iter().map(|line| &line.path)
    }

    /// The boxes that reach into an area, in order.
    pub fn nodes_within(&self, area: Rect) -> Vec<K> {
        let mut found = Vec::new();
        self.grid.visit(area, |number, _| found.extend(self.keys.get(number).copied()));
        found.sort_unstable();
        found
    }

    /// The links that reach into an area with their line or label, in order.
    pub fn links_within(&self, area: Rect) -> Vec<(K, K)> {
        let within = self.lines.iter().filter(|line| {
            line.bounds.overlaps(area)
                && (pieces(&line.path.points).any(|(a, b)| Rect::around(a, b).overlaps(area))
                    || line.label > 0.0 && label_box(line.path.label, line.label).overlaps(area))
        });
        within.map(|line| line.keys).collect()
    }

    /// The smallest box around everything; none for an empty drawing.
    pub fn bounds(&self) -> Option<Rect> {
        let lines = self.lines.iter().map(|line| line.bounds);
        self.grid.boxes().iter().copied().chain(lines).reduce(|all, one| all.union(one))
    }

    /// Takes over the boxes. Adds where those were and are that are new, gone or moved, and tells whether there are any.
    fn take_nodes(&mut self, nodes: impl IntoIterator<Item = Node<K>>, changes: &mut Vec<Rect>) -> bool {
        let mut nodes: Vec<(K, Rect)> = nodes.into_iter().map(|node| (node.key, node.rect.clean())).collect();
        nodes.sort_by_key(|node| node.0);
        nodes.dedup_by(|later, first| {
            if later.0 == first.0 {
                first.1 = later.1;
            }
            later.0 == first.0
        });
        let before = changes.len();
        let (mut old, mut new) =
            (self.keys.iter().zip(self.grid.boxes()).peekable(), nodes.iter().peekable());
        loop {
            match (old.peek(), new.peek()) {
                (None, None) => break,
                (Some((a, was)), Some((b, is))) if *a == b => {
                    if *was != is {
                        changes.extend([**was, *is]);
                    }
                    old.next();
                    new.next();
                }
                (Some((a, was)), other) if other.is_none_or(|(b, _)| *a < b) => {
                    changes.push(**was);
                    old.next();
                }
                (_, Some((_, is))) => {
                    changes.push(*is);
                    new.next();
                }
                (Some(_), None) => break,
            }
        }
        if changes.len() == before {
            return false;
        }
        let (keys, boxes) = nodes.into_iter().unzip();
        self.keys = keys;
        self.grid = Grid::new(boxes);
        true
    }

    /// Takes over the links, with what is known of those that stay. Tells whether anything changed.
    fn take_links(&mut self, links: impl IntoIterator<Item = Link<K>>, dirty: &mut Vec<Rect>) -> bool {
        let mut lines: Vec<Line<K>> = Vec::with_capacity(self.lines.len());
        for link in links {
            let ends = (self.keys.binary_search(&link.from), self.keys.binary_search(&link.to));
            let (Ok(from), Ok(to)) = ends else { continue };
            if from != to {
                let label = Rect { width: link.label, ..Rect::default() }.clean().width;
                let (plan, route, ports) = (None, None, (f64::NAN, f64::NAN));
                let (path, bounds) = (Path::default(), Rect::default());
                let (keys, ends) = ((link.from, link.to), (from, to));
                lines.push(Line {
                    keys,
                    ends,
                    label,
                    plan,
                    ports,
                    route,
                    path,
                    loose: false,
                    routed: false,
                    fresh: true,
                    bounds,
                });
            }
        }
        lines.sort_by_key(|line| line.keys);
        lines.dedup_by(|later, first| {
            if later.keys == first.keys {
                first.label = later.label;
            }
            later.keys == first.keys
        });
        let mut same = lines.len() == self.lines.len();
        let mut before = std::mem::take(&mut self.lines).into_iter().peekable();
        for line in &mut lines {
            while let Some(gone) = before.next_if(|old| old.keys < line.keys) {
                same = false;
                dirty.push(gone.bounds);
            }
            if let Some(old) = before.next_if(|old| old.keys == line.keys) {
                same &= old.label == line.label && old.ends == line.ends;
                let fresh = old.fresh || old.loose || old.label != line.label;
                if old.loose {
                    dirty.extend(boxes(&old.path.points));
                }
                if fresh {
                    dirty.push(label_box(old.path.label, old.label));
                }
                *line = Line { ends: line.ends, label: line.label, fresh, ..old };
            } else {
                same = false;
            }
        }
        for gone in before {
            same = false;
            dirty.push(gone.bounds);
        }
        self.lines = lines;
        if !same || self.touching.len() != self.keys.len() {
            self.touching = vec![Vec::new(); self.keys.len()];
            for (number, line) in self.lines.iter().enumerate() {
                for end in [line.ends.0, line.ends.1] {
                    if let Some(touching) = self.touching.get_mut(end) {
                        touching.push(number);
                    }
                }
            }
        }
        !same
    }

    /// Plans the lines that have no plan.
    fn plan(&mut self, lines: impl Iterator<Item = usize>) {
        for number in lines {
            if let Some(line) = self.lines.get_mut(number)
                && line.plan.is_none()
                && let Some(job) = job(&self.grid, line.ends)
            {
                line.plan = Some(plan::plan(&mut self.search, &job));
            }
        }
    }

    /// Places the ports of some lines at some boxes, and forgets the routes between ports that moved.
    fn ports(&mut self, nodes: &[usize], lines: impl Iterator<Item = usize>) {
        let mut ports: Vec<(f64, f64)> = self.lines.iter().map(|line| line.ports).collect();
        let wires: Vec<Wire> = lines
            .filter_map(|number| {
                let line = self.lines.get(number)?;
                Some(Wire { number, ends: line.ends, plan: line.plan.as_ref()? })
            })
            .collect();
        ports::place(self.grid.boxes(), &wires, nodes, &mut ports);
        for (line, ports) in self.lines.iter_mut().zip(ports) {
            if line.ports != ports {
                (line.ports, line.route) = (ports, None);
            }
        }
    }

    /// Routes the lines that have no route.
    fn route(&mut self, lines: impl Iterator<Item = usize>) {
        for number in lines {
            if let Some(line) = self.lines.get_mut(number)
                && line.route.is_none()
                && let Some(plan) = &line.plan
                && let Some(job) = job(&self.grid, line.ends)
            {
                line.routed = true;
                line.route = Some(settle::route(&mut self.search, &job, plan, line.ports));
            }
        }
    }

    /// Moves all lines to their lanes. Adds where lines were and are that changed.
    fn part(&mut self, dirty: &mut Vec<Rect>) {
        let parted = {
            let routed = self.lines.iter().filter_map(|line| line.route.as_ref());
            let mut tracks: Vec<Track> = routed.map(track).collect();
            lanes::part(&mut tracks);
            tracks.into_iter().map(parted).collect::<Vec<_>>()
        };
        let routed = self.lines.iter_mut().filter(|line| line.route.is_some());
        for (line, points) in routed.zip(parted) {
            if let Some(before) = line.take(points, &self.grid) {
                line.fresh = true;
                dirty.extend(boxes(&before.points));
                dirty.extend(boxes(&line.path.points));
            }
        }
    }

    /// Places the labels of lines that changed, or that are near a change.
    fn label(&mut self, mut dirty: Vec<Rect>) {
        let (pieces, owners) = index(self.lines.iter().enumerate());
        let mut placed = Grid::around(self.bounds(), self.lines.len());
        for (number, line) in self.lines.iter_mut().enumerate() {
            let reach = line.path.bounds().grown(line.label / 2.0 + 2.0 * CLEARANCE);
            let near = dirty.len() > NEAR || dirty.iter().any(|area| area.overlaps(reach));
            if line.fresh || near {
                let before = label_box(line.path.label, line.label);
                let around = Around { nodes: &self.grid, labels: &placed, pieces: &pieces, owners: &owners };
                line.name(number, &around);
                let after = label_box(line.path.label, line.label);
                if line.label > 0.0 && before != after {
                    dirty.extend([before, after]);
                }
            }
            if line.label > 0.0 {
                placed.push(label_box(line.path.label, line.label));
            }
        }
    }

    /// Moves some lines to lanes beside the others, which stay where they are, and places their labels.
    fn part_some(&mut self, some: &[usize]) {
        let routed = || some.iter().filter_map(|number| self.lines.get(*number)?.route.as_ref());
        let areas: Vec<Rect> = routed().map(|route| bounds(&route.points).grown(4.0 * CLEARANCE)).collect();
        let mut tracks: Vec<Track> = routed().map(track).collect();
        let mut near = Vec::new();
        for (number, line) in self.lines.iter().enumerate() {
            if some.binary_search(&number).is_err() && areas.iter().any(|area| area.overlaps(line.bounds)) {
                tracks.push(Track { points: Cow::Borrowed(&line.path.points), room: None });
                near.push(number);
            }
        }
        lanes::part(&mut tracks);
        let parted: Vec<Option<Vec<Point>>> = tracks.into_iter().take(some.len()).map(parted).collect();
        for (number, points) in some.iter().zip(parted) {
            let Some(line) = self.lines.get_mut(*number) else { continue };
            if !std::mem::replace(&mut line.loose, true) {
                self.left.extend(boxes(&line.path.points));
                self.left.push(label_box(line.path.label, line.label));
            }
            line.take(points, &self.grid);
        }
        let both = near.iter().chain(some);
        let (pieces, owners) = index(both.filter_map(|number| Some((*number, self.lines.get(*number)?))));
        let mut placed = Grid::around(areas.into_iter().reduce(|all, one| all.union(one)), near.len());
        for line in near.iter().filter_map(|number| self.lines.get(*number)).filter(|line| line.label > 0.0) {
            placed.push(label_box(line.path.label, line.label));
        }
        for number in some {
            let Some(line) = self.lines.get_mut(*number) else { continue };
            line.name(
                *number,
                &Around { nodes: &self.grid, labels: &placed, pieces: &pieces, owners: &owners },
            );
            if line.label > 0.0 {
                placed.push(label_box(line.path.label, line.label));
            }
        }
    }
}
