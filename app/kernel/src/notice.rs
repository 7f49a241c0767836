//! Telling members of something: the vocabulary that domains tell with, and that the inbox shows.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::Permission;

/// What somebody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NoticeKind {
    /// Somebody gave an item to them.
    Assigned,
    /// Somebody named them in a comment.
    Mentioned,
    /// Somebody commented on something that they have to do with.
    Commented,
    /// Somebody wrote to them.
    Messaged,
}

impl NoticeKind {
    /// All of them, the most pressing first.
    pub const ALL: &'static [NoticeKind] =
        &[NoticeKind::Assigned, NoticeKind::Mentioned, NoticeKind::Commented, NoticeKind::Messaged];

    /// The lasting key.
    pub fn key(self) -> &'static str {
        match self {
            NoticeKind::Assigned => "item.assigned",
            NoticeKind::Mentioned => "comment.mentioned",
            NoticeKind::Commented => "comment.added",
            NoticeKind::Messaged => "message.received",
        }
    }

    /// As the settings name it.
    pub fn label(self) -> &'static str {
        match self {
            NoticeKind::Assigned => "Assignments",
            NoticeKind::Mentioned => "Mentions",
            NoticeKind::Commented => "Comments",
            NoticeKind::Messaged => "Messages",
        }
    }

    /// When it comes, in a sentence.
    pub fn when(self) -> &'static str {
        match self {
            NoticeKind::Assigned => "Somebody gives you an item.",
            NoticeKind::Mentioned => "Somebody names you in a comment, with an @ before your name.",
            NoticeKind::Commented => {
                "Somebody comments on an item that is yours, that you added, or that you commented on."
            }
            NoticeKind::Messaged => "Somebody writes to you, or in a group that you have not muted.",
        }
    }

    /// What one must be allowed to see to be told; none when every member may.
    pub fn permission(self) -> Option<Permission> {
        match self {
            NoticeKind::Assigned | NoticeKind::Mentioned | NoticeKind::Commented => {
                Some(Permission::ItemView)
            }
            NoticeKind::Messaged => None,
        }
    }
}

/// Why this member is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// It is theirs to do.
    Assignee,
    /// They were named.
    Named,
    /// They added it.
    Author,
    /// They wrote in it.
    TookPart,
    /// It was sent to them.
    Addressed,
}

impl Reason {
    /// All of them.
    pub const ALL: &'static [Reason] =
        &[Reason::Assignee, Reason::Named, Reason::Author, Reason::TookPart, Reason::Addressed];

    /// The lasting key.
    pub fn key(self) -> &'static str {
        match self {
            Reason::Assignee => "assignee",
            Reason::Named => "named",
            Reason::Author => "author",
            Reason::TookPart => "took_part",
            Reason::Addressed => "addressed",
        }
    }

    /// As the inbox says it.
    pub fn sentence(self) -> &'static str {
        match self {
            Reason::Assignee => "it is assigned to you",
            Reason::Named => "you were named",
            Reason::Author => "you added it",
            Reason::TookPart => "you commented on it",
            Reason::Addressed => "it was sent to you",
        }
    }
}

impl FromStr for NoticeKind {
    type Err = ();

    fn from_str(key: &str) -> Result<Self, ()> {
        NoticeKind::ALL.iter().copied().find(|kind| kind.key() == key).ok_or(())
    }
}

impl FromStr for Reason {
    type Err = ();

    fn from_str(key: &str) -> Result<Self, ()> {
        Reason::ALL.iter().copied().find(|reason| reason.key() == key).ok_or(())
    }
}

impl fmt::Display for NoticeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

#[cfg(feature = "ssr")]
pub(crate) use told::sweep;
#[cfg(feature = "ssr")]
pub use told::{Notice, attention, unread};

#[cfg(feature = "ssr")]
mod told {
    use std::collections::BTreeSet;

    use chrono::{DateTime, Duration, Utc};
    use db::sql;
    use uuid::Uuid;

    use super::{NoticeKind, Reason};
    use crate::{Cx, MemberId, OrganisationId, Result, Topic, Tx};

    /// How much one member may tell another within an hour. More is noise, and what it is about is in the inbox already.
    const MOST_AN_HOUR: i64 = 60;
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
               select id from notification where organisation_id = $1 and member_id = $2 and read_at is null
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
               select id from notification where organisation_id = $1 and member_id = $2 and read_at is null
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
    pub(crate) async fn sweep(
        tx: &mut db::Tx,
        organisation: OrganisationId,
        now: DateTime<Utc>,
    ) -> Result<u64> {
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
            let (organisation, actor) = self.place()?;
            let now = self.now();
            let mut told = BTreeSet::from([actor]);
            for (member, reason) in notice.to {
                if !told.insert(member) {
                    continue;
                }
                let id: Uuid = self.new_id();
                let written = sql("insert into notification
                       (id, organisation_id, member_id, kind, reason, actor_id, record_id, source_id, path, title,
                        excerpt, created_at)
                     select $1, m.organisation_id, m.id, $4, $5, $6, $7, $8, $9, $10, $11, $12
                     from member m
                     where m.organisation_id = $2 and m.id = $3 and m.state = 'active' and m.deleted_at is null
                       and not exists (
                         select s.kind from notification_setting s
                         where s.organisation_id = $2 and s.member_id = $3 and s.kind = $4 and not s.in_app)
                       and (select count(*) from notification n
                            where n.organisation_id = $2 and n.member_id = $3 and n.actor_id = $6
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
                .execute(&mut *self)
                .await?;
                if written == 1 {
                    self.tell(Topic::member(member), "notification.added", id);
                }
            }
            Ok(())
        }

        /// Tells members of something in the place of what they were told about the same record before: of a
        /// conversation the newest message is enough.
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        for kind in NoticeKind::ALL {
            assert_eq!(kind.key().parse(), Ok(*kind));
        }
        for reason in Reason::ALL {
            assert_eq!(reason.key().parse(), Ok(*reason));
        }
        assert!("item.flown".parse::<NoticeKind>().is_err());
    }
}
