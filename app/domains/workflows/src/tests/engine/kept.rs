//! Items that stay on the version that they are on when another one is published.

use std::collections::BTreeMap;

use chrono::Duration;
use db::both;
use kernel::{Cx, Error, Role, StepId};

use super::{World, form, listed::all_of};
use crate::{
    acts::{
        self,
        design::{self, Onward},
        item,
    },
    definition::Definition,
    filter::{Filter, Sort},
    model::{Act, Item, Move},
};

impl World {
    /// Publishes the design with something changed, while running items stay on the version that they are on.
    pub(super) async fn publish_beside(&self, change: impl FnOnce(&mut Definition)) -> i64 {
        let mut opened = design::open(&self.owner, "PA").await.unwrap();
        let id = opened.live.head.id;
        change(&mut opened.definition);
        let kept = design::save(&self.owner, id, opened.version, opened.definition).await.unwrap();
        let stay = Onward { stay: true, ..Onward::default() };
        design::publish(&self.owner, id, kept.version, &stay).await.unwrap()
    }

    pub(super) async fn take_up(&self, number: i64, moves: &[(StepId, StepId)]) -> Result<i64, Error> {
        let id = self.workflow().await.head.id;
        design::take_up(&self.owner, id, number, &moves.iter().copied().collect()).await
    }

    /// The step where an item is, and the version that it stays on.
    async fn where_is(&self, item: &Item) -> (String, Option<i64>) {
        let (workflow, at) = (self.workflow().await, self.item(item.card.id).await.card.step_id);
        let version = workflow.kept_version(at).map(|version| version.number);
        (workflow.step(at).unwrap().name.clone(), version)
    }

    /// Moves an item to the step of this name of its own version.
    pub(super) async fn go_on(&self, item: &Item, to: &str) -> Result<(), Error> {
        let (workflow, card) = (self.workflow().await, self.item(item.card.id).await.card);
        let to = workflow.steps_beside(card.step_id).iter().find(|step| step.name == to).unwrap().id;
        item::move_to(&self.owner, card.id, to, card.version, None).await.map(drop)
    }
}

/// The step Order goes, Delivery is asked for a note, and a request goes straight to it.
fn shorter(made: &mut Definition) {
    let id = |made: &Definition, name: &str| made.steps.iter().find(|step| step.name == name).unwrap().id;
    let (sort, approval) = (id(made, "Sort"), id(made, "Approval"));
    let (order, delivery) = (id(made, "Order"), id(made, "Delivery"));
    for gone in [order, id(made, "Rest"), id(made, "Mark")] {
        made.remove_step(gone);
    }
    made.connect(sort, delivery, "Small");
    made.connect(approval, delivery, "Approved");
    for way in &mut made.transitions {
        way.rework = way.rework && way.from == approval;
    }
}

both!(running_items_stay_on_their_version_to_its_end, |db| {
    let world = World::new(&db).await;
    let (old, ended) = (world.add("120").await, world.add("80").await);
    world.go(&old, "Sort").await.unwrap();
    world.go(&ended, "Sort").await.unwrap();
    world.go(&ended, "Rest").await.unwrap();
    world.clock.pass(Duration::days(3));
    world.work().await;
    assert_eq!(world.place(&ended).await, "Delivery");
    world.go(&ended, "Paid").await.unwrap();
    let before = design::open(&world.owner, "PA").await.unwrap().number;

    assert_eq!(world.publish_beside(shorter).await, before + 1);
    let workflow = world.workflow().await;
    assert!(workflow.steps.iter().all(|step| step.name != "Order"));
    assert_eq!(world.where_is(&old).await, ("Order".to_owned(), Some(before)));
    assert_eq!(world.where_is(&ended).await, ("Paid".to_owned(), None), "what is done stays nowhere");
    assert_eq!(
        workflow.kept.iter().map(|one| (one.number, one.open_count())).collect::<Vec<_>>(),
        [(before, 1)]
    );
    let versions = design::versions(&world.owner, workflow.head.id).await.unwrap();
    assert_eq!(versions.iter().map(|one| one.open_count).collect::<Vec<_>>()[..2], [0, 1]);

    // A new one runs on the new version.
    let new = item::create(&world.owner, workflow.head.id, form("90", &[]), "").await.unwrap().1;
    world.go_on(&new, "Sort").await.unwrap();
    assert_eq!(world.where_is(&new).await, ("Delivery".to_owned(), None));

    // The old one goes along its own ways, by hand and by itself, to its own end.
    let across = world.go_on(&old, "Delivery").await.unwrap_err();
    assert!(matches!(across, Error::Conflict(_)), "{across}");
    world.go_on(&old, "Rest").await.unwrap();
    let at = world.item(old.card.id).await.card;
    let back = item::undo_move(&world.owner, at.id, at.version).await.unwrap();
    assert_eq!(world.where_is(&old).await, ("Order".to_owned(), Some(before)), "{back:?}");
    world.go_on(&old, "Rest").await.unwrap();
    world.clock.pass(Duration::days(3));
    world.work().await;
    assert_eq!(world.where_is(&old).await, ("Delivery".to_owned(), Some(before)));
    world.go_on(&old, "Paid").await.unwrap();
    assert_eq!(world.where_is(&old).await, ("Paid".to_owned(), Some(before)));
    // What is written of it names the steps that people know.
    let (_, history) = world.history(old.card.id).await;
    let roots: Vec<StepId> = workflow.steps.iter().map(|step| step.id).collect();
    let Act::Moved(Move { to, .. }) = &history[0] else { panic!("{history:?}") };
    assert!(roots.contains(to));

    // The board shows each version by itself, the list all of them.
    let board = acts::workflow::board(&world.owner, "PA", &Filter::default()).await.unwrap();
    assert_eq!(board.columns.iter().map(|column| column.total).sum::<i64>(), 2);
    let of_it = Filter { version: Some(before), ..Filter::default() };
    let board = acts::workflow::board(&world.owner, "PA", &of_it).await.unwrap();
    assert_eq!(board.columns.iter().map(|column| column.total).sum::<i64>(), 1);
    let shown: Vec<i64> =
        board.columns.iter().flat_map(|column| &column.cards).map(|card| card.number).collect();
    assert_eq!(shown, [old.card.number]);
    let list = acts::workflow::items(&world.owner, "PA", &of_it, Sort::default(), None).await.unwrap();
    assert_eq!((list.total, list.cards.len()), (1, 1));
    let list =
        acts::workflow::items(&world.owner, "PA", &Filter::default(), Sort::default(), None).await.unwrap();
    assert_eq!((list.total, list.cards.len()), (3, 3));
    // By its step it is found with those of the version that runs.
    let paid = workflow.steps.iter().find(|step| step.name == "Paid").unwrap().id;
    let by_step = Filter { step: Some(paid), ..Filter::default() };
    let list = acts::workflow::items(&world.owner, "PA", &by_step, Sort::default(), None).await.unwrap();
    assert_eq!(list.total, 2);
    let seen = acts::insight::insights(&world.owner, "PA", 30).await.unwrap();
    let figures = seen.report.steps.iter().find(|one| one.step == Some(paid)).unwrap();
    assert_eq!((figures.visits, seen.workflow.items_in(paid)), (2, 2));
});

both!(items_are_taken_along_later, |db| {
    let world = World::new(&db).await;
    let (first, second, third) = (world.add("120").await, world.add("130").await, world.add("5000").await);
    world.go(&first, "Sort").await.unwrap();
    world.go(&third, "Sort").await.unwrap();
    item::delete(&world.owner, second.card.id, None).await.unwrap();
    let before = design::open(&world.owner, "PA").await.unwrap().number;
    let order = world.step("Order");
    world.publish_beside(shorter).await;
    let workflow = world.workflow().await;
    let kept = |name: &str| workflow.kept[0].steps.iter().find(|step| step.name == name).unwrap().id;
    let delivery = workflow.steps.iter().find(|step| step.name == "Delivery").unwrap().id;
    let since = world.item(third.card.id).await.card.step_since;

    // Only to steps that run, by who may publish, where it is.
    for nowhere in [kept("Order"), order, world.owner.new_id()] {
        let refused = world.take_up(before, &[(kept("Order"), nowhere)]).await.unwrap_err();
        assert!(matches!(&refused, Error::Conflict(text) if text.contains("items of Order")), "{refused}");
    }
    assert!(matches!(world.take_up(before + 7, &[]).await, Err(Error::Conflict(_))));
    let member = world.owner.colleague("Ada", Role::Member).await;
    let refused = design::take_up(&member, workflow.head.id, before, &BTreeMap::new()).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    let other = Cx::test(&db, "Fjord Bikes").await;
    let refused = design::take_up(&other, workflow.head.id, before, &BTreeMap::new()).await;
    assert_eq!(refused, Err(Error::NotFound));

    world.clock.pass(Duration::hours(1));
    assert_eq!(world.take_up(before, &[(kept("Order"), delivery)]).await.unwrap(), 2);
    assert_eq!(world.where_is(&first).await, ("Delivery".to_owned(), None));
    assert_eq!(world.where_is(&third).await, ("Approval".to_owned(), None));
    // Whoever stays in their step stays there since then; whoever goes to another one has it in their history.
    assert_eq!(world.item(third.card.id).await.card.step_since, since);
    let (_, history) = world.history(first.card.id).await;
    let Act::Moved(Move { from, to, to_name, .. }) = &history[0] else { panic!("{history:?}") };
    assert_eq!((*from, *to, to_name.as_str()), (order, delivery, "Delivery"));
    // What was in the bin comes along, and the version is gone.
    item::restore(&world.owner, second.card.id).await.unwrap();
    assert_eq!(world.where_is(&second).await, ("Request".to_owned(), None));
    let now = world.workflow().await;
    assert_eq!(now.kept, []);
    let count = |name: &str| now.steps.iter().find(|step| step.name == name).unwrap().item_count;
    assert_eq!((count("Request"), count("Approval"), count("Delivery")), (1, 1, 1));
    assert!(matches!(world.take_up(before, &[]).await, Err(Error::Conflict(_))));
});

both!(a_form_is_that_of_the_version_that_an_item_is_on, |db| {
    let world = World::new(&db).await;
    let old = world.add("120").await;
    world
        .publish_beside(|made| {
            let request = made.steps.iter().find(|step| step.name == "Request").unwrap().id;
            let mut asked = made.form().iter().find(|field| field.key == "supplier").unwrap().clone();
            asked.id = world.owner.new_id();
            asked.key = "cost_centre".into();
            asked.label = "Cost centre".into();
            asked.required = true;
            asked.step_id = Some(request);
            made.fields.as_mut().unwrap().push(asked);
        })
        .await;
    let key = world.workflow().await.head.item_key(old.card.number);
    let page = item::page(&world.owner, &key).await.unwrap();
    assert!(page.fields.iter().all(|field| field.key != "cost_centre"));
    // What is asked for since then keeps only new ones back.
    world.go_on(&old, "Sort").await.unwrap();
    let new = world.add("120").await;
    let refused = world.go_on(&new, "Sort").await.unwrap_err();
    assert!(refused.to_string().contains("Cost centre"), "{refused}");
    assert_eq!(item::list(&world.owner, &all_of(Some("PA"))).await.unwrap().items.len(), 2);
});

both!(clocks_go_on_with_the_items_that_stay, |db| {
    let world = World::with(&db, |made| {
        let order = made.steps.iter_mut().find(|step| step.name == "Order").unwrap();
        order.sla =
            Some(crate::sla::Sla { minutes: 240, counts: crate::sla::Counts::AllHours, rungs: Vec::new() });
    })
    .await;
    let item = world.add("120").await;
    world.go(&item, "Sort").await.unwrap();
    world.clock.pass(Duration::hours(1));
    let number = design::open(&world.owner, "PA").await.unwrap().number;
    world.publish_beside(|made| made.steps.iter_mut().for_each(|step| step.sla = None)).await;
    world.work().await;
    let left = async || {
        let now = world.item(item.card.id).await;
        let clock = acts::sla::of_item(&world.owner, &world.workflow().await, &now).await.unwrap();
        clock.map(|clock| clock.left_secs)
    };
    assert_eq!(left().await, Some(3 * 3600));
    // The version that runs has no limit.
    world.take_up(number, &[]).await.unwrap();
    world.work().await;
    assert_eq!(left().await, None);
});
