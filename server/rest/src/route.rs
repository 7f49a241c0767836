//! The routes of a domain: address, need and handler, each a line.

use std::{future::Future, sync::Arc};

use axum::{
    Router,
    extract::{FromRequestParts, Path, Request},
    response::{IntoResponse, Response},
    routing::{MethodRouter, on},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header::ETAG, header::IF_NONE_MATCH};
use kernel::{Cx, Permission, Visit};
use serde::de::DeserializeOwned;
use utoipa::openapi::{RefOr, Schema, path::Operation};

use crate::{
    Problem,
    call::{Call, Input, if_match, is_known, pairs, take, take_body},
    export::{self, Export},
    list::{Filter, List, Page},
    once::once,
    openapi,
    reply::{Asked, Record, Reply},
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
    /// The permission in some part of the organisation at least: the answer holds what is there.
    Somewhere(Permission),
    /// The permission everywhere, or in the part of the organisation that the path names.
    In(Permission, Place),
    /// The first to find it and the second to do it, each everywhere or in the part of the organisation that the path names.
    Both(Permission, Permission, Place),
}

/// What kind of part a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A team.
    Team,
    /// A brand.
    Brand,
    /// A client.
    Client,
    /// A project, or its client.
    Project,
}

impl Needs {
    /// The permissions that it asks for.
    pub fn permissions(self) -> Vec<Permission> {
        match self {
            Needs::Member => Vec::new(),
            Needs::May(permission) | Needs::Somewhere(permission) | Needs::In(permission, _) => {
                vec![permission]
            }
            Needs::Both(first, second, _) => vec![first, second],
        }
    }

    /// Refuses whoever surely lacks it, before anything is read. The act itself decides about the part.
    fn check(self, cx: Cx) -> Result<Cx, Problem> {
        let may = |permission| match self {
            Needs::May(_) => cx.may(permission),
            _ => cx.may_somewhere(permission),
        };
        match self.permissions().into_iter().find(|permission| !may(*permission)) {
            Some(lacking) => Ok(cx.require(lacking)?),
            None => Ok(cx),
        }
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
    /// The names of those that a caller sends.
    pub(crate) sent: Vec<String>,
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

    /// `GET` of a file.
    #[must_use]
    pub fn file<P, I, R, Fut>(
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

    /// `POST`: does something to a record that has a version.
    #[must_use]
    pub fn act<P, I, R, Fut>(
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
        self.add(Method::POST, path.to_owned(), summary, needs, true, handler)
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
        let sent = schemas.iter().map(|(name, _)| name.clone()).collect();
        R::schemas(&mut schemas);
        let what =
            openapi::Described { tag: self.tag, summary, needs, versioned, method: &method, path: &path };
        let operation = what.operation::<I, R>();
        self.router = self.router.route(&path, answering(&method, needs, versioned, Arc::new(handler)));
        self.routes.push(Route { method, path, needs, versioned, summary, operation, schemas, sent });
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
                if get {
                    return respond(request, needs, versioned, handler).await;
                }
                // What is refused anyway is no act.
                admit(&request, needs, versioned)?;
                once(request, |request| respond(request, needs, versioned, handler)).await
            };
            answer.await.unwrap_or_else(Problem::into_response)
        }
    })
}

async fn respond<P, I, R, Fut, H>(
    request: Request,
    needs: Needs,
    versioned: bool,
    handler: Arc<H>,
) -> Result<Response, Problem>
where
    P: DeserializeOwned + Send + 'static,
    I: Input,
    R: Reply,
    Fut: Future<Output = Answer<R>> + Send + 'static,
    H: Fn(Call<P, I>) -> Fut + Send + Sync + 'static,
{
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = request.headers().get(IF_NONE_MATCH).cloned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let (call, fields) = read::<P, I, R>(request, needs, versioned).await?;
    let response = handler(call).await?.answer(Asked { fields: fields.as_deref(), query: &query })?;
    Ok(match (known, response.headers().get(ETAG)) {
        (Some(known), Some(tag)) if reads && is_known(&known, tag) => not_modified(tag),
        _ => response,
    })
}

fn not_modified(tag: &HeaderValue) -> Response {
    let mut unchanged = StatusCode::NOT_MODIFIED.into_response();
    unchanged.headers_mut().insert(ETAG, tag.clone());
    unchanged
}

/// Who asks, and what their change was made on, or why they need not go on.
fn admit(request: &Request, needs: Needs, versioned: bool) -> Result<(Cx, Option<String>), Problem> {
    let visit = request.extensions().get::<Visit>().ok_or(kernel::Error::Unauthenticated)?;
    let cx = needs.check(visit.member()?)?;
    let made_on = if versioned { Some(version(request.headers())?) } else { None };
    Ok((cx, made_on))
}

fn version(headers: &HeaderMap) -> Result<String, Problem> {
    if_match(headers)?.ok_or_else(Problem::which_version)
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
    let (cx, if_match) = admit(&request, needs, versioned)?;
    let (mut parts, body) = take_body(request).await?;
    // An address that names nothing that there can be: it does not exist.
    let Path(path) = <Path<P> as FromRequestParts<()>>::from_request_parts(&mut parts, &())
        .await
        .map_err(|_| kernel::Error::NotFound)?;
    let mut pairs = pairs(parts.uri.query().unwrap_or_default())?;
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    let fields = if reads { take_fields::<R>(&mut pairs)? } else { None };
    let input = I::read(pairs, &parts.headers, &body)?;
    Ok((Call { cx, path, input, if_match }, fields))
}

/// Takes the parameter `fields` out of the query, if the answer has records.
fn take_fields<R: Reply>(pairs: &mut Vec<(String, String)>) -> Result<Option<Vec<String>>, Problem> {
    let known = R::fields();
    if known.is_empty() {
        return Ok(None);
    }
    let Some(text) = take(pairs, "fields")? else { return Ok(None) };
    let fields: Vec<String> = text.split(',').map(str::to_owned).collect();
    match fields.iter().find(|name| !known.contains(name)) {
        None => Ok(Some(fields)),
        Some(name) => Err(Problem::parameter(
            "fields",
            format!("There is no field {name:?}; there are {}.", known.join(", ")),
        )),
    }
}
