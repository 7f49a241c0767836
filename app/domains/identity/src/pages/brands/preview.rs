//! What becomes of a brand's colour, in light and in dark, before anything is saved.

use leptos::prelude::*;

use crate::brand::{
    colour::Colour,
    tones::{Theme, Tones},
};

/// Two pictures of a page in the brand's tones. The colours are data, so they are attributes of a picture, which the
/// content security policy allows.
#[component]
pub(super) fn Preview(name: RwSignal<String>, accent: Memo<String>) -> impl IntoView {
    let panels = move || {
        let colour = accent.with(|accent| Colour::parse(accent))?;
        let theme = Theme::of(colour);
        let name = name.with(|name| if name.trim().is_empty() { "Brand".to_owned() } else { name.clone() });
        let light = Ground { name: "Light", page: "#ffffff", line: "#e2e4e6", text: "#16191c" };
        let dark = Ground { name: "Dark", page: "#121416", line: "#272a2d", text: "#e9ebed" };
        Some([panel(&light, &theme.light, &name), panel(&dark, &theme.dark, &name)].collect_view())
    };
    view! {
        <div class="brand-preview" role="img" aria-label="How buttons, links and marks look in light and in dark">
            {panels}
        </div>
    }
}

/// The neutral colours of one theme.
struct Ground {
    name: &'static str,
    page: &'static str,
    line: &'static str,
    text: &'static str,
}

fn panel(ground: &Ground, tones: &Tones, name: &str) -> impl IntoView + use<> {
    let Ground { name: theme, page, line, text } = *ground;
    let letter: String = name.trim().chars().take(1).flat_map(char::to_uppercase).collect();
    let short: String = name.trim().chars().take(22).collect();
    let (solid, edge, on, link) =
        (tones.solid.hex(), tones.edge.unwrap_or(tones.solid).hex(), tones.on.hex(), tones.text.hex());
    let (subtle, mark, focus) = (tones.subtle.hex(), tones.mark.hex(), tones.focus.hex());
    view! {
        <svg viewBox="0 0 320 132" aria-hidden="true">
            <rect x=".5" y=".5" width="319" height="131" rx="7" fill=page stroke=line></rect>
            <rect x="14" y="14" width="22" height="22" rx="5" fill=solid.clone()></rect>
            <text x="25" y="29.5" font-size="12" font-weight="700" text-anchor="middle" fill=on.clone()>
                {letter}
            </text>
            <text x="44" y="30" font-size="13" font-weight="530" fill=text>
                {short}
            </text>
            <text x="306" y="30" font-size="11" text-anchor="end" fill=text opacity=".7">
                {theme}
            </text>
            <rect x="14" y="48" width="292" height="28" rx="3" fill=subtle></rect>
            <rect x="14" y="48" width="2" height="28" fill=mark></rect>
            <text x="26" y="66.5" font-size="13" fill=text>
                "Selected row"
            </text>
            <text x="296" y="66.5" font-size="13" font-weight="530" text-anchor="end" fill=link>
                "A link"
            </text>
            <rect x="14.5" y="90.5" width="85" height="27" rx="5" fill=solid.clone() stroke=edge.clone()></rect>
            <text x="57" y="108.5" font-size="13" font-weight="530" text-anchor="middle" fill=on.clone()>
                "Save"
            </text>
            <rect x="115" y="91" width="84" height="26" rx="5" fill="none" stroke=line></rect>
            <rect x="112" y="88" width="90" height="32" rx="7" fill="none" stroke=focus stroke-width="2"></rect>
            <text x="157" y="108.5" font-size="13" font-weight="530" text-anchor="middle" fill=text>
                "Focus"
            </text>
            <rect x="218.5" y="97.5" width="14" height="14" rx="3" fill=solid stroke=edge></rect>
            <path d="M221.5 104.5l2.5 2.5 5-5.5" fill="none" stroke=on stroke-width="1.75" stroke-linecap="round"></path>
            <text x="241" y="108.5" font-size="13" fill=text>
                "Ticked"
            </text>
        </svg>
    }
}
