//! The inbox: what the viewer is told of, by record, the newest first.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use kernel::{Heard, NotificationId, Viewer, use_news, use_viewer};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{
    Avatar, Banner, Breadcrumbs, Button, ButtonSize, ButtonVariant, Crumb, EmptyState, ErrorState,
    IconButton, LinkButton, Skeleton, Tab, Tabs, Toast, Toaster, TopBar, Wait, use_toaster, when::moment,
};
use uuid::Uuid;
use web_sys::{KeyboardEvent, wasm_bindgen::JsCast};

use crate::{
    api,
    model::{Inbox, Notification, Shown, Thread},
};

/// What is to be marked, in the order in which it was wanted: of two marks of one thing, the last counts.
#[derive(Default)]
struct Marks {
    waiting: VecDeque<Mark>,
    /// One after another is sent to the server.
    sending: bool,
    /// How many there were in all.
    count: u64,
}

enum Mark {
    These(Vec<NotificationId>, bool),
    All,
}

/// What can be done, made once: rows come and go. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    inbox: RwSignal<Option<Inbox>>,
    place: Memo<(Shown, Option<DateTime<Utc>>)>,
    marks: StoredValue<Marks>,
    toaster: Toaster,
}

impl Acts {
    /// Takes in what is new. What was read here stays where it is until the page is opened anew.
    fn refresh(self) {
        self.load(self.place.try_get_untracked().is_some_and(|(shown, _)| shown == Shown::Unread));
    }

    fn reload(self) {
        self.load(false);
    }

    fn load(self, keep_read: bool) {
        let Some(place) = self.place.try_get_untracked() else { return };
        let marked = self.marks.try_with_value(|marks| marks.count);
        spawn_local(async move {
            match api::load_inbox(place.0, place.1).await {
                Ok(mut inbox) if self.place.try_get_untracked() == Some(place) => {
                    // It may not know of what was marked meanwhile.
                    let knows = |marks: &Marks| !marks.sending && Some(marks.count) == marked;
                    if self.marks.try_with_value(knows) != Some(true) {
                        return self.load(keep_read);
                    }
                    self.inbox.update(|shown| {
                        if let Some(shown) = shown.as_ref().filter(|_| keep_read) {
                            inbox.keep_read(shown);
                        }
                        *shown = Some(inbox);
                    });
                }
                Ok(_) => {}
                Err(error) => self.failed(&error),
            }
        });
    }

    fn failed(self, error: &kernel::Error) {
        self.toaster.show(Toast::failed(error.to_string()));
    }

    /// Marks a thread, at once on the page.
    fn mark(self, subject: Uuid, read: bool) {
        let mut ids: Vec<NotificationId> = Vec::new();
        self.inbox.update(|inbox| {
            let Some(inbox) = inbox else { return };
            for thread in inbox.threads.iter_mut().filter(|thread| thread.newest.record_id == subject) {
                let Thread { newest, older } = thread;
                for notification in std::iter::once(newest).chain(older).filter(|it| it.read != read) {
                    notification.read = read;
                    ids.push(notification.id);
                    inbox.unread += if read { -1 } else { 1 };
                }
            }
        });
        if !ids.is_empty() {
            self.send(Mark::These(ids, read));
        }
    }

    /// Sends a mark behind those that are on their way.
    fn send(self, mark: Mark) {
        let mut ours = VecDeque::new();
        self.marks.update_value(|marks| {
            marks.count += 1;
            marks.waiting.push_back(mark);
            if !marks.sending {
                marks.sending = true;
                ours = std::mem::take(&mut marks.waiting);
            }
        });
        if ours.is_empty() {
            return;
        }
        spawn_local(async move {
            while let Some(mark) = ours.pop_front() {
                self.make(mark).await;
                // Nothing is added once the page is gone.
                self.marks.try_update_value(|marks| {
                    ours.append(&mut marks.waiting);
                    marks.sending = !ours.is_empty();
                });
            }
        });
    }

    async fn make(self, mark: Mark) {
        match mark {
            Mark::These(ids, read) => {
                if let Err(error) = api::mark(ids, read).await {
                    self.failed(&error);
                    self.reload();
                }
            }
            Mark::All => match api::mark_all().await {
                Ok(at) => {
                    self.reload();
                    self.toaster.undoable(
                        "Everything marked as read",
                        move || api::unmark_all(at),
                        move |()| self.reload(),
                    );
                }
                Err(error) => self.failed(&error),
            },
        }
    }

    fn unread(self, subject: Uuid) -> usize {
        self.inbox.with(|inbox| {
            let threads = inbox.iter().flat_map(|inbox| &inbox.threads);
            threads.filter(|thread| thread.newest.record_id == subject).map(Thread::unread).sum()
        })
    }
}

/// `/inbox`
#[component]
pub(super) fn InboxPage() -> impl IntoView {
    let query = use_query_map();
    let place = Memo::new(move |_| {
        let query = query.read();
        let shown = if query.get_str("show") == Some("all") { Shown::All } else { Shown::Unread };
        let before = query.get_str("before").and_then(|text| text.parse().ok());
        (shown, before.and_then(DateTime::from_timestamp_micros))
    });
    let loaded = kernel::page_data(move || place.get(), |(shown, before)| api::load_inbox(shown, before));
    let viewer = use_viewer();
    let acts =
        Acts { inbox: RwSignal::new(None), place, marks: StoredValue::default(), toaster: use_toaster() };
    let topic = move || {
        let viewer = viewer.get()?.ok()?;
        Some(format!("member/{}", viewer.member_id))
    };
    let heard = Callback::new(move |heard| match heard {
        // What this page itself has marked stays where it is.
        Heard::News { kind, .. } if kind == "notification.changed" => {}
        Heard::News { .. } | Heard::Missed => acts.refresh(),
        Heard::Present(_) => {}
    });
    use_news(topic, heard);
    ui::list_keys("In the inbox", &KEYS);
    let unread = move || acts.inbox.with(|inbox| inbox.as_ref().is_some_and(|inbox| 0 < inbox.unread));
    let mark_all = move || {
        unread().then(|| {
            view! {
                <Button variant=ButtonVariant::Ghost icon="check-check" on_click=move |_| acts.send(Mark::All)>
                    "Mark all as read"
                </Button>
            }
        })
    };
    view! {
        <Title text="Inbox"/>
        <TopBar title="Inbox" path=|| view! { <Breadcrumbs icon="inbox"><Crumb>"Inbox"</Crumb></Breadcrumbs> }>
            {mark_all}
            <a class="icon-button phone-only" href="/messages" aria-label="Messages" data-tooltip="Messages">
                <ui::Icon name="message-square"/>
            </a>
            <a class="icon-button" href="/inbox/settings" aria-label="What you are told of" data-tooltip="What you are told of">
                <ui::Icon name="sliders-horizontal"/>
            </a>
        </TopBar>
        <h1 class="visually-hidden">"Inbox"</h1>
        <Wait fallback=|| view! { <Skeleton rows=8/> } content=move || async move {
            match (viewer.await, loaded.await) {
                (Ok(viewer), Ok(inbox)) => {
                    acts.inbox.set(Some(inbox));
                    view! { <Shelf viewer acts/> }.into_any()
                }
                (Err(error), _) | (_, Err(error)) => {
                    view! { <ErrorState error retry=move || loaded.refetch()/> }.into_any()
                }
            }
        }/>
    }
}

const KEYS: [(&str, &str); 2] = [("E", "Mark as read, or as unread"), ("Arrows", "Go to the next one")];

#[component]
fn Shelf(viewer: Viewer, acts: Acts) -> impl IntoView {
    let root = NodeRef::<html::Ul>::new();
    let shown = move || acts.place.get().0;
    let threads = move || {
        acts.inbox.with(|inbox| inbox.as_ref().map(|inbox| inbox.threads.clone()).unwrap_or_default())
    };
    let nothing =
        move || acts.inbox.with(|inbox| inbox.as_ref().is_none_or(|inbox| inbox.threads.is_empty()));
    let muted = {
        let viewer = viewer.clone();
        move || {
            let until = acts.inbox.with(|inbox| inbox.as_ref().and_then(|inbox| inbox.muted_until))?;
            let text =
                format!("Muted until {}. What happens meanwhile waits here.", moment(until, &viewer).0);
            Some(view! { <Banner>{text}" "<a href="/inbox/settings">"Change"</a></Banner> })
        }
    };
    let older = move || {
        let before = acts.inbox.with(|inbox| inbox.as_ref().and_then(|inbox| inbox.older))?;
        let show = if shown() == Shown::All { "show=all&" } else { "" };
        let href = format!("/inbox?{show}before={}", before.timestamp_micros());
        Some(view! { <p class="inbox-older"><LinkButton href>"Older"</LinkButton></p> })
    };
    let row_viewer = viewer.clone();
    view! {
        <div class="list-scroll inbox">
            <Tabs label="What is shown">
                <Tab href="/inbox" selected=Signal::derive(move || shown() == Shown::Unread)>"Unread"</Tab>
                <Tab href="/inbox?show=all" selected=Signal::derive(move || shown() == Shown::All)>"All"</Tab>
            </Tabs>
            {muted}
            <ul class="inbox-list" node_ref=root on:keydown=move |event| key_down(acts, root, &event)>
                <For each=threads key=|thread| (thread.newest.id, thread.older.len()) let:thread>
                    <Row thread viewer=row_viewer.clone() acts/>
                </For>
            </ul>
            {move || {
                nothing().then(|| match shown() {
                    Shown::Unread => view! {
                        <EmptyState icon="inbox" title="Nothing new" text="Assignments, mentions, and what happens to your items show up here.">
                            <LinkButton href="/inbox?show=all">"Show everything"</LinkButton>
                        </EmptyState>
                    }
                    .into_any(),
                    Shown::All => view! {
                        <EmptyState icon="inbox" title="Nothing here yet" text="Assignments, mentions, and what happens to your items show up here."/>
                    }
                    .into_any(),
                })
            }}
            {older}
        </div>
    }
}

#[component]
fn Row(thread: Thread, viewer: Viewer, acts: Acts) -> impl IntoView {
    let Thread { newest, older } = thread;
    let Notification { kind, reason, actor_id, record_id, path, title, excerpt, created_at, .. } =
        newest.clone();
    let held_back: i64 =
        std::iter::once(&newest).chain(&older).map(|notification| notification.held_back).sum();
    let actor = actor_id.and_then(|id| viewer.directory.person(id));
    let (name, category, picture) = actor.map_or_else(
        || (kind.nobody().to_owned(), 1, None),
        |person| (person.name.clone(), person.category, person.picture()),
    );
    let verb = kind.verb();
    let called = name.clone();
    let more = match older.len() {
        0 => String::new(),
        1 => " · and one more".to_owned(),
        count => format!(" · and {count} more"),
    };
    let why = format!("Because {}{more}", reason.sentence());
    let (time, machine) = moment(created_at, &viewer);
    let unread = move || acts.unread(record_id) != 0;
    let label = Signal::derive(move || if unread() { "Mark as read" } else { "Mark as unread" }.to_owned());
    let icon = Signal::derive(move || if unread() { "check" } else { "mail" }.to_owned());
    view! {
        <li class="inbox-row" class:is-unread=unread data-record=record_id.to_string()>
            <span class="inbox-dot" role="img" aria-label=move || if unread() { "Unread" } else { "Read" }></span>
            <Avatar name=name.clone() category picture/>
            <div class="inbox-text">
                <p>
                    <strong>{name}</strong> " " {verb} " "
                    <a class="inbox-link" href=path on:click=move |_| acts.mark(record_id, true)>{title}</a>
                </p>
                {(!excerpt.is_empty()).then(|| view! { <p class="inbox-excerpt">{excerpt}</p> })}
                {(held_back != 0)
                    .then(|| {
                        let text = format!("{held_back} more by {called} within an hour, not listed one by one");
                        view! { <p class="inbox-excerpt">{text}</p> }
                    })}
                <p class="inbox-why">{why}</p>
            </div>
            <time datetime=machine>{time}</time>
            <IconButton
                icon
                label
                keys="E"
                size=ButtonSize::Small
                on_click=move |_| acts.mark(record_id, !unread())
            />
        </li>
    }
}

/// Arrows go from row to row, `E` marks the one that has the focus.
fn key_down(acts: Acts, root: NodeRef<html::Ul>, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let Some(row) = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .and_then(|target| target.closest(".inbox-row").ok().flatten())
    else {
        return;
    };
    let next = match event.key().as_str() {
        "e" | "E" => {
            let subject = row.get_attribute("data-record").and_then(|text| text.parse().ok());
            if let Some(subject) = subject {
                acts.mark(subject, untrack(move || acts.unread(subject)) != 0);
            }
            event.prevent_default();
            return;
        }
        "ArrowDown" => row.next_element_sibling(),
        "ArrowUp" => row.previous_element_sibling(),
        "Home" => root.get_untracked().and_then(|root| root.first_element_child()),
        "End" => root.get_untracked().and_then(|root| root.last_element_child()),
        _ => return,
    };
    event.prevent_default();
    let link = next.and_then(|row| row.query_selector(".inbox-link").ok().flatten());
    if let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok())
        && link.focus().is_err()
    {
        leptos::logging::warn!("the next row did not take the focus");
    }
}
