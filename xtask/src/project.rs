//! Where things are: the checkout, the target folder, the tools, and how cargo is called from here.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail};
use xshell::{Cmd, Shell};

/// How to build: for people (`Release`) or for the edit-and-look loop (`Development`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Optimised, compressed, file names with content hashes.
    Release,
    /// Quick to compile.
    Development,
}

impl Mode {
    /// The cargo profile of the server.
    pub fn server_profile(self) -> &'static str {
        match self {
            Mode::Release => "release",
            Mode::Development => "dev",
        }
    }

    /// The folder of the target directory that cargo puts the server into.
    pub fn server_folder(self) -> &'static str {
        match self {
            Mode::Release => "release",
            Mode::Development => "debug",
        }
    }

    /// The cargo profile, and its folder, of the client.
    pub fn client_profile(self) -> &'static str {
        match self {
            Mode::Release => "wasm-release",
            Mode::Development => "wasm-dev",
        }
    }

    /// The folder of the finished site.
    fn site_folder(self) -> &'static str {
        match self {
            Mode::Release => "site",
            Mode::Development => "site-dev",
        }
    }
}

/// The folders that every command works with.
pub struct Project {
    /// The checkout.
    pub root: PathBuf,
    /// Cargo's target folder; outside the checkout when the scripts call, so that clones share it.
    pub target: PathBuf,
    /// Tools that the set-up script compiled (`wasm-bindgen`).
    pub tools: PathBuf,
}

impl Project {
    /// Finds the checkout this program was compiled from.
    pub fn find() -> Result<Self> {
        let manifest = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => PathBuf::from(env!("CARGO_MANIFEST_DIR")),
        };
        let root = manifest.parent().context("xtask has no parent folder")?.to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        let cache = match (env::var_os("XDG_CACHE_HOME"), env::var_os("HOME")) {
            (Some(cache), _) => PathBuf::from(cache),
            (None, Some(home)) => Path::new(&home).join(".cache"),
            (None, None) => bail!("neither XDG_CACHE_HOME nor HOME is set"),
        };
        Ok(Self { root, target, tools: cache.join("mediap/tools") })
    }

    /// The folder that the server serves files from.
    pub fn site(&self, mode: Mode) -> PathBuf {
        self.target.join(mode.site_folder())
    }

    /// Intermediate results and stamps of the build steps.
    pub fn parts(&self, mode: Mode) -> PathBuf {
        self.target.join("site-parts").join(mode.site_folder())
    }

    /// The server's executable.
    pub fn server(&self, mode: Mode) -> PathBuf {
        self.target.join(mode.server_folder()).join("mediap")
    }

    /// A program of the build-time npm packages.
    pub fn npm_bin(&self, name: &str) -> Result<PathBuf> {
        let path = self.npm_package(&format!(".bin/{name}"));
        if !path.exists() {
            bail!("{name} is missing: run `npm ci` in {}", self.root.join("style").display());
        }
        Ok(path)
    }

    /// A file of the build-time npm packages.
    pub fn npm_package(&self, path: &str) -> PathBuf {
        self.root.join("style/node_modules").join(path)
    }

    /// The `wasm-bindgen` whose version equals the crate's in `Cargo.lock`: any other refuses the client.
    pub fn wasm_bindgen(&self, sh: &Shell) -> Result<PathBuf> {
        let wanted = self.locked_version("wasm-bindgen")?;
        let own = self.tools.join("bin/wasm-bindgen");
        for program in [own, PathBuf::from("wasm-bindgen")] {
            let version = xshell::cmd!(sh, "{program} --version").quiet().ignore_stderr().read();
            if version.is_ok_and(|text| text.split_whitespace().nth(1) == Some(wanted.as_str())) {
                return Ok(program);
            }
        }
        bail!(
            "wasm-bindgen {wanted} is missing: run `script/setup`, or `cargo install --root {} wasm-bindgen-cli@{wanted}`",
            self.tools.display()
        )
    }

    fn locked_version(&self, name: &str) -> Result<String> {
        let lock = fs::read_to_string(self.root.join("Cargo.lock")).context("reading Cargo.lock")?;
        let wanted = format!("name = \"{name}\"");
        let mut lines = lock.lines();
        lines
            .find(|line| *line == wanted)
            .and_then(|_| lines.next()?.strip_prefix("version = \"")?.strip_suffix('"'))
            .map(str::to_owned)
            .with_context(|| format!("{name} is not in Cargo.lock"))
    }
}

/// A shell in the checkout.
pub fn shell(project: &Project) -> Result<Shell> {
    let sh = Shell::new()?;
    sh.change_dir(&project.root);
    Ok(sh)
}

/// Removes what `cargo run` adds to the environment: build scripts that watch those variables would
/// otherwise run again, and recompile half the tree, each time a cargo called from here follows one
/// called by hand.
pub fn without_cargo_variables(mut cmd: Cmd<'_>) -> Cmd<'_> {
    for name in cargo_variables() {
        cmd = cmd.env_remove(name);
    }
    cmd
}

/// The names of the variables that `cargo run` adds.
pub fn cargo_variables() -> Vec<String> {
    env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| {
            name == "CARGO" || name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_")
        })
        .collect()
}
