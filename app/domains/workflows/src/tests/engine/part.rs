//! Items that go several ways at once and come together again, and those that begin others in another workflow.

mod files;

use chrono::Duration;
use db::both;
use kernel::{Error, StepId, WorkflowId};

use super::{World, form, world_id};
use crate::{
    acts::{
        design::{self, NewWorkflow, Onward},
        item,
    },
    automatic::{Automatic, Children},
    definition::{Definition, StepDefinition, check},
    form::Column,
    model::{Act, Field, FieldKind, Item, ItemPage, Move, Outcome},
    quorum::Quorum,
};

/// From Request, Apart sends parts to Check, Price and Weigh; they come together in Meet, and the item comes to Pack, and to an end.
fn apart(made: &mut Definition, needs: Quorum) {
    let request = made.steps[0].id;
    let mut drawn = Definition { steps: vec![made.steps[0].clone()], ..Definition::default() };
    let mut add = |name: &str, automatic, ends| {
        let id: StepId = world_id(&drawn.steps);
        let step = StepDefinition { automatic, ends, ..StepDefinition::new(id, name) };
        drawn.steps.push(step);
        id
    };
    let apart = add("Apart", Some(Automatic::Parallel), false);
    let ways = [add("Check", None, false), add("Price", None, false), add("Weigh", None, false)];
    let meet = add("Meet", Some(Automatic::Join(needs)), false);
    let (pack, end) = (add("Pack", None, false), add("End", None, true));
    drawn.connect(request, apart, "Start");
    for (to, name) in ways.into_iter().zip(["Checking", "Pricing", "Weighing"]) {
        drawn.connect(apart, to, name);
        drawn.connect(to, meet, &format!("{name} done"));
    }
    drawn.connect(meet, pack, "Together");
    drawn.connect(pack, end, "Packed");
    made.redraw(drawn);
    for field in made.fields.iter_mut().flatten() {
        field.required = false;
    }
}

impl World {
    async fn apart(db: &db::Db, needs: Quorum) -> Self {
        let mut world = World::new(db).await;
        world.draw(|made| apart(made, needs)).await.unwrap();
        world
    }

    /// Publishes the design with something changed.
    async fn draw(&mut self, change: impl FnOnce(&mut Definition)) -> Result<(), Error> {
        let mut opened = design::open(&self.owner, "PA").await.unwrap();
        let id = opened.live.head.id;
        change(&mut opened.definition);
        let kept = design::save(&self.owner, id, opened.version, opened.definition).await?;
        design::publish(&self.owner, id, kept.version, &Default::default()).await?;
        let now = self.workflow().await;
        self.steps = now.steps.iter().map(|step| (step.name.clone(), step.id)).collect();
        Ok(())
    }

    async fn page_of(&self, key: &str) -> ItemPage {
        item::page(&self.owner, key).await.unwrap()
    }

    async fn page(&self, item: &Item) -> ItemPage {
        self.page_of(&format!("PA-{}", item.card.number)).await
    }

    /// The part that went along the way of this name last.
    async fn part(&self, whole: &Item, name: &str) -> Item {
        let page = self.page(whole).await;
        let part = page.parts.iter().find(|part| part.name == name).unwrap();
        self.page_of(&format!("{}-{}", part.workflow_key, part.number)).await.item
    }

    async fn count(&self, step: &str) -> i64 {
        self.workflow().await.step(self.step(step)).unwrap().item_count
    }
}

both!(an_item_goes_all_ways_at_once_and_comes_together, |db| {
    let world = World::apart(&db, Quorum::All).await;
    let made = world.add("120").await;
    let card = world.go(&made, "Apart").await.unwrap();
    assert_eq!(card.step_id, world.step("Apart"), "it waits");
    let names = |page: &ItemPage| page.parts.iter().map(|part| part.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&world.page(&made).await), ["Check", "Price", "Weigh"]);
    let check = world.part(&made, "Check").await;
    assert_eq!(check.card.title, "Tyre balancer \u{b7} Check");
    assert_eq!(check.card.step_id, world.step("Check"));
    assert_eq!(check.data, made.data);
    let of_it = world.page(&check).await;
    let whole = of_it.whole.unwrap();
    assert_eq!((whole.number, whole.step_name.as_str()), (made.card.number, "Apart"));
    assert!(
        matches!(&of_it.activity[0].act, Act::Created { part_of, .. } if *part_of == format!("PA-{}", made.card.number))
    );

    // Nobody takes it along one of them.
    let refused = world.go(&made, "Check").await.unwrap_err();
    assert!(refused.to_string().contains("waits in Apart for its parts"), "{refused}");

    // What is filled in on the way is brought in.
    let mut changed = form("120", &[("order_number", "A-7")]);
    changed.title = check.card.title.clone();
    item::save(&world.owner, check.card.id, check.card.version, changed, None).await.unwrap();
    let price = world.part(&made, "Price").await;
    let mut changed = form("99", &[]);
    changed.title = price.card.title.clone();
    item::save(&world.owner, price.card.id, price.card.version, changed, None).await.unwrap();

    world.go(&check, "Meet").await.unwrap();
    world.go(&price, "Meet").await.unwrap();
    assert_eq!(world.place(&made).await, "Apart", "one is on its way yet");
    assert_eq!(world.count("Meet").await, 0, "what has come stands in nobody's way");
    let page = world.page(&made).await;
    let outcomes: Vec<_> = page.parts.iter().map(|part| part.outcome).collect();
    assert_eq!(outcomes, [Some(Outcome::Joined), Some(Outcome::Joined), None]);
    // It can be read, and nothing else.
    let read = world.page(&check).await;
    assert_eq!(read.item.data["order_number"], "A-7");
    let refused = item::restore(&world.owner, check.card.id).await.unwrap_err();
    assert!(refused.to_string().contains("has gone on without it"), "{refused}");

    let weigh = world.part(&made, "Weigh").await;
    world.go(&weigh, "Meet").await.unwrap();
    let (whole, acts) = world.history(made.card.id).await;
    assert_eq!(world.place(&made).await, "Pack");
    assert_eq!((&whole.data["order_number"], &whole.data["amount"]), (&"A-7".into(), &9_900.into()));
    assert_eq!(whole.card.amount, Some(9_900));
    let moved = |act: &Act| {
        matches!(act, Act::Moved(Move { because, by_itself: true, .. })
        if because == "Check, Price and Weigh came together")
    };
    assert!(acts.iter().any(moved), "{acts:?}");
    let counts = [world.count("Apart").await, world.count("Meet").await, world.count("Pack").await];
    assert_eq!(counts, [0, 0, 1]);
    for gone in ["Check", "Price", "Weigh"] {
        assert_eq!(world.count(gone).await, 0);
    }
});

both!(the_first_that_comes_calls_off_the_others, |db| {
    let world = World::apart(&db, Quorum::Any).await;
    let made = world.add("120").await;
    world.go(&made, "Apart").await.unwrap();
    let (check, price) = (world.part(&made, "Check").await, world.part(&made, "Price").await);
    world.go(&price, "Meet").await.unwrap();
    assert_eq!(world.place(&made).await, "Pack");
    let outcomes: Vec<_> = world.page(&made).await.parts.iter().map(|part| part.outcome).collect();
    assert_eq!(outcomes, [Some(Outcome::Withdrawn), Some(Outcome::Joined), Some(Outcome::Withdrawn)]);
    // One that was called off takes nothing along any more, wherever it is moved before it is taken away.
    world.go(&check, "Meet").await.unwrap();
    assert_eq!((world.place(&made).await.as_str(), world.count("Meet").await), ("Pack", 0));
    world.work().await;
    assert_eq!([world.count("Check").await, world.count("Weigh").await], [0, 0]);
    let weigh = world.page(&made).await.parts[2].number;
    let gone = item::page(&world.owner, &format!("PA-{weigh}")).await;
    assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
});

both!(so_many_are_enough, |db| {
    let world = World::apart(&db, Quorum::AtLeast(2)).await;
    let made = world.add("120").await;
    world.go(&made, "Apart").await.unwrap();
    world.go(&world.part(&made, "Check").await, "Meet").await.unwrap();
    assert_eq!(world.place(&made).await, "Apart");
    world.go(&world.part(&made, "Weigh").await, "Meet").await.unwrap();
    assert_eq!(world.place(&made).await, "Pack");
});

both!(parts_that_are_deleted_are_not_waited_for_and_missing_ones_are_sent_again, |db| {
    let world = World::apart(&db, Quorum::All).await;
    let made = world.add("120").await;
    world.go(&made, "Apart").await.unwrap();
    world.go(&world.part(&made, "Check").await, "Meet").await.unwrap();
    item::delete(&world.owner, world.part(&made, "Price").await.card.id, None).await.unwrap();
    let weigh = world.part(&made, "Weigh").await.card.id;
    world.clock.pass(Duration::minutes(5));
    item::delete(&world.owner, weigh, None).await.unwrap();
    assert_eq!(world.place(&made).await, "Pack", "all that are left have come");
    let refused = item::restore(&world.owner, weigh).await.unwrap_err();
    assert!(refused.to_string().contains("has gone on without it"), "{refused}");

    // Without any it says so, and sends them again when it is changed.
    let other = world.add("120").await;
    world.go(&other, "Apart").await.unwrap();
    let mut last = None;
    for name in ["Check", "Price", "Weigh"] {
        let part = world.part(&other, name).await.card.id;
        item::delete(&world.owner, part, None).await.unwrap();
        last = Some(part);
    }
    assert_eq!(world.place(&other).await, "Apart");
    let (now, acts) = world.history(other.card.id).await;
    assert!(
        matches!(&acts[0], Act::Stuck { why, .. } if why.starts_with("None of its parts is left")),
        "{acts:?}"
    );
    // One that comes back is waited for again.
    item::restore(&world.owner, last.unwrap()).await.unwrap();
    assert_eq!(world.page(&other).await.parts.iter().filter(|part| part.outcome.is_none()).count(), 1);
    item::delete(&world.owner, last.unwrap(), None).await.unwrap();
    item::save(&world.owner, other.card.id, now.card.version, form("121", &[]), None).await.unwrap();
    let open = world.page(&other).await.parts.into_iter().filter(|part| part.outcome.is_none()).count();
    assert_eq!(open, 3);
});

both!(what_is_deleted_or_taken_back_calls_off_its_parts, |db| {
    let world = World::apart(&db, Quorum::All).await;
    let made = world.add("120").await;
    let card = world.go(&made, "Apart").await.unwrap();
    item::delete(&world.owner, made.card.id, None).await.unwrap();
    world.work().await;
    assert_eq!([world.count("Check").await, world.count("Price").await, world.count("Weigh").await], [0; 3]);
    // It comes back with them.
    item::restore(&world.owner, made.card.id).await.unwrap();
    assert_eq!([world.count("Check").await, world.count("Price").await, world.count("Weigh").await], [1; 3]);
    let open = world.page(&made).await.parts.into_iter().filter(|part| part.outcome.is_none()).count();
    assert_eq!(open, 3);

    let now = world.item(card.id).await.card;
    item::undo_move(&world.owner, now.id, now.version).await.unwrap();
    assert_eq!(world.place(&made).await, "Request");
    world.work().await;
    assert_eq!([world.count("Check").await, world.count("Price").await, world.count("Weigh").await], [0; 3]);
});

both!(parts_have_parts, |db| {
    let mut world = World::apart(&db, Quorum::All).await;
    world
        .draw(|made| {
            let id =
                |made: &Definition, name: &str| made.steps.iter().find(|step| step.name == name).unwrap().id;
            let (check, meet) = (id(made, "Check"), id(made, "Meet"));
            let mut add = |name: &str, automatic| {
                let new: StepId =
                    uuid::Uuid::from_u128(950 + u128::try_from(made.steps.len()).unwrap()).into();
                made.steps.insert(6, StepDefinition { automatic, ..StepDefinition::new(new, name) });
                new
            };
            let inner = add("Inner", Some(Automatic::Join(Quorum::All)));
            let (left, right) = (add("Left", None), add("Right", None));
            made.transitions.retain(|way| (way.from, way.to) != (check, meet));
            made.steps.iter_mut().find(|step| step.id == check).unwrap().automatic =
                Some(Automatic::Parallel);
            for (to, name) in [(left, "Lefts"), (right, "Rights")] {
                made.connect(check, to, name);
                made.connect(to, inner, &format!("{name} done"));
            }
            made.connect(inner, meet, "Inner done");
            for way in &mut made.transitions {
                way.rework = false;
            }
        })
        .await
        .unwrap();
    let made = world.add("120").await;
    world.go(&made, "Apart").await.unwrap();
    let check = world.part(&made, "Check").await;
    assert_eq!(check.card.step_id, world.step("Check"));
    for name in ["Price", "Weigh"] {
        world.go(&world.part(&made, name).await, "Meet").await.unwrap();
    }
    for name in ["Left", "Right"] {
        assert_eq!(world.place(&made).await, "Apart");
        world.go(&world.part(&check, name).await, "Inner").await.unwrap();
    }
    assert_eq!(world.place(&made).await, "Pack", "the inner ones took the outer one along");
});

both!(where_items_wait_for_parts_nothing_is_taken_away, |db| {
    let mut world = World::apart(&db, Quorum::All).await;
    let made = world.add("120").await;
    world.go(&made, "Apart").await.unwrap();
    let refused = world
        .draw(|made| {
            made.steps[1].automatic = None;
        })
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("An item waits in Apart for parts"), "{refused}");
});

/// A workflow beside the other one, of purchases that go from Request to End. Gives its id.
async fn prices(world: &World) -> WorkflowId {
    let new = NewWorkflow {
        name: "Prices".into(),
        key: "PR".into(),
        item_noun: "price".into(),
        template: "purchase".into(),
    };
    let other = design::create(&world.owner, new).await.unwrap().id;
    let mut opened = design::open(&world.owner, "PR").await.unwrap();
    let request = opened.definition.steps[0].clone();
    let end = StepDefinition { ends: true, ..StepDefinition::new(uuid::Uuid::from_u128(900).into(), "End") };
    let mut short = Definition { steps: vec![request, end], ..Definition::default() };
    short.connect(short.steps[0].id, short.steps[1].id, "Priced");
    opened.definition.redraw(short);
    for field in opened.definition.fields.iter_mut().flatten() {
        field.required = false;
    }
    let kept = design::save(&world.owner, other, opened.version, opened.definition).await.unwrap();
    let moves = opened.live.steps.iter().map(|step| (step.id, opened.live.steps[0].id)).collect();
    design::publish(&world.owner, other, kept.version, &Onward { moves, stay: false }).await.unwrap();
    other
}

both!(an_item_begins_another_in_another_workflow_and_waits_for_it, |db| {
    let mut world = World::new(&db).await;
    let other = prices(&world).await;
    let begins = |needs| Children { workflow_id: Some(other), rows: None, needs };
    let drawn = |made: &mut Definition, children| {
        apart(made, Quorum::All);
        let id = |made: &Definition, name: &str| made.steps.iter().find(|step| step.name == name).unwrap().id;
        for gone in ["Check", "Price", "Weigh", "Meet"] {
            let gone = id(made, gone);
            made.remove_step(gone);
        }
        let (apart, pack) = (id(made, "Apart"), id(made, "Pack"));
        made.steps[1].automatic = Some(Automatic::Children(children));
        made.connect(apart, pack, "Priced");
    };
    // What nobody chose, or is none, cannot be published.
    let none = Children { workflow_id: None, ..begins(Quorum::All) };
    let refused = world.draw(|made| drawn(made, none)).await.unwrap_err();
    assert!(refused.to_string().contains("Choose the workflow in which Apart begins items"), "{refused}");
    let gone = Children { workflow_id: Some(uuid::Uuid::from_u128(9).into()), ..begins(Quorum::All) };
    let refused = world.draw(|made| drawn(made, gone)).await.unwrap_err();
    assert!(refused.to_string().contains("begins items is gone"), "{refused}");
    let own = Children { workflow_id: Some(world.workflow().await.head.id), ..begins(Quorum::All) };
    let refused = world.draw(|made| drawn(made, own)).await.unwrap_err();
    assert!(refused.to_string().contains("without end"), "{refused}");
    world.draw(|made| drawn(made, begins(Quorum::All))).await.unwrap();

    let made = world.add("120").await;
    world.go(&made, "Apart").await.unwrap();
    assert_eq!(world.place(&made).await, "Apart");
    let child = &world.page(&made).await.parts[0];
    assert_eq!((child.workflow_key.as_str(), child.title.as_str()), ("PR", "Tyre balancer"));
    let key = format!("PR-{}", child.number);
    let page = world.page_of(&key).await;
    assert_eq!(page.item.data["supplier"], "Acme", "fields of the same key are handed over");
    let mut changed = form("75", &[]);
    changed.title = page.item.card.title.clone();
    let card =
        item::save(&world.owner, page.item.card.id, page.item.card.version, changed, None).await.unwrap();
    let end = page.workflow.steps.iter().find(|step| step.name == "End").unwrap().id;
    item::move_to(&world.owner, card.id, end, card.version, None).await.unwrap();
    assert_eq!(world.place(&made).await, "Apart", "that is told by a job");
    world.work().await;
    assert_eq!(world.place(&made).await, "Pack");
    assert_eq!(world.item(made.card.id).await.data["amount"], 7_500, "and handed back");
    assert_eq!(world.page_of(&key).await.whole.unwrap().outcome, Some(Outcome::Joined));
});

both!(each_row_of_a_table_begins_an_item, |db| {
    let mut world = World::new(&db).await;
    let other = prices(&world).await;
    world
        .draw(|made| {
            apart(made, Quorum::All);
            let id =
                |made: &Definition, name: &str| made.steps.iter().find(|step| step.name == name).unwrap().id;
            for gone in ["Check", "Price", "Weigh", "Meet"] {
                let gone = id(made, gone);
                made.remove_step(gone);
            }
            let (apart, pack) = (id(made, "Apart"), id(made, "Pack"));
            let rows = Some("lines".to_owned());
            let children = Children { workflow_id: Some(other), rows, needs: Quorum::AtLeast(2) };
            made.steps[1].automatic = Some(Automatic::Children(children));
            made.connect(apart, pack, "Priced");
            let mut lines = Field::new(
                uuid::Uuid::from_u128(70).into(),
                Some(made.steps[0].id),
                "lines",
                "Lines",
                FieldKind::Table,
            );
            lines.terms.columns = vec![
                Column { kind: FieldKind::Money, ..Column::new("amount", "Amount") },
                Column::new("what", "What"),
            ];
            made.fields.as_mut().unwrap().push(lines);
        })
        .await
        .unwrap();
    // Without rows it waits for nothing.
    let none = world.add("120").await;
    world.go(&none, "Apart").await.unwrap();
    assert_eq!(world.place(&none).await, "Pack");

    let cells = [
        ("lines", ""),
        ("lines/0/what", "Tyres"),
        ("lines/0/amount", "80"),
        ("lines/1/what", "Bolts"),
        ("lines/2/amount", "5"),
    ];
    let made =
        item::create(&world.owner, world.workflow().await.head.id, form("120", &cells), "").await.unwrap().1;
    world.go(&made, "Apart").await.unwrap();
    let parts = world.page(&made).await.parts;
    let titles: Vec<&str> = parts.iter().map(|part| part.title.as_str()).collect();
    assert_eq!(
        titles,
        ["Tyre balancer \u{b7} Tyres", "Tyre balancer \u{b7} Bolts", "Tyre balancer \u{b7} Row 3"]
    );
    let first = world.page_of(&format!("PR-{}", parts[0].number)).await;
    assert_eq!((&first.item.data["amount"], &first.item.data["supplier"]), (&8_000.into(), &"Acme".into()));
    let end = first.workflow.steps.iter().find(|step| step.name == "End").unwrap().id;
    for part in &parts[..2] {
        assert_eq!(world.place(&made).await, "Apart");
        let card = world.page_of(&format!("PR-{}", part.number)).await.item.card;
        item::move_to(&world.owner, card.id, end, card.version, None).await.unwrap();
        world.work().await;
    }
    assert_eq!(world.place(&made).await, "Pack", "two are enough");
    assert_eq!(world.item(made.card.id).await.data["amount"], 12_000, "no row speaks for all");
    let gone = item::page(&world.owner, &format!("PR-{}", parts[2].number)).await;
    assert!(matches!(gone, Err(Error::NotFound)), "the third is called off: {gone:?}");
});

#[test]
fn a_step_behind_parallel_ways_is_one_more_of_them() {
    let first = StepDefinition::new(uuid::Uuid::from_u128(1).into(), "Request");
    let mut made = Definition { steps: vec![first], ..Definition::default() };
    apart(&mut made, Quorum::All);
    let (new, apart, meet) = (uuid::Uuid::from_u128(7).into(), made.steps[1].id, made.steps[5].id);
    made.splice_step(1, new);
    let ways: Vec<_> = made
        .transitions
        .iter()
        .filter(|way| way.from == new || way.to == new)
        .map(|way| (way.from, way.to))
        .collect();
    assert_eq!(ways, [(apart, new), (new, meet)]);
    assert!(made.transitions.iter().all(|way| !way.rework));
}

#[test]
fn what_never_comes_together_is_found() {
    let drawn = |change: &dyn Fn(&mut Definition)| {
        let first = StepDefinition::new(uuid::Uuid::from_u128(1).into(), "Request");
        let mut made = Definition {
            name: "A".into(),
            item_noun: "a".into(),
            steps: vec![first],
            ..Definition::default()
        };
        apart(&mut made, Quorum::All);
        change(&mut made);
        check(&made).into_iter().map(|finding| (finding.blocks, finding.text)).collect::<Vec<_>>()
    };
    let id = |made: &Definition, name: &str| made.steps.iter().find(|step| step.name == name).unwrap().id;
    let blocks =
        |found: &[(bool, String)], text: &str| found.iter().any(|(blocks, it)| *blocks && it.contains(text));
    assert!(drawn(&|_| {}).iter().all(|(blocks, _)| !blocks), "{:?}", drawn(&|_| {}));
    let found = drawn(&|made| {
        let (weigh, meet, pack) = (id(made, "Weigh"), id(made, "Meet"), id(made, "Pack"));
        made.transitions.retain(|way| (way.from, way.to) != (weigh, meet));
        made.connect(weigh, pack, "Past it");
    });
    assert!(blocks(&found, "never comes together"), "{found:?}");
    let found = drawn(&|made| {
        let (check, request) = (id(made, "Check"), id(made, "Request"));
        made.connect(check, request, "Back");
    });
    assert!(blocks(&found, "can come to Apart again"), "{found:?}");
    let found = drawn(&|made| {
        for gone in ["Weigh", "Price"] {
            let gone = id(made, gone);
            made.remove_step(gone);
        }
    });
    assert!(blocks(&found, "along one way only"), "{found:?}");
    let found = drawn(&|made| {
        let meet = id(made, "Meet");
        made.steps.iter_mut().find(|step| step.id == meet).unwrap().automatic =
            Some(Automatic::Join(Quorum::AtLeast(4)));
    });
    assert!(blocks(&found, "waits for 4 parts, and Apart sends 3"), "{found:?}");
    let found = drawn(&|made| {
        let (check, end) = (id(made, "Check"), id(made, "End"));
        made.connect(check, end, "Give up");
    });
    assert!(found.iter().any(|(blocks, text)| !blocks && text.contains("can end in End")), "{found:?}");
}
