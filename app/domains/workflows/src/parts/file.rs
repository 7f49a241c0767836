//! A field that holds files of the item. The domain that keeps files draws them; here they become a part of the form.

use kernel::FileId;
use leptos::{ev, prelude::*};
use ui::{Button, ButtonSize, FiledField};

use super::sheet::Sheet;
use crate::{
    form::file::{self, FILES_MAX},
    model::Field,
};

/// The files of a field, to put in and to take out. There is nothing to put in before there is an item.
pub fn filled_in(
    sheet: Sheet,
    field: &Field,
    label: Signal<String>,
    message: Signal<Option<String>>,
) -> AnyView {
    let key = field.key.clone();
    let (id, name) = (format!("field-{key}"), format!("data[{key}]"));
    let (label_id, note) = (format!("field-{key}-label"), format!("field-{key}-note"));
    let now = RwSignal::new(Vec::new());
    let files = files(sheet, field, Some(FILES_MAX), now);
    let is_later = files.is_none();
    let value = move || now.with(|files| file::text(files.iter().copied()));
    let content = files.map_or_else(
        || {
            view! {
                <div>
                    <Button icon="paperclip" size=ButtonSize::Small disabled=true>
                        "Add files"
                    </Button>
                </div>
            }
            .into_any()
        },
        |files| view! { <input type="hidden" id=id name=name value=value/> {files} }.into_any(),
    );
    let said = move || {
        let later = || is_later.then(|| "Files can be added once it is there.".to_owned());
        message.get().or_else(later)
    };
    view! {
        <div
            class="field filed-field"
            class:is-invalid=move || message.with(Option::is_some)
            role="group"
            aria-labelledby=label_id.clone()
            aria-describedby=note.clone()
        >
            <div class="field-head">
                <span class="field-label" id=label_id.clone()>
                    {move || label.get()}
                </span>
            </div>
            {content}
            <p class="field-note" id=note.clone() aria-live="polite">
                {said}
            </p>
        </div>
    }
    .into_any()
}

/// The files of a field, to look at.
pub fn reading(sheet: Sheet, field: &Field) -> AnyView {
    let id = format!("field-{}-label", field.key);
    let many = file::count(sheet.value(&field.key).as_ref());
    let files = files(sheet, field, None, RwSignal::new(Vec::new()));
    view! {
        <div class="field filed-field" role="group" aria-labelledby=id.clone()>
            <div class="field-head">
                <span class="field-label" id=id.clone()>
                    {field.label.clone()}
                </span>
            </div>
            {files.unwrap_or_else(|| view! { <p class="field-read">{many}</p> }.into_any())}
        </div>
    }
    .into_any()
}

/// The files of a field as their own domain draws them, on the page of an item. `now` says what is in it.
fn files(sheet: Sheet, field: &Field, most: Option<usize>, now: RwSignal<Vec<FileId>>) -> Option<AnyView> {
    let filing = sheet.filing.get_value()?;
    let id = format!("field-{}", field.key);
    let held: Vec<FileId> = file::ids(sheet.value(&field.key).as_ref()).collect();
    now.set(held.clone());
    let field = FiledField {
        key: field.key.clone(),
        label: field.label.clone(),
        held,
        gone: sheet.gone.get_value(),
        most,
        now,
        changed: Callback::new(move |()| tell(id.clone())),
    };
    Some(filing.field.run(field))
}

/// Tells the form that the field changed, once its control holds what is in it now. The page may be drawn anew until then.
fn tell(id: String) {
    leptos::task::spawn_local(async move {
        leptos::task::tick().await;
        let Some(input) = document().get_element_by_id(&id) else { return };
        let init = web_sys::EventInit::new();
        init.set_bubbles(true);
        let told = ev::Event::new_with_event_init_dict("change", &init);
        if !told.is_ok_and(|event| input.dispatch_event(&event).is_ok()) {
            leptos::logging::warn!("the form was not told of its files");
        }
    });
}
