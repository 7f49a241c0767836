//! Which items of a list are selected: by check-boxes and ranges of them, by keys, or all that fit the filter.

use std::collections::BTreeSet;

use kernel::{ItemId, Viewer};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use ui::hotkeys::hotkey;

use super::ShownList;
use crate::{model::Card, parts::browser::is_behind_dialog};

/// What is selected on the open list. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Selection {
    /// The items.
    pub picked: RwSignal<BTreeSet<ItemId>>,
    /// The list.
    pub list: ShownList,
    /// Who looks.
    pub viewer: StoredValue<Viewer>,
    /// Whether a phone shows the check-boxes.
    pub shown: RwSignal<bool>,
    /// The item that was selected last: ranges begin there.
    anchor: StoredValue<Option<ItemId>>,
    /// Whether Shift was held when a check-box was pressed.
    shift: StoredValue<bool>,
}

impl Selection {
    /// What is `picked` of this list, also on other pages of it.
    pub fn new(list: ShownList, viewer: Viewer, picked: RwSignal<BTreeSet<ItemId>>) -> Self {
        Selection {
            picked,
            list,
            viewer: StoredValue::new(viewer),
            shown: RwSignal::new(false),
            anchor: StoredValue::new(None),
            shift: StoredValue::new(false),
        }
    }

    /// How many items are selected.
    pub fn count(self) -> usize {
        self.picked.with(BTreeSet::len)
    }

    /// Whether an item is.
    pub fn has(self, id: ItemId) -> Signal<bool> {
        Signal::derive(move || self.picked.with(|picked| picked.contains(&id)))
    }

    /// Notes whether Shift is held, before a check-box says that it was pressed.
    pub fn note_shift(self, held: bool) {
        self.shift.set_value(held);
    }

    /// Selects an item or not; with Shift held, all from the one that was selected last.
    pub fn choose(self, id: ItemId, chosen: bool) {
        let range = self.shift.get_value();
        self.shift.set_value(false);
        self.set(id, chosen, range);
    }

    fn set(self, id: ItemId, chosen: bool, range: bool) {
        let anchor = self.anchor.get_value().filter(|_| range);
        let ids = match anchor {
            Some(anchor) => self.between(anchor, id),
            None => vec![id],
        };
        self.picked.update(|picked| {
            for id in ids {
                if chosen {
                    picked.insert(id);
                } else {
                    picked.remove(&id);
                }
            }
        });
        self.anchor.set_value(Some(id));
    }

    /// The items on the page from one to the other, whichever stands first.
    fn between(self, one: ItemId, other: ItemId) -> Vec<ItemId> {
        self.list.shown.with_untracked(|list| {
            let place = |id: ItemId| list.cards.iter().position(|card| card.id == id);
            let (Some(one), Some(other)) = (place(one), place(other)) else { return vec![other] };
            let span = list.cards.get(one.min(other)..=one.max(other)).unwrap_or_default();
            span.iter().map(|card| card.id).collect()
        })
    }

    /// Selects all items on the page, or none.
    pub fn choose_page(self, chosen: bool) {
        let ids =
            self.list.shown.with_untracked(|list| list.cards.iter().map(|card| card.id).collect::<Vec<_>>());
        self.picked.update(|picked| {
            for id in ids {
                if chosen {
                    picked.insert(id);
                } else {
                    picked.remove(&id);
                }
            }
        });
    }

    /// How many items on the page are selected.
    pub fn on_page(self) -> i64 {
        self.picked.with(|picked| {
            self.list.shown.with(|list| {
                let count = list.cards.iter().filter(|card| picked.contains(&card.id)).count();
                crate::bulk::as_number(count)
            })
        })
    }

    /// Selects nothing.
    pub fn clear(self) {
        self.picked.set(BTreeSet::new());
        self.anchor.set_value(None);
        self.shown.set(false);
    }

    /// The keys of the list: they go from row to row, and select the row that has the focus or the pointer.
    pub fn listen(self) {
        hotkey("j", || step(1));
        hotkey("k", || step(-1));
        hotkey("x", move || self.toggle_row(false));
        hotkey("shift+x", move || self.toggle_row(true));
        hotkey("escape", move || {
            if !is_behind_dialog() {
                self.clear();
            }
        });
        ui::list_keys(
            "List",
            &[
                ("J", "Next row"),
                ("K", "Row before"),
                ("X", "Select the row"),
                ("Shift+X", "Select the rows as far as this one"),
                ("Esc", "Select nothing"),
            ],
        );
    }

    fn toggle_row(self, range: bool) {
        let Some(key) = current().and_then(|row| row.get_attribute("data-key")) else { return };
        let number = |key: &str| key.rsplit_once('-').and_then(|(_, number)| number.parse::<i64>().ok());
        let Some(number) = number(&key) else { return };
        let is_it = |card: &&Card| card.number == number;
        let id = self.list.shown.with_untracked(|list| list.cards.iter().find(is_it).map(|card| card.id));
        if let Some(id) = id {
            let chosen = range || self.picked.with_untracked(|picked| !picked.contains(&id));
            self.set(id, chosen, range);
        }
    }
}

/// The row that has the focus, or else the pointer.
fn current() -> Option<web_sys::Element> {
    let focused =
        document().active_element().and_then(|element| element.closest("tr[data-key]").ok().flatten());
    focused.or_else(|| document().query_selector("tr[data-key]:hover").ok().flatten())
}

/// Gives the focus to the item so many rows further on.
fn step(by: i32) {
    let Ok(links) = document().query_selector_all("tr[data-key] .item-title > a") else { return };
    let row = current();
    let of_row = |index: &u32| {
        let link = links.item(*index).and_then(|node| node.dyn_into::<web_sys::Element>().ok());
        let its = link.and_then(|link| link.closest("tr").ok().flatten());
        its.zip(row.as_ref()).is_some_and(|(its, row)| its.is_same_node(Some(row)))
    };
    let here = (0..links.length()).find(of_row);
    let next = match here {
        None => 0,
        Some(here) => here.saturating_add_signed(by).min(links.length().saturating_sub(1)),
    };
    if let Some(link) = links.item(next).and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok()) {
        link.focus().ok();
    }
}
