//! Pages and their addresses.

mod conversation;

use kernel::ConversationId;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route},
};
use ui::EmptyState;

use crate::parts::line::ConversationList;

pub use conversation::ConversationPage;

/// The routes of this domain. `app` makes the page of a conversation, on which files hang.
#[component(transparent)]
pub fn Routes(
    /// [`ConversationPage`] with what hangs on it.
    conversation_page: ui::Page,
) -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=ui::at!("") view=Outlet>
            <Route path=ui::at!("messages") view=ui::page!(messages: messages_page => MessagesPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("messages/:id") view=conversation_page ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
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
