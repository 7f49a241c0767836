//! Workers that climb the same ladders, and that are killed while they do.

use db::testing;

use super::*;
use crate::tests::killed::{Workers, until};

/// How many items are late.
const ITEMS: usize = 204;
/// How often a worker is killed meanwhile.
const KILLS: usize = 12;

/// The clock of the story stands in the past, so that all rungs are reached for the workers. Each tells the owner, who manages.
async fn each_rung_is_climbed_once(db: Db, url: String) {
    let percents = [50, 100, 150];
    let ladder = percents.map(|percent| (percent, Escalation::TellManagers));
    let world = World::limited(&db, limit(2, &ladder)).await;
    let mut workers = Workers::start(&url);
    for _ in 0..KILLS {
        for _ in 0..ITEMS / KILLS {
            world.ordered().await;
        }
        workers.kill_one();
    }
    let rungs = i64::try_from(ITEMS * percents.len()).unwrap();
    let organisation = world.owner.organisation_id();
    let count = async |what: &'static str| {
        let (count,): (i64,) = sql(what).bind(organisation).one(world.owner.db()).await.unwrap();
        world.owner.visit().rest().await;
        count
    };
    until(rungs, async || count("select count(*) from sla_rung where organisation_id = $1").await).await;
    let said = "select count(*) from activity where organisation_id = $1 and kind = 'escalated'";
    assert_eq!(count(said).await, rungs, "no history says it twice, and none leaves it out");
    let told = "select count(*) from notification where organisation_id = $1 and kind = 'item.limit'";
    assert_eq!(count(told).await, rungs);
    let recorded = "select count(*) from audit where organisation_id = $1 and kind = 'item.escalated'";
    assert_eq!(count(recorded).await, rungs);
    let waits = "select count(*) from sla_clock where organisation_id = $1 and wakes_at is not null";
    assert_eq!(count(waits).await, 0, "no clock waits for a rung that was reached");
}

#[tokio::test]
async fn two_hundred_ladders_on_sqlite() {
    testing::sqlite_with_url(each_rung_is_climbed_once).await;
}

#[tokio::test]
async fn two_hundred_ladders_on_postgres() {
    testing::postgres_with_owner(|both| each_rung_is_climbed_once(both.runtime, both.runtime_url)).await;
}
