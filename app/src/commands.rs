//! The command palette: what it finds, and what happens when something is chosen. The palette itself is in `ui`.

mod act;
mod entries;
mod rank;

use std::time::Duration;

use identity::{LogOut, SwitchBrand, SwitchOrganisation};
use kernel::Permission;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::reactive::actions::ActionAbortHandle;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use ui::{CommandPalette, PaletteItem, Toast, use_toaster};

use crate::shell::{Opens, WorkflowsResource};
use crate::theme;
use act::Act;
use entries::{Entry, Found, entries, groups, time_entries};

/// How long the person must stop typing before records are searched for.
const PAUSE: Duration = Duration::from_millis(120);
/// With fewer letters nearly every record would match.
const LEAST_LETTERS: usize = 2;

/// The palette with everything it finds.
#[component]
pub(crate) fn Commands() -> impl IntoView {
    let opens = expect_context::<Opens>();
    let query = RwSignal::new(String::new());
    let (known, sees_clients) = known(opens);
    let search = Action::new(move |query: &String| {
        let text = query.clone();
        let sees_clients = sees_clients.get_value();
        async move {
            let items = workflows::search_items(text.clone());
            let clients = async {
                if sees_clients { clients::find_clients(text.clone()).await } else { Ok(Vec::new()) }
            };
            // What one search could not find does not hide what the other has found.
            let (items, clients) = futures::future::join(items, clients).await;
            Found { text, items: items.unwrap_or_default(), clients: clients.unwrap_or_default() }
        }
    });
    search_after_pause(query, search);
    let groups =
        Memo::new(move |_| groups(&query.read(), &known.read(), &search.value().get().unwrap_or_default()));
    let choose = choosing();
    view! { <CommandPalette open=opens.palette query groups pending=search.pending() on_choose=choose/> }
}

/// Everything that is known without a search: pages, workflows, people, teams, acts; and whether clients may be searched for.
///
/// It is gathered in an effect when the palette opens, because a resource may be read only there or in a `Suspense`.
fn known(opens: Opens) -> (RwSignal<Vec<Entry>>, StoredValue<bool>) {
    let viewer = kernel::use_viewer();
    let workflows = expect_context::<WorkflowsResource>();
    let known = RwSignal::new(Vec::new());
    let sees_clients = StoredValue::new(false);
    let path = use_location().pathname;
    Effect::new(move |_| {
        if opens.palette.get() {
            let viewer = viewer.get().and_then(Result::ok);
            let workflows = workflows.get().and_then(Result::ok).unwrap_or_default();
            let mut all = entries(viewer.as_ref(), &workflows);
            all.extend(time_entries(viewer.as_ref(), &path.read_untracked()));
            known.set(all);
            sees_clients.set_value(viewer.is_some_and(|viewer| viewer.may_somewhere(Permission::ClientView)));
        }
    });
    (known, sees_clients)
}

/// Searches once the person has stopped typing. What is typed or chosen meanwhile ends an earlier search.
fn search_after_pause(query: RwSignal<String>, search: Action<String, Found>) {
    let under_way = StoredValue::new(None::<ActionAbortHandle>);
    Effect::new(move |waiting: Option<Option<TimeoutHandle>>| {
        if let Some(waiting) = waiting.flatten() {
            waiting.clear();
        }
        if let Some(earlier) = under_way.try_update_value(Option::take).flatten() {
            earlier.abort();
        }
        let wanted = query.get().trim().to_owned();
        if wanted.chars().count() < LEAST_LETTERS {
            return None;
        }
        let start = move || under_way.set_value(Some(search.dispatch(wanted)));
        set_timeout_with_handle(start, PAUSE).ok()
    });
}

/// Does what was chosen.
fn choosing() -> Callback<PaletteItem> {
    let opens = expect_context::<Opens>();
    let shown = theme::shown();
    let toaster = use_toaster();
    let viewer = kernel::use_viewer();
    let navigate = use_navigate();
    let log_out = ServerAction::<LogOut>::new();
    let switch = ServerAction::<SwitchOrganisation>::new();
    let brand = ServerAction::<SwitchBrand>::new();
    // Who the viewer is has changed: nothing of the present page may stay.
    let leave = move |result: Option<kernel::Result<String>>| match result {
        Some(Ok(href)) => load(&href),
        Some(Err(error)) => {
            toaster.show(Toast::failed(error.to_string()));
        }
        None => (),
    };
    Effect::new(move |_| leave(log_out.value().get()));
    Effect::new(move |_| leave(switch.value().get()));
    Effect::new(move |_| match brand.value().get() {
        // The colours follow the viewer.
        Some(Ok(())) => viewer.refetch(),
        Some(Err(error)) => {
            toaster.show(Toast::failed(error.to_string()));
        }
        None => (),
    });
    Callback::new(move |item: PaletteItem| match Act::parse(&item.id) {
        Some(Act::Go(href)) => navigate(&href, NavigateOptions::default()),
        Some(Act::Theme(theme)) => theme::choose(shown, theme),
        Some(Act::Keys) => opens.keys.set(true),
        Some(Act::LogOut) => {
            log_out.dispatch(LogOut {});
        }
        Some(Act::Switch(id)) => {
            switch.dispatch(SwitchOrganisation { id });
        }
        Some(Act::Brand(id)) => {
            brand.dispatch(SwitchBrand { id: id.map(|id| id.to_string()) });
        }
        None => (),
    })
}

/// Loads a page from the server.
fn load(href: &str) {
    if window().location().set_href(href).is_err() {
        leptos::logging::warn!("the browser did not go to {href}");
    }
}
