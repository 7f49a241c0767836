//! `mediap check`: what is wrong with the installation, one line for each part.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, bail};
use kernel::{Clock, SystemClock};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    config::{Config, Sources},
    licence, mail, secret_key, start,
};

const PATIENCE: Duration = Duration::from_secs(3);

/// Checks every part and fails if one of them is wrong.
pub(crate) async fn everything(sources: Sources) -> anyhow::Result<ExitCode> {
    let mut report = Report::default();
    let config = match Config::load(&sources) {
        Ok(config) => config,
        Err(error) => {
            report.line("configuration", Err(error.into()));
            return Ok(report.exit_code());
        }
    };
    report.line("configuration", Ok(format!("listens on {}", config.listen)));
    report.line("data folder", data_dir(&config));
    report.line("secret key", secret_key::vault(&config).map(|_| secret_key::source(&config)));
    report.line("database", database(&config).await);
    report.line("site assets", site_assets(&config));
    match licence::summary(&config) {
        Ok(text) => report.line("licence", Ok(text)),
        Err(text) => report.note("licence", &text),
    }
    report.line("mail", mail(&config).await);
    report.line("files", files(&config).await);
    if let Some(clamd) = &config.files.clamd {
        let answer = clamd.check().await.context("is clamd running, and is `clamd` right?");
        report.line("virus scanner", answer.map(|()| format!("{clamd:?}")));
    }
    for (setting, tool) in
        [("pdftoppm", &config.files.tools.pdftoppm), ("ffmpeg", &config.files.tools.ffmpeg)]
    {
        if let Some(tool) = tool {
            let shown = tool.display().to_string();
            let there =
                if tool.is_file() { Ok(shown) } else { Err(anyhow::anyhow!("there is no program {shown}")) };
            report.line(setting, there);
        }
    }
    for settings in &config.oidc_providers {
        report.line(&format!("log-in by {}", settings.id), provider(settings).await);
    }
    Ok(report.exit_code())
}

#[derive(Debug, Default)]
struct Report {
    failed: bool,
}

impl Report {
    fn line(&mut self, part: &str, result: anyhow::Result<String>) {
        match result {
            Ok(detail) => println!("ok      {part}: {detail}"),
            Err(error) => {
                self.failed = true;
                println!("failed  {part}: {error:#}");
            }
        }
    }

    /// Something to look at that keeps nothing from working.
    fn note(&self, part: &str, text: &str) {
        println!("note    {part}: {text}");
    }

    fn exit_code(&self) -> ExitCode {
        if self.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

fn data_dir(config: &Config) -> anyhow::Result<String> {
    start::data_dir(&config.data_dir).with_context(|| start::data_dir_advice(config))?;
    Ok(config.data_dir.display().to_string())
}

async fn database(config: &Config) -> anyhow::Result<String> {
    let db = start::database(config).await?;
    let migrations = db.migrations().await?;
    start::refuse_above_the_wall(&db).await?;
    let breaches = db::wall::breaches(&db).await?;
    db.close().await;
    if !breaches.is_empty() {
        bail!("the wall between organisations has holes: {}; run `mediap migrate`", breaches.join("; "));
    }
    let shown = start::without_password(&config.database_url);
    match migrations.pending {
        0 => Ok(format!("{shown}, {} migrations applied", migrations.applied)),
        pending if config.auto_migrate => {
            Ok(format!("{shown}, {pending} migration(s) are applied at the next start"))
        }
        pending => bail!("{shown}: {pending} migration(s) pending; run `mediap migrate`"),
    }
}

fn site_assets(config: &Config) -> anyhow::Result<String> {
    let root = &config.site_root;
    let hashes = std::fs::read_to_string(root.join("hash.txt")).with_context(|| {
        format!(
            "{} holds no built site; build it with `cargo xtask build`, or set `site_root`",
            root.display()
        )
    })?;
    for line in hashes.lines() {
        let Some((kind, hash)) = line.split_once(": ") else { continue };
        let file = root.join("pkg").join(format!("mediap.{}.{kind}", hash.trim()));
        if !file.exists() {
            bail!("{} is missing, although hash.txt names it: build the site again", file.display());
        }
    }
    Ok(root.display().to_string())
}

async fn mail(config: &Config) -> anyhow::Result<String> {
    let mailer = mail::mailer(config)?;
    mailer.check().await.map_err(|cause| anyhow::anyhow!("{cause}"))?;
    let place = match &config.smtp_url {
        Some(url) if config.mail == crate::config::MailMode::Smtp => start::without_password(url),
        _ => format!("written into {}", config.mail_dir().display()),
    };
    Ok(match &config.dkim {
        Some(dkim) => format!("{place}, signed for {} as {}", dkim.domain, dkim.selector),
        None => place,
    })
}

async fn files(config: &Config) -> anyhow::Result<String> {
    let store = store::Store::new(config.files.store.clone());
    store.check().await.with_context(|| format!("{}: are the settings of files right?", store.place()))?;
    Ok(store.place())
}

async fn provider(settings: &oidc::Settings) -> anyhow::Result<String> {
    let provider = oidc::Provider::new(settings.clone());
    provider.check().await.with_context(|| format!("is the issuer {} right?", settings.issuer))?;
    Ok(format!("{}, {}", settings.name, settings.issuer))
}

/// Asks the running server whether it is alive.
pub(crate) async fn health(config: Config) -> anyhow::Result<ExitCode> {
    let mut address = config.listen;
    if address.ip().is_unspecified() {
        address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port());
    }
    let status = timeout(PATIENCE, ask(address)).await.context("no answer in time").flatten();
    let status = status.with_context(|| format!("http://{address}/healthz"))?;
    if !status.contains(" 200 ") {
        bail!("http://{address}/healthz answers `{status}`");
    }
    println!("ok");
    Ok(ExitCode::SUCCESS)
}

/// Looks whether a worker of this machine, or of this container, has shown itself lately.
pub(crate) async fn worker(config: Config) -> anyhow::Result<ExitCode> {
    let db = start::database(&config).await?;
    let workers = jobs::present_here(&db).await;
    db.close().await;
    let now = SystemClock.now();
    match workers?.first() {
        None => bail!("no worker has been seen on this machine"),
        Some(worker) if !worker.is_alive(now) => {
            let since = (now - worker.seen_at).num_seconds();
            bail!("worker {}/{} has not shown itself for {since} s", worker.host, worker.process)
        }
        Some(_) => println!("ok"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The first line of the answer: too little to bring an HTTP client for.
async fn ask(address: SocketAddr) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream
        .write_all(
            format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes(),
        )
        .await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}
