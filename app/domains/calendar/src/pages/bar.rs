//! The bar above the calendar: which days, how they are shown, and what can be made.

use chrono::Datelike;
use kernel::Permission;
use leptos::prelude::*;
use ui::{
    Breadcrumbs, Button, ButtonVariant, Crumb, Icon, IconButton, LinkButton, Menu, MenuItem, Segment,
    Segmented, TopBar, Trigger,
};

use super::{
    snap::{Span, before},
    state::{EventAsk, Plan},
    teams::Teams,
    view::{Asked, View},
};
use crate::{
    model::Local,
    parts::{BookingAsk, Reading},
};

/// The bar.
#[component]
pub(super) fn Bar(
    /// The calendar.
    plan: Plan,
    /// What the address asks for.
    asked: Asked,
    /// How the viewer reads days.
    reading: Reading,
) -> impl IntoView {
    let day = asked.around(reading);
    let week = day.iso_week().week();
    let title = format!("{}, week {week}", reading.month_name(day));
    let named = match asked.view {
        Some(View::Day) => reading.long_day(day),
        _ => format!("{}, week {week}", reading.month(day)),
    };
    let segments = View::ALL
        .into_iter()
        .map(|(view, name)| {
            let selected = asked.view.unwrap_or(View::Week) == view;
            let href = Signal::derive(move || plan.href(asked.shown_as(view)));
            view! { <Segment href selected>{name}</Segment> }
        })
        .collect_view();
    let new_event = move |_| plan.event.set(Some(EventAsk::New(next_hour(plan, asked, reading))));
    let new_booking = move |_| {
        plan.desk.ask.set(Some(BookingAsk::New { starts: None, minutes: None, item: None }));
    };
    // A phone has room for one button, which asks which of them.
    let new = plan.may_make().then(|| {
        view! {
            <Button icon="calendar-plus" class="agenda-act desktop-only needs-script" attr:data-tooltip="Something that happens, with or without guests" on_click=new_event>"New event"</Button>
            <Button
                variant=ButtonVariant::Primary
                icon="plus"
                class="agenda-act is-last desktop-only needs-script"
                attr:data-tooltip="Work of a team, with or without a time"
                on_click=new_booking
            >
                "New booking"
            </Button>
            <div class="phone-only needs-script">
                <Menu id="agenda-new" label="New" trigger=Trigger::Icon("plus".into()) align_end=true>
                    <MenuItem icon="calendar-plus" on_click=new_event>"New event"</MenuItem>
                    <MenuItem icon="briefcase" on_click=new_booking>"New booking"</MenuItem>
                </Menu>
            </div>
        }
    });
    let types = plan.desk.may(Permission::CalendarPlan).then(|| {
        view! {
            <LinkButton href="/calendar/job-types" variant=ButtonVariant::Ghost icon="briefcase" class="agenda-act desktop-only" attr:data-tooltip="What can be booked">
                "Job types"
            </LinkButton>
        }
    });
    let unplanned = move || {
        let any = plan.loaded.with(|agenda| agenda.is_some_and(|agenda| !agenda.wanted.is_empty()));
        any.then(|| {
            let label = format!("Unplanned, {}", plan.wanted().len());
            view! {
                <IconButton
                    icon="list-todo"
                    label
                    class="agenda-unplanned needs-script"
                    on_click=move |_| plan.rail.update(|open| *open = !*open)
                />
            }
        })
    };
    let turn = move |pages: i64, icon: &'static str, keys: &'static str| {
        let label = match (asked.view, pages < 0) {
            (Some(View::Day), true) => "Previous day",
            (Some(View::Day), false) => "Next day",
            (_, true) => "Previous week",
            (_, false) => "Next week",
        };
        view! {
            <a
                class="icon-button desktop-only"
                href=move || plan.href(asked.turned(pages, reading))
                aria-label=label
                data-tooltip=label
                data-tooltip-keys=keys
            >
                <Icon name=icon/>
            </a>
        }
    };
    view! {
        <TopBar
            title
            path=move || {
                view! {
                    <Breadcrumbs icon="calendar">
                        <Crumb href="/calendar">"Calendar"</Crumb>
                        <Crumb>{named.clone()}</Crumb>
                    </Breadcrumbs>
                }
            }
        >
            {types}
            {unplanned}
            <Teams plan/>
            <LinkButton href=Signal::derive(move || plan.href(asked.today())) class="desktop-only">"Today"</LinkButton>
            {turn(-1, "chevron-left", "K")}
            {turn(1, "chevron-right", "J")}
            <div class="desktop-only">
                <Segmented label="View">{segments}</Segmented>
            </div>
            {new}
        </TopBar>
    }
}

/// The next full hour today, or ten o'clock on the day that is looked at.
fn next_hour(plan: Plan, asked: Asked, reading: Reading) -> Span {
    let day = asked.around(reading);
    let is_near = plan.loaded.with_untracked(|agenda| {
        agenda.is_some_and(|agenda| {
            (0..7).contains(&(reading.today().signed_duration_since(agenda.first).num_days()))
        })
    });
    if day == reading.today() || (asked.view != Some(View::Day) && is_near) {
        let hour = Local(reading.now.0.div_euclid(60) * 60).plus(60);
        return Span::from(before(hour), 60);
    }
    Span::from(Local::at(day, 10 * 60), 60)
}
