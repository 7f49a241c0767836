//! One team: a line that opens to its form and its members.

use kernel::{Permission, Scope, Viewer};
use leptos::prelude::*;
use ui::{
    AvatarStack, Button, ButtonKind, ButtonSize, ButtonVariant, Choice, Face, SelectField, TeamTag,
    TextField, error_of, field_error,
};

use super::{
    Acts,
    capacity::{CapacityForm, MemberHours, summary},
};
use crate::{
    parts::{CategoryPicker, PersonCell},
    team::model::{TeamCard, TeamMember},
};

/// A native disclosure, so that it opens before the script is there.
#[component]
pub(super) fn TeamSection(viewer: StoredValue<Viewer>, team: TeamCard, acts: Acts) -> impl IntoView {
    let (manages, leads) = viewer.with_value(|viewer| {
        let here = Scope::Team(team.id);
        (viewer.may(Permission::TeamManage), viewer.may_in(Permission::TeamManage, here))
    });
    let face = |member: &TeamMember| Face {
        name: member.name.clone(),
        category: member.category,
        picture: kernel::picture(member.id, member.avatar),
    };
    let people = team.members.iter().map(face).collect::<Vec<_>>();
    let worth = viewer.with_value(|viewer| summary(&team, viewer.settings.working_days));
    let count = match people.len() {
        1 => "1 person".to_owned(),
        count => format!("{count} people"),
    };
    let id = team.id;
    let open = acts.open;
    let toggled = move |event: leptos::ev::Event| {
        let is_open = event_target::<web_sys::Element>(&event).has_attribute("open");
        if is_open != open.with_untracked(|open| open.contains(&id)) {
            open.update(|open| {
                if is_open {
                    open.insert(id);
                } else {
                    open.remove(&id);
                }
            });
        }
    };
    view! {
        <details class="team-section" open=move || open.with(|open| open.contains(&id)) on:toggle=toggled>
            <summary>
                <TeamTag name=team.name.clone() category=team.category/>
                <AvatarStack people limit=5/>
                <span class="text-meta">{count}</span>
                <span class="team-worth">{worth}</span>
            </summary>
            <div class="team-body">
                <div>
                    <TeamPeople viewer team=team.clone() acts manages=leads/>
                </div>
                {leads.then(|| view! { <div><TeamForm team acts deletes=manages/></div> })}
            </div>
        </details>
    }
}

#[component]
fn TeamForm(
    team: TeamCard,
    acts: Acts,
    /// Whether the viewer may delete it: its leader changes it only.
    deletes: bool,
) -> impl IntoView {
    let whole = team.clone();
    let (id, version) = (team.id, team.version);
    let error = error_of(acts.update.value());
    let own_error = Signal::derive(move || error.get().filter(|_| acts.saved.get() == Some(id)));
    view! {
        <ActionForm action=acts.update attr:class="form" on:submit=move |_| acts.saved.set(Some(id))>
            <input type="hidden" name="id" value=id.to_string()/>
            <input type="hidden" name="version" value=version.to_string()/>
            <TextField
                name="name"
                id=format!("field-team-{id}")
                label="Name"
                maxlength=60
                autocomplete="off"
                value=team.name
                required=true
                error=field_error(own_error, "name")
            />
            <CategoryPicker chosen=team.category/>
            <div class="form-actions">
                <Button kind=ButtonKind::Submit pending=acts.update.pending()>
                    "Save team"
                </Button>
            </div>
        </ActionForm>
        <CapacityForm team=whole acts/>
        {deletes.then(|| view! {
        <ActionForm action=acts.delete attr:class="team-delete">
            <input type="hidden" name="id" value=id.to_string()/>
            <input type="hidden" name="version" value=version.to_string()/>
            <Button
                kind=ButtonKind::Submit
                variant=ButtonVariant::Ghost
                size=ButtonSize::Small
                icon="trash-2"
                pending=acts.delete.pending()
            >
                "Delete team"
            </Button>
        </ActionForm>
        })}
    }
}

#[component]
fn TeamPeople(viewer: StoredValue<Viewer>, team: TeamCard, acts: Acts, manages: bool) -> impl IntoView {
    let (id, shows_hours, default) = (team.id, team.bookable, team.minutes_per_day);
    let others: Vec<Choice> = viewer.with_value(|viewer| {
        viewer
            .directory
            .people
            .iter()
            .filter(|person| person.active && team.members.iter().all(|member| member.id != person.id))
            .map(|person| Choice::new(person.id.to_string(), person.name.clone()))
            .collect()
    });
    let nobody =
        team.members.is_empty().then(|| view! { <p class="text-meta">"Nobody is in this team yet."</p> });
    let rows = team
        .members
        .into_iter()
        .map(|member| {
            let label = format!("Take {} out of the team", member.name);
            let take_out = manages.then(|| {
                view! {
                    <ActionForm action=acts.take_out>
                        <input type="hidden" name="id" value=id.to_string()/>
                        <input type="hidden" name="member" value=member.id.to_string()/>
                        <button type="submit" class="icon-button is-small" aria-label=label.clone() data-tooltip=label>
                            <ui::Icon name="x" size=ui::IconSize::Small/>
                        </button>
                    </ActionForm>
                }
            });
            let picture = kernel::picture(member.id, member.avatar);
            let hours = shows_hours.then(|| view! { <MemberHours team=id default member=member.clone() acts manages/> });
            let href = format!("/people/{}", member.id);
            view! {
                <li>
                    <PersonCell name=member.name category=member.category picture href=Some(href)/>
                    {hours}
                    {take_out}
                </li>
            }
        })
        .collect_view();
    let add = (manages && !others.is_empty()).then(|| {
        view! {
            <ActionForm action=acts.add attr:class="flex flex-wrap items-end gap-2">
                <input type="hidden" name="id" value=id.to_string()/>
                <SelectField
                    name="member"
                    id=format!("field-add-{id}")
                    label="Add to the team"
                    options=others
                    placeholder="Choose a person"
                    required=true
                />
                <Button kind=ButtonKind::Submit icon="user-plus" pending=acts.add.pending()>
                    "Add"
                </Button>
            </ActionForm>
        }
    });
    view! {
        {nobody}
        <ul class="team-people">{rows}</ul>
        {add}
    }
}
