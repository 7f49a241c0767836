//! What rules do with items.

use std::collections::BTreeMap;

use chrono::{Days, TimeDelta};
use kernel::{
    BookingWish, BuiltIn, Cx, Directory, Error, JobTypeId, Letter, Mail, MemberId, NoticeKind, OrNotFound,
    Permission, Reason, Result, Role, Tx, mention,
};
use serde_json::json;
use uuid::Uuid;

use super::{KeptRule, Log};
use crate::{
    acts::{
        Source, approval, booking, comment, engine,
        item::{self, Form, add, around, go, words::name_of, write_changes},
        item_event, tell,
    },
    automatic::{Gives, Whom},
    automation::{Action, MAILS_AN_HOUR, NOTICES_AN_HOUR, Sent, filled, is_place, places_in},
    model::{Field, Item, Priority, Workflow},
    repo, rules,
};

/// Does all of it, in order. `log` says what was done.
pub(super) async fn all(
    tx: &mut Tx,
    cx: &Cx,
    (workflow, fields, sent): (&Workflow, &[Field], Option<&Sent>),
    item: Item,
    kept: &KeptRule,
    directory: &Directory,
    log: &mut Log,
) -> Result<()> {
    let mut desk = Desk {
        cx,
        workflow,
        fields,
        before: item.clone(),
        item,
        kept,
        directory,
        sent,
        place: 0,
        written: 0,
        writes: false,
        mails: 0,
        notices: 0,
        why: String::new(),
    };
    for (place, action) in kept.rule.then.iter().enumerate() {
        desk.place = place;
        match desk.act(tx, action).await {
            Ok(done) => log.done.push(done),
            Err(error) => return Err(desk.blamed(error, log)),
        }
    }
    desk.place = kept.rule.then.len();
    if let Err(error) = desk.keep(tx).await {
        return Err(desk.blamed(error, log));
    }
    let sent = (desk.mails, desk.notices);
    if let Some(cause) = cx.cause().filter(|_| sent != (0, 0)) {
        repo::automation::note_sent(&mut *tx, cx.organisation_id(), cause.run, sent).await?;
    }
    log.why = desk.why;
    Ok(())
}

/// An item that a rule has in hand. What changes of it is written down at once before something else is done, so that several
/// changes are one entry of its history.
struct Desk<'a> {
    cx: &'a Cx,
    workflow: &'a Workflow,
    fields: &'a [Field],
    before: Item,
    item: Item,
    kept: &'a KeptRule,
    directory: &'a Directory,
    /// What came and set the rule off, if that did.
    sent: Option<&'a Sent>,
    /// Which thing is being done, from 0.
    place: usize,
    /// As many things are written down.
    written: usize,
    /// Whether it writes down what was done before.
    writes: bool,
    /// As many mails were written.
    mails: i64,
    /// As many members were told.
    notices: i64,
    /// Why something was not sent.
    why: String,
}

/// How many there are of something that is counted.
fn count<T>(these: &[T]) -> i64 {
    i64::try_from(these.len()).unwrap_or(i64::MAX)
}

fn refused(why: impl Into<String>) -> Error {
    Error::Conflict(why.into())
}

impl Desk<'_> {
    /// Lets `log` end before what failed: where writing down did, that is the first thing that was to be written.
    fn blamed(&self, error: Error, log: &mut Log) -> Error {
        if self.writes {
            log.done.truncate(self.written);
        }
        error
    }

    async fn act(&mut self, tx: &mut Tx, action: &Action) -> Result<String> {
        match action {
            Action::Assign(gives) => self.assign(tx, gives).await,
            // Only places of what came stand for something in a value.
            Action::Set { field, value } => self.set(field, &self.fill(&BTreeMap::new(), value)?),
            Action::Prioritise { priority } => {
                self.item.card.priority = *priority;
                Ok(format!("Priority: {}", priority.label()))
            }
            Action::Due { days } => {
                let day = self.cx.today().date().checked_add_days(Days::new((*days).into()));
                let day = day.ok_or_else(|| refused("There is no such day."))?;
                self.item.card.due_on = Some(day);
                Ok(format!("Due: {day}"))
            }
            Action::Comment { text } => self.comment(tx, text).await,
            Action::Tell { whom, text } => self.tell(tx, *whom, text).await,
            Action::Mail { whom, subject, text } => self.mail(tx, *whom, subject, text).await,
            Action::Create { workflow, title, fields } => {
                self.keep(tx).await?;
                let facts = self.facts(tx).await?;
                let write = |text: &str| self.fill(&facts, text);
                let values = fields.iter().map(|(key, text)| write(text).map(|text| (key.clone(), text)));
                let form = Form {
                    title: write(title)?,
                    priority: Priority::default(),
                    assignee_id: Ok(None),
                    due_on: Ok(None),
                    data: item::Sent::Texts(values.collect::<Result<_>>()?),
                };
                let made = add(tx, self.cx, *workflow, form).await;
                let (other, made) = made.map_err(|error| match error {
                    Error::NotFound => refused("The workflow of the new item is gone."),
                    error => error,
                })?;
                Ok(format!("Added {} {}", other.head.item_key(made.card.number), made.card.title))
            }
            Action::Move { to } => {
                self.keep(tx).await?;
                let here = self.item.card.step_id;
                let step = self.workflow.beside(here, *to);
                let step = step.ok_or_else(|| refused("The step that it is moved to is gone."))?;
                if here == step.id {
                    return Ok(format!("It was in {} already", step.name));
                }
                self.item = go(tx, self.cx, self.workflow, self.item.clone(), step.id).await?;
                self.before = self.item.clone();
                Ok(format!("Moved to {}", step.name))
            }
            Action::Book { job_type, minutes } => self.book(tx, *job_type, *minutes).await,
            Action::Call => {
                let facts = json!({ "rule": self.kept.id, "name": self.kept.rule.name });
                let id = self.item.card.id;
                tx.record(item_event("item.rule_called", self.workflow.head.id, id, facts)).await?;
                Ok("Called the webhooks that ask for item.rule_called".to_owned())
            }
        }
    }

    /// Writes down what was changed, and lets the item go on where it can now.
    async fn keep(&mut self, tx: &mut Tx) -> Result<()> {
        let (before, mut item) = (&self.before, self.item.clone());
        (item.card.tag, item.card.amount) = rules::summary(self.fields, &item.data);
        if item == *before {
            self.written = self.place;
            return Ok(());
        }
        self.writes = true;
        let (cx, workflow) = (self.cx, self.workflow);
        let (item, _) = write_changes(tx, cx, workflow, self.fields, before, item).await?;
        if item.data != before.data {
            approval::ask_anew(tx, cx, workflow, &item).await?;
        }
        self.item = engine::changed(tx, cx, workflow, item).await?;
        self.before = self.item.clone();
        (self.written, self.writes) = (self.place, false);
        Ok(())
    }

    async fn assign(&mut self, tx: &mut Tx, gives: &Gives) -> Result<String> {
        let step = self.workflow.step(self.item.card.step_id).or_not_found()?;
        let to = engine::whom(tx, self.cx, step, gives, &self.item).await?;
        let Some(to) = to else {
            let why = match gives {
                Gives::Nobody => {
                    self.item.card.assignee_id = None;
                    return Ok("Assignee: nobody".to_owned());
                }
                Gives::Member(id) => {
                    format!("{} is no active member any more.", name_of(tx, self.cx, *id).await?)
                }
                Gives::Field(key) => {
                    let field = self.fields.iter().find(|field| field.key == *key);
                    format!("{} names no active member.", field.map_or(key, |field| &field.label))
                }
                Gives::Creator => "Whoever added it is no active member any more.".to_owned(),
                Gives::LeastLoaded | Gives::InTurn => {
                    format!("Nobody is in a team that works in {}.", step.name)
                }
            };
            return Err(refused(why));
        };
        self.item.card.assignee_id = Some(to);
        Ok(format!("Assignee: {}", name_of(tx, self.cx, to).await?))
    }

    fn set(&mut self, key: &str, value: &str) -> Result<String> {
        let field = self.fields.iter().find(|field| field.key == key);
        let field = field.ok_or_else(|| refused(format!("The form has no field {key} any more.")))?;
        let only = std::slice::from_ref(field);
        self.item.data = rules::read_values(
            only,
            &self.item.data,
            |_| Some(value),
            &around(self.cx, Some(self.directory)),
        )?;
        let currency = &self.cx.membership().settings.currency;
        let shown = rules::show_value(field, self.item.data.get(key), currency, self.directory);
        let shown = if shown.is_empty() { "empty".to_owned() } else { shown };
        Ok(format!("{}: {shown}", field.label))
    }

    async fn book(&self, tx: &mut Tx, job_type: JobTypeId, minutes: Option<i64>) -> Result<String> {
        let known = self.cx.job_types((&mut *tx).into()).await?;
        let known = known.into_iter().find(|known| known.id == job_type);
        let known = known.ok_or_else(|| refused("The job type that it books is gone."))?;
        let wish = BookingWish { item_id: self.item.card.id, step_id: None, job_type_id: job_type, minutes };
        self.cx.want_booking(tx, wish).await?;
        booking::tell(tx, self.workflow.head.id, self.item.card.id);
        Ok(format!("Asked for a booking: {}", known.name))
    }

    async fn comment(&mut self, tx: &mut Tx, text: &str) -> Result<String> {
        self.keep(tx).await?;
        let body = kernel::read_comment(&self.write(tx, text).await?)?;
        let people = self
            .directory
            .people
            .iter()
            .filter(|person| person.active)
            .map(|person| (person.id, person.name.as_str()));
        let named = mention::named(&body, people);
        comment::write(tx, self.cx, self.cx.new_id(), self.item.card.id, &body, &named).await?;
        Ok(format!("Commented: {body}"))
    }

    async fn tell(&mut self, tx: &mut Tx, whom: Whom, text: &str) -> Result<String> {
        self.keep(tx).await?;
        let text = self.write(tx, text).await?;
        let to = self.whom(tx, whom).await?;
        let names = self.names(tx, &to).await?;
        let source = Source { kind: NoticeKind::Changed, source_id: self.cx.new_id::<Uuid>(), text: &text };
        if to.is_empty() {
            return Ok(format!("Nobody to tell: {text}"));
        }
        let (_, before) = self.sent(tx).await?;
        if NOTICES_AN_HOUR < before + self.notices + count(&to) {
            self.why = format!("A rule tells members {NOTICES_AN_HOUR} times within an hour at most.");
            return Ok(format!("Not told, as too much was within an hour: {names}: {text}"));
        }
        self.notices += count(&to);
        tell(tx, self.cx, &self.workflow.head, &self.item.card, source, to).await?;
        Ok(format!("Told {names}: {text}"))
    }

    async fn mail(&mut self, tx: &mut Tx, whom: Whom, subject: &str, text: &str) -> Result<String> {
        self.keep(tx).await?;
        let subject = self.write(tx, subject).await?;
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = self.write(tx, text).await?;
        let mut to = Vec::new();
        for (id, reason) in self.whom(tx, whom).await? {
            if self.may_see(tx, id).await? {
                to.push((id, reason));
            } else if let Whom::Member(id) = whom {
                return Err(refused(format!("{} may not see items.", name_of(tx, self.cx, id).await?)));
            }
        }
        if to.is_empty() {
            return Ok(format!("Nobody to send a mail to: {subject}"));
        }
        let names = self.names(tx, &to).await?;
        let (before, _) = self.sent(tx).await?;
        if MAILS_AN_HOUR < before + self.mails + count(&to) {
            self.why = format!("A rule sends {MAILS_AN_HOUR} mails within an hour at most.");
            return Ok(format!("Not sent, as too much was within an hour: a mail to {names}: {subject}"));
        }
        self.mails += count(&to);
        let link = self.link();
        let key = self.workflow.head.item_key(self.item.card.number);
        for (id, _) in to {
            let found: Option<(String, String)> = db::sql(
                "select a.name, a.email
                 from member m
                 join account a on a.id = m.account_id
                 where m.organisation_id = $1 and m.id = $2",
            )
            .bind(self.cx.organisation_id())
            .bind(id)
            .optional(&mut *tx)
            .await?;
            let (name, email) = found.or_not_found()?;
            tx.send(&Mail {
                key: Mail::key_of_act(self.cx.visit(), "rule"),
                to: email,
                subject: subject.clone(),
                letter: Letter::to(name).quotes(&text).button(format!("Open {key}"), &link).note(format!(
                    "The rule {} of {} sends this.",
                    self.kept.rule.name, self.workflow.head.name
                )),
            })
            .await?;
        }
        Ok(format!("Sent a mail to {names}: {subject}"))
    }

    /// How many mails and how many notices the rule has sent within an hour, without this run.
    async fn sent(&self, tx: &mut Tx) -> Result<(i64, i64)> {
        let since = self.cx.now() - TimeDelta::hours(1);
        Ok(repo::automation::sent_since(tx, self.cx.organisation_id(), self.kept.id, since).await?)
    }

    /// Whether a member may see items: by the role that everybody has, or by one that they were given everywhere.
    async fn may_see(&self, tx: &mut Tx, id: MemberId) -> Result<bool> {
        let rows: Vec<(String, Option<String>, Option<serde_json::Value>)> = db::sql(
            "select m.role, g.role_key, r.permissions
             from member m
             left join member_grant g
               on g.organisation_id = m.organisation_id and g.member_id = m.id and g.scope_kind = 'organisation'
             left join role r
               on r.organisation_id = g.organisation_id and r.id = g.role_id and r.deleted_at is null
             where m.organisation_id = $1 and m.id = $2",
        )
        .bind(self.cx.organisation_id())
        .bind(id)
        .all(&mut *tx)
        .await?;
        let sees = Permission::ItemView;
        let by_role = |role: &str| role.parse::<Role>().is_ok_and(|role| role.permissions().has(sees));
        let built_in = |key: &str| BuiltIn::granted(key).has(sees);
        let own = |keys: &serde_json::Value| {
            keys.as_array().is_some_and(|keys| keys.iter().any(|key| key == sees.key()))
        };
        Ok(rows.iter().any(|(role, key, keys)| {
            by_role(role) || key.as_deref().is_some_and(built_in) || keys.as_ref().is_some_and(own)
        }))
    }

    /// Those who are meant, as far as they are active. A member who is named has to be.
    async fn whom(&self, tx: &mut Tx, whom: Whom) -> Result<Vec<(MemberId, Reason)>> {
        let organisation_id = self.cx.organisation_id();
        let (ids, reason) = match whom {
            Whom::Assignee => (self.item.card.assignee_id.into_iter().collect(), Reason::Assignee),
            Whom::Creator => (self.item.created_by.into_iter().collect(), Reason::Author),
            Whom::Team => {
                let team = self.workflow.step(self.item.card.step_id).and_then(|step| step.team_id);
                (repo::decision::of_team(&mut *tx, organisation_id, team).await?, Reason::Addressed)
            }
            Whom::Member(id) => (vec![id], Reason::Addressed),
        };
        let active = if ids.is_empty() {
            Vec::new()
        } else {
            repo::decision::active(&mut *tx, organisation_id, &ids).await?
        };
        if let (Whom::Member(id), true) = (whom, active.is_empty()) {
            return Err(refused(format!(
                "{} is no active member any more.",
                name_of(tx, self.cx, id).await?
            )));
        }
        Ok(active.into_iter().map(|id| (id, reason)).collect())
    }

    async fn names(&self, tx: &mut Tx, members: &[(MemberId, Reason)]) -> Result<String> {
        let mut names = Vec::new();
        for (id, _) in members {
            names.push(name_of(tx, self.cx, *id).await?);
        }
        Ok(names.join(", "))
    }

    /// A text with values of the item in the place of their names.
    async fn write(&self, tx: &mut Tx, text: &str) -> Result<String> {
        let facts = self.facts(tx).await?;
        self.fill(&facts, text)
    }

    /// A text with facts, and values of what came, in the place of their names.
    fn fill(&self, facts: &BTreeMap<String, String>, text: &str) -> Result<String> {
        let Some(sent) = self.sent else { return Ok(filled(text, |name| facts.get(name).cloned())) };
        let mut values = BTreeMap::new();
        for place in places_in(text) {
            values.insert(place, sent.text(place).map_err(refused)?);
        }
        let value = |name: &str| if is_place(name) { values.get(name) } else { facts.get(name) };
        Ok(filled(text, |name| value(name).cloned()))
    }

    fn link(&self) -> String {
        let key = self.workflow.head.item_key(self.item.card.number);
        format!("{}/items/{key}", self.cx.visit().site().base_url())
    }

    /// What texts can say of the item.
    async fn facts(&self, tx: &mut Tx) -> Result<BTreeMap<String, String>> {
        let card = &self.item.card;
        let currency = &self.cx.membership().settings.currency;
        let mut facts: BTreeMap<String, String> = self
            .fields
            .iter()
            .map(|field| {
                (
                    field.key.clone(),
                    rules::show_value(field, self.item.data.get(&field.key), currency, self.directory),
                )
            })
            .collect();
        let step = self.workflow.step(card.step_id).map_or_else(String::new, |step| step.name.clone());
        let assignee = match card.assignee_id {
            Some(id) => name_of(tx, self.cx, id).await?,
            None => "nobody".to_owned(),
        };
        let due = card.due_on.map_or_else(|| "no day".to_owned(), |day| day.to_string());
        let own = [
            ("key", self.workflow.head.item_key(card.number)),
            ("title", card.title.clone()),
            ("step", step),
            ("priority", card.priority.label().to_owned()),
            ("assignee", assignee),
            ("due", due),
            ("link", self.link()),
        ];
        facts.extend(own.map(|(name, value)| (name.to_owned(), value)));
        Ok(facts)
    }
}
