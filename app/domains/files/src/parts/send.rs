//! One upload under way: how far it is, and how to stop it.

use leptos::prelude::*;
use ui::{Button, ButtonSize, ButtonVariant, Icon, Progress};

use super::{
    Place,
    queue::{Sending, Stage},
};
use crate::rules;

#[component]
pub(super) fn SendingRow(sending: Sending, place: Place) -> impl IntoView {
    let (name, size) = (sending.name.clone(), sending.size);
    let (sent, stage) = (sending.sent.clone(), sending.stage.clone());
    let sending = StoredValue::new(sending);
    let queue = place.queue;
    let cancel = move |()| queue.get_value().cancel(&sending.get_value());
    let again = move |_| queue.get_value().again(&sending.get_value());
    let label = {
        let stage = stage.clone();
        let sent = sent.clone();
        let name = name.clone();
        Signal::derive(move || {
            let far = format!("{} of {}", rules::in_words(sent.get()), rules::in_words(size));
            match stage.get() {
                Stage::Waiting(why) => format!("{name} – {why}"),
                _ => format!("{name} – {far}"),
            }
        })
    };
    let failed = Memo::new({
        let stage = stage.clone();
        move |_| match stage.get() {
            Stage::Failed { why, again } => Some((why, again)),
            _ => None,
        }
    });
    view! {
        <li class="file-upload">
            {move || match failed.get() {
                None => {
                    let sent = sent.clone();
                    let sent = Signal::derive(move || sent.get());
                    view! { <Progress label value=sent max=size on_cancel=cancel/> }.into_any()
                }
                Some((why, may_again)) => {
                    view! {
                        <div class="file-failed" role="alert">
                            <Icon name="circle-alert"/>
                            <span>{name.clone()} ": " {why}</span>
                            {may_again
                                .then(|| {
                                    view! {
                                        <Button size=ButtonSize::Small on_click=again>
                                            "Try again"
                                        </Button>
                                    }
                                })}
                            <Button size=ButtonSize::Small variant=ButtonVariant::Ghost on_click=move |_| cancel(())>
                                "Dismiss"
                            </Button>
                        </div>
                    }
                        .into_any()
                }
            }}
        </li>
    }
}
