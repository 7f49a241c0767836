//! What a board knows while it is open, and how it changes: by the viewer's own moves and by news of others'.

use std::{cmp::Ordering, time::Duration};

use kernel::{Error, ItemId, StepId, Viewer};
use leptos::{prelude::*, task::spawn_local, wasm_bindgen::JsCast};
use ui::{SplitLoaderError, Toast, use_toaster, words::use_words};

use crate::{
    api,
    filter::Filter,
    model::{Board, Card, CardNews, StepKind, Workflow},
    parts::{
        browser::focus_drawn,
        card::Scene,
        waiting::{Act, waiting},
    },
    rules::{self, Refusal},
};

/// How long after the page the code of its acts comes.
const PREPARED: Duration = Duration::from_secs(1);

/// An open board. Cheap to copy: everything lies in the owner's arena.
#[derive(Clone, Copy)]
pub struct BoardState {
    /// The workflow as the server sent it; counts live in the columns.
    pub workflow: StoredValue<Workflow>,
    /// What the cards' text depends on.
    pub scene: StoredValue<Scene>,
    /// The columns in order.
    pub columns: StoredValue<Vec<ColumnState>>,
    /// The item being moved by dialog.
    pub moving: RwSignal<Option<Card>>,
    filter: StoredValue<Filter>,
    /// Where messages go.
    pub toaster: ui::Toaster,
}

/// One column of an open board.
#[derive(Clone, Copy)]
pub struct ColumnState {
    /// The step.
    pub step_id: StepId,
    /// What the step is in the process.
    pub kind: StepKind,
    /// The cards shown, in order.
    pub cards: RwSignal<Vec<Card>>,
    /// How many items match, shown or not.
    pub total: RwSignal<i64>,
}

impl BoardState {
    /// Opens the board.
    pub fn new(board: Board, filter: Filter, viewer: &Viewer) -> Self {
        let columns = board
            .columns
            .into_iter()
            .filter_map(|column| {
                let step = board.workflow.step(column.step_id)?;
                Some(ColumnState {
                    step_id: column.step_id,
                    kind: step.kind,
                    cards: RwSignal::new(column.cards),
                    total: RwSignal::new(column.total),
                })
            })
            .collect();
        BoardState {
            scene: StoredValue::new(Scene::new(&board.workflow.head.key, viewer)),
            workflow: StoredValue::new(board.workflow),
            columns: StoredValue::new(columns),
            moving: RwSignal::new(None),
            filter: StoredValue::new(filter),
            toaster: use_toaster(),
        }
    }

    /// Fetches the code of acts once the page stands.
    pub fn prepare(self) {
        Effect::new(move |_| {
            set_timeout(|| spawn_local(async { drop(fetch_acts().await) }), PREPARED);
        });
    }

    /// The card of an item, if it is shown.
    pub fn card(&self, id: ItemId) -> Option<Card> {
        self.columns.with_value(|columns| {
            columns.iter().find_map(|column| {
                column.cards.with_untracked(|cards| cards.iter().find(|card| card.id == id).cloned())
            })
        })
    }

    /// Why an item may not go to a step as far as the board can tell; the server also looks at its data.
    pub fn refusal(&self, card: &Card, to: StepId) -> Option<Refusal> {
        self.workflow.with_value(|workflow| rules::way(workflow, card.step_id, to, None).err())
    }

    /// The name of a step.
    pub fn step_name(&self, id: StepId) -> String {
        self.workflow
            .with_value(|workflow| workflow.step(id).map(|step| step.name.clone()))
            .unwrap_or_default()
    }

    /// The key people say of an item.
    pub fn key(&self, card: &Card) -> String {
        self.scene.with_value(|scene| scene.key(card))
    }

    /// The refusal as a sentence.
    pub fn sentence(&self, card: &Card, refusal: &Refusal) -> String {
        refusal.sentence(&self.key(card), &self.step_name(card.step_id))
    }

    /// Moves an item: at once on the page, then on the server; back again when the server says no.
    pub fn move_to(self, card: Card, to: StepId) {
        if let Some(refusal) = self.refusal(&card, to) {
            if refusal != Refusal::Here {
                self.toaster.show(Toast::failed(self.sentence(&card, &refusal)));
            }
            return;
        }
        let before = card.clone();
        self.shift(&before, to);
        let ahead = Card { step_id: to, step_since: chrono::DateTime::<chrono::Utc>::MAX_UTC, ..card };
        self.place(ahead);
        focus_card(before.id);
        let done = format!("{} moved to {}", self.key(&before), self.step_name(to));
        let words = use_words();
        spawn_local(async move {
            if send_move(self, before.clone(), to, done).await.is_err() && self.is_open() {
                let error = Error::Unavailable(words.not_fetched.to_owned());
                self.toaster.show(Toast::failed(error.to_string()));
                self.take_back(before, to, &error);
            }
        });
    }

    /// Whether the board is still on the page; answers may come after it is gone.
    pub fn is_open(self) -> bool {
        !self.columns.is_disposed()
    }

    /// Shows an item that is back where it was, if the board is still open.
    pub fn took_back(self, card: Card) {
        if !self.is_open() {
            return;
        }
        if let Some(shown) = self.card(card.id) {
            self.shift(&shown, card.step_id);
        }
        self.place(card);
    }

    /// Shows an item where it was before a move that failed, and fetches what is true now if somebody was faster.
    pub fn take_back(self, before: Card, to: StepId, error: &Error) {
        let id = before.id;
        let there = Card { step_id: to, ..before.clone() };
        self.shift(&there, before.step_id);
        self.place(before);
        // A conflict means that the page is behind; fetch what is true now.
        if matches!(error, Error::Conflict(_) | Error::NotFound) {
            self.refresh(id);
        }
    }

    /// Fetches an item that changed somewhere else and shows it where it is now.
    pub fn refresh(self, id: ItemId) {
        // Without a network neither the code nor the item can come; the next news tries again.
        spawn_local(async move { drop(fetch_card(self, id).await) });
    }

    fn apply(self, id: ItemId, news: CardNews) {
        // The answer to an own move may already have brought a newer state than this news.
        if let (Some(shown), Some(card)) = (self.card(id), &news.card)
            && card.version < shown.version
        {
            return;
        }
        let unfiltered = self.filter.with_value(Filter::is_empty);
        if unfiltered {
            self.columns.with_value(|columns| {
                for column in columns {
                    if let Some((_, count)) =
                        news.counts.iter().find(|(step_id, _)| *step_id == column.step_id)
                    {
                        column.total.set(*count);
                    }
                }
            });
        }
        match news.card {
            Some(card) => {
                if !unfiltered {
                    match self.card(id) {
                        Some(shown) => self.shift(&shown, card.step_id),
                        None if self.matches(&card) => self.count(card.step_id, 1),
                        None => {}
                    }
                }
                self.place(card);
            }
            None => self.remove(id),
        }
    }

    fn matches(self, card: &Card) -> bool {
        let today = self.scene.with_value(|scene| scene.today);
        self.filter.with_value(|filter| filter.matches(card, today))
    }

    /// Counts an item out of its column and into another.
    pub fn shift(self, card: &Card, to: StepId) {
        if card.step_id != to {
            self.count(card.step_id, -1);
            self.count(to, 1);
        }
    }

    fn count(self, step_id: StepId, by: i64) {
        self.columns.with_value(|columns| {
            if let Some(column) = columns.iter().find(|column| column.step_id == step_id) {
                column.total.update(|total| *total += by);
            }
        });
    }

    fn remove(self, id: ItemId) {
        self.columns.with_value(|columns| {
            for column in columns {
                if column.cards.with_untracked(|cards| cards.iter().any(|card| card.id == id)) {
                    column.cards.update(|cards| cards.retain(|card| card.id != id));
                }
            }
        });
    }

    /// Shows a card where it belongs, and nowhere else. Columns are drawn anew by that: whoever stood on a card stays there.
    pub fn place(self, card: Card) {
        if let Some(id) = focused_card() {
            focus_card(id);
        }
        let matches = self.matches(&card);
        self.columns.with_value(|columns| {
            for column in columns {
                let here = column.step_id == card.step_id && matches;
                let shown =
                    column.cards.with_untracked(|cards| cards.iter().any(|shown| shown.id == card.id));
                if !here && !shown {
                    continue;
                }
                column.cards.update(|cards| {
                    cards.retain(|shown| shown.id != card.id);
                    if here {
                        let place =
                            cards.partition_point(|shown| order(column.kind, shown, &card) == Ordering::Less);
                        cards.insert(place, card.clone());
                    }
                });
            }
        });
    }
}

/// Fetches an item and shows it. Its code comes with that of the news.
#[leptos::wasm_split::wasm_split(news, wasm_split_path = leptos::wasm_split, fallible)]
fn fetch_card(board: BoardState, id: ItemId) -> std::result::Result<(), SplitLoaderError> {
    let workflow_id = board.workflow.with_value(|workflow| workflow.head.id);
    spawn_local(async move {
        if let Ok(news) = api::load_card(workflow_id, id).await
            && board.is_open()
        {
            board.apply(id, news);
        }
    });
    Ok(())
}

/// Sends a move that the page shows already, and shows what came of it. Its code comes with that of the menus: nobody
/// needs it before they act. It is there soon after the page, so that one can act without a network.
#[leptos::wasm_split::wasm_split(
    news,
    wasm_split_path = leptos::wasm_split,
    fallible,
    preload(fetch_acts)
)]
fn send_move(
    board: BoardState,
    before: Card,
    to: StepId,
    done: String,
) -> std::result::Result<(), SplitLoaderError> {
    spawn_local(async move {
        let key = ui::waiting::new_key();
        match api::move_item(before.id, to, before.version, Some(key.clone())).await {
            Ok(moved) => {
                let version = moved.version;
                let undo = move || api::undo_move(before.id, version);
                board.toaster.undoable(done, undo, move |back| board.took_back(back));
                if board.is_open() {
                    board.place(moved);
                    focus_card(before.id);
                }
            }
            Err(error) => {
                let act = Act::Move { item_id: before.id, to, version: before.version };
                let what = format!("The move of {}", board.key(&before));
                if ui::waiting::keep(&error, waiting(key, what, &act)) {
                    return;
                }
                board.toaster.show(Toast::failed(error.to_string()));
                if board.is_open() {
                    board.take_back(before, to, &error);
                }
            }
        }
    });
    Ok(())
}

/// The order of a column: who has waited longest, or in a last step who came last.
fn order(kind: StepKind, a: &Card, b: &Card) -> Ordering {
    let ascending = (a.step_since, a.id).cmp(&(b.step_since, b.id));
    if kind == StepKind::Done { ascending.reverse() } else { ascending }
}

/// Puts the focus on a card once it is drawn.
pub fn focus_card(id: ItemId) {
    focus_drawn(move || {
        let link = document().query_selector(&format!("[data-item=\"{id}\"] .card-title a")).ok().flatten();
        if let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) {
            link.focus().ok();
        }
    });
}

/// The card that has the focus.
fn focused_card() -> Option<ItemId> {
    let card = document().active_element()?.closest(".card-list [data-item]").ok()??;
    card.get_attribute("data-item")?.parse().ok()
}
