//! The navigation: a sidebar, and a bar at the bottom of a phone. Only places that exist are in it.

mod organisation;
mod person;

use kernel::Viewer;
use leptos::prelude::*;
use ui::{BottomBar, BottomLink, Icon, SidebarFind, SidebarGroup, SidebarLink, Wait};

use crate::news::Unread;
use crate::place::{selected, selected_any, selected_workflow};
use crate::request::{SIDEBAR_ATTRIBUTE, SIDEBAR_COOKIE};
use crate::shell::{Opens, WorkflowsResource};
use crate::theme::{remember, set_root_attribute};
use organisation::OrganisationMenu;
use person::PersonMenu;

/// Folds or unfolds the sidebar and remembers it; the server writes the attribute into the next page. Below 1100 px it
/// is narrow anyway.
pub(crate) fn toggle_sidebar() {
    let narrow = !document().document_element().is_some_and(|root| root.has_attribute(SIDEBAR_ATTRIBUTE));
    set_root_attribute(SIDEBAR_ATTRIBUTE, narrow.then_some("narrow"));
    remember(SIDEBAR_COOKIE, if narrow { "narrow" } else { "wide" });
}

/// A way with the number of what waits there: what the page was made with, or what is known by now.
#[component]
fn Counted(
    of: fn(&Viewer) -> i64,
    now: fn(Unread, i64) -> i64,
    link: fn(Signal<i64>) -> AnyView,
) -> impl IntoView {
    let viewer = kernel::use_viewer();
    let unread = expect_context::<Unread>();
    view! {
        <Wait content=move || async move {
            let of_page = viewer.await.map_or(0, |viewer| of(&viewer));
            link(Signal::derive(move || now(unread, of_page)))
        }/>
    }
}

/// The inside of the sidebar.
#[component]
pub(crate) fn Sidebar() -> impl IntoView {
    let opens = expect_context::<Opens>();
    view! {
        <OrganisationMenu/>
        <SidebarFind on_click=move |_| opens.palette.set(true)/>
        <SidebarGroup>
            <SidebarLink href="/" label="My work" icon="circle-dot" selected=selected("/")/>
            <Counted of=|viewer| viewer.unread now=Unread::notices link=|count| {
                let selected = selected_any(&["/inbox"]);
                view! { <SidebarLink href="/inbox" label="Inbox" icon="inbox" selected count hot=true/> }.into_any()
            }/>
            <Calendar/>
            <Counted of=|viewer| viewer.unread_messages now=Unread::messages link=|count| {
                let selected = selected_any(&["/messages"]);
                view! { <SidebarLink href="/messages" label="Messages" icon="message-square" selected count hot=true/> }.into_any()
            }/>
            <MyTime/>
        </SidebarGroup>
        <Clients/>
        <Workflows/>
        <Teams/>
        <PersonMenu/>
    }
}

/// The way to the calendar, for who may see it.
#[component]
fn Calendar() -> impl IntoView {
    for_seers_of_the_calendar(|| {
        let selected = selected_any(&[CALENDAR]);
        view! { <SidebarLink href=CALENDAR label="Calendar" icon="calendar" selected/> }.into_any()
    })
}

/// The same at the bottom of a phone.
#[component]
fn BottomCalendar() -> impl IntoView {
    for_seers_of_the_calendar(|| {
        let selected = selected_any(&[CALENDAR]);
        view! { <BottomLink href=CALENDAR icon="calendar" label="Calendar" selected/> }.into_any()
    })
}

/// Where the calendar is.
const CALENDAR: &str = "/calendar";

fn for_seers_of_the_calendar(link: fn() -> AnyView) -> impl IntoView {
    let viewer = kernel::use_viewer();
    view! {
        <Wait content=move || async move {
            let sees = |viewer: Viewer| viewer.may(kernel::Permission::CalendarView);
            if viewer.await.is_ok_and(sees) { link() } else { ().into_any() }
        }/>
    }
}

/// The way to one's own time, for who may log some.
#[component]
fn MyTime() -> impl IntoView {
    let viewer = kernel::use_viewer();
    view! {
        <Wait content=move || async move {
            if !viewer.await.is_ok_and(|viewer| viewer.may(kernel::Permission::TimeLog)) {
                return ().into_any();
            }
            view! { <SidebarLink href="/time" label="My time" icon="timer" selected=selected("/time")/> }.into_any()
        }/>
    }
}

/// The way to the clients, for who sees one at least.
#[component]
fn Clients() -> impl IntoView {
    let viewer = kernel::use_viewer();
    view! {
        <Wait content=move || async move {
            let sees = |viewer: Viewer| viewer.may_somewhere(kernel::Permission::ClientView);
            if !viewer.await.is_ok_and(sees) {
                return ().into_any();
            }
            let selected = selected_any(&["/clients"]);
            view! { <SidebarGroup><SidebarLink href="/clients" label="Clients" icon="building-2" selected/></SidebarGroup> }.into_any()
        }/>
    }
}

/// The workflows with the number of their open items.
#[component]
fn Workflows() -> impl IntoView {
    let workflows = expect_context::<WorkflowsResource>();
    let all = || {
        view! {
            <a
                class="icon-button is-small"
                href="/workflows"
                aria-label="All workflows"
                data-tooltip="All workflows"
                data-tooltip-keys="G B"
            >
                <Icon name="list" size=ui::IconSize::Small/>
            </a>
        }
    };
    let link = |workflow: workflows::WorkflowSummary| {
        let href = format!("/workflows/{}", workflow.key);
        let selected = selected_workflow(workflow.key);
        view! {
            <SidebarLink href label=workflow.name icon="square-kanban" selected count=workflow.open_count/>
        }
    };
    view! {
        <SidebarGroup name="Workflows" action=all>
            // What does not load here says so on the page itself.
            <Wait content=move || async move {
                workflows.await.unwrap_or_default().into_iter().map(link).collect_view().into_any()
            }/>
        </SidebarGroup>
    }
}

/// The teams of the organisation.
#[component]
fn Teams() -> impl IntoView {
    let viewer = kernel::use_viewer();
    let link = |team: kernel::Team| {
        view! { <SidebarLink href="/settings/teams" label=team.name category=team.category/> }
    };
    view! {
        <Wait content=move || async move {
            let teams = viewer.await.map(|viewer| viewer.directory.teams).unwrap_or_default();
            if teams.is_empty() {
                return ().into_any();
            }
            view! { <SidebarGroup name="Teams">{teams.into_iter().map(link).collect_view()}</SidebarGroup> }.into_any()
        }/>
    }
}

/// The bar at the bottom of a phone.
#[component]
pub(crate) fn Bottom() -> impl IntoView {
    let opens = expect_context::<Opens>();
    view! {
        <BottomBar>
            <BottomLink href="/" icon="circle-dot" label="My work" selected=selected("/")/>
            <BottomLink href="/workflows" icon="square-kanban" label="Boards" selected=selected_any(&["/workflows", "/items"])/>
            <BottomCalendar/>
            <button type="button" class="bottom-link" on:click=move |_| opens.palette.set(true)>
                <Icon name="search"/>
                <span>"Search"</span>
            </button>
            <Counted of=|viewer| viewer.unread now=Unread::notices link=|count| {
                let dot = Signal::derive(move || count.get() != 0);
                // Messages are reached from the inbox: five places are as many as a phone has room for.
                let selected = selected_any(&["/inbox", "/messages"]);
                view! { <BottomLink href="/inbox" icon="inbox" label="Inbox" selected dot/> }.into_any()
            }/>
            <BottomLink href="/settings" icon="settings" label="Settings" selected=selected("/settings")/>
        </BottomBar>
    }
}
