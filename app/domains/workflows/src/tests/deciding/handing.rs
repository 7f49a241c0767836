//! Handing a decision on.

use db::both;
use kernel::{Error, Role};

use super::World;
use crate::{
    acts::{approval as deciding, stand_in},
    approval::{Need, Verdict},
    model::Act,
};

both!(what_is_handed_on_is_decided_by_another_and_all_are_named, |db| {
    let world = World::new(&db, Need::All, false).await;
    let cleo = world.owner.colleague("Cleo Dahl", Role::Member).await;
    let asked = world.asked(&world.owner).await;
    let (id, version) = (asked.card.id, asked.card.version);
    let elsewhere = world.asked(&world.owner).await;
    deciding::delegate(&world.anna, id, version, cleo.member_id()).await.unwrap();
    // Only this one, and only Anna's word.
    assert_eq!(world.waiting(&cleo).await, [id]);
    assert_eq!(world.waiting(&world.anna).await, [elsewhere.card.id]);
    assert_eq!(world.waiting(&world.bo).await, [id, elsewhere.card.id]);
    assert_eq!(world.told(&cleo, "item.approval").await, ["Approval waits for your decision"]);
    let page = world.page_of(&cleo, id).await.approval.unwrap();
    let anna = world.anna.member_id();
    assert_eq!((page.mine, page.for_whom, page.handed), (true, Some(anna), vec![anna]));
    // Who handed it on does not decide any more, unless they take it back.
    let error = world.decide(&world.anna, &asked, Verdict::Approved, None).await.unwrap_err();
    assert!(matches!(error, Error::Conflict(_)), "{error}");

    world.decide(&cleo, &asked, Verdict::Approved, None).await.unwrap();
    let page = world.page(id).await;
    let said = &page.approval.unwrap().decisions[0];
    assert_eq!((said.member_id, said.given_by), (anna, cleo.member_id()));
    let named = |wanted: &str| {
        page.activity.iter().any(|entry| {
            matches!(&entry.act, Act::Delegated { to, .. } if to == wanted && entry.actor_id == Some(anna))
        })
    };
    assert!(named("Cleo Dahl"));
    let late = deciding::take_back(&world.anna, id).await.unwrap_err();
    assert!(matches!(late, Error::Conflict(_)), "{late}");
});

both!(what_is_handed_on_comes_back_when_it_is_taken_back_or_nobody_is_there, |db| {
    let world = World::new(&db, Need::All, false).await;
    let cleo = world.owner.colleague("Cleo Dahl", Role::Member).await;
    let asked = world.asked(&world.owner).await;
    let (id, version) = (asked.card.id, asked.card.version);
    deciding::delegate(&world.anna, id, version, cleo.member_id()).await.unwrap();
    deciding::take_back(&world.anna, id).await.unwrap();
    assert_eq!((world.waiting(&cleo).await, world.waiting(&world.anna).await), (vec![], vec![id]));
    assert!(world.told(&cleo, "item.approval").await.is_empty());

    // Who was handed it hands it on, also back.
    deciding::delegate(&world.anna, id, version, cleo.member_id()).await.unwrap();
    deciding::delegate(&cleo, id, version, world.owner.member_id()).await.unwrap();
    assert_eq!((world.waiting(&cleo).await, world.waiting(&world.owner).await), (vec![], vec![id]));
    deciding::delegate(&world.owner, id, version, world.anna.member_id()).await.unwrap();
    assert_eq!((world.waiting(&world.owner).await, world.waiting(&world.anna).await), (vec![], vec![id]));

    // Who leaves does not keep it, and who is away has it decided by who stands in.
    deciding::delegate(&world.anna, id, version, cleo.member_id()).await.unwrap();
    let today = cleo.today().date();
    stand_in::set(&cleo, world.owner.member_id(), today, today).await.unwrap();
    assert_eq!((world.waiting(&cleo).await, world.waiting(&world.owner).await), (vec![], vec![id]));
    world.suspend(&cleo).await;
    assert_eq!((world.waiting(&world.owner).await, world.waiting(&world.anna).await), (vec![], vec![id]));
});

both!(a_decision_is_handed_on_by_whose_it_is_and_to_who_may, |db| {
    let world = World::new(&db, Need::Any, true).await;
    let asked = world.asked(&world.owner).await;
    let (id, version) = (asked.card.id, asked.card.version);
    let stranger = deciding::delegate(&world.owner, id, version, world.bo.member_id()).await.unwrap_err();
    assert!(matches!(stranger, Error::Forbidden(_)), "{stranger}");
    for deputy in [world.owner.member_id(), world.anna.member_id(), uuid::Uuid::from_u128(1).into()] {
        let error = deciding::delegate(&world.anna, id, version, deputy).await.unwrap_err();
        assert!(error.field("deputy_id").is_some(), "{error:?}");
    }
    // Whoever is away and is stood in for by the one who hands it on would give it back at once.
    let today = world.bo.today().date();
    stand_in::set(&world.bo, world.anna.member_id(), today, today).await.unwrap();
    let error = deciding::delegate(&world.anna, id, version, world.bo.member_id()).await.unwrap_err();
    assert!(error.field("deputy_id").is_some(), "{error:?}");
    let stale = deciding::delegate(&world.anna, id, version - 1, world.bo.member_id()).await.unwrap_err();
    assert!(matches!(stale, Error::Conflict(_)), "{stale}");
    let nothing = deciding::take_back(&world.anna, id).await.unwrap_err();
    assert!(matches!(nothing, Error::Conflict(_)), "{nothing}");
    assert_eq!(world.waiting(&world.anna).await, [id]);

    // In the next stay it counts no more.
    stand_in::end(&world.bo).await.unwrap();
    deciding::delegate(&world.anna, id, version, world.bo.member_id()).await.unwrap();
    let back = world.workflow().await.steps[0].id;
    world.decide(&world.bo, &asked, Verdict::Refused, Some(back)).await.unwrap();
    let approval = world.workflow().await.steps[1].id;
    let item = world.page(id).await.item;
    crate::acts::item::move_to(&world.owner, id, approval, item.card.version, None).await.unwrap();
    assert!(world.waiting(&world.anna).await.contains(&id));
});
