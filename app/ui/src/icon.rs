//! Icons: lucide, through the sprite that the build makes from `style/icons.txt`.

use leptos::prelude::*;

use crate::html;

/// How large an icon is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IconSize {
    /// 12 px, in lines of meta data.
    Tiny,
    /// 14 px, in rows and small buttons.
    Small,
    /// 16 px, in text and buttons.
    #[default]
    Medium,
    /// 20 px, in empty states.
    Large,
}

impl IconSize {
    /// Returns the classes of the drawing.
    pub fn class(self) -> &'static str {
        match self {
            Self::Tiny => "icon is-tiny",
            Self::Small => "icon is-small",
            Self::Medium => "icon",
            Self::Large => "icon is-large",
        }
    }
}

/// Shows an icon. It is hidden from screen readers: a name must stand beside it or on the control around it.
#[component]
pub fn Icon(
    /// The lucide name; it must be a line of `style/icons.txt`.
    #[prop(into)]
    name: String,
    /// How large it is drawn.
    #[prop(optional)]
    size: IconSize,
) -> impl IntoView {
    html::raw(|text| html::push_icon(text, &name, size))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    const LIST: &str = include_str!("../../../style/icons.txt");

    fn icons_named_in(folder: &Path, names: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                icons_named_in(&path, names);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                for mark in ["icon=\"", "icon: \"", "<Icon name=\"", "push_icon(html, \""] {
                    for piece in source.split(mark).skip(1) {
                        let name = piece.split('"').next().unwrap();
                        if !name.is_empty()
                            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                        {
                            names.insert(name.to_owned());
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_list_of_icons_is_sorted() {
        let lines: Vec<&str> = LIST.lines().collect();
        let mut sorted = lines.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(lines, sorted);
    }

    /// A name that the sprite lacks shows nothing at all, which nobody notices in review.
    #[test]
    fn every_icon_named_in_the_sources_is_in_the_list() {
        let mut names = BTreeSet::new();
        icons_named_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut names);
        let known: BTreeSet<&str> = LIST.lines().collect();
        let unknown: Vec<&String> = names.iter().filter(|name| !known.contains(name.as_str())).collect();
        assert!(unknown.is_empty(), "add these to style/icons.txt: {unknown:?}");
    }
}
