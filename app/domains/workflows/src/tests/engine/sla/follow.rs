//! What clocks follow: settings, teams, what was published while an item was away, and moves that are taken back.

use db::both;
use kernel::Event;
use sqlx::types::Json;

use super::*;

impl World {
    /// Changes the row of the organisation or of a team, as another domain does, and records that.
    async fn elsewhere(&self, kind: &'static str, change: &'static str, id: uuid::Uuid) {
        let mut tx = self.owner.begin().await.unwrap();
        sql(change).bind(id).exactly_one(&mut tx).await.unwrap();
        let event =
            Event { kind, subject_kind: "place", subject_id: id, topic: None, data: serde_json::json!({}) };
        tx.record(event).await.unwrap();
        tx.commit().await.unwrap();
    }
}

both!(clocks_follow_the_days_and_the_zone_of_the_organisation, |db| {
    let world = World::limited(&db, limit(10, &[(100, Escalation::TellManagers)])).await;
    let item = world.ordered().await;
    let id = world.owner.organisation_id().uuid();
    let everyday = "update organisation set working_days = 127 where id = $1";
    world.elsewhere("organisation.updated", everyday, id).await;
    world.work().await;
    assert_eq!(world.due(&item).await, "Sat 22 11:00");
    // It is called then, and not only on Monday.
    world.pass(26);
    world.work().await;
    assert_eq!(world.rungs(&item).await.len(), 1);
});

both!(the_hours_of_a_team_go_with_it, |db| {
    let mut world = World::limited(&db, limit(4, &[])).await;
    let team = world.team(&[]).await;
    world.say(Whose::Team(team), Some("20:00-24:00"), "").await;
    world
        .publish(|made| made.steps.iter_mut().find(|step| step.name == "Order").unwrap().team_id = Some(team))
        .await;
    let item = world.ordered().await;
    assert_eq!(world.due(&item).await, "Sat 22 00:00");
    let gone = "update team set deleted_at = updated_at where id = $1";
    world.elsewhere("team.deleted", gone, team.uuid()).await;
    world.work().await;
    assert_eq!(world.due(&item).await, "Fri 21 13:00");
    assert_eq!(world.explain(&item).await.hours_of, "Nordvik Cars");
    world.elsewhere("team.restored", "update team set deleted_at = null where id = $1", team.uuid()).await;
    world.work().await;
    assert_eq!(world.due(&item).await, "Sat 22 00:00");
});

both!(what_is_brought_back_follows_what_was_published_meanwhile, |db| {
    let mut world = World::new(&db).await;
    let item = world.ordered().await;
    item::delete(&world.owner, item.card.id, None).await.unwrap();
    world.publish(|made| set(made, Some(limit(2, &[(100, Escalation::TellManagers)])))).await;
    world.work().await;
    item::restore(&world.owner, item.card.id).await.unwrap();
    assert_eq!(world.left(&item).await, h(2), "a clock begins");
    world.pass(1);
    item::delete(&world.owner, item.card.id, None).await.unwrap();
    world.pass(1);
    world.publish(|made| set(made, Some(limit(4, &[(50, Escalation::TellManagers)])))).await;
    world.work().await;
    item::restore(&world.owner, item.card.id).await.unwrap();
    assert_eq!(world.left(&item).await, h(3));
    world.pass(1);
    world.work().await;
    assert_eq!(world.rungs(&item).await.len(), 1);
});

both!(a_clock_of_another_step_counts_for_nothing, |db| {
    let world = World::limited(&db, limit(8, &[])).await;
    let stray = async |step: &str| {
        let item = world.add("120").await;
        let now = world.owner.now();
        let clock = repo::sla::Clock {
            id: world.owner.new_id(),
            item_id: item.card.id,
            step_id: world.step(step),
            started_at: now,
            sla: Json(limit(8, &[])),
            used_micros: 0,
            running_since: Some(now),
            wakes_at: None,
            holder_id: None,
            settled_at: None,
            settled_micros: 0,
        };
        let mut tx = world.owner.begin().await.unwrap();
        repo::sla::insert(&mut tx, &world.owner, &clock).await.unwrap();
        tx.commit().await.unwrap();
        item
    };
    // Left open by who did not know of the limit.
    let (moved, looked_at) = (stray("Order").await, stray("Delivery").await);
    world.pass(3);
    acts::wake(&system(&world).await, looked_at.card.id).await.unwrap();
    for item in [&moved, &looked_at] {
        world.go(item, "Sort").await.unwrap();
        assert_eq!(world.left(item).await, h(8));
    }
    assert_eq!(world.result(&moved).await.unwrap().1, None, "nobody can tell how that went");
});

both!(a_clock_that_is_given_back_counts_by_what_holds_now, |db| {
    let mut world = World::limited(&db, limit(8, &[])).await;
    let item = world.ordered().await;
    world.pass(3);
    let card = world.go(&item, "Rest").await.unwrap();
    world.publish(|made| set(made, Some(limit(4, &[(100, Escalation::TellManagers)])))).await;
    world.clock.pass(Duration::minutes(1));
    item::undo_move(&world.owner, item.card.id, card.version).await.unwrap();
    assert_eq!(world.left(&item).await, h(1));
    world.pass(1);
    world.work().await;
    assert_eq!(world.rungs(&item).await.len(), 1);
});

both!(who_was_given_an_item_is_not_given_it_again, |db| {
    let mut world = World::new(&db).await;
    let anna = world.owner.colleague("Anna Lind", Role::Member).await;
    let ladder = [(100, Escalation::TellManagers), (100, Escalation::GiveTo(anna.member_id()))];
    world.publish(|made| set(made, Some(limit(2, &ladder)))).await;
    let item = world.ordered().await;
    world.pass(2);
    world.work().await;
    assert_eq!(world.rungs(&item).await.len(), 2);
    let now = world.item(item.card.id).await;
    item::save(&world.owner, item.card.id, now.card.version, form("120", &[]), None).await.unwrap();
    world.publish(|made| set(made, Some(limit(4, &ladder)))).await;
    world.work().await;
    world.pass(2);
    world.work().await;
    assert_eq!(world.rungs(&item).await.len(), 3, "only told again");
    assert_eq!(world.item(item.card.id).await.card.assignee_id, None);
});

both!(a_long_stay_is_explained_to_its_end, |db| {
    let world = World::limited(&db, limit(8, &[(50, Escalation::Remind)])).await;
    let item = world.ordered().await;
    world.pass(24 * 100);
    let why = world.explain(&item).await;
    let earlier = why.earlier.unwrap();
    assert_eq!((why.days.len(), earlier.count), (62, 39));
    assert_eq!(why.days.last().unwrap().on, world.owner.now().date_naive());
    let shown: i64 = why.days.iter().map(|day| day.used_secs).sum();
    assert_eq!(earlier.used_secs + shown, why.used_secs);
    assert_eq!(earlier.left_secs, 0);
});
