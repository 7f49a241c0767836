//! A program to ask: its router on a temporary folder, without a port.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
};
use db::Db;
use http::{HeaderMap, Request, StatusCode, header};
use kernel::{Site, SystemClock, Visit};
use server::{
    Stop,
    config::{Config, Sources},
    router::router,
    state::AppState,
    stop::Stopper,
};
use tower::ServiceExt;

pub(crate) const EMAIL: &str = "elsa@nordvik.example";
pub(crate) const PASSWORD: &str = "a-long-enough-passphrase-7";

/// A folder that goes away with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("mediap-it-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// See the module.
pub(crate) struct Bench {
    pub(crate) folder: Folder,
    pub(crate) db: Db,
    pub(crate) site: Site,
    pub(crate) config: Config,
    pub(crate) stopper: Stopper,
    router: Router,
}

impl Bench {
    /// The program with its defaults.
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// The program with some settings.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        Self::build(settings, None, None).await
    }

    /// The program with its defaults, on a database that is there.
    pub(crate) async fn on(db: Db) -> Self {
        Self::build(&[], Some(db), None).await
    }

    /// The program with some settings, on a database that is there.
    pub(crate) async fn with_on(settings: &[(&str, &str)], db: Db) -> Self {
        Self::build(settings, Some(db), None).await
    }

    /// The same with a worker in the process, as far as its pulse tells.
    pub(crate) async fn with_pulse(db: Db, pulse: jobs::Pulse) -> Self {
        Self::build(&[], Some(db), Some(pulse)).await
    }

    async fn build(settings: &[(&str, &str)], db: Option<Db>, pulse: Option<jobs::Pulse>) -> Self {
        let folder = Folder::new();
        folder.write("site/hash.txt", "js: AAA\nwasm: BBB\ncss: CCC\n");
        folder.write("site/pkg/mediap.CCC.css", "body{}");
        folder.write("site/pkg/mediap.BBB.wasm", "plain");
        folder.write("site/pkg/mediap.BBB.wasm.br", "brotli");
        folder.write("site/favicon.svg", "<svg/>");
        let mut flags: Vec<_> =
            settings.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        flags.push(("data_dir".to_owned(), folder.path().display().to_string()));
        flags.push(("site_root".to_owned(), folder.path().join("site").display().to_string()));
        let config = Config::load(&Sources { flags, ..Sources::default() }).unwrap();
        let db = match db {
            Some(db) => db,
            None => {
                let db = Db::connect(&db::Options::new(config.database_url.clone())).await.unwrap();
                db.migrate().await.unwrap();
                db
            }
        };
        let base_url = config.base_url.clone().unwrap_or_else(|| "http://mediap.test".into());
        let site = Site::new(db.clone(), Arc::new(SystemClock), &base_url)
            .with_vault(kernel::Vault::new([("bench", [7; kernel::KEY])]))
            .with_person_rows(server::PERSON_ROWS)
            .with_record_kinds(server::RECORD_KINDS)
            .with_as_member(server::AS_MEMBER)
            .with_place_kinds(server::PLACE_KINDS)
            .with_enclosures(files::ENCLOSURES)
            .with_hooks(webhooks::HOOKS)
            .with_unread_messages(messages::records::unread)
            .with_max_file_bytes(config.files.max_bytes)
            .with_on_event(server::ON_EVENT);
        let (stopper, stop) = Stop::channel();
        let router = router(AppState::new(config.clone(), site.clone(), pulse, stop));
        Bench { folder, db, site, config, stopper, router }
    }

    /// Asks and reads the whole answer.
    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        let (head, body) = self.open(request).await.into_parts();
        let text = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.unwrap()).into_owned();
        Answer { status: head.status, headers: head.headers, text }
    }

    /// Asks and leaves the body to be read.
    pub(crate) async fn open(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Asks for a page as a browser does.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(get(path).body(Body::empty()).unwrap()).await
    }

    /// A person with an organisation: the cookie of their log-in, and the organisation.
    pub(crate) async fn log_in(&self, email: &str, organisation: &str) -> (String, kernel::OrganisationId) {
        let id = identity::create_admin(&self.site, email, "Elsa Lindqvist", organisation, PASSWORD)
            .await
            .unwrap();
        let visit = Visit::new(self.site.clone(), "test", None);
        let origin = identity::session::Origin::default();
        let begun = identity::session::acts::log_in(&visit, &origin, email, PASSWORD).await.unwrap();
        let started = begun.into_started().unwrap();
        (format!("{}={}", identity::cookie::name(&self.site), started.token), id)
    }
}

/// A complete answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The error of a server function as its caller decodes it.
    pub(crate) fn error(&self) -> kernel::Error {
        serde_json::from_str(&self.text).unwrap_or_else(|cause| panic!("{cause}: {self:?}"))
    }
}

/// A browser's request for a page.
pub(crate) fn get(path: &str) -> http::request::Builder {
    Request::get(path)
        .header(header::HOST, "mediap.test")
        .header(header::ACCEPT, "text/html,*/*")
        .extension(ConnectInfo(SocketAddr::from(([203, 0, 113, 9], 5000))))
}

/// A call of a server function by WASM.
pub(crate) fn call(path: &str) -> http::request::Builder {
    Request::post(path)
        .header(header::HOST, "mediap.test")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .header("sec-fetch-site", "same-origin")
}

/// The path of the server function whose name ends so.
pub(crate) fn function(name: &str) -> &'static str {
    let found = server_fn::axum::server_fn_paths().find(|(path, _)| path.ends_with(name));
    found.unwrap_or_else(|| panic!("no server function {name}")).0
}
