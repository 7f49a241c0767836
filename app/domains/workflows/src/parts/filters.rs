//! The filter of a board or list: a plain form that writes the page's address, and a chip for each part of it.

use kernel::Viewer;
use leptos::prelude::*;
use leptos::{ev::SubmitEvent, wasm_bindgen::JsCast};
use leptos_router::hooks::use_navigate;
use ui::{ButtonVariant, Choice, FilterBar, FilterChip, LinkButton, Popover, Trigger, html, letters::lower};

use crate::{
    filter::{Assignee, Due, Filter, Sort, address},
    model::{Priority, Workflow},
    parts::{people::assignees, views::SaveView},
};

/// Where a page is: what its links and its form keep.
#[derive(Debug, Clone)]
pub struct Place {
    /// Path without the query.
    pub path: String,
    /// The filter.
    pub filter: Filter,
    /// The order, on a list.
    pub sort: Option<Sort>,
    /// Which page of the workflow it is, as a saved view names it.
    pub layout: &'static str,
    /// What else its address says.
    pub also: Option<(&'static str, String)>,
}

impl Place {
    /// The address with another filter.
    pub fn with(&self, filter: &Filter) -> String {
        address(&self.path, &self.pairs(filter))
    }

    /// The query string of the page, as a saved view keeps it: one of a calendar opens in the month of its day.
    pub fn query(&self) -> String {
        let mut pairs = self.pairs(&self.filter);
        pairs.retain(|(name, _)| *name != "month");
        address("", &pairs).trim_start_matches('?').to_owned()
    }

    fn pairs(&self, filter: &Filter) -> Vec<(&'static str, String)> {
        let mut pairs: Vec<_> = self.also.iter().cloned().collect();
        pairs.extend(filter.pairs());
        pairs.extend(self.sort.filter(|sort| *sort != Sort::default()).map(|sort| ("sort", sort.text())));
        pairs
    }
}

/// The filter form and its chips.
#[component]
pub fn Filters(
    /// Where the page is.
    place: Place,
    /// The workflow.
    workflow: Workflow,
    /// Who looks.
    viewer: Viewer,
) -> impl IntoView {
    let layout = place.layout;
    let chips = chips(&place, &workflow, &viewer);
    let some = !chips.is_empty();
    let clear = place.with(&Filter::default());
    let kept = kept(&place, &workflow);
    let form = form(&place, &workflow, &viewer);
    let query = place.query();
    let (navigate, target) = (use_navigate(), place.path.clone());
    let show = move |event: SubmitEvent| {
        if let Some(pairs) = filled(&event) {
            event.prevent_default();
            navigate(&address(&target, &pairs), Default::default());
        }
    };
    view! {
        <FilterBar>
            <Popover id="filter" label="Filter" trigger=Trigger::IconAndLabel(ButtonVariant::Ghost, "list-filter".into())>
                // Plain text: the form only makes up an address.
                <div on:submit=show inner_html=form></div>
            </Popover>
            {chips}
            {kept}
            {(some || layout == "lanes").then(|| view! { <SaveView layout query=query.clone()/> })}
            {some
                .then(|| {
                    view! { <LinkButton href=clear variant=ButtonVariant::Ghost>"Clear filters"</LinkButton> }
                })}
        </FilterBar>
    }
}

/// The form as text.
fn form(place: &Place, workflow: &Workflow, viewer: &Viewer) -> String {
    let filter = &place.filter;
    let teams = std::iter::once(Choice::new("", "Every team"))
        .chain(viewer.directory.teams.iter().map(|team| Choice::new(team.id.to_string(), team.name.clone())))
        .collect::<Vec<_>>();
    let steps = std::iter::once(Choice::new("", "Every step"))
        .chain(workflow.steps.iter().map(|step| Choice::new(step.id.to_string(), step.name.clone())))
        .collect::<Vec<_>>();
    let mut people = vec![Choice::new("", "Everybody"), Choice::new("nobody", "Nobody")];
    people.extend(assignees(&viewer.directory, None).into_iter().skip(1));
    let priorities = std::iter::once(Choice::new("", "Every priority"))
        .chain(Priority::ALL.into_iter().skip(1).map(|priority| {
            let label = if priority.level() == 4 {
                "Urgent".into()
            } else {
                format!("{} or higher", priority.label())
            };
            Choice::new(priority.level().to_string(), label)
        }))
        .collect::<Vec<_>>();
    let dues = std::iter::once(Choice::new("", "Any day"))
        .chain(Due::ALL.into_iter().map(|due| Choice::new(due.as_str(), due.label())))
        .collect::<Vec<_>>();
    let text = |value: Option<String>| value.unwrap_or_default();
    let assignee = text(filter.assignee.map(|assignee| match assignee {
        Assignee::Nobody => "nobody".into(),
        Assignee::Member(id) => id.to_string(),
    }));
    let sort = place.sort.filter(|sort| *sort != Sort::default()).map(Sort::text);
    let mut form = String::from("<form class=\"filter-form\" method=\"get\" action=\"");
    html::push_escaped(&mut form, &place.path);
    form.push_str("\">");
    html::push_text_field(&mut form, "q", "Words, plate or number", &filter.q, "search", 100);
    html::push_select(&mut form, "team", "Team", &teams, &text(filter.team.map(|id| id.to_string())));
    html::push_select(&mut form, "step", "Step", &steps, &text(filter.step.map(|id| id.to_string())));
    html::push_select(&mut form, "assignee", "Assignee", &people, &assignee);
    let priority = text(filter.priority.map(|level| level.to_string()));
    html::push_select(&mut form, "priority", "Priority", &priorities, &priority);
    html::push_select(&mut form, "due", "Due", &dues, &text(filter.due.map(|due| due.as_str().to_owned())));
    let version = filter.version.map(|number| ("version", number.to_string()));
    let sort = sort.map(|sort| ("sort", sort));
    for (name, value) in version.into_iter().chain(sort).chain(place.also.clone()) {
        form.push_str("<input type=\"hidden\" name=\"");
        form.push_str(name);
        form.push_str("\" value=\"");
        html::push_escaped(&mut form, &value);
        form.push_str("\">");
    }
    form.push_str("<div class=\"filter-actions\"><a class=\"button is-ghost\" href=\"");
    html::push_escaped(&mut form, &place.with(&Filter::default()));
    form.push_str("\"><span class=\"button-label\">Clear</span></a>");
    form.push_str("<button type=\"submit\" class=\"button is-primary\"><span class=\"button-label\">Show</span></button></div></form>");
    form
}

/// What a form holds that is being sent.
pub fn form_data(event: &SubmitEvent) -> Option<web_sys::FormData> {
    let form = event.target()?.dyn_into::<web_sys::HtmlFormElement>().ok()?;
    web_sys::FormData::new_with_form(&form).ok()
}

/// What was filled in; before hydration the browser sends the empty fields too.
fn filled(event: &SubmitEvent) -> Option<Vec<(&'static str, String)>> {
    let data = form_data(event)?;
    let value = |name| data.get(name).as_string().filter(|text: &String| !text.trim().is_empty());
    let names = ["q", "team", "step", "assignee", "priority", "due", "version", "sort", "by", "month"];
    Some(names.into_iter().filter_map(|name| Some((name, value(name)?))).collect())
}

/// The ways to the items that stay on earlier versions, which a board shows only when it is asked to.
fn kept(place: &Place, workflow: &Workflow) -> Vec<AnyView> {
    let filter = &place.filter;
    let open = workflow.kept.iter().map(|version| (version.number, version.open_count()));
    let shown = open.filter(|(number, count)| 0 < *count && filter.version != Some(*number));
    shown
        .map(|(number, count)| {
            let href = place.with(&Filter { version: Some(number), step: None, ..filter.clone() });
            let text = format!("Version {number}: {}", ui::number::grouped(count));
            view! { <LinkButton href variant=ButtonVariant::Ghost>{text}</LinkButton> }.into_any()
        })
        .collect()
}

fn chips(place: &Place, workflow: &Workflow, viewer: &Viewer) -> Vec<AnyView> {
    let filter = &place.filter;
    let chip = |field: &str, operator: &str, value: String, without: Filter| {
        let (field, operator, remove) = (field.to_owned(), operator.to_owned(), place.with(&without));
        view! { <FilterChip field operator value remove/> }.into_any()
    };
    let mut chips = Vec::new();
    if !filter.q.is_empty() {
        chips.push(chip("Words", "contain", filter.q.clone(), Filter { q: String::new(), ..filter.clone() }));
    }
    if let Some(id) = filter.team {
        let name = viewer.directory.team(id).map_or_else(|| "unknown".into(), |team| team.name.clone());
        chips.push(chip("Team", "is", name, Filter { team: None, ..filter.clone() }));
    }
    if let Some(id) = filter.step {
        let name = workflow.step(id).map_or_else(|| "unknown".into(), |step| step.name.clone());
        chips.push(chip("Step", "is", name, Filter { step: None, ..filter.clone() }));
    }
    if let Some(assignee) = filter.assignee {
        let name = match assignee {
            Assignee::Nobody => "nobody".into(),
            Assignee::Member(id) => {
                viewer.directory.person(id).map_or_else(|| "unknown".into(), |person| person.name.clone())
            }
        };
        chips.push(chip("Assignee", "is", name, Filter { assignee: None, ..filter.clone() }));
    }
    if let Some(level) = filter.priority {
        let operator = if level == 4 { "is" } else { "at least" };
        let name = Priority::new(level).label().into();
        chips.push(chip("Priority", operator, name, Filter { priority: None, ..filter.clone() }));
    }
    if let Some(number) = filter.version {
        let without = Filter { version: None, ..filter.clone() };
        chips.push(chip("Version", "is", number.to_string(), without));
    }
    if let Some(due) = filter.due {
        chips.push(chip("Due", "is", lower(due.label()), Filter { due: None, ..filter.clone() }));
    }
    chips
}
