//! Files that fields of the record's form hold: a tile for each, a button that adds others, and a menu of those that are there.
//!
//! What somebody puts in or takes out is kept beside the content of the page, which is drawn anew whenever the record changes: it
//! is shown until the record holds it. What is put in waits as what is enclosed in a message does, so it survives a reload.

use std::collections::{BTreeMap, BTreeSet};

use kernel::FileId;
use leptos::{ev::DragEvent, html::Input, prelude::*};
use ui::{
    Button, ButtonSize, ButtonVariant, FiledField, Filing, Icon, IconButton, IconSize, Menu, MenuItem, Toast,
    Trigger,
};
use wasm_bindgen::JsValue;

use super::{
    Place, browser, find, has_files,
    list::Uploads,
    place,
    queue::Aim,
    slot,
    tile::{name, picture, state},
};
use crate::{
    model::{File, State},
    rules,
};

/// A record by its key, and a field of its form.
type At = (String, String);

/// What the fields of the page share. Cheap to copy.
#[derive(Clone, Copy)]
struct Desk {
    place: Place,
    /// What was taken out of fields that still hold it.
    taken: RwSignal<BTreeMap<At, BTreeSet<FileId>>>,
    /// What forms were told last of fields that hold something else.
    told: StoredValue<BTreeMap<At, Vec<FileId>>>,
    /// What files are called that were seen here.
    names: StoredValue<BTreeMap<FileId, String>>,
}

/// A field as it is drawn. Cheap to copy.
#[derive(Clone, Copy)]
struct Drawn {
    desk: Desk,
    at: StoredValue<At>,
    field: StoredValue<FiledField>,
    now: RwSignal<Vec<FileId>>,
}

/// The files of the record of that kind with `key` in its page's address, on a page with a form whose fields hold some. Made once
/// per page: its content may be drawn as often as the page likes, and uploads go on when the page is left.
pub fn filing(kind: &'static str, key: Memo<String>) -> Filing {
    let place = place(kind, key, false);
    let desk = Desk {
        place,
        taken: RwSignal::new(BTreeMap::new()),
        told: StoredValue::new(BTreeMap::new()),
        names: StoredValue::new(BTreeMap::new()),
    };
    Filing {
        slot: slot(place),
        ready: place.ready(),
        field: Callback::new(move |field: FiledField| {
            let (now, at) = (field.now, (place.key.get_untracked(), field.key.clone()));
            let drawn = Drawn { desk, at: StoredValue::new(at), field: StoredValue::new(field), now };
            untrack(|| drawn.begin());
            Effect::new(move |_| drawn.follow());
            view! { <Filed drawn/> }.into_any()
        }),
    }
}

impl Desk {
    fn note(self, files: &[File]) {
        self.names.update_value(|names| {
            names.extend(files.iter().map(|file| (file.id, file.name.clone())));
        });
    }
}

impl Drawn {
    fn key(self) -> String {
        self.field.with_value(|field| field.key.clone())
    }

    fn label(self) -> String {
        self.field.with_value(|field| field.label.clone())
    }

    fn aim(self) -> Aim {
        Aim::Field(self.key())
    }

    /// What was put in here, as far as the list knows it: what was taken, or what was refused.
    fn come(self, is_taken: bool) -> Vec<FileId> {
        let place = self.desk.place;
        let waiting = self.at.with_value(|(record, _)| {
            place.queue.with_value(|queue| queue.waiting(place.kind, record, &self.aim()))
        });
        let fits = |id: &FileId| {
            let state = place.loaded.with(|loaded| Some(find(loaded?, *id)?.state));
            let is_new = self.field.with_value(|field| field.most.is_some() && !field.held.contains(id));
            is_new && state.is_some_and(|state| (state != State::Refused) == is_taken)
        };
        waiting.into_iter().filter(fits).collect()
    }

    /// What is in the field now, with what was put in and taken out here.
    fn files(self) -> Vec<FileId> {
        let taken = self.desk.taken.with(|all| self.at.with_value(|at| all.get(at).cloned()));
        let taken = taken.unwrap_or_default();
        let held = self.field.with_value(|field| field.held.clone());
        held.into_iter().chain(self.come(true)).filter(|id| !taken.contains(id)).collect()
    }

    /// Lets go what the record holds by now, or holds no more.
    fn begin(self) {
        let Desk { place, taken, told, .. } = self.desk;
        let (at, held) = (self.at.get_value(), self.field.with_value(|field| field.held.clone()));
        taken.maybe_update(|all| {
            let Some(ids) = all.get_mut(&at) else { return false };
            let before = ids.len();
            ids.retain(|id| held.contains(id));
            ids.len() != before
        });
        if let Some(target) = place.target() {
            place.queue.with_value(|queue| queue.let_go(&target, &self.aim(), &held));
        }
        let files = self.files();
        if files == held {
            told.update_value(|told| drop(told.remove(&at)));
        }
        if self.now.with(|now| *now != files) {
            self.now.set(files);
        }
    }

    /// Tells the form what was put in or taken out, once.
    fn follow(self) {
        let (at, files) = (self.at.get_value(), self.files());
        if self.now.with_untracked(|now| *now != files) {
            self.now.set(files.clone());
        }
        let known = self.desk.told.with_value(|told| told.get(&at).cloned());
        let known = known.unwrap_or_else(|| self.field.with_value(|field| field.held.clone()));
        if files != known {
            self.desk.told.update_value(|told| drop(told.insert(at, files)));
            self.field.with_value(|field| field.changed).run(());
        }
    }

    /// As many as there is room for.
    fn room(self) -> usize {
        let most = self.field.with_value(|field| field.most).unwrap_or_default();
        let coming = self.desk.place.coming(&self.aim()).len();
        most.saturating_sub(self.now.with(Vec::len) + coming)
    }

    /// Uploads files into the field, as many as there is room for.
    fn add(self, files: Vec<JsValue>) {
        let room = untrack(|| self.room());
        if room < files.len() {
            let most = self.field.with_value(|field| field.most).unwrap_or_default();
            let text = format!("{} may have {most} files. The others were not added.", self.label());
            self.desk.place.toaster.show(Toast::failed(text));
        }
        self.desk.place.add(files.into_iter().take(room).collect(), &self.aim());
    }

    /// What puts files of the record in, also once the field is drawn anew or the page is gone.
    fn putting(self) -> impl Fn(FileId) + Clone + Send + Sync + 'static {
        let (target, aim, at) = (self.desk.place.target(), self.aim(), self.at.get_value());
        let (queue, taken) = (self.desk.place.queue.get_value(), self.desk.taken);
        move |id| {
            taken.try_maybe_update(|all| (all.get_mut(&at).is_some_and(|ids| ids.remove(&id)), ()));
            if let Some(target) = &target {
                queue.put_back(target, &aim, &[id]);
            }
        }
    }

    /// Takes a file out of the field. It stays with the record.
    fn take_out(self, id: FileId, name: &str) {
        let (put, at, label) = (self.putting(), self.at.get_value(), self.label());
        let place = self.desk.place;
        if let Some(target) = place.target() {
            place.queue.with_value(|queue| queue.let_go(&target, &self.aim(), &[id]));
        }
        self.desk.taken.update(|all| {
            all.entry(at).or_default().insert(id);
        });
        place.toaster.show(Toast::new(format!("{name} was taken out of {label}")).undo(move || put(id)));
        // The button that was pressed goes.
        let button = document().get_element_by_id(&format!("filed-{}-add", self.key()));
        if let Some(button) = button {
            browser::call(&button, "focus", &[]);
        }
    }

    /// Files of the record that can be put in.
    fn others(self) -> Vec<File> {
        let now = self.now.get();
        self.desk.place.loaded.with(|loaded| {
            let files = loaded.into_iter().flat_map(|files| &files.files);
            let fit = |file: &&File| {
                matches!(file.state, State::Scanning | State::Ready) && !now.contains(&file.id)
            };
            files.filter(fit).cloned().collect()
        })
    }

    /// What is known of a file, or what it was called.
    fn file(self, id: FileId) -> Result<File, Option<String>> {
        let found = self.desk.place.loaded.with(|loaded| loaded.and_then(|it| find(it, id).cloned()));
        found.ok_or_else(|| {
            let seen = self.desk.names.with_value(|names| names.get(&id).cloned());
            let gone = self.field.with_value(|field| field.gone.get(&id).cloned());
            gone.filter(|name| !name.is_empty() || seen.is_none()).or(seen)
        })
    }
}

#[component]
fn Filed(drawn: Drawn) -> impl IntoView {
    let over = RwSignal::new(false);
    let may_change = drawn.field.with_value(|field| field.most.is_some());
    let takes = move |event: &DragEvent| may_change && has_files(event) && drawn.desk.place.most().is_some();
    let drag = move |event: DragEvent| {
        if takes(&event) {
            event.prevent_default();
            over.set(true);
        }
    };
    let drop = move |event: DragEvent| {
        over.set(false);
        if takes(&event) {
            event.prevent_default();
            drawn.add(browser::files(&browser::get(&event, "dataTransfer")));
        }
    };
    let tiles = move || {
        drawn.desk.place.loaded.with(|loaded| {
            if let Some(loaded) = loaded {
                drawn.desk.note(&loaded.files);
            }
        });
        // What was refused before it got in is not sent, and shown until it is taken out.
        let shown = drawn.now.get().into_iter().chain(drawn.come(false));
        shown.map(|id| tile(drawn, id, may_change)).collect_view()
    };
    let none = move || drawn.now.with(Vec::is_empty) && drawn.come(false).is_empty();
    view! {
        <link rel="stylesheet" href="/files.css"/>
        <div
            class="filed"
            class:is-read=!may_change
            class:is-over=move || over.get()
            on:dragenter=drag
            on:dragover=drag
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <ul class="filed-files" class:is-empty=none>
                {tiles}
            </ul>
            {may_change.then(|| view! { <Adding drawn/> })}
            {(!may_change).then(|| view! { <p class="field-read" hidden=move || !none()>"\u{2014}"</p> })}
        </div>
    }
}

/// A file in the field.
fn tile(drawn: Drawn, id: FileId, may_change: bool) -> AnyView {
    let file = drawn.file(id);
    let called = match &file {
        Ok(file) => file.name.clone(),
        Err(Some(name)) if !name.is_empty() => name.clone(),
        Err(Some(_)) => "A file".to_owned(),
        Err(None) => "A file that is being loaded".to_owned(),
    };
    let is_gone = file.as_ref().map_or_else(Option::is_some, |file| file.state == State::Refused);
    let (picture, name, said) = match &file {
        Ok(file) => {
            let size = view! { <p class="file-meta">{rules::in_words(file.size)}</p> };
            let state = state(file).map(|(class, words)| {
                view! { <p class=format!("file-state {class}") role="status">{words}</p> }
            });
            (picture(file), name(file), view! { {size} {state} }.into_any())
        }
        Err(known) => {
            let state = known.as_ref().map(|_| {
                view! { <p class="file-state is-refused" role="status">"Deleted: it counts as not there."</p> }
            });
            let icon = if known.is_some() { "trash-2" } else { "file" };
            (
                view! { <Icon name=icon size=IconSize::Large/> }.into_any(),
                view! { <span class="file-name" title=called.clone()>{called.clone()}</span> }.into_any(),
                view! { {state} }.into_any(),
            )
        }
    };
    let label = format!("Take {called} out of {}", drawn.label());
    let take = move |_| drawn.take_out(id, &called);
    let remove = may_change.then(|| {
        view! { <IconButton icon="x" size=ButtonSize::Small label class="needs-script" on_click=take/> }
    });
    view! {
        <li class="file" class:is-refused=is_gone>
            <span class="file-picture">{picture}</span>
            <div class="file-text">
                {name}
                {said}
            </div>
            {remove}
        </li>
    }
    .into_any()
}

/// What is on its way to the field, and what puts more in.
#[component]
fn Adding(drawn: Drawn) -> impl IntoView {
    let place = drawn.desk.place;
    let input = NodeRef::<Input>::new();
    let open = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |event: leptos::ev::Event| {
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        drawn.add(browser::files(&input));
        // The same file may be chosen once more.
        input.set_value("");
    };
    let full = Signal::derive(move || drawn.room() == 0);
    let (key, label) = (drawn.key(), drawn.label());
    let others = Memo::new(move |_| drawn.others());
    let offers = Memo::new(move |_| !full.get() && others.with(|others| !others.is_empty()));
    let menu_id = format!("filed-{key}-others");
    let items = move || {
        let items = others.get().into_iter().map(|file| {
            let (put, id) = (drawn.putting(), file.id);
            let icon = rules::icon(&file.media_type);
            view! { <MenuItem icon on_click=move |_| put(id)>{file.name}</MenuItem> }
        });
        items.collect_view()
    };
    let menu = move || {
        let (id, trigger) = (menu_id.clone(), Trigger::Button(ButtonVariant::Ghost));
        offers.get().then(|| {
            view! {
                <Menu id label="Choose from the list" trigger size=ButtonSize::Small>
                    {items}
                </Menu>
            }
        })
    };
    view! {
        <Uploads place aim=drawn.aim()/>
        <div class="filed-acts needs-script">
            // Nothing of it is sent with the form, which hears of files by itself.
            <input
                node_ref=input
                class="visually-hidden"
                type="file"
                multiple
                tabindex="-1"
                aria-label=format!("Files for {label}")
                on:change=move |event| {
                    event.stop_propagation();
                    chosen(event);
                }
            />
            <Button
                icon="paperclip"
                size=ButtonSize::Small
                disabled=full
                on_click=open
                attr:id=format!("filed-{key}-add")
            >
                "Add files"
            </Button>
            {menu}
        </div>
    }
}
