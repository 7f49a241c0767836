//! `dev`: serves a development build on 127.0.0.1:3000; every edit rebuilds what it touches and reloads the page.

mod reload;
mod watch;

use std::net::SocketAddr;
use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};

use self::reload::Reload;
use self::watch::{Changes, Watch};
use crate::guard::Guard;
use crate::http::wait_until_ready;
use crate::project::{Mode, Project, cargo_variables};
use crate::steps::seconds;
use crate::{build, http};

const ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 3000);
const RELOAD_PORT: u16 = 3001;

/// Builds, serves and watches until Ctrl-C.
pub fn dev(project: &Project) -> Result<()> {
    let _lock = build::lock(project, Mode::Development)?;
    let mut watch = Watch::start(&project.root)?;
    let reload = Reload::listen(RELOAD_PORT)?;
    let mut server: Option<Server> = None;
    let mut changes = Changes::all();
    loop {
        let undone = match rebuild(project, &changes, &mut server) {
            Ok(()) => {
                println!("ready on http://{ADDRESS} after {}\n", seconds(changes.age()));
                reload.everything();
                None
            }
            Err(error) => {
                println!("{error:#}\nthe last good build goes on; waiting for the next edit\n");
                Some(changes)
            }
        };
        changes = watch.wait()?;
        println!("{changes}");
        if let Some(earlier) = undone {
            changes = changes.and(&earlier);
        }
    }
}

/// Brings the running server up to date with the sources.
fn rebuild(project: &Project, changes: &Changes, server: &mut Option<Server>) -> Result<()> {
    // Client and server use different target folders, so cargo builds them side by side.
    thread::scope(|scope| {
        let client = changes.client.then(|| scope.spawn(|| build::client(project, Mode::Development)));
        let native = changes.server.then(|| scope.spawn(|| build::server(project, Mode::Development)));
        if changes.assets {
            build::assets(project, Mode::Development)?;
        }
        for thread in [client, native].into_iter().flatten() {
            thread.join().map_err(|_| anyhow!("a build thread panicked"))??;
        }
        Ok::<_, anyhow::Error>(())
    })?;
    build::site(project, Mode::Development)?;
    if changes.server || server.is_none() {
        // The old one must be gone before the new one can have its port.
        drop(server.take());
        *server = Some(Server::start(project)?);
    }
    wait_until_ready(ADDRESS, "/readyz", Duration::from_secs(20))?;
    Ok(())
}

/// The running server; dropping it stops it.
struct Server {
    child: Child,
    _guard: Guard,
}

impl Server {
    fn start(project: &Project) -> Result<Self> {
        if http::Connection::open(ADDRESS).is_ok() {
            return Err(anyhow!("{ADDRESS} is in use by another program"));
        }
        mediap(project, "migrate").status().context("running `mediap migrate`")?;
        let child = mediap(project, "serve").spawn().context("starting `mediap serve`")?;
        let guard = Guard::over(&child)?;
        Ok(Self { child, _guard: guard })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone is as good as stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn mediap(project: &Project, verb: &str) -> Command {
    let mut command = Command::new(project.server(Mode::Development));
    command
        .arg(verb)
        .current_dir(&project.root)
        .env("MEDIAP_DEVELOPMENT", "true")
        .env("MEDIAP_LISTEN", ADDRESS.to_string())
        .env("MEDIAP_SITE_ROOT", project.site(Mode::Development))
        .env("LEPTOS_WATCH", "true")
        .env("LEPTOS_RELOAD_PORT", RELOAD_PORT.to_string());
    for name in cargo_variables() {
        command.env_remove(name);
    }
    command
}
