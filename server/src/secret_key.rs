//! The keys that seal secrets in the database: those of the setting, or one in a file of the data folder.

use std::{fs, io, io::Write, path::Path};

use anyhow::{Context, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{KEY, Vault};

use crate::config::Config;

/// Names and keys; the first one seals.
pub(crate) type Keys = Vec<(String, [u8; KEY])>;

/// What the setting takes.
pub(crate) const ALLOWED: &str =
    "<name>:<32 random bytes in base64>, several with commas; `openssl rand -base64 32` makes such bytes";
/// What stands in the example file, which is no secret.
const EXAMPLE: &[u8; KEY] = b"replace-this-by-32-random-bytes!";
const FILE: &str = "secret.key";

/// Reads the setting: `name:base64`, perhaps several with commas.
pub(crate) fn parse(text: &str) -> Option<Keys> {
    let keys: Option<Keys> =
        text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(entry).collect();
    let keys = keys.filter(|keys| !keys.is_empty())?;
    let differ = keys
        .iter()
        .enumerate()
        .all(|(at, (name, _))| keys.iter().skip(at + 1).all(|(other, _)| name != other));
    differ.then_some(keys)
}

fn entry(text: &str) -> Option<(String, [u8; KEY])> {
    let (name, key) = text.split_once(':')?;
    let fits = (1..=40).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let key = <[u8; KEY]>::try_from(STANDARD.decode(key.trim()).ok()?).ok()?;
    fits.then(|| (name.to_owned(), key))
}

/// The vault of the program. Without the setting its key is in the data folder, made at the first start.
pub(crate) fn vault(config: &Config) -> anyhow::Result<Vault> {
    let keys = match &config.secret_key {
        Some(keys) => keys.clone(),
        None => from_file(&config.data_dir.join(FILE))?,
    };
    if keys.iter().any(|(_, key)| key == EXAMPLE) {
        bail!("`secret_key` is the one of the example, which everybody knows: it takes {ALLOWED}");
    }
    Ok(Vault::new(keys))
}

/// Where the keys come from, for `mediap check`.
pub(crate) fn source(config: &Config) -> String {
    match &config.secret_key {
        Some(keys) => format!("{} of the setting", keys.len()),
        None => config.data_dir.join(FILE).display().to_string(),
    }
}

fn from_file(path: &Path) -> anyhow::Result<Keys> {
    if !path.try_exists().with_context(|| advice(path))? {
        create(path).with_context(|| advice(path))?;
        tracing::info!(path = %path.display(), "Secret key made; back it up together with the database");
    }
    let text = fs::read_to_string(path).with_context(|| advice(path))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    parse(&lines.collect::<Vec<_>>().join(","))
        .with_context(|| format!("{} holds no key: it takes {ALLOWED}", path.display()))
}

/// Writes a new key. Of two programs that start at once the first wins, and nobody reads half a file.
fn create(path: &Path) -> io::Result<()> {
    let name = format!("k{:08x}", rand::random::<u32>());
    let key = STANDARD.encode(rand::random::<[u8; KEY]>());
    let whole = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&whole)?;
    let written = writeln!(file, "{name}:{key}").and_then(|()| file.sync_all());
    let placed = written.and_then(|()| match fs::hard_link(&whole, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        placed => placed,
    });
    fs::remove_file(&whole)?;
    placed
}

fn advice(path: &Path) -> String {
    format!("the secret key in {} cannot be used; mend the file, or set `secret_key`", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    #[test]
    fn keys_have_names_and_thirty_two_bytes() {
        let keys = parse(&format!("2026:{ONE}, 2025:{ONE}")).unwrap();
        assert_eq!(keys.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["2026", "2025"]);
        for wrong in ["", ",", ONE, "a:", "a:AAAA", &format!("a b:{ONE}"), &format!("a:{ONE},a:{ONE}")] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_file_is_made_once_and_for_its_owner_only() {
        let folder = std::env::temp_dir().join(format!("mediap-key-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(FILE);
        let first = from_file(&path).unwrap();
        assert_eq!(from_file(&path).unwrap(), first);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&path, "nonsense").unwrap();
        let error = format!("{:#}", from_file(&path).unwrap_err());
        assert!(error.contains("holds no key") && !error.contains("nonsense"), "{error}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
