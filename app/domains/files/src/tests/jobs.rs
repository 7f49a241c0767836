//! Looking at files: what they are, viruses, pictures, and a store or a scanner that fails.

use chrono::Duration;
use db::both;
use kernel::FileId;
use store::antivirus::Clamd;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::fixture::{KEY, World, declared, photo};
use crate::{
    acts,
    model::{File, State},
    rules::Limits,
};

/// The test file that every scanner knows, in two halves, so that none finds it in these sources.
const EICAR: [&str; 2] = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"];

/// A clamd that speaks as the real one does and knows one virus.
async fn clamd() -> Clamd {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut command = [0; 10];
                stream.read_exact(&mut command).await.unwrap();
                assert_eq!(&command, b"zINSTREAM\0");
                let mut file = Vec::new();
                loop {
                    let length = stream.read_u32().await.unwrap();
                    if length == 0 {
                        break;
                    }
                    let at = file.len();
                    file.resize(at + usize::try_from(length).unwrap(), 0);
                    stream.read_exact(&mut file[at..]).await.unwrap();
                }
                let found = file.starts_with(EICAR.concat().as_bytes());
                let answer: &[u8] = if found { b"stream: Eicar-Signature FOUND\0" } else { b"stream: OK\0" };
                stream.write_all(answer).await.unwrap();
            });
        }
    });
    Clamd::Tcp(address.to_string())
}

async fn one(world: &World) -> File {
    let mut files = world.files().await;
    assert_eq!(files.len(), 1);
    files.remove(0)
}

both!(a_program_is_refused_whatever_it_is_called, |db| {
    let world = World::new(&db).await;
    let mut program = b"\x7fELF\x02\x01\x01".to_vec();
    program.resize(64, 0);
    world.upload("holiday.jpg", &program).await;
    let file = one(&world).await;
    assert_eq!(
        (file.state, file.reason.as_str()),
        (State::Refused, "It is a program, and programs are not taken.")
    );
    assert_eq!(world.objects(), 0);
    assert_eq!(world.log().await, ["item.file_refused"]);
    assert!(acts::download(&world.cx, file.id).await.is_err());
});

both!(what_does_not_have_the_declared_hash_is_refused, |db| {
    let world = World::new(&db).await;
    let upload = acts::begin(&world.cx, Limits::default(), "item", KEY, &declared("a.txt", 3)).await.unwrap();
    world.put(upload.id, 0, b"abc").await.unwrap();
    acts::complete(&world.cx, upload.id, &"0".repeat(64)).await.unwrap();
    world.work().await;
    assert_eq!(one(&world).await.state, State::Refused);

    let world = World::new(&db).await;
    let upload = acts::begin(&world.cx, Limits::default(), "item", KEY, &declared("a.txt", 3)).await.unwrap();
    world.put(upload.id, 0, b"abc").await.unwrap();
    let sha256 = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
    acts::complete(&world.cx, upload.id, sha256).await.unwrap();
    world.work().await;
    assert_eq!(one(&world).await.state, State::Ready);
    assert_eq!(acts::download(&world.cx, upload.id).await.unwrap().sha256, sha256.to_lowercase());
});

both!(a_virus_is_refused_and_its_bytes_go, |db| {
    let world = World::with(&db, Some(clamd().await), true).await;
    world.upload("clean.txt", b"nothing bad").await;
    assert_eq!(one(&world).await.state, State::Ready);
    let infected = world.upload("eicar.txt", EICAR.concat().as_bytes()).await;
    let files = world.files().await;
    let file = files.iter().find(|file| file.id == infected).unwrap();
    let reason = "The virus scanner found Eicar-Signature in it.";
    assert_eq!((file.state, file.reason.as_str()), (State::Refused, reason));
    assert!(acts::download(&world.cx, infected).await.is_err());
    assert_eq!(world.objects(), 1);
});

/// A port that nobody listens on.
async fn nobody() -> Clamd {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    Clamd::Tcp(listener.local_addr().unwrap().to_string())
}

both!(without_the_scanner_a_file_waits_and_nothing_is_lost, |db| {
    let mut world = World::with(&db, Some(nobody().await), true).await;
    let id = world.upload("a.txt", b"text").await;
    let file = one(&world).await;
    assert_eq!(
        (file.state, file.reason.as_str()),
        (State::Scanning, "It waits: the virus scanner does not answer.")
    );
    assert!(acts::download(&world.cx, id).await.is_err());
    assert_eq!(world.jobs().await.waiting, 1);
    // It is back.
    world.desk.clamd = Some(clamd().await);
    world.clock.pass(Duration::hours(1));
    world.work().await;
    let file = one(&world).await;
    assert_eq!((file.state, file.reason.as_str()), (State::Ready, ""));
    assert_eq!(world.bytes(id).await, b"text");
});

both!(where_the_scanner_is_not_required_a_file_is_taken_without, |db| {
    let world = World::with(&db, Some(nobody().await), false).await;
    world.upload("a.txt", b"text").await;
    assert_eq!(one(&world).await.state, State::Ready);
});

both!(a_store_that_fails_keeps_a_file_waiting_until_it_is_back, |db| {
    let world = World::new(&db).await;
    let id = world.send("a.txt", b"text").await;
    // The folder of whole files cannot be made: a file is in its place.
    let folder = world.folder().join(world.cx.organisation_id().to_string()).join("files");
    std::fs::write(&folder, b"in the way").unwrap();
    world.work().await;
    let file = one(&world).await;
    assert_eq!(
        (file.state, file.reason.as_str()),
        (State::Scanning, "It waits: the store of files does not answer.")
    );
    std::fs::remove_file(&folder).unwrap();
    world.clock.pass(Duration::hours(1));
    world.work().await;
    assert_eq!(one(&world).await.state, State::Ready);
    assert_eq!(world.bytes(id).await, b"text");
});

async fn preview(world: &World, id: FileId) -> Vec<u8> {
    let key = acts::preview(&world.cx, id).await.unwrap();
    world.desk.store.read(&key, None).await.unwrap().all().await.unwrap()
}

both!(a_photo_gets_a_small_picture_that_stands_upright_and_tells_nothing, |db| {
    let world = World::new(&db).await;
    // Held so that the right side of the picture is up: turned, its halves lie over each other.
    let id = world.upload("photo.jpg", &photo(1200, 800, 6)).await;
    let file = one(&world).await;
    assert_eq!((file.state, file.media_type.as_str(), file.has_preview), (State::Ready, "image/jpeg", true));
    let small = preview(&world, id).await;
    let picture = image::load_from_memory(&small).unwrap().to_rgb8();
    assert_eq!((picture.width(), picture.height()), (341, 512));
    let (top, bottom) = (picture.get_pixel(170, 40), picture.get_pixel(170, 470));
    assert!(150 < top[0] && 150 < bottom[2], "{top:?} {bottom:?}");
    let text = String::from_utf8_lossy(&small);
    assert!(!text.contains("Exif") && !text.contains("secret camera"));
});

both!(a_picture_that_unpacks_to_a_huge_one_is_not_drawn, |db| {
    let world = World::new(&db).await;
    let mut bomb = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(12_001, 12_001).write_to(&mut bomb, image::ImageFormat::Png).unwrap();
    let bomb = bomb.into_inner();
    assert!(bomb.len() < 1_000_000, "{}", bomb.len());
    world.upload("bomb.png", &bomb).await;
    let file = one(&world).await;
    assert_eq!((file.state, file.has_preview), (State::Ready, false));
    assert!(file.reason.starts_with("The picture cannot be read: "), "{}", file.reason);
    assert_eq!(world.jobs().await.waiting, 0, "it is not tried again");
});

both!(a_tool_draws_what_we_do_not_read, |db| {
    let mut world = World::new(&db).await;
    // In the place of Poppler: a script that prints a picture which is kept beside it.
    let folder = world.folder();
    std::fs::create_dir_all(&folder).unwrap();
    let mut picture = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(800, 1000).write_to(&mut picture, image::ImageFormat::Png).unwrap();
    std::fs::write(folder.join("page.png"), picture.into_inner()).unwrap();
    let tool = folder.join("tool");
    std::fs::write(&tool, format!("#!/bin/sh\nexec /bin/cat {}\n", folder.join("page.png").display()))
        .unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&tool, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    world.desk.tools.pdftoppm = Some(tool);
    let id = world.upload("report.pdf", b"%PDF-1.7\n").await;
    assert!(one(&world).await.has_preview);
    let small = image::load_from_memory(&preview(&world, id).await).unwrap();
    assert_eq!((small.width(), small.height()), (410, 512));
    assert_eq!(std::fs::read_dir(&world.desk.scratch).unwrap().count(), 0);

    world.desk.tools.pdftoppm = Some("/bin/false".into());
    let id = world.upload("other.pdf", b"%PDF-1.7\n").await;
    let files = world.files().await;
    let file = files.iter().find(|file| file.id == id).unwrap();
    assert_eq!((file.state, file.has_preview), (State::Ready, false));
});
