//! The projects of a client on its page.

use kernel::{ClientId, PageData, Permission, Scope, Viewer};
use leptos::prelude::*;
use ui::{
    Button, ButtonKind, ButtonSize, Choice, FormError, Pill, SelectField, TextArea, TextField, Toast,
    Toaster, Tone, error_of, field_error, on_done,
};

use crate::{
    api::{CreateProject, DeleteProject, RestoreProject, UpdateProject, restore_project},
    model::{ClientPage, Project, State},
};

/// What can be done to projects. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct ProjectActs {
    create: ServerAction<CreateProject>,
    update: ServerAction<UpdateProject>,
    delete: ServerAction<DeleteProject>,
    pub(super) restore: ServerAction<RestoreProject>,
}

impl ProjectActs {
    pub(super) fn new() -> Self {
        ProjectActs {
            create: ServerAction::new(),
            update: ServerAction::new(),
            delete: ServerAction::new(),
            restore: ServerAction::new(),
        }
    }

    /// Loads the page again after each of them, and says what was done.
    pub(super) fn follow(self, toaster: Toaster, page: PageData<ClientPage>) {
        on_done(self.create, move |_| page.refetch());
        on_done(self.update, move |()| {
            toaster.show(Toast::new("Project saved"));
            page.refetch();
        });
        on_done(self.restore, move |()| page.refetch());
        on_done(self.delete, move |removed| {
            let id = removed.id;
            let text = format!("{} is deleted", removed.name);
            toaster.undoable(text, move || restore_project(id.into()), move |()| page.refetch());
            page.refetch();
        });
    }
}

/// The list, and a line that adds one.
#[component]
pub(super) fn Projects(
    viewer: Viewer,
    client: ClientId,
    projects: Vec<Project>,
    acts: ProjectActs,
) -> impl IntoView {
    let here = Scope::Client(client);
    let adds = viewer.may_in(Permission::ProjectManage, here);
    let nothing = projects.is_empty().then(|| view! { <p class="text-meta">"No projects yet."</p> });
    let rows = projects.into_iter().map(|project| {
        let changes = adds || viewer.may_in(Permission::ProjectManage, Scope::Project(project.id));
        view! { <ProjectLine project changes acts/> }
    });
    let error = error_of(acts.create.value());
    let add = adds.then(|| {
        view! {
            <ActionForm action=acts.create attr:class="flex flex-wrap items-end gap-2 py-4">
                <input type="hidden" name="client" value=client.to_string()/>
                <TextField
                    name="name"
                    id="field-new-project"
                    label="New project"
                    maxlength=100
                    autocomplete="off"
                    required=true
                    error=field_error(error, "name")
                />
                <Button kind=ButtonKind::Submit icon="plus" pending=acts.create.pending()>
                    "Add project"
                </Button>
                <FormError error/>
            </ActionForm>
        }
    });
    view! {
        <section class="settings-section" aria-labelledby="projects-heading">
            <h2 id="projects-heading">"Projects"</h2>
            {nothing}
            <ul class="framed-rows">{rows.collect_view()}</ul>
            <FormError error=error_of(acts.update.value())/>
            <FormError error=error_of(acts.delete.value())/>
            {add}
        </section>
    }
}

#[component]
fn ProjectLine(project: Project, changes: bool, acts: ProjectActs) -> impl IntoView {
    let tone = if project.state == State::Active { Tone::Accent } else { Tone::Neutral };
    let label = project.state.label();
    if !changes {
        return view! {
            <li class="list-row">
                <span class="list-row-title">{project.name}</span>
                <Pill small=true tone>{label}</Pill>
            </li>
        }
        .into_any();
    }
    let states: Vec<Choice> =
        State::ALL.into_iter().map(|state| Choice::new(state.as_str(), state.label())).collect();
    let (id, version) =
        (StoredValue::new(project.id.to_string()), StoredValue::new(project.version.to_string()));
    let field = move |name: &str| format!("field-{name}-{}", project.id);
    view! {
        <li>
            <details>
                <summary class="list-row">
                    <span class="list-row-title">{project.name.clone()}</span>
                    <Pill small=true tone>{label}</Pill>
                </summary>
                <ActionForm action=acts.update attr:class="form">
                    <input type="hidden" name="id" value=id.get_value()/>
                    <input type="hidden" name="version" value=version.get_value()/>
                    <TextField
                        name="name"
                        id=field("name")
                        label="Name"
                        value=project.name
                        maxlength=100
                        autocomplete="off"
                        required=true
                    />
                    <SelectField
                        name="state"
                        id=field("state")
                        label="State"
                        options=states
                        value=project.state.as_str()
                    />
                    <TextArea name="note" id=field("note") label="Note" value=project.note maxlength=4000/>
                    <div class="form-actions">
                        <Button kind=ButtonKind::Submit pending=acts.update.pending()>"Save project"</Button>
                    </div>
                </ActionForm>
                <ActionForm action=acts.delete>
                    <input type="hidden" name="id" value=id.get_value()/>
                    <input type="hidden" name="version" value=version.get_value()/>
                    <Button kind=ButtonKind::Submit size=ButtonSize::Small icon="trash-2" pending=acts.delete.pending()>
                        "Delete project"
                    </Button>
                </ActionForm>
            </details>
        </li>
    }
    .into_any()
}
