//! Keys that the program makes for itself and keeps sealed in the database, so that all its servers have the same.

use db::sql;
use uuid::Uuid;

use crate::{OrNotFound, Result, Site, Visit, error::internal};

/// Where sealed keys stand.
const PLACE: &str = "program_key.sealed";

impl Site {
    /// The key of this name; made by `make` when it is first asked for.
    pub async fn program_key(&self, name: &str, make: impl FnOnce() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
        if let Some(found) = self.find_key(name).await? {
            return Ok(found);
        }
        let id: Uuid = Visit::new(self.clone(), "program key", None).new_id();
        let sealed = self
            .vault()
            .seal(PLACE, id, &make()?)
            .map_err(|cause| internal("A key of the program cannot be sealed", &cause))?;
        // Of two servers that begin at once, one makes it.
        sql("insert into program_key (id, name, sealed, created_at) values ($1, $2, $3, $4)
             on conflict (name) do nothing")
        .bind(id)
        .bind(name)
        .bind(sealed)
        .bind(self.now())
        .execute(self.db())
        .await?;
        self.find_key(name).await?.or_not_found()
    }

    async fn find_key(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let found: Option<(Uuid, String)> =
            sql("select id, sealed from program_key where name = $1").bind(name).optional(self.db()).await?;
        let Some((id, sealed)) = found else { return Ok(None) };
        let key = self.vault().open(PLACE, id, &sealed);
        key.map(Some).map_err(|cause| internal("A key of the program does not open", &cause))
    }
}
