//! Entries of menus that send a form, so that they work without WASM.

use kernel::OrganisationName;
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{Icon, IconSize, Size, SquareMark, Tone};

use crate::session::api::{LogOut, SwitchOrganisation};

/// An entry of a [`ui::Menu`] that sends the form around it.
#[component]
pub(crate) fn SubmitItem(
    /// An icon before the label.
    #[prop(into)]
    icon: String,
    /// Danger for an act that takes something away.
    #[prop(optional)]
    tone: Tone,
    /// Whether it is not possible now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The label.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class=if tone == Tone::Danger { "menu-item is-danger" } else { "menu-item" }
            role="menuitem"
            tabindex="-1"
            disabled=move || disabled.get()
            aria-disabled=move || disabled.get().then_some("true")
        >
            <Icon name=icon size=IconSize::Small/>
            <span class="menu-item-label">{label}</span>
        </button>
    }
}

/// "Log out" as an entry of a menu. A plain form, with WASM too: the whole page is loaded anew.
#[component]
pub fn LogOutForm() -> impl IntoView {
    view! {
        <form method="post" action=LogOut::url() class="menu-form" role="none">
            <SubmitItem icon="log-out" label="Log out"/>
        </form>
    }
}

/// Another organisation as an entry of a menu: choosing it goes on there. A plain form for the same reason.
#[component]
pub fn SwitchForm(
    /// The organisation.
    organisation: OrganisationName,
) -> impl IntoView {
    let name = organisation.name;
    let mark = if organisation.has_logo {
        view! { <img class="square-mark is-picture" src=format!("/organisation/{}/logo", organisation.id) alt=""/> }
            .into_any()
    } else {
        view! { <SquareMark name=name.clone() size=Size::Small/> }.into_any()
    };
    view! {
        <form method="post" action=SwitchOrganisation::url() class="menu-form" role="none">
            <input type="hidden" name="id" value=organisation.id.to_string()/>
            <button type="submit" class="menu-item" role="menuitem" tabindex="-1">
                {mark}
                <span class="menu-item-label">{name}</span>
            </button>
        </form>
    }
}
