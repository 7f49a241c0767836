//! Making a workflow from a template: a plain form that works without scripts.

use kernel::{Error, Permission, use_viewer};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use ui::{
    Banner, Breadcrumbs, Button, ButtonKind, ButtonSize, ButtonVariant, Choice, Crumb, Dialog, EmptyState,
    FormError, LinkButton, Load, RadioGroup, TextField, Toast, Tone, TopBar, error_of, field_error,
    use_toaster,
};

use crate::{
    api,
    definition::{NAME_MAX, NOUN_MAX, template::TEMPLATES},
    model::OwnTemplate,
};

/// The template that is chosen at first.
const PLAIN: &str = "plain";

/// `/workflows/new`
#[component]
pub fn NewWorkflowPage() -> impl IntoView {
    let viewer = use_viewer();
    view! {
        <Title text="New workflow"/>
        <TopBar
            title="New workflow"
            back="/workflows"
            path=move || {
                view! {
                    <Breadcrumbs icon="workflow">
                        <Crumb href="/workflows">"Workflows"</Crumb>
                        <Crumb>"New workflow"</Crumb>
                    </Breadcrumbs>
                }
            }
        />
        <link rel="stylesheet" href="/list.css"/>
        <div class="page">
            <Load resource=viewer let:viewer>
                {if viewer.may(Permission::WorkflowPublish) {
                    view! { <NewWorkflow may_design=viewer.may(Permission::WorkflowDesign)/> }.into_any()
                } else {
                    view! {
                        <EmptyState
                            icon="lock"
                            title="Your role does not make workflows"
                            text="A workflow manager, an admin or an owner can make one, or give you the right to."
                        />
                    }
                        .into_any()
                }}
            </Load>
        </div>
    }
}

/// What a template suggests: the name, the letters and the word for one item.
type Words = (String, String, String);

/// What there is to begin with: its key in the form, what it suggests, its steps, and what is said of it.
#[derive(Clone)]
struct Beginning {
    key: String,
    words: Words,
    steps: Vec<String>,
    /// How many steps follow those.
    more: usize,
    /// What would be left out of it.
    left_out: Option<String>,
    /// Whether it is one of the organisation's own.
    own: Option<OwnTemplate>,
}

fn beginnings(own: &[OwnTemplate]) -> Vec<Beginning> {
    let built_in = TEMPLATES.iter().map(|template| Beginning {
        key: template.key.to_owned(),
        words: if template.key == PLAIN {
            (String::new(), String::new(), template.item_noun.to_owned())
        } else {
            (template.name.to_owned(), template.letters.to_owned(), template.item_noun.to_owned())
        },
        steps: template.steps.iter().map(|step| step.name.to_owned()).collect(),
        more: 0,
        left_out: None,
        own: None,
    });
    let own = own.iter().map(|template| Beginning {
        key: template.id.to_string(),
        words: (template.name.clone(), String::new(), template.item_noun.clone()),
        steps: template.steps.clone(),
        more: template.more_steps,
        left_out: template.left_out.clone(),
        own: Some(template.clone()),
    });
    built_in.chain(own).collect()
}

fn choices(own: &[OwnTemplate]) -> Vec<Choice> {
    let built_in =
        TEMPLATES.iter().map(|template| Choice::new(template.key, template.name).hint(template.text));
    let own = own.iter().map(|template| {
        let choice = Choice::new(template.id.to_string(), template.name.clone());
        match template.description.as_str() {
            "" => choice.hint("A template of your organisation."),
            text => choice.hint(text.to_owned()),
        }
    });
    built_in.chain(own).collect()
}

/// What is filled in, which stays while the templates are read anew. Cheap to copy.
#[derive(Clone, Copy)]
struct Filled {
    chosen: RwSignal<String>,
    name: RwSignal<String>,
    noun: RwSignal<String>,
    letters: RwSignal<String>,
    /// What was suggested last: it gives way to the next suggestion, and what somebody typed does not.
    suggested: StoredValue<Words>,
}

impl Filled {
    fn new() -> Self {
        let noun = "task".to_owned();
        Filled {
            chosen: RwSignal::new(PLAIN.to_owned()),
            name: RwSignal::default(),
            noun: RwSignal::new(noun.clone()),
            letters: RwSignal::default(),
            suggested: StoredValue::new((String::new(), String::new(), noun)),
        }
    }

    fn suggest(self, words: Words) {
        let before = self.suggested.get_value();
        for (field, before, now) in [
            (self.name, before.0, &words.0),
            (self.letters, before.1, &words.1),
            (self.noun, before.2, &words.2),
        ] {
            if field.with_untracked(|held: &String| held.is_empty() || *held == before) {
                field.set(now.clone());
            }
        }
        self.suggested.set_value(words);
    }
}

#[component]
fn NewWorkflow(may_design: bool) -> impl IntoView {
    let own = kernel::page_data(|| (), |()| async move { api::list_templates().await });
    let filled = Filled::new();
    let create = ServerAction::<api::CreateWorkflow>::new();
    let again = Callback::new(move |()| own.refetch());
    view! {
        <Load resource=own let:own>
            <NewWorkflowForm own filled create may_design again/>
        </Load>
    }
}

#[component]
fn NewWorkflowForm(
    own: Vec<OwnTemplate>,
    filled: Filled,
    create: ServerAction<api::CreateWorkflow>,
    may_design: bool,
    /// Reads the templates anew.
    again: Callback<()>,
) -> impl IntoView {
    let error = error_of(create.value());
    let options = choices(&own);
    let all = StoredValue::new(beginnings(&own));
    let find = move |key: &str| all.with_value(|all| all.iter().find(|one| one.key == key).cloned());
    Effect::new(move |_| match filled.chosen.with(|key| find(key)) {
        Some(chosen) => filled.suggest(chosen.words),
        // It was deleted.
        None => filled.chosen.set(PLAIN.to_owned()),
    });
    let about =
        move || filled.chosen.with(|key| find(key)).map(|chosen| view! { <About chosen may_design again/> });
    view! {
        <ActionForm action=create attr:class="panel-card new-workflow">
            <header>
                <h1>"New workflow"</h1>
            </header>
            <div class="panel-card-body">
                <FormError error/>
                <RadioGroup
                    name="template"
                    label="Begin with"
                    options
                    bind=filled.chosen
                    error=field_error(error, "template")
                />
                {about}
                <div class="form-grid">
                    <div class="form-wide">
                        <TextField
                            name="name"
                            label="Name"
                            required=true
                            maxlength=i64::try_from(NAME_MAX).unwrap_or(60)
                            placeholder="e.g. Warranty claims"
                            bind=filled.name
                            error=field_error(error, "name")
                        />
                    </div>
                    <TextField
                        name="item_noun"
                        label="One item is called"
                        required=true
                        maxlength=i64::try_from(NOUN_MAX).unwrap_or(30)
                        placeholder="e.g. claim"
                        bind=filled.noun
                        error=field_error(error, "item_noun")
                    />
                    <TextField
                        name="key"
                        label="Letters before its number"
                        required=true
                        maxlength=6
                        placeholder="e.g. WC"
                        hint="WC makes WC-1, WC-2 and so on. They stay as they are."
                        bind=filled.letters
                        error=field_error(error, "key")
                    />
                </div>
                <div class="form-actions">
                    <LinkButton href="/workflows" variant=ButtonVariant::Ghost>"Cancel"</LinkButton>
                    <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=create.pending()>
                        "Make workflow"
                    </Button>
                </div>
            </div>
        </ActionForm>
    }
}

/// The steps of what is chosen, and what can be done with it where it is one of the organisation's own.
#[component]
fn About(chosen: Beginning, may_design: bool, again: Callback<()>) -> impl IntoView {
    let steps = chosen.steps.iter().map(|name| view! { <li>{name.clone()}</li> }).collect_view();
    let more = (0 < chosen.more).then(|| view! { <li>{format!("{} more", chosen.more)}</li> });
    let left_out = chosen.left_out.map(|text| view! { <Banner tone=Tone::Warning>{text}</Banner> });
    let acts = chosen.own.filter(|_| may_design).map(|own| view! { <OwnActs own again/> });
    view! {
        <div class="template-about">
            <ol class="template-steps" aria-label="Its steps">{steps} {more}</ol>
            {left_out}
            {acts}
        </div>
    }
}

/// Renaming and deleting a template of one's own.
#[component]
fn OwnActs(own: OwnTemplate, again: Callback<()>) -> impl IntoView {
    let toaster = use_toaster();
    let open = RwSignal::new(false);
    let (id, called) = (own.id, own.name.clone());
    let delete = move |_| {
        let text = format!("Template {called} deleted");
        spawn_local(async move {
            match api::delete_template(id).await {
                Ok(()) => {
                    again.try_run(());
                    toaster.undoable(
                        text,
                        move || api::restore_template(id),
                        move |()| {
                            again.try_run(());
                        },
                    );
                }
                Err(error) => {
                    toaster.show(Toast::failed(error.to_string()));
                }
            }
        });
    };
    view! {
        <div class="template-acts">
            <Button size=ButtonSize::Small icon="pencil" on_click=move |_| open.set(true)>"Rename …"</Button>
            <Button size=ButtonSize::Small icon="trash-2" on_click=delete>"Delete template"</Button>
        </div>
        <RenameDialog own open again/>
    }
}

#[component]
fn RenameDialog(own: OwnTemplate, open: RwSignal<bool>, again: Callback<()>) -> impl IntoView {
    let (name, description) = (RwSignal::new(own.name), RwSignal::new(own.description));
    let pending = RwSignal::new(false);
    let wrong = RwSignal::new(None::<Error>);
    let (id, version) = (own.id, own.version);
    let save = move |_| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        wrong.set(None);
        let (called, about) = (name.get_untracked(), description.get_untracked());
        spawn_local(async move {
            let answer = api::rename_template(id, version, called, Some(about)).await;
            pending.try_set(false);
            match answer {
                Ok(()) => {
                    open.try_set(false);
                    again.try_run(());
                }
                Err(error) => {
                    wrong.try_set(Some(error));
                }
            }
        });
    };
    let of = move |field: &'static str| {
        Signal::derive(move || wrong.with(|wrong| wrong.as_ref()?.field(field).map(str::to_owned)))
    };
    let other = move || {
        let text = wrong.with(|wrong| {
            let error = wrong.as_ref()?;
            (!matches!(error, Error::Invalid(_))).then(|| error.to_string())
        })?;
        Some(view! { <Banner tone=Tone::Danger>{text}</Banner> })
    };
    view! {
        <Dialog
            id="rename-template"
            open
            title="Rename template"
            footer=move || {
                view! {
                    <Button variant=ButtonVariant::Ghost on_click=move |_| open.set(false)>"Cancel"</Button>
                    <Button variant=ButtonVariant::Primary pending on_click=save>"Rename"</Button>
                }
            }
        >
            <div class="form">
                {other}
                <TextField
                    name="template-name"
                    label="Name of the template"
                    required=true
                    maxlength=i64::try_from(NAME_MAX).unwrap_or(60)
                    bind=name
                    error=of("name")
                />
                <TextField
                    name="template-description"
                    label="What it is for"
                    maxlength=200
                    bind=description
                    error=of("description")
                />
            </div>
        </Dialog>
    }
}
