//! The hours that a team and its members can be booked for.

use kernel::{TeamId, WorkingDays};
use leptos::prelude::*;
use ui::{Button, ButtonKind, Checkbox, TextField, error_of, field_error};

use super::Acts;
use crate::team::{
    model::{TeamCard, TeamMember},
    rules,
};

/// What stands in the line of a team: `22.5 h a day, 112.5 h a week`.
pub(super) fn summary(team: &TeamCard, days: WorkingDays) -> String {
    if !team.bookable {
        return "Not bookable".to_owned();
    }
    let day = rules::hours(rules::per_day(team));
    let week = rules::hours(rules::per_week(team, days));
    format!("{day} h a day, {week} h a week")
}

/// Whether the team can be booked, and for how long each of its members.
#[component]
pub(super) fn CapacityForm(team: TeamCard, acts: Acts) -> impl IntoView {
    let id = team.id;
    let error = error_of(acts.capacity.value());
    // One action serves all teams; the error belongs to the form that was sent last.
    let own_error = Signal::derive(move || error.get().filter(|_| acts.hours_sent.get() == Some(id)));
    view! {
        <div class="team-capacity" on:submit=move |_| acts.hours_sent.set(Some(id))>
        <ActionForm action=acts.capacity attr:class="form">
            <input type="hidden" name="id" value=id.to_string()/>
            <input type="hidden" name="version" value=team.version.to_string()/>
            <Checkbox
                name="bookable"
                checked=team.bookable
                hint="Work can be planned for its members, up to these hours."
            >
                "Can be booked"
            </Checkbox>
            <div class="hours-line">
                <TextField
                    name="hours"
                    id=format!("field-hours-{id}")
                    label="Hours a day per member"
                    inputmode="decimal"
                    maxlength=5
                    autocomplete="off"
                    suffix="h"
                    required=true
                    value=rules::hours(team.minutes_per_day)
                    error=field_error(own_error, "hours")
                />
                <Button kind=ButtonKind::Submit pending=acts.capacity.pending()>
                    "Save hours"
                </Button>
            </div>
        </ActionForm>
        </div>
    }
}

/// The hours of one member, where they differ from the team's.
#[component]
pub(super) fn MemberHours(
    team: TeamId,
    /// The team's minutes a day.
    default: i64,
    member: TeamMember,
    acts: Acts,
    manages: bool,
) -> impl IntoView {
    if !member.active {
        return view! { <span class="text-meta">"Not here now"</span> }.into_any();
    }
    let usual = rules::hours(default);
    if !manages {
        let hours = rules::hours(member.minutes.unwrap_or(default));
        return view! { <span class="text-meta tabular">{format!("{hours} h")}</span> }.into_any();
    }
    let value = member.minutes.map(rules::hours);
    let label = format!("Hours a day of {}; empty is {usual}", member.name);
    view! {
        <ActionForm action=acts.member_capacity attr:class="member-hours">
            <input type="hidden" name="id" value=team.to_string()/>
            <input type="hidden" name="member" value=member.id.to_string()/>
            <label class="input">
                <span class="visually-hidden">{label}</span>
                <input
                    name="hours"
                    type="text"
                    inputmode="decimal"
                    maxlength="5"
                    autocomplete="off"
                    value=value
                    placeholder=usual
                />
                <span class="input-affix">"h"</span>
            </label>
            <button type="submit" class="icon-button is-small" aria-label="Save the hours" data-tooltip="Save the hours">
                <ui::Icon name="check" size=ui::IconSize::Small/>
            </button>
        </ActionForm>
    }
    .into_any()
}
