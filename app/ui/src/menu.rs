//! Menus: a button opens a list of acts. Arrow keys and letters move, Enter chooses, Esc goes back to the button.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::button::{ButtonSize, press};
use crate::icon::{Icon, IconSize};
use crate::letters::lower;
use crate::mark::Tone;
use crate::navigation::Keys;
use crate::overlay::{self, Side};
use crate::popover::{Trigger, TriggerButton, toggled};

const ITEMS: &str = "[role^=menuitem]:not([aria-disabled=true])";

/// A menu with the button that opens it.
#[component]
pub fn Menu(
    /// Its id, unique on the page.
    #[prop(into)]
    id: String,
    /// What it holds; the text or the name of the button.
    #[prop(into)]
    label: String,
    /// The button.
    #[prop(default = Trigger::more())]
    trigger: Trigger,
    /// The content of a bare button.
    #[prop(optional, into)]
    content: Option<ViewFn>,
    /// How high the button is.
    #[prop(optional)]
    size: ButtonSize,
    /// Lines up the right edges instead of the left ones.
    #[prop(optional)]
    align_end: bool,
    /// The [`MenuItem`]s, [`MenuHeading`]s and [`MenuSeparator`]s.
    children: Children,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let node = NodeRef::<Div>::new();
    let side = if align_end { Side::BottomEnd } else { Side::BottomStart };
    let anchor_id = id.clone();
    let on_toggle = move |_| {
        let opened = toggled(node, &anchor_id, side, open);
        if let Some(first) = opened.and_then(|panel| overlay::query_all(&panel, ITEMS).into_iter().next()) {
            overlay::focus(&first);
        }
    };
    let on_click = move |event: web_sys::MouseEvent| {
        let on_item = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest(ITEMS).ok().flatten());
        if let Some(panel) = node.get_untracked().filter(|_| on_item.is_some()) {
            overlay::close(&panel.unchecked_into());
        }
    };
    view! {
        <TriggerButton
            id=id.clone()
            trigger
            label=label.clone()
            size
            has_popup="menu"
            open=open.into()
            content
        />
        <div
            id=id
            popover="auto"
            role="menu"
            tabindex="-1"
            aria-label=label
            class=if align_end { "menu panel is-end" } else { "menu panel" }
            on:toggle=on_toggle
            on:click=on_click
            on:keydown=move |event| move_focus(node, &event)
            node_ref=node
        >
            {children()}
        </div>
    }
}

/// One act of a menu: a link when it has an address, else a button.
#[component]
pub fn MenuItem(
    /// Where it leads.
    #[prop(optional, into)]
    href: Option<String>,
    /// An icon before the label.
    #[prop(optional, into)]
    icon: Option<String>,
    /// The key that does the same, outside the menu.
    #[prop(optional, into)]
    keys: Option<String>,
    /// What stands at the right instead of the key, such as why it is not possible now.
    #[prop(optional, into)]
    note: MaybeProp<String>,
    /// Danger for an act that destroys something.
    #[prop(optional)]
    tone: Tone,
    /// Whether it is ticked; leave out for plain acts.
    #[prop(optional, into)]
    checked: MaybeProp<bool>,
    /// What pressing it does.
    #[prop(optional, into)]
    on_click: Option<Callback<MouseEvent>>,
    /// Whether it is not possible now; say why in `note`.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The label.
    children: Children,
) -> impl IntoView {
    let ticked = checked.get_untracked().is_some();
    let role = if ticked { "menuitemcheckbox" } else { "menuitem" };
    let class = if tone == Tone::Danger { "menu-item is-danger" } else { "menu-item" };
    let content = view! {
        {icon.map(|name| view! { <Icon name size=IconSize::Small/> })}
        <span class="menu-item-label">{children()}</span>
        {move || note.get().map(|note| view! { <span class="menu-item-note">{note}</span> })}
        {move || checked.get().unwrap_or_default().then(|| view! { <Icon name="check" size=IconSize::Small/> })}
        {keys.map(|keys| view! { <Keys keys/> })}
    };
    match href {
        Some(href) => view! {
            <a class=class role=role href=href tabindex="-1" aria-disabled=move || disabled.get().then_some("true")>
                {content}
            </a>
        }
        .into_any(),
        None => view! {
            <button
                type="button"
                class=class
                role=role
                tabindex="-1"
                disabled=move || disabled.get()
                aria-disabled=move || disabled.get().then_some("true")
                aria-checked=move || checked.get().map(|on| if on { "true" } else { "false" })
                on:click=move |event| press(on_click, event)
            >
                {content}
            </button>
        }
        .into_any(),
    }
}

/// The name of a group of a menu.
#[component]
pub fn MenuHeading(
    /// The name.
    children: Children,
) -> impl IntoView {
    view! { <div class="menu-heading">{children()}</div> }
}

/// A line between two groups of a menu.
#[component]
pub fn MenuSeparator() -> impl IntoView {
    view! { <hr class="menu-separator"/> }
}

/// Moves the focus inside an open menu.
fn move_focus(node: NodeRef<Div>, event: &KeyboardEvent) {
    let Some(panel) = node.get_untracked() else { return };
    let items = overlay::query_all(&panel, ITEMS);
    let focused = document().active_element();
    let current = items.iter().position(|item| Some(item.as_ref()) == focused.as_ref());
    let labels = || items.iter().map(|item| item.text_content().unwrap_or_default()).collect::<Vec<_>>();
    let next = match event.key().as_str() {
        "ArrowDown" => next_index(current, items.len(), 1),
        "ArrowUp" => next_index(current, items.len(), -1),
        "Home" => Some(0),
        "End" => items.len().checked_sub(1),
        "Tab" => {
            overlay::close(&panel.unchecked_into::<HtmlElement>());
            return;
        }
        key if key.chars().count() == 1 && key != " " && !event.ctrl_key() && !event.meta_key() => {
            index_by_letter(&labels(), current, key)
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(item) = next.and_then(|index| items.get(index)) {
        overlay::focus(item);
    }
}

/// Returns the place after or before the current one, going round at the ends.
pub(crate) fn next_index(current: Option<usize>, count: usize, step: i64) -> Option<usize> {
    let count = i64::try_from(count).ok().filter(|count| *count != 0)?;
    let next = match current.and_then(|current| i64::try_from(current).ok()) {
        Some(current) => (current + step).rem_euclid(count),
        None if step < 0 => count - 1,
        None => 0,
    };
    usize::try_from(next).ok()
}

/// Returns the next item whose label begins with a letter.
fn index_by_letter(labels: &[String], current: Option<usize>, letter: &str) -> Option<usize> {
    let letter = lower(letter);
    let begins = |label: &String| lower(label.trim_start()).starts_with(&letter);
    let after = current.map_or(0, |current| current + 1);
    let found = labels.iter().skip(after).position(begins).map(|index| index + after);
    found.or_else(|| labels.iter().position(begins))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_round_at_the_ends() {
        assert_eq!(next_index(None, 3, 1), Some(0));
        assert_eq!(next_index(None, 3, -1), Some(2));
        assert_eq!(next_index(Some(2), 3, 1), Some(0));
        assert_eq!(next_index(Some(0), 3, -1), Some(2));
        assert_eq!(next_index(None, 0, 1), None);
    }

    #[test]
    fn a_letter_finds_the_next_item_that_begins_with_it() {
        let labels = ["Assign", "Copy link", "Archive"].map(str::to_owned);
        assert_eq!(index_by_letter(&labels, None, "a"), Some(0));
        assert_eq!(index_by_letter(&labels, Some(0), "A"), Some(2));
        assert_eq!(index_by_letter(&labels, Some(2), "a"), Some(0));
        assert_eq!(index_by_letter(&labels, Some(0), "x"), None);
    }

    #[test]
    fn a_menu_opens_without_a_script() {
        let html = Owner::new().with(|| {
            view! { <Menu id="item-more" label="More"><MenuItem icon="link" keys="Y">"Copy link"</MenuItem></Menu> }.to_html()
        });
        assert!(html.contains("popovertarget=\"item-more\"") && html.contains("popover=\"auto\""), "{html}");
        assert!(html.contains("role=\"menuitem\"") && html.contains("aria-haspopup=\"menu\""), "{html}");
    }
}
