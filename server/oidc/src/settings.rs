//! The providers as the operator writes them down.

use serde_json::{Map, Value};

/// What the list of providers holds, in words.
pub const ALLOWED: &str =
    "a list of providers, each with `id`, `issuer` and `client_id`; in the environment as JSON";

const GOOGLE: &str = "https://accounts.google.com";
const MICROSOFT: &str = "https://login.microsoftonline.com/";
/// What Microsoft has in the place of a tenant for an application of many tenants.
const ANY_TENANT: [&str; 3] = ["common", "organizations", "consumers"];

/// What the operator says about a provider.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// Its word in addresses.
    pub id: String,
    /// Its name on pages.
    pub name: String,
    /// Its address, exactly as it stands in its tokens.
    pub issuer: String,
    /// What we are called there.
    pub client_id: String,
    /// Our secret there; without one we are a public client, which PKCE alone protects.
    pub client_secret: Option<String>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// Whether its addresses count as proved although it does not say so.
    pub trust_email: bool,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("id", &self.id).field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// A value that is not allowed. The value itself is left out: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Which, below the key of the list: `[0].issuer`, or nothing for the list itself.
    pub key: String,
    /// What may stand there.
    pub allowed: String,
}

impl Settings {
    /// Reads the list of providers.
    pub fn read(list: &Value) -> Result<Vec<Settings>, Wrong> {
        let list = list.as_array().ok_or_else(|| wrong(String::new(), ALLOWED))?;
        let mut all: Vec<Settings> = Vec::new();
        for (place, entry) in list.iter().enumerate() {
            let Value::Object(fields) = entry else { return Err(wrong(format!("[{place}]"), ALLOWED)) };
            let read = one(fields).map_err(|(key, allowed)| wrong(format!("[{place}].{key}"), allowed))?;
            if all.iter().any(|other| other.id == read.id) {
                return Err(wrong(format!("[{place}].id"), "another word than the other providers"));
            }
            all.push(read);
        }
        Ok(all)
    }
}

fn wrong(key: String, allowed: &str) -> Wrong {
    Wrong { key, allowed: allowed.to_owned() }
}

type Problem = (&'static str, &'static str);

const KEYS: [&str; 7] = ["id", "name", "issuer", "client_id", "client_secret", "scopes", "trust_email"];

fn one(fields: &Map<String, Value>) -> Result<Settings, Problem> {
    if fields.keys().any(|key| !KEYS.contains(&key.as_str())) {
        return Err((
            "?",
            "`id`, `name`, `issuer`, `client_id`, `client_secret`, `scopes` and `trust_email`, nothing else",
        ));
    }
    let id = text(fields, "id", ID)?.ok_or(("id", ID))?;
    let slug = id.len() <= 40
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !slug {
        return Err(("id", ID));
    }
    let issuer = issuer(&text(fields, "issuer", ISSUER)?.ok_or(("issuer", ISSUER))?)?;
    let name = match text(fields, "name", NAME)? {
        Some(name) => name,
        None => known_name(&issuer).ok_or(("name", NAME))?.to_owned(),
    };
    if 40 < name.chars().count() || name.chars().any(char::is_control) {
        return Err(("name", NAME));
    }
    Ok(Settings {
        id,
        name,
        issuer,
        client_id: text(fields, "client_id", CLIENT_ID)?.ok_or(("client_id", CLIENT_ID))?,
        client_secret: text(fields, "client_secret", CLIENT_SECRET)?,
        scopes: scopes(fields)?,
        trust_email: match fields.get("trust_email") {
            None => false,
            Some(value) => value.as_bool().ok_or(("trust_email", "`true` or `false`"))?,
        },
    })
}

const ID: &str = "a short word for addresses, of a-z, 0-9 and -, such as google";
const NAME: &str = "the name that people know it by, at most 40 characters";
const ISSUER: &str = "the provider's https:// address exactly as it stands in its tokens, such as \
                      https://accounts.google.com (http:// only for this machine)";
const CLIENT_ID: &str = "what the provider calls this site";
const CLIENT_SECRET: &str = "the secret that the provider gave this site";
const SCOPES: &str = "a list of words without spaces, such as [\"email\", \"profile\"]";
const TENANT: &str = "one tenant, https://login.microsoftonline.com/<tenant id>/v2.0: with `common`, `organizations` \
                      or `consumers` anybody's tenant could name any address as its own";

/// The text of a field; empty counts as absent.
fn text(
    fields: &Map<String, Value>,
    key: &'static str,
    allowed: &'static str,
) -> Result<Option<String>, Problem> {
    match fields.get(key) {
        None => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim().to_owned())),
        Some(_) => Err((key, allowed)),
    }
}

fn scopes(fields: &Map<String, Value>) -> Result<Vec<String>, Problem> {
    let Some(value) = fields.get("scopes") else { return Ok(vec!["email".into(), "profile".into()]) };
    let words = value.as_array().ok_or(("scopes", SCOPES))?.iter().map(|word| {
        let word = word.as_str().filter(|word| !word.is_empty() && !word.contains(char::is_whitespace));
        word.map(str::to_owned).ok_or(("scopes", SCOPES))
    });
    // `openid` is always asked for.
    Ok(words.collect::<Result<Vec<_>, _>>()?.into_iter().filter(|word| word != "openid").collect())
}

fn issuer(text: &str) -> Result<String, Problem> {
    let uri: ::http::Uri = text.parse().map_err(|_| ("issuer", ISSUER))?;
    let host = uri.host().ok_or(("issuer", ISSUER))?;
    let local = host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    match uri.scheme_str() {
        Some("https") => {}
        Some("http") if local => {}
        _ => return Err(("issuer", ISSUER)),
    }
    if uri.query().is_some() || text.contains('#') {
        return Err(("issuer", ISSUER));
    }
    // Its tokens name the tenant of the person, so no single issuer could be compared; and what a foreign tenant says
    // about addresses proves nothing.
    if let Some(path) = text.strip_prefix(MICROSOFT) {
        let tenant = path.strip_suffix("/v2.0").unwrap_or_default();
        if tenant.is_empty() || tenant.contains('/') || ANY_TENANT.contains(&tenant) {
            return Err(("issuer", TENANT));
        }
    }
    Ok(text.to_owned())
}

fn known_name(issuer: &str) -> Option<&'static str> {
    match issuer {
        GOOGLE => Some("Google"),
        issuer if issuer.starts_with(MICROSOFT) => Some("Microsoft"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(field: &str, value: Value) -> Result<Vec<Settings>, Wrong> {
        let mut entry = json!({
            "id": "house", "name": "The house", "issuer": "https://login.example.com", "client_id": "mediap",
        });
        entry[field] = value;
        Settings::read(&json!([entry]))
    }

    #[test]
    fn google_and_microsoft_need_no_name() {
        let list = Settings::read(&json!([
            { "id": "google", "issuer": "https://accounts.google.com", "client_id": "a", "client_secret": "b" },
            { "id": "work", "issuer": "https://login.microsoftonline.com/0f3b/v2.0", "client_id": "c" },
        ]))
        .unwrap();
        assert_eq!(list[0].name, "Google");
        assert_eq!(list[0].scopes, ["email", "profile"]);
        assert_eq!((list[1].name.as_str(), list[1].client_secret.as_deref()), ("Microsoft", None));
        assert!(!format!("{list:?}").contains("\"b\""));
    }

    #[test]
    fn a_wrong_value_names_its_key() {
        for (field, value) in [
            ("id", json!("Go ogle")),
            ("id", json!("")),
            ("name", json!("")),
            ("issuer", json!("http://login.example.com")),
            ("issuer", json!("login.example.com")),
            ("issuer", json!("https://login.example.com/?a=b")),
            ("client_id", json!(7)),
            ("client_id", json!("")),
            ("client_secret", json!(["x"])),
            ("scopes", json!("email")),
            ("scopes", json!(["a b"])),
            ("trust_email", json!("yes")),
        ] {
            let wrong = with(field, value.clone()).unwrap_err();
            assert_eq!(wrong.key, format!("[0].{field}"), "{value}");
        }
        assert_eq!(with("secret", json!("x")).unwrap_err().key, "[0].?");
        assert_eq!(Settings::read(&json!("x")).unwrap_err().key, "");
        assert_eq!(Settings::read(&json!([1])).unwrap_err().key, "[0]");
    }

    #[test]
    fn microsoft_for_everybody_is_refused_with_the_reason() {
        for tenant in ["common", "organizations", "consumers", ""] {
            let issuer = format!("https://login.microsoftonline.com/{tenant}/v2.0");
            let wrong = with("issuer", json!(issuer)).unwrap_err();
            assert!(wrong.allowed.contains("one tenant"), "{tenant}: {}", wrong.allowed);
        }
    }

    #[test]
    fn this_machine_may_be_asked_without_tls() {
        for issuer in ["http://127.0.0.1:9000", "http://localhost:9000/realm", "http://[::1]:9000"] {
            assert!(with("issuer", json!(issuer)).is_ok(), "{issuer}");
        }
    }

    #[test]
    fn two_providers_have_two_words() {
        let one = json!({ "id": "a", "name": "A", "issuer": "https://a.example", "client_id": "x" });
        assert_eq!(Settings::read(&json!([one, one])).unwrap_err().key, "[1].id");
    }
}
