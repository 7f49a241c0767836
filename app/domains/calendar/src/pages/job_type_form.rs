//! The fields of a job type.

use kernel::{Error, Viewer};
use leptos::prelude::*;
use ui::{Choice, FormError, SelectField, TextField, field_error};

use super::job_types::may_plan;
use crate::{
    model::JobType,
    rules::{MINUTES_MIN, TITLE_MAX},
};

/// Name, team and usual length.
#[component]
pub(super) fn JobTypeForm(
    /// The job type that is changed; none for a new one.
    #[prop(optional_no_strip)]
    old: Option<JobType>,
    /// Who looks.
    viewer: StoredValue<Viewer>,
    /// What is wrong.
    error: Signal<Option<Error>>,
) -> impl IntoView {
    let teams: Vec<Choice> = viewer.with_value(|viewer| {
        let teams = viewer.directory.teams.iter().filter(|team| may_plan(viewer, team.id));
        teams.map(|team| Choice::new(team.id.to_string(), team.name.clone())).collect()
    });
    let id = |name: &str| match &old {
        Some(old) => format!("{name}-{}", old.id),
        None => format!("new-{name}"),
    };
    let (name_id, team_id, minutes_id) = (id("name"), id("team"), id("minutes"));
    let (name, team, minutes) = match &old {
        Some(old) => (old.name.clone(), old.team_id.to_string(), old.minutes.to_string()),
        None => (String::new(), String::new(), "60".to_owned()),
    };
    view! {
        <FormError error/>
        <TextField
            name="name"
            id=name_id
            label="Name"
            value=name
            required=true
            maxlength=i64::try_from(TITLE_MAX).unwrap_or_default()
            autocomplete="off"
            error=field_error(error, "name")
        />
        <div class="agenda-pair">
            <SelectField name="team" id=team_id label="Team" options=teams value=team error=field_error(error, "team")/>
            <TextField
                name="minutes"
                id=minutes_id
                label="Minutes"
                kind="number"
                min=MINUTES_MIN.to_string()
                inputmode="numeric"
                value=minutes
                required=true
                error=field_error(error, "minutes")
            />
        </div>
    }
}
