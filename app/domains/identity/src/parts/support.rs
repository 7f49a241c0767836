//! Leave for support to act as a member: giving it, seeing it, taking it back; and the bar that says that it is used.

use kernel::{MemberId, Viewer};
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{
    Button, ButtonKind, ButtonSize, Choice, FormError, Icon, IconSize, LoadAs, Outcome, SelectField,
    TextField, Toast, Wait, error_of, field_error,
};

use super::moment;
use crate::support::{
    api::{AllowSupport, StopActing, WithdrawSupport, support_leaves},
    model::{HOURS, Leave, Leaves, hours_in_words},
};

/// What can be done here. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    allow: ServerAction<AllowSupport>,
    withdraw: ServerAction<WithdrawSupport>,
}

/// The leaves about a member, by default about the viewer, and a form that gives one.
#[component]
pub(crate) fn SupportSection(
    /// The member, if it is not the viewer.
    #[prop(optional)]
    member: Option<MemberId>,
) -> impl IntoView {
    let acts = Acts { allow: ServerAction::new(), withdraw: ServerAction::new() };
    let (given, outcome) = (Outcome::begin(), Outcome::begin());
    // The form shows its own errors.
    given.follow(acts.allow, |_| Some(Toast::new("Support may come in, and has been told")));
    outcome.follow_row(acts.withdraw, |()| Some(Toast::new("Support is out")));
    let (more, fewer) = (given.changes(), outcome.changes());
    let leaves = kernel::page_data(move || (more.get(), fewer.get()), move |_| support_leaves(member));
    view! {
        <section class="settings-section" aria-labelledby="support-heading">
            <h2 id="support-heading">"Support access"</h2>
            <FormError error=outcome.error()/>
            <LoadAs resource=leaves rows=3 let:((viewer, leaves))>
                {content(&viewer, leaves, acts)}
            </LoadAs>
        </section>
    }
}

fn content(viewer: &Viewer, leaves: Leaves, acts: Acts) -> impl IntoView + use<> {
    let Leaves { member_id, name, terms, leaves } = leaves;
    let whom = if member_id == viewer.member_id { "you".to_owned() } else { name };
    let rows = leaves.into_iter().map(|leave| row(viewer, leave, acts)).collect_view();
    let hours: Vec<Choice> =
        HOURS.into_iter().map(|hours| Choice::new(hours.to_string(), hours_in_words(hours))).collect();
    let error = error_of(acts.allow.value());
    view! {
        <p>{format!("When something is stuck, let somebody of Mediap support act as {whom} for a while.")}</p>
        <ul>{rows}</ul>
        <details class="way">
            <summary>
                <Icon name="life-buoy" size=IconSize::Small/>
                <span>"Give support access"</span>
                <Icon name="chevron-down" size=IconSize::Small/>
            </summary>
            <div class="way-body">
                <ActionForm action=acts.allow attr:class="form">
                    <input type="hidden" name="member" value=member_id.to_string()/>
                    <TextField
                        name="reason"
                        label="What should they look at?"
                        placeholder="The board shows no cards since this morning"
                        maxlength=500
                        autocomplete="off"
                        required=true
                        error=field_error(error, "reason")
                    />
                    <SelectField name="hours" label="For how long" options=hours error=field_error(error, "hours")/>
                    <p class="text-meta">{terms}</p>
                    <FormError error/>
                    <div class="form-actions">
                        <Button kind=ButtonKind::Submit pending=acts.allow.pending()>
                            "I agree, let support in"
                        </Button>
                    </div>
                </ActionForm>
            </div>
        </details>
    }
}

fn row(viewer: &Viewer, leave: Leave, acts: Acts) -> impl IntoView + use<> {
    let until = moment(viewer, leave.ends_at);
    let giver = match viewer.directory.person(leave.allowed_by) {
        _ if leave.allowed_by == viewer.member_id => "you".to_owned(),
        Some(person) => person.name.clone(),
        None => "somebody who is no member any more".to_owned(),
    };
    view! {
        <li class="settings-row">
            <div>
                <strong>{format!("Open until {until}")}</strong>
                <small>{format!("{} · allowed by {giver}", leave.reason)}</small>
                <small class="support-link">{leave.link}</small>
            </div>
            <ActionForm action=acts.withdraw>
                <input type="hidden" name="id" value=leave.id.to_string()/>
                <Button kind=ButtonKind::Submit size=ButtonSize::Small>"Withdraw"</Button>
            </ActionForm>
        </li>
    }
}

/// Says on every page that somebody of support acts as the viewer, until when, and ends it.
#[component]
pub fn ActingBar() -> impl IntoView {
    let viewer = kernel::use_viewer();
    let content = move || async move {
        let Some(text) = viewer.await.ok().and_then(|viewer| viewer.acting) else { return ().into_any() };
        view! {
            // A plain form: who the pages are shown to changes, so everything is loaded anew.
            <form class="acting-bar" method="post" action=StopActing::url() role="status">
                <Icon name="life-buoy" size=IconSize::Small/>
                <span>{text}</span>
                <button type="submit" class="button is-secondary is-small">"Stop"</button>
            </form>
        }
        .into_any()
    };
    view! { <Wait content/> }
}
