//! Moving an item to a day by keyboard or touch.

use leptos::{ev::SubmitEvent, prelude::*};
use ui::{Button, ButtonKind, ButtonVariant, DateField, Dialog};

use super::state::Calendar;

/// The dialog that `M` and an item's button open.
#[component]
pub(super) fn MoveToDay(
    /// The calendar.
    calendar: Calendar,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let day = RwSignal::new(String::new());
    // Opened by the calendar, closed by the dialog itself: each follows the other, and only on a change.
    Effect::new(move |_| {
        if let Some(due_on) = calendar.moving.with(|card| card.as_ref().map(|card| card.due_on)) {
            day.set(due_on.map(|day| day.to_string()).unwrap_or_default());
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() && calendar.moving.with_untracked(Option::is_some) {
            calendar.moving.set(None);
        }
    });
    let title = Signal::derive(move || {
        calendar
            .moving
            .with(|card| card.as_ref().map(|card| format!("Move {} to a day", calendar.key(card))))
            .unwrap_or_default()
    });
    let put = move |event: SubmitEvent| {
        event.prevent_default();
        let text = day.get_untracked();
        let wanted = text.parse().ok();
        // What is no day was refused by the field.
        if let Some(card) = calendar.moving.get_untracked()
            && (text.is_empty() || wanted.is_some())
        {
            open.set(false);
            calendar.move_to(card.id, wanted);
        }
    };
    let today = calendar.scene.with_value(|scene| scene.today);
    view! {
        <Dialog id="move-to-day" open=open title=title>
            <form class="form" on:submit=put>
                <DateField name="due_on" label="Due" bind=day today=today hint="Leave it empty for no due day."/>
                <div class="form-actions">
                    <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary>"Move"</Button>
                </div>
            </form>
        </Dialog>
    }
}
