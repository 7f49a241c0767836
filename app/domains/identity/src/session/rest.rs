//! Who asks, for other programs.

use kernel::{ApiKeyId, MemberId, OrganisationId, Permission, ScopedGrant};
use rest::{Answer, Call, Needs, Record, Routes};
use serde::Serialize;
use utoipa::ToSchema;

use crate::member::{self, rest::BaseRole};

/// What is published of who asks.
pub fn routes() -> Routes {
    Routes::new("Me", "Whom the caller acts as, where, and what it may do: a good first call.").read(
        "/me",
        "Read who asks",
        Needs::Member,
        read,
    )
}

/// Whom the caller acts as.
#[derive(Debug, Serialize, ToSchema)]
struct Me {
    member: MemberId,
    /// Full name; that of the key, where it belongs to the organisation.
    #[schema(example = "Elsa Lindqvist")]
    name: String,
    /// The address; none where the key belongs to the organisation, and a robot acts by it.
    #[schema(example = "elsa@nordvik.example")]
    email: Option<String>,
    role: BaseRole,
    organisation: MyOrganisation,
    /// What the caller may do everywhere in the organisation.
    #[schema(example = json!(["item.view", "item.move"]))]
    permissions: Vec<&'static str>,
    /// What it may do in parts of the organisation beyond that.
    grants: Vec<MyGrant>,
    /// The time zone of the person, or of the organisation.
    #[schema(example = "Europe/Stockholm")]
    time_zone: String,
    /// The key that was sent, or the connection of the app whose token it was.
    key: Option<MyKey>,
}

impl Record for Me {}

/// The organisation that the caller acts in.
#[derive(Debug, Serialize, ToSchema)]
struct MyOrganisation {
    id: OrganisationId,
    #[schema(example = "Nordvik Cars")]
    name: String,
}

/// What the caller may do in one part of the organisation.
#[derive(Debug, Serialize, ToSchema)]
struct MyGrant {
    /// The part.
    #[schema(example = "team:0198f1c2-7f3e-7d52-8a6b-2f0c1d9e4a77")]
    scope: String,
    #[schema(example = json!(["item.view", "item.move"]))]
    permissions: Vec<&'static str>,
}

impl From<&ScopedGrant> for MyGrant {
    fn from(grant: &ScopedGrant) -> Self {
        MyGrant {
            scope: grant.scope.to_string(),
            permissions: grant.permissions.iter().map(Permission::key).collect(),
        }
    }
}

/// The key that was sent, or the connection of an app.
#[derive(Debug, Serialize, ToSchema)]
struct MyKey {
    id: ApiKeyId,
    #[schema(example = "Accounting")]
    name: String,
}

async fn read(call: Call) -> Answer<Me> {
    let cx = &call.cx;
    let (name, email) = member::repo::oneself(cx).await?;
    let membership = cx.membership();
    Ok(Me {
        member: cx.member_id(),
        name,
        email,
        role: membership.role.into(),
        organisation: MyOrganisation {
            id: membership.organisation_id,
            name: membership.organisation_name.clone(),
        },
        permissions: membership.permissions.iter().map(Permission::key).collect(),
        grants: membership.grants.iter().map(MyGrant::from).collect(),
        time_zone: membership.settings.time_zone.clone(),
        key: cx.visit().agent().map(|agent| MyKey { id: agent.key_id, name: agent.name.clone() }),
    })
}
