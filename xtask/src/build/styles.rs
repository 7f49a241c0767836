//! The stylesheet: `style/main.css` through Tailwind, which reads the class names out of the sources.

use anyhow::{Result, bail};
use xshell::{Shell, cmd};

use crate::fingerprint::Fingerprint;
use crate::project::{Mode, Project};
use crate::steps::Steps;

/// The part: `mediap.css`.
pub fn build(project: &Project, sh: &Shell, steps: &Steps, mode: Mode) -> Result<()> {
    let entry = project.root.join("style/main.css");
    if !entry.exists() {
        bail!("{} is missing", entry.display());
    }
    let output = project.parts(mode).join("mediap.css");
    let inputs = Fingerprint::default()
        .folder(&project.root.join("app"), &["rs"])?
        .folder(&project.root.join("server"), &["rs"])?
        .folder(&project.root.join("style"), &["css"])?
        .file(&project.root.join("style/package-lock.json"))?;
    steps.if_changed("styles", inputs, &output, || {
        let tailwind = project.npm_bin("tailwindcss")?;
        // Its greeting and its "Done" go to stderr together with real errors: show them only on failure.
        let result = cmd!(sh, "{tailwind} --input {entry} --output {output} --minify").quiet().output()?;
        let said = String::from_utf8_lossy(&result.stderr);
        if !result.status.success() || !output.exists() {
            bail!("tailwindcss: {said}");
        }
        Ok(())
    })
}
