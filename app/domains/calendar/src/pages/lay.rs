//! Where what happens at the same time stands side by side: a pure decision.

/// The place of an entry among those that it meets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Lane {
    /// Which lane, from the left; the first is 0.
    pub(super) at: usize,
    /// How many lanes there are where it stands.
    pub(super) of: usize,
}

/// Places spans, each a beginning and an end after it: two that overlap never share a lane, there are as few lanes as there are
/// spans at one instant, and all of those that meet, be it by others, have the same number of lanes. What ends when another
/// begins does not meet it.
pub(super) fn lanes(spans: &[(i64, i64)]) -> Vec<Lane> {
    let mut order: Vec<(usize, (i64, i64))> = spans.iter().copied().enumerate().collect();
    // Of those that begin together the longest stands first.
    order.sort_by_key(|(number, (starts, ends))| (*starts, -*ends, *number));
    let mut placed: Vec<(usize, Lane)> = Vec::with_capacity(spans.len());
    let mut group = Group::default();
    for (number, (starts, ends)) in order {
        if group.ends <= starts {
            group.close(&mut placed);
        }
        group.take(number, starts, ends);
    }
    group.close(&mut placed);
    placed.sort_unstable_by_key(|(number, _)| *number);
    placed.into_iter().map(|(_, lane)| lane).collect()
}

/// Spans that meet, be it by others.
#[derive(Debug, Default)]
struct Group {
    /// When each lane is free again.
    lanes: Vec<i64>,
    /// Which span got which lane.
    taken: Vec<(usize, usize)>,
    /// When the last of them ends.
    ends: i64,
}

impl Group {
    /// Gives a span the first lane that is free, or one more.
    fn take(&mut self, number: usize, starts: i64, ends: i64) {
        let free = self.lanes.iter_mut().enumerate().find(|(_, until)| **until <= starts);
        let lane = match free {
            Some((lane, until)) => {
                *until = ends;
                lane
            }
            None => {
                self.lanes.push(ends);
                self.lanes.len() - 1
            }
        };
        self.taken.push((number, lane));
        self.ends = if self.taken.len() == 1 { ends } else { self.ends.max(ends) };
    }

    /// Hands over where they stand, and begins anew.
    fn close(&mut self, placed: &mut Vec<(usize, Lane)>) {
        let of = self.lanes.len();
        placed.extend(self.taken.drain(..).map(|(number, at)| (number, Lane { at, of })));
        self.lanes.clear();
        self.ends = i64::MIN;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn places(spans: &[(i64, i64)]) -> Vec<(usize, usize)> {
        lanes(spans).into_iter().map(|lane| (lane.at, lane.of)).collect()
    }

    #[test]
    fn what_stands_alone_has_all_the_room() {
        assert!(places(&[]).is_empty());
        assert_eq!(places(&[(60, 120), (120, 180)]), [(0, 1), (0, 1)]);
        assert_eq!(places(&[(-30, -10), (-10, 10)]), [(0, 1), (0, 1)]);
    }

    #[test]
    fn what_overlaps_stands_side_by_side() {
        assert_eq!(places(&[(60, 120), (90, 150)]), [(0, 2), (1, 2)]);
        // The longest of those that begin together comes first, whatever came first before.
        assert_eq!(places(&[(60, 90), (60, 150)]), [(1, 2), (0, 2)]);
    }

    #[test]
    fn a_lane_is_taken_again() {
        // The third follows the first, and all three meet by the second.
        assert_eq!(places(&[(0, 60), (30, 120), (60, 90)]), [(0, 2), (1, 2), (0, 2)]);
        // What begins after all of them stands alone.
        assert_eq!(places(&[(0, 60), (30, 120), (120, 180)]), [(0, 2), (1, 2), (0, 1)]);
    }

    fn spans() -> impl Strategy<Value = Vec<(i64, i64)>> {
        let span = (-1_440_i64..2_880, 1_i64..600).prop_map(|(starts, length)| (starts, starts + length));
        proptest::collection::vec(span, 0..40)
    }

    fn meet(one: (i64, i64), other: (i64, i64)) -> bool {
        one.0 < other.1 && other.0 < one.1
    }

    proptest! {
        #[test]
        fn overlapping_entries_never_share_a_lane(spans in spans()) {
            let placed = lanes(&spans);
            prop_assert_eq!(placed.len(), spans.len());
            for (one, lane) in spans.iter().zip(&placed) {
                prop_assert!(lane.at < lane.of);
                for (other, next) in spans.iter().zip(&placed) {
                    if meet(*one, *other) {
                        prop_assert!(std::ptr::eq(one, other) || lane.at != next.at);
                        prop_assert_eq!(lane.of, next.of);
                    }
                }
            }
        }

        #[test]
        fn there_are_no_more_lanes_than_entries_at_one_instant(spans in spans()) {
            let placed = lanes(&spans);
            let most = |within: &[(i64, i64)]| {
                within.iter().map(|(at, _)| within.iter().filter(|(s, e)| s <= at && at < e).count()).max()
            };
            let lanes = placed.iter().map(|lane| lane.of).max();
            prop_assert_eq!(lanes, most(&spans));
        }

        #[test]
        fn the_order_in_which_they_come_changes_nothing_but_ties(spans in spans()) {
            let mut sorted = spans.clone();
            sorted.sort_unstable();
            sorted.dedup();
            let turned: Vec<(i64, i64)> = sorted.iter().rev().copied().collect();
            let mut back = lanes(&turned);
            back.reverse();
            prop_assert_eq!(lanes(&sorted), back);
        }
    }
}
