//! Who is in a group: seeing, adding and taking out, its name, and leaving it.

use kernel::{MemberId, Permission};
use leptos::prelude::*;
use ui::{
    Avatar, Button, ButtonKind, ButtonSize, ButtonVariant, Dialog, IconButton, PeoplePicker, TextField,
};

use super::{names::Names, room::Room};
use crate::{api, model::TITLE_MAX};

/// The members of a group, and further ones.
#[component]
pub fn MembersDialog(open: RwSignal<bool>, room: Room, names: Memo<Names>) -> impl IntoView {
    let chosen = RwSignal::new(Vec::<MemberId>::new());
    let members = Memo::new(move |_| {
        room.talk.with(|talk| talk.as_ref().map(|talk| talk.head.members.clone()).unwrap_or_default())
    });
    let may_remove = move || {
        let started = room.talk.with(|talk| talk.as_ref().map(|talk| talk.created_by));
        names.with(|names| {
            started == Some(names.viewer.member_id) || names.viewer.may(Permission::MemberManage)
        })
    };
    let others = Signal::derive(move || {
        let members = members.get();
        names.with(|names| {
            let people = names.viewer.directory.people.iter();
            people
                .filter(|person| person.active && !members.contains(&person.id))
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let id = move || room.place.get_untracked().0;
    let add = move || {
        let members = chosen.get_untracked();
        if let (Some(id), false) = (id(), members.is_empty()) {
            chosen.set(Vec::new());
            room.act(api::add_to_group(id, members));
        }
    };
    let row = move |member: MemberId| {
        let (face, me) = names.with_untracked(|names| (names.face(member), names.viewer.member_id == member));
        let label = format!("Take {} out of the group", face.name);
        let remove = move |_| {
            if let Some(id) = id() {
                room.act(api::remove_from_group(id, member));
            }
        };
        let button =
            move || {
                (!me && may_remove()).then(|| view! {
                <IconButton icon="user-minus" label=label.clone() size=ButtonSize::Small on_click=remove/>
            })
            };
        view! {
            <li class="people-row">
                <span aria-hidden="true">
                    <Avatar name=face.name.clone() category=face.category picture=face.picture/>
                </span>
                <span class="truncate">{face.name}</span>
                {me.then_some(" (you)")}
                {button}
            </li>
        }
    };
    view! {
        <Dialog id="group-members" open title="Members">
            <ul class="people-list">
                <For each=move || members.get() key=|id| *id children=row/>
            </ul>
            {move || {
                others.with(|others| !others.is_empty()).then(|| view! {
                    <h3>"Add people"</h3>
                    <p class="people-chosen">"They see what was written before, too."</p>
                    <PeoplePicker name="group-members" people=others chosen said="To" nobody_yet="Nobody is chosen yet."/>
                    <div class="form-actions">
                        <Button
                            variant=ButtonVariant::Primary
                            disabled=Signal::derive(move || chosen.with(Vec::is_empty))
                            on_click=move |_| add()
                        >
                            "Add"
                        </Button>
                    </div>
                })
            }}
        </Dialog>
    }
}

/// Gives a group another name.
#[component]
pub fn RenameDialog(open: RwSignal<bool>, room: Room) -> impl IntoView {
    let title = RwSignal::new(String::new());
    let before = Memo::new(move |_| {
        room.talk.with(|talk| talk.as_ref().map(|talk| (talk.head.id, talk.version, talk.head.title.clone())))
    });
    Effect::new(move |_| {
        if open.get()
            && let Some((.., before)) = before.get_untracked()
        {
            title.set(before);
        }
    });
    let rename = move || {
        if let Some((id, version, _)) = before.get_untracked() {
            open.set(false);
            room.act(api::rename_group(id, version, title.get_untracked()));
        }
    };
    view! {
        <Dialog id="group-rename" open title="Rename the group">
            <form
                class="form"
                on:submit=move |event| {
                    event.prevent_default();
                    rename();
                }
            >
                <TextField
                    name="group-title"
                    label="Name of the group"
                    bind=title
                    required=true
                    maxlength=i64::try_from(TITLE_MAX).unwrap_or_default()
                />
                <div class="form-actions">
                    <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary>"Rename"</Button>
                </div>
            </form>
        </Dialog>
    }
}

/// Asks before leaving: nobody can come back by themselves.
#[component]
pub fn LeaveDialog(open: RwSignal<bool>, room: Room) -> impl IntoView {
    let leave = move |_| {
        open.set(false);
        room.leave_group();
    };
    view! {
        <Dialog id="group-leave" open title="Leave the group">
            <p>"You will see nothing of it any more, until one of its members adds you again."</p>
            <div class="form-actions">
                <Button on_click=move |_| open.set(false)>"Stay"</Button>
                <Button variant=ButtonVariant::Danger on_click=leave>"Leave"</Button>
            </div>
        </Dialog>
    }
}
