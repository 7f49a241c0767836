//! `build`: from sources to one binary and one folder of files that a browser may load.
//!
//! Order: client (WASM and its glue), styles, icons, font, then the site folder with hashed names and
//! compressed copies, then the server. Each step leaves its result in the `parts` folder, so that the
//! site folder is a plain function of the parts: what is not in them disappears from it.

mod client;
mod icons;
mod order;
mod site;
mod split;
mod styles;

pub use icons::names as icon_names;

use std::fs::{self, File};
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use crate::fingerprint::Fingerprint;
use crate::project::{Mode, Project, shell, without_cargo_variables};
use crate::steps::{Steps, report, seconds};

const FONT: &str = "@fontsource-variable/inter/files/inter-latin-opsz-normal.woff2";

/// Builds what a browser loads, and the server if that is wanted, too.
pub fn build(project: &Project, mode: Mode, with_server: bool) -> Result<()> {
    let start = Instant::now();
    println!("building into {}", project.target.display());
    let _lock = lock(project, mode)?;
    client(project, mode)?;
    assets(project, mode)?;
    site(project, mode)?;
    if with_server {
        server(project, mode)?;
    }
    report("total", &seconds(start.elapsed()));
    Ok(())
}

/// The browser's half of the program.
pub fn client(project: &Project, mode: Mode) -> Result<()> {
    client::build(project, &shell(project)?, &Steps::new(&project.parts(mode))?, mode)
}

/// Everything the browser loads that is not compiled from Rust.
pub fn assets(project: &Project, mode: Mode) -> Result<()> {
    let sh = shell(project)?;
    let steps = Steps::new(&project.parts(mode))?;
    styles::build(project, &sh, &steps, mode)?;
    icons::build(project, &steps, mode)?;
    font(project, &steps, mode)
}

/// The folder that is served.
pub fn site(project: &Project, mode: Mode) -> Result<()> {
    Steps::new(&project.parts(mode))?.always("site", || site::assemble(project, mode))
}

/// The server's half.
pub fn server(project: &Project, mode: Mode) -> Result<()> {
    let sh = shell(project)?;
    let profile = mode.server_profile();
    Steps::new(&project.parts(mode))?.always("server", || {
        cargo(&sh, &["build", "--package", "server", "--bin", "mediap", "--profile", profile])
    })
}

/// The page made by hand that `bench` compares with; none while it is not written.
pub fn bare(project: &Project) -> Result<Option<PathBuf>> {
    if !project.root.join("xtask/bare/Cargo.toml").exists() {
        return Ok(None);
    }
    cargo(&shell(project)?, &["build", "--package", "bare", "--release"])?;
    Ok(Some(project.server(Mode::Release).with_file_name("bare")))
}

/// One build at a time; a second one waits.
pub fn lock(project: &Project, mode: Mode) -> Result<File> {
    let folder = project.parts(mode);
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    let file = File::create(folder.join("lock"))?;
    if file.try_lock().is_err() {
        println!("waiting for another build in {}", folder.display());
        file.lock()?;
    }
    Ok(file)
}

fn font(project: &Project, steps: &Steps, mode: Mode) -> Result<()> {
    let source = project.npm_package(FONT);
    let output = project.parts(mode).join("inter.woff2");
    steps.if_changed("font", Fingerprint::default().file(&source)?, &output, || {
        fs::copy(&source, &output)
            .with_context(|| format!("copying {}: run `npm ci` in style/", source.display()))?;
        Ok(())
    })
}

fn cargo(sh: &Shell, arguments: &[&str]) -> Result<()> {
    without_cargo_variables(cmd!(sh, "cargo {arguments...}")).quiet().run()?;
    Ok(())
}
