//! The program itself in an organisation, where no member stands behind what it does.

use db::{Query, Scope, sql};
use uuid::Uuid;

use crate::{Cx, Membership, OrganisationId, PermissionSet, Result, Role, Settings, Site, WorkingDays};

impl Site {
    /// The program in every living organisation, for jobs that go through all of them. It knows their days and times and
    /// works in their scope, but has no rights; what it does is recorded in nobody's name.
    pub async fn in_each(&self, reason: &str) -> Result<Vec<Cx>> {
        self.offices(reason, sql(LIVING)).await
    }

    /// The same in one organisation, if it lives.
    pub async fn in_one(&self, reason: &str, id: OrganisationId) -> Result<Option<Cx>> {
        let query = sql(LIVING).push(" and id = ").push_bind(id);
        Ok(self.offices(reason, query).await?.pop())
    }

    async fn offices(&self, reason: &str, query: Query) -> Result<Vec<Cx>> {
        let reader = self.reader(Scope::registry());
        let rows: Vec<Row> = query.push(" order by id").all(&reader).await?;
        let office = |(organisation_id, organisation_name, time_zone, working_days, currency): Row| {
            let working_days = WorkingDays::from_bits(working_days).unwrap_or_default();
            let membership = Membership {
                organisation_id,
                organisation_name,
                member_id: Uuid::nil().into(),
                role: Role::Guest,
                permissions: PermissionSet::NONE,
                grants: Vec::new(),
                settings: Settings {
                    home_zone: time_zone.clone(),
                    time_zone,
                    working_days,
                    currency,
                    ..Settings::default()
                },
                brand: None,
            };
            Cx::system(self, reason, membership)
        };
        Ok(rows.into_iter().map(office).collect())
    }
}

/// Id, name, time zone, working days and currency of an organisation.
type Row = (OrganisationId, String, String, i64, String);

const LIVING: &str =
    "select id, name, time_zone, working_days, currency from organisation where deleted_at is null";
