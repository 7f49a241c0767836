//! Who else is at the record that a page is about, and what they do there.

use std::{future::Future, pin::Pin, time::Duration};

use gloo::events::EventListener;
use kernel::{Doing, Heard, MemberId, Result, Viewer, use_news};
use leptos::{prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;
use uuid::Uuid;
use web_sys::UrlSearchParams;

use crate::mark::{AvatarStack, Face};

/// How often a page says that it is still there; the server waits for twice that.
const BEAT: Duration = Duration::from_secs(20);
/// How often it says that somebody writes on.
const WRITING: Duration = Duration::from_secs(3);
/// How long it rests after it has said where somebody points.
const POINTING: Duration = Duration::from_millis(80);

/// Members, and what they do.
pub type People = Vec<(MemberId, Doing)>;

/// The answer to who is there.
pub type Answer = Pin<Box<dyn Future<Output = Result<People>>>>;

/// How people meet at records of one kind.
#[derive(Debug)]
pub struct Meeting {
    /// What is told of a record.
    pub topic: fn(Uuid) -> String,
    /// Says what the viewer does at a record. Gives everybody who is there.
    pub be: fn(Uuid, Doing) -> Answer,
    /// The address that takes the same, and what it calls the record: a page that goes has no time for an answer.
    pub address: (&'static str, &'static str),
}

/// The people at the record of a page. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Company {
    meeting: &'static Meeting,
    record: Memo<Option<Uuid>>,
    people: RwSignal<People>,
    /// What the viewer does.
    doing: StoredValue<Doing>,
    /// Whether it was said a moment ago that somebody writes.
    wrote: StoredValue<bool>,
    /// Where the viewer pointed when that was said last, while it is a moment ago.
    pointed: StoredValue<Option<Doing>>,
}

impl Company {
    /// Says that the viewer is at the record, once it is known, and hears who else is. On the server it does nothing.
    #[must_use]
    pub fn new(meeting: &'static Meeting, record: Memo<Option<Uuid>>) -> Self {
        let company = Company {
            meeting,
            record,
            people: RwSignal::new(Vec::new()),
            doing: StoredValue::new(Doing::Looking),
            wrote: StoredValue::new(false),
            pointed: StoredValue::new(None),
        };
        let listener = Callback::new(move |heard| match heard {
            Heard::Present(people) => {
                company.people.set(people.into_iter().map(|(id, doing)| (id.into(), doing)).collect());
            }
            // Nobody's coming and going is kept.
            Heard::Missed => company.say_again(),
            Heard::News { .. } => {}
        });
        use_news(move || record.get().map(meeting.topic), listener);
        Effect::new(move |_| {
            let Some(id) = record.get() else { return };
            company.people.set(Vec::new());
            company.wrote.set_value(false);
            company.say(Doing::Looking);
            let beat = set_interval_with_handle(
                move || {
                    if !document().hidden() {
                        company.say_again();
                    }
                },
                BEAT,
            );
            let away = EventListener::new(&window(), "pagehide", move |_| say_farewell(meeting, id));
            let away = SendWrapper::new(away);
            on_cleanup(move || {
                drop(away.take());
                if let Ok(beat) = beat {
                    beat.clear();
                }
                spawn_local(async move {
                    // Who cannot say it is forgotten after a while.
                    drop((meeting.be)(id, Doing::Gone).await);
                });
            });
        });
        company
    }

    /// The viewer writes something.
    pub fn write(self) {
        if !self.wrote.get_value() {
            self.wrote.set_value(true);
            self.say(Doing::Typing);
            set_timeout(
                move || {
                    self.wrote.try_set_value(false);
                },
                WRITING,
            );
        }
    }

    /// The viewer has stopped writing, or pointing at something.
    pub fn rest(self) {
        if self.doing.get_value() != Doing::Looking {
            self.say(Doing::Looking);
        }
    }

    /// The viewer points at this place of the record's drawing. It is said as often as others can follow it, and to others only.
    pub fn point(self, x: i32, y: i32) {
        let to = Doing::Pointing { x, y };
        if self.is_alone() || self.doing.get_value() == to {
            return;
        }
        self.doing.set_value(to);
        if self.pointed.get_value().is_none() {
            self.say_where(to);
        }
    }

    fn say_where(self, to: Doing) {
        let Some(Some(id)) = self.record.try_get_untracked() else { return };
        self.pointed.set_value(Some(to));
        spawn_local(async move {
            // What comes back is older than what is heard meanwhile.
            drop((self.meeting.be)(id, to).await);
            let next = move || {
                let said = self.pointed.try_update_value(Option::take).flatten();
                let now = self.doing.try_get_value();
                if let Some(now @ Doing::Pointing { .. }) = now.filter(|_| now != said) {
                    self.say_where(now);
                }
            };
            set_timeout(next, POINTING);
        });
    }

    /// Whether nobody else is there.
    #[must_use]
    pub fn is_alone(self) -> bool {
        self.people.with_untracked(|people| people.len() < 2)
    }

    /// The viewer is still there.
    fn say_again(self) {
        if let Some(doing) = self.doing.try_get_value() {
            // Whoever writes says so themselves.
            self.say(if doing == Doing::Typing { Doing::Looking } else { doing });
        }
    }

    fn say(self, doing: Doing) {
        let Some(Some(id)) = self.record.try_get_untracked() else { return };
        self.doing.set_value(doing);
        spawn_local(async move {
            if let Ok(people) = (self.meeting.be)(id, doing).await
                && self.record.try_get_untracked() == Some(Some(id))
            {
                self.people.try_set(people);
            }
        });
    }

    /// The others, and what they do.
    #[must_use]
    pub fn others(self, viewer: MemberId) -> People {
        self.people.with(|people| people.iter().filter(|(id, _)| *id != viewer).copied().collect())
    }

    /// The others who write.
    #[must_use]
    pub fn writers(self, viewer: MemberId) -> Vec<MemberId> {
        let others = self.others(viewer).into_iter();
        others.filter(|(_, doing)| *doing == Doing::Typing).map(|(id, _)| id).collect()
    }
}

/// A page that goes has no time for an answer.
fn say_farewell(meeting: &Meeting, id: Uuid) {
    let Ok(form) = UrlSearchParams::new() else { return };
    let (address, field) = meeting.address;
    form.append(field, &id.to_string());
    form.append("doing", "gone");
    window().navigator().send_beacon_with_opt_url_search_params(address, Some(&form)).unwrap_or_default();
}

/// The faces of the others who are there, as far as the viewer knows them.
#[component]
pub fn Others(
    /// Who is there.
    company: Company,
    /// Who looks.
    viewer: Viewer,
) -> impl IntoView {
    move || {
        let others = company.others(viewer.member_id);
        let people: Vec<Face> = others
            .iter()
            .filter_map(|(id, _)| viewer.directory.person(*id))
            .map(|person| Face {
                name: person.name.clone(),
                category: person.category,
                picture: person.picture(),
            })
            .collect();
        let names = names(people.iter().map(|face| face.name.as_str()));
        (!people.is_empty()).then(|| {
            view! {
                <span class="company" role="group" aria-label=format!("Also here: {names}")>
                    <AvatarStack people/>
                </span>
            }
        })
    }
}

/// That these people write at this moment; nothing when nobody does.
#[must_use]
pub fn writing_in_words<'a>(names_of: impl IntoIterator<Item = &'a str>) -> String {
    let all: Vec<&str> = names_of.into_iter().collect();
    match all.len() {
        0 => String::new(),
        1 => format!("{} is writing …", names(all)),
        _ => format!("{} are writing …", names(all)),
    }
}

fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_people_say_them() {
        assert_eq!(names([]), "");
        assert_eq!(names(["Bo"]), "Bo");
        assert_eq!(names(["Bo", "Åsa", "Eva"]), "Bo, Åsa and Eva");
        assert_eq!(writing_in_words([]), "");
        assert_eq!(writing_in_words(["Bo"]), "Bo is writing …");
        assert_eq!(writing_in_words(["Bo", "Eva"]), "Bo and Eva are writing …");
    }
}
