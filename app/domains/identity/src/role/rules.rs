//! Who may give, take and change which role.

use kernel::{Error, Permission, PermissionSet, Role, Viewer};

/// Somebody who wants to change what others may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Base role.
    pub role: Role,
    /// What they may do everywhere in the organisation. What they may do in a part of it gives no say over roles.
    pub permissions: PermissionSet,
}

impl From<&Viewer> for Actor {
    fn from(viewer: &Viewer) -> Self {
        Actor { role: viewer.role, permissions: viewer.permissions }
    }
}

#[cfg(feature = "ssr")]
impl From<&kernel::Cx> for Actor {
    fn from(cx: &kernel::Cx) -> Self {
        let membership = cx.membership();
        Actor { role: membership.role, permissions: membership.permissions }
    }
}

/// Why a change is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The actor lacks this permission.
    Lacks(Permission),
    /// It concerns an owner.
    OwnersOnly,
    /// It concerns the actor.
    Oneself,
    /// It gives or takes what the actor does not have.
    Beyond(PermissionSet),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::Forbidden(match refusal {
            Refusal::Lacks(permission) => permission.refusal().into(),
            Refusal::OwnersOnly => {
                "Only owners change owners, and only owners make somebody an owner.".into()
            }
            Refusal::Oneself => "Nobody changes their own roles. Another owner or admin can.".into(),
            Refusal::Beyond(set) => {
                let mut names: Vec<&str> = set.iter().take(3).map(Permission::label).collect();
                if 3 < set.len() {
                    names.push("and more");
                }
                format!("This goes beyond your own roles: {}. An owner can do it.", names.join(", "))
            }
        })
    }
}

fn within(actor: Actor, set: PermissionSet) -> Result<(), Refusal> {
    let beyond = set.without(actor.permissions);
    if beyond.is_empty() { Ok(()) } else { Err(Refusal::Beyond(beyond)) }
}

fn has(actor: Actor, permission: Permission) -> Result<(), Refusal> {
    if actor.permissions.has(permission) { Ok(()) } else { Err(Refusal::Lacks(permission)) }
}

/// Whether the actor may change a member whose base role is `from` so that it becomes `to`; the same role twice stands
/// for every other change of the membership.
pub fn may_change_base(actor: Actor, from: Role, to: Role) -> Result<(), Refusal> {
    has(actor, Permission::MemberManage)?;
    if (from == Role::Owner || to == Role::Owner) && actor.role != Role::Owner {
        return Err(Refusal::OwnersOnly);
    }
    within(actor, from.permissions().union(to.permissions()))
}

/// Whether the actor may do something to a member with this base role that changes no role, such as ending their sessions.
pub fn may_touch(actor: Actor, role: Role) -> Result<(), Refusal> {
    if role == Role::Owner && actor.role != Role::Owner {
        return Err(Refusal::OwnersOnly);
    }
    within(actor, role.permissions())
}

/// Whether the actor may give a role that includes `set` to a member with the base role `holder`, or take it away.
pub fn may_grant(actor: Actor, oneself: bool, holder: Role, set: PermissionSet) -> Result<(), Refusal> {
    has(actor, Permission::RoleManage)?;
    if actor.role == Role::Owner {
        // An owner may do everything, but a key of theirs only what it was made for.
        return within(actor, set);
    }
    if holder == Role::Owner {
        return Err(Refusal::OwnersOnly);
    }
    if oneself {
        return Err(Refusal::Oneself);
    }
    within(actor, set)
}

/// Whether the actor may make a role that includes `before` one that includes `after`. Making one begins with nothing,
/// removing one ends with nothing.
pub fn may_define(actor: Actor, before: PermissionSet, after: PermissionSet) -> Result<(), Refusal> {
    has(actor, Permission::RoleManage)?;
    within(actor, before.union(after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn actor(role: Role) -> Actor {
        Actor { role, permissions: role.permissions() }
    }

    #[test]
    fn only_owners_touch_owners() {
        let (owner, admin) = (actor(Role::Owner), actor(Role::Admin));
        let none = PermissionSet::NONE;
        assert_eq!(may_change_base(owner, Role::Owner, Role::Member), Ok(()));
        assert_eq!(may_change_base(admin, Role::Member, Role::Admin), Ok(()));
        assert_eq!(may_change_base(admin, Role::Owner, Role::Owner), Err(Refusal::OwnersOnly));
        assert_eq!(may_change_base(admin, Role::Admin, Role::Owner), Err(Refusal::OwnersOnly));
        assert_eq!(may_grant(admin, false, Role::Owner, none), Err(Refusal::OwnersOnly));
        assert_eq!(may_grant(owner, true, Role::Owner, PermissionSet::ALL), Ok(()));
        assert_eq!(may_grant(admin, true, Role::Admin, none), Err(Refusal::Oneself));
        assert_eq!(may_touch(owner, Role::Owner), Ok(()));
        assert_eq!(may_touch(admin, Role::Admin), Ok(()));
        assert_eq!(may_touch(admin, Role::Owner), Err(Refusal::OwnersOnly));
    }

    #[test]
    fn a_key_of_an_owner_gives_no_more_than_it_may() {
        let roles = PermissionSet::of(&[Permission::RoleManage]);
        let key = Actor { role: Role::Owner, permissions: roles };
        let bank = PermissionSet::of(&[Permission::BankEdit]);
        assert_eq!(may_grant(key, false, Role::Member, bank), Err(Refusal::Beyond(bank)));
        assert_eq!(may_grant(key, true, Role::Owner, roles), Ok(()));
        assert!(matches!(may_touch(key, Role::Member), Err(Refusal::Beyond(_))));
    }

    #[test]
    fn nobody_goes_beyond_themselves() {
        let admin = actor(Role::Admin);
        let bank = PermissionSet::of(&[Permission::BankEdit, Permission::FinanceView]);
        let beyond = Err(Refusal::Beyond(PermissionSet::of(&[Permission::BankEdit])));
        assert_eq!(may_grant(admin, false, Role::Member, bank), beyond);
        assert_eq!(may_define(admin, PermissionSet::NONE, bank), beyond);
        assert_eq!(may_define(admin, bank, PermissionSet::NONE), beyond);
        // Who manages members by a further role makes nobody an admin.
        let helper = Actor {
            role: Role::Member,
            permissions: Role::Member.permissions().union(PermissionSet::of(&[Permission::MemberManage])),
        };
        assert_eq!(may_change_base(helper, Role::Guest, Role::Member), Ok(()));
        assert!(matches!(may_change_base(helper, Role::Member, Role::Admin), Err(Refusal::Beyond(_))));
        assert!(matches!(may_change_base(helper, Role::Admin, Role::Guest), Err(Refusal::Beyond(_))));
        assert!(matches!(
            may_define(helper, PermissionSet::NONE, PermissionSet::NONE),
            Err(Refusal::Lacks(_))
        ));
    }

    #[test]
    fn a_refusal_names_what_goes_beyond() {
        let set = PermissionSet::of(&[Permission::BankEdit]);
        let Error::Forbidden(text) = Error::from(Refusal::Beyond(set)) else { panic!() };
        assert_eq!(text, "This goes beyond your own roles: Change bank details. An owner can do it.");
        let Error::Forbidden(text) = Error::from(Refusal::Beyond(PermissionSet::ALL)) else { panic!() };
        assert!(text.contains(", and more."), "{text}");
    }

    /// Some permissions, with those about people and roles often among them.
    fn sets() -> impl Strategy<Value = PermissionSet> {
        (any::<[bool; 50]>(), any::<bool>()).prop_map(|(chosen, manages)| {
            let set = Permission::ALL.iter().zip(chosen).filter(|(_, chosen)| *chosen).map(|(one, _)| *one);
            let managing = PermissionSet::of(&[Permission::RoleManage, Permission::MemberManage]);
            set.collect::<PermissionSet>().union(if manages { managing } else { PermissionSet::NONE })
        })
    }

    fn roles() -> impl Strategy<Value = Role> {
        prop::sample::select(vec![Role::Guest, Role::Member, Role::Admin])
    }

    #[derive(Debug, Clone)]
    enum Act {
        Base(usize, usize, Role),
        Give(usize, usize, usize),
        Take(usize, usize, usize),
        Define(usize, usize, PermissionSet),
    }

    fn acts() -> impl Strategy<Value = Act> {
        let member = || 0..4usize;
        prop_oneof![
            (member(), member(), prop::sample::select(Role::ALL.to_vec()))
                .prop_map(|(a, b, c)| Act::Base(a, b, c)),
            (member(), member(), 0..3usize).prop_map(|(a, b, c)| Act::Give(a, b, c)),
            (member(), member(), 0..3usize).prop_map(|(a, b, c)| Act::Take(a, b, c)),
            (member(), 0..3usize, sets()).prop_map(|(a, b, c)| Act::Define(a, b, c)),
        ]
    }

    proptest! {
        #[test]
        fn what_is_allowed_lies_within_the_actor(
            role in roles(), set in sets(), holder in roles(), before in sets(), after in sets()
        ) {
            let actor = Actor { role, permissions: role.permissions().union(set) };
            if may_grant(actor, false, holder, after).is_ok() {
                prop_assert!(after.is_within(actor.permissions));
            }
            if may_define(actor, before, after).is_ok() {
                prop_assert!(before.union(after).is_within(actor.permissions));
            }
        }

        /// Whatever people without an owner among them do together, nobody comes to have what none of them had.
        #[test]
        fn no_coalition_rises_above_itself(
            bases in prop::collection::vec(roles(), 4),
            extras in prop::collection::vec(sets(), 4),
            mut defined in prop::collection::vec(sets(), 3),
            acts in prop::collection::vec(acts(), 0..40),
        ) {
            let mut bases = bases;
            let mut given = [[false; 3]; 4];
            let rights = |bases: &[Role], defined: &[PermissionSet], given: &[[bool; 3]; 4], member: usize| {
                let own = bases[member].permissions().union(extras[member]);
                (0..3).filter(|role| given[member][*role]).fold(own, |set, role| set.union(defined[role]))
            };
            let all = |bases: &[Role], defined: &[PermissionSet], given: &[[bool; 3]; 4]| {
                (0..4).fold(PermissionSet::NONE, |set, member| set.union(rights(bases, defined, given, member)))
            };
            let before = all(&bases, &defined, &given);
            for act in acts {
                let actor = |member: usize| Actor {
                    role: bases[member],
                    permissions: rights(&bases, &defined, &given, member),
                };
                match act {
                    Act::Base(by, of, to) => {
                        if may_change_base(actor(by), bases[of], to).is_ok() {
                            bases[of] = to;
                        }
                    }
                    Act::Give(by, of, role) => {
                        if may_grant(actor(by), by == of, bases[of], defined[role]).is_ok() {
                            given[of][role] = true;
                        }
                    }
                    Act::Take(by, of, role) => {
                        if may_grant(actor(by), by == of, bases[of], defined[role]).is_ok() {
                            given[of][role] = false;
                        }
                    }
                    Act::Define(by, role, set) => {
                        if may_define(actor(by), defined[role], set).is_ok() {
                            defined[role] = set;
                        }
                    }
                }
                prop_assert!(all(&bases, &defined, &given).is_within(before));
            }
        }
    }
}
