//! The store in a folder, and in S3 as `moto` plays it. `MEDIAP_TEST_MOTO` names its program; `script/setup --tests`
//! installs it.

use std::{
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use uuid::Uuid;

use crate::{Error, Key, S3, Settings, Store};

const ORGANISATION: Uuid = Uuid::from_u128(1);

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        Folder(std::env::temp_dir().join(format!("mediap-store-{name}-{}", std::process::id())))
    }

    fn store(&self) -> Store {
        Store::new(Settings::Folder(self.0.clone()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn s3(address: SocketAddr) -> S3 {
    // As the program does first of all.
    rustls::crypto::ring::default_provider().install_default().ok();
    S3 {
        endpoint: Some(format!("http://{address}")),
        region: "us-east-1".into(),
        bucket: "mediap".into(),
        access_key_id: "key".into(),
        secret_access_key: "secret".into(),
        path_style: true,
        timeout: Duration::from_millis(500),
        retries: 2,
    }
}

/// A running moto with a bucket.
struct Moto {
    process: Child,
    address: SocketAddr,
}

impl Drop for Moto {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Moto {
    /// None where it is not installed.
    async fn start() -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "tests have no configuration file")]
        let program = std::env::var("MEDIAP_TEST_MOTO").ok().filter(|program| !program.is_empty());
        let Some(program) = program else {
            eprintln!("skipped: MEDIAP_TEST_MOTO is not set");
            return None;
        };
        let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let process = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &address.port().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let moto = Moto { process, address };
        let patience = Instant::now() + Duration::from_secs(60);
        loop {
            if let Ok(stream) = TcpStream::connect(address).await {
                moto.make_bucket(stream).await;
                return Some(moto);
            }
            assert!(Instant::now() < patience, "moto does not start");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn make_bucket(&self, mut stream: TcpStream) {
        let request = format!(
            "PUT /mediap HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    fn store(&self) -> Store {
        Store::new(Settings::S3(S3 { timeout: Duration::from_secs(10), ..s3(self.address) }))
    }
}

/// Twenty megabytes in which every place differs from its neighbours.
fn large() -> Vec<u8> {
    (0..20_000_000_u32).map(|number| number.to_le_bytes()[0] ^ number.to_le_bytes()[1]).collect()
}

/// What a store must do, wherever it is.
async fn keeps_what_it_is_given(store: &Store) {
    store.check().await.unwrap();
    let bytes = large();
    let key = Key::file(ORGANISATION, Uuid::from_u128(2));
    assert!(matches!(store.read(&key, None).await, Err(Error::Missing)));
    let mut writer = store.write(&key).unwrap();
    for piece in bytes.chunks(300_000) {
        writer.write(Bytes::copy_from_slice(piece)).await.unwrap();
    }
    assert!(matches!(store.read(&key, None).await, Err(Error::Missing)), "nothing is there before the end");
    assert_eq!(writer.finish().await.unwrap(), 20_000_000);

    let reading = store.read(&key, None).await.unwrap();
    assert_eq!(reading.size, 20_000_000);
    assert!(reading.all().await.unwrap() == bytes);
    let reading = store.read(&key, Some(9_999_990..10_000_010)).await.unwrap();
    assert_eq!(
        (reading.size, reading.all().await.unwrap()),
        (20_000_000, bytes[9_999_990..10_000_010].to_vec())
    );

    let mut given_up = store.write(&Key::file(ORGANISATION, Uuid::from_u128(3))).unwrap();
    given_up.write(Bytes::from(large())).await.unwrap();
    given_up.abort().await;

    let part = Key::part(ORGANISATION, Uuid::from_u128(2), Uuid::from_u128(4));
    store.put(&part, b"chunk".to_vec()).await.unwrap();
    store.put(&Key::preview(Uuid::from_u128(9), Uuid::from_u128(2)), b"other".to_vec()).await.unwrap();
    let mut found: Vec<Key> =
        store.list(ORGANISATION).unwrap().map_ok(|object| object.key).try_collect().await.unwrap();
    found.sort_by_key(|key| key.of_part());
    assert_eq!(found, [key.clone(), part.clone()]);

    for _ in 0..2 {
        store.delete(&key).await.unwrap();
    }
    store.delete(&part).await.unwrap();
    assert_eq!(store.list(ORGANISATION).unwrap().count().await, 0);
}

#[tokio::test]
async fn a_folder_keeps_what_it_is_given() {
    let folder = Folder::new("keeps");
    keeps_what_it_is_given(&folder.store()).await;
}

#[tokio::test]
async fn s3_keeps_what_it_is_given() {
    if let Some(moto) = Moto::start().await {
        keeps_what_it_is_given(&moto.store()).await;
    }
}

#[tokio::test]
async fn a_write_that_is_dropped_leaves_nothing() {
    let folder = Folder::new("dropped");
    let store = folder.store();
    let mut writer = store.write(&Key::file(ORGANISATION, Uuid::from_u128(2))).unwrap();
    writer.write(Bytes::from(large())).await.unwrap();
    drop(writer);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let files = std::fs::read_dir(folder.0.join(ORGANISATION.to_string()).join("files")).unwrap().count();
    assert_eq!(files, 0);
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_an_error_and_not_a_panic() {
    let store = Store::new(Settings::Folder("/dev/null/files".into()));
    assert!(matches!(store.check().await, Err(Error::Unavailable(_))));
}

/// A service that answers every request with `answer`, or never when it is empty. Counts the requests.
async fn service(answer: &'static str) -> (SocketAddr, std::sync::Arc<std::sync::atomic::AtomicU32>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let count = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let count = count.clone();
            tokio::spawn(async move {
                let mut request = vec![0; 64 * 1024];
                while let Ok(read @ 1..) = stream.read(&mut request).await {
                    if String::from_utf8_lossy(&request[..read]).contains("HTTP/1.1\r\n") {
                        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    }
                    if !answer.is_empty() {
                        stream.write_all(answer.as_bytes()).await.ok();
                    }
                }
            });
        }
    });
    (address, asked)
}

#[tokio::test]
async fn a_service_that_fails_is_asked_again_and_then_not_any_more() {
    let (address, asked) =
        service("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
    let store = Store::new(Settings::S3(s3(address)));
    let error = store.read(&Key::file(ORGANISATION, Uuid::nil()), None).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error}");
    assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), 3, "once, and two more times");
}

#[tokio::test]
async fn a_service_that_hangs_is_given_up() {
    let (address, _) = service("").await;
    let store = Store::new(Settings::S3(s3(address)));
    let started = Instant::now();
    let error = store.put(&Key::file(ORGANISATION, Uuid::nil()), b"chunk".to_vec()).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error}");
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_service_without_room_says_so() {
    let (address, _) =
        service("HTTP/1.1 507 Insufficient Storage\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
    let store = Store::new(Settings::S3(S3 { retries: 0, ..s3(address) }));
    let error = store.put(&Key::file(ORGANISATION, Uuid::nil()), b"chunk".to_vec()).await.unwrap_err();
    assert!(matches!(error, Error::Full(_)), "{error}");
}
