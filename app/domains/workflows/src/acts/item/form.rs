//! What is written of items: read against who there is, what clocks of the organisation show, and what the form asks for.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use kernel::{Cx, Directory, Error, ItemId, MemberId, Result, StepId, Tx};
use serde_json::Value;

use super::{files, words};
use crate::{
    form::{
        self, Place,
        file::{self, FileNames, Offered},
        signature::Signer,
        value::{self, Around, Clocks},
    },
    model::{Field, FieldKind, Priority, Values},
    rules,
};

/// What people and programs write of an item. What could not be read is said when its turn comes.
#[derive(Debug, Clone)]
pub struct Form {
    /// Its title.
    pub title: String,
    /// How pressing it is.
    pub priority: Priority,
    /// Who works on it.
    pub assignee_id: Result<Option<MemberId>>,
    /// When it should be done.
    pub due_on: Result<Option<NaiveDate>>,
    /// Values of the workflow's fields. Fields that were not sent keep theirs.
    pub data: Sent,
}

/// Values by field key.
#[derive(Debug, Clone)]
pub enum Sent {
    /// As people write them.
    Texts(BTreeMap<String, String>),
    /// As they are kept.
    Values(Values),
}

/// What a form is written on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    /// The fields of the form.
    pub fields: &'a [Field],
    /// The step that the item is in.
    pub step: StepId,
    /// What it holds already.
    pub before: &'a Values,
    /// The item and what it is called; none for one that is not there yet.
    pub item: Option<(ItemId, &'a str)>,
}

impl Form {
    pub(super) async fn read(&self, tx: &mut Tx, cx: &Cx, ground: Ground<'_>) -> Result<(String, Values)> {
        let Ground { fields, step, before, item } = ground;
        let names_somebody = |field: &Field| matches!(field.kind, FieldKind::Person | FieldKind::Team);
        let directory = if fields.iter().any(names_somebody) {
            Some(Directory::read(&mut *tx, cx.organisation_id()).await?)
        } else {
            None
        };
        let signs = fields.iter().any(|field| field.kind == FieldKind::Signature);
        let name = match cx.actor_id().filter(|_| signs) {
            Some(id) => words::name_of(tx, cx, id).await?,
            None => String::new(),
        };
        let shelf = match item {
            Some(item) => Some(files::shelf(tx, cx, item, &files::wanted(self, fields, before)).await?),
            None => None,
        };
        let (written, before) = (before, &as_clocks_show(cx, fields, before));
        let data = {
            let around = Around {
                signer: signer(cx, &name),
                files: shelf.as_ref().map_or(Offered::None, Offered::Of),
                ..around(cx, directory.as_ref())
            };
            match &self.data {
                Sent::Texts(data) => form::known(fields, data.keys().map(String::as_str)).and_then(|()| {
                    rules::read_values(fields, before, |key| data.get(key).map(String::as_str), &around)
                }),
                Sent::Values(data) => rules::take_values(fields, before, data, &around),
            }
        };
        let place = Place { step, role: Some(cx.membership().role) };
        let gone = match &data {
            Ok(data) => {
                let held = &file::all(fields, before) | &file::all(fields, data);
                files::gone(&mut *tx, cx, held).await?
            }
            Err(_) => FileNames::new(),
        };
        let data = data.and_then(|data| form::kept(fields, place, before, data, &gone));
        both(rules::read_title(&self.title), data.map(|data| as_written(written, data, before)))
    }
}

/// The values of `now` that are the same as in `shown`, as they were `written`: a moment that is the same is no change.
pub(in crate::acts) fn as_written(written: &Values, mut now: Values, shown: &Values) -> Values {
    for (key, value) in written {
        if now.get(key).is_some_and(|now| shown.get(key) == Some(now)) {
            now.insert(key.clone(), value.clone());
        }
    }
    now
}

/// The values with moments as clocks of the organisation show them, in whatever zone they were written: so all judge alike.
pub(in crate::acts) fn as_clocks_show(cx: &Cx, fields: &[Field], data: &Values) -> Values {
    let mut data = data.clone();
    for field in fields.iter().filter(|field| field.kind == FieldKind::DateTime) {
        if let Some(Value::String(moment)) = data.get_mut(&field.key)
            && let Ok(Some(Value::String(now))) = value::of_text(field, moment, &around(cx, None))
        {
            *moment = now;
        }
    }
    data
}

/// Who signs what somebody sends, by their name.
pub(in crate::acts) fn signer<'a>(cx: &Cx, name: &'a str) -> Signer<'a> {
    Signer::Somebody { member: cx.actor_id(), name, at: cx.now() }
}

/// What values are read against in an organisation. Nobody signs or brings files.
pub(in crate::acts) fn around<'a>(cx: &'a Cx, directory: Option<&'a Directory>) -> Around<'a> {
    Around { directory, clocks: cx, signer: Signer::Nobody, files: Offered::None }
}

/// Those of the organisation, whatever zone the person is in.
impl Clocks for Cx {
    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.naive_utc() + TimeDelta::seconds(offset_at(self, at).into())
    }

    fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        kernel::instant(local, |at| offset_at(self, at))
    }
}

/// Seconds east of UTC that clocks of the organisation have at an instant.
fn offset_at(cx: &Cx, at: DateTime<Utc>) -> i32 {
    (cx.visit().site().offsets())(&cx.membership().settings.home_zone, at)
}

/// Both results, or the mistakes of both.
fn both<A, B>(a: Result<A>, b: Result<B>) -> Result<(A, B)> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(Error::Invalid(mut a)), Err(Error::Invalid(b))) => {
            a.extend(b);
            Err(Error::Invalid(a))
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}
