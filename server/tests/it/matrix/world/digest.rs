//! Whether anything has happened in the organisation.

use db::sql;

use super::World;

impl World {
    /// Numbers that change with whatever changes in the organisation.
    pub(in crate::matrix) async fn digest(&self) -> (Vec<i64>, Vec<i64>) {
        let counts: Vec<(i64,)> = sql("select count(*) from audit where organisation_id = $1
             union all select count(*) from activity where organisation_id = $1
             union all select count(*) from member_grant where organisation_id = $1
             union all select count(*) from team_member where organisation_id = $1
             union all select count(*) from comment where organisation_id = $1
             union all select count(*) from saved_view where organisation_id = $1
             union all select count(*) from time_entry where organisation_id = $1 and deleted_at is null
             union all select count(*) from timer where organisation_id = $1
             union all select count(*) from message where organisation_id = $1
             union all select count(*) from app where organisation_id = $1 and deleted_at is null
             union all select count(*) from app_connection where organisation_id = $1 and ended_at is null
             union all select count(*) from notification where organisation_id = $1 and read_at is null
             union all select count(*) from file where organisation_id = $1 and deleted_at is null
             union all select count(*) from conversation_member where organisation_id = $1 and left_at is null
             union all select count(*) from webhook_delivery where organisation_id = $1
             union all select count(*) from job where organisation_id = $1 and state = 'failed'
               and deleted_at is null")
        .bind(self.organisation)
        .all(&self.reader())
        .await
        .unwrap();
        let versions: Vec<(i64,)> = sql(
            "select cast(coalesce(sum(version), 0) as bigint) from member where organisation_id = $1
             union all select cast(coalesce(sum(version), 0) as bigint) from team where organisation_id = $1
             union all select cast(coalesce(sum(version), 0) as bigint) from brand where organisation_id = $1
             union all select cast(coalesce(sum(version), 0) as bigint) from role where organisation_id = $1
             union all select cast(coalesce(sum(version), 0) as bigint) from client where organisation_id = $1
             union all select cast(coalesce(sum(version), 0) as bigint) from project where organisation_id = $1
             union all select cast(coalesce(sum(version), 0) as bigint) from item where organisation_id = $1
             union all select cast(coalesce(sum(version), 0) as bigint) from webhook where organisation_id = $1
             union all select cast(coalesce(sum(version), 0) as bigint) from incoming_hook where organisation_id = $1
             union all select cast(coalesce(sum(version), 0) as bigint) from automation_rule where organisation_id = $1
             union all select cast(coalesce(sum(version), 0) as bigint) from event where organisation_id = $1
             union all select cast(coalesce(sum(version), 0) as bigint) from booking where organisation_id = $1
             union all select cast(coalesce(sum(version), 0) as bigint) from job_type where organisation_id = $1
             union all select cast(coalesce(sum(item_count), 0) as bigint) from step where organisation_id = $1
             union all select version from organisation where id = $1",
        )
        .bind(self.organisation)
        .all(&self.reader())
        .await
        .unwrap();
        let plain = |rows: Vec<(i64,)>| rows.into_iter().map(|(number,)| number).collect();
        (plain(counts), plain(versions))
    }
}
