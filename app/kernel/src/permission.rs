//! What may be done, and which role may do it. One catalogue for the whole product.

use serde::{Deserialize, Serialize};

/// A role of a member in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works with items.
    Member,
    /// Also manages people, teams and settings.
    Admin,
    /// Also owns the organisation.
    Owner,
}

impl Role {
    /// Every role, least first.
    pub const ALL: [Role; 3] = [Role::Member, Role::Admin, Role::Owner];

    /// The name in the database and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Member => "member",
            Role::Admin => "admin",
            Role::Owner => "owner",
        }
    }

    /// The name on a page.
    pub fn label(self) -> &'static str {
        match self {
            Role::Member => "Member",
            Role::Admin => "Admin",
            Role::Owner => "Owner",
        }
    }

    /// Whether the role includes the permission.
    pub fn may(self, permission: Permission) -> bool {
        self >= permission.least_role()
    }
}

impl std::str::FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Role::ALL.into_iter().find(|role| role.as_str() == text).ok_or(())
    }
}

/// One thing that may be done: module and action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See the members and teams.
    DirectoryView,
    /// Change the organisation's settings.
    OrganisationEdit,
    /// Invite members, change their role, suspend them.
    MemberManage,
    /// Add, change and remove teams.
    TeamManage,
    /// See workflows, items, history and comments.
    ItemView,
    /// Add items.
    ItemCreate,
    /// Change an item's data, assignee, due day and priority.
    ItemEdit,
    /// Move an item along a transition.
    ItemMove,
    /// Write comments.
    CommentWrite,
    /// Save views for oneself.
    ViewSave,
    /// Share views with everybody.
    ViewShare,
}

impl Permission {
    /// The least role that includes this permission.
    pub fn least_role(self) -> Role {
        match self {
            Permission::OrganisationEdit | Permission::MemberManage | Permission::TeamManage => Role::Admin,
            Permission::DirectoryView
            | Permission::ItemView
            | Permission::ItemCreate
            | Permission::ItemEdit
            | Permission::ItemMove
            | Permission::CommentWrite
            | Permission::ViewSave
            | Permission::ViewShare => Role::Member,
        }
    }

    /// What a person without it reads.
    pub fn refusal(self) -> &'static str {
        match self {
            Permission::OrganisationEdit => "Only owners and admins change the organisation's settings.",
            Permission::MemberManage => "Only owners and admins manage members.",
            Permission::TeamManage => "Only owners and admins manage teams.",
            _ => "Your role does not include this.",
        }
    }
}
