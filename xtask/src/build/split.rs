//! Cuts the client at its lazy routes: the browser loads a main part and what the page it opens needs.
//!
//! `wasm_split_cli_support` leaves the main module, one module for each lazy function, one for each set of lazy
//! functions that share code, and a script that fetches them. Main module and script import each other.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use wasm_split_cli_support::{Options, transform};

use crate::fingerprint::{files_below, of_bytes};

/// What the glue imports the fetching script as, before the names have hashes.
const SCRIPT: &str = "./__wasm_split.js";
/// What the fetching script imports the glue as.
const GLUE: &str = "./mediap.js";

/// For each lazy function: the names, without `.wasm`, of what must be there before it runs.
pub type Manifest = BTreeMap<String, Vec<String>>;

/// Changes when the result for the same input may have changed.
pub const VERSION: &str = "wasm_split 0.2.4";

/// Cuts `wasm` into `folder`: `main.wasm` for `wasm-bindgen`, the other parts in `parts`, `split.js` and `manifest.json`.
pub fn split(wasm: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let parts = folder.join("parts");
    fs::create_dir_all(&parts)?;
    let input = fs::read(wasm).with_context(|| format!("reading {}", wasm.display()))?;
    let main = folder.join("main.wasm");

    let mut options = Options::new(&input);
    options.output_dir = &parts;
    options.main_out_path = &main;
    options.main_module = GLUE;
    options.link_name = SCRIPT;
    let split = transform(options).map_err(|error| anyhow!("{error:#}"))?;
    fs::rename(parts.join(SCRIPT), folder.join("split.js"))?;
    let manifest: Manifest = split.prefetch_map.into_iter().collect();
    fs::write(folder.join("manifest.json"), serde_json::to_string_pretty(&manifest)?)?;
    Ok(())
}

/// The parts under their final names, and what `hash.txt` says about them.
pub struct Named {
    /// Name within `/pkg`, and content.
    pub files: Vec<(String, Vec<u8>)>,
    /// Kind and hash, as the server reads them.
    pub hashes: Vec<(&'static str, String)>,
}

/// Gives names by content. `glue` is what `wasm-bindgen` wrote, `wasm` holds `main.wasm` and the optimised parts.
pub fn name(folder: &Path, glue: &Path, wasm: &Path) -> Result<Named> {
    let mut files = Vec::new();
    let mut script = text(&folder.join("split.js"))?;
    let mut manifest: Manifest = serde_json::from_str(&text(&folder.join("manifest.json"))?)?;

    for path in files_below(&wasm.join("parts"))? {
        let stem = path.file_stem().and_then(|it| it.to_str()).context("a part without a name")?;
        let content = fs::read(&path)?;
        let named = format!("mediap.{stem}.{}", of_bytes(&content));
        script = script.replace(&format!("\"./{stem}.wasm\""), &format!("\"./{named}.wasm\""));
        for needed in manifest.values_mut().flatten().filter(|it| *it == stem) {
            needed.clone_from(&named);
        }
        files.push((format!("{named}.wasm"), content));
    }

    // Each imports the other, so one hash of both names both.
    let mut glue = text(glue)?;
    let pair = of_bytes(format!("{glue}{script}").as_bytes());
    glue = replace_import(&glue, SCRIPT, &format!("./__wasm_split.{pair}.js"));
    script = replace_import(&script, GLUE, &format!("./mediap.{pair}.js"));

    let main = fs::read(wasm.join("main.wasm")).context("reading the client")?;
    let manifest = serde_json::to_vec_pretty(&manifest)?;
    let (main_hash, manifest_hash) = (of_bytes(&main), of_bytes(&manifest));
    files.push((format!("mediap.{main_hash}.wasm"), main));
    files.push((format!("mediap.{pair}.js"), glue.into_bytes()));
    files.push((format!("__wasm_split.{pair}.js"), script.into_bytes()));
    files.push((format!("__wasm_split_manifest.{manifest_hash}.json"), manifest));
    let hashes =
        vec![("js", pair.clone()), ("wasm", main_hash), ("manifest", manifest_hash), ("split", pair)];
    Ok(Named { files, hashes })
}

/// Only what follows `from`: the same word is also the key under which the main module looks its imports up.
fn replace_import(script: &str, old: &str, new: &str) -> String {
    ["from \"", "from '", "from\"", "from'"].into_iter().fold(script.to_owned(), |script, from| {
        let quote = from.trim_start_matches("from").trim_start();
        script.replace(&format!("{from}{old}{quote}"), &format!("{from}{new}{quote}"))
    })
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}
