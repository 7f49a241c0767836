//! Designs out of files and into files.

use kernel::{Cx, Directory, OrNotFound, Permission, Result, WorkflowId};

use super::{
    booking,
    design::{self, apart, placed},
};
use crate::{
    automatic::{Automatic, Deed, Gives, Whom},
    definition::Definition,
    interchange::{self, Format, Read, called},
    model::Imported,
    repo,
};

/// A design as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What it is called.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// The design of a workflow as it is drafted, as a file.
pub async fn export(cx: &Cx, key: &str, format: Format) -> Result<File> {
    let design = design::open(cx, key).await?;
    let name = format!("{}.{}", design.live.head.key, format.ending());
    let text = apart(cx, move || interchange::write(&design.definition, format)).await?;
    Ok(File { name, text })
}

/// Reads a design out of a file for a workflow, with a place for every step. Nothing is changed: whoever reads it puts it into
/// the draft.
pub async fn read(cx: &Cx, id: WorkflowId, text: String) -> Result<Imported> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    repo::workflow::find(cx.db(), cx.organisation_id(), id).await?.or_not_found()?;
    let ids = cx.clone();
    let read = apart(&cx, move || interchange::read(text.as_bytes(), || ids.new_id())).await?;
    let Read { mut definition, mut report } = read?;
    let directory = Directory::load(&cx).await?;
    report.extend(without_strangers(&mut definition, &directory));
    let known = booking::known_for(cx.db(), &cx, &definition).await?;
    report.extend(booking::without_unknown(&mut definition, &known));
    Ok(Imported { definition: placed(&cx, definition).await?, report })
}

/// Takes teams and people out of a design that the organisation does not have, and says so.
pub(super) fn without_strangers(definition: &mut Definition, directory: &Directory) -> Option<String> {
    let mut steps: Vec<String> = Vec::new();
    for step in &mut definition.steps {
        let before = step.clone();
        step.team_id = step.team_id.filter(|team| directory.team(*team).is_some());
        if let Some(approval) = &mut step.approval {
            approval.approvers.retain(|id| directory.person(*id).is_some());
        }
        step.gives = step.gives.take().filter(|gives| match gives {
            Gives::Member(id) => directory.person(*id).is_some(),
            _ => true,
        });
        if let Some(sla) = &mut step.sla {
            sla.rungs.retain(|rung| rung.does.member().is_none_or(|id| directory.person(id).is_some()));
        }
        if let Some(Automatic::Act(deeds)) = &mut step.automatic {
            deeds.retain(|deed| match deed {
                Deed::Tell(Whom::Member(id)) => directory.person(*id).is_some(),
                _ => true,
            });
        }
        if before != *step {
            steps.push(called(&step.name));
        }
    }
    let named = steps.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
    match steps.len() {
        0 => None,
        1..=5 => Some(format!("Teams or people that are not known here were left out, in {named}.")),
        count => Some(format!(
            "Teams or people that are not known here were left out, in {named} and {} more.",
            count - 5
        )),
    }
}
