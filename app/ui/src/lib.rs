//! The design system: everything that more than one page shows, built on native elements, the same in light and dark,
//! usable by keyboard, by touch and at 360 px. Form controls work before (and without) hydration; colours come from
//! classes only, because the content security policy allows no inline style. `/design` shows all of it.
//!
//! The words of the components are in [`words`], dates and times in [`when`], and the marks that boards write as text
//! in [`html`].

mod button;
mod chart;
mod choice;
mod clipboard;
mod combobox;
mod comment;
mod company;
mod date_field;
mod dialog;
mod drawer;
mod enclosed;
mod feedback;
mod field;
mod filing;
mod filter;
mod icon;
mod lazy;
mod load;
mod mark;
mod mention;
mod menu;
mod navigation;
mod outcome;
mod overlay;
mod palette;
mod people;
mod popover;
mod progress;
mod shell;
mod slot;
mod table;
mod time_field;
mod toast;
mod virtual_list;

pub mod gallery;
pub mod hotkeys;
pub mod html;
pub mod js;
pub mod letters;
pub mod number;
pub mod theme;
pub mod waiting;
pub mod when;
pub mod words;

pub use button::{Button, ButtonGroup, ButtonKind, ButtonSize, ButtonVariant, IconButton, LinkButton};
pub use chart::{BarChart, LineChart, Point};
pub use choice::{Checkbox, Choice, RadioGroup, Segment, Segmented, Switch};
pub use clipboard::copy_to_clipboard;
pub use combobox::{Combobox, ComboboxOption};
pub use comment::{CommentFields, CommentRow};
pub use company::{Company, Meeting, Others, People, writing_in_words};
pub use date_field::DateField;
pub use dialog::{Dialog, KeyboardGroup, KeyboardHelp, PageKeys, list_keys};
pub use drawer::Drawer;
pub use enclosed::Enclosed;
pub use feedback::{Banner, EmptyState, ErrorPage, ErrorState, FormError, Skeleton};
pub use field::{Field, PasswordField, SelectField, TextArea, TextField, field_id};
pub use filing::{FiledField, Filing};
pub use filter::{FilterBar, FilterChip};
pub use icon::{Icon, IconSize};
pub use lazy::{
    Address, Later, Page, Part, Route, SplitLoaderError, address, not_fetched, route, routes_under,
};
pub use load::{Load, LoadAs, Wait, drawn, error_of, field_error, on_answer, on_done, set_status};
pub use mark::{
    Avatar, AvatarStack, Count, Face, Pill, Plate, Presence, Priority, PriorityGlyph, Size, SquareMark, Step,
    StepGlyph, TeamTag, Tone, Unassigned, WorkInProgress, work_in_progress_class,
};
pub use mention::Mentions;
pub use menu::{Menu, MenuHeading, MenuItem, MenuSeparator};
pub use navigation::{Breadcrumbs, Crumb, Keys, Tab, Tabs};
pub use outcome::Outcome;
pub use palette::{CommandPalette, PaletteGroup, PaletteItem};
pub use people::PeoplePicker;
pub use popover::{Popover, Tooltip, TooltipLayer, Trigger};
pub use progress::Progress;
pub use shell::{
    AppFrame, AuthFrame, BottomBar, BottomLink, OrganisationSwitcher, PageTitle, SettingsFrame, SidebarFind,
    SidebarGroup, SidebarLink, SidebarPerson, Toolbar, TopBar,
};
pub use slot::Slot;
pub use table::{SelectAll, SelectRow, SortHeader, SortOrder, Table, TableHead};
pub use time_field::TimeField;
pub use toast::{Toast, Toaster, Toasts, provide_toaster, use_toaster};
pub use virtual_list::VirtualList;
