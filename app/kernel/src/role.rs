//! Roles that every organisation has: the base roles of members, the built-in roles that can be given in addition,
//! and the roles of the people who run the site.

use serde::{Deserialize, Serialize};

use crate::{Permission, Permission as P, PermissionSet};

/// The base role of a member: what they may do everywhere in the organisation before further roles are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Has nothing by itself but what is their own: for people of a client, and for those who get just one further role.
    Guest,
    /// Works with items.
    Member,
    /// Also manages people, teams and settings.
    Admin,
    /// May do everything.
    Owner,
}

impl Role {
    /// Every base role, least first.
    pub const ALL: [Role; 4] = [Role::Guest, Role::Member, Role::Admin, Role::Owner];

    /// The name in the database and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Guest => "guest",
            Role::Member => "member",
            Role::Admin => "admin",
            Role::Owner => "owner",
        }
    }

    /// The name on a page.
    pub fn label(self) -> &'static str {
        match self {
            Role::Guest => "Guest",
            Role::Member => "Member",
            Role::Admin => "Admin",
            Role::Owner => "Owner",
        }
    }

    /// What it includes.
    pub const fn permissions(self) -> PermissionSet {
        match self {
            Role::Guest => OWN,
            Role::Member => STANDARD_USER,
            Role::Admin => ADMIN,
            Role::Owner => PermissionSet::ALL,
        }
    }
}

impl std::str::FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Role::ALL.into_iter().find(|role| role.as_str() == text).ok_or(())
    }
}

/// What everybody has for themselves. People always do; programs that act for them only where they were given it.
const OWN: PermissionSet = PermissionSet::of(&[P::MessageUse, P::NoticeUse]);

/// What only owners do: pay, be paid, and what cannot be brought back.
const OWNERS_ONLY: PermissionSet =
    PermissionSet::of(&[P::OrganisationDelete, P::LicenceManage, P::BankEdit, P::PersonErase]);

const ADMIN: PermissionSet = PermissionSet::ALL.without(OWNERS_ONLY);

const STANDARD_USER: PermissionSet = OWN.union(PermissionSet::of(&[
    P::DirectoryView,
    P::MemberView,
    P::WorkflowView,
    P::ItemView,
    P::ItemCreate,
    P::ItemEdit,
    P::ItemMove,
    P::ItemDelete,
    P::CommentWrite,
    P::ViewSave,
    P::ViewShare,
    P::CalendarView,
    P::CalendarBook,
    P::ProjectView,
    P::TimeLog,
    P::AssetView,
]));

/// Writes the built-in roles: variant, key, name, what it is for, what it includes.
macro_rules! built_in {
    ($($variant:ident $key:literal $label:literal $purpose:literal $permissions:expr;)+) => {
        /// A role that every organisation has.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum BuiltIn {
            $(#[doc = $label] $variant,)+
        }

        impl BuiltIn {
            /// All of them, base roles first.
            pub const ALL: &'static [BuiltIn] = &[$(BuiltIn::$variant,)+];

            /// The name in the database, in forms and addresses.
            pub fn key(self) -> &'static str {
                match self {
                    $(BuiltIn::$variant => $key,)+
                }
            }

            /// The name on a page.
            pub fn label(self) -> &'static str {
                match self {
                    $(BuiltIn::$variant => $label,)+
                }
            }

            /// What it is for, as a sentence.
            pub fn purpose(self) -> &'static str {
                match self {
                    $(BuiltIn::$variant => $purpose,)+
                }
            }

            /// What it includes.
            pub const fn permissions(self) -> PermissionSet {
                match self {
                    $(BuiltIn::$variant => $permissions,)+
                }
            }
        }
    };
}

/// What everybody sees who works with items at all.
const ITEMS_READ: PermissionSet = PermissionSet::of(&[P::DirectoryView, P::WorkflowView, P::ItemView]);

/// The daily work with items.
const ITEMS_WORK: PermissionSet = ITEMS_READ.union(PermissionSet::of(&[
    P::ItemCreate,
    P::ItemEdit,
    P::ItemMove,
    P::CommentWrite,
    P::ViewSave,
]));

const fn and(set: PermissionSet, more: &[Permission]) -> PermissionSet {
    set.union(PermissionSet::of(more))
}

built_in! {
    Owner "owner" "Owner"
        "Owns the organisation: everything, with the licence, bank details and erasing people."
        Role::Owner.permissions();
    Admin "admin" "Admin"
        "Runs the organisation: people, teams, roles and settings, and all daily work."
        Role::Admin.permissions();
    StandardUser "standard_user" "Standard user"
        "Does the daily work: adds, changes and moves items, comments, books and logs time. The base role Member."
        Role::Member.permissions();
    WorkflowManager "workflow_manager" "Workflow manager"
        "Looks after workflows: designs and publishes them, and clears up their items."
        and(ITEMS_WORK, &[
            P::ItemDelete, P::ItemExport, P::ViewShare, P::WorkflowDesign, P::WorkflowPublish, P::ReportView,
        ]);
    ProcessDesigner "process_designer" "Process designer"
        "Designs workflows; somebody else publishes them."
        and(ITEMS_READ, &[P::WorkflowDesign, P::CommentWrite, P::ViewSave]);
    JobPlanner "job_planner" "Job planner"
        "Plans who does what when, and books it."
        and(ITEMS_WORK, &[
            P::CalendarView, P::CalendarPlan, P::CalendarBook, P::ProjectView, P::TimeLog, P::ViewShare,
        ]);
    ResourceManager "resource_manager" "Resource manager"
        "Manages people's capacity, rooms, vehicles and tools."
        and(ITEMS_READ, &[
            P::MemberView, P::CalendarView, P::CalendarPlan, P::CalendarBook, P::ResourceManage, P::ReportView,
        ]);
    TeamLeader "team_leader" "Team leader"
        "Leads a team: who is in it, what it is called, and its work. Give it for one team."
        and(ITEMS_WORK, &[
            P::MemberView, P::TeamManage, P::ViewShare, P::CalendarView, P::CalendarPlan, P::CalendarBook,
            P::ProjectView, P::TimeLog, P::ReportView,
        ]);
    ContentManager "content_manager" "Content manager"
        "Runs the content: writes, changes, approves and publishes, and reads the figures."
        PermissionSet::of(&[
            P::DirectoryView, P::ClientView, P::CalendarView, P::CalendarPlan, P::ContentView, P::ContentCreate,
            P::ContentEdit, P::ContentApprove, P::ContentPublish, P::AssetView, P::AssetManage, P::CommentWrite,
            P::ReportView, P::ReportExport,
        ]);
    ContentCreator "content_creator" "Content creator"
        "Drafts posts and uploads pictures for campaigns; somebody else approves and publishes them."
        PermissionSet::of(&[
            P::DirectoryView, P::ClientView, P::CalendarView, P::ContentView, P::ContentCreate, P::AssetView,
            P::AssetManage, P::CommentWrite,
        ]);
    ClientOwner "client_owner" "Client owner"
        "Decides for a client: approves or rejects posts, sees calendar and figures. Give it for one client."
        PermissionSet::of(&[
            P::ClientView, P::ProjectView, P::CalendarView, P::ContentView, P::ContentApprove, P::CommentWrite,
            P::AssetView, P::SupportView, P::ReportView,
        ]);
    ClientViewer "client_viewer" "Client viewer"
        "Reads along for a client: posts, calendar and reports. Give it for one client."
        PermissionSet::of(&[
            P::ClientView, P::ProjectView, P::CalendarView, P::ContentView, P::AssetView, P::ReportView,
        ]);
    ProjectManager "project_manager" "Project manager"
        "Runs projects: plan, people, time and the client."
        and(ITEMS_WORK, &[
            P::ItemDelete, P::ItemExport, P::ViewShare, P::CalendarView, P::CalendarPlan, P::CalendarBook,
            P::ProjectView, P::ProjectManage, P::TimeLog, P::ClientView, P::ClientManage, P::FinanceView,
            P::ReportView, P::ReportExport,
        ]);
    Consultant "consultant" "Consultant"
        "Works on projects for clients and logs the time."
        and(ITEMS_WORK, &[
            P::CalendarView, P::CalendarBook, P::ProjectView, P::TimeLog, P::ClientView, P::AssetView,
        ]);
    MarketingSpecialist "marketing_specialist" "Marketing specialist"
        "Runs campaigns: posts, pictures and figures."
        PermissionSet::of(&[
            P::DirectoryView, P::ClientView, P::CalendarView, P::CalendarPlan, P::ContentView, P::ContentCreate,
            P::ContentEdit, P::ContentPublish, P::AssetView, P::AssetManage, P::CommentWrite, P::ReportView,
        ]);
    FinanceOfficer "finance_officer" "Finance officer"
        "Keeps the books: invoices, expenses, bank details and financial reports. Only owners give it."
        PermissionSet::of(&[
            P::DirectoryView, P::ClientView, P::ProjectView, P::FinanceView, P::FinanceEdit, P::BankEdit,
            P::ReportView, P::ReportExport,
        ]);
}

impl BuiltIn {
    /// The base role that it is, if it is one: those are chosen for a member, not given in addition.
    pub fn base(self) -> Option<Role> {
        match self {
            BuiltIn::Owner => Some(Role::Owner),
            BuiltIn::Admin => Some(Role::Admin),
            BuiltIn::StandardUser => Some(Role::Member),
            _ => None,
        }
    }

    /// Those that can be given in addition to a base role.
    pub fn to_grant() -> impl Iterator<Item = BuiltIn> {
        BuiltIn::ALL.iter().copied().filter(|role| role.base().is_none())
    }

    /// What the key of a further role includes; one that is not known, or is a base role, gives nothing.
    pub fn granted(key: &str) -> PermissionSet {
        BuiltIn::to_grant().find(|role| role.key() == key).map_or(PermissionSet::NONE, BuiltIn::permissions)
    }
}

impl std::str::FromStr for BuiltIn {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        BuiltIn::ALL.iter().copied().find(|role| role.key() == text).ok_or(())
    }
}

/// A role of somebody who runs the site. It stands at the account and gives nothing inside an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SiteRole {
    /// Helps customers, each time with their consent.
    Support,
    /// Configures the site.
    Admin,
    /// Watches over content and activity.
    Moderator,
    /// Writes the site's own content.
    Editor,
}

impl SiteRole {
    /// All of them.
    pub const ALL: [SiteRole; 4] =
        [SiteRole::Support, SiteRole::Admin, SiteRole::Moderator, SiteRole::Editor];

    /// The name in the database.
    pub fn key(self) -> &'static str {
        match self {
            SiteRole::Support => "support",
            SiteRole::Admin => "admin",
            SiteRole::Moderator => "moderator",
            SiteRole::Editor => "editor",
        }
    }

    /// The name on a page.
    pub fn label(self) -> &'static str {
        match self {
            SiteRole::Support => "Mediap support",
            SiteRole::Admin => "Site admin",
            SiteRole::Moderator => "Moderator",
            SiteRole::Editor => "Editor",
        }
    }
}

impl std::str::FromStr for SiteRole {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        SiteRole::ALL.into_iter().find(|role| role.key() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_base_role_includes_the_lesser_ones() {
        for pair in Role::ALL.windows(2) {
            assert!(pair[0].permissions().is_within(pair[1].permissions()), "{pair:?}");
            assert!(pair[0].permissions().len() < pair[1].permissions().len(), "{pair:?}");
        }
        assert_eq!(Role::Owner.permissions(), PermissionSet::ALL);
    }

    #[test]
    fn names_and_keys_are_not_used_twice() {
        for role in BuiltIn::ALL {
            assert_eq!(role.key().parse(), Ok(*role));
            assert_eq!(BuiltIn::ALL.iter().filter(|other| other.label() == role.label()).count(), 1);
            assert!(!role.permissions().is_empty() && role.purpose().ends_with('.'), "{role:?}");
        }
        for role in SiteRole::ALL {
            assert_eq!(role.key().parse(), Ok(role));
        }
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
    }

    #[test]
    fn a_base_role_is_no_further_role() {
        assert_eq!(BuiltIn::granted("owner"), PermissionSet::NONE);
        assert_eq!(BuiltIn::granted("nonsense"), PermissionSet::NONE);
        assert!(BuiltIn::granted("workflow_manager").has(Permission::WorkflowPublish));
        assert_eq!(BuiltIn::to_grant().count() + 3, BuiltIn::ALL.len());
    }

    #[test]
    fn no_further_role_manages_people_or_roles() {
        for role in BuiltIn::to_grant() {
            let set = role.permissions();
            assert!(!set.has(Permission::RoleManage) && !set.has(Permission::MemberManage), "{role:?}");
        }
    }
}
