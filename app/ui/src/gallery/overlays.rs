//! What floats: menus, popovers, dialogs, drawers, toasts, the palette.

use leptos::prelude::*;

use super::Exhibit;
use crate::toast::ToastView;
use crate::{
    Avatar, Button, ButtonSize, ButtonVariant, CommandPalette, Dialog, Drawer, KeyboardGroup, KeyboardHelp,
    Menu, MenuHeading, MenuItem, MenuSeparator, PaletteGroup, PaletteItem, Plate, Popover, Presence, Size,
    Step, StepGlyph, TeamTag, Toast, Tone, Trigger, use_toaster,
};

#[component]
pub(super) fn Overlays(name: &'static str) -> impl IntoView {
    let toaster = use_toaster();
    let dialog = RwSignal::new(false);
    let drawer = RwSignal::new(false);
    let keyboard = RwSignal::new(false);
    let palette = RwSignal::new(false);
    let query = RwSignal::new(String::new());
    let found = Signal::derive(move || search(&query.get()));
    let groups = vec![
        group(
            "Anywhere",
            &[("Ctrl+K", "Search or jump"), ("C", "New item"), ("G B", "Boards"), ("Z", "Undo")],
        ),
        group("Item", &[("M", "Move to step"), ("A", "Assign"), ("F", "Find a slot"), ("Y", "Copy link")]),
    ];
    view! {
        <Exhibit title="Menu with shortcuts" width="is-3">
            <div class="exhibit-frame">
                <div class="menu exhibit-panel" role="menu" aria-label="Item">
                    <ItemMenu/>
                </div>
            </div>
            <div class="exhibit-line">
                <Menu id=format!("{name}-menu") label="Item">
                    <ItemMenu/>
                </Menu>
                <Menu id=format!("{name}-menu-button") label="Priority" trigger=Trigger::Button(ButtonVariant::Secondary)>
                    <MenuHeading>"Priority"</MenuHeading>
                    <MenuItem checked=false>"Low"</MenuItem>
                    <MenuItem checked=true>"Medium"</MenuItem>
                    <MenuItem checked=false>"High"</MenuItem>
                </Menu>
            </div>
        </Exhibit>
        <Exhibit title="Popover" width="is-3">
            <div class="exhibit-frame">
                <div class="popover exhibit-panel">
                    <PersonCard/>
                </div>
            </div>
            <div class="exhibit-line">
                <Popover
                    id=format!("{name}-person")
                    label="Oskar Berg"
                    trigger=Trigger::IconAndLabel(ButtonVariant::Secondary, "user".to_owned())
                >
                    <PersonCard/>
                </Popover>
            </div>
        </Exhibit>
        <Exhibit title="Dialog" width="is-6">
            <div class="exhibit-stage">
                <div class="dialog exhibit-panel">
                    <div class="dialog-body">
                        <header class="dialog-head">
                            <h2>"Publish version 5"</h2>
                        </header>
                        <div class="dialog-content">
                            <p>"26 items are running. 3 of them are in a step that version 5 removes."</p>
                        </div>
                        <footer class="dialog-foot">
                            <Button on_click=move |_| dialog.set(true)>"Open it"</Button>
                            <Button variant=ButtonVariant::Primary>"Publish v5"</Button>
                        </footer>
                    </div>
                </div>
            </div>
            <Dialog
                id=format!("{name}-dialog")
                open=dialog
                title="Publish version 5"
                footer=move || {
                    view! {
                        <Button on_click=move |_| dialog.set(false)>"Cancel"</Button>
                        <Button variant=ButtonVariant::Primary on_click=move |_| dialog.set(false)>
                            "Publish v5"
                        </Button>
                    }
                }
            >
                <p>"26 items are running. 3 of them are in a step that version 5 removes."</p>
            </Dialog>
        </Exhibit>
        <Exhibit title="Drawer" width="is-6">
            <div class="exhibit-drawer">
                <p class="text-meta">"The list keeps its place and its keys."</p>
                <Button size=ButtonSize::Small on_click=move |_| drawer.update(|open| *open = !*open)>
                    "Open UC-414"
                </Button>
                <Drawer
                    open=drawer
                    on_close=move || drawer.set(false)
                    label="UC-414"
                    head=|| view! { <span class="text-meta">"UC-414"</span> }
                >
                    <h3 class="item-title">"Audi A4 Avant"</h3>
                    <p class="facts">
                        <Plate text="HPD 740"/>
                    </p>
                    <dl class="key-values">
                        <dt>"Step"</dt>
                        <dd>
                            <StepGlyph step=Step::At { position: 3, of: 6 }/>
                            "Repair"
                        </dd>
                        <dt>"Team"</dt>
                        <dd>
                            <TeamTag name="Mechanics" category=2/>
                        </dd>
                    </dl>
                </Drawer>
            </div>
        </Exhibit>
        <Exhibit title="Toast" width="is-6">
            <div class="exhibit-stack">
                <ToastView toast=Toast::new("UC-409 moved to Published").undo(|| ()) on_close=|| ()/>
                <ToastView
                    toast=Toast::new("Offline, 3 changes wait").tone(Tone::Warning).act("Try now", || ())
                    on_close=|| ()
                />
                <ToastView toast=Toast::failed("Oskar is off on Fri 28 Nov, the booking went back") on_close=|| ()/>
            </div>
            <div class="exhibit-line">
                <Button on_click=move |_| {
                    toaster
                        .show(
                            Toast::new("UC-409 moved to Published")
                                .undo(move || {
                                    toaster.show(Toast::new("UC-409 is back in Photo and listing"));
                                }),
                        );
                }>"Move UC-409"</Button>
            </div>
        </Exhibit>
        <Exhibit title="Command palette" width="is-8">
            <div class="exhibit-stage">
                <div class="dialog palette exhibit-panel">
                    <StillPalette/>
                </div>
            </div>
        </Exhibit>
        <Exhibit title="Keyboard">
            <div class="exhibit-line">
                <Button icon="search" keys="Ctrl+K" on_click=move |_| palette.set(true)>
                    "Search"
                </Button>
                <Button icon="keyboard" keys="?" on_click=move |_| keyboard.set(true)>
                    "Keys"
                </Button>
            </div>
            {(name == "light")
                .then(|| {
                    view! {
                        <CommandPalette
                            open=palette
                            query
                            groups=found
                            on_choose=move |item: PaletteItem| {
                                toaster.show(Toast::new(item.label));
                            }
                        />
                        <KeyboardHelp open=keyboard groups/>
                    }
                })}
        </Exhibit>
    }
}

#[component]
fn ItemMenu() -> impl IntoView {
    view! {
        <MenuItem icon="arrow-right-left" keys="M">
            "Move to step"
        </MenuItem>
        <MenuItem icon="user-plus" keys="A">
            "Assign"
        </MenuItem>
        <MenuItem icon="calendar-search" keys="F">
            "Find a slot"
        </MenuItem>
        <MenuSeparator/>
        <MenuItem icon="link" keys="Y">
            "Copy link"
        </MenuItem>
        <MenuItem icon="split" note="not in this step" disabled=true>
            "Split item"
        </MenuItem>
        <MenuSeparator/>
        <MenuItem icon="trash-2" keys="Del" tone=Tone::Danger>
            "Delete"
        </MenuItem>
    }
}

#[component]
fn PersonCard() -> impl IntoView {
    view! {
        <div class="table-person">
            <Avatar name="Oskar Berg" category=1 size=Size::Large presence=Presence::Here/>
            <div>
                <strong>"Oskar Berg"</strong>
                <small>"Mechanics, Hisings Backa"</small>
            </div>
        </div>
        <crate::Progress label="Booked today, 7.5 of 8 h" value=94/>
        <div class="exhibit-line">
            <Button size=ButtonSize::Small>"Message"</Button>
            <Button size=ButtonSize::Small>"Calendar"</Button>
        </div>
    }
}

#[component]
fn StillPalette() -> impl IntoView {
    view! {
        <div class="palette-query">
            <crate::Icon name="search"/>
            <span class="exhibit-typed">"hpd"</span>
            <crate::Keys keys="Esc"/>
        </div>
        <ul class="palette-list">
            {search("hpd")
                .into_iter()
                .map(|group| {
                    view! {
                        <li>
                            <p class="menu-heading">{group.name}</p>
                            <ul>
                                {group
                                    .items
                                    .into_iter()
                                    .map(|item| {
                                        view! {
                                            <li class="menu-item">
                                                {item.step.map(|step| view! { <StepGlyph step/> })}
                                                {item
                                                    .icon
                                                    .map(|name| view! { <crate::Icon name size=crate::IconSize::Small/> })}
                                                {item.key.map(|key| view! { <span class="palette-key">{key}</span> })}
                                                <span class="menu-item-label">{item.label}</span>
                                                {item.plate.map(|text| view! { <Plate text/> })}
                                                {item.note.map(|note| view! { <span class="menu-item-note">{note}</span> })}
                                                {item.keys.map(|keys| view! { <crate::Keys keys/> })}
                                            </li>
                                        }
                                    })
                                    .collect_view()}
                            </ul>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

fn group(name: &str, keys: &[(&str, &str)]) -> KeyboardGroup {
    let keys = keys.iter().map(|(keys, act)| ((*keys).to_owned(), (*act).to_owned())).collect();
    KeyboardGroup { name: name.to_owned(), keys }
}

fn search(query: &str) -> Vec<PaletteGroup> {
    let item = |key: &str, label: &str, plate: &str, step: Step, note: Option<&str>| PaletteItem {
        id: key.to_owned(),
        key: Some(key.to_owned()),
        label: label.to_owned(),
        plate: Some(plate.to_owned()),
        step: Some(step),
        note: note.map(str::to_owned),
        ..PaletteItem::default()
    };
    let items = vec![
        item(
            "UC-414",
            "Audi A4 Avant",
            "HPD 740",
            Step::At { position: 3, of: 6 },
            Some("Repair and recondition"),
        ),
        item("UC-302", "Audi A3, sold 14 May", "HPD 112", Step::Done, None),
    ];
    let lower = query.to_lowercase();
    let matches = |item: &PaletteItem| {
        let plate = item.plate.clone().unwrap_or_default();
        format!("{} {plate}", item.label).to_lowercase().contains(&lower)
    };
    let mut acts = Vec::new();
    if !query.is_empty() {
        let mut new_item = PaletteItem::act("new", "plus", format!("New item called “{query}”"));
        new_item.keys = Some("Ctrl+Enter".to_owned());
        acts.push(new_item);
    }
    let mut slot = PaletteItem::act("slot", "calendar-search", "Find a slot for UC-414");
    slot.keys = Some("F".to_owned());
    acts.push(slot);
    vec![
        PaletteGroup { name: "Items".to_owned(), items: items.into_iter().filter(matches).collect() },
        PaletteGroup { name: "Do".to_owned(), items: acts },
    ]
}
