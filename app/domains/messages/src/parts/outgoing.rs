//! Messages on their way: shown at once, sent one after the other, and kept by the window until the server has them.

use gloo::storage::{SessionStorage, Storage};
use kernel::{ConversationId, FileId};
use leptos::{ev, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::room::Room;
use crate::api;

/// A message that is not known to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Where it goes.
    pub conversation: ConversationId,
    /// By which it is there once, however often it is sent.
    pub key: Uuid,
    /// What it says.
    pub body: String,
    /// The files that go with it.
    pub files: Vec<FileId>,
    /// Why it was not sent; it waits or is under way without a reason.
    pub failed: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    key: Uuid,
    body: String,
    #[serde(default)]
    files: Vec<FileId>,
}

fn place(conversation: ConversationId) -> String {
    format!("mediap-unsent-{conversation}")
}

/// Messages on their way from one page. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Outbox {
    /// The messages, in the order in which they were written.
    pub all: RwSignal<Vec<Outgoing>>,
    busy: StoredValue<bool>,
}

impl Outbox {
    /// Nothing is on its way.
    pub fn new() -> Self {
        Outbox { all: RwSignal::new(Vec::new()), busy: StoredValue::new(false) }
    }

    fn keep(self, conversation: ConversationId) {
        let kept = self.all.try_with_untracked(|all| {
            let here = all.iter().filter(|it| it.conversation == conversation);
            here.map(|it| Kept { key: it.key, body: it.body.clone(), files: it.files.clone() })
                .collect::<Vec<_>>()
        });
        let Some(kept) = kept else { return };
        if kept.is_empty() {
            SessionStorage::delete(place(conversation));
        } else if SessionStorage::set(place(conversation), kept).is_err() {
            leptos::logging::warn!("the browser does not keep what is not sent yet");
        }
    }
}

impl Room {
    /// Sends a message.
    pub fn send(self, conversation: ConversationId, body: String, files: Vec<FileId>) {
        let message = Outgoing { conversation, key: Uuid::new_v4(), body, files, failed: None };
        self.outbox.all.try_update(|all| all.push(message));
        self.outbox.keep(conversation);
        self.line.try_set(None);
        self.pump();
    }

    /// Sends what failed once more.
    pub fn send_again(self, fits: impl Fn(&Outgoing) -> bool) {
        self.outbox.all.try_update(|all| {
            for message in all.iter_mut().filter(|message| fits(message)) {
                message.failed = None;
            }
        });
        self.pump();
    }

    /// Gives a message up that was not sent. Gives what it said, and its files.
    pub fn give_up(self, key: Uuid) -> Option<(String, Vec<FileId>)> {
        let message = self.outbox.all.try_update(|all| {
            let at = all.iter().position(|message| message.key == key)?;
            Some(all.remove(at))
        })??;
        self.outbox.keep(message.conversation);
        Some((message.body, message.files))
    }

    /// Goes on with what was on its way when the window was loaded, or came back to the conversation. What has arrived
    /// meanwhile is there once.
    pub fn resume(self, conversation: ConversationId) {
        let Ok(kept) = SessionStorage::get::<Vec<Kept>>(place(conversation)) else { return };
        self.outbox.all.try_update(|all| {
            for Kept { key, body, files } in kept {
                if all.iter().all(|message| message.key != key) {
                    all.push(Outgoing { conversation, key, body, files, failed: None });
                }
            }
        });
        self.pump();
    }

    /// Tries again when the browser has found its way back to the network.
    pub fn send_when_online(self) {
        Effect::new(move |_| {
            let online = window_event_listener(ev::online, move |_| self.send_again(|_| true));
            on_cleanup(move || online.remove());
        });
    }

    /// One after the other, so that they arrive in the order in which they were written.
    fn pump(self) {
        if self.outbox.busy.try_get_value() != Some(false) {
            return;
        }
        self.outbox.busy.set_value(true);
        spawn_local(async move {
            while let Some(message) = self.next() {
                let Outgoing { conversation, key, body, files, .. } = message;
                match api::send_message(conversation, key, body, files).await {
                    Ok(message) => {
                        self.sent(conversation, message);
                        self.outbox.all.try_update(|all| all.retain(|it| it.key != key));
                    }
                    Err(error) => {
                        let text = error.to_string();
                        self.outbox.all.try_update(|all| {
                            for it in all.iter_mut().filter(|it| it.key == key) {
                                it.failed = Some(text.clone());
                            }
                        });
                    }
                }
                self.outbox.keep(conversation);
            }
            self.outbox.busy.try_set_value(false);
        });
    }

    fn next(self) -> Option<Outgoing> {
        self.outbox.all.try_with_untracked(|all| all.iter().find(|it| it.failed.is_none()).cloned())?
    }
}
