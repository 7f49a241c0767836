//! Keys for other programs.

use chrono::{DateTime, Utc};
use kernel::{ApiKeyId, Cx, MemberId, OrNotFound, Permission};
use rest::{
    Answer, Call, Created, Filter, Json, Key, List, Listed, Needs, Page, PermissionKey, Record, Routes,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::key::{
    acts::{self, Form},
    model::KeyCard,
};

/// What is published of keys.
pub fn routes() -> Routes {
    Routes::new(
        "Keys",
        "What programs ask with: a person's own, or the organisation's. What opens is said once.",
    )
    .list("/keys", "List keys", Needs::Member, Needs::Member, list)
    .post("/keys", "Create a key", Needs::Member, create)
    .read("/keys/{key}", "Read a key", Needs::Member, read)
    .remove("/keys/{key}", "Withdraw a key", Needs::Member, revoke)
}

/// A key, without what opens.
#[derive(Debug, Serialize, ToSchema)]
struct ApiKey {
    id: ApiKeyId,
    /// What it is for.
    #[schema(example = "Accounting")]
    name: String,
    /// Whether it is a person's own; else it belongs to the organisation, and a robot acts by it.
    personal: bool,
    /// Whom it acts as.
    member: MemberId,
    /// What it may be used for, as far as whom it acts as may do it.
    #[schema(example = json!(["item.view", "item.move"]))]
    permissions: Vec<&'static str>,
    created_at: DateTime<Utc>,
    created_by: MemberId,
    expires_at: Option<DateTime<Utc>>,
    /// To within some minutes.
    used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

impl Record for ApiKey {}

impl From<KeyCard> for ApiKey {
    fn from(key: KeyCard) -> Self {
        ApiKey {
            id: key.id,
            name: key.name,
            personal: key.personal,
            member: key.member_id,
            permissions: key.permissions.iter().map(Permission::key).collect(),
            created_at: key.created_at,
            created_by: key.created_by,
            expires_at: key.expires_at,
            used_at: key.used_at,
            revoked_at: key.revoked_at,
        }
    }
}

impl Listed for ApiKey {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, sort: &str) -> Key {
        match sort {
            "name" => Key::Text(self.name.to_lowercase()),
            _ => Key::Number(self.created_at.timestamp_micros()),
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct KeyFilter {
    /// Only keys of persons, or only those of the organisation.
    personal: Option<bool>,
    /// Only keys that open something now, or only others.
    counts: Option<bool>,
}

impl Filter for KeyFilter {
    const SORTS: &'static [&'static str] = &["created_at", "name"];
}

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewKey {
    /// What it is for.
    #[schema(example = "Accounting", min_length = 1, max_length = 60)]
    name: String,
    /// Whether it is your own. One of the organisation needs `organisation.api`.
    personal: bool,
    /// What it may be used for: nothing that you may not do yourself.
    #[schema(example = json!(["item.view"]), min_items = 1)]
    permissions: Vec<PermissionKey>,
    /// For how many days.
    #[schema(example = 90, minimum = 1, maximum = 366)]
    days: i64,
}

/// A key that was just made.
#[derive(Debug, Serialize, ToSchema)]
struct MadeKey {
    id: ApiKeyId,
    /// What goes behind `Bearer `. It is not kept and cannot be shown again.
    token: String,
}

impl Record for MadeKey {}

async fn list(call: Call<(), List<KeyFilter>>) -> Answer<Page<ApiKey>> {
    let KeyFilter { personal, counts } = call.input.filter;
    let now = call.cx.now();
    let fits = |key: &KeyCard| {
        personal.is_none_or(|personal| key.personal == personal)
            && counts.is_none_or(|counts| key.counts(now) == counts)
    };
    let keys = acts::list(&call.cx).await?;
    call.input.page(keys.own.into_iter().chain(keys.others).filter(fits).map(ApiKey::from).collect())
}

async fn read(call: Call<ApiKeyId>) -> Answer<ApiKey> {
    find(&call.cx, call.path).await
}

async fn create(call: Call<(), Json<NewKey>>) -> Answer<Created<MadeKey>> {
    let NewKey { name, personal, permissions, days } = call.input.0;
    let permissions = permissions.into_iter().map(|permission| permission.0.key().to_owned()).collect();
    let made = acts::create(&call.cx, &Form { name, personal, permissions, days }).await?;
    Ok(Created { at: format!("/keys/{}", made.id), record: MadeKey { id: made.id, token: made.token } })
}

async fn revoke(call: Call<ApiKeyId>) -> Answer<()> {
    Ok(acts::revoke(&call.cx, call.path).await?)
}

async fn find(cx: &Cx, id: ApiKeyId) -> Answer<ApiKey> {
    let keys = acts::list(cx).await?;
    let found = keys.own.into_iter().chain(keys.others).find(|key| key.id == id);
    Ok(found.or_not_found()?.into())
}
