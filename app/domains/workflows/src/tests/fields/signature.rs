//! Fields that are signed: who signs is what the server says, and nothing of it is lost silently.

use std::collections::BTreeMap;

use db::both;
use kernel::{Cx, Role};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{field, made, mistakes, publish, texts, values};
use crate::{
    acts::item,
    form::{
        self,
        signature::{self, POINTS_MAX, SIZE},
        value::Around,
    },
    guard::{Builtins, Guard},
    model::{Act, Field, FieldKind, Values},
    rules,
    tests::rest::{get, patch},
};

fn seal() -> Field {
    field("seal", FieldKind::Signature)
}

fn read(before: &Values, sent: &[(&str, &str)]) -> kernel::Result<Values> {
    let sent: BTreeMap<&str, &str> = sent.iter().copied().collect();
    form::known(&[seal()], sent.keys().copied())?;
    rules::read_values(&[seal()], before, |key| sent.get(key).copied(), &Around::LOOSE)
}

#[test]
fn strokes_and_names_are_read_and_all_else_refused() {
    let none = Values::new();
    let drawn = read(&none, &[("seal", "drawn:10,20 30,40;5,6")]).unwrap();
    assert_eq!(drawn["seal"], json!({ "drawn": "10,20 30,40;5,6" }));
    let typed = read(&none, &[("seal", ""), ("seal/name", "  Anna   Lind ")]).unwrap();
    assert_eq!(typed["seal"], json!({ "typed": "Anna Lind" }));
    assert_eq!(read(&drawn, &[("seal", "kept")]).unwrap(), drawn);
    assert!(read(&drawn, &[("seal", "")]).unwrap().is_empty());
    let long = "x".repeat(101);
    for (sent, why) in [
        (vec![("seal", "kept")], "The signature of SEAL is gone meanwhile: sign again."),
        (vec![("seal", "Anna")], "SEAL is signed and not filled in."),
        (vec![("seal", "drawn:")], "cannot be read"),
        (vec![("seal", "drawn:601,0")], "cannot be read"),
        (vec![("seal", "drawn:1,201")], "cannot be read"),
        (vec![("seal", "drawn:-1,2")], "cannot be read"),
        (vec![("seal", "drawn:1,2 ;3,4")], "cannot be read"),
        (vec![("seal", "drawn:<svg>")], "cannot be read"),
        (vec![("seal", ""), ("seal/name", &long)], "a name of 100 characters at most"),
    ] {
        let said = mistakes(read(&none, &sent).unwrap_err());
        assert!(said["data[seal]"].contains(why), "{sent:?}: {said:?}");
    }
    let points = vec!["1,2"; POINTS_MAX + 1].join(" ");
    assert!(read(&none, &[("seal", &format!("drawn:{points}"))]).is_err());
    assert!(read(&none, &[("seal/0", "x")]).is_err());
}

#[test]
fn the_program_signs_nothing() {
    let nobody = Around { signer: signature::Signer::Nobody, ..Around::LOOSE };
    let said = signature::of_text(&seal(), "drawn:1,2", &nobody).unwrap_err();
    assert_eq!(said, "SEAL is signed by people only.");
}

#[test]
fn conditions_read_who_signed() {
    let guard = |text: &str| Guard::parse(text, &[seal()]).unwrap();
    let signed = values(json!({ "seal": { "drawn": "1,2", "name": "Anna Lind", "by": "", "at": "" } }));
    assert!(guard("seal == \"Anna Lind\"").evaluate(&signed, &Builtins::default()).holds);
    assert!(guard("seal != null").evaluate(&signed, &Builtins::default()).holds);
    assert!(guard("seal == null").evaluate(&Values::new(), &Builtins::default()).holds);
}

proptest! {
    /// What is drawn goes to the server and back as it was.
    #[test]
    fn strokes_go_round(strokes in prop::collection::vec(
        prop::collection::vec((0..=SIZE.0, 0..=SIZE.1), 1..20), 1..10,
    )) {
        let text = signature::sent(&strokes);
        prop_assert_eq!(signature::of_sent(&text), Some(strokes.clone()));
        let path = signature::path(&strokes);
        prop_assert!(path.bytes().all(|byte| byte.is_ascii_digit() || b"MLh ".contains(&byte)), "{}", path);
    }

    /// No text makes reading fall over, and what is read is nothing but points.
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}", points in "[0-9, ;]{0,40}") {
        for text in [text, points] {
            if let Some(strokes) = signature::strokes(&text) {
                prop_assert!(strokes.iter().flatten().all(|(x, y)| *x <= SIZE.0 && *y <= SIZE.1));
            }
            let value = json!({ "drawn": text.clone(), "typed": text });
            let _ = (signature::show(Some(&value)), signature::who(Some(&value)), signature::parts(Some(&value)));
        }
    }
}

both!(who_signs_and_when_is_what_the_server_says, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let (workflow, steps) = made(&cx).await;
    publish(&cx, |made| {
        let mut seal = seal();
        (seal.required, seal.step_id) = (true, Some(made.steps[0].id));
        made.fields.get_or_insert_default().push(seal);
    })
    .await
    .unwrap();
    let anna = cx.colleague("Anna Lind", Role::Member).await;
    let (_, item) = item::create(&cx, workflow, texts(&[]), "").await.unwrap();
    let id = item.card.id;
    let stays = item::move_to(&cx, id, steps[1], item.card.version, None).await.unwrap_err();
    assert!(stays.to_string().contains("Fill in SEAL before"), "{stays}");

    let card =
        item::save(&anna, id, item.card.version, texts(&[("seal", "drawn:1,2 3,4")]), None).await.unwrap();
    let data = || async { get(&cx, "/items/VI-1").await.body["data"]["seal"].clone() };
    let signed = data().await;
    assert_eq!(signed["drawn"], "1,2 3,4");
    assert_eq!((&signed["name"], &signed["by"]), (&json!("Anna Lind"), &json!(anna.member_id().to_string())));
    assert!(signed["at"].as_str().unwrap().starts_with("20"), "{signed}");

    // Somebody else who saves the form signs nothing, and neither does a program that sends back what it got.
    let card =
        item::save(&cx, id, card.version, texts(&[("seal", "kept"), ("net", "5")]), None).await.unwrap();
    assert_eq!(data().await, signed);
    let tag = format!("\"{}\"", card.version);
    let same = patch(&cx, "/items/VI-1", &tag, json!({ "data": { "seal": signed, "net": 700 } })).await;
    assert_eq!((same.status, &same.body["data"]["seal"]), (200, &signed), "{}", same.body);

    // Nobody signs as somebody else.
    let forged = json!({ "typed": "Anna Lind", "name": "Anna Lind", "by": anna.member_id().to_string(), "at": "2001-01-01" });
    let tag = format!("\"{}\"", card.version + 1);
    let answer = patch(&cx, "/items/VI-1", &tag, json!({ "data": { "seal": forged } })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let now = data().await;
    assert_eq!(now["by"], cx.member_id().to_string());
    assert!(now["name"] != "Anna Lind" && now["at"] != "2001-01-01", "{now}");
    for wrong in [
        json!("Anna"),
        json!({}),
        json!({ "drawn": "1,2", "typed": "x" }),
        json!({ "typed": "x", "ip": "1" }),
    ] {
        let answer = patch(
            &cx,
            "/items/VI-1",
            &format!("\"{}\"", card.version + 2),
            json!({ "data": { "seal": wrong } }),
        )
        .await;
        assert_eq!(
            (answer.status, &answer.body["errors"][0]["field"]),
            (422, &json!("data[seal]")),
            "{}",
            answer.body
        );
    }

    // Taking it away is in the history.
    item::save(&cx, id, card.version + 2, texts(&[("seal", "")]), None).await.unwrap();
    assert_eq!(data().await, Value::Null);
    let page = item::page(&cx, "VI-1").await.unwrap();
    let told: Vec<_> = page
        .activity
        .iter()
        .filter_map(|entry| match &entry.act {
            Act::Edited { changes } => changes.iter().find(|change| change.label == "the signature of SEAL"),
            _ => None,
        })
        .collect();
    assert_eq!(told.len(), 3);
    assert_eq!((told[2].from.as_str(), told[2].to.as_str()), ("", "Anna Lind"));
    assert_eq!(told[0].to, "");
});
