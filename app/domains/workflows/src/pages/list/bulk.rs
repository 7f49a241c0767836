//! What is done with the selected items: the bar below the list, and the dialog that shows what would happen before it is done.

use chrono::NaiveDate;
use kernel::{ItemId, Permission};
use leptos::{prelude::*, task::spawn_local};
use ui::{
    Banner, Button, ButtonSize, ButtonVariant, Checkbox, Choice, DateField, Dialog, IconButton, SelectField,
    Toast, Toaster, Tone, hotkeys::hotkey, use_toaster,
};

use super::selection::Selection;
use crate::{
    api,
    bulk::{BULK_MAX, BulkAct, Done, Outlook, Stay, as_number, by_reason},
    parts::{browser::fresh_id, people::assignees},
};

/// What is asked for before it is known what is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    Move,
    Assign,
    Due,
    Delete,
}

impl Ask {
    const ALL: [Ask; 4] = [Ask::Move, Ask::Assign, Ask::Due, Ask::Delete];

    fn permission(self) -> Permission {
        match self {
            Ask::Move => Permission::ItemMove,
            Ask::Assign | Ask::Due => Permission::ItemEdit,
            Ask::Delete => Permission::ItemDelete,
        }
    }

    /// Icon, label and key of its button.
    fn button(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Ask::Move => ("arrow-right", "Move to …", "M"),
            Ask::Assign => ("user-round", "Assign to …", "A"),
            Ask::Due => ("calendar", "Due day …", "D"),
            Ask::Delete => ("trash-2", "Delete", "Del"),
        }
    }

    /// What is done with so many items, as a title.
    fn title(self, count: &str) -> String {
        match self {
            Ask::Move => format!("Move {count}"),
            Ask::Assign => format!("Assign {count}"),
            Ask::Due => format!("Due day of {count}"),
            Ask::Delete => format!("Delete {count}"),
        }
    }

    /// The same on the button that does it.
    fn verb(self, count: &str) -> String {
        match self {
            Ask::Due => format!("Change {count}"),
            other => other.title(count),
        }
    }
}

/// What is about to be done. Cheap to copy.
#[derive(Clone, Copy)]
struct Plan {
    selection: Selection,
    toaster: Toaster,
    ask: RwSignal<Option<Ask>>,
    open: RwSignal<bool>,
    /// What exactly, once it was chosen.
    act: RwSignal<Option<BulkAct>>,
    /// What would happen, once that is known.
    outlook: RwSignal<Option<Outlook>>,
    /// What stayed other than was expected, once it was done.
    stayed: RwSignal<Vec<Stay>>,
    wrong: RwSignal<Option<String>>,
    looking: RwSignal<bool>,
    doing: RwSignal<bool>,
    /// By which the act is done once, however often it is sent.
    key: StoredValue<String>,
    /// Which of the things that were looked at one after the other counts.
    round: StoredValue<u32>,
}

impl Plan {
    fn new(selection: Selection) -> Self {
        Plan {
            selection,
            toaster: use_toaster(),
            ask: RwSignal::new(None),
            open: RwSignal::new(false),
            act: RwSignal::new(None),
            outlook: RwSignal::new(None),
            stayed: RwSignal::new(Vec::new()),
            wrong: RwSignal::new(None),
            looking: RwSignal::new(false),
            doing: RwSignal::new(false),
            key: StoredValue::new(String::new()),
            round: StoredValue::new(0),
        }
    }

    fn workflow_id(self) -> kernel::WorkflowId {
        self.selection.list.shown.with_untracked(|list| list.workflow.head.id)
    }

    /// So many items, in words of the workflow.
    fn counted(self, count: usize) -> String {
        let noun = self.selection.list.shown.with_untracked(|list| list.workflow.head.item_noun.clone());
        let count = as_number(count);
        if count == 1 { format!("1 {noun}") } else { format!("{} {noun}s", ui::number::grouped(count)) }
    }

    fn may(self, ask: Ask) -> bool {
        self.selection.viewer.with_value(|viewer| viewer.may(ask.permission()))
    }

    fn begin(self, ask: Ask) {
        if self.selection.picked.with_untracked(|picked| picked.is_empty()) || !self.may(ask) {
            return;
        }
        self.choose(None);
        self.ask.set(Some(ask));
        self.open.set(true);
        if ask == Ask::Delete {
            self.choose(Some(BulkAct::Delete));
        }
    }

    /// Looks what would happen.
    fn choose(self, act: Option<BulkAct>) {
        self.round.update_value(|round| *round += 1);
        self.act.set(act);
        self.outlook.set(None);
        self.stayed.set(Vec::new());
        self.wrong.set(None);
        self.looking.set(act.is_some());
        let Some(act) = act else { return };
        self.key.set_value(fresh_id::<uuid::Uuid>().to_string());
        let (id, round) = (self.workflow_id(), self.round.get_value());
        let items: Vec<ItemId> =
            self.selection.picked.with_untracked(|picked| picked.iter().copied().collect());
        spawn_local(async move {
            let answer = api::look_at_bulk(id, act, items).await;
            if self.round.try_get_value() != Some(round) {
                return;
            }
            self.looking.set(false);
            match answer {
                Ok(outlook) => self.outlook.set(Some(outlook)),
                Err(error) => self.wrong.set(Some(error.to_string())),
            }
        });
    }

    /// Does it. Pressed again meanwhile, nothing more happens; after an answer that was lost, it is the same act.
    fn carry_out(self) {
        let (Some(act), Some(outlook)) = (self.act.get_untracked(), self.outlook.get_untracked()) else {
            return;
        };
        if self.doing.get_untracked() || outlook.go.is_empty() {
            return;
        }
        self.doing.set(true);
        self.wrong.set(None);
        let (id, key, toaster) = (self.workflow_id(), self.key.get_value(), self.toaster);
        spawn_local(async move {
            let Outlook { go, stay, .. } = outlook;
            let answer = api::do_bulk(id, act, go, Some(key)).await;
            self.doing.try_set(false);
            match answer {
                Ok(mut done) => {
                    if done.stay.is_empty() {
                        self.open.try_set(false);
                    } else {
                        self.outlook.try_set(None);
                        self.stayed.try_set(done.stay.clone());
                    }
                    // Those that were known to stay were not sent.
                    done.stay.extend(stay);
                    if self.selection.picked.try_with_untracked(|_| ()).is_some() {
                        self.selection.clear();
                        self.selection.list.refresh();
                    }
                    tell(toaster, done);
                }
                Err(error) => {
                    self.wrong.try_set(Some(error.to_string()));
                }
            }
        });
    }
}

/// Says what was done, with the way back.
fn tell(toaster: Toaster, done: Done) {
    let (id, text) = (done.id, done.sentence());
    if done.keys.is_empty() {
        toaster.show(Toast::failed(text));
        return;
    }
    toaster.undoable(
        text,
        move || api::undo_bulk(id),
        move |undone| {
            toaster.show(Toast::new(undone.sentence()));
        },
    );
}

/// The bar of what can be done with the selected items, and the dialog of what is about to be done. It works on the
/// [`Selection`] of the context.
#[component]
pub fn BulkBar() -> impl IntoView {
    let selection = expect_context::<Selection>();
    let plan = Plan::new(selection);
    for ask in Ask::ALL {
        let key = match ask {
            Ask::Move => "m",
            Ask::Assign => "a",
            Ask::Due => "d",
            Ask::Delete => "delete",
        };
        hotkey(key, move || plan.begin(ask));
    }
    ui::list_keys(
        "Selected rows",
        &[("M", "Move them"), ("A", "Assign them"), ("D", "Change their due day"), ("Del", "Delete them")],
    );
    let any = Memo::new(move |_| selection.count() != 0);
    view! {
        <Show when=move || any.get()>
            <div class="bulk-bar" role="group" aria-label="Selected items">
                <span class="bulk-count tabular" role="status">
                    {move || format!("{} selected", ui::number::grouped(as_number(selection.count())))}
                </span>
                <AllThatFit selection/>
                {Ask::ALL
                    .into_iter()
                    .filter(|ask| plan.may(*ask))
                    .map(|ask| {
                        let (icon, label, keys) = ask.button();
                        view! {
                            <Button
                                variant=ButtonVariant::Ghost
                                icon=icon
                                keys=keys
                                on_click=move |_| plan.begin(ask)
                            >
                                {label}
                            </Button>
                        }
                    })
                    .collect_view()}
                <IconButton icon="x" label="Select nothing" keys="Esc" on_click=move |_| selection.clear()/>
            </div>
        </Show>
        <PlanDialog plan/>
    }
}

/// Offers to select what the filter shows on other pages as well, or says how much of it is selected.
#[component]
fn AllThatFit(selection: Selection) -> impl IntoView {
    let toaster = use_toaster();
    let fetching = RwSignal::new(false);
    let total = Memo::new(move |_| selection.list.shown.with(|list| list.total));
    let can_grow = Memo::new(move |_| {
        let most = total.get().min(as_number(BULK_MAX));
        as_number(selection.count()) < most
    });
    let select = move |_| {
        if fetching.get_untracked() {
            return;
        }
        let Some((key, filter, sort, _)) = selection.list.source.try_get_value() else { return };
        fetching.set(true);
        spawn_local(async move {
            let answer = api::find_for_bulk(key, filter, sort).await;
            fetching.try_set(false);
            match answer {
                Ok(ids) => {
                    selection.picked.try_set(ids.into_iter().collect());
                }
                Err(error) => {
                    toaster.show(Toast::failed(error.to_string()));
                }
            }
        });
    };
    let label = move || {
        let total = total.get();
        let most = as_number(BULK_MAX);
        if most < total {
            format!("Select the first {} of {}", ui::number::grouped(most), ui::number::grouped(total))
        } else {
            format!("Select all {}", ui::number::grouped(total))
        }
    };
    view! {
        <Show when=move || can_grow.get()>
            <Button size=ButtonSize::Small pending=fetching on_click=select>
                {label}
            </Button>
        </Show>
    }
}

#[component]
fn PlanDialog(plan: Plan) -> impl IntoView {
    let over = Memo::new(move |_| plan.stayed.with(|stayed| !stayed.is_empty()));
    let title = Signal::derive(move || {
        if over.get() {
            return "What stayed".to_owned();
        }
        let count = plan.counted(plan.selection.count());
        plan.ask.get().map(|ask| ask.title(&count)).unwrap_or_default()
    });
    let going = move || plan.outlook.with(|outlook| outlook.as_ref().map_or(0, |outlook| outlook.go.len()));
    let verb = move || plan.ask.get().map(|ask| ask.verb(&plan.counted(going()))).unwrap_or_default();
    let footer = move || {
        let variant = match plan.ask.get_untracked() {
            Some(Ask::Delete) => ButtonVariant::Danger,
            _ => ButtonVariant::Primary,
        };
        view! {
            <Button variant=ButtonVariant::Ghost on_click=move |_| plan.open.set(false)>
                {move || if over.get() { "Close" } else { "Cancel" }}
            </Button>
            <Show when=move || !over.get()>
                <Button
                    variant
                    pending=plan.doing
                    disabled=Signal::derive(move || going() == 0)
                    on_click=move |_| plan.carry_out()
                >
                    {verb}
                </Button>
            </Show>
        }
    };
    view! {
        <Dialog id="bulk" open=plan.open title footer>
            <div class="form">
                {move || plan.ask.get().filter(|_| !over.get()).map(|ask| view! { <Chooser plan ask/> })}
                {move || plan.wrong.get().map(|text| view! { <Banner tone=Tone::Danger>{text}</Banner> })}
                <div class="bulk-outlook" role="status">
                    {move || plan.looking.get().then(|| view! { <p class="quiet">"Looking what would happen …"</p> })}
                    {move || plan.outlook.get().map(|outlook| view! { <WhatWouldHappen plan outlook/> })}
                    {move || over.get().then(|| plan.stayed.with(|stay| view! { <WhatStayed plan stay=stay.clone()/> }))}
                </div>
            </div>
        </Dialog>
    }
}

/// Where to, to whom, or which day.
#[component]
fn Chooser(plan: Plan, ask: Ask) -> impl IntoView {
    match ask {
        Ask::Move => {
            let steps = plan.selection.list.shown.with_untracked(|list| {
                list.workflow
                    .steps
                    .iter()
                    .map(|step| Choice::new(step.id.to_string(), step.name.clone()))
                    .collect()
            });
            let steps: Vec<Choice> = steps;
            let chosen = Callback::new(move |id: String| {
                plan.choose(id.parse().ok().map(|to| BulkAct::Move { to }));
            });
            view! {
                <SelectField name="bulk-step" label="Step" placeholder="Choose a step" options=steps on_change=chosen/>
            }
            .into_any()
        }
        Ask::Assign => {
            let people: Vec<Choice> = plan.selection.viewer.with_value(|viewer| {
                let choice = |choice: Choice| match choice.value.as_str() {
                    "" => Choice::new("nobody", choice.label),
                    _ => choice,
                };
                assignees(&viewer.directory, None).into_iter().map(choice).collect()
            });
            let chosen = Callback::new(move |id: String| {
                plan.choose(match id.as_str() {
                    "nobody" => Some(BulkAct::Assign { to: None }),
                    id => id.parse().ok().map(|to| BulkAct::Assign { to: Some(to) }),
                });
            });
            view! {
                <SelectField
                    name="bulk-assignee"
                    label="Assignee"
                    placeholder="Choose somebody"
                    options=people
                    on_change=chosen
                />
            }
            .into_any()
        }
        Ask::Due => {
            let (day, none) = (RwSignal::new(String::new()), RwSignal::new(false));
            let today = plan.selection.viewer.with_value(|viewer| viewer.today.date());
            let chosen = Memo::new(move |_| match (none.get(), day.get().parse::<NaiveDate>().ok()) {
                (true, _) => Some(BulkAct::Due { on: None }),
                (false, Some(on)) => Some(BulkAct::Due { on: Some(on) }),
                (false, None) => None,
            });
            Effect::new(move |before: Option<Option<BulkAct>>| {
                let act = chosen.get();
                if before.is_some() {
                    plan.choose(act);
                }
                act
            });
            view! {
                <DateField name="bulk-due" label="Due day" bind=day today=today disabled=none/>
                <Checkbox name="bulk-no-due" bind=none>"No due day"</Checkbox>
            }
            .into_any()
        }
        Ask::Delete => view! { <p>"They go to the bin, and can be brought back."</p> }.into_any(),
    }
}

#[component]
fn WhatWouldHappen(plan: Plan, outlook: Outlook) -> impl IntoView {
    let Outlook { go, stay, notes, .. } = outlook;
    let said = match (go.len(), stay.len()) {
        (0, _) => "Nothing would change.".to_owned(),
        (going, 0) => format!("All {} go.", plan.counted(going)),
        (going, staying) => {
            let verb = if going == 1 { "goes" } else { "go" };
            let stays = if staying == 1 { "stays" } else { "stay" };
            format!("{} {verb}, {} {stays}.", plan.counted(going), ui::number::grouped(as_number(staying)))
        }
    };
    let said = match go.len() {
        1 if stay.is_empty() => format!("{} goes.", plan.counted(1)),
        _ => said,
    };
    let notes =
        notes.into_iter().map(|note| view! { <Banner tone=Tone::Warning>{note}</Banner> }).collect_view();
    view! {
        <p class="text-strong">{said}</p>
        {notes}
        {(!stay.is_empty()).then(|| groups(&stay))}
    }
}

/// What stayed though it was expected to go.
#[component]
fn WhatStayed(plan: Plan, stay: Vec<Stay>) -> impl IntoView {
    let verb = if stay.len() == 1 { "stayed as it was" } else { "stayed as they were" };
    view! {
        <p class="text-strong">{format!("{} {verb}.", plan.counted(stay.len()))}</p>
        {groups(&stay)}
    }
}

fn groups(stay: &[Stay]) -> AnyView {
    let groups = by_reason(stay).into_iter().map(|(reason, group)| of_reason(reason, &group)).collect_view();
    view! { <div class="bulk-stays">{groups}</div> }.into_any()
}

/// The items that stay for a reason, folded up.
fn of_reason(reason: &str, group: &[&Stay]) -> AnyView {
    let count = ui::number::grouped(as_number(group.len()));
    let rows = group
        .iter()
        .map(|stay| {
            let href = format!("/items/{}", stay.key);
            view! {
                <li>
                    {(!stay.key.is_empty()).then(|| view! { <a class="link" href=href>{stay.key.clone()}</a> })}
                    <span class="quiet">{stay.why.clone()}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <details>
            <summary>
                <span class="bulk-number tabular">{count}</span>
                {reason.to_owned()}
            </summary>
            <ul>{rows}</ul>
        </details>
    }
    .into_any()
}
