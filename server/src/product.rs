//! The seam to the product: everything that the server takes from `app` and the domains stands here.

use std::{net::IpAddr, sync::Arc};

use http::{HeaderMap, StatusCode};
use identity::audit::{acts::Export, model::AuditFilter};
use identity::demo::{DemoOrganisation, PASSWORD};
use kernel::{AccountId, BrandId, Cx, MemberId, OrganisationId, Result, Session, Site, Visit};
use leptos::prelude::provide_context;
use notifications::delivery::{Desk, Reach, Reached};
use uuid::Uuid;

pub(crate) use files::sweep::sweep as sweep_files;
pub(crate) use webhooks::incoming::{LARGEST as LARGEST_EVENT, Received, receive};
pub(crate) use workflows::acts::automation::{JOB as CLOCK, tick as look_at_the_clock};
use workflows::acts::intake::{Delivery, Posted};
pub(crate) use workflows::due::{JOB as DUE, remind as remind_of_due};
pub(crate) use workflows::interchange::Format as DesignFormat;
pub(crate) use workflows::timer::handlers as wait_handlers;

pub(crate) use app::{App, Built, is_public, shell};
pub(crate) use identity::app::{
    acts::grant::{ACCESS, Refusal as AppRefusal, Sent as AppSent, Tokens as AppTokens},
    model::Request as AppRequest,
};
pub(crate) use identity::{
    Picture, create_admin, is_empty, key::acts as keys, letterhead, organisation::registry, support::staff,
};

pub(crate) use identity::{
    Providers,
    provider::{
        acts::Answer as ProviderAnswer,
        http::{Place, Reply, callback as provider_callback, start as provider_start},
    },
};

use crate::state::AppState;

/// What is kept about people, by domain. Erasing follows them in this order.
pub const PERSON_ROWS: &[&[kernel::privacy::PersonRows]] = &[
    kernel::privacy::ROWS,
    workflows::privacy::ROWS,
    files::privacy::ROWS,
    timesheets::privacy::ROWS,
    calendar::privacy::ROWS,
    comments::privacy::ROWS,
    messages::privacy::ROWS,
    notifications::privacy::ROWS,
    webhooks::privacy::ROWS,
    identity::privacy::ROWS,
];

/// What other programs may call: what each domain publishes, in the order of the document.
pub fn api() -> rest::Api {
    let parts = [
        identity::rest::routes(),
        workflows::rest::routes(),
        files::rest::routes(),
        clients::rest::routes(),
        vec![comments::rest::routes()],
        messages::rest::routes(),
        notifications::rest::routes(),
        timesheets::rest::routes(),
        calendar::rest::routes(),
        webhooks::rest::routes(),
    ];
    rest::Api::new(parts.into_iter().flatten().collect())
}

/// The program that shows this token, if it opens anything.
pub(crate) async fn agent(site: &Site, token: &str) -> Result<Option<(Arc<kernel::Agent>, db::Reader)>> {
    match identity::key::acts::authenticate(site, token).await? {
        Some(found) => Ok(Some(found)),
        None => identity::app::acts::grant::authenticate(site, token).await,
    }
}

/// The kinds of records that something can hang on.
pub const RECORD_KINDS: &[kernel::RecordKind] =
    &[workflows::records::ITEM, messages::records::CONVERSATION, clients::records::CLIENT];

/// What another member may.
pub const AS_MEMBER: kernel::AsMember = |site, organisation, member| {
    Box::pin(async move { Ok(identity::reach(site, organisation, member).await?.map(|(cx, ..)| cx)) })
};

/// The kinds of places of other domains that roles can be given for.
pub const PLACE_KINDS: &[kernel::PlaceKind] = &[clients::places::CLIENT, clients::places::PROJECT];

/// Where a person goes who belongs to no organisation yet.
pub(crate) const FIRST_ORGANISATION: &str = "/organisations/new";

/// Where a person goes whose organisation asks for a second factor that they do not have.
pub(crate) const SECOND_FACTOR: &str = "/account/second-factor";

/// Whether the page opens for a person who belongs to no organisation yet.
pub(crate) fn is_open_without_organisation(path: &str) -> bool {
    path.starts_with("/organisations/")
        || path.starts_with("/account/")
        || path.starts_with("/support/")
        || path == "/prove"
}

/// The visit by whoever the request's cookie says is asking.
pub(crate) async fn visit(site: &Site, request_id: &str, headers: &HeaderMap) -> Result<Visit> {
    visit_with(site, request_id, token(headers, site).as_deref()).await
}

/// What the request's cookie says.
pub(crate) fn token(headers: &HeaderMap, site: &Site) -> Option<String> {
    identity::cookie::read(headers, site)
}

/// The visit by whoever this token stands for.
pub(crate) async fn visit_with(site: &Site, request_id: &str, token: Option<&str>) -> Result<Visit> {
    Ok(match identity::authenticate(site, token).await? {
        Some(recognised) => Visit::by_session(site.clone(), request_id, recognised),
        None => Visit::new(site.clone(), request_id, None),
    })
}

/// What identity reads to count tries by address.
pub(crate) fn client_address(address: IpAddr) -> kernel::ClientAddress {
    kernel::ClientAddress(address)
}

/// The member with this address, for what is typed where the server runs; none where the address or the place is not
/// plain. `reason` stands in for a request id.
pub(crate) async fn acting_as(
    site: &Site,
    email: &str,
    organisation: Option<OrganisationId>,
    reason: &str,
) -> Result<Option<Cx>> {
    let account: Option<(AccountId,)> = db::sql("select id from account where lower(email) = $1")
        .bind(email.trim().to_lowercase())
        .optional(site.db())
        .await?;
    let Some((account,)) = account else { return Ok(None) };
    // A person's own memberships are all that can be seen from outside.
    let places: Vec<(OrganisationId, MemberId)> =
        db::sql("select organisation_id, id from member where account_id = $1 and deleted_at is null")
            .bind(account)
            .all(&site.reader(db::Scope::account(account.uuid())))
            .await?;
    let mut places =
        places.into_iter().filter(|(place, _)| organisation.is_none_or(|wanted| wanted == *place));
    let (Some((place, member)), None) = (places.next(), places.next()) else { return Ok(None) };
    let found = identity::reach(site, place, member).await?;
    Ok(found.map(|(cx, _, _)| Cx::system(site, reason, cx.membership().clone())))
}

/// Gives an app tokens for what it shows.
pub(crate) async fn give_tokens(
    site: &Site,
    sent: &AppSent,
    parts: &http::request::Parts,
) -> std::result::Result<AppTokens, AppRefusal> {
    identity::app::acts::grant::give(site, sent, &identity::origin_of(parts, site)).await
}

/// Ends what an app gives back.
pub(crate) async fn revoke_token(site: &Site, client_id: &str, token: &str) -> Result<()> {
    identity::app::acts::grant::revoke(site, client_id, token).await
}

/// Where the browser goes after a person has decided about an app.
pub(crate) async fn decide_about_app(
    visit: &Visit,
    parts: &http::request::Parts,
    request: &AppRequest,
    allow: bool,
) -> Result<(String, String)> {
    let origin = identity::origin_of(parts, visit.site());
    identity::app::acts::decide(&visit.member()?, &origin, request, allow).await
}

/// An organisation's picture, if the visitor may see it and there is one.
pub(crate) async fn logo(visit: &Visit, id: OrganisationId) -> Result<Option<Picture>> {
    identity::logo(visit, id).await
}

/// A brand's picture, if the visitor may see it and there is one.
pub(crate) async fn brand_logo(visit: &Visit, id: BrandId) -> Result<Option<Picture>> {
    identity::brand_logo(visit, id).await
}

/// A brand's style sheet with its version, if the visitor may see it.
pub(crate) async fn brand_style(visit: &Visit, id: BrandId) -> Result<Option<(i64, String)>> {
    Ok(identity::brand_style(visit, id).await?.map(|style| (style.version, style.css)))
}

/// A person's picture, if the visitor may see it and there is one.
pub(crate) async fn avatar(visit: &Visit, id: MemberId) -> Result<Option<Picture>> {
    identity::avatar(visit, id).await
}

/// Begins to export the audit log of the visitor's organisation.
pub(crate) async fn audit_export(visit: &Visit, filter: &AuditFilter) -> Result<Export> {
    identity::audit::acts::export(&visit.member()?, filter).await
}

/// Everything that is known of a member, as JSON, for who may have it.
pub(crate) async fn person_export(visit: &Visit, member: &str) -> Result<String> {
    let cx = visit.member()?;
    let member = member.parse().map_err(|_| kernel::Error::NotFound)?;
    let document = identity::privacy::acts::export(&cx, member).await?;
    Ok(format!("{document:#}"))
}

/// The design of a workflow as a file, for a member who may see it.
pub(crate) async fn design_file(
    visit: &Visit,
    key: &str,
    format: DesignFormat,
) -> Result<workflows::acts::interchange::File> {
    workflows::acts::interchange::export(&visit.member()?, key, format).await
}

/// What each role may do, as a table, for a member who may see it.
pub(crate) async fn roles_csv(visit: &Visit) -> Result<String> {
    identity::roles_csv(&visit.member()?).await
}

/// A file of a workflow's figures with its type, for a member who may download items; `days` is what the address asks for.
pub(crate) async fn insights_file(
    visit: &Visit,
    key: &str,
    file: &str,
    days: Option<&str>,
) -> Result<(&'static str, Vec<u8>)> {
    workflows::acts::insight::file(&visit.member()?, key, file, workflows::insight::read_days(days)).await
}

/// Tells pages whether they are shown to a developer.
pub(crate) fn provide_development(development: bool) {
    provide_context(app::Development(development));
}

/// Tells pages and server functions through which providers people may log in.
pub(crate) fn provide_providers(providers: &Providers) {
    provide_context(providers.clone());
}

/// Tells the page of the licence where it is.
pub(crate) fn provide_licence(file: &::licence::File) {
    provide_context(file.clone());
}

/// Starts an item with what somebody sent by a public form: pairs of a plain form. What came of it stands in the answer.
pub(crate) async fn send_form(
    visit: &Visit,
    parts: &http::request::Parts,
    token: &str,
    pairs: Vec<(String, String)>,
) -> Posted {
    let mut delivery = Delivery::default();
    for (name, text) in pairs {
        match name.as_str() {
            "title" => delivery.sent.title = text,
            "sender_name" => delivery.sent.name = text,
            "sender_email" => delivery.sent.email = text,
            "homepage" => delivery.trap = text,
            "key" => delivery.key = text.parse().ok(),
            name => {
                let key = name.strip_prefix("data[").and_then(|name| name.strip_suffix(']'));
                // The last one counts, as in forms that scripts send: a ticked box stands behind the one that says it is there.
                delivery.sent.data.extend(key.map(|key| (key.to_owned(), text)));
            }
        }
    }
    let key = *delivery.key.get_or_insert_with(|| visit.new_id());
    let address = parts.extensions.get::<kernel::ClientAddress>().copied();
    let sent = delivery.sent.clone();
    let outcome = workflows::acts::intake::send(visit, address, token, delivery).await;
    Posted { key, answered: workflows::intake::Answered { sent, outcome } }
}

/// Why a public form was not taken.
pub(crate) fn what_is_wrong(posted: &Posted) -> Option<kernel::Error> {
    posted.answered.outcome.as_ref().err().cloned()
}

/// Tells the page what it is the answer to.
pub(crate) fn provide_posted(posted: &Posted) {
    provide_context(posted.clone());
}

/// Forgets what has run out.
pub(crate) async fn sweep(site: &Site) -> Result<()> {
    identity::sweep(site).await?;
    kernel::mail::sweep(site).await?;
    rest::sweep(site).await?;
    webhooks::sweep(site).await?;
    workflows::acts::automation::sweep(site).await?;
    workflows::acts::bulk::sweep(site).await?;
    workflows::acts::intake::sweep(site).await?;
    site.forget_news().await
}

/// What tells members beyond the inbox.
pub(crate) fn telling(site: &Site, sender: push::Sender) -> Desk {
    let of = site.clone();
    let reach: Reach = Arc::new(move |organisation, member| {
        let site = of.clone();
        Box::pin(async move {
            let found = identity::reach(&site, organisation, member).await?;
            Ok(found.map(|(cx, name, email)| Reached { cx, name, email }))
        })
    });
    Desk { site: site.clone(), reach, sender }
}

/// What else happens when something is recorded: clocks follow other working time, what came sets rules off, items go on whose
/// booking is done, and webhooks are told
/// of it.
pub const ON_EVENT: kernel::OnEvent = |tx, cx, event| {
    Box::pin(async move {
        workflows::acts::hours::on_event(tx, cx, event).await?;
        workflows::acts::automation::on_event(tx, cx, event).await?;
        workflows::acts::booking::on_event(tx, cx, event).await?;
        webhooks::on_event(tx, cx, event).await
    })
};

/// What tells webhooks.
pub(crate) fn webhook_desk(site: &Site, outbound: outbound::Outbound) -> webhooks::delivery::Desk {
    webhooks::delivery::Desk::new(site, outbound)
}

/// How many members of an organisation take a seat.
pub(crate) async fn count_seats(site: &Site, organisation: OrganisationId) -> Result<u32> {
    let reader = site.reader(db::Scope::organisation(organisation.uuid()));
    identity::licence::repo::count_members(&reader, organisation).await
}

/// The page that leads on to a provider.
pub(crate) fn going_page(state: &AppState, provider: &str, address: &str, cookies: &str) -> String {
    app::going_document(&state.built(), provider, address, cookies)
}

/// The page that stands in for all others while the server cannot be reached.
pub(crate) fn offline_page(state: &AppState) -> String {
    app::offline_document(&state.built())
}

/// The page for an answer that the app cannot give.
pub(crate) fn error_page(state: &AppState, status: StatusCode, request_id: &str, cookies: &str) -> String {
    app::error_document(&state.built(), status.as_u16(), request_id, cookies)
}

/// Log-ins of the demo worth showing: an owner, an admin, a member, and the owner of the other organisation.
const DEMO_LOG_INS: [&str; 4] =
    ["elsa@nordvik.example", "petra@nordvik.example", "marek@nordvik.example", "maja@halden.example"];

/// Fills the demo organisations; the dealership gets `items` vehicles.
pub(crate) async fn seed(site: &Site, items: u32) -> Result<()> {
    let demo = identity::demo::seed(site).await?;
    let nordvik = demo_owner(site, &demo.nordvik)?;
    workflows::demo::seed_dealership(&nordvik, &demo_plan(&demo.nordvik), items.into()).await?;
    let work = demo_work(&nordvik).await?;
    timesheets::demo::seed(&nordvik, &work).await?;
    calendar::demo::seed(&nordvik, &demo_teams(&demo.nordvik, &work)).await?;
    if let Some(plan) = demo_messages(&demo.nordvik) {
        messages::demo::seed(&nordvik, &plan).await?;
    }
    let clients = clients::demo::seed(&nordvik).await?;
    if let (Some(client), Some(member)) = (clients.get("Fjord Taxi"), demo.nordvik.members.get("nils")) {
        let scope = kernel::Scope::Client(*client).to_string();
        identity::role::acts::give(&nordvik, *member, "client_viewer", &scope).await?;
    }
    let halden = demo_owner(site, &demo.halden)?;
    workflows::demo::seed_studio(&halden, &demo_plan(&demo.halden)).await
}

/// Whether the demo organisations are there.
pub(crate) async fn has_demo(site: &Site) -> Result<bool> {
    Ok(!demo_log_ins(site).await?.is_empty())
}

/// Prints how to log in to the demo, if it is there.
pub(crate) async fn print_demo(site: &Site) {
    match demo_log_ins(site).await {
        Ok(found) if found.is_empty() => println!("There is no demo data; `mediap seed-demo` writes it."),
        Ok(found) => {
            println!("Demo log-ins, all with the password {PASSWORD}:");
            for (email, name, role, organisation) in found {
                println!("  {email:<24} {name}, {role} of {organisation}");
            }
        }
        Err(error) => tracing::warn!(%error, "The demo could not be looked for"),
    }
}

/// Email, name, role and organisation.
async fn demo_log_ins(site: &Site) -> Result<Vec<(String, String, String, String)>> {
    let mut found = Vec::new();
    for email in DEMO_LOG_INS {
        let account: Option<(AccountId,)> =
            db::sql("select id from account where lower(email) = $1").bind(email).optional(site.db()).await?;
        let Some((account,)) = account else { continue };
        // A person's own memberships are all that can be seen from outside.
        found.extend(
            db::sql(
                "select a.email, a.name, m.role, o.name
                 from account a
                 join member m on m.account_id = a.id
                 join organisation o on o.id = m.organisation_id
                 where a.id = $1
                 order by o.name",
            )
            .bind(account)
            .all::<(String, String, String, String)>(&site.reader(db::Scope::account(account.uuid())))
            .await?,
        );
    }
    Ok(found)
}

/// The context of a demo organisation's owner. No log-in stands behind it.
fn demo_owner(site: &Site, organisation: &DemoOrganisation) -> Result<Cx> {
    let nobody = Visit::new(site.clone(), "seed-demo", None);
    let session = Session {
        id: nobody.new_id(),
        account_id: nobody.new_id::<Uuid>().into(),
        name: String::new(),
        email: organisation.log_ins.first().cloned().unwrap_or_default(),
        membership: Some(organisation.owner_membership().into()),
        barred_by: None,
        proved_at: nobody.now(),
        acting: None,
    };
    Visit::new(site.clone(), "seed-demo", Some(session)).member()
}

/// Who writes to whom.
fn demo_messages(organisation: &DemoOrganisation) -> Option<messages::demo::Plan> {
    let member = |short: &str| organisation.members.get(short).copied();
    let (planner, worker) = (member("petra")?, member("marek")?);
    Some(messages::demo::Plan { owner: organisation.owner, planner, worker })
}

/// Who works on what: some of the items of each.
async fn demo_work(cx: &Cx) -> Result<Vec<(MemberId, Vec<kernel::ItemId>)>> {
    let asked = workflows::acts::item::Asked {
        workflow: None,
        filter: Default::default(),
        updated_since: None,
        due: Default::default(),
        sort: Default::default(),
        after: None,
        limit: 60,
    };
    let mut work: std::collections::BTreeMap<MemberId, Vec<kernel::ItemId>> = Default::default();
    for (_, item) in workflows::acts::item::list(cx, &asked).await?.items {
        if let Some(member) = item.card.assignee_id {
            work.entry(member).or_default().push(item.card.id);
        }
    }
    Ok(work.into_iter().collect())
}

/// The teams with who is in them, and with what they work on.
fn demo_teams(
    organisation: &DemoOrganisation,
    work: &[(MemberId, Vec<kernel::ItemId>)],
) -> Vec<calendar::demo::Team> {
    let items = |member: MemberId| work.iter().find(|(of, _)| *of == member).map(|(_, items)| items.clone());
    let with_items = |member: MemberId| (member, items(member).unwrap_or_default());
    let plan = demo_plan(organisation);
    let team = |team: workflows::demo::Team| calendar::demo::Team {
        id: team.id,
        name: team.name,
        members: team.members.into_iter().map(with_items).collect(),
    };
    plan.teams.into_iter().map(team).collect()
}

fn demo_plan(organisation: &DemoOrganisation) -> workflows::demo::Plan {
    let members = |name: &String| {
        let shorts = organisation.team_members.get(name).into_iter().flatten();
        shorts.filter_map(|short| organisation.members.get(short).copied()).collect()
    };
    let teams = organisation
        .teams
        .iter()
        .map(|(name, id)| workflows::demo::Team { name: name.clone(), id: *id, members: members(name) })
        .collect();
    workflows::demo::Plan { teams }
}
