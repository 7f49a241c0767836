//! Decisions of items that stay on the version that they are on.

use super::*;
use crate::acts::design::Onward;

both!(decisions_go_on_with_the_items_that_stay, |db| {
    let world = World::new(&db, Need::All, true).await;
    let asked = world.asked(&world.bo).await;
    let id = asked.card.id;
    let cleo = world.owner.colleague("Cleo Dahl", Role::Member).await;
    // Bo brought it, and does not decide; Anna decides alone.
    let rule = Approval { approvers: vec![cleo.member_id()], need: Need::Any, four_eyes: false };
    let mut opened = design::open(&world.owner, "PA").await.unwrap();
    let (workflow, number) = (opened.live.head.id, opened.number);
    opened.definition.steps[1].approval = Some(rule);
    let kept = design::save(&world.owner, workflow, opened.version, opened.definition).await.unwrap();
    let stay = Onward { stay: true, ..Onward::default() };
    design::publish(&world.owner, workflow, kept.version, &stay).await.unwrap();

    let approval = world.page(id).await.approval.unwrap();
    assert_eq!(approval.approvers, [world.anna.member_id()]);
    assert_eq!((world.waiting(&world.anna).await, world.waiting(&cleo).await), (vec![id], vec![]));
    assert_eq!(world.waiting(&world.bo).await, [], "who brought it to the step is known");
    assert_eq!(world.told(&world.anna, "item.approval").await.len(), 1, "nobody is told again");

    // Refused, it goes back within its version, and straight to Anna again.
    let item = world.page(id).await.item;
    let back = world.workflow().await.steps_beside(item.card.step_id)[0].id;
    world.decide(&world.anna, &item, Verdict::Refused, Some(back)).await.unwrap();
    assert!(world.told(&world.anna, "item.approval").await.is_empty(), "what asked for it is gone");
    let item = world.page(id).await.item;
    let to = item.returns_to.unwrap();
    item::move_to(&world.bo, id, to, item.card.version, None).await.unwrap();
    assert_eq!(world.waiting(&world.anna).await, [id]);

    // Taken along, others decide of it.
    design::take_up(&world.owner, workflow, number, &BTreeMap::new()).await.unwrap();
    assert_eq!((world.waiting(&world.anna).await, world.waiting(&cleo).await), (vec![], vec![id]));
    assert_eq!(world.told(&cleo, "item.approval").await.len(), 1);
    assert!(world.told(&world.anna, "item.approval").await.is_empty());
    let item = world.page(id).await.item;
    world.decide(&cleo, &item, Verdict::Approved, None).await.unwrap();
    assert_eq!(world.place(id).await, "Order");
    assert_eq!(world.workflow().await.kept, []);
});
