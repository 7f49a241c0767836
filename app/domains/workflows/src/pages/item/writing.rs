//! What is being written in the form while the item changes.

use std::collections::BTreeSet;

use leptos::{html::Fieldset, prelude::*};
use serde_json::{Map, Value};
use ui::js;

/// The names of the controls whose text is not that of the item.
pub(super) fn begun(form: NodeRef<Fieldset>) -> BTreeSet<String> {
    let Some(form) = form.get_untracked() else { return BTreeSet::new() };
    let Ok(controls) = form.query_selector_all("input[name]:not([type=hidden]), textarea[name]") else {
        return BTreeSet::new();
    };
    let controls = (0..controls.length()).filter_map(|place| controls.get(place));
    let text = |control: &web_sys::Node, name| js::get(control, name).as_string().unwrap_or_default();
    controls
        .filter(|control| text(control, "value") != text(control, "defaultValue"))
        .map(|control| text(&control, "name"))
        .collect()
}

/// What the form says that its writer saw of the item.
pub(super) fn seen(form: NodeRef<Fieldset>) -> Option<Map<String, Value>> {
    let input = form.get_untracked()?.query_selector("[name=seen]").ok()??;
    serde_json::from_str(&js::get(&input, "value").as_string()?).ok()
}

/// Lets the form say that its writer saw of these fields what they saw `before`.
pub(super) fn keep_seen(form: NodeRef<Fieldset>, names: &BTreeSet<String>, before: &Map<String, Value>) {
    let Some(mut now) = seen(form) else { return };
    let data = before.get("data").and_then(Value::as_object);
    for name in names {
        let key = name.strip_prefix("data[").and_then(|name| name.strip_suffix(']'));
        let (to, value) = match key {
            // One tick of several is called by its place.
            Some(key) => {
                let key = key.split('/').next().unwrap_or(key);
                let Some(to) = now.get_mut("data").and_then(Value::as_object_mut) else { continue };
                (to, (key, data.and_then(|data| data.get(key))))
            }
            None => (&mut now, (name.as_str(), before.get(name))),
        };
        match value {
            (key, Some(value)) => drop(to.insert(key.to_owned(), value.clone())),
            (key, None) => drop(to.remove(key)),
        }
    }
    let input = form.get_untracked().and_then(|form| form.query_selector("[name=seen]").ok().flatten());
    if let (Some(input), Ok(text)) = (input, serde_json::to_string(&now)) {
        js::set(&input, "value", &text.into());
    }
}
