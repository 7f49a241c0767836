//! The record of an account: what happened to the way in. It is written in the transaction that does it, and shown to
//! the person.

use chrono::{DateTime, Duration, Utc};
use db::sql;
use kernel::{AccountId, Result, Tx, Visit, agent};
use serde_json::Value;
use uuid::Uuid;

use crate::{factor::model::Happened, session::Origin};

/// How long the record is kept.
const KEPT: Duration = Duration::days(400);

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A session began; `by` names the first step, `and` the second.
    LoggedIn,
    /// A wrong code at the second step.
    CodeRefused,
    /// All other sessions were ended; or by an admin, `by`, those in their organisation, `from`.
    LoggedOutElsewhere,
    /// One session was ended from another device.
    DeviceLoggedOut,
    /// The person showed that it is them.
    Proved,
    /// An authenticator app was added.
    AppAdded,
    /// It was given up.
    AppRemoved,
    /// New recovery codes.
    CodesRenewed,
    /// A recovery code was used.
    CodeUsed,
    /// The password was changed by somebody who knew it.
    PasswordChanged,
    /// The password was set by a link in a mail.
    PasswordReset,
    /// An app was given leave to act as them; `app` names it.
    ProgramConnected,
    /// It was ended, since a code or a token of it came twice.
    ProgramCutOff,
    /// Somebody of support began to act as them; `by` names who.
    SupportEntered,
}

impl Kind {
    pub(crate) const ALL: [Kind; 14] = [
        Kind::LoggedIn,
        Kind::CodeRefused,
        Kind::LoggedOutElsewhere,
        Kind::DeviceLoggedOut,
        Kind::Proved,
        Kind::AppAdded,
        Kind::AppRemoved,
        Kind::CodesRenewed,
        Kind::CodeUsed,
        Kind::PasswordChanged,
        Kind::PasswordReset,
        Kind::ProgramConnected,
        Kind::ProgramCutOff,
        Kind::SupportEntered,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Kind::LoggedIn => "logged_in",
            Kind::CodeRefused => "code_refused",
            Kind::LoggedOutElsewhere => "logged_out_elsewhere",
            Kind::DeviceLoggedOut => "device_logged_out",
            Kind::Proved => "proved",
            Kind::AppAdded => "app_added",
            Kind::AppRemoved => "app_removed",
            Kind::CodesRenewed => "codes_renewed",
            Kind::CodeUsed => "code_used",
            Kind::PasswordChanged => "password_changed",
            Kind::PasswordReset => "password_reset",
            Kind::ProgramConnected => "program_connected",
            Kind::ProgramCutOff => "program_cut_off",
            Kind::SupportEntered => "support_entered",
        }
    }

    fn words(self, data: &Value) -> String {
        let text = |key: &str| data.get(key).and_then(Value::as_str);
        match self {
            Kind::LoggedIn => match (text("by"), text("and")) {
                (Some(by), Some(and)) => format!("Logged in with {by} and {and}"),
                (Some(by), None) => format!("Logged in with {by}"),
                _ => "Logged in".into(),
            },
            Kind::CodeRefused => "A wrong code at the log-in".into(),
            Kind::LoggedOutElsewhere => match (text("by"), text("from")) {
                (Some(name), Some(from)) => format!("Logged out of {from} by {name}"),
                // As it was written down before it named an organisation.
                (Some(name), None) => format!("Logged out everywhere by {name}"),
                (None, _) => "Logged out all other devices".into(),
            },
            Kind::DeviceLoggedOut => match text("device") {
                Some(device) => format!("Logged out {device}"),
                None => "Logged out a device".into(),
            },
            Kind::Proved => "Showed that it is you".into(),
            Kind::AppAdded => "Authenticator app added".into(),
            Kind::AppRemoved => "Authenticator app turned off".into(),
            Kind::CodesRenewed => "New recovery codes made".into(),
            Kind::CodeUsed => "Recovery code used".into(),
            Kind::PasswordChanged => "Password changed".into(),
            Kind::PasswordReset => "Password set by a link in a mail".into(),
            Kind::ProgramConnected => format!("{} was connected", text("app").unwrap_or("An app")),
            Kind::ProgramCutOff => {
                format!("{} was disconnected: a token of it came twice", text("app").unwrap_or("An app"))
            }
            Kind::SupportEntered => {
                format!("{} of Mediap support began to act as you", text("by").unwrap_or("Somebody"))
            }
        }
    }
}

/// Writes down what happened.
pub(crate) async fn note(
    tx: &mut Tx,
    visit: &Visit,
    origin: &Origin,
    account: AccountId,
    kind: Kind,
    data: Value,
) -> Result<()> {
    sql("insert into account_event (id, account_id, kind, data, address, user_agent, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(visit.new_id::<Uuid>())
    .bind(account)
    .bind(kind.as_str())
    .bind(data)
    .bind(origin.address.clone().unwrap_or_default())
    .bind(&origin.user_agent)
    .bind(visit.now())
    .exactly_one(tx)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    kind: String,
    data: Value,
    address: String,
    user_agent: String,
    created_at: DateTime<Utc>,
}

/// What happened last, newest first.
pub(crate) async fn list(visit: &Visit, account: AccountId) -> Result<Vec<Happened>> {
    let rows: Vec<Row> = sql("select kind, data, address, user_agent, created_at
         from account_event
         where account_id = $1
         order by id desc
         limit 20")
    .bind(account)
    .all(visit.db())
    .await?;
    let told = |row: Row| {
        let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == row.kind)?;
        Some(Happened {
            what: kind.words(&row.data),
            is_warning: matches!(
                kind,
                Kind::CodeRefused | Kind::CodeUsed | Kind::AppRemoved | Kind::ProgramCutOff
            ),
            device: agent::name(&row.user_agent),
            address: row.address,
            at: row.created_at,
        })
    };
    Ok(rows.into_iter().filter_map(told).collect())
}

/// Forgets what is old.
pub(crate) async fn sweep(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    sql("delete from account_event where created_at < $1").bind(now - KEPT).execute(tx).await?;
    Ok(())
}
