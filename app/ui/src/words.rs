//! The design system's own words: the few texts its components say by themselves. Everything else a page says comes
//! from the page. Names of months and weekdays live here as well, for [`crate::when`].

use leptos::prelude::*;

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, the complete language.
    #[default]
    English,
    /// Swedish.
    Swedish,
}

impl Language {
    /// Returns the language that a tag such as `sv` or `en-GB` names; English when it is none of ours.
    pub fn from_tag(tag: &str) -> Self {
        if tag.starts_with("sv") { Self::Swedish } else { Self::English }
    }

    /// Returns the tag for the `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Swedish => "sv",
        }
    }

    /// Returns the words of the language.
    pub fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Swedish => &SWEDISH,
        }
    }
}

/// Makes a language the one that the components below speak.
pub fn provide_language(language: Language) {
    provide_context(language);
}

/// Returns the language of this part of the page.
pub fn use_language() -> Language {
    use_context::<Language>().unwrap_or_default()
}

/// Returns the words of the language of this part of the page.
pub fn use_words() -> &'static Words {
    use_language().words()
}

/// What the components say by themselves.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field is named after the text it holds")]
pub struct Words {
    pub actions: &'static str,
    pub account: &'static str,
    pub ago_days: &'static str,
    pub ago_hours: &'static str,
    pub ago_minutes: &'static str,
    pub away: &'static str,
    pub back: &'static str,
    pub breadcrumb: &'static str,
    pub cancel: &'static str,
    pub choose_date: &'static str,
    pub choose_time: &'static str,
    pub clear: &'static str,
    pub close: &'static str,
    pub command_choose: &'static str,
    pub command_open: &'static str,
    pub command_placeholder: &'static str,
    pub copied: &'static str,
    pub copy_failed: &'static str,
    pub dark: &'static str,
    pub day_late: &'static str,
    pub days_late: &'static str,
    pub deselect_all: &'static str,
    pub dismiss: &'static str,
    pub filters: &'static str,
    pub here: &'static str,
    pub hide_password: &'static str,
    pub in_day: &'static str,
    pub in_days: &'static str,
    pub keyboard: &'static str,
    pub light: &'static str,
    pub loading: &'static str,
    pub main_menu: &'static str,
    pub months: [&'static str; 12],
    pub months_short: [&'static str; 12],
    pub more: &'static str,
    pub next_month: &'static str,
    pub next_monday: &'static str,
    pub no_match: &'static str,
    pub nobody: &'static str,
    pub notifications: &'static str,
    pub now: &'static str,
    pub of: &'static str,
    pub previous_month: &'static str,
    pub priorities: [&'static str; 5],
    pub remove_filter: &'static str,
    pub required: &'static str,
    pub search: &'static str,
    pub select_all: &'static str,
    pub selected: &'static str,
    pub show_password: &'static str,
    pub skip_to_content: &'static str,
    pub step_at: &'static str,
    pub step_done: &'static str,
    pub step_ended: &'static str,
    pub step_waiting: &'static str,
    pub system: &'static str,
    pub theme: &'static str,
    pub time_hint: &'static str,
    pub today: &'static str,
    pub tomorrow: &'static str,
    pub try_again: &'static str,
    /// What is said when a part of the program did not come.
    pub not_fetched: &'static str,
    /// The link to where one shows that it is oneself.
    pub prove: &'static str,
    pub undo: &'static str,
    pub week: &'static str,
    pub weekdays: [&'static str; 7],
    pub weekdays_initial: [&'static str; 7],
    pub weekdays_short: [&'static str; 7],
    pub yesterday: &'static str,
}

const ENGLISH: Words = Words {
    actions: "Actions",
    account: "Account",
    ago_days: "d ago",
    ago_hours: "h ago",
    ago_minutes: "min ago",
    away: "away",
    back: "Back",
    breadcrumb: "Breadcrumb",
    cancel: "Cancel",
    choose_date: "Choose a date",
    choose_time: "Choose a time",
    clear: "Clear",
    close: "Close",
    command_choose: "choose",
    command_open: "open",
    command_placeholder: "Search or jump",
    copied: "Copied",
    copy_failed: "The browser did not allow copying",
    dark: "Dark",
    day_late: "day late",
    days_late: "days late",
    deselect_all: "Clear the selection",
    dismiss: "Dismiss",
    filters: "Filters",
    here: "here",
    hide_password: "Hide password",
    in_day: "Tomorrow",
    in_days: "days",
    keyboard: "Keyboard",
    light: "Light",
    loading: "Loading",
    main_menu: "Main menu",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    months_short: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    more: "More",
    next_month: "Next month",
    next_monday: "Next Monday",
    no_match: "No match",
    nobody: "Unassigned",
    notifications: "Notifications",
    now: "Now",
    of: "of",
    previous_month: "Previous month",
    priorities: ["No priority", "Low", "Medium", "High", "Urgent"],
    remove_filter: "Remove this filter",
    required: "required",
    search: "Search",
    select_all: "Select all",
    selected: "selected",
    show_password: "Show password",
    skip_to_content: "Skip to content",
    step_at: "Step",
    step_done: "Done",
    step_ended: "Ended",
    step_waiting: "Not reached",
    system: "System",
    theme: "Theme",
    time_hint: "Type 1p, 13 or 1330",
    today: "Today",
    tomorrow: "Tomorrow",
    try_again: "Try again",
    not_fetched: "This part could not be fetched. Check the connection and try again.",
    prove: "Show it",
    undo: "Undo",
    week: "Week",
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    weekdays_initial: ["M", "T", "W", "T", "F", "S", "S"],
    weekdays_short: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    yesterday: "Yesterday",
};

const SWEDISH: Words = Words {
    actions: "Åtgärder",
    account: "Konto",
    ago_days: "d sedan",
    ago_hours: "h sedan",
    ago_minutes: "min sedan",
    away: "borta",
    back: "Tillbaka",
    breadcrumb: "Sökväg",
    cancel: "Avbryt",
    choose_date: "Välj datum",
    choose_time: "Välj tid",
    clear: "Rensa",
    close: "Stäng",
    command_choose: "välj",
    command_open: "öppna",
    command_placeholder: "Sök eller hoppa",
    copied: "Kopierat",
    copy_failed: "Webbläsaren tillät inte kopiering",
    dark: "Mörkt",
    day_late: "dag sen",
    days_late: "dagar sen",
    deselect_all: "Rensa markeringen",
    dismiss: "Stäng",
    filters: "Filter",
    here: "här",
    hide_password: "Dölj lösenordet",
    in_day: "I morgon",
    in_days: "dagar",
    keyboard: "Tangentbord",
    light: "Ljust",
    loading: "Laddar",
    main_menu: "Huvudmeny",
    months: [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ],
    months_short: ["jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"],
    more: "Mer",
    next_month: "Nästa månad",
    next_monday: "Nästa måndag",
    no_match: "Ingen träff",
    nobody: "Ingen",
    notifications: "Aviseringar",
    now: "Nu",
    of: "av",
    previous_month: "Föregående månad",
    priorities: ["Ingen prioritet", "Låg", "Medel", "Hög", "Brådskande"],
    remove_filter: "Ta bort filtret",
    required: "krävs",
    search: "Sök",
    select_all: "Markera alla",
    selected: "markerade",
    show_password: "Visa lösenordet",
    skip_to_content: "Hoppa till innehållet",
    step_at: "Steg",
    step_done: "Klart",
    step_ended: "Avslutat",
    step_waiting: "Inte nått",
    system: "System",
    theme: "Tema",
    time_hint: "Skriv 13 eller 1330",
    today: "I dag",
    tomorrow: "I morgon",
    try_again: "Försök igen",
    not_fetched: "Den här delen kunde inte hämtas. Kontrollera anslutningen och försök igen.",
    prove: "Visa det",
    undo: "Ångra",
    week: "Vecka",
    weekdays: ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"],
    weekdays_initial: ["M", "T", "O", "T", "F", "L", "S"],
    weekdays_short: ["mån", "tis", "ons", "tors", "fre", "lör", "sön"],
    yesterday: "I går",
};
