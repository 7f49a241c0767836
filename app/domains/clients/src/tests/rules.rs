//! Properties of the pure rules.

use kernel::{BrandId, ClientId, Permission, PermissionSet, ProjectId, Scope, ScopedGrant};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    model::Form,
    rules::{Cursor, LINE_MAX, NAME_MAX, RATE_MAX, Reach, check, parse_rate, rate_text},
};

fn scope() -> impl Strategy<Value = Scope> {
    (0..3_u8, 0..4_u128).prop_map(|(kind, id)| match kind {
        0 => Scope::Client(Uuid::from_u128(id).into()),
        1 => Scope::Project(Uuid::from_u128(id).into()),
        _ => Scope::Brand(BrandId::from(Uuid::from_u128(id))),
    })
}

fn grant() -> impl Strategy<Value = ScopedGrant> {
    let some = prop_oneof![Just(Permission::ClientView), Just(Permission::ProjectView)];
    (scope(), some)
        .prop_map(|(scope, permission)| ScopedGrant { scope, permissions: PermissionSet::of(&[permission]) })
}

proptest! {
    #[test]
    fn one_reaches_what_one_has_the_permission_for(
        everywhere: bool, grants in proptest::collection::vec(grant(), 0..8), client in 0..4_u128, project in 0..4_u128
    ) {
        let (client, project) = (ClientId::from(Uuid::from_u128(client)), ProjectId::from(Uuid::from_u128(project)));
        for permission in [Permission::ClientView, Permission::ProjectView] {
            let reach = Reach::new(everywhere, &grants, permission);
            let has = |scope| everywhere || ScopedGrant::any(&grants, permission, scope);
            prop_assert_eq!(reach.has_client(client), has(Scope::Client(client)));
            let either = has(Scope::Client(client)) || has(Scope::Project(project));
            prop_assert_eq!(reach.has_project(client, project), either);
        }
    }

    #[test]
    fn a_rate_is_read_as_it_is_written(rate in proptest::option::of(0..=RATE_MAX)) {
        prop_assert_eq!(parse_rate(&rate_text(rate)), Ok(rate));
    }

    #[test]
    fn no_text_breaks_the_rate(text in ".{0,20}") {
        if let Ok(Some(rate)) = parse_rate(&text) {
            prop_assert!((0..=RATE_MAX).contains(&rate));
        }
    }

    #[test]
    fn a_cursor_is_read_as_it_is_written(id: u128, name in "[^\0]{0,40}") {
        let cursor = Cursor { id: Uuid::from_u128(id).into(), name };
        prop_assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor));
    }

    #[test]
    fn what_was_checked_stays_as_it_is(
        name in ".{0,120}", note in "(?s).{0,80}", email in ".{0,20}", website in "(https://)?[a-z .]{0,20}",
        tax_id in proptest::option::of(".{0,50}")
    ) {
        let form = Form { name, note, email, website, tax_id, ..Form::default() };
        if let Ok(tidy) = check(&form) {
            let length = tidy.name.chars().count();
            prop_assert!((1..=NAME_MAX).contains(&length) && tidy.email.chars().count() <= LINE_MAX);
            prop_assert_eq!(check(&tidy), Ok(tidy.clone()));
        }
    }
}

#[test]
fn wrong_fields_come_together() {
    let form = Form {
        email: "nobody".into(),
        website: "javascript:alert(1)".into(),
        hourly_rate: Some(Some(-1)),
        tax_id: Some("1".repeat(41)),
        ..Form::default()
    };
    let error = check(&form).unwrap_err();
    for field in ["name", "email", "website", "hourly_rate", "tax_id"] {
        assert!(error.field(field).is_some(), "{field}");
    }
    for text in ["x", "1.234", "-1", "1,2,3", ".5", "99999999999999999999"] {
        assert!(parse_rate(text).is_err(), "{text}");
    }
    assert_eq!((parse_rate("1 200,5"), parse_rate(" ")), (Ok(Some(120_050)), Ok(None)));
}
