//! OpenID Connect, as the side that asks: where a person is sent, and who the provider says they are.
//!
//! The library behind it (`openidconnect`) is heavy, so it stands alone here. The flow is the code flow with PKCE, state
//! and nonce; what must be remembered between the two ends of it is handed to the caller as text. An ID token counts
//! only when its signature, issuer, audience, nonce and time are right; unsigned ones and those signed with the client's
//! secret never do.

mod http;
mod provider;
mod settings;

#[cfg(feature = "testing")]
pub mod testing;

pub use provider::{Error, Identity, Provider, Started};
pub use settings::{ALLOWED, Settings, Wrong};
