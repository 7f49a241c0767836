//! What can be booked, and how much of each team.

use kernel::{Permission, Scope, TeamId, Viewer};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use ui::{
    Breadcrumbs, Button, ButtonKind, ButtonSize, Crumb, EmptyState, IconButton, LoadAs, PageTitle, TeamTag,
    Toast, TopBar, error_of, on_done, use_toaster,
};

use super::job_type_form::JobTypeForm;
use crate::{
    api::job_type as api,
    model::{JobType, JobTypes, TOPIC, TeamPlaces},
    parts::length,
};

/// What can be done on the page. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    add: ServerAction<api::AddJobType>,
    change: ServerAction<api::ChangeJobType>,
    /// The job type that is being changed.
    editing: RwSignal<Option<kernel::JobTypeId>>,
    reload: Callback<()>,
}

/// `/calendar/job-types`
#[component]
pub(super) fn JobTypesPage() -> impl IntoView {
    let data = kernel::page_data(|| (), |()| async { api::load_job_types().await });
    let acts = Acts {
        add: ServerAction::new(),
        change: ServerAction::new(),
        editing: RwSignal::new(None),
        reload: Callback::new(move |()| data.refetch()),
    };
    on_done(acts.add, move |_| data.refetch());
    on_done(acts.change, move |_| {
        acts.editing.set(None);
        data.refetch();
    });
    let listener = Callback::new(move |_| {
        // A form that is open stays as it is.
        if acts.editing.with_untracked(Option::is_none) {
            data.refetch();
        }
    });
    kernel::use_news(|| Some(TOPIC.to_owned()), listener);
    view! {
        <Title text="Job types"/>
        <link rel="stylesheet" href="/agenda.css"/>
        <TopBar
            title="Job types"
            back="/calendar"
            path=|| {
                view! {
                    <Breadcrumbs icon="calendar">
                        <Crumb href="/calendar">"Calendar"</Crumb>
                        <Crumb>"Job types"</Crumb>
                    </Breadcrumbs>
                }
            }
        />
        <div class="page">
            <PageTitle title="Job types" text="Work that is booked: which team does it, and how long it usually takes."/>
            <LoadAs rows=6 needs=Permission::CalendarView resource=data let:((viewer, data))>
                <Content viewer data acts/>
            </LoadAs>
        </div>
    }
}

#[component]
fn Content(viewer: Viewer, data: JobTypes, acts: Acts) -> impl IntoView {
    let may = viewer.may_somewhere(Permission::CalendarPlan);
    let none = data.job_types.is_empty().then(|| {
        let text = if may {
            "Add the first kind of work that is booked, such as a test or a session in the studio."
        } else {
            "Somebody who plans work adds them; owners and admins do."
        };
        view! { <EmptyState icon="briefcase" title="No job types yet" text/> }
    });
    let viewer = StoredValue::new(viewer);
    let rows =
        data.job_types.into_iter().map(|job_type| view! { <Row job_type viewer may acts/> }).collect_view();
    let teams = data.teams;
    let no_team = teams.is_empty();
    let add = may.then(|| {
        if no_team {
            let text = "Work is done by teams. Make one in the settings first.";
            return view! { <p class="agenda-hint">{text}</p> }.into_any();
        }
        view! {
            <section class="settings-section" aria-labelledby="new-job-type">
                <h2 id="new-job-type">"New job type"</h2>
                <ActionForm action=acts.add attr:class="form agenda-form">
                    <JobTypeForm old=None viewer error=error_of(acts.add.value())/>
                    <div class="form-actions">
                        <Button kind=ButtonKind::Submit icon="plus" pending=acts.add.pending()>
                            "Add job type"
                        </Button>
                    </div>
                </ActionForm>
            </section>
        }
        .into_any()
    });
    let settings = viewer.with_value(|viewer| viewer.may(Permission::TeamManage)).then(|| {
        view! { <a class="link" href="/settings/teams">"Change that in the settings of the teams"</a> }
    });
    let places =
        teams.into_iter().map(|team| viewer.with_value(|viewer| places(team, viewer))).collect_view();
    let places = (!no_team).then(|| {
        view! {
            <section class="settings-section" aria-labelledby="places">
                <h2 id="places">"Teams"</h2>
                <p>"As many bookings as a team works on at one time: one for each member who can be booked. " {settings}</p>
                <ul class="framed-rows agenda-types">{places}</ul>
            </section>
        }
    });
    view! {
        {none}
        <ul class="framed-rows agenda-types">{rows}</ul>
        {add}
        {places}
    }
}

#[component]
fn Row(job_type: JobType, viewer: StoredValue<Viewer>, may: bool, acts: Acts) -> impl IntoView {
    let id = job_type.id;
    let team = viewer.with_value(|viewer| viewer.directory.team(job_type.team_id).cloned());
    let team = team.map(|team| view! { <TeamTag name=team.name category=team.category/> });
    let (name, long) = (job_type.name.clone(), length(job_type.minutes));
    let (edit_label, delete_label) = (format!("Change {name}"), format!("Delete {name}"));
    let toaster = use_toaster();
    let delete = {
        let name = name.clone();
        move |_| {
            let name = name.clone();
            spawn_local(async move {
                match api::delete_job_type(id).await {
                    Ok(()) => toaster.undoable(
                        format!("{name} is deleted"),
                        move || api::restore_job_type(id),
                        move |_: JobType| {
                            acts.reload.try_run(());
                        },
                    ),
                    Err(error) => drop(toaster.show(Toast::failed(error.to_string()))),
                }
                acts.reload.try_run(());
            });
        }
    };
    let edit = move |_| {
        acts.change.clear();
        acts.editing.update(|editing| *editing = if *editing == Some(id) { None } else { Some(id) });
    };
    let may = may && viewer.with_value(|viewer| may_plan(viewer, job_type.team_id));
    let buttons = may.then(|| {
        view! {
            <span class="agenda-booked-acts needs-script">
                <IconButton icon="pencil" label=edit_label size=ButtonSize::Small on_click=edit/>
                <IconButton icon="trash-2" label=delete_label size=ButtonSize::Small on_click=delete/>
            </span>
        }
    });
    let job_type = StoredValue::new(job_type);
    let form = move || {
        (acts.editing.get() == Some(id)).then(|| {
            let error = error_of(acts.change.value());
            view! {
                <ActionForm action=acts.change attr:class="form agenda-form">
                    <input type="hidden" name="id" value=id.to_string()/>
                    <input type="hidden" name="version" value=job_type.with_value(|one| one.version)/>
                    <JobTypeForm old=Some(job_type.get_value()) viewer error/>
                    <div class="form-actions">
                        <Button on_click=move |_| acts.editing.set(None)>"Cancel"</Button>
                        <Button kind=ButtonKind::Submit pending=acts.change.pending()>"Save job type"</Button>
                    </div>
                </ActionForm>
            }
        })
    };
    view! {
        <li class="agenda-type">
            <div class="agenda-type-row">
                <span class="agenda-type-name truncate">{name}</span>
                {team}
                <span class="tabular">{long}</span>
                {buttons}
            </div>
            {form}
        </li>
    }
}

/// Whether the viewer plans the work of a team.
pub(super) fn may_plan(viewer: &Viewer, team: TeamId) -> bool {
    viewer.may_in(Permission::CalendarPlan, Scope::Team(team))
}

/// How much of a team can be booked.
fn places(of: TeamPlaces, viewer: &Viewer) -> Option<impl IntoView + use<>> {
    let team = viewer.directory.team(of.team_id)?;
    let text = match of.places {
        0 => "Cannot be booked".to_owned(),
        places => format!("{places} at one time, {} a day", length(of.minutes)),
    };
    Some(view! {
        <li class="agenda-type">
            <div class="agenda-type-row">
                <span class="agenda-type-name"><TeamTag name=team.name.clone() category=team.category/></span>
                <span class="tabular">{text}</span>
            </div>
        </li>
    })
}
