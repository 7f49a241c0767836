//! What an owner reads about the licence, and who else does not.

use std::path::PathBuf;

use db::both;
use kernel::{Cx, Error, Role};
use licence::{File, Keys, Licence, sign::PrivateKey};

use crate::{
    licence::{acts::get, model::Day},
    member,
};

/// A folder with a licence file, which goes away with the test.
pub(crate) struct Place(PathBuf);

impl Place {
    pub(crate) fn new(name: &str) -> Self {
        // Each test runs once on every engine, in one process.
        let number = uuid::Uuid::from_u128(rand::random()).simple();
        let folder = std::env::temp_dir().join(format!("mediap-identity-{name}-{number}"));
        std::fs::create_dir_all(&folder).unwrap();
        Place(folder)
    }

    pub(crate) fn file(&self) -> File {
        File::new(self.0.join("licence.json"), false, Keys::new([key().public()]))
    }

    pub(crate) fn write(&self, text: &str) {
        std::fs::write(self.0.join("licence.json"), text).unwrap();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn key() -> PrivateKey {
    PrivateKey::new("test", [7; 32]).unwrap()
}

/// A licence for so many members, valid when the clock of tests stands still.
pub(crate) fn bought(seats: u32) -> String {
    key().sign(&Licence {
        id: "l-1".into(),
        licensee: "Nordvik Cars AB".into(),
        plan: "business".into(),
        seats: Some(seats),
        entitlements: vec!["training".into()],
        issued: "2025-11-01".parse().unwrap(),
        expires: Some("2026-11-21".parse().unwrap()),
    })
}

both!(without_a_file_it_is_the_free_edition_with_everything, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let free = get(&cx, &File::default()).await.unwrap();
    assert_eq!((free.plan.as_str(), &free.bought, &free.fault, free.members), ("Free", &None, &None, 1));
    assert_eq!(free.included, ["Single sign-on", "Audit log", "Roles and permissions"]);
    assert!(!free.wants_attention && free.text.contains("nothing is locked"), "{}", free.text);
});

both!(a_file_counts_without_a_new_start_and_members_are_compared_with_seats, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let place = Place::new("seats");
    let file = place.file();
    assert_eq!(get(&cx, &file).await.unwrap().plan, "Free");
    place.write(&bought(2));
    let marek = cx.colleague("Marek Havel", Role::Guest).await;
    let found = get(&cx, &file).await.unwrap();
    assert_eq!((found.plan.as_str(), found.seats().as_str()), ("Business", "2 of 2"));
    assert_eq!(found.text, "The licence is valid until 21 November 2026.");
    assert!(found.included.contains(&"Training".to_owned()), "{:?}", found.included);
    let facts = found.bought.unwrap();
    assert_eq!((facts.id.as_str(), facts.licensee.as_str()), ("l-1", "Nordvik Cars AB"));
    assert_eq!(facts.expires.and_then(Day::date), "2026-11-21".parse().ok());

    // One too many is said, and keeps nobody out.
    let anna = cx.colleague("Anna Berg", Role::Member).await;
    let crowded = get(&cx, &file).await.unwrap();
    assert!(crowded.wants_attention && crowded.text.starts_with("3 members work here"), "{}", crowded.text);
    cx.colleague("Petra Holm", Role::Member).await;

    // Who is suspended takes no seat, and other organisations do not count.
    Cx::test(&db, "Halden Studio").await;
    for (person, version) in [(&marek, 1), (&anna, 1)] {
        member::acts::suspend(&cx, person.member_id(), version).await.unwrap();
    }
    assert_eq!(get(&cx, &file).await.unwrap().seats(), "2 of 2");
});

both!(a_file_that_cannot_be_used_is_told_and_counts_as_none, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let place = Place::new("fault");
    place.write(&bought(25).replace("\"test\"", "\"other\""));
    let found = get(&cx, &place.file()).await.unwrap();
    assert_eq!((found.plan.as_str(), found.wants_attention), ("Free", false));
    let fault = found.fault.unwrap();
    assert!(fault.contains("signed with the key `other`"), "{fault}");
    // Where the file lies is for who runs the server.
    assert!(!fault.contains("licence.json"), "{fault}");
});

both!(only_who_manages_the_licence_reads_it, |db| {
    let owner = Cx::test(&db, "Nordvik Cars").await;
    for role in [Role::Guest, Role::Member, Role::Admin] {
        let other = owner.colleague("Petra Holm", role).await;
        let refused = get(&other, &File::default()).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{role:?}: {refused:?}");
    }
});
