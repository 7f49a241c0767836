//! Workflows for other programs.

use kernel::{
    Cx, FieldId,
    Permission::{ItemView, WorkflowDesign, WorkflowPublish},
    StepId, TeamId, TransitionId, WorkflowId,
};
use rest::{Answer, Call, Created, Filter, Json, Key, List, Listed, Needs::May, Page, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{approval::StepApproval, design::export};
use crate::{
    acts::{
        design::{self, NewWorkflow},
        workflow as acts,
    },
    automatic::{Automatic, Gives},
    booking::BookingNeed,
    form::Terms,
    model::{self, FieldKind, StepKind},
    sla::Sla,
};

/// What is published of workflows.
pub fn routes() -> Routes {
    let view = May(ItemView);
    Routes::new("Workflows", "Processes as steps and ways between them, along which items move.")
        .list("/workflows", "List workflows", view, view, list)
        .post("/workflows", "Make a workflow", May(WorkflowPublish), create)
        .read("/workflows/{workflow}", "Read a workflow", view, read)
        .file("/workflows/{workflow}/export", "Export the design of a workflow", May(WorkflowDesign), export)
}

/// A workflow.
#[derive(Debug, Serialize, ToSchema)]
struct Workflow {
    id: WorkflowId,
    /// The letters before the number of its items.
    #[schema(example = "UC")]
    key: String,
    #[schema(example = "Used car intake")]
    name: String,
    /// What one of its items is called.
    #[schema(example = "vehicle")]
    item_noun: String,
    /// How many items it has.
    items: i64,
    /// How many of them are in no last step.
    open_items: i64,
}

impl Record for Workflow {}

impl From<&model::Workflow> for Workflow {
    fn from(workflow: &model::Workflow) -> Self {
        let open = workflow.all_steps().filter(|step| step.kind != StepKind::Done);
        Workflow {
            id: workflow.head.id,
            key: workflow.head.key.clone(),
            name: workflow.head.name.clone(),
            item_noun: workflow.head.item_noun.clone(),
            items: workflow.all_steps().map(|step| step.item_count).sum(),
            open_items: open.map(|step| step.item_count).sum(),
        }
    }
}

impl Listed for Workflow {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, sort: &str) -> Key {
        Key::Text(match sort {
            "key" => self.key.to_lowercase(),
            _ => self.name.to_lowercase(),
        })
    }
}

/// A workflow with all that it is made of.
#[derive(Debug, Serialize, ToSchema)]
struct WorkflowDetails {
    id: WorkflowId,
    /// The letters before the number of its items.
    #[schema(example = "UC")]
    key: String,
    #[schema(example = "Used car intake")]
    name: String,
    /// What one of its items is called.
    #[schema(example = "vehicle")]
    item_noun: String,
    /// How many items it has.
    items: i64,
    /// How many of them are in no last step.
    open_items: i64,
    /// Its steps in order. Items begin in the first.
    steps: Vec<WorkflowStep>,
    /// The ways between them.
    transitions: Vec<WorkflowTransition>,
    /// What is kept of each item, in the order of its form.
    fields: Vec<WorkflowField>,
}

impl Record for WorkflowDetails {}

/// A step of a workflow.
#[derive(Debug, Serialize, ToSchema)]
struct WorkflowStep {
    id: StepId,
    #[schema(example = "Test and inspect")]
    name: String,
    /// Items begin in `start`, are worked on in `work` and end in `done`.
    #[schema(inline)]
    kind: StepKind,
    /// Who works here.
    team: Option<TeamId>,
    /// How many items may be here before the board warns.
    wip_limit: Option<i64>,
    /// How many items are here.
    items: i64,
    /// Who decides here whether an item goes on, if somebody does.
    approval: Option<StepApproval>,
    /// What it does by itself, if nobody works here.
    automatic: Option<Automatic>,
    /// Whom it gives items to that come here; none leaves them whose they are.
    gives: Option<Gives>,
    /// How long items may stay here, if that is limited.
    sla: Option<Sla>,
    /// What has to be booked before items go on from here, if anything has.
    booking: Option<BookingNeed>,
    /// What is to be done here; empty where nothing is said.
    #[schema(example = "Drive at least 15 km.")]
    instructions: String,
}

impl WorkflowStep {
    fn new(step: model::Step, instructions: String) -> Self {
        WorkflowStep {
            instructions,
            id: step.id,
            name: step.name,
            kind: step.kind,
            team: step.team_id,
            wip_limit: step.wip_limit,
            items: step.item_count,
            approval: step.approval.as_ref().map(StepApproval::from),
            automatic: step.automatic,
            gives: step.gives,
            sla: step.sla,
            booking: step.booking,
        }
    }
}

/// A way from one step of a workflow to another. Items move along these only.
#[derive(Debug, Serialize, ToSchema)]
struct WorkflowTransition {
    id: TransitionId,
    /// What taking it is called.
    #[schema(example = "Start test")]
    name: String,
    /// The step where it starts.
    from: StepId,
    /// The step where it leads.
    to: StepId,
    /// Whether it leads back. The others ask for the required fields of the step that an item leaves.
    rework: bool,
    /// Whether it is taken by what is refused. One that leads back is, too.
    refuses: bool,
    /// The condition under which it is open, in a part of CEL that reads the fields by their keys; empty for always.
    #[schema(example = "amount > 5000")]
    guard: String,
}

impl From<model::Transition> for WorkflowTransition {
    fn from(way: model::Transition) -> Self {
        WorkflowTransition {
            id: way.id,
            name: way.name,
            from: way.from_step_id,
            to: way.to_step_id,
            rework: way.rework,
            refuses: way.refuses,
            guard: way.guard,
        }
    }
}

/// A field of a workflow's items.
#[derive(Debug, Serialize, ToSchema)]
struct WorkflowField {
    id: FieldId,
    /// Its name in the data of items.
    #[schema(example = "mileage")]
    key: String,
    /// Its name on pages.
    #[schema(example = "Mileage")]
    label: String,
    /// What it holds. In the data of items a `number` is a whole number, `money` a whole number of minor units of the
    /// organisation's currency, a `flag` true or not there, `choices` and a `checklist` a list of texts, and all else a text: a
    /// `date` as in `2025-11-24`, a `date_time` as in `2025-11-24T14:30:00+01:00`, a `choice` one of its choices, a `person` the
    /// id of a member and a `team` of a team. A `computed` is a number, in whole units of the currency if it is money; it can
    /// only be read. A `table` is a list of rows, each an object of values by the keys of its columns (`terms.columns`). A `signature`
    /// is an object: `drawn` strokes (points `x,y` between spaces, strokes between semicolons) or a `typed` name, and `by`, `name` and
    /// `at`, which say who signed and when and cannot be sent. A `file` is a list of ids of files that were uploaded to the item, 20 at
    /// most; those that were deleted or refused are not listed.
    #[schema(inline)]
    kind: FieldKind,
    /// Written behind a number.
    #[schema(example = "km")]
    unit: String,
    /// Whether an item needs it before it leaves the step forward.
    required: bool,
    /// The values of a choice, or the points of a checklist.
    choices: Vec<String>,
    /// What it asks for besides.
    terms: Terms,
    /// The step where it is filled in; none stands for every step.
    step: Option<StepId>,
}

impl From<model::Field> for WorkflowField {
    fn from(field: model::Field) -> Self {
        WorkflowField {
            id: field.id,
            key: field.key,
            label: field.label,
            kind: field.kind,
            unit: field.unit,
            required: field.required,
            choices: field.choices,
            terms: field.terms,
            step: field.step_id,
        }
    }
}

/// What a workflow is made from.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum WorkflowTemplate {
    Plain,
    Dealership,
    Content,
    Onboarding,
    Service,
    Purchase,
    Quality,
}

impl WorkflowTemplate {
    fn key(self) -> &'static str {
        match self {
            WorkflowTemplate::Plain => "plain",
            WorkflowTemplate::Dealership => "dealership",
            WorkflowTemplate::Content => "content",
            WorkflowTemplate::Onboarding => "onboarding",
            WorkflowTemplate::Service => "service",
            WorkflowTemplate::Purchase => "purchase",
            WorkflowTemplate::Quality => "quality",
        }
    }
}

/// A workflow to be made. It runs at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WorkflowToMake {
    #[schema(example = "Warranty claims", min_length = 1, max_length = 60)]
    name: String,
    /// The letters before the number of its items, unlike those of every other workflow. They stay as they are.
    #[schema(example = "WC", pattern = "^[A-Za-z][A-Za-z0-9]{0,5}$")]
    key: String,
    /// What one of its items is called.
    #[schema(example = "claim", min_length = 1, max_length = 30)]
    item_noun: String,
    /// Which steps, ways and fields it begins with.
    #[schema(inline)]
    template: WorkflowTemplate,
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct WorkflowFilter {
    /// Words in the name.
    q: Option<String>,
}

impl Filter for WorkflowFilter {
    const SORTS: &'static [&'static str] = &["name", "key"];
}

async fn list(call: Call<(), List<WorkflowFilter>>) -> Answer<Page<Workflow>> {
    let words = call.input.filter.q.as_deref().map(str::to_lowercase);
    let workflows = acts::all(&call.cx).await?;
    let fits =
        |workflow: &Workflow| words.as_ref().is_none_or(|words| workflow.name.to_lowercase().contains(words));
    call.input.page(workflows.iter().map(Workflow::from).filter(fits).collect())
}

async fn read(call: Call<String>) -> Answer<WorkflowDetails> {
    show(&call.cx, &call.path).await
}

async fn create(call: Call<(), Json<WorkflowToMake>>) -> Answer<Created<WorkflowDetails>> {
    let WorkflowToMake { name, key, item_noun, template } = call.input.0;
    let new = NewWorkflow { name, key, item_noun, template: template.key().to_owned() };
    let head = design::create(&call.cx, new).await?;
    Ok(Created { at: format!("/workflows/{}", head.key), record: show(&call.cx, &head.key).await? })
}

async fn show(cx: &Cx, key: &str) -> Answer<WorkflowDetails> {
    let (workflow, fields) = acts::details(cx, key).await?;
    let Workflow { id, key, name, item_noun, items, open_items } = Workflow::from(&workflow);
    let mut instructions = acts::instructions(cx, &workflow).await?;
    let step = |step: model::Step| {
        let said = instructions.remove(&step.id).unwrap_or_default();
        WorkflowStep::new(step, said)
    };
    Ok(WorkflowDetails {
        id,
        key,
        name,
        item_noun,
        items,
        open_items,
        steps: workflow.steps.into_iter().map(step).collect(),
        transitions: workflow.transitions.into_iter().map(WorkflowTransition::from).collect(),
        fields: fields.into_iter().map(WorkflowField::from).collect(),
    })
}
