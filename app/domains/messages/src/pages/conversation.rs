//! One conversation.

use kernel::{ConversationId, Error, Viewer, use_viewer};
use leptos::{ev::DragEvent, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{
    Avatar, AvatarStack, Company, EmptyState, Enclosed, ErrorState, Icon, IconButton, LinkButton, Menu,
    MenuItem, Skeleton, Tone, TopBar, Wait,
};
use uuid::Uuid;

use super::Frame;
use crate::{
    api,
    model::{Kind, Talk},
    parts::{
        company::{AT_CONVERSATION, Writing},
        composer::Composer,
        feed::Feed,
        members::{LeaveDialog, MembersDialog, RenameDialog},
        names::Names,
        room::Room,
    },
};

/// `/messages/:id`
#[component]
pub fn ConversationPage(
    /// The files of the conversation with this id.
    attached: fn(Memo<String>) -> Enclosed,
) -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let key = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let place = Memo::new(move |_| {
        let id = key.with(|key| key.parse::<Uuid>().ok()).map(ConversationId::from);
        (id, query.with(|query| query.get_str("at").and_then(|at| at.parse().ok())))
    });
    let files_shown = RwSignal::new(false);
    let room = Room::new(place, attached(key));
    let current = Signal::derive(move || place.get().0);
    // At what does not exist nobody can be.
    let there = Memo::new(move |_| {
        let shown = room.talk.with(|talk| talk.as_ref().map(|talk| talk.head.id));
        shown.filter(|id| place.get().0 == Some(*id)).map(|id| id.uuid())
    });
    let company = Company::new(&AT_CONVERSATION, there);
    let viewer = use_viewer();
    let parts = Parts { room, company, files_shown };
    view! {
        <Frame current sheet="talk is-open">
            <Wait fallback=|| view! { <Skeleton rows=10/> } content=move || async move {
                match (viewer.await, room.loaded.await) {
                    (Ok(viewer), Ok(talk)) => {
                        let (id, at) = (talk.head.id, place.get_untracked().1);
                        // Messages have files in them. First: what is shown belongs to another conversation until then.
                        let files = room.attached.try_with_value(|attached| attached.ready.run(()));
                        if let Some(files) = files {
                            files.await;
                        }
                        room.begin(talk);
                        view! { <Open id at viewer parts/> }.into_any()
                    }
                    (_, Err(Error::NotFound)) => view! { <Lost/> }.into_any(),
                    (Err(error), _) | (_, Err(error)) => {
                        view! { <ErrorState error retry=move || room.loaded.refetch()/> }.into_any()
                    }
                }
            }/>
        </Frame>
    }
}

/// What the page has, however often its content is drawn. Cheap to copy.
#[derive(Clone, Copy)]
struct Parts {
    room: Room,
    company: Company,
    files_shown: RwSignal<bool>,
}

/// There is no such conversation, or none for the viewer.
#[component]
fn Lost() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Messages"/>
        <TopBar title="Messages" back="/messages" path=|| "Messages"/>
        <EmptyState
            icon="message-square"
            title="This conversation does not exist"
            text="Or it is one of others."
        >
            <LinkButton href="/messages">"All conversations"</LinkButton>
        </EmptyState>
    }
}

#[component]
fn Open(id: ConversationId, at: Option<i64>, viewer: Viewer, parts: Parts) -> impl IntoView {
    let Parts { room, company, files_shown } = parts;
    let people = Memo::new(move |_| {
        room.talk.with(|talk| talk.as_ref().map(|talk| talk.people.clone()).unwrap_or_default())
    });
    let known = StoredValue::new(viewer);
    let names = Memo::new(move |_| Names { viewer: known.get_value(), people: people.get() });
    let with_talk = move |read: fn(&Names, &Talk) -> String| {
        Signal::derive(move || {
            room.talk.with(|talk| {
                talk.as_ref().map(|talk| names.with(|names| read(names, talk))).unwrap_or_default()
            })
        })
    };
    let title = with_talk(|names, talk| names.title(&talk.head));
    let summary = with_talk(|names, talk| match talk.head.kind {
        Kind::Direct => String::new(),
        Kind::Group => names.summary(&talk.head),
    });
    let faces = move || {
        let (direct, mut others) = room.talk.with(|talk| {
            let head = &talk.as_ref()?.head;
            Some((head.kind == Kind::Direct, names.with(|names| names.others(head))))
        })?;
        Some(match others.pop().filter(|_| direct) {
            Some(face) => {
                view! { <Avatar name=face.name category=face.category picture=face.picture/> }.into_any()
            }
            None => {
                let all = room.talk.with(|talk| {
                    names.with(|names| talk.as_ref().map(|talk| names.others(&talk.head)).unwrap_or_default())
                });
                view! { <AvatarStack people=all/> }.into_any()
            }
        })
    };
    let path = move || {
        view! {
            <div class="talk-name">
                <span class="talk-picture" aria-hidden="true">{faces}</span>
                <h2 class="truncate">{title}</h2>
                <span class="talk-members truncate">{summary}</span>
            </div>
        }
    };
    let over = RwSignal::new(false);
    let drag = move |event: DragEvent| {
        over.set(room.attached.try_with_value(|attached| attached.dragged.run(event)) == Some(true));
    };
    let drop = move |event: DragEvent| {
        over.set(false);
        room.attached.try_with_value(|attached| attached.dropped.run(event));
    };
    view! {
        <Title text=move || title.get()/>
        <div
            class="talk-room"
            class:is-over=move || over.get()
            on:dragenter=drag
            on:dragover=drag
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <TopBar title back="/messages" path>
                <IconButton
                    icon="paperclip"
                    label="Files"
                    pressed=files_shown
                    on_click=move |_| files_shown.update(|shown| *shown = !*shown)
                />
                <More id room names/>
            </TopBar>
            <div class="talk-files" hidden=move || !files_shown.get()>
                {room.attached.with_value(|attached| attached.slot.content.run())}
            </div>
            <Feed room names at/>
            <div class="talk-foot">
                <Writing company names/>
                <Composer id room company names to=title/>
            </div>
        </div>
    }
}

/// Acts on the whole conversation.
#[component]
fn More(id: ConversationId, room: Room, names: Memo<Names>) -> impl IntoView {
    let (members, rename, leave) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let muted = Memo::new(move |_| room.talk.with(|talk| talk.as_ref().is_some_and(|talk| talk.head.muted)));
    let mute = move |_| room.act(api::mute_conversation(id, !muted.get_untracked()));
    let group =
        room.talk.with_untracked(|talk| talk.as_ref().is_some_and(|talk| talk.head.kind == Kind::Group));
    let other = room.talk.with_untracked(|talk| {
        talk.as_ref()?.head.other(names.with_untracked(|names| names.viewer.member_id))
    });
    let of_group = group.then(|| {
        view! {
            <MenuItem icon="users" on_click=move |_| members.set(true)>"Members"</MenuItem>
            <MenuItem icon="pencil" on_click=move |_| rename.set(true)>"Rename"</MenuItem>
        }
    });
    let of_two = other.map(|member| {
        view! {
            <MenuItem icon="user-round" href=format!("/people/{member}")>"Profile"</MenuItem>
        }
    });
    let last = group.then(|| {
        view! {
            <MenuItem icon="log-out" tone=Tone::Danger on_click=move |_| leave.set(true)>"Leave"</MenuItem>
        }
    });
    let dialogs = group.then(|| {
        view! {
            <MembersDialog open=members room names/>
            <RenameDialog open=rename room/>
            <LeaveDialog open=leave room/>
        }
    });
    view! {
        {move || muted.get().then(|| view! {
            <span class="talk-muted">
                <Icon name="bell-off"/>
                <span class="visually-hidden">"Muted"</span>
            </span>
        })}
        <Menu id="conversation-more" label="More" align_end=true>
            {of_group}
            {of_two}
            <MenuItem icon="bell-off" checked=muted on_click=mute>"Mute"</MenuItem>
            {last}
        </Menu>
        {dialogs}
    }
}
