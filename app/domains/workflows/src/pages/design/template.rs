//! The design as a template, to begin other workflows with.

use leptos::{prelude::*, task::spawn_local};
use ui::{Banner, Button, ButtonSize, ButtonVariant, Dialog, TextField, Toast, Tone};

use super::stage::Stage;
use crate::{api, definition::NAME_MAX, parts::desk::Keeping};

/// The way to save the design as a template.
#[component]
pub fn TemplateActs(open: RwSignal<bool>, templating: RwSignal<bool>) -> impl IntoView {
    let save = move |_| {
        open.set(false);
        templating.set(true);
    };
    view! {
        <h3>"As a template"</h3>
        <p class="design-file-note">
            "New workflows can begin with it: with its steps and ways, conditions, approvals and form."
        </p>
        <div class="design-file-acts">
            <Button size=ButtonSize::Small icon="copy-plus" on_click=save>
                "Save as template …"
            </Button>
        </div>
    }
}

/// Asks what the template is called, and saves it.
#[component]
pub fn TemplateDialog(stage: Stage, open: RwSignal<bool>) -> impl IntoView {
    let desk = stage.desk;
    let (name, description) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let pending = RwSignal::new(false);
    let wrong = RwSignal::new(None::<kernel::Error>);
    Effect::new(move |_| {
        if open.get() {
            name.set(desk.definition.with_untracked(|definition| definition.name.clone()));
            description.set(String::new());
            wrong.set(None);
        }
    });
    let save = move |_| {
        if pending.get_untracked() {
            return;
        }
        let key = desk.live.with_untracked(|live| live.head.key.clone());
        let (called, about) = (name.get_untracked(), description.get_untracked());
        pending.set(true);
        wrong.set(None);
        spawn_local(async move {
            let answer = api::save_template(key, called.clone(), Some(about)).await;
            pending.try_set(false);
            match answer {
                Ok(_) => {
                    open.try_set(false);
                    let text = format!("{} is a template for new workflows now", called.trim());
                    desk.toaster.show(Toast::new(text));
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
            let is_said = error.field("name").or(error.field("description")).is_some();
            (!is_said).then(|| error.to_string())
        })?;
        Some(view! { <Banner tone=Tone::Danger>{text}</Banner> })
    };
    // What is saved is what the server has.
    let kept = Signal::derive(move || desk.keeping.with(|keeping| *keeping == Keeping::Kept));
    view! {
        <Dialog
            id="template"
            open
            title="Save as template"
            footer=move || {
                view! {
                    <Button variant=ButtonVariant::Ghost on_click=move |_| open.set(false)>"Cancel"</Button>
                    <Button
                        variant=ButtonVariant::Primary
                        pending
                        disabled=Signal::derive(move || !kept.get())
                        on_click=save
                    >
                        "Save template"
                    </Button>
                }
            }
        >
            <div class="form">
                {other}
                <Show when=move || !kept.get()>
                    <p class="quiet" role="status">"The draft is not kept yet. Once it is, it can be saved as a template."</p>
                </Show>
                <TextField
                    name="template-name"
                    label="Name"
                    required=true
                    maxlength=i64::try_from(NAME_MAX).unwrap_or(60)
                    bind=name
                    error=of("name")
                />
                <TextField
                    name="template-description"
                    label="What it is for"
                    maxlength=200
                    placeholder="e.g. Claims that a partner pays"
                    bind=description
                    error=of("description")
                />
            </div>
        </Dialog>
    }
}
