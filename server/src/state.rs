//! What every request can reach.

use std::{ops::Deref, sync::Arc};

use adapters::mail::Folder;
use axum::extract::FromRef;
use jobs::Pulse;
use kernel::Site;
use leptos::prelude::LeptosOptions;
use store::Store;
use tokio::sync::Semaphore;

use crate::{
    Stop, api::Limits, assets, config::Config, health::Health, licence, metrics, product, product::Built,
};

/// The parts of the running program. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// See [`AppState`].
pub struct Parts {
    pub(crate) config: Config,
    pub(crate) site: Site,
    pub(crate) options: LeptosOptions,
    built: Arc<Built>,
    pub(crate) health: Health,
    pub(crate) metrics: metrics::Handle,
    pub(crate) mailbox: Folder,
    pub(crate) store: Store,
    pub(crate) stop: Stop,
    pub(crate) turns: Semaphore,
    pub(crate) limits: Limits,
    pub(crate) providers: product::Providers,
    pub(crate) licence: ::licence::File,
}

impl AppState {
    /// Puts the parts together. `pulse` is that of the worker inside this process, if there is one.
    pub fn new(config: Config, site: Site, pulse: Option<Pulse>, stop: Stop) -> Self {
        AppState(Arc::new(Parts {
            options: assets::leptos_options(&config),
            built: Arc::new(assets::built(&config)),
            mailbox: Folder::new(config.mail_dir()),
            store: Store::new(config.files.store.clone()),
            health: Health::new(pulse),
            metrics: metrics::handle(),
            turns: Semaphore::new(config.pages_at_once),
            limits: Limits::new(config.api_calls_per_minute),
            providers: product::Providers::new(&config.oidc_providers),
            licence: licence::file(&config),
            config,
            site,
            stop,
        }))
    }

    /// The built files. In development they may be other ones by now.
    pub(crate) fn built(&self) -> Arc<Built> {
        if self.config.development { Arc::new(assets::built(&self.config)) } else { self.built.clone() }
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.options.clone()
    }
}
