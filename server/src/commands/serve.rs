//! `mediap serve`

use std::{
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, bail};
use tokio::net::TcpListener;

use crate::{
    Stop, background, config::Config, connections, licence, product, router::router, start, state::AppState,
    stop,
};

/// What running requests get when the program stops.
const GRACE: Duration = Duration::from_secs(10);

/// Answers browsers until it is told to stop.
pub(crate) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    allow_many_connections();
    // First, so that a port in use is said before anything is touched.
    let listener = listen(config.listen).await?;
    let address = listener.local_addr()?;
    let base_url = config.base_url.clone().unwrap_or_else(|| format!("http://{}", reachable(address)));
    let db = start::migrated_database(&config).await?;
    let site = start::sealing_site(&config, db.clone(), &base_url)?;
    let (stopper, stop) = Stop::channel();

    let (pulse, working) = if config.worker {
        let worker = background::worker(&config, &site)?;
        (Some(worker.pulse()), Some(tokio::spawn(worker.run(stop.clone().wanted()))))
    } else {
        (None, None)
    };

    let hub = site.hub().clone();
    let attending = tokio::spawn(async move { hub.attend().await });
    licence::tell(&config);
    let app = router(AppState::new(config.clone(), site.clone(), pulse, stop.clone()));
    let serving = tokio::spawn(connections::serve(listener, app, stop.clone(), GRACE));
    println!("Mediap is at {base_url}");
    if config.development {
        product::print_demo(&site).await;
    }
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "Listening");

    let signal = stop::signal().await?;
    tracing::info!("{signal}: stopping");
    stopper.stop();
    if !serving.await? {
        tracing::warn!("Some requests did not end within {GRACE:?} and were cut off");
    }
    if let Some(working) = working {
        working.await?;
    }
    attending.abort();
    db.close().await;
    tracing::info!("Stopped");
    Ok(ExitCode::SUCCESS)
}

/// Takes as many open files as the system allows: each open page is one, and most shells begin with 1024.
fn allow_many_connections() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        if let Err(cause) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
            tracing::debug!(%cause, ?limit, "The number of open files stays as it is");
        }
    }
}

/// Takes the port, or says why not and what to do.
pub(crate) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(cause) if cause.kind() == ErrorKind::AddrInUse => {
            let other = SocketAddr::new(address.ip(), address.port().checked_add(1).unwrap_or(3000));
            bail!(
                "port {} on {} is in use by another program; stop that one, or choose another port: \
                 mediap serve --listen {other} (or MEDIAP_LISTEN, or `listen` in mediap.toml)",
                address.port(),
                address.ip()
            )
        }
        Err(cause) => Err(cause).with_context(|| {
            format!("cannot listen on {address} (setting `listen`, --listen, MEDIAP_LISTEN)")
        }),
    }
}

/// An address that a browser on this machine can open.
fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port())
    } else {
        address
    }
}
