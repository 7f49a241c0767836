//! Who else is at an item, or at the design of a workflow.

use kernel::Viewer;
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{Company, Meeting, writing_in_words};

use crate::api;

/// How people meet at an item.
pub static AT_ITEM: Meeting = Meeting {
    topic: |id| api::item_topic(id.into()),
    be: |id, doing| Box::pin(api::be_at_item(id.into(), doing)),
    address: (<api::BeAtItem as ServerFn>::PATH, "item_id"),
};

/// How people meet at the design of a workflow, whose id it goes by.
pub static AT_DESIGN: Meeting = Meeting {
    topic: |id| api::design_topic(id.into()),
    be: |id, doing| Box::pin(api::be_at_design(id.into(), doing)),
    address: (<api::BeAtDesign as ServerFn>::PATH, "workflow_id"),
};

/// Who writes at this moment, as far as the viewer knows them.
#[component]
pub fn Writing(company: Company, viewer: Viewer) -> impl IntoView {
    let text = move || {
        let writers = company.writers(viewer.member_id);
        let people = writers.iter().filter_map(|id| viewer.directory.person(*id));
        writing_in_words(people.map(|person| person.name.as_str()))
    };
    view! { <p class="item-writing" role="status">{text}</p> }
}
