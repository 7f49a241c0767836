//! How a member wants to be told, for other programs.

use chrono::{DateTime, Duration, Utc};
use kernel::{ByMail, Error, NoticeKind, Ways};
use rest::{Answer, Call, Filter, Json, Key, List, Listed, Page, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{USE, kind::NoticeKey};
use crate::{acts, repo};

/// For how long somebody is left alone at most.
const LONGEST_MUTE: Duration = Duration::days(366);

/// What is published of settings.
pub(super) fn routes() -> Routes {
    Routes::new(
        "Notification settings",
        "By which ways the member wants to be told of what, everywhere or in one workflow, and until when not to be \
         disturbed.",
    )
    .list("/notification-settings", "List notification settings", USE, USE, list)
    .put("/notification-settings", "Choose how to be told", USE, choose)
    .post("/notification-settings/reset", "Be told in a workflow as everywhere", USE, reset)
    .read("/notification-mute", "Read until when not to disturb", USE, read_mute)
    .put("/notification-mute", "Say until when not to disturb", USE, mute)
}

/// When a mail tells of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum NotificationMail {
    /// Never.
    Off,
    /// At once, unless it has been seen by then.
    AtOnce,
    /// In the morning, with everything else that has not been seen.
    Daily,
}

impl From<ByMail> for NotificationMail {
    fn from(mail: ByMail) -> Self {
        match mail {
            ByMail::Off => NotificationMail::Off,
            ByMail::AtOnce => NotificationMail::AtOnce,
            ByMail::Daily => NotificationMail::Daily,
        }
    }
}

impl From<NotificationMail> for ByMail {
    fn from(mail: NotificationMail) -> Self {
        match mail {
            NotificationMail::Off => ByMail::Off,
            NotificationMail::AtOnce => ByMail::AtOnce,
            NotificationMail::Daily => ByMail::Daily,
        }
    }
}

/// By which ways the member is told of a kind.
#[derive(Debug, Serialize, ToSchema)]
struct NotificationSetting {
    /// What happened.
    #[schema(example = "item.assigned")]
    kind: &'static str,
    /// In the inbox.
    in_app: bool,
    #[schema(inline)]
    mail: NotificationMail,
    /// On the devices where the member has turned it on.
    push: bool,
}

impl Record for NotificationSetting {}

impl Listed for NotificationSetting {
    fn id(&self) -> String {
        self.kind.to_owned()
    }

    fn key(&self, _: &str) -> Key {
        Key::Text(self.kind.to_owned())
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct SettingFilter {
    /// As it is in this workflow; else as it is everywhere.
    workflow: Option<Uuid>,
}

impl Filter for SettingFilter {
    const SORTS: &'static [&'static str] = &["kind"];
}

/// By which ways to be told of a kind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettingChoice {
    /// Of what.
    #[schema(example = "item.assigned")]
    kind: NoticeKey,
    /// Only in this workflow; else everywhere.
    workflow: Option<Uuid>,
    /// In the inbox.
    in_app: bool,
    #[schema(inline)]
    mail: NotificationMail,
    /// On the devices where the member has turned it on.
    push: bool,
}

/// A workflow in which nothing shall be different any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettingReset {
    /// Its id.
    workflow: Uuid,
}

/// Until when the member is not to be disturbed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NotificationMute {
    /// What happens meanwhile waits in the inbox. None: the member may be disturbed.
    until: Option<DateTime<Utc>>,
}

impl Record for NotificationMute {}

async fn list(call: Call<(), List<SettingFilter>>) -> Answer<Page<NotificationSetting>> {
    let chosen = acts::chosen(&call.cx, call.input.filter.workflow).await?;
    let setting = |(kind, ways): (NoticeKind, Ways)| NotificationSetting {
        kind: kind.key(),
        in_app: ways.in_app,
        mail: ways.mail.into(),
        push: ways.push,
    };
    call.input.page(chosen.kinds.into_iter().map(setting).collect())
}

async fn choose(call: Call<(), Json<SettingChoice>>) -> Answer<()> {
    let SettingChoice { kind, workflow, in_app, mail, push } = call.input.0;
    let known = NoticeKind::visible(&call.cx).find(|known| *known == kind.0);
    let kind = known
        .filter(|kind| workflow.is_none() || kind.has_place())
        .ok_or_else(|| Error::invalid("kind", "Choose a kind that the settings list."))?;
    let ways = Ways { in_app, mail: mail.into(), push };
    Ok(acts::choose(&call.cx, workflow, kind, ways).await?)
}

async fn reset(call: Call<(), Json<SettingReset>>) -> Answer<()> {
    Ok(acts::choose_as_everywhere(&call.cx, call.input.0.workflow).await?)
}

async fn read_mute(call: Call) -> Answer<NotificationMute> {
    Ok(NotificationMute {
        until: repo::muted_until(call.cx.db(), &call.cx).await.map_err(kernel::Error::from)?,
    })
}

async fn mute(call: Call<(), Json<NotificationMute>>) -> Answer<NotificationMute> {
    let until = call.input.0.until;
    let now = call.cx.now();
    if until.is_some_and(|until| now + LONGEST_MUTE < until) {
        return Err(Error::invalid("until", "Choose a time within a year.").into());
    }
    // What is over is not to come.
    let until = until.filter(|until| now < *until);
    acts::leave_alone(&call.cx, until).await?;
    Ok(NotificationMute { until })
}
