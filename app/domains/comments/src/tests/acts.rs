//! Comments through the acts, on both engines.

use db::both;
use kernel::{COMMENT_MAX, CommentId, Cx, Error};
use uuid::Uuid;

use super::fixture::{CLIENT, OTHER, World};
use crate::{acts, repo::Part};

async fn say(cx: &Cx, body: &str) -> kernel::Result<CommentId> {
    let said = acts::say(cx, "client", &CLIENT.to_string(), body, None).await;
    cx.visit().rest().await;
    said
}

async fn words(cx: &Cx) -> Vec<String> {
    let found = acts::discussion(cx, "client", &CLIENT.to_string()).await.unwrap();
    cx.visit().rest().await;
    found.comments.into_iter().map(|comment| comment.body).collect()
}

both!(what_is_said_is_read_by_who_sees_the_record, |db| {
    let world = World::new(&db).await;
    say(&world.owner, " They are away until Monday. ").await.unwrap();
    say(&world.admin, "Then we call on Tuesday.").await.unwrap();
    let both = ["Then we call on Tuesday.", "They are away until Monday."];
    assert_eq!(words(&world.owner).await, both);
    assert_eq!(words(&world.guest).await, both);
    let key = CLIENT.to_string();
    assert!(matches!(acts::discussion(&world.plain, "client", &key).await, Err(Error::NotFound)));
    let elsewhere = acts::discussion(&world.guest, "client", &OTHER.to_string()).await;
    assert!(matches!(elsewhere, Err(Error::NotFound)));
    assert!(matches!(acts::discussion(&world.owner, "planet", &key).await, Err(Error::NotFound)));
    let halden = Cx::test_on(world.owner.visit().site().clone(), "Halden Studio").await;
    assert!(acts::discussion(&halden, "client", &key).await.unwrap().comments.is_empty());
});

both!(who_reads_along_says_nothing, |db| {
    let world = World::new(&db).await;
    let key = CLIENT.to_string();
    assert!(!acts::discussion(&world.guest, "client", &key).await.unwrap().may_write);
    world.guest.visit().rest().await;
    assert!(matches!(say(&world.guest, "Hello").await, Err(Error::Forbidden(_))));
    assert!(matches!(say(&world.plain, "Hello").await, Err(Error::NotFound)));
    assert_eq!(words(&world.owner).await, [""; 0]);
});

both!(who_is_named_or_took_part_is_told_if_they_see_it, |db| {
    let world = World::new(&db).await;
    say(&world.admin, "They want a discount.").await.unwrap();
    say(&world.owner, "@Petra Lind, @Marek Novak: five per cent, no more.").await.unwrap();
    say(&world.owner, "And no winter tyres.").await.unwrap();
    let path = format!("/clients/{CLIENT}");
    let told = |reason: &str, words: &str| (reason.to_owned(), path.clone(), words.to_owned());
    assert_eq!(
        world.told(&world.admin).await,
        [
            told("named", "@Petra Lind, @Marek Novak: five per cent, no more."),
            told("took_part", "And no winter tyres."),
        ]
    );
    assert!(world.told(&world.plain).await.is_empty());
    assert!(world.told(&world.owner).await.is_empty());
});

both!(one_deletes_ones_own_and_brings_it_back, |db| {
    let world = World::new(&db).await;
    let id = say(&world.owner, "A mistake for @Petra Lind.").await.unwrap();
    assert!(matches!(acts::unsay(&world.admin, id).await, Err(Error::NotFound)));
    world.admin.visit().rest().await;
    acts::unsay(&world.owner, id).await.unwrap();
    assert!(matches!(acts::unsay(&world.owner, id).await, Err(Error::NotFound)));
    assert_eq!(words(&world.owner).await, [""; 0]);
    assert!(world.told(&world.admin).await.is_empty());
    acts::say_again(&world.owner, id).await.unwrap();
    assert!(matches!(acts::say_again(&world.owner, id).await, Err(Error::NotFound)));
    assert_eq!(words(&world.admin).await, ["A mistake for @Petra Lind."]);
});

both!(what_is_sent_twice_is_said_once, |db| {
    let world = World::new(&db).await;
    let (key, once) = (CLIENT.to_string(), Some(Uuid::from_u128(77)));
    let first = acts::say(&world.owner, "client", &key, "Once.", once).await.unwrap();
    let second = acts::say(&world.owner, "client", &key, "Once.", once).await.unwrap();
    assert_eq!(first, second);
    world.owner.visit().rest().await;
    assert_eq!(words(&world.owner).await, ["Once."]);
    for wrong in [String::new(), "  \n".into(), "x".repeat(COMMENT_MAX + 1)] {
        assert!(say(&world.owner, &wrong).await.unwrap_err().field("body").is_some());
    }
});

both!(parts_of_a_long_discussion_follow_each_other, |db| {
    let world = World::new(&db).await;
    for number in 0..5 {
        say(&world.owner, &number.to_string()).await.unwrap();
    }
    for (newest_first, expected) in [(false, "01234"), (true, "43210")] {
        let (mut read, mut after) = (String::new(), None);
        loop {
            let part = Part { after, newest_first, limit: 2 };
            let found = acts::list(&world.owner, "client", &CLIENT.to_string(), &part).await.unwrap();
            let Some(last) = found.last() else { break };
            after = Some(last.id);
            read.extend(found.into_iter().map(|comment| comment.body));
        }
        world.owner.visit().rest().await;
        assert_eq!(read, expected);
    }
});
