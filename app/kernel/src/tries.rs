//! Tries from outside: counted in the database, so that several servers count together.

use std::net::{IpAddr, Ipv6Addr};

use chrono::{DateTime, Duration, Utc};
use db::sql;
use sha2::{Digest, Sha256};

use crate::{Error, Result, Tx};

/// The address a request came from. The server puts it into the request's extensions; without it, limits count by what else
/// they know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// What counts as one address: whoever has one of version 6 mostly has as many as they like.
    pub fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
        }
    }
}

/// What is counted under a text: what the table holds names nobody.
pub fn counted(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

impl Tx {
    /// Counts a try towards each of these keys, which [`counted`] makes, and ends the unit of work. Where one of them has had
    /// more than its limit since `window` began with its first, [`Error::TooMany`] says for how many seconds. Windows are a
    /// quarter of an hour at most: older counts are swept.
    pub async fn count_tries(mut self, counts: Vec<(Vec<u8>, i64)>, window: Duration) -> Result<()> {
        let now = self.now();
        let mut wait = 0;
        for (key, limit) in counts {
            let (tries, started_at): (i64, DateTime<Utc>) =
                sql("insert into attempt (key, tries, started_at)
                 values ($1, 1, $2)
                 on conflict (key) do update set
                   tries = case when attempt.started_at <= $3 then 1 else attempt.tries + 1 end,
                   started_at = case when attempt.started_at <= $3 then $2 else attempt.started_at end
                 returning tries, started_at")
                .bind(key)
                .bind(now)
                .bind(now - window)
                .one(&mut self)
                .await?;
            if limit < tries {
                wait = wait.max((started_at + window - now).num_seconds()).max(1);
            }
        }
        self.commit().await?;
        if wait == 0 { Ok(()) } else { Err(Error::TooMany { retry_after_secs: wait }) }
    }
}

#[cfg(test)]
mod tests {
    use super::ClientAddress;

    #[test]
    fn addresses_of_one_network_count_as_one() {
        let of = |text: &str| ClientAddress(text.parse().unwrap()).network();
        assert_eq!(of("2001:db8:0:1::1"), of("2001:db8:0:1::ffff"));
        assert_ne!(of("2001:db8:0:1::1"), of("2001:db8:0:2::1"));
        assert_ne!(of("203.0.113.9"), of("203.0.113.10"));
    }
}
