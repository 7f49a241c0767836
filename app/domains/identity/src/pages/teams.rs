//! The teams: each opens to its name, colour and members.

mod capacity;
mod card;

use std::collections::BTreeSet;

use kernel::{Permission, TeamId, Viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{
    Banner, Button, ButtonKind, ButtonSize, ButtonVariant, EmptyState, FormError, LoadAs, Outcome, PageTitle,
    TextField, Toast, Tone, error_of, field_error,
};

use crate::{
    parts::SettingsPage,
    team::{
        api::{
            AddTeamMember, CreateTeam, DeleteTeam, RemoveTeamMember, RestoreTeam, SetMemberCapacity,
            SetTeamCapacity, UpdateTeam, list_teams, restore_team,
        },
        model::TeamCard,
    },
};

use card::TeamSection;

/// What can be done to a team, and what the page remembers about it. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    /// The teams that are open; they stay so when the list loads again.
    open: RwSignal<BTreeSet<TeamId>>,
    /// The team whose form was sent last: a wrong field stands there and nowhere else.
    saved: RwSignal<Option<TeamId>>,
    /// The same for the form of hours.
    hours_sent: RwSignal<Option<TeamId>>,
    update: ServerAction<UpdateTeam>,
    capacity: ServerAction<SetTeamCapacity>,
    member_capacity: ServerAction<SetMemberCapacity>,
    add: ServerAction<AddTeamMember>,
    take_out: ServerAction<RemoveTeamMember>,
    delete: ServerAction<DeleteTeam>,
}

/// All teams, and a line that adds one.
#[component]
pub(crate) fn TeamsPage() -> impl IntoView {
    let query = use_query_map();
    let create = ServerAction::<CreateTeam>::new();
    let restore = ServerAction::<RestoreTeam>::new();
    let asked_for = query.read_untracked().get("team").and_then(|id| id.parse().ok());
    let acts = Acts {
        open: RwSignal::new(asked_for.into_iter().collect()),
        saved: RwSignal::new(None),
        hours_sent: RwSignal::new(None),
        update: ServerAction::new(),
        capacity: ServerAction::new(),
        member_capacity: ServerAction::new(),
        add: ServerAction::new(),
        take_out: ServerAction::new(),
        delete: ServerAction::new(),
    };
    let new_name = RwSignal::new(String::new());
    let outcome = Outcome::begin();
    // The form that adds a team shows its own errors; here only the list is to load again.
    let added = Outcome::begin();
    added.follow(create, move |id| {
        new_name.set(String::new());
        acts.open.update(|open| {
            open.insert(*id);
        });
        None
    });
    outcome.follow(acts.update, |()| Some(Toast::new("Team saved")));
    outcome.follow(acts.capacity, |()| Some(Toast::new("Hours saved")));
    outcome.follow(acts.member_capacity, |()| Some(Toast::new("Hours saved")));
    outcome.follow_row(acts.add, |()| None);
    outcome.follow_row(acts.take_out, |()| None);
    outcome.follow(acts.delete, move |team| {
        let id = team.id;
        outcome.undoable(format!("{} is deleted", team.name), move || restore_team(id), "The team is back");
        None
    });
    outcome.follow(restore, |()| Some(Toast::new("The team is back")));

    let (changes, additions) = (outcome.changes(), added.changes());
    let teams = kernel::page_data(move || (changes.get(), additions.get()), |_| list_teams());

    // Without WASM there is no toast; the page itself offers the way back.
    let deleted = move || {
        query.read().get("deleted").map(|id| {
            view! {
                <Banner actions=move || {
                    view! {
                        <ActionForm action=restore>
                            <input type="hidden" name="id" value=id/>
                            <Button kind=ButtonKind::Submit size=ButtonSize::Small>
                                "Undo"
                            </Button>
                        </ActionForm>
                    }
                }>"The team is deleted."</Banner>
            }
        })
    };
    // Without WASM nobody knows which form was sent, so a wrong field is named above all of them.
    let of_member = move || acts.member_capacity.value().with(|value| matches!(value, Some(Err(_))));
    let wrong = move || match outcome.error().get() {
        Some(error @ kernel::Error::Invalid(_))
            if acts.saved.get().is_none() && acts.hours_sent.get().is_none() || of_member() =>
        {
            Some(view! { <Banner tone=Tone::Danger>{error.to_string()}</Banner> })
        }
        _ => None,
    };
    view! {
        <SettingsPage title="Teams">
            <PageTitle title="Teams" text="Work is given to teams; a person may be in several."/>
            {deleted}
            {wrong}
            <FormError error=outcome.error()/>
            <LoadAs resource=teams rows=6 let:((viewer, teams))>
                <TeamList viewer teams acts create new_name/>
            </LoadAs>
        </SettingsPage>
    }
}

#[component]
fn TeamList(
    viewer: Viewer,
    teams: Vec<TeamCard>,
    acts: Acts,
    create: ServerAction<CreateTeam>,
    new_name: RwSignal<String>,
) -> impl IntoView {
    let manages = viewer.may(Permission::TeamManage);
    let nothing = teams.is_empty().then(|| {
        let text =
            if manages { "Write a name below, for example Workshop." } else { "Owners and admins add them." };
        view! { <EmptyState icon="users-round" title="No teams yet" text/> }
    });
    let viewer = StoredValue::new(viewer);
    let sections = teams.into_iter().map(|team| view! { <TeamSection viewer team acts/> }).collect_view();
    view! {
        {nothing}
        <div class="team-sections">{sections}</div>
        {manages.then(|| view! { <NewTeam create new_name/> })}
    }
}

#[component]
fn NewTeam(create: ServerAction<CreateTeam>, new_name: RwSignal<String>) -> impl IntoView {
    let error = error_of(create.value());
    view! {
        <ActionForm action=create attr:class="flex flex-wrap items-end gap-2 py-4">
            <TextField
                name="name"
                id="field-new-team"
                label="New team"
                maxlength=60
                autocomplete="off"
                required=true
                bind=new_name
                error=field_error(error, "name")
            />
            <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=create.pending() icon="plus">
                "Add team"
            </Button>
            <FormError error/>
        </ActionForm>
    }
}
