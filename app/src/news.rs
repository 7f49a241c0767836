//! The connection by which open pages follow the database: one per browser, shared by its windows.
//!
//! The windows of one person agree by a lock on which of them listens to the server; that one passes on what it hears.
//! When it is closed, the lock goes to another, which goes on after the last number that it has heard. A window that is
//! opened says which number its page knows of, and is told what came after it. Where there are no locks (a page that did
//! not come over a safe connection), each window listens for itself.
//!
//! The code comes when the page stands: nothing is missed meanwhile, because the page knows its number.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use crate::installed;
use crate::shell::WorkflowsResource;
use gloo::events::EventListener;
use js_sys::{Function, Promise};
use kernel::{Doing, EVERYTHING, Heard, MemberId, Newsroom, Viewer, ViewerResource};
use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};
use ui::{SplitLoaderError, Toaster, use_toaster};
use uuid::Uuid;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{BroadcastChannel, EventSource, MessageEvent, Navigator};

/// What the window that listens keeps for others that are being opened.
const KEPT: usize = 100;
/// The server is heard at least every 15 seconds; after this the connection counts as lost.
const SILENCE: Duration = Duration::from_secs(40);
/// How long a refused connection waits before it is tried again, at first and at most.
const AGAIN: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(60)];
/// How long further changes are waited for before items are counted again, and messages.
const COUNT_ITEMS: Duration = Duration::from_millis(500);
const COUNT_MESSAGES: Duration = Duration::from_millis(150);
/// How often it is looked whether the page was taken over.
const TAKEN_OVER: Duration = Duration::from_millis(50);
/// How long the page waits for the code when it did not come.
const FETCH_AGAIN: Duration = Duration::from_secs(10);

/// How many notifications and messages ask for attention, once something has changed since the page was made. Cheap to
/// copy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unread {
    notices: RwSignal<Option<i64>>,
    messages: RwSignal<Option<i64>>,
}

impl Unread {
    /// The notifications for a viewer whose page was made with this number.
    pub(crate) fn notices(self, of_page: i64) -> i64 {
        self.notices.get().unwrap_or(of_page)
    }

    /// The messages for a viewer whose page was made with this number.
    pub(crate) fn messages(self, of_page: i64) -> i64 {
        self.messages.get().unwrap_or(of_page)
    }
}

/// Follows the news of the viewer's organisation while the frame stands.
pub(crate) fn follow(viewer: ViewerResource, workflows: WorkflowsResource) {
    let room = Newsroom::provide();
    let unread = Unread { notices: RwSignal::new(None), messages: RwSignal::new(None) };
    provide_context(unread);
    let path = use_location().pathname;
    let open = StoredValue::new(None::<MemberId>);
    let owner = StoredValue::new(Owner::current());
    let toaster = use_toaster();
    Effect::new(move |_| {
        let found = viewer.with(|viewer| {
            let Viewer { member_id, heard, unread, .. } = viewer.as_ref()?.as_ref().ok()?;
            Some((*member_id, *heard, *unread))
        });
        let Some((member, heard, of_page)) = found else { return };
        if open.get_value() == Some(member) {
            return;
        }
        open.set_value(Some(member));
        let still = move || open.try_get_value().flatten() == Some(member);
        spawn_local(async move {
            // What came before would change what the browser is about to find as the server drew it.
            while !crate::routes::is_live() {
                sleep(TAKEN_OVER).await;
            }
            while still()
                && let Some(owner) = owner.try_get_value().flatten()
            {
                let still = Box::new(still);
                let seat = Seat { room, unread, of_page, workflows, path, member, heard, toaster, still };
                if connect(seat, owner).await.is_ok() {
                    return;
                }
                sleep(FETCH_AGAIN).await;
            }
        });
    });
}

/// Who sends what waited for the network.
const SENDERS: &[ui::waiting::Sender] = &[workflows::send_waiting, timesheets::send_waiting];

/// Whether the window still wants to hear.
type Still = Box<dyn Fn() -> bool>;

/// Who wants to hear, and from where on.
struct Seat {
    room: Newsroom,
    unread: Unread,
    /// How many notifications asked for attention when the page was made.
    of_page: i64,
    workflows: WorkflowsResource,
    path: Memo<String>,
    member: MemberId,
    heard: i64,
    toaster: Toaster,
    still: Still,
}

#[leptos::wasm_split::wasm_split(news, wasm_split_path = leptos::wasm_split, fallible)]
fn connect(seat: Seat, owner: Owner) -> Result<(), SplitLoaderError> {
    owner.with(|| {
        seat.count();
        ui::waiting::send_what_waits(seat.member, seat.toaster, SENDERS);
    });
    installed::watch_versions(seat.toaster);
    Connection::open(seat);
    Ok(())
}

impl Seat {
    /// Counts anew when the member's inbox changes; what leads to the page that they look at, they have seen.
    fn count(&self) {
        let Seat { room, unread, of_page, path, member, .. } = *self;
        let look = move || {
            if unread.notices.try_get_untracked().flatten().unwrap_or(of_page) != 0
                && !document().hidden()
                && let Some(path) = path.try_get_untracked()
            {
                // It is looked at again when more comes.
                spawn_local(async move { drop(notifications::saw(path).await) });
            }
        };
        let again = move |_| {
            spawn_local(async move {
                if let Ok(count) = notifications::unread().await {
                    unread.notices.try_set(Some(count));
                    look();
                }
            });
        };
        room.listen(format!("member/{member}"), Callback::new(again));
        Effect::new(move |_| {
            path.track();
            look();
        });
        Effect::new(move |_| installed::badge(unread.notices(of_page)));
        let awake = window_event_listener(ev::visibilitychange, move |_| look());
        on_cleanup(move || awake.remove());
        self.count_items();
    }

    /// The sidebar says how many items are open and how many messages are new; many that come at once are counted once.
    fn count_items(&self) {
        let Seat { room, workflows, unread, .. } = *self;
        let messages = move || {
            spawn_local(async move {
                if let Ok(count) = messages::count_unread().await {
                    unread.messages.try_set(Some(count));
                }
            });
        };
        count_after(room, COUNT_MESSAGES, |kind| kind.starts_with("message."), messages);
        let items = |kind: &str| kind.starts_with("item.") && kind != "item.edited";
        count_after(room, COUNT_ITEMS, items, move || workflows.refetch());
    }
}

/// Counts again some time after something of a kind has happened.
fn count_after(
    room: Newsroom,
    pause: Duration,
    fits: fn(&str) -> bool,
    count: impl Fn() + Copy + Send + Sync + 'static,
) {
    let due = StoredValue::new(false);
    let heard = move |heard| {
        let counts = matches!(&heard, Heard::News { kind, .. } if fits(kind));
        if (counts || heard == Heard::Missed) && !due.get_value() {
            due.set_value(true);
            set_timeout(
                move || {
                    if due.try_set_value(false).is_none() {
                        count();
                    }
                },
                pause,
            );
        }
    };
    room.listen(EVERYTHING.to_owned(), Callback::new(heard));
}

/// What one window tells the others.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Note {
    /// A window is opened, whose page knows of this number.
    Hello(i64),
    /// The window that listens has heard this.
    Line(Line),
}

/// One event of the server's stream.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Line {
    /// Its number, if it has one.
    number: Option<i64>,
    kind: String,
    data: String,
}

#[derive(Debug, Deserialize)]
struct News {
    topic: String,
    kind: String,
    subject_id: Uuid,
}

#[derive(Debug, Deserialize)]
struct Present {
    topic: String,
    people: Vec<(Uuid, Doing)>,
}

/// What a window has for hearing.
struct Connection {
    room: Newsroom,
    member: MemberId,
    still: Still,
    heard: Cell<i64>,
    /// To the other windows, where there can be any.
    others: Option<BroadcastChannel>,
    /// The last lines, while this window listens to the server.
    kept: RefCell<VecDeque<Line>>,
    /// Counts what the server says, so that silence is noticed.
    signs: Cell<u32>,
    ears: RefCell<Vec<EventListener>>,
}

impl Connection {
    fn open(Seat { room, member, heard, still, .. }: Seat) {
        // One for each person, who is another one in each organisation.
        let name = format!("mediap-news-{member}");
        let locks = window().navigator().unchecked_into::<WithLocks>().locks();
        let others = locks.as_ref().and_then(|_| BroadcastChannel::new(&name).ok());
        let connection = Rc::new(Connection {
            room,
            member,
            still,
            heard: Cell::new(heard),
            others,
            kept: RefCell::default(),
            signs: Cell::default(),
            ears: RefCell::default(),
        });
        let Some(locks) = locks else {
            spawn_local(connection.listen());
            return;
        };
        if let Some(others) = &connection.others {
            let ear = connection.clone();
            let listener = EventListener::new(others, "message", move |event| ear.noted(event));
            connection.ears.borrow_mut().push(listener);
        }
        connection.pass_on(&Note::Hello(heard));
        // A browser may let a window that nobody looks at sleep.
        let ear = connection.clone();
        let awake = EventListener::new(&document(), "visibilitychange", move |_| {
            if !document().hidden() {
                ear.pass_on(&Note::Hello(ear.heard.get()));
            }
        });
        connection.ears.borrow_mut().push(awake);
        let leader = connection.clone();
        // The lock is held for as long as what this gives is not done, and goes on to another window with this one's end.
        let held = Closure::once_into_js(move || {
            future_to_promise(async move {
                leader.listen().await;
                Ok(JsValue::UNDEFINED)
            })
        });
        drop(locks.request(&name, held.unchecked_ref()));
    }

    /// Listens to the server until the window has no more use for it.
    async fn listen(self: Rc<Self>) {
        let mut again = AGAIN[0];
        while (self.still)() {
            let address = format!("/live?as={}&after={}", self.member, self.heard.get());
            if let Ok(source) = EventSource::new(&address) {
                let ears = ["message", "present", "reload", "beat"].map(|kind| {
                    let ear = self.clone();
                    EventListener::new(&source, kind, move |event| ear.told(event))
                });
                let before = self.signs.get();
                self.until_silent(&source).await;
                source.close();
                drop(ears);
                if self.signs.get() != before {
                    again = AGAIN[0];
                }
            }
            sleep(again).await;
            again = (again * 2).min(AGAIN[1]);
        }
        self.ears.borrow_mut().clear();
        if let Some(others) = &self.others {
            others.close();
        }
    }

    /// Until nothing is heard for long, or the server has refused.
    async fn until_silent(&self, source: &EventSource) {
        let (mut before, mut quiet) = (self.signs.get(), Duration::ZERO);
        while quiet < SILENCE && (self.still)() {
            const STEP: Duration = Duration::from_secs(2);
            sleep(STEP).await;
            if source.ready_state() == EventSource::CLOSED {
                return;
            }
            let signs = self.signs.get();
            quiet = if signs == before { quiet + STEP } else { Duration::ZERO };
            before = signs;
        }
    }

    /// The server says something to this window.
    fn told(&self, event: &web_sys::Event) {
        self.signs.set(self.signs.get().wrapping_add(1));
        let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
        let kind = event.type_();
        if kind == "beat" {
            return;
        }
        let number = event.last_event_id().parse().ok().filter(|_| kind != "present");
        let line = Line { number, kind, data: event.data().as_string().unwrap_or_default() };
        self.pass_on(&Note::Line(line.clone()));
        if number.is_some() {
            let mut kept = self.kept.borrow_mut();
            kept.push_back(line.clone());
            if KEPT < kept.len() {
                kept.pop_front();
            }
        }
        self.deliver(&line);
    }

    /// Another window says something.
    fn noted(&self, event: &web_sys::Event) {
        let text = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
        match text.and_then(|text| serde_json::from_slice(text.as_bytes()).ok()) {
            Some(Note::Line(line)) => self.deliver(&line),
            // The one that listens answers; who has heard it already takes no notice.
            Some(Note::Hello(heard)) => {
                let kept = self.kept.borrow();
                if kept.len() == KEPT
                    && kept.front().is_some_and(|first| first.number.is_some_and(|first| heard < first))
                {
                    let (number, kind) = (Some(self.heard.get()), "reload".to_owned());
                    self.pass_on(&Note::Line(Line { number, kind, data: String::new() }));
                }
                for line in kept.iter().filter(|line| line.number.is_some_and(|number| heard < number)) {
                    self.pass_on(&Note::Line(line.clone()));
                }
            }
            None => {}
        }
    }

    fn pass_on(&self, note: &Note) {
        if let (Some(others), Ok(text)) = (&self.others, serde_json::to_string(note))
            && others.post_message(&text.into()).is_err()
        {
            leptos::logging::warn!("the other windows are not reached");
        }
    }

    /// Tells the page.
    fn deliver(&self, line: &Line) {
        if let Some(number) = line.number {
            // A number that goes back is that of another sequence, so everything is new.
            if number <= self.heard.get() && line.kind != "reload" {
                return;
            }
            self.heard.set(number);
        }
        match line.kind.as_str() {
            "message" => {
                if let Ok(News { topic, kind, subject_id }) = serde_json::from_slice(line.data.as_bytes()) {
                    self.room.tell(Some(&topic), &Heard::News { kind, subject_id });
                }
            }
            "present" => {
                if let Ok(Present { topic, people }) = serde_json::from_slice(line.data.as_bytes()) {
                    self.room.tell(Some(&topic), &Heard::Present(people));
                }
            }
            _ => self.room.tell(None, &Heard::Missed),
        }
    }
}

async fn sleep(time: Duration) {
    let millis = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    let passed = Promise::new(&mut |done, _| {
        window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, millis).unwrap_or_default();
    });
    JsFuture::from(passed).await.unwrap_or_default();
}

// Not yet among the stable ones of web-sys.
#[wasm_bindgen]
extern "C" {
    type Locks;

    #[wasm_bindgen(method, js_name = request)]
    fn request(this: &Locks, name: &str, held: &Function) -> Promise;

    #[wasm_bindgen(extends = Navigator)]
    type WithLocks;

    #[wasm_bindgen(method, getter)]
    fn locks(this: &WithLocks) -> Option<Locks>;
}
