//! Templates of the organisation's own, on both engines.

use db::both;
use kernel::{Cx, Error, Role};
use uuid::Uuid;

use super::api::dealership;
use crate::{
    acts::{
        design::{self, NewWorkflow},
        template,
    },
    approval::Approval,
    automatic::{Automatic, Deed, Whom},
    repo::template::TEMPLATES_MAX,
};

fn new(key: &str, template: impl ToString) -> NewWorkflow {
    NewWorkflow {
        name: format!("Made {key}"),
        key: key.into(),
        item_noun: "thing".into(),
        template: template.to_string(),
    }
}

both!(what_is_saved_as_a_template_is_made_again_with_its_form, |db| {
    let cx = dealership(&db, "Nordvik Cars", 10).await;
    let mut saved = design::open(&cx, "UC").await.unwrap().definition;
    saved.transitions[0].guard = "mileage > 5".into();
    let id = design::open(&cx, "UC").await.unwrap().live.head.id;
    design::save(&cx, id, 0, saved.clone()).await.unwrap();
    let template = template::save(&cx, "UC", "  Intake   of cars ", "For partners").await.unwrap();

    let listed = template::list(&cx).await.unwrap();
    assert_eq!((listed.len(), listed[0].id, listed[0].name.as_str()), (1, template, "Intake of cars"));
    let names: Vec<String> = saved.steps.iter().map(|step| step.name.clone()).collect();
    assert_eq!(
        (&listed[0].steps, listed[0].fields, &listed[0].left_out),
        (&names, saved.form().len(), &None)
    );

    let head = design::create(&cx, new("TW", template)).await.unwrap();
    assert_eq!((head.name.as_str(), head.item_noun.as_str()), ("Made TW", "thing"));
    let made = design::open(&cx, "TW").await.unwrap().running;
    assert_eq!(made.steps.iter().map(|step| step.name.clone()).collect::<Vec<_>>(), names);
    assert_eq!(
        made.steps.iter().map(|step| step.team_id).collect::<Vec<_>>(),
        saved.steps.iter().map(|step| step.team_id).collect::<Vec<_>>()
    );
    assert_eq!(made.transitions.len(), saved.transitions.len());
    assert!(made.transitions.iter().any(|way| way.guard == "mileage > 5"));
    let labels =
        |form: &[crate::model::Field]| form.iter().map(|field| field.label.clone()).collect::<Vec<_>>();
    assert_eq!(labels(made.form()), labels(saved.form()));
    // Each field is filled in in the same step, which is another one.
    for (made_field, field) in made.form().iter().zip(saved.form()) {
        let place =
            |of: &crate::definition::Definition, step| of.steps.iter().position(|it| Some(it.id) == step);
        assert_eq!(place(&made, made_field.step_id), place(&saved, field.step_id));
        assert_ne!(made_field.id, field.id);
    }
    // Twice is no trouble, and the first workflow is as it was.
    design::create(&cx, new("TX", template)).await.unwrap();
    assert_eq!(design::open(&cx, "UC").await.unwrap().running.steps.len(), names.len());
});

both!(who_is_gone_by_now_is_left_out_with_a_word, |db| {
    let cx = dealership(&db, "Nordvik Cars", 10).await;
    let stranger = Cx::test(&db, "Halden Studio").await.member_id();
    let opened = design::open(&cx, "UC").await.unwrap();
    let mut drafted = opened.definition.clone();
    let known = Approval { approvers: vec![cx.member_id(), stranger], ..Approval::default() };
    drafted.steps[1].approval = Some(known);
    let (here, before) = (drafted.steps[1].id, drafted.steps[0].id);
    drafted.connect(here, before, "Send back");
    // Nobody would be there to fill it in.
    drafted.fields.iter_mut().flatten().for_each(|field| field.required = false);
    let tells = vec![Deed::Tell(Whom::Member(stranger)), Deed::Due { days: 3 }];
    drafted.steps[3].automatic = Some(Automatic::Act(tells));
    design::save(&cx, opened.live.head.id, 0, drafted).await.unwrap();
    let id = template::save(&cx, "UC", "Intake", "").await.unwrap();
    let listed = template::list(&cx).await.unwrap();
    let said = listed[0].left_out.as_deref().unwrap();
    assert!(said.contains("left out, in Test and inspect"), "{said}");
    design::create(&cx, new("TW", id)).await.unwrap();
    let made = design::open(&cx, "TW").await.unwrap().running;
    assert_eq!(made.steps[1].approval.as_ref().unwrap().approvers, [cx.member_id()]);
    assert_eq!(made.steps[3].automatic, Some(Automatic::Act(vec![Deed::Due { days: 3 }])));
});

both!(templates_are_renamed_deleted_and_brought_back, |db| {
    let cx = dealership(&db, "Nordvik Cars", 10).await;
    let id = template::save(&cx, "UC", "Intake", "").await.unwrap();
    let taken = template::save(&cx, "UC", "Intake", "").await.unwrap_err();
    assert!(taken.field("name").is_some(), "{taken:?}");
    template::rename(&cx, id, 1, "Cars", "From partners").await.unwrap();
    assert!(matches!(template::rename(&cx, id, 1, "Other", "").await, Err(Error::Conflict(_))));
    let listed = template::list(&cx).await.unwrap();
    assert_eq!(
        (listed[0].name.as_str(), listed[0].description.as_str(), listed[0].version),
        ("Cars", "From partners", 2)
    );

    template::delete(&cx, id).await.unwrap();
    assert!(template::list(&cx).await.unwrap().is_empty());
    assert!(design::create(&cx, new("TW", id)).await.unwrap_err().field("template").is_some());
    assert_eq!(template::delete(&cx, id).await, Err(Error::NotFound));
    template::restore(&cx, id).await.unwrap();
    assert_eq!(template::list(&cx).await.unwrap().len(), 1);
    // While it was gone another one took its name.
    template::delete(&cx, id).await.unwrap();
    template::save(&cx, "UC", "Cars", "").await.unwrap();
    assert!(matches!(template::restore(&cx, id).await, Err(Error::Conflict(_))));

    template::rename(&cx, listed_id(&cx).await, 1, "Ca\u{7}rs\u{1b}", "").await.unwrap();
    assert_eq!(template::list(&cx).await.unwrap()[0].name, "Cars");
    for name in ["", "   ", "\u{7}", &"x".repeat(61)] {
        assert!(template::save(&cx, "UC", name, "").await.unwrap_err().field("name").is_some());
    }
    assert!(
        template::save(&cx, "UC", "Long", &"x".repeat(201)).await.unwrap_err().field("description").is_some()
    );
});

async fn listed_id(cx: &Cx) -> Uuid {
    template::list(cx).await.unwrap()[0].id
}

both!(there_are_so_many_templates_also_after_one_comes_back, |db| {
    let cx = dealership(&db, "Nordvik Cars", 10).await;
    let first = template::save(&cx, "UC", "Number 0", "").await.unwrap();
    template::delete(&cx, first).await.unwrap();
    for number in 1..=TEMPLATES_MAX {
        template::save(&cx, "UC", &format!("Number {number}"), "").await.unwrap();
    }
    assert!(matches!(template::save(&cx, "UC", "One more", "").await, Err(Error::Conflict(_))));
    assert!(matches!(template::restore(&cx, first).await, Err(Error::Conflict(_))));
    assert_eq!(template::list(&cx).await.unwrap().len(), TEMPLATES_MAX);
});

both!(what_could_not_run_is_no_template, |db| {
    let cx = dealership(&db, "Nordvik Cars", 10).await;
    let opened = design::open(&cx, "UC").await.unwrap();
    let mut broken = opened.definition.clone();
    broken.transitions.clear();
    design::save(&cx, opened.live.head.id, 0, broken).await.unwrap();
    let Err(Error::Conflict(text)) = template::save(&cx, "UC", "Intake", "").await else { panic!("saved") };
    assert!(text.starts_with("It cannot be saved as a template yet."), "{text}");
});

both!(templates_stay_in_their_organisation_and_with_who_may, |db| {
    let cx = dealership(&db, "Nordvik Cars", 10).await;
    let id = template::save(&cx, "UC", "Intake", "").await.unwrap();
    let other = dealership(&db, "Halden Studio", 10).await;
    assert!(template::list(&other).await.unwrap().is_empty());
    assert_eq!(template::rename(&other, id, 1, "X", "").await, Err(Error::NotFound));
    assert_eq!(template::delete(&other, id).await, Err(Error::NotFound));
    assert_eq!(template::restore(&other, id).await, Err(Error::NotFound));
    assert!(design::create(&other, new("TW", id)).await.unwrap_err().field("template").is_some());
    assert!(design::create(&cx, new("TW", Uuid::nil())).await.unwrap_err().field("template").is_some());
    let member = cx.colleague("Oskar Berg", Role::Guest).await;
    assert!(matches!(template::list(&member).await, Err(Error::Forbidden(_))));
    assert!(matches!(template::save(&member, "UC", "Mine", "").await, Err(Error::Forbidden(_))));
    assert!(matches!(template::delete(&member, id).await, Err(Error::Forbidden(_))));
});
