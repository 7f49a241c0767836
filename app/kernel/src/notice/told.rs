//! How members are told: rows that the inbox shows, and jobs that mail and push.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use db::sql;
use serde_json::json;
use uuid::Uuid;

use super::{ByMail, NoticeKind, Reason, Ways};
use crate::{BuiltIn, Cx, MemberId, OrganisationId, Permission, Result, Scope, Topic, Tx};

/// How much of one kind a member may tell another within an hour. More is noise, and what it is about is in the inbox already.
const MOST_AN_HOUR: i64 = 60;
/// The job that mails a notification at once.
pub const MAIL: &str = "notification.mail";
/// The job that tells a browser of a notification.
pub const PUSH: &str = "notification.push";
/// How long a mail waits whether they see it in the inbox.
const MAIL_WAITS: Duration = Duration::minutes(1);
/// How much of a text is shown.
const EXCERPT: usize = 160;

/// Something to tell members of.
#[derive(Debug, Clone)]
pub struct Notice {
    /// What it is.
    pub kind: NoticeKind,
    /// The record it is about.
    pub record_id: Uuid,
    /// What it comes from, such as a comment: [`Tx::take_back`] lets it go with that.
    pub source_id: Uuid,
    /// Where it belongs, such as a process: members may want to be told differently there.
    pub place_id: Option<Uuid>,
    /// The page that shows it.
    pub path: String,
    /// The record, as people name it.
    pub title: String,
    /// The words that were written, if there are any.
    pub text: String,
    /// Who is told and why. Of several reasons the first counts; who acts is not told.
    pub to: Vec<(MemberId, Reason)>,
}

/// How long a notification is kept.
const KEPT: Duration = Duration::days(90);
/// How far unread ones are counted.
const MOST_COUNTED: usize = 100;

impl NoticeKind {
    /// What this member may be told of.
    pub fn visible(cx: &Cx) -> impl Iterator<Item = NoticeKind> {
        let may = |permission: Option<_>| permission.is_none_or(|it| cx.may_somewhere(it));
        NoticeKind::ALL.iter().copied().filter(move |kind| may(kind.permission()))
    }
}

/// How many notifications the member has not seen, counted as far as a hundred.
pub async fn unread(cx: &Cx) -> Result<i64> {
    let query = sql("select count(*) from (
           select id from notification where organisation_id = $1 and member_id = $2 and in_app and read_at is null
             and kind in ")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .push_list(NoticeKind::visible(cx).map(NoticeKind::key))
    .push(" ")
    .limit(MOST_COUNTED)
    .push(") as unread");
    let (count,): (i64,) = query.one(cx.db()).await?;
    Ok(count)
}

/// How many ask for the member's attention: none while they want to be left alone.
pub async fn attention(cx: &Cx) -> Result<i64> {
    let query = sql("select count(*) from (
           select id from notification where organisation_id = $1 and member_id = $2 and in_app and read_at is null
             and not exists (
               select t.member_id from notification_mute t
               where t.organisation_id = $1 and t.member_id = $2 and $3 < t.muted_until)
             and kind in ")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(cx.now())
    .push_list(NoticeKind::visible(cx).map(NoticeKind::key))
    .push(" ")
    .limit(MOST_COUNTED)
    .push(") as unread");
    let (count,): (i64,) = query.one(cx.db()).await?;
    Ok(count)
}

/// Forgets what is older than ninety days.
pub(crate) async fn sweep(tx: &mut db::Tx, organisation: OrganisationId, now: DateTime<Utc>) -> Result<u64> {
    let gone = sql("delete from notification where organisation_id = $1 and created_at < $2")
        .bind(organisation)
        .bind(now - KEPT)
        .execute(tx)
        .await?;
    Ok(gone)
}

impl Tx {
    /// Tells members of something, when the transaction commits.
    pub async fn notify(&mut self, notice: Notice) -> Result<()> {
        let (_, actor) = self.place()?;
        self.notify_from(Some(actor), notice).await
    }

    /// Members who have the permission by a role in one of these parts of the organisation; not those who have it
    /// everywhere.
    pub async fn members_in(&mut self, scopes: &[Scope], permission: Permission) -> Result<Vec<MemberId>> {
        let (organisation, _) = self.place()?;
        let grants: Vec<(MemberId, Option<String>, Option<serde_json::Value>)> = sql(
            "select g.member_id, g.role_key, r.permissions
             from member_grant g
             join member m on m.organisation_id = g.organisation_id and m.id = g.member_id
             left join role r
               on r.organisation_id = g.organisation_id and r.id = g.role_id and r.deleted_at is null
             where g.organisation_id = $1 and m.state = 'active' and m.deleted_at is null and g.scope_id in ",
        )
        .bind(organisation)
        .push_list(scopes.iter().map(|scope| scope.id()))
        .all(&mut *self)
        .await?;
        let built_in =
            |key: &str| key.parse::<BuiltIn>().is_ok_and(|role| role.permissions().has(permission));
        let own = |keys: &serde_json::Value| {
            keys.as_array().is_some_and(|keys| keys.iter().any(|key| key == permission.key()))
        };
        let members: BTreeSet<MemberId> = grants
            .into_iter()
            .filter(|(_, key, keys)| key.as_deref().is_some_and(built_in) || keys.as_ref().is_some_and(own))
            .map(|(member, ..)| member)
            .collect();
        Ok(members.into_iter().collect())
    }

    /// Reminds members of something that nobody did, when the transaction commits.
    pub async fn remind(&mut self, notice: Notice) -> Result<()> {
        self.notify_from(None, notice).await
    }

    async fn notify_from(&mut self, actor: Option<MemberId>, notice: Notice) -> Result<()> {
        let (organisation, _) = self.place()?;
        let mut told: BTreeSet<MemberId> = actor.into_iter().collect();
        let to: Vec<_> = notice.to.iter().copied().filter(|(member, _)| told.insert(*member)).collect();
        if to.is_empty() {
            return Ok(());
        }
        let chosen = chosen(self, organisation, &notice, &to).await?;
        for (member, reason) in to {
            let ways = chosen.get(&member).copied().unwrap_or(notice.kind.usual());
            self.notify_one(&notice, actor, member, reason, ways).await?;
        }
        Ok(())
    }

    async fn notify_one(
        &mut self,
        notice: &Notice,
        actor: Option<MemberId>,
        member: MemberId,
        reason: Reason,
        ways: Ways,
    ) -> Result<()> {
        if ways == Ways::NONE {
            return Ok(());
        }
        let (organisation, _) = self.place()?;
        let (id, now): (Uuid, _) = (self.new_id(), self.now());
        let written = sql("insert into notification
               (id, organisation_id, member_id, kind, reason, actor_id, record_id, source_id, path, title,
                excerpt, created_at, in_app, mail)
             select $1, m.organisation_id, m.id, $4, $5, $6, $7, $8, $9, $10, $11, $12, $15, $16
             from member m
             where m.organisation_id = $2 and m.id = $3 and m.state = 'active' and m.deleted_at is null
               and (select count(*) from notification n
                    where n.organisation_id = $2 and n.member_id = $3 and n.actor_id = $6 and n.kind = $4
                      and $13 < n.created_at) < $14")
        .bind(id)
        .bind(organisation)
        .bind(member)
        .bind(notice.kind.key())
        .bind(reason.key())
        .bind(actor)
        .bind(notice.record_id)
        .bind(notice.source_id)
        .bind(notice.path.as_str())
        .bind(notice.title.as_str())
        .bind(excerpt(&notice.text))
        .bind(now)
        .bind(now - Duration::hours(1))
        .bind(MOST_AN_HOUR)
        .bind(ways.in_app)
        .bind(ways.mail.key())
        .execute(&mut *self)
        .await?;
        if written == 0 {
            return self.hold_back(actor, member, notice.kind).await;
        }
        if ways.in_app {
            self.tell(Topic::member(member), "notification.added", id);
        }
        if ways.mail == ByMail::AtOnce {
            let job = jobs::NewJob::new(MAIL, json!({ "notification": id, "member": member }));
            self.enqueue(job.at(now + MAIL_WAITS)).await?;
        }
        if ways.push {
            for (device,) in devices(self, organisation, member).await? {
                let task = json!({ "notification": id, "member": member, "device": device });
                self.enqueue(jobs::NewJob::new(PUSH, task)).await?;
            }
        }
        Ok(())
    }

    /// Counts what a member is told beyond the most on the last thing of the kind that they were told by the same person:
    /// nothing of it is hidden from them. Who has left is told nothing.
    async fn hold_back(&mut self, actor: Option<MemberId>, member: MemberId, kind: NoticeKind) -> Result<()> {
        let (organisation, _) = self.place()?;
        let last: Option<(Uuid,)> = sql("update notification set held_back = held_back + 1
             where organisation_id = $1 and id = (
               select n.id from notification n
               where n.organisation_id = $1 and n.member_id = $2 and n.actor_id = $3 and n.kind = $4
               order by n.created_at desc, n.id desc
               limit 1)
             returning id")
        .bind(organisation)
        .bind(member)
        .bind(actor)
        .bind(kind.key())
        .optional(&mut *self)
        .await?;
        if let Some((id,)) = last {
            self.tell(Topic::member(member), "notification.added", id);
        }
        Ok(())
    }

    /// Tells members of something in the place of what they were told about the same record before: of a conversation
    /// the newest message is enough.
    pub async fn notify_anew(&mut self, notice: Notice) -> Result<()> {
        let members: Vec<MemberId> = notice.to.iter().map(|(member, _)| *member).collect();
        self.forget(notice.record_id, &members).await?;
        self.notify(notice).await
    }

    /// Lets go of what members were told about a record that they may not see any more.
    pub async fn take_back_from(&mut self, record_id: Uuid, members: &[MemberId]) -> Result<()> {
        for member in self.forget(record_id, members).await? {
            self.tell(Topic::member(member), "notification.gone", record_id);
        }
        Ok(())
    }

    async fn forget(&mut self, record_id: Uuid, members: &[MemberId]) -> Result<Vec<MemberId>> {
        let (organisation, _): (OrganisationId, _) = self.place()?;
        let gone: Vec<(MemberId,)> = sql("delete from notification
             where organisation_id = $1 and record_id = $2 and member_id in ")
        .bind(organisation)
        .bind(record_id)
        .push_list(members.iter().copied())
        .push(" returning member_id")
        .all(&mut *self)
        .await?;
        Ok(gone.into_iter().map(|(member,)| member).collect())
    }

    /// Lets what came from something come from something else from now on, which stands for it.
    pub async fn hand_over(&mut self, source_id: Uuid, to: Uuid) -> Result<()> {
        let (organisation, _): (OrganisationId, _) = self.place()?;
        sql("update notification set source_id = $3 where organisation_id = $1 and source_id = $2")
            .bind(organisation)
            .bind(source_id)
            .bind(to)
            .execute(&mut *self)
            .await?;
        Ok(())
    }

    /// Lets go of what came from something that is gone.
    pub async fn take_back(&mut self, source_id: Uuid) -> Result<()> {
        let (organisation, _): (OrganisationId, _) = self.place()?;
        let gone: Vec<(MemberId,)> =
            sql("delete from notification where organisation_id = $1 and source_id = $2
             returning member_id")
            .bind(organisation)
            .bind(source_id)
            .all(&mut *self)
            .await?;
        for (member,) in gone {
            self.tell(Topic::member(member), "notification.gone", source_id);
        }
        Ok(())
    }
}

/// What members have chosen for a kind of notice where it belongs, or else everywhere.
async fn chosen(
    tx: &mut Tx,
    organisation: OrganisationId,
    notice: &Notice,
    to: &[(MemberId, Reason)],
) -> Result<BTreeMap<MemberId, Ways>> {
    // All zeros, which is everywhere, comes first, so that what holds in the place wins.
    let rows: Vec<(MemberId, bool, String, bool)> = sql("select member_id, in_app, mail, push
         from notification_setting
         where organisation_id = $1 and kind = $2 and place_id in ($3, $4) and member_id in ")
    .bind(organisation)
    .bind(notice.kind.key())
    .bind(Uuid::nil())
    .bind(notice.place_id.unwrap_or_default())
    .push_list(to.iter().map(|(member, _)| *member))
    .push(" order by place_id ")
    .all(tx)
    .await?;
    let ways = |in_app, mail: String, push| {
        let mail = mail.parse().unwrap_or(notice.kind.usual().mail);
        Ways { in_app, mail, push }
    };
    Ok(rows.into_iter().map(|(member, in_app, mail, push)| (member, ways(in_app, mail, push))).collect())
}

/// The browsers in which a member is told.
async fn devices(tx: &mut Tx, organisation: OrganisationId, member: MemberId) -> Result<Vec<(Uuid,)>> {
    Ok(sql("select id from push_subscription where organisation_id = $1 and member_id = $2 order by id")
        .bind(organisation)
        .bind(member)
        .all(tx)
        .await?)
}

/// The beginning of a text, in one line.
fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= EXCERPT {
        return line;
    }
    let mut short: String = line.chars().take(EXCERPT - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt(" Two\n\nlines "), "Two lines");
        assert!(excerpt(&"word ".repeat(100)).ends_with("word…"));
    }

    proptest! {
        #[test]
        fn an_excerpt_is_never_longer_and_begins_like_the_text(text in "\\PC{0,400}") {
            let short = excerpt(&text);
            prop_assert!(short.chars().count() <= EXCERPT);
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert!(line.starts_with(short.trim_end_matches('…')));
        }
    }
}
