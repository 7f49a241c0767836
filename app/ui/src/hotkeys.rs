//! Keys that work anywhere on the page: single keys (`c`), combinations (`mod+k`, where `mod` is Ctrl, or Cmd on a Mac)
//! and sequences (`g b`). A key without `mod` does nothing while someone types or a dialog is open. The component that
//! was mounted last wins; its keys go when it goes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use crate::letters::lower;

/// How long the next key of a sequence may take.
const SEQUENCE_MS: f64 = 1_200.0;

/// Runs something when keys are pressed, as long as the calling component is mounted. Does nothing on the server.
pub fn hotkey(keys: &str, run: impl Fn() + 'static) {
    let Some(keys) = Sequence::parse(keys) else {
        leptos::logging::warn!("no keys to listen to in {keys:?}");
        return;
    };
    let mut waiting = Some((keys, run));
    Effect::new(move |_| {
        if let Some((keys, run)) = waiting.take() {
            let id = register(keys, Rc::new(run));
            on_cleanup(move || forget(id));
        }
    });
}

/// Returns what the newest listener for the keys pressed so far does, and whether more keys may follow.
fn matching(listeners: &[Listener], pressed: &[Chord]) -> Match {
    let newest = |wanted: fn(&[Chord], &[Chord]) -> bool| {
        listeners.iter().rev().find(|listener| wanted(&listener.keys.0, pressed))
    };
    if let Some(listener) = newest(|keys, pressed| keys == pressed) {
        return Match::Run(Rc::clone(&listener.run));
    }
    match newest(|keys, pressed| pressed.len() < keys.len() && keys.starts_with(pressed)) {
        Some(_) => Match::Wait,
        None => Match::Nothing,
    }
}

enum Match {
    Run(Rc<dyn Fn()>),
    Wait,
    Nothing,
}

/// One press: a key with what is held down.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Chord {
    key: String,
    command: bool,
    alt: bool,
    shift: bool,
}

impl Chord {
    fn parse(text: &str) -> Option<Self> {
        let mut chord = Self { key: String::new(), command: false, alt: false, shift: false };
        for part in text.split('+') {
            match part {
                "mod" => chord.command = true,
                "alt" => chord.alt = true,
                "shift" => chord.shift = true,
                key => chord.key = lower(key),
            }
        }
        (!chord.key.is_empty()).then_some(chord)
    }

    fn of(event: &web_sys::KeyboardEvent) -> Option<Self> {
        let key = lower(&event.key());
        if matches!(key.as_str(), "control" | "shift" | "alt" | "meta" | "altgraph") {
            return None;
        }
        // Signs such as `?` need Shift on some keyboards and not on others: only letters and named keys tell it apart.
        let sign = key.chars().count() == 1 && !key.chars().all(char::is_alphanumeric);
        Some(Self {
            command: event.ctrl_key() || event.meta_key(),
            alt: event.alt_key(),
            shift: event.shift_key() && !sign,
            key,
        })
    }
}

/// Presses one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sequence(Vec<Chord>);

impl Sequence {
    fn parse(text: &str) -> Option<Self> {
        let chords: Option<Vec<Chord>> = text.split_whitespace().map(Chord::parse).collect();
        chords.filter(|chords| !chords.is_empty()).map(Self)
    }
}

struct Listener {
    id: u64,
    keys: Sequence,
    run: Rc<dyn Fn()>,
}

thread_local! {
    static LISTENERS: RefCell<Vec<Listener>> = const { RefCell::new(Vec::new()) };
    static PRESSED: RefCell<(f64, Vec<Chord>)> = const { RefCell::new((0.0, Vec::new())) };
    static NEXT_ID: Cell<u64> = const { Cell::new(0) };
}

fn register(keys: Sequence, run: Rc<dyn Fn()>) -> u64 {
    let id = NEXT_ID.replace(NEXT_ID.get() + 1);
    if id == 0 {
        // One listener for the whole page, never removed.
        let _listener = window_event_listener(ev::keydown, pressed);
    }
    LISTENERS.with_borrow_mut(|listeners| listeners.push(Listener { id, keys, run }));
    id
}

fn forget(id: u64) {
    LISTENERS.with_borrow_mut(|listeners| listeners.retain(|listener| listener.id != id));
}

fn pressed(event: web_sys::KeyboardEvent) {
    let Some(chord) = Chord::of(&event) else { return };
    if event.default_prevented() || event.is_composing() || (!chord.command && is_busy(&event)) {
        return;
    }
    let keys = PRESSED.with_borrow_mut(|(at, keys)| {
        let now = event.time_stamp();
        if SEQUENCE_MS < now - *at {
            keys.clear();
        }
        *at = now;
        keys.push(chord.clone());
        keys.clone()
    });
    let find = |keys: &[Chord]| LISTENERS.with_borrow(|listeners| matching(listeners, keys));
    let found = match find(&keys) {
        Match::Nothing if keys.len() != 1 => {
            PRESSED.with_borrow_mut(|(_, keys)| *keys = vec![chord.clone()]);
            find(&[chord])
        }
        found => found,
    };
    match found {
        Match::Run(run) => {
            PRESSED.with_borrow_mut(|(_, keys)| keys.clear());
            event.prevent_default();
            run();
        }
        Match::Wait => (),
        Match::Nothing => PRESSED.with_borrow_mut(|(_, keys)| keys.clear()),
    }
}

/// Tells whether a press belongs to someone else: a field that is typed into, an open menu or dialog.
fn is_busy(event: &web_sys::KeyboardEvent) -> bool {
    const FIELDS: &str = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, \
                          [contenteditable]:not([contenteditable=false]), [role=menu], [role=listbox]";
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let in_field = target.is_some_and(|target| target.closest(FIELDS).ok().flatten().is_some());
    in_field || document().query_selector("dialog:modal").ok().flatten().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chord(text: &str) -> Chord {
        Chord::parse(text).unwrap()
    }

    fn listener(id: u64, keys: &str) -> Listener {
        Listener { id, keys: Sequence::parse(keys).unwrap(), run: Rc::new(|| ()) }
    }

    #[test]
    fn keys_are_read_from_text() {
        assert_eq!(chord("mod+K"), Chord { key: "k".to_owned(), command: true, alt: false, shift: false });
        assert_eq!(Sequence::parse("g b"), Some(Sequence(vec![chord("g"), chord("b")])));
        assert_eq!(Sequence::parse(" "), None);
        assert_eq!(Sequence::parse("mod+"), None);
    }

    #[test]
    fn a_sequence_waits_for_its_next_key() {
        let listeners = [listener(0, "g b"), listener(1, "c")];
        assert!(matches!(matching(&listeners, &[chord("g")]), Match::Wait));
        assert!(matches!(matching(&listeners, &[chord("g"), chord("b")]), Match::Run(_)));
        assert!(matches!(matching(&listeners, &[chord("c")]), Match::Run(_)));
        assert!(matches!(matching(&listeners, &[chord("x")]), Match::Nothing));
    }

    #[test]
    fn the_newest_listener_wins() {
        let listeners = [listener(0, "c"), listener(1, "c")];
        let Match::Run(run) = matching(&listeners, &[chord("c")]) else { panic!("nothing found") };
        assert!(Rc::ptr_eq(&run, &listeners[1].run));
    }
}
