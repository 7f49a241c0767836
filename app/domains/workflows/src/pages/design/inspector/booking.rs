//! What has to be booked before items go on from a step.

use kernel::StepId;
use leptos::prelude::*;
use ui::{Choice, SelectField, TextField};

use super::super::stage::Stage;
use crate::{
    booking::{BookingNeed, JobType, is_length, wrong_length},
    parts::desk::Intention,
    sla::duration,
};

/// The booking that a step asks for.
#[component]
pub fn BookingFields(stage: Stage, id: StepId) -> impl IntoView {
    let desk = stage.desk;
    let need = Memo::new(move |_| desk.definition.with(|it| it.step(id).and_then(|step| step.booking)));
    let job_type = desk.text(move |it| {
        let need = it.step(id).and_then(|step| step.booking);
        need.map(|need| need.job_type.to_string()).unwrap_or_default()
    });
    let options = Signal::derive(move || {
        let mut options = vec![Choice::new("", "None")];
        let is_known = stage.job_types.with_value(|known| {
            stage.viewer.with_value(|viewer| {
                let choice = |it: &JobType| Choice::new(it.id.to_string(), it.full_name(&viewer.directory));
                options.extend(known.iter().map(choice));
            });
            need.get().is_none_or(|need| known.iter().any(|known| known.id == need.job_type))
        });
        if let Some(need) = need.get().filter(|_| !is_known) {
            options.push(Choice::new(need.job_type.to_string(), "A job type that is gone"));
        }
        options
    });
    let choose = Callback::new(move |text: String| {
        let chosen = text.parse().ok();
        desk.change_step(Intention::Once, id, |step| {
            // Another kind of work takes as long as that usually does.
            step.booking = chosen.map(|job_type| BookingNeed { job_type, minutes: None });
        });
    });
    let hint = (stage.job_types.with_value(Vec::is_empty)).then(|| "There is no job type yet.".to_owned());
    let is_asked = Memo::new(move |_| need.get().is_some());
    view! {
        <section class="inspector-part" aria-label="Booking">
            <h3>"Booking"</h3>
            <SelectField
                name=format!("step-{id}-booking")
                label="Needs a booking of"
                options
                bind=job_type
                hint=Signal::stored(hint)
                on_change=choose
            />
            <Show when=move || is_asked.get()>
                <Length stage id/>
                <p class="text-meta">"An item goes on from here once it has a time in the calendar."</p>
            </Show>
        </section>
    }
}

/// For how long; empty for as long as it usually takes.
#[component]
fn Length(stage: Stage, id: StepId) -> impl IntoView {
    let desk = stage.desk;
    let part = move |read: fn(i64) -> i64| {
        desk.text(move |it| {
            let minutes = it.step(id).and_then(|step| step.booking?.minutes);
            minutes.map(|minutes| read(minutes).to_string()).unwrap_or_default()
        })
    };
    let (hours, minutes) = (part(|minutes| minutes / 60), part(|minutes| minutes % 60));
    let usual = Signal::derive(move || {
        let need = desk.definition.with(|it| it.step(id).and_then(|step| step.booking))?;
        stage.job_types.with_value(|known| {
            let it = known.iter().find(|known| known.id == need.job_type)?;
            Some(format!("Empty for the usual {}.", duration(it.minutes.saturating_mul(60))))
        })
    });
    let said = move || {
        let read = |text: RwSignal<String>| text.with(|text| text.trim().to_owned());
        length(&read(hours), &read(minutes))
    };
    let error = Signal::derive(move || said().is_err().then(wrong_length));
    // What is being typed anew is no length yet.
    let set = move |what: &'static str| {
        let Ok(long) = untrack(said) else { return };
        desk.change_step(Intention::Step(what, id), id, |step| {
            if let Some(need) = &mut step.booking {
                need.minutes = long;
            }
        });
    };
    view! {
        <div class="inspector-pair is-one">
            <TextField
                name=format!("step-{id}-booking-hours")
                label="Hours"
                kind="number"
                inputmode="numeric"
                bind=hours
                hint=usual
                error
                on_input=Callback::new(move |text: String| {
                    hours.set(text);
                    set("booking-hours");
                })
            />
            <TextField
                name=format!("step-{id}-booking-minutes")
                label="Minutes"
                kind="number"
                inputmode="numeric"
                bind=minutes
                error
                on_input=Callback::new(move |text: String| {
                    minutes.set(text);
                    set("booking-minutes");
                })
            />
        </div>
    }
}

/// The length that is typed as hours and minutes, in minutes; none where both are empty.
fn length(hours: &str, minutes: &str) -> Result<Option<i64>, ()> {
    let read = |text: &str| if text.is_empty() { Ok(0) } else { text.parse::<i64>().map_err(drop) };
    if hours.is_empty() && minutes.is_empty() {
        return Ok(None);
    }
    let long = read(hours)?.saturating_mul(60).saturating_add(read(minutes)?);
    // Zero is what is left where the other part is emptied.
    let long = (long != 0).then_some(long);
    if is_length(long) { Ok(long) } else { Err(()) }
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn hours_and_minutes_are_one_length() {
        assert_eq!(length("", ""), Ok(None));
        assert_eq!(length("0", ""), Ok(None));
        assert_eq!(length("2", "30"), Ok(Some(150)));
        assert_eq!(length("", "90"), Ok(Some(90)));
        for (hours, minutes) in [("", "4"), ("-1", ""), ("336", "1"), ("a", "5")] {
            assert_eq!(length(hours, minutes), Err(()), "{hours} {minutes}");
        }
    }
}
