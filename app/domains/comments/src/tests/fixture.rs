//! Records that can be talked about, and people who see some of them.

use db::Db;
use kernel::{
    BuiltIn, Cx, MemberCx, MemberId, Membership, OrganisationId, Permission, Record, RecordFound, RecordKind,
    RecordName, RecordNames, Role, Scope, ScopedGrant, Settings, Site, Topic, testing::TestClock,
};
use uuid::Uuid;

/// The record that is talked about. Its viewers are those who have it as a client.
pub(super) const CLIENT: Uuid = Uuid::from_u128(501);
/// Another one.
pub(super) const OTHER: Uuid = Uuid::from_u128(502);

const KINDS: &[RecordKind] = &[RecordKind {
    kind: "client",
    page: "/clients/",
    max_file_bytes: None,
    by_key,
    by_id,
    names: Some(names),
}];

fn by_key<'a>(cx: &'a Cx, key: &'a str) -> RecordFound<'a> {
    by_id(cx, key.parse().unwrap_or_default())
}

fn by_id(cx: &Cx, id: Uuid) -> RecordFound<'_> {
    let here = Scope::Client(id.into());
    let seen = [CLIENT, OTHER].contains(&id) && cx.may_in(Permission::ClientView, here);
    let topic = Topic::within(Permission::ClientView, &[here], "clients");
    let may_comment = cx.may_in(Permission::CommentWrite, here);
    Box::pin(async move { Ok(seen.then_some(Record { id, topic, may_change: false, may_comment })) })
}

fn names<'a>(_: &'a Cx, ids: &'a [Uuid]) -> RecordNames<'a> {
    let name =
        |id: &Uuid| RecordName { id: *id, key: id.to_string(), title: format!("Client {}", id.as_u128()) };
    let names = ids.iter().map(name).collect();
    Box::pin(async move { Ok(names) })
}

/// What members may by their base role, as their domain would read it.
fn as_member(site: &Site, organisation_id: OrganisationId, member_id: MemberId) -> MemberCx<'_> {
    Box::pin(async move {
        let reader = site.reader(db::Scope::organisation(organisation_id.uuid()));
        let found: Option<(String,)> =
            db::sql("select role from member where organisation_id = $1 and id = $2 and state = 'active'")
                .bind(organisation_id)
                .bind(member_id)
                .optional(&reader)
                .await?;
        reader.rest().await;
        let role = found.and_then(|(role,)| role.parse::<Role>().ok());
        Ok(role.map(|role| {
            let membership = Membership {
                organisation_id,
                organisation_name: String::new(),
                member_id,
                role,
                permissions: role.permissions(),
                grants: Vec::new(),
                settings: Settings::default(),
                brand: None,
            };
            Cx::system(site, "test", membership)
        }))
    })
}

/// Admins see every client, plain members none, and a guest the one that they have a role for.
pub(super) struct World {
    pub(super) owner: Cx,
    pub(super) admin: Cx,
    pub(super) plain: Cx,
    pub(super) guest: Cx,
}

impl World {
    pub(super) async fn new(db: &Db) -> Self {
        let site =
            kernel::testing::site(db, TestClock::new()).with_record_kinds(KINDS).with_as_member(as_member);
        let owner = Cx::test_on(site, "Nordvik Cars").await;
        let admin = owner.colleague("Petra Lind", Role::Admin).await;
        let plain = owner.colleague("Marek Novak", Role::Member).await;
        let mut membership = owner.colleague("Clara Client", Role::Guest).await.membership().clone();
        let permissions = BuiltIn::ClientViewer.permissions();
        membership.grants = vec![ScopedGrant { scope: Scope::Client(CLIENT.into()), permissions }];
        let guest = Cx::system(owner.visit().site(), "test", membership);
        for cx in [&owner, &admin, &plain, &guest] {
            cx.visit().rest().await;
        }
        World { owner, admin, plain, guest }
    }

    /// What somebody is told of comments, oldest first: why, the page and the words.
    pub(super) async fn told(&self, cx: &Cx) -> Vec<(String, String, String)> {
        let told = db::sql(
            "select reason, path, excerpt from notification
             where organisation_id = $1 and member_id = $2 and kind = 'comment.discussed' order by id",
        )
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .all(cx.db())
        .await
        .unwrap();
        cx.visit().rest().await;
        told
    }
}
