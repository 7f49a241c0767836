//! What is booked.

use kernel::JobTypeId;
use leptos::prelude::*;
use ui::{Choice, SelectField, TextField};

use super::{
    Scene,
    actions::{Deeds, change},
};
use crate::{automation::Action, sla::duration};

/// Which job type is booked, and for how long.
#[component]
pub(super) fn BookFields(
    scene: StoredValue<Scene>,
    deeds: Deeds,
    id: u32,
    job_type: JobTypeId,
    minutes: Option<i64>,
) -> impl IntoView {
    let known = scene.with_value(|scene| scene.automation.job_types.clone());
    let mut options: Vec<Choice> = scene.with_value(|scene| {
        let directory = &scene.viewer.directory;
        known.iter().map(|known| Choice::new(known.id.to_string(), known.full_name(directory))).collect()
    });
    if known.iter().all(|known| known.id != job_type) {
        options.push(Choice::new(job_type.to_string(), "A job type that is gone"));
    }
    let chosen = RwSignal::new(job_type.to_string());
    let known = StoredValue::new(known);
    let usual = Signal::derive(move || {
        let chosen = chosen.get();
        known.with_value(|known| {
            let it = known.iter().find(|known| known.id.to_string() == chosen)?;
            Some(format!("Empty for the usual {}.", duration(it.minutes.saturating_mul(60))))
        })
    });
    view! {
        <SelectField
            name=format!("rule-{id}-job-type")
            label="Job type"
            options
            bind=chosen
            on_change=Callback::new(move |text: String| {
                let Ok(chosen) = text.parse() else { return };
                change(deeds, id, |action| {
                    if let Action::Book { job_type, .. } = action {
                        *job_type = chosen;
                    }
                });
            })
        />
        <TextField
            name=format!("rule-{id}-minutes")
            label="Minutes"
            kind="number"
            inputmode="numeric"
            value=minutes.map(|minutes| minutes.to_string()).unwrap_or_default()
            hint=usual
            on_input=Callback::new(move |text: String| {
                // What is no length is refused when it is saved.
                let typed = (!text.trim().is_empty()).then(|| text.trim().parse().unwrap_or_default());
                change(deeds, id, |action| {
                    if let Action::Book { minutes, .. } = action {
                        *minutes = typed;
                    }
                });
            })
        />
    }
}
