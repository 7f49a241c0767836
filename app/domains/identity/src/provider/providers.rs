//! The providers that the operator has set up.

use std::sync::Arc;

use leptos::prelude::use_context;
use oidc::{Provider, Settings};

use crate::provider::model::ProviderName;

/// All of them. Cheap to clone; the server puts them into the context of pages and server functions.
#[derive(Debug, Clone, Default)]
pub struct Providers(Arc<Vec<Provider>>);

impl Providers {
    /// Those of the settings.
    pub fn new(settings: &[Settings]) -> Self {
        Providers(Arc::new(settings.iter().cloned().map(Provider::new).collect()))
    }

    /// Those of the site whose request is being answered.
    pub(crate) fn current() -> Self {
        use_context().unwrap_or_default()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.id() == id)
    }

    pub(crate) fn names(&self) -> Vec<ProviderName> {
        let name =
            |provider: &Provider| ProviderName { id: provider.id().into(), name: provider.name().into() };
        self.0.iter().map(name).collect()
    }

    /// The name of an issuer; its address when the operator has taken it out since.
    pub(crate) fn name_of(&self, issuer: &str) -> String {
        let found = self.0.iter().find(|provider| provider.issuer() == issuer);
        match found {
            Some(provider) => provider.name().to_owned(),
            None => issuer.trim_start_matches("https://").to_owned(),
        }
    }
}
