//! What must not be got round, and what must not get stuck.

use chrono::{Days, Duration};
use db::both;
use kernel::{Error, Role, StepId};

use super::World;
use crate::{
    acts::{approval as deciding, design, item, stand_in},
    approval::{Approval, Need, Verdict},
    model::{Act, Priority},
};

both!(nobody_passes_an_approval_by_going_straight_back_to_another, |db| {
    let world = World::new(&db, Need::Any, false).await;
    let mut opened = design::open(&world.owner, "PA").await.unwrap();
    let steps: Vec<StepId> = opened.definition.steps.iter().map(|step| step.id).collect();
    // Delivery approves as well, and sends back to Approval.
    opened.definition.steps[3].approval =
        Some(Approval { approvers: vec![world.bo.member_id()], ..Approval::default() });
    opened.definition.connect(steps[3], steps[1], "Decide anew");
    let id = opened.live.head.id;
    let version = design::save(&world.owner, id, 0, opened.definition).await.unwrap().version;
    design::publish(&world.owner, id, version, &Default::default()).await.unwrap();
    let asked = world.asked(&world.owner).await;
    let id = asked.card.id;
    world.decide(&world.anna, &asked, Verdict::Approved, None).await.unwrap();
    let version = world.page(id).await.item.card.version;
    item::move_to(&world.owner, id, steps[3], version, None).await.unwrap();
    let delivery = world.page(id).await.item;
    world.decide(&world.bo, &delivery, Verdict::Refused, Some(steps[1])).await.unwrap();
    let back = world.page(id).await.item;
    let around = item::move_to(&world.owner, id, steps[3], back.card.version, None).await.unwrap_err();
    assert!(around.to_string().contains("waits in Approval"), "{around}");
});

both!(what_others_fixed_by_leaving_is_carried_out_by_who_may_move_it, |db| {
    let world = World::new(&db, Need::All, false).await;
    let asked = world.asked(&world.owner).await;
    let id = asked.card.id;
    let steps: Vec<StepId> = world.workflow().await.steps.iter().map(|step| step.id).collect();
    world.decide(&world.anna, &asked, Verdict::Approved, None).await.unwrap();
    world.suspend(&world.bo).await;
    let page = world.page(id).await;
    assert_eq!(page.approval.unwrap().standing.outcome, Some(Verdict::Approved));
    // The ways for what is approved are open, and no others.
    let back = item::move_to(&world.owner, id, steps[0], asked.card.version, None).await.unwrap_err();
    assert!(matches!(back, Error::Conflict(_)), "{back}");
    item::move_to(&world.owner, id, steps[2], asked.card.version, None).await.unwrap();
    assert_eq!(world.place(id).await, "Order");
});

both!(two_pairs_of_eyes_are_not_got_round_by_undoing_or_by_bringing_it_again, |db| {
    let world = World::new(&db, Need::AtLeast(2), true).await;
    let cleo = world.owner.colleague("Cleo Dahl", Role::Member).await;
    world
        .rule(Approval {
            approvers: vec![world.anna.member_id(), world.bo.member_id(), cleo.member_id()],
            need: Need::AtLeast(2),
            four_eyes: true,
        })
        .await;
    let asked = world.asked(&world.owner).await;
    let id = asked.card.id;
    let steps: Vec<StepId> = world.workflow().await.steps.iter().map(|step| step.id).collect();
    world.decide(&world.anna, &asked, Verdict::Approved, None).await.unwrap();
    world.decide(&world.bo, &asked, Verdict::Refused, Some(steps[0])).await.unwrap();
    world.decide(&cleo, &asked, Verdict::Refused, Some(steps[0])).await.unwrap();
    // Anna, who approved it, brings it again: what she said before does not count for what she brings.
    let version = world.page(id).await.item.card.version;
    world.clock.pass(Duration::seconds(1));
    item::move_to(&world.anna, id, steps[1], version, None).await.unwrap();
    let again = world.page(id).await;
    let approval = again.approval.unwrap();
    assert_eq!((approval.decisions.len(), approval.barred), (0, vec![world.anna.member_id()]));
    // Bo and Cleo approve, and Cleo takes it back: Anna is still the one who brought it.
    world.decide(&world.bo, &again.item, Verdict::Approved, None).await.unwrap();
    let moved = world.decide(&cleo, &again.item, Verdict::Approved, None).await.unwrap();
    world.clock.pass(Duration::seconds(1));
    item::undo_move(&cleo, id, moved.version).await.unwrap();
    let approval = world.page_of(&cleo, id).await.approval.unwrap();
    assert_eq!((approval.barred, approval.mine), (vec![world.anna.member_id()], true));
});

both!(what_is_changed_is_approved_anew, |db| {
    let world = World::new(&db, Need::All, false).await;
    let asked = world.asked(&world.owner).await;
    let id = asked.card.id;
    world.decide(&world.anna, &asked, Verdict::Approved, None).await.unwrap();
    let form = item::Form {
        title: "Tyre balancer".into(),
        priority: Priority::default(),
        assignee_id: Ok(None),
        due_on: Ok(None),
        data: item::Sent::Texts([("amount".to_owned(), "99000".to_owned())].into()),
    };
    item::save(&world.owner, id, asked.card.version, form, None).await.unwrap();
    let stale = world.decide(&world.bo, &asked, Verdict::Approved, None).await.unwrap_err();
    assert!(stale.to_string().contains("meanwhile"), "{stale}");
    let page = world.page(id).await;
    assert_eq!(page.approval.unwrap().standing.approved, 0);
    assert_eq!(world.told(&world.anna, "item.approval").await.len(), 1);
    for who in [&world.anna, &world.bo] {
        world.decide(who, &page.item, Verdict::Approved, None).await.unwrap();
    }
    assert_eq!(world.place(id).await, "Order");
});

both!(who_is_newly_asked_by_a_published_design_is_told, |db| {
    let world = World::new(&db, Need::Any, false).await;
    let asked = world.asked(&world.owner).await;
    assert_eq!(world.told(&world.anna, "item.approval").await.len(), 1);
    let only_bo = Approval { approvers: vec![world.bo.member_id()], ..Approval::default() };
    world.rule(only_bo).await;
    assert_eq!(world.told(&world.anna, "item.approval").await.len(), 0);
    assert_eq!(world.told(&world.bo, "item.approval").await.len(), 1);
    assert_eq!(
        (world.waiting(&world.anna).await, world.waiting(&world.bo).await),
        (vec![], vec![asked.card.id])
    );
});

both!(who_may_help_is_told_and_reminded_where_nobody_decides, |db| {
    let world = World::new(&db, Need::Any, false).await;
    world.rule(Approval::default()).await;
    let asked = world.asked(&world.anna).await;
    assert_eq!(world.told(&world.owner, "item.approval").await.len(), 1);
    assert_eq!(world.waiting(&world.owner).await, [asked.card.id]);
    deciding::remind(&world.anna, asked.card.id).await.unwrap();
    assert_eq!(world.told(&world.owner, "item.approval").await.len(), 2);
    world.decide(&world.owner, &asked, Verdict::Approved, None).await.unwrap();
    assert_eq!(world.told(&world.owner, "item.approval").await.len(), 0);
});

both!(who_stands_in_decides_and_both_are_named, |db| {
    let world = World::new(&db, Need::All, true).await;
    let cleo = world.owner.colleague("Cleo Dahl", Role::Member).await;
    let asked = world.asked(&world.owner).await;
    let id = asked.card.id;
    let today = world.anna.today().date();
    // It covers what waits already.
    stand_in::set(&world.anna, cleo.member_id(), today, today).await.unwrap();
    assert_eq!(world.waiting(&cleo).await, [id]);
    let page = world.page_of(&cleo, id).await.approval.unwrap();
    assert_eq!((page.mine, page.for_whom), (true, Some(world.anna.member_id())));
    world.decide(&cleo, &asked, Verdict::Approved, None).await.unwrap();
    let page = world.page(id).await;
    let said = &page.approval.unwrap().decisions[0];
    assert_eq!((said.member_id, said.given_by), (world.anna.member_id(), cleo.member_id()));
    assert!(page.activity.iter().any(|entry| {
        entry.actor_id == Some(cleo.member_id())
            && matches!(&entry.act, Act::Decided { instead_of, .. } if instead_of == "Anna Lind")
    }));
    assert_eq!(world.waiting(&cleo).await, []);
    deciding::withdraw(&cleo, id).await.unwrap();
    assert_eq!(world.waiting(&cleo).await, [id]);

    // New ones are told to who stands in. Who asked does not decide for others where two pairs of eyes are asked for.
    let other = world.asked(&cleo).await;
    let page = world.page_of(&cleo, other.card.id).await.approval.unwrap();
    assert_eq!((page.mine, page.stand_ins), (false, vec![]));
    let third = world.asked(&world.bo).await;
    assert_eq!(world.told(&cleo, "item.approval").await.len(), 1);
    world.decide(&cleo, &third, Verdict::Approved, None).await.unwrap();

    // Nobody stands in before or after, for themselves, or without an end.
    stand_in::end(&world.anna).await.unwrap();
    assert_eq!(world.waiting(&cleo).await, []);
    let later = today + Days::new(1);
    stand_in::set(&world.anna, cleo.member_id(), later, later).await.unwrap();
    assert_eq!(world.waiting(&cleo).await, []);
    assert!(stand_in::find(&world.anna).await.unwrap().is_some());
    for (deputy, from, until, field) in [
        (world.anna.member_id(), today, today, "deputy_id"),
        (uuid::Uuid::from_u128(1).into(), today, today, "deputy_id"),
        (cleo.member_id(), later, today, "until_on"),
        (cleo.member_id(), today, today + Days::new(367), "until_on"),
        (cleo.member_id(), today - Days::new(9), today - Days::new(1), "until_on"),
    ] {
        let error = stand_in::set(&world.anna, deputy, from, until).await.unwrap_err();
        assert!(error.field(field).is_some(), "{error:?}");
    }
});
