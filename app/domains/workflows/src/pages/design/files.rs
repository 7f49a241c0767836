//! The design as a file: taking it away, and reading one into the draft.

use leptos::{ev::DragEvent, html, prelude::*, task::spawn_local};
use ui::{Banner, Button, ButtonSize, ButtonVariant, Dialog, LinkButton, Toast, Tone};
use wasm_bindgen::JsValue;

use super::stage::Stage;
use crate::{
    api,
    definition::FILE_MAX,
    model::Imported,
    parts::{browser, desk::Intention},
};

/// The ways to take the design away as a file, and to bring one.
#[component]
pub fn FileActs(stage: Stage, open: RwSignal<bool>, importing: RwSignal<bool>) -> impl IntoView {
    let address = move |format: &'static str| {
        move || stage.desk.live.with(|live| format!("/workflows/{}/export?format={format}", live.head.key))
    };
    let import = move |_| {
        open.set(false);
        importing.set(true);
    };
    view! {
        <h3>"As a file"</h3>
        <p class="design-file-note">
            "BPMN is read by other programs. JSON is for this one. Both hold the draft as it was kept last."
        </p>
        <div class="design-file-acts">
            <LinkButton
                href=Signal::derive(address("bpmn"))
                size=ButtonSize::Small
                icon="download"
                attr:download=""
                attr:rel="external"
            >
                "Export as BPMN"
            </LinkButton>
            <LinkButton
                href=Signal::derive(address("json"))
                size=ButtonSize::Small
                icon="download"
                attr:download=""
                attr:rel="external"
            >
                "Export as JSON"
            </LinkButton>
            <Button size=ButtonSize::Small icon="upload" on_click=import>
                "Import …"
            </Button>
        </div>
    }
}

/// A file on its way into the draft. Cheap to copy.
#[derive(Clone, Copy)]
struct Bringing {
    stage: Stage,
    /// Where it is chosen.
    field: NodeRef<html::Input>,
    /// What it is called.
    name: RwSignal<String>,
    /// What was read of it.
    read: RwSignal<Option<Imported>>,
    wrong: RwSignal<Option<String>>,
    pending: RwSignal<bool>,
    /// Which of the files that were chosen one after the other counts.
    round: StoredValue<u32>,
}

impl Bringing {
    fn clear(self) {
        self.round.update_value(|round| *round += 1);
        self.name.set(String::new());
        self.read.set(None);
        self.wrong.set(None);
        self.pending.set(false);
    }

    /// Empties the field: it says nothing when the same file is chosen again, and knows nothing of one that is dropped.
    fn forget(self) {
        if let Some(field) = self.field.get_untracked() {
            field.set_value("");
        }
    }

    /// Reads the file; the one that is chosen last counts.
    fn take(self, file: Option<JsValue>) {
        self.clear();
        let Some(file) = file else { return };
        self.name.set(browser::file_name(&file).unwrap_or_default());
        let most = f64::from(u32::try_from(FILE_MAX).unwrap_or(u32::MAX));
        if browser::file_size(&file).is_some_and(|size| most < size) {
            self.wrong.set(Some(Imported::TOO_LARGE.to_owned()));
            return;
        }
        let (id, round) = (self.stage.desk.workflow_id, self.round.get_value());
        self.pending.set(true);
        spawn_local(async move {
            let answer = match browser::file_text(&file).await {
                Ok(text) => api::read_design(id, text)
                    .await
                    .map_err(|error| error.field("file").map_or_else(|| error.to_string(), str::to_owned)),
                Err(text) => Err(text.to_owned()),
            };
            if self.round.try_get_value() != Some(round) {
                return;
            }
            self.pending.set(false);
            match answer {
                Ok(read) => self.read.set(Some(read)),
                Err(text) => self.wrong.set(Some(text)),
            }
        });
    }

    /// Puts what was read in the place of the draft. The workflow keeps its name, and its form unless the file holds one; undoing
    /// brings back what was there.
    fn put(self) {
        let Some(Imported { definition, .. }) = self.read.get_untracked() else { return };
        self.stage.desk.change(Intention::Once, |draft| draft.redraw(definition));
        self.stage.fit();
        self.stage.desk.toaster.show(Toast::new("The draft is as the file says"));
    }
}

/// Reads a file, shows what could not be carried, and puts it into the draft.
#[component]
pub fn ImportDialog(stage: Stage, open: RwSignal<bool>) -> impl IntoView {
    let bringing = Bringing {
        stage,
        field: NodeRef::new(),
        name: RwSignal::new(String::new()),
        read: RwSignal::new(None),
        wrong: RwSignal::new(None),
        pending: RwSignal::new(false),
        round: StoredValue::new(0),
    };
    Effect::new(move |_| {
        if open.get() {
            bringing.clear();
            bringing.forget();
        }
    });
    let put = move |_| {
        bringing.put();
        open.set(false);
    };
    view! {
        <Dialog
            id="import"
            open
            title="Import a design"
            wide=true
            footer=move || {
                view! {
                    <Button variant=ButtonVariant::Ghost on_click=move |_| open.set(false)>"Cancel"</Button>
                    <Button
                        variant=ButtonVariant::Primary
                        pending=bringing.pending
                        disabled=Signal::derive(move || bringing.read.with(Option::is_none))
                        on_click=put
                    >
                        "Put it into the draft"
                    </Button>
                }
            }
        >
            <FileField bringing/>
            {move || {
                bringing.wrong.get().map(|text| view! { <Banner tone=Tone::Danger>{text}</Banner> })
            }}
            <div role="status">
                {move || {
                    let name = bringing.name.get();
                    bringing.read.get().map(|read| view! { <WhatWasRead name read/> })
                }}
            </div>
        </Dialog>
    }
}

#[component]
fn FileField(bringing: Bringing) -> impl IntoView {
    let over = RwSignal::new(false);
    let chosen = move |event: leptos::ev::Event| {
        bringing.take(browser::first_file(&event_target::<web_sys::HtmlInputElement>(&event)));
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(file) = event.data_transfer().and_then(|data| browser::first_file(&data)) {
            bringing.forget();
            bringing.take(Some(file));
        }
    };
    let dragged = move |event: DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    view! {
        <div
            class="design-file"
            class:is-over=move || over.get()
            on:dragover=dragged
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <label for="import-file">"File"</label>
            <input
                id="import-file"
                class="file-input"
                type="file"
                accept=".bpmn,.xml,.json,application/xml,text/xml,application/json"
                aria-describedby="import-file-note"
                node_ref=bringing.field
                on:click=move |_| bringing.forget()
                on:change=chosen
            />
            <p class="design-file-note" id="import-file-note">
                "A BPMN 2.0 file of another program, or a design that was exported as JSON. Choose it, or drop it here. \
                 Its steps, ways and form take the place of those in the draft; undoing brings them back. BPMN holds no form: \
             then that of the draft stays."
            </p>
        </div>
    }
}

/// How much of the file of this name was read, and what was not.
#[component]
fn WhatWasRead(name: String, read: Imported) -> impl IntoView {
    let count = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    let steps = count(read.definition.steps.len(), "step", "steps");
    let ways = count(read.definition.transitions.len(), "way", "ways");
    let form = match read.definition.form().len() {
        0 => String::new(),
        fields => format!(", with {}", count(fields, "field", "fields")),
    };
    let named = match read.definition.name.as_str() {
        "" => String::new(),
        name => format!(" of {name}"),
    };
    let file = if name.is_empty() { name } else { format!("{name}: ") };
    let said = format!("{file}{steps} and {ways}{named}{form} were read.");
    if read.report.is_empty() {
        return view! { <p class="design-file-said">{said} " All of it was understood."</p> }.into_any();
    }
    let lines = read.report.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        <p class="design-file-said">{said}</p>
        <h3>"What is different here"</h3>
        <ul class="design-report">{lines}</ul>
    }
    .into_any()
}
