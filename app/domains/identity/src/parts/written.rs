//! How the organisation writes times and words.

use kernel::{HourClock, Viewer};
use ui::{when::Clock, words::Language};

/// The language of the organisation.
pub(crate) fn language(viewer: &Viewer) -> Language {
    Language::from_tag(&viewer.settings.language)
}

/// The clock of the organisation.
pub(crate) fn clock(viewer: &Viewer) -> Clock {
    match viewer.settings.clock {
        HourClock::H12 => Clock::Hours12,
        HourClock::H24 => Clock::Hours24,
    }
}
