//! Who looks at a record, and who writes in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use uuid::Uuid;

use crate::Hearers;

/// PostgreSQL's channel; the payload is a [`Notice`].
pub(crate) const CHANNEL: &str = "mediap_presence";

/// Who does not say it again within this time has gone. Pages say it every 20 seconds.
const STAYS: Duration = Duration::from_secs(45);
/// Who does not write on is only looking.
const WRITES: Duration = Duration::from_secs(6);

/// What somebody does at a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// The record is open in front of them.
    Looking,
    /// They are writing.
    Typing,
    /// They point at a place of its drawing.
    Pointing {
        /// From the left, in the drawing's own px.
        x: i32,
        /// From the top.
        y: i32,
    },
    /// They have left.
    Gone,
}

/// That a member is at a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// What pages listen to, e.g. `item/<id>`.
    pub topic: String,
    /// The member.
    pub member_id: Uuid,
    /// What they do.
    pub doing: Doing,
    /// Who may know.
    pub hearers: Hearers,
}

#[derive(Serialize, Deserialize)]
struct Notice<P> {
    organisation: Uuid,
    presence: P,
}

impl Presence {
    /// As other servers are told; none that would be longer than PostgreSQL takes.
    pub(crate) fn payload(&self, organisation: Uuid) -> Option<String> {
        serde_json::to_string(&Notice { organisation, presence: self }).ok().filter(|text| text.len() < 8_000)
    }

    pub(crate) fn parse(payload: &str) -> Option<(Uuid, Presence)> {
        let notice: Notice<Presence> = serde_json::from_str(payload).ok()?;
        Some((notice.organisation, notice.presence))
    }
}

/// Everybody who is at a record now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// What pages listen to, e.g. `item/<id>`.
    pub topic: String,
    /// The members and what they do, by id.
    pub people: Vec<(Uuid, Doing)>,
    /// Who may know.
    pub hearers: Hearers,
}

#[derive(Debug)]
struct Record {
    hearers: Hearers,
    people: BTreeMap<Uuid, Seen>,
}

#[derive(Debug)]
struct Seen {
    at: Instant,
    doing: Doing,
}

/// Who is at the records of one organisation.
#[derive(Debug, Default)]
pub(crate) struct Room(BTreeMap<String, Record>);

impl Room {
    /// Takes note; what has changed by it, if anything has.
    pub(crate) fn see(&mut self, presence: Presence) -> Option<Present> {
        let Presence { topic, member_id, doing, hearers } = presence;
        let before = self.at(&topic);
        if doing == Doing::Gone {
            self.0.get_mut(&topic)?.people.remove(&member_id);
        } else {
            let record = self.0.entry(topic.clone());
            let record =
                record.or_insert_with(|| Record { hearers: hearers.clone(), people: BTreeMap::new() });
            // Members of a conversation come and go.
            record.hearers = hearers;
            record.people.insert(member_id, Seen { at: Instant::now(), doing });
        }
        self.changed(topic, &before)
    }

    /// Lets go of everybody who has not been heard of for long.
    pub(crate) fn forget_who_went(&mut self) -> Vec<Present> {
        let topics: BTreeSet<String> = self.0.keys().cloned().collect();
        topics
            .into_iter()
            .filter_map(|topic| {
                let before = self.at(&topic);
                let people = &mut self.0.get_mut(&topic)?.people;
                people.retain(|_, seen| seen.at.elapsed() < STAYS);
                for seen in people.values_mut() {
                    if seen.doing == Doing::Typing && WRITES <= seen.at.elapsed() {
                        seen.doing = Doing::Looking;
                    }
                }
                self.changed(topic, &before)
            })
            .collect()
    }

    /// Who is at a record.
    pub(crate) fn at(&self, topic: &str) -> Vec<(Uuid, Doing)> {
        let record = self.0.get(topic);
        record
            .map(|record| record.people.iter().map(|(id, seen)| (*id, seen.doing)).collect())
            .unwrap_or_default()
    }

    /// Whether nobody is anywhere.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn changed(&mut self, topic: String, before: &[(Uuid, Doing)]) -> Option<Present> {
        let people = self.at(&topic);
        let hearers = self.0.get(&topic)?.hearers.clone();
        if people.is_empty() {
            self.0.remove(&topic);
        }
        (people != before).then_some(Present { topic, people, hearers })
    }
}
