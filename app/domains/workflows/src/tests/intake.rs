//! Public forms: turned on by who publishes, filled in by anybody, on both engines.

mod any;

use chrono::Duration;
use db::{both, sql};
use kernel::{ClientAddress, Cx, Error, Role, Visit, testing::TestClock};
use uuid::Uuid;

use super::fields::{computed, field, id, mistakes, offering, publish, shown_when, test};
use crate::{
    acts::{
        design::{self, NewWorkflow},
        intake::{self as acts, Delivery, PER_ADDRESS},
        item,
    },
    form::{Access, Is, May},
    intake::{AUTHOR, Contact, Intake, PER_HOUR, Received, Sent},
    model::{Act, Field, FieldKind},
};

/// Whoever knocks from there.
const SOMEBODY: Option<ClientAddress> =
    Some(ClientAddress(std::net::IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9))));

/// Visits, with a form that asks for some things of everybody and for some of nobody outside.
struct World {
    owner: Cx,
    clock: std::sync::Arc<TestClock>,
    stranger: Visit,
}

impl World {
    async fn new(db: &db::Db) -> Self {
        let clock = TestClock::new();
        let site = kernel::testing::site(db, clock.clone());
        let owner = Cx::test_on(site.clone(), "Nordvik Cars").await;
        let new = NewWorkflow {
            name: "Visits".into(),
            key: "VI".into(),
            item_noun: "visit".into(),
            template: "plain".into(),
        };
        design::create(&owner, new).await.unwrap();
        publish(&owner, |made| {
            let (first, second) = (made.steps[0].id, made.steps[1].id);
            let at = |field: Field| Field { step_id: Some(first), ..field };
            let mut inside = at(field("inside", FieldKind::Text));
            inside.terms.access = vec![Access { step: first, role: Some(Role::Guest), may: May::Hidden }];
            made.fields = Some(vec![
                Field { required: true, ..at(offering("reason", FieldKind::Choice, &["Repair", "Other"])) },
                Field {
                    required: true,
                    ..at(shown_when(
                        field("damage", FieldKind::LongText),
                        vec![test("reason", Is::Same, "Repair")],
                    ))
                },
                at(field("mileage", FieldKind::Number)),
                field("price", FieldKind::Money),
                at(field("keeper", FieldKind::Person)),
                at(field("crew", FieldKind::Team)),
                inside,
                computed("total", "price * 2"),
                Field { step_id: Some(second), ..field("later", FieldKind::Text) },
            ]);
        })
        .await
        .unwrap();
        owner.visit().rest().await;
        World { owner, clock, stranger: Visit::new(site, "test", None) }
    }

    /// Keeps the form as it begins, with a change, and gives its token.
    async fn open(&self, change: impl FnOnce(&mut Intake)) -> String {
        let page = acts::page(&self.owner, "VI").await.unwrap();
        let mut intake = page.intake;
        change(&mut intake);
        acts::save(&self.owner, "VI", page.version, intake, true).await.unwrap();
        self.token().await
    }

    async fn token(&self) -> String {
        let link = acts::page(&self.owner, "VI").await.unwrap().link.unwrap();
        self.owner.visit().rest().await;
        link.rsplit_once("/forms/").unwrap().1.to_owned()
    }

    async fn send(&self, token: &str, delivery: Delivery) -> Result<Received, Error> {
        acts::send(&self.stranger, None, token, delivery).await
    }

    async fn count(&self) -> i64 {
        let (count,): (i64,) = sql("select count(*) from item where organisation_id = $1")
            .bind(self.owner.organisation_id())
            .one(self.owner.db())
            .await
            .unwrap();
        self.owner.visit().rest().await;
        count
    }
}

fn filled(data: &[(&str, &str)]) -> Delivery {
    let data = data.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
    let sent = Sent {
        title: "My car squeaks".into(),
        name: "Jane Doe".into(),
        email: "jane@example.org".into(),
        data,
    };
    Delivery { sent, trap: String::new(), key: None }
}

both!(who_has_the_link_starts_an_item_with_nobody_behind_it, |db| {
    let world = World::new(&db).await;
    let token = world.open(|intake| intake.afterwards = "We call you back.".into()).await;
    let shown = acts::show(&world.stranger, &token, None).await.unwrap();
    let keys: Vec<&str> = shown.fields.iter().map(|field| field.key.as_str()).collect();
    assert_eq!(keys, ["reason", "damage", "mileage", "price"]);
    assert_eq!((shown.organisation.as_str(), shown.currency.as_str()), ("Nordvik Cars", "EUR"));
    let written = serde_json::to_string(&shown).unwrap();
    for inside in ["keeper", "crew", "inside", "later", "total", "Owner"] {
        assert!(!written.contains(inside), "{inside} stays inside: {written}");
    }

    let delivery =
        filled(&[("reason", "Repair"), ("damage", "It squeaks"), ("mileage", "142 300"), ("price", "")]);
    let received = world.send(&token, delivery).await.unwrap();
    assert_eq!(received, Received { item: "VI-1".into(), afterwards: "We call you back.".into() });
    let page = item::page(&world.owner, "VI-1").await.unwrap();
    assert_eq!((page.item.card.title.as_str(), page.item.created_by), ("My car squeaks", None));
    assert_eq!(page.item.card.step_id, page.workflow.steps[0].id);
    assert_eq!(page.item.data["mileage"], 142_300);
    let step = page.workflow.steps[0].name.clone();
    let created = page.activity.last().unwrap();
    assert_eq!(
        (created.actor_id, &created.act),
        (None, &Act::Created { step, public_form: true, part_of: String::new() })
    );
    let comment = &page.comments[0];
    assert_eq!((comment.body.as_str(), comment.created_by), ("Sent by Jane Doe, jane@example.org", None));
    assert_eq!(comment.rule, AUTHOR);
    let (by,): (Option<Uuid>,) =
        sql("select actor_id from audit where organisation_id = $1 and kind = 'item.created'")
            .bind(world.owner.organisation_id())
            .one(world.owner.db())
            .await
            .unwrap();
    assert_eq!(by, None);
});

both!(only_who_publishes_decides_about_it, |db| {
    let world = World::new(&db).await;
    let token = world.open(|_| {}).await;
    let member = world.owner.colleague("Oskar Berg", Role::Member).await;
    let intake = acts::page(&world.owner, "VI").await.unwrap().intake;
    assert!(matches!(acts::page(&member, "VI").await, Err(Error::Forbidden(_))));
    assert!(matches!(acts::save(&member, "VI", 1, intake.clone(), false).await, Err(Error::Forbidden(_))));
    assert!(matches!(acts::renew(&member, "VI", 1).await, Err(Error::Forbidden(_))));
    // Of another organisation, nothing is there.
    let other = Cx::test(&db, "Halden Studio").await;
    assert_eq!(acts::page(&other, "VI").await, Err(Error::NotFound));
    // Nobody overwrites what somebody else has said meanwhile.
    for version in [0, 7] {
        let late = acts::save(&world.owner, "VI", version, intake.clone(), true).await;
        assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    }
    let wrong = Intake { heading: "  ".into(), introduction: "x".repeat(2_001), ..intake.clone() };
    let wrong = mistakes(acts::save(&world.owner, "VI", 1, wrong, true).await.unwrap_err());
    assert_eq!(wrong.keys().collect::<Vec<_>>(), ["heading", "introduction"]);
    // What may not be asked is not kept, whatever is sent.
    let all = acts::page(&world.owner, "VI").await.unwrap().fields.iter().map(|field| field.id).collect();
    acts::save(&world.owner, "VI", 1, Intake { fields: all, ..intake }, true).await.unwrap();
    assert_eq!(acts::page(&world.owner, "VI").await.unwrap().intake.fields.len(), 4);
    world.owner.visit().rest().await;
    assert!(acts::show(&world.stranger, &token, None).await.is_ok());
});

both!(a_link_that_is_closed_or_renewed_leads_nowhere, |db| {
    let world = World::new(&db).await;
    let token = world.open(|_| {}).await;
    acts::renew(&world.owner, "VI", 1).await.unwrap();
    let gone = |token: String| {
        let world = &world;
        async move {
            assert_eq!(acts::show(&world.stranger, &token, None).await, Err(Error::NotFound));
            let sent = world.send(&token, filled(&[("reason", "Other")])).await;
            assert_eq!(sent, Err(Error::NotFound));
        }
    };
    gone(token).await;
    let fresh = world.token().await;
    assert!(world.send(&fresh, filled(&[("reason", "Other")])).await.is_ok());
    let page = acts::page(&world.owner, "VI").await.unwrap();
    acts::save(&world.owner, "VI", page.version, page.intake.clone(), false).await.unwrap();
    gone(fresh.clone()).await;
    for nonsense in ["", "x", "../../etc", &fresh[..60], &format!("{fresh}A"), &"A".repeat(64)] {
        gone(nonsense.to_owned()).await;
    }
    // Opened again it is the same link, until the workflow or the organisation is gone.
    acts::save(&world.owner, "VI", page.version + 1, page.intake, true).await.unwrap();
    assert!(acts::show(&world.stranger, &fresh, None).await.is_ok());
    let set = async |statement: &'static str| {
        let mut tx = world.owner.begin().await.unwrap();
        sql(statement)
            .bind(world.owner.organisation_id())
            .bind(world.owner.now())
            .execute(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    set("update workflow set deleted_at = $2 where organisation_id = $1").await;
    gone(fresh.clone()).await;
    set("update workflow set deleted_at = null, updated_at = $2 where organisation_id = $1").await;
    set("update organisation set deleted_at = $2 where id = $1").await;
    gone(fresh).await;
    assert_eq!(world.count().await, 1);
});

both!(what_is_wrong_is_said_where_it_is, |db| {
    let world = World::new(&db).await;
    let token = world.open(|intake| intake.contact = Contact::Needed).await;
    let wrong = async |delivery: Delivery| mistakes(world.send(&token, delivery).await.unwrap_err());
    let empty = wrong(Delivery::default()).await;
    let said: Vec<&str> = empty.keys().map(String::as_str).collect();
    assert_eq!(said, ["data[reason]", "sender_email", "sender_name", "title"]);
    let kinds = wrong(filled(&[("reason", "Theft"), ("mileage", "many"), ("price", "cheap")])).await;
    assert_eq!(kinds.keys().collect::<Vec<_>>(), ["data[mileage]", "data[price]", "data[reason]"]);
    // What its own answers ask for besides.
    let more = wrong(filled(&[("reason", "Repair")])).await;
    assert_eq!(more["data[damage]"], "DAMAGE is needed.");
    let hidden = wrong(filled(&[("reason", "Other"), ("damage", "Scratches")])).await;
    assert!(hidden["data[damage]"].starts_with("DAMAGE is not asked with these answers"), "{hidden:?}");
    // What it does not ask, whether there is such a field or not.
    for name in
        ["keeper", "crew", "inside", "total", "later", "nothing", "reason/0", "mileage/1", &"n".repeat(5_000)]
    {
        let said = wrong(filled(&[("reason", "Other"), (name, "x")])).await;
        let text = said.values().next().unwrap();
        assert!(text.starts_with("This form does not ask for") && text.len() < 100, "{said:?}");
    }
    let long = wrong(filled(&[("reason", "Repair"), ("damage", &"x".repeat(1_000_000))])).await;
    assert!(long["data[damage]"].contains("10000 characters"), "{long:?}");
    for email in ["jane", "@example.org", "jane@", "jane@example", "jane doe@example.org", "a@b.c,d@e.f"] {
        let mut delivery = filled(&[("reason", "Other")]);
        delivery.sent.email = email.into();
        assert!(wrong(delivery).await.contains_key("sender_email"), "{email}");
    }
    assert_eq!(world.count().await, 0);
    // Texts are texts, without letters that nobody types.
    let mut script = filled(&[("reason", "Repair"), ("damage", "<script>alert(1)</script>\0\u{1b}[31m")]);
    script.sent.title = "<b>x</b>\0".into();
    script.sent.name = "@Owner\n<i>".into();
    world.send(&token, script).await.unwrap();
    let page = item::page(&world.owner, "VI-1").await.unwrap();
    assert_eq!(
        (page.item.card.title.as_str(), &page.item.data["damage"]),
        ("<b>x</b>", &"<script>alert(1)</script>[31m".into())
    );
    assert_eq!(page.comments[0].body, "Sent by @Owner <i>, jane@example.org");
});

both!(a_form_is_taken_once_however_often_it_is_sent, |db| {
    let world = World::new(&db).await;
    let token = world.open(|_| {}).await;
    let one = Delivery { key: Some(Uuid::from_u128(7)), ..filled(&[("reason", "Other")]) };
    let (first, second) = tokio::join!(world.send(&token, one.clone()), world.send(&token, one.clone()));
    assert_eq!((first.unwrap().item, second.unwrap().item), ("VI-1".to_owned(), "VI-1".to_owned()));
    assert_eq!(world.send(&token, one).await.unwrap().item, "VI-1");
    assert_eq!(world.count().await, 1);
    // A robot is answered alike, and makes nothing.
    let robot = Delivery { trap: "http://spam.example".into(), ..filled(&[("reason", "Other")]) };
    assert_eq!(world.send(&token, robot).await.unwrap().item, "VI-2");
    assert_eq!(world.count().await, 1);
});

both!(so_many_are_taken_of_an_address_and_in_an_hour, |db| {
    let world = World::new(&db).await;
    let token = world.open(|_| {}).await;
    let wrong = || acts::send(&world.stranger, SOMEBODY, &token, filled(&[]));
    for _ in 0..PER_ADDRESS {
        assert!(matches!(wrong().await, Err(Error::Invalid(_))));
    }
    let Err(Error::TooMany { retry_after_secs }) = wrong().await else { panic!("it is taken") };
    assert!((1..=15 * 60).contains(&retry_after_secs), "{retry_after_secs}");
    // Others are not held up by that.
    for _ in 0..PER_HOUR {
        world.send(&token, filled(&[("reason", "Other")])).await.unwrap();
    }
    let Err(Error::TooMany { retry_after_secs }) = world.send(&token, filled(&[("reason", "Other")])).await
    else {
        panic!("it is taken")
    };
    assert_eq!(retry_after_secs, 3_601);
    world.clock.pass(Duration::minutes(61));
    assert!(world.send(&token, filled(&[("reason", "Other")])).await.is_ok());
    assert!(matches!(wrong().await, Err(Error::Invalid(_))));
    // What nobody sends again is forgotten.
    world.clock.pass(Duration::days(8));
    acts::sweep(world.owner.visit().site()).await.unwrap();
    let (left,): (i64,) = sql("select count(*) from intake_sent where organisation_id = $1")
        .bind(world.owner.organisation_id())
        .one(world.owner.db())
        .await
        .unwrap();
    assert_eq!(left, 0);
});
