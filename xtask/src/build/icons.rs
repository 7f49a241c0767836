//! The icon sprite: one `<symbol>` for each lucide name in `style/icons.txt`.
//!
//! The symbols carry no colour and no stroke: `<svg class="icon"><use href="/icons.svg#NAME"/></svg>`
//! hands those down from its class.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::fingerprint::Fingerprint;
use crate::project::{Mode, Project};
use crate::steps::Steps;

/// The part: `icons.svg`.
pub fn build(project: &Project, steps: &Steps, mode: Mode) -> Result<()> {
    let list = project.root.join("style/icons.txt");
    let output = project.parts(mode).join("icons.svg");
    let inputs = Fingerprint::default().file(&list)?.file(&project.root.join("style/package-lock.json"))?;
    steps.if_changed("icons", inputs, &output, || {
        let text = fs::read_to_string(&list).with_context(|| format!("reading {}", list.display()))?;
        let sprite = sprite(&names(&text), &project.npm_package("lucide-static/icons"))?;
        fs::write(&output, sprite).context("writing the icon sprite")
    })
}

/// The names in `style/icons.txt`: one a line, `#` starts a comment.
pub fn names(text: &str) -> BTreeSet<String> {
    text.lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

fn sprite(names: &BTreeSet<String>, folder: &Path) -> Result<String> {
    if !folder.is_dir() {
        bail!("{} is missing: run `npm ci` in style/", folder.display());
    }
    let (mut sprite, mut unknown) = (String::from("<svg xmlns=\"http://www.w3.org/2000/svg\">"), Vec::new());
    for name in names {
        match fs::read_to_string(folder.join(format!("{name}.svg"))) {
            Ok(svg) => writeln!(sprite, "{}", symbol(name, &svg)?)?,
            Err(_) => unknown.push(name.as_str()),
        }
    }
    if !unknown.is_empty() {
        bail!("style/icons.txt names icons that lucide does not have: {}", unknown.join(", "));
    }
    sprite.push_str("</svg>\n");
    Ok(sprite)
}

fn symbol(name: &str, svg: &str) -> Result<String> {
    let body = svg
        .split_once("<svg")
        .and_then(|(_, rest)| rest.split_once('>'))
        .and_then(|(_, rest)| rest.rsplit_once("</svg>"))
        .map(|(body, _)| body.split_whitespace().collect::<Vec<_>>().join(" "))
        .with_context(|| format!("{name}.svg is not an icon"))?;
    let body = body.replace("> <", "><").replace(" />", "/>");
    Ok(format!(r#"<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>"#))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_one_name_a_line_and_comments() {
        let names = names("car\n\n# a comment\n  wrench # for mechanics\ncar\n");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["car", "wrench"]);
    }

    #[test]
    fn a_symbol_keeps_the_drawing_and_drops_the_frame() {
        let svg = "<!-- licence -->\n<svg\n  width=\"24\"\n>\n  <path d=\"M1 1\" />\n  <path d=\"M2 2\" />\n</svg>\n";
        let symbol = symbol("car", svg).unwrap();
        assert_eq!(
            symbol,
            r#"<symbol id="car" viewBox="0 0 24 24"><path d="M1 1"/><path d="M2 2"/></symbol>"#
        );
    }
}
