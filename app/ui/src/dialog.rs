//! Dialogs on the native element: it traps the focus, closes on Esc and gives the focus back.

use leptos::html;
use leptos::prelude::*;

use crate::button::IconButton;
use crate::navigation::Keys;
use crate::words::use_words;

/// Asks or shows one thing before the work goes on. Its content exists only while it is open.
#[component]
pub fn Dialog(
    /// Its id, unique on the page.
    #[prop(into)]
    id: String,
    /// Whether it is open; closing it sets this to false.
    open: RwSignal<bool>,
    /// What it is about.
    #[prop(into)]
    title: Signal<String>,
    /// The buttons; the primary one stands last and names the act.
    #[prop(optional, into)]
    footer: Option<ViewFn>,
    /// Draws it 640 px wide instead of 440.
    #[prop(optional)]
    wide: bool,
    /// What it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let words = use_words();
    let node = NodeRef::<html::Dialog>::new();
    keep_modal(node, open);
    let title_id = format!("{id}-title");
    let heading_id = title_id.clone();
    view! {
        <dialog
            id=id
            class=if wide { "dialog is-wide" } else { "dialog" }
            aria-labelledby=title_id
            on:cancel=move |event| close_on_own(node, open, &event)
            on:click=move |event| close_on_own(node, open, &event)
            node_ref=node
        >
            <Show when=move || open.get()>
                <div class="dialog-body">
                    <header class="dialog-head">
                        <h2 id=heading_id.clone()>{move || title.get()}</h2>
                        <IconButton
                            icon="x"
                            label=words.close
                            keys="Esc"
                            on_click=move |_| open.set(false)
                        />
                    </header>
                    <div class="dialog-content">{children()}</div>
                    {footer
                        .clone()
                        .map(|footer| view! { <footer class="dialog-foot">{footer.run()}</footer> })}
                </div>
            </Show>
        </dialog>
    }
}

/// Keys that do something, with what they do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyboardGroup {
    /// Where they work.
    pub name: String,
    /// The keys and what they do.
    pub keys: Vec<(String, String)>,
}

impl KeyboardGroup {
    /// A group of keys, as they are written, with what they do.
    pub fn new(name: &str, keys: &[(&str, &str)]) -> Self {
        let keys = keys.iter().map(|(keys, act)| ((*keys).to_owned(), (*act).to_owned())).collect();
        Self { name: name.to_owned(), keys }
    }
}

/// The keys of the page that is shown, in groups; the shell lists them.
pub type PageKeys = RwSignal<Vec<KeyboardGroup>>;

/// Lists keys as long as the component that has them is there.
pub fn list_keys(name: &str, keys: &[(&str, &str)]) {
    let Some(listed) = use_context::<PageKeys>() else { return };
    let group = KeyboardGroup::new(name, keys);
    let mine = group.clone();
    // In an effect: the server lists nothing, and the list may be drawn already.
    Effect::new(move |_| {
        listed.try_update(|groups| groups.push(group.clone()));
    });
    on_cleanup(move || {
        listed.try_update(|groups| groups.retain(|group| *group != mine));
    });
}

/// Shows all keys of a page.
#[component]
pub fn KeyboardHelp(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The keys, in groups.
    #[prop(into)]
    groups: Signal<Vec<KeyboardGroup>>,
) -> impl IntoView {
    let words = use_words();
    let group = |group: KeyboardGroup| {
        let rows = group
            .keys
            .into_iter()
            .map(|(keys, act)| {
                view! {
                    <div class="keyboard-row">
                        <dt>{act}</dt>
                        <dd>
                            <Keys keys/>
                        </dd>
                    </div>
                }
            })
            .collect_view();
        view! {
            <section class="keyboard-group">
                <h3>{group.name}</h3>
                <dl>{rows}</dl>
            </section>
        }
    };
    view! {
        <Dialog id="keyboard-help" open title=words.keyboard wide=true>
            <div class="keyboard-help">{move || groups.get().into_iter().map(group).collect_view()}</div>
        </Dialog>
    }
}

/// Opens and closes a native dialog as a signal says. What closes it sets the signal at once: the element's own `close`
/// comes a moment later, when the dialog may be wanted again.
pub(crate) fn keep_modal(node: NodeRef<html::Dialog>, open: RwSignal<bool>) {
    Effect::new(move |_| {
        let (wanted, dialog) = (open.get(), node.get());
        if dialog.is_none_or(|dialog| dialog.open() == wanted) {
            return;
        }
        // One frame later the content is in place, so that the browser can give its first field the focus.
        request_animation_frame(move || {
            let (Some(wanted), Some(dialog)) = (open.try_get_untracked(), node.try_get_untracked().flatten())
            else {
                return;
            };
            if !wanted {
                dialog.close();
            } else if !dialog.open() && dialog.show_modal().is_err() {
                leptos::logging::warn!("the dialog did not open");
            }
        });
    });
}

/// Closes a dialog on an event of its own: Esc cancels it, and a press on the backdrop is one on the element itself.
/// Those of its content do not count: a file that was not chosen after all is cancelled too.
pub(crate) fn close_on_own(node: NodeRef<html::Dialog>, open: RwSignal<bool>, event: &web_sys::Event) {
    let Some(dialog) = node.get_untracked() else { return };
    let itself: &web_sys::EventTarget = dialog.as_ref();
    if event.target().is_some_and(|target| target == *itself) {
        open.set(false);
    }
}
