//! Guards: what they mean, what they say, and that nothing makes them fall over.

mod any;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    definition::GUARD_MAX,
    guard::{Builtins, Guard, Verdict},
    model::{Field, FieldKind, Values},
};

fn field(key: &str, label: &str, kind: FieldKind) -> Field {
    Field::new(Uuid::from_u128(1).into(), None, key, label, kind)
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
