//! Two organisations with something of everything, and people in every role.

#![expect(clippy::indexing_slicing, reason = "what the demo lacks ends the story")]

mod digest;
mod records;

use std::collections::BTreeMap;

use axum::body::Body;
use db::{Db, sql};
use http::{
    Request,
    header::{CONTENT_TYPE, COOKIE},
};
use kernel::{
    AccountId, BrandId, BuiltIn, Cx, MemberId, Membership, OrganisationId, Permission, PermissionSet, Role,
    Scope, ScopedGrant, TeamId,
};
use uuid::Uuid;

use super::rows::{Form, Row};
use crate::bench::{Answer, Bench, call};

/// Somebody with a session.
pub(super) struct Holder {
    pub(super) name: String,
    pub(super) cookie: String,
    pub(super) permissions: PermissionSet,
    pub(super) grants: Vec<ScopedGrant>,
    pub(super) member: MemberId,
}

impl Holder {
    /// Whether they may do it in some part of the organisation at least.
    pub(super) fn may_somewhere(&self, permission: Permission) -> bool {
        self.permissions.has(permission) || self.grants.iter().any(|grant| grant.permissions.has(permission))
    }

    /// Whether they may do it everywhere, or in this part of the organisation.
    pub(super) fn may_in(&self, permission: Permission, scope: Scope) -> bool {
        self.permissions.has(permission) || ScopedGrant::any(&self.grants, permission, scope)
    }
}

/// See the module.
pub(super) struct World {
    bench: Bench,
    pub(super) organisation: OrganisationId,
    /// The owner's place, as the program itself acts in it.
    pub(super) owner: Membership,
    /// The same of the other organisation.
    pub(super) stranger: Membership,
    team: TeamId,
    brand: BrandId,
    /// What the placeholders of a row stand for.
    records: BTreeMap<&'static str, String>,
}

impl World {
    pub(super) async fn new(db: Db) -> Self {
        let bench = Bench::on(db).await;
        let demo = identity::demo::seed(&bench.site).await.unwrap();
        let nordvik = &demo.nordvik;
        let owner = nordvik.owner_membership();
        let cx = Cx::system(&bench.site, "test", owner.clone());
        let teams = nordvik.teams.iter().map(|(name, id)| workflows::demo::Team {
            name: name.clone(),
            id: *id,
            members: vec![nordvik.members["marek"]],
        });
        workflows::demo::seed_dealership(&cx, &workflows::demo::Plan { teams: teams.collect() }, 12)
            .await
            .unwrap();

        let (member, team) = (nordvik.members["anna"], nordvik.teams["Testers"]);
        let mut records = BTreeMap::from([
            ("organisation", nordvik.id.to_string()),
            ("member", member.to_string()),
            ("team", team.to_string()),
        ]);
        let form = identity::role::acts::Form {
            name: "Reader of the matrix".into(),
            permissions: vec!["report.view".into()],
            ..Default::default()
        };
        let role = identity::role::acts::create(&cx, &form).await.unwrap();
        identity::role::acts::give(&cx, member, &role.to_string(), "organisation").await.unwrap();
        let rights = identity::role::acts::rights(&cx, member).await.unwrap();
        records.insert("role", role.to_string());
        records.insert("grant", rights.grants[0].id.to_string());
        let brand = identity::brand::acts::create(&cx, "Matrix", "#336699").await.unwrap();
        records.insert("brand", brand.to_string());
        let mut tx = cx.begin().await.unwrap();
        let letter = kernel::Letter::to("Anna").says("Hello.");
        let mail = kernel::Mail {
            key: "matrix".into(),
            to: "anna@nordvik.example".into(),
            subject: "Matrix".into(),
            letter,
        };
        tx.send(&mail).await.unwrap();
        tx.commit().await.unwrap();
        let (mail,): (Uuid,) = sql("select id from mail where organisation_id = $1")
            .bind(nordvik.id)
            .one(cx.db())
            .await
            .unwrap();
        cx.visit().rest().await;
        records.insert("mail", mail.to_string());
        let plan = messages::demo::Plan {
            owner: nordvik.owner,
            planner: nordvik.members["petra"],
            worker: nordvik.members["marek"],
        };
        messages::demo::seed(&cx, &plan).await.unwrap();
        let written: (Uuid, Uuid) =
            sql("select conversation_id, id from message where organisation_id = $1 limit 1")
                .bind(nordvik.id)
                .one(cx.db())
                .await
                .unwrap();
        cx.visit().rest().await;
        records.insert("conversation", written.0.to_string());
        records.insert("message", written.1.to_string());
        let form = identity::key::acts::Form {
            name: "Matrix".into(),
            personal: false,
            permissions: vec!["report.view".into()],
            days: 30,
        };
        let key = identity::key::acts::create(&cx, &form).await.unwrap();
        records.insert("key", key.id.to_string());
        records.extend(records::webhooks(&cx).await);
        let form = identity::app::acts::Form {
            name: "Matrix".into(),
            redirect_uris: "https://app.example.com/back".into(),
            permissions: vec!["report.view".into()],
        };
        let app = identity::app::acts::register(&cx, &form).await.unwrap();
        records.insert("app", app.id.to_string());
        let client = clients::demo::seed(&cx).await.unwrap()["Fjord Taxi"];
        let project = clients::acts::project::of_client(&cx, client).await.unwrap()[0].id;
        cx.visit().rest().await;
        let said = comments::acts::say(&cx, "client", &client.to_string(), "Seen.", None).await.unwrap();
        cx.visit().rest().await;
        records.insert("client_comment", said.to_string());
        records.insert("client", client.to_string());
        records.insert("project", project.to_string());
        records.extend(records::calendar(&cx, team).await);
        let stranger = demo.halden.owner_membership();
        let mut world = World { bench, organisation: nordvik.id, owner, stranger, team, brand, records };
        world.find_items().await;
        world
    }

    /// Reads the rows of the organisation.
    fn reader(&self) -> db::Reader {
        self.bench.db.reader(db::Scope::organisation(self.organisation.uuid()))
    }

    /// Writes them.
    pub(super) async fn tx(&self) -> db::Tx {
        self.bench.db.begin_in(db::Scope::organisation(self.organisation.uuid())).await.unwrap()
    }

    pub(super) fn team_scope(&self) -> Scope {
        Scope::Team(self.team)
    }

    pub(super) fn client_scope(&self) -> Scope {
        Scope::new("client", self.records["client"].parse().unwrap()).unwrap()
    }

    pub(super) fn project_scope(&self) -> Scope {
        Scope::new("project", self.records["project"].parse().unwrap()).unwrap()
    }

    pub(super) fn brand_scope(&self) -> Scope {
        Scope::Brand(self.brand)
    }

    /// Calls a server function with records of the organisation.
    pub(super) async fn call(&self, row: &Row, cookie: Option<&str>) -> Answer {
        self.call_with(row, cookie, &self.records).await
    }

    /// Calls it with records that nobody has.
    pub(super) async fn call_with_made_up_ids(&self, row: &Row, cookie: Option<&str>) -> Answer {
        let made_up = self.records.keys().map(|name| {
            let value = match *name {
                "workflow_key" => "ZZ".to_owned(),
                "item_key" => "ZZ-1".to_owned(),
                _ => Uuid::from_u128(4711).to_string(),
            };
            (*name, value)
        });
        self.call_with(row, cookie, &made_up.collect()).await
    }

    async fn call_with(&self, row: &Row, cookie: Option<&str>, records: &BTreeMap<&str, String>) -> Answer {
        let arguments = records.iter().fold(row.arguments.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        });
        let mut request: Request<Body> = call(&format!("/api/{}", row.path)).body(Body::empty()).unwrap();
        let (kind, body) = match row.form {
            Form::Url => ("application/x-www-form-urlencoded", arguments.replace(' ', "+")),
            Form::Json => ("application/json", arguments),
            Form::File => ("multipart/form-data; boundary=x", multipart(&arguments)),
        };
        request.headers_mut().insert(CONTENT_TYPE, kind.parse().unwrap());
        if let Some(cookie) = cookie {
            request.headers_mut().insert(COOKIE, cookie.parse().unwrap());
        }
        *request.body_mut() = Body::from(body);
        self.bench.ask(request).await
    }

    /// Somebody in each role: the base roles, and a guest with each further role everywhere or in one team.
    pub(super) async fn holders(&self) -> Vec<Holder> {
        let mut holders = Vec::new();
        for role in Role::ALL {
            holders.push(self.person(role.label(), role, "active", None, None).await);
        }
        for role in BuiltIn::to_grant() {
            holders.push(self.person(role.label(), Role::Guest, "active", Some(role), None).await);
        }
        let leader = Some(BuiltIn::TeamLeader);
        let here = Some(self.team_scope());
        holders.push(self.person("Leader of the team", Role::Guest, "active", leader, here).await);
        let elsewhere = Some(Scope::Team(Uuid::from_u128(4711).into()));
        holders.push(self.person("Leader of another team", Role::Guest, "active", leader, elsewhere).await);
        holders
    }

    /// People who have a session in the organisation, but no place in it: not yet, not now, not any more.
    pub(super) async fn outsiders(&self) -> Vec<Holder> {
        let mut outsiders = Vec::new();
        for state in ["invited", "suspended", "removed"] {
            let grant = Some(BuiltIn::WorkflowManager);
            outsiders.push(self.person(state, Role::Owner, state, grant, None).await);
        }
        outsiders
    }

    /// Somebody of a client.
    pub(super) async fn client_user(&self, name: &str, role: BuiltIn, client: Scope) -> Holder {
        self.person(name, Role::Guest, "active", Some(role), Some(client)).await
    }

    /// The program.
    pub(super) fn bench(&self) -> &Bench {
        &self.bench
    }

    /// Every id of the organisation that a path can name.
    pub(super) fn ids(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.records.iter().filter(|(_, id)| id.parse::<Uuid>().is_ok()).map(|(name, id)| (*name, id.clone()))
    }

    /// An address of the interface with records of the organisation in it, or with made-up ones.
    pub(super) fn path_of(&self, path: &str, made_up: bool) -> String {
        let mut full = path.to_owned();
        while let Some((before, rest)) = full.split_once('{') {
            let (name, after) = rest.split_once('}').unwrap();
            let (record, nothing) = match name {
                "item" => ("item_key", "ZZ-1".to_owned()),
                "workflow" => ("workflow_key", "ZZ".to_owned()),
                name => (name, Uuid::from_u128(4711).to_string()),
            };
            let value = if made_up {
                nothing
            } else {
                let known = self.records.get(record);
                known.unwrap_or_else(|| panic!("say in matrix/world.rs what {{{name}}} is")).clone()
            };
            full = format!("{before}{value}{after}");
        }
        full
    }

    /// The owner of another organisation.
    pub(super) async fn stranger(&self) -> String {
        self.log_in("maja@halden.example").await
    }

    /// The same, with what they are there.
    pub(super) async fn stranger_holder(&self) -> Holder {
        let (cookie, member) = (self.stranger().await, self.stranger.member_id);
        let name = "Owner of another organisation".to_owned();
        Holder { name, cookie, permissions: PermissionSet::ALL, grants: Vec::new(), member }
    }

    /// The owner, as the program itself acts for them.
    pub(super) fn owner_cx(&self) -> Cx {
        Cx::system(&self.bench.site, "test", self.owner.clone())
    }

    async fn person(
        &self,
        name: &str,
        base: Role,
        state: &str,
        role: Option<BuiltIn>,
        scope: Option<Scope>,
    ) -> Holder {
        let now = self.bench.site.now();
        let mut tx = self.tx().await;
        let visit = kernel::Visit::new(self.bench.site.clone(), "test", None);
        let (account, member): (AccountId, MemberId) = (visit.new_id(), visit.new_id());
        let email = format!("{}@matrix.example", name.to_lowercase().replace(' ', "."));
        sql("insert into account (id, email, name, password_hash, confirmed_at, created_at, updated_at)
             select $1, $2, $3, password_hash, $4, $4, $4 from account where email = 'elsa@nordvik.example'")
        .bind(account)
        .bind(&email)
        .bind(name)
        .bind(now)
        .exactly_one(&mut tx)
        .await
        .unwrap();
        sql("insert into member (id, organisation_id, account_id, role, state, created_at, updated_at, deleted_at)
             values ($1, $2, $3, $4, $5, $6, $6, $7)")
        .bind(member)
        .bind(self.organisation)
        .bind(account)
        .bind(base.as_str())
        .bind(if state == "removed" { "active" } else { state })
        .bind(now)
        .bind((state == "removed").then_some(now))
        .exactly_one(&mut tx)
        .await
        .unwrap();
        if let Some(role) = role {
            sql("insert into member_grant
                   (id, organisation_id, member_id, role_key, scope_kind, scope_id, created_at)
                 values ($1, $2, $3, $4, $5, $6, $7)")
            .bind(visit.new_id::<Uuid>())
            .bind(self.organisation)
            .bind(member)
            .bind(role.key())
            .bind(scope.map_or("organisation", Scope::kind))
            .bind(scope.map(Scope::id))
            .bind(now)
            .exactly_one(&mut tx)
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        let cookie = self.log_in(&email).await;
        let mut tx = self.tx().await;
        sql("update session set organisation_id = $2 where account_id = $1")
            .bind(account)
            .bind(self.organisation)
            .exactly_one(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let further = role.map_or(PermissionSet::NONE, BuiltIn::permissions);
        let (everywhere, grants) = match scope {
            Some(scope) => (PermissionSet::NONE, vec![ScopedGrant { scope, permissions: further }]),
            None => (further, Vec::new()),
        };
        let permissions = base.permissions().union(everywhere);
        Holder { name: name.to_owned(), cookie, permissions, grants, member }
    }

    async fn log_in(&self, email: &str) -> String {
        let visit = kernel::Visit::new(self.bench.site.clone(), "test", None);
        let origin = identity::session::Origin::default();
        let started = identity::session::acts::log_in(&visit, &origin, email, identity::demo::PASSWORD).await;
        format!(
            "{}={}",
            identity::cookie::name(&self.bench.site),
            started.unwrap().into_started().unwrap().token
        )
    }
}

/// A form whose first field is a file that is no picture.
fn multipart(arguments: &str) -> String {
    let mut parts = arguments.split('&');
    let file = parts.next().unwrap_or_default();
    let mut body =
        format!("--x\r\nContent-Disposition: form-data; name=\"{file}\"; filename=\"a.png\"\r\n\r\nno\r\n");
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        body.push_str(&format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    body.push_str("--x--\r\n");
    body
}
