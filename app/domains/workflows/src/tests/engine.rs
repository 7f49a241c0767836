//! What workflows do by themselves, on both engines.

mod booking;
mod giving;
mod kept;
mod listed;
mod part;
mod sla;
mod timers;

use std::{collections::BTreeMap, sync::Arc};

use chrono::{Duration, NaiveDate};
use db::{Db, both, sql};
use jobs::{Handlers, Now, Queue, Worker};
use kernel::{Cx, Error, ItemId, Role, Site, StepId, testing::TestClock};

use crate::{
    acts::{
        self,
        design::{self, NewWorkflow},
        item,
    },
    approval::{Approval, Need},
    automatic::{Automatic, Deed, Unit, Wait, Whom},
    definition::{Definition, StepDefinition},
    form::{Is, Test, When},
    model::{Act, Card, Item, Priority, Workflow},
    timer,
};

/// Purchases. A request of up to 1,000 goes to Order, past Approval; what is ordered waits two days in Rest, is marked in
/// Mark, and comes to Delivery.
pub(super) struct World {
    pub(super) owner: Cx,
    clock: Arc<TestClock>,
    db: Db,
    steps: BTreeMap<String, StepId>,
}

impl World {
    pub(super) async fn new(db: &Db) -> Self {
        Self::with(db, |_| {}).await
    }

    /// The same with something changed in its design.
    async fn with(db: &Db, change: impl FnOnce(&mut Definition)) -> Self {
        Self::on(db, |site| site.with_on_event(acts::hours::on_event), change).await
    }

    /// The same in a program that knows more.
    async fn on(db: &Db, site: impl FnOnce(Site) -> Site, change: impl FnOnce(&mut Definition)) -> Self {
        let clock = TestClock::new();
        let owner = Cx::test_on(site(kernel::testing::site(db, clock.clone())), "Nordvik Cars").await;
        let new = NewWorkflow {
            name: "Purchases".into(),
            key: "PA".into(),
            item_noun: "purchase".into(),
            template: "purchase".into(),
        };
        design::create(&owner, new).await.unwrap();
        let mut world = World { owner, clock, db: db.clone(), steps: BTreeMap::new() };
        world
            .publish(|made| {
                let id = |made: &Definition, name: &str| {
                    made.steps.iter().find(|step| step.name == name).unwrap().id
                };
                let (request, approval) = (id(made, "Request"), id(made, "Approval"));
                let (order, delivery) = (id(made, "Order"), id(made, "Delivery"));
                made.transitions.retain(|way| way.from != request && (way.from, way.to) != (order, delivery));
                let mark = Automatic::Act(vec![
                    Deed::Set { field: "order_number".into(), value: "sent".into() },
                    Deed::Due { days: 5 },
                    Deed::Tell(Whom::Creator),
                ]);
                let rest = Automatic::Wait(Wait::For { amount: 2, unit: Unit::Days });
                let mut add = |name: &str, automatic| {
                    let new: StepId = world_id(&made.steps);
                    made.steps.insert(
                        1,
                        StepDefinition { automatic: Some(automatic), ..StepDefinition::new(new, name) },
                    );
                    new
                };
                let (sort, rest, mark) =
                    (add("Sort", Automatic::Branch), add("Rest", rest), add("Mark", mark));
                made.connect(request, sort, "Ask");
                made.connect(sort, approval, "Needs approval");
                made.connect(sort, order, "Small");
                made.transitions.iter_mut().find(|way| way.to == approval).unwrap().guard =
                    "amount > 1000".into();
                made.connect(order, rest, "Ordered");
                made.connect(rest, mark, "Rested");
                made.connect(mark, delivery, "On its way");
                change(made);
            })
            .await;
        world
    }

    /// Publishes the design with something changed.
    async fn publish(&mut self, change: impl FnOnce(&mut Definition)) {
        let mut opened = design::open(&self.owner, "PA").await.unwrap();
        let id = opened.live.head.id;
        change(&mut opened.definition);
        straight(&mut opened.definition);
        let kept = design::save(&self.owner, id, opened.version, opened.definition).await.unwrap();
        design::publish(&self.owner, id, kept.version, &Default::default()).await.unwrap();
        let now = self.workflow().await;
        self.steps = now.steps.iter().map(|step| (step.name.clone(), step.id)).collect();
    }

    async fn workflow(&self) -> Workflow {
        acts::workflow::find(&self.owner, "PA").await.unwrap()
    }

    fn step(&self, name: &str) -> StepId {
        self.steps[name]
    }

    pub(super) async fn add(&self, amount: &str) -> Item {
        self.add_as(&self.owner, amount).await
    }

    async fn add_as(&self, by: &Cx, amount: &str) -> Item {
        let form = form(amount, &[]);
        item::create(by, self.workflow().await.head.id, form, "").await.unwrap().1
    }

    pub(super) async fn go(&self, item: &Item, to: &str) -> Result<Card, Error> {
        let version = self.item(item.card.id).await.card.version;
        item::move_to(&self.owner, item.card.id, self.step(to), version, None).await
    }

    async fn item(&self, id: ItemId) -> Item {
        self.history(id).await.0
    }

    async fn history(&self, id: ItemId) -> (Item, Vec<Act>) {
        let workflow = self.workflow().await;
        let number: (i64,) =
            sql("select number from item where id = $1").bind(id).one(self.owner.db()).await.unwrap();
        let page = item::page(&self.owner, &workflow.head.item_key(number.0)).await.unwrap();
        (page.item, page.activity.into_iter().map(|entry| entry.act).collect())
    }

    /// The name of the step where an item is.
    pub(super) async fn place(&self, item: &Item) -> String {
        let at = self.item(item.card.id).await.card.step_id;
        self.steps.iter().find(|(_, id)| **id == at).unwrap().0.clone()
    }

    /// Runs the jobs that are due.
    async fn work(&self) -> usize {
        let clock = self.owner.visit().site().clone();
        let now: Now = Arc::new(move || clock.now());
        let handlers = timer::handlers(Handlers::default(), self.owner.visit().site());
        Worker::new(Queue::new(self.db.clone()), handlers, now).run_due().await.unwrap()
    }
}

/// Lets ways lead back out of Approval only, whatever the order of the steps.
fn straight(made: &mut Definition) {
    let approval = made.steps.iter().find(|step| step.name == "Approval").unwrap().id;
    for way in &mut made.transitions {
        way.rework = way.rework && way.from == approval;
    }
}

/// An id that no step has.
fn world_id(steps: &[StepDefinition]) -> StepId {
    uuid::Uuid::from_u128(900 + u128::try_from(steps.len()).unwrap()).into()
}

fn form(amount: &str, more: &[(&str, &str)]) -> item::Form {
    let values = [("amount", amount), ("supplier", "Acme")];
    let values = values.iter().chain(more).map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
    item::Form {
        title: "Tyre balancer".into(),
        priority: Priority::default(),
        assignee_id: Ok(None),
        due_on: Ok(None),
        data: item::Sent::Texts(values.collect()),
    }
}

both!(a_branch_takes_the_way_whose_condition_holds, |db| {
    let world = World::new(&db).await;
    let (small, large) = (world.add("120").await, world.add("6200").await);
    world.go(&small, "Sort").await.unwrap();
    let card = world.go(&large, "Sort").await.unwrap();
    assert_eq!(card.step_id, world.step("Approval"), "who moved it hears where it ended up");
    assert_eq!(world.place(&small).await, "Order");
    let (_, acts) = world.history(large.card.id).await;
    let Act::Moved(last) = &acts[0] else { panic!("{acts:?}") };
    assert!(last.by_itself);
    assert_eq!(last.because, "amount > 1000: Amount is 6,200");
    // Steps count rightly who is in them.
    let workflow = world.workflow().await;
    let count = |name: &str| workflow.step(world.step(name)).unwrap().item_count;
    assert_eq!((count("Sort"), count("Approval"), count("Order")), (0, 1, 1));

    // Taking the move back takes back all of it.
    let at = world.item(small.card.id).await.card.version;
    let back = item::undo_move(&world.owner, small.card.id, at).await.unwrap();
    assert_eq!(back.step_id, world.step("Request"));
});

both!(what_nothing_lets_go_on_is_said_and_goes_on_when_it_can, |db| {
    let mut world = World::new(&db).await;
    world
        .publish(|made| {
            let approval = made.steps.iter().find(|step| step.name == "Approval").unwrap().id;
            let way = made.transitions.iter_mut().find(|way| way.name == "Needs approval").unwrap();
            way.guard = "amount / (priority - 4) > 0 && amount > 1000".into();
            assert_eq!(way.to, approval);
            let sort = way.from;
            made.transitions.iter_mut().find(|way| way.from == sort && way.name == "Small").unwrap().guard =
                String::new();
        })
        .await;
    let made = world.add("900").await;
    // Fields that its step asks for are asked for there, too: none here; the open way takes it.
    world.go(&made, "Sort").await.unwrap();
    assert_eq!(world.place(&made).await, "Order", "a condition that cannot be worked out is closed");

    // Where a published design leaves no way open, it stays, and says so.
    let id = world.workflow().await.head.id;
    let mut opened = design::open(&world.owner, "PA").await.unwrap();
    let sort = world.step("Sort");
    for way in opened.definition.transitions.iter_mut().filter(|way| way.from == sort) {
        way.guard = "amount > 1000".into();
    }
    let kept = design::save(&world.owner, id, opened.version, opened.definition.clone()).await.unwrap();
    let refused = design::publish(&world.owner, id, kept.version, &Default::default()).await.unwrap_err();
    assert!(refused.to_string().contains("Sort has no way for what meets no condition"), "{refused}");
});

both!(a_wait_ends_at_the_same_time_of_the_clock, |db| {
    let world = World::new(&db).await;
    let made = world.add("120").await;
    world.go(&made, "Sort").await.unwrap();
    world.go(&made, "Rest").await.unwrap();
    let (waiting, _) = world.history(made.card.id).await;
    let (cx, until) = (&world.owner, waiting.wakes_at.unwrap());
    assert_eq!(cx.local(until), cx.local(waiting.card.step_since) + Duration::days(2));
    assert_eq!(world.work().await, 0, "it is not time yet");
    world.clock.pass(until - cx.now());
    assert_eq!(world.work().await, 1);
    let (done, acts) = world.history(made.card.id).await;
    assert_eq!(world.place(&made).await, "Delivery");
    assert_eq!(done.wakes_at, None);
    // What Mark does.
    assert_eq!(done.data["order_number"], "sent");
    assert_eq!(done.card.due_on, Some(cx.today().date() + Duration::days(5)));
    let told = acts.iter().any(|act| matches!(act, Act::Edited { changes } if changes.len() == 2));
    assert!(told, "{acts:?}");
    assert_eq!(world.work().await, 0, "it is done once");
});

both!(a_step_that_fills_in_what_is_hidden_says_so, |db| {
    let world = World::with(&db, |made| {
        let number = made.form().iter().find(|field| field.key == "order_number").unwrap().id;
        let only_of_others = Test { field: "supplier".into(), is: Is::Same, value: "Other".into() };
        made.change_field(number, |field| {
            field.terms.show_when = Some(When { any: false, tests: vec![only_of_others] });
        });
    })
    .await;
    let made = world.add("120").await;
    world.go(&made, "Sort").await.unwrap();
    world.go(&made, "Rest").await.unwrap();
    world.go(&made, "Mark").await.unwrap();
    assert_eq!(world.place(&made).await, "Mark");
    let (item, acts) = world.history(made.card.id).await;
    assert_eq!(item.data.get("order_number"), None);
    let Some(Act::Stuck { why, .. }) = acts.first() else { panic!("{acts:?}") };
    assert!(why.starts_with("Mark fills in Order number, which is not asked for with these values"), "{why}");
});

both!(who_skips_a_wait_is_not_sent_on_twice, |db| {
    let world = World::new(&db).await;
    let made = world.add("120").await;
    world.go(&made, "Sort").await.unwrap();
    world.go(&made, "Rest").await.unwrap();
    let card = world.go(&made, "Mark").await.unwrap();
    assert_eq!(card.step_id, world.step("Delivery"));
    world.clock.pass(Duration::days(3));
    world.work().await;
    assert_eq!(world.item(made.card.id).await.card.version, card.version, "the timer found nothing to do");
});

both!(a_deleted_item_waits_on_when_it_comes_back, |db| {
    let world = World::new(&db).await;
    let made = world.add("120").await;
    world.go(&made, "Sort").await.unwrap();
    world.go(&made, "Rest").await.unwrap();
    item::delete(&world.owner, made.card.id, None).await.unwrap();
    world.clock.pass(Duration::days(3));
    world.work().await;
    item::restore(&world.owner, made.card.id).await.unwrap();
    assert_eq!(world.place(&made).await, "Delivery", "its wait was over meanwhile");

    // One whose wait is not over goes on waiting.
    let other = world.add("120").await;
    world.go(&other, "Sort").await.unwrap();
    world.go(&other, "Rest").await.unwrap();
    item::delete(&world.owner, other.card.id, None).await.unwrap();
    item::restore(&world.owner, other.card.id).await.unwrap();
    assert_eq!(world.place(&other).await, "Rest");
    world.clock.pass(Duration::days(2));
    world.work().await;
    assert_eq!(world.place(&other).await, "Delivery");
});

both!(a_wait_for_a_day_follows_the_day, |db| {
    let mut world = World::new(&db).await;
    world
        .publish(|made| {
            let rest = made.steps.iter_mut().find(|step| step.name == "Rest").unwrap();
            rest.automatic = Some(Automatic::Wait(Wait::Until { field: "received_on".into() }));
        })
        .await;
    let made = world.add("120").await;
    world.go(&made, "Sort").await.unwrap();
    world.go(&made, "Rest").await.unwrap();
    assert_eq!(world.item(made.card.id).await.wakes_at, None, "nobody knows the day");
    let today = world.owner.today().date();
    let set = async |day: NaiveDate| {
        let version = world.item(made.card.id).await.card.version;
        let form = form("120", &[("received_on", &day.to_string())]);
        item::save(&world.owner, made.card.id, version, form, None).await.unwrap();
    };
    set(today + Duration::days(9)).await;
    set(today + Duration::days(3)).await;
    let at = world.item(made.card.id).await.wakes_at.unwrap();
    assert_eq!(world.owner.local(at), (today + Duration::days(3)).and_hms_opt(0, 0, 0).unwrap());
    world.clock.pass(at - world.owner.now());
    world.work().await;
    assert_eq!(world.place(&made).await, "Delivery");

    // A day that has passed is not waited for.
    let late = world.add("120").await;
    let version = world.item(late.card.id).await.card.version;
    let passed = form("120", &[("received_on", &today.to_string())]);
    item::save(&world.owner, late.card.id, version, passed, None).await.unwrap();
    world.go(&late, "Sort").await.unwrap();
    world.go(&late, "Rest").await.unwrap();
    assert_eq!(world.place(&late).await, "Delivery");
});

both!(items_follow_a_published_design, |db| {
    let mut world = World::new(&db).await;
    let made = world.add("120").await;
    world.go(&made, "Sort").await.unwrap();
    world.go(&made, "Rest").await.unwrap();
    let before = world.item(made.card.id).await.wakes_at.unwrap();
    let wait = |amount| Some(Automatic::Wait(Wait::For { amount, unit: Unit::Hours }));
    let rest = |made: &mut Definition, does| {
        made.steps.iter_mut().find(|step| step.name == "Rest").unwrap().automatic = does;
    };
    world.publish(|made| rest(made, wait(100))).await;
    world.work().await;
    let longer = world.item(made.card.id).await.wakes_at.unwrap();
    assert!(before < longer);
    world.clock.pass(Duration::hours(49));
    world.work().await;
    assert_eq!(world.place(&made).await, "Rest", "the first timer comes too early now");
    world.publish(|made| rest(made, wait(1))).await;
    world.work().await;
    assert_eq!(world.place(&made).await, "Delivery", "it has waited longer than that");

    // A step that begins to do something by itself does it with what is there.
    let other = world.add("120").await;
    world.go(&other, "Sort").await.unwrap();
    world
        .publish(|made| {
            let order = made.steps.iter_mut().find(|step| step.name == "Order").unwrap();
            order.automatic = Some(Automatic::Act(vec![Deed::Due { days: 1 }]));
        })
        .await;
    world.work().await;
    assert_eq!(world.place(&other).await, "Rest");

    // What was deleted meanwhile follows when it comes back.
    let gone = world.add("120").await;
    item::delete(&world.owner, gone.card.id, None).await.unwrap();
    world
        .publish(|made| {
            let request = made.steps.iter_mut().find(|step| step.name == "Request").unwrap();
            request.automatic = Some(Automatic::Branch);
            made.fields.iter_mut().flatten().for_each(|field| field.required = false);
        })
        .await;
    world.work().await;
    item::restore(&world.owner, gone.card.id).await.unwrap();
    assert_eq!(world.place(&gone).await, "Rest");
});

both!(four_eyes_see_who_sent_it_on_its_way, |db| {
    let mut world = World::new(&db).await;
    let anna = world.owner.colleague("Anna Lind", Role::Member).await;
    let bo = world.owner.colleague("Bo Ek", Role::Member).await;
    let (approvers, owner) = (vec![anna.member_id(), bo.member_id()], world.owner.member_id());
    world
        .publish(|made| {
            let id =
                |made: &Definition, name: &str| made.steps.iter().find(|step| step.name == name).unwrap().id;
            let (sort, rest, approval) = (id(made, "Sort"), id(made, "Rest"), id(made, "Approval"));
            let rule = Approval { approvers, need: Need::Any, four_eyes: true };
            made.steps.iter_mut().find(|step| step.id == approval).unwrap().approval = Some(rule);
            // A request rests before it is approved.
            made.transitions.retain(|way| way.from != sort && way.from != rest);
            made.connect(sort, rest, "Rest");
            made.connect(rest, approval, "Rested");
            let order = id(made, "Order");
            made.transitions.retain(|way| (way.from, way.to) != (order, rest));
            let mark = id(made, "Mark");
            made.connect(order, mark, "Ordered");
        })
        .await;
    let made = world.add("120").await;
    let version = world.item(made.card.id).await.card.version;
    item::move_to(&anna, made.card.id, world.step("Sort"), version, None).await.unwrap();
    assert_eq!(world.place(&made).await, "Rest");
    world.clock.pass(Duration::days(3));
    world.work().await;
    assert_eq!(world.place(&made).await, "Approval");
    let key = world.workflow().await.head.item_key(made.card.number);
    let approval = item::page(&bo, &key).await.unwrap().approval.unwrap();
    assert!(approval.kept_out.contains(&anna.member_id()) && approval.kept_out.contains(&owner));
    assert_eq!(approval.approvers, [bo.member_id()]);
});

both!(what_cannot_work_is_not_published, |db| {
    let world = World::new(&db).await;
    let id = world.workflow().await.head.id;
    let refused = async |change: &dyn Fn(&mut Definition)| {
        let mut opened = design::open(&world.owner, "PA").await.unwrap();
        change(&mut opened.definition);
        let kept = design::save(&world.owner, id, opened.version, opened.definition).await.unwrap();
        design::publish(&world.owner, id, kept.version, &Default::default()).await.unwrap_err().to_string()
    };
    let does = |name: &'static str, does: Automatic| {
        move |made: &mut Definition| {
            let step = made.steps.iter_mut().find(|step| step.name == name).unwrap();
            step.automatic = Some(does.clone());
        }
    };
    let until = |field: &str| Automatic::Wait(Wait::Until { field: field.into() });
    let set = |field: &str, value: &str| {
        Automatic::Act(vec![Deed::Set { field: field.into(), value: value.into() }])
    };
    let cases: [(Automatic, &str); 5] = [
        (until("amount"), "Amount holds no day"),
        (until("nothing"), "Choose the field that holds the day"),
        (set("nothing", "1"), "Choose the field that is filled in"),
        (set("amount", "much"), "Amount is an amount"),
        (Automatic::Act(Vec::new()), "does nothing yet"),
    ];
    for (wrong, says) in cases {
        let why = refused(&does("Rest", wrong.clone())).await;
        assert!(why.contains(says), "{wrong:?}: {why}");
    }
    // Mark leads back to Rest, and neither asks anybody.
    let why = refused(&|made: &mut Definition| {
        let id = |name: &str| made.steps.iter().find(|step| step.name == name).unwrap().id;
        let (rest, mark) = (id("Rest"), id("Mark"));
        made.connect(mark, rest, "Again");
        made.transitions.iter_mut().for_each(|way| way.rework = way.rework && way.from != mark);
        does("Rest", Automatic::Branch)(made);
    })
    .await;
    assert!(why.contains("go round"), "{why}");
});
