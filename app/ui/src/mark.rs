//! Small things that mean something: pills, counts, people, teams, steps, priorities and record tags. Shape carries the
//! meaning first, colour second; a square is never a person.

use leptos::prelude::*;

use crate::html::{self, raw};
use crate::words::{Words, use_words};

/// What a message or a pill is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing special.
    #[default]
    Neutral,
    /// Good to know.
    Info,
    /// It went well.
    Success,
    /// Someone should look.
    Warning,
    /// It went wrong, or it destroys something.
    Danger,
    /// The position in a workflow, or what is chosen.
    Accent,
}

impl Tone {
    /// Returns the modifier class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Neutral => "is-neutral",
            Self::Info => "is-info",
            Self::Success => "is-success",
            Self::Warning => "is-warning",
            Self::Danger => "is-danger",
            Self::Accent => "is-accent",
        }
    }

    /// Returns the icon that says the same without colour.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Neutral | Self::Info | Self::Accent => "info",
            Self::Success => "check",
            Self::Warning => "triangle-alert",
            Self::Danger => "circle-x",
        }
    }
}

/// How large a mark is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// 20 px, in rows and cards.
    #[default]
    Small,
    /// 24 px, in tables and lists of people.
    Medium,
    /// 32 px, in popovers and headings.
    Large,
}

impl Size {
    /// Returns the modifier class with a space before it.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Small => "",
            Self::Medium => " is-medium",
            Self::Large => " is-large",
        }
    }
}

/// Whether a person is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presence {
    /// Not there, or not known.
    #[default]
    Offline,
    /// Looking at the product now.
    Here,
    /// Open, but not looked at for a while.
    Away,
}

impl Presence {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Offline => "",
            Self::Here => " is-here",
            Self::Away => " is-away",
        }
    }

    pub(crate) fn word(self, words: &Words) -> Option<&'static str> {
        match self {
            Self::Offline => None,
            Self::Here => Some(words.here),
            Self::Away => Some(words.away),
        }
    }
}

/// A place in a workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Not reached yet.
    Waiting,
    /// At this place, counted from 1, of so many.
    At {
        /// The place, counted from 1.
        position: i64,
        /// How many places there are.
        of: i64,
    },
    /// Finished.
    Done,
    /// Ended without a result.
    Ended,
}

impl Step {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Waiting => "is-waiting",
            Self::At { .. } => "is-current",
            Self::Done => "is-done",
            Self::Ended => "is-ended",
        }
    }

    /// Says the place in words, where no name of a step stands beside the ring.
    pub fn label(self, words: &Words) -> String {
        match self {
            Self::Waiting => words.step_waiting.to_owned(),
            Self::At { position, of } => format!("{} {position} {} {of}", words.step_at, words.of),
            Self::Done => words.step_done.to_owned(),
            Self::Ended => words.step_ended.to_owned(),
        }
    }
}

/// How much a thing presses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Nobody said.
    #[default]
    None,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Drop everything else.
    Urgent,
}

impl Priority {
    /// Returns all priorities, from none to urgent.
    pub const ALL: [Self; 5] = [Self::None, Self::Low, Self::Medium, Self::High, Self::Urgent];

    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::None => "is-none",
            Self::Low => "is-low",
            Self::Medium => "is-medium",
            Self::High => "is-high",
            Self::Urgent => "is-urgent",
        }
    }

    /// Returns its name.
    pub fn name(self, words: &Words) -> &'static str {
        let [none, low, medium, high, urgent] = words.priorities;
        match self {
            Self::None => none,
            Self::Low => low,
            Self::Medium => medium,
            Self::High => high,
            Self::Urgent => urgent,
        }
    }
}

/// A status as one word on a tinted ground.
#[component]
pub fn Pill(
    /// What it is about.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// Draws it 17 px high, for rows and tables.
    #[prop(optional)]
    small: bool,
    /// An icon, only where it saves reading.
    #[prop(optional, into)]
    icon: Option<String>,
    /// The word.
    children: Children,
) -> impl IntoView {
    let class = move || format!("pill {}{}", tone.get().class(), if small { " is-small" } else { "" });
    view! {
        <span class=class>
            {icon.map(|name| view! { <crate::Icon name size=crate::IconSize::Tiny/> })} {children()}
        </span>
    }
}

/// A number of things, beside the name of what is counted.
#[component]
pub fn Count(
    /// How many.
    #[prop(into)]
    value: Signal<i64>,
    /// Fills it with the accent: these wait for the person.
    #[prop(optional)]
    hot: bool,
    /// What is counted, for screen readers.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    view! {
        <span class=if hot { "count is-hot" } else { "count" }>
            {move || crate::number::grouped(value.get())}
            {label.map(|label| view! { <span class="visually-hidden">" "{label}</span> })}
        </span>
    }
}

/// A count against a limit: `5 of 5` warns, `7 of 5` alarms.
#[component]
pub fn WorkInProgress(
    /// How many there are.
    #[prop(into)]
    count: Signal<i64>,
    /// How many there should be at most.
    #[prop(optional_no_strip, into)]
    limit: Option<i64>,
) -> impl IntoView {
    let of = use_words().of;
    let class = move || work_in_progress_class(count.get(), limit);
    view! {
        <span class=class>
            {move || match limit {
                Some(limit) => format!("{} {of} {limit}", count.get()),
                None => count.get().to_string(),
            }}
        </span>
    }
}

/// Returns the classes of a count against a limit.
pub fn work_in_progress_class(count: i64, limit: Option<i64>) -> &'static str {
    match limit {
        Some(limit) if limit < count => "work-in-progress is-over",
        Some(limit) if limit == count => "work-in-progress is-full",
        _ => "work-in-progress",
    }
}

/// A person.
#[component]
pub fn Avatar(
    /// The full name, which gives the letters, the accessible name and the tooltip.
    #[prop(into)]
    name: String,
    /// The person's colour, 1 to 10.
    category: i64,
    /// The address of their picture; without one their letters are shown.
    #[prop(optional_no_strip, into)]
    picture: Option<String>,
    /// How large it is drawn.
    #[prop(optional)]
    size: Size,
    /// Whether the person is there.
    #[prop(optional)]
    presence: Presence,
) -> impl IntoView {
    let words = use_words();
    raw(|text| html::push_avatar(text, &name, category, picture.as_deref(), size, presence, words))
}

/// Nobody: the place where a person would be.
#[component]
pub fn Unassigned(
    /// How large it is drawn.
    #[prop(optional)]
    size: Size,
) -> impl IntoView {
    let words = use_words();
    raw(|text| html::push_unassigned(text, size, words))
}

/// A person, as a stack of people shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Face {
    /// The full name.
    pub name: String,
    /// The person's colour, 1 to 10.
    pub category: i64,
    /// The address of their picture, if they have one.
    pub picture: Option<String>,
}

/// Several people, overlapping; what does not fit is a number.
#[component]
pub fn AvatarStack(
    /// The people.
    people: Vec<Face>,
    /// How many are shown before the number.
    #[prop(default = 3)]
    limit: usize,
    /// How large they are drawn.
    #[prop(optional)]
    size: Size,
) -> impl IntoView {
    let words = use_words();
    let rest = people.len().saturating_sub(limit);
    let names = people.iter().skip(limit).map(|face| face.name.as_str()).collect::<Vec<_>>().join(", ");
    raw(|text| {
        text.push_str("<span class=\"avatar-stack\">");
        for Face { name, category, picture } in people.iter().take(limit) {
            html::push_avatar(text, name, *category, picture.as_deref(), size, Presence::Offline, words);
        }
        if rest != 0 {
            text.push_str("<span class=\"avatar is-rest");
            text.push_str(size.class());
            text.push_str("\" role=\"img\" aria-label=\"");
            html::push_escaped(text, &names);
            text.push_str("\" data-tooltip=\"");
            html::push_escaped(text, &names);
            text.push_str("\">+");
            text.push_str(&rest.to_string());
            text.push_str("</span>");
        }
        text.push_str("</span>");
    })
}

/// A client, a brand or an organisation. Its name stands beside it.
#[component]
pub fn SquareMark(
    /// The name, whose first letter is shown.
    #[prop(into)]
    name: String,
    /// Its colour, 1 to 10; the accent when there is none.
    #[prop(optional_no_strip, into)]
    category: Option<i64>,
    /// How large it is drawn.
    #[prop(optional)]
    size: Size,
) -> impl IntoView {
    raw(|text| html::push_square_mark(text, &name, category, size))
}

/// A team: its square and its name.
#[component]
pub fn TeamTag(
    /// The team's name.
    #[prop(into)]
    name: String,
    /// The team's colour, 1 to 10.
    category: i64,
) -> impl IntoView {
    raw(|text| html::push_team(text, &name, category))
}

/// A record tag: a field in its own form, as a registration plate is.
#[component]
pub fn Plate(
    /// What stands on it.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    raw(|html| html::push_plate(html, &text))
}

/// The ring that shows a place in a workflow. The step's name stands beside it.
#[component]
pub fn StepGlyph(
    /// The place.
    step: Step,
) -> impl IntoView {
    raw(|text| html::push_step_glyph(text, step))
}

/// The three bars of a priority.
#[component]
pub fn PriorityGlyph(
    /// The priority.
    priority: Priority,
) -> impl IntoView {
    let words = use_words();
    raw(|text| html::push_priority(text, priority, words))
}
