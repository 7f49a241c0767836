//! How providers are asked: their own host, wherever that is, and otherwise public addresses only.
//!
//! The operator names the issuer, so its host may be on a private network. The addresses of keys and tokens come from
//! a document of the provider; they may lie on other hosts, but must not lead into the network of this server.

use std::{future::Future, pin::Pin};

use http::Uri;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use outbound::{Failure, Outbound};

/// The client of one provider.
#[derive(Debug, Clone)]
pub(crate) struct Http(Outbound);

impl Http {
    /// A client for the provider at `issuer`.
    pub(crate) fn new(issuer: &Uri) -> Self {
        Http(Outbound::at_home_with(issuer))
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Failure>> + Send>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.0.clone().ask(request))
    }
}
