//! A field that holds rows, as a table whose cells are filled in. On a phone each row is a card.
//!
//! Without scripts there are a few more rows to fill in than there are. With them these are shown one by one, and rows are
//! removed; what is being written stays, and the focus, though the page around it is drawn anew: rows are drawn once and only
//! shown and hidden, and what stands in them is read from the page.

mod reading;

use std::collections::BTreeMap;

use leptos::{ev, html, prelude::*};
use serde_json::Value;
use ui::{Button, ButtonSize, IconButton, js};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

pub use self::reading::reading;
use self::reading::title;
use super::sheet::Sheet;
use crate::{
    form::{
        Column,
        table::{self, ROWS_MAX},
        value::Around,
    },
    model::{Field, FieldKind},
};

/// The texts of a row's cells, in the order of the columns.
type Texts = Vec<String>;

/// So many rows are there to be shown, more than there are.
const MORE: usize = 3;

/// A row as it is drawn: what its controls begin with, and what stands in them now.
#[derive(Debug, Clone)]
struct Line {
    first: Texts,
    now: Texts,
}

/// A table that is filled in. Cheap to copy.
#[derive(Clone, Copy)]
struct Grid {
    field: StoredValue<Field>,
    kept: StoredValue<Vec<Texts>>,
    /// How many rows are shown.
    shown: RwSignal<usize>,
    /// What is wrong, by the row and the column, both counted from 0.
    faults: RwSignal<BTreeMap<(usize, usize), String>>,
    root: NodeRef<html::Table>,
}

/// The rows of a table to fill in.
pub fn filled_in(
    sheet: Sheet,
    field: Field,
    label: Signal<String>,
    message: Signal<Option<String>>,
) -> AnyView {
    let kept = table::texts(&field, sheet.value(&field.key).as_ref());
    let about = sheet.about.get_value();
    let begun = if cfg!(target_arch = "wasm32") { Begun::find(&field, &about) } else { None };
    let goes_on = begun.is_some();
    let lines = match begun {
        Some(begun) => begun.on(&field, &kept),
        None => sheet.cells(&field).into_iter().map(|now| Line { first: now.clone(), now }).collect(),
    };
    let now: Vec<Texts> = lines.iter().map(|line| line.now.clone()).collect();
    let grid = Grid {
        faults: RwSignal::new(faults(&field, &kept, &now)),
        shown: RwSignal::new(now.len().max(1)),
        root: NodeRef::new(),
        kept: StoredValue::new(kept.clone()),
        field: StoredValue::new(field.clone()),
    };
    if goes_on {
        grid.write(now.clone(), |_| {});
    }
    let currency = sheet.names.with_value(|names| names.currency.clone());
    let heads = field.terms.columns.iter().map(|column| {
        let needed = if column.required { " *" } else { "" };
        let head = format!("{}{needed}", title(column, &currency));
        view! { <th scope="col" class:is-numeric=column.is_numeric()>{head}</th> }
    });
    let heads = heads.collect_view();
    let there = (now.len().max(1) + MORE).min(ROWS_MAX);
    let empty = std::iter::repeat_with(|| Line { first: blank(&field), now: blank(&field) });
    let drawn = lines.into_iter().chain(empty).take(there).enumerate();
    let drawn = drawn.map(|(place, line)| grid.row(place, line)).collect_view();
    // Those that were asked for beyond that come and go.
    let added = move || {
        let empty = grid.field.with_value(blank);
        let line = move || Line { first: empty.clone(), now: empty.clone() };
        (there..grid.shown.get()).map(|place| grid.row(place, line())).collect_view()
    };
    let note = move || message.get().or_else(|| grid.said());
    let is_wrong = move || message.with(Option::is_some) || grid.faults.with(|faults| !faults.is_empty());
    let full = Signal::derive(move || ROWS_MAX <= grid.shown.get());
    let key = field.key.clone();
    let kept = serde_json::to_string(&kept).unwrap_or_default();
    view! {
        <link rel="stylesheet" href="/rows.css"/>
        <div
            class="field rows-field"
            class:is-invalid=is_wrong
            role="group"
            aria-labelledby=format!("field-{key}-label")
            aria-describedby=format!("field-{key}-note")
        >
            <div class="field-head">
                <span class="field-label" id=format!("field-{key}-label")>
                    {move || label.get()}
                </span>
            </div>
            // An empty table sends nothing; this says that it was there.
            <input type="hidden" name=format!("data[{key}]") value=""/>
            <div class="rows-frame">
                <table
                    class="rows"
                    id=format!("field-{key}")
                    aria-labelledby=format!("field-{key}-label")
                    data-about=about
                    data-kept=kept
                    node_ref=grid.root
                    on:change=move |_| grid.judge()
                    on:keydown=move |event| grid.key(&event)
                >
                    <thead>
                        <tr>
                            {heads} <th class="rows-act">
                                <span class="visually-hidden">"Acts"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{drawn} {added}</tbody>
                </table>
            </div>
            <p class="field-note" id=format!("field-{key}-note") aria-live="polite">
                {note}
            </p>
            <div class="rows-acts needs-script">
                <Button size=ButtonSize::Small icon="plus" disabled=full on_click=move |_| grid.add()>
                    "Add a row"
                </Button>
            </div>
        </div>
    }
    .into_any()
}

fn blank(field: &Field) -> Texts {
    vec![String::new(); field.terms.columns.len()]
}

fn is_blank(row: &Texts) -> bool {
    row.iter().all(String::is_empty)
}

/// What is wrong with cells as they are written.
fn faults(field: &Field, kept: &[Texts], now: &[Texts]) -> BTreeMap<(usize, usize), String> {
    let of_row = |(place, row): (usize, &Texts)| {
        let columns = field.terms.columns.iter().zip(row).enumerate();
        let wrong = columns.filter_map(|(at, (column, text))| {
            // What was chosen once may be offered no more.
            let stays = column.kind == FieldKind::Choice && kept.iter().any(|row| row.get(at) == Some(text));
            let fault = if stays { None } else { column.fault(place + 1, text) };
            Some(((place, at), fault?))
        });
        wrong.collect::<Vec<_>>()
    };
    now.iter().enumerate().flat_map(of_row).collect()
}

/// A table that stands on the page already, in which somebody may be writing.
struct Begun {
    /// What was kept when it was drawn.
    kept: Vec<Texts>,
    now: Vec<Texts>,
}

impl Begun {
    /// The table of the same field of the same form.
    fn find(field: &Field, about: &str) -> Option<Begun> {
        let root = document().get_element_by_id(&format!("field-{}", field.key))?;
        if root.get_attribute("data-about").as_deref() != Some(about) {
            return None;
        }
        let kept: Vec<Texts> = serde_json::from_str(&root.get_attribute("data-kept")?).ok()?;
        let now = written(&root);
        let columns = field.terms.columns.len();
        let fits = now.iter().chain(&kept).all(|row| row.len() == columns);
        fits.then_some(Begun { kept, now })
    }

    /// Its rows, now that these are kept: what was begun stays, and where nothing was, what others wrote is shown.
    fn on(self, field: &Field, kept: &[Texts]) -> Vec<Line> {
        let value = |rows: &[Texts]| read(field, rows);
        let (was, is, now) = (value(&self.kept), value(kept), value(&self.now));
        let as_kept = |now: &Texts| Line { first: now.clone(), now: now.clone() };
        if now.is_some() && now == is {
            // The same, perhaps with rows that are still empty.
            let mut written = kept.iter();
            let line = |now: &Texts| as_kept(if is_blank(now) { now } else { written.next().unwrap_or(now) });
            return self.now.iter().map(line).collect();
        }
        if now.is_some() && now == was {
            let empty = self.now.iter().rev().take_while(|row| is_blank(row)).count();
            let added = std::iter::repeat_n(blank(field), empty);
            return kept.iter().cloned().chain(added).map(|row| as_kept(&row)).collect();
        }
        let first = |place| kept.get(place).cloned().unwrap_or_else(|| blank(field));
        self.now.into_iter().enumerate().map(|(place, now)| Line { first: first(place), now }).collect()
    }
}

/// The value of rows as they are written; nothing where they cannot be read.
fn read(field: &Field, rows: &[Texts]) -> Option<Option<Value>> {
    let sent: BTreeMap<String, &str> = (0..)
        .zip(rows)
        .flat_map(|(place, row)| {
            let cells = field.terms.columns.iter().zip(row);
            let called = move |(column, text)| {
                (format!("{}/{}", field.key, table::name(place, column)), String::as_str(text))
            };
            cells.map(called)
        })
        .collect();
    table::of_form(field, "", None, &|name| sent.get(name).copied(), &Around::LOOSE).ok()
}

/// What stands in the cells of a table on the page.
fn written(root: &Element) -> Vec<Texts> {
    let text = |cell: web_sys::Node| {
        let text = |name| js::get(&cell, name).as_string().unwrap_or_default();
        let is_off = text("type") == "checkbox" && js::get(&cell, "checked").as_bool() != Some(true);
        if is_off { String::new() } else { text("value") }
    };
    let rows = rows_of(root).into_iter();
    rows.map(|row| nodes(&row, "[data-cell]").into_iter().map(text).collect()).collect()
}

/// The rows that are shown.
fn rows_of(root: &Element) -> Vec<Element> {
    let rows = nodes(root, ".rows-row:not(.is-spare)").into_iter();
    rows.filter_map(|row| row.dyn_into::<Element>().ok()).collect()
}

fn nodes(root: &Element, selector: &str) -> Vec<web_sys::Node> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|place| found.get(place)).collect()
}

impl Grid {
    fn row(self, place: usize, line: Line) -> AnyView {
        let columns = self.field.with_value(|field| field.terms.columns.clone());
        let texts = line.first.into_iter().zip(line.now);
        let cells = columns.into_iter().zip(texts).enumerate();
        let cells = cells.map(|(at, (column, (first, now)))| self.cell((place, at), &column, first, now));
        let cells = cells.collect_view();
        view! {
            <tr class="rows-row" class:is-spare=move || self.shown.get() <= place>
                {cells} <td class="rows-act">
                    <span class="needs-script">
                        <IconButton
                            icon="x"
                            size=ButtonSize::Small
                            label=format!("Remove row {}", place + 1)
                            on_click=move |_| self.remove(place)
                        />
                    </span>
                </td>
            </tr>
        }
        .into_any()
    }

    fn cell(self, (place, at): (usize, usize), column: &Column, first: String, now: String) -> AnyView {
        let key = self.field.with_value(|field| field.key.clone());
        let name = format!("data[{key}/{}]", table::name(place, column));
        let label = format!("{}, row {}", column.label, place + 1);
        let note = format!("field-{key}-note");
        let invalid = move || self.faults.with(|faults| faults.contains_key(&(place, at)));
        let mark = move || invalid().then_some("true");
        let control = match column.kind {
            FieldKind::Choice => {
                let mut offered = column.choices.clone();
                offered
                    .extend(Some(now.clone()).filter(|now| !now.is_empty() && !column.choices.contains(now)));
                let options = offered.into_iter().map(|choice| {
                    let selected = choice == now;
                    view! { <option value=choice.clone() selected=selected>{choice.clone()}</option> }
                });
                let options = options.collect_view();
                view! {
                    <div class="select">
                        <select
                            name=name
                            data-cell=""
                            aria-label=label
                            aria-invalid=mark
                            aria-describedby=note
                            prop:value=now
                        >
                            <option value="">""</option>
                            {options}
                        </select>
                        <ui::Icon name="chevrons-up-down" size=ui::IconSize::Small/>
                    </div>
                }
                .into_any()
            }
            FieldKind::Flag => {
                let is_on = now == "true";
                view! {
                    <label class="choice">
                        <input
                            type="checkbox"
                            class="checkbox"
                            name=name
                            value="true"
                            data-cell=""
                            aria-label=label
                            checked=is_on
                            prop:checked=is_on
                        />
                    </label>
                }
                .into_any()
            }
            kind => {
                let (form, mode) = match kind {
                    FieldKind::Date => ("date", None),
                    FieldKind::Number => ("text", Some("numeric")),
                    FieldKind::Money => ("text", Some("decimal")),
                    _ => ("text", None),
                };
                view! {
                    <div class="input">
                        <input
                            type=form
                            inputmode=mode
                            name=name
                            autocomplete="off"
                            data-cell=""
                            aria-label=label
                            aria-invalid=mark
                            aria-describedby=note
                            value=first
                            prop:value=now
                        />
                    </div>
                }
                .into_any()
            }
        };
        view! {
            <td data-label=column.label.clone() class:is-numeric=column.is_numeric()>
                {control}
            </td>
        }
        .into_any()
    }

    /// What is wrong about cells, in words.
    fn said(self) -> Option<String> {
        self.faults.with(|faults| {
            let said: Vec<&str> = faults.values().take(3).map(String::as_str).collect();
            (!said.is_empty()).then(|| said.join(" "))
        })
    }

    /// What is written at the moment.
    fn now(self) -> Vec<Texts> {
        self.root.get_untracked().map(|root| written(&root)).unwrap_or_default()
    }

    fn judge(self) {
        let now = self.now();
        let found = self.kept.with_value(|kept| self.field.with_value(|field| faults(field, kept, &now)));
        if self.faults.with_untracked(|before| *before != found) {
            self.faults.set(found);
        }
    }

    fn add(self) {
        let mut rows = self.now();
        if ROWS_MAX <= rows.len() {
            return;
        }
        rows.push(self.field.with_value(blank));
        let last = rows.len() - 1;
        self.shown.set(rows.len());
        self.write(rows, move |grid| grid.focus(last, 0));
    }

    fn remove(self, place: usize) {
        let mut rows = self.now();
        if rows.len() <= place {
            return;
        }
        rows.remove(place);
        if rows.is_empty() {
            rows.push(self.field.with_value(blank));
        }
        let near = place.min(rows.len() - 1);
        self.shown.set(rows.len());
        self.write(rows, move |grid| {
            grid.focus(near, 0);
            grid.tell();
        });
    }

    /// Writes into the cells, once the rows are shown: what somebody typed there wins over what is drawn.
    fn write(self, rows: Vec<Texts>, then: impl FnOnce(Grid) + 'static) {
        leptos::task::spawn_local(async move {
            leptos::task::tick().await;
            let Some(root) = self.root.try_get_untracked().flatten() else { return };
            // What is not shown any more holds nothing: it is sent, too.
            let blank = self.field.with_value(blank);
            let all = nodes(&root, ".rows-row").into_iter().filter_map(|row| row.dyn_into::<Element>().ok());
            for (row, texts) in all.zip(rows.into_iter().chain(std::iter::repeat(blank))) {
                for (cell, text) in nodes(&row, "[data-cell]").into_iter().zip(texts) {
                    let is_box = js::get(&cell, "type").as_string().as_deref() == Some("checkbox");
                    let (name, value) =
                        if is_box { ("checked", (text == "true").into()) } else { ("value", text.into()) };
                    if js::get(&cell, name) != value {
                        js::set(&cell, name, &value);
                    }
                }
            }
            self.judge();
            then(self);
        });
    }

    /// Tells the form that something changed.
    fn tell(self) {
        let Some(root) = self.root.get_untracked() else { return };
        let init = web_sys::EventInit::new();
        init.set_bubbles(true);
        let told = ev::Event::new_with_event_init_dict("change", &init);
        if !told.is_ok_and(|event| root.dispatch_event(&event).is_ok()) {
            leptos::logging::warn!("the form was not told that a row is gone");
        }
    }

    fn focus(self, place: usize, at: usize) {
        let row = self.root.get_untracked().and_then(|root| rows_of(&root).into_iter().nth(place));
        let cell = row.and_then(|row| nodes(&row, "[data-cell]").into_iter().nth(at));
        if let Some(cell) = cell.and_then(|cell| cell.dyn_into::<HtmlElement>().ok()) {
            cell.focus().ok();
        }
    }

    /// Enter goes to the row below, and adds one below the last; it never sends the form.
    fn key(self, event: &ev::KeyboardEvent) {
        if event.key() != "Enter" || event.is_composing() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(cell) = target.filter(|target| target.has_attribute("data-cell")) else { return };
        let Some(root) = self.root.get_untracked() else { return };
        event.prevent_default();
        let rows = rows_of(&root);
        let Some(place) = rows.iter().position(|row| row.contains(Some(&cell))) else { return };
        let is_cell = |other: &web_sys::Node| other.is_same_node(Some(&cell));
        let row = rows.get(place);
        let at = row.and_then(|row| nodes(row, "[data-cell]").iter().position(is_cell)).unwrap_or_default();
        if place + 1 < rows.len() {
            self.focus(place + 1, at);
        } else if self.now().last().is_some_and(|row| !is_blank(row)) {
            self.add();
        }
    }
}
