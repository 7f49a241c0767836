//! The contestants as processes: seeded, started, asked, weighed, stopped.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::guard::Guard;
use crate::http::{Connection, Response, request, wait_until_ready};
use crate::project::{Mode, Project};

/// The demo's people; the first one belongs to the big organisation.
pub const PEOPLE: [&str; 4] =
    ["elsa@nordvik.example", "petra@nordvik.example", "marek@nordvik.example", "maja@halden.example"];
const PASSWORD: &str = "demo-drive-2026";
const LOG_IN: &str = "/api/identity/session/api/log_in";
const BOARD: &str = "/workflows/UC";

/// How long a start may take before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program with its settings.
pub struct Program {
    mediap: PathBuf,
    bare: Option<PathBuf>,
    /// The database as its owner reaches it: the page by hand has no wall to stay behind.
    owner: String,
    settings: Vec<(&'static str, String)>,
    folder: PathBuf,
}

impl Program {
    /// The release build on a database of its own. On PostgreSQL `owner` is a superuser of a server that trusts
    /// everybody.
    pub fn new(project: &Project, owner: &str, folder: &Path, bare: Option<PathBuf>) -> Self {
        let mut settings = match owner.rsplit_once('@') {
            Some((_, place)) => vec![
                ("MEDIAP_DATABASE_URL", format!("postgres://mediap_runtime@{place}")),
                ("MEDIAP_DATABASE_OWNER_URL", owner.to_owned()),
            ],
            None => vec![("MEDIAP_DATABASE_URL", owner.to_owned())],
        };
        settings.extend([
            ("MEDIAP_DATA_DIR", folder.display().to_string()),
            ("MEDIAP_SITE_ROOT", project.site(Mode::Release).display().to_string()),
            ("MEDIAP_LOG_LEVEL", "warn".to_owned()),
            // Log-ins come from many addresses, as far as the limits on them can tell.
            ("MEDIAP_TRUSTED_PROXY", "127.0.0.1".to_owned()),
            // A key asks as often as the machine allows.
            ("MEDIAP_API_CALLS_PER_MINUTE", "1000000".to_owned()),
        ]);
        let owner = owner.to_owned();
        Self { mediap: project.server(Mode::Release), bare, owner, settings, folder: folder.to_path_buf() }
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Result<()> {
        self.say(arguments).map(drop)
    }

    /// Makes a key of the first of the demo's people that may do all that they may.
    pub fn key(&self) -> Result<String> {
        let [owner, ..] = PEOPLE;
        Ok(self.say(&["create-key", owner])?.trim().to_owned())
    }

    /// Runs a command to its end, and gives what it printed.
    fn say(&self, arguments: &[&str]) -> Result<String> {
        let output = self.command(&self.mediap).args(arguments).stdin(Stdio::null()).output()?;
        if !output.status.success() {
            bail!("mediap {} failed:\n{}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Starts the server and waits until it is ready.
    pub fn start(&self) -> Result<Server> {
        self.spawn(self.command(&self.mediap).arg("serve"))
    }

    /// Starts the server with further settings.
    pub fn start_with(&self, settings: &[(&str, &str)]) -> Result<Server> {
        self.spawn(self.command(&self.mediap).envs(settings.iter().copied()).arg("serve"))
    }

    /// Starts the page made by hand, if there is one.
    pub fn start_bare(&self) -> Result<Option<Server>> {
        let start = |bare| self.spawn(self.command(bare).env("MEDIAP_DATABASE_URL", &self.owner));
        self.bare.as_deref().map(start).transpose()
    }

    fn spawn(&self, command: &mut Command) -> Result<Server> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = command
            .env("MEDIAP_LISTEN", address.to_string())
            .env("MEDIAP_BASE_URL", format!("http://{address}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {}", command.get_program().display()))?;
        let guard = Guard::over(&child)?;
        // Made first, so that a server that never gets ready is stopped too.
        let mut server = Server { address, ready: Duration::ZERO, child, _guard: guard };
        server.ready = wait_until_ready(address, "/readyz", PATIENCE)?;
        Ok(server)
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A running server; dropping it stops it.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// The time from its start to its first `200` on `/readyz`.
    pub ready: Duration,
    child: Child,
    _guard: Guard,
}

impl Server {
    /// Logs in through the form and returns the cookie.
    pub fn log_in(&self) -> Result<String> {
        self.log_in_as(0)
    }

    /// The same for one of many people, each at an address of their own.
    pub fn log_in_as(&self, person: u8) -> Result<String> {
        let email = PEOPLE.get(usize::from(person) % PEOPLE.len()).copied().unwrap_or_default();
        let request = self.log_in_request(email, PASSWORD, &format!("192.0.2.{person}"), "");
        let cookies = cookies(&Connection::open(self.address)?.send(&request)?)?;
        Ok(cookies.into_iter().next().unwrap_or_default())
    }

    /// Logs somebody in from an address and with the cookies of their browser, and returns the cookies they get.
    pub fn log_in_from(&self, email: &str, address: &str, browser: &str) -> Result<Vec<String>> {
        let request = self.log_in_request(email, PASSWORD, address, browser);
        cookies(&Connection::open(self.address)?.send(&request)?)
    }

    /// A try to log in, as a browser at some address sends it.
    pub fn log_in_request(&self, email: &str, password: &str, address: &str, browser: &str) -> Vec<u8> {
        self.form_request(LOG_IN, &format!("email={}&password={password}", at(email)), address, browser)
    }

    /// A form of somebody who is not logged in, as a browser at some address sends it.
    pub fn form_request(&self, path: &str, form: &str, address: &str, browser: &str) -> Vec<u8> {
        let headers = [
            format!("Origin: http://{}", self.address),
            "Content-Type: application/x-www-form-urlencoded".to_owned(),
            "Accept: application/json".to_owned(),
            format!("X-Forwarded-For: {address}"),
            format!("Cookie: {browser}"),
        ];
        request("POST", path, self.address, &headers, form)
    }

    /// The board, asked for by somebody who is logged in.
    pub fn board_request(&self, cookie: &str) -> Vec<u8> {
        request(
            "GET",
            BOARD,
            self.address,
            &[format!("Cookie: {cookie}"), "Accept: text/html".to_owned()],
            "",
        )
    }

    /// The memory it occupies, in bytes.
    pub fn memory(&self) -> Result<u64> {
        self.status("VmRSS:")
    }

    /// The most memory that it has occupied, in bytes.
    pub fn peak(&self) -> Result<u64> {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .context("memory is measured through /proc, which only Linux has")?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such figure")?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes * 1024)
    }
}

/// An address of mail as forms have it.
pub fn at(email: &str) -> String {
    email.replace('@', "%40")
}

/// What a log-in has given the browser, or why it has not.
fn cookies(response: &Response) -> Result<Vec<String>> {
    let cookies: Vec<String> = response
        .header("set-cookie")
        .filter_map(|cookie| cookie.split(';').next().map(str::to_owned))
        .collect();
    if cookies.is_empty() {
        bail!("logging in answers {} and sets no cookie:\n{}", response.status, response.text());
    }
    Ok(cookies)
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone is as good as stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
