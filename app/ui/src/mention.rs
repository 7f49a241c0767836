//! Naming people while a text is written: an `@` lists who can be named.

use kernel::{Person, mention};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlTextAreaElement, KeyboardEvent};

use crate::mark::Avatar;

/// How many people are listed at once.
const LISTED: usize = 6;
/// The list, for screen readers.
const LIST: &str = "mention-list";

/// What is being named: where its `@` stands, as a byte of the text, and what is written behind it.
type Naming = Option<(usize, String)>;

/// Around a field of several lines: lists people beside it while one is being named.
#[component]
pub fn Mentions(
    /// What is written.
    draft: RwSignal<String>,
    /// Who can be named.
    #[prop(into)]
    people: Signal<Vec<Person>>,
    /// The field.
    children: Children,
) -> impl IntoView {
    let naming = RwSignal::new(Naming::None);
    let active = RwSignal::new(0_usize);
    let root = NodeRef::<html::Div>::new();
    let field = move || -> Option<HtmlTextAreaElement> {
        root.get_untracked()?.query_selector("textarea").ok().flatten()?.dyn_into().ok()
    };
    let fits = Memo::new(move |_| {
        let Some((_, written)) = naming.get() else { return Vec::new() };
        people.with(|people| {
            let active = people.iter().filter(|person| person.active);
            active.filter(|person| mention::begins(&person.name, &written)).take(LISTED).cloned().collect()
        })
    });
    let look = move || {
        let Some(element) = field() else { return };
        let caret = element.selection_start().ok().flatten().unwrap_or_default();
        let text = element.value();
        let found = mention::naming(&text, caret).map(|(at, written)| (at, written.to_owned()));
        if naming.get_untracked() != found {
            active.set(0);
            naming.set(found);
        }
    };
    let pick = move |index: usize| {
        let person = fits.with_untracked(|fits| fits.get(index).map(|person| person.name.clone()));
        let (Some(name), Some((at, written)), Some(element)) = (person, naming.get_untracked(), field())
        else {
            return;
        };
        let text = element.value();
        let (before, behind) = text.split_at(at.min(text.len()));
        let behind = behind.get('@'.len_utf8() + written.len()..).unwrap_or_default();
        let start = format!("{before}@{name} ");
        let caret = u32::try_from(start.encode_utf16().count()).unwrap_or_default();
        let text = format!("{start}{}", behind.trim_start());
        element.set_value(&text);
        draft.set(text);
        naming.set(None);
        if element.set_selection_range(caret, caret).is_err() || element.focus().is_err() {
            leptos::logging::warn!("the field did not take the focus");
        }
    };
    let key_down = move |event: KeyboardEvent| {
        let count = fits.with_untracked(Vec::len);
        if count == 0 {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => active.update(|index| *index = (*index + 1) % count),
            "ArrowUp" => active.update(|index| *index = (*index + count - 1) % count),
            "Enter" | "Tab" => pick(active.get_untracked()),
            "Escape" => naming.set(None),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    // The field is the design system's; what it needs for the list is said to it here.
    Effect::new(move |_| {
        let open = fits.with(|fits| !fits.is_empty());
        let Some(element) = field() else { return };
        let said = if open {
            element
                .set_attribute("aria-controls", LIST)
                .and_then(|()| element.set_attribute("aria-activedescendant", &option_id(active.get())))
        } else {
            element
                .remove_attribute("aria-controls")
                .and_then(|()| element.remove_attribute("aria-activedescendant"))
        };
        if said.is_err() {
            leptos::logging::warn!("the field did not take its attributes");
        }
    });
    let list = move || {
        let fits = fits.get();
        (!fits.is_empty()).then(|| {
            let options = fits.into_iter().enumerate().map(|(index, person)| {
                let picture = person.picture();
                view! {
                    <li
                        id=option_id(index)
                        role="option"
                        class="mention"
                        aria-selected=move || (active.get() == index).to_string()
                        // Before the field loses the focus.
                        on:pointerdown=move |event| {
                            event.prevent_default();
                            pick(index);
                        }
                    >
                        <Avatar name=person.name.clone() category=person.category picture/>
                        {person.name}
                    </li>
                }
            });
            view! {
                <ul id=LIST class="mention-list" role="listbox" aria-label="People">
                    {options.collect_view()}
                </ul>
            }
        })
    };
    view! {
        <div
            class="mentions"
            node_ref=root
            on:keydown=key_down
            on:input=move |_| look()
            on:click=move |_| look()
            on:focusout=move |_| naming.set(None)
        >
            {children()}
            {list}
        </div>
    }
}

fn option_id(index: usize) -> String {
    format!("{LIST}-{index}")
}
