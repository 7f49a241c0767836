//! Who else is at a conversation, and who is writing there.

use std::time::Duration;

use gloo::events::EventListener;
use kernel::{ConversationId, Doing, Heard, MemberId, use_news};
use leptos::{prelude::*, server_fn::ServerFn, task::spawn_local};
use send_wrapper::SendWrapper;
use web_sys::UrlSearchParams;

use super::names::Names;
use crate::api;

/// How often a page says that it is still there; the server waits for twice that.
const BEAT: Duration = Duration::from_secs(20);
/// How often it says that somebody writes on.
const WRITING: Duration = Duration::from_secs(3);

/// The people at the conversation of a page. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Company {
    conversation: Memo<Option<ConversationId>>,
    people: RwSignal<Vec<(MemberId, bool)>>,
    /// Whether it was said a moment ago that somebody writes.
    said: StoredValue<bool>,
}

impl Company {
    /// Says that the viewer is at the conversation, and hears who else is. On the server it does nothing.
    pub fn new(conversation: Memo<Option<ConversationId>>) -> Self {
        let company =
            Company { conversation, people: RwSignal::new(Vec::new()), said: StoredValue::new(false) };
        let listener = Callback::new(move |heard| match heard {
            Heard::Present(people) => {
                let people = people.into_iter().map(|(id, writing)| (id.into(), writing));
                company.people.set(people.collect());
            }
            // Nobody's coming and going is kept.
            Heard::Missed => company.say(Doing::Looking),
            Heard::News { .. } => {}
        });
        use_news(move || conversation.get().map(api::topic), listener);
        Effect::new(move |_| {
            let Some(id) = conversation.get() else { return };
            company.people.set(Vec::new());
            company.said.set_value(false);
            company.say(Doing::Looking);
            let beat = set_interval_with_handle(
                move || {
                    if !document().hidden() {
                        company.say(Doing::Looking);
                    }
                },
                BEAT,
            );
            let away = EventListener::new(&window(), "pagehide", move |_| say_farewell(id));
            let away = SendWrapper::new(away);
            on_cleanup(move || {
                drop(away.take());
                if let Ok(beat) = beat {
                    beat.clear();
                }
                spawn_local(async move {
                    // Who cannot say it is forgotten after a while.
                    drop(api::be_at_conversation(id, Doing::Gone).await);
                });
            });
        });
        company
    }

    /// The viewer writes something.
    pub fn write(self) {
        if !self.said.get_value() {
            self.said.set_value(true);
            self.say(Doing::Typing);
            set_timeout(
                move || {
                    self.said.try_set_value(false);
                },
                WRITING,
            );
        }
    }

    /// The viewer has sent what they wrote.
    pub fn stop_writing(self) {
        self.say(Doing::Looking);
    }

    fn say(self, doing: Doing) {
        let Some(Some(id)) = self.conversation.try_get_untracked() else { return };
        spawn_local(async move {
            if let Ok(people) = api::be_at_conversation(id, doing).await
                && self.conversation.try_get_untracked() == Some(Some(id))
            {
                self.people.try_set(people);
            }
        });
    }

    fn others(self, names: &Names, fits: impl Fn(bool) -> bool) -> Vec<String> {
        let people = self.people.get();
        let others = people.iter().filter(|(id, writing)| *id != names.viewer.member_id && fits(*writing));
        others.map(|(id, _)| names.name(*id)).collect()
    }
}

/// A page that goes has no time for an answer.
fn say_farewell(id: ConversationId) {
    let Ok(form) = UrlSearchParams::new() else { return };
    form.append("conversation_id", &id.to_string());
    form.append("doing", "gone");
    window()
        .navigator()
        .send_beacon_with_opt_url_search_params(<api::BeAtConversation as ServerFn>::PATH, Some(&form))
        .unwrap_or_default();
}

/// Who writes at this moment.
#[component]
pub fn Writing(company: Company, names: Memo<Names>) -> impl IntoView {
    let text = move || {
        let writing = names.with(|names| company.others(names, |writing| writing));
        match writing.split_last() {
            None => String::new(),
            Some((one, [])) => format!("{one} is writing …"),
            Some((last, rest)) => format!("{} and {last} are writing …", rest.join(", ")),
        }
    };
    view! { <p class="talk-writing" role="status">{text}</p> }
}
