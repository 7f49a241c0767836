//! Pages and their addresses.

mod conversation;

use kernel::ConversationId;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{EmptyState, Page, Route, at, page, route};

use crate::parts::line::ConversationList;

pub use conversation::ConversationPage;

/// The routes of this domain. `conversation_page` is a [`ConversationPage`] with the files that hang on it.
pub fn pages(conversation_page: Page) -> Vec<Route> {
    vec![
        route(at!("messages"), page!(messages: messages_page => MessagesPage)),
        route(at!("messages/:id"), conversation_page),
    ]
}

/// `/messages`
#[component]
fn MessagesPage() -> impl IntoView {
    view! {
        <Title text="Messages"/>
        <Frame current=Signal::stored(None) sheet="talk">
            <EmptyState
                icon="message-square"
                title="Nothing is open"
                text="Choose a conversation, or begin one."
            />
        </Frame>
    }
}

/// The list and what is open beside it; on a phone one of the two.
#[component]
fn Frame(
    /// The conversation that is open.
    #[prop(into)]
    current: Signal<Option<ConversationId>>,
    /// The class of the whole.
    sheet: &'static str,
    /// What is open.
    children: Children,
) -> impl IntoView {
    view! {
        <link rel="stylesheet" href="/messages.css"/>
        <h1 class="visually-hidden">"Messages"</h1>
        <div class=sheet>
            <ConversationList current/>
            <section class="talk-open" aria-label="Conversation">{children()}</section>
        </div>
    }
}
