//! Background jobs: who works, what waits and runs, and what has failed, with the ways to go on.

use std::time::Duration;

use kernel::{Permission, Viewer};
use leptos::{leptos_dom::helpers::set_timeout_with_handle, prelude::*};
use leptos_router::hooks::use_query_map;
use ui::{
    Banner, Button, ButtonKind, ButtonSize, ButtonVariant, EmptyState, FormError, LoadAs, Outcome, PageTitle,
    Pill, Table, TableHead, Toast, Tone, when,
};

use crate::{
    job::{
        api::{DiscardJob, RestoreJob, RetryJob, list_jobs, restore_job},
        model::{FailedJob, JobKind, Jobs, Workers, kind_words},
    },
    parts::{SettingsPage, language, moment},
};

/// Most jobs have ended by then: what came of a retry is shown without asking for it.
const SOON: Duration = Duration::from_secs(2);

/// What can be done to a job that failed. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    retry: ServerAction<RetryJob>,
    discard: ServerAction<DiscardJob>,
}

/// See the module.
#[component]
pub(crate) fn JobsPage() -> impl IntoView {
    let query = use_query_map();
    let acts = Acts { retry: ServerAction::new(), discard: ServerAction::new() };
    let restore = ServerAction::<RestoreJob>::new();
    let (retried, outcome) = (Outcome::begin(), Outcome::begin());
    retried.follow_row(acts.retry, |()| Some(Toast::new("It runs again")));
    outcome.follow_row(acts.discard, move |id| {
        let id = *id;
        outcome.undoable("The job is discarded".to_owned(), move || restore_job(id), "The job is back");
        None
    });
    outcome.follow_row(restore, |()| Some(Toast::new("The job is back")));
    let (runs, changes) = (retried.changes(), outcome.changes());
    let page = kernel::page_data(move || (runs.get(), changes.get()), |_| list_jobs());
    Effect::watch(
        move || runs.get(),
        move |_, _, _| {
            if let Ok(timer) = set_timeout_with_handle(move || page.refetch(), SOON) {
                on_cleanup(move || timer.clear());
            }
        },
        false,
    );
    // Without WASM there is no toast; the page itself offers the way back.
    let discarded = move || {
        query.read().get("discarded").map(|id| {
            view! {
                <Banner actions=move || {
                    view! {
                        <ActionForm action=restore>
                            <input type="hidden" name="id" value=id/>
                            <Button kind=ButtonKind::Submit size=ButtonSize::Small>
                                "Undo"
                            </Button>
                        </ActionForm>
                    }
                }>"The job is discarded."</Banner>
            }
        })
    };
    let refresh = move || {
        view! {
            <Button icon="refresh-cw" on_click=move |_| page.refetch()>
                "Refresh"
            </Button>
        }
    };
    view! {
        <SettingsPage title="Background jobs" actions=refresh>
            <PageTitle
                title="Background jobs"
                text="Work that goes on after a click, such as mails. What fails is tried again for hours before it stops here."
            />
            {discarded}
            <FormError error=retried.error()/>
            <FormError error=outcome.error()/>
            <LoadAs resource=page rows=8 let:((viewer, jobs))>
                {content(&viewer, jobs, acts)}
            </LoadAs>
        </SettingsPage>
    }
}

fn content(viewer: &Viewer, jobs: Jobs, acts: Acts) -> AnyView {
    if !viewer.may(Permission::JobManage) {
        return view! { <Banner>{Permission::JobManage.refusal()}</Banner> }.into_any();
    }
    let Jobs { workers, kinds, failed, more } = jobs;
    let queues = queues(viewer, kinds);
    let none = failed.is_empty();
    let count = failed.len();
    let dead = failed.into_iter().map(|job| failed_row(viewer, job, acts)).collect_view();
    view! {
        {standing(viewer, &workers)}
        <section class="settings-section" aria-labelledby="queues-heading">
            <h2 id="queues-heading">"Queues"</h2>
            {queues}
        </section>
        <section class="settings-section" aria-labelledby="failed-heading">
            <h2 id="failed-heading">"Failed"</h2>
            {if none {
                view! { <EmptyState icon="circle-check" title="Nothing has failed" text="What fails for good is kept here until somebody retries or discards it."/> }
                    .into_any()
            } else {
                view! { <ul>{dead}</ul> }.into_any()
            }}
            {more.then(|| view! { <p class="settings-after">{format!("The newest {count} are shown.")}</p> })}
        </section>
    }
    .into_any()
}

fn queues(viewer: &Viewer, kinds: Vec<JobKind>) -> AnyView {
    if kinds.is_empty() {
        return view! { <p>"Nothing waits or runs."</p> }.into_any();
    }
    let rows = kinds.into_iter().map(|kind| kind_row(viewer, kind)).collect_view();
    view! {
        <Table label="Jobs by kind" class="is-jobs">
            <TableHead slot>
                <th scope="col">"Kind"</th>
                <th scope="col" class="is-numeric">"Waiting"</th>
                <th scope="col" class="is-numeric">"Running"</th>
                <th scope="col" class="is-numeric">"Failed"</th>
            </TableHead>
            {rows}
        </Table>
    }
    .into_any()
}

/// Who works: without anybody nothing goes out, which must not look like peace.
fn standing(viewer: &Viewer, workers: &Workers) -> AnyView {
    let taken = workers.claimed_at.map_or_else(
        || "No job was taken yet".to_owned(),
        |at| format!("The last job was taken: {}", ago(viewer, at)),
    );
    let (alarm, pill) = match workers.alive {
        0 => {
            let since =
                workers.seen_at.map(|at| format!(" since {}", moment(viewer, at))).unwrap_or_default();
            let text = format!(
                "Nobody has worked{since}: nothing is sent until whoever runs the server looks after it."
            );
            let banner = view! { <Banner tone=Tone::Danger>{text}</Banner> };
            (Some(banner), view! { <Pill tone=Tone::Danger>"None"</Pill> }.into_any())
        }
        1 => (None, view! { <Pill tone=Tone::Success>"1 works"</Pill> }.into_any()),
        alive => (None, view! { <Pill tone=Tone::Success>{format!("{alive} work")}</Pill> }.into_any()),
    };
    view! {
        {alarm}
        <section class="settings-section" aria-label="Workers">
            <div class="settings-row">
                <div>
                    <strong>"Workers"</strong>
                    <small>{taken}</small>
                </div>
                {pill}
            </div>
        </section>
    }
    .into_any()
}

fn kind_row(viewer: &Viewer, kind: JobKind) -> AnyView {
    let oldest = kind.oldest.map(|at| view! { <small>{format!("Oldest due: {}", ago(viewer, at))}</small> });
    let failed = match kind.failed {
        0 => "0".into_any(),
        failed => view! { <Pill tone=Tone::Danger small=true>{failed}</Pill> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{kind_words(&kind.kind)} {oldest}</th>
            <td class="is-numeric">{kind.waiting}</td>
            <td class="is-numeric">{kind.running}</td>
            <td class="is-numeric">{failed}</td>
        </tr>
    }
    .into_any()
}

fn failed_row(viewer: &Viewer, job: FailedJob, acts: Acts) -> AnyView {
    let id = job.id;
    let tried = match job.attempts {
        1 => "tried once".to_owned(),
        attempts => format!("tried {attempts} times"),
    };
    let facts = format!(
        "Failed {} · written {} · {tried}",
        moment(viewer, job.failed_at),
        moment(viewer, job.created_at)
    );
    view! {
        <li class="settings-row">
            <div>
                <strong>{kind_words(&job.kind)}</strong>
                <small>{facts}</small>
                <p class="job-error">{job.error}</p>
            </div>
            <div class="settings-acts job-acts">
                <ActionForm action=acts.retry>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <Button kind=ButtonKind::Submit icon="rotate-ccw">"Retry"</Button>
                </ActionForm>
                <ActionForm action=acts.discard>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <Button kind=ButtonKind::Submit variant=ButtonVariant::Ghost>"Discard"</Button>
                </ActionForm>
            </div>
        </li>
    }
    .into_any()
}

fn ago(viewer: &Viewer, at: chrono::DateTime<chrono::Utc>) -> String {
    let today = viewer.today;
    when::ago(today.local(at).naive_local(), today.local(today.now).naive_local(), language(viewer))
}
