//! The person in front of the page, as every page may know them.

use leptos::prelude::expect_context;
use serde::{Deserialize, Serialize};

use crate::{
    BrandId, Directory, MemberId, OrganisationId, PageData, Permission, PermissionSet, Role, Scope,
    ScopedGrant, Settings, Today,
};

/// Who looks at the page, in which organisation, and how that organisation writes things.
///
/// The shell loads it once and gives it as a context; pages read it with [`use_viewer`] inside their own
/// `Suspense`, together with their data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// Full name.
    pub name: String,
    /// Address they log in with.
    pub email: String,
    /// Their membership.
    pub member_id: MemberId,
    /// Their base role.
    pub role: Role,
    /// What they may do everywhere in the organisation.
    pub permissions: PermissionSet,
    /// What they may do in parts of it beyond that.
    pub grants: Vec<ScopedGrant>,
    /// The organisation they work in now.
    pub organisation: OrganisationName,
    /// Every organisation they may switch to, the present one too, by name.
    pub organisations: Vec<OrganisationName>,
    /// The brand whose colours the pages have now, if any.
    pub brand: Option<BrandName>,
    /// The brands of the organisation, by name.
    pub brands: Vec<BrandName>,
    /// Whether the person switched to a brand themselves.
    pub brand_chosen: bool,
    /// How dates, times and money are written.
    pub settings: Settings,
    /// Now, in the time zone of the settings.
    pub today: Today,
    /// Names of people and teams.
    pub directory: Directory,
    /// The organisation's last news that the page knows of.
    pub heard: i64,
    /// How many notifications ask for their attention.
    pub unread: i64,
    /// How many messages they have not seen.
    pub unread_messages: i64,
    /// What the page says all the time while somebody of support acts as the viewer.
    pub acting: Option<String>,
}

/// An organisation as the switcher shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct OrganisationName {
    /// The organisation.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Whether `/organisation/<id>/logo` has a picture.
    pub has_logo: bool,
}

/// A brand as menus show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct BrandName {
    /// The brand.
    pub id: BrandId,
    /// Its name.
    pub name: String,
    /// Its colour, `#rrggbb`.
    pub accent: String,
    /// Whether it has a logo.
    pub has_logo: bool,
    /// The version of name, colour and logo; part of the addresses below.
    pub version: i64,
}

impl BrandName {
    /// The address of its logo, if it has one.
    pub fn logo(&self) -> Option<String> {
        self.has_logo.then(|| format!("/brand/{}/logo?v={}", self.id, self.version))
    }

    /// The address of the style sheet that gives the pages its colour.
    pub fn style(&self) -> String {
        format!("/brand/{}.css?v={}", self.id, self.version)
    }
}

impl Viewer {
    /// Whether the viewer has the permission: pages offer only what works.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.has(permission)
    }

    /// Whether the viewer has the permission in some part of the organisation at least.
    pub fn may_somewhere(&self, permission: Permission) -> bool {
        self.may(permission) || self.grants.iter().any(|grant| grant.permissions.has(permission))
    }

    /// Whether the viewer has the permission in this part of the organisation, or everywhere.
    pub fn may_in(&self, permission: Permission, scope: Scope) -> bool {
        self.may(permission) || ScopedGrant::any(&self.grants, permission, scope)
    }
}

/// The resource that the shell provides.
pub type ViewerResource = PageData<Viewer>;

/// The viewer of this page.
pub fn use_viewer() -> ViewerResource {
    expect_context()
}
