//! The program as it is typed.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
};

use crate::bench::Folder;

/// The program with the defaults of its settings.
pub(crate) fn mediap(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mediap"));
    settle(command.args(arguments), folder);
    command
}

/// In the folder, and with nothing of the settings around.
pub(crate) fn settle(command: &mut Command, folder: &Folder) {
    command.current_dir(folder.path()).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MEDIAP_") {
            command.env_remove(name);
        }
    }
}

fn run(folder: &Folder, arguments: &[&str]) -> Output {
    mediap(folder, arguments).output().unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn says(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A server that ends with the test.
pub(crate) struct Server(pub(crate) Child);

impl Server {
    /// Where it listens, as it says first of all.
    pub(crate) fn address(&mut self) -> String {
        let mut output = BufReader::new(self.0.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        // Kept open, since it may have more to say.
        self.0.stdout = Some(output.into_inner());
        let address = line.trim_end().strip_prefix("Mediap is at http://");
        address.unwrap_or_else(|| panic!("{line}")).to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn an_unknown_setting_is_one_line_that_names_it() {
    let folder = Folder::new();
    folder.write("mediap.toml", "databse_url = \"sqlite://x.db\"\n");
    let output = run(&folder, &["migrate"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        errors(&output),
        "mediap: there is no setting `databse_url` (in mediap.toml): did you mean `database_url`?\n"
    );
}

#[test]
fn a_wrong_value_is_one_line_that_says_what_is_allowed() {
    let folder = Folder::new();
    let output = mediap(&folder, &["serve"]).env("MEDIAP_BODY_LIMIT_BYTES", "two").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        errors(&output),
        "mediap: setting `body_limit_bytes` (MEDIAP_BODY_LIMIT_BYTES in the environment) is `two`, which is not \
         allowed: it takes a whole number from 1024 to 1073741824\n"
    );
}

#[test]
fn a_port_in_use_is_named_together_with_the_way_out() {
    let folder = Folder::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let output = run(&folder, &["serve", "--listen", &address.to_string()]);
    assert_eq!(output.status.code(), Some(1));
    let text = errors(&output);
    assert!(text.contains(&format!("port {} on 127.0.0.1 is in use", address.port())), "{text}");
    assert!(text.contains("--listen 127.0.0.1:"), "{text}");
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named_together_with_the_way_out() {
    let folder = Folder::new();
    folder.write("file", "");
    let output = run(&folder, &["serve", "--listen", "127.0.0.1:0", "--data-dir", "file/data"]);
    assert_eq!(output.status.code(), Some(1));
    let text = errors(&output);
    assert!(
        text.contains("the data folder file/data cannot be written") && text.contains("--data-dir"),
        "{text}"
    );
}

#[test]
fn check_lists_every_part() {
    let folder = Folder::new();
    let arguments = ["check", "--set", "site_root=nowhere"];
    let output = run(&folder, &arguments);
    let text = says(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for line in [
        "ok      configuration",
        "ok      data folder",
        "ok      database",
        "failed  site assets",
        "ok      licence: none, so this is the free edition",
        "ok      mail",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    let output = run(&folder, &["check", "--health", "--listen", "127.0.0.1:1"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("http://127.0.0.1:1/healthz"));
}

#[test]
fn a_licence_is_told_and_a_broken_one_stops_nothing() {
    let folder = Folder::new();
    let free = run(&folder, &["licence", "show"]);
    let text = says(&free);
    assert!(free.status.success(), "{text}");
    for part in ["data/licence.json", "none is needed", "Single sign-on, Audit log, Roles", "free edition"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!folder.path().join("data").exists(), "looking at the licence has made something");

    let unknown = r#"{"licence": "e30=", "signature": "e30=", "key": "nobody"}"#;
    for (content, because) in
        [("nonsense", "it is not a JSON object"), (unknown, "it is signed with the key `nobody`")]
    {
        folder.write("data/licence.json", content);
        let shown = run(&folder, &["licence", "show"]);
        assert_eq!(shown.status.code(), Some(1));
        assert!(says(&shown).contains(&format!("It cannot be used: {because}")), "{}", says(&shown));
        assert!(says(&shown).contains("This is the free edition"), "{}", says(&shown));
        let checked = says(&run(&folder, &["check"]));
        let note = format!("note    licence: the licence file data/licence.json cannot be used: {because}");
        assert!(checked.contains(&note), "{checked}");
        assert!(run(&folder, &["migrate"]).status.success());
    }
    // Who names a file means one that is there.
    let named = run(&folder, &["licence", "show", "--set", "licence_file=elsewhere.json"]);
    assert_eq!(named.status.code(), Some(1));
    assert!(
        says(&named).contains("It cannot be used: it cannot be read (entity not found)."),
        "{}",
        says(&named)
    );
}

#[test]
fn check_says_when_the_key_that_signs_mails_cannot_be_read() {
    let folder = Folder::new();
    let settings = ["dkim_domain=example.com", "dkim_selector=mail", "dkim_key_file=dkim.pem"];
    let arguments: Vec<&str> =
        ["check"].into_iter().chain(settings.iter().flat_map(|setting| ["--set", *setting])).collect();
    let missing = says(&run(&folder, &arguments));
    let expected = "failed  mail: setting `dkim_key_file`: the key dkim.pem cannot be read";
    assert!(missing.contains(expected), "{missing}");
    folder.write("dkim.pem", "not a key");
    let broken = says(&run(&folder, &arguments));
    assert!(broken.contains("`dkim_key_file`: the key dkim.pem is no private key in PEM"), "{broken}");
}

#[test]
fn migrate_says_what_it_did() {
    let folder = Folder::new();
    assert!(says(&run(&folder, &["migrate"])).contains("migration(s) applied"));
    assert_eq!(says(&run(&folder, &["migrate"])), "sqlite://data/mediap.db is up to date\n");
}

#[test]
fn who_is_of_support_is_said_on_the_command_line() {
    let folder = Folder::new();
    let owner =
        ["create-admin", "--email", "sam@support.example", "--name", "Sam Rivers", "--organisation", "Desk"];
    assert!(run(&folder, &owner).status.success());
    let support = |arguments: &[&str]| run(&folder, &[&["support"], arguments].concat());
    assert!(says(&support(&["list"])).contains("Nobody is of support"));
    let unknown = support(&["add", "nobody@support.example"]);
    assert!(!unknown.status.success());
    assert!(errors(&unknown).contains("nobody@support.example"), "{}", errors(&unknown));
    assert!(support(&["add", "SAM@support.example"]).status.success());
    assert_eq!(says(&support(&["list"])).lines().last(), Some("Sam Rivers <sam@support.example>"));
    assert!(support(&["remove", "sam@support.example"]).status.success());
    assert!(says(&support(&["list"])).contains("Nobody is of support"));
}

#[tokio::test]
async fn a_key_is_made_for_who_works_there() {
    let folder = Folder::new();
    let owner = [
        "create-admin",
        "--email",
        "ada@example.com",
        "--name",
        "Ada Moss",
        "--organisation",
        "Moss & Daughters",
    ];
    assert!(run(&folder, &owner).status.success());
    let make = |arguments: &[&str]| run(&folder, &[&["create-key"], arguments].concat());
    let own =
        make(&["Ada@Example.com", "--name", "Backup", "--days", "7", "--permissions", "item.view,item.move"]);
    assert!(own.status.success(), "{}", errors(&own));
    let token = says(&own);
    assert!(
        token.starts_with("mdp_") && token.ends_with('\n') && !token.trim_end().contains(char::is_whitespace)
    );
    let robot = make(&["ada@example.com", "--organisation-key"]);
    assert!(robot.status.success(), "{}", errors(&robot));

    let url = format!("sqlite://{}", folder.path().join("data/mediap.db").display());
    let db = db::Db::connect(&db::Options::new(url)).await.unwrap();
    let keys: Vec<(String, bool, serde_json::Value)> =
        db::sql("select name, personal, permissions from api_key order by personal").all(&db).await.unwrap();
    db.close().await;
    let named: Vec<_> = keys.iter().map(|(name, personal, _)| (name.as_str(), *personal)).collect();
    assert_eq!(named, [("Command line", false), ("Backup", true)]);
    assert!(keys[0].2.as_array().unwrap().contains(&"organisation.api".into()), "{keys:?}");
    assert_eq!(keys[1].2, serde_json::json!(["item.view", "item.move"]));

    for (arguments, because) in [
        (vec!["nobody@example.com"], "nobody with the address nobody@example.com works there"),
        (vec!["ada@example.com", "--days", "0"], "A key lasts 1 to 366 days."),
        (vec!["ada@example.com", "--permissions", "item.eat"], "There is no permission item.eat."),
    ] {
        let refused = make(&arguments);
        assert_eq!((refused.status.code(), says(&refused).as_str()), (Some(1), ""));
        assert!(errors(&refused).contains(because), "{}", errors(&refused));
    }
}

#[cfg(unix)]
#[test]
fn it_starts_on_a_free_port_answers_and_stops_when_told() {
    let folder = Folder::new();
    let child =
        mediap(&folder, &["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut server = Server(child);
    let address = server.address();

    let ask = || {
        let mut stream = TcpStream::connect(&address).unwrap();
        let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    // The worker says that it has not started until it has looked at its jobs once.
    let begun = std::time::Instant::now();
    let mut answer = ask();
    while answer.contains("has not started") && begun.elapsed().as_secs() < 10 {
        answer = ask();
    }
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(r#""worker":"ok""#), "{answer}");
    assert_eq!(run(&folder, &["check", "--health", "--listen", &address]).status.code(), Some(0));

    Command::new("kill").args(["-TERM", &server.0.id().to_string()]).status().unwrap();
    assert_eq!(server.0.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_worker_alone_can_be_looked_after() {
    let folder = Folder::new();
    assert!(run(&folder, &["migrate"]).status.success());
    let check = || run(&folder, &["check", "--worker"]);
    assert_eq!(errors(&check()), "mediap: no worker has been seen on this machine\n");
    assert!(says(&run(&folder, &["jobs", "list"])).contains("Nobody works."));
    let mut worker = Server(mediap(&folder, &["worker"]).spawn().unwrap());
    let begun = std::time::Instant::now();
    while check().status.code() != Some(0) {
        assert!(begun.elapsed().as_secs() < 20, "{}", errors(&check()));
    }
    let listed = says(&run(&folder, &["jobs", "list"]));
    assert!(listed.contains(&format!("/{} works: since ", worker.0.id())), "{listed}");
    Command::new("kill").args(["-TERM", &worker.0.id().to_string()]).status().unwrap();
    assert_eq!(worker.0.wait().unwrap().code(), Some(0));
    assert_eq!(check().status.code(), Some(1));
}

#[tokio::test]
async fn what_failed_is_listed_retried_and_put_away() {
    let folder = Folder::new();
    assert!(run(&folder, &["migrate"]).status.success());
    assert_eq!(says(&run(&folder, &["jobs", "list"])), "There are no jobs.\nNobody works.\n");
    let url = format!("sqlite://{}", folder.path().join("data/mediap.db").display());
    let db = db::Db::connect(&db::Options::new(url)).await.unwrap();
    let id = "00000000-0000-7000-8000-000000000007";
    db::sql(
        "insert into job (id, kind, payload, state, attempts, run_at, failed_at, last_error, created_at)
         values ($1, 'mail.send', '{}', 'failed', 8, $2, $2, 'no\nanswer', $2)",
    )
    .bind(id.parse::<uuid::Uuid>().unwrap())
    .bind("2025-11-21T08:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap())
    .exactly_one(&db)
    .await
    .unwrap();
    db.close().await;
    let jobs = |arguments: &[&str]| run(&folder, &[&["jobs"], arguments].concat());
    let listed = says(&jobs(&["list"]));
    assert!(listed.starts_with("mail.send            0 waiting, 0 running, 1 failed\n"), "{listed}");
    let failed = says(&jobs(&["failed"]));
    assert_eq!(failed, format!("{id} 2025-11-21T08:00:00Z mail.send - 8 attempts: no answer\n"));
    assert!(jobs(&["retry", id]).status.success());
    let again = jobs(&["retry", id]);
    assert_eq!(again.status.code(), Some(1));
    assert!(errors(&again).contains("no job with this id has failed"), "{}", errors(&again));
    assert!(says(&jobs(&["list"])).contains("1 waiting, the oldest due since "));
    assert_eq!(jobs(&["discard", id]).status.code(), Some(1));
}

#[tokio::test]
async fn the_audit_log_is_verified_and_a_forgery_is_found() {
    let folder = Folder::new();
    assert!(run(&folder, &["seed-demo", "--items", "3"]).status.success());
    let whole = run(&folder, &["audit", "verify"]);
    assert!(whole.status.success(), "{}", says(&whole));
    let of_nordvik = says(&whole).lines().find(|line| line.contains(" Nordvik Cars: ")).unwrap().to_owned();
    assert!(of_nordvik.contains(" entries, mark "), "{of_nordvik}");
    // What was printed is kept elsewhere, and shows later that nothing before it was cut off.
    let says_whole = says(&whole);
    let line = says_whole.lines().find(|line| line.contains(" Halden Studio: ")).unwrap();
    let (id, mark) = (line.split_whitespace().nth(1).unwrap(), line.split_once("mark ").unwrap().1);
    let expect = |mark: &str| run(&folder, &["audit", "verify", "--organisation", id, "--expect", mark]);
    assert_eq!(expect(mark).status.code(), Some(0), "{}", says(&expect(mark)));
    let hash = mark.split_once(':').unwrap().1;
    let cut = expect(&format!("99:{hash}"));
    assert_eq!(cut.status.code(), Some(1));
    assert!(says(&cut).contains("but 99 were written"), "{}", says(&cut));
    assert_eq!(expect(&mark.replace(hash, &"0".repeat(64))).status.code(), Some(1));
    assert_eq!(expect("9:x").status.code(), Some(2));
    let url = format!("sqlite://{}", folder.path().join("data/mediap.db").display());
    let db = db::Db::connect(&db::Options::new(url)).await.unwrap();
    db::sql("drop trigger audit_no_update").execute(&db).await.unwrap();
    db::sql(
        "update audit set kind = 'organisation.updated' where organisation_id is not null and number = 1",
    )
    .execute(&db)
    .await
    .unwrap();
    db.close().await;
    let forged = run(&folder, &["audit", "verify"]);
    assert_eq!(forged.status.code(), Some(1));
    assert!(says(&forged).contains("Nordvik Cars: entry 1 was changed"), "{}", says(&forged));
    let nobody = run(&folder, &["audit", "verify", "--organisation", "00000000-0000-0000-0000-000000000000"]);
    assert_eq!((nobody.status.code(), says(&nobody).as_str()), (Some(1), "There is no such organisation.\n"));
}

#[tokio::test]
async fn who_was_erased_is_erased_again_after_a_restore() {
    let folder = Folder::new();
    assert!(run(&folder, &["seed-demo", "--items", "3"]).status.success());
    assert_eq!(says(&run(&folder, &["erasures", "list"])), "");
    let url = format!("sqlite://{}", folder.path().join("data/mediap.db").display());
    let db = db::Db::connect(&db::Options::new(url)).await.unwrap();
    let (organisation, marek): (kernel::OrganisationId, kernel::MemberId) =
        db::sql("select m.organisation_id, m.id from member m join account a on a.id = m.account_id where a.name = $1")
            .bind("Marek Havel")
            .one(&db)
            .await
            .unwrap();
    db.close().await;
    let line = |member: &str| {
        format!(
            "{{\"organisation\":\"{organisation}\",\"member\":\"{member}\",\"whole\":true,\
             \"erased_at\":\"2025-11-21T08:00:00Z\",\"erased_by\":\"{marek}\"}}\n"
        )
    };
    let kept = line(&marek.to_string());
    folder.write("broken.jsonl", &format!("{kept}nonsense\n"));
    let broken = run(&folder, &["erasures", "replay", "broken.jsonl"]);
    assert!(
        !broken.status.success() && errors(&broken).contains("line 2 of broken.jsonl"),
        "{}",
        errors(&broken)
    );
    folder.write("erasures.jsonl", &format!("{kept}\n{}", line("00000000-0000-0000-0000-000000000000")));
    let replay = || says(&run(&folder, &["erasures", "replay", "erasures.jsonl"]));
    let first = replay();
    assert!(first.ends_with("\n1 erased again, 0 erased already, 1 unknown.\n"), "{first}");
    assert!(replay().ends_with("\n0 erased again, 1 erased already, 1 unknown.\n"));
    assert_eq!(says(&run(&folder, &["erasures", "list"])), kept);
    assert!(run(&folder, &["audit", "verify"]).status.success());
}

#[tokio::test]
async fn nobody_who_could_pass_the_wall_gets_a_running_program() {
    db::testing::postgres_with_owner(async |database| {
        let folder = Folder::new();
        let with = |url: &str, owner: Option<&str>, verb: &str| {
            let mut command = mediap(&folder, &[verb]);
            command.env("MEDIAP_DATABASE_URL", url);
            owner.map(|owner| command.env("MEDIAP_DATABASE_OWNER_URL", owner));
            command.output().unwrap()
        };
        for verb in ["serve", "worker"] {
            let refused = with(&database.owner_url, None, verb);
            assert_eq!(refused.status.code(), Some(1), "{}", errors(&refused));
            assert!(
                errors(&refused).contains("it is a superuser: set `database_owner_url`"),
                "{}",
                errors(&refused)
            );
        }
        let migrated = with(&database.runtime_url, Some(&database.owner_url), "migrate");
        assert!(migrated.status.success(), "{}", errors(&migrated));
        assert!(says(&migrated).contains("is up to date"), "{}", says(&migrated));
        let checked = says(&with(&database.runtime_url, None, "check"));
        assert!(checked.contains("ok      database:"), "{checked}");
        db::sql("alter table team disable row level security").execute(&database.owner).await.unwrap();
        let checked = says(&with(&database.runtime_url, None, "check"));
        assert!(
            checked.contains("holes: team: row-level security is off; run `mediap migrate`"),
            "{checked}"
        );
        with(&database.runtime_url, Some(&database.owner_url), "migrate");
        let checked = says(&with(&database.runtime_url, None, "check"));
        assert!(checked.contains("ok      database:"), "{checked}");
    })
    .await;
}
