//! What the palette knows without a search, and how it is put in order with what a search found.

use clients::ClientRow;
use kernel::{Permission, Viewer};
use ui::{PaletteGroup, PaletteItem};
use workflows::{ItemHit, WorkflowSummary};

use super::act::Act;
use super::rank::{Fit, fit};
use crate::keys::keys_to;
use crate::pages::{NEW_ORGANISATION, PROFILE, SECURITY};
use crate::theme::THEMES;

/// How many things of one kind are shown.
const AT_MOST: usize = 6;

/// The kinds of things, in the order of the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Page,
    Workflow,
    Person,
    Team,
    Do,
}

impl Kind {
    const ALL: [Kind; 5] = [Kind::Workflow, Kind::Page, Kind::Person, Kind::Team, Kind::Do];

    fn name(self) -> &'static str {
        match self {
            Kind::Page => "Pages",
            Kind::Workflow => "Workflows",
            Kind::Person => "People",
            Kind::Team => "Teams",
            Kind::Do => "Do",
        }
    }

    /// Whether it is shown before anything is typed.
    fn is_shown_at_first(self) -> bool {
        matches!(self, Kind::Page | Kind::Workflow | Kind::Do)
    }
}

/// Something the palette knows.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    kind: Kind,
    item: PaletteItem,
    /// Further words by which it is found.
    also: String,
}

impl Entry {
    fn new(kind: Kind, act: &Act, icon: &str, label: impl Into<String>, also: &str) -> Self {
        Entry { kind, item: PaletteItem::act(act.id(), icon, label), also: also.to_owned() }
    }

    fn page(href: &str, icon: &str, label: &str, also: &str) -> Self {
        let mut entry = Entry::new(Kind::Page, &Act::Go(href.to_owned()), icon, label, also);
        entry.item.keys = keys_to(href).map(str::to_owned);
        entry
    }

    fn noted(mut self, note: &str) -> Self {
        self.item.note = Some(note.to_owned());
        self
    }
}

/// Everything that is known about this viewer's product.
pub(super) fn entries(viewer: Option<&Viewer>, workflows: &[WorkflowSummary]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for workflow in workflows {
        let (name, key) = (&workflow.name, &workflow.key);
        let go = |rest: &str| Act::Go(format!("/workflows/{key}{rest}"));
        entries.push(
            Entry::new(Kind::Workflow, &go(""), "square-kanban", name, &format!("{key} board"))
                .noted("Board"),
        );
        entries.push(
            Entry::new(Kind::Workflow, &go("/list"), "list", name, &format!("{key} list table"))
                .noted("List"),
        );
        entries.push(
            Entry::new(
                Kind::Workflow,
                &go("/calendar"),
                "calendar-days",
                name,
                &format!("{key} calendar due month"),
            )
            .noted("Calendar"),
        );
        if viewer.is_some_and(|viewer| viewer.may(Permission::ItemCreate)) {
            let label = format!("New item in {name}");
            entries.push(Entry::new(Kind::Do, &go("/new"), "plus", label, &format!("{key} add create")));
        }
    }
    entries.extend([
        Entry::page("/", "circle-dot", "My work", "home start today assigned"),
        Entry::page("/messages", "message-square", "Messages", "chat conversations write direct group"),
        Entry::page("/workflows", "square-kanban", "Workflows", "boards processes"),
        Entry::page("/settings", "settings", "Settings", "preferences"),
        Entry::page(PROFILE, "user-round", "Profile", "name password e-mail account settings"),
        Entry::page(
            SECURITY,
            "shield-check",
            "Security",
            "devices sessions second factor authenticator settings",
        ),
        Entry::page("/settings/keys", "key-round", "API keys", "token program interface settings"),
        Entry::page("/settings/apps", "plug", "Apps", "connected programs oauth settings"),
    ]);
    if let Some(viewer) = viewer {
        entries.extend(organisation_entries(viewer));
    }
    let keys = Entry::new(Kind::Do, &Act::Keys, "keyboard", "Show the keys", "keyboard help shortcuts");
    entries.push(Entry { item: PaletteItem { keys: Some("?".to_owned()), ..keys.item }, ..keys });
    for (theme, icon, name) in THEMES {
        let label = format!("Theme: {}", name.to_lowercase());
        entries.push(Entry::new(Kind::Do, &Act::Theme(theme), icon, label, "theme appearance colours mode"));
    }
    entries.push(Entry::new(Kind::Do, &Act::LogOut, "log-out", "Log out", "sign out leave"));
    entries
}

/// The viewer's own time, and on the page of an item what starts there. `here` is the path of the page.
pub(super) fn time_entries(viewer: Option<&Viewer>, here: &str) -> Vec<Entry> {
    if !viewer.is_some_and(|viewer| viewer.may(Permission::TimeLog)) {
        return Vec::new();
    }
    let item = here.strip_prefix("/items/").unwrap_or_default();
    let log = Act::Go(format!("/time?item={item}"));
    let mut entries = vec![
        Entry::page("/time", "timer", "My time", "timesheet week hours logged"),
        Entry::new(Kind::Do, &log, "timer", "Log time", "hours timesheet add entry"),
    ];
    if !item.is_empty() {
        let start = Act::Go(format!("{here}?timer"));
        entries.push(Entry::new(Kind::Do, &start, "play", "Start timer on this item", "clock log time"));
    }
    entries
}

/// What the viewer's organisation adds: its settings, people, teams, and the other organisations.
fn organisation_entries(viewer: &Viewer) -> Vec<Entry> {
    let mut entries = vec![
        Entry::page(
            "/settings/organisation",
            "building-2",
            "Organisation",
            "settings name logo time zone currency",
        ),
        Entry::page("/settings/brands", "palette", "Brands", "settings logo colour accent theme"),
        Entry::page("/settings/members", "users-round", "Members", "settings people invite roles"),
        Entry::page("/settings/roles", "shield-check", "Roles", "settings permissions rights access matrix"),
        Entry::page("/settings/teams", "users", "Teams", "settings groups"),
        Entry::page(NEW_ORGANISATION, "plus", "New organisation", "add create"),
    ];
    if viewer.may(Permission::ApiManage) {
        let words = "events programs integrations incoming hooks settings";
        entries.push(Entry::page("/settings/webhooks", "webhook", "Webhooks", words));
    }
    if viewer.may(Permission::CalendarView) {
        entries.push(Entry::page(
            "/calendar",
            "calendar",
            "Calendar",
            "agenda events bookings week schedule plan",
        ));
    }
    if viewer.may_somewhere(Permission::ClientView) {
        entries.push(Entry::page("/clients", "building-2", "Clients", "customers companies projects"));
    }
    if viewer.may(Permission::MemberManage) {
        let invite = Act::Go("/settings/members/invite".to_owned());
        entries.push(Entry::new(Kind::Do, &invite, "user-plus", "Invite somebody", "member colleague add"));
    }
    let teams = Act::Go("/settings/teams".to_owned());
    let people = viewer.directory.people.iter().filter(|person| person.active);
    entries.extend(people.map(|person| {
        let href = format!("/people/{}", person.id);
        Entry::new(Kind::Person, &Act::Go(href), "user-round", &person.name, "")
    }));
    entries.extend(
        viewer.directory.teams.iter().map(|team| Entry::new(Kind::Team, &teams, "users", &team.name, "")),
    );
    let active = viewer.brand.as_ref().map(|brand| brand.id);
    let brands = viewer.brands.iter().filter(|brand| active != Some(brand.id));
    entries.extend(brands.map(|brand| {
        let label = format!("Brand: {}", brand.name);
        Entry::new(Kind::Do, &Act::Brand(Some(brand.id)), "palette", label, "switch logo colour")
    }));
    if viewer.brand_chosen {
        let label = "Brand: my usual one";
        entries.push(Entry::new(Kind::Do, &Act::Brand(None), "undo-2", label, "switch back home"));
    }
    let others = viewer.organisations.iter().filter(|organisation| organisation.id != viewer.organisation.id);
    entries.extend(others.map(|organisation| {
        let label = format!("Switch to {}", organisation.name);
        Entry::new(Kind::Do, &Act::Switch(organisation.id), "arrow-right-left", label, "organisation")
    }));
    entries
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// What was searched for.
    pub(super) text: String,
    pub(super) items: Vec<ItemHit>,
    pub(super) clients: Vec<ClientRow>,
}

/// What fits the typed text, in groups: what was found first, then what is known, the best fit first.
pub(super) fn groups(typed: &str, known: &[Entry], found: &Found) -> Vec<PaletteGroup> {
    let typed = typed.trim();
    let group = |name: &str, items| PaletteGroup { name: name.to_owned(), items };
    let mut groups = vec![group("Items", items(typed, found)), group("Clients", clients(typed, found))];
    let mut rest = Kind::ALL.map(|kind| (kind, of_kind(kind, typed, known)));
    if !typed.is_empty() {
        rest.sort_by_key(|(_, fitting)| fitting.first().map(|(fit, _)| *fit));
    }
    groups.extend(
        rest.map(|(kind, fitting)| group(kind.name(), fitting.into_iter().map(|(_, item)| item).collect())),
    );
    groups.retain(|group| !group.items.is_empty());
    groups
}

/// The clients that a search found.
fn clients(typed: &str, found: &Found) -> Vec<PaletteItem> {
    let fits =
        |row: &&ClientRow| !typed.is_empty() && (found.text == typed || fit(typed, &row.name, "").is_some());
    let item = |row: &ClientRow| {
        PaletteItem::act(Act::Go(format!("/clients/{}", row.id)).id(), "building-2", row.name.clone())
    };
    found.clients.iter().filter(fits).take(AT_MOST).map(item).collect()
}

/// The items that a search found. Those of an earlier search stay only while they still fit what is typed now.
fn items(typed: &str, found: &Found) -> Vec<PaletteItem> {
    if typed.is_empty() {
        return Vec::new();
    }
    let fits = |hit: &&ItemHit| {
        found.text == typed || fit(typed, &hit.title, &format!("{} {}", hit.key(), hit.tag)).is_some()
    };
    let item = |hit: &ItemHit| PaletteItem {
        id: Act::Go(format!("/items/{}", hit.key())).id(),
        label: hit.title.clone(),
        key: Some(hit.key()),
        plate: Some(hit.tag.clone()).filter(|tag| !tag.is_empty()),
        note: Some(hit.step_name.clone()),
        ..PaletteItem::default()
    };
    found.items.iter().filter(fits).take(AT_MOST).map(item).collect()
}

fn of_kind(kind: Kind, typed: &str, known: &[Entry]) -> Vec<(Fit, PaletteItem)> {
    if typed.is_empty() && !kind.is_shown_at_first() {
        return Vec::new();
    }
    let of_kind = known.iter().filter(|entry| entry.kind == kind);
    let mut fitting: Vec<(Fit, &Entry)> =
        of_kind.filter_map(|entry| Some((fit(typed, &entry.item.label, &entry.also)?, entry))).collect();
    fitting.sort_by_key(|(fit, _)| *fit);
    fitting.into_iter().take(AT_MOST).map(|(fit, entry)| (fit, entry.item.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(title: &str, number: i64, tag: &str) -> ItemHit {
        ItemHit {
            id: "01939d2e-8f5a-7c3b-9f00-1f2e3d4c5b6a".parse().unwrap(),
            workflow_key: "UC".to_owned(),
            number,
            title: title.to_owned(),
            tag: tag.to_owned(),
            step_name: "Repair".to_owned(),
        }
    }

    fn labels(groups: &[PaletteGroup]) -> Vec<(&str, Vec<&str>)> {
        groups
            .iter()
            .map(|group| (group.name.as_str(), group.items.iter().map(|item| item.label.as_str()).collect()))
            .collect()
    }

    fn nothing() -> Found {
        Found::default()
    }

    fn found(text: &str, items: Vec<ItemHit>) -> Found {
        Found { text: text.to_owned(), items, clients: Vec::new() }
    }

    #[test]
    fn at_first_it_offers_pages_and_acts() {
        let groups = groups("", &entries(None, &[]), &nothing());
        let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["Pages", "Do"]);
    }

    #[test]
    fn pages_are_found_by_further_words() {
        let groups = groups("password", &entries(None, &[]), &nothing());
        assert_eq!(labels(&groups), [("Pages", vec!["Profile"])]);
    }

    #[test]
    fn a_page_shows_its_keys() {
        let groups = groups("my work", &entries(None, &[]), &nothing());
        assert_eq!(groups[0].items[0].keys.as_deref(), Some("G M"));
    }

    #[test]
    fn time_is_logged_by_who_may() {
        assert!(time_entries(None, "/items/UC-1").is_empty());
    }

    #[test]
    fn found_items_come_first() {
        let found = found("hpd", vec![hit("Audi A4 Avant", 414, "HPD 740")]);
        let groups = groups("hpd", &entries(None, &[]), &found);
        assert_eq!(labels(&groups), [("Items", vec!["Audi A4 Avant"])]);
        let item = &groups[0].items[0];
        assert_eq!((item.key.as_deref(), item.plate.as_deref()), (Some("UC-414"), Some("HPD 740")));
        assert_eq!(Act::parse(&item.id), Some(Act::Go("/items/UC-414".to_owned())));
    }

    #[test]
    fn items_of_an_earlier_search_stay_while_they_fit() {
        let found = found("audi", vec![hit("Audi A4", 1, ""), hit("Audi A3", 2, "")]);
        assert_eq!(labels(&groups("audi a3", &[], &found)), [("Items", vec!["Audi A3"])]);
        assert_eq!(labels(&groups("", &[], &found)), []);
    }

    #[test]
    fn clients_are_found_by_name() {
        let client = ClientRow {
            id: "01939d2e-8f5a-7c3b-9f00-1f2e3d4c5b6a".parse().unwrap(),
            name: "Fjord Taxi".to_owned(),
            email: String::new(),
            phone: String::new(),
        };
        let found = Found { text: "fjo".to_owned(), items: Vec::new(), clients: vec![client] };
        assert_eq!(labels(&groups("fjord", &[], &found)), [("Clients", vec!["Fjord Taxi"])]);
        assert_eq!(labels(&groups("volvo", &[], &found)), []);
    }

    #[test]
    fn what_fits_best_comes_first() {
        let known = [
            Entry::page("/settings/organisation", "building-2", "Organisation", "logo time zone"),
            Entry::new(Kind::Do, &Act::Keys, "timer", "Log time", ""),
        ];
        assert_eq!(groups("log time", &known, &nothing())[0].items[0].label, "Log time");
    }

    #[test]
    fn a_group_shows_only_the_best() {
        let hits = (1..20).map(|number| hit("Volvo", number, "")).collect();
        assert_eq!(groups("volvo", &[], &found("volvo", hits))[0].items.len(), AT_MOST);
    }
}
