//! Rules of workflows: what sets them off, what they do, and what is written down, on both engines.

mod book;
mod clock;
mod crash;
pub(super) mod hook;
mod limits;
mod pure;
mod sent;
mod trouble;

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use db::{Db, both, sql};
use jobs::{Handlers, Now, Queue, Worker};
use kernel::{Cx, MemberId, Role, RuleId, StepId, TeamId, WorkflowId, testing::TestClock};

use crate::{
    acts::{
        self,
        automation::{self, Asked},
        design::{self, NewWorkflow},
        item,
    },
    automatic::{Gives, Whom},
    automation::{Action, Part, Rule, Run, State, Trigger},
    model::{Act, Field, FieldKind, Item, ItemPage, Priority, Workflow},
    timer,
};

/// Tasks with an amount and a note, which are to do, in progress or done; and errands beside them.
pub(super) struct World {
    pub(super) owner: Cx,
    pub(super) marek: Cx,
    clock: Arc<TestClock>,
    db: Db,
}

impl World {
    pub(super) async fn new(db: &Db) -> Self {
        let clock = TestClock::new();
        let site = kernel::testing::site(db, clock.clone())
            .with_hooks(hook::HOOKS)
            .with_bookings(super::booking::BOOKINGS)
            .with_on_event(automation::on_event);
        let owner = Cx::test_on(site, "Nordvik Cars").await;
        let marek = owner.colleague("Marek Havel", Role::Member).await;
        for (name, key, noun) in [("Tasks", "TA", "task"), ("Errands", "ER", "errand")] {
            let new = NewWorkflow {
                name: name.into(),
                key: key.into(),
                item_noun: noun.into(),
                template: "plain".into(),
            };
            design::create(&owner, new).await.unwrap();
        }
        let mut opened = design::open(&owner, "TA").await.unwrap();
        let field = |number: u128, key: &str, kind| Field {
            id: uuid::Uuid::from_u128(number).into(),
            step_id: None,
            key: key.into(),
            label: key.to_uppercase(),
            kind,
            unit: String::new(),
            required: false,
            choices: Vec::new(),
            terms: crate::form::Terms::default(),
        };
        opened.definition.fields =
            Some(vec![field(1, "amount", FieldKind::Number), field(2, "note", FieldKind::Text)]);
        let id = opened.live.head.id;
        let kept = design::save(&owner, id, opened.version, opened.definition).await.unwrap();
        design::publish(&owner, id, kept.version, &Default::default()).await.unwrap();
        World { owner, marek, clock, db: db.clone() }
    }

    async fn workflow(&self, key: &str) -> Workflow {
        acts::workflow::find(&self.owner, key).await.unwrap()
    }

    async fn step(&self, name: &str) -> StepId {
        self.workflow("TA").await.steps.iter().find(|step| step.name == name).unwrap().id
    }

    async fn rule(&self, name: &str, on: Trigger, when: &str, then: Vec<Action>) -> RuleId {
        let rule = Rule { name: name.into(), on, when: when.into(), then };
        automation::create(&self.owner, "TA", rule, true).await.unwrap()
    }

    async fn add(&self, title: &str, amount: &str) -> Item {
        let form = item::Form {
            title: title.into(),
            priority: Priority::default(),
            assignee_id: Ok(None),
            due_on: Ok(None),
            data: item::Sent::Texts(BTreeMap::from([("amount".to_owned(), amount.to_owned())])),
        };
        item::create(&self.owner, self.workflow("TA").await.head.id, form, "").await.unwrap().1
    }

    async fn page(&self, item: &Item) -> ItemPage {
        item::page(&self.owner, &format!("TA-{}", item.card.number)).await.unwrap()
    }

    async fn now(&self, item: &Item) -> Item {
        self.page(item).await.item
    }

    async fn go(&self, item: &Item, to: &str) {
        let version = self.now(item).await.card.version;
        item::move_to(&self.owner, item.card.id, self.step(to).await, version, None).await.unwrap();
    }

    /// Saves the item with something changed.
    async fn change(&self, item: &Item, act: impl FnOnce(&mut item::Form)) {
        let now = self.now(item).await;
        let mut form = item::Form {
            title: now.card.title.clone(),
            priority: now.card.priority,
            assignee_id: Ok(now.card.assignee_id),
            due_on: Ok(now.card.due_on),
            data: item::Sent::Texts(BTreeMap::new()),
        };
        act(&mut form);
        item::save(&self.owner, item.card.id, now.card.version, form, None).await.unwrap();
    }

    /// Runs the jobs that are due, and those that they cause.
    async fn work(&self) {
        let site = self.owner.visit().site().clone();
        self.owner.visit().rest().await;
        let now: Now = Arc::new(move || site.now());
        loop {
            let handlers = timer::handlers(Handlers::default(), self.owner.visit().site());
            let worker = Worker::new(Queue::new(self.db.clone()), handlers, now.clone());
            if worker.run_due().await.unwrap() == 0 {
                return;
            }
        }
    }

    async fn runs(&self) -> Vec<Run> {
        let asked = Asked { oldest_first: true, ..Asked::default() };
        automation::runs(&self.owner, "TA", asked, 1_000).await.unwrap().runs
    }

    async fn states(&self) -> Vec<(String, State)> {
        self.runs().await.into_iter().map(|run| (run.rule_name, run.state)).collect()
    }
}

fn say(text: &str) -> Vec<Action> {
    vec![Action::Comment { text: text.into() }]
}

fn note(value: &str) -> Action {
    Action::Set { field: "note".into(), value: value.into() }
}

fn of(name: &str, state: State) -> (String, State) {
    (name.to_owned(), state)
}

both!(each_trigger_sets_off_its_rules, |db| {
    let world = World::new(&db).await;
    let (todo, progress) = (world.step("To do").await, world.step("In progress").await);
    world.rule("added", Trigger::Created, "", say("added")).await;
    world.rule("came", Trigger::Entered { step: progress }, "", say("came to {step}")).await;
    world.rule("first", Trigger::Entered { step: todo }, "", say("first")).await;
    world.rule("left", Trigger::Left { step: todo }, "", say("left")).await;
    world.rule("due", Trigger::Changed(Part::Due), "", say("due {due}")).await;
    world.rule("title", Trigger::Changed(Part::Title), "", say("title")).await;
    world.rule("whose", Trigger::Changed(Part::Assignee), "", say("whose")).await;
    world.rule("pressing", Trigger::Changed(Part::Priority), "", say("pressing")).await;
    let amount = Trigger::Changed(Part::Field("amount".into()));
    world.rule("amount", amount, "", say("amount {amount}")).await;

    let item = world.add("Tyres", "120").await;
    assert!(world.page(&item).await.comments.is_empty(), "the act does not wait for it");
    world.work().await;
    assert_eq!(world.states().await, [of("added", State::Done), of("first", State::Done)]);
    world.go(&item, "In progress").await;
    world.work().await;
    assert_eq!(world.states().await[2..], [of("came", State::Done), of("left", State::Done)]);
    world.change(&item, |form| form.title = "Tyres and rims".into()).await;
    world.change(&item, |form| form.due_on = Ok(NaiveDate::from_ymd_opt(2025, 12, 1))).await;
    world.change(&item, |form| form.assignee_id = Ok(Some(world.marek.member_id()))).await;
    world.change(&item, |form| form.priority = Priority::new(4)).await;
    world
        .change(&item, |form| form.data = item::Sent::Texts(BTreeMap::from([("amount".into(), "7".into())])))
        .await;
    world.work().await;
    let names: Vec<String> = world.states().await[4..].iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(names, ["title", "due", "whose", "pressing", "amount"]);
    let page = world.page(&item).await;
    let said: Vec<&str> = page.comments.iter().map(|comment| comment.body.as_str()).collect();
    assert!(said.contains(&"came to In progress") && said.contains(&"due 2025-12-01"), "{said:?}");
    assert!(said.contains(&"amount 7"), "{said:?}");
    let one = page.comments.iter().find(|comment| comment.body == "amount 7").unwrap();
    assert_eq!((one.created_by, one.rule.as_str()), (None, "amount"), "the rule says it, and nobody else");
    assert_eq!(page.item.card.comment_count, 9);
});

both!(what_is_taken_back_sets_off_nothing, |db| {
    let world = World::new(&db).await;
    let item = world.add("Tyres", "1").await;
    world.go(&item, "In progress").await;
    world.rule("back", Trigger::Entered { step: world.step("To do").await }, "", say("back")).await;
    let version = world.now(&item).await.card.version;
    item::undo_move(&world.owner, item.card.id, version).await.unwrap();
    world.work().await;
    assert_eq!(world.runs().await, []);
    // Nor does the move that is taken back, where the rule has not acted yet.
    world.rule("there", Trigger::Entered { step: world.step("In progress").await }, "", say("there")).await;
    world.rule("title", Trigger::Changed(Part::Title), "", say("title")).await;
    world.change(&item, |form| form.title = "Rims".into()).await;
    world.go(&item, "In progress").await;
    let version = world.now(&item).await.card.version;
    item::undo_move(&world.owner, item.card.id, version).await.unwrap();
    world.work().await;
    assert_eq!(world.states().await, [of("title", State::Done), of("there", State::Skipped)]);
    assert_eq!(world.runs().await[1].log.why, "The move was taken back.");
});

both!(a_rule_that_sends_back_makes_work_done_again, |db| {
    let world = World::new(&db).await;
    let mut opened = design::open(&world.owner, "TA").await.unwrap();
    let (todo, progress) = (world.step("To do").await, world.step("In progress").await);
    let back = crate::definition::TransitionDefinition {
        from: progress,
        to: todo,
        name: "Send back".into(),
        rework: true,
        refuses: false,
        guard: String::new(),
    };
    opened.definition.transitions.retain(|way| (way.from, way.to) != (progress, todo));
    opened.definition.transitions.push(back);
    let id: WorkflowId = opened.live.head.id;
    let kept = design::save(&world.owner, id, opened.version, opened.definition).await.unwrap();
    design::publish(&world.owner, id, kept.version, &Default::default()).await.unwrap();
    world.rule("Back", Trigger::Entered { step: progress }, "", vec![Action::Move { to: todo }]).await;
    let item = world.add("Tyres", "1").await;
    world.go(&item, "In progress").await;
    world.work().await;
    assert_eq!(world.states().await, [of("Back", State::Done)]);
    let count = crate::repo::activity::reworks(world.owner.db(), world.owner.organisation_id(), item.card.id);
    assert_eq!(count.await.unwrap(), 1);
});

both!(each_action_does_what_it_says, |db| {
    let world = World::new(&db).await;
    let (progress, errands) = (world.step("In progress").await, world.workflow("ER").await.head.id);
    let marek = world.marek.member_id();
    let then = vec![
        Action::Assign(Gives::Member(marek)),
        note("seen"),
        Action::Prioritise { priority: Priority::new(3) },
        Action::Due { days: 3 },
        Action::Comment { text: "@Marek Havel, {title} costs {amount}".into() },
        Action::Tell { whom: Whom::Assignee, text: "{key} is yours".into() },
        Action::Mail {
            whom: Whom::Member(marek),
            subject: "About\n{key}".into(),
            text: "See {title}.".into(),
        },
        Action::Create { workflow: errands, title: "Fetch {title}".into(), fields: BTreeMap::new() },
        Action::Move { to: progress },
        Action::Call,
    ];
    world.rule("Everything", Trigger::Created, "amount > 100", then).await;
    let item = world.add("Tyres", "120").await;
    world.work().await;
    let runs = world.runs().await;
    let [run] = runs.as_slice() else { panic!("{runs:?}") };
    assert_eq!(run.state, State::Done, "{run:?}");
    assert_eq!(run.log.reads, [("AMOUNT".to_owned(), "120".to_owned())]);
    assert_eq!(run.log.decision, "The condition holds.");
    assert_eq!(
        run.log.done,
        [
            "Assignee: Marek Havel",
            "NOTE: seen",
            "Priority: High",
            "Due: 2025-11-24",
            "Commented: @Marek Havel, Tyres costs 120",
            "Told Marek Havel: TA-1 is yours",
            "Sent a mail to Marek Havel: About TA-1",
            "Added ER-1 Fetch Tyres",
            "Moved to In progress",
            "Called the webhooks that ask for item.rule_called",
        ]
    );
    let page = world.page(&item).await;
    let card = &page.item.card;
    assert_eq!((card.assignee_id, card.priority, card.step_id), (Some(marek), Priority::new(3), progress));
    assert_eq!(card.due_on, NaiveDate::from_ymd_opt(2025, 11, 24));
    assert_eq!(page.item.data["note"], "seen");
    let by_rule: Vec<&Act> =
        page.activity.iter().filter(|entry| entry.rule == "Everything").map(|entry| &entry.act).collect();
    assert!(matches!(by_rule.as_slice(), [Act::Moved(_), Act::Edited { .. }]), "{:?}", page.activity);
    assert!(
        page.activity.iter().filter(|entry| !entry.rule.is_empty()).all(|entry| entry.actor_id.is_none())
    );
    let made = item::page(&world.owner, "ER-1").await.unwrap();
    assert_eq!(
        (made.item.card.title.as_str(), made.item.created_by),
        ("Fetch Tyres", Some(world.owner.member_id())),
        "whoever set it off has a hand in it"
    );
    assert_eq!(made.activity[0].rule, "Everything");
    let mails = kernel::testing::mails(world.owner.visit().site()).await;
    assert_eq!((mails.len(), mails[0].subject.as_str()), (1, "About TA-1"));
    assert!(
        mails[0].text.contains("See Tyres.") && mails[0].text.contains("/items/TA-1"),
        "{}",
        mails[0].text
    );
    let told: Vec<(String,)> =
        sql("select kind from notification where organisation_id = $1 and member_id = $2 order by kind")
            .bind(world.owner.organisation_id())
            .bind(marek)
            .all(world.owner.db())
            .await
            .unwrap();
    let told: Vec<&str> = told.iter().map(|(kind,)| kind.as_str()).collect();
    assert!(told.contains(&"item.assigned") && told.contains(&"comment.mentioned"), "{told:?}");
    assert!(told.contains(&"item.changed"), "{told:?}");
    let (called,): (i64,) =
        sql("select count(*) from audit where organisation_id = $1 and kind = 'item.rule_called'")
            .bind(world.owner.organisation_id())
            .one(world.owner.db())
            .await
            .unwrap();
    assert_eq!(called, 1);
});

both!(a_condition_that_does_not_hold_lets_it_be, |db| {
    let world = World::new(&db).await;
    world.rule("Large", Trigger::Created, "amount > 100", say("large")).await;
    let item = world.add("Valve", "5").await;
    world.work().await;
    let runs = world.runs().await;
    assert_eq!(
        (runs[0].state, runs[0].log.decision.as_str()),
        (State::Skipped, "The condition does not hold.")
    );
    assert_eq!(runs[0].log.reads, [("AMOUNT".to_owned(), "5".to_owned())]);
    assert!(world.page(&item).await.comments.is_empty());
});

both!(the_team_of_the_step_gets_items, |db| {
    let world = World::new(&db).await;
    let team = team(&world, "Yard", &[&world.marek]).await;
    let mut opened = design::open(&world.owner, "TA").await.unwrap();
    for step in &mut opened.definition.steps {
        step.team_id = Some(team);
    }
    let id: WorkflowId = opened.live.head.id;
    let kept = design::save(&world.owner, id, opened.version, opened.definition).await.unwrap();
    design::publish(&world.owner, id, kept.version, &Default::default()).await.unwrap();
    let then = vec![
        Action::Assign(Gives::LeastLoaded),
        Action::Tell { whom: Whom::Team, text: "new".into() },
        Action::Tell { whom: Whom::Creator, text: "new".into() },
    ];
    world.rule("Give", Trigger::Created, "", then).await;
    let item = world.add("Valve", "5").await;
    world.work().await;
    let run = world.runs().await.remove(0);
    assert_eq!(run.log.done, ["Assignee: Marek Havel", "Told Marek Havel: new", "Told Olle Owner: new"]);
    assert_eq!(world.now(&item).await.card.assignee_id, Some(world.marek.member_id()));
    world.rule("Free", Trigger::Changed(Part::Title), "", vec![Action::Assign(Gives::Nobody)]).await;
    world.change(&item, |form| form.title = "Valves".into()).await;
    world.work().await;
    assert_eq!(world.now(&item).await.card.assignee_id, None);
});

/// A team with some members.
async fn team(world: &World, name: &str, members: &[&Cx]) -> TeamId {
    let cx = &world.owner;
    let id: TeamId = cx.new_id();
    let mut tx = cx.begin().await.unwrap();
    sql("insert into team (id, organisation_id, name, created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $4, $5)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(name)
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(&mut tx)
    .await
    .unwrap();
    let ids: Vec<MemberId> = members.iter().map(|cx| cx.member_id()).collect();
    for member in ids {
        sql("insert into team_member (organisation_id, team_id, member_id, created_at) values ($1, $2, $3, $4)")
            .bind(cx.organisation_id())
            .bind(id)
            .bind(member)
            .bind(cx.now())
            .exactly_one(&mut tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    id
}
