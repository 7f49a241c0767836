//! Routes: right angles from border to border around every box, and the same however a drawing came about.

use proptest::prelude::*;

use crate::diagram::route::{Drawing, Link, Node, Path, Point, Rect};

fn node(key: u32, x: f64, y: f64, width: f64, height: f64) -> Node<u32> {
    Node { key, rect: Rect { x, y, width, height } }
}

/// A usual step at a place of the usual raster.
fn step(key: u32, column: f64, row: f64) -> Node<u32> {
    node(key, column * 230.0, row * 120.0, 188.0, 54.0)
}

fn link(from: u32, to: u32, label: f64) -> Link<u32> {
    Link { from, to, label }
}

fn drawn(nodes: &[Node<u32>], links: &[Link<u32>]) -> Drawing<u32> {
    let mut drawing = Drawing::new();
    drawing.update(nodes.iter().copied(), links.iter().copied());
    drawing
}

/// A workflow with a chain of steps, a way that skips one, a way back by two, and two ends.
fn intake() -> (Vec<Node<u32>>, Vec<Link<u32>>) {
    let nodes = vec![
        step(0, 0.0, 0.0),
        step(1, 0.0, 1.0),
        step(2, 0.0, 2.0),
        step(3, 0.0, 3.0),
        step(4, 0.0, 4.0),
        node(5, 39.0, 611.0, 110.0, 32.0),
        node(6, 280.0, 491.0, 90.0, 32.0),
    ];
    let ways = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (1, 3), (4, 2), (3, 6)];
    (nodes, ways.map(|(from, to)| link(from, to, 80.0)).to_vec())
}

fn label_box(path: &Path, width: f64) -> Rect {
    Rect { x: path.label.x - width / 2.0, y: path.label.y - 8.0, width, height: 16.0 }
}

/// Whether two boxes share more than their border.
fn covers(a: Rect, b: Rect) -> bool {
    let inner = a.grown(-0.01);
    a.width > 0.02 && a.height > 0.02 && inner.overlaps(b)
}

fn pieces(path: &Path) -> impl Iterator<Item = (Point, Point)> {
    path.points.windows(2).map(|two| (two[0], two[1]))
}

fn on_border(rect: Rect, point: Point) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() < 1e-3;
    rect.grown(1e-3).contains(point)
        && (near(point.x, rect.x)
            || near(point.x, rect.right())
            || near(point.y, rect.y)
            || near(point.y, rect.bottom()))
}

/// What holds for every drawing: finite right-angled lines from border to border.
fn check_shape(drawing: &Drawing<u32>, links: &[Link<u32>]) {
    for link in links {
        let Some(path) = drawing.path(link.from, link.to) else { continue };
        assert!(path.points.len() >= 2, "{link:?} {path:?}");
        assert!(
            path.points.iter().chain([&path.label]).all(|point| point.x.is_finite() && point.y.is_finite())
        );
        for (a, b) in pieces(path) {
            assert!(a.x == b.x || a.y == b.y, "not upright or level: {link:?} {path:?}");
        }
        let (first, last) = (path.points[0], path.points[path.points.len() - 1]);
        let (from, to) = (drawing.rect(link.from).unwrap(), drawing.rect(link.to).unwrap());
        assert!(on_border(from, first) && on_border(to, last), "{from:?} {to:?} {path:?}");
    }
}

/// What holds where all boxes are 40 px apart: no line comes near a box that is not at its ends, or through those.
fn check_free(drawing: &Drawing<u32>, nodes: &[Node<u32>], links: &[Link<u32>]) {
    for link in links {
        let Some(path) = drawing.path(link.from, link.to) else { continue };
        for (a, b) in pieces(path) {
            let piece = Rect::around(a, b);
            for node in nodes {
                let own = node.key == link.from || node.key == link.to;
                let rect = node.rect.grown(if own { -0.1 } else { 5.9 });
                assert!(!rect.overlaps(piece), "{link:?} runs through {node:?}: {path:?}");
            }
        }
    }
}

fn same(a: &Drawing<u32>, b: &Drawing<u32>, links: &[Link<u32>]) {
    for link in links {
        assert_eq!(a.path(link.from, link.to), b.path(link.from, link.to), "{link:?}");
    }
}

/// Boxes of many sizes in a raster that leaves at least so much between them, some places of it empty.
fn apart(gap: f64) -> impl Strategy<Value = Vec<Node<u32>>> {
    let one = (0.0..100.0, 0.0..60.0, 40.0..188.0, 32.0..60.0, 0..4_u8);
    prop::collection::vec(one, 2..30).prop_map(move |all| {
        let places = all.into_iter().zip(0_u32..).filter(|(one, number)| one.4 > 0 || *number < 2);
        let nodes = places.map(|((x, y, width, height, _), number)| {
            let (column, row) = (f64::from(number % 5), f64::from(number / 5));
            let (x, y) = (column * (288.0 + gap) + x, row * (120.0 + gap) + y);
            node(number, f64::round(x), f64::round(y), f64::round(width), f64::round(height))
        });
        nodes.collect()
    })
}

fn links() -> impl Strategy<Value = Vec<Link<u32>>> {
    let one = (0..30_u32, 0..30_u32, prop_oneof![Just(0.0), 20.0..120.0]);
    prop::collection::vec(one, 1..50).prop_map(|all| {
        let mut links: Vec<_> = all.into_iter().map(|(from, to, label)| link(from, to, label)).collect();
        links.sort_by_key(|link| (link.from, link.to));
        links.dedup_by_key(|link| (link.from, link.to));
        links
    })
}

/// Anything at all, close together, on top of each other, without any size or out of reach.
fn anything() -> impl Strategy<Value = Vec<Node<u32>>> {
    let number = prop_oneof![8 => -300.0..300.0, 1 => Just(0.0), 1 => -1e12..1e12, 1 => Just(f64::NAN), 1 => Just(1e308)];
    let size = prop_oneof![8 => 0.0..200.0, 2 => Just(0.0), 1 => Just(-5.0), 1 => Just(f64::INFINITY), 1 => 0.0..1e10];
    let one = (0..30_u32, number.clone(), number, size.clone(), size);
    prop::collection::vec(one, 0..25).prop_map(|all| {
        all.into_iter().map(|(key, x, y, width, height)| node(key, x, y, width, height)).collect()
    })
}

#[test]
fn the_main_flow_runs_straight_down() {
    let (nodes, links) = intake();
    let drawing = drawn(&nodes, &links);
    check_shape(&drawing, &links);
    check_free(&drawing, &nodes, &links);
    for (from, to) in [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)] {
        assert_eq!(drawing.path(from, to).unwrap().points.len(), 2, "{from} to {to}");
    }
    // Back by two: out of the side and around, with two corners.
    let back = drawing.path(4, 2).unwrap();
    assert_eq!(back.points.len(), 4);
    assert_eq!(back.points[0].x, 188.0);
    assert!(back.points[1].x > 188.0 + 12.0);
    // The way that skips a step leaves at the bottom and enters at the top.
    let skip = drawing.path(1, 3).unwrap();
    assert_eq!((skip.points[0].y, skip.points.last().unwrap().y), (174.0, 360.0));
}

#[test]
fn a_path_is_drawn_with_round_corners() {
    let drawing = drawn(&[step(0, 0.0, 0.0), step(1, 1.0, 1.0)], &[link(0, 1, 0.0)]);
    let path = drawing.path(0, 1).unwrap();
    assert_eq!(path.svg(8.0), "M94 54L94 79Q94 87 102 87L316 87Q324 87 324 95L324 120");
    assert_eq!(path.svg(0.0), "M94 54L94 87L324 87L324 120");
    assert_eq!(path.label, Point { x: 209.0, y: 87.0 });
    assert_eq!(path.bounds(), Rect { x: 94.0, y: 54.0, width: 230.0, height: 66.0 });
    assert_eq!(path.distance(Point { x: 200.0, y: 90.0 }), 3.0);
    assert_eq!(path.distance(Point { x: 94.0, y: 60.0 }), 0.0);
    assert_eq!(Path::default().svg(8.0), "");
    let odd =
        Path { points: vec![Point { x: -0.04, y: 1.26 }, Point { x: 10.04, y: 1.26 }], ..Path::default() };
    assert_eq!(odd.svg(8.0), "M0 1L10 1");
}

#[test]
fn ports_are_spread_along_a_side_in_order() {
    let nodes = [step(0, 1.0, 0.0), step(1, 0.0, 1.0), step(2, 1.0, 1.0), step(3, 2.0, 1.0)];
    let drawing = drawn(&nodes, &[link(0, 1, 0.0), link(0, 2, 0.0), link(0, 3, 0.0)]);
    let ports: Vec<f64> = (1..4).map(|to| drawing.path(0, to).unwrap().points[0].x).collect();
    assert!(ports.windows(2).all(|two| two[1] - two[0] >= 16.0), "{ports:?}");
    assert_eq!(ports[1], 324.0);
}

#[test]
fn ways_to_and_fro_beside_each_other_are_straight_and_apart() {
    let nodes = [node(0, 0.0, 0.0, 188.0, 54.0), node(1, 260.0, 11.0, 90.0, 32.0)];
    let drawing = drawn(&nodes, &[link(0, 1, 90.0), link(1, 0, 90.0)]);
    let (there, back) = (drawing.path(0, 1).unwrap(), drawing.path(1, 0).unwrap());
    assert_eq!((there.points.len(), back.points.len()), (2, 2));
    assert!((there.points[0].y - back.points[0].y).abs() >= 16.0);
    assert!(!covers(label_box(there, 90.0), label_box(back, 90.0)));
}

#[test]
fn odd_input_is_left_out() {
    let nodes = [step(0, 0.0, 0.0), step(0, 1.0, 0.0), step(1, 0.0, 1.0)];
    let drawing = drawn(&nodes, &[link(0, 0, 9.0), link(0, 7, 9.0), link(0, 1, 9.0), link(0, 1, 50.0)]);
    assert_eq!(drawing.rect(0), Some(nodes[1].rect));
    assert!(drawing.path(0, 0).is_none() && drawing.path(0, 7).is_none());
    assert!(drawing.path(0, 1).is_some() && drawing.path(1, 0).is_none());
    assert_eq!(Drawing::<u32>::new().bounds(), None);
}

#[test]
fn what_is_within_an_area_is_found() {
    let (nodes, links) = intake();
    let drawing = drawn(&nodes, &links);
    assert_eq!(drawing.nodes_within(Rect { x: 0.0, y: 0.0, width: 100.0, height: 180.0 }), [0, 1]);
    assert_eq!(drawing.nodes_within(drawing.bounds().unwrap()).len(), 7);
    assert_eq!(drawing.links_within(Rect { x: 90.0, y: 80.0, width: 10.0, height: 10.0 }), [(0, 1)]);
    assert_eq!(drawing.links_within(drawing.bounds().unwrap()).len(), 8);
}

/// A layered graph as people draw them: most ways lead to the next layer, few skip one or lead back.
fn layered() -> impl Strategy<Value = (Vec<Node<u32>>, Vec<Link<u32>>)> {
    let one = (0..24_u32, -1..2_i64, 0..10_u8);
    prop::collection::vec(one, 1..22).prop_map(|all| {
        let nodes = (0..24_u32).map(|key| step(key, f64::from(key % 4), f64::from(key / 4)));
        let ways = all.into_iter().filter_map(|(from, aside, kind)| {
            let layers = match kind {
                0 => 2,
                1 => -1,
                _ => 1,
            };
            let (column, row) = (i64::from(from % 4) + aside, i64::from(from / 4) + layers);
            let to = u32::try_from(row * 4 + column).ok().filter(|to| *to < 24)?;
            (0..4).contains(&column).then(|| link(from, to, 60.0))
        });
        let mut ways: Vec<_> = ways.collect();
        ways.sort_by_key(|link| (link.from, link.to));
        ways.dedup_by_key(|link| (link.from, link.to));
        (nodes.collect(), ways)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn lines_run_around_boxes_that_are_apart(nodes in apart(40.0), links in links()) {
        let drawing = drawn(&nodes, &links);
        check_shape(&drawing, &links);
        check_free(&drawing, &nodes, &links);
    }

    #[test]
    fn anything_can_be_drawn(nodes in anything(), links in links(), shifts in anything(), again in anything()) {
        let mut drawing = drawn(&nodes, &links);
        check_shape(&drawing, &links);
        for to in shifts {
            drawing.shift(&[(to.key, to.rect)]);
        }
        check_shape(&drawing, &links);
        drawing.update(again.iter().copied(), links.iter().copied());
        check_shape(&drawing, &links);
        same(&drawing, &drawn(&again, &links), &links);
        let _ = (drawing.bounds(), drawing.nodes_within(Rect { x: f64::NAN, ..Rect::default() }));
    }

    #[test]
    fn a_changed_drawing_is_the_same_as_a_new_one(
        nodes in apart(40.0),
        links in links(),
        changes in prop::collection::vec((0..30_u32, -200.0..200.0, -200.0..200.0, 0..4_u8), 1..12),
    ) {
        let mut drawing = drawn(&nodes, &links);
        let (mut nodes, mut ways) = (nodes, links.clone());
        for (key, x, y, kind) in changes {
            let place = nodes.iter().position(|node| node.key == key);
            match (kind, place) {
                (0, Some(place)) => drop(nodes.remove(place)),
                (0, None) => nodes.push(node(key, x, y, 100.0, 40.0)),
                (1, _) => {
                    let number = usize::try_from(key).unwrap() % links.len();
                    let before = ways.len();
                    ways.retain(|way| *way != links[number]);
                    if ways.len() == before {
                        ways.push(links[number]);
                    }
                }
                (_, Some(place)) => {
                    let rect = Rect { x: nodes[place].rect.x + x, y: nodes[place].rect.y + y, ..nodes[place].rect };
                    nodes[place].rect = rect;
                    if kind == 2 {
                        drawing.shift(&[(key, Rect { x: rect.x + 90.0, ..rect })]);
                        drawing.shift(&[(key, rect)]);
                        continue;
                    }
                }
                (_, None) => {}
            }
            drawing.update(nodes.iter().copied(), ways.iter().copied());
            same(&drawing, &drawn(&nodes, &ways), &links);
        }
        drawing.update(nodes.iter().copied(), ways.iter().copied());
        same(&drawing, &drawn(&nodes, &ways), &links);
    }

    #[test]
    fn the_order_of_what_is_given_does_not_matter(nodes in apart(40.0), links in links()) {
        let (mut turned, mut ways) = (nodes.clone(), links.clone());
        turned.reverse();
        ways.reverse();
        same(&drawn(&nodes, &links), &drawn(&turned, &ways), &links);
    }

    #[test]
    fn a_shift_only_routes_what_is_near_and_is_undone_by_an_update(
        nodes in apart(40.0), links in links(), x in -300.0..300.0, y in -300.0..300.0,
    ) {
        let before = drawn(&nodes, &links);
        let (mut drawing, first) = (before.clone(), nodes[0]);
        drawing.shift(&[(first.key, Rect { x: first.rect.x + x, y: first.rect.y + y, ..first.rect })]);
        check_shape(&drawing, &links);
        let near: Vec<u32> = links
            .iter()
            .filter(|link| link.from == first.key || link.to == first.key)
            .flat_map(|link| [link.from, link.to])
            .collect();
        for link in links.iter().filter(|link| !near.contains(&link.from) && !near.contains(&link.to)) {
            assert_eq!(before.path(link.from, link.to), drawing.path(link.from, link.to));
        }
        drawing.shift(&[(first.key, first.rect)]);
        drawing.update(nodes.iter().copied(), links.iter().copied());
        same(&before, &drawing, &links);
    }

    /// Holds for labels that are no wider than what is between the boxes.
    #[test]
    fn labels_of_ways_to_and_fro_do_not_overlap(
        x in -400.0..400.0, y in -400.0..400.0, (a, b) in (60.0..188.0, 60.0..188.0), width in 20.0..120.0,
    ) {
        let nodes = [node(0, 0.0, 0.0, a, 54.0), node(1, x, y, b, 32.0)];
        let (across, down) = ((x - a).max(-x - b), (y - 54.0).max(-y - 32.0));
        prop_assume!(across >= 60.0 || down >= 60.0);
        let drawing = drawn(&nodes, &[link(0, 1, width), link(1, 0, width)]);
        let (there, back) = (drawing.path(0, 1).unwrap(), drawing.path(1, 0).unwrap());
        assert!(!covers(label_box(there, width), label_box(back, width)), "{there:?} {back:?}");
        for (a, b) in pieces(there) {
            for (c, d) in pieces(back) {
                let (one, other) = (Rect::around(a, b), Rect::around(c, d));
                let (wide, high) = (
                    one.right().min(other.right()) - one.x.max(other.x),
                    one.bottom().min(other.bottom()) - one.y.max(other.y),
                );
                assert!(wide.max(high) <= 0.0 || wide.min(high) < 0.0, "a shared piece: {there:?} {back:?}");
            }
        }
    }

    /// Holds for graphs about as dense as a workflow, with labels that fit between the columns. Where more ways run
    /// side by side between two layers than fit there, labels may overlap.
    #[test]
    fn labels_of_layered_graphs_do_not_overlap((nodes, links) in layered()) {
        let drawing = drawn(&nodes, &links);
        check_free(&drawing, &nodes, &links);
        let boxes: Vec<Rect> =
            links.iter().map(|link| label_box(drawing.path(link.from, link.to).unwrap(), link.label)).collect();
        for (number, label) in boxes.iter().enumerate() {
            for (link, other) in links.iter().zip(&boxes).skip(number + 1) {
                assert!(!covers(*label, *other), "{:?} {link:?}", links[number]);
            }
        }
    }
}
