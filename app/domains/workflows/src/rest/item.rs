//! Items for other programs.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use kernel::{
    Cx, Error, ItemId, MemberId,
    Permission::{ItemCreate, ItemDelete, ItemEdit, ItemExport, ItemMove as MayMove, ItemView},
    StepId, TeamId,
};
use rest::{Answer, Call, Created, Filter, Json, List, Needs::May, Page, Problem, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    activity, approval,
    body::{ItemChange, ItemMove, NewItem, of_body},
    sla, wrong_after,
};
use crate::{
    acts::{
        item::{self as acts, Asked},
        workflow,
    },
    filter::{self, Assignee, Due, Sort, SortBy},
    model::{self, Step, Values, Workflow},
    repo::list::{Cursor, DueSpan},
};

/// The longest search, in characters.
const WORDS_MAX: usize = 100;

/// What is published of items.
pub fn routes() -> Routes {
    let (view, export) = (May(ItemView), May(ItemExport));
    Routes::new("Items", "What moves through a workflow: in one step at a time, along its transitions.")
        .list("/items", "List items", view, export, list)
        .post("/items", "Create an item", May(ItemCreate), create)
        .read("/items/{item}", "Read an item", view, read)
        .update("/items/{item}", "Change an item", May(ItemEdit), update)
        .delete("/items/{item}", "Delete an item", May(ItemDelete), delete)
        .post("/items/{item}/restore", "Bring an item back", May(ItemDelete), restore)
        .act("/items/{item}/move", "Move an item", May(MayMove), move_to)
        .act("/items/{item}/undo-move", "Take the move of an item back", May(MayMove), undo_move)
        .read("/items/{item}/approval", "Read how the approval of an item stands", view, approval::read)
        .act("/items/{item}/decide", "Approve or refuse an item", view, approval::decide)
        .post("/items/{item}/withdraw", "Take one's decision back", view, approval::withdraw)
        .post("/items/{item}/delegate", "Hand one's decision on", view, approval::delegate)
        .post("/items/{item}/remind", "Remind those who decide", May(MayMove), approval::remind)
        .read("/items/{item}/clock", "Read how the clock of an item stands", view, sla::read)
        .act("/items/{item}/pause-clock", "Let the clock of an item stand still", May(ItemEdit), sla::pause)
        .act("/items/{item}/resume-clock", "Let the clock of an item run again", May(ItemEdit), sla::resume)
        .list("/items/{item}/activity", "List what happened to an item", view, export, activity::list)
}

/// An item.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Item {
    /// What people call it.
    #[schema(example = "UC-414")]
    key: String,
    id: ItemId,
    /// The key of its workflow.
    #[schema(example = "UC")]
    workflow: String,
    /// Its number in the workflow.
    #[schema(example = 414)]
    number: i64,
    #[schema(example = "Volvo V60 B4 Momentum")]
    title: String,
    /// The step that it is in.
    step: StepId,
    #[schema(example = "Test and inspect")]
    step_name: String,
    /// The version of its workflow that it stays on; none where it is on the one that runs.
    kept_version: Option<i64>,
    /// Since when.
    step_since: DateTime<Utc>,
    /// Until when it waits there, if the step keeps items for a while; past where nothing let it go on then.
    waits_until: Option<DateTime<Utc>>,
    /// How pressing it is: 0 not at all, 1 low, 2 medium, 3 high, 4 urgent.
    #[schema(minimum = 0, maximum = 4)]
    priority: i64,
    /// The member who works on it.
    assignee: Option<MemberId>,
    /// When it should be done.
    due_on: Option<NaiveDate>,
    /// The registration plate that is in its data, or empty.
    #[schema(example = "ABC 123")]
    tag: String,
    /// The first amount that is in its data, in minor units of the organisation's currency.
    #[schema(example = 1890050)]
    amount: Option<i64>,
    /// Values of the workflow's fields by their keys, each as its kind says. What is not filled in is not there.
    #[schema(value_type = Object, example = json!({"registration": "ABC 123", "mileage": 142300}))]
    data: Values,
    created_at: DateTime<Utc>,
    created_by: Option<MemberId>,
    updated_at: DateTime<Utc>,
    /// The version, which is also its `ETag`.
    version: i64,
}

impl Record for Item {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl Item {
    fn of(workflow: &Workflow, item: model::Item) -> Self {
        let card = item.card;
        let step = workflow.step(card.step_id);
        Item {
            key: workflow.head.item_key(card.number),
            id: card.id,
            workflow: workflow.head.key.clone(),
            number: card.number,
            title: card.title,
            step: card.step_id,
            step_name: step.map(|step| step.name.clone()).unwrap_or_default(),
            kept_version: workflow.kept_version(card.step_id).map(|version| version.number),
            step_since: card.step_since,
            waits_until: item.wakes_at,
            priority: card.priority.level(),
            assignee: card.assignee_id,
            due_on: card.due_on,
            tag: card.tag,
            amount: card.amount,
            data: item.data,
            created_at: item.created_at,
            created_by: item.created_by,
            updated_at: item.updated_at,
            version: card.version,
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct ItemFilter {
    /// Only items of the workflow with this key.
    #[param(example = "UC")]
    workflow: Option<String>,
    /// Only items in this step.
    #[param(value_type = Option<uuid::Uuid>)]
    step: Option<StepId>,
    /// Only items in steps of this team.
    #[param(value_type = Option<uuid::Uuid>)]
    team: Option<TeamId>,
    /// Only items of the member with this id, or of `nobody`.
    #[param(pattern = "^(nobody|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$")]
    assignee: Option<String>,
    /// Only items at least this pressing: 1 low, 2 medium, 3 high, 4 urgent.
    #[param(minimum = 1, maximum = 4)]
    priority: Option<i64>,
    /// Only items that are due before today, today, today or in the six days after it, or on no day.
    #[param(inline)]
    due: Option<Due>,
    /// Only items that stay on the earlier version of their workflow with this number.
    #[param(minimum = 1)]
    kept_version: Option<i64>,
    /// Only items that are due on this day or later.
    due_from: Option<NaiveDate>,
    /// Only items that are due on this day or earlier.
    due_until: Option<NaiveDate>,
    /// Words in the title, a part of the registration plate, or the number.
    #[param(max_length = 100)]
    q: Option<String>,
    /// Only items that were changed then or later.
    updated_since: Option<DateTime<Utc>>,
}

impl Filter for ItemFilter {
    const SORTS: &'static [&'static str] =
        &["number", "title", "step", "due", "priority", "amount", "updated"];
}

async fn list(call: Call<(), List<ItemFilter>>) -> Answer<Page<Item>> {
    let found = acts::list(&call.cx, &asked(&call.input)?).await?;
    let of = |(id, item)| Some(Item::of(found.running.workflow(id)?, item));
    let next = found.next.map(|next| URL_SAFE_NO_PAD.encode(next.to_string()));
    Ok(Page { data: found.items.into_iter().filter_map(of).collect(), next })
}

fn asked(list: &List<ItemFilter>) -> Answer<Asked> {
    let sent = &list.filter;
    let sort = Sort { by: SortBy::named(list.sort).unwrap_or_default(), descending: list.descending };
    let after = list.after.as_deref().map(|text| read_cursor(sort.by, text).ok_or_else(wrong_after));
    let filter = filter::Filter {
        q: read_words(sent.q.as_deref().unwrap_or_default())?,
        step: sent.step,
        team: sent.team,
        assignee: sent.assignee.as_deref().map(read_assignee).transpose()?,
        priority: sent.priority.map(read_least).transpose()?,
        due: sent.due,
        version: sent.kept_version.map(read_version).transpose()?,
    };
    Ok(Asked {
        workflow: sent.workflow.clone(),
        filter,
        updated_since: sent.updated_since.map(read_moment).transpose()?,
        due: DueSpan {
            from: sent.due_from.map(|day| read_day("due_from", day)).transpose()?,
            until: sent.due_until.map(|day| read_day("due_until", day)).transpose()?,
        },
        sort,
        after: after.transpose()?,
        limit: list.limit,
    })
}

/// Reads the cursor of a page. It has texts of people in it, and stands in the address as one word.
fn read_cursor(by: SortBy, text: &str) -> Option<Cursor> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    Cursor::read(by, &text)
}

fn read_words(text: &str) -> Answer<String> {
    let words = text.trim();
    if WORDS_MAX < words.chars().count() {
        return Err(Problem::parameter("q", format!("Search for {WORDS_MAX} characters at most.")));
    }
    Ok(words.to_owned())
}

fn read_assignee(text: &str) -> Answer<Assignee> {
    match text {
        "nobody" => Ok(Assignee::Nobody),
        id => id
            .parse()
            .map(Assignee::Member)
            .map_err(|_| Problem::parameter("assignee", "Send the id of a member, or nobody.")),
    }
}

/// Reads the number of a version.
fn read_version(number: i64) -> Answer<i64> {
    (0 < number)
        .then_some(number)
        .ok_or_else(|| Problem::parameter("kept_version", "Versions are numbered from 1."))
}

fn read_least(level: i64) -> Answer<i64> {
    let known = (1..=4).contains(&level);
    known.then_some(level).ok_or_else(|| Problem::parameter("priority", "A priority is 1 to 4 here."))
}

/// Not every database knows the moments of other years.
fn read_moment(at: DateTime<Utc>) -> Answer<DateTime<Utc>> {
    let known = (0..=9999).contains(&at.year());
    known.then_some(at).ok_or_else(|| Problem::parameter("updated_since", "Send a year of four digits."))
}

/// Nor their days.
fn read_day(name: &'static str, day: NaiveDate) -> Answer<NaiveDate> {
    let known = (0..=9999).contains(&day.year());
    known.then_some(day).ok_or_else(|| Problem::parameter(name, "Send a year of four digits."))
}

async fn read(call: Call<String>) -> Answer<Item> {
    show(&call.cx, &call.path).await
}

async fn create(call: Call<(), Json<NewItem>>) -> Answer<Created<Item>> {
    let new = call.input.0;
    let workflow =
        workflow::by_key(call.cx.db(), &call.cx, &new.workflow).await.map_err(|error| match error {
            Error::NotFound => Error::invalid("workflow", "There is no workflow with this key."),
            error => error,
        })?;
    let (workflow, item) =
        acts::create(&call.cx, workflow.head.id, new.form()?, "").await.map_err(of_body)?;
    let record = Item::of(&workflow, item);
    Ok(Created { at: format!("/items/{}", record.key), record })
}

async fn update(call: Call<String, Json<ItemChange>>) -> Answer<Item> {
    let (_, item) = acts::find(&call.cx, &call.path).await?;
    let card = &item.card;
    call.made_on(card.version)?;
    let form = call.input.0.form(&item)?;
    acts::save(&call.cx, card.id, card.version, form, None).await.map_err(of_body)?;
    show(&call.cx, &call.path).await
}

async fn delete(call: Call<String>) -> Answer<()> {
    let (_, model::Item { card, .. }) = acts::find_for(&call.cx, &call.path, ItemDelete).await?;
    call.made_on(card.version)?;
    Ok(acts::delete(&call.cx, card.id, Some(card.version)).await?)
}

async fn restore(call: Call<String>) -> Answer<Item> {
    let id = acts::find_deleted(&call.cx, &call.path).await?;
    acts::restore(&call.cx, id).await?;
    show(&call.cx, &call.path).await
}

async fn move_to(call: Call<String, Json<ItemMove>>) -> Answer<Item> {
    let choose = |workflow: &Workflow, card: &model::Card| -> Answer<StepId> {
        call.made_on(card.version)?;
        let to = find_step(workflow, workflow.steps_beside(card.step_id), &call.input.0.to);
        let unknown = || Error::invalid("to", "Choose a step of the workflow by its id or its name.");
        Ok(to.ok_or_else(unknown)?.id)
    };
    let (workflow, item) = acts::move_called(&call.cx, &call.path, choose).await?;
    Ok(Item::of(&workflow, item))
}

async fn undo_move(call: Call<String>) -> Answer<Item> {
    let (_, model::Item { card, .. }) = acts::find(&call.cx, &call.path).await?;
    call.made_on(card.version)?;
    acts::undo_move(&call.cx, card.id, card.version).await?;
    show(&call.cx, &call.path).await
}

/// The step with this id, or the one of these with this name.
pub(super) fn find_step<'a>(workflow: &'a Workflow, named: &'a [Step], text: &str) -> Option<&'a Step> {
    let by_id = text.parse().ok().and_then(|id| workflow.step(id));
    let name = text.trim().to_lowercase();
    by_id.or_else(|| named.iter().find(|step| step.name.to_lowercase() == name))
}

pub(super) async fn show(cx: &Cx, key: &str) -> Answer<Item> {
    let (workflow, item) = acts::find_whole(cx, key).await?;
    Ok(Item::of(&workflow, item))
}
