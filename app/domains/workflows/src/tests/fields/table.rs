//! Fields that hold rows: read, refused, added up, and told in histories.

use std::collections::BTreeMap;

use db::both;
use kernel::{Cx, Directory};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{computed, field, id, made, mistakes, publish, texts, values};
use crate::{
    acts::{design, item},
    definition::{Definition, StepDefinition, check},
    form::{
        self, Column, Place,
        table::{self, PLACES_MAX, ROWS_MAX},
        value::Around,
    },
    guard::{Builtins, Guard, formula},
    interchange::{self, Format},
    model::{Act, Change, Field, FieldKind, Values},
    rules,
    tests::rest::{get, patch, post},
};

fn column(key: &str, kind: FieldKind) -> Column {
    let choices = if kind == FieldKind::Choice { vec!["Red".into(), "Blue".into()] } else { Vec::new() };
    Column { kind, choices, ..Column::new(key, &key.to_uppercase()) }
}

fn lines() -> Field {
    let mut made = field("lines", FieldKind::Table);
    made.terms.columns = vec![
        Column { required: true, ..column("part", FieldKind::Text) },
        Column { unit: "pcs".into(), ..column("quantity", FieldKind::Number) },
        column("price", FieldKind::Money),
        column("by", FieldKind::Date),
        column("colour", FieldKind::Choice),
        column("fitted", FieldKind::Flag),
    ];
    made
}

fn sent(cells: &[(&str, &str)]) -> BTreeMap<String, String> {
    let cells = cells.iter().map(|(name, text)| (format!("lines/{name}"), (*text).to_owned()));
    std::iter::once(("lines".to_owned(), String::new())).chain(cells).collect()
}

fn read(before: &Values, sent: &BTreeMap<String, String>) -> kernel::Result<Values> {
    let fields = [lines()];
    form::known(&fields, sent.keys().map(String::as_str))?;
    rules::read_values(&fields, before, |key| sent.get(key).map(String::as_str), &Around::LOOSE)
}

#[test]
fn rows_are_read_by_their_places_and_empty_ones_left_out() {
    let read = read(
        &Values::new(),
        &sent(&[
            ("10/part", "Bolts"),
            ("2/part", "Tyres"),
            ("2/quantity", "1,200"),
            ("2/price", "800.50"),
            ("2/by", "2026-03-01"),
            ("2/colour", "Red"),
            ("2/fitted", "true"),
            ("3/part", "  "),
            ("4/colour", ""),
        ]),
    );
    let expected = json!({ "lines": [
        { "part": "Tyres", "quantity": 1200, "price": 80_050, "by": "2026-03-01", "colour": "Red", "fitted": true },
        { "part": "Bolts" },
    ] });
    assert_eq!(Value::Object(read.unwrap()), expected);
}

#[test]
fn mistakes_name_their_row_and_column() {
    let wrong = read(
        &Values::new(),
        &sent(&[
            ("0/part", "Tyres"),
            ("1/quantity", "many"),
            ("1/price", "dear"),
            ("2/by", "soon"),
            ("2/colour", "Green"),
        ]),
    );
    let said = mistakes(wrong.unwrap_err());
    let expected = "Row 2, QUANTITY is a whole number, such as 142300. Row 2, PRICE is an amount, such as 18900 or 18900.50. \
                    Row 3, BY is a day, such as 2025-11-24. Choose one of the values of Row 3, COLOUR.";
    assert_eq!(said["data[lines]"], expected);
    for (name, text) in [("0/speed", "1"), ("200/part", "x"), ("part", "x"), ("0", "x"), ("0/part/0", "x")] {
        let said = mistakes(read(&Values::new(), &sent(&[(name, text)])).unwrap_err());
        assert!(said[&format!("data[lines/{name}]")].starts_with("There is no field"), "{said:?}");
    }
    let many: Vec<(String, String)> =
        (0..=ROWS_MAX).map(|place| (format!("lines/{place}/part"), "x".to_owned())).collect();
    let mut all = sent(&[]);
    all.extend(many);
    assert_eq!(mistakes(read(&Values::new(), &all).unwrap_err())["data[lines]"], "LINES may have 100 rows.");
    let long = "x".repeat(1001);
    let said = mistakes(read(&Values::new(), &sent(&[("0/part", &long)])).unwrap_err());
    assert_eq!(said["data[lines]"], "Row 1, PART may have 1000 characters.");
}

#[test]
fn programs_send_rows_as_they_are_kept() {
    let take = |data: Value| {
        let held = values(json!({ "lines": [{ "part": "Old", "colour": "Green" }] }));
        rules::take_values(&[lines()], &held, &values(json!({ "lines": data })), &Around::LOOSE)
    };
    let rows =
        json!([{ "part": "Tyres", "quantity": 4, "fitted": true }, { "part": "Bolts", "colour": "Green" }]);
    assert_eq!(take(rows.clone()).unwrap()["lines"], rows, "what is offered no more may stay");
    let tidied =
        take(json!([{ "part": "", "quantity": null }, { "part": "Bolts", "fitted": false }])).unwrap();
    assert_eq!(tidied["lines"], json!([{ "part": "Bolts" }]));
    assert!(take(json!([])).unwrap().is_empty() && take(Value::Null).unwrap().is_empty());
    for (rows, why) in [
        (json!("Tyres"), "LINES is a list of rows, each an object"),
        (json!([1]), "Row 1 of LINES is an object of values"),
        (json!([{ "part": "a" }, { "speed": 1 }]), "Row 2 of LINES has no column \"speed\"."),
        (json!([{ "quantity": 1.5 }]), "Row 1, QUANTITY is a whole number"),
        (json!([{ "colour": "Pink" }]), "Choose one of the values of Row 1, COLOUR."),
        (json!([{ "part": "x".repeat(1001) }]), "Row 1, PART may have 1000 characters."),
        (json!([{ "part": ["a"] }]), "Row 1, PART is a text."),
    ] {
        let said = mistakes(take(rows).unwrap_err());
        assert!(said["data[lines]"].starts_with(why), "{said:?}");
    }
}

#[test]
fn what_is_begun_in_a_row_has_to_be_complete() {
    let mut table = lines();
    table.step_id = Some(id(1));
    let may = |table: &Field, data: Value| {
        rules::may_leave(id(1), None, std::slice::from_ref(table), &values(data))
            .map_err(|it| it.sentence("A-1", "One"))
    };
    assert_eq!(may(&table, json!({})), Ok(()));
    assert_eq!(may(&table, json!({ "lines": [{ "part": "a" }] })), Ok(()));
    let lacking = json!({ "lines": [{ "part": "a" }, { "quantity": 2 }] });
    let said = may(&table, lacking.clone()).unwrap_err();
    assert_eq!(said, "Fill in LINES (Row 2, PART) before A-1 leaves One.");
    table.required = true;
    assert!(may(&table, json!({})).unwrap_err().starts_with("Fill in LINES before"));
    // Another step does not ask for it.
    let elsewhere = rules::may_leave(id(2), None, &[table], &values(lacking));
    assert_eq!(elsewhere, Ok(()));
}

#[test]
fn columns_are_added_up_and_rows_counted() {
    let mut total = computed("total", "sum(lines.price) * 1.25 + size(lines)");
    total.terms.money = true;
    let fields = [lines(), computed("pieces", "sum(lines.quantity)"), total];
    let rows =
        json!({ "lines": [{ "price": 10_000, "quantity": 3 }, { "quantity": 4 }, { "price": 5_050 }] });
    let seen = formula::seen(&fields, &values(rows.clone()));
    assert_eq!((&seen["pieces"], &seen["total"]), (&json!(7), &json!(191.13)));
    let none = formula::seen(&fields, &Values::new());
    assert_eq!((&none["pieces"], &none["total"]), (&json!(0), &json!(0)));

    let guard = Guard::parse("sum(lines.price) > 100 && size(lines) == 3", &fields).unwrap();
    let verdict = guard.evaluate(&values(rows), &Builtins::default());
    assert!(verdict.holds);
    let shown: Vec<_> =
        verdict.reads.iter().map(|read| format!("{} is {}", read.label, read.shown)).collect();
    assert_eq!(shown, ["Sum of PRICE is 150.50", "LINES is 3 rows"]);
    for (text, why) in [
        ("sum(lines)", "Write `sum(lines.amount)`"),
        ("sum(lines.pryce)", "`lines` has no column called `pryce`. Did you mean `price`?"),
        ("sum(lines.part)", "The column `part` holds no numbers"),
        ("sum(line.price)", "There is no field called `line`. Did you mean `lines`?"),
        ("sum(pieces.price)", "`pieces` is no table."),
        ("lines", "What is worked out is a number, but this is the table `lines`."),
        ("lines.price", "Fields have no parts"),
        ("lines + 1", "does not go with the table `lines` and the number 1"),
    ] {
        let said = formula::Formula::parse(text, &fields).unwrap_err().to_string();
        assert!(said.contains(why), "{text}: {said}");
    }
    assert!(Guard::parse("\"Red\" in lines", &fields).is_err());
}

#[test]
fn the_checks_find_tables_that_lack_something() {
    let mut made = Definition::default();
    made.steps.push(StepDefinition::new(id(1), "One"));
    let mut table = lines();
    table.terms.columns[0].label = " ".into();
    table.terms.columns[1].label = "price".into();
    table.terms.columns[4].choices.clear();
    let mut bare = field("bare", FieldKind::Table);
    bare.terms.columns.clear();
    // A column of the same name as the field is not the field.
    let sum = computed("price", "sum(lines.price)");
    made.fields = Some(vec![table, bare, sum]);
    let said: Vec<String> = check(&made).into_iter().map(|finding| finding.text).collect();
    for expected in [
        "A column of LINES has no name.",
        "Two columns of LINES are called PRICE.",
        "The column COLOUR of LINES offers nothing to choose.",
        "BARE has no columns.",
    ] {
        assert!(said.iter().any(|text| text == expected), "{expected}: {said:#?}");
    }
    assert!(said.iter().all(|text| !text.contains("go round")), "{said:#?}");
    for (columns, why) in [
        ((0..13).map(|at| column(&format!("c{at}"), FieldKind::Text)).collect(), "12 columns at most"),
        (vec![column("a", FieldKind::Table)], "holds a text, number, amount"),
        (vec![column("A", FieldKind::Text)], "a key of small letters"),
        (vec![column("a", FieldKind::Text), column("a", FieldKind::Text)], "Each column is there once."),
        (vec![column(&"a".repeat(61), FieldKind::Text)], "60 characters at most"),
    ] {
        made.fields.as_mut().unwrap()[0].terms.columns = columns;
        let said = made.validate().unwrap_err().to_string();
        assert!(said.contains(why), "{why}: {said}");
    }
}

#[test]
fn a_column_is_called_otherwise_with_its_key_until_something_holds_it() {
    let mut made = Definition::default();
    made.steps.push(StepDefinition::new(id(1), "One"));
    made.add_field(id(5), None);
    made.change_field(id(5), |field| field.kind = FieldKind::Table);
    assert_eq!(made.field(id(5)).unwrap().terms.columns.len(), 1, "a table begins with a column");
    made.name_field(id(5), "Lines".into(), false);
    made.add_column(id(5));
    made.name_column(id(5), 0, "Unit price".into(), false);
    made.name_column(id(5), 1, "Unit price".into(), false);
    let keys = |made: &Definition| -> Vec<String> {
        made.field(id(5)).unwrap().terms.columns.iter().map(|column| column.key.clone()).collect()
    };
    assert_eq!(keys(&made), ["unit_price", "unit_price_2"]);
    made.fields.as_mut().unwrap().push(computed("total", "sum(lines.unit_price)"));
    made.name_column(id(5), 0, "Price".into(), false);
    made.name_column(id(5), 1, "Net".into(), true);
    assert_eq!(keys(&made), ["unit_price", "unit_price_2"], "what is added up or kept keeps its key");
    made.change_field(id(5), |field| field.kind = FieldKind::Text);
    assert!(made.clone().tidied().field(id(5)).unwrap().terms.columns.is_empty());
}

#[test]
fn histories_tell_what_changed_in_which_row() {
    let told = |before: Value, after: Value| -> Vec<String> {
        let changes = table::changes(&lines(), Some(&before), Some(&after), "SEK");
        changes.into_iter().map(|Change { label, from, to }| format!("{label}: {from} > {to}")).collect()
    };
    let (a, b, c) = (
        json!({ "part": "a", "quantity": 1 }),
        json!({ "part": "b" }),
        json!({ "part": "c", "fitted": true }),
    );
    assert_eq!(told(json!([a, b]), json!([a, b, c])), ["LINES, row 3:  > c, FITTED"]);
    assert_eq!(told(json!([a, b, c]), json!([b, c])), ["LINES, row 1: a, 1 pcs > "]);
    assert_eq!(
        told(json!([a, b, c]), json!([{ "part": "a", "quantity": 2, "price": 100_000 }, b, c])),
        ["LINES, row 1, QUANTITY: 1 pcs > 2 pcs", "LINES, row 1, PRICE:  > SEK 1,000"]
    );
    assert_eq!(told(json!([a, a]), json!([a, a, a])), ["LINES, row 3:  > a, 1 pcs"]);
    let many: Vec<Value> = (0..30).map(|at| json!({ "part": format!("p{at}") })).collect();
    assert_eq!(told(json!([a]), json!(many)), ["LINES: 1 row > 30 rows"]);
}

#[test]
fn a_table_goes_through_a_file() {
    let mut made = Definition::default();
    made.steps.push(StepDefinition::new(id(1), "One"));
    made.fields = Some(vec![lines()]);
    let file = interchange::write(&made, Format::Json);
    let mut number = 100;
    let read = interchange::read(file.as_bytes(), || {
        number += 1;
        id(number)
    });
    let read = read.unwrap();
    assert_eq!((read.definition.fields, read.report), (made.fields, Vec::new()));
}

proptest! {
    /// What is kept is shown so that it is read the same, and a program may send it back as it got it.
    #[test]
    fn rows_go_round(cells in prop::collection::btree_map((0..PLACES_MAX, 0..6_usize), super::any::text(), 0..30)) {
        let table = lines();
        let name = |place: usize, at: usize| table::name(place, &table.terms.columns[at]);
        let texts: BTreeMap<String, String> =
            cells.iter().map(|((place, at), text)| (format!("lines/{}", name(*place, *at)), text.clone())).collect();
        let get = |key: &str| texts.get(key).map(String::as_str);
        let Ok(Some(read)) = table::of_form(&table, "", None, &get, &Around::LOOSE) else { return Ok(()) };
        let list = read.as_array().unwrap();
        prop_assert!(!list.is_empty() && list.len() <= ROWS_MAX);
        prop_assert_eq!(table::of_program(&table, list, None, &Around::LOOSE), Ok(Some(read.clone())));
        let shown: BTreeMap<String, String> = table::texts(&table, Some(&read))
            .into_iter()
            .enumerate()
            .flat_map(|(place, row)| row.into_iter().enumerate().map(move |(at, text)| (place, at, text)))
            .map(|(place, at, text)| (format!("lines/{}", name(place, at)), text))
            .collect();
        let get = |key: &str| shown.get(key).map(String::as_str);
        prop_assert_eq!(table::of_form(&table, "", Some(&read), &get, &Around::LOOSE), Ok(Some(read.clone())));
        prop_assert!(!rules::show_value(&table, Some(&read), "SEK", &Directory::default()).is_empty());
        prop_assert!(table::changes(&table, Some(&read), Some(&read), "SEK").is_empty());
        prop_assert!(!table::changes(&table, Some(&read), None, "SEK").is_empty());
    }

    /// No value of a program makes reading or showing fall over.
    #[test]
    fn rows_bear_anything(key in "[a-z]{0,8}", text in "\\PC{0,20}", number in any::<f64>()) {
        let table = lines();
        for value in [json!([{ key.clone(): text.clone() }]), json!([{ "part": number }]), json!([[text]]), json!({ key: number })] {
            let _ = crate::form::value::of_program(&table, &value, None, &Around::LOOSE);
            let _ = rules::show_value(&table, Some(&value), "SEK", &Directory::default());
            let _ = table::texts(&table, Some(&value));
            let _ = table::gaps(&table, Some(&value));
            let _ = table::changes(&table, Some(&value), None, "SEK");
            let data = Values::from_iter([("lines".to_owned(), value)]);
            let place = Place { step: id(1), role: None };
            let _ = form::kept(std::slice::from_ref(&table), place, &Values::new(), data, &form::FileNames::new());
        }
    }
}

/// A workflow with a table in its first step.
async fn with_lines(cx: &Cx) -> kernel::WorkflowId {
    let (workflow, _) = made(cx).await;
    publish(cx, |made| {
        let total = computed("due", "sum(lines.price)");
        made.fields.get_or_insert_default().extend([lines(), total]);
    })
    .await
    .unwrap();
    workflow
}

both!(rows_are_filled_in_and_told, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let workflow = with_lines(&cx).await;
    let cells =
        [("lines", ""), ("lines/0/part", "Tyres"), ("lines/0/price", "800"), ("lines/1/part", "Bolts")];
    let (_, item) = item::create(&cx, workflow, texts(&cells), "").await.unwrap();
    let rows = json!([{ "part": "Tyres", "price": 80_000 }, { "part": "Bolts" }]);
    let answer = get(&cx, "/items/VI-1").await;
    assert_eq!((&answer.body["data"]["lines"], &answer.body["data"]["due"]), (&rows, &json!(800)));

    let cells =
        [("lines", ""), ("lines/0/part", "Tyres"), ("lines/0/price", "900"), ("lines/1/part", "Bolts")];
    item::save(&cx, item.card.id, item.card.version, texts(&cells), None).await.unwrap();
    let page = item::page(&cx, "VI-1").await.unwrap();
    let Act::Edited { changes } = &page.activity[0].act else { panic!() };
    let said: Vec<_> = changes.iter().map(|it| format!("{}: {} > {}", it.label, it.from, it.to)).collect();
    assert_eq!(said, ["LINES, row 1, PRICE: EUR 800 > EUR 900"]);

    // Somebody who saw the rows as they were before is told, and nothing is overwritten.
    let seen = crate::model::Seen::from(&item);
    let cells = [("lines", ""), ("lines/0/part", "Wheels")];
    let clash =
        item::save(&cx, item.card.id, item.card.version, texts(&cells), Some(seen)).await.unwrap_err();
    let said = mistakes(clash);
    assert!(
        said["data[lines]"].ends_with("changed its rows meanwhile. Save again to keep yours."),
        "{said:?}"
    );

    let sent = json!({ "workflow": "VI", "title": "Another", "data": { "lines": rows } });
    let answer = post(&cx, "/items", None, sent).await;
    assert_eq!((answer.status, &answer.body["data"]["lines"]), (201, &rows), "{}", answer.body);
    let wrong = json!({ "data": { "lines": [{ "part": "a" }, { "quantity": "two" }] } });
    let answer = patch(&cx, "/items/VI-2", "\"1\"", wrong).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.body["errors"][0]["field"], "data[lines]");
    let none = patch(&cx, "/items/VI-2", "\"1\"", json!({ "data": { "lines": null } })).await;
    assert_eq!((none.status, none.body["data"].get("lines")), (200, None), "{}", none.body);
});

both!(a_column_keeps_its_kind_once_rows_hold_it, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    with_lines(&cx).await;
    let running = design::open(&cx, "VI").await.unwrap().running;
    let table = running.form().iter().find(|field| field.key == "lines").unwrap().id;
    let refused =
        publish(&cx, |made| made.change_column(table, 1, |column| column.kind = FieldKind::Text)).await;
    let said = refused.unwrap_err().to_string();
    assert!(said.contains("Rows of LINES hold values of another kind under quantity"), "{said}");
    let opened = design::open(&cx, "VI").await.unwrap();
    design::discard(&cx, opened.live.head.id, opened.version).await.unwrap();
    publish(&cx, |made| {
        made.add_column(table);
        made.name_column(table, 6, "Note".into(), false);
    })
    .await
    .unwrap();
    let fields = design::open(&cx, "VI").await.unwrap().running;
    assert_eq!(fields.field(table).unwrap().terms.columns[6].key, "note");
});
