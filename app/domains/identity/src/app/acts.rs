//! Registering apps, giving them leave and withdrawing it. What apps do with it has [`grant`].

pub mod grant;

use chrono::Duration;
use kernel::{AppId, ConnectionId, Cx, Error, Event, OrNotFound, Permission, PermissionSet, Result};
use serde_json::json;

use crate::{
    account::event::{self, Kind as Happened},
    app::{
        model::{AppCard, AppName, Apps, Asked, Request},
        repo, rules,
        token::{self, Kind, Token},
    },
    form::Problems,
    organisation::acts::topic,
    secret,
    session::Origin,
};

/// How long a code can be changed for tokens.
const CODE: Duration = Duration::minutes(2);
/// How long a connection lasts after it was used last.
pub(crate) const CONNECTION: Duration = Duration::days(30);

/// The apps that the member sees: their own connections, and what is registered for who manages that.
pub async fn list(cx: &Cx) -> Result<Apps> {
    let registered = match cx.may(Permission::ApiManage) {
        true => repo::apps(cx, None).await?,
        false => Vec::new(),
    };
    Ok(Apps { connected: repo::connected(cx).await?, registered })
}

/// What an app is registered with.
#[derive(Debug, Clone)]
pub struct Form {
    /// Its name, which people are asked with.
    pub name: String,
    /// Where it may be gone back to, one address in each line.
    pub redirect_uris: String,
    /// Keys of the catalogue.
    pub permissions: Vec<String>,
}

/// Registers an app. What it may ask for may be more than who registers it may do: people give no more than they have.
pub async fn register(cx: &Cx, form: &Form) -> Result<AppCard> {
    let cx = cx.clone().require(Permission::ApiManage)?;
    cx.require_recent()?;
    let mut problems = Problems::default();
    let name = problems.take(AppName::parse(&form.name));
    let uris = problems.take(rules::read_redirects(&form.redirect_uris));
    let permissions = problems.take(read_permissions(&form.permissions));
    let (Some(name), Some(uris), Some(permissions)) = (name, uris, permissions) else {
        return Err(problems.into_error());
    };
    let id: AppId = cx.new_id();
    let mut tx = cx.begin().await?;
    repo::insert(&mut tx, &cx, id, &name, &uris, permissions).await?;
    tx.record(app_event("app.registered", id, name.as_str())).await?;
    tx.commit().await?;
    repo::apps(&cx, Some(id)).await?.pop().or_not_found()
}

fn read_permissions(keys: &[String]) -> Result<PermissionSet> {
    let mut set = PermissionSet::NONE;
    for key in keys {
        let unknown = |()| Error::invalid("permissions", format!("There is no permission {key}."));
        set = set.union(PermissionSet::of(&[key.parse::<Permission>().map_err(unknown)?]));
    }
    if set.is_empty() {
        return Err(Error::invalid("permissions", "Choose what the app may ask for."));
    }
    Ok(set)
}

/// Removes an app. It opens nothing any more from now on, whoever is connected.
pub async fn remove(cx: &Cx, id: AppId) -> Result<()> {
    let cx = cx.clone().require(Permission::ApiManage)?;
    let mut tx = cx.begin().await?;
    let name = repo::delete(&mut tx, &cx, id).await?.or_not_found()?;
    tx.record(app_event("app.removed", id, &name)).await?;
    tx.commit().await
}

/// Withdraws a leave: one's own, or for who manages apps anybody's.
pub async fn disconnect(cx: &Cx, id: ConnectionId) -> Result<()> {
    let mut tx = cx.begin().await?;
    let found = repo::connection(&mut tx, cx.organisation_id(), id).await?;
    let mine = |member| member == cx.member_id() || cx.may(Permission::ApiManage);
    let found = found.filter(|found| mine(found.member_id)).or_not_found()?;
    let by = (cx.now(), Some(cx.member_id()), "withdrawn");
    if repo::end(&mut tx, cx.organisation_id(), id, by).await? {
        tx.record(event_of("app.disconnected", id, &found.app)).await?;
    }
    tx.commit().await
}

/// What came of looking at what an app asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// The person can be asked.
    Right(AppCard, PermissionSet),
    /// It asks wrongly, and is told so at this address.
    Back(String),
}

/// Looks at what an app asks. Whoever cannot be trusted to be the app is not gone back to: that is an error.
pub async fn look(cx: &Cx, request: &Request) -> Result<Looked> {
    let unknown = "This app is not known here. Ask who runs it for another link.";
    let (organisation, id) =
        token::read_client(&request.client_id).ok_or_else(|| Error::Conflict(unknown.into()))?;
    if organisation != cx.organisation_id() {
        let text = "This app was not registered by the organisation that you work in now. Switch to the other one first.";
        return Err(Error::Conflict(text.into()));
    }
    let app = repo::apps(cx, Some(id)).await?.pop().ok_or_else(|| Error::Conflict(unknown.into()))?;
    if !rules::may_go_to(&app.redirect_uris, &request.redirect_uri) {
        let text =
            "The app wants to go on to an address that was not registered for it. It was given nothing.";
        return Err(Error::Conflict(text.into()));
    }
    let back = |error| Ok(Looked::Back(answer(cx, request, ("error", error))));
    if request.response_type != "code" {
        return back("unsupported_response_type");
    }
    if request.code_challenge_method != "S256" || !rules::is_challenge(&request.code_challenge) {
        return back("invalid_request");
    }
    match rules::read_scope(&request.scope, app.permissions) {
        Some(permissions) => Ok(Looked::Right(app, permissions)),
        None => back("invalid_scope"),
    }
}

/// What the person is asked, or where to go back to.
pub async fn ask(cx: &Cx, request: &Request) -> Result<std::result::Result<Asked, String>> {
    Ok(match look(cx, request).await? {
        Looked::Right(app, permissions) => {
            Ok(Asked { app: app.name, goes_to: rules::goes_to(&request.redirect_uri), permissions })
        }
        Looked::Back(address) => Err(address),
    })
}

/// Where the browser goes after the person has decided: the name of the app, and its address.
pub async fn decide(cx: &Cx, origin: &Origin, request: &Request, allow: bool) -> Result<(String, String)> {
    // Neither support in somebody's name nor a program gives leave.
    let account = cx.visit().require_session()?.account_id;
    let (app, permissions) = match look(cx, request).await? {
        Looked::Right(app, permissions) => (app, permissions),
        Looked::Back(address) => return Ok((rules::goes_to(&request.redirect_uri), address)),
    };
    if !allow {
        return Ok((app.name, answer(cx, request, ("error", "access_denied"))));
    }
    let id: ConnectionId = cx.new_id();
    let code = Token::new(Kind::Code, cx.organisation_id(), id.uuid()).text();
    let new = repo::New {
        id,
        app: app.id,
        permissions,
        code_hash: secret::fingerprint(&code),
        redirect_uri: &request.redirect_uri,
        challenge: &request.code_challenge,
        code_expires_at: cx.now() + CODE,
        expires_at: cx.now() + CONNECTION,
    };
    let mut tx = cx.begin().await?;
    repo::connect(&mut tx, cx, new).await?;
    tx.record(event_of("app.connected", id, &app.name)).await?;
    let data = json!({ "app": app.name });
    event::note(&mut tx, cx.visit(), origin, account, Happened::ProgramConnected, data).await?;
    tx.commit().await?;
    Ok((app.name, answer(cx, request, ("code", &code))))
}

/// The address of the app with the answer to what it asked, and who gives it (RFC 9207).
fn answer(cx: &Cx, request: &Request, value: (&str, &str)) -> String {
    let mut pairs = vec![value, ("iss", cx.visit().site().base_url())];
    if !request.state.is_empty() {
        pairs.push(("state", &request.state));
    }
    rules::with_values(&request.redirect_uri, &pairs)
}

fn app_event(kind: &'static str, id: AppId, name: &str) -> Event {
    let data = json!({ "name": name });
    Event { kind, subject_kind: "app", subject_id: id.uuid(), topic: topic(), data }
}

fn event_of(kind: &'static str, id: ConnectionId, app: &str) -> Event {
    let data = json!({ "app": app });
    Event { kind, subject_kind: "app_connection", subject_id: id.uuid(), topic: None, data }
}
