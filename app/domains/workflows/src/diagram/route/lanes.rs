//! Moves pieces of several links apart that run on the same line.
//!
//! Their order follows from where the links come from and go to, so that they do not cross more than they must.

use std::borrow::Cow;

use super::{
    LANE,
    ports::count,
    settle::pieces,
    shape::{Point, Side},
};

/// Pieces on the same line that end so near to each other count as beside each other.
const TOUCH: f64 = 6.0;
/// As many corners two links are followed to see which way they part.
const FOLLOW: usize = 8;
/// As many pieces that overlap a piece are compared with it: more do not fit beside it anyway.
const CROWD: usize = 120;

/// A route that takes part, and how far its pieces may be moved. Without that it stays where it is.
#[derive(Debug)]
pub(super) struct Track<'a> {
    /// Copied when one of them is moved.
    pub(super) points: Cow<'a, [Point]>,
    pub(super) room: Option<&'a [(f64, f64)]>,
}

/// Two pieces of which the first belongs before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    first: usize,
    second: usize,
    /// Whether they are on the same line, and not only near each other.
    close: bool,
}

/// A piece of a route.
#[derive(Debug, Clone, Copy)]
struct Piece {
    track: usize,
    number: usize,
    at: f64,
    from: f64,
    to: f64,
    low: f64,
    high: f64,
    fixed: bool,
    /// How many pieces are before it at least, and how many behind it.
    lane: usize,
    behind: usize,
    /// Its place in an order in which no piece is before one that it belongs behind.
    rank: usize,
    /// How far it should be from those beside it.
    gap: f64,
}

/// Moves the pieces apart, first the upright and then the level ones.
pub(super) fn part(tracks: &mut [Track]) {
    for upright in [true, false] {
        let mut all = collect(tracks, upright);
        let pairs = order(&mut all, tracks);
        if pairs.is_empty() {
            continue;
        }
        place(&mut all, &pairs);
        for piece in all.iter().filter(|piece| !piece.fixed) {
            let Some(track) = tracks.get_mut(piece.track) else { continue };
            for number in [piece.number, piece.number + 1] {
                let at = track.points.get(number).map(|point| if upright { point.x } else { point.y });
                if at != Some(piece.at)
                    && let Some(point) = track.points.to_mut().get_mut(number)
                {
                    if upright { point.x = piece.at } else { point.y = piece.at }
                }
            }
        }
    }
}

fn collect(tracks: &[Track], upright: bool) -> Vec<Piece> {
    let mut all = Vec::with_capacity(tracks.len() * 2);
    for (track, route) in tracks.iter().enumerate() {
        let last = route.points.len().saturating_sub(2);
        for (number, (a, b)) in pieces(&route.points).enumerate() {
            if Side::between(a, b).upright() != upright {
                continue;
            }
            let (at, from, to) = if upright { (a.x, a.y, b.y) } else { (a.y, a.x, b.x) };
            let (low, high) = route.room.and_then(|room| room.get(number).copied()).unwrap_or((at, at));
            let fixed = number == 0 || number == last || high <= low;
            let (from, to) = (from.min(to), from.max(to));
            let (lane, behind, rank, gap) = (0, 0, 0, LANE);
            all.push(Piece { track, number, at, from, to, low, high, fixed, lane, behind, rank, gap });
        }
    }
    // Sorting their numbers is quicker than sorting them.
    let mut order: Vec<(f64, usize)> = all.iter().map(|piece| piece.at).zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    order.into_iter().filter_map(|(_, number)| all.get(number).copied()).collect()
}

/// Finds the pieces that are too close to each other, and which of both belongs before the other.
fn order(all: &mut [Piece], tracks: &[Track]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut begin = 0;
    let mut by_start: Vec<usize> = Vec::new();
    while begin < all.len() {
        let near = all.get(begin..).unwrap_or_default().windows(2);
        let length = near.take_while(|two| matches!(two, [a, b] if b.at - a.at < 2.0 * LANE)).count() + 1;
        by_start.clear();
        by_start.extend(begin..begin + length);
        begin += length;
        if length < 2 {
            continue;
        }
        by_start.sort_by(|a, b| match (all.get(*a), all.get(*b)) {
            (Some(a), Some(b)) => a.from.total_cmp(&b.from),
            _ => std::cmp::Ordering::Equal,
        });
        for (place, one) in by_start.iter().enumerate() {
            let Some(a) = all.get(*one).copied() else { continue };
            let mut crowd = 0;
            for other in by_start.iter().skip(place + 1) {
                let Some(b) = all.get(*other).copied() else { continue };
                if b.from > a.to + TOUCH || crowd >= CROWD {
                    break;
                }
                if (a.fixed && b.fixed) || a.track == b.track || (a.at - b.at).abs() >= 2.0 * LANE {
                    continue;
                }
                crowd += 1;
                let close = (a.at - b.at).abs() < LANE;
                let a_first = match if close { before(&a, &b, tracks) } else { 0 } {
                    0 => one < other,
                    sign => sign < 0,
                };
                let (first, second) = if a_first { (*one, *other) } else { (*other, *one) };
                pairs.push(Pair { first, second, close });
            }
        }
    }
    pairs.sort_unstable();
    rank(all, &pairs);
    let rank = |number: usize| all.get(number).map_or(0, |piece| piece.rank);
    pairs.retain(|pair| rank(pair.first) < rank(pair.second));
    pairs.sort_unstable_by_key(|pair| (rank(pair.first), rank(pair.second)));
    pairs
}

/// Whether piece `a` belongs before (-1) or behind (1) piece `b`, or either (0).
fn before(a: &Piece, b: &Piece, tracks: &[Track]) -> i8 {
    let (Some(first), Some(second)) = (tracks.get(a.track), tracks.get(b.track)) else { return 0 };
    let start = |piece: &Piece, points: &[Point]| {
        let (Some(p), Some(q)) = (points.get(piece.number), points.get(piece.number + 1)) else {
            return true;
        };
        if p.x == q.x { p.y <= q.y } else { p.x <= q.x }
    };
    let forth = (start(a, &first.points), start(b, &second.points));
    let ahead = follow(&first.points, a.number, forth.0, &second.points, b.number, forth.1);
    let back = follow(&first.points, a.number, !forth.0, &second.points, b.number, !forth.1);
    // Downwards the smaller x is to the right; from left to right the smaller y is to the left.
    let upright = first
        .points
        .get(a.number)
        .zip(first.points.get(a.number + 1))
        .is_some_and(|(p, q)| Side::between(*p, *q).upright());
    let (ahead, back) = if upright { (-ahead, back) } else { (ahead, -back) };
    if ahead != 0 { ahead } else { back }
}

/// Follows two lines until they part: whether the first is to the left (-1) or to the right (1) of the second.
fn follow(a: &[Point], mut i: usize, a_forth: bool, b: &[Point], mut j: usize, b_forth: bool) -> i8 {
    let corner = |points: &[Point], number: usize, forth: bool| {
        let (here, next) =
            if forth { (number + 1, Some(number + 2)) } else { (number, number.checked_sub(1)) };
        let from = if forth { number } else { number + 1 };
        let (from, here) = (*points.get(from)?, *points.get(here)?);
        let next = next.and_then(|next| points.get(next).copied());
        Some((Side::between(from, here), here, next.map(|next| Side::between(here, next))))
    };
    for _ in 0..FOLLOW {
        let (Some((heading, a_end, a_turn)), Some((other, b_end, b_turn))) =
            (corner(a, i, a_forth), corner(b, j, b_forth))
        else {
            return 0;
        };
        if heading != other {
            return 0;
        }
        let ahead = match heading {
            Side::Top => b_end.y - a_end.y,
            Side::Right => a_end.x - b_end.x,
            Side::Bottom => a_end.y - b_end.y,
            Side::Left => b_end.x - a_end.x,
        };
        let turn = |to: Option<Side>| match to.map(|to| (to.index() + 4 - heading.index()) % 4) {
            Some(3) => -1,
            Some(1) => 1,
            _ => 0,
        };
        let (a_turn, b_turn) = (turn(a_turn), turn(b_turn));
        if ahead < -1e-6 {
            return a_turn;
        }
        if ahead > 1e-6 {
            return -b_turn;
        }
        if a_turn != b_turn {
            return if a_turn < b_turn { -1 } else { 1 };
        }
        if a_turn == 0 {
            return 0;
        }
        let next = |number: usize, forth: bool| if forth { Some(number + 1) } else { number.checked_sub(1) };
        let (Some(a_next), Some(b_next)) = (next(i, a_forth), next(j, b_forth)) else { return 0 };
        (i, j) = (a_next, b_next);
    }
    0
}

/// Puts the pieces in an order that follows the pairs as far as those do not contradict each other.
fn rank(all: &mut [Piece], pairs: &[Pair]) {
    let mut waits = vec![0_usize; all.len()];
    for pair in pairs {
        if let Some(waits) = waits.get_mut(pair.second) {
            *waits += 1;
        }
    }
    let mut done = vec![false; all.len()];
    let mut ready = Vec::new();
    let mut rank = 0;
    // First those that nothing is before, and what follows from them; then what is left, which runs in circles.
    for circles in [false, true] {
        for start in 0..all.len() {
            if circles || waits.get(start) == Some(&0) {
                ready.push(start);
            }
            while let Some(one) = ready.pop() {
                if done.get_mut(one).is_none_or(|done| std::mem::replace(done, true)) {
                    continue;
                }
                if let Some(piece) = all.get_mut(one) {
                    piece.rank = rank;
                    rank += 1;
                }
                let first = pairs.partition_point(|pair| pair.first < one);
                for pair in pairs.iter().skip(first).take_while(|pair| pair.first == one) {
                    if let Some(waits) = waits.get_mut(pair.second) {
                        *waits = waits.saturating_sub(1);
                        if *waits == 0 {
                            ready.push(pair.second);
                        }
                    }
                }
            }
        }
    }
}

/// Gives each piece a place at a distance from those before and behind it, around where it was.
fn place(all: &mut [Piece], pairs: &[Pair]) {
    for pair in pairs.iter().filter(|pair| pair.close) {
        let lane = all.get(pair.first).map_or(0, |piece| piece.lane) + 1;
        if let Some(b) = all.get_mut(pair.second) {
            b.lane = b.lane.max(lane);
        }
    }
    for pair in pairs.iter().rev().filter(|pair| pair.close) {
        let behind = all.get(pair.second).map_or(0, |piece| piece.behind) + 1;
        if let Some(a) = all.get_mut(pair.first) {
            a.behind = a.behind.max(behind);
        }
    }
    for piece in all.iter_mut().filter(|piece| !piece.fixed && piece.lane + piece.behind > 0) {
        // Where there is too little room for all lanes, they are closer together.
        piece.gap = LANE.min((piece.high - piece.low) / count(piece.lane + piece.behind));
        let off = (count(piece.lane) - count(piece.behind)) / 2.0 * piece.gap;
        piece.at = (piece.at + off).max(piece.low).min(piece.high);
    }
    for _ in 0..2 {
        for pair in pairs {
            let Some(before) = all.get(pair.first).copied() else { continue };
            let Some(piece) = all.get_mut(pair.second).filter(|piece| !piece.fixed) else { continue };
            piece.at = piece.at.max(before.at + before.gap.min(piece.gap)).min(piece.high);
        }
        for pair in pairs.iter().rev() {
            let Some(behind) = all.get(pair.second).copied() else { continue };
            let Some(piece) = all.get_mut(pair.first).filter(|piece| !piece.fixed) else { continue };
            piece.at = piece.at.min(behind.at - behind.gap.min(piece.gap)).max(piece.low);
        }
    }
}
