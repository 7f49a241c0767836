//! What the page of a conversation knows and does. Its content may be drawn as often as the page likes.

use kernel::{ConversationId, Error, FileId, Heard, MessageId, PageData, Result, use_news};
use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use ui::{Enclosed, Toast, Toaster, use_toaster};

use super::outgoing::Outbox;
use crate::{
    api,
    model::{Message, Talk},
    rules::merge,
};

/// Which conversation is shown, and around which message if not the newest.
pub type Place = (Option<ConversationId>, Option<i64>);

/// The page of a conversation. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Room {
    /// Where it is.
    pub place: Memo<Place>,
    /// What the page waits for.
    pub loaded: PageData<Talk>,
    /// What it shows.
    pub talk: RwSignal<Option<Talk>>,
    /// The place up to which nothing is new, while a line shows it.
    pub line: RwSignal<Option<i64>>,
    /// What is on its way.
    pub outbox: Outbox,
    /// The message that is being changed.
    pub editing: RwSignal<Option<MessageId>>,
    /// What was not sent after all, for the field and the tray.
    pub returned: RwSignal<Option<(String, Vec<FileId>)>>,
    /// The files.
    pub attached: StoredValue<Enclosed>,
    /// What the page waited for last: content that is drawn anew must not bring it back.
    begun: StoredValue<Option<(Place, Talk)>>,
    asking: StoredValue<bool>,
    /// Where the page goes by itself.
    way: RwSignal<Option<String>>,
    toaster: Toaster,
}

impl Room {
    /// The page of the conversation at `place`, which follows what happens there.
    pub fn new(place: Memo<Place>, attached: Enclosed) -> Self {
        let load = |(id, at): Place| async move {
            match id {
                Some(id) => api::load_conversation(id, at).await,
                None => Err(Error::NotFound),
            }
        };
        let room = Room {
            place,
            loaded: kernel::page_data(move || place.get(), load),
            talk: RwSignal::new(None),
            line: RwSignal::new(None),
            outbox: Outbox::new(),
            editing: RwSignal::new(None),
            returned: RwSignal::new(None),
            attached: StoredValue::new(attached),
            begun: StoredValue::new(None),
            asking: StoredValue::new(false),
            way: RwSignal::new(None),
            toaster: use_toaster(),
        };
        let heard = Callback::new(move |heard| match heard {
            Heard::News { kind, .. } => match kind.as_str() {
                "message.added" => room.follow(),
                "message.changed" | "message.conversation" => room.look_again(),
                kind if kind.starts_with("file.") => {
                    room.look_for_files();
                    // What is gone stands below no message any more.
                    if kind == "file.deleted" || kind == "file.restored" {
                        room.look_again();
                    }
                }
                _ => {}
            },
            Heard::Missed => room.look_again(),
            Heard::Present(_) => {}
        });
        use_news(move || place.get().0.map(api::topic), heard);
        room.watch();
        room.send_when_online();
        room
    }

    /// What must be done in the browser as long as the page is there.
    fn watch(self) {
        let navigate = use_navigate();
        Effect::new(move |_| {
            if let Some(way) = self.way.get() {
                navigate(&way, NavigateOptions { replace: true, ..NavigateOptions::default() });
            }
        });
        Effect::new(move |_| {
            self.talk.track();
            self.see();
        });
        Effect::new(move |_| {
            let awake = window_event_listener(ev::visibilitychange, move |_| self.see());
            on_cleanup(move || awake.remove());
        });
        Effect::new(move |_| {
            self.editing.set(None);
            if let Some(id) = self.place.get().0 {
                self.resume(id);
            }
        });
    }

    /// Shows what the page waited for, once.
    pub fn begin(self, talk: Talk) {
        let new = Some((self.place.get_untracked(), talk.clone()));
        if self.begun.with_value(|old| *old == new) {
            return;
        }
        self.begun.set_value(new);
        self.line.set((talk.read < talk.last).then_some(talk.read));
        self.talk.set(Some(talk));
    }

    /// The conversation that is shown, if it is the one of the address.
    fn open(self) -> Option<ConversationId> {
        let id = self.place.try_get_untracked()?.0?;
        let shown = self.talk.try_with_untracked(|talk| talk.as_ref().map(|talk| talk.head.id))??;
        (shown == id).then_some(id)
    }

    /// The places of the first and the last message that are shown, and of the newest that there is.
    fn bounds(self) -> Option<(i64, i64, i64)> {
        self.talk.try_with_untracked(|talk| {
            let talk = talk.as_ref()?;
            let first = talk.messages.first().map_or(1, |message| message.number);
            let last = talk.messages.last().map_or(0, |message| message.number);
            Some((first, last, talk.last))
        })?
    }

    /// Shows what was written since.
    pub fn follow(self) {
        if let Some((_, last, newest)) = self.bounds() {
            // Among older messages only the number of the newest is of use.
            self.ask(if last < newest { newest } else { last + 1 });
        }
    }

    /// Shows what has changed.
    pub fn look_again(self) {
        if let Some((first, last, newest)) = self.bounds() {
            self.ask(if last < newest { newest } else { first });
        }
    }

    fn ask(self, since: i64) {
        let Some(id) = self.open() else { return };
        spawn_local(async move {
            let answer = api::load_since(id, since).await;
            if self.open() == Some(id) {
                match answer {
                    Ok(talk) => self.take(talk),
                    Err(Error::NotFound) => self.leave("You are not in this conversation any more."),
                    // What is shown stays; the next news asks again.
                    Err(_) => {}
                }
            }
        });
    }

    /// Goes to the list, since the conversation is none of the viewer's any more.
    fn leave(self, why: &str) {
        let way = Some("/messages".to_owned());
        if self.way.try_with_untracked(|old| *old != way) == Some(true) {
            self.toaster.show(Toast::new(why));
            self.way.try_set(way);
        }
    }

    fn look_for_files(self) {
        self.attached.try_with_value(|attached| attached.slot.reload.run(()));
    }

    fn take(self, new: Talk) {
        // A file is told of when it was looked at; with a message it may be here before.
        let unknown = self.attached.try_with_value(|attached| {
            let mut files = new.messages.iter().flat_map(|message| &message.files);
            files.any(|file| !attached.knows.run(*file))
        });
        if unknown == Some(true) {
            self.look_for_files();
        }
        let Some((_, last, newest)) = self.bounds() else { return };
        let hidden = document().hidden();
        let older_shown = last < newest;
        self.talk.try_update(|talk| {
            let Some(talk) = talk else { return };
            let messages = std::mem::take(&mut talk.messages);
            let (mut people, read) = (std::mem::take(&mut talk.people), talk.read.max(new.read));
            people.retain(|person| new.people.iter().all(|other| other.id != person.id));
            people.extend(new.people);
            let messages = if older_shown { messages } else { merge(messages, new.messages) };
            *talk = Talk { messages, people, read, ..new };
        });
        // What came while nobody looked is new to who looks again.
        if hidden && self.line.try_get_untracked() == Some(None) && newest < new.last {
            self.line.try_set(Some(newest));
        }
    }

    /// A message of one's own has arrived.
    pub fn sent(self, conversation: ConversationId, message: Message) {
        if self.open() != Some(conversation) {
            return;
        }
        let Some((_, last, newest)) = self.bounds() else { return };
        if last == newest && message.number == last + 1 {
            self.talk.try_update(|talk| {
                if let Some(talk) = talk {
                    (talk.last, talk.read) = (message.number, message.number);
                    talk.messages.push(message);
                }
            });
        } else if last < newest {
            // It stands below what is shown.
            self.way.try_set(Some(format!("/messages/{conversation}")));
        } else {
            self.follow();
        }
    }

    /// Tells the server what the viewer sees.
    fn see(self) {
        if document().hidden() || self.open().is_none() {
            return;
        }
        let seen = self.talk.try_with_untracked(|talk| {
            let talk = talk.as_ref()?;
            let last = talk.messages.last()?.number;
            (talk.read < last).then_some((talk.head.id, last))
        });
        let Some((id, last)) = seen.flatten() else { return };
        self.talk.try_update_untracked(|talk| {
            if let Some(talk) = talk {
                talk.read = last;
            }
        });
        // It is said again with the next message.
        spawn_local(async move { drop(api::mark_read(id, last).await) });
    }

    /// Loads what was written before.
    pub fn load_older(self) {
        let Some(id) = self.open() else { return };
        let Some((first, ..)) = self.bounds().filter(|(first, ..)| 1 < *first) else { return };
        if self.asking.try_get_value() != Some(false) {
            return;
        }
        self.asking.set_value(true);
        spawn_local(async move {
            let answer = api::load_older(id, first).await;
            if self.open() == Some(id) {
                match answer {
                    Ok(older) => {
                        self.talk.try_update(|talk| {
                            if let Some(talk) = talk {
                                talk.messages = merge(older, std::mem::take(&mut talk.messages));
                            }
                        });
                    }
                    Err(error) => self.failed(&error),
                }
            }
            self.asking.try_set_value(false);
        });
    }

    /// Does something that others are told of, so that the page hears what came of it.
    pub fn act(self, act: impl Future<Output = Result<()>> + 'static) {
        spawn_local(async move {
            match act.await {
                Ok(()) => self.look_again(),
                Err(error) => self.failed(&error),
            }
        });
    }

    /// Leaves the group.
    pub fn leave_group(self) {
        let Some(id) = self.open() else { return };
        spawn_local(async move {
            match api::leave_group(id).await {
                Ok(()) => self.leave("You have left the group."),
                Err(error) => self.failed(&error),
            }
        });
    }

    /// Says what failed.
    pub fn failed(self, error: &Error) {
        self.toaster.show(Toast::failed(error.to_string()));
    }
}
