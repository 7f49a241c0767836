//! Making workflows and publishing designs, on both engines.

use std::collections::BTreeMap;

use db::{both, sql};
use kernel::{Cx, Error, Permission, Role, StepId};

use super::api::dealership;
use crate::{
    acts::{
        self,
        design::{self, NewWorkflow},
    },
    definition::{Definition, changes},
    model::{Act, Design, Move, Priority, StepKind},
    repo,
};

fn new(name: &str, key: &str, template: &str) -> NewWorkflow {
    NewWorkflow { name: name.into(), key: key.into(), item_noun: "claim".into(), template: template.into() }
}

async fn open(cx: &Cx) -> Design {
    design::open(cx, "UC").await.unwrap()
}

/// The draft with a change, kept.
async fn drafted(cx: &Cx, change: impl FnOnce(&mut Definition)) -> Design {
    let mut opened = open(cx).await;
    change(&mut opened.definition);
    let id = opened.live.head.id;
    opened.version = design::save(cx, id, opened.version, opened.definition.clone()).await.unwrap().version;
    opened
}

async fn publish(cx: &Cx, draft: &Design, moves: &[(StepId, StepId)]) -> kernel::Result<i64> {
    let moves: BTreeMap<StepId, StepId> = moves.iter().copied().collect();
    design::publish(cx, draft.live.head.id, draft.version, &design::Onward { moves, stay: false }).await
}

both!(a_template_becomes_a_workflow_that_runs, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let head = design::create(&cx, new(" Warranty  claims ", "wc", "service")).await.unwrap();
    assert_eq!((head.name.as_str(), head.key.as_str()), ("Warranty claims", "WC"));
    let (workflow, fields) = acts::workflow::details(&cx, "WC").await.unwrap();
    assert_eq!(workflow.steps.len(), 6);
    assert_eq!(workflow.steps[0].kind, StepKind::Start);
    assert!(workflow.transitions.iter().any(|way| way.name == "Ask back"));
    assert_eq!(fields.len(), 3);
    assert_eq!(design::open(&cx, "WC").await.unwrap().number, 1);
    let form = acts::item::Form {
        title: "Door does not close".into(),
        priority: Priority::ALL[0],
        assignee_id: Ok(None),
        due_on: Ok(None),
        data: acts::item::Sent::Texts(BTreeMap::new()),
    };
    acts::item::create(&cx, head.id, form, "").await.unwrap();

    let refused = [
        (new("Claims", "WC", "plain"), "key"),
        (new("Claims", "1A", "plain"), "key"),
        (new("Claims", "WÄ", "plain"), "key"),
        (new("Claims", "TOOLONG", "plain"), "key"),
        (new("  ", "WD", "plain"), "name"),
        (new("Claims", "WD", "nothing"), "template"),
    ];
    for (form, field) in refused {
        let error = design::create(&cx, form).await.unwrap_err();
        assert!(error.field(field).is_some(), "{error:?}");
    }
});

both!(a_draft_changes_nothing_until_it_is_published, |db| {
    let cx = dealership(&db, "Nordvik Cars", 12).await;
    let before = open(&cx).await;
    assert_eq!((before.version, before.number), (0, 1));
    let draft = drafted(&cx, |it| it.steps[1].name = "Inspect".into()).await;
    assert_eq!(open(&cx).await.live, before.live);
    assert_eq!(open(&cx).await.definition, draft.definition);

    assert_eq!(publish(&cx, &draft, &[]).await.unwrap(), 2);
    let after = open(&cx).await;
    assert_eq!((after.version, after.number, after.live.steps[1].name.as_str()), (0, 2, "Inspect"));
    // Items and the ways stay what they are.
    assert_eq!(after.live.steps[1].item_count, before.live.steps[1].item_count);
    let ids = |design: &Design| design.live.transitions.iter().map(|way| way.id).collect::<Vec<_>>();
    assert_eq!(ids(&after), ids(&before));
    // Every version stays as it was.
    let id = after.live.head.id;
    let versions = design::versions(&cx, id).await.unwrap();
    assert_eq!(versions.iter().map(|one| one.number).collect::<Vec<_>>(), [2, 1]);
    assert!(versions.iter().all(|one| one.published_by == cx.member_id()));
    assert_eq!(design::version(&cx, id, 1).await.unwrap(), Definition { base: 0, ..before.definition });
    assert_eq!(design::version(&cx, id, 2).await.unwrap(), draft.definition);
    assert_eq!(design::version(&cx, id, 3).await, Err(Error::NotFound));
});

both!(two_people_never_overwrite_each_others_draft, |db| {
    let cx = dealership(&db, "Nordvik Cars", 4).await;
    let opened = open(&cx).await;
    let id = opened.live.head.id;
    let first = design::save(&cx, id, 0, opened.definition.clone()).await.unwrap().version;
    // Sent again because the answer was lost, it is kept once.
    assert_eq!(design::save(&cx, id, 0, opened.definition.clone()).await.unwrap().version, first);
    let mut other = opened.definition.clone();
    other.name = "Used cars".into();
    for stale in [0, first - 1, first + 1] {
        let error = design::save(&cx, id, stale, other.clone()).await.unwrap_err();
        assert!(matches!(&error, Error::Conflict(text) if text.contains("changed the draft")), "{error:?}");
        assert!(matches!(design::discard(&cx, id, stale).await, Err(Error::Conflict(_))));
        assert!(matches!(
            design::publish(&cx, id, stale, &Default::default()).await,
            Err(Error::Conflict(_))
        ));
    }
    design::discard(&cx, id, first).await.unwrap();
    assert_eq!(open(&cx).await.version, 0);
    let error = design::save(&cx, id, first, opened.definition).await.unwrap_err();
    assert!(matches!(&error, Error::Conflict(text) if text.contains("meanwhile")), "{error:?}");
});

both!(a_page_that_was_opened_before_somebody_published_reverts_nothing, |db| {
    let cx = dealership(&db, "Nordvik Cars", 4).await;
    let opened = open(&cx).await;
    let draft = drafted(&cx, |it| it.steps[1].name = "Inspect".into()).await;
    publish(&cx, &draft, &[]).await.unwrap();
    // Neither as a new draft nor as the one that was published.
    let id = opened.live.head.id;
    for version in [0, draft.version] {
        let saved = design::save(&cx, id, version, opened.definition.clone()).await;
        assert!(matches!(saved, Err(Error::Conflict(_))), "{saved:?}");
    }
    // Drafted and discarded, another draft never has the version of that one.
    let first = drafted(&cx, |it| it.name = "Used cars".into()).await;
    design::discard(&cx, id, first.version).await.unwrap();
    assert_ne!(drafted(&cx, |it| it.name = "Cars".into()).await.version, first.version);
    assert!(matches!(
        design::publish(&cx, id, first.version, &Default::default()).await,
        Err(Error::Conflict(_))
    ));
});

both!(a_move_from_a_step_that_is_gone_is_not_taken_back, |db| {
    let cx = dealership(&db, "Nordvik Cars", 40).await;
    let before = open(&cx).await.live;
    let (gone, to) = (before.steps[2].id, before.steps[1].id);
    let draft = drafted(&cx, |it| {
        it.remove_step(gone);
        let next = it.steps[2].id;
        it.connect(to, next, "Passed");
    })
    .await;
    publish(&cx, &draft, &[(gone, to)]).await.unwrap();
    let (item, version): (kernel::ItemId, i64) =
        sql("select i.id, i.version from item i join activity a on a.item_id = i.id
         where i.organisation_id = $1 and i.step_id = $2 and i.updated_at = a.created_at and a.kind = 'moved'
         order by i.id limit 1")
        .bind(cx.organisation_id())
        .bind(to)
        .one(cx.db())
        .await
        .unwrap();
    let undone = acts::item::undo_move(&cx, item, version).await;
    assert!(matches!(undone, Err(Error::Conflict(_))), "{undone:?}");
});

both!(no_item_is_left_behind_when_its_step_goes, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let before = open(&cx).await;
    let (gone, to) = (before.live.steps[2].id, before.live.steps[1].id);
    let waiting = before.live.steps[2].item_count;
    assert!(waiting > 1);
    // One of them is deleted, and comes back afterwards.
    let items: Vec<(kernel::ItemId,)> =
        sql("select id from item where organisation_id = $1 and step_id = $2 and deleted_at is null")
            .bind(cx.organisation_id())
            .bind(gone)
            .all(cx.db())
            .await
            .unwrap();
    acts::item::delete(&cx, items[0].0, None).await.unwrap();

    let draft = drafted(&cx, |it| {
        it.remove_step(gone);
        let (first, last) = (it.steps[1].id, it.steps[2].id);
        it.connect(first, last, "Passed");
    })
    .await;
    let error = publish(&cx, &draft, &[]).await.unwrap_err();
    assert!(matches!(&error, Error::Conflict(text) if text.contains("Say where")), "{error:?}");
    assert_eq!(open(&cx).await.live, {
        let mut live = before.live.clone();
        live.steps[2].item_count -= 1;
        live
    });

    publish(&cx, &draft, &[(gone, to)]).await.unwrap();
    let after = open(&cx).await.live;
    assert!(after.step(gone).is_none());
    assert_eq!(after.step(to).unwrap().item_count, before.live.steps[1].item_count + waiting - 1);
    let history = repo::activity::list(cx.db(), cx.organisation_id(), items[1].0).await.unwrap();
    assert!(
        matches!(&history[0].act, Act::Moved(Move { from, to: there, .. }) if *from == gone && *there == to)
    );
    acts::item::restore(&cx, items[0].0).await.unwrap();
    assert_eq!(open(&cx).await.live.step(to).unwrap().item_count, before.live.steps[1].item_count + waiting);
});

both!(new_steps_get_ids_of_the_program, |db| {
    let cx = dealership(&db, "Nordvik Cars", 10).await;
    let before = open(&cx).await;
    let (first, gone) = (before.live.steps[0].id, before.live.steps[1].id);
    // An id that is taken elsewhere is as good as any.
    let taken = before.live.head.id.uuid().into();
    let draft = drafted(&cx, |it| {
        it.insert_step(Some(0), taken);
        it.steps[1].name = "Wash".into();
        it.connect(first, taken, "To Wash");
        let next = it.steps[3].id;
        it.connect(taken, next, "Washed");
        it.remove_step(gone);
    })
    .await;
    publish(&cx, &draft, &[(gone, taken)]).await.unwrap();
    let after = open(&cx).await.live;
    let wash = after.steps.iter().find(|step| step.name == "Wash").unwrap();
    assert_ne!(wash.id, taken);
    assert_eq!(wash.item_count, before.live.steps[1].item_count);
    assert!(after.ways_out(first).any(|way| way.to_step_id == wash.id));
});

both!(what_cannot_run_is_not_published, |db| {
    let cx = dealership(&db, "Nordvik Cars", 4).await;
    let draft = drafted(&cx, |it| it.transitions.clear()).await;
    let error = publish(&cx, &draft, &[]).await.unwrap_err();
    assert!(matches!(&error, Error::Conflict(text) if text.contains("cannot be published yet")), "{error:?}");
    assert_eq!(open(&cx).await.version, draft.version);
});

both!(who_may_not_design_or_publish_does_not, |db| {
    let cx = dealership(&db, "Nordvik Cars", 4).await;
    let draft = drafted(&cx, |it| it.name = "Used cars".into()).await;
    let guest = cx.colleague("Gun Guest", Role::Guest).await;
    assert!(matches!(design::open(&guest, "UC").await, Err(Error::Forbidden(_))));
    assert!(matches!(design::create(&guest, new("X", "X", "plain")).await, Err(Error::Forbidden(_))));
    assert!(matches!(publish(&guest, &draft, &[]).await, Err(Error::Forbidden(_))));
    assert!(cx.may(Permission::WorkflowPublish));
    // Another organisation's workflow does not exist.
    let other = Cx::test(&db, "Halden Studio").await;
    assert!(matches!(design::open(&other, "UC").await, Err(Error::NotFound)));
    assert!(matches!(publish(&other, &draft, &[]).await, Err(Error::NotFound)));
    let id = draft.live.head.id;
    assert!(matches!(design::save(&other, id, 0, draft.definition.clone()).await, Err(Error::NotFound)));
    assert!(matches!(design::discard(&other, id, draft.version).await, Err(Error::NotFound)));
    assert_eq!(design::versions(&other, id).await.unwrap(), []);
    assert_eq!(design::version(&other, id, 1).await, Err(Error::NotFound));
});

both!(instructions_are_those_of_the_version_that_an_item_is_on, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let board = acts::workflow::board(&cx, "UC", &Default::default()).await.unwrap();
    let key = format!("UC-{}", board.columns[1].cards[0].number);
    let said = async || acts::item::page(&cx, &key).await.unwrap().instructions;
    let before = said().await;
    assert!(before.starts_with("Drive"), "{before}");
    let draft = drafted(&cx, |it| it.steps[1].instructions = " Drive less. \n".into()).await;
    assert!(
        changes(&draft.running, &draft.definition)
            .contains(&"Test and inspect has other instructions.".into())
    );
    let id = draft.live.head.id;
    let stay = design::Onward { moves: BTreeMap::new(), stay: true };
    design::publish(&cx, id, draft.version, &stay).await.unwrap();
    assert_eq!(said().await, before);
    design::take_up(&cx, id, 1, &BTreeMap::new()).await.unwrap();
    assert_eq!(said().await, "Drive less.");
    assert_eq!(open(&cx).await.definition.steps[1].instructions, "Drive less.");
});
