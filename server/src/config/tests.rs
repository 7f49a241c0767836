use super::*;

fn load(environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Config, String> {
    let own = |pair: &(&str, &str)| (pair.0.to_owned(), pair.1.to_owned());
    let sources = Sources {
        file: None,
        environment: environment.iter().map(own).collect(),
        flags: flags.iter().map(own).collect(),
    };
    Config::load(&sources).map_err(|error| error.to_string())
}

fn error(environment: &[(&str, &str)]) -> String {
    load(environment, &[]).err().unwrap()
}

#[test]
fn nothing_set_means_sqlite_in_data() {
    let config = load(&[], &[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.database_url, "sqlite://data/mediap.db");
    assert_eq!(config.mail_dir(), Path::new("data/mail"));
    assert!(config.worker && config.auto_migrate && !config.development);
}

#[test]
fn the_later_source_wins() {
    let environment = [("MEDIAP_LISTEN", "127.0.0.1:1"), ("MEDIAP_DATA_DIR", "elsewhere")];
    let config = load(&environment, &[("listen", "127.0.0.1:2")]).unwrap();
    assert_eq!(config.listen.port(), 2);
    assert_eq!(config.database_url, "sqlite://elsewhere/mediap.db");
}

#[test]
fn a_wrong_value_names_the_key_the_place_and_what_is_allowed() {
    assert_eq!(
        error(&[("MEDIAP_DATABASE_MAX_CONNECTIONS", "many")]),
        "setting `database_max_connections` (MEDIAP_DATABASE_MAX_CONNECTIONS in the environment) is `many`, which \
         is not allowed: it takes a whole number from 1 to 500"
    );
    assert!(error(&[("MEDIAP_DATABASE_MAX_CONNECTIONS", "0")]).ends_with("a whole number from 1 to 500"));
    assert!(error(&[("MEDIAP_LOG_FORMAT", "xml")]).ends_with("it takes `pretty` or `json`"));
    assert!(error(&[("MEDIAP_LISTEN", "3000")]).contains("such as 127.0.0.1:3000"));
    assert!(error(&[("MEDIAP_DEVELOPMENT", "maybe")]).ends_with("`true` or `false`"));
    assert!(error(&[("MEDIAP_BASE_URL", "mediap.example.com/app")]).contains("without a path"));
    assert!(error(&[("MEDIAP_TRUSTED_PROXY", "nginx")]).contains("172.16.0.0/12"));
    assert!(error(&[("MEDIAP_LOG_LEVEL", "loud")]).contains("`loud`"));
    assert!(error(&[("MEDIAP_MAIL_FROM", "nobody")]).contains("no-reply@example.com"));
    assert!(
        error(&[("MEDIAP_MAIL", "smtp")]).starts_with("setting `smtp_url` is missing, and `mail` is `smtp`")
    );
}

#[test]
fn an_unknown_key_names_its_place_and_a_likely_one() {
    assert_eq!(
        error(&[("MEDIAP_DATABSE_URL", "sqlite://x")]),
        "there is no setting `databse_url` (MEDIAP_DATABSE_URL in the environment): did you mean `database_url`?"
    );
    let unknown = load(&[], &[("colour", "red")]).err().unwrap();
    assert!(
        unknown.starts_with("there is no setting `colour` (on the command line): known are listen, "),
        "{unknown}"
    );
}

#[test]
fn a_password_is_never_repeated() {
    let message = error(&[("MEDIAP_DATABASE_URL", "mysql://root:hunter2@db/mediap")]);
    assert!(message.contains("`database_url`") && !message.contains("hunter2"), "{message}");
}

#[test]
fn a_wrong_provider_names_its_key_and_no_secret() {
    let one = r#"[{ "id": "google", "issuer": "https://accounts.google.com", "client_id": "a", "client_secret": "b" }]"#;
    let config = load(&[("MEDIAP_OIDC_PROVIDERS", one)], &[]).unwrap();
    assert_eq!(config.oidc_providers[0].name, "Google");
    let common = one
        .replace("accounts.google.com", "login.microsoftonline.com/common/v2.0")
        .replace("\"b\"", "\"hunter2\"");
    let message = error(&[("MEDIAP_OIDC_PROVIDERS", &common)]);
    assert!(
        message.starts_with(
            "setting `oidc_providers[0].issuer` (MEDIAP_OIDC_PROVIDERS in the environment) is not allowed: it takes one tenant"
        ) && !message.contains("hunter2"),
        "{message}"
    );
    for broken in ["google", "{}", "[1]"] {
        assert!(error(&[("MEDIAP_OIDC_PROVIDERS", broken)]).contains("a list of providers"), "{broken}");
    }
}

#[test]
fn variables_of_others_are_left_alone() {
    let others = [
        ("MEDIAP_CONFIG", "mediap.toml"),
        ("MEDIAP_TEST_POSTGRES", "postgres://"),
        ("MEDIAP_SERVICE_HOST", "10.0.0.1"),
        ("MEDIAP_PORT_80_TCP", "tcp://10.0.0.1:80"),
    ];
    load(&others, &[]).map(|_| ()).unwrap();
}

#[test]
fn a_missing_or_broken_file_is_named() {
    let file = |path: &str| Sources { file: Some(path.into()), ..Sources::default() };
    let missing = Config::load(&file("/nowhere/mediap.toml")).err().unwrap().to_string();
    assert!(missing.starts_with("settings file /nowhere/mediap.toml cannot be read"), "{missing}");
}

#[test]
fn a_signature_is_set_up_whole_or_not_at_all() {
    assert_eq!(load(&[], &[]).unwrap().dkim, None);
    let all = [
        ("MEDIAP_DKIM_DOMAIN", "example.com"),
        ("MEDIAP_DKIM_SELECTOR", "mail2026"),
        ("MEDIAP_DKIM_KEY_FILE", "dkim.pem"),
    ];
    let settings = load(&all, &[]).unwrap().dkim.unwrap();
    assert_eq!((settings.domain.as_str(), settings.selector.as_str()), ("example.com", "mail2026"));
    for missing in 0..all.len() {
        let mut some = all.to_vec();
        let (name, _) = some.remove(missing);
        let key = name.trim_start_matches("MEDIAP_").to_lowercase();
        let said = error(&some);
        assert!(said.starts_with(&format!("setting `{key}` is missing")), "{said}");
    }
    let sly = error(&[("MEDIAP_DKIM_DOMAIN", "example.com; s=other"), all[1], all[2]]);
    assert!(sly.contains("DKIM_DOMAIN"), "{sly}");
}

#[test]
fn the_example_lists_every_setting_and_can_be_used() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../mediap.example.toml");
    let text = std::fs::read_to_string(path).unwrap();
    // Each key stands at the start of a line, commented out with its default.
    let listed: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("#")?.split_once(" = "))
        .map(|(key, _)| key)
        .filter(|key| key.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'))
        .collect();
    assert_eq!(listed, Config::keys());

    let filled: String = text
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if rest.starts_with(|letter: char| letter.is_ascii_lowercase()) => rest,
            _ => line,
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    let file = std::env::temp_dir().join(format!("mediap-example-{}.toml", std::process::id()));
    std::fs::write(&file, filled).unwrap();
    let loaded = Config::load(&Sources { file: Some(file.clone()), ..Sources::default() });
    std::fs::remove_file(&file).unwrap();
    let config = loaded.unwrap();
    assert_eq!(config.listen, load(&[], &[]).unwrap().listen);
    assert_eq!(config.trusted_proxy.len(), 2);
}
