//! What is kept about people, over all domains: every column has a rule, and the rules do what they say.

#![expect(clippy::indexing_slicing, reason = "what a document lacks ends the story")]

use std::collections::BTreeSet;

use db::{Db, Scope, sql};
use http::{Request, StatusCode, header::COOKIE};
use identity::privacy::{acts, model::ErasureLine};
use kernel::{
    Cx, MemberId, OrganisationId,
    privacy::{Blank, Erasure, Export, PersonRows},
};

use crate::bench::{Bench, get};

/// What a column of the schema is called, as `table.column`.
type Column = (String, String);

/// Names of columns that point to a person, besides those that end in `_by`.
const POINTING: [&str; 9] = [
    "account_id",
    "actor_id",
    "assignee_id",
    "author_id",
    "member_id",
    "owner_id",
    "subject_id",
    "supporter_id",
    "user_id",
];

/// Columns that say nothing, in every table.
const PLAIN: [&str; 2] = ["id", "organisation_id"];

fn rules() -> Vec<PersonRows> {
    server::PERSON_ROWS.iter().flat_map(|rows| rows.iter()).copied().collect()
}

fn points(column: &str) -> bool {
    POINTING.contains(&column) || column.ends_with("_by")
}

/// Whether a word stands in a text of SQL.
fn says(text: &str, word: &str) -> bool {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|it| it == word)
}

/// What is wrong with the rules, seen from the schema.
fn mistakes(schema: &[Column], keys: &[Column], rules: &[PersonRows]) -> Vec<String> {
    let ruled: BTreeSet<(&str, &str)> = rules.iter().map(|rule| (rule.table, rule.column)).collect();
    let mut found = Vec::new();
    for (table, column) in schema {
        let points = points(column) || keys.contains(&(table.clone(), column.clone()));
        if points && !ruled.contains(&(table.as_str(), column.as_str())) {
            found.push(format!("{table}.{column} points to a person and has no rule"));
        }
    }
    for rule in rules {
        let (table, column) = (rule.table, rule.column);
        let columns: Vec<&str> =
            schema.iter().filter(|(name, _)| name == table).map(|(_, column)| column.as_str()).collect();
        if !columns.contains(&column) {
            found.push(format!("there is no column {table}.{column}"));
        }
        let (exported, withheld): (&[&str], &[&str]) = match rule.export {
            Export::In { columns, withheld, .. } => (columns, withheld),
            Export::Not(why) => {
                if why.is_empty() {
                    found.push(format!("{table}.{column} does not say why it is not exported"));
                }
                (&[], &[])
            }
        };
        let cleared: &[(&str, Blank)] = match rule.erasure {
            Erasure::Clear(columns) => columns,
            Erasure::Reword(why) | Erasure::Pseudonym(why) | Erasure::Keep(why) if why.is_empty() => {
                found.push(format!("{table}.{column} does not say why it stays"));
                &[]
            }
            _ => &[],
        };
        // Rows that are a person's own are theirs with every column: a new one must not be forgotten.
        let own = matches!(rule.erasure, Erasure::Delete | Erasure::Clear(_)) && !exported.is_empty();
        for name in columns.iter().filter(|_| own) {
            let known = PLAIN.contains(name)
                || ruled.contains(&(table, name))
                || exported.iter().any(|text| says(text, name))
                || withheld.contains(name)
                || cleared.iter().any(|(column, _)| column == name);
            if !known {
                found.push(format!("{table}.{name} is neither exported nor withheld"));
            }
        }
        for name in withheld.iter().chain(cleared.iter().map(|(column, _)| column)) {
            if !columns.contains(name) {
                found.push(format!("there is no column {table}.{name}"));
            }
        }
    }
    found
}

async fn schema(db: &Db) -> Vec<Column> {
    db::testing::columns(db).await.into_iter().map(|(table, column, _)| (table, column)).collect()
}

async fn keys(db: &Db) -> Vec<Column> {
    let all = db::testing::foreign_keys(db).await;
    let people = |(table, column, target): (String, String, String)| {
        matches!(target.as_str(), "account" | "member").then_some((table, column))
    };
    all.into_iter().filter_map(people).collect()
}

db::both!(every_column_about_a_person_has_a_rule, |db| {
    let keys = keys(&db).await;
    assert!(keys.contains(&("session".into(), "account_id".into())), "{keys:?}");
    assert!(keys.contains(&("item".into(), "assignee_id".into())), "{keys:?}");
    let found = mistakes(&schema(&db).await, &keys, &rules());
    assert!(found.is_empty(), "{}", found.join("\n"));
});

db::both!(a_rule_that_is_missing_or_left_behind_is_noticed, |db| {
    let (schema, keys) = (schema(&db).await, keys(&db).await);
    for gone in rules() {
        let kept: Vec<_> = rules()
            .into_iter()
            .filter(|rule| (rule.table, rule.column) != (gone.table, gone.column))
            .collect();
        let found = mistakes(&schema, &keys, &kept);
        let pointer = points(gone.column) || keys.contains(&(gone.table.into(), gone.column.into()));
        assert!(!(pointer && found.is_empty()), "nobody misses {}.{}", gone.table, gone.column);
    }
    let mut more = schema.clone();
    more.push(("account".into(), "phone".into()));
    more.push(("vehicle".into(), "sold_by".into()));
    let found = mistakes(&more, &keys, &rules());
    assert_eq!(
        found,
        [
            "vehicle.sold_by points to a person and has no rule",
            "account.phone is neither exported nor withheld"
        ]
    );
    let fewer: Vec<_> = schema.iter().filter(|(table, _)| table != "passkey").cloned().collect();
    assert!(mistakes(&fewer, &keys, &rules()).contains(&"there is no column passkey.account_id".to_owned()));
});

/// The dealership with items whose history Marek has a part in.
struct Dealership {
    bench: Bench,
    owner: Cx,
    marek: MemberId,
}

impl Dealership {
    async fn new(db: Db) -> Self {
        let bench = Bench::on(db).await;
        let nordvik = identity::demo::seed(&bench.site).await.unwrap().nordvik;
        let owner = nordvik.owner_membership();
        let owner = Cx::system(&bench.site, "test", owner);
        let marek = *nordvik.members.get("marek").unwrap();
        let teams = nordvik.teams.iter().map(|(name, id)| workflows::demo::Team {
            name: name.clone(),
            id: *id,
            members: vec![marek],
        });
        let plan = workflows::demo::Plan { teams: teams.collect() };
        workflows::demo::seed_dealership(&owner, &plan, 12).await.unwrap();
        let world = Dealership { bench, owner, marek };
        world.write().await;
        world
    }

    fn organisation(&self) -> OrganisationId {
        self.owner.organisation_id()
    }

    /// A comment, two views, and an entry that names him.
    async fn write(&self) {
        let mut tx = self.owner.begin().await.unwrap();
        for statement in [
            "insert into comment (id, organisation_id, item_id, body, created_at, created_by, updated_at)
             select $1, organisation_id, id, 'Clean.', $2, $3, $2 from item
             where organisation_id = $4 and number = (select min(number) from item where organisation_id = $4)",
            "insert into saved_view
               (id, organisation_id, workflow_id, member_id, name, layout, created_at, updated_at)
             select $1, organisation_id, id, $3, 'Mine', 'board', $2, $2 from workflow where organisation_id = $4",
            "insert into saved_view
               (id, organisation_id, workflow_id, member_id, name, layout, shared, created_at, updated_at)
             select $1, organisation_id, id, $3, 'Ours', 'board', true, $2, $2 from workflow where organisation_id = $4",
            "insert into activity (id, organisation_id, item_id, kind, actor_id, data, created_at)
             select $1, organisation_id, id, 'edited', $3,
               '{\"kind\":\"edited\",\"changes\":[{\"label\":\"Assignee\",\"from\":\"\",\"to\":\"Marek Havel\"}]}', $2
             from item
             where organisation_id = $4 and number = (select min(number) from item where organisation_id = $4)",
        ] {
            sql(statement)
                .bind(self.owner.new_id::<uuid::Uuid>())
                .bind(self.owner.now())
                .bind(self.marek)
                .bind(self.organisation())
                .exactly_one(&mut tx)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }

    async fn count(&self, text: &'static str) -> i64 {
        let reader = self.bench.db.reader(Scope::organisation(self.organisation().uuid()));
        let (count,): (i64,) =
            sql(text).bind(self.organisation()).bind(self.marek).one(&reader).await.unwrap();
        count
    }
}

fn rows(lines: &[ErasureLine], what: &str) -> i64 {
    lines.iter().find(|line| line.what.starts_with(what)).map_or(0, |line| line.rows)
}

db::both!(work_stays_and_names_nobody, |db| {
    let world = Dealership::new(db).await;
    const ASSIGNED: &str = "select count(*) from item where organisation_id = $1 and assignee_id = $2";
    const DONE: &str = "select count(*) from activity where organisation_id = $1 and actor_id = $2";
    const VIEWS: &str = "select count(*) from saved_view where organisation_id = $1 and member_id = $2";
    let (assigned, done) = (world.count(ASSIGNED).await, world.count(DONE).await);
    assert!(0 < assigned && 1 < done);
    let plan = acts::plan(&world.owner, world.marek).await.unwrap();
    let erased = acts::erase(&world.owner, world.marek, "marek@nordvik.example").await.unwrap();
    assert_eq!(erased.lines, plan.lines);
    assert_eq!(rows(&erased.lines, "Items that are theirs to do"), assigned);
    assert_eq!(rows(&erased.lines, "What they did to items"), done);
    assert_eq!(rows(&erased.lines, "Views they saved for themselves"), 1);
    assert_eq!((world.count(ASSIGNED).await, world.count(DONE).await), (assigned, done));
    assert_eq!(world.count(VIEWS).await, 1);
    let history = "select count(*) from activity
                   where organisation_id = $1 and actor_id = $2 and cast(data as text) like '%Erased person%'";
    assert_eq!(world.count(history).await, 1);
    let named = "select count(*) from activity a join member m on m.organisation_id = a.organisation_id
                 where a.organisation_id = $1 and m.id = $2 and cast(a.data as text) like '%Marek Havel%'";
    assert_eq!(world.count(named).await, 0);
    let directory = kernel::Directory::load(&world.owner).await.unwrap();
    assert_eq!(directory.person(world.marek).unwrap().name, "Erased person");
});

db::both!(an_export_holds_every_section_that_a_rule_names, |db| {
    let world = Dealership::new(db).await;
    let document = acts::export(&world.owner, world.marek).await.unwrap();
    for rule in rules() {
        if let Export::In { section, columns, .. } = rule.export {
            let rows = document["data"][section].as_array().unwrap();
            for row in rows {
                assert_eq!(row.as_object().unwrap().len(), columns.len(), "{section}: {row}");
            }
        }
    }
    let comments = document["data"]["comments"].as_array().unwrap();
    assert!(comments.iter().any(|it| it["body"] == "Clean." && it["item"].is_string()));
    assert_eq!(document["data"]["views"].as_array().unwrap().len(), 2);
    assert!(document["data"]["items_assigned"][0]["title"].is_string());
    assert_eq!(
        document["data"]["activity"].as_array().unwrap().len(),
        usize::try_from(rows_of(&world).await).unwrap()
    );
});

async fn rows_of(world: &Dealership) -> i64 {
    world.count("select count(*) from activity where organisation_id = $1 and actor_id = $2").await
}

#[tokio::test]
async fn the_data_of_a_person_is_a_file() {
    let bench = Bench::new().await;
    let (cookie, _) = bench.log_in("elsa@nordvik.example", "Nordvik Cars").await;
    let (member,): (MemberId,) =
        sql("select id from member where account_id is not null").one(&bench.db).await.unwrap();
    let ask = |path: String, cookie: Option<&str>| {
        let mut request = get(&path);
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        request.body(axum::body::Body::empty()).unwrap()
    };
    let path = format!("/settings/people/{member}/data.json");
    let answer = bench.ask(ask(path.clone(), Some(&cookie))).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"personal-data.json\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    let document: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(document["data"]["profile"][0]["email"], "elsa@nordvik.example");
    let nobody: Request<_> = ask(path, None);
    assert_eq!(bench.ask(nobody).await.status, StatusCode::UNAUTHORIZED);
    for wrong in ["nobody", "01890a5d-ac96-774b-bcce-b302099a8057"] {
        let wrong = ask(format!("/settings/people/{wrong}/data.json"), Some(&cookie));
        assert_eq!(bench.ask(wrong).await.status, StatusCode::NOT_FOUND);
    }
}
