//! What holds of the public form of any form.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{FieldId, Role, StepId};
use proptest::prelude::*;

use super::{field, id};
use crate::{
    form::{self, Access, May, Place, value::Around},
    intake::{self, Contact, Sent},
    model::{Field, FieldKind, Values},
    rules,
    tests::fields::any::{FIELDS, any_form, straight, text},
};

fn first() -> StepId {
    id(1)
}

/// Forms whose fields belong to steps, and say who may do what.
fn forms() -> impl Strategy<Value = Vec<Field>> {
    let place = (0..3_u8, prop::option::of((0..May::ALL.len(), any::<bool>())));
    (any_form(), prop::collection::vec(place, FIELDS)).prop_map(|(form, places)| {
        let mut form = straight(form);
        for (number, (made, (step, access))) in (1_u128..).zip(form.iter_mut().zip(places)) {
            made.id = id::<FieldId>(number);
            made.step_id = match step {
                0 => None,
                1 => Some(first()),
                _ => Some(id(2)),
            };
            made.terms.access = access
                .map(|(may, guests)| Access {
                    step: first(),
                    role: guests.then_some(Role::Guest),
                    may: May::ALL[may],
                })
                .into_iter()
                .collect();
        }
        form
    })
}

fn chosen() -> impl Strategy<Value = BTreeSet<FieldId>> {
    prop::collection::btree_set(
        (1..=FIELDS).prop_map(|number| id::<FieldId>(u128::try_from(number).unwrap())),
        0..=FIELDS,
    )
}

fn texts() -> impl Strategy<Value = BTreeMap<String, String>> {
    prop::collection::btree_map((0..FIELDS).prop_map(|of| format!("f{of}")), text(), 0..=FIELDS)
}

proptest! {
    /// Members and teams, what others fill in, and what was not chosen, stay inside; what is needed is always asked, unless
    /// it could never be shown.
    #[test]
    fn a_public_form_asks_what_it_may(fields in forms(), chosen in chosen()) {
        let asked = intake::asked(&fields, first(), &chosen);
        let keys: BTreeSet<&str> = asked.iter().map(|field| field.key.as_str()).collect();
        for field in &fields {
            let is_asked = keys.contains(field.key.as_str());
            let inside = matches!(field.kind, FieldKind::Person | FieldKind::Team | FieldKind::Computed);
            let may = intake::place(first()).may(field);
            let elsewhere = field.step_id == Some(id(2)) && may != May::Required;
            prop_assert!(!(is_asked && (inside || elsewhere || may < May::Edit)), "{field:?}");
            let wanted = intake::is_always_asked(field, first())
                || chosen.contains(&field.id) && intake::may_be_asked(field, first());
            prop_assert!(!is_asked || wanted);
            if wanted && !is_asked {
                // With whatever values of what is asked.
                prop_assert!(form::hidden(&fields, &Values::new()).contains(&field.key) || field.terms.show_when.is_some());
            }
        }
        // Nothing of it says anything of what is not asked.
        for field in &asked {
            let conditions = [&field.terms.show_when, &field.terms.require_when];
            let tests = conditions.into_iter().flatten().flat_map(|when| &when.tests);
            prop_assert!(tests.into_iter().all(|test| keys.contains(test.field.as_str())));
            prop_assert!(field.terms.access.is_empty() && field.step_id.is_none());
        }
    }

    /// By itself a public form hides and needs what the whole form would with the same values.
    #[test]
    fn it_judges_as_the_whole_form_does(fields in forms(), chosen in chosen(), texts in texts()) {
        let asked = intake::asked(&fields, first(), &chosen);
        let data = form::draft(&asked, &Values::new(), |key| texts.get(key).map(String::as_str));
        let (hidden, seen) = (form::hidden(&fields, &data), form::visible(&fields, &data));
        let alone = form::hidden(&asked, &data);
        for field in &asked {
            prop_assert_eq!(alone.contains(&field.key), hidden.contains(&field.key), "{}", &field.key);
            let whole = fields.iter().find(|it| it.key == field.key).unwrap();
            let by_whole = form::is_needed(whole, intake::place(first()), &fields, &seen, &hidden);
            let by_itself =
                form::is_needed(field, intake::nowhere(), &asked, &form::visible(&asked, &data), &alone);
            prop_assert_eq!(by_itself, by_whole, "{}", &field.key);
        }
        // What could never be shown never is.
        let never = fields.iter().filter(|field| {
            intake::is_always_asked(field, first()) && !asked.iter().any(|it| it.key == field.key)
        });
        for field in never {
            prop_assert!(hidden.contains(&field.key), "{}", &field.key);
        }
    }

    /// What a public form takes is taken by the whole form, and lacks nothing that it asks for.
    #[test]
    fn what_it_takes_can_be_kept(fields in forms(), chosen in chosen(), texts in texts(), title in text()) {
        let asked = intake::asked(&fields, first(), &chosen);
        let sent = Sent { title, data: texts.clone(), ..Sent::default() };
        let Ok(letter) = intake::read(&asked, Contact::None, &sent, &Around::LOOSE) else { return Ok(()) };
        prop_assert!(!letter.title.is_empty() && letter.sender.is_none());
        let get = |key: &str| texts.get(key).map(String::as_str);
        let read = rules::read_values(&fields, &Values::new(), get, &Around::LOOSE);
        prop_assert!(read.is_ok(), "{read:?}");
        let kept = form::kept(&fields, intake::place(first()), &Values::new(), read.unwrap(), &form::FileNames::new());
        prop_assert!(kept.is_ok(), "{kept:?}");
        let (kept, hidden) = (kept.unwrap(), form::hidden(&asked, &form::draft(&asked, &Values::new(), get)));
        for field in &asked {
            let needed = form::is_needed(field, intake::nowhere(), &asked, &kept, &hidden);
            prop_assert!(!(needed && form::lacks(field, kept.get(&field.key))), "{}", &field.key);
        }
    }

    /// Nothing that anybody sends makes reading fall over, and each mistake says where it is.
    #[test]
    fn reading_bears_anything(fields in forms(), chosen in chosen(), name in "\\PC{0,60}", value in ".{0,80}") {
        let asked = intake::asked(&fields, first(), &chosen);
        let data = BTreeMap::from([(name.clone(), value.clone()), ("f0".to_owned(), value.clone())]);
        let sent = Sent { title: value.clone(), name: name.clone(), email: value, data }.plain();
        if let Err(kernel::Error::Invalid(mistakes)) = intake::read(&asked, Contact::Needed, &sent, &Around::LOOSE) {
            prop_assert!(mistakes.iter().all(|it| !it.field.is_empty() && !it.message.is_empty()));
        }
    }
}

#[test]
fn what_a_step_needs_of_everybody_is_asked_whichever_step_it_is_of() {
    let mut later = field("later", FieldKind::Text);
    later.step_id = Some(id(2));
    assert!(intake::asked(std::slice::from_ref(&later), first(), &BTreeSet::from([later.id])).is_empty());
    later.terms.access = vec![Access { step: first(), role: None, may: May::Required }];
    let asked = intake::asked(std::slice::from_ref(&later), first(), &BTreeSet::new());
    assert!(asked[0].required && asked[0].step_id.is_none());
    assert_eq!(Place { step: first(), role: Some(Role::Guest) }, intake::place(first()));
}
