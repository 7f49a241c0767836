//! The same for the interface for other programs: every route by keys of every role, by keys that open nothing, and from
//! another organisation. What a route needs stands at the route itself, so a new one is in the matrix as soon as it is there.

use http::{Method, StatusCode};
use kernel::{BuiltIn, Permission, PermissionSet, Role, Scope};
use rest::{Needs, Place, Route};

use super::{
    CLIENT, is_answer_to_a_program, is_refused,
    world::{Holder, World},
};
use crate::{bench::Answer, rest::ask};

/// What somebody may expect of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// Nobody is known.
    Unknown,
    /// For them it does not exist.
    Missing,
    /// Not allowed.
    Refused,
    /// Whatever the route says to who may ask it.
    Answered,
}

impl Expected {
    fn word(self) -> &'static str {
        match self {
            Expected::Unknown => "401",
            Expected::Missing => "404",
            Expected::Refused => "403",
            Expected::Answered => "yes",
        }
    }
}

/// What a member with these rights may expect.
fn of_holder(needs: Needs, holder: &Holder, world: &World) -> Expected {
    let may = match needs {
        Needs::In(permission, Place::Team) => holder.may_in(permission, world.team_scope()),
        Needs::In(permission, Place::Brand) => holder.may_in(permission, world.brand_scope()),
        Needs::In(permission, Place::Client | Place::Project) => {
            let scopes = match needs {
                Needs::In(_, Place::Client) => vec![world.client_scope()],
                _ => vec![world.client_scope(), world.project_scope()],
            };
            let here = scopes.into_iter().any(|scope| holder.may_in(permission, scope));
            if !here && holder.may_somewhere(permission) {
                return Expected::Missing;
            }
            here
        }
        Needs::Both(first, second, _) => {
            let both = [first, second];
            if both.iter().any(|permission| !holder.may_somewhere(*permission)) {
                false
            } else if !holder.may_in(first, world.client_scope()) {
                return Expected::Missing;
            } else {
                holder.may_in(second, world.client_scope())
            }
        }
        Needs::Somewhere(permission) => holder.may_somewhere(permission),
        Needs::Member | Needs::May(_) => return of_rights(needs, holder.permissions),
    };
    if may { Expected::Answered } else { Expected::Refused }
}

/// What a member with these rights everywhere may expect.
fn of_rights(needs: Needs, rights: PermissionSet) -> Expected {
    let lacks = |permission: &Permission| !rights.has(*permission);
    if needs.permissions().iter().any(lacks) { Expected::Refused } else { Expected::Answered }
}

/// What a person of another client may expect.
fn of_client(needs: Needs) -> Expected {
    let rights = BuiltIn::ClientOwner.permissions();
    match needs {
        Needs::Somewhere(permission) if rights.has(permission) => Expected::Answered,
        Needs::In(permission, Place::Client | Place::Project) if rights.has(permission) => Expected::Missing,
        Needs::Both(first, second, _) if rights.has(first) && rights.has(second) => Expected::Missing,
        _ => of_rights(needs, PermissionSet::NONE),
    }
}

/// Keys that open nothing, by why.
const DEAD: [&str; 6] = ["nobody", "expired key", "withdrawn key", "invited", "suspended", "removed"];

/// The one permission of the key that has too few.
const NARROW: Permission = Permission::LicenceManage;

/// Bodies are read before the part of the organisation is looked at, so where that counts they have to be whole.
fn body_of(path: &str) -> &'static str {
    match path {
        "/clients/{client}/comments" => r#"{"body":""}"#,
        "/teams/{team}/capacity" => r#"{"bookable":true,"minutes_per_day":480}"#,
        _ => "{}",
    }
}

async fn call(world: &World, route: &Route, key: Option<&str>, made_up: bool, tag: &str) -> Answer {
    let path = world.path_of(&route.path, made_up);
    let body =
        matches!(route.method, Method::POST | Method::PUT | Method::PATCH).then(|| body_of(&route.path));
    ask(world.bench(), key, route.method.clone(), &path, &[("if-match", tag)], body).await
}

db::both!(every_key_may_what_the_catalogue_says_and_nothing_else, |db| {
    let world = World::new(db).await;
    let api = server::api();
    let mut mistakes = Vec::new();
    let mut note = |route: &Route, who: &str, answer: &Answer, expected: &str| {
        mistakes.push(format!("{route:?} by {who}: {} {}, expected {expected}", answer.status, answer.text));
    };
    let dead = world.dead_keys().await;
    assert_eq!(dead.iter().map(|(name, _)| *name).collect::<Vec<_>>(), DEAD);
    for route in api.routes() {
        for (name, key) in &dead {
            let answer = call(&world, route, key.as_deref(), false, "*").await;
            if answer.status != StatusCode::UNAUTHORIZED {
                note(route, name, &answer, "401");
            }
        }
    }
    let mut holders = world.holders().await;
    let client = Scope::Client(uuid::Uuid::from_u128(4712).into());
    holders.push(world.client_user(CLIENT, BuiltIn::ClientOwner, client).await);
    for holder in &holders {
        let key = world.key_of(holder, PermissionSet::ALL).await;
        for route in api.routes() {
            let expected = of_holder(route.needs, holder, &world);
            // Whoever may do it names a version that is not there, so that as little as possible happens.
            let tag = if expected == Expected::Answered { "\"0\"" } else { "*" };
            let answer = call(&world, route, Some(&key), false, tag).await;
            let right = match expected {
                Expected::Answered => is_answer_to_a_program(answer.status) && !is_refused(answer.status),
                Expected::Missing => answer.status == StatusCode::NOT_FOUND,
                _ => answer.status == StatusCode::FORBIDDEN,
            };
            if !right {
                note(route, &holder.name, &answer, expected.word());
            }
        }
    }
    let owner = holders.iter().find(|holder| holder.name == Role::Owner.label()).unwrap();
    let narrow = world.key_of(owner, PermissionSet::of(&[NARROW])).await;
    for route in api.routes() {
        let expected = of_rights(route.needs, PermissionSet::of(&[NARROW]));
        let answer = call(&world, route, Some(&narrow), false, "\"0\"").await;
        if is_refused(answer.status) != (expected == Expected::Refused) {
            note(route, "a key without the permission", &answer, expected.word());
        }
    }
    assert!(mistakes.is_empty(), "{} mistakes:\n{}", mistakes.len(), mistakes.join("\n"));
});

db::both!(for_a_key_of_another_organisation_nothing_of_this_one_exists, |db| {
    let world = World::new(db).await;
    let stranger = world.stranger_key().await;
    let before = world.digest().await;
    let mut mistakes = Vec::new();
    for route in server::api().routes().filter(|route| route.path.contains('{')) {
        let real = call(&world, route, Some(&stranger), false, "*").await;
        let made_up = call(&world, route, Some(&stranger), true, "*").await;
        if (real.status, &real.text) != (made_up.status, &made_up.text) {
            mistakes.push(format!(
                "{route:?}: {} {} for what exists, {} {} for what does not",
                real.status, real.text, made_up.status, made_up.text
            ));
        }
        if !matches!(real.status, StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY) {
            mistakes.push(format!("{route:?}: {} {}", real.status, real.text));
        }
    }
    // Lists of the stranger's own organisation hold nothing of this one either.
    for route in
        server::api().routes().filter(|route| route.method == Method::GET && !route.path.contains('{'))
    {
        let answer = call(&world, route, Some(&stranger), false, "*").await;
        for (name, id) in world.ids() {
            if answer.text.contains(&id) {
                mistakes.push(format!("{route:?} shows the {name} of another organisation"));
            }
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    assert_eq!(world.digest().await, before, "something was changed");
});

db::both!(for_a_person_of_another_client_this_one_does_not_exist, |db| {
    let world = World::new(db).await;
    let nowhere = Scope::Client(uuid::Uuid::from_u128(4712).into());
    let stranger = world.client_user(CLIENT, BuiltIn::ClientOwner, nowhere).await;
    let own = world.client_user("Owner of the client", BuiltIn::ClientOwner, world.client_scope()).await;
    let (stranger, own) =
        (world.key_of(&stranger, PermissionSet::ALL).await, world.key_of(&own, PermissionSet::ALL).await);
    let mut seen = 0;
    for route in server::api().routes() {
        let names_client = route.path.contains("{client}") || route.path.contains("{project}");
        if names_client {
            let real = call(&world, route, Some(&stranger), false, "*").await;
            let made_up = call(&world, route, Some(&stranger), true, "*").await;
            assert_eq!((real.status, &real.text), (made_up.status, &made_up.text), "{route:?}");
        }
        if route.method == Method::GET && (names_client || matches!(route.needs, Needs::Somewhere(_))) {
            let answer = call(&world, route, Some(&stranger), false, "*").await;
            let shown =
                world.ids().any(|(_, id)| answer.text.contains(&id) && !answer.text.contains("problem"));
            assert!(!shown || answer.status == StatusCode::NOT_FOUND, "{route:?}: {}", answer.text);
            let answer = call(&world, route, Some(&own), false, "*").await;
            assert_eq!(answer.status, StatusCode::OK, "{route:?}: {}", answer.text);
            assert!(!answer.text.contains("SE556000000101"), "{route:?}: {}", answer.text);
            seen += 1;
        }
    }
    assert!(5 < seen, "{seen}");
});

/// The routes of the interface, as a table.
pub(super) fn table(roles: &[(&str, PermissionSet)]) -> Vec<Vec<String>> {
    let mut head: Vec<String> = vec!["route".into(), "needs".into()];
    head.extend(DEAD.map(str::to_owned));
    head.extend(["another organisation", CLIENT, "key without the permission"].map(str::to_owned));
    head.extend(roles.iter().map(|(name, _)| (*name).to_owned()));
    let mut table = vec![head];
    for route in server::api().routes() {
        let needs = match route.needs {
            Needs::Member => "a membership".to_owned(),
            Needs::May(permission) => permission.key().to_owned(),
            Needs::Somewhere(permission) => format!("{}, somewhere", permission.key()),
            Needs::In(permission, place) => {
                format!("{}, or in the {place:?}", permission.key()).to_lowercase()
            }
            Needs::Both(first, second, place) => {
                format!("{} and {}, or in the {place:?}", first.key(), second.key()).to_lowercase()
            }
        };
        let stranger = if route.path.contains('{') { "404" } else { "only theirs" };
        let mut cells = vec![format!("`{} {}`", route.method, route.path), needs];
        cells.extend(DEAD.map(|_| Expected::Unknown.word().to_owned()));
        cells.push(stranger.to_owned());
        let narrow = PermissionSet::of(&[NARROW]);
        cells.push(of_client(route.needs).word().to_owned());
        cells.push(of_rights(route.needs, narrow).word().to_owned());
        cells.extend(roles.iter().map(|(_, rights)| of_rights(route.needs, *rights).word().to_owned()));
        table.push(cells);
    }
    table
}
