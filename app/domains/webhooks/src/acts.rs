//! What people and programs do with webhooks, their deliveries and incoming hooks. Each act needs [`Permission::ApiManage`].

pub mod delivery;
pub mod incoming;
pub mod webhook;

use kernel::{Cx, Error, Permission, Result, Site, Topic};
use uuid::Uuid;

use crate::rules::Secret;

/// Where the secret of a webhook is sealed.
pub(crate) const WEBHOOK_SECRET: &str = "webhook.secret";
/// Where the one before is.
pub(crate) const WEBHOOK_PREVIOUS: &str = "webhook.previous_secret";
/// Where the secret of an incoming hook is sealed.
pub(crate) const HOOK_SECRET: &str = "incoming_hook.secret";
/// Where the one before is.
pub(crate) const HOOK_PREVIOUS: &str = "incoming_hook.previous_secret";

/// How long the secret before counts beside a new one.
pub(crate) const ROTATION: chrono::Duration = chrono::Duration::hours(24);

fn manager(cx: &Cx) -> Result<Cx> {
    cx.clone().require(Permission::ApiManage)
}

/// What the pages of webhooks listen to.
pub(crate) fn topic() -> Topic {
    Topic::of(Permission::ApiManage, "webhooks".into())
}

pub(crate) fn seal(cx: &Cx, place: &str, row: Uuid, secret: &Secret) -> Result<String> {
    cx.visit().site().vault().seal(place, row, secret.bytes()).map_err(|cause| broken(cx, &cause))
}

pub(crate) fn open(site: &Site, place: &str, row: Uuid, sealed: &str) -> Result<Secret, kernel::Sealed> {
    site.vault().open(place, row, sealed).map(Secret::from_bytes)
}

pub(crate) fn broken(cx: &Cx, cause: &kernel::Sealed) -> Error {
    let reference = cx.visit().request_id().to_owned();
    tracing::error!(request.id = %reference, error = %cause, "The secret of a webhook cannot be sealed or opened");
    Error::Internal { reference }
}

fn changed_meanwhile(name: &str) -> Error {
    Error::Conflict(format!("Somebody else changed {name} meanwhile. Look at it again."))
}

/// Collects the wrong fields of a form, so that all are shown at once.
#[derive(Debug, Default)]
struct Problems(Vec<kernel::FieldError>);

impl Problems {
    /// The value, or nothing and a note of what is wrong with it.
    fn take<T>(&mut self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::Invalid(fields)) => {
                self.0.extend(fields);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// All of it as one error.
    fn into_error(self) -> Error {
        Error::Invalid(self.0)
    }
}
