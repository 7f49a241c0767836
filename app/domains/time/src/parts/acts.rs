//! What can be done to time on a page.

use kernel::{Error, Heard, Result, TimeEntryId, use_news, use_viewer};
use leptos::{prelude::*, task::spawn_local};
use ui::{
    Toast, Toaster, on_answer, use_toaster,
    waiting::{self, Waiting},
};

use super::waiting::{Act, kept};
use crate::{
    api,
    model::{Running, Stopped, TimeEntry},
    rules::show_duration,
};

/// The acts of a page, made once: the content is drawn anew whenever something changes. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Acts {
    /// Logs time.
    pub(crate) log: ServerAction<api::LogTime>,
    /// Changes an entry.
    pub(crate) change: ServerAction<api::ChangeTime>,
    /// What is typed into the form.
    pub(crate) duration: RwSignal<String>,
    /// When it was.
    pub(crate) day: RwSignal<String>,
    /// At what.
    pub(crate) note: RwSignal<String>,
    /// On what, where the page does not say so itself.
    pub(crate) item: RwSignal<String>,
    /// By which the next entry is written once, however often it is sent.
    pub(crate) act_key: RwSignal<String>,
    /// The entry that is being changed.
    pub(crate) editing: RwSignal<Option<TimeEntryId>>,
    /// The viewer's timer, as it was loaded last.
    pub(crate) timer: RwSignal<Option<Running>>,
    sent: StoredValue<Option<Waiting>>,
    reload: Callback<()>,
    toaster: Toaster,
}

/// Loads again when one's own time changes, in whichever window: at news whose kind begins like this.
pub(crate) fn follow(reload: Callback<()>, kinds: &'static str) {
    let viewer = use_viewer();
    let listener = Callback::new(move |heard| match heard {
        Heard::News { kind, .. } if kind.starts_with(kinds) => reload.run(()),
        Heard::Missed => reload.run(()),
        _ => {}
    });
    use_news(move || Some(format!("member/{}", viewer.get()?.ok()?.member_id)), listener);
}

impl Acts {
    /// `reload` loads again what the page shows.
    pub(crate) fn new(reload: Callback<()>) -> Self {
        let acts = Acts {
            log: ServerAction::new(),
            change: ServerAction::new(),
            duration: RwSignal::new(String::new()),
            day: RwSignal::new(String::new()),
            note: RwSignal::new(String::new()),
            item: RwSignal::new(String::new()),
            act_key: RwSignal::new(String::new()),
            editing: RwSignal::new(None),
            timer: RwSignal::new(None),
            sent: StoredValue::new(None),
            reload,
            toaster: use_toaster(),
        };
        Effect::new(move |_| acts.act_key.set(waiting::new_key()));
        // The network may lose what is sent.
        Effect::new(move |_| {
            if let Some(api::LogTime { item, duration, day, note, .. }) = acts.log.input().get() {
                let act = Act::Time { item, duration, day, note };
                acts.sent.set_value(Some(kept(acts.act_key.get_untracked(), &act)));
            }
        });
        on_answer(acts.log, move |answer| acts.logged(&answer));
        on_answer(acts.change, move |answer| {
            // A mistake stands in the form.
            if answer.is_ok() {
                acts.editing.set(None);
                acts.reload.run(());
            }
        });
        acts
    }

    fn logged(self, answer: &Result<TimeEntry>) {
        let sent = self.sent.try_update_value(Option::take).flatten();
        // What is logged next has a key of its own.
        self.act_key.set(waiting::new_key());
        let kept = match (answer, sent) {
            (Err(error), Some(sent)) => waiting::keep(error, sent),
            _ => false,
        };
        if kept {
            self.log.clear();
        }
        // Only what is written or kept is emptied: a mistake leaves the text where it is.
        if kept || answer.is_ok() {
            self.duration.set(String::new());
            self.note.set(String::new());
        }
        if let Ok(entry) = answer {
            self.offer_undo(format!("{} logged", show_duration(entry.minutes)), entry.id);
            self.reload.run(());
        }
    }

    /// Says what was logged; the way back deletes it.
    fn offer_undo(self, text: String, id: TimeEntryId) {
        self.toaster.undoable(text, move || api::delete_time(id), move |()| self.again());
    }

    /// Loads again, if the page is still there.
    fn again(self) {
        self.reload.try_run(());
    }

    /// Deletes an entry, with the way back.
    pub(crate) fn delete(self, id: TimeEntryId) {
        spawn_local(async move {
            match api::delete_time(id).await {
                Ok(()) => self.toaster.undoable(
                    "Time deleted",
                    move || api::restore_time(id),
                    move |_: TimeEntry| self.again(),
                ),
                Err(error) => self.failed(&error),
            }
            self.again();
        });
    }

    /// Starts the timer on an item.
    pub(crate) fn start(self, item: String) {
        spawn_local(async move {
            match api::start_timer(item).await {
                Ok(None) => {}
                Ok(Some(stopped)) => self.stopped(&stopped),
                Err(error) => self.failed(&error),
            }
            self.again();
        });
    }

    /// Stops the timer.
    pub(crate) fn stop(self) {
        spawn_local(async move {
            match api::stop_timer().await {
                Ok(stopped) => self.stopped(&stopped),
                Err(error) => self.failed(&error),
            }
            self.again();
        });
    }

    /// Lets go of the timer.
    pub(crate) fn discard(self) {
        spawn_local(async move {
            match api::discard_timer().await {
                Ok(()) => drop(self.toaster.show(Toast::new("Timer discarded"))),
                Err(error) => self.failed(&error),
            }
            self.again();
        });
    }

    fn stopped(self, stopped: &Stopped) {
        let logged = show_duration(stopped.entry.minutes);
        if stopped.cut {
            let text =
                format!("The timer ran longer than {} had room for: {logged} logged", stopped.entry.day);
            self.offer_undo(text, stopped.entry.id);
        } else {
            self.offer_undo(format!("Timer stopped, {logged} logged"), stopped.entry.id);
        }
    }

    fn failed(self, error: &Error) {
        self.toaster.show(Toast::failed(error.to_string()));
    }
}
