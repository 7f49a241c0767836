//! What happened to an item, in sentences, with the comments between.

use chrono::{DateTime, Utc};
use kernel::{ItemId, MemberId, Permission, Viewer};
use leptos::prelude::*;
use ui::{Avatar, CommentFields, CommentRow, Company, EmptyState, Tab, Tabs, error_of, when::moment};

use super::acts::Acts;
use crate::{
    approval::Verdict,
    intake::AUTHOR,
    model::{Act, Activity, Comment, Move},
    parts::company::Writing,
};

/// Which entries are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Comments and history.
    Everything,
    /// Comments only.
    Comments,
    /// History only.
    History,
}

impl Shown {
    /// Reads the choice from the address.
    pub(super) fn from_query(text: Option<&str>) -> Self {
        match text {
            Some("comments") => Shown::Comments,
            Some("history") => Shown::History,
            _ => Shown::Everything,
        }
    }
}

enum Entry {
    Activity(Activity),
    Comment(Comment),
}

impl Entry {
    fn at(&self) -> DateTime<Utc> {
        match self {
            Entry::Activity(activity) => activity.created_at,
            Entry::Comment(comment) => comment.created_at,
        }
    }
}

/// The feed of an item: a box to write in, then everything, the newest first.
#[component]
pub(super) fn History(
    /// The item.
    item_id: ItemId,
    /// Path of the item's page.
    path: String,
    /// What happened, newest first.
    activity: Vec<Activity>,
    /// Comments, oldest first.
    comments: Vec<Comment>,
    /// Which of them are shown.
    shown: Shown,
    /// Who looks.
    viewer: Viewer,
    /// What can be done.
    acts: Acts,
    /// Who else is here.
    company: Company,
) -> impl IntoView {
    let count = |len: usize| i64::try_from(len).unwrap_or_default();
    let (of_comments, of_history) = (count(comments.len()), count(activity.len()));
    let mut entries: Vec<Entry> = Vec::new();
    if shown != Shown::Comments {
        entries.extend(activity.into_iter().map(Entry::Activity));
    }
    if shown != Shown::History {
        entries.extend(comments.into_iter().map(Entry::Comment));
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at()));
    let may_write = viewer.may(kernel::Permission::CommentWrite);
    let nothing = entries.is_empty();

    let rows = entries
        .into_iter()
        .map(|entry| match entry {
            Entry::Activity(activity) => activity_row(&activity, &viewer).into_any(),
            Entry::Comment(comment) => comment_row(comment, &viewer, acts).into_any(),
        })
        .collect_view();
    let (comments_href, history_href) = (format!("{path}?show=comments"), format!("{path}?show=history"));
    view! {
        <section class="feed" aria-label="Activity">
            <Tabs label="Activity">
                <Tab href=path selected=shown == Shown::Everything count=of_comments + of_history>"Everything"</Tab>
                <Tab href=comments_href selected=shown == Shown::Comments count=of_comments>"Comments"</Tab>
                <Tab href=history_href selected=shown == Shown::History count=of_history>"History"</Tab>
            </Tabs>
            {may_write.then(|| view! { <CommentBox item_id viewer=viewer.clone() acts company/> })}
            <ol class="activity">{rows}</ol>
            {nothing
                .then(|| {
                    view! { <EmptyState icon="message-square" title="Nothing here yet" text="Comments and moves show up here."/> }
                })}
        </section>
    }
}

#[component]
fn CommentBox(item_id: ItemId, viewer: Viewer, acts: Acts, company: Company) -> impl IntoView {
    let add = acts.comment;
    let people = viewer.directory.people.clone();
    view! {
        <ActionForm action=add attr:class="comment-form">
            <input type="hidden" name="item_id" value=item_id.to_string()/>
            <input type="hidden" name="key" prop:value=acts.act_key/>
            <CommentFields
                draft=acts.draft
                people
                error=error_of(add.value())
                pending=add.pending()
                on_input=move |_| company.write()
            />
        </ActionForm>
        <Writing company viewer/>
    }
}

/// Name, colour and picture of a member, or of the rule with this name.
fn person(id: Option<MemberId>, rule: &str, viewer: &Viewer) -> (String, i64, Option<String>) {
    let nobody = if rule.is_empty() { "Mediap" } else { rule };
    id.and_then(|id| viewer.directory.person(id)).map_or_else(
        || (nobody.to_owned(), 1, None),
        |person| (person.name.clone(), person.category, person.picture()),
    )
}

fn activity_row(activity: &Activity, viewer: &Viewer) -> impl IntoView + use<> {
    let by = match &activity.act {
        Act::Created { public_form: true, .. } => AUTHOR,
        _ => activity.rule.as_str(),
    };
    let (name, category, picture) = person(activity.actor_id, by, viewer);
    let (time, machine) = moment(activity.created_at, viewer);
    let sentence = match &activity.act {
        Act::Created { step, public_form: true, .. } => {
            view! { ": somebody who was not logged in sent it to " <strong>{step.clone()}</strong> }.into_any()
        }
        Act::Created { step, part_of, .. } if !part_of.is_empty() => view! {
            " sent it to " <strong>{step.clone()}</strong> " as a part of " <strong>{part_of.clone()}</strong>
        }
        .into_any(),
        Act::Created { step, .. } => view! { " added it in " <strong>{step.clone()}</strong> }.into_any(),
        Act::Moved(Move { from_name, to_name, rework, undo, by_itself, because, .. }) => {
            let verb = match (undo, rework) {
                _ if *by_itself && activity.rule.is_empty() => ": it went on by itself from ",
                (true, _) => " took back the move from ",
                (_, true) => " sent it back from ",
                _ => " moved it from ",
            };
            let because = (!because.is_empty()).then(|| {
                view! { " " <q class="event-reason">{because.clone()}</q> }
            });
            view! {
                {verb} <strong>{from_name.clone()}</strong> " to " <strong>{to_name.clone()}</strong> {because}
            }
            .into_any()
        }
        Act::Edited { changes } => changes
            .iter()
            .enumerate()
            .map(|(index, change)| {
                let joint = if index == 0 { " " } else { ", " };
                let verb = if change.to.is_empty() { "removed" } else { "set" };
                let value = (!change.to.is_empty()).then(|| {
                    let to = change.to.clone();
                    view! { " to " <strong>{to}</strong> }
                });
                view! { {joint} {verb} " " {change.label.clone()} {value} }
            })
            .collect_view()
            .into_any(),
        Act::Decided { step, verdict, reason, instead_of } => {
            let verb = match verdict {
                Some(Verdict::Approved) => " approved it in ",
                Some(Verdict::Refused) => " refused it in ",
                None => " took back their decision in ",
            };
            let why =
                (!reason.is_empty()).then(|| view! { " " <q class="event-reason">{reason.clone()}</q> });
            let whose = (!instead_of.is_empty()).then(|| {
                view! { " for " <strong>{instead_of.clone()}</strong> }
            });
            view! { {verb} <strong>{step.clone()}</strong> {whose} {why} }.into_any()
        }
        Act::Delegated { step, to, .. } if to.is_empty() => {
            view! { " decides in " <strong>{step.clone()}</strong> " themselves again" }.into_any()
        }
        Act::Delegated { step, to, instead_of } => {
            let whose = match instead_of.is_empty() {
                true => "their decision".to_owned(),
                false => format!("{instead_of}\u{2019}s decision"),
            };
            view! { " handed " {whose} " in " <strong>{step.clone()}</strong> " on to " <strong>{to.clone()}</strong> }
                .into_any()
        }
        Act::Reminded { step } => {
            view! { " reminded those who decide in " <strong>{step.clone()}</strong> }.into_any()
        }
        Act::Stuck { step, why } => view! {
            ": it does not go on from " <strong>{step.clone()}</strong> " by itself "
            <q class="event-reason">{why.clone()}</q>
        }
        .into_any(),
        Act::Paused { step, reason } => view! {
            " let the clock of " <strong>{step.clone()}</strong> " stand still: "
            <q class="event-reason">{reason.clone()}</q>
        }
        .into_any(),
        Act::Resumed { step } => {
            view! { " let the clock of " <strong>{step.clone()}</strong> " run again" }.into_any()
        }
        Act::Escalated { step, percent, what } => view! {
            {format!(": {percent} % of the time of ")} <strong>{step.clone()}</strong> " is used. " {what.clone()} "."
        }
        .into_any(),
        Act::Deleted { into } if !into.is_empty() => {
            view! { ": it is gone into " <strong>{into.clone()}</strong> }.into_any()
        }
        Act::Deleted { .. } => view! { " deleted it" }.into_any(),
        Act::Restored => view! { " brought it back" }.into_any(),
    };
    view! {
        <li class="event">
            <Avatar name=name.clone() category picture/>
            <p><strong>{name}</strong>{sentence}</p>
            <time datetime=machine>{time}</time>
        </li>
    }
}

fn comment_row(comment: Comment, viewer: &Viewer, acts: Acts) -> impl IntoView + use<> {
    let (name, category, picture) = person(comment.created_by, &comment.rule, viewer);
    let clears_up = || viewer.may(Permission::ItemDelete) || viewer.may(Permission::WorkflowPublish);
    let mine = comment.created_by == Some(viewer.member_id) || !comment.rule.is_empty() && clears_up();
    let on_delete = mine.then(|| Callback::new(move |()| acts.delete_comment(comment.id)));
    let moment = moment(comment.created_at, viewer);
    view! { <CommentRow name category picture moment text=comment.body on_delete/> }
}
