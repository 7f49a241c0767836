//! The unit of work: what an act changes, tells, sends and has done later, all of it or nothing.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use db::{Chain, Query, dialect, sql};
use uuid::Uuid;

use crate::{
    AccountId, Cx, Error, Event, Mail, MailId, MemberId, Membership, OrNotFound, OrganisationId, Result,
    Topic, Visit, audit, error::internal, mail, mail::MailJob,
};

/// A unit of work: changes, the record of them and the jobs they cause, all or nothing.
#[derive(Debug)]
pub struct Tx {
    unit: db::Tx,
    visit: Visit,
    membership: Option<Arc<Membership>>,
    news: Vec<live::NewNews>,
    /// What is written into the audit log at the end.
    records: Vec<Event>,
    /// What is counted at the end, by the rows that hold the counts.
    tallies: BTreeMap<Uuid, Tally>,
    has_jobs: bool,
}

/// A row with a count that many change: it is held as shortly as can be, and rows always in the order of their ids, so that
/// nobody waits for somebody who waits for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// The row's table, which has a `version`.
    pub table: &'static str,
    /// The column that counts.
    pub count: &'static str,
    /// How much is added.
    pub by: i64,
    /// The version that the row has to have, if that matters.
    pub version: Option<i64>,
    /// What is said where it has another one, or is gone.
    pub refusal: &'static str,
}

impl Tally {
    /// What they are called in a chain of statements. Where more rows are counted, there is none.
    const NAMES: [&str; 4] = ["counted_1", "counted_2", "counted_3", "counted_4"];

    fn push_to(self, query: Query, organisation: OrganisationId, row: Uuid) -> Query {
        query
            .push("update ")
            .push(self.table)
            .push(" set ")
            .push(self.count)
            .push(" = ")
            .push(self.count)
            .push(" + ")
            .push_bind(self.by)
            .push(" where organisation_id = ")
            .push_bind(organisation)
            .push(" and id = ")
            .push_bind(row)
            .push(" and version = coalesce(")
            .push_bind(self.version)
            .push(", version)")
    }
}

impl<'a> From<&'a mut Tx> for db::On<'a> {
    fn from(tx: &'a mut Tx) -> Self {
        (&mut tx.unit).into()
    }
}

impl<'a> From<&'a mut Tx> for db::Writer<'a> {
    fn from(tx: &'a mut Tx) -> Self {
        (&mut tx.unit).into()
    }
}

impl Tx {
    /// What a visit does outside any organisation but the one it works in.
    pub(crate) fn new(unit: db::Tx, visit: Visit) -> Self {
        Tx {
            unit,
            visit,
            membership: None,
            news: Vec::new(),
            records: Vec::new(),
            tallies: BTreeMap::new(),
            has_jobs: false,
        }
    }

    /// What a member does.
    pub(crate) fn by(self, membership: Arc<Membership>) -> Self {
        Tx { membership: Some(membership), ..self }
    }

    /// Lets the rest of this unit of work see the memberships of a person whose log-in is under way.
    pub async fn also_account(&mut self, account: AccountId) -> Result<()> {
        Ok(self.unit.also_account(account.uuid()).await?)
    }

    /// Writes what the member did into the audit log, as the last thing before the commit, and tells open pages after it.
    pub async fn record(&mut self, mut event: Event) -> Result<()> {
        self.place()?;
        let (topic, kind, subject_id) = (event.topic.clone(), event.kind, event.subject_id);
        if let (Some(agent), serde_json::Value::Object(facts)) = (self.visit.agent(), &mut event.data) {
            facts.insert("by_key".into(), agent.name.clone().into());
        }
        let heard = self.visit.site().on_event.map(|on_event| (on_event, event.clone()));
        self.records.push(event);
        if let Some(topic) = topic {
            self.tell(topic, kind, subject_id);
        }
        if let (Some((on_event, event)), Some(membership)) = (heard, self.membership.clone()) {
            let cx = Cx::acting(self.visit.clone(), membership);
            on_event(self, &cx, &event).await?;
        }
        Ok(())
    }

    /// Adds to the count of a row as one of the last things before the commit. [`Error::Conflict`] comes of it then.
    pub fn tally(&mut self, row: Uuid, tally: Tally) {
        let there = self.tallies.entry(row).or_insert(Tally { by: 0, ..tally });
        there.by += tally.by;
        there.version = there.version.or(tally.version);
    }

    /// Tells the member's own open pages of something that is nobody else's business, after the commit.
    pub fn tell_oneself(&mut self, kind: &'static str, subject_id: Uuid) {
        if let Ok((_, member)) = self.place() {
            self.tell(Topic::member(member), kind, subject_id);
        }
    }

    /// Tells open pages of something that the audit log need not keep, after the commit.
    pub fn tell(&mut self, Topic { name, hearers }: Topic, kind: &'static str, subject_id: Uuid) {
        self.news.push(live::NewNews { topic: name, kind, subject_id, hearers });
    }

    /// Tells in one piece of news what was to be told under this topic: where many records change at once, pages ask for all
    /// of it anew instead of for each.
    pub fn tell_as_one(&mut self, topic: Topic, kind: &'static str, subject_id: Uuid) {
        self.news.retain(|news| news.topic != topic.name);
        self.tell(topic, kind, subject_id);
    }

    /// The organisation in which something is done, and who does it.
    pub(crate) fn place(&self) -> Result<(OrganisationId, MemberId)> {
        let membership = self.membership.as_ref().ok_or_else(|| Error::Internal {
            reference: format!("{}: outside an organisation", self.visit.request_id()),
        })?;
        Ok((membership.organisation_id, membership.member_id))
    }

    /// Now.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.visit.now()
    }

    /// A new id.
    pub(crate) fn new_id(&self) -> Uuid {
        self.visit.new_id()
    }

    /// Enqueues a job of the organisation, or of nobody outside of one; it runs after the commit.
    pub async fn enqueue(&mut self, job: jobs::NewJob) -> Result<jobs::Enqueued> {
        let organisation = self.membership.as_ref().map(|membership| membership.organisation_id.uuid());
        let (id, now) = (self.visit.new_id(), self.visit.now());
        self.has_jobs = true;
        Ok(jobs::enqueue(&mut self.unit, id, now, job.of(organisation)).await?)
    }

    /// Writes a mail into the outbox; it goes out after the commit, and at most once for its key.
    pub async fn send(&mut self, mail: &Mail) -> Result<()> {
        let organisation = self.membership.as_ref().map(|membership| membership.organisation_id);
        match mail::write(&mut self.unit, &self.visit, organisation, mail).await? {
            Some(id) => self.enqueue_mail(id).await,
            None => Ok(()),
        }
    }

    /// Sends a mail of the organisation once more that failed or may have been sent. [`Error::Conflict`] when it is in
    /// another state by now, or what it said is not kept any more.
    pub async fn send_again(&mut self, id: MailId) -> Result<()> {
        let organisation = self.membership.as_ref().map(|membership| membership.organisation_id);
        mail::again(&mut self.unit, organisation.or_not_found()?, id).await?;
        self.enqueue_mail(id).await
    }

    async fn enqueue_mail(&mut self, mail: MailId) -> Result<()> {
        let payload = serde_json::to_value(MailJob { mail })
            .map_err(|cause| internal("The job of a mail cannot be written as JSON", &cause))?;
        self.enqueue(jobs::NewJob::new(Mail::JOB, payload)).await?;
        Ok(())
    }

    /// Does what others wait for meanwhile: counts, writes into the audit log, and tells.
    async fn settle(&mut self, membership: &Membership) -> Result<()> {
        if self.tallies.is_empty() && self.records.is_empty() && self.news.is_empty() {
            return Ok(());
        }
        let organisation = membership.organisation_id;
        let act = audit::Act {
            actor: membership.member_id,
            supporter: self.visit.supporter(),
            request_id: self.visit.request_id(),
            at: self.visit.now(),
        };
        if dialect::writes_in_one(self.unit.engine())
            && let Some(chain) = self.in_one(organisation, act)
        {
            let refusal = self.tallies.values().next().map_or("", |tally| tally.refusal);
            return match chain.run(&mut self.unit).await? {
                0 => Err(Error::Conflict(refusal.into())),
                _ => Ok(()),
            };
        }
        for (row, tally) in &self.tallies {
            if tally.push_to(sql(""), organisation, *row).execute(&mut self.unit).await? != 1 {
                return Err(Error::Conflict(tally.refusal.into()));
            }
        }
        audit::append(&mut self.unit, organisation, act, &self.records).await?;
        Ok(live::outbox::append(&mut self.unit, organisation.uuid(), act.at, &self.news).await?)
    }

    /// All of that as one statement, if it is not too much. It changes nothing where a row that is counted is not as it has
    /// to be.
    fn in_one(&self, organisation: OrganisationId, act: audit::Act<'_>) -> Option<Chain> {
        if Tally::NAMES.len() < self.tallies.len() {
            return None;
        }
        let chain = Tally::NAMES.into_iter().zip(&self.tallies).fold(
            Chain::default(),
            |chain, (name, (row, tally))| {
                chain.then(name, |query, before| {
                    tally.push_to(query, organisation, *row).push_if(before).push(" returning 1")
                })
            },
        );
        let chain = audit::append_in(chain, organisation, act, &self.records)?;
        live::outbox::append_in(chain, self.unit.engine(), organisation.uuid(), act.at, &self.news)
    }

    /// Makes it so, then tells open pages and wakes the workers of this process.
    pub async fn commit(mut self) -> Result<()> {
        // Outside an organisation nothing is counted, recorded or told.
        if let Some(membership) = self.membership.clone() {
            if let Some(row) = self.visit.act() {
                sql("update api_answer set done_at = $3 where organisation_id = $1 and id = $2")
                    .bind(membership.organisation_id)
                    .bind(row)
                    .bind(self.visit.now())
                    .execute(&mut self.unit)
                    .await?;
            }
            self.settle(&membership).await?;
        }
        self.unit.commit().await?;
        if self.has_jobs {
            self.visit.site().queue().wake();
        }
        if let Some(membership) = self.membership.filter(|_| !self.news.is_empty()) {
            self.visit.site().hub().follow(membership.organisation_id.uuid());
        }
        Ok(())
    }
}
