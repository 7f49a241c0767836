//! One provider: finding it, sending people there, and reading what it says about them.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use openidconnect::{
    AuthType, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    Scope, SignatureVerificationError, TokenResponse,
    core::{
        CoreClient, CoreClientAuthMethod, CoreIdTokenClaims, CoreJwsSigningAlgorithm as Algorithm,
        CoreProviderMetadata, CoreResponseType, CoreUserInfoClaims,
    },
};
use tokio::{sync::Mutex, time::Instant};

use crate::{Settings, http::Http};

/// How long the provider's description and keys are believed.
const FRESH: Duration = Duration::from_secs(3600);
/// How soon they are asked for again when a token carries a key that they do not hold.
const IMPATIENT: Duration = Duration::from_secs(60);

/// Signatures that only the provider can make. Not `none`, and not those under the client's secret.
const ALGORITHMS: [Algorithm; 7] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// Why nobody is known.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The provider does not answer, or not as one.
    #[error("the provider cannot be asked: {0}")]
    Unreachable(String),
    /// The provider does not take the code.
    #[error("the provider refuses the code: {0}")]
    Refused(String),
    /// What it says about the person is not right.
    #[error("the ID token is not right: {0}")]
    Wrong(String),
}

/// The way to the provider, and what must be remembered until the person comes back.
#[derive(Debug, Clone)]
pub struct Started {
    /// Where the browser goes.
    pub address: String,
    /// Comes back with the person; belongs to their browser.
    pub state: String,
    /// Comes back inside the ID token.
    pub nonce: String,
    /// Proves that who exchanges the code is who began.
    pub verifier: String,
}

/// Who the provider says somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The person there; never given to another one.
    pub subject: String,
    /// Their address, if it was told.
    pub email: Option<String>,
    /// Whether the provider, or the operator for it, vouches that the address is theirs.
    pub email_verified: bool,
    /// Their name, if it was told.
    pub name: Option<String>,
}

/// A provider and what is known of it.
#[derive(Debug)]
pub struct Provider {
    settings: Settings,
    http: Http,
    known: Mutex<Option<(Instant, Arc<CoreProviderMetadata>)>>,
}

impl Provider {
    /// A provider that nobody has asked yet.
    pub fn new(settings: Settings) -> Self {
        let uri = settings.issuer.parse().unwrap_or_default();
        Provider { http: Http::new(&uri), settings, known: Mutex::new(None) }
    }

    /// Its word in addresses.
    pub fn id(&self) -> &str {
        &self.settings.id
    }

    /// Its name on pages.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Its address in tokens.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Whether it answers as a provider does.
    pub async fn check(&self) -> Result<(), Error> {
        self.described(FRESH).await.map(|_| ())
    }

    /// The way to the provider for a person who is to come back to `redirect`.
    pub async fn start(&self, redirect: &str) -> Result<Started, Error> {
        let metadata = self.described(FRESH).await?;
        let client = client(&self.settings, &metadata);
        let redirect = RedirectUrl::new(redirect.to_owned()).map_err(unreachable)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (address, state, nonce) = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || CsrfToken::new_random_len(32),
                || Nonce::new_random_len(32),
            )
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .set_redirect_uri(std::borrow::Cow::Owned(redirect))
            .url();
        Ok(Started {
            address: address.to_string(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    /// Exchanges the code that the person brought back, and reads who they are. `redirect` is the same as at the
    /// start; `now` is what the token's time is held against.
    pub async fn finish(
        &self,
        redirect: &str,
        code: &str,
        nonce: &str,
        verifier: &str,
        now: DateTime<Utc>,
    ) -> Result<Identity, Error> {
        let mut metadata = self.described(FRESH).await?;
        let redirect = RedirectUrl::new(redirect.to_owned()).map_err(unreachable)?;
        let answer = client(&self.settings, &metadata)
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(unreachable)?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()))
            .set_redirect_uri(std::borrow::Cow::Owned(redirect))
            .request_async(&self.http)
            .await
            .map_err(|cause| Error::Refused(deep(&cause)))?;
        let token = answer.id_token().ok_or_else(|| Error::Wrong("there is none".into()))?;
        let nonce = Nonce::new(nonce.to_owned());
        let read = |metadata: &CoreProviderMetadata| {
            let client = client(&self.settings, metadata);
            let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(move || now);
            token.claims(&verifier, &nonce).cloned()
        };
        let claims = match read(&metadata) {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                // The provider has changed its keys since they were fetched.
                metadata = self.described(IMPATIENT).await?;
                read(&metadata)
            }
            read => read,
        };
        let claims = claims.map_err(|cause| Error::Wrong(deep(&cause)))?;
        let mut identity = self.identity(&claims);
        // Providers may keep the address out of the token when they also gave a key to their user information.
        if identity.email.is_none() && metadata.userinfo_endpoint().is_some() {
            let client = client(&self.settings, &metadata);
            let more: CoreUserInfoClaims = client
                .user_info(answer.access_token().clone(), Some(claims.subject().clone()))
                .map_err(unreachable)?
                .request_async(&self.http)
                .await
                .map_err(|cause| Error::Unreachable(deep(&cause)))?;
            identity.email = more.email().map(|email| email.to_string());
            identity.email_verified = self.settings.trust_email || more.email_verified() == Some(true);
            identity.name = identity.name.or_else(|| plain(more.name()));
        }
        Ok(identity)
    }

    fn identity(&self, claims: &CoreIdTokenClaims) -> Identity {
        Identity {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            email: claims.email().map(|email| email.to_string()),
            email_verified: self.settings.trust_email || claims.email_verified() == Some(true),
            name: plain(claims.name()),
        }
    }

    /// What the provider says about itself, not older than `age`.
    async fn described(&self, age: Duration) -> Result<Arc<CoreProviderMetadata>, Error> {
        let mut known = self.known.lock().await;
        if let Some((since, metadata)) = &*known
            && since.elapsed() < age
        {
            return Ok(metadata.clone());
        }
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(unreachable)?;
        let found = CoreProviderMetadata::discover_async(issuer, &self.http).await;
        let metadata = Arc::new(found.map_err(|cause| Error::Unreachable(deep(&cause)))?);
        *known = Some((Instant::now(), metadata.clone()));
        Ok(metadata)
    }
}

type Client = CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

fn client(settings: &Settings, metadata: &CoreProviderMetadata) -> Client {
    let secret = settings.client_secret.clone().map(ClientSecret::new);
    let client = CoreClient::from_provider_metadata(
        metadata.clone(),
        ClientId::new(settings.client_id.clone()),
        secret,
    );
    // Basic is the default of the standard; some take the secret in the form only.
    let methods = metadata.token_endpoint_auth_methods_supported();
    let form_only =
        methods.is_some_and(|all| !all.contains(&CoreClientAuthMethod::ClientSecretBasic) && !all.is_empty());
    if form_only { client.set_auth_type(AuthType::RequestBody) } else { client }
}

/// A name in no language of its own.
fn plain(name: Option<&openidconnect::LocalizedClaim<openidconnect::EndUserName>>) -> Option<String> {
    name.and_then(|name| name.get(None)).map(|name| name.to_string()).filter(|name| !name.trim().is_empty())
}

fn unreachable(cause: impl std::error::Error) -> Error {
    Error::Unreachable(deep(&cause))
}

/// The cause with its causes, for the log.
fn deep(cause: &dyn std::error::Error) -> String {
    let mut text = cause.to_string();
    let mut inner = cause.source();
    while let Some(cause) = inner {
        text = format!("{text}: {cause}");
        inner = cause.source();
    }
    text
}

#[cfg(test)]
mod tests;
