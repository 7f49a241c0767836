//! The frame around every page: a sidebar at the left (only icons below 1100 px, none on a phone), one bar at the top,
//! at most one toolbar, and on a phone a bar at the bottom. Also the frames of log-in and settings pages.

use leptos::ev::MouseEvent;
use leptos::html::Main;
use leptos::prelude::*;

use crate::button::press;
use crate::icon::{Icon, IconSize};
use crate::mark::{Avatar, Count, Presence, Size, SquareMark, Step};
use crate::navigation::Keys;
use crate::popover::TooltipLayer;
use crate::toast::Toasts;
use crate::words::use_words;

/// The frame of all pages behind the log-in. It also holds the layers for tooltips and toasts.
#[component]
pub fn AppFrame(
    /// The sidebar: organisation, search, groups of links, the person.
    #[prop(into)]
    sidebar: ViewFnOnce,
    /// The bottom bar of a phone.
    #[prop(into)]
    bottom: ViewFnOnce,
    /// The page.
    children: Children,
) -> impl IntoView {
    let words = use_words();
    let content = NodeRef::<Main>::new();
    view! {
        <div class="app-frame">
            <a class="skip-link" href="#content" on:click=move |_| focus_content(content)>
                {words.skip_to_content}
            </a>
            <nav class="sidebar" aria-label=words.main_menu>
                {sidebar.run()}
            </nav>
            <main class="app-main" id="content" tabindex="-1" node_ref=content>
                {children()}
            </main>
            {bottom.run()}
        </div>
        <Toasts/>
        <TooltipLayer/>
    }
}

/// The router takes over links within the page, and only scrolls.
fn focus_content(content: NodeRef<Main>) {
    if let Some(content) = content.get_untracked() {
        content.focus().ok();
    }
}

/// What stands at the top of the sidebar: the organisation, in the trigger of its menu. Use it as the content of a
/// [`crate::Menu`] with `Trigger::Bare("organisation-switcher".into())`.
#[component]
pub fn OrganisationSwitcher(
    /// The name of the organisation.
    #[prop(into)]
    name: String,
    /// The address of its logo, if it has one.
    #[prop(optional_no_strip, into)]
    logo: Option<String>,
) -> impl IntoView {
    let mark = match logo {
        Some(logo) => view! { <img class="square-logo" src=logo alt="" width="20" height="20"/> }.into_any(),
        None => view! { <SquareMark name=name.clone() size=Size::Medium/> }.into_any(),
    };
    view! {
        {mark}
        <span class="sidebar-text truncate">{name}</span>
        <Icon name="chevrons-up-down" size=IconSize::Small/>
    }
}

/// The field-like button that opens the command palette.
#[component]
pub fn SidebarFind(
    /// What pressing it does.
    #[prop(into)]
    on_click: Callback<MouseEvent>,
) -> impl IntoView {
    let words = use_words();
    view! {
        <button
            type="button"
            class="sidebar-find"
            aria-label=words.command_placeholder
            on:click=move |event| press(Some(on_click), event)
        >
            <Icon name="search"/>
            <span class="sidebar-text">{words.command_placeholder}</span>
            <Keys keys="Ctrl+K"/>
        </button>
    }
}

/// Links of one kind, with a heading and at most one button beside it.
#[component]
pub fn SidebarGroup(
    /// The heading; left out for the first group.
    #[prop(optional, into)]
    name: Option<String>,
    /// A small button beside the heading.
    #[prop(optional, into)]
    action: ViewFnOnce,
    /// The [`SidebarLink`]s.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="sidebar-group">
            {name.map(|name| view! { <div class="sidebar-heading"><h2>{name}</h2>{action.run()}</div> })}
            <ul>{children()}</ul>
        </div>
    }
}

/// One place of the product.
#[component]
pub fn SidebarLink(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// Its name.
    #[prop(into)]
    label: Signal<String>,
    /// Its icon; teams have a colour instead.
    #[prop(optional, into)]
    icon: Option<String>,
    /// The colour of a team, 1 to 10.
    #[prop(optional, into)]
    category: Option<i64>,
    /// Whether it is the page that is shown, or above it.
    #[prop(optional, into)]
    selected: Signal<bool>,
    /// How many things are there.
    #[prop(optional, into)]
    count: MaybeProp<i64>,
    /// Fills the number with the accent: these wait for the person.
    #[prop(optional)]
    hot: bool,
) -> impl IntoView {
    let mark = match (category, icon) {
        (Some(category), _) => {
            let class = format!("sidebar-square {}", crate::html::category_class(category));
            Some(view! { <span class=class></span> }.into_any())
        }
        (None, Some(name)) => Some(view! { <Icon name/> }.into_any()),
        (None, None) => None,
    };
    view! {
        <li>
            <a
                class="sidebar-link"
                href=move || href.get()
                aria-current=move || selected.get().then_some("page")
                data-tooltip-collapsed=move || label.get()
            >
                {mark}
                <span class="sidebar-text truncate">{move || label.get()}</span>
                {move || count.get().filter(|count| *count != 0).map(|value| view! { <Count value hot/> })}
            </a>
        </li>
    }
}

/// The person at the bottom of the sidebar, with a link to the settings.
#[component]
pub fn SidebarPerson(
    /// The person's name.
    #[prop(into)]
    name: String,
    /// The person's colour, 1 to 10.
    category: i64,
    /// The address of the person's picture, if they have one.
    #[prop(optional_no_strip, into)]
    picture: Option<String>,
    /// Where the name leads.
    #[prop(into)]
    href: String,
    /// Small buttons at the right.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="sidebar-person">
            <a class="sidebar-person-link" href=href>
                <Avatar name=name.clone() category picture size=Size::Medium presence=Presence::Here/>
                <span class="sidebar-text truncate">{name}</span>
            </a>
            {children.map(|children| children())}
        </div>
    }
}

/// The bar above a page: where one is, and the acts of the page at the right. On a phone: back, title, acts.
#[component]
pub fn TopBar(
    /// The title on a phone.
    #[prop(into)]
    title: Signal<String>,
    /// Where "back" leads on a phone; left out on the first pages.
    #[prop(optional, into)]
    back: Option<String>,
    /// The [`crate::Breadcrumbs`].
    #[prop(into)]
    path: ViewFnOnce,
    /// The acts; on a phone at most three icon buttons are left.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let words = use_words();
    let class = if back.is_some() { "topbar has-back" } else { "topbar" };
    view! {
        <header class=class>
            {back
                .map(|href| {
                    view! {
                        <a class="icon-button topbar-back" href=href aria-label=words.back>
                            <Icon name="chevron-left" size=IconSize::Large/>
                        </a>
                    }
                })}
            <span class="topbar-title truncate">{move || title.get()}</span>
            <div class="topbar-path">{path.run()}</div>
            {children.map(|children| view! { <div class="topbar-actions">{children()}</div> })}
        </header>
    }
}

/// The bar below the top bar: views and filters of a list.
#[component]
pub fn Toolbar(
    /// What it holds, for screen readers.
    #[prop(into)]
    label: String,
    /// Views, filters; put `class="is-end"` on what stands at the right.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="toolbar" role="group" aria-label=label>
            {children()}
        </div>
    }
}

/// The bar at the bottom of a phone.
#[component]
pub fn BottomBar(
    /// At most five [`BottomLink`]s.
    children: Children,
) -> impl IntoView {
    view! {
        <nav class="bottom-bar" aria-label=use_words().main_menu>
            {children()}
        </nav>
    }
}

/// One place of the product in the bottom bar.
#[component]
pub fn BottomLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// Its icon.
    #[prop(into)]
    icon: String,
    /// Its name.
    #[prop(into)]
    label: String,
    /// Whether it is the page that is shown, or above it.
    #[prop(optional, into)]
    selected: Signal<bool>,
    /// Whether something new waits there.
    #[prop(optional, into)]
    dot: Signal<bool>,
) -> impl IntoView {
    view! {
        <a class="bottom-link" href=href aria-current=move || selected.get().then_some("page")>
            <Icon name=icon/>
            <span>{label}</span>
            {move || dot.get().then(|| view! { <span class="dot"></span> })}
        </a>
    }
}

/// The title of a reading page, what it says in one line, and its acts.
#[component]
pub fn PageTitle(
    /// The title; once per page.
    #[prop(into)]
    title: Signal<String>,
    /// One line about the page.
    #[prop(optional, into)]
    text: MaybeProp<String>,
    /// Draws it 28 px instead of 20; only for the page of the day and log-in.
    #[prop(optional)]
    display: bool,
    /// The acts at the right.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class=if display { "page-title is-display" } else { "page-title" }>
            <div class="page-title-words">
                <h1>{move || title.get()}</h1>
                {move || text.get().map(|text| view! { <p>{text}</p> })}
            </div>
            {children.map(|children| view! { <div class="page-title-actions">{children()}</div> })}
        </header>
    }
}

/// The frame of log-in pages: the form at the left, a drawing of a workflow at the right where there is room.
#[component]
pub fn AuthFrame(
    /// The name of the organisation or the product.
    #[prop(into)]
    brand: String,
    /// What the page is for.
    #[prop(into)]
    title: Signal<String>,
    /// One line about it.
    #[prop(optional, into)]
    text: MaybeProp<String>,
    /// Links at the bottom.
    #[prop(optional, into)]
    footer: ViewFnOnce,
    /// The form.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="auth-frame">
            <div class="auth-side">
                <header class="auth-brand">
                    <SquareMark name=brand.clone() size=Size::Medium/>
                    <span>{brand}</span>
                </header>
                <main class="auth-card" id="content">
                    <div>
                        <h1>{move || title.get()}</h1>
                        {move || text.get().map(|text| view! { <p class="auth-text">{text}</p> })}
                    </div>
                    {children()}
                </main>
                <footer class="auth-foot">{footer.run()}</footer>
            </div>
            <div class="auth-picture" aria-hidden="true">
                <AuthDrawing/>
            </div>
        </div>
    }
}

/// The frame of settings pages: the list of pages at the left, the page at the right.
#[component]
pub fn SettingsFrame(
    /// What the list holds, for screen readers.
    #[prop(into)]
    label: String,
    /// The list: [`SidebarGroup`]s.
    #[prop(into)]
    nav: ViewFnOnce,
    /// Lets the page be as wide as the window, for tables.
    #[prop(optional)]
    wide: bool,
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="settings-frame">
            <nav class="settings-nav" aria-label=label>
                {nav.run()}
            </nav>
            <div class=if wide { "settings-page is-wide" } else { "settings-page" }>{children()}</div>
        </div>
    }
}

/// A workflow as the designer draws it: the one picture of the log-in page.
#[component]
fn AuthDrawing() -> impl IntoView {
    let steps = [
        (150, 60, "Request test", "Sales", 1, 1),
        (352, 240, "Test and inspect", "Testers", 4, 2),
        (150, 420, "Repair and recondition", "Mechanics", 2, 3),
        (400, 480, "Photo and listing", "Photo", 10, 4),
    ];
    let boxes = steps
        .map(|(x, y, name, team, category, position)| {
            let place = format!("translate({x} {y})");
            let class = if position == 2 { "auth-step is-current" } else { "auth-step" };
            view! {
                <g class=class transform=place>
                    <rect class="auth-step-box" width="196" height="64" rx="7"></rect>
                    <svg x="13" y="16" width="14" height="14">
                        {crate::html::raw(|text| {
                            crate::html::push_step_glyph(text, Step::At { position, of: 6 });
                        })}
                    </svg>
                    <text class="auth-step-name" x="35" y="28">
                        {name}
                    </text>
                    <rect
                        class=format!("auth-step-team {}", crate::html::category_class(category))
                        x="14"
                        y="41"
                        width="9"
                        height="9"
                        rx="2.5"
                    ></rect>
                    <text class="auth-step-text" x="31" y="49">
                        {team}
                    </text>
                </g>
            }
        })
        .into_iter()
        .collect_view();
    view! {
        <svg class="auth-drawing" viewBox="0 0 720 640" preserveAspectRatio="xMidYMid slice">
            <defs>
                <pattern id="auth-dots" width="20" height="20" patternUnits="userSpaceOnUse">
                    <circle class="auth-dot" cx="1" cy="1" r="1"></circle>
                </pattern>
            </defs>
            <rect x="-400" y="-400" width="1520" height="1440" fill="url(#auth-dots)"></rect>
            <path class="auth-edge" d="M-400 92H150"></path>
            <path class="auth-edge is-current" d="M346 92H442a8 8 0 0 1 8 8V240"></path>
            <path class="auth-edge" d="M352 272H256a8 8 0 0 0 -8 8V420"></path>
            <path class="auth-edge" d="M548 272H640a8 8 0 0 1 8 8V504a8 8 0 0 1 -8 8H596"></path>
            <path class="auth-edge is-automatic" d="M346 452H370a8 8 0 0 1 8 8V504a8 8 0 0 0 8 8H400"></path>
            <path class="auth-edge" d="M248 484V592a8 8 0 0 0 8 8H1120"></path>
            {boxes}
        </svg>
    }
}
