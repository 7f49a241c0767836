//! The form of a booking: what is done, when, by whom.

use kernel::Error;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use ui::{
    Button, ButtonKind, ButtonSize, ButtonVariant, Choice, DateField, FormError, Segment, Segmented,
    SelectField, TextArea, TextField, field_error, waiting,
};

use super::{
    Reading,
    booking::{BookingAsk, Desk},
    length,
    people::members,
    slots::SlotList,
};
use crate::{
    api::booking as api,
    model::{BookingCard, BookingState, JobType, Local},
    rules::{MINUTES_MAX, MINUTES_MIN, NOTE_MAX},
};

/// How a time is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// One of those that are free.
    Slot,
    /// A day and a time of one's own.
    Own,
    /// None for now.
    Later,
}

/// What is filled in. Cheap to copy.
#[derive(Clone, Copy)]
struct Fields {
    job_type: RwSignal<String>,
    minutes: RwSignal<String>,
    way: RwSignal<Way>,
    slot: RwSignal<String>,
    day: RwSignal<String>,
    time: RwSignal<String>,
    member: RwSignal<String>,
    item: RwSignal<String>,
    note: RwSignal<String>,
}

impl Fields {
    fn of(ask: &BookingAsk, job_types: &[JobType], reading: Reading) -> Self {
        let first = job_types.first();
        let (starts, minutes) = match ask {
            BookingAsk::New { starts, minutes, .. } => (*starts, *minutes),
            BookingAsk::Old(booking) => (booking.starts, Some(booking.minutes)),
        };
        let minutes = minutes.or_else(|| first.map(|first| first.minutes)).unwrap_or(60);
        let text = |at: Option<Local>| at.map(Local::text).unwrap_or_default();
        let (day, time) = match text(starts).split_once('T') {
            Some((day, time)) => (day.to_owned(), time.to_owned()),
            None => (reading.today().to_string(), String::new()),
        };
        let (job_type, member, item, note) = match ask {
            BookingAsk::New { item, .. } => {
                let job_type = first.map(|first| first.id.to_string()).unwrap_or_default();
                (job_type, String::new(), item.clone().unwrap_or_default(), String::new())
            }
            BookingAsk::Old(booking) => {
                let member = booking.member_id.map(|id| id.to_string()).unwrap_or_default();
                (booking.job_type_id.to_string(), member, String::new(), booking.note.clone())
            }
        };
        Fields {
            job_type: RwSignal::new(job_type),
            minutes: RwSignal::new(minutes.to_string()),
            way: RwSignal::new(if starts.is_some() { Way::Own } else { Way::Slot }),
            slot: RwSignal::new(String::new()),
            day: RwSignal::new(day),
            time: RwSignal::new(time),
            member: RwSignal::new(member),
            item: RwSignal::new(item),
            note: RwSignal::new(note),
        }
    }

    /// When it begins, as forms write it; empty for no time yet.
    fn starts(self) -> Result<String, Error> {
        match self.way.get_untracked() {
            Way::Later => Ok(String::new()),
            Way::Slot => match self.slot.get_untracked() {
                none if none.is_empty() => Err(Error::invalid("starts", "Choose one of the free times.")),
                slot => Ok(slot),
            },
            Way::Own => match (self.day.get_untracked(), self.time.get_untracked()) {
                (day, time) if day.is_empty() || time.is_empty() => {
                    Err(Error::invalid("starts", "Choose a day and a time."))
                }
                (day, time) => Ok(format!("{day}T{time}")),
            },
        }
    }
}

/// Makes or changes a booking.
#[component]
pub(crate) fn BookingForm(
    /// What it is opened for.
    ask: BookingAsk,
    /// How times are read.
    reading: Reading,
    /// What it needs of its page.
    desk: Desk,
    /// Closes the dialog.
    open: RwSignal<bool>,
) -> impl IntoView {
    let job_types = desk.bookable();
    let fields = Fields::of(&ask, &job_types, reading);
    let error = RwSignal::new(None::<Error>);
    let pending = RwSignal::new(false);
    let act_key = StoredValue::new(waiting::new_key());
    let old = match &ask {
        BookingAsk::Old(booking) => Some(booking.clone()),
        BookingAsk::New { .. } => None,
    };
    // A length that was drawn stays; else each work has its own.
    let drawn = matches!(ask, BookingAsk::New { minutes: Some(_), .. });
    let usual = {
        let job_types = job_types.clone();
        Callback::new(move |id: String| {
            let chosen = job_types.iter().find(|one| one.id.to_string() == id);
            if let Some(chosen) = chosen.filter(|_| !drawn) {
                fields.minutes.set(chosen.minutes.to_string());
            }
        })
    };
    let sent = StoredValue::new(old.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        let starts = match fields.starts() {
            Ok(starts) => starts,
            Err(wrong) => return error.set(Some(wrong)),
        };
        pending.set(true);
        error.set(None);
        spawn_local(async move {
            let old = sent.try_get_value().flatten();
            let answer = send(old.clone(), fields, starts, act_key.try_get_value()).await;
            pending.try_set(false);
            match answer {
                Ok(booking) => {
                    match old {
                        Some(old) if old.starts != booking.starts || old.minutes != booking.minutes => {
                            desk.acts.planned(&old, &booking, reading);
                        }
                        Some(_) => {}
                        None => desk.acts.added(&booking, reading),
                    }
                    open.try_set(false);
                    desk.acts.again();
                }
                Err(failed) => drop(error.try_set(Some(failed))),
            }
        });
    };
    let wrong = Signal::from(error);
    let hint = Signal::derive(move || says(&fields.minutes.get()));
    let label = if old.is_some() { "Save" } else { "Book" };
    let what = what(&ask, job_types, fields, usual, wrong, desk);
    let acts = old.map(|old| acts(old, reading, desk, open));
    view! {
        <form class="form agenda-form" on:submit=submit novalidate>
            <FormError error=wrong/>
            {what}
            {when(fields, reading, wrong)}
            <div class="agenda-pair">
                <TextField
                    name="minutes"
                    id="booking-minutes"
                    label="Minutes"
                    kind="number"
                    min=MINUTES_MIN.to_string()
                    inputmode="numeric"
                    bind=fields.minutes
                    required=true
                    hint=hint
                    error=field_error(wrong, "minutes")
                />
                <SelectField
                    name="member"
                    id="booking-member"
                    label="Member"
                    options=desk.viewer.with_untracked(|viewer| members(viewer.as_ref()))
                    bind=fields.member
                    placeholder="Whoever of the team"
                    error=field_error(wrong, "member")
                />
            </div>
            <TextArea name="note" id="booking-note" label="Note" rows=2 bind=fields.note maxlength=i64::try_from(NOTE_MAX).unwrap_or_default() error=field_error(wrong, "note")/>
            <div class="agenda-foot">
                {acts}
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending>{label}</Button>
            </div>
        </form>
    }
}

/// Sends what is filled in.
async fn send(
    old: Option<BookingCard>,
    fields: Fields,
    starts: String,
    key: Option<String>,
) -> kernel::Result<BookingCard> {
    let text = |field: RwSignal<String>| field.try_get_untracked().unwrap_or_default();
    let (minutes, member, note) = (text(fields.minutes), text(fields.member), text(fields.note));
    match old {
        Some(old) => api::change_booking(old.id, old.version, starts, minutes, member, note).await,
        None => {
            let (job_type, item) = (text(fields.job_type), text(fields.item));
            api::add_booking(job_type, starts, minutes, member, item, note, key).await
        }
    }
}

/// What is done, and for what: chosen of a new one, said of an old one.
fn what(
    ask: &BookingAsk,
    job_types: Vec<JobType>,
    fields: Fields,
    usual: Callback<String>,
    wrong: Signal<Option<Error>>,
    desk: Desk,
) -> AnyView {
    let team = |job_type: &JobType| {
        desk.viewer.with_untracked(|viewer| {
            let team = viewer.as_ref().and_then(|viewer| viewer.directory.team(job_type.team_id));
            team.map(|team| team.name.clone()).unwrap_or_default()
        })
    };
    match ask {
        BookingAsk::Old(booking) => {
            let item = booking.item.as_ref().map(|item| {
                let href = format!("/items/{}", item.key);
                view! { <a class="link" href=href>{item.key.clone()}</a> }
            });
            let names = desk.viewer.with_untracked(|viewer| {
                let team = viewer.as_ref().and_then(|viewer| viewer.directory.team(booking.team_id));
                let team = team.map(|team| team.name.clone());
                [Some(booking.job_type.clone()), team].into_iter().flatten().collect::<Vec<_>>().join(", ")
            });
            view! {
                <p class="facts">
                    <span>{names}</span>
                    {item}
                    <span>{booking.state.label()}</span>
                </p>
            }
            .into_any()
        }
        BookingAsk::New { item, .. } => {
            let options: Vec<Choice> = job_types
                .iter()
                .map(|one| {
                    let label = format!("{} · {}, {}", one.name, team(one), length(one.minutes));
                    Choice::new(one.id.to_string(), label)
                })
                .collect();
            let asks_item = item.is_none().then(|| {
                view! {
                    <TextField
                        name="item"
                        id="booking-item"
                        label="Item"
                        bind=fields.item
                        placeholder="UC-12"
                        maxlength=40
                        autocomplete="off"
                        hint="Leave it empty for work without an item."
                        error=field_error(wrong, "item")
                    />
                }
            });
            view! {
                <SelectField
                    name="job_type"
                    id="booking-job_type"
                    label="Work"
                    options
                    bind=fields.job_type
                    on_change=usual
                    required=true
                    error=field_error(wrong, "job_type")
                />
                {asks_item}
            }
            .into_any()
        }
    }
}

/// When it is: one of the free times, a time of one's own, or none yet.
fn when(fields: Fields, reading: Reading, wrong: Signal<Option<Error>>) -> impl IntoView {
    let segment = move |way: Way, label: &'static str| {
        let selected = Signal::derive(move || fields.way.get() == way);
        view! { <Segment selected on_click=move |_| fields.way.set(way)>{label}</Segment> }
    };
    let chosen = move || {
        match fields.way.get() {
        Way::Slot => view! {
            <SlotList
                job_type=fields.job_type
                minutes=fields.minutes
                chosen=fields.slot
                reading
                error=field_error(wrong, "starts")
            />
        }
        .into_any(),
        Way::Own => view! {
            <div class="agenda-pair">
                <DateField
                    name="day"
                    id="booking-day"
                    label="Day"
                    bind=fields.day
                    today=Some(reading.today())
                    required=true
                    error=field_error(wrong, "starts")
                />
                <TextField name="time" id="booking-time" label="From" kind="time" bind=fields.time required=true/>
            </div>
        }
        .into_any(),
        Way::Later => view! {
            <p class="agenda-hint">"It waits among the unplanned ones until somebody gives it a time."</p>
        }
        .into_any(),
    }
    };
    view! {
        <Segmented label="When">
            {segment(Way::Slot, "Find a slot")}
            {segment(Way::Own, "Day and time")}
            {segment(Way::Later, "Later")}
        </Segmented>
        {chosen}
    }
}

/// What can be done to a booking besides saving it.
fn acts(booking: BookingCard, reading: Reading, desk: Desk, open: RwSignal<bool>) -> impl IntoView {
    // What has no time was not done yet.
    let planned = booking.state == BookingState::Booked;
    let booking = StoredValue::new(booking);
    let act = move |act: fn(Desk, &BookingCard, Reading)| {
        open.set(false);
        booking.with_value(|booking| act(desk, booking, reading));
    };
    let done = planned.then(|| {
        view! {
            <Button
                size=ButtonSize::Medium
                variant=ButtonVariant::Ghost
                icon="check"
                on_click=move |_| act(|desk, booking, _| desk.acts.finish(booking))
            >
                "Done"
            </Button>
            <Button
                size=ButtonSize::Medium
                variant=ButtonVariant::Ghost
                on_click=move |_| act(|desk, booking, reading| desk.acts.unplan(booking, reading))
            >
                "Unplan"
            </Button>
        }
    });
    view! {
        {done}
        <Button
            size=ButtonSize::Medium
            variant=ButtonVariant::Ghost
            on_click=move |_| act(|desk, booking, _| desk.acts.cancel(booking))
        >
            "Call off"
        </Button>
    }
}

/// How long that is.
fn says(minutes: &str) -> String {
    match minutes.trim().parse() {
        Ok(minutes @ 60..=MINUTES_MAX) => length(minutes),
        _ => String::new(),
    }
}
