//! Whatever somebody writes, and whatever an item holds.

use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

use super::{builtins, fields, guard, values, verdict};
use crate::{
    definition::GUARD_MAX,
    guard::{Builtins, Guard},
    model::Values,
};

/// Pieces of the language and of what is not of it.
const PIECES: [&str; 56] = [
    "amount",
    "category",
    "mileage",
    "has_accident",
    "due",
    "note",
    "title",
    "priority",
    "rework",
    "today",
    "x",
    "size",
    "contains",
    "startsWith",
    "has",
    "all",
    "map",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "?",
    ":",
    "!",
    "-",
    "+",
    "*",
    "/",
    "%",
    "<",
    "<=",
    "==",
    "!=",
    ">",
    "&&",
    "||",
    "in",
    ".",
    ",",
    "null",
    "true",
    "false",
    "0",
    "5",
    "1.5",
    "2u",
    "b'a'",
    "'2026-12-04'",
    "'Diesel'",
    "\"\"",
    "// ",
    "=",
    "é",
    "`",
];

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        Just(json!("2026-12-04")),
        Just(json!("-262143-01-01")),
        Just(json!(["a", { "b": 1 }])),
    ]
}

fn any_values() -> impl Strategy<Value = Values> {
    let keys = fields().into_iter().map(|field| field.key).collect::<Vec<_>>();
    vec(any_value(), keys.len()).prop_map(move |all| keys.iter().cloned().zip(all).collect())
}

fn any_builtins() -> impl Strategy<Value = Builtins> {
    (any::<i64>(), any::<bool>(), any::<i64>(), ".{0,9}").prop_map(|(priority, assigned, rework, title)| {
        Builtins { title, priority, assigned, overdue: !assigned, rework, today: builtins().today }
    })
}

/// Conditions that are well formed.
fn any_condition() -> impl Strategy<Value = String> {
    let numbers =
        ["amount", "mileage", "priority", "rework", "0", "2.5", "-7", "(due - today)", "size(note)"];
    let number = select(numbers.to_vec()).prop_map(str::to_owned).prop_recursive(2, 6, 2, |inner| {
        (inner.clone(), select(vec!["+", "-", "*", "/", "%"]), inner)
            .prop_map(|(a, op, b)| format!("({a} {op} {b})"))
    });
    let compared = (number.clone(), select(vec!["==", "!=", "<", "<=", ">", ">="]), number.clone())
        .prop_map(|(a, op, b)| format!("{a} {op} {b}"));
    let listed =
        (number.clone(), vec(number, 0..4)).prop_map(|(a, all)| format!("{a} in [{}]", all.join(", ")));
    let plain =
        ["has_accident", "assigned", "due < today + 7", "due != null", "category == 'Diesel'", "note == ''"];
    prop_oneof![compared, listed, select(plain.to_vec()).prop_map(str::to_owned)].prop_recursive(
        3,
        12,
        2,
        |inner| {
            prop_oneof![
                (inner.clone(), select(vec!["&&", "||"]), inner.clone())
                    .prop_map(|(a, op, b)| format!("({a} {op} {b})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} ? {b} : true)")),
                inner.prop_map(|a| format!("!({a})")),
            ]
        },
    )
}

proptest! {
    #[test]
    fn any_text_is_a_guard_or_a_fault(text in ".{0,80}", data in any_values(), own in any_builtins()) {
        match Guard::parse(&text, &fields()) {
            Ok(guard) => prop_assert!(guard.explain(&guard.evaluate(&data, &own)).ends_with('.')),
            Err(fault) => prop_assert!(fault.0.ends_with(['.', '?'])),
        }
    }

    #[test]
    fn any_words_are_a_guard_or_a_fault(words in vec(select(PIECES.to_vec()), 0..40), data in any_values()) {
        for space in ["", " "] {
            match Guard::parse(&words.join(space), &fields()) {
                Ok(guard) => { guard.evaluate(&data, &builtins()); }
                Err(fault) => prop_assert!(fault.0.ends_with(['.', '?']), "{}", fault),
            }
        }
    }

    #[test]
    fn a_checked_condition_runs(text in any_condition(), data in any_values(), own in any_builtins()) {
        prop_assume!(text.chars().count() <= GUARD_MAX);
        let guard = Guard::parse(&text, &fields()).unwrap();
        let verdict = guard.evaluate(&data, &own);
        prop_assert!(!verdict.holds || verdict.fault.is_none());
        // A condition and its opposite never hold both, and one of them does unless something is missing or wrong.
        if let Ok(not) = Guard::parse(&format!("!({text})"), &fields()) {
            let other = not.evaluate(&data, &own);
            prop_assert_eq!(&other.reads, &verdict.reads);
            prop_assert_eq!(&other.fault, &verdict.fault);
            prop_assert!(!(other.holds && verdict.holds));
            let lacks = verdict.reads.iter().any(|read| read.shown == "empty");
            prop_assert!(other.holds || verdict.holds || lacks || verdict.fault.is_some(), "{}", text);
        }
    }

    #[test]
    fn money_compares_in_whole_units(minor in -10_000_000_000_i64..10_000_000_000, limit in -100_000_000_i64..100_000_000) {
        let data = values(json!({ "amount": minor }));
        prop_assert_eq!(verdict(&format!("amount > {limit}"), &data).holds, limit * 100 < minor);
        let exact = format!("amount == {}{}.{:02}", if minor < 0 { "-" } else { "" }, minor.abs() / 100, minor.abs() % 100);
        prop_assert!(verdict(&exact, &data).holds, "{}", exact);
    }

    #[test]
    fn days_compare_as_days(from in -900_000_i32..900_000, by in -9_000_i64..9_000) {
        let day = chrono::NaiveDate::from_num_days_from_ce_opt(from).unwrap();
        let data = values(json!({ "due": day.to_string() }));
        let own = Builtins { today: day + chrono::TimeDelta::days(by), ..builtins() };
        let holds = |text: &str| guard(text).evaluate(&data, &own).holds;
        prop_assert_eq!(holds("due < today"), 0 < by);
        let same = format!("today - due == {by} && due + {by} == today");
        prop_assert!(holds(&same));
    }
}
