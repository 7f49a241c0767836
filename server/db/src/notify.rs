//! Waking other processes: PostgreSQL's LISTEN and NOTIFY. SQLite has no such thing.

use sqlx::{
    PgPool,
    postgres::{PgListener, PgPoolOptions},
};

use crate::{Db, Result, engine::Pools, sql};

/// What other processes say, on a connection of its own.
#[derive(Debug)]
pub struct Notices {
    listener: PgListener,
    /// Where the listener gets a new connection from when it loses its own.
    _pool: PgPool,
}

impl Db {
    /// Hears what is said on the channels from now on; none where there is nobody else to say it.
    pub async fn listen(&self, channels: &[&str]) -> Result<Option<Notices>> {
        let Pools::Postgres(pool) = &self.pools else { return Ok(None) };
        let options = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let own = options.connect_with((*pool.connect_options()).clone()).await?;
        let mut listener = PgListener::connect_with(&own).await?;
        listener.ignore_pool_close_event(true);
        listener.listen_all(channels.iter().copied()).await?;
        Ok(Some(Notices { listener, _pool: own }))
    }

    /// Says something on a channel: less than 8,000 bytes, and nothing that not everybody may read.
    pub async fn notify(&self, channel: &'static str, payload: &str) -> Result<()> {
        if let Pools::Postgres(_) = &self.pools {
            let _: (bool,) = sql(NOTIFY).bind(channel).bind(payload).one(self).await?;
        }
        Ok(())
    }
}

/// `pg_notify` returns nothing that could be read.
pub(crate) const NOTIFY: &str = "select pg_notify($1, $2) is not null";

impl Notices {
    /// The next channel and payload. None: the connection was lost and is there again, so some may be missing.
    pub async fn next(&mut self) -> Result<Option<(String, String)>> {
        let notice = self.listener.try_recv().await?;
        Ok(notice.map(|notice| (notice.channel().to_owned(), notice.payload().to_owned())))
    }
}
