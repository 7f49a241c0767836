//! The dialog of an event: a new one, one's own, or one to which one is invited.

use kernel::{Person, Viewer};
use leptos::{prelude::*, task::spawn_local};
use ui::{Avatar, Button, ButtonVariant, Dialog, Pill, Toast, Tone, use_toaster};

use super::{
    entry::Card,
    event_form::EventForm,
    state::{EventAsk, Plan},
};
use crate::{
    api::event as api,
    model::{Answer, EventCard},
    parts::{Reading, open_for},
};

/// The dialog of an event.
#[component]
pub(super) fn EventDialog(
    /// The calendar.
    plan: Plan,
) -> impl IntoView {
    let open = open_for(plan.event);
    let title = Signal::derive(move || {
        plan.event.with(|ask| match ask {
            Some(EventAsk::Old(event)) => event.title.clone(),
            _ => "New event".to_owned(),
        })
    });
    let content = move || {
        let ask = plan.event.get_untracked()?;
        let viewer = plan.desk.viewer.get_untracked()?;
        let reading = Reading::of(&viewer);
        Some(match ask {
            EventAsk::Old(event) => {
                let invited = event.answer_of(viewer.member_id).is_some();
                let answers =
                    invited.then(|| view! { <Answers event=event.clone() viewer=viewer.clone() plan/> });
                let rest = if event.mine {
                    let ask = EventAsk::Old(event.clone());
                    view! {
                        <EventForm ask viewer=viewer.clone() reading plan open/>
                    }
                    .into_any()
                } else {
                    facts(&event, &viewer, reading).into_any()
                };
                view! {
                    {answers}
                    {rest}
                    <Guests event viewer plan/>
                }
                .into_any()
            }
            ask => view! { <EventForm ask viewer reading plan open/> }.into_any(),
        })
    };
    view! { <Dialog id="event" open title>{content}</Dialog> }
}

/// The event as it is now, or as it was when the dialog opened.
fn live(plan: Plan, event: EventCard) -> Memo<EventCard> {
    Memo::new(move |_| {
        let now = plan.loaded.with(|agenda| agenda?.events.iter().find(|now| now.id == event.id).cloned());
        now.unwrap_or_else(|| event.clone())
    })
}

/// Whether one comes.
#[component]
fn Answers(event: EventCard, viewer: Viewer, plan: Plan) -> impl IntoView {
    let (id, me) = (event.id, viewer.member_id);
    let event = live(plan, event);
    let mine = Memo::new(move |_| event.with(|event| event.answer_of(me)));
    let toaster = use_toaster();
    let answer = move |answer: Answer| {
        spawn_local(async move {
            match api::answer_event(id, answer.as_str().to_owned()).await {
                Ok(event) => plan.put(Card::Event(event)),
                Err(error) => drop(toaster.show(Toast::failed(error.to_string()))),
            }
        });
    };
    let button = move |to: Answer| {
        let pressed = move || if mine.get() == Some(to) { "true" } else { "false" };
        view! {
            <button type="button" class="segment" aria-pressed=pressed on:click=move |_| answer(to)>
                {to.label()}
            </button>
        }
    };
    view! {
        <div class="agenda-answer">
            <span id="event-answer">"Do you come?"</span>
            <div class="segmented" role="group" aria-labelledby="event-answer">
                {button(Answer::Yes)}
                {button(Answer::Maybe)}
                {button(Answer::No)}
            </div>
        </div>
    }
}

/// Who is invited, and what they answered.
#[component]
fn Guests(event: EventCard, viewer: Viewer, plan: Plan) -> impl IntoView {
    let organiser = event.organiser_id;
    let event = live(plan, event);
    let viewer = StoredValue::new(viewer);
    let person = move |id| {
        viewer.with_value(|viewer| {
            let known = viewer.directory.person(id).cloned();
            known.unwrap_or(Person { id, name: "Somebody".to_owned(), category: 1, active: false, avatar: 0 })
        })
    };
    let row = move |person: Person, tone: Tone, words: &'static str| {
        let picture = person.picture();
        view! {
            <li class="agenda-guest">
                <span aria-hidden="true"><Avatar name=person.name.clone() category=person.category picture/></span>
                <span class="truncate">{person.name}</span>
                <Pill small=true tone>{words}</Pill>
            </li>
        }
    };
    let rows = move || {
        let guests = event.with(|event| event.guests.clone());
        let guests = guests.into_iter().filter(|guest| guest.member_id != organiser).map(|guest| {
            let tone = match guest.answer {
                Answer::Waiting => Tone::Neutral,
                Answer::Yes => Tone::Success,
                Answer::Maybe => Tone::Warning,
                Answer::No => Tone::Danger,
            };
            row(person(guest.member_id), tone, guest.answer.label())
        });
        guests.collect_view()
    };
    let nobody = move || event.with(|event| event.guests.iter().all(|guest| guest.member_id == organiser));
    view! {
        <section class="agenda-guests" aria-label="People">
            <ul>
                {row(person(organiser), Tone::Info, "Organises")}
                {rows}
            </ul>
            {move || nobody().then(|| view! { <p class="agenda-hint">"Nobody else is invited."</p> })}
        </section>
    }
}

/// What a guest reads of an event.
fn facts(event: &EventCard, viewer: &Viewer, reading: Reading) -> impl IntoView + use<> {
    let row = |name: &'static str, value: String| {
        (!value.is_empty()).then(|| {
            view! {
                <dt>{name}</dt>
                <dd class="agenda-words">{value}</dd>
            }
        })
    };
    let organiser = viewer.directory.person(event.organiser_id).map(|person| person.name.clone());
    view! {
        <dl class="key-values">
            {row("Time", reading.when(event.all_day, event.starts, event.ends))}
            {row("Place", event.place.clone())}
            {row("Organiser", organiser.unwrap_or_default())}
            {row("Note", event.note.clone())}
        </dl>
    }
}

/// The button that calls an event off.
#[component]
pub(super) fn CallOff(
    /// The event.
    event: EventCard,
    /// The calendar.
    plan: Plan,
    /// Closes the dialog.
    open: RwSignal<bool>,
) -> impl IntoView {
    let toaster = use_toaster();
    let (id, title) = (event.id, event.title);
    let call_off = move |_| {
        open.set(false);
        let title = title.clone();
        spawn_local(async move {
            match api::delete_event(id).await {
                Ok(()) => toaster.undoable(
                    format!("{title} is called off"),
                    move || api::restore_event(id),
                    move |event| {
                        plan.put(Card::Event(event));
                        plan.desk.acts.again();
                    },
                ),
                Err(error) => drop(toaster.show(Toast::failed(error.to_string()))),
            }
            plan.desk.acts.again();
        });
    };
    view! { <Button variant=ButtonVariant::Ghost icon="calendar-x" on_click=call_off>"Call off"</Button> }
}
