//! The routes of a domain: address, need and handler, each a line.

use std::{future::Future, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{FromRequest, Path, Request},
    response::{IntoResponse, Response},
    routing::{MethodRouter, on},
};
use http::{Method, StatusCode, header::ETAG, header::IF_NONE_MATCH};
use kernel::{Cx, Permission, Visit};
use serde::de::DeserializeOwned;
use utoipa::openapi::{RefOr, Schema, path::Operation};

use crate::{
    Problem,
    call::{Call, Input, if_match},
    export::{self, Export},
    list::{Filter, List, Page},
    openapi,
    reply::{Record, Reply},
};

/// What a handler gives.
pub type Answer<T> = Result<T, Problem>;

/// What a caller must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// A confirmed membership: it is about what is one's own.
    Member,
    /// The permission everywhere in the organisation.
    May(Permission),
    /// The permission everywhere, or in the part of the organisation that the path names.
    In(Permission, Place),
}

/// What kind of part a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A team.
    Team,
    /// A brand.
    Brand,
}

impl Needs {
    /// The permission that it asks for.
    pub fn permission(self) -> Option<Permission> {
        match self {
            Needs::Member => None,
            Needs::May(permission) | Needs::In(permission, _) => Some(permission),
        }
    }

    /// Refuses whoever surely lacks it, before anything is read. The act itself decides about the part.
    fn check(self, cx: Cx) -> Result<Cx, Problem> {
        let permission = match self {
            Needs::Member => return Ok(cx),
            Needs::May(permission) => permission,
            Needs::In(permission, _) if cx.may_somewhere(permission) => return Ok(cx),
            Needs::In(permission, _) => permission,
        };
        Ok(cx.require(permission)?)
    }
}

/// One route, as the document and the matrix of rights know it.
#[derive(Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The address below the base, as in `/teams/{team}`.
    pub path: String,
    /// What a caller must have.
    pub needs: Needs,
    /// Whether a change must say by `If-Match` what it was made on.
    pub versioned: bool,
    /// What it does, as the document says.
    pub summary: &'static str,
    pub(crate) operation: Operation,
    pub(crate) schemas: Vec<(String, RefOr<Schema>)>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({:?})", self.method, self.path, self.needs)
    }
}

/// The routes of one kind of record. See the crate.
pub struct Routes {
    /// The kind, in the plural.
    pub tag: &'static str,
    /// What such a record is, as a sentence.
    pub about: &'static str,
    /// Each route.
    pub routes: Vec<Route>,
    pub(crate) router: Router,
}

impl Routes {
    /// No routes yet, of records that are called `tag`.
    pub fn new(tag: &'static str, about: &'static str) -> Self {
        Routes { tag, about, routes: Vec::new(), router: Router::new() }
    }

    /// `GET` of many, and their export as a file for whoever has what `export` says.
    #[must_use]
    pub fn list<P, F, T, Fut>(
        self,
        path: &'static str,
        summary: &'static str,
        needs: Needs,
        export: Needs,
        handler: fn(Call<P, List<F>>) -> Fut,
    ) -> Self
    where
        P: DeserializeOwned + Clone + Send + Sync + 'static,
        F: Filter,
        T: Record,
        Fut: Future<Output = Answer<Page<T>>> + Send + 'static,
    {
        let routes = self.add(Method::GET, path.to_owned(), summary, needs, false, handler);
        let file = move |call: Call<P, Export<F>>| export::stream(call, handler);
        routes.add::<_, _, export::File<T>, _>(
            Method::GET,
            format!("{path}/export"),
            export::summary(summary),
            export,
            false,
            file,
        )
    }

    /// `GET` of one.
    #[must_use]
    pub fn read<P, T, Fut>(
        self,
        path: &'static str,
        summary: &'static str,
        needs: Needs,
        handler: fn(Call<P>) -> Fut,
    ) -> Self
    where
        P: DeserializeOwned + Send + 'static,
        T: Record,
        Fut: Future<Output = Answer<T>> + Send + 'static,
    {
        self.add(Method::GET, path.to_owned(), summary, needs, false, handler)
    }

    /// `POST`: makes a record, or does something that is no change of one.
    #[must_use]
    pub fn post<P, I, R, Fut>(
        self,
        path: &'static str,
        summary: &'static str,
        needs: Needs,
        handler: fn(Call<P, I>) -> Fut,
    ) -> Self
    where
        P: DeserializeOwned + Send + 'static,
        I: Input,
        R: Reply,
        Fut: Future<Output = Answer<R>> + Send + 'static,
    {
        self.add(Method::POST, path.to_owned(), summary, needs, false, handler)
    }

    /// `PATCH` of a record that has a version: fields that are not sent stay as they are.
    #[must_use]
    pub fn update<P, I, R, Fut>(
        self,
        path: &'static str,
        summary: &'static str,
        needs: Needs,
        handler: fn(Call<P, I>) -> Fut,
    ) -> Self
    where
        P: DeserializeOwned + Send + 'static,
        I: Input,
        R: Reply,
        Fut: Future<Output = Answer<R>> + Send + 'static,
    {
        self.add(Method::PATCH, path.to_owned(), summary, needs, true, handler)
    }

    /// `PUT`: the state is as it says afterwards, however often it is sent.
    #[must_use]
    pub fn put<P, I, R, Fut>(
        self,
        path: &'static str,
        summary: &'static str,
        needs: Needs,
        handler: fn(Call<P, I>) -> Fut,
    ) -> Self
    where
        P: DeserializeOwned + Send + 'static,
        I: Input,
        R: Reply,
        Fut: Future<Output = Answer<R>> + Send + 'static,
    {
        self.add(Method::PUT, path.to_owned(), summary, needs, false, handler)
    }

    /// `DELETE` of a record that has a version.
    #[must_use]
    pub fn delete<P, R, Fut>(
        self,
        path: &'static str,
        summary: &'static str,
        needs: Needs,
        handler: fn(Call<P>) -> Fut,
    ) -> Self
    where
        P: DeserializeOwned + Send + 'static,
        R: Reply,
        Fut: Future<Output = Answer<R>> + Send + 'static,
    {
        self.add(Method::DELETE, path.to_owned(), summary, needs, true, handler)
    }

    /// `DELETE` of what has no version.
    #[must_use]
    pub fn remove<P, R, Fut>(
        self,
        path: &'static str,
        summary: &'static str,
        needs: Needs,
        handler: fn(Call<P>) -> Fut,
    ) -> Self
    where
        P: DeserializeOwned + Send + 'static,
        R: Reply,
        Fut: Future<Output = Answer<R>> + Send + 'static,
    {
        self.add(Method::DELETE, path.to_owned(), summary, needs, false, handler)
    }

    fn add<P, I, R, Fut>(
        mut self,
        method: Method,
        path: String,
        summary: &'static str,
        needs: Needs,
        versioned: bool,
        handler: impl Fn(Call<P, I>) -> Fut + Send + Sync + 'static,
    ) -> Self
    where
        P: DeserializeOwned + Send + 'static,
        I: Input,
        R: Reply,
        Fut: Future<Output = Answer<R>> + Send + 'static,
    {
        let mut schemas = Vec::new();
        I::schemas(&mut schemas);
        R::schemas(&mut schemas);
        let what =
            openapi::Described { tag: self.tag, summary, needs, versioned, method: &method, path: &path };
        let operation = what.operation::<I, R>();
        self.router = self.router.route(&path, answering(&method, needs, versioned, Arc::new(handler)));
        self.routes.push(Route { method, path, needs, versioned, summary, operation, schemas });
        self
    }
}

/// Reads the request, calls the handler and writes the answer.
fn answering<P, I, R, Fut, H>(method: &Method, needs: Needs, versioned: bool, handler: Arc<H>) -> MethodRouter
where
    P: DeserializeOwned + Send + 'static,
    I: Input,
    R: Reply,
    Fut: Future<Output = Answer<R>> + Send + 'static,
    H: Fn(Call<P, I>) -> Fut + Send + Sync + 'static,
{
    let get = *method == Method::GET;
    let filter = method.clone().try_into().unwrap_or(axum::routing::MethodFilter::GET);
    on(filter, move |request: Request| {
        let handler = handler.clone();
        async move {
            let answer = async {
                let known = request.headers().get(IF_NONE_MATCH).cloned();
                let (call, fields) = read::<P, I, R>(request, needs, versioned).await?;
                let response = handler(call).await?.answer(fields.as_deref())?;
                let same = get && known.is_some() && response.headers().get(ETAG) == known.as_ref();
                Ok::<_, Problem>(if same { not_modified(&response) } else { response })
            };
            answer.await.unwrap_or_else(Problem::into_response)
        }
    })
}

fn not_modified(response: &Response) -> Response {
    let mut unchanged = StatusCode::NOT_MODIFIED.into_response();
    if let Some(tag) = response.headers().get(ETAG) {
        unchanged.headers_mut().insert(ETAG, tag.clone());
    }
    unchanged
}

async fn read<P, I, R>(
    request: Request,
    needs: Needs,
    versioned: bool,
) -> Result<(Call<P, I>, Option<Vec<String>>), Problem>
where
    P: DeserializeOwned + Send + 'static,
    I: Input,
    R: Reply,
{
    let visit = request.extensions().get::<Visit>().ok_or(kernel::Error::Unauthenticated)?;
    let cx = needs.check(visit.member()?)?;
    let (mut parts, body) = request.into_parts();
    // An address that names nothing that there can be: it does not exist.
    let Path(path) = <Path<P> as axum::extract::FromRequestParts<()>>::from_request_parts(&mut parts, &())
        .await
        .map_err(|_| kernel::Error::NotFound)?;
    let if_match = if_match(&parts.headers);
    if versioned && if_match.is_none() {
        return Err(Problem::which_version());
    }
    let query = parts.uri.query().unwrap_or_default();
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let fields = if parts.method == Method::GET { take_fields::<R>(&mut pairs)? } else { None };
    let headers = parts.headers.clone();
    let body = Bytes::from_request(Request::from_parts(parts, body), &()).await.map_err(|cause| {
        if cause.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Problem::new(cause.status(), "too_large", "The body is too large", cause.body_text())
        } else {
            Problem::unreadable("The body did not arrive as it was sent.")
        }
    })?;
    let input = I::read(pairs, &headers, &body)?;
    Ok((Call { cx, path, input, if_match }, fields))
}

/// Takes the parameter `fields` out of the query, if the answer has records.
fn take_fields<R: Reply>(pairs: &mut Vec<(String, String)>) -> Result<Option<Vec<String>>, Problem> {
    let Some(place) = pairs.iter().position(|(name, _)| name == "fields") else { return Ok(None) };
    let known = R::fields();
    if known.is_empty() {
        return Ok(None);
    }
    let (_, text) = pairs.remove(place);
    let fields: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    match fields.iter().find(|name| !known.contains(name)) {
        None => Ok(Some(fields)),
        Some(name) => Err(Problem::parameter(
            "fields",
            format!("There is no field {name:?}; there are {}.", known.join(", ")),
        )),
    }
}
