//! Guards: what they mean, what they say, and that nothing makes them fall over.

use std::time::{Duration, Instant};

use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    definition::GUARD_MAX,
    guard::{Builtins, Guard, Verdict},
    model::{Field, FieldKind, Values},
};

fn field(key: &str, label: &str, kind: FieldKind) -> Field {
    Field {
        id: Uuid::from_u128(1).into(),
        step_id: None,
        key: key.into(),
        label: label.into(),
        kind,
        unit: String::new(),
        required: false,
        choices: Vec::new(),
    }
}

fn fields() -> Vec<Field> {
    let mut category = field("category", "Category", FieldKind::Choice);
    category.choices = vec!["Electric".into(), "Diesel".into()];
    let mut mileage = field("mileage", "Mileage", FieldKind::Number);
    mileage.unit = "km".into();
    vec![
        field("amount", "Amount", FieldKind::Money),
        category,
        mileage,
        field("has_accident", "Has accident", FieldKind::Flag),
        field("due", "Due", FieldKind::Date),
        field("note", "Note", FieldKind::LongText),
        field("plate", "Plate", FieldKind::Plate),
    ]
}

fn builtins() -> Builtins {
    Builtins {
        title: "Volvo V60".into(),
        priority: 3,
        assigned: true,
        overdue: false,
        rework: 0,
        today: "2026-11-29".parse().unwrap(),
    }
}

fn values(data: Value) -> Values {
    data.as_object().unwrap().clone()
}

/// A car with every value.
fn car() -> Values {
    values(json!({
        "amount": 320_000, "category": "Diesel", "mileage": 142_300, "has_accident": true,
        "due": "2026-12-04", "note": "Scratched\n on the left", "plate": "ABC123",
    }))
}

fn guard(text: &str) -> Guard {
    Guard::parse(text, &fields()).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

fn verdict(text: &str, data: &Values) -> Verdict {
    guard(text).evaluate(data, &builtins())
}

fn fault(text: &str) -> String {
    match Guard::parse(text, &fields()) {
        Ok(_) => panic!("{text} was accepted"),
        Err(fault) => fault.0,
    }
}

fn line(text: &str, data: &Values) -> String {
    let guard = guard(text);
    guard.explain(&guard.evaluate(data, &builtins()))
}

#[test]
fn conditions_read_the_values_of_an_item() {
    for text in [
        "amount == 3200",
        "amount > 3199.99 && amount < 3200.01",
        "amount * 2 == 6400 && amount - 200 >= 3000 && -amount < 0",
        "category == 'Diesel'",
        "category in ['Electric', \"Diesel\"]",
        "!(category in [])",
        "amount in [1, 3200.0]",
        "mileage > 100000",
        "mileage / 1000 == 142.3",
        "mileage % 1000 == 300",
        "has_accident",
        "has_accident != false",
        "due > today && due == '2026-12-04' && due < today + 7",
        "due - today == 5 && '2026-12-01' <= due && 1 + due > due - 1",
        "due in ['2026-01-01', '2026-12-04']",
        "note.contains('left') && note.startsWith('Scr') && endsWith(note, 't')",
        "plate.size() == 6 && size(plate) < 7",
        "priority >= 3 ? assigned : overdue",
        "title != '' && title != null && !overdue && rework == 0",
        "true",
    ] {
        assert!(verdict(text, &car()).holds, "{text}");
    }
    for text in ["amount > 3200", "category != \"Diesel\"", "due < today", "has_accident == false", "overdue"]
    {
        assert_eq!(verdict(text, &car()).fault, None, "{text}");
        assert!(!verdict(text, &car()).holds, "{text}");
    }
}

#[test]
fn a_line_says_what_was_read() {
    assert_eq!(
        line("amount > 5000 && category == \"Electric\"", &car()),
        "Open only if amount > 5000 && category == \"Electric\": Amount is 3,200, Category is Diesel."
    );
    assert_eq!(
        line("mileage < 5 || has_accident || due < today || note == ''", &car()),
        "Open only if mileage < 5 || has_accident || due < today || note == '': Mileage is 142,300 km, \
         Has accident is yes, Due is 2026-12-04, Today is 2026-11-29, Note is Scratched on the left."
    );
    assert_eq!(line("true", &car()), "Open only if true.");
    assert_eq!(line("amount > 5000", &Values::new()), "Open only if amount > 5000: Amount is empty.");
    let read = |minor: i64| line("amount != 1", &values(json!({ "amount": minor })));
    assert!(read(-50).ends_with("Amount is −0.50."));
    assert!(read(-123_456_789).ends_with("Amount is −1,234,567.89."));
    let long = values(json!({ "note": "é".repeat(10_000) }));
    assert!(line("note == 'a'", &long).chars().count() < 110);
}

#[test]
fn a_number_or_day_without_value_answers_nothing() {
    let empty = Values::new();
    for text in [
        "amount > 5000",
        "amount <= 5000",
        "!(amount > 5000)",
        "amount != 0",
        "amount == 0",
        "!(amount == 0)",
        "amount in [0, 5]",
        "!(amount in [0, 5])",
        "amount + 1 > 0",
        "100 / amount > 0",
        "due < today",
        "due >= today",
        "due != today",
        "due + 1 > today",
        "-mileage < 0",
        "amount > 1 && true",
        "amount > 1 || false",
        "amount > 1 ? true : true",
        "amount == mileage",
    ] {
        let verdict = verdict(text, &empty);
        assert!(!verdict.holds, "{text}");
        assert_eq!(verdict.fault, None, "{text}");
        assert_eq!(verdict.reads[0].shown, "empty", "{text}");
    }
    for text in [
        "amount == null",
        "due == null && due == ''",
        "!(amount != null)",
        "amount > 1 || priority == 3",
        "priority == 3 || amount > 1",
        "!(amount > 1 && priority == 0)",
        "amount != null ? amount > 1 : assigned",
    ] {
        assert!(verdict(text, &empty).holds, "{text}");
    }
    assert!(!verdict("mileage in [5, amount]", &values(json!({ "mileage": 4 }))).holds);
    assert!(verdict("mileage in [amount, 5]", &values(json!({ "mileage": 5 }))).holds);
}

#[test]
fn a_text_or_flag_without_value_is_one() {
    for text in [
        "category == null",
        "category == ''",
        "category != 'Diesel'",
        "!(category in ['Diesel'])",
        "size(note) == 0",
        "has_accident == false",
        "!has_accident",
    ] {
        assert!(verdict(text, &Values::new()).holds, "{text}");
    }
    assert!(line("!has_accident", &Values::new()).ends_with("Has accident is no."));
    assert!(line("note == ''", &values(json!({ "note": "" }))).ends_with("Note is empty."));
}

#[test]
fn what_cannot_be_worked_out_is_said() {
    let zero = verdict("amount / rework > 2", &car());
    assert_eq!((zero.holds, zero.fault.as_deref()), (false, Some("It divides by zero.")));
    assert!(verdict("mileage % 0 == 1", &car()).fault.is_some());
    assert!(verdict("rework == 0 || amount / rework > 2", &car()).fault.is_none());
    assert_eq!(
        line("amount / rework > 2", &car()),
        "Open only if amount / rework > 2: Amount is 3,200, Times sent back is 0. It divides by zero."
    );
    let huge = verdict("1e308 * 10.0 - 1e308 * 10.0 > 1", &car());
    assert_eq!((huge.holds, huge.fault.is_some()), (false, true));
}

#[test]
fn values_that_do_not_fit_count_as_empty() {
    let odd =
        values(json!({ "amount": "3200", "due": "soon", "mileage": 1.5, "has_accident": "on", "note": 5 }));
    for text in ["amount == null", "due == null", "mileage == null", "!has_accident", "note == ''"] {
        assert!(verdict(text, &odd).holds, "{text}");
    }
    assert!(line("due < today", &odd).starts_with("Open only if due < today: Due is empty,"));
}

#[test]
fn a_field_hides_a_built_in_name() {
    let mut own = fields();
    own.push(field("priority", "Own priority", FieldKind::Text));
    let guard = Guard::parse("priority == 'A'", &own).unwrap();
    let verdict = guard.evaluate(&values(json!({ "priority": "A" })), &builtins());
    assert!(verdict.holds);
    assert_eq!(verdict.reads[0].label, "Own priority");
    // And the values have no say in a built-in name.
    assert!(!self::verdict("priority == 4", &values(json!({ "priority": 4 }))).holds);
}

#[test]
fn mistakes_are_told_in_words() {
    for (text, words) in [
        ("", "Write a condition, such as `amount > 5000`."),
        ("amout > 5", "There is no field called `amout`. Did you mean `amount`?"),
        ("Has_Accident", "There is no field called `Has_Accident`. Did you mean `has_accident`?"),
        ("xyz > 5", "There is no field called `xyz`."),
        ("starts_with(note, 'a')", "There is no function called `starts_with`. Did you mean `startsWith`?"),
        ("note.matches('a+')", "There is no function called `matches`."),
        ("amount > \"Electric\"", "You cannot compare the number `amount` with the text \"Electric\"."),
        ("category == 5", "You cannot compare the text `category` with the number 5."),
        ("has_accident == null", "You cannot compare the condition `has_accident` with `null`."),
        ("category == due", "You cannot compare the text `category` with the day `due`."),
        ("category == 'Electirc'", "Category has no choice \"Electirc\". Did you mean \"Electric\"?"),
        ("category in ['electric']", "Category has no choice \"electric\". Did you mean \"Electric\"?"),
        ("due < 'tomorrow'", "\"tomorrow\" is not a day: write it as \"2025-11-24\"."),
        (
            "amount",
            "A condition is true or false, but this is the number `amount`: compare it with something.",
        ),
        ("amount + 1", "A condition is true or false, but this is a number: compare it with something."),
        ("amount && true", "`&&` does not go with the number `amount` and a condition."),
        ("!note", "`!` does not go with the text `note`."),
        ("plate < 'M'", "`<` does not go with the text `plate` and the text \"M\"."),
        ("note + 'a' == 'b'", "`+` does not go with the text `note` and the text \"a\"."),
        ("due + due == due", "`+` does not go with the day `due` and the day `due`."),
        (
            "amount ? true : false",
            "`? :` does not go with the number `amount` and a condition and a condition.",
        ),
        ("size() > 1", "`size` does not go with empty brackets."),
        ("amount > 5000 and overdue", "Write `&&` for and, `||` for or."),
        ("overdue | assigned", "Write `&&` for and, `||` for or."),
        ("amount = 5", "Write `==` for the same, `>=` and `<=` for at least and at most."),
        ("amount > 5,000", "Write numbers without commas, such as 5000.50."),
        ("category == “Electric”", "Write straight quotation marks, as in \"A\"."),
        ("category == \"Elec", "No quotation mark ends the text \"Elec."),
        ("amount >", "The condition ends too early."),
        ("(amount > 5", "The condition ends too early."),
        ("amount > 5 kr", "The condition cannot be understood from `kr` on."),
        ("belopp_å > 5", "The condition cannot be understood from `å > 5` on."),
        ("has(amount)", "Write `!= null` to ask whether a field has a value."),
        ("note.size > 1", "Fields have no parts: a point stands in numbers and before functions."),
        ("note[0] == 'a'", "Fields have no parts: brackets stand behind `in` only."),
        ("[1, 2].all(x, x > 1)", "`all`, `exists`, `filter` and `map` are not for conditions."),
        ("category in note", "Behind `in` stands a list in brackets, as in `category in [\"A\", \"B\"]`."),
        ("amount in [null]", "Write `== null` to ask whether something is empty."),
        ("amount > 1\n&& overdue", "Write the condition on one line."),
    ] {
        assert_eq!(fault(text), words, "{text}");
    }
}

/// Texts made to exhaust something, of every length: what comes before, inside and after, the outer parts repeated.
fn hostile() -> impl Iterator<Item = String> {
    let shapes = [
        ("(", "", ""),
        (")", "", ""),
        ("[", "", ""),
        ("{", "", ""),
        ("!", "true", ""),
        ("!-", "1", ""),
        ("-", "1", ""),
        ("1+", "1 > 0", ""),
        ("1+(", "1 > 0", ""),
        ("true&&", "true", ""),
        ("true||", "true", ""),
        ("true?true:", "true", ""),
        ("1*1>", "1", ""),
        ("note.", "x", ""),
        ("note.contains(", "", ""),
        ("\"", "", ""),
        ("\\", "", ""),
        ("/", "", ""),
        ("é", "", ""),
        ("9", "", ""),
        ("`", "", ""),
        ("a", "", ""),
        ("amount in [", "", ""),
        ("amount in [1,", "1", "]"),
        ("(", "true", ")"),
        ("(true&&", "true", ")"),
        ("!(overdue || ", "true", ")"),
        ("(amount+", "1", ") > 0"),
        ("(1+", "1", ")"),
        ("[", "1", "]"),
        ("{1:", "1", "}"),
        ("size(", "note", ")"),
        ("[1].all(x,", "true", ")"),
        ("[1].map(x,", "1", ")"),
        ("true?", "true", ":true"),
        ("(true?", "true", ":true)"),
        ("a{b:", "1", "}"),
        ("amount == ", "1", " ? 1 : 2"),
    ];
    shapes.into_iter().flat_map(|(open, inner, close)| {
        let most = (GUARD_MAX - inner.len()) / (open.len() + close.len());
        (1..=most).map(move |times| format!("{}{inner}{}", open.repeat(times), close.repeat(times)))
    })
}

#[test]
fn hostile_texts_cost_neither_stack_nor_time() {
    let run = || {
        for text in hostile().chain([format!("note == \"{}\"", "a".repeat(GUARD_MAX - 10))]) {
            let start = Instant::now();
            if let Ok(guard) = Guard::parse(&text, &fields()) {
                guard.explain(&guard.evaluate(&car(), &builtins()));
            }
            assert!(start.elapsed() < Duration::from_secs(1), "{text}");
        }
    };
    // A third of what a thread of the server has.
    std::thread::Builder::new().stack_size(700 << 10).spawn(run).unwrap().join().unwrap();
    let deep = "The condition is nested too deeply: write it more simply.";
    for text in ["(1+".repeat(100), format!("{}true", "!-".repeat(99)), format!("0{} > 1", "+1".repeat(99))] {
        assert_eq!(fault(&text), deep);
    }
    assert_eq!(fault(&"é".repeat(501)), "A condition has 500 characters at most.");
}

#[test]
fn sensible_guards_are_not_too_deep() {
    let many = |joint: &str| vec!["overdue"; 45].join(joint);
    for text in [
        many(" && "),
        many(" || "),
        format!("amount in [{}]", vec!["1"; 150].join(", ")),
        "amount + 1 + 2 + 3 + 4 + 5 + 6 + 7 > 8".to_owned(),
        "!(has_accident && (amount * 1.25 - 100 > 5000 || (due < today + 7 && !(priority >= 3))))".to_owned(),
        "priority == 4 ? due < today : priority == 3 ? due < today + 3 : due < today + 7".to_owned(),
        format!("note == '{}'", "é".repeat(490)),
    ] {
        guard(&text);
    }
}

#[test]
fn a_guard_can_be_kept_and_shared() {
    fn shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    shared(&guard("amount > 5"));
}

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
