//! Places that roles can be given for and that belong to another domain, such as one client.
//!
//! A domain publishes its [`PlaceKind`]s, and the program puts them together ([`crate::Site::with_place_kinds`]). So
//! identity offers and names clients and projects without knowing the domain that keeps them.

use serde::{Deserialize, Serialize};

/// A place as others name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceName {
    /// The place, as [`crate::Scope`] is written.
    pub scope: String,
    /// What a page calls it, with its kind.
    pub name: String,
}

#[cfg(feature = "ssr")]
mod kinds {
    use std::pin::Pin;

    use uuid::Uuid;

    use super::PlaceName;
    use crate::{Cx, Error, Result, Scope, Tx};

    /// Places that the asker may see, by name.
    pub type PlaceNames<'a> = Pin<Box<dyn Future<Output = Result<Vec<PlaceName>>> + Send + 'a>>;

    /// Whether there is such a place for the asker.
    pub type PlaceExists<'a> = Pin<Box<dyn Future<Output = Result<bool>> + Send + 'a>>;

    /// A kind of places, and how its domain lists and finds them.
    #[derive(Debug, Clone, Copy)]
    pub struct PlaceKind {
        /// What it is called, as [`Scope::kind`] does.
        pub kind: &'static str,
        /// Lists them.
        pub list: for<'a> fn(&'a Cx) -> PlaceNames<'a>,
        /// Looks for one.
        pub exists: for<'a> fn(&'a mut Tx, &'a Cx, Uuid) -> PlaceExists<'a>,
    }

    impl Cx {
        /// The places of other domains that the member may see, kind by kind.
        pub async fn places(&self) -> Result<Vec<PlaceName>> {
            let mut places = Vec::new();
            for kind in self.visit().site().place_kinds() {
                places.extend((kind.list)(self).await?);
            }
            Ok(places)
        }

        /// Goes on if the domain of this place says that it exists; [`Error::NotFound`] otherwise.
        pub async fn require_place(&self, tx: &mut Tx, scope: Scope) -> Result<()> {
            let kinds = self.visit().site().place_kinds();
            let kind = kinds.iter().find(|kind| kind.kind == scope.kind()).ok_or(Error::NotFound)?;
            if (kind.exists)(tx, self, scope.id()).await? { Ok(()) } else { Err(Error::NotFound) }
        }
    }
}

#[cfg(feature = "ssr")]
pub use kinds::{PlaceExists, PlaceKind, PlaceNames};
