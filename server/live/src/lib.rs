//! Live events: what happened, told to every open page that may know.
//!
//! News carries ids only; a page that cares asks for the record, so rights are checked where they always are.
//! Within one process the [`Hub`] is a broadcast channel. A slow listener that falls behind is told so and
//! reloads, rather than holding the others up.

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use uuid::Uuid;

/// How much news a slow listener may be behind before it has to reload.
const BACKLOG: usize = 1024;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// Only pages of this organisation hear it.
    pub organisation_id: Uuid,
    /// What pages listen to, e.g. `workflow/<id>`.
    pub topic: String,
    /// What happened, e.g. `item.moved`.
    pub kind: String,
    /// The record it happened to.
    pub subject_id: Uuid,
    /// The member who did it.
    pub actor_id: Option<Uuid>,
}

/// Where news is told and heard. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Hub(broadcast::Sender<News>);

impl Default for Hub {
    fn default() -> Self {
        Hub(broadcast::channel(BACKLOG).0)
    }
}

impl Hub {
    /// Tells everybody who listens. Nobody listening is fine.
    pub fn tell(&self, news: News) {
        self.0.send(news).ok();
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<News> {
        self.0.subscribe()
    }

    /// How many listeners there are.
    pub fn listeners(&self) -> usize {
        self.0.receiver_count()
    }
}
