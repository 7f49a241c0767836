//! The form of an event: what, when, where, and who is invited.

use kernel::{Error, MemberId, Person, Viewer};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use ui::{
    Button, ButtonKind, ButtonVariant, Checkbox, DateField, FormError, PeoplePicker, TextArea, TextField,
    Toast, field_error, use_toaster, waiting,
};

use super::{
    entry::Card,
    event_dialog::CallOff,
    snap::Span,
    state::{EventAsk, Plan},
};
use crate::{
    api::event as api,
    model::{EventCard, Local},
    parts::Reading,
    rules::{NOTE_MAX, PLACE_MAX, TITLE_MAX},
};

/// What is filled in. Cheap to copy.
#[derive(Clone, Copy)]
struct Fields {
    title: RwSignal<String>,
    place: RwSignal<String>,
    note: RwSignal<String>,
    all_day: RwSignal<bool>,
    first: RwSignal<String>,
    from: RwSignal<String>,
    last: RwSignal<String>,
    to: RwSignal<String>,
    shared: RwSignal<bool>,
    guests: RwSignal<Vec<MemberId>>,
}

impl Fields {
    fn of(ask: &EventAsk) -> Self {
        let old = match ask {
            EventAsk::Old(event) => Some(event),
            EventAsk::New(_) => None,
        };
        let (starts, ends) = match ask {
            EventAsk::New(Span { starts, ends }) => (*starts, *ends),
            EventAsk::Old(event) => (event.starts, event.ends),
        };
        let all_day = old.is_some_and(|event| event.all_day);
        // Of whole days the last one is asked for, and times only if that is changed.
        let last = if all_day { ends.plus(-1).day() } else { ends.day() };
        let (from, to) = if all_day { (9 * 60, 10 * 60) } else { (starts.minute(), ends.minute()) };
        let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
        let text = |read: fn(&EventCard) -> &String| old.map(read).cloned().unwrap_or_default();
        let guests = old.map(|event| event.guests.iter().map(|guest| guest.member_id).collect());
        Fields {
            title: RwSignal::new(text(|event| &event.title)),
            place: RwSignal::new(text(|event| &event.place)),
            note: RwSignal::new(text(|event| &event.note)),
            all_day: RwSignal::new(all_day),
            first: RwSignal::new(starts.day().to_string()),
            from: RwSignal::new(clock(from)),
            last: RwSignal::new(last.to_string()),
            to: RwSignal::new(clock(to)),
            shared: RwSignal::new(old.is_some_and(|event| event.shared)),
            guests: RwSignal::new(guests.unwrap_or_default()),
        }
    }

    /// Beginning and end, as the server reads them.
    fn when(self) -> (String, String) {
        let text = |field: RwSignal<String>| field.try_get_untracked().unwrap_or_default();
        if self.all_day.try_get_untracked().unwrap_or_default() {
            return (text(self.first), text(self.last));
        }
        (
            format!("{}T{}", text(self.first), text(self.from)),
            format!("{}T{}", text(self.last), text(self.to)),
        )
    }

    /// Keeps the length when the beginning is moved: the end follows it.
    fn follow(self) {
        Effect::new(move |before: Option<Option<Local>>| {
            let starts = read(&self.first.get(), &self.from.get());
            let ends = read(&self.last.get_untracked(), &self.to.get_untracked());
            if let (Some(before), Some(starts), Some(ends)) = (before.flatten(), starts, ends)
                && before != starts
            {
                let ends = ends.plus(starts.0 - before.0);
                if let Some((day, time)) = ends.text().split_once('T') {
                    self.last.set(day.to_owned());
                    self.to.set(time.to_owned());
                }
            }
            starts.or(before.flatten())
        });
    }
}

/// Reads a day and a time of day from the browser's own fields.
fn read(day: &str, time: &str) -> Option<Local> {
    let time = ui::when::parse_time(time)?;
    Some(Local::of(day.parse::<chrono::NaiveDate>().ok()?.and_time(time)))
}

/// Makes or changes an event.
#[component]
pub(super) fn EventForm(
    /// What it is opened for.
    ask: EventAsk,
    /// Who looks.
    viewer: Viewer,
    /// How they read times.
    reading: Reading,
    /// The calendar.
    plan: Plan,
    /// Closes the dialog.
    open: RwSignal<bool>,
) -> impl IntoView {
    let fields = Fields::of(&ask);
    fields.follow();
    let error = RwSignal::new(None::<Error>);
    let pending = RwSignal::new(false);
    let act_key = StoredValue::new(waiting::new_key());
    let toaster = use_toaster();
    let old = match ask {
        EventAsk::Old(event) => Some(event),
        EventAsk::New(_) => None,
    };
    let is_new = old.is_none();
    let sent = StoredValue::new(old.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        error.set(None);
        spawn_local(async move {
            let answer = send(sent.try_get_value().flatten(), fields, act_key.try_get_value()).await;
            pending.try_set(false);
            match answer {
                Ok(event) => {
                    if is_new {
                        let (id, card) = (event.id, Card::Event(event.clone()));
                        toaster.undoable(
                            plan.words(&card),
                            move || api::delete_event(id),
                            move |()| {
                                plan.desk.acts.again();
                            },
                        );
                    } else {
                        toaster.show(Toast::new(format!("{} saved", event.title)));
                    }
                    open.try_set(false);
                    plan.put(Card::Event(event));
                    plan.desk.acts.again();
                }
                Err(failed) => drop(error.try_set(Some(failed))),
            }
        });
    };
    let wrong = Signal::from(error);
    let me = viewer.member_id;
    let others = viewer.directory.people.into_iter().filter(move |person| person.active && person.id != me);
    let people = Signal::stored(others.collect::<Vec<Person>>());
    let call_off = old.map(|event| view! { <CallOff event plan open/> });
    let max = |max: usize| i64::try_from(max).unwrap_or_default();
    view! {
        <form class="form agenda-form" on:submit=submit novalidate>
            <FormError error=wrong/>
            <TextField
                name="title"
                id="event-what"
                label="Title"
                bind=fields.title
                required=true
                autofocus=is_new
                maxlength=max(TITLE_MAX)
                autocomplete="off"
                error=field_error(wrong, "title")
            />
            <Checkbox name="all_day" bind=fields.all_day>"All day"</Checkbox>
            <div class="agenda-times" class:is-days=move || fields.all_day.get()>
                <DateField
                    name="first"
                    id="event-first"
                    label="From"
                    bind=fields.first
                    today=Some(reading.today())
                    required=true
                    error=field_error(wrong, "starts")
                />
                <span class="agenda-time">
                    <TextField name="from" id="event-from" label="Time" kind="time" bind=fields.from/>
                </span>
                <DateField
                    name="last"
                    id="event-last"
                    label="To"
                    bind=fields.last
                    today=Some(reading.today())
                    required=true
                    error=field_error(wrong, "ends")
                />
                <span class="agenda-time">
                    <TextField name="to" id="event-to" label="Time of the end" kind="time" bind=fields.to/>
                </span>
            </div>
            <TextField
                name="place"
                id="event-place"
                label="Place"
                bind=fields.place
                maxlength=max(PLACE_MAX)
                autocomplete="off"
                error=field_error(wrong, "place")
            />
            <PeoplePicker
                name="guest"
                people
                chosen=fields.guests
                said="Invited:"
                nobody_yet="Nobody is invited yet."
                error=field_error(wrong, "guests")
            />
            <Checkbox name="shared" bind=fields.shared hint="Who sees the calendar sees it, and may not change it.">
                "Everybody sees it"
            </Checkbox>
            <TextArea
                name="note"
                id="event-note"
                label="Note"
                rows=2
                bind=fields.note
                maxlength=max(NOTE_MAX)
                error=field_error(wrong, "note")
            />
            <div class="agenda-foot">
                {call_off}
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending>
                    {if is_new { "Add event" } else { "Save" }}
                </Button>
            </div>
        </form>
    }
}

/// Sends what is filled in.
async fn send(old: Option<EventCard>, fields: Fields, key: Option<String>) -> kernel::Result<EventCard> {
    let text = |field: RwSignal<String>| field.try_get_untracked().unwrap_or_default();
    let tick = |field: RwSignal<bool>| {
        let ticked = field.try_get_untracked().unwrap_or_default();
        if ticked { "true".to_owned() } else { String::new() }
    };
    let (starts, ends) = fields.when();
    let guests = fields.guests.try_get_untracked().unwrap_or_default();
    let guests = guests.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let (title, place, note) = (text(fields.title), text(fields.place), text(fields.note));
    let (all_day, shared) = (tick(fields.all_day), tick(fields.shared));
    match old {
        Some(old) => {
            let (id, version) = (old.id, old.version);
            api::change_event(id, version, title, place, note, all_day, starts, ends, shared, guests).await
        }
        None => api::add_event(title, place, note, all_day, starts, ends, shared, guests, key).await,
    }
}
