//! What can be done to a booking, wherever it is shown. Each act can be taken back.

use kernel::{Error, Result};
use leptos::{prelude::*, task::spawn_local};
use ui::{Toast, Toaster, use_toaster};

use super::Reading;
use crate::{api::booking as api, model::BookingCard};

/// The acts of a page. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct BookingActs {
    toaster: Toaster,
    reload: Callback<()>,
}

impl BookingActs {
    /// `reload` loads again what the page shows.
    pub(crate) fn new(reload: Callback<()>) -> Self {
        BookingActs { toaster: use_toaster(), reload }
    }

    /// Loads again, if the page is still there.
    pub(crate) fn again(self) {
        self.reload.try_run(());
    }

    /// Says what went wrong.
    pub(crate) fn failed(self, error: &Error) {
        self.toaster.show(Toast::failed(error.to_string()));
    }

    /// Says that it is done.
    pub(crate) fn finish(self, booking: &BookingCard) {
        let (id, version, title) = (booking.id, booking.version, booking.title().to_owned());
        spawn_local(async move {
            self.undoable(api::finish_booking(id, version).await, format!("{title} is done"), move || {
                api::restore_booking(id)
            });
        });
    }

    /// Says that it is not done after all.
    pub(crate) fn reopen(self, booking: &BookingCard) {
        let (id, title) = (booking.id, booking.title().to_owned());
        spawn_local(async move {
            match api::restore_booking(id).await {
                Ok(_) => drop(self.toaster.show(Toast::new(format!("{title} is open again")))),
                Err(error) => self.failed(&error),
            }
            self.again();
        });
    }

    /// Calls it off.
    pub(crate) fn cancel(self, booking: &BookingCard) {
        let (id, title) = (booking.id, booking.title().to_owned());
        spawn_local(async move {
            self.undoable(api::cancel_booking(id).await, format!("{title} is called off"), move || {
                api::restore_booking(id)
            });
        });
    }

    /// Says what came of a plan: the way back gives the booking the time that it had before.
    pub(crate) fn planned(self, before: &BookingCard, now: &BookingCard, reading: Reading) {
        let text = match (now.starts, now.ends) {
            (Some(starts), Some(ends)) => format!("{}: {}", now.title(), reading.moment(starts, ends)),
            _ => format!("{} has no time any more", now.title()),
        };
        let (id, version) = (now.id, now.version);
        let (starts, minutes) = (before.starts.map(|at| at.text()).unwrap_or_default(), before.minutes);
        let undo = move || api::plan_booking(id, version, starts.clone(), minutes);
        self.toaster.undoable(text, undo, move |_| self.again());
    }

    /// Takes its time away.
    pub(crate) fn unplan(self, booking: &BookingCard, reading: Reading) {
        let before = booking.clone();
        spawn_local(async move {
            let answer = api::plan_booking(before.id, before.version, String::new(), before.minutes).await;
            match answer {
                Ok(now) => self.planned(&before, &now, reading),
                Err(error) => self.failed(&error),
            }
            self.again();
        });
    }

    /// Says what was booked; the way back calls it off.
    pub(crate) fn added(self, booking: &BookingCard, reading: Reading) {
        let title = booking.title();
        let text = match (booking.starts, booking.ends) {
            (Some(starts), Some(ends)) => format!("{title} booked: {}", reading.moment(starts, ends)),
            _ => format!("{title} waits for a time"),
        };
        let id = booking.id;
        self.toaster.undoable(text, move || api::cancel_booking(id), move |()| self.again());
    }

    fn undoable<T, U: 'static, F>(
        self,
        answer: Result<T>,
        text: String,
        undo: impl Fn() -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = Result<U>> + 'static,
    {
        match answer {
            Ok(_) => self.toaster.undoable(text, undo, move |_| self.again()),
            Err(error) => self.failed(&error),
        }
        self.again();
    }
}
