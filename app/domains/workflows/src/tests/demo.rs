//! The demo is a process like one that people draw: without faults, and its items can be worked on.

use db::both;

use super::api::dealership;
use crate::{
    acts::{
        self, design,
        item::{Form, Sent, move_to, page, save},
    },
    definition::check,
    filter::Filter,
    model::{Card, FieldKind},
};

both!(the_dealership_has_no_faults_and_uses_what_a_process_can, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let design = design::open(&cx, "UC").await.unwrap();
    assert_eq!(design.faults, []);
    assert_eq!(check(&design.definition), []);
    assert_eq!(design.definition, design.running);
    let steps = &design.definition.steps;
    assert!(steps.iter().any(|step| step.approval.is_some()));
    assert!(steps.iter().any(|step| step.sla.is_some()));
    assert!(design.definition.transitions.iter().any(|way| !way.guard.is_empty()));
});

both!(every_vehicle_of_the_demo_can_be_saved_as_it_is, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let board = acts::workflow::board(&cx, "UC", &Filter::default()).await.unwrap();
    let cards: Vec<Card> = board.columns.iter().flat_map(|column| column.cards.clone()).collect();
    assert!(board.columns.iter().all(|column| !column.cards.is_empty()));
    for card in cards {
        let key = format!("UC-{}", card.number);
        let shown = page(&cx, &key).await.unwrap();
        let step = shown.workflow.step(card.step_id).unwrap();
        assert_eq!(shown.clock.is_some(), step.sla.is_some(), "{key}");
        assert_eq!(shown.approval.is_some(), step.approval.is_some(), "{key}");
        let mut filled_in = shown.item.data.clone();
        filled_in.retain(|key, _| {
            shown.fields.iter().any(|field| &field.key == key && field.kind != FieldKind::Computed)
        });
        let data = Sent::Values(filled_in);
        let form = Form {
            title: card.title.clone(),
            priority: card.priority,
            assignee_id: Ok(card.assignee_id),
            due_on: Ok(card.due_on),
            data,
        };
        save(&cx, card.id, card.version, form, None).await.unwrap();
        assert_eq!(page(&cx, &key).await.unwrap().item.data, shown.item.data, "{key}");
    }
});

both!(a_discount_is_asked_for_before_a_vehicle_is_sold_below_its_price, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let board = acts::workflow::board(&cx, "UC", &Filter::default()).await.unwrap();
    let place = |name: &str| board.workflow.steps.iter().position(|step| step.name == name).unwrap();
    let (discount, sold) = (place("Approve discount"), place("Sold"));
    let id = |place: usize| board.workflow.steps[place].id;
    let mut card = board.columns[place("Publish")].cards[0].clone();
    let with = |price: &str| Form {
        title: card.title.clone(),
        priority: card.priority,
        assignee_id: Ok(None),
        due_on: Ok(None),
        data: Sent::Texts(
            [("asking_price", "100000"), ("sold_price", price)]
                .map(|(key, text)| (key.into(), text.into()))
                .into(),
        ),
    };
    let (low, fair) = (with("90000"), with("95000"));
    card = save(&cx, card.id, card.version, low, None).await.unwrap();
    let refused = move_to(&cx, card.id, id(sold), card.version, None).await.unwrap_err().to_string();
    assert!(refused.contains("Sold"), "{refused}");
    let asked = move_to(&cx, card.id, id(discount), card.version, None).await.unwrap();
    let waits = page(&cx, &format!("UC-{}", asked.number)).await.unwrap().approval.unwrap();
    assert_eq!((waits.mine, waits.rule.four_eyes, waits.standing.outcome), (false, true, None));

    let mut other = board.columns[place("Publish")].cards[1].clone();
    other =
        save(&cx, other.id, other.version, Form { title: other.title.clone(), ..fair }, None).await.unwrap();
    assert_eq!(move_to(&cx, other.id, id(sold), other.version, None).await.unwrap().step_id, id(sold));
});
