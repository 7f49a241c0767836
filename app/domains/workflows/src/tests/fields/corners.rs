//! Corners of forms: whom a step waits for, what a value comes to, and whose clocks count.

use db::both;
use kernel::{Cx, Directory, Role};
use serde_json::json;

use super::{computed, field, id, made, offering, publish, shown_when, test, texts, values};
use crate::{
    acts::{
        approval::{self, Answer},
        design::{self, NewWorkflow},
        gate, item,
    },
    approval::{Approval, Verdict},
    automatic::{Automatic, Deed},
    definition::{Definition, StepDefinition, check},
    form::{
        self, Access, FileNames, Is, May, Place, When,
        value::{Around, of_form, of_program, of_text},
    },
    guard::{Builtins, Guard, formula},
    model::{Field, FieldKind, Values},
    rules,
};

/// What is kept where no files are gone.
fn kept(fields: &[Field], place: Place, before: &Values, after: Values) -> kernel::Result<Values> {
    form::kept(fields, place, before, after, &FileNames::new())
}

fn rule(step: u128, role: Option<Role>, may: May) -> Access {
    Access { step: id(step), role, may }
}

#[test]
fn what_is_worked_out_is_right_to_the_cent() {
    for (text, expected) in [
        ("0.06 * 1.25", json!(0.08)),
        ("0 - 0.06 * 1.25", json!(-0.08)),
        ("1.005 * 1", json!(1.01)),
        ("1000.325 - 1000", json!(0.33)),
        ("8.345 + 0", json!(8.35)),
        ("1.0 / 3", json!(0.33)),
        ("2.0 / 3", json!(0.67)),
        ("0 - 0.004", json!(0)),
        ("0.1 + 0.2", json!(0.3)),
        ("9999999999999.0 * 1", json!(9_999_999_999_999_i64)),
        ("4503599627370.25 + 0", json!(4_503_599_627_370.25)),
        ("99.995 + 0", json!(100)),
    ] {
        let fields = [computed("sum", text)];
        let data = formula::seen(&fields, &values(json!({})));
        assert_eq!(data.get("sum"), Some(&expected), "{text}");
    }
}

#[test]
fn nobody_passes_by_what_a_step_needs() {
    let fields = |access: Vec<Access>, required| {
        let mut made = Field { required, ..field("a", FieldKind::Text) };
        made.terms.access = access;
        [made]
    };
    let may =
        |fields: &[Field], role| rules::may_leave(id(1), Some(role), fields, &values(json!({}))).is_ok();
    // Members may only read what everybody else has to fill in.
    let needed = fields(vec![rule(1, None, May::Required), rule(1, Some(Role::Member), May::Read)], false);
    assert!(!may(&needed, Role::Member) && !may(&needed, Role::Admin));
    let always = fields(vec![rule(1, Some(Role::Member), May::Hidden)], true);
    assert!(!may(&always, Role::Member));
    // Where it is said of a role that it may leave it empty, or of everybody, nobody waits.
    let spared = fields(vec![rule(1, None, May::Required), rule(1, Some(Role::Member), May::Edit)], false);
    assert!(may(&spared, Role::Member) && !may(&spared, Role::Admin));
    assert!(may(&fields(vec![rule(1, None, May::Read)], true), Role::Member));
}

#[test]
fn who_may_not_change_a_value_cannot_hide_it_away() {
    let mut shade = shown_when(field("shade", FieldKind::Text), vec![test("colour", Is::Same, "Red")]);
    shade.terms.access = vec![rule(1, Some(Role::Member), May::Read)];
    let fields = [offering("colour", FieldKind::Choice, &["Red", "Blue"]), shade];
    let place = |role| Place { step: id(1), role: Some(role) };
    let before = values(json!({ "colour": "Red", "shade": "dark" }));
    let after = values(json!({ "colour": "Blue", "shade": "dark" }));
    let refused = kept(&fields, place(Role::Member), &before, after.clone()).unwrap_err().to_string();
    assert!(refused.contains("SHADE cannot be changed in this step"), "{refused}");
    assert_eq!(
        kept(&fields, place(Role::Admin), &before, after.clone()).unwrap(),
        values(json!({ "colour": "Blue" }))
    );
    // It was hidden before, or was never there.
    let was = kept(&fields, place(Role::Member), &after, after.clone()).unwrap();
    assert_eq!(was, values(json!({ "colour": "Blue" })));
    let none = values(json!({ "colour": "Red" }));
    kept(&fields, place(Role::Member), &none, was).unwrap();
}

#[test]
fn a_hidden_sum_counts_as_empty_in_other_sums() {
    let mut net = computed("net", "amount * 2");
    net.terms.show_when = Some(When { any: false, tests: vec![test("ok", Is::Filled, "")] });
    let fields =
        [field("ok", FieldKind::Flag), field("amount", FieldKind::Number), net, computed("gross", "net + 1")];
    let mut data = values(json!({ "amount": 5 }));
    let why = formula::fill(&fields, &mut data);
    assert_eq!((data.get("net"), data.get("gross")), (None, None));
    assert_eq!(why["gross"], "NET is empty.");
    assert!(!why.contains_key("net"));
    let mut data = values(json!({ "amount": 5, "ok": true }));
    formula::fill(&fields, &mut data);
    assert_eq!(data["gross"], json!(11));
}

#[test]
fn choices_in_another_order_are_no_change() {
    let list = offering("tags", FieldKind::Choices, &["Blue", "Red"]);
    let held = json!(["Red", "Blue"]);
    let ticked = |key: &str| match key {
        "tags" => Some(""),
        "tags/0" => Some("Blue"),
        "tags/1" => Some("Red"),
        _ => None,
    };
    assert_eq!(of_form(&list, Some(&held), &ticked, &Around::LOOSE), Some(Ok(Some(held.clone()))));
    let sent = json!(["Blue", "Red"]);
    assert_eq!(of_program(&list, &sent, Some(&held), &Around::LOOSE), Ok(Some(held.clone())));
    assert_eq!(of_program(&list, &json!(["Blue"]), Some(&held), &Around::LOOSE), Ok(Some(json!(["Blue"]))));
}

#[test]
fn a_year_that_is_half_typed_is_no_moment() {
    let at = field("at", FieldKind::DateTime);
    for text in ["0002-03-01T09:00", "0202-03-01T09:00", "1899-12-31T23:59"] {
        let said = of_text(&at, text, &Around::LOOSE).unwrap_err();
        assert!(said.contains("1900 or later"), "{said}");
    }
    of_text(&at, "1900-01-01T00:00", &Around::LOOSE).unwrap();
}

#[test]
fn the_difference_of_moments_is_the_time_between() {
    let mut hours = computed("hours", "(due - start) * 24");
    hours.terms.money = false;
    let fields = [field("start", FieldKind::DateTime), field("due", FieldKind::DateTime), hours];
    // Clocks were put forward in between.
    let data = values(json!({ "start": "2026-03-28T12:00:00+01:00", "due": "2026-03-29T12:00:00+02:00" }));
    assert_eq!(formula::seen(&fields, &data)["hours"], json!(23));
    let guard = Guard::parse("due - start < 1 && due > \"2026-03-29 11:59\"", &fields).unwrap();
    assert!(guard.evaluate(&data, &Builtins::default()).holds);
    assert_eq!(formula::seen(&fields, &values(json!({}))).get("hours"), None);
}

#[test]
fn two_rules_for_the_same_step_and_role_block() {
    let mut made = Definition::default();
    made.steps.push(StepDefinition::new(id(1), "One"));
    let mut twice = field("a", FieldKind::Text);
    twice.terms.access =
        vec![rule(1, None, May::Read), rule(1, Some(Role::Guest), May::Hidden), rule(1, None, May::Hidden)];
    made.fields = Some(vec![twice]);
    let said: Vec<String> = check(&made).into_iter().map(|finding| finding.text).collect();
    let expected = "Two rules say what may be done with A in One by everybody.";
    assert_eq!(said.iter().filter(|text| *text == expected).count(), 1, "{said:?}");
    assert!(!said.iter().any(|text| text.contains("Guest")), "{said:?}");
}

#[test]
fn a_condition_that_no_editor_shows_goes() {
    let mut made = Definition::default();
    let mut one = field("a", FieldKind::Text);
    one.terms.require_when = Some(When { any: false, tests: vec![test("gone", Is::Filled, "")] });
    let key = one.id;
    made.fields = Some(vec![one.clone()]);
    made.change_field(key, |field| field.required = true);
    assert_eq!(made.form()[0].terms.require_when, None);
    made.change_field(key, |field| field.kind = FieldKind::Computed);
    assert!(!made.form()[0].required);
    // So it does in drafts of before.
    made.fields = Some(vec![Field { required: true, ..one }]);
    assert_eq!(made.tidied().form()[0].terms.require_when, None);
}

#[test]
fn steps_fill_in_members_that_there_are() {
    let mut made = Definition::default();
    let somebody = Deed::Set { field: "owner".into(), value: "0191f0e0-0000-7000-8000-000000000001".into() };
    let automatic = Some(Automatic::Act(vec![somebody]));
    made.steps.push(StepDefinition { automatic, ..StepDefinition::new(id(1), "One") });
    made.fields = Some(vec![field("owner", FieldKind::Person)]);
    let said = gate::strangers(&made, &Directory::default());
    assert_eq!(said[0].text, "One: Choose a member of the organisation for OWNER.");
}

both!(moments_are_judged_by_clocks_of_the_organisation, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let (workflow, _) = made(&cx).await;
    publish(&cx, |made| {
        let late = made.form().iter().find(|it| it.key == "shade").unwrap().id;
        made.change_field(late, |field| {
            field.terms.show_when =
                Some(When { any: false, tests: vec![test("at", Is::More, "2026-07-01")] });
        });
    })
    .await
    .unwrap();
    let anna = cx.colleague("Anna Lind", Role::Member).await;
    let mut membership = anna.membership().clone();
    membership.settings.time_zone = "America/New_York".into();
    let away = Cx::system(anna.visit().site(), "test", membership);
    let (_, item) =
        item::create(&away, workflow, texts(&[("at", "2026-07-02T01:00"), ("shade", "dark")]), "")
            .await
            .unwrap();
    for who in [&cx, &away] {
        let page = item::page(who, "VI-1").await.unwrap();
        assert_eq!(page.item.data["at"], json!("2026-07-02T01:00:00+02:00"));
        assert_eq!(page.item.data["shade"], json!("dark"));
    }
    // It was still the first of July where she is.
    item::save(&away, item.card.id, 1, texts(&[("at", "2026-07-02T01:00"), ("shade", "light")]), None)
        .await
        .unwrap();
});

both!(what_a_published_condition_hides_is_gone_at_once, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let (workflow, _) = made(&cx).await;
    let form = texts(&[("colours", ""), ("colours/1", "Blue"), ("shade", "dark"), ("net", "3")]);
    item::create(&cx, workflow, form, "").await.unwrap();
    publish(&cx, |made| {
        let shade = made.form().iter().find(|it| it.key == "shade").unwrap().id;
        made.change_field(shade, |field| {
            field.terms.show_when = Some(When { any: false, tests: vec![test("net", Is::More, "100")] });
        });
    })
    .await
    .unwrap();
    assert_eq!(item::page(&cx, "VI-1").await.unwrap().item.data.get("shade"), None);
    let (_, whole) = item::find_whole(&cx, "VI-1").await.unwrap();
    assert_eq!((whole.data.get("shade"), whole.data.get("total")), (None, Some(&json!(6))));
});

both!(rules_for_a_role_hold_where_somebody_approves, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let anna = cx.colleague("Anna Lind", Role::Member).await;
    let new = NewWorkflow {
        name: "Purchases".into(),
        key: "PA".into(),
        item_noun: "purchase".into(),
        template: "purchase".into(),
    };
    let workflow = design::create(&cx, new).await.unwrap().id;
    let mut opened = design::open(&cx, "PA").await.unwrap();
    let made = &mut opened.definition;
    made.steps[1].approval = Some(Approval { approvers: vec![anna.member_id()], ..Approval::default() });
    let (step, supplier) = (made.steps[1].id, made.form().iter().find(|it| it.key == "supplier").unwrap().id);
    made.change_field(supplier, |field| {
        field.required = false;
        field.terms.access = vec![Access { step, role: Some(Role::Member), may: May::Required }];
    });
    let kept = design::save(&cx, workflow, opened.version, opened.definition).await.unwrap();
    design::publish(&cx, workflow, kept.version, &Default::default()).await.unwrap();
    let (_, made) = item::create(&cx, workflow, texts(&[("amount", "10")]), "").await.unwrap();
    let card = item::move_to(&cx, made.card.id, step, made.card.version, None).await.unwrap();
    let answer =
        || Answer { version: card.version, verdict: Verdict::Approved, reason: String::new(), to: None };
    let refused = approval::decide(&anna, card.id, answer(), None).await.unwrap_err().to_string();
    assert!(refused.contains("Fill in Supplier"), "{refused}");
    item::save(&anna, card.id, card.version, texts(&[("supplier", "Acme")]), None).await.unwrap();
    let answer = Answer { version: card.version + 1, ..answer() };
    approval::decide(&anna, card.id, answer, None).await.unwrap();
});
