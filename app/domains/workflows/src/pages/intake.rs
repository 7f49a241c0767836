//! The public form of a workflow: turning it on, what it says and asks, and its link. Plain forms, so that they work before
//! scripts do.

use kernel::{PageData, use_viewer};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{
    Banner, Breadcrumbs, Button, ButtonKind, ButtonVariant, Checkbox, Choice, Crumb, FormError, LinkButton,
    PageTitle, SelectField, Skeleton, TextArea, TextField, Toast, Tone, TopBar, Wait, error_of, field_error,
    on_answer, use_toaster,
};

use super::frame::PageError;
use crate::{
    api,
    intake::{self, Contact, HEADING_MAX, IntakePage, LABEL_MAX, PER_HOUR, WORDS_MAX},
    model::{Field, FieldKind},
};

/// What can be done on the page. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    save: ServerAction<api::SaveIntake>,
    renew: ServerAction<api::RenewIntakeLink>,
}

/// `/workflows/:key/form`
#[component]
pub fn PublicFormSettingsPage() -> impl IntoView {
    let params = use_params_map();
    let key = Memo::new(move |_| params.with(|params| params.get("key").unwrap_or_default()));
    let page = kernel::page_data(move || key.get(), |key| async move { api::load_intake(key).await });
    let viewer = use_viewer();
    let acts = Acts { save: ServerAction::new(), renew: ServerAction::new() };
    follow(acts, page);
    view! {
        <link rel="stylesheet" href="/intake.css"/>
        <Wait fallback=|| view! { <Skeleton rows=10/> } content=move || async move {
                match (viewer.await, page.await) {
                    (Ok(_), Ok(loaded)) => view! { <Settings loaded acts/> }.into_any(),
                    (Err(error), _) | (_, Err(error)) => {
                        view! { <PageError error retry=move || page.refetch()/> }.into_any()
                    }
                }
            }/>
    }
}

/// Says what was done, and shows it.
fn follow(acts: Acts, page: PageData<IntakePage>) {
    let toaster = use_toaster();
    on_answer(acts.save, move |answer| {
        if answer.is_ok() {
            toaster.show(Toast::new("The public form is saved"));
            page.refetch();
        }
    });
    on_answer(acts.renew, move |answer| {
        if answer.is_ok() {
            toaster.show(Toast::new("There is a new link. The one before opens nothing any more"));
            page.refetch();
        }
    });
}

#[component]
fn Settings(loaded: IntakePage, acts: Acts) -> impl IntoView {
    let head = loaded.head.clone();
    let board = format!("/workflows/{}", head.key);
    let (name, crumb_board) = (head.name.clone(), board.clone());
    let link = loaded.link.clone().map(|link| {
        let (key, version, open) = (head.key.clone(), loaded.version, loaded.open);
        view! { <LinkPart link key version open acts/> }
    });
    view! {
        <Title text=format!("Public form of {}", head.name)/>
        <TopBar
            title="Public form"
            back=board
            path=move || {
                view! {
                    <Breadcrumbs icon="square-kanban">
                        <Crumb href="/workflows">"Workflows"</Crumb>
                        <Crumb href=crumb_board>{name}</Crumb>
                        <Crumb>"Public form"</Crumb>
                    </Breadcrumbs>
                }
            }
        />
        <div class="page-body">
            <div class="page-reading">
                <PageTitle
                    title="Public form"
                    text=format!(
                        "Whoever has the link can start a {} without logging in. They see the form and nothing else of the workflow.",
                        head.item_noun,
                    )
                />
                {link}
                <IntakeForm loaded acts/>
            </div>
        </div>
    }
}

/// The link, and another one in its place.
#[component]
fn LinkPart(link: String, key: String, version: i64, open: bool, acts: Acts) -> impl IntoView {
    let toaster = use_toaster();
    let text = StoredValue::new(link.clone());
    let state = if open {
        view! { <p class="text-meta">"It is open: the link can be passed on, and put on a website."</p> }
            .into_any()
    } else {
        view! { <Banner tone=Tone::Warning>"It is closed: the link leads nowhere until the form is opened."</Banner> }
            .into_any()
    };
    let look = open.then(|| {
        view! {
            <LinkButton href=link.clone() icon="external-link" attr:target="_blank" attr:rel="external noopener">
                "Look at it"
            </LinkButton>
        }
    });
    view! {
        <section class="settings-section" aria-label="Link">
            {state}
            <div class="intake-link">
                <TextField name="link" label="Link" value=link readonly=true/>
                <Button icon="copy" class="needs-script" on_click=move |_| ui::copy_to_clipboard(text.get_value(), toaster)>
                    "Copy"
                </Button>
                {look}
                <ActionForm action=acts.renew>
                    <input type="hidden" name="key" value=key/>
                    <input type="hidden" name="version" value=version.to_string()/>
                    <Button kind=ButtonKind::Submit icon="refresh-cw" pending=acts.renew.pending()>"New link"</Button>
                </ActionForm>
            </div>
            <FormError error=error_of(acts.renew.value())/>
            <p class="text-meta">"A new link makes this one dead at once, wherever it was passed on."</p>
        </section>
    }
}

#[component]
fn IntakeForm(loaded: IntakePage, acts: Acts) -> impl IntoView {
    let save = acts.save;
    let error = error_of(save.value());
    let IntakePage { head, fields, first, intake: says, open, version, .. } = loaded;
    let most = |most: usize| i64::try_from(most).unwrap_or(i64::MAX);
    let contacts: Vec<Choice> =
        Contact::ALL.into_iter().map(|contact| Choice::new(contact.key(), contact.label())).collect();
    let offered: Vec<Field> =
        fields.iter().filter(|field| intake::may_be_asked(field, first)).cloned().collect();
    let boxes = offered
        .into_iter()
        .map(|field| {
            let always = intake::is_always_asked(&field, first);
            let checked = always || says.fields.contains(&field.id);
            let when = field.terms.show_when.as_ref();
            let when = when.map(|when| format!("Only if {}.", when.sentence(&fields)));
            let needed = always.then(|| "Always asked: it is needed.".to_owned());
            let hint: Vec<String> = needed.into_iter().chain(when).collect();
            let hint = (!hint.is_empty()).then(|| hint.join(" "));
            let name = format!("fields[{}]", intake::name_of(field.id));
            view! {
                <Checkbox name checked disabled=always hint>
                    {field.label}
                </Checkbox>
            }
        })
        .collect_view();
    let never = |kinds: &[FieldKind], why: &str| {
        let labels =
            fields.iter().filter(|field| kinds.contains(&field.kind)).map(|field| field.label.as_str());
        let labels = labels.collect::<Vec<_>>().join(", ");
        (!labels.is_empty())
            .then(|| view! { <p class="text-meta">{format!("Never asked, since {why}: {labels}.")}</p> })
    };
    let inside = never(&[FieldKind::Person, FieldKind::Team], "names of members and teams stay inside");
    let later = never(&[FieldKind::File], "files are put in on the page of the item");
    let nothing = !fields.iter().any(|field| intake::may_be_asked(field, first));
    let nothing = nothing.then(|| {
        view! {
            <p class="text-meta">
                "The first step asks for nothing that could be asked here, so the form has a title only. Fields are added in the "
                <a class="link" href=format!("/workflows/{}/design", head.key)>"design"</a> "."
            </p>
        }
    });
    view! {
        <ActionForm action=save attr:class="form" attr:aria-label="Public form">
            <input type="hidden" name="key" value=head.key.clone()/>
            <input type="hidden" name="version" value=version.to_string()/>
            <FormError error/>
            <TextField
                name="heading"
                label="Heading"
                required=true
                maxlength=most(HEADING_MAX)
                value=says.heading
                error=field_error(error, "heading")
            />
            <TextArea
                name="introduction"
                label="Introduction"
                hint="What it is for, and what happens with what is sent."
                rows=4
                maxlength=most(WORDS_MAX)
                value=says.introduction
                error=field_error(error, "introduction")
            />
            <TextField
                name="title_label"
                label="What the title is asked as"
                required=true
                maxlength=most(LABEL_MAX)
                value=says.title_label
                error=field_error(error, "title_label")
            />
            <fieldset class="field choice-group">
                <legend class="field-label">"Fields that are asked"</legend>
                <div class="intake-fields">{boxes}</div>
                {nothing}
                {inside}
                {later}
            </fieldset>
            <SelectField
                name="contact"
                label="Name and e-mail of who sends it"
                options=contacts
                value=says.contact.key()
                hint="They become the first comment of the item."
                error=field_error(error, "contact")
            />
            <TextArea
                name="afterwards"
                label="What is said once it is sent"
                hint="Beside the number of the item."
                rows=3
                maxlength=most(WORDS_MAX)
                value=says.afterwards
                error=field_error(error, "afterwards")
            />
            <Checkbox name="open" checked=open hint=format!("Anybody who has the link can send it, {PER_HOUR} times an hour at most.")>
                "The form is open"
            </Checkbox>
            <div class="form-actions">
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=save.pending()>"Save"</Button>
            </div>
        </ActionForm>
    }
}
