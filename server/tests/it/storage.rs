//! A store that fails, hangs or is full in the middle of an upload: the person is told, and the upload goes on later.

#![expect(clippy::indexing_slicing, reason = "what an answer lacks ends the story")]

use std::{
    collections::HashMap,
    io::{Read, Write},
    net::TcpStream,
    process::{Command, Stdio},
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Router,
    body::Bytes,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, StatusCode, Uri, header};
use kernel::Error;
use serde_json::Value;

use crate::{
    bench::{Answer, Folder},
    command_line::{Server, mediap, settle},
    uploads::Story,
};

/// How the service is at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Well,
    Fails,
    Hangs,
    Full,
}

/// As much of a bucket as one upload needs, in memory.
#[derive(Clone)]
struct Bucket(Arc<Mutex<(Mood, HashMap<String, Bytes>)>>);

impl Bucket {
    /// A bucket that listens on loopback, and the settings with which it is used.
    async fn start() -> (Self, String) {
        // As the program does first of all.
        rustls::crypto::ring::default_provider().install_default().ok();
        let bucket = Bucket(Arc::new(Mutex::new((Mood::Well, HashMap::new()))));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let service = bucket.clone();
        let answer = move |method, uri, headers, body| {
            let service = service.clone();
            async move { service.answer(method, uri, headers, body).await }
        };
        tokio::spawn(async move {
            let router = Router::new().fallback(answer).layer(axum::extract::DefaultBodyLimit::disable());
            axum::serve(listener, router).await.unwrap();
        });
        (bucket, endpoint)
    }

    fn inside(&self) -> MutexGuard<'_, (Mood, HashMap<String, Bytes>)> {
        self.0.lock().unwrap()
    }

    fn is(&self, mood: Mood) {
        self.inside().0 = mood;
    }

    async fn answer(&self, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
        let mood = self.inside().0;
        match mood {
            Mood::Fails => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Mood::Hangs => return std::future::pending().await,
            Mood::Full if method == Method::PUT => return StatusCode::INSUFFICIENT_STORAGE.into_response(),
            Mood::Full | Mood::Well => {}
        }
        let path = uri.path().to_owned();
        let objects = &mut self.inside().1;
        let tag = [(header::ETAG, "\"tag\"")];
        match method {
            Method::PUT => {
                objects.insert(path, body);
                tag.into_response()
            }
            Method::DELETE => {
                objects.remove(&path);
                StatusCode::NO_CONTENT.into_response()
            }
            Method::GET => match (objects.get(&path), range(&headers)) {
                (Some(bytes), None) => (tag, bytes.clone()).into_response(),
                (Some(bytes), Some((from, to))) => {
                    let part = format!("bytes {from}-{to}/{}", bytes.len());
                    let part = [(header::ETAG, "\"tag\"".to_owned()), (header::CONTENT_RANGE, part)];
                    (StatusCode::PARTIAL_CONTENT, part, bytes.slice(from..=to)).into_response()
                }
                (None, _) => StatusCode::NOT_FOUND.into_response(),
            },
            // Several at once.
            Method::POST if uri.query() == Some("delete") => {
                let text = String::from_utf8_lossy(&body).into_owned();
                let keys = text.split("<Key>").skip(1).filter_map(|rest| Some(rest.split_once("</Key>")?.0));
                let mut deleted = String::new();
                for key in keys {
                    objects.remove(&format!("{path}/{key}").replace("//", "/"));
                    deleted.push_str(&format!("<Deleted><Key>{key}</Key></Deleted>"));
                }
                format!("<DeleteResult>{deleted}</DeleteResult>").into_response()
            }
            _ => StatusCode::NOT_IMPLEMENTED.into_response(),
        }
    }
}

/// The first and the last byte that are asked for, as in `bytes=0-7`.
fn range(headers: &HeaderMap) -> Option<(usize, usize)> {
    let (from, to) = headers.get(header::RANGE)?.to_str().ok()?.strip_prefix("bytes=")?.split_once('-')?;
    Some((from.parse().ok()?, to.parse().ok()?))
}

fn received(answer: &Answer) -> i64 {
    serde_json::from_str::<Value>(&answer.text).unwrap()["received"].as_i64().unwrap()
}

#[tokio::test]
async fn an_upload_outlives_a_bucket_that_fails_hangs_and_is_full() {
    let (bucket, endpoint) = Bucket::start().await;
    let story = Story::new(&[
        ("files", "s3"),
        ("bucket_endpoint", &endpoint),
        ("bucket_region", "us-east-1"),
        ("bucket_name", "mediap"),
        ("bucket_key_id", "key"),
        ("bucket_secret", "secret"),
        ("bucket_in_path", "true"),
        ("bucket_timeout_secs", "1"),
        ("bucket_retries", "1"),
    ])
    .await;
    let begun: Value = serde_json::from_str(&story.begin("a.txt", 8).await.text).unwrap();
    let id = begun["id"].as_str().unwrap();
    assert_eq!(story.put(id, 0, "0123", None).await.status, StatusCode::OK);

    let troubles = [
        (Mood::Fails, StatusCode::SERVICE_UNAVAILABLE, "does not answer"),
        (Mood::Hangs, StatusCode::SERVICE_UNAVAILABLE, "does not answer"),
        (Mood::Full, StatusCode::INSUFFICIENT_STORAGE, "has no room"),
    ];
    for (mood, status, words) in troubles {
        bucket.is(mood);
        let answer = story.put(id, 4, "4567", None).await;
        assert_eq!(answer.status, status, "{mood:?}: {}", answer.text);
        assert!(matches!(answer.error(), Error::Unavailable(text) if text.contains(words)), "{mood:?}");
        // The browser asks where to go on.
        let again = story.begin("a.txt", 8).await;
        assert_eq!(received(&again), 4, "{mood:?}: what came before is kept");
    }

    bucket.is(Mood::Well);
    assert_eq!(received(&story.put(id, 4, "4567", None).await), 8);
    // The file itself is put together later: what is in the way then is said on it, and ends by itself.
    bucket.is(Mood::Full);
    assert_eq!(story.function("/complete_upload", &format!("id={id}")).await.status, StatusCode::OK);
    story.work().await;
    let list = async || story.function("/list_files", &format!("kind=item&key={}", story.item)).await.text;
    assert!(list().await.contains("It waits: the server has no room for it."), "{}", list().await);
    bucket.is(Mood::Well);
    story.work_after(chrono::Duration::hours(1)).await;
    let file = story.get(&format!("/files/{id}/a.txt"), &[]).await;
    assert_eq!((file.status, file.text.as_str()), (StatusCode::OK, "01234567"));
    assert_eq!(bucket.inside().1.len(), 1, "the chunks are gone");
}

/// One request over a connection of its own: status, head and body.
fn ask(address: &str, head: &str, cookie: &str, body: &[u8]) -> (u16, String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "{head} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {cookie}\r\nAccept: \
         application/json\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: \
         close\r\n\r\n",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    // A server that refuses may not read on.
    stream.write_all(body).ok();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok();
    let (head, text) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    (status, head.to_owned(), text.to_owned())
}

#[cfg(unix)]
#[tokio::test]
async fn an_upload_outlives_a_disk_that_is_full_in_the_middle_of_a_chunk() {
    // Larger than the database, smaller than the chunk; in blocks of 512 bytes.
    const LIMIT: usize = 7 * 1024 * 1024;
    const CHUNK: usize = 8 * 1024 * 1024;
    let folder = Folder::new();
    assert!(mediap(&folder, &["migrate"]).status().unwrap().success());
    let seeded = mediap(&folder, &["seed-demo", "--items", "1"]).stdout(Stdio::null()).status().unwrap();
    assert!(seeded.success());
    let url = format!("sqlite://{}", folder.path().join("data/mediap.db").display());
    let db = db::Db::connect(&db::Options::new(url)).await.unwrap();
    let (item, number): (String, i64) =
        db::sql("select w.key, i.number from item i join workflow w on w.id = i.workflow_id limit 1")
            .one(&db)
            .await
            .unwrap();
    db.close().await;

    // Without its signal, a file over the limit fails as one on a full disk does.
    let script = format!(
        "trap '' XFSZ; ulimit -f {}; exec '{}' serve --listen 127.0.0.1:0",
        LIMIT / 512,
        env!("CARGO_BIN_EXE_mediap")
    );
    let mut small = Command::new("sh");
    settle(small.args(["-c", &script]), &folder);
    let mut server = Server(small.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let address = server.address();
    let form = format!("email=elsa%40nordvik.example&password={}&next=", identity::demo::PASSWORD);
    let (status, head, _) = ask(&address, "POST /api/identity/session/api/log_in", "", form.as_bytes());
    assert_eq!(status, 200, "{head}");
    let cookie = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
        .filter_map(|(_, value)| Some(value.split_once(';')?.0))
        .collect::<Vec<_>>()
        .join("; ");
    let begin = |address: &str| {
        let form = format!("kind=item&key={item}-{number}&name=large.bin&size={CHUNK}&modified=1");
        let (status, _, text) = ask(address, "POST /api/files/api/begin_upload", &cookie, form.as_bytes());
        assert_eq!(status, 200, "{text}");
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let begun = begin(&address);
    let put = format!("PUT /api/files/uploads/{}?at=0", begun["id"].as_str().unwrap());
    let chunk = vec![7; CHUNK];
    let (status, _, text) = ask(&address, &put, &cookie, &chunk);
    assert_eq!(status, 507, "{text}");
    assert!(text.contains("has no room"), "{text}");
    assert_eq!(begin(&address), begun, "nothing of it counts");
    drop(server);

    // There is room again.
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let mut server = Server(mediap(&folder, &serve).stdout(Stdio::piped()).spawn().unwrap());
    let (status, _, text) = ask(&server.address(), &put, &cookie, &chunk);
    assert_eq!((status, text.contains(&CHUNK.to_string())), (200, true), "{text}");
}
