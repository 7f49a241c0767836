//! What mails and browsers say.

use kernel::{Directory, Letter};

use crate::model::{Notification, Thread};

/// How many threads the mail of the morning lists.
const LISTED: usize = 20;

/// What happened, in a sentence.
pub fn sentence(one: &Notification, people: &Directory) -> String {
    let actor = one.actor_id.and_then(|id| people.person(id));
    let name = actor.map_or(one.kind.nobody(), |person| person.name.as_str());
    format!("{name} {} {}", one.kind.verb(), one.title)
}

/// What happened to one record just now: subject and letter.
pub fn at_once(name: &str, thread: &Thread, people: &Directory, site: &str) -> (String, Letter) {
    let newest = &thread.newest;
    let subject = if thread.older.is_empty() {
        sentence(newest, people)
    } else {
        format!("{} news about {}", thread.older.len() + 1, newest.title)
    };
    let mut letter = Letter::to(name);
    // As they happened.
    for one in thread.older.iter().rev().chain([newest]) {
        letter = letter.says(format!("{}.", sentence(one, people)));
        if !one.excerpt.is_empty() {
            letter = letter.quotes(&one.excerpt);
        }
    }
    let letter = letter.button("Open it", format!("{site}{}", newest.path)).note(format!(
        "You get this because {}. {}",
        newest.reason.sentence(),
        choose(site)
    ));
    (subject, letter)
}

/// What somebody has not seen: subject and letter.
pub fn daily(name: &str, threads: &[Thread], people: &Directory, site: &str) -> (String, Letter) {
    let subject = match threads {
        [one] => format!("You have not seen yet: {}", one.newest.title),
        all => format!("You have not seen {} things yet", all.len()),
    };
    let mut letter = Letter::to(name).says("This has happened and waits in your inbox.");
    for thread in threads.iter().take(LISTED) {
        let more = match thread.older.len() {
            0 => String::new(),
            1 => ", and one more".to_owned(),
            count => format!(", and {count} more"),
        };
        let newest = &thread.newest;
        let actor = newest.actor_id.and_then(|id| people.person(id));
        let who = actor.map_or(newest.kind.nobody(), |person| person.name.as_str());
        let text = if newest.excerpt.is_empty() {
            format!("{who} {} it{more}", newest.kind.verb())
        } else {
            format!("{who}: {}{more}", newest.excerpt)
        };
        letter = letter.lists(&newest.title, format!("{site}{}", newest.path), text);
    }
    let rest = threads.len().saturating_sub(LISTED);
    if rest != 0 {
        letter = letter.says(format!("And {rest} more."));
    }
    let letter = letter
        .button("Open the inbox", format!("{site}/inbox"))
        .note(format!("You get this at most once a day, and not when there is nothing. {}", choose(site)));
    (subject, letter)
}

fn choose(site: &str) -> String {
    format!("Choose what you are told of, and how, at {site}/inbox/settings.")
}
