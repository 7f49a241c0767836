//! The members: who belongs here, with what role, in which teams.

mod invite;
mod row;

use kernel::{Permission, Viewer};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{query_signal_with_options, use_query_map},
};
use ui::{
    Banner, ButtonKind, ButtonVariant, EmptyState, FormError, LinkButton, LoadAs, Outcome, PageTitle, Table,
    TableHead, TextField, Toast, Wait,
};

use crate::{
    member::{
        api::{
            ChangeRole, InviteAgain, LogOutMember, ReactivateMember, RemoveMember, RestoreMember,
            SuspendMember, list_members, restore_member,
        },
        model::MemberList,
    },
    parts::SettingsPage,
};

pub(crate) use invite::InvitePage;
use row::MemberRow;

/// How many members a page shows, and how many more each time one asks.
const STEP: i64 = 50;

/// What can be done to a member. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    change_role: ServerAction<ChangeRole>,
    suspend: ServerAction<SuspendMember>,
    reactivate: ServerAction<ReactivateMember>,
    remove: ServerAction<RemoveMember>,
    invite_again: ServerAction<InviteAgain>,
    log_out: ServerAction<LogOutMember>,
}

/// A table with search. Search and length are part of the address.
#[component]
pub(crate) fn MembersPage() -> impl IntoView {
    let query = use_query_map();
    let replace = || NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
    let (search, set_search) = query_signal_with_options::<String>("search", replace());
    let (shown, _) = query_signal_with_options::<i64>("shown", replace());

    let acts = Acts {
        change_role: ServerAction::new(),
        suspend: ServerAction::new(),
        reactivate: ServerAction::new(),
        remove: ServerAction::new(),
        invite_again: ServerAction::new(),
        log_out: ServerAction::new(),
    };
    let restore = ServerAction::<RestoreMember>::new();
    let outcome = Outcome::begin();
    outcome.follow_row(acts.change_role, |member| {
        Some(Toast::new(format!("{} has another role now", member.name)))
    });
    outcome.follow_row(acts.suspend, move |member| Some(Toast::new(format!("{} is suspended", member.name))));
    outcome.follow_row(acts.reactivate, |member| Some(Toast::new(format!("{} is back", member.name))));
    outcome.follow_row(acts.invite_again, |member| {
        Some(Toast::new(format!("Invitation sent to {} again", member.name)))
    });
    outcome.follow_row(acts.log_out, |member| {
        Some(Toast::new(format!("{} is logged out of this organisation on all devices", member.name)))
    });
    outcome.follow_row(acts.remove, move |member| {
        let id = member.id;
        outcome.undoable(
            format!("{} is removed", member.name),
            move || restore_member(id),
            "The member is back",
        );
        None
    });
    outcome.follow_row(restore, |()| Some(Toast::new("The member is back")));

    let changes = outcome.changes();
    let limit = Memo::new(move |_| shown.get().unwrap_or(STEP).clamp(STEP, 5000));
    let members = kernel::page_data(
        move || (search.get(), limit.get(), changes.get()),
        |(search, limit, _)| list_members(search, Some(limit)),
    );

    // Without WASM there is no toast; the page itself offers the way back.
    let removed = move || {
        query.read().get("removed").map(|id| {
            view! {
                <Banner actions=move || {
                    view! {
                        <ActionForm action=restore>
                            <input type="hidden" name="id" value=id/>
                            <ui::Button kind=ButtonKind::Submit size=ui::ButtonSize::Small>
                                "Undo"
                            </ui::Button>
                        </ActionForm>
                    }
                }>"The member is removed."</Banner>
            }
        })
    };
    let invited = move || {
        (query.read().get("done").as_deref() == Some("invited"))
            .then(|| view! { <Banner tone=ui::Tone::Success>"The invitation is on its way."</Banner> })
    };
    let typed = Callback::new(move |text: String| {
        set_search.set(Some(text.trim().to_owned()).filter(|text| !text.is_empty()));
    });
    let initial = search.get_untracked().unwrap_or_default();
    view! {
        <SettingsPage title="Members" wide=true actions=|| view! { <InviteButton/> }>
            <PageTitle title="Members" text="Everybody who belongs to the organisation."/>
            {removed}
            {invited}
            <FormError error=outcome.error()/>
            <form
                class="settings-tools"
                method="get"
                action="/settings/members"
                role="search"
                on:submit=|event| event.prevent_default()
            >
                <TextField
                    name="search"
                    label="Search members"
                    label_hidden=true
                    kind="search"
                    icon="search"
                    placeholder="Name, email or team"
                    autocomplete="off"
                    value=initial
                    on_input=typed
                />
            </form>
            <LoadAs resource=members rows=12 let:((viewer, list))>
                <MemberTable viewer list acts limit search=search.get_untracked()/>
            </LoadAs>
        </SettingsPage>
    }
}

/// The one act of the page, for those who may.
#[component]
fn InviteButton() -> impl IntoView {
    let viewer = kernel::use_viewer();
    view! {
        <Wait content=move || async move {
            viewer
                .await
                .is_ok_and(|viewer| viewer.may(Permission::MemberManage))
                .then(|| {
                    view! {
                        <LinkButton href="/settings/members/invite" variant=ButtonVariant::Primary icon="user-plus">
                            "Invite"
                        </LinkButton>
                    }
                })
                .into_any()
        }/>
    }
}

#[component]
fn MemberTable(
    viewer: Viewer,
    list: MemberList,
    acts: Acts,
    limit: Memo<i64>,
    search: Option<String>,
) -> impl IntoView {
    if list.members.is_empty() {
        return view! {
            <EmptyState icon="users" title="Nobody fits the search" text="Names, addresses and teams are searched.">
                <LinkButton href="/settings/members">"Clear the search"</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let count = i64::try_from(list.members.len()).unwrap_or(i64::MAX);
    let summary = summary(&list, count);
    let more = (count < list.found).then(|| {
        let shown = limit.get_untracked() + STEP;
        let address = match &search {
            // Encoded by the browser would be too late: this is an address, not a form.
            Some(search) => format!(
                "/settings/members?shown={shown}&search={}",
                leptos_router::location::Url::escape(search)
            ),
            None => format!("/settings/members?shown={shown}"),
        };
        view! { <LinkButton href=address>"Show more"</LinkButton> }
    });
    let manages = viewer.may(Permission::MemberManage);
    let viewer = StoredValue::new(viewer);
    let rows =
        list.members.into_iter().map(|member| view! { <MemberRow viewer member acts/> }).collect_view();
    view! {
        <Table label="Members" class="is-stacked">
            <TableHead slot>
                <th scope="col">"Name"</th>
                <th scope="col">"Role"</th>
                <th scope="col">"Teams"</th>
                <th scope="col">"Last active"</th>
                {manages
                    .then(|| view! { <th scope="col" class="table-acts"><span class="visually-hidden">"Acts"</span></th> })}
            </TableHead>
            {rows}
        </Table>
        <p class="settings-more">{summary} {more}</p>
    }
    .into_any()
}

/// What stands below the table: `12 people, 1 invitation open`.
fn summary(list: &MemberList, shown: i64) -> String {
    let people = match list.people {
        1 => "1 person".to_owned(),
        people => format!("{people} people"),
    };
    let invited = match list.invited {
        0 => String::new(),
        1 => ", 1 invitation open".to_owned(),
        invited => format!(", {invited} invitations open"),
    };
    if shown < list.people + list.invited {
        format!("{shown} shown of {people}{invited}")
    } else {
        format!("{people}{invited}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_people_and_invitations() {
        let check = |people, invited, shown, text: &str| {
            let list = MemberList { people, invited, ..MemberList::default() };
            assert_eq!(summary(&list, shown), text);
        };
        check(1, 0, 1, "1 person");
        check(12, 1, 13, "12 people, 1 invitation open");
        check(120, 2, 50, "50 shown of 120 people, 2 invitations open");
    }
}
