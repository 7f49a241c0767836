//! Making a workflow from a template: a plain form that works without scripts.

use kernel::{Permission, use_viewer};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    Breadcrumbs, Button, ButtonKind, ButtonVariant, Choice, Crumb, EmptyState, FormError, LinkButton, Load,
    RadioGroup, TextField, TopBar, error_of, field_error,
};

use crate::{
    api,
    definition::{
        NAME_MAX, NOUN_MAX,
        template::{self, TEMPLATES},
    },
};

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
        <div class="page">
            <Load resource=viewer let:viewer>
                {if viewer.may(Permission::WorkflowPublish) {
                    view! { <NewWorkflow/> }.into_any()
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

#[component]
fn NewWorkflow() -> impl IntoView {
    let create = ServerAction::<api::CreateWorkflow>::new();
    let error = error_of(create.value());
    let templates: Vec<Choice> = TEMPLATES
        .iter()
        .map(|template| Choice::new(template.key, template.name).hint(template.text))
        .collect();
    // What the template suggests, until somebody types something else.
    let (chosen, noun) = (RwSignal::new("plain".to_owned()), RwSignal::new("task".to_owned()));
    let (name, letters) = (RwSignal::default(), RwSignal::default());
    let suggested = StoredValue::new((String::new(), String::new(), noun.get_untracked()));
    Effect::new(move |_| {
        let Some(template) = chosen.with(|key| template::find(key)) else { return };
        let words = if template.key == "plain" {
            (String::new(), String::new(), template.item_noun.to_owned())
        } else {
            (template.name.to_owned(), template.letters.to_owned(), template.item_noun.to_owned())
        };
        let before = suggested.get_value();
        for (field, before, now) in
            [(name, before.0, &words.0), (letters, before.1, &words.1), (noun, before.2, &words.2)]
        {
            if field.with_untracked(|held: &String| held.is_empty() || *held == before) {
                field.set(now.clone());
            }
        }
        suggested.set_value(words);
    });
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
                    options=templates
                    bind=chosen
                />
                <div class="form-grid">
                    <div class="form-wide">
                        <TextField
                            name="name"
                            label="Name"
                            required=true
                            maxlength=i64::try_from(NAME_MAX).unwrap_or(60)
                            placeholder="e.g. Warranty claims"
                            bind=name
                            error=field_error(error, "name")
                        />
                    </div>
                    <TextField
                        name="item_noun"
                        label="One item is called"
                        required=true
                        maxlength=i64::try_from(NOUN_MAX).unwrap_or(30)
                        placeholder="e.g. claim"
                        bind=noun
                        error=field_error(error, "item_noun")
                    />
                    <TextField
                        name="key"
                        label="Letters before its number"
                        required=true
                        maxlength=6
                        placeholder="e.g. WC"
                        hint="WC makes WC-1, WC-2 and so on. They stay as they are."
                        bind=letters
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
