//! Spreads the ends of links along the sides of their boxes.

use std::collections::BTreeMap;

use super::{
    plan::{Plan, corner},
    shape::{Point, Rect, Side},
};

/// How far ports are apart where the side is long enough, in the order of `Side::ALL`. Those at the top have more room
/// than those at the bottom, so that lines that leave a box do not run into lines that enter the one below.
const APART: [f64; 4] = [26.0, 20.0, 18.0, 20.0];
/// How far a port stays away from its neighbours when it is moved in line with the other end.
const LEAST: f64 = 16.0;
/// How much more it matters that a straight line stays straight than that a port is in the middle.
const STRAIGHT: f64 = 100.0;

/// A link, as far as its ports need it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wire<'a> {
    /// Its number.
    pub(super) number: usize,
    /// The boxes that it leaves and enters.
    pub(super) ends: (usize, usize),
    /// How it runs.
    pub(super) plan: &'a Plan,
}

/// An end of a link at a side of a box.
#[derive(Debug, Clone, Copy)]
struct Stop {
    node: usize,
    side: Side,
    wire: usize,
    enters: bool,
    /// Where it belongs among the others: first by how it turns away, then by how far.
    order: (u8, f64),
    wish: f64,
    weight: f64,
    at: f64,
}

impl Stop {
    /// Where it is among the numbers of a link.
    fn port(self, ports: &mut [(f64, f64)]) -> Option<&mut f64> {
        ports.get_mut(self.wire).map(|port| if self.enters { &mut port.1 } else { &mut port.0 })
    }
}

/// Places the ports of links at some boxes, which are in order. Those at other boxes stay as they are.
pub(super) fn place(rects: &[Rect], wires: &[Wire], nodes: &[usize], ports: &mut [(f64, f64)]) {
    let mut stops = Vec::with_capacity(wires.len() * 2);
    for wire in wires {
        for enters in [false, true] {
            let node = if enters { wire.ends.1 } else { wire.ends.0 };
            let here = nodes.len() == rects.len() || nodes.binary_search(&node).is_ok();
            if let Some(rect) = rects.get(node).filter(|_| here) {
                stops.push(stop(wire, enters, node, *rect));
            }
        }
    }
    // Sorting their numbers is quicker than sorting them.
    let key = |(number, stop): (usize, &Stop)| (stop.node * 4 + stop.side.index(), stop.order, number);
    let mut order: Vec<_> = stops.iter().enumerate().map(key).collect();
    order.sort_unstable_by(|(side, (turn, far), number), (other, (turns, further), next)| {
        let turn = turn.cmp(turns).then(far.total_cmp(further));
        side.cmp(other).then(turn).then(number.cmp(next))
    });
    let mut stops: Vec<Stop> =
        order.into_iter().filter_map(|(_, _, number)| stops.get(number).copied()).collect();
    for side in stops.chunk_by_mut(beside) {
        let Some((first, rect)) = side.first().and_then(|first| Some((*first, rects.get(first.node)?)))
        else {
            continue;
        };
        spread(side, rect.span(first.side), APART.get(first.side.index()).copied().unwrap_or(LEAST));
        for stop in side {
            if let Some(port) = stop.port(ports) {
                *port = stop.at;
            }
        }
    }
    straighten(rects, wires, &stops, ports);
}

/// Whether two stops are at the same side.
fn beside(a: &Stop, b: &Stop) -> bool {
    a.node == b.node && a.side == b.side
}

/// Moves the ends of straight links to the same coordinate where both sides have room for it.
fn straighten(rects: &[Rect], wires: &[Wire], stops: &[Stop], ports: &mut [(f64, f64)]) {
    // The places of both ends of links that are straight, but do not look so.
    let mut bent: BTreeMap<usize, [Option<usize>; 2]> = BTreeMap::new();
    for (place, stop) in stops.iter().enumerate().filter(|(_, stop)| stop.weight > 1.0) {
        if ports.get(stop.wire).is_some_and(|port| port.0 != port.1) {
            let [leaves, enters] = bent.entry(stop.wire).or_default();
            *(if stop.enters { enters } else { leaves }) = Some(place);
        }
    }
    for wire in wires {
        let (Some(ends), Some((a, b))) = (bent.get(&wire.number), ports.get(wire.number).copied()) else {
            continue;
        };
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        for (node, side, place) in [
            (wire.ends.0, wire.plan.leaves, ends.first().copied().flatten()),
            (wire.ends.1, wire.plan.enters, ends.last().copied().flatten()),
        ] {
            let Some(rect) = rects.get(node) else { continue };
            let Some(place) = place else {
                // An end that is not placed now stays where it is.
                let at = if node == wire.ends.0 { a } else { b };
                (low, high) = (low.max(at), high.min(at));
                continue;
            };
            let (begin, end) = rect.span(side);
            let edge = corner(end - begin);
            (low, high) = (low.max(begin + edge), high.min(end - edge));
            let mut near = |other: Option<usize>| {
                let (stop, other) = (stops.get(place)?, stops.get(other?)?);
                if beside(stop, other) { other.port(ports).map(|at| *at) } else { None }
            };
            low = low.max(near(place.checked_sub(1)).map_or(low, |at| at + LEAST));
            high = high.min(near(Some(place + 1)).map_or(high, |at| at - LEAST));
        }
        if low <= high
            && let Some(port) = ports.get_mut(wire.number)
        {
            let fits = |at: f64| at >= low && at <= high;
            let at = match (fits(a), fits(b)) {
                (true, _) => a,
                (_, true) => b,
                _ => ((a + b) / 2.0).clamp(low, high),
            };
            *port = (at, at);
        }
    }
}

/// The end of a link at a side.
fn stop(wire: &Wire, enters: bool, node: usize, rect: Rect) -> Stop {
    let side = if enters { wire.plan.enters } else { wire.plan.leaves };
    let points = wire.plan.points.as_slice();
    let point = |number: usize| {
        let place = if enters { points.len().checked_sub(number + 1)? } else { number };
        points.get(place).copied()
    };
    let along = |point: Point| if side.upright() { point.x } else { point.y };
    let (begin, end) = rect.span(side);
    let middle = (begin + end) / 2.0;
    let (mut order, mut wish, mut weight) = ((2, middle), middle, 1.0);
    match (point(1), point(2)) {
        (Some(first), Some(second)) => {
            let back = point(3).is_some_and(|third| Side::between(second, third) == side.opposite());
            let further = along(second) > along(first);
            // From the first corner of the side on: those that turn back before those that go on.
            order = match (further, back) {
                (false, true) => (0, -along(second)),
                (false, false) => (1, along(second)),
                (true, false) => (3, along(second)),
                (true, true) => (4, -along(second)),
            };
        }
        (Some(first), None) => {
            (order, wish, weight) = ((2, along(first)), along(first), STRAIGHT);
        }
        _ => {}
    }
    Stop { node, side, wire: wire.number, enters, order, wish, weight, at: middle }
}

/// Places the stops of a side, which are in order: as near to their wishes as their distance allows.
fn spread(stops: &mut [Stop], (begin, end): (f64, f64), most: f64) {
    let edge = corner(end - begin);
    let (low, high) = (begin + edge, end - edge);
    let steps = count(stops.len().saturating_sub(1));
    let apart = if steps > 0.0 { most.min((high - low) / steps) } else { 0.0 };
    // Without the distances the wishes only need to be in order: neighbours that are not share their mean.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for (number, stop) in stops.iter().enumerate() {
        let mut block = ((stop.wish - apart * count(number)) * stop.weight, stop.weight, 1);
        while let Some(before) = blocks.last()
            && before.0 / before.1 >= block.0 / block.1
        {
            block = (block.0 + before.0, block.1 + before.1, block.2 + before.2);
            blocks.pop();
        }
        blocks.push(block);
    }
    let places = blocks.iter().flat_map(|block| std::iter::repeat_n(block.0 / block.1, block.2));
    for (number, (stop, place)) in stops.iter_mut().zip(places).enumerate() {
        let last = (high - apart * steps).max(low);
        // Whole pixels draw sharp, and keep lines straight whose ends are reckoned in different ways.
        stop.at = ((place.clamp(low, last) + apart * count(number)) * 2.0).round() / 2.0;
        stop.at = stop.at.clamp(begin, end) + 0.0;
    }
}

/// A number of things to reckon with.
pub(super) fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
