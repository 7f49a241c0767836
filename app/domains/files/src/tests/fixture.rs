//! A record that files are attached to, a store in a folder, and somebody who uploads.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use ::jobs::{Counts, Handlers, Now, Queue, Worker};
use bytes::Bytes;
use chrono::Duration;
use db::{Db, sql};
use kernel::{Cx, FileId, Record, RecordFound, RecordKind, Role, testing::TestClock};
use store::{Settings, Store, antivirus::Clamd};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::{
    acts::{self, Chunk, Declared, Refusal},
    jobs::{self, Desk},
    model::File,
    rules::Limits,
};

/// The record that everything is attached to, and one that its viewers may not change.
pub(super) const KEY: &str = "UC-1";
pub(super) const FIXED: &str = "UC-2";
const RECORD: Uuid = Uuid::from_u128(1);
const FIXED_RECORD: Uuid = Uuid::from_u128(2);

/// What files of an item may have here.
pub(super) const MOST_BYTES: i64 = 64 * 1024 * 1024;

const KINDS: &[RecordKind] = &[RecordKind {
    kind: "item",
    page: "/items/",
    max_file_bytes: Some(MOST_BYTES),
    by_key,
    by_id,
    names: None,
}];

fn by_key<'a>(cx: &'a Cx, key: &'a str) -> RecordFound<'a> {
    let id = match key {
        KEY => RECORD,
        FIXED => FIXED_RECORD,
        _ => Uuid::nil(),
    };
    by_id(cx, id)
}

fn by_id(cx: &Cx, id: Uuid) -> RecordFound<'_> {
    let may_change = id == RECORD && cx.membership().role != Role::Guest;
    Box::pin(async move {
        let known = id == RECORD || id == FIXED_RECORD;
        Ok(known.then(|| Record {
            id,
            topic: kernel::Topic::everyone("workflow/1"),
            may_change,
            may_comment: false,
        }))
    })
}

/// See the module.
pub(super) struct World {
    pub(super) cx: Cx,
    pub(super) clock: Arc<TestClock>,
    pub(super) desk: Desk,
    folder: PathBuf,
    queue: Queue,
}

impl Drop for World {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

impl World {
    pub(super) async fn new(db: &Db) -> Self {
        Self::with(db, None, true).await
    }

    pub(super) async fn with(db: &Db, clamd: Option<Clamd>, clamd_required: bool) -> Self {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("mediap-files-{}-{number}", std::process::id()));
        let clock = TestClock::new();
        let site = kernel::testing::site(db, clock.clone()).with_record_kinds(KINDS);
        let cx = Cx::test_on(site.clone(), "Nordvik Cars").await;
        let desk = Desk {
            site,
            store: Store::new(Settings::Folder(folder.join("files"))),
            clamd,
            clamd_required,
            tools: Default::default(),
            scratch: folder.join("scratch"),
            keep: Duration::days(30),
            drawing: Arc::new(Semaphore::new(1)),
        };
        World { cx, clock, desk, folder, queue: Queue::new(db.clone()) }
    }

    /// The folder of the store.
    pub(super) fn folder(&self) -> PathBuf {
        self.folder.join("files")
    }

    pub(super) async fn put(&self, id: FileId, at: usize, bytes: &[u8]) -> Result<i64, Refusal> {
        self.put_as(&self.cx, id, at, bytes).await
    }

    pub(super) async fn put_as(&self, cx: &Cx, id: FileId, at: usize, bytes: &[u8]) -> Result<i64, Refusal> {
        let pieces: Vec<Result<Bytes, std::io::Error>> =
            bytes.chunks(1000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let chunk =
            Chunk { position: i64::try_from(at).unwrap(), sha256: None, body: futures::stream::iter(pieces) };
        acts::put_chunk(cx, &self.desk.store, id, chunk).await
    }

    /// Sends a file in two chunks, and has it looked at.
    pub(super) async fn upload(&self, name: &str, bytes: &[u8]) -> FileId {
        let id = self.send(name, bytes).await;
        self.work().await;
        id
    }

    /// Sends a file in two chunks.
    pub(super) async fn send(&self, name: &str, bytes: &[u8]) -> FileId {
        let size = i64::try_from(bytes.len()).unwrap();
        let upload =
            acts::begin(&self.cx, Limits::default(), "item", KEY, &declared(name, size)).await.unwrap();
        let middle = bytes.len() / 2;
        for (at, part) in [(0, &bytes[..middle]), (middle, &bytes[middle..])] {
            if !part.is_empty() {
                self.put(upload.id, at, part).await.unwrap();
            }
        }
        acts::complete(&self.cx, upload.id, "").await.unwrap();
        upload.id
    }

    /// Runs the jobs that are due.
    pub(super) async fn work(&self) -> usize {
        let clock = self.cx.visit().site().clone();
        let now: Now = Arc::new(move || clock.now());
        let handlers = jobs::handlers(Handlers::default(), &self.desk);
        Worker::new(self.queue.clone(), handlers, now).run_due().await.unwrap()
    }

    pub(super) async fn jobs(&self) -> Counts {
        self.queue.counts().await.unwrap()
    }

    /// What the page of the record shows.
    pub(super) async fn files(&self) -> Vec<File> {
        acts::list(&self.cx, Limits::default(), "item", KEY).await.unwrap().files
    }

    /// How many objects are in the store.
    pub(super) fn objects(&self) -> usize {
        fn count(folder: &std::path::Path) -> usize {
            let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
            entries
                .map(|entry| entry.unwrap().path())
                .map(|path| if path.is_dir() { count(&path) } else { 1 })
                .sum()
        }
        count(&self.folder())
    }

    /// The bytes of a file as somebody downloads them.
    pub(super) async fn bytes(&self, id: FileId) -> Vec<u8> {
        let found = acts::download(&self.cx, id).await.unwrap();
        self.desk.store.read(&found.key, None).await.unwrap().all().await.unwrap()
    }

    /// The kinds of the entries in the audit log.
    pub(super) async fn log(&self) -> Vec<String> {
        let rows: Vec<(String,)> = sql("select kind from audit where organisation_id = $1 order by number")
            .bind(self.cx.organisation_id())
            .all(self.cx.db())
            .await
            .unwrap();
        self.cx.visit().rest().await;
        rows.into_iter().map(|(kind,)| kind).collect()
    }
}

/// What somebody says of a file.
pub(super) fn declared(name: &str, size: i64) -> Declared {
    Declared { name: name.into(), size, modified: 1_700_000_000_000, held: false }
}

/// A JPEG of this size with an orientation in its EXIF data.
pub(super) fn photo(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 { image::Rgb([200, 0, 0]) } else { image::Rgb([0, 0, 200]) }
    })
    .write_to(&mut file, image::ImageFormat::Jpeg)
    .unwrap();
    let file = file.into_inner();
    // After the start marker: a segment APP1 with a directory of one entry, orientation, and the words of a camera.
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"secret camera");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&file[..2], &[0xff, 0xe1], &length, &exif, &file[2..]].concat()
}
