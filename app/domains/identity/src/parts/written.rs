//! How the organisation writes times and words.

use kernel::{HourClock, Settings, Viewer};
use ui::{when::Clock, words::Language};

/// The language of the viewer's organisation.
pub(crate) fn language(viewer: &Viewer) -> Language {
    language_of(&viewer.settings)
}

/// The clock of the viewer's organisation.
pub(crate) fn clock(viewer: &Viewer) -> Clock {
    clock_of(&viewer.settings)
}

/// The language of an organisation.
pub(crate) fn language_of(settings: &Settings) -> Language {
    Language::from_tag(&settings.language)
}

/// The clock of an organisation.
pub(crate) fn clock_of(settings: &Settings) -> Clock {
    match settings.clock {
        HourClock::H12 => Clock::Hours12,
        HourClock::H24 => Clock::Hours24,
    }
}
