//! Keys of the people of the world, and keys that open nothing.

use db::sql;
use kernel::{MemberId, Membership, PermissionSet};

use super::world::{Holder, World};
use crate::rest::key_for;

impl World {
    /// A key of somebody that may be used for this, as far as they may do it.
    pub(super) async fn key_of(&self, holder: &Holder, permissions: PermissionSet) -> String {
        self.key_for(holder.member, permissions).await
    }

    async fn key_for(&self, member: MemberId, permissions: PermissionSet) -> String {
        let place = Membership { member_id: member, ..self.owner.clone() };
        key_for(self.bench(), place, permissions).await
    }

    /// A key of the owner of another organisation.
    pub(super) async fn stranger_key(&self) -> String {
        key_for(self.bench(), self.stranger.clone(), PermissionSet::ALL).await
    }

    /// Keys that open nothing: of nobody, that have ended, and of people who have no place here.
    pub(super) async fn dead_keys(&self) -> Vec<(&'static str, Option<String>)> {
        let (member, all) = (self.owner.member_id, PermissionSet::ALL);
        let expired = self.key_for(member, all).await;
        let mut tx = self.tx().await;
        sql("update api_key set expires_at = $2 where organisation_id = $1 and member_id = $3")
            .bind(self.organisation)
            .bind(self.bench().site.now())
            .bind(member)
            .execute(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let withdrawn = self.key_for(member, all).await;
        let mut tx = self.tx().await;
        sql("update api_key set revoked_at = $2 where organisation_id = $1 and member_id = $3 and expires_at > $2")
            .bind(self.organisation)
            .bind(self.bench().site.now())
            .bind(member)
            .exactly_one(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut keys =
            vec![("nobody", None), ("expired key", Some(expired)), ("withdrawn key", Some(withdrawn))];
        for (outsider, name) in self.outsiders().await.iter().zip(["invited", "suspended", "removed"]) {
            keys.push((name, Some(self.key_of(outsider, all).await)));
        }
        keys
    }
}
