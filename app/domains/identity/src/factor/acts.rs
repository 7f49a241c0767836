//! Setting up a second factor, using it, and giving it up.

use chrono::Duration;
use kernel::{AccountId, Error, Result, Tx, Visit};
use serde_json::json;
use uuid::Uuid;

use crate::{
    account::{self, event, event::Kind, repo::Account},
    factor::{
        codes, mails,
        model::{Required, Security, Setup},
        qr, repo, totp,
    },
    fault,
    limit::{self, Act},
    passkey,
    session::{self, Origin},
};

/// Why the person who is logged in is asked for a second factor.
pub async fn required(visit: &Visit) -> Result<Required> {
    let account = visit.require_session()?.account_id;
    let by = repo::required_by(visit.db(), account).await?;
    let passkey = if !by.is_empty() && passkey::acts::are_offered(visit) {
        Some(passkey::acts::may_use(visit, account).await?)
    } else {
        None
    };
    Ok(Required { by, passkey })
}

/// Goes on unless the person has a passkey that their organisation takes for a second factor, and has not used it in this
/// session: a password alone must neither add a second factor beside it nor take it away.
pub(crate) async fn require_shown(visit: &Visit) -> Result<()> {
    let session = visit.require_session()?;
    let asked = !repo::required_by(visit.db(), session.account_id).await?.is_empty();
    let hidden = asked
        && passkey::repo::count(visit.db(), session.account_id).await? != 0
        && !repo::is_enough(visit.db(), session).await?;
    if hidden {
        Err(Error::Forbidden("Log in with your passkey first; then do this.".into()))
    } else {
        Ok(())
    }
}

/// How long an app may wait for its first code.
pub(crate) const SETUP: Duration = Duration::minutes(30);
/// How long a new set of recovery codes can be read, unless it is put away before.
const SHEET: Duration = Duration::minutes(10);

const SECRET_PLACE: &str = "totp.secret";
const SHEET_PLACE: &str = "recovery_sheet.codes";

/// What a second factor was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used {
    /// A code of the app.
    App,
    /// A recovery code; this many are left.
    Recovery {
        /// Codes that still work.
        left: i64,
    },
}

impl Used {
    /// The word in the account's record.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Used::App => "app",
            Used::Recovery { .. } => "recovery code",
        }
    }
}

/// Everything on the page about getting in.
pub async fn security(visit: &Visit) -> Result<Security> {
    let session = visit.require_session()?;
    let id = session.account_id;
    let account = account::repo::get(visit.db(), id).await?;
    Ok(Security {
        has_password: !account.password_hash.is_empty(),
        app_since: repo::app(visit.db(), id).await?.and_then(|app| app.confirmed_at),
        has_factor: repo::has_any(visit.db(), id).await?,
        is_enough: repo::is_enough(visit.db(), session).await?,
        codes_left: repo::codes_left(visit.db(), id).await?,
        required_by: repo::required_by(visit.db(), id).await?,
        devices: session::devices::list(visit).await?,
        activity: event::list(visit, id).await?,
    })
}

/// Begins with an app: a new secret that counts for nothing until its first code.
pub async fn begin_app(visit: &Visit) -> Result<()> {
    let session = visit.require_recent()?;
    require_shown(visit).await?;
    let id: Uuid = visit.new_id();
    let secret = seal(visit, SECRET_PLACE, id, &totp::secret())?;
    let mut tx = visit.begin().await?;
    repo::insert_pending(&mut tx, id, session.account_id, &secret, visit.now()).await?;
    tx.commit().await
}

/// The app that waits for its first code, if one does.
pub async fn setup(visit: &Visit) -> Result<Option<Setup>> {
    let session = visit.require_session()?;
    let Some(app) = waiting(visit, session.account_id).await? else { return Ok(None) };
    let secret = open(visit, SECRET_PLACE, app.id, &app.secret)?;
    let address = totp::address(&session.email, &secret);
    let letters: Vec<char> = totp::base32(&secret).chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(Some(Setup {
        picture: qr::draw(&address),
        secret: groups.join(" "),
        address,
        replaces: repo::app(visit.db(), session.account_id).await?.is_some(),
    }))
}

async fn waiting(visit: &Visit, account: AccountId) -> Result<Option<repo::App>> {
    let app = repo::pending_app(visit.db(), account).await?;
    Ok(app.filter(|app| visit.now() < app.created_at + SETUP))
}

/// Takes the app into use by its first code, with recovery codes if there are none.
pub async fn confirm_app(visit: &Visit, origin: &Origin, typed: &str) -> Result<()> {
    let session = visit.require_session()?;
    require_shown(visit).await?;
    let account = account::repo::get(visit.db(), session.account_id).await?;
    let Some(app) = waiting(visit, account.id).await? else {
        return Err(Error::Conflict("This has waited too long. Begin again.".into()));
    };
    limit::count(visit, Act::Code, &account.email, origin).await?;
    let secret = open(visit, SECRET_PLACE, app.id, &app.secret)?;
    let step = totp::accepted(&secret, &digits(typed), visit.now(), 0).ok_or_else(|| {
        Error::invalid(
            "code",
            "This code does not fit. Wait for the next one, and look that the phone's clock is right.",
        )
    })?;
    limit::forgive(visit, Act::Code, &account.email, origin).await?;
    let mut tx = visit.begin().await?;
    if !repo::confirm(&mut tx, app.id, account.id, step, visit.now()).await? {
        return Err(Error::Conflict("This was done already.".into()));
    }
    if repo::codes_left(&mut tx, account.id).await? == 0 {
        write_codes(&mut tx, visit, account.id).await?;
    }
    event::note(&mut tx, visit, origin, account.id, Kind::AppAdded, json!({})).await?;
    tx.send(&mails::app_added(visit, &account)).await?;
    tx.commit().await
}

/// Gives the app up. Where an organisation asks for a second factor and nothing would stand in for it, it stays.
pub async fn remove_app(visit: &Visit, origin: &Origin) -> Result<()> {
    let session = visit.require_recent()?;
    let account = account::repo::get(visit.db(), session.account_id).await?;
    let mut tx = visit.begin().await?;
    if !repo::delete_apps(&mut tx, account.id).await? {
        return Err(Error::Conflict("The authenticator app is off already.".into()));
    }
    if !repo::has_any(&mut tx, account.id).await? {
        let asked = repo::required_by(&mut tx, account.id).await?.into_iter().next();
        if let Some(name) = asked
            && !repo::is_enough(&mut tx, session).await?
        {
            return Err(Error::Conflict(format!(
                "{name} asks its members for a second factor. To change phones, set the app up again instead."
            )));
        }
        repo::replace_codes(&mut tx, account.id, Vec::new(), visit.now()).await?;
        repo::delete_sheet(&mut tx, account.id).await?;
    }
    event::note(&mut tx, visit, origin, account.id, Kind::AppRemoved, json!({})).await?;
    tx.send(&mails::app_removed(visit, &account)).await?;
    tx.commit().await
}

/// Makes ten new recovery codes; the old ones work no more.
pub async fn renew_codes(visit: &Visit, origin: &Origin) -> Result<()> {
    let session = visit.require_recent()?;
    let account = account::repo::get(visit.db(), session.account_id).await?;
    let mut tx = visit.begin().await?;
    if !repo::has_any(&mut tx, account.id).await? {
        return Err(Error::Conflict("Set up a second factor first; recovery codes stand in for it.".into()));
    }
    write_codes(&mut tx, visit, account.id).await?;
    event::note(&mut tx, visit, origin, account.id, Kind::CodesRenewed, json!({})).await?;
    tx.send(&mails::codes_renewed(visit, &account)).await?;
    tx.commit().await
}

async fn write_codes(tx: &mut Tx, visit: &Visit, account: AccountId) -> Result<()> {
    let plain: Vec<String> = (0..codes::COUNT).map(|_| codes::new_code()).collect();
    let hashed =
        plain.iter().filter_map(|code| Some((visit.new_id(), codes::fingerprint(account, code)?))).collect();
    repo::replace_codes(tx, account, hashed, visit.now()).await?;
    let sheet = seal(visit, SHEET_PLACE, account.uuid(), plain.join("\n").as_bytes())?;
    repo::insert_sheet(tx, account, &sheet, visit.now() + SHEET).await
}

/// The recovery codes that were just made, until they are put away or ten minutes have gone by.
pub async fn sheet(visit: &Visit) -> Result<Vec<String>> {
    let account = visit.require_session()?.account_id;
    let Some(sealed) = repo::sheet(visit.db(), account, visit.now()).await? else { return Ok(Vec::new()) };
    let plain = open(visit, SHEET_PLACE, account.uuid(), &sealed)?;
    Ok(String::from_utf8_lossy(&plain).lines().map(str::to_owned).collect())
}

/// Makes the codes unreadable: the person has them.
pub async fn put_sheet_away(visit: &Visit) -> Result<()> {
    let account = visit.require_session()?.account_id;
    let mut tx = visit.begin().await?;
    repo::delete_sheet(&mut tx, account).await?;
    tx.commit().await
}

/// Uses up what was typed, if it is a code of the app or a recovery code.
pub(crate) async fn use_code(
    tx: &mut Tx,
    visit: &Visit,
    origin: &Origin,
    account: &Account,
    typed: &str,
) -> Result<Option<Used>> {
    let now = visit.now();
    if let Some(hash) = codes::fingerprint(account.id, typed) {
        if !repo::use_code(tx, account.id, hash, now).await? {
            return Ok(None);
        }
        let left = repo::codes_left(&mut *tx, account.id).await?;
        event::note(tx, visit, origin, account.id, Kind::CodeUsed, json!({ "left": left })).await?;
        tx.send(&mails::code_used(visit, account, origin, left)).await?;
        return Ok(Some(Used::Recovery { left }));
    }
    let Some(app) = repo::app(&mut *tx, account.id).await? else { return Ok(None) };
    let secret = open(visit, SECRET_PLACE, app.id, &app.secret)?;
    let Some(step) = totp::accepted(&secret, &digits(typed), now, app.last_step) else { return Ok(None) };
    if !repo::use_step(tx, app.id, step).await? {
        return Ok(None);
    }
    if visit.site().vault().is_old(&app.secret) {
        repo::reseal(tx, app.id, &seal(visit, SECRET_PLACE, app.id, &secret)?).await?;
    }
    Ok(Some(Used::App))
}

/// What was typed, without the space that apps show in the middle.
fn digits(typed: &str) -> String {
    typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect()
}

fn seal(visit: &Visit, place: &str, row: Uuid, secret: &[u8]) -> Result<String> {
    visit
        .site()
        .vault()
        .seal(place, row, secret)
        .map_err(|cause| fault::internal("A secret was not sealed", &cause))
}

fn open(visit: &Visit, place: &str, row: Uuid, sealed: &str) -> Result<Vec<u8>> {
    visit
        .site()
        .vault()
        .open(place, row, sealed)
        .map_err(|cause| fault::internal("A secret does not open", &cause))
}
