//! Boards in lanes: which lanes there are, who has what, and cards that go into another one.

use std::collections::BTreeSet;

use kernel::{Cx, Directory, Error, MemberId, Person, Role, StepId, Team, TeamId};
use proptest::prelude::*;
use uuid::Uuid;

use super::api::dealership;
use crate::{
    acts::{item as items, view, workflow as acts},
    filter::{Assignee, Filter},
    lanes::{Lane, LanesBy, Load, Teams, lane, lanes, load},
    model::{Act, Card, StepKind},
};

fn member(number: u128) -> MemberId {
    Uuid::from_u128(number + 1).into()
}

fn team(number: u128) -> TeamId {
    Uuid::from_u128(number + 100).into()
}

fn step(number: u128) -> StepId {
    Uuid::from_u128(number + 200).into()
}

fn directory() -> Directory {
    let person = |number: u128| Person {
        id: member(number),
        name: format!("Person {number}"),
        category: 1,
        active: true,
        avatar: 0,
    };
    let team = |number: u128| Team { id: team(number), name: format!("Team {number}"), category: 1 };
    Directory { people: (0..4).map(person).collect(), teams: (0..3).map(team).collect() }
}

fn any_loads() -> impl Strategy<Value = Vec<Load>> {
    let one = (0_u128..3, prop::option::of(0_u128..4), 0_i64..5)
        .prop_map(|(at, who, count)| (step(at), who.map(member), count));
    prop::collection::vec(one, 0..12)
}

proptest! {
    #[test]
    fn every_open_item_is_in_one_lane(
        loads in any_loads(),
        members in prop::collection::vec((0_u128..4, 0_u128..3), 0..6),
        by in prop::sample::select(vec![LanesBy::Assignee, LanesBy::Team]),
    ) {
        let members: Vec<_> = members.into_iter().map(|(who, of)| (member(who), team(of))).collect();
        let teams = Teams::of_steps(&directory(), &[(step(1), team(1))], &members);
        let shown = lanes(by, &teams, &directory(), [], &loads, None);
        prop_assert_eq!(shown.iter().collect::<BTreeSet<_>>().len(), shown.len());
        prop_assert_eq!(shown.last(), Some(&Lane::Nobody));
        prop_assert!(shown.iter().all(|one| (by == LanesBy::Assignee) != matches!(one, Lane::Team(_) | Lane::Teamless)
            || *one == Lane::Nobody));
        let sum: i64 = shown.iter().map(|one| load(by, &teams, &loads, *one, None)).sum();
        prop_assert_eq!(sum, loads.iter().map(|(.., count)| count).sum::<i64>());
        for (at, who, _) in loads.iter().filter(|(.., count)| 0 < *count) {
            let one = lane(by, &teams, *who, *at);
            prop_assert!(shown.contains(&one));
            // A team of a lane is one of whoever has the item.
            if let (Lane::Team(of), Some(who)) = (one, who) {
                prop_assert!(members.contains(&(*who, of)));
            }
        }
    }
}

#[test]
fn the_team_of_the_step_comes_before_the_first_by_name() {
    let members = [(member(0), team(0)), (member(0), team(2)), (member(1), team(1))];
    let teams = Teams::of_steps(&directory(), &[(step(0), team(2)), (step(1), team(1))], &members);
    assert_eq!(teams.of(member(0), step(0)), Some(team(2)), "works there for its team");
    assert_eq!(teams.of(member(0), step(1)), Some(team(0)), "is not in that team");
    assert_eq!(teams.of(member(2), step(0)), None);
    let lane_of = |who, at| lane(LanesBy::Team, &teams, who, at);
    assert_eq!(lane_of(Some(member(2)), step(0)), Lane::Teamless);
    assert_eq!(lane_of(None, step(0)), Lane::Nobody);
}

#[test]
fn lanes_stand_in_the_order_of_names_and_the_viewers_is_always_there() {
    let loads = [(step(0), Some(member(3)), 1), (step(0), Some(member(1)), 2), (step(0), Some(member(0)), 0)];
    let shown = lanes(LanesBy::Assignee, &Teams::default(), &directory(), [], &loads, Some(member(2)));
    let members = [1, 2, 3].map(|number| Lane::Member(member(number)));
    assert_eq!(shown, [&members[..], &[Lane::Nobody]].concat());
}

db::both!(lanes_count_open_items_as_they_are, |db| {
    let cx = dealership(&db, "Nordvik Cars", 150).await;
    let workflow = acts::find(&cx, "UC").await.unwrap();
    let mut of_steps: Vec<TeamId> = workflow.steps.iter().filter_map(|step| step.team_id).collect();
    of_steps.sort_unstable();
    of_steps.dedup();
    let mut tx = cx.begin().await.unwrap();
    for team in &of_steps {
        db::sql("insert into team_member (organisation_id, team_id, member_id, created_at) values ($1, $2, $3, $4)")
            .bind(cx.organisation_id())
            .bind(*team)
            .bind(cx.member_id())
            .bind(cx.now())
            .exactly_one(&mut tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    for filter in [Filter::default(), Filter { assignee: Some(Assignee::Nobody), ..Filter::default() }] {
        let shown = acts::lanes(&cx, "UC", &filter, LanesBy::Team).await.unwrap();
        let workflow = &shown.board.workflow;
        for column in &shown.board.columns {
            let open = workflow.step(column.step_id).unwrap().kind != StepKind::Done;
            let sum: i64 =
                shown.loads.iter().filter(|(at, ..)| *at == column.step_id).map(|(.., count)| count).sum();
            assert_eq!(sum, if open { column.total } else { 0 });
        }
        assert_eq!(acts::loads(&cx, "UC", &filter).await.unwrap().len(), shown.loads.len());
        let teams: Vec<_> = of_steps.iter().map(|team| (cx.member_id(), *team)).collect();
        assert!(!teams.is_empty());
        assert_eq!(shown.teams, teams);
        assert!(acts::lanes(&cx, "UC", &filter, LanesBy::Assignee).await.unwrap().teams.is_empty());
    }
    let halden = Cx::test(&db, "Halden Studio").await;
    let theirs = acts::lanes(&halden, "UC", &Filter::default(), LanesBy::Team).await;
    assert_eq!(theirs.err(), Some(Error::NotFound));
});

async fn first_card(cx: &Cx) -> (Card, StepId, StepId) {
    let board = acts::board(cx, "UC", &Filter::default()).await.unwrap();
    let card = board.columns[0].cards[0].clone();
    (card, board.workflow.steps[1].id, board.workflow.steps[5].id)
}

db::both!(a_card_is_given_and_moved_at_once_or_not_at_all, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let oskar = cx.colleague("Oskar Berg", Role::Member).await;
    let (card, to, closed) = first_card(&cx).await;
    let give = |step, version| {
        let key = Some(Uuid::from_u128(9));
        items::carry(&cx, card.id, (step, Some(oskar.member_id())), version, key)
    };
    // No way leads there: it is not given either.
    assert!(matches!(give(closed, card.version).await, Err(Error::Conflict(_))));
    let (same, ..) = first_card(&cx).await;
    assert_eq!(same, card);

    let there = give(to, card.version).await.unwrap();
    assert_eq!((there.step_id, there.assignee_id), (to, Some(oskar.member_id())));
    assert_eq!(give(to, card.version).await, Ok(there.clone()), "sent again, it is done once");
    let page = items::page(&cx, &format!("UC-{}", card.number)).await.unwrap();
    assert!(matches!(page.activity[0].act, Act::Moved(_)), "{:?}", page.activity[0]);
    assert!(matches!(page.activity[1].act, Act::Edited { .. }), "{:?}", page.activity[1]);

    // The move is taken back as any other.
    let back = items::undo_move(&cx, card.id, there.version).await.unwrap();
    assert_eq!((back.step_id, back.assignee_id), (card.step_id, Some(oskar.member_id())));
});

db::both!(a_card_is_given_where_it_is, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let oskar = cx.colleague("Oskar Berg", Role::Member).await;
    let (card, ..) = first_card(&cx).await;
    let stay = card.step_id;
    let given =
        items::carry(&cx, card.id, (stay, Some(oskar.member_id())), card.version, None).await.unwrap();
    assert_eq!((given.step_id, given.assignee_id), (stay, Some(oskar.member_id())));
    assert_eq!(given.version, card.version + 1);
    let late = items::carry(&cx, card.id, (stay, None), card.version, None).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    let nobodys = items::carry(&cx, card.id, (stay, None), given.version, None).await.unwrap();
    assert_eq!(nobodys.assignee_id, None);
    let unknown = items::carry(&cx, card.id, (stay, Some(member(7))), nobodys.version, None).await;
    assert!(unknown.unwrap_err().field("assignee_id").is_some());
    let guest = cx.colleague("Vera Lund", Role::Guest).await;
    let not = items::carry(&guest, card.id, (stay, None), nobodys.version, None).await;
    assert!(matches!(not, Err(Error::Forbidden(_))), "{not:?}");
});

db::both!(views_of_every_page_are_kept_and_lead_back, |db| {
    let cx = dealership(&db, "Nordvik Cars", 5).await;
    let workflow = acts::find(&cx, "UC").await.unwrap().head.id;
    let cases = [
        ("board", "", "/workflows/UC"),
        ("board", "due=late", "/workflows/UC?due=late"),
        ("list", "sort=due", "/workflows/UC/list?sort=due"),
        ("lanes", "by=team&due=late", "/workflows/UC/lanes?by=team&due=late"),
        ("calendar", "", "/workflows/UC/calendar"),
        ("calendar", "assignee=nobody", "/workflows/UC/calendar?assignee=nobody"),
    ];
    for (index, (layout, query, _)) in cases.iter().enumerate() {
        let name = format!("View {index}");
        view::save(&cx, workflow, &name, (*layout).to_owned(), query, false).await.unwrap();
    }
    let kept = view::list(&cx, workflow, 20).await.unwrap();
    for ((layout, query, address), view) in cases.iter().zip(&kept) {
        assert_eq!((view.layout.as_str(), view.query.as_str()), (*layout, *query));
        assert_eq!(view.address("/workflows/UC"), *address);
        assert_eq!(view::get(&cx, view.id).await.as_ref(), Ok(view));
    }
    let other = view::save(&cx, workflow, "Other", "table".to_owned(), "", false).await;
    assert!(other.unwrap_err().field("layout").is_some());
});
