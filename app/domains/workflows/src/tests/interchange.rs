//! Designs out of files and into files, on both engines.

use axum::body::Body;
use db::both;
use http::Request;
use kernel::{Cx, Error, Role};
use tower::ServiceExt;

use super::api::dealership;
use crate::{
    acts::{design, interchange as acts},
    interchange::{Format, read},
};

both!(what_is_exported_is_put_into_another_workflow, |db| {
    let cx = dealership(&db, "Nordvik Cars", 4).await;
    let new = design::NewWorkflow {
        name: "Claims".into(),
        key: "WC".into(),
        item_noun: "claim".into(),
        template: "plain".into(),
    };
    let other = design::create(&cx, new).await.unwrap();
    let opened = design::open(&cx, "UC").await.unwrap();
    for format in [Format::Bpmn, Format::Json] {
        let file = acts::export(&cx, "UC", format).await.unwrap();
        assert_eq!(file.name, format!("UC.{}", format.ending()));
        // Into itself it is as it was.
        let same = acts::read(&cx, opened.live.head.id, file.text.clone()).await.unwrap();
        assert_eq!(same.report, Vec::<String>::new());
        assert_eq!(same.definition.steps, opened.definition.steps);
        assert_eq!(same.definition.transitions, opened.definition.transitions);
        let read = acts::read(&cx, other.id, file.text).await.unwrap();
        // Reading changes nothing; what was read can be kept and published.
        let target = design::open(&cx, "WC").await.unwrap();
        if format == Format::Bpmn {
            assert_eq!(target.version, 0);
        }
        let mut draft = target.definition.clone();
        draft.redraw(read.definition);
        design::save(&cx, other.id, target.version, draft).await.unwrap();
    }
    let draft = design::open(&cx, "WC").await.unwrap();
    let moves = Default::default();
    design::publish(&cx, other.id, draft.version, &design::Onward { moves, stay: false }).await.unwrap();
    let names = |steps: &[crate::model::Step]| steps.iter().map(|step| step.name.clone()).collect::<Vec<_>>();
    let live = design::open(&cx, "WC").await.unwrap().live;
    assert_eq!(names(&live.steps), names(&opened.live.steps));
});

both!(json_carries_the_form_and_bpmn_leaves_it, |db| {
    let cx = dealership(&db, "Nordvik Cars", 4).await;
    let new = design::NewWorkflow {
        name: "Claims".into(),
        key: "WC".into(),
        item_noun: "claim".into(),
        template: "content".into(),
    };
    let other = design::create(&cx, new).await.unwrap();
    let from = design::open(&cx, "UC").await.unwrap().definition;
    let labels = |of: &crate::definition::Definition| {
        of.form().iter().map(|field| field.label.clone()).collect::<Vec<_>>()
    };
    let target = design::open(&cx, "WC").await.unwrap();

    let bpmn = acts::export(&cx, "UC", Format::Bpmn).await.unwrap();
    let mut draft = target.definition.clone();
    draft.redraw(acts::read(&cx, other.id, bpmn.text).await.unwrap().definition);
    assert_eq!(labels(&draft), labels(&target.definition));

    let json = acts::export(&cx, "UC", Format::Json).await.unwrap();
    let read = acts::read(&cx, other.id, json.text.clone()).await.unwrap();
    assert_eq!(read.report, Vec::<String>::new());
    assert_eq!(read.definition.form(), from.form());
    let mut draft = target.definition.clone();
    draft.redraw(read.definition);
    let kept = design::save(&cx, other.id, 0, draft).await.unwrap();
    design::publish(&cx, other.id, kept.version, &Default::default()).await.unwrap();
    let live = design::open(&cx, "WC").await.unwrap();
    assert_eq!(labels(&live.running), labels(&from));
    // Both have fields of their own.
    assert_eq!(design::open(&cx, "UC").await.unwrap().running.form(), from.form());

    // What cannot be kept of a form is said.
    let mut broken: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    broken["fields"][0]["key"] = "No key".into();
    broken["fields"][1]["step_id"] = uuid::Uuid::nil().to_string().into();
    broken["fields"][2]["label"] = "x\0".into();
    broken["fields"][3]["key"] = broken["fields"][4]["key"].clone();
    let read = acts::read(&cx, other.id, broken.to_string()).await.unwrap();
    assert_eq!(read.report.len(), 3, "{:?}", read.report);
    assert_eq!(read.definition.form().len(), from.form().len() - 3);
    assert_eq!(read.definition.form()[0].label, "x");
    assert!(read.definition.validate().is_ok());
});

both!(teams_and_people_of_elsewhere_are_left_out, |db| {
    let cx = dealership(&db, "Nordvik Cars", 4).await;
    let file = acts::export(&cx, "UC", Format::Bpmn).await.unwrap();
    let opened = design::open(&cx, "UC").await.unwrap();
    assert!(opened.definition.steps.iter().any(|step| step.team_id.is_some()));
    let other = dealership(&db, "Halden Studio", 4).await;
    let id = design::open(&other, "UC").await.unwrap().live.head.id;
    let read = acts::read(&other, id, file.text).await.unwrap();
    assert!(read.definition.steps.iter().all(|step| step.team_id.is_none()));
    assert!(read.report.last().unwrap().starts_with("Teams or people that are not known here"));
});

both!(a_file_that_says_no_places_is_laid_out, |db| {
    let cx = dealership(&db, "Nordvik Cars", 4).await;
    let id = design::open(&cx, "UC").await.unwrap().live.head.id;
    let inside = r#"<startEvent id="s"/><task id="a" name="A"/><endEvent id="b" name="B"/>
        <sequenceFlow id="f" sourceRef="s" targetRef="a"/><sequenceFlow id="g" sourceRef="a" targetRef="b"/>"#;
    let text = format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process>{inside}</process></definitions>"#
    );
    let read = acts::read(&cx, id, text).await.unwrap();
    assert!(read.definition.steps.iter().all(|step| step.place.is_some()));
    assert_ne!(read.definition.steps[0].place, read.definition.steps[1].place);
    let error = acts::read(&cx, id, "hello".into()).await.unwrap_err();
    assert!(error.field("file").is_some(), "{error:?}");
});

both!(who_may_not_design_neither_exports_nor_imports, |db| {
    let cx = dealership(&db, "Nordvik Cars", 4).await;
    let id = design::open(&cx, "UC").await.unwrap().live.head.id;
    let guest = cx.colleague("Gun Guest", Role::Guest).await;
    assert!(matches!(acts::export(&guest, "UC", Format::Json).await, Err(Error::Forbidden(_))));
    assert!(matches!(acts::read(&guest, id, String::new()).await, Err(Error::Forbidden(_))));
    let other = Cx::test(&db, "Halden Studio").await;
    assert!(matches!(acts::export(&other, "UC", Format::Json).await, Err(Error::NotFound)));
    assert!(matches!(acts::read(&other, id, String::new()).await, Err(Error::NotFound)));
});

both!(other_programs_export_designs, |db| {
    let cx = dealership(&db, "Nordvik Cars", 4).await;
    cx.visit().rest().await;
    let router: axum::Router = ::rest::Api::new(crate::rest::routes()).router::<()>();
    for (query, status, kind) in [
        ("", 200, "application/xml"),
        ("?format=bpmn", 200, "application/xml"),
        ("?format=json", 200, "application/json"),
        ("?format=csv", 422, "application/problem+json"),
        ("?fromat=json", 422, "application/problem+json"),
    ] {
        let path = format!("/workflows/UC/export{query}");
        let request =
            Request::builder().uri(&path).extension(cx.visit().clone()).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{path}");
        assert_eq!(response.headers()["content-type"], kind, "{path}");
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        assert_eq!(read(&bytes, || cx.new_id()).is_ok(), status == 200, "{path}");
    }
});
