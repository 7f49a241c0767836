//! Deciding of items, on both engines.

mod corners;
mod handing;
mod kept;

use std::{collections::BTreeMap, sync::Arc};

use chrono::Duration;
use db::{Db, both, sql};
use kernel::{Cx, Error, ItemId, Role, StepId, testing::TestClock};

use crate::{
    acts::{
        self,
        approval::{self as deciding, Answer},
        design::{self, NewWorkflow},
        item,
    },
    approval::{Approval, Need, Verdict},
    model::{Act, Card, Item, ItemPage, Priority, Workflow},
    repo,
};

/// Purchases: Request, Approval, Order, Delivery, and the ends Paid and Declined.
struct World {
    owner: Cx,
    anna: Cx,
    bo: Cx,
    clock: Arc<TestClock>,
}

impl World {
    /// With this rule in the step Approval; Anna and Bo are the people it names.
    async fn new(db: &Db, need: Need, four_eyes: bool) -> Self {
        let clock = TestClock::new();
        let owner = Cx::test_on(kernel::testing::site(db, clock.clone()), "Nordvik Cars").await;
        let anna = owner.colleague("Anna Lind", Role::Member).await;
        let bo = owner.colleague("Bo Ek", Role::Member).await;
        let new = NewWorkflow {
            name: "Purchases".into(),
            key: "PA".into(),
            item_noun: "purchase".into(),
            template: "purchase".into(),
        };
        let id = design::create(&owner, new).await.unwrap().id;
        let mut opened = design::open(&owner, "PA").await.unwrap();
        let approvers = vec![anna.member_id(), bo.member_id()];
        opened.definition.steps[1].approval = Some(Approval { approvers, need, four_eyes });
        let version = design::save(&owner, id, 0, opened.definition).await.unwrap().version;
        design::publish(&owner, id, version, &Default::default()).await.unwrap();
        World { owner, anna, bo, clock }
    }

    /// A purchase that `by` has added and asked to be approved.
    async fn asked(&self, by: &Cx) -> Item {
        self.asked_for(by, "120").await
    }

    /// The same of so much money.
    async fn asked_for(&self, by: &Cx, amount: &str) -> Item {
        let made = self.added(by, amount).await;
        let approval = self.workflow().await.steps[1].id;
        item::move_to(by, made.card.id, approval, 1, None).await.unwrap();
        self.clock.pass(Duration::seconds(1));
        self.page(made.card.id).await.item
    }

    async fn added(&self, by: &Cx, amount: &str) -> Item {
        let workflow = acts::workflow::find(by, "PA").await.unwrap();
        let values = [("amount", amount), ("supplier", "Acme")];
        let form = item::Form {
            title: "Tyre balancer".into(),
            priority: Priority::default(),
            assignee_id: Ok(None),
            due_on: Ok(None),
            data: item::Sent::Texts(values.map(|(key, text)| (key.to_owned(), text.to_owned())).into()),
        };
        let (_, made) = item::create(by, workflow.head.id, form, "").await.unwrap();
        self.clock.pass(Duration::seconds(1));
        made
    }

    /// Publishes another rule for the step Approval.
    async fn rule(&self, rule: Approval) {
        let mut opened = design::open(&self.owner, "PA").await.unwrap();
        opened.definition.steps[1].approval = Some(rule);
        let id = opened.live.head.id;
        let kept = design::save(&self.owner, id, opened.version, opened.definition).await.unwrap();
        design::publish(&self.owner, id, kept.version, &Default::default()).await.unwrap();
        self.clock.pass(Duration::seconds(1));
    }

    async fn suspend(&self, who: &Cx) {
        let mut tx = self.owner.begin().await.unwrap();
        sql("update member set state = 'suspended' where organisation_id = $1 and id = $2")
            .bind(who.organisation_id())
            .bind(who.member_id())
            .exactly_one(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    async fn workflow(&self) -> Workflow {
        acts::workflow::find(&self.owner, "PA").await.unwrap()
    }

    async fn page(&self, id: ItemId) -> ItemPage {
        self.page_of(&self.owner, id).await
    }

    async fn page_of(&self, cx: &Cx, id: ItemId) -> ItemPage {
        let (_, found) = repo::item::find(cx.db(), cx.organisation_id(), id).await.unwrap().unwrap();
        item::page(cx, &format!("PA-{}", found.card.number)).await.unwrap()
    }

    async fn decide(
        &self,
        cx: &Cx,
        item: &Item,
        verdict: Verdict,
        to: Option<StepId>,
    ) -> kernel::Result<Card> {
        self.clock.pass(Duration::seconds(1));
        let reason = if verdict == Verdict::Refused { "Too dear" } else { "" };
        let answer = Answer { version: item.card.version, verdict, reason: reason.into(), to };
        deciding::decide(cx, item.card.id, answer, None).await
    }

    /// The name of the step where an item is.
    async fn place(&self, id: ItemId) -> String {
        let page = self.page(id).await;
        page.workflow.step(page.item.card.step_id).unwrap().name.clone()
    }

    async fn told(&self, cx: &Cx, kind: &str) -> Vec<String> {
        cx.visit().rest().await;
        let rows: Vec<(String,)> = sql("select excerpt from notification
             where organisation_id = $1 and member_id = $2 and kind = $3 order by id")
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .bind(kind)
        .all(cx.db())
        .await
        .unwrap();
        rows.into_iter().map(|(text,)| text).collect()
    }

    async fn waiting(&self, cx: &Cx) -> Vec<ItemId> {
        deciding::waiting(cx).await.unwrap().into_iter().map(|one| one.card.id).collect()
    }
}

both!(one_approval_lets_an_item_go_on_where_one_is_enough, |db| {
    let world = World::new(&db, Need::Any, false).await;
    let asked = world.asked(&world.owner).await;
    let id = asked.card.id;
    assert_eq!(world.waiting(&world.anna).await, [id]);
    assert_eq!(world.waiting(&world.owner).await, []);
    assert_eq!(world.told(&world.anna, "item.approval").await, ["Approval waits for your decision"]);

    // Nobody else decides, and nobody moves it past those who do.
    let stranger = world.decide(&world.owner, &asked, Verdict::Approved, None).await.unwrap_err();
    assert_eq!(stranger, Error::Forbidden("Others decide here.".into()));
    let order = world.workflow().await.steps[2].id;
    let around = item::move_to(&world.anna, id, order, asked.card.version, None).await.unwrap_err();
    assert!(around.to_string().contains("waits in Approval to be approved"), "{around}");

    world.decide(&world.anna, &asked, Verdict::Approved, None).await.unwrap();
    assert_eq!(world.place(id).await, "Order");
    // Nobody is asked any more.
    assert_eq!(world.waiting(&world.bo).await, []);
    assert!(world.told(&world.bo, "item.approval").await.is_empty());
    assert_eq!(world.told(&world.owner, "item.changed").await, ["Approved: Approval \u{2192} Order"]);
    let late = world.decide(&world.bo, &asked, Verdict::Approved, None).await.unwrap_err();
    assert!(matches!(late, Error::Conflict(_)), "{late}");
    let page = world.page(id).await;
    assert!(page.approval.is_none());
    assert!(page.activity.iter().any(|entry| matches!(
        &entry.act,
        Act::Decided { step, verdict: Some(Verdict::Approved), .. } if step == "Approval"
    )));
});

both!(what_is_refused_goes_where_it_is_sent_and_comes_straight_back, |db| {
    let world = World::new(&db, Need::All, false).await;
    let asked = world.asked(&world.owner).await;
    let id = asked.card.id;
    let steps: Vec<StepId> = world.workflow().await.steps.iter().map(|step| step.id).collect();
    world.decide(&world.anna, &asked, Verdict::Approved, None).await.unwrap();
    assert_eq!(world.place(id).await, "Approval");
    let again = world.decide(&world.anna, &asked, Verdict::Approved, None).await.unwrap_err();
    assert!(again.to_string().contains("decided already"), "{again}");

    // Who refuses says why, and where it goes where there is a choice.
    let silent = Answer {
        version: asked.card.version,
        verdict: Verdict::Refused,
        reason: "  ".into(),
        to: Some(steps[0]),
    };
    let silent = deciding::decide(&world.bo, id, silent, None).await.unwrap_err();
    assert!(silent.field("reason").is_some(), "{silent:?}");
    let aimless = world.decide(&world.bo, &asked, Verdict::Refused, None).await.unwrap_err();
    assert!(aimless.field("to").is_some(), "{aimless:?}");
    let onwards = world.decide(&world.bo, &asked, Verdict::Refused, Some(steps[2])).await.unwrap_err();
    assert!(onwards.field("to").is_some(), "{onwards:?}");
    world.decide(&world.bo, &asked, Verdict::Refused, Some(steps[0])).await.unwrap();
    assert_eq!(world.place(id).await, "Request");
    let told = world.told(&world.owner, "item.changed").await;
    assert_eq!(told.last().unwrap(), "Refused: Approval \u{2192} Request. Too dear");

    // Back it goes to Bo alone: what Anna said counts.
    let version = world.page(id).await.item.card.version;
    item::move_to(&world.owner, id, steps[1], version, None).await.unwrap();
    let back = world.page_of(&world.bo, id).await;
    let approval = back.approval.unwrap();
    assert_eq!((approval.standing.waiting.clone(), approval.mine), (vec![world.bo.member_id()], true));
    assert_eq!((world.waiting(&world.anna).await, world.waiting(&world.bo).await), (vec![], vec![id]));
    world.decide(&world.bo, &back.item, Verdict::Approved, None).await.unwrap();
    assert_eq!(world.place(id).await, "Order");
});

both!(who_was_sent_back_returns_without_a_way, |db| {
    let world = World::new(&db, Need::Any, false).await;
    // Nothing leads from Order back to Approval but that.
    let mut opened = design::open(&world.owner, "PA").await.unwrap();
    let steps: Vec<StepId> = opened.definition.steps.iter().map(|step| step.id).collect();
    opened.definition.steps[3].approval =
        Some(Approval { approvers: vec![world.bo.member_id()], ..Approval::default() });
    opened.definition.connect(steps[3], steps[0], "Ask anew");
    let id = opened.live.head.id;
    let version = design::save(&world.owner, id, 0, opened.definition).await.unwrap().version;
    design::publish(&world.owner, id, version, &Default::default()).await.unwrap();

    let asked = world.asked(&world.owner).await;
    let id = asked.card.id;
    world.decide(&world.anna, &asked, Verdict::Approved, None).await.unwrap();
    let version = world.page(id).await.item.card.version;
    item::move_to(&world.owner, id, steps[3], version, None).await.unwrap();
    let delivery = world.page(id).await.item;
    world.decide(&world.bo, &delivery, Verdict::Refused, Some(steps[0])).await.unwrap();
    assert_eq!(world.place(id).await, "Request");
    let sent_back = world.page(id).await.item;
    assert_eq!(sent_back.returns_to, Some(steps[3]));
    item::move_to(&world.owner, id, steps[3], sent_back.card.version, None).await.unwrap();
    assert_eq!(world.place(id).await, "Delivery");
    assert_eq!(world.page(id).await.item.returns_to, None);
});

both!(one_after_another_is_asked_and_told, |db| {
    let world = World::new(&db, Need::InOrder, false).await;
    let asked = world.asked(&world.owner).await;
    assert!(world.told(&world.bo, "item.approval").await.is_empty());
    let early = world.decide(&world.bo, &asked, Verdict::Approved, None).await.unwrap_err();
    assert!(early.to_string().contains("not your turn"), "{early}");
    world.decide(&world.anna, &asked, Verdict::Approved, None).await.unwrap();
    assert_eq!(world.told(&world.bo, "item.approval").await, ["Approval waits for your decision"]);
    assert_eq!(
        (world.waiting(&world.anna).await, world.waiting(&world.bo).await),
        (vec![], vec![asked.card.id])
    );

    // Once an hour is often enough.
    deciding::remind(&world.owner, asked.card.id).await.unwrap();
    assert_eq!(world.told(&world.bo, "item.approval").await.len(), 2);
    let soon = deciding::remind(&world.owner, asked.card.id).await.unwrap_err();
    assert!(matches!(soon, Error::Conflict(_)), "{soon}");
    world.clock.pass(Duration::hours(2));
    deciding::remind(&world.owner, asked.card.id).await.unwrap();
    assert_eq!(world.told(&world.bo, "item.approval").await.len(), 3);
    assert!(world.told(&world.anna, "item.approval").await.len() <= 1);
});

both!(who_brought_an_item_does_not_decide_where_two_pairs_of_eyes_are_asked_for, |db| {
    let world = World::new(&db, Need::Any, true).await;
    let own = world.asked(&world.anna).await;
    let refused = world.decide(&world.anna, &own, Verdict::Approved, None).await.unwrap_err();
    assert!(refused.to_string().contains("Two pairs of eyes"), "{refused}");
    assert_eq!(world.waiting(&world.anna).await, []);
    let page = world.page_of(&world.anna, own.card.id).await.approval.unwrap();
    assert_eq!((page.barred, page.mine), (vec![world.anna.member_id()], false));
    world.decide(&world.bo, &own, Verdict::Approved, None).await.unwrap();
    assert_eq!(world.place(own.card.id).await, "Order");
});

both!(a_step_whose_approvers_are_gone_is_helped_by_who_may_publish, |db| {
    let world = World::new(&db, Need::AtLeast(2), false).await;
    let asked = world.asked(&world.owner).await;
    world.suspend(&world.anna).await;
    let page = world.page(asked.card.id).await.approval.unwrap();
    assert_eq!((page.standing.short, page.mine), (true, true));
    world.decide(&world.bo, &asked, Verdict::Approved, None).await.unwrap();
    assert_eq!(world.place(asked.card.id).await, "Approval");
    world.decide(&world.owner, &asked, Verdict::Approved, None).await.unwrap();
    assert_eq!(world.place(asked.card.id).await, "Order");
});

both!(decisions_and_requests_are_taken_back, |db| {
    let world = World::new(&db, Need::All, false).await;
    let asked = world.asked(&world.owner).await;
    let id = asked.card.id;
    world.decide(&world.anna, &asked, Verdict::Approved, None).await.unwrap();
    deciding::withdraw(&world.anna, id).await.unwrap();
    assert_eq!(world.waiting(&world.anna).await, [id]);
    let nothing = deciding::withdraw(&world.anna, id).await.unwrap_err();
    assert!(matches!(nothing, Error::Conflict(_)), "{nothing}");

    // Untouched, it is recalled however long ago it was brought; by nobody else, and not once somebody has decided.
    world.clock.pass(Duration::days(2));
    let version = world.page(id).await.item.card.version;
    assert!(world.page(id).await.approval.unwrap().recallable);
    item::undo_move(&world.bo, id, version).await.unwrap_err();
    world.decide(&world.anna, &asked, Verdict::Approved, None).await.unwrap();
    item::undo_move(&world.owner, id, version).await.unwrap_err();
    deciding::withdraw(&world.anna, id).await.unwrap();
    item::undo_move(&world.owner, id, version).await.unwrap();
    assert_eq!(world.place(id).await, "Request");
    assert!(world.told(&world.bo, "item.approval").await.is_empty());

    // The last word is taken back by its move, and what the others said stays.
    let steps: Vec<StepId> = world.workflow().await.steps.iter().map(|step| step.id).collect();
    let version = world.page(id).await.item.card.version;
    world.clock.pass(Duration::seconds(1));
    item::move_to(&world.owner, id, steps[1], version, None).await.unwrap();
    let again = world.page(id).await.item;
    world.decide(&world.anna, &again, Verdict::Approved, None).await.unwrap();
    let moved = world.decide(&world.bo, &again, Verdict::Approved, None).await.unwrap();
    world.clock.pass(Duration::seconds(1));
    item::undo_move(&world.bo, id, moved.version).await.unwrap();
    let page = world.page_of(&world.bo, id).await.approval.unwrap();
    let said: Vec<_> = page.decisions.iter().map(|one| one.member_id).collect();
    assert_eq!((said, page.mine), (vec![world.anna.member_id()], true));
});

both!(an_item_that_lacks_something_is_not_approved_past_it, |db| {
    let world = World::new(&db, Need::Any, false).await;
    let mut tx = world.owner.begin().await.unwrap();
    let asks = "update field set step_id = $3, required = true where organisation_id = $1 and key = $2";
    let approval = world.workflow().await.steps[1].id;
    sql(asks)
        .bind(world.owner.organisation_id())
        .bind("reason")
        .bind(approval)
        .exactly_one(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let asked = world.asked(&world.owner).await;
    let refused = world.decide(&world.anna, &asked, Verdict::Approved, None).await.unwrap_err();
    assert!(refused.to_string().contains("Fill in What for"), "{refused}");
    // Nothing of it was kept.
    assert!(world.page(asked.card.id).await.approval.unwrap().decisions.is_empty());
});

both!(what_is_approved_takes_the_first_way_whose_condition_holds, |db| {
    let world = World::new(&db, Need::Any, false).await;
    let mut opened = design::open(&world.owner, "PA").await.unwrap();
    let steps: Vec<StepId> = opened.definition.steps.iter().map(|step| step.id).collect();
    // Small purchases need no order.
    opened.definition.connect(steps[1], steps[3], "Buy at once");
    let small = opened.definition.transitions.iter_mut().find(|way| way.name == "Buy at once").unwrap();
    small.guard = "amount < 100".into();
    let id = opened.live.head.id;
    let kept = design::save(&world.owner, id, 0, opened.definition).await.unwrap();
    assert_eq!(kept.faults, []);
    design::publish(&world.owner, id, kept.version, &Default::default()).await.unwrap();

    let dear = world.asked(&world.owner).await;
    let page = world.page(dear.card.id).await;
    let [(_, why)] = page.closed.as_slice() else { panic!("{:?}", page.closed) };
    assert_eq!(why, "Open only if amount < 100: Amount is 120.");
    world.decide(&world.anna, &dear, Verdict::Approved, None).await.unwrap();
    assert_eq!(world.place(dear.card.id).await, "Order");
    let cheap = world.asked_for(&world.owner, "80").await;
    assert_eq!(world.page(cheap.card.id).await.closed, []);
    world.decide(&world.anna, &cheap, Verdict::Approved, None).await.unwrap();
    assert_eq!(world.place(cheap.card.id).await, "Delivery");
});

both!(a_way_whose_condition_does_not_hold_is_closed_and_says_why, |db| {
    let world = World::new(&db, Need::Any, false).await;
    let mut opened = design::open(&world.owner, "PA").await.unwrap();
    let steps: Vec<StepId> = opened.definition.steps.iter().map(|step| step.id).collect();
    let id = opened.live.head.id;
    let start = opened.definition.transitions.iter().position(|way| way.from == steps[0]).unwrap();

    // What cannot be read is kept as a draft, said, and not published.
    opened.definition.transitions[start].guard = "amout > 5".into();
    let kept = design::save(&world.owner, id, 0, opened.definition.clone()).await.unwrap();
    let [fault] = kept.faults.as_slice() else { panic!("{kept:?}") };
    assert!(fault.blocks && fault.text.contains("Did you mean `amount`?"), "{fault:?}");
    assert_eq!(design::open(&world.owner, "PA").await.unwrap().faults, kept.faults);
    let refused = design::publish(&world.owner, id, kept.version, &Default::default()).await.unwrap_err();
    assert!(refused.to_string().contains("`amount`"), "{refused}");

    opened.definition.transitions[start].guard = "1000 / (amount - 120) > 0 && rework < 1".into();
    let kept = design::save(&world.owner, id, kept.version, opened.definition).await.unwrap();
    design::publish(&world.owner, id, kept.version, &Default::default()).await.unwrap();
    let new = world.added(&world.owner, "120").await;
    let by_zero = item::move_to(&world.owner, new.card.id, steps[1], 1, None).await.unwrap_err();
    assert!(by_zero.to_string().contains("It divides by zero."), "{by_zero}");
    let other = world.asked_for(&world.owner, "200").await;
    world.decide(&world.anna, &other, Verdict::Refused, Some(steps[0])).await.unwrap();
    let back = world.page(other.card.id).await;
    assert!(back.closed.iter().any(|(_, why)| why.contains("Times sent back is 1")), "{:?}", back.closed);
    // Who refused it is still the one it may go back to.
    item::move_to(&world.owner, other.card.id, steps[1], back.item.card.version, None).await.unwrap();
    assert_eq!(world.place(other.card.id).await, "Approval");
});

both!(two_who_decide_at_the_same_moment_are_both_heard, |db| {
    let world = World::new(&db, Need::All, false).await;
    let asked = world.asked(&world.owner).await;
    let (anna, bo) = tokio::join!(
        world.decide(&world.anna, &asked, Verdict::Approved, None),
        world.decide(&world.bo, &asked, Verdict::Approved, None),
    );
    anna.unwrap();
    bo.unwrap();
    assert_eq!(world.place(asked.card.id).await, "Order");
});

both!(what_is_decided_twice_with_one_key_counts_once, |db| {
    let world = World::new(&db, Need::All, false).await;
    let asked = world.asked(&world.owner).await;
    let answer =
        Answer { version: asked.card.version, verdict: Verdict::Approved, reason: String::new(), to: None };
    let key = Some(uuid::Uuid::from_u128(7));
    for _ in 0..2 {
        deciding::decide(&world.anna, asked.card.id, answer.clone(), key).await.unwrap();
    }
    assert_eq!(world.page(asked.card.id).await.approval.unwrap().decisions.len(), 1);
});
