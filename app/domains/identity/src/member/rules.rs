//! Who may change whom, and who is found.

use kernel::Role;

use crate::{
    member::model::Listed,
    role::rules::{Actor, may_change_base},
};

/// The base roles that somebody may give to a member who has the base role `from`.
pub fn roles_to_give(actor: Actor, from: Role) -> Vec<Role> {
    Role::ALL.into_iter().filter(|to| may_change_base(actor, from, *to).is_ok()).collect()
}

/// The order in which colours are given out: neighbours differ for every kind of eye.
const CATEGORIES: [i64; 10] = [1, 4, 2, 5, 10, 6, 3, 8, 9, 7];

/// The colour for the next member or team, when there are `count` already.
pub fn next_category(count: i64) -> i64 {
    usize::try_from(count.rem_euclid(10)).ok().and_then(|place| CATEGORIES.get(place)).copied().unwrap_or(1)
}

/// Whether a member is found: every word of the search begins a word of the name, the address or a team.
///
/// It is decided here and not in SQL, because the engines fold letters such as Å differently.
pub fn is_found(member: &Listed, teams: &[&str], search: &str) -> bool {
    let mut haystack = format!("{} {}", member.name, member.email);
    for team in teams {
        haystack.push(' ');
        haystack.push_str(team);
    }
    let haystack = haystack.to_lowercase();
    let begins_a_word = |needle: &str| {
        haystack.match_indices(needle).any(|(at, _)| {
            haystack
                .get(..at)
                .and_then(|before| before.chars().next_back())
                .is_none_or(|letter| !letter.is_alphanumeric())
        })
    };
    search.to_lowercase().split_whitespace().all(begins_a_word)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use kernel::MemberId;
    use proptest::prelude::*;

    use super::*;
    use crate::member::model::State;

    fn member(name: &str, email: &str) -> Listed {
        Listed {
            id: MemberId::from(uuid::Uuid::nil()),
            name: name.into(),
            email: email.into(),
            role: Role::Member,
            further: 0,
            state: State::Active,
            category: 1,
            teams: Vec::new(),
            seen_at: None,
            changed_at: DateTime::UNIX_EPOCH,
            version: 1,
        }
    }

    #[test]
    fn only_owners_make_owners() {
        let actor = |role: Role| Actor { role, permissions: role.permissions() };
        assert_eq!(roles_to_give(actor(Role::Owner), Role::Member), Role::ALL);
        assert_eq!(roles_to_give(actor(Role::Admin), Role::Member), [Role::Guest, Role::Member, Role::Admin]);
        assert_eq!(roles_to_give(actor(Role::Admin), Role::Owner), []);
        assert_eq!(roles_to_give(actor(Role::Member), Role::Member), []);
    }

    #[test]
    fn people_are_found_by_name_address_and_team() {
        let lina = member("Lina Sjö", "lina@nordvik.example");
        for search in ["", "lina", "SJÖ", "sj li", "nordvik", "testers", "lina test"] {
            assert!(is_found(&lina, &["Testers"], search), "{search}");
        }
        for search in ["ina", "sales", "lina sales"] {
            assert!(!is_found(&lina, &["Testers"], search), "{search}");
        }
    }

    #[test]
    fn the_first_ten_colours_differ() {
        let mut given: Vec<i64> = (0..10).map(next_category).collect();
        assert_eq!(given[..4], [1, 4, 2, 5]);
        given.sort_unstable();
        assert_eq!(given, (1..=10).collect::<Vec<_>>());
        assert_eq!(next_category(10), 1);
    }

    proptest! {
        #[test]
        fn searching_never_panics(search in any::<String>(), name in any::<String>()) {
            is_found(&member(&name, "a@b.example"), &[], &search);
        }

        #[test]
        fn a_whole_name_finds_its_person(name in "[a-zåäö]{1,10} [a-zåäö]{1,10}") {
            prop_assert!(is_found(&member(&name, "a@b.example"), &[], &name));
        }
    }
}
