//! The list of conversations, with what a search finds in its place.

use std::time::Duration;

use kernel::{ConversationId, EVERYTHING, Heard, Viewer, use_news, use_viewer};
use leptos::{prelude::*, task::spawn_local};
use ui::{
    Avatar, AvatarStack, Breadcrumbs, Button, ButtonVariant, Count, Crumb, EmptyState, ErrorState, Icon,
    IconButton, IconSize, Size, Skeleton, TextField, TopBar, Wait, hotkeys::hotkey,
};

use super::{
    names::{Names, machine},
    start::StartDialog,
};
use crate::{
    api,
    model::{Conversations, Hit, Kind, Line},
};

/// How long further news is waited for before the list is loaded again.
const LOOK_AGAIN: Duration = Duration::from_millis(150);
/// How long the person must stop typing before messages are searched for.
const PAUSE: Duration = Duration::from_millis(200);
/// With fewer letters nearly every message would match.
const LEAST_LETTERS: usize = 2;

/// The list beside a conversation; on a phone a page of its own.
#[component]
pub fn ConversationList(
    /// The conversation that is open.
    #[prop(into)]
    current: Signal<Option<ConversationId>>,
) -> impl IntoView {
    let loaded = kernel::page_data(|| (), |()| api::list_conversations());
    let viewer = use_viewer();
    let shown = RwSignal::new(None::<Conversations>);
    let begun = StoredValue::new(None::<Conversations>);
    let starting = RwSignal::new(false);
    follow(shown);
    hotkey("c", move || starting.set(true));
    ui::list_keys("In messages", &KEYS);
    let path = || view! { <Breadcrumbs icon="message-square"><Crumb>"Messages"</Crumb></Breadcrumbs> };
    view! {
        <section class="talk-list" aria-label="Conversations">
            <TopBar title="Messages" path>
                <IconButton icon="square-pen" label="New message" keys="C" on_click=move |_| starting.set(true)/>
            </TopBar>
            <Wait fallback=|| view! { <Skeleton rows=8/> } content=move || async move {
                match (viewer.await, loaded.await) {
                    (Ok(viewer), Ok(conversations)) => {
                        let new = Some(conversations);
                        if begun.with_value(|old| *old != new) {
                            begun.set_value(new.clone());
                            shown.set(new);
                        }
                        view! { <Shelf viewer shown starting current/> }.into_any()
                    }
                    (Err(error), _) | (_, Err(error)) => {
                        view! { <ErrorState error retry=move || loaded.refetch()/> }.into_any()
                    }
                }
            }/>
        </section>
    }
}

const KEYS: [(&str, &str); 4] = [
    ("C", "New message"),
    ("Enter", "Send"),
    ("Shift+Enter", "New line"),
    ("Arrow up", "Change the last message, in an empty field"),
];

/// Loads the list again when something happens in a conversation, many things once.
fn follow(shown: RwSignal<Option<Conversations>>) {
    let due = StoredValue::new(false);
    let again = move || {
        if due.try_set_value(false).is_none() {
            spawn_local(async move {
                // What is shown stays when it could not be loaded.
                if let Ok(new) = api::list_conversations().await {
                    shown.try_set(Some(new));
                }
            });
        }
    };
    let heard = Callback::new(move |heard| {
        let counts = matches!(&heard, Heard::News { kind, .. } if kind.starts_with("message."));
        if (counts || heard == Heard::Missed) && !due.get_value() {
            due.set_value(true);
            set_timeout(again, LOOK_AGAIN);
        }
    });
    use_news(|| Some(EVERYTHING.to_owned()), heard);
}

#[component]
fn Shelf(
    viewer: Viewer,
    shown: RwSignal<Option<Conversations>>,
    starting: RwSignal<bool>,
    current: Signal<Option<ConversationId>>,
) -> impl IntoView {
    let me = viewer.member_id;
    let people = Memo::new(move |_| {
        shown.with(|shown| shown.as_ref().map(|shown| shown.people.clone()).unwrap_or_default())
    });
    let known = StoredValue::new(viewer);
    let names = Memo::new(move |_| Names { viewer: known.get_value(), people: people.get() });
    let others: Vec<_> = known.with_value(|viewer| {
        let people = viewer.directory.people.iter();
        people.filter(|person| person.active && person.id != me).cloned().collect()
    });
    let words = RwSignal::new(String::new());
    let hits = RwSignal::new(None::<(String, Vec<Hit>)>);
    search(words, hits);
    let ids = Memo::new(move |_| {
        shown.with(|shown| {
            let lines = shown.iter().flat_map(|shown| &shown.lines);
            lines.map(|line| line.head.id).collect::<Vec<_>>()
        })
    });
    let row = move |id: ConversationId| {
        let line = Memo::new(move |_| {
            shown.with(|shown| {
                let mut lines = shown.iter().flat_map(|shown| &shown.lines);
                lines.find(|line| line.head.id == id).cloned()
            })
        });
        view! { <Row id line names current/> }
    };
    let nothing = move || {
        ids.with(Vec::is_empty).then(|| view! {
            <EmptyState
                icon="message-square"
                title="No messages yet"
                text="Write to a colleague, or to several at once."
            >
                <Button variant=ButtonVariant::Primary on_click=move |_| starting.set(true)>"New message"</Button>
            </EmptyState>
        })
    };
    let searching = Memo::new(move |_| LEAST_LETTERS <= words.with(|words| words.trim().chars().count()));
    let found = move || searching.get().then(|| view! { <Found hits names shown/> });
    view! {
        <div class="talk-search needs-script">
            <TextField
                name="talk-search"
                label="Search messages"
                label_hidden=true
                kind="search"
                bind=words
                autocomplete="off"
                placeholder="Search messages"
            />
        </div>
        {found}
        <nav class="talk-scroll" aria-label="Conversations" hidden=move || searching.get()>
            <ul>
                <For each=move || ids.get() key=|id| *id children=row/>
            </ul>
            {nothing}
        </nav>
        <StartDialog open=starting people=others/>
    }
}

#[component]
fn Row(
    id: ConversationId,
    line: Memo<Option<Line>>,
    names: Memo<Names>,
    current: Signal<Option<ConversationId>>,
) -> impl IntoView {
    // What is open is being read; the server hears of it in a moment.
    let unread = Memo::new(move |_| {
        let count = line.with(|line| line.as_ref().map_or(0, |line| line.unread));
        if current.get() == Some(id) { 0 } else { count }
    });
    let title =
        move || line.with(|line| line.as_ref().map(|line| names.with(|names| names.title(&line.head))));
    let faces = Memo::new(move |_| {
        line.with(|line| {
            let line = line.as_ref()?;
            Some((line.head.kind, names.with(|names| names.others(&line.head))))
        })
    });
    let picture = move || {
        let (kind, mut people) = faces.get()?;
        Some(match (kind, people.pop()) {
            (Kind::Direct, Some(face)) => view! {
                <Avatar name=face.name category=face.category picture=face.picture size=Size::Medium/>
            }
            .into_any(),
            (_, None) => view! { <Icon name="users"/> }.into_any(),
            (Kind::Group, Some(last)) => {
                people.push(last);
                view! { <AvatarStack people limit=2/> }.into_any()
            }
        })
    };
    let time = move || {
        line.with(|line| {
            let at = line.as_ref()?.at;
            let text = names.with(|names| names.short(at));
            Some(view! { <time datetime=machine(at)>{text}</time> })
        })
    };
    let excerpt = move || {
        line.with(|line| {
            let line = line.as_ref()?;
            names.with(|names| {
                Some(match line.author {
                    None => names.summary(&line.head),
                    Some(author) if author == names.viewer.member_id => format!("You: {}", line.excerpt),
                    Some(author) if line.head.kind == Kind::Group => {
                        let name = names.name(author);
                        let first = name.split(' ').next().unwrap_or_default();
                        format!("{first}: {}", line.excerpt)
                    }
                    Some(_) => line.excerpt.clone(),
                })
            })
        })
    };
    let muted = move || {
        line.with(|line| line.as_ref().is_some_and(|line| line.head.muted)).then(|| {
            view! {
                <span class="talk-muted">
                    <Icon name="bell-off" size=IconSize::Small/>
                    <span class="visually-hidden">"Muted"</span>
                </span>
            }
        })
    };
    let count = move || (unread.get() != 0).then(|| view! { <Count value=unread hot=true label="unread"/> });
    view! {
        <li>
            <a
                class="talk-line"
                class:is-unread=move || unread.get() != 0
                href=format!("/messages/{id}")
                aria-current=move || (current.get() == Some(id)).then_some("page")
            >
                <span class="talk-picture" aria-hidden="true">{picture}</span>
                <span class="talk-line-title truncate">{title}</span>
                {time}
                <span class="talk-line-text truncate">{excerpt}</span>
                <span class="talk-line-marks">{muted}{count}</span>
            </a>
        </li>
    }
}

/// Searches once the person has stopped typing.
fn search(words: RwSignal<String>, hits: RwSignal<Option<(String, Vec<Hit>)>>) {
    Effect::new(move |_| {
        let wanted = words.get().trim().to_owned();
        if wanted.chars().count() < LEAST_LETTERS {
            hits.set(None);
            return;
        }
        let start = move || {
            spawn_local(async move {
                let found = api::search_messages(wanted.clone()).await;
                if words.try_with_untracked(|words| words.trim() == wanted) == Some(true)
                    && let Ok(found) = found
                {
                    hits.try_set(Some((wanted, found)));
                }
            });
        };
        if let Ok(waiting) = set_timeout_with_handle(start, PAUSE) {
            on_cleanup(move || waiting.clear());
        }
    });
}

#[component]
fn Found(
    hits: RwSignal<Option<(String, Vec<Hit>)>>,
    names: Memo<Names>,
    shown: RwSignal<Option<Conversations>>,
) -> impl IntoView {
    let row = move |hit: Hit| {
        let place = shown.with_untracked(|shown| {
            let mut lines = shown.iter().flat_map(|shown| &shown.lines);
            let line = lines.find(|line| line.head.id == hit.conversation_id)?;
            Some(names.with_untracked(|names| names.title(&line.head)))
        });
        let (author, time) = names.with_untracked(|names| (names.name(hit.author_id), names.short(hit.at)));
        view! {
            <li>
                <a class="talk-line is-hit" href=format!("/messages/{}?at={}", hit.conversation_id, hit.number)>
                    <span class="talk-line-title truncate">{author}</span>
                    <time datetime=machine(hit.at)>{time}</time>
                    <span class="talk-line-text">{hit.excerpt}</span>
                    <span class="talk-line-place truncate">{place}</span>
                </a>
            </li>
        }
    };
    let count = move || {
        hits.with(|hits| {
            Some(match hits.as_ref()?.1.len() {
                0 => "Nothing was found.".to_owned(),
                1 => "One message".to_owned(),
                count => format!("{count} messages"),
            })
        })
    };
    let all = move || hits.get().map(|(_, hits)| hits).unwrap_or_default();
    view! {
        <section class="talk-scroll" aria-label="Found messages">
            <p class="talk-found" role="status">{count}</p>
            <ul>
                <For each=all key=|hit| hit.id children=row/>
            </ul>
        </section>
    }
}
