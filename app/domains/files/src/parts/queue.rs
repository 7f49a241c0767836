//! Uploads under way, beside all pages: an upload goes on when its page is left. One file is sent at a time.
//!
//! What a reload breaks off goes on by itself: the browser keeps the file ([`super::kept`]) until it is whole. Where it
//! cannot, choosing the same file again goes on where the server is.

use std::time::Duration;

use gloo::storage::{SessionStorage, Storage};
use kernel::{Error, FileId, MemberId};
use leptos::{prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::{
    browser::{self, Answer, sleep},
    kept,
};
use crate::{api, model, model::CHUNK, rules};

/// How often a chunk is sent again before somebody has to look.
const TRIES: u32 = 6;

/// What the files go to, and in whose name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) kind: &'static str,
    pub(super) key: String,
    pub(super) member: MemberId,
}

impl Target {
    fn is(&self, kind: &str, key: &str) -> bool {
        self.kind == kind && self.key == key
    }

    /// Where the window keeps which files wait for what they are for there.
    fn tray(&self) -> String {
        format!("mediap-tray-{}-{}-{}", self.member, self.kind, self.key)
    }
}

/// What a file is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Aim {
    /// The list of files of its record.
    #[default]
    List,
    /// Something that is being written on the page of its record: nobody else sees it until it is enclosed.
    Writing,
    /// The field of its record's form with this key.
    Field(String),
}

/// How an upload stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stage {
    /// It goes on.
    Going,
    /// It goes on by itself later.
    Waiting(String),
    /// It does not go on by itself.
    Failed { why: String, again: bool },
}

/// A file that is being sent. Cheap to clone.
#[derive(Clone)]
pub(super) struct Sending {
    pub(super) number: u64,
    pub(super) target: Target,
    pub(super) name: String,
    pub(super) size: i64,
    pub(super) aim: Aim,
    pub(super) sent: ArcRwSignal<i64>,
    pub(super) stage: ArcRwSignal<Stage>,
    file: SendWrapper<JsValue>,
    stop: ArcRwSignal<Option<SendWrapper<JsValue>>>,
    upload: ArcRwSignal<Option<model::Upload>>,
}

impl PartialEq for Sending {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

/// See the module. Cheap to clone.
#[derive(Clone)]
pub(super) struct Queue {
    pub(super) sendings: ArcRwSignal<Vec<Sending>>,
    /// Counts what was settled: lists look again.
    pub(super) settled: ArcRwSignal<u64>,
    /// What arrived and waits for what it is for.
    waiting: ArcRwSignal<Vec<(Target, Aim, FileId)>>,
    numbers: ArcRwSignal<u64>,
    busy: ArcRwSignal<bool>,
}

impl Queue {
    fn new() -> Self {
        Queue {
            sendings: ArcRwSignal::new(Vec::new()),
            settled: ArcRwSignal::new(0),
            waiting: ArcRwSignal::new(Vec::new()),
            numbers: ArcRwSignal::new(0),
            busy: ArcRwSignal::new(false),
        }
    }
}

/// The uploads of this browser. On the server there are none, and nobody shares them.
pub(super) fn queue() -> Queue {
    thread_local! {
        static QUEUE: Queue = Queue::new();
    }
    if cfg!(feature = "ssr") { Queue::new() } else { QUEUE.with(Clone::clone) }
}

impl Queue {
    /// Sends a file when its turn comes.
    pub(super) fn add(&self, target: Target, file: JsValue, most: i64, aim: Aim) {
        let (name, size) = (browser::name(&file), browser::size(&file));
        let sending = Sending { aim, ..self.sending(target, file, name, size) };
        if let Err(error) = (rules::Limits { max_bytes: most }).check(size) {
            sending.fail(&error, false);
        }
        self.sendings.update(|sendings| sendings.push(sending));
        self.go();
    }

    /// Goes on with what was broken off by a reload.
    pub(super) async fn resume(&self, target: Target) {
        let tray = tray(&target);
        for (id, file) in kept::find(&target).await {
            let known = self.sendings.with_untracked(|sendings| {
                sendings.iter().any(|sending| sending.upload.get_untracked().is_some_and(|it| it.id == id))
            });
            if known {
                continue;
            }
            let (name, size) = (browser::name(&file), browser::size(&file));
            match api::find_upload(id).await {
                Ok(upload) => {
                    let aim = tray.iter().find(|(_, known)| *known == id).map(|(aim, _)| aim.clone());
                    let aim = aim.unwrap_or_default();
                    let sending = Sending { aim, ..self.sending(target.clone(), file, name, size) };
                    sending.sent.set(upload.received);
                    sending.upload.set(Some(upload));
                    self.sendings.update(|sendings| sendings.push(sending));
                    self.go();
                }
                // It is whole, or was given up.
                Err(Error::NotFound) => kept::forget(id).await,
                Err(_) => (),
            }
        }
    }

    /// Gives an upload up, or takes a failed one off the list.
    pub(super) fn cancel(&self, sending: &Sending) {
        self.sendings.update(|sendings| sendings.retain(|other| other != sending));
        if let Some(stop) = sending.stop.get_untracked() {
            browser::call(&stop, "abort", &[]);
        }
        if let Some(upload) = sending.upload.get_untracked() {
            self.let_go(&sending.target, &sending.aim, &[upload.id]);
            spawn_local(async move {
                kept::forget(upload.id).await;
                api::cancel_upload(upload.id).await.ok();
            });
        }
    }

    /// Tries once more what failed.
    pub(super) fn again(&self, sending: &Sending) {
        sending.stage.set(Stage::Going);
        self.go();
    }

    fn sending(&self, target: Target, file: JsValue, name: String, size: i64) -> Sending {
        let number = self.numbers.get_untracked();
        self.numbers.set(number.wrapping_add(1));
        Sending {
            number,
            target,
            name,
            size,
            aim: Aim::default(),
            sent: ArcRwSignal::new(0),
            stage: ArcRwSignal::new(Stage::Going),
            file: SendWrapper::new(file),
            stop: ArcRwSignal::new(None),
            upload: ArcRwSignal::new(None),
        }
    }

    /// Sends what waits, one after the other.
    fn go(&self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let queue = self.clone();
        spawn_local(async move {
            while let Some(sending) = queue.next() {
                match sending.run(&queue).await {
                    Ok(()) => {
                        if let Some(upload) = sending.upload.get_untracked() {
                            queue.put_back(&sending.target, &sending.aim, &[upload.id]);
                        }
                        queue.sendings.update(|sendings| sendings.retain(|other| *other != sending));
                        queue.settled.update(|settled| *settled = settled.wrapping_add(1));
                    }
                    Err(Stop::Cancelled) => (),
                    Err(Stop::Failed(error, again)) => sending.fail(&error, again),
                }
            }
            queue.busy.set(false);
        });
    }

    fn next(&self) -> Option<Sending> {
        self.sendings.with_untracked(|sendings| {
            let ready = |sending: &&Sending| sending.stage.get_untracked() == Stage::Going;
            sendings.iter().find(ready).cloned()
        })
    }

    /// Whether a file is still on its way, as far as this browser knows.
    pub(super) fn sends(&self, id: FileId) -> bool {
        let is = |sending: &Sending| sending.upload.get().is_some_and(|upload| upload.id == id);
        self.sendings.with(|sendings| sendings.iter().any(is))
    }

    /// What waits for this at this record.
    pub(super) fn waiting(&self, kind: &str, key: &str, aim: &Aim) -> Vec<FileId> {
        self.waiting.with(|all| {
            let here = all.iter().filter(|(target, other, _)| target.is(kind, key) && other == aim);
            here.map(|(.., id)| *id).collect()
        })
    }

    /// What waits at this record, whatever for.
    pub(super) fn all_waiting(&self, kind: &str, key: &str) -> Vec<(Aim, FileId)> {
        self.waiting.with_untracked(|all| {
            let here = all.iter().filter(|(target, ..)| target.is(kind, key));
            here.map(|(_, aim, id)| (aim.clone(), *id)).collect()
        })
    }

    /// Has files wait. In a list none has to.
    pub(super) fn put_back(&self, target: &Target, aim: &Aim, ids: &[FileId]) {
        if *aim == Aim::List || ids.is_empty() {
            return;
        }
        self.waiting.update(|all| {
            for id in ids {
                if all.iter().all(|(_, known, other)| known != aim || other != id) {
                    all.push((target.clone(), aim.clone(), *id));
                }
            }
        });
        note(target, aim, ids);
    }

    /// These files wait no more.
    pub(super) fn let_go(&self, target: &Target, aim: &Aim, ids: &[FileId]) {
        let goes = |known: &Aim, id: &FileId| known == aim && ids.contains(id);
        self.waiting.maybe_update(|all| {
            let before = all.len();
            all.retain(|(_, known, id)| !goes(known, id));
            all.len() != before
        });
        let mut kept = tray(target);
        let before = kept.len();
        kept.retain(|(known, id)| !goes(known, id));
        if kept.len() != before {
            keep(target, &kept);
        }
    }

    /// Remembers what waited before a reload. Whether there was something.
    pub(super) fn recall(&self, target: &Target) -> bool {
        let mut kept = tray(target);
        self.sendings.with_untracked(|sendings| {
            let under_way = |id: &FileId| {
                sendings.iter().any(|sending| sending.upload.get_untracked().is_some_and(|it| it.id == *id))
            };
            kept.retain(|(_, id)| !under_way(id));
        });
        for (aim, id) in &kept {
            self.put_back(target, aim, &[*id]);
        }
        !kept.is_empty()
    }

    fn has(&self, sending: &Sending) -> bool {
        self.sendings.with_untracked(|sendings| sendings.contains(sending))
    }
}

/// Which files wait at this record and what for, as the window keeps it.
fn tray(target: &Target) -> Vec<(Aim, FileId)> {
    SessionStorage::get(target.tray()).unwrap_or_default()
}

fn keep(target: &Target, files: &[(Aim, FileId)]) {
    if files.is_empty() {
        SessionStorage::delete(target.tray());
    } else if SessionStorage::set(target.tray(), files).is_err() {
        leptos::logging::warn!("the browser does not keep what files are for");
    }
}

/// Has the window keep what these files are for.
fn note(target: &Target, aim: &Aim, ids: &[FileId]) {
    let mut kept = tray(target);
    for id in ids {
        if kept.iter().all(|(known, other)| known != aim || other != id) {
            kept.push((aim.clone(), *id));
        }
    }
    keep(target, &kept);
}

/// Why an upload ended before its end.
enum Stop {
    Cancelled,
    Failed(Error, bool),
}

impl Sending {
    fn fail(&self, error: &Error, again: bool) {
        self.stage.set(Stage::Failed { why: error.to_string(), again });
    }

    /// Sends the file to its end.
    async fn run(&self, queue: &Queue) -> Result<(), Stop> {
        let upload = self.begin().await?;
        if !queue.has(self) {
            api::cancel_upload(upload.id).await.ok();
            return Err(Stop::Cancelled);
        }
        if self.aim != Aim::List {
            note(&self.target, &self.aim, &[upload.id]);
        }
        kept::put(upload.id, &self.target, &self.file).await;
        let (mut at, mut chunk, mut tries) = (upload.received, rules::FIRST_CHUNK, 0);
        while at < self.size {
            self.sent.set(at);
            let end = at.saturating_add(chunk).min(self.size);
            let stop = browser::abort_controller();
            self.stop.set(Some(SendWrapper::new(stop.clone())));
            let started = browser::now();
            let answer = browser::send(upload.id, at, &self.file, end, &stop).await;
            self.stop.set(None);
            if !queue.has(self) {
                return Err(Stop::Cancelled);
            }
            match answer {
                Answer::Received => {
                    (at, tries) = (end, 0);
                    self.stage.set(Stage::Going);
                    chunk = rules::next_chunk(chunk, browser::now().saturating_sub(started), CHUNK);
                }
                Answer::Elsewhere => match api::find_upload(upload.id).await {
                    Ok(found) => at = found.received,
                    Err(error) => return Err(Stop::Failed(error, true)),
                },
                Answer::Refused(error) => return Err(Stop::Failed(error, true)),
                Answer::Lost(error) => {
                    tries += 1;
                    if tries == TRIES {
                        return Err(Stop::Failed(error, true));
                    }
                    chunk = rules::FIRST_CHUNK;
                    self.stage.set(Stage::Waiting(error.to_string()));
                    sleep(Duration::from_secs(1 << tries.min(5))).await;
                    if !queue.has(self) {
                        return Err(Stop::Cancelled);
                    }
                }
            }
        }
        self.sent.set(self.size);
        api::complete_upload(upload.id, String::new()).await.map_err(|error| Stop::Failed(error, true))?;
        kept::forget(upload.id).await;
        Ok(())
    }

    async fn begin(&self) -> Result<model::Upload, Stop> {
        let Target { kind, key, .. } = self.target.clone();
        let modified = browser::modified(&self.file);
        let held = self.aim == Aim::Writing;
        let begun =
            api::begin_upload(kind.to_owned(), key, self.name.clone(), self.size, modified, held).await;
        let upload = begun.map_err(|error| {
            let again = !matches!(error, Error::Invalid(_));
            Stop::Failed(error, again)
        })?;
        self.upload.set(Some(upload));
        Ok(upload)
    }
}
