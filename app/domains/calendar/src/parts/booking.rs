//! The dialog of a booking: a new one, one that may be changed, or one that can only be read.

use kernel::{Permission, Scope, Viewer};
use leptos::prelude::*;
use ui::{Button, ButtonSize, ButtonVariant, Dialog, EmptyState, LinkButton};

use super::{BookingActs, Reading, booking_form::BookingForm, length};
use crate::model::{BookingCard, BookingState, JobType, Local};

/// What the dialog is opened for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BookingAsk {
    /// A new one.
    New {
        /// From when on, if a time was pointed at.
        starts: Option<Local>,
        /// How long, if that was.
        minutes: Option<i64>,
        /// The key of the item that it is for, where the page says it.
        item: Option<String>,
    },
    /// One that there is.
    Old(BookingCard),
}

/// What the dialog needs of its page. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// Who looks, once that is known.
    pub(crate) viewer: RwSignal<Option<Viewer>>,
    /// What can be booked.
    pub(crate) job_types: Signal<Vec<JobType>>,
    /// What the dialog is open for.
    pub(crate) ask: RwSignal<Option<BookingAsk>>,
    /// What can be done.
    pub(crate) acts: BookingActs,
}

impl Desk {
    /// How the viewer reads times.
    pub(crate) fn reading(self) -> Option<Reading> {
        // Followed, it would draw an open form anew, and what is typed would be lost.
        self.viewer.with_untracked(|viewer| viewer.as_ref().map(Reading::of))
    }

    /// Whether the viewer has a permission, for one team at least.
    pub(crate) fn may(self, permission: Permission) -> bool {
        // Pages are drawn anew when the viewer is another one.
        let may = |viewer: &Viewer| viewer.may_somewhere(permission);
        self.viewer.with_untracked(|viewer| viewer.as_ref().is_some_and(may))
    }

    /// The work that the viewer may book.
    pub(crate) fn bookable(self) -> Vec<JobType> {
        self.viewer.with_untracked(|viewer| {
            let may = |one: &JobType| {
                let team = Scope::Team(one.team_id);
                viewer.as_ref().is_some_and(|viewer| viewer.may_in(Permission::CalendarBook, team))
            };
            self.job_types.with_untracked(|all| all.iter().filter(|one| may(one)).cloned().collect())
        })
    }
}

/// Opens for what is asked, and asks for nothing any more when it is closed.
pub(crate) fn open_for<T: Send + Sync + 'static>(ask: RwSignal<Option<T>>) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if ask.with(Option::is_some) != open.get_untracked() {
            open.set(ask.with_untracked(Option::is_some));
        }
    });
    Effect::new(move |_| {
        if !open.get() && ask.with_untracked(Option::is_some) {
            ask.set(None);
        }
    });
    open
}

/// The dialog of a booking.
#[component]
pub(crate) fn BookingDialog(
    /// What it needs of its page.
    desk: Desk,
) -> impl IntoView {
    let open = open_for(desk.ask);
    let title = Signal::derive(move || {
        desk.ask.with(|ask| match ask {
            Some(BookingAsk::Old(booking)) => booking.title().to_owned(),
            _ => "New booking".to_owned(),
        })
    });
    let content = move || {
        let (ask, reading) = (desk.ask.get_untracked()?, desk.reading()?);
        Some(match ask {
            BookingAsk::New { .. } if desk.bookable().is_empty() => view! { <NoJobTypes desk/> }.into_any(),
            BookingAsk::Old(booking) if !booking.mine || booking.state == BookingState::Done => {
                view! { <Facts booking reading desk open/> }.into_any()
            }
            ask => view! { <BookingForm ask reading desk open/> }.into_any(),
        })
    };
    view! { <Dialog id="booking" open title>{content}</Dialog> }
}

/// Nothing can be booked yet: the way there, or who knows it.
#[component]
fn NoJobTypes(desk: Desk) -> impl IntoView {
    if desk.may(Permission::CalendarPlan) {
        return view! {
            <EmptyState
                icon="briefcase"
                title="No job types yet"
                text="A job type says what is booked, which team does it and how long it usually takes."
            >
                <LinkButton href="/calendar/job-types" variant=ButtonVariant::Primary>"Add job types"</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let text = "Somebody who plans work adds them; owners and admins do.";
    view! { <EmptyState icon="briefcase" title="No job types yet" text/> }.into_any()
}

/// What is known of a booking.
#[component]
fn Facts(booking: BookingCard, reading: Reading, desk: Desk, open: RwSignal<bool>) -> impl IntoView {
    let rows = facts(&booking, reading, desk);
    let reopen = (booking.mine && booking.state == BookingState::Done).then(|| {
        let booking = booking.clone();
        view! {
            <div class="form-actions">
                <Button
                    size=ButtonSize::Medium
                    icon="rotate-ccw"
                    on_click=move |_| {
                        open.set(false);
                        desk.acts.reopen(&booking);
                    }
                >
                    "Not done yet"
                </Button>
            </div>
        }
    });
    view! {
        <dl class="key-values">{rows}</dl>
        {reopen}
    }
}

/// The facts of a booking, as rows of a list.
pub(crate) fn facts(booking: &BookingCard, reading: Reading, desk: Desk) -> impl IntoView + use<> {
    let (team, member) = desk.viewer.with_untracked(|viewer| {
        let directory = viewer.as_ref().map(|viewer| &viewer.directory);
        let team = directory.and_then(|directory| directory.team(booking.team_id));
        let member = booking.member_id.and_then(|id| directory?.person(id));
        (team.map(|team| team.name.clone()), member.map(|person| person.name.clone()))
    });
    let row = |name: &'static str, value: AnyView| {
        view! {
            <dt>{name}</dt>
            <dd>{value}</dd>
        }
    };
    let text = |name, value: Option<String>| value.map(|value| row(name, value.into_any()));
    let item = booking.item.as_ref().map(|item| {
        let href = format!("/items/{}", item.key);
        row("Item", view! { <a class="link" href=href>{item.key.clone()}</a> }.into_any())
    });
    let when = booking.starts.zip(booking.ends).map(|(starts, ends)| reading.moment(starts, ends));
    let note = (!booking.note.is_empty()).then(|| booking.note.clone());
    view! {
        {text("Work", Some(booking.job_type.clone()))}
        {item}
        {text("State", Some(booking.state.label().to_owned()))}
        {text("Time", when)}
        {text("Length", Some(length(booking.minutes)))}
        {text("Team", team)}
        {text("Member", member)}
        {text("Note", note)}
    }
}
