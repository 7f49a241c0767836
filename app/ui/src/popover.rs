//! Popovers, and the one layer that shows every tooltip of the page.

use std::time::Duration;

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::button::{ButtonSize, ButtonVariant, IconButton, class_of};
use crate::icon::{Icon, IconSize};
use crate::overlay::{self, Side};

/// The tooltip of a link of the sidebar, needed only while the sidebar is icons.
const COLLAPSED: &str = "data-tooltip-collapsed";

/// What opens a menu or a popover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// An icon button with this icon; the label becomes its name and tooltip.
    Icon(String),
    /// A button with the label as text and a chevron.
    Button(ButtonVariant),
    /// A button with the label as text, an icon before it and no chevron.
    IconAndLabel(ButtonVariant, String),
    /// A bare button of a class of the page's own, with the content handed in.
    Bare(String),
}

impl Trigger {
    /// Three dots.
    pub fn more() -> Self {
        Self::Icon("ellipsis".to_owned())
    }
}

/// The button that opens the popover with the given id. It works before hydration.
#[component]
pub(crate) fn TriggerButton(
    id: String,
    trigger: Trigger,
    label: String,
    size: ButtonSize,
    has_popup: &'static str,
    open: Signal<bool>,
    content: Option<ViewFn>,
) -> impl IntoView {
    let expanded = move || if open.get() { "true" } else { "false" };
    let (class, view, name) = match trigger {
        Trigger::Icon(icon) => {
            return view! {
                <IconButton
                    icon
                    label
                    size
                    popover=id
                    attr:aria-haspopup=has_popup
                    attr:aria-expanded=expanded
                />
            }
            .into_any();
        }
        Trigger::Button(variant) => {
            let view = view! {
                <span class="button-label">{label}</span>
                <Icon name="chevron-down" size=IconSize::Small/>
            };
            (class_of(variant, size, None), view.into_any(), None)
        }
        Trigger::IconAndLabel(variant, name) => {
            let view = view! {
                <Icon name size=IconSize::Small/>
                <span class="button-label">{label}</span>
            };
            (class_of(variant, size, None), view.into_any(), None)
        }
        Trigger::Bare(class) => (class, content.map(|content| content.run()).into_any(), Some(label)),
    };
    view! {
        <button
            type="button"
            class=class
            popovertarget=id
            aria-label=name
            aria-haspopup=has_popup
            aria-expanded=expanded
        >
            {view}
        </button>
    }
    .into_any()
}

/// A panel that a button opens beside itself; Esc or a press elsewhere closes it and gives the focus back.
#[component]
pub fn Popover(
    /// Its id, unique on the page.
    #[prop(into)]
    id: String,
    /// What it holds; the text or the name of the button.
    #[prop(into)]
    label: String,
    /// The button.
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
    /// Follows whether it is open.
    #[prop(optional, into)]
    open: Option<RwSignal<bool>>,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    let open = open.unwrap_or_else(|| RwSignal::new(false));
    let node = NodeRef::<Div>::new();
    let side = if align_end { Side::BottomEnd } else { Side::BottomStart };
    let anchor_id = id.clone();
    view! {
        <TriggerButton
            id=id.clone()
            trigger
            label=label.clone()
            size
            has_popup="dialog"
            open=open.into()
            content
        />
        <div
            id=id
            popover="auto"
            role="dialog"
            aria-label=label
            class=if align_end { "popover panel is-end" } else { "popover panel" }
            on:toggle=move |_| drop(toggled(node, &anchor_id, side, open))
            node_ref=node
        >
            {children()}
        </div>
    }
}

/// Places a popover that has just opened; returns the panel when it did.
pub(crate) fn toggled(node: NodeRef<Div>, id: &str, side: Side, open: RwSignal<bool>) -> Option<HtmlElement> {
    let panel: HtmlElement = node.get_untracked()?.unchecked_into();
    let now_open = overlay::is_open(&panel);
    open.set(now_open);
    if !now_open {
        return None;
    }
    if let Some(anchor) = overlay::trigger_of(id) {
        overlay::follow(panel.clone(), anchor.into(), side);
    }
    Some(panel)
}

/// Gives its content a tooltip. Controls of the design system have their own; marks written as text carry
/// `data-tooltip`.
#[component]
pub fn Tooltip(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// The key that does the same.
    #[prop(optional, into)]
    keys: Option<String>,
    /// What the tooltip belongs to.
    children: Children,
) -> impl IntoView {
    view! {
        <span class="has-tooltip" data-tooltip=move || text.get() data-tooltip-keys=keys>
            {children()}
        </span>
    }
}

/// Shows the tooltip of whatever the pointer or the focus is on: any element with `data-tooltip`. The page has one of
/// these. Esc hides it; the pointer may move onto it; it repeats only what a screen reader hears already.
#[component]
pub fn TooltipLayer() -> impl IntoView {
    let node = NodeRef::<Div>::new();
    let text = RwSignal::new(String::new());
    let keys = RwSignal::new(None::<String>);
    let turn = StoredValue::new(0_u64);

    let show = move |anchor: Element| {
        let wanted = ["data-tooltip", COLLAPSED]
            .into_iter()
            .find_map(|name| anchor.get_attribute(name))
            .unwrap_or_default();
        let Some(panel) = node.get_untracked().filter(|_| !wanted.is_empty()) else { return };
        text.set(wanted);
        keys.set(anchor.get_attribute("data-tooltip-keys"));
        let panel: HtmlElement = panel.unchecked_into();
        request_animation_frame(move || overlay::open(&panel, &anchor, Side::Top));
    };
    let hide = move || {
        turn.update_value(|turn| *turn += 1);
        if let Some(panel) = node.get_untracked() {
            overlay::close(&panel.unchecked_into());
        }
    };
    let show_later = move |anchor: Element, delay: Duration| {
        turn.update_value(|turn| *turn += 1);
        let mine = turn.get_value();
        set_timeout(
            move || {
                if turn.try_get_value() == Some(mine) && anchor.is_connected() {
                    show(anchor);
                }
            },
            delay,
        );
    };
    let owner_of = |event: &web_sys::Event| {
        let target: Element = event.target()?.dyn_into().ok()?;
        let owner = target.closest("[data-tooltip], .sidebar [data-tooltip-collapsed]").ok().flatten()?;
        let speaks_itself = owner.has_attribute(COLLAPSED) && !sidebar_is_collapsed();
        (!speaks_itself).then_some(owner)
    };

    Effect::new(move |_| {
        let over = window_event_listener(ev::pointerover, move |event| {
            if event.pointer_type() == "touch" {
                return;
            }
            let on_tooltip = node.get_untracked().zip(event.target()).is_some_and(|(panel, target)| {
                target.dyn_ref::<web_sys::Node>().is_some_and(|target| panel.contains(Some(target)))
            });
            match owner_of(event.as_ref()) {
                Some(anchor) => show_later(anchor, Duration::from_millis(400)),
                None if on_tooltip => (),
                None => hide(),
            }
        });
        let focus = window_event_listener(ev::focusin, move |event| {
            match owner_of(event.as_ref())
                .filter(|anchor| anchor.matches(":focus-visible").unwrap_or_default())
            {
                Some(anchor) => show_later(anchor, Duration::from_millis(150)),
                None => hide(),
            }
        });
        let press = window_event_listener(ev::pointerdown, move |_| hide());
        let key = window_event_listener(ev::keydown, move |_| hide());
        on_cleanup(move || {
            for listener in [over, focus, press, key] {
                listener.remove();
            }
        });
    });

    view! {
        <div class="tooltip panel" popover="manual" role="tooltip" aria-hidden="true" node_ref=node>
            <span>{move || text.get()}</span>
            {move || keys.get().map(|keys| view! { <crate::Keys keys/> })}
        </div>
    }
}

fn sidebar_is_collapsed() -> bool {
    let narrow = window().match_media("(640px < width <= 1100px)").ok().flatten();
    narrow.is_some_and(|narrow| narrow.matches())
}
