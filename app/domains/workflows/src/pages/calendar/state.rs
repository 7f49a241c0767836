//! What a calendar knows while it is open, and how due days change: by the viewer's own drags and by news of others'.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kernel::{Error, ItemId, Permission, Result, Viewer};
use leptos::{prelude::*, task::spawn_local, wasm_bindgen::JsCast};
use ui::{Toast, use_toaster, when};
use web_sys::{Element, HtmlElement};

use super::Source;
use crate::{
    api,
    model::{Card, DueMonth},
    month::MONTH_LIMIT,
    parts::{browser::focus_drawn, card::Scene, drag::Carrier},
};

/// An item on its way to another day.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Carried {
    card: Card,
    /// The day under the pointer.
    over: Option<NaiveDate>,
}

/// A change that is on its way to the server.
#[derive(Debug, Clone)]
struct Pending {
    /// The item as it was before.
    before: Card,
    /// When it should be due.
    wanted: Option<NaiveDate>,
}

/// Changes under way. They outlive the page, so that the last one is sent when somebody leaves it at once.
type Changes = ArcStoredValue<BTreeMap<ItemId, Pending>>;

/// An open calendar. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Calendar {
    /// What it shows.
    pub shown: RwSignal<DueMonth>,
    /// What the text of items depends on.
    pub scene: StoredValue<Scene>,
    /// Whether the viewer may change due days.
    pub may_edit: bool,
    /// The item being moved by dialog.
    pub moving: RwSignal<Option<Card>>,
    carried: RwSignal<Option<Carried>>,
    pending: StoredValue<Changes>,
    source: StoredValue<Source>,
    toaster: ui::Toaster,
    /// Whether news came while the month was being fetched.
    again: StoredValue<bool>,
    fetching: StoredValue<bool>,
}

impl Calendar {
    pub(super) fn new(loaded: DueMonth, source: Source, viewer: &Viewer) -> Self {
        Calendar {
            scene: StoredValue::new(Scene::new(&loaded.workflow.head.key, viewer)),
            shown: RwSignal::new(loaded),
            may_edit: viewer.may(Permission::ItemEdit),
            moving: RwSignal::new(None),
            carried: RwSignal::new(None),
            pending: StoredValue::new(Changes::new(BTreeMap::new())),
            source: StoredValue::new(source),
            toaster: use_toaster(),
            again: StoredValue::new(false),
            fetching: StoredValue::new(false),
        }
    }

    /// Fetches the month; news that come meanwhile lead to one more fetch, not to one each.
    pub(super) fn refresh(self) {
        let Some((key, filter, _)) = self.source.try_get_value() else { return };
        if self.fetching.get_value() {
            self.again.set_value(true);
            return;
        }
        self.fetching.set_value(true);
        let month = self.shown.with_untracked(|shown| shown.month.to_string());
        spawn_local(async move {
            // Without a network nothing comes; the next news tries again.
            if let Ok(mut loaded) = api::load_month(key, filter, Some(month)).await
                && let Some(pending) = self.pending.try_get_value()
            {
                self.keep_newer(&mut loaded.cards);
                // What is on its way stays where the viewer put it.
                for (id, change) in pending.get_value() {
                    loaded.cards.retain(|card| card.id != id);
                    loaded.cards.push(Card { due_on: change.wanted, ..change.before });
                }
                in_order(&mut loaded.cards);
                self.shown.try_set(loaded);
            }
            self.fetching.try_set_value(false);
            if self.again.try_get_value() == Some(true) {
                self.again.set_value(false);
                self.refresh();
            }
        });
    }

    /// An answer that was on its way while an own change was saved does not know that yet.
    fn keep_newer(self, loaded: &mut [Card]) {
        let known: Option<BTreeMap<ItemId, Card>> = self
            .shown
            .try_with_untracked(|shown| shown.cards.iter().map(|card| (card.id, card.clone())).collect());
        for card in loaded {
            if let Some(newer) = known.as_ref().and_then(|known| known.get(&card.id))
                && card.version < newer.version
            {
                *card = newer.clone();
            }
        }
    }

    /// Whether nothing of the month is due.
    pub(super) fn is_empty(self) -> bool {
        self.shown
            .with(|shown| !shown.cards.iter().any(|card| card.due_on.is_some_and(|day| shown.month.has(day))))
    }

    /// The last day that is shown, where there are more items than are read.
    pub(super) fn cut(self) -> Option<NaiveDate> {
        self.shown.with(|shown| shown.cards.last().filter(|_| shown.cut)?.due_on)
    }

    /// What is said of items without a due day, if there are any.
    pub(super) fn undated(self) -> Option<String> {
        let count = self.shown.with(|shown| shown.undated);
        let most = i64::try_from(MONTH_LIMIT).unwrap_or(i64::MAX);
        match count {
            0 => None,
            count if most < count => {
                Some(format!("More than {} without a due day", ui::number::grouped(most)))
            }
            count => Some(format!("{} without a due day", ui::number::grouped(count))),
        }
    }

    /// The items of a day.
    pub(super) fn of(self, day: NaiveDate) -> Vec<Card> {
        self.shown.with(|shown| shown.cards.iter().filter(|card| card.due_on == Some(day)).cloned().collect())
    }

    /// How many items are due on a day.
    pub(super) fn count(self, day: NaiveDate) -> usize {
        self.shown.with(|shown| shown.cards.iter().filter(|card| card.due_on == Some(day)).count())
    }

    /// An item that is shown.
    pub(super) fn card(self, id: ItemId) -> Option<Card> {
        self.shown.with_untracked(|shown| shown.cards.iter().find(|card| card.id == id).cloned())
    }

    /// The key people say of an item.
    pub(super) fn key(self, card: &Card) -> String {
        self.scene.with_value(|scene| scene.key(card))
    }

    /// A day in words.
    pub(super) fn words(self, day: NaiveDate) -> String {
        self.scene.with_value(|scene| when::short_date(day, scene.today, scene.language))
    }

    /// Whether an item is being carried over a day where it is not due.
    pub(super) fn is_over(self, day: NaiveDate) -> bool {
        self.carried.with(|carried| {
            carried
                .as_ref()
                .is_some_and(|carried| carried.over == Some(day) && carried.card.due_on != Some(day))
        })
    }

    /// What a release would do.
    pub(super) fn says(self) -> Option<(bool, String)> {
        let Carried { card, over } = self.carried.get()?;
        let key = self.key(&card);
        let text = match over {
            None => format!("Carry {key} to a day"),
            Some(day) if card.due_on == Some(day) => format!("{key} stays on {}", self.words(day)),
            Some(day) => {
                let due = self.scene.with_value(|scene| when::due(day, scene.today, scene.language));
                match due.urgency {
                    when::Urgency::Late => format!("Due {}: {}", self.words(day), due.text),
                    _ => format!("Due {}", self.words(day)),
                }
            }
        };
        Some((true, text))
    }

    /// Makes an item due on another day, or on none: at once on the page, then on the server; back again when the server
    /// says no. What is changed again meanwhile is sent when the answer is there, as one change.
    pub(super) fn move_to(self, id: ItemId, day: Option<NaiveDate>) {
        let Some(card) = self.card(id).filter(|card| self.may_edit && card.due_on != day) else { return };
        self.put(Card { due_on: day, ..card.clone() });
        focus(id);
        let changes = self.pending.get_value();
        let is_under_way = changes.with_value(|changes| changes.contains_key(&id));
        changes.update_value(|changes| {
            changes.entry(id).or_insert(Pending { before: card.clone(), wanted: day }).wanted = day;
        });
        if !is_under_way {
            spawn_local(self.send(card, changes));
        }
    }

    async fn send(self, before: Card, changes: Changes) {
        let id = before.id;
        let mut card = before.clone();
        loop {
            let Some(wanted) = changes.with_value(|changes| changes.get(&id).map(|change| change.wanted))
            else {
                return;
            };
            if card.due_on == wanted {
                break;
            }
            match save(&card, wanted).await {
                Ok(saved) => card = saved,
                Err(error) => {
                    // What was saved on the way is kept.
                    changes.update_value(|changes| drop(changes.remove(&id)));
                    self.failed(card, &error);
                    return;
                }
            }
        }
        changes.update_value(|changes| drop(changes.remove(&id)));
        if !self.shown.is_disposed() {
            self.put(card.clone());
            focus(id);
        }
        if card.due_on == before.due_on {
            return;
        }
        let key = self.scene.try_with_value(|scene| scene.key(&card)).unwrap_or_default();
        let said = match card.due_on.filter(|_| !self.scene.is_disposed()) {
            Some(day) => format!("{key} is due {}", self.words(day)),
            None => format!("{key} has no due day any more"),
        };
        let due_on = before.due_on;
        let undo = move || {
            let card = card.clone();
            async move { save(&card, due_on).await }
        };
        self.toaster.undoable(said, undo, move |back| {
            if !self.shown.is_disposed() {
                self.put(back);
                self.refresh();
            }
        });
    }

    fn failed(self, card: Card, error: &Error) {
        self.toaster.show(Toast::failed(error.to_string()));
        if self.shown.is_disposed() {
            return;
        }
        self.put(card);
        // A conflict means that the page is behind; fetch what is true now.
        if matches!(error, Error::Conflict(_) | Error::NotFound) {
            self.refresh();
        }
    }

    /// Shows an item as it is now.
    fn put(self, card: Card) {
        self.shown.update(|shown| {
            shown.cards.retain(|one| one.id != card.id);
            shown.cards.push(card);
            in_order(&mut shown.cards);
        });
    }
}

impl Carrier for Calendar {
    fn may(&self) -> bool {
        self.may_edit
    }

    fn take(&self, id: ItemId) -> bool {
        let card = self.card(id);
        let found = card.is_some();
        self.carried.set(card.map(|card| Carried { card, over: None }));
        found
    }

    fn look(&self, below: Option<&Element>) {
        let over = below
            .and_then(|element| element.closest("[data-day]").ok().flatten())
            .and_then(|day| day.get_attribute("data-day")?.parse().ok());
        self.carried.maybe_update(|carried| match carried {
            Some(carried) if carried.over != over => {
                carried.over = over;
                true
            }
            _ => false,
        });
    }

    fn put_down(&self, dropped: bool) {
        let Some(Carried { card, over }) = self.carried.get_untracked() else { return };
        self.carried.set(None);
        if let Some(day) = over.filter(|_| dropped) {
            self.move_to(card.id, Some(day));
        }
    }
}

/// By due day and number of arrival, as the server sends them.
fn in_order(cards: &mut [Card]) {
    cards.sort_by_key(|card| (card.due_on.is_none(), card.due_on, card.id));
}

/// Saves another due day by the act of the item's page.
async fn save(card: &Card, due_on: Option<NaiveDate>) -> Result<Card> {
    let Card { id, version, title, priority, assignee_id, .. } = card.clone();
    let assignee = assignee_id.map(|id| id.to_string());
    let due_on = due_on.map(|day| day.to_string());
    api::save_item(id, version, title, priority.level(), assignee, due_on, BTreeMap::new(), None).await
}

/// Puts the focus on an item once it is drawn; where its day shows no more items, on what shows them.
fn focus(id: ItemId) {
    focus_drawn(move || focus_now(id));
}

fn focus_now(id: ItemId) {
    let found = |selector: String| document().query_selector(&selector).ok().flatten();
    let Some(item) = found(format!("[data-item=\"{id}\"]")) else { return };
    let is_seen = item.dyn_ref::<HtmlElement>().is_some_and(|item| item.offset_parent().is_some());
    let link = if is_seen {
        item.query_selector("a")
    } else {
        let day = item.closest(".calendar-day");
        day.and_then(|day| day.map_or(Ok(None), |day| day.query_selector(".calendar-more a")))
    };
    if let Some(link) = link.ok().flatten().and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        link.focus().ok();
    }
}
