//! The command palette: one field that finds things and acts. The page opens it (Ctrl K) and says what it finds.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::dialog::{close_on_own, keep_modal};
use crate::icon::{Icon, IconSize};
use crate::mark::{Step, StepGlyph};
use crate::menu::next_index;
use crate::navigation::Keys;
use crate::words::use_words;

/// A thing or an act that the palette offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaletteItem {
    /// What [`CommandPalette`] hands back when it is chosen.
    pub id: String,
    /// Its name.
    pub label: String,
    /// A key before the name, such as `UC-414`.
    pub key: Option<String>,
    /// The icon of an act.
    pub icon: Option<String>,
    /// The place of an item in its workflow, shown instead of an icon.
    pub step: Option<Step>,
    /// A record tag after the name.
    pub plate: Option<String>,
    /// What stands at the right.
    pub note: Option<String>,
    /// The keys that do the same outside the palette.
    pub keys: Option<String>,
}

impl PaletteItem {
    /// Makes an act of an id, an icon and a name.
    pub fn act(id: impl Into<String>, icon: impl Into<String>, label: impl Into<String>) -> Self {
        Self { id: id.into(), icon: Some(icon.into()), label: label.into(), ..Self::default() }
    }
}

/// Things of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaletteGroup {
    /// The name of the kind.
    pub name: String,
    /// The things, best first.
    pub items: Vec<PaletteItem>,
}

/// Finds things and acts. The caller searches for `query` and hands in what was found.
#[component]
pub fn CommandPalette(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What is typed.
    query: RwSignal<String>,
    /// What was found.
    #[prop(into)]
    groups: Signal<Vec<PaletteGroup>>,
    /// Whether the search is under way.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Called with what is chosen, after the palette has closed.
    #[prop(into)]
    on_choose: Callback<PaletteItem>,
) -> impl IntoView {
    let words = use_words();
    let node = NodeRef::<html::Dialog>::new();
    keep_modal(node, open);
    Effect::new(move |_| {
        if !open.get() && !query.with_untracked(String::is_empty) {
            query.set(String::new());
        }
    });
    view! {
        <dialog
            class="dialog palette"
            aria-label=words.search
            on:cancel=move |event| close_on_own(node, open, &event)
            on:click=move |event| close_on_own(node, open, &event)
            node_ref=node
        >
            <Show when=move || open.get()>
                <PaletteView open query groups pending on_choose/>
            </Show>
        </dialog>
    }
}

/// The inside of the palette.
#[component]
fn PaletteView(
    open: RwSignal<bool>,
    query: RwSignal<String>,
    groups: Signal<Vec<PaletteGroup>>,
    pending: Signal<bool>,
    on_choose: Callback<PaletteItem>,
) -> impl IntoView {
    let words = use_words();
    let active = RwSignal::new(0_usize);
    let count = move || groups.with(|groups| groups.iter().map(|group| group.items.len()).sum::<usize>());
    let choose = move |item: PaletteItem| {
        open.set(false);
        // Before what follows, and not only when it has closed: what was searched for is of no interest any more.
        query.set(String::new());
        on_choose.run(item);
    };
    let item_at = move |index: usize| {
        groups.with(|groups| groups.iter().flat_map(|group| &group.items).nth(index).cloned())
    };
    // What the person has gone to stays the chosen one when more is found above it.
    let picked = StoredValue::new(None::<String>);
    let pick = move |index: usize| {
        picked.set_value(item_at(index).map(|item| item.id));
        active.set(index);
    };
    Effect::new(move |_| {
        let place = groups.with(|groups| {
            let mut items = groups.iter().flat_map(|group| &group.items);
            picked.with_value(|picked| items.position(|item| Some(&item.id) == picked.as_ref()))
        });
        active.set(place.unwrap_or_default());
    });
    let move_by = move |step: i64| {
        let next = next_index(Some(active.get_untracked()), count(), step).unwrap_or_default();
        pick(next);
        request_animation_frame(move || {
            if let Some(row) = crate::overlay::query(&format!("#palette-item-{next}")) {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                row.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    };
    let on_key = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "ArrowDown" => move_by(1),
            "ArrowUp" => move_by(-1),
            "Enter" => {
                if let Some(item) = item_at(active.get_untracked()) {
                    choose(item);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let row = move |(index, item): (usize, PaletteItem)| {
        let chosen = item.clone();
        let current = Memo::new(move |_| active.get() == index);
        let mark = match (item.step, item.icon) {
            (Some(step), _) => Some(view! { <StepGlyph step/> }.into_any()),
            (None, Some(name)) => Some(view! { <Icon name size=IconSize::Small/> }.into_any()),
            (None, None) => None,
        };
        view! {
            <li
                id=format!("palette-item-{index}")
                class="menu-item"
                class:is-active=move || current.get()
                role="option"
                aria-selected=move || if current.get() { "true" } else { "false" }
                on:pointermove=move |_| pick(index)
                on:click=move |_| choose(chosen.clone())
            >
                {mark}
                {item.key.map(|key| view! { <span class="palette-key">{key}</span> })}
                <span class="menu-item-label">{item.label}</span>
                {item.plate.map(|text| view! { <crate::Plate text/> })}
                {item.note.map(|note| view! { <span class="menu-item-note">{note}</span> })}
                {item.keys.map(|keys| view! { <Keys keys/> })}
            </li>
        }
    };
    let lists = move || {
        let mut first = 0;
        groups
            .get()
            .into_iter()
            .filter(|group| !group.items.is_empty())
            .map(|group| {
                let start = first;
                first += group.items.len();
                let rows =
                    group.items.into_iter().enumerate().map(|(index, item)| row((start + index, item)));
                view! {
                    <li role="presentation">
                        <p class="menu-heading" aria-hidden="true">
                            {group.name.clone()}
                        </p>
                        <ul role="group" aria-label=group.name>
                            {rows.collect_view()}
                        </ul>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <div class="palette-query">
            <Icon name="search"/>
            <input
                type="text"
                role="combobox"
                autofocus
                autocomplete="off"
                spellcheck="false"
                aria-label=words.search
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant=move || format!("palette-item-{}", active.get())
                placeholder=words.command_placeholder
                prop:value=move || query.get()
                on:input=move |event| {
                    picked.set_value(None);
                    active.set(0);
                    query.set(event_target_value(&event));
                }
                on:keydown=on_key
            />
            {move || pending.get().then(|| view! { <span class="spinner" aria-hidden="true"></span> })}
            <Keys keys="Esc"/>
        </div>
        <ul class="palette-list" id="palette-list" role="listbox" aria-label=words.search>
            {lists}
        </ul>
        <p class="palette-empty" role="status">
            {move || (count() == 0 && !pending.get() && !query.with(String::is_empty)).then_some(words.no_match)}
        </p>
        <div class="palette-foot">
            <span>
                <Keys keys="↑ ↓"/>
                {words.command_choose}
            </span>
            <span>
                <Keys keys="Enter"/>
                {words.command_open}
            </span>
        </div>
    }
}
