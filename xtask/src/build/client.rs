//! The client: `frontend` compiled to WASM, cut at its lazy routes, its glue made by `wasm-bindgen`, everything made
//! small for release.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, anyhow};
use xshell::{Shell, cmd};

use super::{cargo, order, split};
use crate::fingerprint::{Fingerprint, files_below};
use crate::project::{Mode, Project};
use crate::steps::Steps;

/// The parts: `split/split.js`, `split/manifest.json`, `client/mediap.js`, `client/snippets/…`, `wasm/main.wasm` and
/// `wasm/parts/….wasm`.
pub fn build(project: &Project, sh: &Shell, steps: &Steps, mode: Mode) -> Result<()> {
    let profile = mode.client_profile();
    steps.always("client", || {
        let target = ["--target", "wasm32-unknown-unknown", "--profile", profile];
        cargo(sh, &[&["build", "--package", "frontend", "--lib"][..], &target].concat())
    })?;

    let compiled = project.target.join("wasm32-unknown-unknown").join(profile).join("frontend.wasm");
    let cut = project.parts(mode).join("split");
    let inputs = Fingerprint::default().text(split::VERSION).file(&compiled)?;
    steps.if_changed("split", inputs, &cut.join("main.wasm"), || split::split(&compiled, &cut))?;

    let main = cut.join("main.wasm");
    let folder = project.parts(mode).join("client");
    let bound = folder.join("mediap_bg.wasm");
    let wasm_bindgen = project.wasm_bindgen(sh)?;
    let version = cmd!(sh, "{wasm_bindgen} --version").quiet().read()?;
    let inputs = Fingerprint::default().text(&version).text(BIND).text(MINIFY).file(&main)?;
    steps.if_changed("wasm-bindgen", inputs, &bound, || {
        // Left-over snippets of an earlier build would be served.
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let small: &[&str] = match mode {
            Mode::Release => &["--remove-name-section", "--remove-producers-section"],
            Mode::Development => &[],
        };
        let flags = BIND.split_whitespace();
        cmd!(sh, "{wasm_bindgen} {flags...}")
            .args(small)
            .arg("--out-dir")
            .arg(&folder)
            .arg(&main)
            .quiet()
            .run()?;
        if mode == Mode::Release {
            let (terser, glue) = (project.npm_bin("terser")?, folder.join("mediap.js"));
            let flags = MINIFY.split_whitespace();
            cmd!(sh, "{terser} {flags...} --output {glue} -- {glue}").quiet().run()?;
        }
        Ok(())
    })?;

    let wasm = project.parts(mode).join("wasm");
    let inputs = Fingerprint::default()
        .text(OPTIMISE)
        .text(order::VERSION)
        .file(&bound)?
        .folder(&cut.join("parts"), &["wasm"])?;
    steps.if_changed(
        if mode == Mode::Release { "wasm-opt" } else { "wasm" },
        inputs,
        &wasm.join("main.wasm"),
        || {
            if wasm.exists() {
                fs::remove_dir_all(&wasm)?;
            }
            fs::create_dir_all(wasm.join("parts"))?;
            let mut files = vec![(bound.clone(), wasm.join("main.wasm"))];
            for path in files_below(&cut.join("parts"))? {
                let name = path.file_name().context("a part without a name")?;
                files.push((path.clone(), wasm.join("parts").join(name)));
            }
            match mode {
                Mode::Release => optimise(&project.npm_bin("wasm-opt")?, files),
                Mode::Development => files.into_iter().try_for_each(|(from, to)| {
                    fs::copy(&from, &to).with_context(|| format!("copying {}", from.display()))?;
                    Ok(())
                }),
            }
        },
    )
}

/// Runs `wasm-opt` over all files, as many at a time as there are processors.
fn optimise(wasm_opt: &Path, files: Vec<(PathBuf, PathBuf)>) -> Result<()> {
    let queue = Mutex::new(files);
    let next = || queue.lock().ok().and_then(|mut files| files.pop());
    let work = || -> Result<()> {
        let sh = Shell::new()?;
        while let Some((from, to)) = next() {
            let (optimise, features) = (OPTIMISE.split_whitespace(), FEATURES.split_whitespace());
            cmd!(sh, "{wasm_opt} {optimise...} {features...} -o {to} {from}").quiet().run()?;
            fs::write(&to, order::name_by_likeness(&fs::read(&to)?)?)?;
            let (reorder, features) = (REORDER.split_whitespace(), FEATURES.split_whitespace());
            cmd!(sh, "{wasm_opt} {reorder...} {features...} -o {to} {to}").quiet().run()?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(1, |it| it.get());
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|it| it.join().map_err(|_| anyhow!("a thread panicked"))?)
    })
}

// The page names the WASM file itself, so the glue needs no default path, and its hash stays the same while only the
// WASM changes. The parts find the main module's functions by the names that the linker gave them.
const BIND: &str = "--target web --no-typescript --omit-default-module-path --keep-lld-exports --no-demangle --out-name mediap";

// Without comments, and with short names for what nobody outside sees.
const MINIFY: &str = "--module --compress --mangle";

// The lowest kilobyte of the memory is the far end of the stack.
const OPTIMISE: &str = "-Oz -Oz --low-memory-unused --strip-debug --strip-producers --strip-target-features";
const REORDER: &str = "--reorder-functions-by-name --strip-debug";

// The parts carry no section that lists the features in use, so they are named here: what rustc uses by default.
const FEATURES: &str = "--enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals \
    --enable-reference-types --enable-multivalue";
