//! Clocks count by the hours of who has the item, each for the time in which they have it.

use super::*;

impl World {
    /// Gives an item to somebody, or to nobody.
    async fn give(&self, item: &Item, to: Option<&Cx>) {
        let now = self.item(item.card.id).await;
        let given = item::Form { assignee_id: Ok(to.map(Cx::member_id)), ..form("120", &[]) };
        item::save(&self.owner, now.card.id, now.card.version, given, None).await.unwrap();
    }
}

both!(a_clock_counts_by_the_hours_of_who_has_the_item, |db| {
    let world = World::limited(&db, limit(8, &[])).await;
    let pia = world.owner.colleague("Pia Holm", Role::Member).await;
    let hers = Whose::Member(pia.member_id());
    world.say(hers, Some("9:00-11:00"), "2025-11-23 Moving").await;
    let item = world.ordered().await;
    assert_eq!(world.due(&item).await, "Fri 21 17:00");
    world.pass(1);
    world.give(&item, Some(&pia)).await;
    // An hour on Friday, two each on Saturday, Monday and Tuesday; she is off on Sunday.
    assert_eq!((world.left(&item).await, world.due(&item).await), (h(7), "Tue 25 11:00".into()));
    let why = world.explain(&item).await;
    assert_eq!(why.hours_of, "Pia Holm");
    assert_eq!(
        why.settled.map(|(at, used)| (at.format("%a %H:%M").to_string(), used)),
        Some(("Fri 10:00".into(), 3600))
    );
    assert_eq!(why.days.iter().map(|day| day.used_secs + day.left_secs).sum::<i64>(), 7 * 3600);
    assert_eq!(why.days.iter().find_map(|day| day.holiday.as_deref()), Some("Moving"));

    // What was counted before she had it stays so.
    world.pass(1);
    world.say(hers, Some("9:00-12:00"), "").await;
    world.work().await;
    assert_eq!((world.left(&item).await, world.due(&item).await), (h(6), "Sun 23 11:00".into()));
    world.pass(3);
    assert_eq!(world.left(&item).await, h(5), "she went home at noon");
    world.give(&item, None).await;
    assert_eq!((world.left(&item).await, world.due(&item).await), (h(5), "Mon 24 11:00".into()));
    assert_eq!(world.explain(&item).await.hours_of, "Nordvik Cars");
});

both!(a_pause_goes_on_while_the_item_is_given_to_others, |db| {
    let world = World::limited(&db, limit(8, &[])).await;
    let pia = world.owner.colleague("Pia Holm", Role::Member).await;
    world.say(Whose::Member(pia.member_id()), Some("9:00-11:00"), "").await;
    let item = world.ordered().await;
    world.pass(1);
    world.pause(&item, "A question").await.unwrap();
    world.pass(2);
    world.give(&item, Some(&pia)).await;
    assert_eq!((world.left(&item).await, world.due(&item).await), (h(7), String::new()));
    world.pass(22);
    world.resume(&item).await.unwrap();
    // Saturday at ten.
    assert_eq!((world.left(&item).await, world.due(&item).await), (h(7), "Tue 25 11:00".into()));
    world.work().await;
    world.say(Whose::Member(pia.member_id()), Some("9:00-13:00"), "").await;
    world.work().await;
    assert_eq!((world.left(&item).await, world.due(&item).await), (h(7), "Sun 23 13:00".into()));
});

both!(who_had_an_item_before_anybody_had_hours_of_their_own_has_it_then, |db| {
    let world = World::limited(&db, limit(8, &[])).await;
    let pia = world.owner.colleague("Pia Holm", Role::Member).await;
    let item = world.ordered().await;
    world.give(&item, Some(&pia)).await;
    let mut tx = world.owner.begin().await.unwrap();
    sql("update sla_clock set holder_id = null, settled_at = null where organisation_id = $1")
        .bind(world.owner.organisation_id())
        .exactly_one(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.pass(1);
    world.say(Whose::Member(pia.member_id()), Some("9:00-11:00"), "").await;
    world.work().await;
    assert_eq!((world.left(&item).await, world.due(&item).await), (h(7), "Mon 24 11:00".into()));
});
