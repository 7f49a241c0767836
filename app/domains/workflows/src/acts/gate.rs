//! Whether the conditions of transitions let an item through.

use db::On;
use kernel::{Cx, Directory, OrNotFound, Result, Role, Tx};

use super::{booking, item::counted};
use crate::{
    automatic::{Automatic, Children, Deed, Gives, Wait},
    definition::{Definition, Finding},
    form::{
        file::Offered,
        value::{self, Around, Clocks},
    },
    guard::{Builtins, Guard, ask, formula::Formula},
    model::{Field, FieldKind, Item, Transition, Values, Workflow},
    repo,
    rules::{self, Refusal},
};

/// The name by which a condition asks how often an item was sent back.
const REWORK: &str = "rework";

/// What the conditions of the ways out of an item's step can read of it.
pub async fn builtins(on: impl Into<On<'_>>, cx: &Cx, workflow: &Workflow, item: &Item) -> Result<Builtins> {
    let asks = workflow.ways_out(item.card.step_id).any(|way| way.guard.contains(REWORK));
    read_of(on, cx, item, asks).await
}

/// What a condition can read of an item.
pub async fn builtins_for(on: impl Into<On<'_>>, cx: &Cx, item: &Item, condition: &str) -> Result<Builtins> {
    read_of(on, cx, item, condition.contains(REWORK)).await
}

async fn read_of(on: impl Into<On<'_>>, cx: &Cx, item: &Item, asks_for_rework: bool) -> Result<Builtins> {
    let card = &item.card;
    // Whoever asks: the same item is not open to one and closed to another.
    let today = Clocks::local(cx, cx.now()).date();
    // It is counted only where somebody asks.
    let rework =
        if asks_for_rework { repo::activity::reworks(on, cx.organisation_id(), card.id).await? } else { 0 };
    Ok(Builtins {
        title: card.title.clone(),
        priority: card.priority.level(),
        assigned: card.assignee_id.is_some(),
        overdue: card.due_on.is_some_and(|day| day < today),
        rework,
        today,
    })
}

/// Whether a transition is open to an item, and what its condition read, or why it is not.
pub fn may_pass(
    way: &Transition,
    fields: &[Field],
    item: &Item,
    builtins: &Builtins,
) -> Result<String, Refusal> {
    ask(&way.guard, fields, item, builtins).map_err(|why| Refusal::Closed { why })
}

/// A way that is open to an item, with what its condition read.
pub type OpenWay<'a> = (&'a Transition, String);

/// The first way on from its step that is open to an item, or why each is closed. `role` is that of whoever lets it go on, none for
/// the program itself.
pub async fn way_on<'a>(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &'a Workflow,
    item: &Item,
    role: Option<Role>,
) -> Result<std::result::Result<OpenWay<'a>, String>> {
    let open = ways_on(tx, cx, workflow, item, role, 1).await?;
    Ok(open.map(|(first, _)| first))
}

/// The only way on from its step that is open to an item; none where several are, or none is.
pub async fn only_way_on<'a>(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &'a Workflow,
    item: &Item,
) -> Result<Option<OpenWay<'a>>> {
    let open = ways_on(tx, cx, workflow, item, None, 2).await?;
    Ok(open.ok().filter(|(_, further)| further.is_empty()).map(|(only, _)| only))
}

/// The first way on that is open with the others, so many at most in all, or why each is closed.
async fn ways_on<'a>(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &'a Workflow,
    item: &Item,
    role: Option<Role>,
    most: usize,
) -> Result<std::result::Result<(OpenWay<'a>, Vec<OpenWay<'a>>), String>> {
    let from = workflow.step(item.card.step_id).or_not_found()?;
    let key = workflow.head.item_key(item.card.number);
    let fields =
        repo::workflow::fields_at(&mut *tx, cx.organisation_id(), workflow, item.card.step_id).await?;
    let item = &Item { data: counted(&mut *tx, cx, &fields, &item.data).await?, ..item.clone() };
    if let Err(refusal) = rules::may_leave(from.id, role, &fields, &item.data) {
        return Ok(Err(refusal.sentence(&key, &from.name)));
    }
    if let Some(refusal) = booking::refusal(Some(&mut *tx), cx, from, item.card.id).await? {
        return Ok(Err(refusal.sentence(&key, &from.name)));
    }
    let builtins = builtins(&mut *tx, cx, workflow, item).await?;
    let (mut open, mut why) = (Vec::new(), Vec::new());
    for way in workflow.ways_on(from.id) {
        match may_pass(way, &fields, item, &builtins) {
            Ok(because) => open.push((way, because)),
            Err(refusal) => why.push(refusal.sentence(&key, &from.name)),
        }
        if open.len() == most {
            break;
        }
    }
    let mut open = open.into_iter();
    if let Some(first) = open.next() {
        return Ok(Ok((first, open.collect())));
    }
    Ok(Err(match why.as_slice() {
        [] => format!("No way leads on from {}. The workflow has to be changed first.", from.name),
        why => format!("No way on from {} is open to {key}. {}", from.name, why.join(" ")),
    }))
}

/// What is wrong about what a design reads and writes of the form: in the conditions of ways, and in steps that do something
/// by themselves.
pub fn faults(definition: &Definition) -> Vec<Finding> {
    let fields = definition.form();
    let guarded = definition.transitions.iter().filter(|way| !way.guard.trim().is_empty());
    let of_ways = guarded.filter_map(|way| {
        let fault = Guard::parse(&way.guard, fields).err()?;
        Some((way.from, format!("The condition of {}: {fault}", way.name.trim())))
    });
    let of_steps = definition.steps.iter().flat_map(|step| {
        let faults = step.automatic.iter().flat_map(|does| does_not_fit(does, fields));
        let nobody = step.gives.as_ref().and_then(|gives| names_nobody(gives, fields));
        faults.chain(nobody).map(|fault| (step.id, format!("{}: {fault}", step.name.trim())))
    });
    let finding = |(step, text)| Finding { blocks: true, step: Some(step), text };
    let computed = fields.iter().filter(|field| field.kind == FieldKind::Computed);
    let of_fields = computed.filter_map(|field| {
        let fault = Formula::parse(&field.terms.formula, fields).err()?;
        let text = format!("{} is worked out: {fault}", field.label.trim());
        Some(Finding { blocks: true, step: field.step_id, text })
    });
    of_ways.chain(of_steps).map(finding).chain(of_fields).collect()
}

/// Members and teams that steps fill in, and that there are not.
pub fn strangers(definition: &Definition, directory: &Directory) -> Vec<Finding> {
    let around = Around { directory: Some(directory), ..Around::LOOSE };
    let mut found = Vec::new();
    for step in &definition.steps {
        let Some(Automatic::Act(deeds)) = &step.automatic else { continue };
        for deed in deeds {
            let Deed::Set { field, value } = deed else { continue };
            let known = definition.form().iter().find(|known| known.key == *field);
            let names = known.filter(|it| matches!(it.kind, FieldKind::Person | FieldKind::Team));
            if let Some(Err(fault)) = names.map(|known| value::of_text(known, value.trim(), &around)) {
                let text = format!("{}: {fault}", step.name.trim());
                found.push(Finding { blocks: true, step: Some(step.id), text });
            }
        }
    }
    found
}

/// What is wrong about the field that says whom a step gives items to.
fn names_nobody(gives: &Gives, fields: &[Field]) -> Option<String> {
    let Gives::Field(key) = gives else { return None };
    match fields.iter().find(|field| field.key == *key) {
        Some(known) if known.kind == FieldKind::Person => None,
        Some(known) => Some(format!("{} names no member to give items to.", known.label)),
        None => Some("Choose the field that names whom items are given to.".to_owned()),
    }
}

/// What is wrong about the fields that a step reads and writes.
fn does_not_fit(does: &Automatic, fields: &[Field]) -> Vec<String> {
    let find = |key: &str| fields.iter().find(|field| field.key == key);
    match does {
        Automatic::Wait(Wait::Until { field }) => match find(field) {
            Some(known) if matches!(known.kind, FieldKind::Date | FieldKind::DateTime) => Vec::new(),
            Some(known) => vec![format!("{} holds no day to wait for.", known.label)],
            None => vec!["Choose the field that holds the day to wait for.".to_owned()],
        },
        Automatic::Act(deeds) => {
            let wrong = |deed: &Deed| {
                let Deed::Set { field, value } = deed else { return None };
                let Some(known) = find(field) else {
                    return Some("Choose the field that is filled in.".to_owned());
                };
                if known.kind == FieldKind::Computed {
                    return Some(format!("{} is worked out and cannot be filled in.", known.label));
                }
                if known.kind == FieldKind::Flag && !matches!(value.trim(), "" | "true") {
                    return Some(format!("{} is filled in with true, or with nothing for no.", known.label));
                }
                let only = std::slice::from_ref(known);
                let sent = |key: &str| (key == known.key).then_some(value.as_str());
                let around = Around { files: Offered::None, ..Around::LOOSE };
                let read = rules::read_values(only, &Values::new(), sent, &around);
                read.err().map(|error| error.to_string())
            };
            deeds.iter().filter_map(wrong).collect()
        }
        Automatic::Children(Children { rows: Some(rows), .. })
            if find(rows).is_none_or(|field| field.kind != FieldKind::Table) =>
        {
            vec!["Choose the table whose rows begin items.".to_owned()]
        }
        Automatic::Branch
        | Automatic::Wait(Wait::For { .. })
        | Automatic::Parallel
        | Automatic::Join(_)
        | Automatic::Children(_) => Vec::new(),
    }
}
