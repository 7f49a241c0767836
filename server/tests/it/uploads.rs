//! Files over HTTP: chunks in, downloads out, and nothing of it may run.

#![expect(clippy::indexing_slicing, reason = "what an answer lacks ends the story")]

use std::sync::Arc;

use axum::body::Body;
use http::{Request, StatusCode, header::COOKIE};
use jobs::{Handlers, Now, Queue, Worker};
use kernel::Error;
use serde_json::Value;

use crate::bench::{Answer, Bench, EMAIL, call, function, get};

/// A member with an item, and a store in the folder of the bench.
pub(crate) struct Story {
    pub(crate) bench: Bench,
    cookie: String,
    pub(crate) item: String,
}

impl Story {
    pub(crate) async fn new(settings: &[(&str, &str)]) -> Self {
        let bench = Bench::with(settings).await;
        let nordvik = identity::demo::seed(&bench.site).await.unwrap().nordvik;
        let owner = kernel::Membership {
            organisation_id: nordvik.id,
            organisation_name: nordvik.name.clone(),
            member_id: nordvik.owner,
            role: kernel::Role::Owner,
            permissions: kernel::PermissionSet::ALL,
            grants: Vec::new(),
            settings: nordvik.settings.clone(),
            brand: None,
        };
        let cx = kernel::Cx::system(&bench.site, "test", owner);
        let teams = nordvik.teams.iter().map(|(name, id)| workflows::demo::Team {
            name: name.clone(),
            id: *id,
            members: vec![nordvik.owner],
        });
        let plan = workflows::demo::Plan { teams: teams.collect() };
        workflows::demo::seed_dealership(&cx, &plan, 2).await.unwrap();
        let (key, number): (String, i64) = db::sql(
            "select w.key, i.number
             from item i
             join workflow w on w.id = i.workflow_id
             where i.organisation_id = $1
             order by i.number
             limit 1",
        )
        .bind(nordvik.id)
        .one(cx.db())
        .await
        .unwrap();
        cx.visit().rest().await;
        let cookie = log_in(&bench, EMAIL).await;
        Story { bench, cookie, item: format!("{key}-{number}") }
    }

    pub(crate) async fn function(&self, name: &str, arguments: &str) -> Answer {
        let request = call(function(name)).header(COOKIE, &self.cookie);
        self.bench.ask(request.body(Body::from(arguments.to_owned())).unwrap()).await
    }

    pub(crate) async fn begin(&self, name: &str, size: usize) -> Answer {
        let arguments = format!("kind=item&key={}&name={name}&size={size}&modified=1", self.item);
        self.function("/begin_upload", &arguments).await
    }

    pub(crate) async fn put(
        &self,
        id: &str,
        at: usize,
        bytes: impl Into<Body>,
        digest: Option<&str>,
    ) -> Answer {
        let mut request = Request::put(format!("/api/files/uploads/{id}?at={at}"))
            .header("host", "mediap.test")
            .header("accept", "application/json")
            .header("sec-fetch-site", "same-origin")
            .header(COOKIE, &self.cookie);
        if let Some(digest) = digest {
            request = request.header("content-digest", digest);
        }
        self.bench.ask(request.body(bytes.into()).unwrap()).await
    }

    /// Uploads a file and has it looked at.
    async fn upload(&self, name: &str, bytes: &'static [u8]) -> String {
        let begun: Value = serde_json::from_str(&self.begin(name, bytes.len()).await.text).unwrap();
        let id = begun["id"].as_str().unwrap().to_owned();
        assert_eq!(self.put(&id, 0, bytes, None).await.status, StatusCode::OK);
        assert_eq!(self.function("/complete_upload", &format!("id={id}")).await.status, StatusCode::OK);
        self.work().await;
        id
    }

    pub(crate) async fn work(&self) {
        self.work_after(chrono::Duration::zero()).await;
    }

    /// Runs the jobs that are due by then.
    pub(crate) async fn work_after(&self, ahead: chrono::Duration) {
        let site = self.bench.site.clone();
        let now: Now = Arc::new(move || site.now() + ahead);
        let desk = server::file_desk(&self.bench.config, &self.bench.site);
        let handlers = server::file_handlers(Handlers::default(), &desk);
        Worker::new(Queue::new(self.bench.db.clone()), handlers, now).run_due().await.unwrap();
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = get(path).header(COOKIE, &self.cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.bench.ask(request.body(Body::empty()).unwrap()).await
    }
}

async fn log_in(bench: &Bench, email: &str) -> String {
    let visit = kernel::Visit::new(bench.site.clone(), "test", None);
    let origin = identity::session::Origin::default();
    let begun =
        identity::session::acts::log_in(&visit, &origin, email, identity::demo::PASSWORD).await.unwrap();
    format!("{}={}", identity::cookie::name(&bench.site), begun.into_started().unwrap().token)
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

#[tokio::test]
async fn a_download_is_shut_in_and_called_by_its_name() {
    let story = Story::new(&[]).await;
    let id = story.upload("R%C3%A4kning%20%22maj%22.html", b"<!DOCTYPE html><script>alert(1)</script>").await;
    let answer = story.get(&format!("/files/{id}/anything.html"), &[]).await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (StatusCode::OK, "<!DOCTYPE html><script>alert(1)</script>")
    );
    assert_eq!(answer.header("content-type"), "text/html");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"R_kning _maj_.html\"; filename*=UTF-8''R%C3%A4kning%20%22maj%22.html"
    );
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && policy.ends_with("sandbox"), "{policy}");
    assert!(!policy.contains("script-src"), "{policy}");
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert_eq!(answer.header("content-encoding"), "");

    // By its content, whatever its name says.
    let id = story.upload("page.html", PNG).await;
    let answer = story.get(&format!("/files/{id}/page.html"), &[]).await;
    assert_eq!(answer.header("content-type"), "image/png");
    assert!(answer.header("content-disposition").starts_with("inline; filename=\"page.html\""));
}

#[tokio::test]
async fn a_download_can_go_on_and_is_not_sent_twice() {
    let story = Story::new(&[]).await;
    let id = story.upload("a.txt", b"0123456789").await;
    let path = format!("/files/{id}/a.txt");
    let whole = story.get(&path, &[]).await;
    assert_eq!((whole.header("accept-ranges"), whole.header("content-length")), ("bytes", "10"));
    let tag = whole.header("etag").to_owned();
    assert_eq!(tag, "\"84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882\"");

    let part = story.get(&path, &[("range", "bytes=2-4")]).await;
    assert_eq!((part.status, part.text.as_str()), (StatusCode::PARTIAL_CONTENT, "234"));
    assert_eq!((part.header("content-range"), part.header("content-length")), ("bytes 2-4/10", "3"));
    let rest = story.get(&path, &[("range", "bytes=7-"), ("if-range", &tag)]).await;
    assert_eq!((rest.status, rest.text.as_str()), (StatusCode::PARTIAL_CONTENT, "789"));
    let other = story.get(&path, &[("range", "bytes=7-"), ("if-range", "\"other\"")]).await;
    assert_eq!((other.status, other.text.as_str()), (StatusCode::OK, "0123456789"));
    let beyond = story.get(&path, &[("range", "bytes=10-")]).await;
    assert_eq!(
        (beyond.status, beyond.header("content-range")),
        (StatusCode::RANGE_NOT_SATISFIABLE, "bytes */10")
    );

    let known = story.get(&path, &[("if-none-match", &tag)]).await;
    assert_eq!((known.status, known.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let head = Request::head(&path).header("host", "mediap.test").header(COOKIE, &story.cookie);
    let head = story.bench.ask(head.body(Body::empty()).unwrap()).await;
    assert_eq!((head.status, head.header("content-length"), head.text.as_str()), (StatusCode::OK, "10", ""));
}

#[tokio::test]
async fn only_who_sees_the_item_gets_the_file() {
    let story = Story::new(&[]).await;
    let id = story.upload("a.txt", b"text").await;
    let path = format!("/files/{id}/a.txt");
    let nobody = story.bench.get(&path).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert!(!nobody.text.contains("text</"), "{}", nobody.text);
    let stranger = log_in(&story.bench, "maja@halden.example").await;
    for path in [path, format!("/previews/{id}")] {
        let answer = story.bench.ask(get(&path).header(COOKIE, &stranger).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_link_works_for_nobody_in_particular_and_only_to_read() {
    let story = Story::new(&[]).await;
    let id = story.upload("a.txt", b"text").await;
    let link: String =
        serde_json::from_str(&story.function("/share_file", &format!("id={id}")).await.text).unwrap();
    let path = link.strip_prefix("http://mediap.test").unwrap();
    let answer = story.bench.get(path).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "text"));
    assert_eq!(
        (answer.header("cache-control"), answer.header("x-robots-tag")),
        ("private, no-store", "noindex")
    );
    let post = Request::post(path).header("host", "mediap.test").header("sec-fetch-site", "same-origin");
    let post = story.bench.ask(post.body(Body::empty()).unwrap()).await;
    assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(story.bench.get(&path.replace("key=v1", "key=v2")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_chunk_has_its_own_limit_and_says_what_is_wrong() {
    let story = Story::new(&[]).await;
    let size = 9 * 1024 * 1024;
    let begun: Value = serde_json::from_str(&story.begin("large.bin", size).await.text).unwrap();
    let id = begun["id"].as_str().unwrap();
    // More than any other body may have.
    let chunk = vec![7; 8 * 1024 * 1024];
    let answer = story.put(id, 0, chunk.clone(), None).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let answer = story.put(id, 0, chunk, None).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(answer.error(), Error::Conflict("The upload goes on at byte 8388608.".into()));
    let answer = story.put(id, 8_388_608, vec![7; 8 * 1024 * 1024 + 1], None).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let answer = story.put(id, 8_388_608, "abc", Some("sha-256=:AAAA:")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let good = "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:";
    let answer = story.put(id, 8_388_608, "abc", Some(good)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let foreign = Request::put(format!("/api/files/uploads/{id}?at=8388611"))
        .header("host", "mediap.test")
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://evil.example")
        .header(COOKIE, &story.cookie);
    let foreign = story.bench.ask(foreign.body(Body::from("abc")).unwrap()).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_size_that_is_too_large_is_refused_before_anything_is_sent() {
    let story = Story::new(&[("file_max_bytes", "1048576")]).await;
    let answer = story.begin("film.mp4", 5 * 1024 * 1024 * 1024).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.error().field("size"), Some("The file has 5 GB. Files may have 1 MB at most."));
}

#[tokio::test]
async fn a_store_that_fails_is_said_and_the_upload_goes_on_when_it_is_back() {
    let story = Story::new(&[]).await;
    let begun: Value = serde_json::from_str(&story.begin("a.txt", 4).await.text).unwrap();
    let id = begun["id"].as_str().unwrap();
    let files = story.bench.folder.path().join("files");
    std::fs::write(&files, b"in the way").unwrap();
    let answer = story.put(id, 0, "text", None).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(matches!(answer.error(), Error::Unavailable(text) if text.contains("is kept")));
    std::fs::remove_file(&files).unwrap();
    assert_eq!(story.put(id, 0, "text", None).await.status, StatusCode::OK);
}
