//! Acts that the network lost: the browser keeps them and sends them again, each with the key it was first sent with, so
//! that it is done once. What the server refuses by then is said, and overwrites nothing.
//!
//! They are kept in `localStorage` for the member whose acts they are, as JSON: a list of [`Waiting`]. The page that
//! stands in for all others without a network reads it too (`server/src/offline/offline.js`). Each domain knows its own
//! acts, and `app` puts together who sends which.

use std::{cell::Cell, pin::Pin, time::Duration};

use kernel::{Error, MemberId, Result};
use leptos::{ev, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Toast, Toaster, js};

/// How long a server that cannot be reached is left alone.
const AGAIN: Duration = Duration::from_secs(15);
/// How often an act is sent that the server fails at by itself.
const MOST_TRIES: u32 = 5;
/// Who was here last.
const MEMBER: &str = "mediap-member";

/// An act that is not known to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// By which it is done once.
    pub key: String,
    /// What it is, at the beginning of a sentence: `The move of UC-12`.
    pub what: String,
    /// What is to be done: an act of the domain that knows it.
    pub act: Value,
    /// What somebody wrote in it, so that it is not lost when it is refused.
    #[serde(default)]
    pub words: String,
    /// How often the server has failed at it.
    #[serde(default)]
    pub tries: u32,
}

impl Waiting {
    /// An act of a domain, as it is kept.
    pub fn new(key: String, what: String, act: &impl Serialize) -> Self {
        // Acts are plain data: writing them does not fail.
        let act = serde_json::to_value(act).unwrap_or_default();
        Waiting { key, what, act, words: String::new(), tries: 0 }
    }

    /// The same with what somebody wrote in it.
    #[must_use]
    pub fn with_words(self, words: String) -> Self {
        Waiting { words, ..self }
    }

    /// The act, if it is one of these.
    pub fn read<A: DeserializeOwned>(&self) -> Option<A> {
        A::deserialize(&self.act).ok()
    }
}

/// An act on its way.
pub type Sending = Pin<Box<dyn Future<Output = Result<()>>>>;

/// Sends an act, if it is one of the domain's own.
pub type Sender = fn(&Waiting) -> Option<Sending>;

/// Whose acts are kept, and who sends them.
#[derive(Clone, Copy)]
struct Keeper {
    member: MemberId,
    toaster: Toaster,
    senders: &'static [Sender],
}

thread_local! {
    static KEEPER: Cell<Option<Keeper>> = const { Cell::new(None) };
    static SENDING: Cell<bool> = const { Cell::new(false) };
    static CHANGED: ArcTrigger = ArcTrigger::new();
}

/// Notes who is here: nothing that is kept is shown to anybody else.
pub fn is_here(member: MemberId) {
    js::keep(MEMBER, Some(&member.to_string()));
}

/// Who was here last.
pub fn who_was_here() -> Option<String> {
    js::read_kept(MEMBER)
}

/// Forgets who was here.
pub fn forget_who_was_here() {
    js::keep(MEMBER, None);
}

/// Keeps what is done for a member from now on, and sends what waits: now, and whenever the network is back. Ends with
/// the owner it is called under.
pub fn send_what_waits(member: MemberId, toaster: Toaster, senders: &'static [Sender]) {
    KEEPER.set(Some(Keeper { member, toaster, senders }));
    is_here(member);
    let online = window_event_listener(ev::online, |_| send());
    on_cleanup(move || online.remove());
    changed();
    send();
}

/// The acts that wait here, the oldest first. What reads this in an effect is run again when they change.
pub fn list() -> Vec<Waiting> {
    CHANGED.with(ArcTrigger::track);
    KEEPER.get().map(|keeper| load(keeper.member)).unwrap_or_default()
}

fn changed() {
    CHANGED.with(ArcTrigger::notify);
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
    let keeper = KEEPER.get().filter(|_| matches!(error, Error::Network(_)));
    let Some(Keeper { member, toaster, .. }) = keeper else { return false };
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
    let Some(keeper) = KEEPER.get() else { return };
    let Keeper { member, toaster, .. } = keeper;
    if SENDING.replace(true) {
        return;
    }
    spawn_local(async move {
        let mut done = Vec::new();
        while let Some(mut first) = load(member).into_iter().next() {
            match keeper.send(&first).await {
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

impl Keeper {
    async fn send(self, waiting: &Waiting) -> Result<()> {
        match self.senders.iter().find_map(|sender| sender(waiting)) {
            Some(sending) => sending.await,
            None => Err(Error::Conflict("This version of the program does not know how.".into())),
        }
    }
}

/// Says that it was not done. What somebody wrote is not lost.
fn refused(toaster: Toaster, waiting: &Waiting, error: &Error) {
    let toast = Toast::failed(format!("{} was not saved. {error}", waiting.what)).stay();
    let words = waiting.words.clone();
    toaster.show(if words.is_empty() {
        toast
    } else {
        toast.act("Copy the text", move || crate::copy_to_clipboard(words.clone(), toaster))
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
    let kept = if all.is_empty() {
        js::keep(&place(member), None)
    } else {
        serde_json::to_string(all).is_ok_and(|text| js::keep(&place(member), Some(&text)))
    };
    changed();
    kept
}
