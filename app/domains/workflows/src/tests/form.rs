//! Forms that are designed.

use std::collections::BTreeSet;

use db::both;
use kernel::{Cx, Error, FieldId, StepId};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    acts::design::{self, NewWorkflow},
    definition::{Definition, StepDefinition, check},
    model::FieldKind,
    repo,
};

async fn made(cx: &Cx) -> crate::model::Design {
    let new = NewWorkflow {
        name: "Purchases".into(),
        key: "PA".into(),
        item_noun: "purchase".into(),
        template: "purchase".into(),
    };
    design::create(cx, new).await.unwrap();
    design::open(cx, "PA").await.unwrap()
}

async fn publish(cx: &Cx, change: impl FnOnce(&mut Definition)) -> Result<(), Error> {
    let mut opened = design::open(cx, "PA").await.unwrap();
    let id = opened.live.head.id;
    change(&mut opened.definition);
    let kept = design::save(cx, id, opened.version, opened.definition).await?;
    design::publish(cx, id, kept.version, &Default::default()).await.map(drop)
}

fn id<I: From<Uuid>>(number: u128) -> I {
    Uuid::from_u128(number).into()
}

both!(a_form_is_published_with_its_design, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let opened = made(&cx).await;
    let step = opened.definition.steps[2].id;
    let keys =
        |fields: &[crate::model::Field]| fields.iter().map(|field| field.key.clone()).collect::<Vec<_>>();
    let before = keys(opened.definition.form());
    publish(&cx, |made| {
        made.add_field(id(7), Some(step));
        made.name_field(id(7), "Priority of the buyer".into(), false);
        made.change_field(id(7), |field| field.kind = FieldKind::Number);
        // A condition may read what is new in the same design.
        made.transitions[0].guard = "priority_of_the_buyer > 2".into();
    })
    .await
    .unwrap();
    let now = design::open(&cx, "PA").await.unwrap();
    let fields = repo::workflow::fields(cx.db(), cx.organisation_id(), now.live.head.id).await.unwrap();
    assert_eq!(now.definition.form(), fields);
    let added = fields.last().unwrap();
    assert_ne!(added.id, id(7), "ids are the program's own");
    assert_eq!((added.key.as_str(), added.step_id), ("priority_of_the_buyer", Some(step)));
    assert_eq!(keys(&fields)[..before.len()], before);

    // What a condition reads cannot be taken away without a word.
    let refused = publish(&cx, |made| made.remove_field(added.id)).await.unwrap_err();
    assert!(refused.to_string().contains("There is no field called"), "{refused}");
    let opened = design::open(&cx, "PA").await.unwrap();
    design::discard(&cx, opened.live.head.id, opened.version).await.unwrap();

    // Values that items have stay of their kind.
    let refused =
        publish(&cx, |made| made.change_field(added.id, |field| field.kind = FieldKind::Text)).await;
    assert!(matches!(refused, Err(Error::Conflict(why)) if why.contains("values of another kind")));
    let opened = design::open(&cx, "PA").await.unwrap();
    design::discard(&cx, opened.live.head.id, opened.version).await.unwrap();
    let amount = opened.running.form()[0].id;
    let refused = publish(&cx, |made| {
        made.remove_field(amount);
        made.add_field(id(9), Some(step));
        made.name_field(id(9), "Amount".into(), false);
    })
    .await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("under amount"), "{refused}");
    let opened = design::open(&cx, "PA").await.unwrap();
    design::discard(&cx, opened.live.head.id, opened.version).await.unwrap();

    // With its step it goes to the one before.
    publish(&cx, |made| {
        let order = made.steps[2].id;
        made.splice_step(2, id(8));
        made.steps[3].name = "Sent".into();
        made.name_field(added.id, "Wanted".into(), true);
        made.change_field(added.id, |field| field.step_id = Some(id(8)));
        made.remove_step(id(8));
        made.connect(order, made.steps[3].id, "Go");
    })
    .await
    .unwrap();
    let now = design::open(&cx, "PA").await.unwrap();
    let field = now.definition.field(added.id).unwrap();
    assert_eq!((field.label.as_str(), field.key.as_str()), ("Wanted", "priority_of_the_buyer"));
    assert_eq!(field.step_id, Some(now.definition.steps[2].id));
});

both!(a_draft_of_before_there_were_forms_keeps_the_form, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let opened = made(&cx).await;
    let mut old = Definition { fields: None, ..opened.definition.clone() };
    // A step with fields of its own goes.
    let (order, delivery) = (old.steps[2].id, old.steps[3].id);
    let approval = old.steps[1].id;
    old.remove_step(order);
    old.connect(approval, delivery, "Approve");
    design::save(&cx, opened.live.head.id, 0, old).await.unwrap();
    let again = design::open(&cx, "PA").await.unwrap();
    again.definition.validate().unwrap();
    let keys = |it: &Definition| it.form().iter().map(|field| field.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&again.definition), keys(&opened.definition));
    design::publish(&cx, again.live.head.id, again.version, &Default::default()).await.unwrap();
    let now = design::open(&cx, "PA").await.unwrap();
    assert_eq!(keys(&now.definition), keys(&opened.definition));
    let handed_on = now.definition.form().iter().find(|field| field.key == "order_number").unwrap();
    assert_eq!(handed_on.step_id, Some(delivery));
});

#[test]
fn the_checks_say_what_a_form_lacks() {
    let mut made = Definition::default();
    made.steps.push(StepDefinition::new(id(1), "One"));
    made.add_field(id(1), None);
    made.add_field(id(2), None);
    made.add_field(id(3), Some(id(1)));
    made.name_field(id(2), "Colour".into(), false);
    made.change_field(id(2), |field| field.kind = FieldKind::Choice);
    made.name_field(id(3), "colour ".into(), false);
    let said: Vec<String> = check(&made).into_iter().map(|finding| finding.text).collect();
    for expected in [
        "A field of the form has no name.",
        "Colour offers nothing to choose.",
        "Two fields are called colour.",
    ] {
        assert!(said.iter().any(|text| text == expected), "{expected}: {said:?}");
    }
}

/// What somebody does to a form.
#[derive(Debug, Clone)]
enum Deed {
    Add(u8, bool),
    Name(u8, String),
    Move(u8, bool),
    Remove(u8),
    RemoveStep(u8),
}

fn deed() -> impl Strategy<Value = Deed> {
    let label = prop_oneof!["[ -~]{0,20}", "\\PC{0,20}", Just("Priority".to_owned()), Just("in".to_owned())];
    prop_oneof![
        (any::<u8>(), any::<bool>()).prop_map(|(id, here)| Deed::Add(id, here)),
        (any::<u8>(), label).prop_map(|(id, label)| Deed::Name(id, label)),
        (any::<u8>(), any::<bool>()).prop_map(|(id, back)| Deed::Move(id, back)),
        any::<u8>().prop_map(Deed::Remove),
        any::<u8>().prop_map(Deed::RemoveStep),
    ]
}

proptest! {
    /// A field that is carried stands where it was put, and the others in their order.
    #[test]
    fn a_carried_field_stands_where_it_was_put(
        steps in prop::collection::vec(0..3_u128, 1..8), which in 0..8_usize, to in 0..3_u128, place in 0..9_usize,
    ) {
        let step = |of: u128| (of != 0).then(|| id::<StepId>(of));
        let mut made = Definition::default();
        for (number, of) in (100..).zip(&steps) {
            made.add_field(id(number), step(*of));
        }
        let order = |made: &Definition, of| made.fields_of(of).map(|field| field.id).collect::<Vec<FieldId>>();
        let carried = made.form()[which % steps.len()].id;
        let others: Vec<Vec<FieldId>> = (0..3)
            .map(|of| order(&made, step(of)).into_iter().filter(|other| *other != carried).collect())
            .collect();
        let there = &others[usize::try_from(to).unwrap()];
        let place = place % (there.len() + 1);
        made.place_field(carried, step(to), there.get(place).copied());
        let mut expected = others.clone();
        expected[usize::try_from(to).unwrap()].insert(place, carried);
        for of in 0..3 {
            prop_assert_eq!(&order(&made, step(of)), &expected[usize::try_from(of).unwrap()]);
        }
        let before = made.clone();
        made.place_field(carried, step(to), Some(carried));
        prop_assert_eq!(made, before);
    }

    /// Whatever is done, the form can be kept, and no field gets lost but by removing it.
    #[test]
    fn a_form_can_always_be_kept(deeds in prop::collection::vec(deed(), 0..40)) {
        let mut made = Definition { name: "W".into(), item_noun: "w".into(), ..Definition::default() };
        made.steps.extend((0..4_u128).map(|n| StepDefinition::new(id(1_000 + n), &format!("Step {n}"))));
        let mut alive: BTreeSet<FieldId> = BTreeSet::new();
        for deed in deeds {
            let field = |n: u8| id::<FieldId>(u128::from(n % 12));
            match deed {
                Deed::Add(n, here) => {
                    if alive.insert(field(n)) {
                        let step: Option<StepId> = made.steps.first().filter(|_| here).map(|step| step.id);
                        made.add_field(field(n), step);
                    }
                }
                Deed::Name(n, label) => made.name_field(field(n), label, false),
                Deed::Move(n, back) => made.move_field(field(n), back),
                Deed::Remove(n) => {
                    alive.remove(&field(n));
                    made.remove_field(field(n));
                }
                Deed::RemoveStep(n) => made.remove_step(id(1_000 + u128::from(n % 4))),
            }
            prop_assert!(made.validate().is_ok(), "{:?}", made.validate());
            let there: BTreeSet<FieldId> = made.form().iter().map(|field| field.id).collect();
            prop_assert_eq!(&there, &alive);
        }
    }
}
