//! The calendar: the items of a workflow by their due days, a month at a time.

mod day;
mod dialog;
mod keys;
mod state;

use chrono::{Datelike, NaiveDate};
use kernel::{Viewer, use_viewer};
use leptos::{html, prelude::*};
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use ui::{Icon, LinkButton, Skeleton, Toolbar, Wait, hotkeys::hotkey, when, words::Language};

use self::{day::Day, dialog::MoveToDay, state::Calendar};
use super::{
    board::DragTip,
    frame::{Layout, LayoutSwitch, PageError, WorkflowBar},
};
use crate::{
    api,
    filter::{Due, Filter, address},
    model::DueMonth,
    month::{MONTH_LIMIT, Month, weekday},
    parts::{
        drag::use_drag,
        filters::{Filters, Place},
        live::{OnNews, use_live},
        views::{Views, provide_views},
    },
};

/// What a calendar is loaded by: workflow, filter and month.
type Source = (String, Filter, Option<String>);

/// `/workflows/:key/calendar`
#[component]
pub fn CalendarPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let source = Memo::new(move |_| {
        let key = params.with(|params| params.get("key").unwrap_or_default());
        query.with(|query| (key, Filter::from_query(|name| query.get_str(name)), query.get("month")))
    });
    // The day that is shown whole; another one needs nothing new.
    let opened = Memo::new(move |_| query.with(|query| query.get_str("day")?.parse::<NaiveDate>().ok()));
    let month = kernel::page_data(
        move || source.get(),
        |(key, filter, month)| async move { api::load_month(key, filter, month).await },
    );
    let viewer = use_viewer();
    view! {
        <link rel="stylesheet" href="/calendar.css"/>
        <Wait fallback=|| view! { <Skeleton rows=12/> } content=move || async move {
            match (viewer.await, month.await) {
                (Ok(viewer), Ok(loaded)) => {
                    let source = source.get_untracked();
                    view! { <CalendarView loaded viewer source opened/> }.into_any()
                }
                (Err(error), _) | (_, Err(error)) => {
                    view! { <PageError error retry=move || month.refetch()/> }.into_any()
                }
            }
        }/>
    }
}

#[component]
fn CalendarView(
    loaded: DueMonth,
    viewer: Viewer,
    source: Source,
    opened: Memo<Option<NaiveDate>>,
) -> impl IntoView {
    let workflow = loaded.workflow.clone();
    let head = workflow.head.clone();
    let month = loaded.month;
    let (_, filter, named) = source.clone();
    let today = viewer.today.date();
    let language = Language::from_tag(&viewer.settings.language);
    let place = Place {
        path: format!("/workflows/{}/calendar", head.key),
        filter: filter.clone(),
        sort: None,
        layout: "calendar",
        also: named.map(|_| ("month", month.to_string())),
    };
    let workflow_id = head.id;
    provide_views(workflow_id, head.key.clone());
    let calendar = Calendar::new(loaded, source, &viewer);
    use_live(
        move || Some(api::topic(workflow_id)),
        OnNews {
            changed: Callback::new(move |_| calendar.refresh()),
            missed: Callback::new(move |()| calendar.refresh()),
        },
    );
    let root = NodeRef::<html::Div>::new();
    use_drag(root, calendar, ".calendar");
    ui::list_keys("In the calendar", &keys::KEYS);

    let at = |month: Option<Month>, day: Option<NaiveDate>| {
        let mut pairs = filter.pairs();
        pairs.extend(month.map(|month| ("month", month.to_string())));
        pairs.extend(day.map(|day| ("day", day.to_string())));
        address(&place.path, &pairs)
    };
    let (before, after, now) =
        (at(Some(month.previous()), None), at(Some(month.next()), None), at(None, None));
    let here = at(place.also.as_ref().map(|_| month), None);
    for (key, href) in [("k", &before), ("j", &after), ("t", &now)] {
        let (navigate, href) = (use_navigate(), href.clone());
        hotkey(key, move || navigate(&href, Default::default()));
    }
    let (close, to) = (use_navigate(), here.clone());
    hotkey("escape", move || {
        if opened.get_untracked().is_some() {
            close(&to, Default::default());
        }
    });

    let start = viewer.settings.week_start;
    let days = month.days(start);
    let names = language.words().weekdays_short;
    let first = usize::try_from(weekday(start).num_days_from_monday()).unwrap_or_default();
    let names: Vec<_> = names.into_iter().cycle().skip(first).take(7).collect();
    let weekdays = names.iter().map(|name| view! { <span>{*name}</span> }).collect_view();
    let small =
        days.iter().map(|day| small_day(calendar, *day, month, today, language).into_any()).collect_view();
    let small_weekdays = names.iter().map(|name| view! { <span>{*name}</span> }).collect_view();
    let cells = days
        .iter()
        .map(|day| {
            let more = at(place.also.as_ref().map(|_| month), Some(*day));
            let is_open = Signal::derive({
                let day = *day;
                move || opened.get() == Some(day)
            });
            view! { <Day calendar day=*day month more close=here.clone() is_open/> }
        })
        .collect_view();
    let undated = Filter { due: Some(Due::Unset), ..filter.clone() };
    let undated = address(&format!("/workflows/{}/list", head.key), &undated.pairs());
    let title = when::month_title(month.first(), language);
    let clear = {
        let pairs: Vec<_> = place.also.iter().cloned().collect();
        address(&place.path, &pairs)
    };
    let filtered = !filter.is_empty();
    let nothing = {
        let title = title.clone();
        move || {
            calendar.is_empty().then(|| {
                let text = if filtered {
                    format!("Nothing that fits this filter is due in {title}.")
                } else {
                    format!("Nothing is due in {title}.")
                };
                let clear =
                    filtered.then(|| view! { <a class="quiet-link" href=clear.clone()>"Clear filters"</a> });
                view! { <p class="calendar-note" role="status">{text} " " {clear}</p> }
            })
        }
    };
    let cut = move || {
        calendar.cut().map(|last| {
            let last = when::short_date(last, today, language);
            view! {
                <p class="calendar-note is-warning">
                    {format!(
                        "There are more than {} items: those due until {last} are shown. Set a filter to see the others.",
                        ui::number::grouped(i64::try_from(MONTH_LIMIT).unwrap_or_default()),
                    )}
                </p>
            }
        })
    };
    view! {
        <WorkflowBar head=head.clone() viewer=viewer.clone()/>
        <Toolbar label="Calendar">
            <LayoutSwitch workflow_key=head.key layout=Layout::Calendar pairs=filter.pairs()/>
            <Filters place workflow viewer/>
            <div class="toolbar-end">
                <Views/>
            </div>
        </Toolbar>
        <div
            class="calendar"
            node_ref=root
            tabindex="0"
            role="region"
            aria-label=format!("Due in {title}")
            on:click=move |event| keys::click(calendar, &event)
            on:keydown=move |event| keys::key_down(calendar, &event)
        >
            <div class="calendar-head">
                <h2>{title.clone()}</h2>
                <nav class="calendar-turn" aria-label="Months">
                    {turn(before, "chevron-left", "Previous month", "K")}
                    <LinkButton href=now keys="T">"Today"</LinkButton>
                    {turn(after, "chevron-right", "Next month", "J")}
                </nav>
                {move || {
                    calendar.undated().map(|count| view! { <a class="quiet-link calendar-undated" href=undated.clone()>{count}</a> })
                }}
            </div>
            {cut}
            {nothing}
            <div class="calendar-small">
                <div class="calendar-small-week" aria-hidden="true">{small_weekdays}</div>
                <nav class="calendar-small-days" aria-label="Days">{small}</nav>
            </div>
            <div class="calendar-week" aria-hidden="true">{weekdays}</div>
            <ol class="calendar-days">{cells}</ol>
        </div>
        <MoveToDay calendar/>
        <DragTip text=Signal::derive(move || calendar.says())/>
    }
}

/// A link to another month, as an icon.
fn turn(href: String, icon: &'static str, label: &'static str, keys: &'static str) -> impl IntoView {
    view! {
        <a class="icon-button" href=href aria-label=label data-tooltip=label data-tooltip-keys=keys>
            <Icon name=icon/>
        </a>
    }
}

/// A day of the small month on a phone: it leads to the items of the day, and takes those that are dropped on it.
fn small_day(
    calendar: Calendar,
    day: NaiveDate,
    month: Month,
    today: NaiveDate,
    language: Language,
) -> impl IntoView {
    let count = Memo::new(move |_| calendar.count(day));
    let label = move || {
        let name = when::long_date(day, today, language);
        match count.get() {
            0 => name,
            1 => format!("{name}, 1 item"),
            count => format!("{name}, {count} items"),
        }
    };
    view! {
        <a
            class="calendar-small-day"
            class:is-outside=!month.has(day)
            class:is-today=day == today
            class:is-empty=move || count.get() == 0
            class:is-target=move || calendar.is_over(day)
            data-day=day.to_string()
            href=format!("#day-{day}")
            aria-label=label
        >
            {day.day()}
        </a>
    }
}
