//! What a drag comes to, in steps of a quarter of an hour: a pure decision.

use crate::model::{DAY, Local};

/// How far apart times lie that can be pointed at, in minutes.
pub(super) const STEP: i64 = 15;

/// A beginning and an end after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// When it begins.
    pub(super) starts: Local,
    /// When it ends.
    pub(super) ends: Local,
}

impl Span {
    /// So many minutes from a time on.
    pub(super) fn from(starts: Local, minutes: i64) -> Self {
        Span { starts, ends: starts.plus(minutes) }
    }

    /// How long it is.
    pub(super) fn minutes(self) -> i64 {
        self.ends.0 - self.starts.0
    }

    /// The same, so many minutes later.
    pub(super) fn later(self, minutes: i64) -> Self {
        Span { starts: self.starts.plus(minutes), ends: self.ends.plus(minutes) }
    }

    /// The same with an end so many minutes later, as long as one step at least.
    pub(super) fn longer(self, minutes: i64) -> Self {
        let least = self.starts.plus(STEP.min(self.minutes()));
        Span { ends: self.ends.plus(minutes).max(least), ..self }
    }

    /// What of it is on a day, in minutes since midnight.
    pub(super) fn on(self, midnight: Local) -> Option<(i64, i64)> {
        let (starts, ends) = (self.starts.0 - midnight.0, self.ends.0 - midnight.0);
        let (starts, ends) = (starts.max(0), ends.min(DAY));
        (starts < ends).then_some((starts, ends))
    }
}

/// What is done by dragging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gesture {
    /// Something keeps its length and goes elsewhere; taken up so many minutes after its beginning.
    Move(Span, i64),
    /// Whole days go elsewhere; taken up at a time.
    Days(Span, Local),
    /// The beginning is pulled.
    Start(Span),
    /// The end is pulled.
    End(Span),
    /// The last of whole days is pulled.
    LastDay(Span),
    /// Something new is drawn from here on.
    Make(Local),
}

impl Gesture {
    /// Where it leads while the pointer is at a time.
    pub(super) fn to(self, pointer: Local) -> Span {
        match self {
            Gesture::Move(span, grip) => Span::from(nearest(pointer.plus(-grip)), span.minutes()),
            Gesture::Days(span, from) => {
                let days = pointer.0.div_euclid(DAY) - from.0.div_euclid(DAY);
                span.later(days * DAY)
            }
            Gesture::Start(span) => {
                let starts = nearest(pointer).min(span.ends.plus(-STEP));
                Span { starts, ..span }
            }
            Gesture::End(span) => {
                let ends = nearest(pointer).max(span.starts.plus(STEP));
                Span { ends, ..span }
            }
            Gesture::LastDay(span) => {
                let day = Local(pointer.0.div_euclid(DAY) * DAY);
                Span { ends: day.plus(DAY).max(span.starts.plus(DAY)), ..span }
            }
            Gesture::Make(from) => {
                let (from, here) = (before(from), before(pointer));
                Span { starts: from.min(here), ends: from.max(here).plus(STEP) }
            }
        }
    }
}

/// The step at or before a time.
pub(super) fn before(at: Local) -> Local {
    Local(at.0.div_euclid(STEP) * STEP)
}

/// The nearest step.
fn nearest(at: Local) -> Local {
    before(at.plus(STEP / 2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NINE: Local = Local(29_000 * DAY + 540);

    fn span(from: i64, to: i64) -> Span {
        Span { starts: NINE.plus(from), ends: NINE.plus(to) }
    }

    #[test]
    fn what_is_moved_keeps_its_length_and_snaps() {
        let moved = Gesture::Move(span(0, 50), 20);
        assert_eq!(moved.to(NINE.plus(20)), span(0, 50));
        assert_eq!(moved.to(NINE.plus(20 + 68)), span(75, 125));
        assert_eq!(moved.to(NINE.plus(20 + DAY)), span(DAY, DAY + 50));
    }

    #[test]
    fn an_end_that_is_pulled_stays_behind_the_beginning() {
        assert_eq!(Gesture::End(span(0, 60)).to(NINE.plus(100)), span(0, 105));
        assert_eq!(Gesture::End(span(0, 60)).to(NINE.plus(-300)), span(0, 15));
        assert_eq!(Gesture::Start(span(0, 60)).to(NINE.plus(-40)), span(-45, 60));
        assert_eq!(Gesture::Start(span(0, 60)).to(NINE.plus(300)), span(45, 60));
    }

    #[test]
    fn what_is_new_is_drawn_up_and_down() {
        assert_eq!(Gesture::Make(NINE.plus(7)).to(NINE.plus(7)), span(0, 15));
        assert_eq!(Gesture::Make(NINE.plus(7)).to(NINE.plus(61)), span(0, 75));
        assert_eq!(Gesture::Make(NINE.plus(7)).to(NINE.plus(-20)), span(-30, 15));
    }

    #[test]
    fn whole_days_move_by_days() {
        let days = span(-540, 2 * DAY - 540);
        assert_eq!(Gesture::Days(days, NINE).to(NINE.plus(DAY - 100)), days.later(DAY));
        assert_eq!(Gesture::Days(days, NINE).to(NINE.plus(-541)), days.later(-DAY));
        let three = Span { ends: days.ends.plus(DAY), ..days };
        assert_eq!(Gesture::LastDay(days).to(NINE.plus(2 * DAY)), three);
        let one = Span { ends: days.ends.plus(-DAY), ..days };
        assert_eq!(Gesture::LastDay(days).to(NINE.plus(-5 * DAY)), one);
    }

    #[test]
    fn a_day_has_the_part_that_is_on_it() {
        let midnight = NINE.plus(-540);
        assert_eq!(span(-600, 60).on(midnight), Some((0, 600)));
        assert_eq!(span(0, 5_000).on(midnight), Some((540, DAY)));
        assert_eq!(span(-700, -540).on(midnight), None);
    }

    proptest! {
        #[test]
        fn wherever_it_leads_it_ends_after_it_begins(
            from in 0_i64..DAY, minutes in 1_i64..3_000, grip in 0_i64..600, pointer in -DAY..2 * DAY,
        ) {
            let old = span(from, from + minutes);
            let at = NINE.plus(pointer);
            for gesture in [
                Gesture::Move(old, grip), Gesture::Days(old, old.starts), Gesture::Start(old), Gesture::End(old),
                Gesture::LastDay(old), Gesture::Make(old.starts),
            ] {
                let new = gesture.to(at);
                prop_assert!(new.starts < new.ends);
            }
            prop_assert_eq!(Gesture::Move(old, grip).to(at).starts.0 % STEP, 0);
            prop_assert!(old.longer(-pointer.abs()).starts < old.longer(-pointer.abs()).ends);
        }
    }
}
