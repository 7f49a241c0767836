//! The time limit of the step where an item is: how much is left, why it is due when it is, and waiting for somebody else.

use chrono::NaiveDateTime;
use kernel::{Permission, Viewer};
use leptos::prelude::*;
use ui::{
    Banner, Button, ButtonKind, ButtonSize, Dialog, FormError, Skeleton, TextArea, Tone, error_of,
    field_error,
    when::{bare_date, local_moment, moment},
    words::Language,
};

use super::acts::Acts;
use crate::{
    api,
    model::Item,
    sla::{Counts, Escalation, ExplainedRung, Explanation, ItemClock, REASON_MAX, duration},
};

/// How the clock of the item stands.
#[component]
pub(super) fn ClockPanel(
    key: String,
    item: Item,
    clock: ItemClock,
    viewer: Viewer,
    acts: Acts,
) -> impl IntoView {
    let is_over = clock.left_secs < 0;
    let left = if is_over {
        format!("{} over", duration(clock.left_secs))
    } else {
        format!("{} left", duration(clock.left_secs))
    };
    let class = match (is_over, clock.left_secs * 4 < i64::from(clock.minutes) * 60) {
        (true, _) => "due is-late",
        (false, true) => "due is-today",
        _ => "due",
    };
    let of = format!("of {}", limit(clock.minutes, clock.counts));
    let stands = match (&clock.paused, clock.due) {
        (Some((since, reason)), _) => {
            let (since, _) = moment(*since, &viewer);
            format!("The clock has stood still since {}: {reason}", in_sentence(since, &viewer))
        }
        (None, Some(due)) if is_over => format!("It was due {}.", local_within(due, &viewer)),
        (None, Some(due)) => format!("Due {}.", local_within(due, &viewer)),
        (None, None) if is_over => "It is late.".to_owned(),
        (None, None) => "By the working hours it is not due within twenty years.".to_owned(),
    };
    let (item_id, version) = (item.card.id, item.card.version);
    let may = viewer.may(Permission::ItemEdit);
    let is_paused = clock.paused.is_some();
    let viewer = StoredValue::new(viewer);
    let explain = move |_| {
        acts.explanation.set(None);
        acts.explaining.set(true);
        let key = key.clone();
        leptos::task::spawn_local(async move {
            let answer = api::explain_clock(key).await;
            acts.explanation.try_set(Some(answer));
        });
    };
    view! {
        <section class="approval" id="clock" aria-label="Time limit">
            <div class="section-head">
                <h2>"Time limit"</h2>
                <span class=class>{left}</span>
            </div>
            <p class="quiet">{of} ". " {stands}</p>
            <div class="approval-acts">
                {(may && is_paused)
                    .then(|| {
                        view! {
                            <Button
                                size=ButtonSize::Small
                                icon="circle-play"
                                pending=acts.resuming.pending()
                                on_click=move |_| {
                                    acts.resuming.dispatch(api::ResumeClock { item_id, version });
                                }
                            >
                                "Let the clock run"
                            </Button>
                        }
                    })}
                <Button size=ButtonSize::Small icon="circle-help" on_click=explain>
                    "Explain this due date"
                </Button>
            </div>
            {(may && !is_paused).then(|| view! { <PauseForm item acts/> })}
            <Dialog id="clock-why" open=acts.explaining title="Explain this due date" wide=true>
                {move || {
                    acts.explanation
                        .with(|answer| match answer {
                            None => view! { <Skeleton rows=6/> }.into_any(),
                            Some(Err(error)) => {
                                let error = error.to_string();
                                view! { <Banner tone=Tone::Danger>{error}</Banner> }.into_any()
                            },
                            Some(Ok(explanation)) => {
                                viewer.with_value(|viewer| explained(explanation, viewer)).into_any()
                            }
                        })
                }}
            </Dialog>
        </section>
    }
}

/// Says what is waited for, which lets the clock stand still.
#[component]
fn PauseForm(item: Item, acts: Acts) -> impl IntoView {
    let action = acts.pausing;
    let error = error_of(action.value());
    view! {
        <details class="why" open=move || error.get().is_some()>
            <summary>"Wait for somebody else"</summary>
            <ActionForm action=action attr:class="approval-form">
                <input type="hidden" name="item_id" value=item.card.id.to_string()/>
                <input type="hidden" name="version" value=item.card.version.to_string()/>
                <FormError error/>
                <TextArea
                    name="reason"
                    // A field of the form may be called so.
                    id="clock-reason"
                    label="What is waited for"
                    hint="The clock stands still until you let it run again."
                    bind=acts.waiting_for
                    rows=2
                    maxlength=i64::try_from(REASON_MAX).unwrap_or(500)
                    error=field_error(error, "reason")
                />
                <div class="approval-buttons">
                    <Button kind=ButtonKind::Submit icon="circle-pause" pending=action.pending()>
                        "Let the clock stand still"
                    </Button>
                </div>
            </ActionForm>
        </details>
    }
}

/// A moment in the middle of a sentence: `today 14:05`.
fn in_sentence(moment: String, viewer: &Viewer) -> String {
    let today = Language::from_tag(&viewer.settings.language).words().today;
    match moment.strip_prefix(today) {
        Some(time) => format!("{}{time}", today.to_lowercase()),
        None => moment,
    }
}

fn local_within(at: NaiveDateTime, viewer: &Viewer) -> String {
    in_sentence(local_moment(at, viewer), viewer)
}

/// `8 h of working hours`.
fn limit(minutes: u32, counts: Counts) -> String {
    let limit = duration(i64::from(minutes) * 60);
    match counts {
        Counts::WorkingHours => format!("{limit} of working hours"),
        Counts::AllHours => format!("{limit} by day and night"),
    }
}

fn explained(why: &Explanation, viewer: &Viewer) -> impl IntoView + use<> {
    let language = Language::from_tag(&viewer.settings.language);
    let Explanation { clock, .. } = why;
    let whose = match why.hours_of.as_str() {
        "" => String::new(),
        name => format!(" of {name}"),
    };
    let begins = format!(
        "{}{whose}, counted by the clocks of {} since {}.",
        limit(clock.minutes, clock.counts),
        why.time_zone,
        local_within(why.since, viewer),
    );
    let stands = format!(
        "{} is used, {}.",
        duration(why.used_secs),
        match clock.left_secs {
            left if left < 0 => format!("{} more than there is", duration(left)),
            left => format!("{} is left", duration(left)),
        }
    );
    let some = |seconds: i64| if seconds == 0 { "\u{2013}".to_owned() } else { duration(seconds) };
    let all_hours = clock.counts == Counts::AllHours;
    let days = why.days.iter().map(|day| {
        let hours = match &day.holiday {
            Some(name) if name.is_empty() => "Holiday".to_owned(),
            Some(name) => name.clone(),
            None if all_hours => "all day".to_owned(),
            None if day.hours.is_empty() => "closed".to_owned(),
            None => day.hours.clone(),
        };
        view! {
            <tr>
                <th scope="row">{bare_date(day.on, viewer.today.date(), language)}</th>
                <td>{hours}</td>
                <td class="tabular">{some(day.used_secs)}</td>
                <td class="tabular">{some(day.left_secs)}</td>
            </tr>
        }
    });
    let days = days.collect_view();
    let earlier = why.earlier.map(|earlier| {
        let count = match earlier.count {
            1 => "1 day before".to_owned(),
            count => format!("{count} days before"),
        };
        view! {
            <tr>
                <th scope="row">{count}</th>
                <td></td>
                <td class="tabular">{some(earlier.used_secs)}</td>
                <td class="tabular">{some(earlier.left_secs)}</td>
            </tr>
        }
    });
    let settled = why.settled.filter(|(_, used)| *used != 0).map(|(at, used)| {
        view! {
            <tr>
                <th scope="row">{format!("Until {}", local_within(at, viewer))}</th>
                <td>"before it was given on"</td>
                <td class="tabular">{duration(used)}</td>
                <td class="tabular">"\u{2013}"</td>
            </tr>
        }
    });
    let pauses = why.pauses.iter().map(|pause| {
        let from = local_moment(pause.from, viewer);
        let span = match pause.until {
            Some(until) => format!("{from} \u{2013} {}", local_moment(until, viewer)),
            None => format!("since {}", in_sentence(from, viewer)),
        };
        view! { <li>{format!("Stood still {span}: {}", pause.reason)}</li> }
    });
    let pauses = pauses.collect_view();
    let rungs = why.rungs.iter().map(|rung| view! { <li>{rung_line(rung, viewer)}</li> }).collect_view();
    view! {
        <div class="form">
            <p>{begins} " " {stands}</p>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Day"</th>
                        <th scope="col">"Hours"</th>
                        <th scope="col">"Used"</th>
                        <th scope="col">"To come"</th>
                    </tr>
                </thead>
                <tbody>{settled} {earlier} {days}</tbody>
            </table>
            <ul class="quiet">{pauses}</ul>
            <h3>"What happens when it takes long"</h3>
            <ul class="quiet">{rungs}</ul>
        </div>
    }
}

fn rung_line(rung: &ExplainedRung, viewer: &Viewer) -> String {
    let name = |id| viewer.directory.person(id).map_or("somebody who is gone", |person| person.name.as_str());
    let does = match rung.rung.does {
        Escalation::Remind => "who works on it is reminded".to_owned(),
        Escalation::TellTeam => "the team is told".to_owned(),
        Escalation::TellManagers => "those who may publish workflows are told".to_owned(),
        Escalation::Tell(id) => format!("{} is told", name(id)),
        Escalation::GiveTo(id) => format!("it is given to {}", name(id)),
        Escalation::TakeAway => "it is taken from who works on it".to_owned(),
    };
    let percent = rung.rung.percent;
    match (rung.fired, rung.at) {
        (Some(at), _) => format!("{percent} %: {does} (done {})", local_moment(at, viewer)),
        (None, Some(at)) => format!("{percent} %: {does} ({})", local_moment(at, viewer)),
        (None, None) => format!("{percent} %: {does}"),
    }
}
