//! Deciding of an item on its page: who decides, what they said, and one's own word. Plain forms, so that they work
//! before scripts do.

use kernel::{MemberId, Permission, TransitionId, Viewer};
use leptos::prelude::*;
use ui::{
    Avatar, Button, ButtonKind, ButtonSize, ButtonVariant, Choice, FormError, Icon, IconSize, SelectField,
    TextArea, error_of, field_error, when::moment,
};

use super::acts::Acts;
use crate::{
    api,
    approval::{Decision, REASON_MAX, Verdict},
    model::{Item, ItemApproval, Step, Transition, Workflow},
};

/// What is decided of the item where it is.
#[component]
pub(super) fn ApprovalPanel(
    workflow: Workflow,
    item: Item,
    approval: ItemApproval,
    /// The ways that are closed to the item by their conditions, and why.
    closed: Vec<(TransitionId, String)>,
    viewer: Viewer,
    acts: Acts,
) -> impl IntoView {
    let (approve, onwards) = match onwards(&workflow, &item, &closed) {
        Ok((way, step)) => (way, format!("Approved, it goes to {step}.")),
        Err(why) => ("Approve".to_owned(), format!("No way on is open to it. {why}")),
    };
    let rows =
        people(&approval).into_iter().map(|(id, word)| row(id, word, &approval, &viewer)).collect_view();
    let count = (1 < approval.standing.needed)
        .then(|| format!("{} of {}", approval.standing.approved, approval.standing.needed));
    let note = note(&approval, &viewer);
    let form = approval.mine.then(|| {
        let for_whom = approval.for_whom.and_then(|id| viewer.directory.person(id)).map(|it| it.name.clone());
        let away = approval.for_whom.is_some_and(|id| !approval.handed.contains(&id));
        view! { <AnswerForm workflow=workflow.clone() item=item.clone() approve for_whom away acts/> }
    });
    let handing = approval
        .whose
        .map(|_| view! { <HandOn item=item.clone() approval=approval.clone() viewer=viewer.clone() acts/> });
    let mine_is_handed = approval.handed.contains(&viewer.member_id);
    let item_id = item.card.id;
    let mine_is_open = approval.standing.outcome.is_none()
        && approval.decisions.iter().any(|one| one.given_by == viewer.member_id);
    let version = item.card.version;
    let standing = &approval.standing;
    let waits_for_others =
        standing.short && !approval.mine || standing.waiting.iter().any(|id| *id != viewer.member_id);
    let may = viewer.may(Permission::ItemMove);
    let recallable = approval.recallable;
    view! {
        <section class="approval" id="approval" aria-label="Approval">
            <div class="section-head">
                <h2>"Approval"</h2>
                {count.map(|count| view! { <span class="count">{count}</span> })}
            </div>
            <p class="quiet">{approval.rule.sentence()} " " {onwards}</p>
            <ul class="approvers">{rows}</ul>
            {note.map(|note| view! { <p class="approval-note">{note}</p> })}
            {form}
            {handing}
            <div class="approval-acts">
                {mine_is_handed
                    .then(|| {
                        act("undo-2", "Decide it myself", acts.take_back.pending(), move || {
                            acts.take_back.dispatch(api::TakeDecisionBack { item_id });
                        })
                    })}
                {recallable
                    .then(|| {
                        act("undo-2", "Take it back", acts.recall.pending(), move || {
                            acts.recall.dispatch(api::UndoMove { item_id, version });
                        })
                    })}
                {mine_is_open
                    .then(|| {
                        act("undo-2", "Take my decision back", acts.withdraw.pending(), move || {
                            acts.withdraw.dispatch(api::WithdrawDecision { item_id });
                        })
                    })}
                {(may && waits_for_others)
                    .then(|| {
                        act("bell-ring", "Remind them", acts.remind.pending(), move || {
                            acts.remind.dispatch(api::RemindApprovers { item_id });
                        })
                    })}
            </div>
        </section>
    }
}

fn act(
    icon: &'static str,
    label: &'static str,
    pending: Memo<bool>,
    run: impl Fn() + Send + Sync + 'static,
) -> impl IntoView {
    view! {
        <Button size=ButtonSize::Small icon pending on_click=move |_| run()>
            {label}
        </Button>
    }
}

/// The way that an item takes once it is approved and the step where that leads, or why there is none.
fn onwards(
    workflow: &Workflow,
    item: &Item,
    closed: &[(TransitionId, String)],
) -> Result<(String, String), String> {
    let why = |id: TransitionId| closed.iter().find(|(way, _)| *way == id).map(|(_, why)| why.as_str());
    let mut ways = workflow.ways_on(item.card.step_id);
    let open = ways.find(|way| why(way.id).is_none());
    let leads = open.and_then(|way| Some((way.name.clone(), workflow.step(way.to_step_id)?.name.clone())));
    leads.ok_or_else(|| {
        let ways = workflow.ways_on(item.card.step_id);
        ways.filter_map(|way| why(way.id)).collect::<Vec<_>>().join(" ")
    })
}

/// Everybody who decides or has decided, with their word.
fn people(approval: &ItemApproval) -> Vec<(MemberId, Option<Decision>)> {
    let word = |id: MemberId| approval.decisions.iter().find(|one| one.member_id == id).cloned();
    let mut all: Vec<(MemberId, Option<Decision>)> =
        approval.approvers.iter().map(|id| (*id, word(*id))).collect();
    for decision in &approval.decisions {
        if all.iter().all(|(id, _)| *id != decision.member_id) {
            all.push((decision.member_id, Some(decision.clone())));
        }
    }
    all.extend(approval.barred.iter().map(|id| (*id, None)));
    all
}

fn row(
    id: MemberId,
    word: Option<Decision>,
    approval: &ItemApproval,
    viewer: &Viewer,
) -> impl IntoView + use<> {
    let person = viewer.directory.person(id);
    let name = person.map_or_else(|| "Somebody".to_owned(), |person| person.name.clone());
    let (category, picture) = person.map_or((1, None), |person| (person.category, person.picture()));
    let state = match &word {
        Some(word) => {
            let (time, machine) = moment(word.decided_at, viewer);
            let (icon, class, verb) = match word.verdict {
                Verdict::Approved => ("circle-check", "is-approved", "approved"),
                Verdict::Refused => ("circle-x", "is-refused", "refused"),
            };
            view! {
                <span class=format!("approver-state {class}")>
                    <Icon name=icon size=IconSize::Small/>
                    {verb}
                    " "
                    <time datetime=machine>{time}</time>
                </span>
            }
            .into_any()
        }
        None if approval.barred.contains(&id) => {
            view! { <span class="approver-state">"brought it here"</span> }.into_any()
        }
        None if approval.standing.waiting.contains(&id) => view! {
            <span class="approver-state is-asked">
                <Icon name="clock" size=IconSize::Small/>
                "is asked"
            </span>
        }
        .into_any(),
        None => view! { <span class="approver-state">"comes later"</span> }.into_any(),
    };
    // Who gave it in their place, or will.
    let deputy = match &word {
        Some(word) => Some(word.given_by).filter(|by| *by != id),
        None => approval.stand_ins.iter().find(|(of, _)| *of == id).map(|(_, deputy)| *deputy),
    };
    let deputy = deputy.and_then(|id| viewer.directory.person(id)).map(|person| {
        let verb = match word {
            Some(_) => "stood in",
            None if approval.handed.contains(&id) => "decides instead",
            None => "stands in",
        };
        view! { <p class="approver-reason">{format!("{} {verb}", person.name)}</p> }
    });
    let reason = word.map(|word| word.reason).filter(|reason| !reason.is_empty());
    view! {
        <li class="approver">
            <Avatar name=name.clone() category picture/>
            <span class="truncate">{name}</span>
            {state}
            {deputy}
            {reason.map(|reason| view! { <p class="approver-reason">{reason}</p> })}
        </li>
    }
}

/// What somebody who wonders should know.
fn note(approval: &ItemApproval, viewer: &Viewer) -> Option<&'static str> {
    match approval.standing.outcome {
        Some(Verdict::Approved) => return Some("It is approved: whoever may move items can move it on."),
        Some(Verdict::Refused) => return Some("It is refused: whoever may move items can send it back."),
        None => {}
    }
    if approval.standing.short {
        let mine = "Too few people can decide here. You may, since you may publish workflows.";
        let theirs = "Too few people can decide here: whoever may publish workflows helps out.";
        return Some(if approval.mine { mine } else { theirs });
    }
    if approval.kept_out.contains(&viewer.member_id) {
        return Some("Two pairs of eyes are asked for: others decide of what you added or brought here.");
    }
    None
}

/// One's own word: a reason, and a button for what is approved and for each way of what is refused.
#[component]
fn AnswerForm(
    workflow: Workflow,
    item: Item,
    /// What approving it is called.
    approve: String,
    /// The name of whom one stands in for.
    for_whom: Option<String>,
    /// Whether they are away; else they handed it on.
    away: bool,
    acts: Acts,
) -> impl IntoView {
    let action = acts.deciding;
    let error = error_of(action.value());
    let card = item.card;
    let ways: Vec<(Transition, Step)> = workflow
        .ways_out(card.step_id)
        .filter_map(|way| Some((way.clone(), workflow.step(way.to_step_id)?.clone())))
        .collect();
    let refuse = ways
        .iter()
        .filter(|(way, _)| way.is_for_refused())
        .map(|(way, step)| {
            let label = way.name.clone();
            let title = format!("{label}: to {}", step.name);
            view! {
                <Button
                    kind=ButtonKind::Submit
                    pending=action.pending()
                    attr:name="answer"
                    attr:value=step.id.to_string()
                    attr:title=title
                >
                    {label}
                </Button>
            }
        })
        .collect_view();
    view! {
        <ActionForm action=action attr:class="approval-form">
            <input type="hidden" name="item_id" value=card.id.to_string()/>
            <input type="hidden" name="version" value=card.version.to_string()/>
            <input type="hidden" name="key" prop:value=acts.act_key/>
            <FormError error/>
            {for_whom
                .map(|name| {
                    let why = if away { "is away" } else { "handed it to you" };
                    view! { <p class="approval-note">{format!("You decide for {name}, who {why}.")}</p> }
                })}
            <TextArea
                name="reason"
                // A field of the form may be called so.
                id="approval-reason"
                label="Reason"
                hint="Needed to refuse it: whoever works on it next reads it."
                bind=acts.reason
                rows=2
                maxlength=i64::try_from(REASON_MAX).unwrap_or(2_000)
                error=field_error(error, "reason")
            />
            <div class="approval-buttons">
                <Button
                    kind=ButtonKind::Submit
                    variant=ButtonVariant::Primary
                    icon="check"
                    pending=action.pending()
                    attr:name="answer"
                    attr:value=api::APPROVED
                >
                    {approve}
                </Button>
                {refuse}
            </div>
        </ActionForm>
    }
}

/// Hands the decision on to somebody else.
#[component]
fn HandOn(item: Item, approval: ItemApproval, viewer: Viewer, acts: Acts) -> impl IntoView {
    let action = acts.delegate;
    let error = error_of(action.value());
    let can = |person: &&kernel::Person| {
        person.active && person.id != viewer.member_id && !approval.kept_out.contains(&person.id)
    };
    let people = viewer.directory.people.iter().filter(can);
    let people: Vec<Choice> =
        people.map(|person| Choice::new(person.id.to_string(), person.name.clone())).collect();
    view! {
        <details class="approval-handing" open=move || error.get().is_some()>
            <summary>"Let somebody else decide"</summary>
            <ActionForm action=action attr:class="approval-form">
                <input type="hidden" name="item_id" value=item.card.id.to_string()/>
                <input type="hidden" name="version" value=item.card.version.to_string()/>
                <FormError error/>
                <SelectField
                    name="deputy_id"
                    id="approval-deputy"
                    label="Who decides"
                    hint="They are told at once. The history names both of you."
                    options=people
                    placeholder="Choose a person"
                    required=true
                    error=field_error(error, "deputy_id")
                />
                <div class="approval-buttons">
                    <Button kind=ButtonKind::Submit pending=action.pending()>"Hand it on"</Button>
                </div>
            </ActionForm>
        </details>
    }
}
