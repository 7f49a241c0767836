//! Taking one's data away, being erased, and staying erased after a restore.

use std::io::Cursor;

use chrono::Duration;
use db::{Db, Scope, both, sql};
use kernel::{AccountId, Cx, Directory, Error, MemberId, Role, Session, Visit, privacy::NOBODY};

use super::fixture::{PASSWORD, World, again, events, origin};
use crate::{
    account, member, person,
    privacy::{
        acts::{erase, export, plan, prepare},
        model::Fate,
        tombstone::{self, Replayed, Tombstone},
    },
    role, session, team,
};

const MAREK: &str = "marek@nordvik.example";

fn world(db: &Db) -> World {
    let World { site, clock } = World::new(db);
    World { site: site.with_person_rows(&[kernel::privacy::ROWS, crate::privacy::ROWS]), clock }
}

/// An organisation with its owner, and a member who has something of everything.
struct Story {
    world: World,
    elsa: Cx,
    marek: Cx,
    token: String,
}

impl Story {
    async fn new(db: &Db) -> Self {
        let world = world(db);
        world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik Cars")).await;
        let elsa = world.visit(&world.log_in("elsa@nordvik.example").await).await.member().unwrap();
        world.person("Marek Havel", MAREK, None).await;
        let account = account_of(&world, MAREK).await;
        let id = join(&elsa, account).await;
        let token = world.log_in(MAREK).await;
        let marek = world.visit(&token).await.member().unwrap();
        assert_eq!(marek.member_id(), id);
        world.enrol(&token).await;
        let form = person::acts::Form {
            name: "Marek Havel".into(),
            title: "Test driver".into(),
            location: "Brno".into(),
            bio: "Drives.".into(),
            ..Default::default()
        };
        person::acts::update(&marek, person::acts::own(&marek).await.unwrap().version, &form).await.unwrap();
        person::acts::set_avatar(&marek, photo()).await.unwrap();
        let testers = team::acts::create(&elsa, "Testers", None).await.unwrap();
        team::acts::add_member(&elsa, testers, id).await.unwrap();
        role::acts::give(&elsa, id, "workflow_manager", "organisation").await.unwrap();
        account::acts::request_reset(&world.nobody(), &origin(), MAREK).await.unwrap();
        Story { world, elsa, marek, token }
    }

    fn id(&self) -> MemberId {
        self.marek.member_id()
    }

    /// Every text of every table that says one of the words.
    async fn mentions(&self, words: &[&str]) -> Vec<String> {
        let db = self.world.site.db();
        let reader = db.reader(Scope::organisation(self.elsa.organisation_id().uuid()));
        let mut found = Vec::new();
        for (table, column, _) in db::testing::columns(db).await {
            for word in words {
                let text = format!("select count(*) from {table} where cast({column} as text) like $1");
                let (count,): (i64,) = sql(text.leak()).bind(format!("%{word}%")).one(&reader).await.unwrap();
                if count != 0 {
                    found.push(format!("{table}.{column}: {word}"));
                }
            }
        }
        found
    }
}

fn photo() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image::RgbImage::new(64, 64).write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

async fn account_of(world: &World, email: &str) -> AccountId {
    let (id,): (AccountId,) =
        sql("select id from account where email = $1").bind(email).one(world.site.db()).await.unwrap();
    id
}

async fn join(cx: &Cx, account: AccountId) -> MemberId {
    let id: MemberId = cx.new_id();
    let mut tx = cx.begin().await.unwrap();
    sql("insert into member (id, organisation_id, account_id, role, state, created_at, created_by, updated_at)
         values ($1, $2, $3, 'member', 'active', $4, $5, $4)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(account)
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(&mut tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

both!(nothing_of_an_erased_person_is_left_but_what_they_did, |db| {
    let story = Story::new(&db).await;
    let (elsa, id) = (&story.elsa, story.id());
    member::acts::log_out(&story.marek_as_owner().await, &origin(), elsa.member_id()).await.unwrap();
    let words = ["Marek Havel", MAREK, "Test driver", "Brno", "Drives."];
    assert!(6 <= story.mentions(&words).await.len());
    let before = db_size(&story).await;

    let planned = plan(elsa, id).await.unwrap();
    assert_eq!((planned.name.as_str(), planned.email.as_str()), ("Marek Havel", MAREK));
    assert_eq!((planned.obstacle.clone(), planned.whole), (None, true));
    assert_eq!(db_size(&story).await, before, "the dry run changed something");

    let erased = erase(elsa, id, &format!(" {} ", MAREK.to_uppercase())).await.unwrap();
    assert_eq!(erased.lines, planned.lines);
    let fate =
        |what: &str| erased.lines.iter().find(|line| line.what.starts_with(what)).map(|line| line.fate);
    assert_eq!(fate("Their account"), Some(Fate::Deleted));
    assert_eq!(fate("Their membership"), Some(Fate::Cleared));
    assert_eq!(fate("Notes to others"), Some(Fate::Nameless));
    assert!(
        erased
            .lines
            .iter()
            .all(|line| (line.fate == Fate::Deleted || line.fate == Fate::Cleared) == line.why.is_empty())
    );
    assert_eq!(story.mentions(&words).await, [""; 0]);

    // Nobody gets in any more, by whichever way.
    assert!(story.world.visit(&story.token).await.session().is_none());
    let tried = session::acts::log_in(&story.world.nobody(), &origin(), MAREK, PASSWORD).await;
    assert!(tried.is_err(), "{tried:?}");
    // What they did can still be read.
    assert_eq!(Directory::load(elsa).await.unwrap().person(id).unwrap().name, NOBODY);
    let log = crate::audit::acts::list(elsa, &Default::default()).await.unwrap();
    assert!(log.entries.iter().any(|entry| entry.actor.as_deref() == Some(NOBODY)));
    assert_eq!(log.entries[0].kind, "person.erased");
    assert_eq!(crate::audit::acts::verify(elsa).await.unwrap().fault, None);
    // Erased once is erased.
    assert!(matches!(erase(elsa, id, MAREK).await, Err(Error::Conflict(_))));
    assert!(plan(elsa, id).await.unwrap().obstacle.is_some());
    // The address is free for somebody who comes anew.
    story.world.person("Marek Havel", MAREK, None).await;
});

impl Story {
    /// The same person as an owner.
    async fn marek_as_owner(&self) -> Cx {
        let version = super::fixture::version_of(&self.elsa, self.id()).await;
        member::acts::change_role(&self.elsa, self.id(), version, Role::Owner).await.unwrap();
        again(&self.marek).await
    }
}

/// How many rows each table has.
async fn db_size(story: &Story) -> Vec<(String, i64)> {
    let db = story.world.site.db();
    let reader = db.reader(Scope::organisation(story.elsa.organisation_id().uuid()));
    let mut tables: Vec<String> =
        db::testing::columns(db).await.into_iter().map(|(table, ..)| table).collect();
    tables.dedup();
    let mut sizes = Vec::new();
    for table in tables {
        let text = format!("select count(*) from {table}");
        let (count,): (i64,) = sql(text.leak()).one(&reader).await.unwrap();
        sizes.push((table, count));
    }
    sizes
}

both!(who_may_not_erase_is_refused_and_says_why, |db| {
    let story = Story::new(&db).await;
    let (elsa, id) = (&story.elsa, story.id());
    let admin = elsa.colleague("Petra Ek", Role::Admin).await;
    for who in [&story.marek, &admin] {
        for refused in [plan(who, id).await.map(drop), erase(who, id, MAREK).await.map(drop)] {
            assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        }
    }
    assert!(erase(elsa, id, "elsa@nordvik.example").await.unwrap_err().field("email").is_some());
    let stranger = Cx::test(&db, "Halden Studio").await;
    assert_eq!(plan(&stranger, id).await.map(drop), Err(Error::NotFound));
    assert_eq!(erase(&stranger, id, MAREK).await.map(drop), Err(Error::NotFound));

    let alone = plan(elsa, elsa.member_id()).await.unwrap();
    assert!(alone.obstacle.unwrap().contains("only owner"));
    let oneself = erase(elsa, elsa.member_id(), "elsa@nordvik.example").await;
    assert!(matches!(oneself, Err(Error::Conflict(text)) if text.contains("only owner")));
    elsa.colleague("Olle Ek", Role::Owner).await;
    assert_eq!(plan(elsa, elsa.member_id()).await.unwrap().obstacle, None);

    story.world.clock.pass(Duration::minutes(11));
    assert_eq!(erase(elsa, id, MAREK).await.map(drop), Err(Error::ProveAgain));
    assert_eq!(export(elsa, id).await.map(drop), Err(Error::ProveAgain));
    assert!(!events(elsa).await.iter().any(|kind| kind.starts_with("person.e")));
});

both!(whom_another_organisation_has_is_only_forgotten_here, |db| {
    let story = Story::new(&db).await;
    let world = &story.world;
    world.person("Maja Halden", "maja@halden.example", Some("Halden Studio")).await;
    let maja = world.visit(&world.log_in("maja@halden.example").await).await.member().unwrap();
    let there = join(&maja, account_of(world, MAREK).await).await;

    let planned = plan(&story.elsa, story.id()).await.unwrap();
    assert!(!planned.whole && planned.lines.iter().all(|line| !line.what.starts_with("Their account")));
    let erased = erase(&story.elsa, story.id(), MAREK).await.unwrap();
    assert_eq!(erased.lines, planned.lines);
    assert_eq!(Directory::load(&story.elsa).await.unwrap().person(story.id()).unwrap().name, NOBODY);
    assert_eq!(Directory::load(&maja).await.unwrap().person(there).unwrap().name, "Marek Havel");
    let visit = world.visit(&story.token).await;
    assert!(visit.session().is_some() && visit.member().is_err());

    // The last one that has them erases all of it.
    assert!(plan(&maja, there).await.unwrap().whole);
    erase(&maja, there, MAREK).await.unwrap();
    assert!(world.visit(&story.token).await.session().is_none());
    assert_eq!(story.mentions(&["Marek Havel", MAREK]).await, [""; 0]);
    let kept: Vec<_> = tombstone::list(&world.site).await.unwrap();
    assert_eq!(
        kept.iter().map(|it| (it.member, it.whole)).collect::<Vec<_>>(),
        [(story.id(), false), (there, true)]
    );
});

both!(who_has_not_joined_keeps_their_account_to_themselves, |db| {
    let story = Story::new(&db).await;
    let zofia = "zofia@nordvik.example";
    story.world.person("Zofia Maj", zofia, None).await;
    let invite = member::acts::Invite { email: zofia.into(), role: "member".into(), ..Default::default() };
    let id = member::acts::invite(&story.elsa, &invite).await.unwrap();
    let document = export(&story.elsa, id).await.unwrap();
    assert!(document["data"].get("profile").is_none() && document["data"].get("account_record").is_none());
    assert!(!plan(&story.elsa, id).await.unwrap().whole);
    erase(&story.elsa, id, zofia).await.unwrap();
    assert_eq!(Directory::load(&story.elsa).await.unwrap().person(id).unwrap().name, NOBODY);
    story.world.log_in(zofia).await;

    // Who was only known by the invitation is gone with it.
    let invite = member::acts::Invite { email: "new@nordvik.example".into(), ..invite };
    let id = member::acts::invite(&story.elsa, &invite).await.unwrap();
    assert!(plan(&story.elsa, id).await.unwrap().whole);
    erase(&story.elsa, id, "new@nordvik.example").await.unwrap();
    assert_eq!(story.mentions(&["new@nordvik.example"]).await, [""; 0]);
});

both!(a_restored_backup_is_made_to_forget_again, |db| {
    let story = Story::new(&db).await;
    let (world, id) = (&story.world, story.id());
    let account = account_of(world, MAREK).await;
    erase(&story.elsa, id, MAREK).await.unwrap();
    let kept = tombstone::list(&world.site).await.unwrap();
    assert_eq!(kept.len(), 1);
    let line = serde_json::to_string(&kept[0]).unwrap();
    assert!(!line.contains("Marek") && !line.contains('@'), "{line}");
    let read: Tombstone = serde_json::from_str(&line).unwrap();
    assert_eq!(read, kept[0]);

    // What the backup had comes back, and the note that came after it goes.
    let mut tx = story.elsa.begin().await.unwrap();
    sql("insert into account (id, email, name, password_hash, created_at, updated_at) values ($1, $2, 'Marek Havel', '', $3, $3)")
        .bind(account)
        .bind(MAREK)
        .bind(world.site.now())
        .exactly_one(&mut tx)
        .await
        .unwrap();
    sql("update member set account_id = $3, title = 'Test driver', deleted_at = null where organisation_id = $1 and id = $2")
        .bind(story.elsa.organisation_id())
        .bind(id)
        .bind(account)
        .exactly_one(&mut tx)
        .await
        .unwrap();
    sql("delete from erasure where organisation_id = $1")
        .bind(story.elsa.organisation_id())
        .exactly_one(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(!story.mentions(&["Marek Havel"]).await.is_empty());

    assert_eq!(tombstone::replay(&world.site, &read).await.unwrap(), Replayed::Applied);
    assert_eq!(story.mentions(&["Marek Havel", MAREK, "Test driver"]).await, [""; 0]);
    assert_eq!(tombstone::list(&world.site).await.unwrap(), kept);
    let before = db_size(&story).await;
    assert_eq!(tombstone::replay(&world.site, &read).await.unwrap(), Replayed::Known);
    assert_eq!(db_size(&story).await, before);
    let unknown = Tombstone { member: story.elsa.new_id(), ..read };
    assert_eq!(tombstone::replay(&world.site, &unknown).await.unwrap(), Replayed::Unknown);
    assert_eq!(tombstone::list(&world.site).await.unwrap(), kept);
});

both!(an_export_holds_what_is_theirs_and_no_secret, |db| {
    let story = Story::new(&db).await;
    let id = story.id();
    let admin = story.elsa.colleague("Petra Ek", Role::Admin).await;
    assert!(prepare(&story.marek, id).await.unwrap().ends_with(&format!("/{id}/data.json")));
    for document in [export(&story.marek, id).await.unwrap(), export(&admin, id).await.unwrap()] {
        let data = &document["data"];
        assert_eq!(data["profile"][0]["email"], MAREK);
        assert_eq!(data["profile"][0]["bio"], "Drives.");
        assert!(data["profile"][0]["avatar"].as_str().unwrap().starts_with("UklGR"));
        assert_eq!(data["membership"][0]["title"], "Test driver");
        assert_eq!(data["teams"][0]["team"], "Testers");
        assert_eq!(data["roles"][0]["role"], "workflow_manager");
        assert_eq!(data["log_ins"][0]["address"], "192.0.2.7");
        assert!(data["account_record"].as_array().unwrap().iter().any(|it| it["kind"] == "app_added"));
        assert!(data["audit_about"].as_array().unwrap().iter().any(|it| it["kind"] == "member.role_given"));
        assert!(data["audit_acts"].as_array().unwrap().iter().all(|it| it["created_at"].is_string()));
        let text = data.to_string();
        for secret in ["_hash\"", "\"secret", "\"credential", "$argon2", "Elsa", "elsa@"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
    for refused in
        [export(&story.marek, story.elsa.member_id()).await, export(&story.marek, admin.member_id()).await]
    {
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    }
    let stranger = Cx::test(&db, "Halden Studio").await;
    assert_eq!(export(&stranger, id).await, Err(Error::NotFound));
    assert_eq!(events(&story.elsa).await.iter().filter(|kind| *kind == "person.exported").count(), 2);

    // Where else somebody works, and on what, is theirs alone to know.
    join(&Cx::test(&db, "Third").await, account_of(&story.world, MAREK).await).await;
    assert!(export(&admin, id).await.unwrap()["data"].get("log_ins").is_none());
    assert!(export(&admin, id).await.unwrap()["data"].get("profile").is_some());
    assert!(export(&story.marek, id).await.unwrap()["data"].get("log_ins").is_some());
});

both!(an_owner_who_is_not_the_last_erases_themselves, |db| {
    let story = Story::new(&db).await;
    let olle = story.elsa.colleague("Olle Ek", Role::Owner).await;
    let Session { email, .. } = olle.visit().session().unwrap().clone();
    let petra = story.elsa.colleague("Petra Ek", Role::Owner).await;
    erase(&petra, olle.member_id(), &email).await.unwrap();
    let own = Visit::session(petra.visit()).unwrap().email.clone();
    erase(&petra, petra.member_id(), &own).await.unwrap();
    assert_eq!(story.mentions(&["Petra Ek", "Olle Ek"]).await, [""; 0]);
});
