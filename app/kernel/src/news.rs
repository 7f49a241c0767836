//! What pages hear of while they are open. The shell keeps the connection; pages listen to topics.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What somebody does at a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

#[cfg(feature = "ssr")]
impl From<Doing> for live::Doing {
    fn from(doing: Doing) -> Self {
        match doing {
            Doing::Looking => live::Doing::Looking,
            Doing::Typing => live::Doing::Typing,
            Doing::Pointing { x, y } => live::Doing::Pointing { x, y },
            Doing::Gone => live::Doing::Gone,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<live::Doing> for Doing {
    fn from(doing: live::Doing) -> Self {
        match doing {
            live::Doing::Looking => Doing::Looking,
            live::Doing::Typing => Doing::Typing,
            live::Doing::Pointing { x, y } => Doing::Pointing { x, y },
            live::Doing::Gone => Doing::Gone,
        }
    }
}

/// What a page hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Something happened.
    News {
        /// What, e.g. `item.moved`.
        kind: String,
        /// The record it happened to.
        subject_id: Uuid,
    },
    /// Who is at the record now, and what they do.
    Present(Vec<(Uuid, Doing)>),
    /// More happened than is told one by one: everything has to be fetched again.
    Missed,
}

/// Where the pages of a window listen. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Newsroom(StoredValue<Listeners>);

#[derive(Debug, Default)]
struct Listeners {
    last: u32,
    all: Vec<(u32, String, Callback<Heard>)>,
}

/// In place of a topic: all of them.
pub const EVERYTHING: &str = "";

impl Newsroom {
    /// Gives the pages below a place to listen.
    pub fn provide() -> Self {
        let room = Newsroom(StoredValue::default());
        provide_context(room);
        room
    }

    /// Tells who listens to the topic, or to all of them; everybody without one.
    pub fn tell(self, topic: Option<&str>, heard: &Heard) {
        // Telling may draw a page anew, which listens or stops listening.
        let told = self.0.try_with_value(|listeners| {
            let fits = |wanted: &str| wanted == EVERYTHING || topic.is_none_or(|topic| topic == wanted);
            let all = listeners.all.iter().filter(|(_, wanted, _)| fits(wanted));
            all.map(|(_, _, listener)| *listener).collect::<Vec<_>>()
        });
        for listener in told.unwrap_or_default() {
            listener.try_run(heard.clone());
        }
    }

    /// Listens to a topic for as long as the present owner lives.
    pub fn listen(self, topic: String, listener: Callback<Heard>) {
        let number = self.0.try_update_value(|listeners| {
            listeners.last += 1;
            listeners.all.push((listeners.last, topic, listener));
            listeners.last
        });
        on_cleanup(move || {
            self.0.try_update_value(|listeners| listeners.all.retain(|(other, ..)| Some(*other) != number));
        });
    }
}

/// Listens to a topic, once it is known, while the component is on the page. On the server it does nothing.
pub fn use_news(topic: impl Fn() -> Option<String> + 'static, listener: Callback<Heard>) {
    let Some(room) = use_context::<Newsroom>() else { return };
    Effect::new(move |_| {
        if let Some(topic) = topic() {
            room.listen(topic, listener);
        }
    });
}
