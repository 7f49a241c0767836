//! How many of the parts of an item have to come together before it goes on as a whole.

use serde::{Deserialize, Serialize};

/// As many parts can be asked for.
pub const QUORUM_MAX: u32 = 100;

/// How many of those that are on their way are waited for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = StepQuorum))]
pub enum Quorum {
    /// All of them.
    #[default]
    All,
    /// The first.
    Any,
    /// So many of them.
    AtLeast(u32),
}

/// How many parts of an item there are. Those that were called off, or ended elsewhere, count no more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// That have come.
    pub joined: usize,
    /// That are on their way.
    pub open: usize,
}

/// Whether an item goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It waits for more.
    Waits,
    /// Enough have come.
    Together,
    /// Not enough are left.
    Never,
}

impl Quorum {
    /// Whether the item with these parts goes on.
    pub fn stand(self, Tally { joined, open }: Tally) -> Standing {
        let needed = match self {
            Quorum::All => (joined + open).max(1),
            Quorum::Any => 1,
            Quorum::AtLeast(count) => usize::try_from(count).unwrap_or(usize::MAX),
        };
        if needed <= joined {
            Standing::Together
        } else if needed <= joined + open {
            Standing::Waits
        } else {
            Standing::Never
        }
    }

    /// In words, as in `waits for 2 parts`.
    pub fn sentence(self, of: &str) -> String {
        match self {
            Quorum::All => format!("waits for all {of}"),
            Quorum::Any | Quorum::AtLeast(1) => "waits for the first".to_owned(),
            Quorum::AtLeast(count) => format!("waits for {count} {of}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_quorum() -> impl Strategy<Value = Quorum> {
        prop_oneof![Just(Quorum::All), Just(Quorum::Any), (1_u32..8).prop_map(Quorum::AtLeast)]
    }

    proptest! {
        #[test]
        fn what_waits_can_still_go_on_and_what_never_does_cannot(
            needs in any_quorum(), joined in 0_usize..8, open in 0_usize..8,
        ) {
            let stands = needs.stand(Tally { joined, open });
            let at_best = needs.stand(Tally { joined: joined + open, open: 0 });
            match stands {
                Standing::Waits => {
                    prop_assert!(open > 0, "nothing is waited for");
                    prop_assert_eq!(at_best, Standing::Together);
                }
                Standing::Never => prop_assert_eq!(at_best, Standing::Never),
                Standing::Together => prop_assert!(joined > 0, "something has come"),
            }
        }

        #[test]
        fn one_more_that_comes_keeps_nothing_apart(needs in any_quorum(), joined in 0_usize..8, open in 1_usize..8) {
            let (before, after) =
                (needs.stand(Tally { joined, open }), needs.stand(Tally { joined: joined + 1, open: open - 1 }));
            prop_assert!(before != Standing::Together || after == Standing::Together);
            prop_assert!(before == Standing::Never || after != Standing::Never);
        }

        #[test]
        fn the_first_is_enough_where_all_are(joined in 0_usize..8, open in 0_usize..8) {
            let tally = Tally { joined, open };
            if Quorum::All.stand(tally) == Standing::Together {
                prop_assert_eq!(Quorum::Any.stand(tally), Standing::Together);
            }
        }
    }
}
