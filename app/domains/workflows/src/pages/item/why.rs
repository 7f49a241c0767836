//! Why an item is where it is: how it came, what it waits for, and who can move it.

use chrono::NaiveDateTime;
use kernel::{Permission, TransitionId, Viewer};
use leptos::prelude::*;
use ui::{
    Icon, IconSize,
    when::{local_moment, moment},
};

use crate::{
    automatic::{Kind, Shown},
    booking::{NeededBooking, Stands},
    model::{Act, Activity, Field, Item, Move, Step, StepKind, Workflow},
    rules,
};

/// The panel beside the item.
#[component]
pub(super) fn Why(
    workflow: Workflow,
    fields: Vec<Field>,
    item: Item,
    activity: Vec<Activity>,
    /// The ways that are closed to it by their conditions, and why.
    closed: Vec<(TransitionId, String)>,
    /// Until when it waits, as clocks will show it then.
    waits_until: Option<NaiveDateTime>,
    /// The booking that it needs, if it needs one.
    booking: Option<NeededBooking>,
    viewer: Viewer,
) -> impl IntoView {
    let here = workflow.step(item.card.step_id).cloned();
    // What is so, and then who can do something about it.
    let facts = here.map(|here| {
        let came = came(&activity, &here, &viewer);
        let stuck = stuck(&activity, &item, &closed);
        let waits = waits(&here, &fields, &item, &activity, stuck, waits_until, &viewer);
        let missing = match here.kind {
            StepKind::Done => None,
            _ => rules::may_leave(here.id, Some(viewer.role), &fields, &item.data)
                .err()
                .map(|refusal| refusal.sentence(&workflow.head.item_key(item.card.number), &here.name)),
        };
        let facts = came.into_iter().chain(waits).chain(missing);
        (facts.collect::<Vec<_>>(), who(&here, &viewer))
    });
    let (facts, who) = facts.unwrap_or_default();
    let line = |fact: String| view! { <li>{fact}</li> };
    view! {
        <details class="why" open=workflow.step(item.card.step_id).is_some_and(|step| step.does.is_some())>
            <summary>"Why is it here?"</summary>
            <ul>
                {facts.into_iter().map(line).collect_view()}
                {booking.map(|booking| view! { <Booking booking viewer/> })}
                {who.into_iter().map(line).collect_view()}
            </ul>
        </details>
    }
}

/// How the booking stands that it needs.
#[component]
fn Booking(booking: NeededBooking, viewer: Viewer) -> impl IntoView {
    let (icon, class) =
        if booking.stands.lets_go() { ("check", "why-check is-met") } else { ("x", "why-check") };
    let what = &booking.what;
    let said = match booking.stands {
        Stands::Wanted => format!("No time is booked for {what}."),
        Stands::Booked(None) => format!("{what} is booked."),
        Stands::Booked(Some(at)) => format!("{what}: booked for {}.", moment(at, &viewer).0),
        Stands::Done => format!("{what} is done."),
    };
    view! {
        <li class=class>
            <Icon name=icon size=IconSize::Tiny/>
            <span>{said}</span>
        </li>
    }
}

/// How it came to its step.
fn came(activity: &[Activity], here: &Step, viewer: &Viewer) -> Option<String> {
    let entry = activity.iter().find(|entry| match &entry.act {
        Act::Moved(Move { to, .. }) => *to == here.id,
        Act::Created { .. } => true,
        _ => false,
    })?;
    let (when, _) = moment(entry.created_at, viewer);
    let who = entry.actor_id.and_then(|id| viewer.directory.person(id));
    let who = who.map_or("Somebody", |person| person.name.as_str());
    Some(match &entry.act {
        Act::Moved(Move { from_name, by_itself: true, because, .. }) => {
            let because = if because.is_empty() { String::new() } else { format!(", since {because}") };
            format!("It went on by itself from {from_name}{because} ({when}).")
        }
        Act::Moved(Move { from_name, undo: true, .. }) => {
            format!("{who} took back a move to {from_name} ({when}).")
        }
        Act::Moved(Move { from_name, rework: true, .. }) => {
            format!("{who} sent it back from {from_name} ({when}).")
        }
        Act::Moved(Move { from_name, because, .. }) => {
            let because = if because.is_empty() { String::new() } else { format!(", open since {because}") };
            format!("{who} moved it here from {from_name}{because} ({when}).")
        }
        Act::Created { public_form: true, .. } => format!("It came by the public form ({when})."),
        _ => format!("{who} added it here ({when})."),
    })
}

/// What it waits for, as far as the step itself says.
fn waits(
    here: &Step,
    fields: &[Field],
    item: &Item,
    activity: &[Activity],
    stuck: String,
    until: Option<NaiveDateTime>,
    viewer: &Viewer,
) -> Option<String> {
    let said = said(activity, item).unwrap_or_default();
    let is_over = item.wakes_at.is_some_and(|at| at <= viewer.today.now);
    match &here.does {
        Some(Shown { kind: Kind::Wait, awaits, .. }) => Some(match until {
            Some(until) if !is_over => {
                format!("It waits until {}, and goes on by itself then.", local_moment(until, viewer))
            }
            None if !awaits.is_empty() => {
                let label = fields.iter().find(|known| known.key == *awaits);
                let label = label.map_or(awaits.as_str(), |field| field.label.as_str());
                format!("It waits for the day in {label}, which is empty.")
            }
            _ => format!("Its wait is over. {stuck}"),
        }),
        Some(Shown { kind: Kind::Parallel, .. }) => {
            Some(format!("It waits until its parts come together, and goes on from there by itself. {said}"))
        }
        Some(Shown { kind: Kind::Children, .. }) => Some(format!(
            "It waits until the items that it began are done, and goes on by itself then. {said}"
        )),
        Some(_) => Some(stuck),
        None if here.approval.is_some() => Some("It waits to be approved.".to_owned()),
        None if here.kind == StepKind::Done => Some("The process ends here.".to_owned()),
        None => None,
    }
}

/// Why it could not go on since it came.
fn said<'a>(activity: &'a [Activity], item: &Item) -> Option<&'a str> {
    activity.iter().find_map(|entry| match &entry.act {
        Act::Stuck { why, .. } if item.card.step_since <= entry.created_at => Some(why.as_str()),
        _ => None,
    })
}

/// Why it does not go on by itself: what is closed now, or what was said since it came.
fn stuck(activity: &[Activity], item: &Item, closed: &[(TransitionId, String)]) -> String {
    let said = said(activity, item);
    let closed: Vec<&str> = closed.iter().map(|(_, why)| why.as_str()).collect();
    let why = match (closed.as_slice(), said) {
        ([], Some(said)) => said.to_owned(),
        ([], None) => "Move it by hand, or change what is missing.".to_owned(),
        (closed, _) => closed.join(" "),
    };
    format!("It does not go on by itself. {why}")
}

/// Who works on it, and who can move it.
fn who(here: &Step, viewer: &Viewer) -> Vec<String> {
    let team = here.team_id.and_then(|id| viewer.directory.team(id));
    let works = match team {
        Some(team) if here.does.is_none() => Some(format!("{} works on it here.", team.name)),
        _ => None,
    };
    let moves = match (&here.approval, here.kind) {
        (_, StepKind::Done) | (Some(_), _) => None,
        _ if here.does.as_ref().is_some_and(|does| does.kind.gathers()) => None,
        _ if viewer.may(Permission::ItemMove) => {
            Some("You can move it, as all who may move items.".to_owned())
        }
        _ => Some("Those who may move items can move it; you are not one of them.".to_owned()),
    };
    works.into_iter().chain(moves).collect()
}
