//! The schema is one, whichever engine holds it.

use std::sync::Mutex;

use crate::{Db, both, testing};

both!(as owner: migrating_twice_is_migrating_once, |db| {
    db.migrate().await.unwrap();
    assert_eq!(db.migrations().await.unwrap().pending, 0);
});

#[tokio::test]
async fn both_engines_have_the_same_tables_columns_and_nullability() {
    static SEEN: Mutex<Vec<Vec<(String, String, bool)>>> = Mutex::new(Vec::new());

    async fn look(db: Db) {
        let columns = testing::columns(&db).await;
        assert!(
            columns.iter().any(|(table, column, _)| (table.as_str(), column.as_str()) == ("item", "data"))
        );
        SEEN.lock().unwrap().push(columns);
    }

    testing::sqlite(look).await;
    testing::postgres(look).await;
    let seen = SEEN.lock().unwrap();
    if let [sqlite, postgres] = seen.as_slice() {
        assert_eq!(sqlite, postgres);
    }
}
