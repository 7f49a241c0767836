//! The document: OpenAPI 3.1, put together from the routes.

use std::collections::{BTreeMap, BTreeSet};

use axum::{Router, extract::Request, response::IntoResponse, response::Response};
use http::{Method, StatusCode};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Components, Content, HeaderBuilder, Info, ObjectBuilder, OpenApi, OpenApiBuilder, Paths, Ref, RefOr,
        Required, ResponseBuilder, ResponsesBuilder, Server, Type,
        path::{
            HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, ParameterStyle,
        },
        schema::{ArrayBuilder, KnownFormat, SchemaFormat},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
        tag::TagBuilder,
    },
};

use crate::{
    BASE, Needs, Problem, Route, Routes, batch,
    call::{IF_MATCH_PATTERN, Input},
    list::query,
    once,
    problem::{Field, MEDIA_TYPE, Sent},
    reply::{Reply, SOME_FIELDS},
    schema, text,
};

/// The whole interface: what every domain publishes.
pub struct Api {
    parts: Vec<Routes>,
}

impl Api {
    /// Puts the parts together, and adds batches of all of them.
    pub fn new(parts: Vec<Routes>) -> Self {
        Api { parts }
    }

    /// Every route, in the order of the document.
    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        self.parts.iter().flat_map(|part| &part.routes)
    }

    /// Answers the routes below [`BASE`]. Whoever asks must be in the request already, as a [`kernel::Visit`].
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        let all = self.parts.into_iter().fold(Router::new(), |router, part| router.merge(part.router));
        let all = all.fallback(nowhere).method_not_allowed_fallback(not_so);
        all.clone().merge(batch::router(all)).with_state(())
    }
}

async fn nowhere() -> Problem {
    Problem::from(kernel::Error::NotFound)
}

async fn not_so(request: Request) -> Response {
    let detail = format!("This address does not take {}.", request.method());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "Another method is needed", detail).into_response()
}

/// What the operation of a route is made from.
pub(crate) struct Described<'a> {
    pub(crate) tag: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) needs: Needs,
    pub(crate) versioned: bool,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
}

impl Described<'_> {
    pub(crate) fn operation<I: Input, R: Reply>(&self) -> Operation {
        let mut operation = OperationBuilder::new()
            .tag(self.tag)
            .summary(Some(self.summary))
            .operation_id(Some(id(self.summary)))
            .description(Some(self.description()))
            .request_body(I::body());
        for mut parameter in path_parameters(self.path).into_iter().chain(I::parameters()) {
            parameter.schema.iter_mut().for_each(text::say);
            operation = operation.parameter(parameter);
        }
        let get = *self.method == Method::GET;
        if get && !R::fields().is_empty() {
            operation = operation.parameter(fields(R::fields()));
        }
        if self.versioned {
            let about = "The `ETag` that the record had when it was read, or `*` for whatever there is.";
            operation =
                operation.parameter(header("If-Match", about, Some(IF_MATCH_PATTERN), Required::True));
        }
        if get && R::TAGGED {
            let about = "Answers 304 while the record has this `ETag`.";
            operation = operation.parameter(header("If-None-Match", about, None, Required::False));
        }
        if !get {
            let about = "A word of your own for this act. Sent again with the same word, it is done once, and answered \
                         as the first time.";
            operation =
                operation.parameter(header(once::HEADER, about, Some(once::PATTERN), Required::False));
        }
        operation.responses(self.responses::<I, R>()).build()
    }

    fn description(&self) -> String {
        match self.needs {
            Needs::Member => "Needs a membership; it is about what is one's own.".into(),
            Needs::May(permission) => format!("Needs `{}`.", permission.key()),
            Needs::Somewhere(permission) => {
                format!("Needs `{}` somewhere; holds what is there.", permission.key())
            }
            Needs::In(permission, place) => {
                let place = format!("{place:?}").to_lowercase();
                format!("Needs `{}`, everywhere or for this {place}.", permission.key())
            }
            Needs::Both(first, second, place) => {
                let place = format!("{place:?}").to_lowercase();
                let (first, second) = (first.key(), second.key());
                format!("Needs `{first}` and `{second}`, everywhere or for this {place}.")
            }
        }
    }

    fn responses<I: Input, R: Reply>(&self) -> ResponsesBuilder {
        let get = *self.method == Method::GET;
        let mut right = ResponseBuilder::new().description(if R::STATUS == StatusCode::CREATED {
            "It was made."
        } else {
            "It worked."
        });
        match R::schema() {
            Some(schema) => {
                right = right.content("application/json", Content::new(Some(schema)));
                if get && !R::fields().is_empty() {
                    let about = "The same with the `fields` that were asked for, and no others.";
                    let some = ObjectBuilder::new().description(Some(about)).build();
                    right = right.content(SOME_FIELDS, Content::new(Some(RefOr::T(some.into()))));
                }
            }
            None => {
                for kind in R::FILES {
                    // Of JSON no schema is said: an export is many values one after the other.
                    let text = ObjectBuilder::new().schema_type(Type::String).build();
                    let text = Some(text).filter(|_| !kind.ends_with("json"));
                    right = right.content(*kind, Content::new(text));
                }
            }
        }
        if R::PAGED {
            right = right.header("Link", text_header("Where the next page is, if there is one."));
        }
        if R::TAGGED {
            right = right.header("ETag", text_header("The version of the record, if it has one."));
        }
        if R::STATUS == StatusCode::CREATED {
            right = right.header("Location", text_header("Where the record is."));
        }
        let mut responses = ResponsesBuilder::new().response(R::STATUS.as_str(), right.build());
        if get && R::TAGGED {
            responses = responses
                .response("304", ResponseBuilder::new().description("It is as you know it.").build());
        }
        for (status, text) in PROBLEMS {
            let fits = match status {
                413 | 415 => I::body().is_some(),
                404 => self.path.contains('{') || I::body().is_some(),
                409 => !get,
                412 | 428 => self.versioned,
                _ => true,
            };
            if fits {
                responses = responses.response(status.to_string(), problem(status, text));
            }
        }
        responses
    }
}

/// Problems by status, and when they come.
const PROBLEMS: [(u16, &str); 14] = [
    (400, "The address or the body cannot be read."),
    (401, "The token is missing, has ended or was withdrawn."),
    (403, "The caller may not do this."),
    (404, "It does not exist, or not for the caller."),
    (409, "It does not fit what is there, or the key of the act was used for another one."),
    (412, "The record has changed since the version that If-Match names."),
    (413, "The body is too large."),
    (415, "The body is no JSON."),
    (422, "Some values need another look; `errors` names them."),
    (428, "If-Match is missing."),
    (429, "Too many requests; `Retry-After` says when to go on."),
    (500, "Something failed on the server; the request id leads to its log."),
    (503, "A part of the server does not answer."),
    (504, "It took too long and was given up."),
];

fn problem(status: u16, text: &str) -> utoipa::openapi::Response {
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    let problem = ResponseBuilder::new().description(text).content(MEDIA_TYPE, content);
    match status {
        401 => problem.header("WWW-Authenticate", text_header("How to say who asks.")),
        429 | 503 | 504 => problem.header("Retry-After", text_header("In how many seconds to ask again.")),
        _ => problem,
    }
    .build()
}

fn text_header(about: &str) -> utoipa::openapi::header::Header {
    HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .description(Some(about))
        .build()
}

/// Which fields a record is to have.
fn fields(names: Vec<String>) -> Parameter {
    let name = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names));
    let list = ArrayBuilder::new().items(name).min_items(Some(1)).build();
    let mut parameter = query("fields", "Only these fields, separated by commas.", list);
    parameter.style = Some(ParameterStyle::Form);
    parameter.explode = Some(false);
    parameter
}

fn header(name: &str, about: &str, pattern: Option<&str>, required: Required) -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String).pattern(pattern).build();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(about))
        .schema(Some(text))
        .build()
}

/// The records that a path names: `{team}` is the id of a team.
pub(crate) fn path_parameters(path: &str) -> Vec<Parameter> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names
        .map(|name| {
            let key = matches!(name, "item" | "workflow");
            let format = (!key).then_some(SchemaFormat::KnownFormat(KnownFormat::Uuid));
            let about = if key {
                format!("The key of the {name}, as people say it.")
            } else {
                format!("The id of the {}.", name.replace('_', " "))
            };
            let text = ObjectBuilder::new().schema_type(Type::String).format(format).build();
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .description(Some(about))
                .schema(Some(text))
                .build()
        })
        .collect()
}

/// The name of an operation: its summary as one word.
fn id(summary: &str) -> String {
    let letters = summary.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { ' ' });
    let text: String = letters.collect();
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

/// The document of the interface at `server`, as this version of the program answers it.
pub fn document(api: &Api, version: &str, server: &str) -> OpenApi {
    let mut paths = Paths::new();
    let (mut schemas, mut sent) = (BTreeMap::new(), BTreeSet::new());
    schemas.insert("Problem".to_owned(), Sent::schema());
    schemas.insert(Field::name().into_owned(), Field::schema());
    let batch = batch::route();
    for route in api.routes().chain(std::iter::once(&batch)) {
        paths.add_path_operation(&route.path, vec![http_method(&route.method)], route.operation.clone());
        schemas.extend(route.schemas.iter().cloned());
        sent.extend(&route.sent);
    }
    schemas.values_mut().for_each(schema::mend);
    for name in sent {
        schemas.get_mut(name).into_iter().for_each(text::say);
    }
    let mut components = Components::new();
    components.schemas.extend(schemas);
    let token = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A key of a person or of the organisation, or an access token."))
        .build();
    components.add_security_scheme("bearer", SecurityScheme::Http(token));
    let tags =
        api.parts.iter().map(|part| TagBuilder::new().name(part.tag).description(Some(part.about)).build());
    OpenApiBuilder::new()
        .info(
            Info::builder()
                .title("Mediap")
                .version(version)
                .description(Some(include_str!("about.md")))
                .build(),
        )
        .servers(Some([Server::new(format!("{server}{BASE}"))]))
        .paths(paths)
        .components(Some(components))
        .security(Some([SecurityRequirement::new("bearer", Vec::<String>::new())]))
        .tags(Some(tags.collect::<Vec<_>>()))
        .build()
}

fn http_method(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::PATCH => HttpMethod::Patch,
        Method::DELETE => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

/// Names under which two domains publish different schemas. There should be none: the document could show only one.
pub fn clashes(api: &Api) -> Vec<String> {
    let mut known: BTreeMap<&str, serde_json::Value> = BTreeMap::new();
    let mut clashes = Vec::new();
    for (name, schema) in api.routes().flat_map(|route| &route.schemas) {
        let schema = serde_json::to_value(schema).unwrap_or_default();
        if known.get(name.as_str()).is_some_and(|other| *other != schema) {
            clashes.push(name.clone());
        }
        known.insert(name, schema);
    }
    clashes.dedup();
    clashes
}
