//! Files belong to one item: neither its parts nor what it begins elsewhere have any of them.

use db::{both, sql};
use kernel::{FieldId, FileId};
use serde_json::json;
use uuid::Uuid;

use super::World;
use crate::{
    model::{Field, FieldKind},
    quorum::Quorum,
};

both!(files_stay_with_the_item_that_they_belong_to, |db| {
    let mut world = World::apart(&db, Quorum::All).await;
    world
        .draw(|made| {
            let id = FieldId::from(Uuid::from_u128(7));
            made.fields.get_or_insert_default().push(Field::new(
                id,
                None,
                "papers",
                "Papers",
                FieldKind::File,
            ));
        })
        .await
        .unwrap();
    let made = world.add("120").await;
    let papers = json!([FileId::from(Uuid::from_u128(7)).to_string()]);
    let mut data = made.data.clone();
    data.insert("papers".into(), papers.clone());
    let mut tx = world.owner.begin().await.unwrap();
    sql("update item set data = $2 where id = $1")
        .bind(made.card.id)
        .bind(serde_json::Value::Object(data))
        .exactly_one(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    world.go(&made, "Apart").await.unwrap();
    let check = world.part(&made, "Check").await;
    assert_eq!(check.data, made.data, "all but the files");
    for name in ["Check", "Price", "Weigh"] {
        let part = world.part(&made, name).await;
        world.go(&part, "Meet").await.unwrap();
    }
    assert_eq!(world.place(&made).await, "Pack");
    assert_eq!(world.page(&made).await.item.data["papers"], papers, "parts take none away");
});
