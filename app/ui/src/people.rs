//! Choosing people: typing narrows the list down, Enter takes the first.

use kernel::{MemberId, Person, mention};
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::{field::TextField, mark::Avatar};

/// How many people are listed at once.
const LISTED: usize = 50;

/// Some of these people.
#[component]
pub fn PeoplePicker(
    /// What the fields of the page are told apart by.
    name: &'static str,
    /// Who can be chosen, by name.
    #[prop(into)]
    people: Signal<Vec<Person>>,
    /// Who is chosen.
    chosen: RwSignal<Vec<MemberId>>,
    /// What stands before the names of those who are.
    said: &'static str,
    /// What is said while nobody is.
    nobody_yet: &'static str,
    /// What is wrong with the choice.
    #[prop(into, default = Signal::stored(None))]
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
        people.with(|people| {
            let fitting = people.iter().filter(|person| mention::begins(&person.name, typed.trim()));
            fitting.take(LISTED).cloned().collect::<Vec<_>>()
        })
    });
    let key_down = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            // Not the form: there may be more people to choose.
            let first = fits.with_untracked(|fits| fits.first().map(|person| person.id));
            if typed.with_untracked(|typed| !typed.trim().is_empty()) {
                event.prevent_default();
                event.stop_propagation();
                if let Some(id) = first {
                    toggle(id);
                    typed.set(String::new());
                }
            }
        }
    };
    let names = move || {
        let names = chosen.with(|chosen| {
            people.with(|people| {
                let named = chosen.iter().filter_map(|id| people.iter().find(|person| person.id == *id));
                named.map(|person| person.name.clone()).collect::<Vec<_>>().join(", ")
            })
        });
        if names.is_empty() { nobody_yet.to_owned() } else { format!("{said} {names}") }
    };
    let nobody = move || fits.with(Vec::is_empty).then_some("Nobody is called so.");
    let row = move |person: Person| {
        let (id, picture) = (person.id, person.picture());
        view! {
            <li>
                <label class="people-row">
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
        <div class="people-picker" on:keydown=key_down>
            <TextField
                name=format!("{name}-search")
                label="People"
                kind="search"
                bind=typed
                autocomplete="off"
                placeholder="Type a name, Enter takes the first"
                error
            />
            <p class="people-chosen" role="status">{names}</p>
            <ul class="people-list">
                <For each=move || fits.get() key=|person| person.id children=row/>
            </ul>
            <p class="people-chosen">{nobody}</p>
        </div>
    }
}
