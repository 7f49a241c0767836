//! What people do, through the server functions, on both engines.

use std::collections::{BTreeMap, BTreeSet};

use db::Db;
use kernel::{Cx, Error, ItemId, Role, StepId, TeamId, Visit};
use leptos::prelude::{Owner, provide_context};

use crate::{
    api,
    demo::{self, Plan, Team},
    filter::{Assignee, Filter, Sort, SortBy},
    model::{Act, Board, Brought, Card, Move},
};

/// An organisation with the dealership's process and `items` vehicles.
pub(super) async fn dealership(db: &Db, name: &str, items: i64) -> Cx {
    dealership_of(Cx::test(db, name).await, items).await
}

/// The same in an organisation that is there.
pub(super) async fn dealership_of(cx: Cx, items: i64) -> Cx {
    let mut teams = Vec::new();
    let mut tx = cx.begin().await.unwrap();
    for name in ["Sales", "Testers", "Mechanics", "Photo"] {
        let id: TeamId = uuid::Uuid::from_u128(
            u128::try_from(teams.len()).unwrap() + cx.organisation_id().uuid().as_u128(),
        )
        .into();
        db::sql("insert into team (id, organisation_id, name, created_at, updated_at) values ($1, $2, $3, $4, $4)")
            .bind(id)
            .bind(cx.organisation_id())
            .bind(name)
            .bind(cx.now())
            .exactly_one(&mut tx)
            .await
            .unwrap();
        teams.push(Team { name: name.into(), id, members: vec![cx.member_id()] });
    }
    tx.commit().await.unwrap();
    demo::seed_dealership(&cx, &Plan { teams }, items).await.unwrap();
    cx
}

/// Calls server functions as the member of `cx`.
async fn as_member<T>(cx: &Cx, act: impl Future<Output = T>) -> T {
    let owner = Owner::new();
    owner.set();
    provide_context::<Visit>(cx.visit().clone());
    provide_context(leptos_axum::ResponseOptions::default());
    let answer = leptos::reactive::computed::ScopedFuture::new(act).await;
    drop(owner);
    answer
}

async fn board(cx: &Cx) -> Board {
    as_member(cx, api::load_board("UC".into(), Filter::default())).await.unwrap()
}

fn first(board: &Board, place: usize) -> Card {
    board.columns[place].cards[0].clone()
}

fn step(board: &Board, place: usize) -> StepId {
    board.workflow.steps[place].id
}

async fn data_of(cx: &Cx, id: ItemId) -> crate::model::Item {
    crate::repo::item::find(cx.db(), cx.organisation_id(), id).await.unwrap().unwrap().1
}

db::both!(a_vehicle_moves_along_a_transition_and_leaves_a_trace, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let before = board(&cx).await;
    let card = first(&before, 0);
    let moved = as_member(&cx, api::move_item(card.id, step(&before, 1), card.version, None)).await.unwrap();
    assert_eq!(moved.version, card.version + 1);

    let after = board(&cx).await;
    assert_eq!(after.columns[0].total, before.columns[0].total - 1);
    assert_eq!(after.columns[1].total, before.columns[1].total + 1);
    let page = as_member(&cx, api::load_item(format!("UC-{}", card.number))).await.unwrap();
    let Act::Moved(Move { from_name, to_name, .. }) = &page.activity[0].act else {
        panic!("{:?}", page.activity[0])
    };
    assert_eq!((from_name.as_str(), to_name.as_str()), ("Request test", "Test and inspect"));
    assert_eq!(page.activity[0].actor_id, Some(cx.member_id()));
});

db::both!(a_move_that_is_not_allowed_changes_nothing_and_says_why, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let before = board(&cx).await;
    let card = first(&before, 0);
    let error =
        as_member(&cx, api::move_item(card.id, step(&before, 5), card.version, None)).await.unwrap_err();
    assert_eq!(
        error,
        Error::Conflict("From Request test the workflow leads to Test and inspect only.".into())
    );
    assert_eq!(board(&cx).await, before);
});

db::both!(two_people_move_it_and_the_second_learns_who_was_first, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let oskar = cx.colleague("Oskar Berg", Role::Member).await;
    let before = board(&cx).await;
    let card = first(&before, 0);
    as_member(&oskar, api::move_item(card.id, step(&before, 1), card.version, None)).await.unwrap();
    let error =
        as_member(&cx, api::move_item(card.id, step(&before, 1), card.version, None)).await.unwrap_err();
    let Error::Conflict(text) = error else { panic!("{error:?}") };
    assert!(
        text.starts_with(&format!("Oskar Berg moved UC-{} to Test and inspect meanwhile", card.number)),
        "{text}"
    );
});

db::both!(a_required_value_is_asked_for_before_the_item_leaves, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let before = board(&cx).await;
    let card = first(&before, 1);
    let item = data_of(&cx, card.id).await;
    let save = |data: BTreeMap<String, String>, version| {
        api::save_item(card.id, version, card.title.clone(), 2, None, None, data, None)
    };
    let emptied = BTreeMap::from([("inspection".to_owned(), String::new())]);
    let saved = as_member(&cx, save(emptied, item.card.version)).await.unwrap();
    let error =
        as_member(&cx, api::move_item(card.id, step(&before, 3), saved.version, None)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("Fill in Inspection before UC-{} leaves Test and inspect.", card.number)
    );
    let filled = BTreeMap::from([("inspection".to_owned(), "No remarks".to_owned())]);
    let saved = as_member(&cx, save(filled, saved.version)).await.unwrap();
    as_member(&cx, api::move_item(card.id, step(&before, 3), saved.version, None)).await.unwrap();
});

db::both!(a_move_can_be_taken_back_by_its_mover_for_a_while, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let before = board(&cx).await;
    let card = first(&before, 0);
    let moved = as_member(&cx, api::move_item(card.id, step(&before, 1), card.version, None)).await.unwrap();
    let other = cx.colleague("Oskar Berg", Role::Member).await;
    assert!(matches!(
        as_member(&other, api::undo_move(card.id, moved.version)).await,
        Err(Error::Conflict(_))
    ));
    let back = as_member(&cx, api::undo_move(card.id, moved.version)).await.unwrap();
    assert_eq!(back.step_id, card.step_id);
    assert!(matches!(as_member(&cx, api::undo_move(card.id, back.version)).await, Err(Error::Conflict(_))));
    let after = board(&cx).await;
    assert_eq!(after.columns[0].total, before.columns[0].total);
});

db::both!(another_organisations_item_does_not_exist, |db| {
    let nordvik = dealership(&db, "Nordvik Cars", 30).await;
    let halden = Cx::test(&db, "Halden Studio").await;
    let theirs = board(&nordvik).await;
    let card = first(&theirs, 0);
    let to = step(&theirs, 1);
    let not_found = Err(Error::NotFound);
    assert_eq!(as_member(&halden, api::move_item(card.id, to, card.version, None)).await, not_found);
    assert_eq!(as_member(&halden, api::undo_move(card.id, card.version)).await, not_found);
    assert_eq!(as_member(&halden, api::delete_item(card.id)).await, Err(Error::NotFound));
    assert_eq!(
        as_member(&halden, api::add_comment(card.id, "Hello".into(), None)).await,
        Err(Error::NotFound)
    );
    assert_eq!(as_member(&halden, api::load_item(format!("UC-{}", card.number))).await, Err(Error::NotFound));
    assert_eq!(
        as_member(&halden, api::load_board("UC".into(), Filter::default())).await,
        Err(Error::NotFound)
    );
    assert!(as_member(&halden, api::search_items(card.title.clone())).await.unwrap().is_empty());
    assert!(as_member(&halden, api::list_workflows()).await.unwrap().is_empty());
    let save = api::save_item(card.id, card.version, "Ours now".into(), 0, None, None, BTreeMap::new(), None);
    assert_eq!(as_member(&halden, save).await, not_found);
    assert_eq!(board(&nordvik).await, theirs);
});

db::both!(text_that_looks_like_sql_or_script_is_kept_as_text, |db| {
    let cx = dealership(&db, "Nordvik Cars", 10).await;
    let workflow_id = board(&cx).await.workflow.head.id;
    let title = "Robert'); drop table item;-- <script>alert(1)</script> %_\\";
    let data = BTreeMap::from([("registration".to_owned(), "<B>'1".to_owned())]);
    let brought = Brought::default();
    let key = as_member(&cx, api::create_item(workflow_id, title.into(), 2, None, None, data, brought))
        .await
        .unwrap();
    let page = as_member(&cx, api::load_item(key)).await.unwrap();
    assert_eq!(page.item.card.title, title);
    assert_eq!(page.item.card.tag, "<B>'1");
    let found = as_member(&cx, api::search_items("drop table item;-- <script>".into())).await.unwrap();
    assert_eq!(found.len(), 1);
    assert!(as_member(&cx, api::search_items("%_%".into())).await.unwrap().is_empty());
    let comment = "'; delete from comment; --<img src=x onerror=alert(1)>";
    as_member(&cx, api::add_comment(page.item.card.id, comment.into(), None)).await.unwrap();
    let page = as_member(&cx, api::load_item(format!("UC-{}", page.item.card.number))).await.unwrap();
    assert_eq!(page.comments[0].body, comment);
    assert_eq!(page.item.card.comment_count, 1);
});

db::both!(what_is_sent_again_with_its_key_is_done_once, |db| {
    let cx = dealership(&db, "Nordvik Cars", 30).await;
    let before = board(&cx).await;
    let card = first(&before, 0);
    let key = || Some(uuid::Uuid::from_u128(5).to_string());
    let say = || api::add_comment(card.id, "Once".into(), key());
    let written = as_member(&cx, say()).await.unwrap();
    assert_eq!(as_member(&cx, say()).await, Ok(written));
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    assert_ne!(as_member(&marek, say()).await.unwrap(), written, "a key is its member's");

    let card = first(&board(&cx).await, 0);
    let key = || Some(uuid::Uuid::from_u128(6).to_string());
    let go = || api::move_item(card.id, step(&before, 1), card.version, key());
    let moved = as_member(&cx, go()).await.unwrap();
    assert_eq!(as_member(&cx, go()).await.unwrap().version, moved.version);
    let late = api::move_item(card.id, step(&before, 1), card.version, Some("no key".into()));
    assert!(matches!(as_member(&cx, late).await, Err(Error::Conflict(_))), "without a key it is another act");
    let page = as_member(&cx, api::load_item(format!("UC-{}", card.number))).await.unwrap();
    assert_eq!(page.comments.len(), 2);
});

db::both!(a_refused_act_leaves_its_key_free, |db| {
    let cx = dealership(&db, "Nordvik Cars", 30).await;
    let before = board(&cx).await;
    let card = first(&before, 0);
    let key = || Some(uuid::Uuid::from_u128(7).to_string());
    let stale = api::move_item(card.id, step(&before, 1), card.version + 1, key());
    assert!(matches!(as_member(&cx, stale).await, Err(Error::Conflict(_))));
    let moved = as_member(&cx, api::move_item(card.id, step(&before, 1), card.version, key())).await.unwrap();
    assert_eq!(moved.step_id, step(&before, 1));
});

db::both!(what_a_new_item_brings_along_goes_with_it, |db| {
    let cx = dealership(&db, "Nordvik Cars", 10).await;
    let workflow_id = board(&cx).await.workflow.head.id;
    let brought = Brought { note: " From the phone ".into(), files: true };
    let new = api::create_item(workflow_id, "Shared".into(), 2, None, None, BTreeMap::new(), brought);
    let key = as_member(&cx, new).await.unwrap();
    let page = as_member(&cx, api::load_item(key)).await.unwrap();
    assert_eq!(page.comments.len(), 1);
    assert_eq!(page.comments[0].body.trim(), "From the phone");
    assert_eq!(page.item.card.comment_count, 1);
});

db::both!(every_order_pages_through_every_item_once, |db| {
    let cx = dealership(&db, "Nordvik Cars", 173).await;
    for by in [
        SortBy::Number,
        SortBy::Title,
        SortBy::Step,
        SortBy::Due,
        SortBy::Priority,
        SortBy::Amount,
        SortBy::Updated,
    ] {
        for descending in [false, true] {
            let sort = Sort { by, descending };
            let (mut seen, mut after, mut pages) = (BTreeSet::new(), None, 0);
            loop {
                let page = as_member(&cx, api::load_list("UC".into(), Filter::default(), sort, after))
                    .await
                    .unwrap();
                assert_eq!(page.total, 173);
                seen.extend(page.cards.iter().map(|card| card.id));
                pages += 1;
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!((seen.len(), pages), (173, 4), "{}", sort.text());
        }
    }
});

db::both!(a_filtered_board_counts_what_it_shows, |db| {
    let cx = dealership(&db, "Nordvik Cars", 200).await;
    let mine = Filter { assignee: Some(Assignee::Member(cx.member_id())), ..Filter::default() };
    let nobody = Filter { assignee: Some(Assignee::Nobody), ..Filter::default() };
    let mut sum = 0;
    for filter in [mine, nobody] {
        let board = as_member(&cx, api::load_board("UC".into(), filter.clone())).await.unwrap();
        let today = cx.today().date();
        for column in &board.columns {
            assert!(column.cards.iter().all(|card| filter.matches(card, today)));
            sum += column.total;
        }
    }
    assert_eq!(sum, 200);
});

db::both!(a_deleted_item_is_gone_and_comes_back, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let before = board(&cx).await;
    let card = first(&before, 0);
    as_member(&cx, api::delete_item(card.id)).await.unwrap();
    let without = board(&cx).await;
    assert_eq!(without.columns[0].total, before.columns[0].total - 1);
    assert_eq!(as_member(&cx, api::load_item(format!("UC-{}", card.number))).await, Err(Error::NotFound));
    as_member(&cx, api::restore_item(card.id)).await.unwrap();
    assert_eq!(board(&cx).await.columns[0].total, before.columns[0].total);
});

db::both!(a_view_is_its_makers_until_it_is_shared, |db| {
    let cx = dealership(&db, "Nordvik Cars", 10).await;
    let oskar = cx.colleague("Oskar Berg", Role::Member).await;
    let workflow_id = board(&cx).await.workflow.head.id;
    let save = |name: &str, shared| {
        api::save_view(workflow_id, name.into(), "list".into(), Some("due=late".into()), shared)
    };
    as_member(&cx, save("Late ones", false)).await.unwrap();
    let taken = as_member(&cx, save("late ONES", false)).await.unwrap_err();
    assert!(taken.field("name").is_some(), "{taken:?}");
    assert!(as_member(&oskar, api::list_views(workflow_id)).await.unwrap().is_empty());
    let shared = as_member(&cx, save("For all", true)).await.unwrap();
    let seen = as_member(&oskar, api::list_views(workflow_id)).await.unwrap();
    assert_eq!(seen.len(), 1);
    assert!(!seen[0].mine);
    assert_eq!(as_member(&oskar, api::delete_view(shared.id)).await, Err(Error::NotFound));
    as_member(&cx, api::delete_view(shared.id)).await.unwrap();
    assert!(as_member(&oskar, api::list_views(workflow_id)).await.unwrap().is_empty());
    as_member(&cx, api::restore_view(shared.id)).await.unwrap();
    assert_eq!(as_member(&oskar, api::list_views(workflow_id)).await.unwrap().len(), 1);
});

db::both!(the_demo_has_vehicles_in_every_state_with_history, |db| {
    let cx = dealership(&db, "Nordvik Cars", 200).await;
    let board = board(&cx).await;
    assert_eq!(board.columns.iter().map(|column| column.total).sum::<i64>(), 200);
    assert!(
        board.columns.iter().all(|column| 3 <= column.total),
        "{:?}",
        board.columns.iter().map(|c| c.total).collect::<Vec<_>>()
    );
    let (oldest,): (chrono::DateTime<chrono::Utc>,) =
        db::sql("select min(created_at) from activity where organisation_id = $1")
            .bind(cx.organisation_id())
            .one(cx.db())
            .await
            .unwrap();
    let days = (cx.now() - oldest).num_days();
    assert!((85..=125).contains(&days), "{days}");
    let (strays,): (i64,) = db::sql(
        "select count(*) from step s
         where s.organisation_id = $1
           and s.item_count <> (select count(*) from item i where i.step_id = s.id and i.deleted_at is null)",
    )
    .bind(cx.organisation_id())
    .one(cx.db())
    .await
    .unwrap();
    assert_eq!(strays, 0);
});
