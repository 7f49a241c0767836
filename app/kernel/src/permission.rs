//! What may be done: one catalogue of modules and actions for the whole product, and sets of it.
//!
//! Keys are what lasts: they stand in custom roles and documents, and never change their meaning. The order of the
//! catalogue, and with it the bits of a set, belongs to one build.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Writes the catalogue: per module its name, per permission the variant, its key, what a page calls it, and what
/// somebody without it reads they cannot do.
///
/// Each text is a function of its own, so that the browser loads only those that a page uses.
macro_rules! catalogue {
    ($($module:ident $module_name:literal {
        $($variant:ident $key:literal $label:literal $doing:literal)+
    })+) => {
        /// A part of the product, under which its permissions stand together.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Module {
            $(#[doc = $module_name] $module,)+
        }

        impl Module {
            /// Every module, in the order of pages.
            pub const ALL: &'static [Module] = &[$(Module::$module,)+];

            /// The name on a page.
            pub fn label(self) -> &'static str {
                match self {
                    $(Module::$module => $module_name,)+
                }
            }

            /// What may be done in it.
            pub fn permissions(self) -> impl Iterator<Item = Permission> {
                Permission::ALL.iter().copied().filter(move |permission| permission.module() == self)
            }
        }

        /// One thing that may be done: module and action.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Permission {
            $($(#[doc = $label] $variant,)+)+
        }

        impl Permission {
            /// The whole catalogue, module by module.
            pub const ALL: &'static [Permission] = &[$($(Permission::$variant,)+)+];

            /// The part of the product that it belongs to.
            pub fn module(self) -> Module {
                match self {
                    $($(Permission::$variant)|+ => Module::$module,)+
                }
            }

            /// The lasting name, as in `item.move`.
            pub fn key(self) -> &'static str {
                match self {
                    $($(Permission::$variant => $key,)+)+
                }
            }

            /// The name on a page.
            pub fn label(self) -> &'static str {
                match self {
                    $($(Permission::$variant => $label,)+)+
                }
            }

            /// What a person without it reads.
            pub fn refusal(self) -> &'static str {
                match self {
                    $($(Permission::$variant => concat!(
                        "Your role does not include ", $doing, ". An owner or admin can change that."
                    ),)+)+
                }
            }
        }
    };
}

catalogue! {
    Organisation "Organisation" {
        DirectoryView "organisation.directory" "See the names of people and teams" "seeing people and teams"
        OrganisationEdit "organisation.edit" "Change the settings" "changing the organisation's settings"
        OrganisationDelete "organisation.delete" "Delete the organisation" "deleting the organisation"
        SecurityManage "organisation.security" "Change the security settings" "changing the security settings"
        MailManage "organisation.mail" "See which mails were sent, and send them again" "seeing sent mail"
        BrandManage "organisation.brands" "Manage brands" "managing brands"
        LicenceManage "organisation.licence" "Manage the licence" "managing the licence"
        ApiManage "organisation.api" "Manage keys and webhooks of the organisation" "managing keys and webhooks"
        JobManage "organisation.jobs" "See background jobs, retry and discard them" "managing background jobs"
    }
    People "People" {
        MemberView "people.view" "See members, their addresses and roles" "seeing the list of members"
        MemberManage "people.manage" "Invite, suspend and remove members" "managing members"
        TeamManage "people.teams" "Manage teams" "managing teams"
        RoleManage "people.roles" "Make roles, and give and take them" "managing roles"
        SessionEnd "people.sessions" "End other people's sessions" "ending other people's sessions"
    }
    Audit "Audit log" {
        AuditView "audit.view" "See who did what" "seeing the audit log"
        AuditExport "audit.export" "Download the audit log" "downloading the audit log"
    }
    Workflows "Workflows" {
        WorkflowView "workflow.view" "See how workflows are made" "seeing how workflows are made"
        WorkflowDesign "workflow.design" "Design workflows" "designing workflows"
        WorkflowPublish "workflow.publish" "Publish workflows" "publishing workflows"
    }
    Items "Items" {
        ItemView "item.view" "See boards and items" "seeing items"
        ItemCreate "item.create" "Add items" "adding items"
        ItemEdit "item.edit" "Change items" "changing items"
        ItemMove "item.move" "Move items along" "moving items"
        ItemDelete "item.delete" "Delete items" "deleting items"
        ItemExport "item.export" "Download items" "downloading items"
    }
    Comments "Comments" {
        CommentWrite "comment.write" "Write comments" "writing comments"
    }
    Own "One's own" {
        MessageUse "own.messages" "Read and write one's own messages" "reading and writing messages"
        NoticeUse "own.notices" "Read one's own inbox" "reading the inbox"
    }
    Views "Saved views" {
        ViewSave "view.save" "Save views for oneself" "saving views"
        ViewShare "view.share" "Share views with everybody" "sharing views"
    }
    Calendar "Calendar" {
        CalendarView "calendar.view" "See the calendar" "seeing the calendar"
        CalendarPlan "calendar.plan" "Plan work and capacity" "planning work"
        CalendarBook "calendar.book" "Book times" "booking times"
        ResourceManage "calendar.resources" "Manage rooms, vehicles and tools" "managing resources"
    }
    Projects "Projects" {
        ProjectView "project.view" "See projects" "seeing projects"
        ProjectManage "project.manage" "Manage projects" "managing projects"
        TimeLog "project.time" "Log time" "logging time"
    }
    Clients "Clients" {
        ClientView "client.view" "See clients" "seeing clients"
        ClientManage "client.manage" "Manage clients" "managing clients"
    }
    Content "Content" {
        ContentView "content.view" "See posts and campaigns" "seeing posts and campaigns"
        ContentCreate "content.create" "Draft posts" "drafting posts"
        ContentEdit "content.edit" "Change posts of others" "changing posts of others"
        ContentApprove "content.approve" "Approve or reject posts" "approving posts"
        ContentPublish "content.publish" "Schedule and publish posts" "publishing posts"
    }
    Assets "Assets" {
        AssetView "asset.view" "See the library" "seeing the library"
        AssetManage "asset.manage" "Upload and manage assets" "managing assets"
    }
    Support "Support" {
        SupportView "support.view" "See tickets" "seeing tickets"
        SupportAnswer "support.answer" "Answer tickets" "answering tickets"
        SupportManage "support.manage" "Manage queues and targets" "managing the support desk"
    }
    Finance "Finance" {
        FinanceView "finance.view" "See invoices and expenses" "seeing finance"
        FinanceEdit "finance.edit" "Write invoices and expenses" "changing finance"
        BankEdit "finance.bank" "Change bank details" "changing bank details"
    }
    Reports "Reports" {
        ReportView "report.view" "See reports" "seeing reports"
        ReportExport "report.export" "Download reports" "downloading reports"
    }
    DataProtection "Data protection" {
        PersonExport "person.export" "Export what is known of a person" "exporting a person's data"
        PersonErase "person.erase" "Erase a person" "erasing a person"
    }
}

impl Permission {
    /// Its place in a [`PermissionSet`].
    #[expect(clippy::as_conversions, reason = "a variant gives its number in no other way")]
    const fn bit(self) -> u128 {
        1 << (self as u8)
    }
}

impl std::str::FromStr for Permission {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Permission::ALL.iter().copied().find(|permission| permission.key() == text).ok_or(())
    }
}

/// A set of permissions, as cheap as a number. It travels as hexadecimal digits, between two halves of one build.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PermissionSet(u128);

const _: () = assert!(Permission::ALL.len() <= 128, "a set has room for 128 permissions");

impl PermissionSet {
    /// Nothing.
    pub const NONE: PermissionSet = PermissionSet(0);

    /// Everything there is.
    pub const ALL: PermissionSet = PermissionSet::of(Permission::ALL);

    /// Just these.
    pub const fn of(permissions: &[Permission]) -> Self {
        let mut bits = 0;
        let mut rest = permissions;
        while let [first, after @ ..] = rest {
            bits |= first.bit();
            rest = after;
        }
        PermissionSet(bits)
    }

    /// What the keys name. One that is not known gives nothing: it may come from a newer release.
    pub fn of_keys<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        keys.into_iter().filter_map(|key| key.parse().ok()).collect()
    }

    /// Whether the permission is in it.
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// What is in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        PermissionSet(self.0 & other.0)
    }

    /// What is in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        PermissionSet(self.0 | other.0)
    }

    /// What is in this one only.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        PermissionSet(self.0 & !other.0)
    }

    /// Whether the other holds all of it.
    pub const fn is_within(self, other: Self) -> bool {
        self.without(other).is_empty()
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many are in it.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// What is in it, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.has(*permission))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::NONE, |set, permission| set.union(Self::of(&[permission])))
    }
}

impl std::fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl std::fmt::Display for PermissionSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = self.0.to_be_bytes().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
        for digit in digits.skip_while(|digit| *digit == 0) {
            f.write_str(char::from_digit(digit.into(), 16).unwrap_or('0').encode_utf8(&mut [0; 4]))?;
        }
        Ok(())
    }
}

impl std::str::FromStr for PermissionSet {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if 32 < text.len() {
            return Err(());
        }
        let mut bits = 0;
        for digit in text.chars() {
            bits = bits << 4 | u128::from(digit.to_digit(16).ok_or(())?);
        }
        // What this build does not know gives nothing.
        Ok(PermissionSet(bits & Self::ALL.0))
    }
}

impl Serialize for PermissionSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PermissionSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|()| serde::de::Error::custom("no set of permissions"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_key_names_one_permission() {
        let keys: BTreeSet<&str> = Permission::ALL.iter().map(|permission| permission.key()).collect();
        assert_eq!(keys.len(), Permission::ALL.len());
        for permission in Permission::ALL {
            assert_eq!(permission.key().parse(), Ok(*permission));
        }
        assert_eq!("item.fly".parse::<Permission>(), Err(()));
    }

    #[test]
    fn every_permission_stands_in_one_module() {
        let listed: Vec<Permission> = Module::ALL.iter().flat_map(|module| module.permissions()).collect();
        assert_eq!(listed, Permission::ALL);
    }

    #[test]
    fn a_refusal_says_what_and_who_can_help() {
        assert_eq!(
            Permission::ItemMove.refusal(),
            "Your role does not include moving items. An owner or admin can change that."
        );
    }

    #[test]
    fn a_set_survives_the_journey() {
        for set in [
            PermissionSet::NONE,
            PermissionSet::ALL,
            PermissionSet::of(&[Permission::DirectoryView]),
            PermissionSet::of(&[Permission::PersonErase, Permission::ItemMove]),
        ] {
            let text = serde_json::to_string(&set).unwrap();
            assert_eq!(serde_json::from_str::<PermissionSet>(&text).unwrap(), set, "{text}");
        }
        assert_eq!(PermissionSet::of(&[Permission::MemberView]).to_string(), "200");
        assert!("x".parse::<PermissionSet>().is_err());
        assert!("0".repeat(33).parse::<PermissionSet>().is_err());
        // Bits of a newer build give nothing here.
        assert_eq!("f".repeat(32).parse(), Ok(PermissionSet::ALL));
    }

    #[test]
    fn sets_are_compared_by_what_is_in_them() {
        let small = PermissionSet::of(&[Permission::ItemView]);
        let large = PermissionSet::of_keys(["item.view", "item.move", "item.fly"]);
        assert!(small.is_within(large) && !large.is_within(small));
        assert_eq!(large.without(small).iter().collect::<Vec<_>>(), [Permission::ItemMove]);
        assert_eq!((large.len(), small.union(large)), (2, large));
        assert!(large.has(Permission::ItemMove) && !small.has(Permission::ItemMove));
    }
}
