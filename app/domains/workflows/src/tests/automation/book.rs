//! Rules that ask for a booking.

use super::*;
use crate::tests::booking::{inspection, of as booked};

both!(a_rule_asks_for_a_booking, |db| {
    let world = World::new(&db).await;
    let book = |job_type, minutes| Action::Book { job_type, minutes };
    world.rule("Plan", Trigger::Created, "", vec![note("seen"), book(inspection(), Some(30))]).await;
    let item = world.add("Tyres", "1").await;
    world.work().await;
    let runs = world.runs().await;
    assert_eq!(runs[0].log.done, ["NOTE: seen", "Asked for a booking: Inspection"]);
    let asked = booked(item.card.id);
    let [(booking, minutes)] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!((booking.step_id, booking.job_type_id, *minutes), (None, inspection(), Some(30)));

    let page = automation::page(&world.owner, "TA").await.unwrap();
    assert_eq!(
        page.job_types.iter().map(|known| known.name.as_str()).collect::<Vec<_>>(),
        ["Inspection", "Paint"]
    );
    let gone = uuid::Uuid::from_u128(4_711).into();
    for wrong in [book(gone, None), book(inspection(), Some(4)), book(inspection(), Some(20_161))] {
        let rule =
            Rule { name: "R".into(), on: Trigger::Created, when: String::new(), then: vec![wrong.clone()] };
        let error = automation::create(&world.owner, "TA", rule, true).await.unwrap_err();
        assert!(error.field("then[0]").is_some(), "{wrong:?}: {error:?}");
    }
});
