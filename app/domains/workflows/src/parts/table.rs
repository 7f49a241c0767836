//! A field that holds rows, as a table whose cells are filled in. On a phone each row is a card.
//!
//! Without scripts there is one more row to fill in than there are, each time the form is shown. With them, rows are added and
//! removed, and what is being written stays though the page around it is drawn anew.

use std::collections::BTreeMap;

use leptos::{ev, html, prelude::*};
use serde_json::Value;
use ui::{Button, ButtonSize, IconButton, js};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::sheet::Sheet;
use crate::{
    form::{
        Column,
        table::{self, PLACES_MAX, ROWS_MAX},
        value::Around,
    },
    model::{Field, FieldKind},
};

/// The texts of a row's cells, in the order of the columns.
type Texts = Vec<String>;

/// A row of the table: what is kept of it, and what stands in its cells now.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    kept: Texts,
    now: Texts,
}

/// A table that is filled in. Cheap to copy.
#[derive(Clone, Copy)]
struct Grid {
    field: StoredValue<Field>,
    lines: RwSignal<Vec<Line>>,
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
    let lines =
        begun.map_or_else(|| first_lines(&field, &kept, sheet.cells(&field)), |it| it.on(&field, &kept));
    let grid = Grid {
        faults: RwSignal::new(faults(&field, &lines)),
        lines: RwSignal::new(lines),
        root: NodeRef::new(),
        field: StoredValue::new(field.clone()),
    };
    let currency = sheet.names.with_value(|names| names.currency.clone());
    let heads = field.terms.columns.iter().map(|column| {
        let needed = if column.required { " *" } else { "" };
        let head = format!("{}{needed}", title(column, &currency));
        view! { <th scope="col" class:is-numeric=column.is_numeric()>{head}</th> }
    });
    let heads = heads.collect_view();
    let body = move || {
        let lines = grid.lines.get();
        lines.into_iter().enumerate().map(|(place, line)| grid.row(place, line)).collect_view()
    };
    let spare = grid.spare();
    let note = move || message.get().or_else(|| grid.said());
    let is_wrong = move || message.with(Option::is_some) || grid.faults.with(|faults| !faults.is_empty());
    let full = Signal::derive(move || grid.lines.with(|lines| ROWS_MAX <= lines.len()));
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
                    <tbody>{body} {spare}</tbody>
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

/// The rows of a table to read.
pub fn reading(sheet: Sheet, field: &Field) -> AnyView {
    let value = sheet.value(&field.key);
    let currency = sheet.names.with_value(|names| names.currency.clone());
    let columns = &field.terms.columns;
    let heads = columns.iter().map(|column| {
        view! { <th scope="col" class:is-numeric=column.is_numeric()>{title(column, &currency)}</th> }
    });
    let heads = heads.collect_view();
    let rows = table::rows(value.as_ref()).map(|row| {
        let cells = columns.iter().map(|column| {
            let text = match column.kind {
                FieldKind::Money | FieldKind::Number => column.text(row.get(&column.key)),
                _ => column.show(row.get(&column.key), &currency),
            };
            view! {
                <td data-label=title(column, &currency) class:is-numeric=column.is_numeric()>
                    {text}
                </td>
            }
        });
        let cells = cells.collect_view();
        view! { <tr class="rows-row">{cells}</tr> }
    });
    let rows = rows.collect_view();
    let id = format!("field-{}-label", field.key);
    view! {
        <link rel="stylesheet" href="/rows.css"/>
        <div class="field rows-field" role="group" aria-labelledby=id.clone()>
            <div class="field-head">
                <span class="field-label" id=id.clone()>
                    {field.label.clone()}
                </span>
            </div>
            <div class="rows-frame" tabindex="0" role="group" aria-labelledby=id.clone()>
                <table class="rows is-read" aria-labelledby=id.clone()>
                    <thead>
                        <tr>{heads}</tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
    }
    .into_any()
}

/// What a column is called, with what its numbers count.
fn title(column: &Column, currency: &str) -> String {
    let unit = if column.kind == FieldKind::Money { currency } else { column.unit.as_str() };
    if column.is_numeric() && !unit.is_empty() {
        format!("{} ({unit})", column.label)
    } else {
        column.label.clone()
    }
}

fn blank(field: &Field) -> Texts {
    vec![String::new(); field.terms.columns.len()]
}

fn is_blank(row: &Texts) -> bool {
    row.iter().all(String::is_empty)
}

/// The rows at first: at least one, to begin with.
fn first_lines(field: &Field, kept: &[Texts], shown: Vec<Texts>) -> Vec<Line> {
    let mut lines = beside(field, kept, shown);
    if lines.is_empty() {
        lines.push(Line { kept: blank(field), now: blank(field) });
    }
    lines
}

/// Rows beside what is kept at their places.
fn beside(field: &Field, kept: &[Texts], shown: Vec<Texts>) -> Vec<Line> {
    let kept = |place| kept.get(place).cloned().unwrap_or_else(|| blank(field));
    shown.into_iter().enumerate().map(|(place, now)| Line { kept: kept(place), now }).collect()
}

fn faults(field: &Field, lines: &[Line]) -> BTreeMap<(usize, usize), String> {
    let of_line = |(place, line): (usize, &Line)| {
        let columns = field.terms.columns.iter().zip(line.now.clone()).enumerate();
        let wrong = columns.filter_map(|(at, (column, text))| {
            // What was chosen once may be offered no more.
            let stays = column.kind == FieldKind::Choice && line.kept.get(at) == Some(&text);
            let fault = if stays { None } else { column.fault(place + 1, &text) };
            Some(((place, at), fault?))
        });
        wrong.collect::<Vec<_>>()
    };
    lines.iter().enumerate().flat_map(of_line).collect()
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
        if now.is_some() && now == is {
            // The same, perhaps with rows that are still empty.
            let mut written = kept.iter();
            let line = |now: Texts| {
                let kept = if is_blank(&now) { None } else { written.next().cloned() };
                let kept = kept.unwrap_or_else(|| now.clone());
                Line { now: kept.clone(), kept }
            };
            return self.now.into_iter().map(line).collect();
        }
        if now.is_some() && now == was {
            let empty = self.now.iter().rev().take_while(|row| is_blank(row)).count();
            let added = std::iter::repeat_n(blank(field), empty);
            return beside(field, kept, kept.iter().cloned().chain(added).collect());
        }
        beside(field, kept, self.now)
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
    let rows = nodes(root, ".rows-row:not(.is-spare)").into_iter();
    rows.filter_map(|row| row.dyn_into::<Element>().ok())
        .map(|row| nodes(&row, "[data-cell]").into_iter().map(text).collect())
        .collect()
}

fn nodes(root: &Element, selector: &str) -> Vec<web_sys::Node> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|place| found.get(place)).collect()
}

impl Grid {
    fn row(self, place: usize, line: Line) -> AnyView {
        let columns = self.field.with_value(|field| field.terms.columns.clone());
        let texts = line.kept.into_iter().zip(line.now);
        let cells = columns.into_iter().zip(texts).enumerate();
        let cells = cells
            .map(|(at, (column, (kept, now)))| self.cell((place, at), &column, kept, now))
            .collect_view();
        view! {
            <tr class="rows-row">
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

    /// One more row, for those without scripts.
    fn spare(self) -> AnyView {
        let columns = self.field.with_value(|field| field.terms.columns.clone());
        let cells = columns
            .into_iter()
            .enumerate()
            .map(|(at, column)| self.cell((PLACES_MAX - 1, at), &column, String::new(), String::new()));
        let cells = cells.collect_view();
        view! { <tr class="rows-row is-spare">{cells} <td class="rows-act"></td></tr> }.into_any()
    }

    fn cell(self, (place, at): (usize, usize), column: &Column, kept: String, now: String) -> AnyView {
        let key = self.field.with_value(|field| field.key.clone());
        let name = format!("data[{key}/{}]", table::name(place, column));
        let number =
            if place + 1 == PLACES_MAX { "another row".to_owned() } else { format!("row {}", place + 1) };
        let label = format!("{}, {number}", column.label);
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
                            value=kept
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

    /// The rows with what is written in them at the moment.
    fn now(self) -> Vec<Line> {
        let mut lines = self.lines.get_untracked();
        let Some(root) = self.root.get_untracked() else { return lines };
        for (line, now) in lines.iter_mut().zip(written(&root)) {
            line.now = now;
        }
        lines
    }

    fn judge(self) {
        let found = self.field.with_value(|field| faults(field, &self.now()));
        if self.faults.with_untracked(|before| *before != found) {
            self.faults.set(found);
        }
    }

    fn add(self) {
        let mut lines = self.now();
        if ROWS_MAX <= lines.len() {
            return;
        }
        let blank = self.field.with_value(blank);
        lines.push(Line { kept: blank.clone(), now: blank });
        let last = lines.len() - 1;
        self.put(lines, Some((last, 0)), false);
    }

    fn remove(self, place: usize) {
        let mut lines = self.now();
        if lines.len() <= place {
            return;
        }
        lines.remove(place);
        let lines = if lines.is_empty() {
            self.field.with_value(|field| first_lines(field, &[], Vec::new()))
        } else {
            lines
        };
        let near = place.min(lines.len() - 1);
        self.put(lines, Some((near, 0)), true);
    }

    /// Shows these rows, with the focus in a cell; and tells the form that something changed.
    fn put(self, lines: Vec<Line>, focus: Option<(usize, usize)>, tell: bool) {
        self.lines.set(lines.clone());
        leptos::task::spawn_local(async move {
            leptos::task::tick().await;
            let Some(root) = self.root.try_get_untracked().flatten() else { return };
            // What somebody typed wins over what is drawn, so it is written there.
            let rows = nodes(&root, ".rows-row:not(.is-spare)").into_iter();
            for (row, line) in rows.filter_map(|row| row.dyn_into::<Element>().ok()).zip(lines) {
                for (cell, text) in nodes(&row, "[data-cell]").into_iter().zip(line.now) {
                    if js::get(&cell, "type").as_string().as_deref() == Some("checkbox") {
                        js::set(&cell, "checked", &(text == "true").into());
                    } else {
                        js::set(&cell, "value", &text.into());
                    }
                }
            }
            if let Some((place, at)) = focus {
                self.focus(place, at);
            }
            self.judge();
            if tell {
                let init = web_sys::EventInit::new();
                init.set_bubbles(true);
                let told = ev::Event::new_with_event_init_dict("change", &init);
                if !told.is_ok_and(|event| root.dispatch_event(&event).is_ok()) {
                    leptos::logging::warn!("the form was not told that a row is gone");
                }
            }
        });
    }

    fn focus(self, place: usize, at: usize) {
        let Some(root) = self.root.get_untracked() else { return };
        let row =
            nodes(&root, ".rows-row").into_iter().nth(place).and_then(|row| row.dyn_into::<Element>().ok());
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
        let holds = |row: &web_sys::Node| row.contains(Some(&cell));
        let rows = nodes(&root, ".rows-row:not(.is-spare)");
        let Some(place) = rows.iter().position(holds) else { return };
        let row = rows.get(place).cloned().and_then(|row| row.dyn_into::<Element>().ok());
        let is_cell = |other: &web_sys::Node| other.is_same_node(Some(&cell));
        let at = row.and_then(|row| nodes(&row, "[data-cell]").iter().position(is_cell)).unwrap_or_default();
        let last = self.now().pop();
        if place + 1 < rows.len() {
            self.focus(place + 1, at);
        } else if last.is_some_and(|line| !is_blank(&line.now)) {
            self.add();
        }
    }
}
