//! When people work: the hours and holidays of the organisation and of each team, and of members who work otherwise. Plain
//! forms, so that they work before scripts do.

use kernel::{MemberId, Person, Viewer};
use leptos::prelude::*;
use ui::{
    Button, ButtonKind, ButtonVariant, Checkbox, Choice, FormError, Icon, IconSize, LoadAs, PageTitle,
    SelectField, TextArea, TextField, Toast, error_of, field_error, on_answer, use_toaster,
};

use crate::{
    api,
    hours::{DAYS, Hours, Place, Places, Week, Whose, holidays_text, spans_text},
};

/// Draws the frame of the settings around a page.
pub type Frame = fn(Children) -> AnyView;

/// The fields of the days in the form, Monday first.
const FIELDS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What the page remembers. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    set: ServerAction<api::SetWorkingHours>,
    /// Whose form was sent last, by its [`key_of`]: a wrong field stands there and nowhere else.
    sent: RwSignal<String>,
    /// Whose form is open.
    open: RwSignal<String>,
}

/// `/settings/hours`
#[component]
pub fn WorkingHoursPage(
    /// The frame of the settings.
    frame: Frame,
) -> impl IntoView {
    let set = ServerAction::<api::SetWorkingHours>::new();
    let acts = Acts { set, sent: RwSignal::new(String::new()), open: RwSignal::new(String::new()) };
    let page = kernel::page_data(|| (), |()| api::load_working_hours());
    let toaster = use_toaster();
    Effect::new(move |_| {
        if let Some(sent) = set.input().get() {
            acts.sent.set(format!("{}{}", sent.team, sent.member));
        }
    });
    on_answer(set, move |answer| {
        if answer.is_ok() {
            toaster.show(Toast::new("The working hours are saved"));
            page.refetch();
        }
    });
    let content = move || {
        view! {
            <link rel="stylesheet" href="/hours.css"/>
            <PageTitle
                title="Working hours"
                text="Time limits of steps count by these: the hours of who has the item, if they have some of their own, else of the step's team, without the holidays of either and of the organisation."
            />
            <LoadAs needs=kernel::Permission::DirectoryView resource=page rows=6 let:((viewer, places))>
                {places_view(&viewer, places, acts)}
            </LoadAs>
        }
        .into_any()
    };
    frame(Box::new(content))
}

fn places_view(viewer: &Viewer, places: Places, acts: Acts) -> impl IntoView + use<> {
    let zone = places.time_zone.clone();
    let has_own = |id: MemberId| places.places.iter().any(|place| place.whose == Whose::Member(id));
    let others: Vec<Person> = viewer
        .directory
        .people
        .iter()
        .filter(|person| places.may_add && person.active && !has_own(person.id))
        .cloned()
        .collect();
    let usual = places.places.first().map(|place| place.week.clone());
    let rows = places.places.into_iter().map(|place| {
        let name = match place.whose {
            Whose::Organisation => "The whole organisation".to_owned(),
            Whose::Team(id) => viewer.directory.team(id).map(|team| team.name.clone()).unwrap_or_default(),
            Whose::Member(id) => viewer.directory.person(id).map(|it| it.name.clone()).unwrap_or_default(),
        };
        view! { <PlaceSection name place acts/> }
    });
    let rows = rows.collect_view();
    let more = usual.zip(others.first().map(|person| person.id));
    let more = more.map(|(week, first)| view! { <NewMember first others week acts/> });
    view! {
        <p class="text-meta">
            {format!("All times are by the clocks of {zone}. Time zone and working days are said in the ")}
            <a href="/settings/organisation">"settings of the organisation"</a>
            "."
        </p>
        <div class="hours-places">{rows} {more}</div>
    }
}

/// For hours of somebody who has none of their own yet.
#[component]
fn NewMember(first: MemberId, others: Vec<Person>, week: Week, acts: Acts) -> impl IntoView {
    let options: Vec<Choice> =
        others.into_iter().map(|person| Choice::new(person.id.to_string(), person.name)).collect();
    let chosen = RwSignal::new(first.to_string());
    let who = view! { <SelectField name="member" id="hours-member" label="Member" options bind=chosen/> };
    let hours = Hours { week: Some(week.clone()), ..Hours::default() };
    let place = Place { whose: Whose::Member(first), hours, week, version: 0, mine: true };
    view! {
        <details class="hours-place">
            <summary>
                <strong class="truncate">"Somebody with other hours"</strong>
                <span class="text-meta">"Part-time, or on days of their own"</span>
                <Icon name="chevron-down" size=IconSize::Small/>
            </summary>
            <PlaceForm name="somebody with other hours" place ids="new" key=chosen who=who.into_any() acts/>
        </details>
    }
}

/// What tells a section from the others: the id of the team or of the member, nothing for the organisation.
fn key_of(whose: Whose) -> String {
    match whose {
        Whose::Organisation => String::new(),
        Whose::Team(id) => id.to_string(),
        Whose::Member(id) => id.to_string(),
    }
}

/// A native disclosure, so that it opens before the script is there.
#[component]
fn PlaceSection(name: String, place: Place, acts: Acts) -> impl IntoView {
    let key = key_of(place.whose);
    let own = place.hours.week.is_some();
    let days_off = match place.hours.holidays.len() {
        0 => String::new(),
        1 => "1 holiday".to_owned(),
        count => format!("{count} holidays"),
    };
    let said = match place.whose {
        Whose::Team(_) if !own => "As the organisation".to_owned(),
        Whose::Member(_) if !own => "As their team".to_owned(),
        _ => summary(&place.week),
    };
    let open = {
        let key = key.clone();
        move || acts.open.with(|open| *open == key)
    };
    let toggled = {
        let key = key.clone();
        move |event: leptos::ev::Event| {
            let is_open = event_target::<web_sys::Element>(&event).has_attribute("open");
            let was_open = acts.open.with_untracked(|open| *open == key);
            if is_open && !was_open {
                acts.open.set(key.clone());
            } else if !is_open && was_open {
                acts.open.set("none".to_owned());
            }
        }
    };
    let body = if place.mine {
        let field = if matches!(place.whose, Whose::Member(_)) { "member" } else { "team" };
        let who = view! { <input type="hidden" name=field value=key.clone()/> };
        view! { <PlaceForm name=name.clone() place ids=key.clone() key who=who.into_any() acts/> }.into_any()
    } else {
        read_only(&place).into_any()
    };
    view! {
        <details class="hours-place" open=open on:toggle=toggled>
            <summary>
                <strong class="truncate">{name}</strong>
                <span class="text-meta">{said}</span>
                <span class="text-meta">{days_off}</span>
                <Icon name="chevron-down" size=IconSize::Small/>
            </summary>
            {body}
        </details>
    }
}

#[component]
fn PlaceForm(
    /// Whose hours they are, in words.
    #[prop(into)]
    name: String,
    place: Place,
    /// What the ids of its fields end in.
    #[prop(into)]
    ids: String,
    /// See [`key_of`].
    #[prop(into)]
    key: Signal<String>,
    /// The field that says whose they are.
    who: AnyView,
    acts: Acts,
) -> impl IntoView {
    let action = acts.set;
    let whole = error_of(action.value());
    let error = Signal::derive(move || whole.get().filter(|_| acts.sent.with(|sent| *sent == key.get())));
    let usual = RwSignal::new(place.hours.week.is_none());
    // Before scripts run nothing could open the fields again.
    let live = RwSignal::new(false);
    Effect::new(move |_| live.set(true));
    let closed = Signal::derive(move || live.get() && usual.get());
    // One field of each name on the page has the plain id.
    let id = move |field: &str| format!("hours-{field}-{ids}");
    let days = DAYS
        .iter()
        .zip(FIELDS)
        .zip(&place.week.0)
        .map(|((label, field), spans)| {
            view! {
                <TextField
                    name=field
                    id=id(field)
                    label=*label
                    value=spans_text(spans)
                    placeholder="closed"
                    disabled=closed
                    autocomplete="off"
                    error=field_error(error, field)
                />
            }
        })
        .collect_view();
    let (hint, days_off, beside) = match place.whose {
        Whose::Organisation => (
            "From 9:00 to 17:00 on the organisation's working days",
            "Holidays",
            "One day in a line, as in 2026-12-25 Christmas Day. They count for every team.",
        ),
        Whose::Team(_) => (
            "Works at the same hours as the organisation",
            "Holidays",
            "One day in a line, as in 2026-06-05 Outing. They come beside the organisation's.",
        ),
        Whose::Member(_) => (
            "Works at the same hours as the team of the step",
            "Days off",
            "One day in a line, as in 2026-08-17 Moving. They come beside the holidays.",
        ),
    };
    view! {
        <ActionForm action=action attr:class="form" attr:aria-label=format!("Working hours: {name}")>
            {who}
            <input type="hidden" name="version" value=place.version.to_string()/>
            <FormError error/>
            <Checkbox name="usual" bind=usual>{hint}</Checkbox>
            <fieldset class="hours-days">
                <legend class="visually-hidden">"Hours of each day"</legend>
                {days}
            </fieldset>
            <p class="text-meta">"Several spans are possible, as in 9:00\u{2013}12:00, 13:00\u{2013}17:00. An empty day is closed."</p>
            <TextArea
                name="holidays"
                id=id("holidays")
                label=days_off
                hint=beside
                value=holidays_text(&place.hours.holidays)
                rows=4
                error=field_error(error, "holidays")
            />
            <div class="form-actions">
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=action.pending()>"Save"</Button>
            </div>
        </ActionForm>
    }
}

/// For who may not change it.
fn read_only(place: &Place) -> impl IntoView + use<> {
    let days = DAYS.iter().zip(&place.week.0).map(|(day, spans)| {
        let hours = if spans.is_empty() { "closed".to_owned() } else { spans_text(spans) };
        view! { <dt>{*day}</dt> <dd>{hours}</dd> }
    });
    let days = days.collect_view();
    let holidays = place.hours.holidays.iter().map(|holiday| {
        view! { <li>{format!("{} {}", holiday.on, holiday.name)}</li> }
    });
    let holidays = holidays.collect_view();
    view! {
        <dl class="key-values">{days}</dl>
        <ul class="hours-holidays">{holidays}</ul>
    }
}

/// A week in a line: `Mon–Fri 9:00–17:00`.
fn summary(week: &Week) -> String {
    let short = |place: usize| DAYS.get(place).and_then(|day| day.get(..3)).unwrap_or_default();
    let mut parts: Vec<(usize, usize, String)> = Vec::new();
    for (place, spans) in week.0.iter().enumerate().filter(|(_, spans)| !spans.is_empty()) {
        let text = spans_text(spans);
        match parts.last_mut() {
            Some((_, last, same)) if *last + 1 == place && *same == text => *last = place,
            _ => parts.push((place, place, text)),
        }
    }
    let said = parts.into_iter().map(|(from, to, text)| {
        if from == to {
            format!("{} {text}", short(from))
        } else {
            format!("{}\u{2013}{} {text}", short(from), short(to))
        }
    });
    let said: Vec<String> = said.collect();
    said.join(" \u{b7} ")
}
