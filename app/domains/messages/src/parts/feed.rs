//! The messages of a conversation, and those on their way.

use chrono::NaiveDate;
use kernel::{FileId, MemberId};
use leptos::{html, prelude::*};
use ui::{
    Avatar, Button, ButtonSize, ButtonVariant, Icon, IconSize, Menu, MenuItem, TextArea, Tone, use_toaster,
};
use web_sys::{HtmlTextAreaElement, KeyboardEvent, wasm_bindgen::JsCast};

use super::{
    composer,
    names::{Names, machine},
    outgoing::Outgoing,
    room::Room,
};
use crate::{
    api,
    model::{BODY_MAX, Message},
    rules::{Piece, blocks, pieces},
};

/// How near to the top older messages are loaded, in pixels.
const NEAR: i32 = 300;

/// One row of the feed. A row that is the same stays as it stands, with its menu.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Row {
    Day(NaiveDate),
    New,
    Said {
        /// Compared instead of the whole message, which cannot be hashed.
        number: i64,
        body: String,
        files: Vec<FileId>,
        edited: bool,
        deleted: bool,
        /// The first under a name.
        first: bool,
    },
}

/// The messages, the newest at the bottom, where the browser keeps the view by itself.
#[component]
pub fn Feed(
    /// The page.
    room: Room,
    /// Who is called what.
    names: Memo<Names>,
    /// The message that the address names.
    at: Option<i64>,
) -> impl IntoView {
    let pane = NodeRef::<html::Div>::new();
    let me = names.with_untracked(|names| names.viewer.member_id);
    let rows = Memo::new(move |_| {
        let line = room.line.get();
        room.talk.with(|talk| {
            let messages = talk.as_ref().map(|talk| talk.messages.as_slice()).unwrap_or_default();
            names.with(|names| rows(messages, line, me, names))
        })
    });
    let row = move |row: Row| match row {
        Row::Day(day) => {
            let name = names.with_untracked(|names| names.day_name(day));
            view! { <li class="talk-day"><h3>{name}</h3></li> }.into_any()
        }
        Row::New => view! { <li class="talk-new"><span>"New"</span></li> }.into_any(),
        Row::Said { number, first, .. } => {
            let message = room.talk.with_untracked(|talk| {
                talk.as_ref()?.messages.iter().find(|message| message.number == number).cloned()
            });
            let message =
                message.map(|message| view! { <Said message first room names me found=at == Some(number)/> });
            message.into_any()
        }
    };
    let older = Memo::new(move |_| {
        room.talk.with(|talk| talk.as_ref()?.messages.first().map(|first| 1 < first.number)) == Some(true)
    });
    let newer = Memo::new(move |_| {
        room.talk.with(|talk| {
            let talk = talk.as_ref()?;
            let last = talk.messages.last()?.number;
            (last < talk.last).then_some(talk.head.id)
        })
    });
    let scrolled = move |_| {
        if let Some(pane) = pane.get_untracked()
            && pane.scroll_height() - pane.client_height() - pane.scroll_top().abs() < NEAR
        {
            room.load_older();
        }
    };
    let waiting = Memo::new(move |_| {
        let here = room.place.get().0;
        let arrived = |key| {
            room.talk
                .with(|talk| talk.iter().flat_map(|talk| &talk.messages).any(|message| message.key == key))
        };
        room.outbox.all.with(|all| {
            let here = all.iter().filter(|it| Some(it.conversation) == here && !arrived(it.key));
            here.cloned().collect::<Vec<_>>()
        })
    });
    // Who writes looks at what they wrote.
    Effect::new(move |before: Option<usize>| {
        let count = waiting.with(Vec::len);
        if before.is_some_and(|before| before < count)
            && let Some(pane) = pane.get_untracked()
        {
            pane.set_scroll_top(0);
        }
        count
    });
    show_found(at);
    let nothing = move || {
        let empty = room.talk.with(|talk| talk.as_ref().is_some_and(|talk| talk.messages.is_empty()));
        (empty && waiting.with(Vec::is_empty)).then(|| {
            view! {
                <p class="talk-empty">"Nothing is written here yet."</p>
            }
        })
    };
    view! {
        <div class="talk-pane" role="log" aria-label="Messages" tabindex="0" node_ref=pane on:scroll=scrolled>
            <div class="talk-flow">
                {move || {
                    older.get().then(|| view! {
                        <p class="talk-older">
                            <Button
                                variant=ButtonVariant::Ghost
                                size=ButtonSize::Small
                                on_click=move |_| room.load_older()
                            >
                                "Older messages"
                            </Button>
                        </p>
                    })
                }}
                {nothing}
                <ol class="talk-feed">
                    <For each=move || rows.get() key=Row::clone children=row/>
                    <For each=move || waiting.get() key=|it| (it.key, it.failed.clone()) let:message>
                        <OnItsWay message room names me/>
                    </For>
                </ol>
                {move || {
                    newer.get().map(|id| view! {
                        <p class="talk-older">
                            <a class="button is-secondary is-small" href=format!("/messages/{id}")>
                                <span class="button-label">"Go to the newest messages"</span>
                            </a>
                        </p>
                    })
                }}
            </div>
        </div>
    }
}

fn rows(messages: &[Message], line: Option<i64>, me: MemberId, names: &Names) -> Vec<Row> {
    let mut rows = Vec::new();
    for block in blocks(messages, line, me, |at| names.day(at)) {
        rows.extend(block.day.map(Row::Day));
        rows.extend(block.new.then_some(Row::New));
        rows.extend((0..).zip(block.messages).map(|(place, message): (usize, Message)| Row::Said {
            number: message.number,
            body: message.body,
            files: message.files,
            edited: message.edited,
            deleted: message.deleted,
            first: place == 0,
        }));
    }
    rows
}

/// Brings the message that the address names into view.
fn show_found(at: Option<i64>) {
    Effect::new(move |_| {
        let Some(at) = at else { return };
        request_animation_frame(move || {
            if let Some(found) = document().get_element_by_id(&said_id(at)) {
                found.scroll_into_view();
            }
        });
    });
}

fn said_id(number: i64) -> String {
    format!("said-{number}")
}

#[component]
fn Said(
    message: Message,
    first: bool,
    room: Room,
    names: Memo<Names>,
    me: MemberId,
    found: bool,
) -> impl IntoView {
    let Message { id, number, author_id, body, files, at, edited, deleted, .. } = message;
    let (face, time, moment) =
        names.with_untracked(|names| (names.face(author_id), names.time(at), names.moment(at)));
    let own = author_id == me && !deleted;
    let editing = Memo::new(move |_| own && room.editing.get() == Some(id));
    let head = first.then(|| {
        view! {
            <span class="said-picture" aria-hidden="true">
                <Avatar name=face.name.clone() category=face.category picture=face.picture.clone()/>
            </span>
        }
    });
    // Text may be taken away where files stay.
    let (has_files, says) = (!files.is_empty(), !body.is_empty() || edited);
    let below = tiles(files, room);
    let text = StoredValue::new(body);
    let content = move || {
        if deleted {
            return view! { <p class="said-text is-gone">"This message was deleted."</p> }.into_any();
        }
        if editing.get() {
            return view! { <Edit id before=text.get_value() has_files room/> }.into_any();
        }
        if !says {
            let gone =
                (!has_files).then(|| view! { <p class="said-text is-gone">"The file was deleted."</p> });
            return gone.into_any();
        }
        let mark = edited.then(|| view! { <span class="said-mark">" (edited)"</span> });
        view! { <p class="said-text">{text.with_value(|text| words(text))}{mark}</p> }.into_any()
    };
    let menu = own.then(|| view! { <Acts message_id=id number room text/> });
    view! {
        <li id=said_id(number) class="said" class:is-first=first class:is-found=found class:is-own=own>
            {head}
            <p class="said-head" class:visually-hidden=!first>
                <strong>{face.name}</strong>
                <time datetime=machine(at) title=moment>{time}</time>
            </p>
            {content}
            {below}
            {menu}
        </li>
    }
}

/// The files of a message.
fn tiles(files: Vec<FileId>, room: Room) -> AnyView {
    if files.is_empty() {
        return ().into_any();
    }
    let one = room.attached.with_value(|attached| attached.one);
    let tiles = files.into_iter().map(|file| one.run(file)).collect_view();
    view! { <div class="said-files">{tiles}</div> }.into_any()
}

/// The text with its addresses as links.
fn words(text: &str) -> AnyView {
    let piece = |piece: Piece<'_>| match piece {
        Piece::Text(text) => text.to_owned().into_any(),
        Piece::Link(link) => {
            let (href, link) = (link.to_owned(), link.to_owned());
            view! { <a class="link" href=href target="_blank" rel="noopener noreferrer nofollow">{link}</a> }
                .into_any()
        }
    };
    pieces(text).into_iter().map(piece).collect_view().into_any()
}

#[component]
fn Acts(message_id: kernel::MessageId, number: i64, room: Room, text: StoredValue<String>) -> impl IntoView {
    let toaster = use_toaster();
    let copy = move |_| ui::copy_to_clipboard(text.get_value(), toaster);
    let copy = text
        .with_value(|text| !text.is_empty())
        .then(|| view! { <MenuItem icon="copy" on_click=copy>"Copy text"</MenuItem> });
    view! {
        <div class="said-acts">
            <Menu id=format!("said-{number}-more") label="More about this message" size=ButtonSize::Small align_end=true>
                <MenuItem icon="pencil" on_click=move |_| room.editing.set(Some(message_id))>"Edit"</MenuItem>
                {copy}
                <MenuItem
                    icon="trash-2"
                    tone=Tone::Danger
                    on_click=move |_| room.act(api::delete_message(message_id))
                >
                    "Delete"
                </MenuItem>
            </Menu>
        </div>
    }
}

/// A message while it is changed.
#[component]
fn Edit(id: kernel::MessageId, before: String, has_files: bool, room: Room) -> impl IntoView {
    let text = RwSignal::new(before.clone());
    let end = move || {
        room.editing.set(None);
        focus_field(composer::FIELD, false);
    };
    let save = move || {
        let new = text.get_untracked();
        if has_files || !new.trim().is_empty() {
            if new != before {
                room.act(api::edit_message(id, new));
            }
            end();
        }
    };
    let save = StoredValue::new(save);
    let key_down = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "Enter" if !event.shift_key() && !event.is_composing() => save.with_value(|save| save()),
            "Escape" => end(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    Effect::new(move |_| request_animation_frame(|| focus_field("said-edit", true)));
    view! {
        <div class="said-edit" on:keydown=key_down>
            <TextArea
                name="said-edit"
                id="said-edit"
                label="Change the message"
                label_hidden=true
                bind=text
                rows=1
                maxlength=i64::try_from(BODY_MAX).unwrap_or_default()
            />
            <div class="said-edit-acts">
                <Button
                    variant=ButtonVariant::Primary
                    size=ButtonSize::Small
                    on_click=move |_| save.with_value(|save| save())
                >
                    "Save"
                </Button>
                <Button size=ButtonSize::Small on_click=move |_| end()>"Cancel"</Button>
            </div>
        </div>
    }
}

/// Has the person go on in a field.
pub fn focus_field(id: &str, at_end: bool) {
    let field =
        document().get_element_by_id(id).and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok());
    if let Some(field) = field {
        field.focus().ok();
        if at_end {
            let end = u32::try_from(field.value().encode_utf16().count()).unwrap_or_default();
            field.set_selection_range(end, end).ok();
        }
    }
}

#[component]
fn OnItsWay(message: Outgoing, room: Room, names: Memo<Names>, me: MemberId) -> impl IntoView {
    let Outgoing { key, body, files, failed, .. } = message;
    let text = (!body.is_empty()).then(|| view! { <p class="said-text">{words(&body)}</p> });
    let face = names.with_untracked(|names| names.face(me));
    let state = match failed {
        None => view! { <p class="said-state">"Sending …"</p> }.into_any(),
        Some(why) => view! {
            <div class="said-state is-failed" role="alert">
                <Icon name="circle-alert" size=IconSize::Small/>
                <span>"Not sent. " {why}</span>
                <Button size=ButtonSize::Small on_click=move |_| room.send_again(|it| it.key == key)>
                    "Try again"
                </Button>
                <Button
                    size=ButtonSize::Small
                    variant=ButtonVariant::Ghost
                    on_click=move |_| room.returned.set(room.give_up(key))
                >
                    "Change it"
                </Button>
            </div>
        }
        .into_any(),
    };
    view! {
        <li class="said is-first is-waiting">
            <span class="said-picture" aria-hidden="true">
                <Avatar name=face.name.clone() category=face.category picture=face.picture/>
            </span>
            <p class="said-head"><strong>{face.name}</strong></p>
            {text}
            {tiles(files, room)}
            {state}
        </li>
    }
}
