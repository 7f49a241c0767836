//! Fields that hold files: only those of the very item, and only what is there counts. The files are rows of a table as their own
//! domain keeps them.

use std::collections::BTreeMap;

use db::{On, both, sql};
use kernel::{
    Cx, Enclosures, FileId, FileStanding, FilesDone, FilesFound, FilesKnown, ItemId, KnownFile, Role, Topic,
    Tx, testing::TestClock,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{field, id, made, mistakes, publish, shown_when, test, texts, values};
use crate::{
    acts::item::{self, Form},
    form::{
        self, FileNames, Is,
        file::{self, FILES_MAX, Offered, Shelf},
        value::Around,
    },
    guard::{Builtins, Guard},
    model::{Act, Change, Field, FieldKind, Item, Seen, Values},
    rules,
    tests::rest::{get, patch, post},
};

/// What the domain of files does, in short.
const ENCLOSURES: Enclosures = Enclosures { take, there, known, delete };

fn take<'a>(tx: &'a mut Tx, cx: &'a Cx, record: (&'a str, Uuid), files: &'a [FileId]) -> FilesFound<'a> {
    Box::pin(async move {
        let rows: Vec<(FileId,)> = sql("update file set held = false
             where organisation_id = $1 and created_by = $2 and record_kind = $3 and record_id = $4 and id in ")
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .bind(record.0)
        .bind(record.1)
        .push_list(files.iter().copied())
        .push(" returning id")
        .all(tx)
        .await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    })
}

fn known<'a>(on: On<'a>, cx: &'a Cx, files: &'a [FileId]) -> FilesKnown<'a> {
    Box::pin(async move {
        let rows: Vec<(FileId, String, String, Uuid, String, bool, bool)> =
            sql("select id, name, record_kind, record_id, state, held, deleted_at is not null from file
             where organisation_id = $1 and (not held or created_by = $2) and id in ")
            .bind(cx.organisation_id())
            .bind(cx.member_id())
            .push_list(files.iter().copied())
            .all(on)
            .await?;
        let known = rows.into_iter().map(|(id, name, record_kind, record_id, state, held, is_deleted)| {
            let standing = match state.as_str() {
                _ if is_deleted => FileStanding::Deleted,
                "uploading" => FileStanding::Coming,
                "refused" => FileStanding::Refused,
                _ => FileStanding::There,
            };
            KnownFile { id, name, record_kind, record_id, standing, held }
        });
        Ok(known.collect())
    })
}

/// Nothing asks for it here.
fn there<'a>(_: On<'a>, _: &'a Cx, _: &'a [FileId]) -> FilesFound<'a> {
    Box::pin(async { Ok(Vec::new()) })
}

/// Nothing asks for it here.
fn delete<'a>(_: &'a mut Tx, _: &'a Cx, _: Topic, _: &'a [FileId]) -> FilesDone<'a> {
    Box::pin(async { Ok(()) })
}

fn papers() -> Field {
    field("papers", FieldKind::File)
}

fn list(files: &[FileId]) -> Value {
    file::value(files).unwrap_or_default()
}

#[test]
fn ids_are_read_and_all_else_refused() {
    let (one, other, far): (FileId, FileId, FileId) = (id(1), id(2), id(3));
    let shelf = Shelf {
        item: "VI-1".into(),
        files: BTreeMap::from([(one, None), (other, Some("b.pdf was refused.".into()))]),
    };
    let around = Around { files: Offered::Of(&shelf), ..Around::LOOSE };
    let read =
        |text: &str, held: Option<&Value>, around: &Around<'_>| file::of_form(&papers(), text, held, around);
    assert_eq!(read("", None, &around), Ok(None));
    assert_eq!(read(&format!("{one} {one}"), None, &around), Ok(Some(list(&[one]))), "each once");
    assert_eq!(read(&other.to_string(), None, &around), Err("b.pdf was refused.".into()));
    assert_eq!(read(&far.to_string(), None, &around), Err("This file does not belong to VI-1.".into()));
    // What is held already may stay, in whatever order.
    let held = list(&[other, far]);
    assert_eq!(
        read(&format!("{far} {other} {one}"), Some(&held), &around),
        Ok(Some(list(&[far, other, one])))
    );
    assert_eq!(read("a.pdf", None, &around), Err("PAPERS is a list of ids of files.".into()));
    let nobody = Around { files: Offered::None, ..Around::LOOSE };
    assert!(read(&one.to_string(), None, &nobody).unwrap_err().contains("on the page of an item, by people"));
    let many = (0..).take(FILES_MAX + 1).map(|number| id::<FileId>(number).to_string());
    let many = many.collect::<Vec<_>>().join(" ");
    assert_eq!(read(&many, None, &Around::LOOSE), Err("PAPERS may have 20 files.".into()));
    assert!(form::known(&[papers()], ["papers/0"].into_iter()).is_err());
    for wrong in [json!("x"), json!(1), json!(true), json!({}), json!([1]), json!([[]]), json!(["x"])] {
        let sent = values(json!({ "papers": wrong }));
        let said = rules::take_values(&[papers()], &Values::new(), &sent, &around).unwrap_err();
        assert_eq!(mistakes(said)["data[papers]"], "PAPERS is a list of ids of files.", "{sent:?}");
    }
}

#[test]
fn what_is_gone_counts_as_not_there() {
    let (one, other): (FileId, FileId) = (id(1), id(2));
    let needed = Field { required: true, ..papers() };
    let depends = shown_when(field("why", FieldKind::Text), vec![test("papers", Is::Empty, "")]);
    let fields = [needed, depends];
    let data = values(json!({ "papers": [one.to_string(), other.to_string()], "why": "lost" }));
    let gone = |files: &[FileId]| -> FileNames { files.iter().map(|id| (*id, String::new())).collect() };
    let counted = |files: &[FileId]| file::without(&fields, &data, &gone(files));
    assert!(rules::may_leave(id(1), None, &fields, &counted(&[one])).is_ok());
    let refusal = rules::may_leave(id(1), None, &fields, &counted(&[one, other])).unwrap_err();
    assert!(refusal.sentence("VI-1", "Here").contains("Fill in PAPERS"));
    assert!(form::hidden(&fields, &counted(&[one])).contains("why"));
    assert!(form::hidden(&fields, &counted(&[one, other])).is_empty());

    let holds = |text: &str, data: &Values| {
        Guard::parse(text, &fields).unwrap().evaluate(data, &Builtins::default()).holds
    };
    assert!(holds("size(papers) == 2", &data) && holds("size(papers) == 1", &counted(&[one])));
    assert!(
        holds("size(papers) == 0", &counted(&[one, other])) && holds("size(papers) == 0", &Values::new())
    );
    for wrong in ["papers", "papers == \"a\"", "sum(papers.size) > 1", "\"a\" in papers", "papers > 1"] {
        assert!(Guard::parse(wrong, &fields).is_err(), "{wrong}");
    }

    // What only depends on what may come back stays, and may be filled in.
    let place = form::Place { step: id(1), role: None };
    let kept = |before: &Values, after: Values, files: &[FileId]| {
        form::kept(&fields, place, before, after, &gone(files))
    };
    let filled = values(json!({ "papers": [one.to_string()], "why": "lost" }));
    let without = values(json!({ "papers": [one.to_string()] }));
    assert_eq!(kept(&without, filled.clone(), &[one]).unwrap(), filled);
    assert!(kept(&without, filled.clone(), &[]).is_err());
    assert_eq!(kept(&filled, filled.clone(), &[]).unwrap(), without);
}

#[test]
fn a_history_names_files_where_it_can() {
    let names: FileNames = (0..).take(9).map(|number| (id(number), format!("{number}.pdf"))).collect();
    let change = |before: &[FileId], after: &[FileId]| {
        let Change { from, to, .. } =
            file::change(&papers(), file::value(before).as_ref(), file::value(after).as_ref(), &names);
        (from, to)
    };
    let some = |many: usize| names.keys().copied().take(many).collect::<Vec<_>>();
    assert_eq!(change(&[], &some(2)), (String::new(), "0.pdf, 1.pdf".into()));
    assert_eq!(change(&some(6), &[id(77)]), ("6 files".into(), "1 file".into()));
}

proptest! {
    /// What either of two puts in is in, what either takes out is out, and nothing else changes.
    #[test]
    fn nobodys_files_are_in_the_way_of_anothers(
        base in prop::collection::btree_set(0..9_u128, 0..6),
        mine in prop::collection::btree_set(0..9_u128, 0..6),
        theirs in prop::collection::btree_set(0..9_u128, 0..6),
    ) {
        let value = |all: &std::collections::BTreeSet<u128>| {
            file::value(&all.iter().map(|number| id(*number)).collect::<Vec<_>>())
        };
        let made = file::merged(value(&base).as_ref(), value(&mine).as_ref(), value(&theirs).as_ref());
        let made: Vec<FileId> = file::ids(made.as_ref()).collect();
        for number in 0..9 {
            let (was, by_me, by_them) =
                (base.contains(&number), mine.contains(&number), theirs.contains(&number));
            let stays = if was { by_me && by_them } else { by_me || by_them };
            let times = made.iter().filter(|file| **file == id::<FileId>(number)).count();
            prop_assert_eq!(times, usize::from(stays), "{}", number);
        }
    }

    /// Nothing that is sent makes reading fall over, and what is read is nothing but ids.
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}", ids in prop::collection::vec(any::<u128>(), 0..25)) {
        let ids = file::text(ids.into_iter().map(id));
        for text in [text, ids] {
            if let Ok(Some(value)) = file::of_form(&papers(), &text, None, &Around::LOOSE) {
                prop_assert_eq!(file::ids(Some(&value)).count(), value.as_array().unwrap().len());
                let again = rules::form_value(&papers(), Some(&value));
                prop_assert_eq!(file::of_form(&papers(), &again, None, &Around::LOOSE), Ok(Some(value)));
            }
        }
    }
}

/// An organisation with a workflow whose first step needs files, and an item.
async fn world(db: &db::Db) -> (Cx, Cx, Item, Vec<kernel::StepId>) {
    let site = kernel::testing::site(db, TestClock::new()).with_enclosures(ENCLOSURES);
    let cx = Cx::test_on(site, "Nordvik Cars").await;
    let (workflow, steps) = made(&cx).await;
    publish(&cx, |made| {
        let mut papers = papers();
        (papers.required, papers.step_id) = (true, Some(made.steps[0].id));
        made.fields.get_or_insert_default().push(papers);
    })
    .await
    .unwrap();
    let anna = cx.colleague("Anna Lind", Role::Member).await;
    let (_, item) = item::create(&cx, workflow, texts(&[]), "").await.unwrap();
    (cx, anna, item, steps)
}

/// A file that the member has brought to an item.
async fn bring(cx: &Cx, item: ItemId, name: &str, state: &str, held: bool) -> FileId {
    let id = cx.new_id();
    let mut tx = cx.begin().await.unwrap();
    sql("insert into file (organisation_id, id, record_kind, record_id, name, size, state, held, created_at, created_by, updated_at)
         values ($1, $2, 'item', $3, $4, 7, $5, $6, $7, $8, $7)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(item)
    .bind(name)
    .bind(state)
    .bind(held)
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(&mut tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

async fn remove(cx: &Cx, id: FileId, is_removed: bool) {
    let mut tx = cx.begin().await.unwrap();
    sql("update file set deleted_at = $3 where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(id)
        .bind(is_removed.then(|| cx.now()))
        .exactly_one(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

fn with(files: &[FileId]) -> Form {
    texts(&[("papers", &file::text(files.iter().copied()))])
}

both!(only_files_of_the_very_item_are_taken, |db| {
    let (cx, anna, item, _) = world(&db).await;
    let (of, version) = (item.card.id, item.card.version);
    let elsewhere = bring(&cx, cx.new_id(), "far.pdf", "ready", false).await;
    let refused = bring(&cx, of, "bad.exe", "refused", false).await;
    let coming = bring(&cx, of, "long.mov", "uploading", false).await;
    let deleted = bring(&cx, of, "old.pdf", "ready", false).await;
    remove(&cx, deleted, true).await;
    let hidden = bring(&cx, of, "mine.pdf", "ready", true).await;
    for (file, by, why) in [
        (elsewhere, &cx, "This file does not belong to VI-1."),
        (id(9), &cx, "This file does not belong to VI-1."),
        (hidden, &anna, "This file does not belong to VI-1."),
        (refused, &cx, "bad.exe was refused, so it cannot be put in."),
        (coming, &cx, "long.mov is not uploaded yet."),
        (deleted, &cx, "old.pdf is deleted. Bring it back first, or choose another file."),
    ] {
        let said = mistakes(item::save(by, of, version, with(&[file]), None).await.unwrap_err());
        assert_eq!(said["data[papers]"], why);
        let tag = format!("\"{version}\"");
        let answer = patch(by, "/items/VI-1", &tag, json!({ "data": { "papers": [file] } })).await;
        assert_eq!(
            (answer.status, &answer.body["errors"][0]["message"]),
            (422, &json!(why)),
            "{}",
            answer.body
        );
    }
    // A new item has none yet.
    let new = json!({ "workflow": "VI", "title": "Another", "data": { "papers": [hidden] } });
    let answer = post(&cx, "/items", None, new).await;
    assert_eq!(answer.status, 422, "{}", answer.body);

    // What is held is held no more once it is in.
    let card = item::save(&cx, of, version, with(&[hidden]), None).await.unwrap();
    let seen = get(&anna, "/items/VI-1").await.body["data"]["papers"].clone();
    assert_eq!(seen, json!([hidden]));
    let answer =
        patch(&anna, "/items/VI-1", &format!("\"{}\"", card.version), json!({ "data": { "papers": null } }))
            .await;
    assert_eq!((answer.status, &answer.body["data"]["papers"]), (200, &Value::Null), "{}", answer.body);
});

both!(a_needed_file_keeps_the_item_until_it_is_there, |db| {
    let (cx, _, item, steps) = world(&db).await;
    let (of, file) = (item.card.id, bring(&cx, item.card.id, "contract.pdf", "scanning", false).await);
    let goes = async |version| item::move_to(&cx, of, steps[1], version, None).await;
    assert!(goes(item.card.version).await.unwrap_err().to_string().contains("Fill in PAPERS before"));
    let card = item::save(&cx, of, item.card.version, with(&[file]), None).await.unwrap();
    let told = item::page(&cx, "VI-1").await.unwrap().activity;
    let Act::Edited { changes } = &told[0].act else { panic!("{told:?}") };
    assert_eq!((changes[0].label.as_str(), changes[0].to.as_str()), ("PAPERS", "contract.pdf"));

    remove(&cx, file, true).await;
    assert!(goes(card.version).await.unwrap_err().to_string().contains("Fill in PAPERS before"));
    let page = item::page(&cx, "VI-1").await.unwrap();
    assert_eq!(page.gone, FileNames::from([(file, "contract.pdf".to_owned())]));
    assert_eq!(page.item.data["papers"], json!([file]), "it is shown as deleted");
    assert_eq!(get(&cx, "/items/VI-1").await.body["data"]["papers"], Value::Null);
    assert_eq!(get(&cx, "/items?workflow=VI").await.body["data"][0]["data"]["papers"], Value::Null);
    // Whoever saves the rest takes nothing away that may come back.
    let mut form = with(&[file]);
    form.title = "Another title".into();
    let card = item::save(&cx, of, card.version, form, None).await.unwrap();
    remove(&cx, file, false).await;
    assert_eq!(get(&cx, "/items/VI-1").await.body["data"]["papers"], json!([file]));
    assert_eq!(goes(card.version).await.unwrap().step_id, steps[1]);
});

both!(two_people_put_files_in_at_once, |db| {
    let (cx, anna, item, _) = world(&db).await;
    let of = item.card.id;
    let first = bring(&cx, of, "first.pdf", "ready", false).await;
    let card = item::save(&cx, of, item.card.version, with(&[first]), None).await.unwrap();
    let seen = Seen::from(&item::page(&cx, "VI-1").await.unwrap().item);
    let (mine, theirs) = (
        bring(&cx, of, "mine.pdf", "ready", false).await,
        bring(&anna, of, "theirs.pdf", "ready", false).await,
    );
    item::save(&anna, of, card.version, with(&[theirs]), Some(seen.clone())).await.unwrap();
    item::save(&cx, of, card.version, with(&[first, mine]), Some(seen)).await.unwrap();
    let now = item::page(&cx, "VI-1").await.unwrap().item.data;
    assert_eq!(now["papers"], json!([theirs, mine]), "what Anna took out is out");
});
