//! Who else is at an item, and who is writing there.

use std::time::Duration;

use gloo::events::EventListener;
use kernel::{Doing, Heard, ItemId, MemberId, Viewer, use_news};
use leptos::{prelude::*, server_fn::ServerFn, task::spawn_local};
use send_wrapper::SendWrapper;
use ui::{AvatarStack, Face};
use web_sys::UrlSearchParams;

use crate::api;

/// How often a page says that it is still there; the server waits for twice that.
const BEAT: Duration = Duration::from_secs(20);
/// How often it says that somebody writes on.
const WRITING: Duration = Duration::from_secs(3);

/// The people at the item of a page. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Company {
    item: Memo<Option<ItemId>>,
    people: RwSignal<Vec<(MemberId, bool)>>,
    /// Whether it was said a moment ago that somebody writes.
    said: StoredValue<bool>,
}

impl Company {
    /// Says that the viewer is at the item, once it is known, and hears who else is. On the server it does nothing.
    pub fn new(item: Memo<Option<ItemId>>) -> Self {
        let company = Company { item, people: RwSignal::new(Vec::new()), said: StoredValue::new(false) };
        let listener = Callback::new(move |heard| match heard {
            Heard::Present(people) => {
                let people = people.into_iter().map(|(id, writing)| (id.into(), writing));
                company.people.set(people.collect());
            }
            // Nobody's coming and going is kept.
            Heard::Missed => company.say(Doing::Looking),
            Heard::News { .. } => {}
        });
        use_news(move || item.get().map(api::item_topic), listener);
        Effect::new(move |_| {
            let Some(item) = item.get() else { return };
            company.people.set(Vec::new());
            company.say(Doing::Looking);
            let beat = set_interval_with_handle(
                move || {
                    if !document().hidden() {
                        company.say(Doing::Looking);
                    }
                },
                BEAT,
            );
            let away = EventListener::new(&window(), "pagehide", move |_| say_farewell(item));
            let away = SendWrapper::new(away);
            on_cleanup(move || {
                drop(away.take());
                if let Ok(beat) = beat {
                    beat.clear();
                }
                spawn_local(async move {
                    // Who cannot say it is forgotten after a while.
                    drop(api::be_at_item(item, Doing::Gone).await);
                });
            });
        });
        company
    }

    /// The viewer writes something.
    pub fn write(self) {
        if !self.said.get_value() {
            self.said.set_value(true);
            self.say(Doing::Typing);
            set_timeout(
                move || {
                    self.said.try_set_value(false);
                },
                WRITING,
            );
        }
    }

    fn say(self, doing: Doing) {
        let Some(item) = self.item.get_untracked() else { return };
        spawn_local(async move {
            if let Ok(people) = api::be_at_item(item, doing).await
                && self.item.try_get_untracked() == Some(Some(item))
            {
                self.people.set(people);
            }
        });
    }

    /// The others, as the directory knows them.
    fn others(self, viewer: &Viewer, fits: impl Fn(bool) -> bool) -> Vec<Face> {
        let people = self.people.get();
        let others = people.iter().filter(|(id, writing)| *id != viewer.member_id && fits(*writing));
        others
            .filter_map(|(id, _)| viewer.directory.person(*id))
            .map(|person| Face {
                name: person.name.clone(),
                category: person.category,
                picture: person.picture(),
            })
            .collect()
    }
}

/// A page that goes has no time for an answer.
fn say_farewell(item: ItemId) {
    let Ok(form) = UrlSearchParams::new() else { return };
    form.append("item_id", &item.to_string());
    form.append("doing", "gone");
    window()
        .navigator()
        .send_beacon_with_opt_url_search_params(<api::BeAtItem as ServerFn>::PATH, Some(&form))
        .unwrap_or_default();
}

/// The faces of the others who look at the item.
#[component]
pub fn Others(company: Company, viewer: Viewer) -> impl IntoView {
    move || {
        let people = company.others(&viewer, |_| true);
        let names = names(&people);
        (!people.is_empty()).then(|| {
            view! {
                <span class="item-company" role="group" aria-label=format!("Also here: {names}")>
                    <AvatarStack people/>
                </span>
            }
        })
    }
}

/// Who writes at this moment.
#[component]
pub fn Writing(company: Company, viewer: Viewer) -> impl IntoView {
    let text = move || {
        let people = company.others(&viewer, |writing| writing);
        match people.len() {
            0 => String::new(),
            1 => format!("{} is writing …", names(&people)),
            _ => format!("{} are writing …", names(&people)),
        }
    };
    view! { <p class="item-writing" role="status">{text}</p> }
}

fn names(people: &[Face]) -> String {
    let names: Vec<&str> = people.iter().map(|face| face.name.as_str()).collect();
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
        let faces = |names: &[&str]| -> Vec<Face> {
            names.iter().map(|name| Face { name: (*name).to_owned(), ..Face::default() }).collect()
        };
        assert_eq!(names(&faces(&[])), "");
        assert_eq!(names(&faces(&["Bo"])), "Bo");
        assert_eq!(names(&faces(&["Bo", "Åsa", "Eva"])), "Bo, Åsa and Eva");
    }
}
