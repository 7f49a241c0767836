//! What can be bought: a fixed catalogue. It names things for people and locks nothing.

use crate::Licence;

/// Writes an enum whose variants have a lasting key and a name for people.
macro_rules! catalogue {
    ($(#[$docs:meta])* $name:ident { $($variant:ident $key:literal $label:literal)+ }) => {
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $(#[doc = $label] $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The lasting name, as it stands in licences.
            pub fn key(self) -> &'static str {
                match self {
                    $($name::$variant => $key,)+
                }
            }

            /// The name on a page.
            pub fn label(self) -> &'static str {
                match self {
                    $($name::$variant => $label,)+
                }
            }

            /// The one with this key.
            pub fn of_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.key() == key)
            }
        }
    };
}

catalogue! {
    /// Something that an installation has, or that was bought for it.
    Entitlement {
        SingleSignOn "single_sign_on" "Single sign-on"
        AuditLog "audit_log" "Audit log"
        Roles "roles" "Roles and permissions"
        Support "support" "Support by mail"
        PrioritySupport "priority_support" "Support before others"
        Training "training" "Training"
    }
}

catalogue! {
    /// An edition that can be bought, and the one that needs no file.
    Plan {
        Free "free" "Free"
        Team "team" "Team"
        Business "business" "Business"
    }
}

impl Plan {
    /// What it includes. The free edition has everything that the program does; the others add what people do.
    pub const fn entitlements(self) -> &'static [Entitlement] {
        use Entitlement as E;
        match self {
            Plan::Free => &[E::SingleSignOn, E::AuditLog, E::Roles],
            Plan::Team => &[E::SingleSignOn, E::AuditLog, E::Roles, E::Support],
            Plan::Business => &[E::SingleSignOn, E::AuditLog, E::Roles, E::Support, E::PrioritySupport],
        }
    }
}

/// The names of all that an installation has: the free edition, the plan, and what the licence lists beyond it. What this
/// build does not know comes from a newer one and is shown by its key.
pub fn included(licence: Option<&Licence>) -> Vec<String> {
    let plan = licence.and_then(|licence| Plan::of_key(&licence.plan)).unwrap_or(Plan::Free);
    let mut names: Vec<String> = Vec::new();
    let known = Plan::Free.entitlements().iter().chain(plan.entitlements()).map(|one| one.label());
    let listed = licence.into_iter().flat_map(|licence| &licence.entitlements);
    let listed = listed.map(|key| Entitlement::of_key(key).map_or(key.as_str(), |one| one.label()));
    for name in known.chain(listed) {
        if names.iter().all(|there| there != name) {
            names.push(name.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::licence;

    #[test]
    fn the_free_edition_has_single_sign_on_audit_log_and_roles() {
        assert_eq!(included(None), ["Single sign-on", "Audit log", "Roles and permissions"]);
    }

    #[test]
    fn every_plan_has_what_the_free_edition_has() {
        for plan in Plan::ALL {
            for entitlement in Plan::Free.entitlements() {
                assert!(plan.entitlements().contains(entitlement), "{plan:?} lacks {entitlement:?}");
            }
        }
    }

    #[test]
    fn a_licence_adds_to_its_plan_and_repeats_nothing() {
        let mut licence = licence();
        licence.plan = "team".into();
        licence.entitlements = vec!["training".into(), "support".into(), "lunch".into()];
        let free = included(None).len();
        assert_eq!(included(Some(&licence))[free..], ["Support by mail", "Training", "lunch"]);
        licence.plan = "galaxy".into();
        assert_eq!(included(Some(&licence))[free..], ["Training", "Support by mail", "lunch"]);
    }

    #[test]
    fn keys_last() {
        let plans: Vec<_> = Plan::ALL.iter().map(|plan| plan.key()).collect();
        assert_eq!(plans, ["free", "team", "business"]);
        for entitlement in Entitlement::ALL {
            assert_eq!(Entitlement::of_key(entitlement.key()), Some(*entitlement));
        }
        assert_eq!(Plan::of_key("Free"), None);
    }
}
