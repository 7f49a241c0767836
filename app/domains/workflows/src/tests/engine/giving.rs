//! Whom steps give items to.

use db::{both, sql};
use kernel::{Cx, MemberId, Role, TeamId};

use super::{World, form, straight, world_id};
use crate::{
    acts::{design, gate, item},
    automatic::Gives,
    definition::Definition,
    model::{Field, FieldKind, Item},
};

impl World {
    /// A team of these members, who work in the steps of these names.
    pub(super) async fn team(&self, members: &[&Cx]) -> TeamId {
        let mut tx = self.owner.begin().await.unwrap();
        let team: TeamId = self.owner.new_id();
        sql("insert into team (id, organisation_id, name, created_at, updated_at) values ($1, $2, 'Buyers', $3, $3)")
            .bind(team)
            .bind(self.owner.organisation_id())
            .bind(self.owner.now())
            .exactly_one(&mut tx)
            .await
            .unwrap();
        for member in members {
            sql("insert into team_member (organisation_id, team_id, member_id, created_at) values ($1, $2, $3, $4)")
                .bind(self.owner.organisation_id())
                .bind(team)
                .bind(member.member_id())
                .bind(self.owner.now())
                .exactly_one(&mut tx)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        team
    }
}

both!(a_step_gives_items_to_whom_it_says, |db| {
    let mut world = World::new(&db).await;
    let anna = world.owner.colleague("Anna Lind", Role::Member).await;
    let bo = world.owner.colleague("Bo Ek", Role::Member).await;
    let team = world.team(&[&anna, &bo]).await;
    let gives = |made: &mut Definition, gives| {
        let order = made.steps.iter_mut().find(|step| step.name == "Order").unwrap();
        (order.team_id, order.gives) = (Some(team), Some(gives));
    };
    let comes = async |world: &World| {
        let made = world.add_as(&anna, "120").await;
        world.go(&made, "Sort").await.unwrap();
        world.item(made.card.id).await.card.assignee_id
    };
    let (first, second) = (anna.member_id().min(bo.member_id()), anna.member_id().max(bo.member_id()));
    world.publish(|made| gives(made, Gives::InTurn)).await;
    let turns: Vec<Option<MemberId>> = vec![comes(&world).await, comes(&world).await, comes(&world).await];
    assert_eq!(turns, [Some(first), Some(second), Some(first)]);
    world.publish(|made| gives(made, Gives::LeastLoaded)).await;
    assert_eq!(comes(&world).await, Some(second), "who has one, not two");
    world.publish(|made| gives(made, Gives::Creator)).await;
    assert_eq!(comes(&world).await, Some(anna.member_id()));
    world.publish(|made| gives(made, Gives::Member(bo.member_id()))).await;
    assert_eq!(comes(&world).await, Some(bo.member_id()));

    // Whoever is gone is given nothing.
    let mut tx = world.owner.begin().await.unwrap();
    sql("update member set state = 'suspended' where organisation_id = $1 and id = $2")
        .bind(world.owner.organisation_id())
        .bind(bo.member_id())
        .exactly_one(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(comes(&world).await, None);
    world.publish(|made| gives(made, Gives::LeastLoaded)).await;
    assert_eq!(comes(&world).await, Some(anna.member_id()));
});

both!(a_field_says_whom_a_step_gives_items_to, |db| {
    let mut world = World::new(&db).await;
    let anna = world.owner.colleague("Anna Lind", Role::Member).await;
    let by_field = |made: &mut Definition, kind| {
        let fields = made.fields.as_mut().unwrap();
        fields.retain(|field| field.key != "buyer");
        fields.push(Field {
            id: world_id(&made.steps).uuid().into(),
            step_id: None,
            key: "buyer".into(),
            label: "Buyer".into(),
            kind,
            required: false,
            ..fields[0].clone()
        });
        let order = made.steps.iter_mut().find(|step| step.name == "Order").unwrap();
        order.gives = Some(Gives::Field("buyer".into()));
    };
    // Only a member can be given anything.
    let mut opened = design::open(&world.owner, "PA").await.unwrap();
    by_field(&mut opened.definition, FieldKind::Text);
    let fault = gate::faults(&opened.definition).into_iter().find(|fault| fault.blocks).unwrap();
    assert_eq!(fault.text, "Order: Buyer names no member to give items to.");

    world.publish(|made| by_field(made, FieldKind::Person)).await;
    let comes = async |world: &World, buyer: &str| {
        let workflow = world.workflow().await.head.id;
        let sent = form("120", &[("buyer", buyer)]);
        let made = item::create(&world.owner, workflow, sent, "").await.unwrap().1;
        world.go(&made, "Sort").await.unwrap();
        world.item(made.card.id).await.card.assignee_id
    };
    assert_eq!(comes(&world, &anna.member_id().to_string()).await, Some(anna.member_id()));
    assert_eq!(comes(&world, "").await, None);
});

both!(the_members_of_a_deleted_team_are_given_and_asked_nothing, |db| {
    let mut world = World::new(&db).await;
    let anna = world.owner.colleague("Anna Lind", Role::Member).await;
    let team = world.team(&[&anna]).await;
    let gives = |made: &mut Definition, gives| {
        for step in made.steps.iter_mut().filter(|step| matches!(step.name.as_str(), "Order" | "Approval")) {
            step.team_id = Some(team);
        }
        made.steps.iter_mut().find(|step| step.name == "Order").unwrap().gives = Some(gives);
    };
    let comes = async |world: &World| {
        let made = world.add("120").await;
        world.go(&made, "Sort").await.unwrap();
        world.item(made.card.id).await.card.assignee_id
    };
    let asked = async |world: &World, who: &Cx, item: &Item| {
        let key = world.workflow().await.head.item_key(item.card.number);
        item::page(who, &key).await.unwrap().approval.unwrap().mine
    };
    let helper = world.owner.colleague("Hanna Berg", Role::Owner).await;
    world.publish(|made| gives(made, Gives::LeastLoaded)).await;
    let waiting = world.add("2000").await;
    world.go(&waiting, "Sort").await.unwrap();
    assert_eq!(comes(&world).await, Some(anna.member_id()));
    assert!(asked(&world, &anna, &waiting).await && !asked(&world, &helper, &waiting).await);

    let mut tx = world.owner.begin().await.unwrap();
    sql("update team set deleted_at = $3 where organisation_id = $1 and id = $2")
        .bind(world.owner.organisation_id())
        .bind(team)
        .bind(world.owner.now())
        .exactly_one(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(comes(&world).await, None);
    // Whoever may publish the workflow decides in its place.
    assert!(!asked(&world, &anna, &waiting).await && asked(&world, &helper, &waiting).await);
    // A design that names it is published without it.
    world.publish(|made| gives(made, Gives::InTurn)).await;
    let order = world.step("Order");
    assert_eq!(world.workflow().await.step(order).unwrap().team_id, None);
});

both!(items_of_a_step_that_goes_are_given_where_they_come, |db| {
    let world = World::new(&db).await;
    let anna = world.owner.colleague("Anna Lind", Role::Member).await;
    let made = world.add("120").await;
    world.go(&made, "Sort").await.unwrap();
    let id = world.workflow().await.head.id;
    let mut opened = design::open(&world.owner, "PA").await.unwrap();
    let (order, delivery) = (world.step("Order"), world.step("Delivery"));
    let sort = world.step("Sort");
    opened.definition.remove_step(order);
    opened.definition.connect(sort, world.step("Rest"), "Small");
    opened.definition.connect(world.step("Approval"), world.step("Rest"), "Approve");
    straight(&mut opened.definition);
    opened.definition.transitions.last_mut().unwrap().rework = false;
    let to = opened.definition.steps.iter_mut().find(|step| step.id == delivery).unwrap();
    to.gives = Some(Gives::Member(anna.member_id()));
    let kept = design::save(&world.owner, id, opened.version, opened.definition).await.unwrap();
    design::publish(
        &world.owner,
        id,
        kept.version,
        &design::Onward { moves: [(order, delivery)].into(), stay: false },
    )
    .await
    .unwrap();
    world.work().await;
    let card = world.item(made.card.id).await.card;
    assert_eq!((card.step_id, card.assignee_id), (delivery, Some(anna.member_id())));
});
