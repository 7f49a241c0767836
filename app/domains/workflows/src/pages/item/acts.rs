//! What can be done to the item on its page.

use std::collections::BTreeSet;

use kernel::{Error, PageData, Result};
use leptos::{html::Fieldset, prelude::*};
use leptos_router::hooks::use_navigate;
use ui::{
    Toast, Toaster, on_answer, use_toaster,
    waiting::{self, Waiting},
};
use wasm_bindgen::JsCast;

use super::writing;
use crate::{
    api,
    model::{Card, ItemPage},
    parts::waiting::{Act, waiting as kept},
    sla::Explanation,
};

/// The acts of the page, made once: the content is drawn anew whenever the item changes, also while an act is under
/// way. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Acts {
    page: PageData<ItemPage>,
    key: Memo<String>,
    /// What the content shows. It is drawn anew in one go when this changes, so that nothing on the page ever belongs to
    /// content that is gone, as it would while a resource loads.
    pub loaded: RwSignal<Option<ItemPage>>,
    toaster: Toaster,
    /// Saves the form.
    pub save: ServerAction<api::SaveItem>,
    /// Moves the item to another step.
    pub moving: ServerAction<api::MoveItem>,
    /// Decides whether it goes on.
    pub deciding: ServerAction<api::DecideItem>,
    /// Reminds those who decide.
    pub remind: ServerAction<api::RemindApprovers>,
    /// Takes one's decision back.
    pub withdraw: ServerAction<api::WithdrawDecision>,
    /// Hands one's decision on.
    pub delegate: ServerAction<api::DelegateDecision>,
    /// Decides oneself again.
    pub take_back: ServerAction<api::TakeDecisionBack>,
    /// Takes one's last move back.
    pub recall: ServerAction<api::UndoMove>,
    /// Lets its clock stand still.
    pub pausing: ServerAction<api::PauseClock>,
    /// Lets its clock run again.
    pub resuming: ServerAction<api::ResumeClock>,
    /// Whether it is shown why the item is due when it is.
    pub explaining: RwSignal<bool>,
    /// That, once it is there.
    pub explanation: RwSignal<Option<Result<Explanation>>>,
    /// What is waited for, as it is being written.
    pub waiting_for: RwSignal<String>,
    /// Deletes the item.
    pub delete: ServerAction<api::DeleteItem>,
    /// Adds a comment.
    pub comment: ServerAction<api::AddComment>,
    /// Why it is approved or refused, as it is being written.
    pub reason: RwSignal<String>,
    /// The comment that is being written.
    pub draft: RwSignal<String>,
    /// By which the next act is done once, however often it is sent.
    pub act_key: RwSignal<String>,
    /// What was sent last.
    sent: StoredValue<Option<Waiting>>,
    /// The fields of the form.
    pub fields: NodeRef<Fieldset>,
    /// Whether a field changed while an earlier change was being saved.
    again: StoredValue<bool>,
    /// The names of the controls whose text is being saved.
    saving: StoredValue<BTreeSet<String>>,
    /// The names of fields whose values go with what is saved, and what puts them back.
    pub loss: StoredValue<Option<(Vec<String>, api::SaveItem)>>,
    /// The newest version that an answer told; the content may be older until it is loaded again.
    version: StoredValue<i64>,
}

impl Acts {
    /// `key` names the item of the page; what was done to one item says nothing about the next.
    pub(super) fn new(page: PageData<ItemPage>, key: Memo<String>) -> Self {
        let acts = Acts {
            page,
            key,
            loaded: RwSignal::new(None),
            toaster: use_toaster(),
            save: ServerAction::new(),
            moving: ServerAction::new(),
            deciding: ServerAction::new(),
            remind: ServerAction::new(),
            withdraw: ServerAction::new(),
            delegate: ServerAction::new(),
            take_back: ServerAction::new(),
            recall: ServerAction::new(),
            pausing: ServerAction::new(),
            resuming: ServerAction::new(),
            explaining: RwSignal::new(false),
            explanation: RwSignal::new(None),
            waiting_for: RwSignal::new(String::new()),
            delete: ServerAction::new(),
            comment: ServerAction::new(),
            reason: RwSignal::new(String::new()),
            draft: RwSignal::new(String::new()),
            act_key: RwSignal::new(String::new()),
            sent: StoredValue::new(None),
            fields: NodeRef::new(),
            again: StoredValue::new(false),
            saving: StoredValue::new(BTreeSet::new()),
            loss: StoredValue::new(None),
            version: StoredValue::new(0),
        };
        on_answer(acts.save, move |answer| acts.saved(answer));
        on_answer(acts.moving, move |answer| acts.moved(answer));
        on_answer(acts.deciding, move |answer| acts.decided(answer));
        on_answer(acts.remind, move |answer| match answer {
            Ok(()) => {
                acts.toaster.show(Toast::new("Those who decide were reminded"));
            }
            Err(error) => acts.failed(&error),
        });
        on_answer(acts.withdraw, move |answer| acts.answered(answer.err()));
        on_answer(acts.take_back, move |answer| acts.answered(answer.err()));
        on_answer(acts.delegate, move |answer| {
            // What is wrong with the choice stands beside it.
            if answer.as_ref().err().is_none_or(|error| error.field("deputy_id").is_none()) {
                acts.answered(answer.err());
            }
        });
        on_answer(acts.recall, move |answer| acts.answered(answer.err()));
        on_answer(acts.pausing, move |answer| match answer {
            // What is wrong about the reason stands at its field.
            Err(error) if error.field("reason").is_some() => {}
            Err(error) => acts.answered(Some(error)),
            Ok(()) => {
                acts.waiting_for.set(String::new());
                acts.reload();
            }
        });
        on_answer(acts.resuming, move |answer| acts.answered(answer.err()));
        on_answer(acts.comment, move |answer| acts.commented(&answer));
        acts.remember();
        let navigate = use_navigate();
        on_answer(acts.delete, move |answer| match answer {
            Ok(()) => acts.deleted(key.get_untracked(), navigate.clone()),
            Err(error) => acts.failed(&error),
        });
        Effect::watch(move || key.get(), move |_, _, _| acts.forget(), false);
        acts
    }

    /// Remembers what is sent: the network may lose it.
    fn remember(self) {
        Effect::new(move |_| {
            if self.save.input().with(Option::is_some) {
                self.saving.set_value(writing::begun(self.fields));
            }
        });
        Effect::new(move |_| self.act_key.set(waiting::new_key()));
        let sent = move |what: &str, act| {
            let what = format!("{what} {}", self.key.get_untracked());
            self.sent.set_value(Some(kept(self.act_key.get_untracked(), what, &act)));
        };
        Effect::new(move |_| {
            if let Some(api::AddComment { item_id, body, .. }) = self.comment.input().get() {
                sent("Your comment on", Act::Comment { item_id, body });
            }
        });
        Effect::new(move |_| {
            if let Some(api::MoveItem { item_id, to_step_id: to, version, .. }) = self.moving.input().get() {
                sent("The move of", Act::Move { item_id, to, version });
            }
        });
    }

    /// Keeps what was sent if the network lost it. What is done next has a key of its own.
    fn is_kept<T>(self, answer: &Result<T>) -> bool {
        let sent = self.sent.try_update_value(Option::take).flatten();
        self.act_key.set(waiting::new_key());
        match (answer, sent) {
            (Err(error), Some(sent)) => waiting::keep(error, sent),
            _ => false,
        }
    }

    /// Loads the item again. Nothing happens when the page is gone: the way back in a message may be taken from elsewhere.
    pub(super) fn reload(self) {
        let Some(key) = self.key.try_get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let answer = api::load_item(key.clone()).await;
            if self.key.try_get_untracked() != Some(key) {
                return;
            }
            match answer {
                Ok(page) => self.show(page),
                // The page says that there is nothing any more.
                Err(Error::NotFound) => self.page.refetch(),
                Err(error) => {
                    self.failed(&error);
                    self.save_again();
                }
            }
        });
    }

    /// Shows the item as it is now. What is being written stays, and so does what its writer saw of it: whatever somebody else wrote
    /// in the same field is not overwritten unseen. An answer that was overtaken shows nothing: a newer one is here or on its way.
    fn show(self, page: ItemPage) {
        let (id, version) = (page.item.card.id, page.item.card.version);
        let of_shown = |shown: &ItemPage| Some(shown.item.card.version).filter(|_| shown.item.card.id == id);
        let shown = self.loaded.try_with_untracked(|shown| shown.as_ref().and_then(of_shown)).flatten();
        if version < self.version.try_get_value().max(shown).unwrap_or_default() {
            return;
        }
        let mut names = writing::begun(self.fields);
        // What was saved is what its writer saw; while it is on its way, that is not over.
        let saved = if self.is_saving() {
            self.saving.try_get_value()
        } else {
            self.saving.try_update_value(std::mem::take)
        };
        if let Some(saved) = saved {
            // One cell of a table stands for all of it.
            let field = |name: &str| name.split('/').next().unwrap_or_default().to_owned();
            let saved: BTreeSet<String> = saved.iter().map(|name| field(name)).collect();
            names.retain(|name| !saved.contains(&field(name)));
        }
        let before = writing::seen(self.fields);
        if self.loaded.try_set(Some(page)).is_some() {
            return;
        }
        leptos::task::spawn_local(async move {
            leptos::task::tick().await;
            if let Some(before) = before {
                writing::keep_seen(self.fields, &names, &before);
            }
            self.save_again();
        });
    }

    /// Lets the form be saved on top of what others wrote in the same fields, which it tells.
    fn see_again(self) {
        self.saving.set_value(writing::begun(self.fields));
        self.reload();
    }

    /// Saves the form; when it is being saved already, once more after that. What was saved has to be shown first: it would look
    /// like somebody else's.
    pub(super) fn changed(self) {
        if self.is_saving() || self.is_behind() {
            self.again.set_value(true);
        } else {
            self.submit();
        }
    }

    /// Saves what was written while something else was on its way; what still is does this itself when it has arrived.
    fn save_again(self) {
        if !self.is_saving() && self.again.try_update_value(std::mem::take) == Some(true) {
            self.submit();
        }
    }

    fn is_saving(self) -> bool {
        self.save.pending().try_get_untracked().unwrap_or_default()
    }

    /// Deletes a comment, with the way back.
    pub(super) fn delete_comment(self, id: kernel::CommentId) {
        leptos::task::spawn_local(async move {
            match api::delete_comment(id).await {
                Ok(()) => {
                    self.toaster.undoable(
                        "Comment deleted",
                        move || api::restore_comment(id),
                        move |()| self.reload(),
                    );
                    self.reload();
                }
                Err(error) => self.failed(&error),
            }
        });
    }

    fn saved(self, answer: Result<Card>) {
        let card = match answer {
            Ok(card) => card,
            // A mistake stands in the form. What others wrote meanwhile is read there, and can be saved over.
            Err(error) => {
                self.saving.set_value(BTreeSet::new());
                if error.field("version").is_some() {
                    self.see_again();
                } else {
                    // What was written since then is not sent yet.
                    self.save_again();
                }
                return;
            }
        };
        self.version.set_value(card.version);
        if self.again.get_value() {
            // Once it is known what was saved.
            self.reload();
            return;
        }
        if let Some((names, back)) = self.loss.try_update_value(Option::take).flatten() {
            let text = format!("Hidden now, so not kept: {}", names.join(", "));
            let back = api::SaveItem { version: card.version, ..back };
            self.toaster.undoable(
                text,
                move || {
                    let back = back.clone();
                    async move {
                        let api::SaveItem {
                            item_id,
                            version,
                            title,
                            priority,
                            assignee_id,
                            due_on,
                            data,
                            seen,
                        } = back;
                        api::save_item(item_id, version, title, priority, assignee_id, due_on, data, seen)
                            .await
                    }
                },
                move |_| self.reload(),
            );
        }
        self.reload();
    }

    /// The control that says on top of which version the form is.
    fn version_shown(self) -> Option<web_sys::HtmlInputElement> {
        let fields = self.fields.try_get_untracked().flatten()?;
        fields.query_selector("[name=version]").ok().flatten()?.dyn_into().ok()
    }

    /// Whether the form shows an older version than an answer told.
    fn is_behind(self) -> bool {
        let shown = self.version_shown().and_then(|input| input.value().parse().ok());
        shown.is_some_and(|shown: i64| self.version.try_get_value().is_some_and(|newest| shown < newest))
    }

    /// Sends the form, on top of the newest version.
    fn submit(self) {
        let Some(fields) = self.fields.get_untracked() else { return };
        if let Some(input) = self.version_shown().filter(|_| self.is_behind()) {
            input.set_value(&self.version.get_value().to_string());
        }
        if let Some(form) = fields.form() {
            // A field that the browser refuses is named by it.
            form.request_submit().ok();
        }
    }

    fn moved(self, answer: Result<Card>) {
        if self.is_kept(&answer) {
            self.moving.clear();
            return;
        }
        match answer {
            Ok(card) => {
                self.version.set_value(card.version);
                let (key, step) = self.names(&card);
                self.toaster.undoable(
                    format!("{key} moved to {step}"),
                    move || api::undo_move(card.id, card.version),
                    move |_| self.reload(),
                );
            }
            // A conflict means that the page is behind; show both the words and the new state.
            Err(error) => self.failed(&error),
        }
        self.reload();
    }

    fn decided(self, answer: Result<Card>) {
        self.act_key.set(waiting::new_key());
        let card = match answer {
            Ok(card) => card,
            // What is wrong about the reason stands at its field.
            Err(error) if error.field("reason").is_some() => return,
            Err(error) => return self.answered(Some(error)),
        };
        self.reason.set(String::new());
        let stays = self
            .loaded
            .with_untracked(|page| page.as_ref().is_some_and(|page| page.item.card.step_id == card.step_id));
        let (key, step) = self.names(&card);
        if stays {
            let undo = move || api::withdraw_decision(card.id);
            self.toaster.undoable(format!("Your decision of {key} is kept"), undo, move |()| self.reload());
        } else {
            let undo = move || api::undo_move(card.id, card.version);
            self.toaster.undoable(format!("{key} went to {step}"), undo, move |_| self.reload());
        }
        self.reload();
    }

    /// Shows what came of an act: the error, if there is one, and how the item is now.
    fn answered(self, error: Option<Error>) {
        if let Some(error) = error {
            self.failed(&error);
        }
        self.reload();
    }

    /// What people say of the item and of the step it is in now.
    fn names(self, card: &Card) -> (String, String) {
        self.loaded.with_untracked(|page| {
            page.as_ref()
                .map(|page| {
                    let step = page.workflow.step(card.step_id).map(|step| step.name.clone());
                    (format!("{}-{}", page.workflow.head.key, card.number), step.unwrap_or_default())
                })
                .unwrap_or_default()
        })
    }

    fn commented(self, answer: &Result<kernel::CommentId>) {
        if self.is_kept(answer) {
            self.comment.clear();
            self.draft.set(String::new());
        } else if answer.is_ok() {
            // Only what was sent is emptied: an error leaves the text where it is.
            self.draft.set(String::new());
            self.reload();
        }
    }

    fn deleted(
        self,
        key: String,
        navigate: impl Fn(&str, leptos_router::NavigateOptions) + Clone + Send + Sync + 'static,
    ) {
        let Some((board, id)) = self.loaded.with_untracked(|page| {
            let page = page.as_ref()?;
            Some((format!("/workflows/{}", page.workflow.head.key), page.item.card.id))
        }) else {
            return;
        };
        navigate(&board, Default::default());
        let back = format!("/items/{key}");
        self.toaster.undoable(
            format!("{key} deleted"),
            move || api::restore_item(id),
            move |()| navigate(&back, Default::default()),
        );
    }

    fn failed(self, error: &Error) {
        self.toaster.show(Toast::failed(error.to_string()));
    }

    fn forget(self) {
        self.save.clear();
        self.moving.clear();
        self.deciding.clear();
        self.pausing.clear();
        self.explaining.set(false);
        self.waiting_for.set(String::new());
        self.comment.clear();
        self.reason.set(String::new());
        self.draft.set(String::new());
        self.again.set_value(false);
        self.version.set_value(0);
    }
}
