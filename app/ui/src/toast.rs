//! Toasts: what just happened, with a way back for eight seconds. Key Z undoes the newest one. They wait while the
//! pointer or the focus is on them.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::button::{Button, ButtonSize, IconButton};
use crate::hotkeys;
use crate::icon::{Icon, IconSize};
use crate::mark::Tone;
use crate::overlay;
use crate::words::use_words;

const SHOWN_FOR: Duration = Duration::from_secs(8);
const LOOK_AGAIN: Duration = Duration::from_secs(2);
const AT_MOST: usize = 3;

/// What a press does. Not a `Callback`: that ends with the page that made it, and a toast outlives its page.
type Act = Arc<dyn Fn() + Send + Sync>;

/// A message that goes away by itself.
#[derive(Clone)]
pub struct Toast {
    text: String,
    tone: Tone,
    act: Option<(String, Act)>,
    undoes: bool,
    stays: bool,
}

impl fmt::Debug for Toast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Toast").field("text", &self.text).field("tone", &self.tone).finish_non_exhaustive()
    }
}

impl Toast {
    /// Makes a message.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), tone: Tone::Success, act: None, undoes: false, stays: false }
    }

    /// Makes a message about something that failed.
    pub fn failed(text: impl Into<String>) -> Self {
        Self { tone: Tone::Danger, ..Self::new(text) }
    }

    /// Sets what it is about.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// Offers the way back. The page may be gone when it is taken: see [`Toaster::undoable`].
    pub fn undo(mut self, undo: impl Fn() + Send + Sync + 'static) -> Self {
        self.act = Some((String::new(), Arc::new(undo)));
        self.undoes = true;
        self
    }

    /// Offers another act, such as "Try now".
    pub fn act(mut self, label: impl Into<String>, act: impl Fn() + Send + Sync + 'static) -> Self {
        self.act = Some((label.into(), Arc::new(act)));
        self
    }

    /// Keeps it until it is dismissed, as the offline message.
    pub fn stay(mut self) -> Self {
        self.stays = true;
        self
    }
}

/// Where messages are sent to.
#[derive(Clone, Copy, Debug)]
pub struct Toaster {
    toasts: RwSignal<Vec<(u64, Toast)>>,
    next: StoredValue<u64>,
    waits: RwSignal<bool>,
}

impl Toaster {
    fn new() -> Self {
        Self { toasts: RwSignal::new(Vec::new()), next: StoredValue::new(0), waits: RwSignal::new(false) }
    }

    /// Shows a message and returns the number by which it can be dismissed.
    pub fn show(self, toast: Toast) -> u64 {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        let stays = toast.stays;
        self.toasts.update(|toasts| {
            toasts.push((id, toast));
            let surplus = toasts.len().saturating_sub(AT_MOST);
            toasts.drain(..surplus);
        });
        if !stays && !cfg!(feature = "ssr") {
            self.expire(id, SHOWN_FOR);
        }
        id
    }

    /// Shows what was done, with the way back by a server function; says so when that fails.
    ///
    /// `then` runs after it, even when the page that asked is gone by then: what it touches must bear that, as
    /// `Resource::refetch` does.
    pub fn undoable<T, F>(
        self,
        text: impl Into<String>,
        undo: impl Fn() -> F + Send + Sync + 'static,
        then: impl Fn(T) + Send + Sync + 'static,
    ) where
        T: 'static,
        F: Future<Output = kernel::Result<T>> + 'static,
    {
        let then = Arc::new(then);
        self.show(Toast::new(text).undo(move || {
            let (undone, then) = (undo(), Arc::clone(&then));
            spawn_local(async move {
                match undone.await {
                    Ok(value) => then(value),
                    Err(error) => {
                        self.show(Toast::failed(error.to_string()));
                    }
                }
            });
        }));
    }

    /// Takes a message away.
    pub fn dismiss(self, id: u64) {
        self.toasts.update(|toasts| toasts.retain(|(other, _)| *other != id));
    }

    /// Undoes what the newest message offers to undo.
    pub fn undo_newest(self) {
        let newest = self.toasts.with_untracked(|toasts| {
            toasts
                .iter()
                .rev()
                .find(|(_, toast)| toast.undoes)
                .and_then(|(id, toast)| Some((*id, Arc::clone(&toast.act.as_ref()?.1))))
        });
        if let Some((id, undo)) = newest {
            self.dismiss(id);
            undo();
        }
    }

    fn expire(self, id: u64, after: Duration) {
        set_timeout(
            move || match self.waits.try_get_untracked() {
                Some(true) => self.expire(id, LOOK_AGAIN),
                Some(false) => self.dismiss(id),
                None => (),
            },
            after,
        );
    }
}

/// Makes a toaster for the components below; the root of the app does this once.
pub fn provide_toaster() -> Toaster {
    let toaster = Toaster::new();
    provide_context(toaster);
    toaster
}

/// Returns the toaster of the page.
pub fn use_toaster() -> Toaster {
    use_context().unwrap_or_else(provide_toaster)
}

/// Shows the messages of the toaster, bottom centre. The page has one of these.
#[component]
pub fn Toasts() -> impl IntoView {
    let toaster = use_toaster();
    let stack = NodeRef::<html::Div>::new();
    hotkeys::hotkey("z", move || toaster.undo_newest());
    // What opened last lies on top: a message comes above the sheet or the dialog that it is about.
    Effect::new(move |before: Option<Option<u64>>| {
        let newest = toaster.toasts.with(|toasts| toasts.last().map(|(id, _)| *id));
        let stack = stack.get()?;
        if newest > before.flatten() {
            overlay::close(&stack);
            overlay::show(&stack);
        } else if newest.is_none() {
            overlay::close(&stack);
        }
        newest
    });
    view! {
        <section
            aria-label=use_words().notifications
            aria-live="polite"
            on:pointerenter=move |_| toaster.waits.set(true)
            on:pointerleave=move |_| toaster.waits.set(false)
            on:focusin=move |_| toaster.waits.set(true)
            on:focusout=move |_| toaster.waits.set(false)
        >
            <div class="toasts" popover="manual" node_ref=stack>
                <For each=move || toaster.toasts.get() key=|(id, _)| *id let((id, toast))>
                    <ToastView toast on_close=move || toaster.dismiss(id)/>
                </For>
            </div>
        </section>
    }
}

/// Shows one message.
#[component]
pub(crate) fn ToastView(toast: Toast, #[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let words = use_words();
    let (label, keys) = if toast.undoes { (words.undo.to_owned(), Some("Z")) } else { (String::new(), None) };
    let act = toast.act.map(|(own_label, act)| {
        let label = if own_label.is_empty() { label } else { own_label };
        let press = move |_| {
            on_close.run(());
            act();
        };
        match keys {
            Some(keys) => view! {
                <Button size=ButtonSize::Small class="toast-act" keys on_click=press>
                    {label}
                </Button>
            }
            .into_any(),
            None => view! {
                <Button size=ButtonSize::Small class="toast-act" on_click=press>
                    {label}
                </Button>
            }
            .into_any(),
        }
    });
    view! {
        <div class=format!("toast {}", toast.tone.class())>
            <Icon name=toast.tone.icon() size=IconSize::Small/>
            <span class="toast-text">{toast.text}</span>
            {act}
            <IconButton
                icon="x"
                label=words.dismiss
                size=ButtonSize::Small
                on_click=move |_| on_close.run(())
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn z_undoes_the_newest_message_that_can_be_undone() {
        Owner::new().with(|| {
            let undone = Arc::new(AtomicU64::new(0));
            let toaster = provide_toaster();
            for number in [1, 2] {
                let undone = Arc::clone(&undone);
                toaster.show(Toast::new("Moved").undo(move || undone.store(number, Ordering::Relaxed)));
            }
            toaster.show(Toast::failed("X refused the post"));
            toaster.undo_newest();
            assert_eq!(undone.load(Ordering::Relaxed), 2);
            toaster.undo_newest();
            assert_eq!(undone.load(Ordering::Relaxed), 1);
            assert_eq!(toaster.toasts.get_untracked().len(), 1);
        });
    }

    #[test]
    fn only_the_newest_messages_are_shown() {
        Owner::new().with(|| {
            let toaster = provide_toaster();
            for number in 0..5 {
                toaster.show(Toast::new(number.to_string()));
            }
            let html = view! { <Toasts/> }.to_html();
            assert_eq!(html.matches("class=\"toast is-success\"").count(), 3, "{html}");
        });
    }
}
