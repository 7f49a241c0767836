//! `pg`: a temporary PostgreSQL for tests and measurements: own data folder, free port, no durability.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use xshell::{Cmd, Shell, cmd};

use crate::guard::Guard;
use crate::project::{Project, cargo_variables};

/// The setting that the repository tests read.
const VARIABLE: &str = "MEDIAP_TEST_POSTGRES";
/// Speed and room for parallel tests; nothing here survives a crash, and nothing must.
const SETTINGS: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c max_connections=200 -c listen_addresses=''";

/// What to do with the temporary PostgreSQL.
#[derive(Subcommand)]
pub enum Command {
    /// Start one, print its address, leave it running.
    Start,
    /// Stop the one that `start` started and remove its data.
    Stop,
    /// Start one, run a command with MEDIAP_TEST_POSTGRES set, stop it whatever happens.
    Run {
        /// The command and its arguments, after `--`.
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
}

/// Runs one of the sub-commands.
pub fn command(project: &Project, command: Command) -> Result<()> {
    match command {
        Command::Start => start(project),
        Command::Stop => stop(project),
        Command::Run { command } => run(&command),
    }
}

fn start(project: &Project) -> Result<()> {
    let note = project.target.join("pg");
    let running = fs::read_to_string(&note).unwrap_or_default();
    let mut lines = running.lines();
    if let (Some(folder), Some(url)) = (lines.next(), lines.next())
        && Path::new(folder).join("data/postmaster.pid").exists()
    {
        println!("{VARIABLE}={url}");
        return Ok(());
    }
    let cluster = Cluster::start(&memory())?;
    fs::create_dir_all(&project.target)?;
    fs::write(&note, format!("{}\n{}\n", cluster.folder.display(), cluster.url))?;
    println!("{VARIABLE}={}", cluster.url);
    Ok(())
}

fn stop(project: &Project) -> Result<()> {
    let note = project.target.join("pg");
    let running = fs::read_to_string(&note).context("none was started by `cargo xtask pg start`")?;
    let folder = running.lines().next().context("the note of `cargo xtask pg start` is empty")?;
    process::Command::new("sh").arg("-c").arg(Server::find()?.stop_command(Path::new(folder))).output()?;
    fs::remove_file(&note)?;
    Ok(())
}

fn run(command: &[OsString]) -> Result<()> {
    let (program, arguments) = command.split_first().context("no command")?;
    let (cluster, guard) = Cluster::guarded(&memory())?;
    println!("{VARIABLE}={}", cluster.url);
    let mut child = process::Command::new(program);
    child.args(arguments).env(VARIABLE, &cluster.url);
    for name in cargo_variables() {
        child.env_remove(name);
    }
    let status = child.status().with_context(|| format!("running {}", program.display()))?;
    drop(guard);
    match status.code() {
        Some(0) => Ok(()),
        // The command has said what went wrong.
        code => process::exit(code.unwrap_or(1)),
    }
}

/// A folder for hundreds of small databases that come and go: in memory where there is plenty of it, since a file
/// system on a disk takes its time over the inodes of files that were just removed.
fn memory() -> PathBuf {
    const SHARED: &str = "/dev/shm";
    const NEEDED_KB: u64 = 4 << 20;
    let room = || -> Result<u64> {
        let sh = Shell::new()?;
        let table = cmd!(sh, "df -Pk {SHARED}").quiet().ignore_stderr().read()?;
        let free = table.lines().nth(1).and_then(|line| line.split_whitespace().nth(3));
        Ok(free.context("df says nothing")?.parse()?)
    };
    if room().is_ok_and(|free| NEEDED_KB <= free) { PathBuf::from(SHARED) } else { env::temp_dir() }
}

/// A running PostgreSQL.
pub struct Cluster {
    folder: PathBuf,
    /// The address of its superuser's empty database, over the socket in its folder.
    pub url: String,
}

impl Cluster {
    /// Starts one, in a folder of its own within `base`, that stops with the guard.
    pub fn guarded(base: &Path) -> Result<(Self, Guard)> {
        let cluster = Self::start(base)?;
        let guard = Guard::new(&Server::find()?.stop_command(&cluster.folder))?;
        Ok((cluster, guard))
    }

    /// Where a program is that comes with the server.
    pub fn program(name: &str) -> Result<PathBuf> {
        Ok(Server::find()?.bin.join(name))
    }

    fn start(base: &Path) -> Result<Self> {
        let server = Server::find()?;
        let folder = base.join(format!("mediap-pg-{}", process::id()));
        let sh = Shell::new()?;
        // The server's user may not enter the folder we are in.
        sh.change_dir("/");
        server.create_folder(&sh, &folder)?;
        let data = folder.join("data");
        server
            .command(&sh, "initdb")
            .args([
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .ignore_stdout()
            .run()
            .context("initdb failed")?;
        let settings = format!("{SETTINGS} -c unix_socket_directories={}", folder.display());
        let log = folder.join("log");
        let start = server.command(&sh, "pg_ctl").args(["-w", "-s", "-D"]).arg(&data).arg("-l").arg(&log);
        if let Err(error) = start.args(["-o", &settings, "start"]).run() {
            let log = fs::read_to_string(&log).unwrap_or_default();
            return Err(error).with_context(|| format!("PostgreSQL does not start:\n{log}"));
        }
        let socket = folder.display().to_string().replace('/', "%2F");
        Ok(Self { folder, url: format!("postgres://postgres@{socket}/postgres") })
    }
}

/// Where the server's programs are, and as whom to run them.
struct Server {
    bin: PathBuf,
    /// PostgreSQL refuses to run as root; its package brings a user for it.
    as_root: bool,
}

impl Server {
    fn find() -> Result<Self> {
        let sh = Shell::new()?;
        let as_root = cmd!(sh, "id -u").quiet().read()? == "0";
        let mut folders: Vec<PathBuf> = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"]
            .into_iter()
            .filter_map(|folder| fs::read_dir(folder).ok())
            .flat_map(|entries| entries.flatten().map(|entry| entry.path().join("bin")))
            .collect();
        // The newest version first: "17" after "9" would be wrong, but 15 is the oldest we support.
        folders.sort();
        folders.reverse();
        if let Some(path) = env::var_os("PATH") {
            folders.extend(env::split_paths(&path));
        }
        let bin = folders.into_iter().find(|folder| folder.join("initdb").exists());
        match bin {
            Some(bin) => Ok(Self { bin, as_root }),
            None => {
                bail!("PostgreSQL is missing: run `script/setup --tests`, or `apt-get install postgresql`")
            }
        }
    }

    fn create_folder(&self, sh: &Shell, folder: &Path) -> Result<()> {
        let owner: &[&str] = if self.as_root { &["-o", "postgres"] } else { &[] };
        cmd!(sh, "install -d -m 700 {owner...} {folder}").quiet().run()?;
        Ok(())
    }

    fn command<'a>(&self, sh: &'a Shell, name: &str) -> Cmd<'a> {
        let program = self.bin.join(name);
        if self.as_root {
            cmd!(sh, "runuser -u postgres -- {program}").quiet()
        } else {
            cmd!(sh, "{program}").quiet()
        }
    }

    /// For a shell: stops the cluster in `folder` and removes it.
    fn stop_command(&self, folder: &Path) -> String {
        let run = if self.as_root { "runuser -u postgres -- " } else { "" };
        let (bin, folder) = (self.bin.display(), folder.display());
        format!("cd /; {run}'{bin}/pg_ctl' -s -m immediate -D '{folder}/data' stop; rm -rf '{folder}'")
    }
}
