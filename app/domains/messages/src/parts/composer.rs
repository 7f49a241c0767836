//! Writing a message: a field that grows, with names behind an `@`, and a draft that outlives the page.

use std::time::Duration;

use gloo::storage::{SessionStorage, Storage};
use kernel::ConversationId;
use leptos::{
    ev::{Event, SubmitEvent},
    prelude::*,
    server_fn::ServerFn,
};
use ui::{Button, ButtonKind, ButtonVariant, Company, Mentions, TextArea};
use uuid::Uuid;
use web_sys::KeyboardEvent;

use super::{feed::focus_field, names::Names, room::Room};
use crate::{
    api,
    model::{BODY_MAX, FILES_MAX, Kind},
};

/// The id of the field.
pub const FIELD: &str = "composer";

/// The field and its button. Without a script it is a form.
#[component]
pub fn Composer(
    /// Where it goes.
    id: ConversationId,
    /// The page.
    room: Room,
    /// Who else is there.
    company: Company,
    /// Who can be named.
    names: Memo<Names>,
    /// What it is called.
    #[prop(into)]
    to: Signal<String>,
) -> impl IntoView {
    let draft = RwSignal::new(String::new());
    keep_draft(id, draft);
    Effect::new(move |_| {
        if let Some((text, files)) = room.returned.get() {
            room.attached.with_value(|attached| {
                attached.put_back.run(files);
                // What is gone meanwhile does not stay in the tray.
                attached.slot.reload.run(());
            });
            draft.update(|draft| {
                *draft = match (draft.is_empty(), text.is_empty()) {
                    (_, true) => std::mem::take(draft),
                    (true, _) => text,
                    (false, _) => format!("{text}\n{draft}"),
                };
            });
            room.returned.set(None);
        }
    });
    let (waiting, not_yet, let_go) =
        room.attached.with_value(|attached| (attached.waiting, attached.hindrance, attached.let_go));
    let hindrance = Memo::new(move |_| {
        let too_many = || format!("A message may have {FILES_MAX} files. Remove some.");
        not_yet.get().or_else(|| (FILES_MAX < waiting.with(Vec::len)).then(too_many))
    });
    // Whoever tries nevertheless is shown why.
    let tried = RwSignal::new(false);
    Effect::new(move |_| {
        if hindrance.with(Option::is_none) {
            tried.set(false);
        }
    });
    let send = move || {
        if hindrance.with_untracked(Option::is_some) {
            tried.set(true);
            return;
        }
        let (body, files) = (draft.get_untracked(), waiting.get_untracked());
        if !body.trim().is_empty() || !files.is_empty() {
            draft.set(String::new());
            company.rest();
            let_go.run(files.clone());
            room.send(id, body.trim_end().to_owned(), files);
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    // Who has chosen files goes on with words, or sends.
    let changed = move |event: Event| {
        if event_target::<web_sys::Element>(&event).tag_name() == "INPUT" {
            focus_field(FIELD, false);
        }
    };
    // Above the field: a list of people beside it takes its keys first.
    let key_down = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" if !event.shift_key() && !event.is_composing() => {
            event.prevent_default();
            send();
        }
        "ArrowUp" if draft.with_untracked(String::is_empty) && edit_last(room, names) => {
            event.prevent_default();
        }
        _ => {}
    };
    let group =
        move || room.talk.with(|talk| talk.as_ref().is_some_and(|talk| talk.head.kind == Kind::Group));
    let people = Signal::derive(move || {
        let members = room.talk.with(|talk| {
            talk.as_ref().map(|talk| talk.head.members.clone()).filter(|_| group()).unwrap_or_default()
        });
        names.with(|names| {
            let others = members.iter().filter(|id| **id != names.viewer.member_id);
            let mut people: Vec<_> = others.filter_map(|id| names.person(*id).cloned()).collect();
            people.sort_by(|one, other| one.name.cmp(&other.name));
            people
        })
    });
    let action = <api::SendMessage as ServerFn>::PATH;
    // Made where the page is written, and used by the form alone.
    let key = Uuid::new_v4().to_string();
    let most = i64::try_from(BODY_MAX).unwrap_or_default();
    let label = Signal::derive(move || format!("Write to {}", to.get()));
    let (choose, tray) = room.attached.with_value(|attached| (attached.choose.run(), attached.tray.run()));
    view! {
        {tray}
        <p class="talk-hindrance" class:is-tried=move || tried.get() role="status">{move || hindrance.get()}</p>
        <form
            class="talk-composer"
            method="post"
            action=action
            on:submit=submit
            on:change=changed
            on:keydown=key_down
        >
            <input type="hidden" name="conversation_id" value=id.to_string()/>
            <input type="hidden" name="key" value=key/>
            {choose}
            <Mentions draft=draft people>
                <TextArea
                    name="body"
                    id=FIELD
                    label
                    label_hidden=true
                    bind=draft
                    on_input=Callback::new(move |_| company.write())
                    rows=1
                    placeholder=label.get_untracked()
                    maxlength=most
                />
            </Mentions>
            <Button
                kind=ButtonKind::Submit
                variant=ButtonVariant::Primary
                icon="send"
                disabled=Signal::derive(move || hindrance.with(Option::is_some))
            >
                "Send"
            </Button>
        </form>
    }
}

/// Changes the viewer's last message, if one is shown.
fn edit_last(room: Room, names: Memo<Names>) -> bool {
    let me = names.with_untracked(|names| names.viewer.member_id);
    let last = room.talk.with_untracked(|talk| {
        let mut messages = talk.as_ref()?.messages.iter().rev();
        messages.find(|message| message.author_id == me && !message.deleted).map(|message| message.id)
    });
    if last.is_some() {
        room.editing.set(last);
    }
    last.is_some()
}

/// Keeps what is written with the window, one draft for each conversation.
fn keep_draft(id: ConversationId, draft: RwSignal<String>) {
    let place = format!("mediap-draft-{id}");
    Effect::new(move |begun: Option<bool>| {
        let text = draft.get();
        if begun.is_none() {
            let kept = SessionStorage::get::<String>(&place).unwrap_or_default();
            // The field itself is asked first: something may have been typed before the page listened.
            let restore = move || {
                if draft.try_with_untracked(String::is_empty) == Some(true) {
                    draft.try_set(kept.clone());
                }
            };
            set_timeout(restore, Duration::ZERO);
        } else if text.is_empty() {
            SessionStorage::delete(&place);
        } else if SessionStorage::set(&place, text).is_err() {
            leptos::logging::warn!("the browser does not keep the draft");
        }
        true
    });
}
