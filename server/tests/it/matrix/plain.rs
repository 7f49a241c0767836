//! What is neither a server function nor a route for programs: exports of pages, the live stream, pictures and files.

use axum::body::Body;
use db::sql;
use http::{Method, Request, StatusCode, header::COOKIE};
use kernel::Permission::{AuditExport, ItemExport, ItemView, MemberView, PersonExport, WorkflowDesign};
use kernel::{BuiltIn, PermissionSet, Scope};

use super::document::{cells_of, head};
use super::rows::Needs;
use super::world::{Holder, World};
use crate::bench::Answer;

/// How somebody is turned away who may not have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Away {
    /// They are told that they may not.
    Refused,
    /// For them it does not exist.
    Missing,
}

/// One address. `{member}` and the like stand for records of the organisation, `{caller}` for who asks.
#[derive(Debug)]
struct Row {
    method: Method,
    /// As the router has it.
    route: &'static str,
    address: &'static str,
    needs: Needs,
    away: Away,
}

const fn row(route: &'static str, address: &'static str, needs: Needs, away: Away) -> Row {
    Row { method: Method::GET, route, address, needs, away }
}

const ROWS: &[Row] = &[
    row("/live", "/live?as={caller}&after=0", Needs::Member, Away::Refused),
    row("/settings/audit.csv", "/settings/audit.csv", Needs::May(AuditExport), Away::Refused),
    row("/settings/roles.csv", "/settings/roles.csv", Needs::May(MemberView), Away::Refused),
    row(
        "/settings/people/{member}/data.json",
        "/settings/people/{member}/data.json",
        Needs::May(PersonExport),
        Away::Refused,
    ),
    row(
        "/workflows/{key}/insights/{file}",
        "/workflows/{workflow_key}/insights/items.csv",
        Needs::May(ItemExport),
        Away::Refused,
    ),
    row(
        "/workflows/{key}/export",
        "/workflows/{workflow_key}/export?format=json",
        Needs::May(WorkflowDesign),
        Away::Refused,
    ),
    row("/organisation/{id}/logo", "/organisation/{organisation}/logo", Needs::Member, Away::Missing),
    row("/brand/{id}/logo", "/brand/{brand}/logo", Needs::Member, Away::Missing),
    row("/brand/{id}", "/brand/{brand}.css", Needs::Member, Away::Missing),
    row("/avatar/{id}", "/avatar/{member}", Needs::Member, Away::Missing),
    row("/files/{id}/{name}", "/files/{file}/a.txt", Needs::May(ItemView), Away::Missing),
    row("/previews/{id}", "/previews/{file}", Needs::May(ItemView), Away::Missing),
];

/// Addresses that are the same for everybody, and those that have tests of their own: what they need is no right of a
/// member but a secret that they carry.
const OPEN: &[&str] = &[
    "/healthz",
    "/readyz",
    "/metrics",
    "/dev/mail",
    "/dev/mail/{id}",
    "/dev/mail/{id}/html",
    "/dev/mail.css",
    "/sw.js",
    "offline::PAGE",
    "offline::SCRIPT",
    "/.well-known/oauth-authorization-server",
    "/oauth/token",
    "/oauth/revoke",
    "/oauth/decide",
    "/oidc/{id}/start",
    "/oidc/{id}/callback",
    "/shared/{id}/{name}",
    "attachments::CHUNKS",
];

#[test]
fn every_plain_route_has_a_row() {
    let router = include_str!("../../../src/router.rs");
    let mut count = 0;
    for text in router.split(".route(").skip(1) {
        let route = text.split(',').next().unwrap().trim_matches('"');
        let known = OPEN.contains(&route) || ROWS.iter().any(|row| row.route == route);
        assert!(known, "say in matrix/plain.rs who may have {route}");
        count += 1;
    }
    assert_eq!(count, OPEN.len() + ROWS.len(), "matrix/plain.rs knows routes that are gone");
}

/// These addresses, as a table.
pub(super) fn table(roles: &[(&str, PermissionSet)]) -> Vec<Vec<String>> {
    let mut table = vec![head("address", roles)];
    for row in ROWS {
        let away = if row.away == Away::Missing { "404" } else { "no" };
        let elsewhere = if row.address.contains("as={") { "only theirs" } else { "404" };
        let mut cells = vec![format!("`{} {}`", row.method, row.route)];
        cells.extend(cells_of(row.needs, away, elsewhere, roles));
        table.push(cells);
    }
    table
}

async fn call(world: &World, row: &Row, who: Option<&Holder>, made_up: bool) -> Answer {
    let caller = who.map_or_else(|| uuid::Uuid::from_u128(1).to_string(), |who| who.member.to_string());
    let path = world.path_of(&row.address.replace("{caller}", &caller), made_up);
    let mut request = Request::builder()
        .method(row.method.clone())
        .uri(path)
        .header("host", "mediap.test")
        .header("sec-fetch-site", "same-origin");
    if let Some(who) = who {
        request = request.header(COOKIE, &who.cookie);
    }
    let request = request.body(Body::empty()).unwrap();
    if row.route == "/live" {
        // It does not end by itself.
        let (head, _) = world.bench().open(request).await.into_parts();
        return Answer { status: head.status, headers: head.headers, text: String::new() };
    }
    world.bench().ask(request).await
}

impl Row {
    /// How somebody is turned away: who is nobody is asked who they are.
    fn away(&self, status: StatusCode, known: bool) -> bool {
        match self.away {
            Away::Missing if self.route.starts_with("/files") || self.route.starts_with("/previews") => {
                status == StatusCode::NOT_FOUND
                    || status == if known { StatusCode::FORBIDDEN } else { StatusCode::UNAUTHORIZED }
            }
            Away::Missing => status == StatusCode::NOT_FOUND,
            Away::Refused => status == if known { StatusCode::FORBIDDEN } else { StatusCode::UNAUTHORIZED },
        }
    }
}

db::both!(every_plain_address_is_for_who_may_have_it, |db| {
    let world = World::new(db).await;
    world.paint().await;
    let mut mistakes = Vec::new();
    let mut note = |row: &Row, who: &str, answer: &Answer, expected: &str| {
        mistakes.push(format!(
            "{} by {who}: {} {}, expected {expected}",
            row.address, answer.status, answer.text
        ));
    };
    let mut callers: Vec<(Holder, bool)> =
        world.outsiders().await.into_iter().map(|holder| (holder, false)).collect();
    callers.extend(world.holders().await.into_iter().map(|holder| (holder, true)));
    let nowhere = Scope::Client(uuid::Uuid::from_u128(4712).into());
    let other_client = world.client_user("Owner of another client", BuiltIn::ClientOwner, nowhere).await;
    callers.push((other_client, true));
    for row in ROWS {
        let answer = call(&world, row, None, false).await;
        if !row.away(answer.status, false) {
            note(row, "nobody", &answer, "nothing");
        }
        for (caller, inside) in &callers {
            let answer = call(&world, row, Some(caller), false).await;
            let lets = *inside && row.needs.lets(caller, &world);
            let right = if lets { answer.status == StatusCode::OK } else { row.away(answer.status, true) };
            if !right {
                note(row, &caller.name, &answer, if lets { "200" } else { "nothing" });
            }
        }
    }
    assert!(mistakes.is_empty(), "{} mistakes:\n{}", mistakes.len(), mistakes.join("\n"));
});

db::both!(for_another_organisation_no_plain_address_exists, |db| {
    let world = World::new(db).await;
    world.paint().await;
    let stranger = world.stranger_holder().await;
    for row in ROWS.iter().filter(|row| row.address.contains('{') && row.route != "/live") {
        for made_up in [false, true] {
            let answer = call(&world, row, Some(&stranger), made_up).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{row:?}: {}", answer.text);
            assert!(!answer.text.contains("nordvik"), "{row:?}: {}", answer.text);
        }
    }
    // A link works for whoever has it, and for nobody without the key in it.
    let id = world.path_of("{file}", false);
    let cx = world.owner_cx();
    let link = files::acts::share(&cx, id.parse().unwrap()).await.unwrap();
    cx.visit().rest().await;
    let path = link.address.strip_prefix("http://mediap.test").unwrap();
    assert_eq!(world.bench().get(path).await.status, StatusCode::OK);
    let (plain, key) = path.split_once("?key=").unwrap();
    let of_another = plain.replace(&id, &uuid::Uuid::from_u128(4711).to_string());
    for wrong in [format!("{plain}?key=x"), format!("{plain}?key="), format!("{of_another}?key={key}")] {
        assert_eq!(world.bench().get(&wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
});

impl World {
    /// Gives everything that can have a picture one, and the file its bytes.
    async fn paint(&self) {
        let mut tx = self.tx().await;
        let picture = vec![1_u8, 2, 3, 4];
        sql("update organisation set logo = $2, logo_type = 'image/png' where id = $1")
            .bind(self.organisation)
            .bind(picture.clone())
            .exactly_one(&mut tx)
            .await
            .unwrap();
        sql("update brand set logo = $3, logo_type = 'image/png' where organisation_id = $1 and id = $2")
            .bind(self.organisation)
            .bind(self.path_of("{brand}", false).parse::<uuid::Uuid>().unwrap())
            .bind(picture.clone())
            .exactly_one(&mut tx)
            .await
            .unwrap();
        sql("update file set preview = 'made' where organisation_id = $1")
            .bind(self.organisation)
            .execute(&mut tx)
            .await
            .unwrap();
        sql("update account set avatar = $2, avatar_type = 'image/png'
             where id = (select account_id from member where id = $1)")
        .bind(self.path_of("{member}", false).parse::<uuid::Uuid>().unwrap())
        .bind(picture)
        .exactly_one(&mut tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        for kind in ["files", "previews"] {
            let folder = format!("files/{}/{kind}", self.organisation);
            self.bench().folder.write(&format!("{folder}/{}", self.path_of("{file}", false)), "file");
        }
    }
}
