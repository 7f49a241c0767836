//! Lists, which go by how work runs as it was known a moment ago.

use db::{Scope, both, sql};
use kernel::{Error, StepId, Tx};

use super::World;
use crate::{
    acts::item::{self, Asked},
    filter::{Filter, Sort},
};

/// All items of one workflow, or of all.
pub(super) fn all_of(workflow: Option<&str>) -> Asked {
    Asked {
        workflow: workflow.map(str::to_owned),
        filter: Filter::default(),
        updated_since: None,
        due: Default::default(),
        sort: Sort::default(),
        after: None,
        limit: 10,
    }
}

impl World {
    /// The name of the step where the one item is, as a list has it.
    async fn listed(&self) -> String {
        let found = item::list(&self.owner, &all_of(Some("PA"))).await.unwrap();
        let (workflow, item) = found.items.first().unwrap();
        found.running.workflow(*workflow).unwrap().step(item.card.step_id).unwrap().name.clone()
    }
}

const RENAME: &str = "update step set name = $2 where organisation_id = $1 and name = 'Request'";

both!(a_list_goes_by_what_is_published, |db| {
    let world = World::new(&db).await;
    let item = world.add("120").await;
    let organisation = world.owner.organisation_id();
    assert_eq!(world.listed().await, "Request");
    // What is known of all of them is nobody's key.
    assert_eq!(item::list(&world.owner, &all_of(None)).await.unwrap().items.len(), 1);
    for nothing in ["*", "", "PA *"] {
        assert!(matches!(item::list(&world.owner, &all_of(Some(nothing))).await, Err(Error::Invalid(_))));
    }

    // What is taken back has not happened; what is committed counts at once.
    let rename =
        async |tx: &mut Tx| sql(RENAME).bind(organisation).bind("Asked").exactly_one(tx).await.unwrap();
    let mut tx = world.owner.begin().await.unwrap();
    rename(&mut tx).await;
    drop(tx);
    assert_eq!(world.listed().await, "Request");
    let mut tx = world.owner.begin().await.unwrap();
    rename(&mut tx).await;
    tx.commit().await.unwrap();
    assert_eq!(world.listed().await, "Asked");

    // Another server publishes, and nothing was heard of it yet: where an item has gone since, that is known all the same.
    let mut elsewhere = db.apart().begin_in(Scope::organisation(organisation.uuid())).await.unwrap();
    let new: StepId = world.owner.new_id();
    sql("insert into step (organisation_id, workflow_id, id, position, name, kind, created_at, updated_at)
         select organisation_id, workflow_id, $2, 99, 'Look into', 'work', created_at, created_at
         from step where organisation_id = $1 and id = $3")
    .bind(organisation)
    .bind(new)
    .bind(item.card.step_id)
    .exactly_one(&mut elsewhere)
    .await
    .unwrap();
    sql("update item set step_id = $3 where organisation_id = $1 and id = $2")
        .bind(organisation)
        .bind(item.card.id)
        .bind(new)
        .exactly_one(&mut elsewhere)
        .await
        .unwrap();
    elsewhere.commit().await.unwrap();
    assert_eq!(world.listed().await, "Look into");
});
