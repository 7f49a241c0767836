//! The client: `frontend` compiled to WASM, its glue made by `wasm-bindgen`, both made small for release.

use std::fs;

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use super::cargo;
use crate::fingerprint::Fingerprint;
use crate::project::{Mode, Project};
use crate::steps::Steps;

/// The parts: `client/mediap.js`, `client/snippets/…` and `client.wasm`.
pub fn build(project: &Project, sh: &Shell, steps: &Steps, mode: Mode) -> Result<()> {
    let profile = mode.client_profile();
    steps.always("client", || {
        let target = ["--target", "wasm32-unknown-unknown", "--profile", profile];
        cargo(sh, &[&["build", "--package", "frontend", "--lib"][..], &target].concat())
    })?;

    let compiled = project.target.join("wasm32-unknown-unknown").join(profile).join("frontend.wasm");
    let folder = project.parts(mode).join("client");
    let bound = folder.join("mediap_bg.wasm");
    let wasm_bindgen = project.wasm_bindgen(sh)?;
    let version = cmd!(sh, "{wasm_bindgen} --version").quiet().read()?;
    let inputs = Fingerprint::default().text(&version).file(&compiled)?;
    steps.if_changed("wasm-bindgen", inputs, &bound, || {
        // Left-over snippets of an earlier build would be served.
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        // The page names the WASM file itself, so the glue needs no default path, and its hash stays
        // the same while only the WASM changes.
        let small: &[&str] = match mode {
            Mode::Release => &["--remove-name-section", "--remove-producers-section"],
            Mode::Development => &[],
        };
        cmd!(sh, "{wasm_bindgen} --target web --no-typescript --omit-default-module-path --out-name mediap")
            .args(small)
            .arg("--out-dir")
            .arg(&folder)
            .arg(&compiled)
            .quiet()
            .run()?;
        Ok(())
    })?;

    let output = project.parts(mode).join("client.wasm");
    let inputs = Fingerprint::default().text(OPTIMISE).file(&bound)?;
    match mode {
        Mode::Release => steps.if_changed("wasm-opt", inputs, &output, || {
            let wasm_opt = project.npm_bin("wasm-opt")?;
            let flags = OPTIMISE.split_whitespace();
            cmd!(sh, "{wasm_opt} {flags...} -o {output} {bound}").quiet().run()?;
            Ok(())
        }),
        Mode::Development => steps.if_changed("wasm", inputs, &output, || {
            fs::copy(&bound, &output).context("copying the client")?;
            Ok(())
        }),
    }
}

// The section that lists the features in use turns them on; it has no business on the wire.
const OPTIMISE: &str = "-Oz --strip-debug --strip-producers --strip-target-features";
