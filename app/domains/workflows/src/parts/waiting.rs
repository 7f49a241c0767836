//! Acts that the network lost: the browser keeps them and sends them again, each with the key it was first sent with, so
//! that it is done once. What the server refuses by then is said, and overwrites nothing.
//!
//! They are kept in `localStorage` for the member whose acts they are, as JSON: a list of [`Waiting`]. The page that
//! stands in for all others without a network reads it too (`server/src/offline/offline.js`).

use std::{cell::Cell, time::Duration};

use kernel::{CommentId, Error, ItemId, MemberId, StepId};
use leptos::{ev, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};
use ui::{Toast, Toaster, js};

use crate::api;

/// How long a server that cannot be reached is left alone.
const AGAIN: Duration = Duration::from_secs(15);
/// How often an act is sent that the server fails at by itself.
const MOST_TRIES: u32 = 5;

/// An act that is not known to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// By which it is done once.
    pub key: String,
    /// What it is, at the beginning of a sentence: `The move of UC-12`.
    pub what: String,
    /// What is to be done.
    pub act: Act,
    /// How often the server has failed at it.
    #[serde(default)]
    pub tries: u32,
}

/// What can wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// A comment.
    Comment {
        /// On what.
        item_id: ItemId,
        /// What it says.
        body: String,
    },
    /// A move of an item that had this version.
    Move {
        /// The item.
        item_id: ItemId,
        /// Where to.
        to: StepId,
        /// As it was seen.
        version: i64,
    },
}

thread_local! {
    /// Whose acts are kept.
    static OF: Cell<Option<(MemberId, Toaster)>> = const { Cell::new(None) };
    static SENDING: Cell<bool> = const { Cell::new(false) };
}

/// Keeps what is done for a member from now on, and sends what waits: now, and whenever the network is back. Ends with
/// the owner it is called under.
pub fn send_what_waits(member: MemberId, toaster: Toaster) {
    OF.set(Some((member, toaster)));
    super::recent::is_here(member);
    let online = window_event_listener(ev::online, |_| send());
    on_cleanup(move || online.remove());
    send();
}

/// A key for an act. It need not be a secret, only another one each time.
pub fn new_key() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        crypto.get_random_values_with_u8_array(&mut bytes).ok();
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// Keeps an act whose request or answer the network lost. False when it was lost for another reason, or nothing can be
/// kept: then it is for the page to say so.
pub fn keep(error: &Error, waiting: Waiting) -> bool {
    let Some((member, toaster)) = OF.get().filter(|_| matches!(error, Error::Network(_))) else {
        return false;
    };
    let text = format!("{} waits here and is sent when the network is back", waiting.what);
    let mut all = load(member);
    all.push(waiting);
    if !store(member, &all) {
        return false;
    }
    toaster.show(Toast::new(text));
    set_timeout(send, AGAIN);
    true
}

/// Sends what waits, the oldest first.
fn send() {
    let Some((member, toaster)) = OF.get() else { return };
    if SENDING.replace(true) {
        return;
    }
    spawn_local(async move {
        let mut done = Vec::new();
        while let Some(mut first) = load(member).into_iter().next() {
            match first.send().await {
                Ok(()) => done.push(first.what.clone()),
                Err(Error::Network(_) | Error::Unavailable(_)) => {
                    set_timeout(send, AGAIN);
                    break;
                }
                // Whoever logs in again sends it then.
                Err(Error::Unauthenticated) => break,
                Err(Error::TooMany { retry_after_secs }) => {
                    let wait = u64::try_from(retry_after_secs).unwrap_or_default();
                    set_timeout(send, Duration::from_secs(wait).max(AGAIN));
                    break;
                }
                // It may be over in a moment, and what was done is not lost for it.
                Err(Error::Internal { .. }) if first.tries < MOST_TRIES => {
                    first.tries += 1;
                    let mut all = load(member);
                    all.retain(|other| other.key != first.key);
                    all.insert(0, first);
                    store(member, &all);
                    set_timeout(send, AGAIN);
                    break;
                }
                Err(error) => refused(toaster, &first, &error),
            }
            let rest: Vec<_> = load(member).into_iter().filter(|other| other.key != first.key).collect();
            store(member, &rest);
        }
        match done.as_slice() {
            [] => {}
            [what] => drop(toaster.show(Toast::new(format!("{what} is saved now")))),
            all => drop(toaster.show(Toast::new(format!("{} changes from before are saved now", all.len())))),
        }
        SENDING.set(false);
    });
}

impl Waiting {
    async fn send(&self) -> kernel::Result<()> {
        let key = Some(self.key.clone());
        match &self.act {
            Act::Comment { item_id, body } => {
                let written: kernel::Result<CommentId> = api::add_comment(*item_id, body.clone(), key).await;
                written.map(drop)
            }
            Act::Move { item_id, to, version } => {
                api::move_item(*item_id, *to, *version, key).await.map(drop)
            }
        }
    }
}

/// Says that it was not done. What somebody wrote is not lost.
fn refused(toaster: Toaster, waiting: &Waiting, error: &Error) {
    let toast = Toast::failed(format!("{} was not saved. {error}", waiting.what)).stay();
    toaster.show(match &waiting.act {
        Act::Comment { body, .. } => {
            let body = body.clone();
            toast.act("Copy the text", move || ui::copy_to_clipboard(body.clone(), toaster))
        }
        Act::Move { .. } => toast,
    });
}

fn place(member: MemberId) -> String {
    format!("mediap-waiting-{member}")
}

fn load(member: MemberId) -> Vec<Waiting> {
    let text = js::read_kept(&place(member));
    text.and_then(|text| serde_json::from_slice(text.as_bytes()).ok()).unwrap_or_default()
}

fn store(member: MemberId, all: &[Waiting]) -> bool {
    if all.is_empty() {
        return js::keep(&place(member), None);
    }
    serde_json::to_string(all).is_ok_and(|text| js::keep(&place(member), Some(&text)))
}
