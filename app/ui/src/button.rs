//! Buttons and links that look like buttons. One primary button per view; the label is a verb.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::icon::{Icon, IconSize};
use crate::navigation::Keys;

/// How loud a button is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonVariant {
    /// The one act of the view.
    Primary,
    /// Any other act.
    #[default]
    Secondary,
    /// An act inside bars and rows.
    Ghost,
    /// An act that destroys something.
    Danger,
}

impl ButtonVariant {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "is-primary",
            Self::Secondary => "is-secondary",
            Self::Ghost => "is-ghost",
            Self::Danger => "is-danger",
        }
    }
}

/// How high a button is; on a phone each is at least 44 px high.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonSize {
    /// 24 px, in rows and bars.
    Small,
    /// 28 px.
    #[default]
    Medium,
    /// 32 px.
    Large,
    /// 36 px, in log-in forms and settings.
    Huge,
}

impl ButtonSize {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Small => " is-small",
            Self::Medium => "",
            Self::Large => " is-large",
            Self::Huge => " is-huge",
        }
    }

    fn icon(self) -> IconSize {
        match self {
            Self::Small => IconSize::Small,
            Self::Medium | Self::Large | Self::Huge => IconSize::Medium,
        }
    }
}

/// What a button does in a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// Nothing by itself.
    #[default]
    Button,
    /// Sends the form.
    Submit,
    /// Clears the form.
    Reset,
}

impl ButtonKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Button => "button",
            Self::Submit => "submit",
            Self::Reset => "reset",
        }
    }
}

/// A button.
///
/// Its act is a property, like that of all components here: an `on:click` that is given to a component is added again,
/// and the old one stays, whenever the view around it is drawn anew.
#[component]
pub fn Button(
    /// How loud it is.
    #[prop(optional)]
    variant: ButtonVariant,
    /// How high it is.
    #[prop(optional)]
    size: ButtonSize,
    /// What it does in a form.
    #[prop(optional)]
    kind: ButtonKind,
    /// An icon before the label.
    #[prop(optional, into)]
    icon: Option<String>,
    /// The key that does the same, shown at the right: `C`, `Ctrl+Enter`.
    #[prop(optional, into)]
    keys: Option<String>,
    /// Whether the act is under way: shows a spinner and ignores presses.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Whether it cannot be pressed; say why beside it.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What pressing it does.
    #[prop(optional, into)]
    on_click: Option<Callback<MouseEvent>>,
    /// More classes.
    #[prop(optional, into)]
    class: MaybeProp<String>,
    /// The label.
    children: Children,
) -> impl IntoView {
    let classes = move || class_of(variant, size, class.get());
    let icon = StoredValue::new(icon);
    view! {
        <button
            type=kind.as_str()
            class=classes
            class:is-pending=move || pending.get()
            disabled=move || disabled.get() || pending.get()
            aria-busy=move || pending.get().then_some("true")
            on:click=move |event| press(on_click, event)
        >
            {move || match (pending.get(), icon.get_value()) {
                (true, _) => Some(view! { <span class="spinner" aria-hidden="true"></span> }.into_any()),
                (false, Some(name)) => Some(view! { <Icon name size=size.icon()/> }.into_any()),
                (false, None) => None,
            }}
            <span class="button-label">{children()}</span>
            {keys.map(|keys| view! { <Keys keys/> })}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// How loud it is.
    #[prop(optional)]
    variant: ButtonVariant,
    /// How high it is.
    #[prop(optional)]
    size: ButtonSize,
    /// An icon before the label.
    #[prop(optional, into)]
    icon: Option<String>,
    /// The key that leads to the same place.
    #[prop(optional, into)]
    keys: Option<String>,
    /// More classes.
    #[prop(optional, into)]
    class: MaybeProp<String>,
    /// The label.
    children: Children,
) -> impl IntoView {
    view! {
        <a href=move || href.get() class=move || class_of(variant, size, class.get())>
            {icon.map(|name| view! { <Icon name size=size.icon()/> })}
            <span class="button-label">{children()}</span>
            {keys.map(|keys| view! { <Keys keys/> })}
        </a>
    }
}

/// A button that is only an icon. Its name is also its tooltip.
#[component]
pub fn IconButton(
    /// The icon.
    #[prop(into)]
    icon: Signal<String>,
    /// What it does; the accessible name and the tooltip.
    #[prop(into)]
    label: Signal<String>,
    /// The key that does the same, shown in the tooltip.
    #[prop(optional, into)]
    keys: Option<String>,
    /// How large it is.
    #[prop(optional)]
    size: ButtonSize,
    /// Whether it is switched on; leave out for plain acts.
    #[prop(optional, into)]
    pressed: MaybeProp<bool>,
    /// Whether it shows a dot: something new waits behind it.
    #[prop(optional, into)]
    dot: Signal<bool>,
    /// Whether it cannot be pressed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What pressing it does.
    #[prop(optional, into)]
    on_click: Option<Callback<MouseEvent>>,
    /// The id of the popover that it opens.
    #[prop(optional, into)]
    popover: Option<String>,
    /// More classes.
    #[prop(optional, into)]
    class: MaybeProp<String>,
) -> impl IntoView {
    let classes = move || format!("icon-button{}{}", size.class(), spaced(class.get()));
    let icon_size = size.icon();
    view! {
        <button
            type="button"
            class=classes
            class:is-on=move || pressed.get().unwrap_or_default()
            disabled=move || disabled.get()
            aria-label=move || label.get()
            aria-pressed=move || pressed.get().map(|on| if on { "true" } else { "false" })
            popovertarget=popover
            data-tooltip=move || label.get()
            data-tooltip-keys=keys
            on:click=move |event| press(on_click, event)
        >
            {move || view! { <Icon name=icon.get() size=icon_size/> }}
            {move || dot.get().then(|| view! { <span class="dot"></span> })}
        </button>
    }
}

/// Does what a press does, if anything; nothing any more when the page that wanted it is gone.
pub(crate) fn press(on_click: Option<Callback<MouseEvent>>, event: MouseEvent) {
    if let Some(on_click) = on_click {
        on_click.try_run(event);
    }
}

/// Buttons that belong together, joined without a gap: a split button, a stepper.
#[component]
pub fn ButtonGroup(
    /// What the group does, for screen readers.
    #[prop(into)]
    label: String,
    /// The buttons.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="button-group" role="group" aria-label=label>
            {children()}
        </div>
    }
}

pub(crate) fn class_of(variant: ButtonVariant, size: ButtonSize, class: Option<String>) -> String {
    format!("button {}{}{}", variant.class(), size.class(), spaced(class))
}

/// Puts a space before a class, so that it can follow others.
pub(crate) fn spaced(class: Option<String>) -> String {
    class.map(|class| format!(" {class}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pending_button_cannot_be_pressed_twice() {
        let html = Owner::new().with(|| view! { <Button pending=true>"Save"</Button> }.to_html());
        assert!(
            html.contains("disabled") && html.contains("aria-busy=\"true\"") && html.contains("spinner"),
            "{html}"
        );
    }

    #[test]
    fn an_icon_button_has_a_name_and_a_tooltip() {
        let html =
            Owner::new().with(|| view! { <IconButton icon="link" label="Copy link" keys="Y"/> }.to_html());
        assert!(
            html.contains("aria-label=\"Copy link\"") && html.contains("data-tooltip=\"Copy link\""),
            "{html}"
        );
        assert!(html.contains("data-tooltip-keys=\"Y\"") && html.contains("/icons.svg#link"), "{html}");
        assert!(!html.contains("aria-pressed"), "{html}");
    }

    #[test]
    fn nothing_is_styled_inline() {
        let html = Owner::new().with(|| {
            view! { <Button variant=ButtonVariant::Primary icon="plus" keys="C">"New item"</Button> }
                .to_html()
        });
        assert!(!html.contains("style="), "{html}");
    }
}
