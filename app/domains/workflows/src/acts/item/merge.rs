//! What somebody writes on a page while others change the item: field by field, nobody's words are lost.

use kernel::{Cx, Error, FieldError, Result, Tx};

use super::{Form, Sent, as_clocks_show, form::Ground, words};
use crate::{
    form::{self, file},
    model::{Act, Activity, Field, FieldKind, Item, Priority, Seen, Values},
    repo,
};

/// The form on top of the item as it is now: only what differs from what its writer saw. What others changed meanwhile stays, and
/// where that is the same field with another value, each of these fields has an error that says so.
pub(super) async fn on_top_of(
    tx: &mut Tx,
    cx: &Cx,
    (fields, key): (&[Field], &str),
    item: &Item,
    seen: &Seen,
    form: Form,
) -> Result<Form> {
    let of = Some((item.card.id, key));
    let ground = Ground { fields, step: item.card.step_id, before: &seen.data, item: of };
    let (title, mine) = form.read(tx, cx, ground).await?;
    let theirs = form::visible(fields, &as_clocks_show(cx, fields, &item.data));
    let mut clashes: Vec<(String, &str)> = Vec::new();
    let mut clash = |name: &str, label| clashes.push((name.to_owned(), label));

    let title = merged(&seen.title, title, &item.card.title).unwrap_or_else(|theirs| {
        clash("title", "Title");
        theirs
    });
    let level = merged(&seen.priority, form.priority, &item.card.priority);
    let priority: Priority = level.unwrap_or_else(|theirs| {
        clash("priority", "Priority");
        theirs
    });
    let assignee_id = merged(&seen.assignee_id, form.assignee_id?, &item.card.assignee_id);
    let assignee_id = assignee_id.unwrap_or_else(|theirs| {
        clash("assignee_id", "Assignee");
        theirs
    });
    let due_on = merged(&seen.due_on, form.due_on?, &item.card.due_on).unwrap_or_else(|theirs| {
        clash("due_on", "Due");
        theirs
    });
    let mut data = Values::new();
    for field in fields.iter().filter(|field| field.kind != FieldKind::Computed) {
        let value = |values: &Values| values.get(&field.key).cloned();
        let (base, mine, theirs) = (value(&seen.data), value(&mine), value(&theirs));
        if mine == base {
            continue;
        }
        // Files are put in one by one, and nobody's is in the way of another.
        if field.kind == FieldKind::File {
            let made = file::merged(base.as_ref(), mine.as_ref(), theirs.as_ref());
            data.insert(field.key.clone(), made.unwrap_or_default());
            continue;
        }
        match merged(&base, mine, &theirs) {
            Ok(mine) => drop(data.insert(field.key.clone(), mine.unwrap_or_default())),
            Err(_) => clash(&format!("data[{}]", field.key), &field.label),
        }
    }
    if clashes.is_empty() {
        return Ok(Form {
            title,
            priority,
            assignee_id: Ok(assignee_id),
            due_on: Ok(due_on),
            data: Sent::Values(data),
        });
    }
    Err(refusal(tx, cx, item, clashes).await?)
}

/// What stays of a value that two people saw as `base`: that of whoever changed it; theirs where both changed it to something
/// else, as an error.
fn merged<T: PartialEq + Clone>(base: &T, mine: T, theirs: &T) -> Result<T, T> {
    if mine == *base {
        Ok(theirs.clone())
    } else if theirs == base || *theirs == mine {
        Ok(mine)
    } else {
        Err(theirs.clone())
    }
}

/// Whether what a history calls so is a field, a row of it, or who signed it.
fn is_of(said: &str, label: &str) -> bool {
    let rest = said.strip_prefix("the signature of ").unwrap_or(said).strip_prefix(label);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(", row "))
}

/// Says of each field what somebody else wrote there. The page takes `version` for the sign that it may be saved again on top of
/// that.
async fn refusal(tx: &mut Tx, cx: &Cx, item: &Item, clashes: Vec<(String, &str)>) -> Result<Error> {
    let entries = repo::activity::list(&mut *tx, cx.organisation_id(), item.card.id).await?;
    let mut mistakes = Vec::new();
    for (field, label) in clashes {
        let change = |entry: &Activity| match &entry.act {
            Act::Edited { changes } => changes.iter().find(|change| is_of(&change.label, label)).cloned(),
            _ => None,
        };
        let last = entries.iter().find_map(|entry| Some((entry.actor_id, change(entry)?)));
        let (who, change) = match last {
            Some((Some(id), change)) => (words::name_of(tx, cx, id).await?, Some(change)),
            Some((None, change)) => ("Somebody".to_owned(), Some(change)),
            None => ("Somebody".to_owned(), None),
        };
        let wrote = match change {
            Some(change) if change.label.starts_with(&format!("{label}, row ")) => {
                "changed its rows".to_owned()
            }
            Some(change) if !change.to.is_empty() => format!("wrote “{}”", change.to),
            _ => "emptied it".to_owned(),
        };
        let message = format!("{who} {wrote} meanwhile. Save again to keep yours.");
        mistakes.push(FieldError { field, message });
    }
    mistakes.push(FieldError { field: "version".to_owned(), message: String::new() });
    Ok(Error::Invalid(mistakes))
}
