//! What holds of any form and any values.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Directory;
use proptest::prelude::*;
use serde_json::Value;

use super::{field, id};
use crate::{
    definition::{Definition, StepDefinition, check},
    form::{self, Is, Place, Test, When, value},
    model::{Field, FieldKind, Values},
    rules,
};

const KINDS: [FieldKind; 13] = [
    FieldKind::Text,
    FieldKind::LongText,
    FieldKind::Number,
    FieldKind::Money,
    FieldKind::Date,
    FieldKind::DateTime,
    FieldKind::Choice,
    FieldKind::Choices,
    FieldKind::Person,
    FieldKind::Team,
    FieldKind::Checklist,
    FieldKind::Flag,
    FieldKind::Plate,
];
pub(in crate::tests) const FIELDS: usize = 6;

pub(in crate::tests) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("Red".to_owned()),
        Just("Blue".to_owned()),
        Just("Red; Blue".to_owned()),
        Just("true".to_owned()),
        Just("2026-03-01".to_owned()),
        Just("2026-03-29T02:30".to_owned()),
        Just("2026-03-01T09:00:00+05:30".to_owned()),
        Just("0191f0e0-0000-7000-8000-000000000001".to_owned()),
        "-?[0-9]{1,6}",
        "[0-9]{1,4}[.,][0-9]{2}",
        ".{0,12}",
    ]
}

pub(in crate::tests) fn condition() -> impl Strategy<Value = When> {
    let test = (0..FIELDS + 1, 0..Is::ALL.len(), text()).prop_map(|(of, is, value)| Test {
        field: format!("f{of}"),
        is: Is::ALL[is],
        value,
    });
    (any::<bool>(), prop::collection::vec(test, 0..3)).prop_map(|(any, tests)| When { any, tests })
}

pub(in crate::tests) fn any_form() -> impl Strategy<Value = Vec<Field>> {
    let one = (0..KINDS.len(), prop::option::of(condition()), prop::option::of(condition()), any::<bool>());
    prop::collection::vec(one, FIELDS).prop_map(|all| {
        let made = |(place, (kind, show_when, require_when, required)): (usize, (usize, _, _, _))| {
            let mut made = field(&format!("f{place}"), KINDS[kind]);
            made.choices = vec!["Red".into(), "Blue".into()];
            made.required = required;
            (made.terms.show_when, made.terms.require_when) = (show_when, require_when);
            made
        };
        all.into_iter().enumerate().map(made).collect()
    })
}

/// The same with conditions that ask of earlier fields only, so that nothing goes round.
pub(in crate::tests) fn straight(mut form: Vec<Field>) -> Vec<Field> {
    for (place, field) in form.iter_mut().enumerate() {
        for test in field.terms.show_when.iter_mut().flat_map(|when| &mut when.tests) {
            let of: usize = test.field[1..].parse().unwrap();
            test.field = if place == 0 { "none".to_owned() } else { format!("f{}", of % place) };
        }
    }
    form
}

fn sent() -> impl Strategy<Value = BTreeMap<String, String>> {
    prop::collection::btree_map((0..FIELDS).prop_map(|of| format!("f{of}")), text(), 0..=FIELDS)
}

fn here() -> Place {
    Place { step: id(1), role: None }
}

proptest! {
    /// The page judges what is typed as the server judges what is sent.
    #[test]
    fn page_and_server_agree(fields in any_form(), first in sent(), then in sent()) {
        let read = |before: &Values, texts: &BTreeMap<String, String>| {
            let sent = |key: &str| texts.get(key).map(String::as_str);
            let drafted = form::draft(&fields, before, sent);
            let read = rules::read_values(&fields, before, sent, &value::Around::LOOSE);
            (drafted, read)
        };
        let (drafted, done) = read(&Values::new(), &first);
        let Ok(done) = done else { return Ok(()) };
        prop_assert_eq!(&drafted, &done);
        let kept = form::visible(&fields, &done);
        let (drafted, done) = read(&kept, &then);
        if let Ok(done) = done {
            prop_assert_eq!(form::hidden(&fields, &drafted), form::hidden(&fields, &done));
            if let Ok(after) = form::kept(&fields, here(), &kept, done.clone(), &form::FileNames::new()) {
                prop_assert_eq!(&after, &form::visible(&fields, &done));
                let hidden = form::hidden(&fields, &done);
                prop_assert!(after.keys().all(|key| !hidden.contains(key)));
            }
        }
    }

    /// What is hidden stays hidden once it is gone, and is not needed.
    #[test]
    fn hiding_is_settled_at_once(form in any_form(), texts in sent()) {
        let fields = straight(form);
        let data = form::draft(&fields, &Values::new(), |key| texts.get(key).map(String::as_str));
        let hidden = form::hidden(&fields, &data);
        let seen = form::visible(&fields, &data);
        prop_assert_eq!(&form::hidden(&fields, &seen), &hidden);
        for field in &fields {
            let needed = form::is_needed(field, here(), &fields, &seen, &hidden);
            prop_assert!(!(needed && hidden.contains(&field.key)));
        }
    }

    /// What is read is shown in the form so that it is read the same, and a program may send it back as it got it.
    #[test]
    fn values_go_round(kind in 0..KINDS.len(), text in text()) {
        let field = Field { choices: vec!["Red".into(), "Blue".into()], ..field("f0", KINDS[kind]) };
        let around = value::Around::LOOSE;
        let Ok(Some(read)) = value::of_text(&field, text.trim(), &around) else { return Ok(()) };
        let again = value::of_program(&field, &read, None, &around);
        prop_assert_eq!(again, Ok(Some(read.clone())));
        prop_assert!(!rules::show_value(&field, Some(&read), "SEK", &Directory::default()).is_empty());
        let shown = rules::form_value(&field, Some(&read));
        if !field.kind.is_list() && field.kind != FieldKind::DateTime {
            prop_assert_eq!(value::of_text(&field, &shown, &around), Ok(Some(read.clone())));
        }
        let kept = value::of_form(&field, Some(&read), &|_| Some(shown.as_str()), &around);
        if !field.kind.is_list() {
            prop_assert_eq!(kept, Some(Ok(Some(read))));
        }
    }

    /// The checks say of exactly those forms that they go round that do.
    #[test]
    fn rounds_are_found(edges in prop::collection::btree_set((0..FIELDS, 0..FIELDS), 0..10)) {
        let mut made = Definition::default();
        made.steps.push(StepDefinition::new(id(1), "One"));
        let shown = |place: usize| {
            let mut made = field(&format!("f{place}"), FieldKind::Text);
            let tests: Vec<Test> = edges
                .iter()
                .filter(|(from, _)| *from == place)
                .map(|(_, to)| Test { field: format!("f{to}"), is: Is::Filled, value: String::new() })
                .collect();
            made.terms.show_when = (!tests.is_empty()).then_some(When { any: false, tests });
            made
        };
        made.fields = Some((0..FIELDS).map(shown).collect());
        let found = check(&made).iter().any(|finding| finding.text.contains("go round"));
        // Taking away again and again what leads nowhere leaves the rounds.
        let mut left: BTreeSet<(usize, usize)> = edges.clone();
        loop {
            let starts: BTreeSet<usize> = left.iter().map(|(from, _)| *from).collect();
            let fewer: BTreeSet<_> = left.iter().filter(|(_, to)| starts.contains(to)).copied().collect();
            if fewer == left {
                break;
            }
            left = fewer;
        }
        prop_assert_eq!(found, !left.is_empty());
    }

    /// No text, and no value of a program, makes reading fall over.
    #[test]
    fn reading_bears_anything(kind in 0..KINDS.len(), text in "\\PC{0,60}", number in any::<f64>()) {
        let field = Field { choices: vec!["Red".into()], ..field("f0", KINDS[kind]) };
        let around = value::Around::LOOSE;
        let _ = value::of_text(&field, &text, &around);
        for value in [Value::from(text.clone()), Value::from(number), Value::from(vec![text.clone(), text])] {
            let _ = value::of_program(&field, &value, None, &around);
            let _ = rules::show_value(&field, Some(&value), "SEK", &Directory::default());
            let _ = rules::form_value(&field, Some(&value));
            let data = Values::from_iter([("f0".to_owned(), value)]);
            let _ = form::hidden(std::slice::from_ref(&field), &data);
            let _ = crate::guard::formula::seen(std::slice::from_ref(&field), &data);
        }
    }
}
