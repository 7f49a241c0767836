//! Where the boxes of a diagram stand.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use crate::diagram::layout::{Edge, GRID, LAYER_GAP, PART_GAP, TILE_GAP, Tile, arrange};

const WIDTH: i32 = 200;
const HEIGHT: i32 = 64;

fn tiles(count: u32) -> Vec<Tile<u32>> {
    (0..count).map(|key| Tile { key, width: WIDTH, height: HEIGHT }).collect()
}

fn ways(pairs: &[(u32, u32)]) -> Vec<Edge<u32>> {
    pairs.iter().map(|&(from, to)| Edge { from, to, back: false }).collect()
}

/// Where each of so many boxes of one size stands.
fn place(count: u32, edges: &[Edge<u32>]) -> BTreeMap<u32, (i32, i32)> {
    arrange(&tiles(count), edges).into_iter().collect()
}

/// What holds for every diagram.
fn check(tiles: &[Tile<u32>], edges: &[Edge<u32>]) {
    let found = arrange(tiles, edges);
    assert_eq!(found, arrange(tiles, edges), "the same each time");
    let keys: Vec<u32> = found.iter().map(|(key, _)| *key).collect();
    assert_eq!(keys, tiles.iter().map(|tile| tile.key).collect::<Vec<u32>>(), "each once, in order");
    assert!(
        found.iter().all(|(_, (x, y))| i64::from(*x) % GRID == 0 && i64::from(*y) % GRID == 0),
        "on the grid"
    );
    assert_eq!(found.iter().map(|(_, (x, _))| *x).min().unwrap_or(0), 0);
    if tiles.windows(2).all(|two| two[0].height == two[1].height) {
        assert_eq!(found.iter().map(|(_, (_, y))| *y).min().unwrap_or(0), 0);
    }
    let boxes: Vec<_> =
        tiles.iter().zip(&found).map(|(tile, (_, (x, y)))| (*x, *y, tile.width, tile.height)).collect();
    for (nth, one) in boxes.iter().enumerate() {
        for other in &boxes[..nth] {
            let beside = (one.0 - other.0 - other.2).max(other.0 - one.0 - one.2);
            let below = (one.1 - other.1 - other.3).max(other.1 - one.1 - one.3);
            assert!(i64::from(beside) >= TILE_GAP || i64::from(below) >= LAYER_GAP, "{one:?} {other:?}");
        }
    }
}

/// Diagrams of up to so many tiles. Some edges lead nowhere, to themselves, twice or in circles.
fn diagrams(most: u32, circles: bool) -> impl Strategy<Value = (Vec<Tile<u32>>, Vec<Edge<u32>>)> {
    let sizes = prop::collection::vec((1..400_i32, 1..200_i32), 0..=usize::try_from(most).unwrap());
    sizes.prop_flat_map(move |sizes| {
        let count = u32::try_from(sizes.len()).unwrap();
        let tiles: Vec<_> =
            (0..count).zip(sizes).map(|(key, (width, height))| Tile { key, width, height }).collect();
        let edge =
            (0..count + 2, 0..count + 2, prop::bool::weighted(0.15)).prop_map(move |(one, other, back)| {
                let (from, to) = if circles { (one, other) } else { (one.min(other), one.max(other)) };
                Edge { from, to, back }
            });
        let edges = prop::collection::vec(edge, 0..=2 * tiles.len());
        (Just(tiles), edges)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn nothing_overlaps((tiles, edges) in diagrams(60, true)) {
        check(&tiles, &edges);
    }

    #[test]
    fn ways_forward_lead_down((tiles, edges) in diagrams(40, false)) {
        check(&tiles, &edges);
        let found: BTreeMap<u32, (i32, i32)> = arrange(&tiles, &edges).into_iter().collect();
        let bottom = |key: u32| found[&key].1 + tiles.iter().find(|tile| tile.key == key).unwrap().height;
        for edge in edges.iter().filter(|edge| !edge.back && edge.from != edge.to) {
            if let (Some(_), Some(to)) = (found.get(&edge.from), found.get(&edge.to)) {
                prop_assert!(i64::from(to.1 - bottom(edge.from)) >= LAYER_GAP, "{edge:?} in {edges:?}");
            }
        }
        // Nothing leads down to the first one.
        let even: Vec<_> = tiles.iter().map(|tile| Tile { height: HEIGHT, ..*tile }).collect();
        prop_assert_eq!(arrange(&even, &edges).first().map_or(0, |(_, at)| at.1), 0);
    }

    #[test]
    fn a_chain_is_straight(count in 1..120_u32, width in 1..400_i32, back in 0..40_u32) {
        let tiles: Vec<_> = (0..count).map(|key| Tile { key, width, height: HEIGHT }).collect();
        let mut edges = ways(&(1..count).map(|to| (to - 1, to)).collect::<Vec<_>>());
        edges.push(Edge { from: count - 1, to: back.min(count - 1), back: true });
        for (nth, (_, at)) in (0..).zip(arrange(&tiles, &edges)) {
            prop_assert_eq!(at, (0, nth * 130));
        }
    }
}

#[test]
fn boxes_of_other_widths_are_as_centred_as_the_grid_lets_them() {
    for width in 1..=188 {
        let tiles = [(0, 188), (1, width)].map(|(key, width)| Tile { key, width, height: 54 });
        let found: BTreeMap<_, _> = arrange(&tiles, &ways(&[(0, 1)])).into_iter().collect();
        let middles = (2 * found[&0].0 + 188, 2 * found[&1].0 + width);
        assert!((middles.0 - middles.1).abs() <= 10, "{width}: {found:?}");
    }
}

#[test]
fn no_tiles_need_no_places() {
    assert!(arrange::<u32>(&[], &[]).is_empty());
    assert!(arrange(&[], &ways(&[(0, 1)])).is_empty());
}

#[test]
fn a_circle_starts_with_the_first_tile() {
    let found = place(3, &ways(&[(0, 1), (1, 2), (2, 0), (1, 1), (0, 1)]));
    assert_eq!(found, BTreeMap::from([(0, (0, 0)), (1, (0, 130)), (2, (0, 260))]));
}

#[test]
fn a_way_back_does_not_pull_its_target_down() {
    let mut edges = ways(&[(0, 1), (1, 2), (2, 3)]);
    let straight = place(4, &edges);
    edges.push(Edge { from: 3, to: 1, back: true });
    edges.push(Edge { from: 2, to: 0, back: true });
    assert_eq!(place(4, &edges), straight);
    // Where it is all that connects two, it keeps them together with its target above.
    let edges = [Edge { from: 1, to: 2, back: true }, Edge { from: 0, to: 1, back: false }];
    assert_eq!(place(3, &edges)[&1].1, 130);
    assert_eq!(place(3, &edges)[&2].1, 0);
}

#[test]
fn a_fork_is_centred() {
    let found = place(4, &ways(&[(0, 1), (0, 2), (1, 3), (2, 3)]));
    assert_eq!(found, BTreeMap::from([(0, (130, 0)), (1, (0, 130)), (2, (260, 130)), (3, (130, 260))]));
    let found = place(4, &ways(&[(0, 1), (0, 2), (0, 3)]));
    assert_eq!(found[&0], (260, 0));
    assert_eq!([found[&1], found[&2], found[&3]], [(0, 130), (260, 130), (520, 130)]);
}

#[test]
fn a_step_that_may_be_skipped_stays_in_line() {
    let found = place(5, &ways(&[(0, 1), (1, 2), (2, 3), (1, 3), (3, 4)]));
    let columns: BTreeSet<i32> = found.values().map(|at| at.0).collect();
    assert_eq!(columns.len(), 1, "{found:?}");
}

#[test]
fn parts_stand_beside_each_other() {
    let found = place(6, &ways(&[(3, 4), (0, 2)]));
    let step = WIDTH + i32::try_from(PART_GAP).unwrap();
    assert_eq!([found[&0], found[&2]], [(0, 0), (0, 130)]);
    assert_eq!(found[&1], (step, 0));
    assert_eq!([found[&3], found[&4]], [(2 * step, 0), (2 * step, 130)]);
    assert_eq!(found[&5], (3 * step, 0));
}

#[test]
fn another_start_stands_right_above_its_target() {
    let found = place(5, &ways(&[(0, 1), (1, 2), (2, 3), (4, 3)]));
    assert_eq!(found[&0].1, 0);
    assert_eq!(found[&4].1, found[&2].1);
}

#[test]
fn boxes_of_a_layer_are_centred_on_one_line() {
    let mut tiles = tiles(3);
    tiles[2].height = 124;
    let found: BTreeMap<_, _> = arrange(&tiles, &ways(&[(0, 1), (0, 2)])).into_iter().collect();
    assert_eq!(found[&2].1, 130);
    assert_eq!(found[&1].1 + HEIGHT / 2, found[&2].1 + 124 / 2);
}

#[test]
fn crossings_are_undone() {
    let found = place(7, &ways(&[(0, 1), (0, 2), (0, 3), (1, 6), (2, 5), (3, 4)]));
    let rank = |from: u32, to: u32| found[&from].0.cmp(&found[&to].0);
    assert_eq!(rank(1, 2), rank(6, 5));
    assert_eq!(rank(2, 3), rank(5, 4));
}

#[test]
fn sizes_beyond_all_bounds_do_not_panic() {
    let odd = [(i32::MIN, -1), (0, 0), (i32::MAX, i32::MAX), (7, i32::MAX)];
    let tiles: Vec<_> = (0..).zip(odd).map(|(key, (width, height))| Tile { key, width, height }).collect();
    assert_eq!(arrange(&tiles, &ways(&[(0, 1), (0, 2), (1, 3)])).len(), 4);
}
