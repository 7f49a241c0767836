//! Choosing members: typing narrows the list down, Enter takes the first.

use kernel::{MemberId, Person, Viewer, mention};
use leptos::prelude::*;
use ui::{Avatar, Choice, TextField};
use web_sys::KeyboardEvent;

/// How many people are listed at once.
const LISTED: usize = 50;

/// Some of these people.
#[component]
pub(crate) fn PeoplePicker(
    /// Who can be chosen, by name.
    people: StoredValue<Vec<Person>>,
    /// Who is chosen.
    chosen: RwSignal<Vec<MemberId>>,
    /// What is wrong with the choice.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let is_chosen = move |id: MemberId| chosen.with(|chosen| chosen.contains(&id));
    let toggle = move |id: MemberId| {
        chosen.update(|chosen| match chosen.iter().position(|other| *other == id) {
            Some(at) => drop(chosen.remove(at)),
            None => chosen.push(id),
        });
    };
    let fits = Memo::new(move |_| {
        let typed = typed.get();
        people.with_value(|people| {
            let fitting = people.iter().filter(|person| mention::begins(&person.name, typed.trim()));
            fitting.take(LISTED).cloned().collect::<Vec<_>>()
        })
    });
    let key_down = move |event: KeyboardEvent| {
        let is_typing = typed.with_untracked(|typed| !typed.trim().is_empty());
        if event.key() != "Enter" || event.is_composing() || !is_typing {
            return;
        }
        // Not the form: there may be more people to choose.
        event.prevent_default();
        event.stop_propagation();
        if let Some(id) = fits.with_untracked(|fits| fits.first().map(|person| person.id)) {
            toggle(id);
            typed.set(String::new());
        }
    };
    let names = move || {
        let names = chosen.with(|chosen| {
            people.with_value(|people| {
                let named = chosen.iter().filter_map(|id| people.iter().find(|person| person.id == *id));
                named.map(|person| person.name.clone()).collect::<Vec<_>>().join(", ")
            })
        });
        if names.is_empty() { "Nobody is invited yet.".to_owned() } else { format!("Invited: {names}") }
    };
    let nobody = move || fits.with(Vec::is_empty).then_some("Nobody is called so.");
    let row = move |person: Person| {
        let (id, picture) = (person.id, person.picture());
        view! {
            <li>
                <label class="agenda-person">
                    <input
                        type="checkbox"
                        class="checkbox"
                        prop:checked=move || is_chosen(id)
                        on:change=move |_| toggle(id)
                    />
                    <span aria-hidden="true">
                        <Avatar name=person.name.clone() category=person.category picture/>
                    </span>
                    <span class="truncate">{person.name}</span>
                </label>
            </li>
        }
    };
    view! {
        <div class="agenda-picker" on:keydown=key_down>
            <TextField
                name="guest-search"
                label="People"
                kind="search"
                bind=typed
                autocomplete="off"
                placeholder="Type a name, Enter takes the first"
                error
            />
            <p class="agenda-chosen" role="status">{names}</p>
            <ul class="agenda-people">
                <For each=move || fits.get() key=|person| person.id children=row/>
            </ul>
            <p class="agenda-chosen">{nobody}</p>
        </div>
    }
}

/// Everybody to whom work can be given.
pub(super) fn members(viewer: Option<&Viewer>) -> Vec<Choice> {
    let people = viewer.map(|viewer| viewer.directory.people.as_slice()).unwrap_or_default();
    let active = people.iter().filter(|person| person.active);
    active.map(|person| Choice::new(person.id.to_string(), person.name.clone())).collect()
}
