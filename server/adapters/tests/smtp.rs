//! Mail to a real server on loopback (aiosmtpd), with all that can go wrong on the way.
//!
//! The server is found through `MEDIAP_TEST_PYTHON`, a Python that has aiosmtpd and dkimpy (`script/test` installs it).
//! Without it these tests pass with a note on a developer's machine and fail where `CI` is set.

#![expect(clippy::unwrap_used, reason = "what is missing ends the story")]

use std::{
    io::{BufRead, BufReader, Lines, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use adapters::mail::{Composer, Dkim, Error, Mailer, Message, Patience, Picture, SmtpMailer, parse_sender};
use chrono::DateTime;
use serde_json::Value;
use uuid::Uuid;

const PATIENCE: Patience = Patience {
    greeting: Duration::from_secs(10),
    command: Duration::from_secs(10),
    message: Duration::from_secs(10),
};
/// For what stalls.
const LITTLE: Duration = Duration::from_millis(400);

fn setting(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests have no configuration file")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn python() -> Option<String> {
    let python = setting("MEDIAP_TEST_PYTHON");
    if python.is_none() {
        assert!(
            setting("CI").is_none(),
            "MEDIAP_TEST_PYTHON is not set: run the tests through `script/test`"
        );
        eprintln!("skipped: MEDIAP_TEST_PYTHON is not set");
    }
    python
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// A mail server that goes away with the test.
struct Server {
    child: Child,
    port: u16,
    read: Lines<BufReader<ChildStdout>>,
}

impl Server {
    fn start(arguments: &[&str]) -> Option<Self> {
        let mut child = Command::new(python()?)
            .arg(script("smtpd.py"))
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut read = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = read.next().unwrap().unwrap().parse().unwrap();
        Some(Server { child, port, read })
    }

    fn mailer(&self) -> SmtpMailer {
        mailer(&format!("smtp://127.0.0.1:{}", self.port), PATIENCE)
    }

    /// The next mail that the server has read to the end.
    fn next_mail(&mut self) -> Value {
        serde_json::from_str(&self.read.next().unwrap().unwrap()).unwrap()
    }

    /// Ends it and counts the mails that nobody asked for.
    fn end(mut self) -> usize {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.read.by_ref().count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn composer() -> Composer {
    Composer::new(parse_sender("Mediap <no-reply@mediap.test>").unwrap())
}

fn mailer(url: &str, patience: Patience) -> SmtpMailer {
    SmtpMailer::new(url, None, composer()).unwrap().with_patience(patience)
}

fn message(to: &str) -> Message {
    Message {
        id: Uuid::from_u128(7),
        to: to.into(),
        // Long enough to be folded, and not in plain letters.
        subject: "Bekräfta adressen så att du kan börja arbeta i verkstaden hos Nordvik Bilar i Göteborg"
            .into(),
        text: "Hej!\n.\nhttp://127.0.0.1:3000/confirm?token=abc\n".into(),
        html: "<!DOCTYPE html><p>Hej!</p><img src=\"cid:logo\" alt=\"\">".into(),
        picture: Some(Picture {
            cid: "logo".into(),
            media_type: "image/png".into(),
            bytes: b"\x89PNG".to_vec(),
        }),
        at: DateTime::UNIX_EPOCH,
    }
}

/// Prepares and hands over; says how far it came.
async fn send(mailer: &SmtpMailer, to: &str) -> (bool, Result<String, Error>) {
    let message = message(to);
    match mailer.prepare(&message).await {
        Ok(delivery) => (true, delivery.hand_over().await),
        Err(error) => (false, Err(error)),
    }
}

#[tokio::test]
async fn a_mail_arrives_once_with_both_of_its_forms() {
    let Some(mut server) = Server::start(&[]) else { return };
    let mailer = server.mailer();
    mailer.check().await.unwrap();
    let (_, answer) = send(&mailer, "elsa@nordvik.example").await;
    assert_eq!(answer.unwrap(), "250 2.0.0 Taken as 42");
    let read = server.next_mail();
    assert_eq!(read["from"], "no-reply@mediap.test");
    assert_eq!(read["to"][0], "elsa@nordvik.example");
    let mail = read["mail"].as_str().unwrap();
    for part in ["text/plain", "text/html", "Content-ID: <logo>", "Auto-Submitted: auto-generated"] {
        assert!(mail.contains(part), "{part} is missing in\n{mail}");
    }
    assert!(mail.contains("<00000000-0000-0000-0000-000000000007@mediap.test>"), "{mail}");
    assert_eq!(server.end(), 0);
}

#[tokio::test]
async fn a_no_is_known_to_be_a_no_wherever_it_is_said() {
    let Some(mut server) = Server::start(&[]) else { return };
    let mailer = server.mailer();
    let temporary = |text: &str| Err(Error::Temporary(text.to_owned()));
    let permanent = |text: &str| Err(Error::Permanent(text.to_owned()));
    let cases = [
        (
            "later",
            false,
            temporary("The mail server did not take the receiver: 451 4.7.1 Greylisted, try again later"),
        ),
        ("refused", false, permanent("The mail server did not take the receiver: 550 5.1.1 No such mailbox")),
        (
            "busy",
            true,
            temporary("The mail server did not answer to the message: 452 4.3.1 No room just now"),
        ),
        (
            "rejected",
            true,
            permanent("The mail server did not answer to the message: 554 5.7.1 This looks like spam"),
        ),
    ];
    for (name, handed_over, expected) in cases {
        let found = send(&mailer, &format!("{name}@nordvik.example")).await;
        assert_eq!(found, (handed_over, expected));
        if handed_over {
            server.next_mail();
        }
    }
    assert_eq!(server.end(), 0);
}

#[tokio::test]
async fn who_prepares_and_does_not_hand_over_has_sent_nothing() {
    let Some(server) = Server::start(&[]) else { return };
    drop(server.mailer().prepare(&message("elsa@nordvik.example")).await.unwrap());
    tokio::time::sleep(LITTLE).await;
    assert_eq!(server.end(), 0);
}

#[tokio::test]
async fn an_answer_that_is_lost_leaves_it_open() {
    let Some(mut server) = Server::start(&[]) else { return };
    let (handed_over, answer) = send(&server.mailer(), "dropped@nordvik.example").await;
    let expected = "The mail server did not answer to the message: it hung up";
    assert_eq!((handed_over, answer), (true, Err(Error::Unknown(expected.into()))));
    server.next_mail();
    let hurried =
        mailer(&format!("smtp://127.0.0.1:{}", server.port), Patience { message: LITTLE, ..PATIENCE });
    let (_, answer) = send(&hurried, "stalled@nordvik.example").await;
    let expected = "The mail server did not answer to the message within 400ms";
    assert_eq!(answer, Err(Error::Unknown(expected.into())));
    server.next_mail();
    assert_eq!(server.end(), 0);
}

#[tokio::test]
async fn a_server_that_stalls_holds_nobody_for_long() {
    let Some(server) = Server::start(&[]) else { return };
    let patience = Patience { greeting: LITTLE, command: LITTLE, ..PATIENCE };
    let began = Instant::now();
    let early = mailer(&format!("smtp://127.0.0.1:{}", server.port), patience);
    let (_, answer) = send(&early, "stalled-early@nordvik.example").await;
    let expected = "The mail server did not take the receiver within 400ms";
    assert_eq!(answer, Err(Error::Temporary(expected.into())));
    assert_eq!(server.end(), 0);

    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let (_, answer) = send(&mailer(&format!("smtp://{address}"), patience), "elsa@nordvik.example").await;
    assert!(matches!(&answer, Err(Error::Temporary(text)) if text.contains("did not greet")), "{answer:?}");
    drop(silent);
    let nobody = mailer(&format!("smtp://{address}"), patience);
    assert!(matches!(nobody.check().await, Err(Error::Temporary(_))));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mediap-smtp-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn openssl(arguments: &[&str]) -> Vec<u8> {
    let done = Command::new("openssl").args(arguments).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

#[tokio::test]
async fn with_starttls_the_log_in_is_encrypted_and_the_certificate_is_checked() {
    if python().is_none() {
        return;
    }
    let folder = Folder::new("tls");
    let (certificate, key) = (folder.file("certificate.pem"), folder.file("key.pem"));
    openssl(&[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
        "-keyout",
        &key,
        "-out",
        &certificate,
    ]);
    let arguments = ["--certificate", &certificate, "--key", &key, "--password", "pass word"];
    let mut server = Server::start(&arguments).unwrap();
    let mailer = |login: &str, host: &str, ca: Option<&Path>| {
        let url = format!("smtp://{login}{host}:{}?tls=required", server.port);
        SmtpMailer::new(&url, ca, composer()).unwrap().with_patience(PATIENCE)
    };
    let ca = Some(Path::new(&certificate));
    let right = mailer("mediap:pass%20word@", "localhost", ca);
    right.check().await.unwrap();
    assert!(send(&right, "elsa@nordvik.example").await.1.is_ok());
    // A wrong password is the operator's mistake, not the mail's: it can be mended.
    for wrong in [
        mailer("mediap:wrong@", "localhost", ca),
        mailer("mediap:pass%20word@", "127.0.0.1", ca),
        mailer("mediap:pass%20word@", "localhost", None),
    ] {
        let (_, answer) = send(&wrong, "elsa@nordvik.example").await;
        assert!(matches!(answer, Err(Error::Temporary(_))), "{answer:?}");
    }
    let read = server.next_mail();
    assert_eq!((&read["encrypted"], &read["user"]), (&Value::from(true), &Value::from("mediap")));
    assert_eq!(server.end(), 0);
}

/// What an independent implementation says about a signed mail.
fn verified(mail: &[u8], record: &str) -> String {
    let mut child = Command::new(python().unwrap())
        .arg(script("verify.py"))
        .arg(record)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(mail).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn signatures_are_valid_on_the_other_side() {
    let Some(mut server) = Server::start(&[]) else { return };
    let folder = Folder::new("dkim");
    let (pkcs8, pkcs1, ed25519) =
        (folder.file("pkcs8.pem"), folder.file("pkcs1.pem"), folder.file("ed25519.pem"));
    openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", &pkcs8]);
    openssl(&["rsa", "-in", &pkcs8, "-traditional", "-out", &pkcs1]);
    openssl(&["genpkey", "-algorithm", "ED25519", "-out", &ed25519]);
    for key in [&pkcs8, &pkcs1, &ed25519] {
        let der = openssl(&["pkey", "-in", key, "-pubout", "-outform", "DER"]);
        let record = if *key == ed25519 {
            // The DNS holds the 32 bytes alone.
            format!("v=DKIM1; k=ed25519; p={}", base64(&der[der.len() - 32..]))
        } else {
            format!("v=DKIM1; k=rsa; p={}", base64(&der))
        };
        let dkim = Dkim::read("mediap.test", "autumn", Path::new(key)).unwrap();
        let url = format!("smtp://127.0.0.1:{}", server.port);
        let mailer = SmtpMailer::new(&url, None, composer().signed(Some(dkim))).unwrap();
        assert!(send(&mailer, "elsa@nordvik.example").await.1.is_ok());
        let read = server.next_mail();
        let mail: Vec<u8> =
            read["mail"].as_str().unwrap().chars().map(|c| u8::try_from(c).unwrap()).collect();
        assert_eq!(verified(&mail, &record), "valid autumn._domainkey.mediap.test.", "{key}");
        let changed = String::from_utf8(mail).unwrap().replace("Subject: ", "Subject: Not ");
        assert!(verified(changed.as_bytes(), &record).starts_with("broken"), "{key}");
    }
    assert_eq!(server.end(), 0);
}

fn base64(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}
