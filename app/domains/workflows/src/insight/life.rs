//! The life of one item.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use kernel::StepId;

/// An item went from one step to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// When.
    pub at: DateTime<Utc>,
    /// Where from.
    pub from: StepId,
    /// Where to.
    pub to: StepId,
    /// Whether it was a way back.
    pub rework: bool,
    /// Whether it took back the move before, with what followed by itself.
    pub undo: bool,
    /// Whether the item went on by itself.
    pub by_itself: bool,
    /// Whether it had ended before, and only the step where it did was taken away.
    pub ended: bool,
}

/// An item was given to somebody, or taken from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handed {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether it was somebody's before.
    pub before: bool,
    /// Whether it is since.
    pub after: bool,
}

/// What happened to an item, as far as the figures need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Its number.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// Where it is.
    pub step: StepId,
    /// Whether it is somebody's now.
    pub assigned: bool,
    /// Its moves in the order of time.
    pub moves: Vec<Move>,
    /// When it was given or taken, in the order of time.
    pub handed: Vec<Handed>,
    /// When it was in the bin: from and until, in the order of time.
    pub binned: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

impl History {
    /// How much of a span of time it was not in the bin.
    pub fn lasted(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Duration {
        self.binned_in(from, until).fold(until - from, |left, (from, until)| left - (until - from))
    }

    /// How long it was somebody's in a span of time, while it was not in the bin.
    pub(super) fn worked(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Duration {
        let all = self.given(from, until);
        self.binned_in(from, until).fold(all, |left, (from, until)| left - self.given(from, until))
    }

    /// When it was in the bin in a span of time.
    fn binned_in(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        let part =
            move |(began, ended): &(DateTime<Utc>, DateTime<Utc>)| ((*began).max(from), (*ended).min(until));
        self.binned.iter().map(part).filter(|(from, until)| from < until)
    }

    /// How long it was somebody's in a span of time.
    fn given(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Duration {
        // Whose it was when it began is not written down, but what the first change made of that is.
        let mut is_somebodys = self.handed.first().map_or(self.assigned, |first| first.before);
        let (mut at, mut sum) = (from, Duration::zero());
        for change in &self.handed {
            let next = change.at.clamp(at, until.max(at));
            if is_somebodys {
                sum += next - at;
            }
            (at, is_somebodys) = (next, change.after);
        }
        if is_somebodys { sum + (until - at).max(Duration::zero()) } else { sum }
    }

    /// The moves that were not taken back.
    fn lasting(&self) -> Vec<Move> {
        let mut moves: Vec<Move> = Vec::with_capacity(self.moves.len());
        for step in &self.moves {
            let undone = moves.iter().rposition(|before| !before.by_itself);
            let undone = undone.filter(|place| {
                let (first, last) = (moves.get(*place), moves.last());
                let fits = |first: &Move, last: &Move| first.from == step.to && last.to == step.from;
                step.undo && first.zip(last).is_some_and(|(first, last)| fits(first, last))
            });
            match undone {
                Some(place) => moves.truncate(place),
                None => moves.push(*step),
            }
        }
        moves
    }
}

/// An item was in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// The step.
    pub step: StepId,
    /// Since when.
    pub from: DateTime<Utc>,
    /// Until when: now where it still is, and when it came where it ended.
    pub until: DateTime<Utc>,
    /// Whether it still is there.
    pub still: bool,
    /// The step that it came from; none for its first stay.
    pub before: Option<StepId>,
    /// Whether it came by a way back.
    pub rework: bool,
}

/// The life of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// Its stays in the order of time, one at least, each beginning where the one before ends.
    pub stays: Vec<Stay>,
    /// When it came to the last steps, if it is in one. From there it may have gone on to another one.
    pub finished: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl Life {
    /// What became of an item until now.
    pub fn new(history: &History, ends: &BTreeSet<StepId>, now: DateTime<Utc>) -> Life {
        let moves = history.lasting();
        let created_at = history.created_at.min(now);
        let first = moves.first().map_or(history.step, |first| first.from);
        let stay = |step, from, before, rework| Stay { step, from, until: now, still: true, before, rework };
        let mut stays = vec![stay(first, created_at, None, false)];
        for step in &moves {
            let Some(before) = stays.last_mut() else { continue };
            // Clocks of several servers may differ a little.
            let at = step.at.clamp(before.from, now);
            (before.until, before.still) = (at, false);
            let (came_from, rework) = (before.step, step.rework && !step.undo);
            stays.push(stay(step.to, at, Some(came_from), rework));
        }
        let mut finished = None;
        if let Some(last) = stays.last_mut() {
            // Where it is, is certain; a history may lack what only a newer program wrote.
            last.step = history.step;
            if ends.contains(&last.step) {
                last.until = last.from;
                // What is put away later was finished before: what counts is when it last came to the ends.
                let left = |place: usize| moves.get(place).is_some_and(|next| next.ended);
                let is_open = |(place, stay): (usize, &Stay)| !ends.contains(&stay.step) && !left(place);
                let open = stays.iter().enumerate().rev().find(|one| is_open(*one)).map(|(place, _)| place);
                finished = stays.get(open.map_or(0, |place| place + 1)).map(|stay| stay.from);
            }
        }
        Life { stays, finished, created_at }
    }

    /// When it began.
    pub fn began(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// When its figures end: where it came to the last step where it is, else now.
    pub fn ended(&self) -> DateTime<Utc> {
        self.stays.last().map_or(self.created_at, |stay| stay.until)
    }

    /// How often it was sent back.
    pub fn reworks(&self) -> i64 {
        self.stays.iter().map(|stay| i64::from(stay.rework)).sum()
    }
}
