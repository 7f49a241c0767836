//! Who else is at a conversation, and who is writing there.

use kernel::MemberId;
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{Company, Meeting, writing_in_words};

use super::names::Names;
use crate::api;

/// How people meet at a conversation.
pub static AT_CONVERSATION: Meeting = Meeting {
    topic: |id| api::topic(id.into()),
    be: |id, doing| Box::pin(api::be_at_conversation(id.into(), doing)),
    address: (<api::BeAtConversation as ServerFn>::PATH, "conversation_id"),
};

/// Who writes at this moment.
#[component]
pub fn Writing(company: Company, names: Memo<Names>) -> impl IntoView {
    let text = move || {
        let writing = names.with(|names| {
            let writers = company.writers(names.viewer.member_id).into_iter();
            writers.map(|id: MemberId| names.name(id)).collect::<Vec<_>>()
        });
        writing_in_words(writing.iter().map(String::as_str))
    };
    view! { <p class="talk-writing" role="status">{text}</p> }
}
