//! Items that stay on an earlier version go on with the one that runs.

use std::collections::BTreeMap;

use kernel::StepId;
use leptos::{prelude::*, task::spawn_local};
use ui::{Banner, Button, ButtonVariant, Choice, Dialog, Toast, Tone};

use super::publish::MoveTo;
use crate::{api, definition::newcomers, parts::desk::Desk};

/// Asks where the items of each step go, and takes them along.
#[component]
pub fn TakeUpDialog(
    desk: Desk,
    /// The version they stay on; none while nobody asks.
    taking: RwSignal<Option<i64>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let moves = RwSignal::new(BTreeMap::<StepId, StepId>::new());
    let pending = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if taking.get().is_some() {
            moves.set(BTreeMap::new());
            refused.set(None);
            // How many items are where is as old as the page.
            desk.look_again();
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            taking.set(None);
        }
    });
    let waiting = Memo::new(move |_| {
        desk.live.with(|live| {
            let version = live.kept.iter().find(|version| Some(version.number) == taking.get());
            let all = version.map(|version| newcomers(live, version)).unwrap_or_default();
            all.into_iter().filter(|one| one.items != 0).collect::<Vec<_>>()
        })
    });
    let take = move |_| {
        let Some(number) = taking.get_untracked() else { return };
        pending.set(true);
        refused.set(None);
        let chosen = moves.get_untracked();
        spawn_local(async move {
            let answer = api::take_up_items(desk.workflow_id, number, chosen).await;
            if pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(count) => {
                    open.set(false);
                    let text = match count {
                        1 => "1 item goes on with the version that runs".to_owned(),
                        _ => format!("{} items go on with the version that runs", ui::number::grouped(count)),
                    };
                    desk.toaster.show(Toast::new(text));
                }
                Err(error) => refused.set(Some(error.to_string())),
            }
            desk.look_again();
        });
    };
    let targets = move || {
        let steps = desk.live.with(|live| {
            let steps = live.steps.iter().map(|step| Choice::new(step.id.to_string(), step.name.clone()));
            steps.collect::<Vec<_>>()
        });
        let target = |gone| view! { <MoveTo options=steps.clone() gone moves/> };
        waiting.get().into_iter().map(target).collect_view()
    };
    view! {
        <Dialog
            id="take-up"
            open
            title="Take items along"
            footer=move || {
                view! {
                    <Button variant=ButtonVariant::Ghost on_click=move |_| open.set(false)>"Cancel"</Button>
                    <Button
                        variant=ButtonVariant::Primary
                        pending
                        disabled=Signal::derive(move || waiting.with(Vec::is_empty))
                        on_click=take
                    >
                        "Take along"
                    </Button>
                }
            }
        >
            {move || refused.get().map(|text| view! { <Banner tone=Tone::Danger>{text}</Banner> })}
            <p class="design-file-note">
                "They go on with the version that runs. Its conditions, approvals, limits and form count for them from then on."
            </p>
            {targets}
        </Dialog>
    }
}
