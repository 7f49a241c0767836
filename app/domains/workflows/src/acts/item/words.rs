//! What happened to an item, in words.

use chrono::NaiveDate;
use kernel::{Cx, Directory, Error, MemberId, OrNotFound, Result, Tx};

use super::files;
use crate::{
    model::{Act, Change, Field, FieldKind, Item, Workflow},
    repo, rules,
};

/// Says who changed the item since the asker saw it, and where it is now.
pub(in crate::acts) async fn changed_meanwhile(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: &Item,
) -> Result<Error> {
    let key = workflow.head.item_key(item.card.number);
    let here = workflow.step(item.card.step_id).or_not_found()?;
    let entries = repo::activity::list(&mut *tx, cx.organisation_id(), item.card.id).await?;
    let who = match entries.first().and_then(|entry| entry.actor_id) {
        Some(id) => name_of(tx, cx, id).await?,
        None => match entries.first() {
            Some(entry) if !entry.rule.is_empty() => format!("The rule {}", entry.rule),
            _ => "Somebody".into(),
        },
    };
    let what = match entries.first().map(|entry| &entry.act) {
        Some(Act::Moved(_)) => format!("moved {key} to {} meanwhile", here.name),
        _ => format!("changed {key} meanwhile"),
    };
    Ok(Error::Conflict(format!("{who} {what}. Nothing was overwritten; look at it again.")))
}

/// What an edit changed, in words.
pub(super) async fn describe(
    tx: &mut Tx,
    cx: &Cx,
    fields: &[Field],
    before: &Item,
    after: &Item,
) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    let mut note = |label: &str, from: String, to: String| {
        if from != to {
            changes.push(Change { label: label.into(), from, to });
        }
    };
    note("Title", before.card.title.clone(), after.card.title.clone());
    note("Priority", before.card.priority.label().into(), after.card.priority.label().into());
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    note("Due", day(before.card.due_on), day(after.card.due_on));
    if before.card.assignee_id != after.card.assignee_id {
        let from = match before.card.assignee_id {
            Some(id) => name_of(tx, cx, id).await?,
            None => String::new(),
        };
        let to = match after.card.assignee_id {
            Some(id) => name_of(tx, cx, id).await?,
            None => String::new(),
        };
        note("Assignee", from, to);
    }
    let currency = &cx.membership().settings.currency;
    let names_somebody = |field: &Field| {
        matches!(field.kind, FieldKind::Person | FieldKind::Team)
            && before.data.get(&field.key) != after.data.get(&field.key)
    };
    let directory = if fields.iter().any(names_somebody) {
        Directory::read(&mut *tx, cx.organisation_id()).await?
    } else {
        Directory::default()
    };
    let files = files::names(tx, cx, fields, (&before.data, &after.data)).await?;
    changes.extend(rules::changes(fields, &before.data, &after.data, currency, &directory, &files));
    Ok(changes)
}

/// Names of members are common vocabulary; inside a unit of work the directory cannot be used.
pub(in crate::acts) async fn name_of(tx: &mut Tx, cx: &Cx, id: MemberId) -> Result<String> {
    let name: Option<(String,)> = db::sql(
        "select a.name from member m join account a on a.id = m.account_id
         where m.organisation_id = $1 and m.id = $2",
    )
    .bind(cx.organisation_id())
    .bind(id)
    .optional(tx)
    .await?;
    Ok(name.map_or_else(|| "Somebody".into(), |(name,)| name))
}
