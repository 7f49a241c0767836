//! What must not distort the figures: the bin, and ends that are taken away.

use super::*;

both!(time_in_the_bin_is_no_stay, |db| {
    let world = World::new(&db).await;
    let card = world.add("Paint").await;
    world.clock.pass(Duration::hours(2));
    item::delete(&world.cx, card.id, None).await.unwrap();
    world.clock.pass(Duration::hours(50));
    item::restore(&world.cx, card.id).await.unwrap();
    let version = card.version + 2;
    let card = world.go(Card { version, ..card }, 1, 1).await;
    world.clock.pass(Duration::hours(4));
    let report = world.seen().await.report;
    assert_eq!(report.steps.iter().map(facts).map(|step| step.3).collect::<Vec<_>>(), [3, 4, 0]);
    assert_eq!(report.steps[0].median, Some(3 * 3600));
    // Somebody's and in the bin is no work either.
    let mine = world.form("Paint", Some(world.cx.member_id()));
    let card = item::save(&world.cx, card.id, card.version, mine, None).await.unwrap();
    world.clock.pass(Duration::hours(1));
    item::delete(&world.cx, card.id, None).await.unwrap();
    world.clock.pass(Duration::hours(9));
    item::restore(&world.cx, card.id).await.unwrap();
    world.clock.pass(Duration::hours(1));
    let report = world.seen().await.report;
    assert_eq!(facts(&report.steps[1]), (1, 0, 0, 6, 2));
    assert_eq!(report.ageing[0].items[0].age, 6 * 3600);
    let version = card.version + 2;
    world.go(Card { version, ..card }, 2, 1).await;
    let report = world.seen().await.report;
    assert_eq!(report.cycle.median, Some(10 * 3600));
});

both!(an_end_that_goes_into_another_end_finishes_nothing_anew, |db| {
    let world = World::new(&db).await;
    let card = world.add("Paint").await;
    let card = world.go(card, 1, 1).await;
    world.go(card, 2, 2).await;
    let opened = design::open(&world.cx, "T").await.unwrap();
    let mut drafted = opened.definition.clone();
    let (from, old) = (drafted.steps[1].id, drafted.steps[2].id);
    // Another end takes the place of the one that goes.
    let new = crate::definition::StepDefinition {
        ends: true,
        ..crate::definition::StepDefinition::new(world.cx.new_id(), "Closed")
    };
    let to = new.id;
    drafted.steps.push(new);
    drafted.connect(from, to, "Close");
    drafted.remove_step(old);
    let kept = design::save(&world.cx, opened.live.head.id, 0, drafted).await.unwrap();
    world.clock.pass(Duration::days(12));
    let moves = [(old, to)].into();
    design::publish(&world.cx, opened.live.head.id, kept.version, &design::Onward { moves, stay: false })
        .await
        .unwrap();
    world.clock.pass(Duration::hours(1));
    let report = world.seen().await.report;
    assert_eq!((report.items, report.cycle.median), (1, Some(3 * 3600)));
    // It was finished twelve days ago, and not today.
    let last = report.finished.last().unwrap();
    assert_eq!((last.count, report.finished.iter().map(|bar| bar.count).sum::<i64>()), (0, 1));
});
