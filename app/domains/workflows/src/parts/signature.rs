//! A field that is signed: drawn by pointer or finger, or by a typed name, which needs neither a pointer nor scripts.

use leptos::{ev, html, prelude::*, svg};
use ui::{Button, ButtonSize, ButtonVariant, TextField, js};
use web_sys::{Element, PointerEvent};

use super::sheet::Sheet;
use crate::{
    form::signature::{self, KEPT, NAME, NAME_MAX, POINTS_MAX, SIZE, Stroke},
    model::Field,
};

/// How far apart points of a stroke lie, in units of the drawing.
const STEP: f64 = 3.0;

/// A signature that is given. Cheap to copy.
#[derive(Clone, Copy)]
struct Pad {
    /// Whether one is kept, and was not taken away.
    is_kept: RwSignal<bool>,
    strokes: RwSignal<Vec<Stroke>>,
    /// Whether a pointer draws.
    draws: StoredValue<bool>,
    input: NodeRef<html::Input>,
    sheet: NodeRef<svg::Svg>,
}

/// A signature to give, or the one that is kept with a way to take it away.
pub fn filled_in(
    sheet: Sheet,
    field: &Field,
    label: Signal<String>,
    message: Signal<Option<String>>,
) -> AnyView {
    let key = field.key.clone();
    let value = sheet.value(&key);
    let about = sheet.about.get_value();
    let kept = value.as_ref().map(|value| signature::show(Some(value)));
    let there = there(&key, &about);
    let name = there.as_ref().and_then(|there| there.name.clone());
    let is_kept = kept.is_some() && !there.as_ref().is_some_and(|there| there.is_taken_away(&kept));
    let pad = Pad {
        is_kept: RwSignal::new(is_kept),
        strokes: RwSignal::new(if is_kept { Vec::new() } else { begun(sheet, &key, there) }),
        draws: StoredValue::new(false),
        input: NodeRef::new(),
        sheet: NodeRef::new(),
    };
    let text = move || {
        if pad.is_kept.get() { KEPT.to_owned() } else { pad.strokes.with(|strokes| signature::sent(strokes)) }
    };
    // It is drawn anew with the page around it.
    let typed = if is_kept { None } else { name.or_else(|| sheet.typed_text(&format!("{key}/{NAME}"))) };
    let typed = typed.unwrap_or_default();
    let shown = StoredValue::new(value);
    let (name, called) = (format!("data[{key}/{NAME}]"), field.label.clone());
    let called = StoredValue::new((name, typed, called));
    let saves = sheet.saves.get_value();
    let content = move || {
        if pad.is_kept.get() {
            let picture = shown.with_value(|value| picture(value.as_ref()));
            return view! {
                {picture}
                <div class="signature-acts needs-script">
                    <Button size=ButtonSize::Small icon="x" on_click=move |_| pad.take_away()>
                        "Take the signature away"
                    </Button>
                </div>
            }
            .into_any();
        }
        let (name, typed, called) = called.get_value();
        let is_empty = Signal::derive(move || pad.strokes.with(Vec::is_empty));
        let sign = saves.then(|| {
            view! {
                <Button
                    size=ButtonSize::Small
                    variant=ButtonVariant::Secondary
                    icon="check"
                    disabled=is_empty
                    on_click=move |_| pad.tell()
                >
                    "Sign"
                </Button>
            }
        });
        view! {
            <div class="signature-pad needs-script">
                <svg
                    viewBox=format!("0 0 {} {}", SIZE.0, SIZE.1)
                    role="img"
                    aria-label=move || {
                        let state = if is_empty.get() { "nothing is drawn yet" } else { "drawn" };
                        format!("{called}: {state}")
                    }
                    node_ref=pad.sheet
                    on:pointerdown=move |event| pad.press(&event)
                    on:pointermove=move |event| pad.follow(&event)
                    on:pointerup=move |_| pad.draws.set_value(false)
                    on:pointercancel=move |_| pad.draws.set_value(false)
                >
                    <path class="signature-line" d="M30 160H570"></path>
                    <path class="signature-ink" d=move || pad.strokes.with(|strokes| signature::path(strokes))></path>
                </svg>
                <p class="signature-hint" hidden=move || !is_empty.get() aria-hidden="true">
                    "Draw your signature here"
                </p>
            </div>
            <div class="signature-acts needs-script">
                {sign}
                <Button
                    size=ButtonSize::Small
                    variant=ButtonVariant::Ghost
                    disabled=is_empty
                    on_click=move |_| pad.strokes.set(Vec::new())
                >
                    "Draw it again"
                </Button>
            </div>
            <TextField
                name
                label="Or type your name"
                value=typed
                autocomplete="name"
                maxlength=i64::try_from(NAME_MAX).unwrap_or(100)
            />
        }
        .into_any()
    };
    let (id, note) = (format!("field-{key}-label"), format!("field-{key}-note"));
    view! {
        <link rel="stylesheet" href="/signature.css"/>
        <div
            class="field signature"
            class:is-invalid=move || message.with(Option::is_some)
            role="group"
            aria-labelledby=id.clone()
            aria-describedby=note.clone()
        >
            <div class="field-head">
                <span class="field-label" id=id.clone()>
                    {move || label.get()}
                </span>
            </div>
            <input
                type="hidden"
                id=format!("field-{key}")
                name=format!("data[{key}]")
                data-about=about
                data-kept=kept
                value=text
                node_ref=pad.input
            />
            {content}
            <p class="field-note" id=note.clone() aria-live="polite">
                {move || message.get()}
            </p>
        </div>
    }
    .into_any()
}

/// A signature to look at.
pub fn reading(sheet: Sheet, field: &Field) -> AnyView {
    let value = sheet.value(&field.key);
    let id = format!("field-{}-label", field.key);
    view! {
        <link rel="stylesheet" href="/signature.css"/>
        <div class="field signature" role="group" aria-labelledby=id.clone()>
            <div class="field-head">
                <span class="field-label" id=id.clone()>
                    {field.label.clone()}
                </span>
            </div>
            {picture(value.as_ref())}
        </div>
    }
    .into_any()
}

fn picture(value: Option<&serde_json::Value>) -> AnyView {
    let (strokes, typed, ..) = signature::parts(value).unwrap_or_default();
    let said = signature::show(value);
    let drawn = if strokes.is_empty() {
        view! { <p class="signature-typed">{typed}</p> }.into_any()
    } else {
        view! {
            <svg
                class="signature-picture"
                viewBox=format!("0 0 {} {}", SIZE.0, SIZE.1)
                role="img"
                aria-label=said.clone()
            >
                <path class="signature-ink" d=signature::path(&strokes)></path>
            </svg>
        }
        .into_any()
    };
    view! {
        {drawn}
        <p class="signature-said">{said}</p>
    }
    .into_any()
}

/// The field as it stands on the page already, while that is drawn anew around it.
struct There {
    /// What was kept when it was drawn, in words.
    kept: Option<String>,
    /// What it would send.
    text: String,
    /// The name as it is being typed.
    name: Option<String>,
}

impl There {
    /// Whether this signature was taken away here and is still kept elsewhere.
    fn is_taken_away(&self, kept: &Option<String>) -> bool {
        self.kept == *kept && self.text != KEPT
    }
}

/// The same field of the same form.
fn there(key: &str, about: &str) -> Option<There> {
    if !cfg!(target_arch = "wasm32") {
        return None;
    }
    let input = document().get_element_by_id(&format!("field-{key}"))?;
    let is_same = input.get_attribute("data-about").as_deref() == Some(about);
    let text = input.get_attribute("value").unwrap_or_default();
    let name = document().query_selector(&format!("[name='data[{key}/{NAME}]']")).ok().flatten();
    let name = name.and_then(|name| js::get(&name, "value").as_string());
    is_same.then(|| There { kept: input.get_attribute("data-kept"), text, name })
}

/// The strokes at first: those that are being drawn, or that came back with a form.
fn begun(sheet: Sheet, key: &str, there: Option<There>) -> Vec<Stroke> {
    let text = there.map(|there| there.text).or_else(|| sheet.typed_text(key)).unwrap_or_default();
    signature::of_sent(&text).unwrap_or_default()
}

impl Pad {
    fn press(self, event: &PointerEvent) {
        if event.button() != 0 || !event.is_primary() {
            return;
        }
        let Some(sheet) = self.sheet.get_untracked() else { return };
        // Without it a stroke ends at the border.
        sheet.set_pointer_capture(event.pointer_id()).ok();
        event.prevent_default();
        self.draws.set_value(true);
        if let Some(point) = self.point(event) {
            self.strokes.update(|strokes| strokes.push(vec![point]));
        }
    }

    fn follow(self, event: &PointerEvent) {
        if !self.draws.get_value() {
            return;
        }
        let Some(point) = self.point(event) else { return };
        let apart = |(x, y): &(u16, u16)| {
            let (across, down) = (f64::from(*x) - f64::from(point.0), f64::from(*y) - f64::from(point.1));
            STEP <= across.hypot(down)
        };
        self.strokes.maybe_update(|strokes| {
            let points: usize = strokes.iter().map(Vec::len).sum();
            let Some(stroke) = strokes.last_mut().filter(|_| points < POINTS_MAX) else { return false };
            let goes_on = stroke.last().is_none_or(apart);
            if goes_on {
                stroke.push(point);
            }
            goes_on
        });
    }

    /// Where a pointer is, in units of the drawing.
    fn point(self, event: &PointerEvent) -> Option<(u16, u16)> {
        let sheet: Element = self.sheet.get_untracked()?.into();
        let frame = sheet.get_bounding_client_rect();
        let at = |here: i32, start: f64, length: f64, most: u16| {
            let part = (f64::from(here) - start) / length.max(1.0) * f64::from(most);
            #[expect(
                clippy::as_conversions,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it lies between 0 and most"
            )]
            let whole = part.round().clamp(0.0, f64::from(most)) as u16;
            whole
        };
        let x = at(event.client_x(), frame.left(), frame.width(), SIZE.0);
        Some((x, at(event.client_y(), frame.top(), frame.height(), SIZE.1)))
    }

    fn take_away(self) {
        self.strokes.set(Vec::new());
        self.is_kept.set(false);
        leptos::task::spawn_local(async move {
            leptos::task::tick().await;
            self.tell();
        });
    }

    /// Tells the form that something changed.
    fn tell(self) {
        let Some(input) = self.input.try_get_untracked().flatten() else { return };
        let init = web_sys::EventInit::new();
        init.set_bubbles(true);
        let told = ev::Event::new_with_event_init_dict("change", &init);
        if !told.is_ok_and(|event| input.dispatch_event(&event).is_ok()) {
            leptos::logging::warn!("the form was not told that it is signed");
        }
    }
}
