//! The rules of a workflow: a list, a form for one, and what they did.

mod actions;
mod book;
mod editor;
mod hooked;
mod list;
mod log;
mod trial;
mod trigger;
mod values;

use kernel::{
    HookId, JobTypeId, MemberId, PageData, Permission, RuleId, RunId, Viewer, WorkflowId, use_viewer,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    hooks::{use_params_map, use_query_map},
    params::ParamsMap,
};
use ui::{
    Breadcrumbs, ButtonVariant, Crumb, LinkButton, Segment, Segmented, Skeleton, Toolbar, TopBar, Wait,
};

use self::{editor::Editor, list::RuleList, log::RunLog};
use super::frame::PageError;
use crate::{
    api,
    automation::{Automation, Names, Rule, State, Trigger, Words},
};

/// What of the page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// All rules.
    Rules,
    /// A form for a rule that is there.
    Rule(RuleId),
    /// A form for a new one, begun with an example.
    New(Option<usize>),
    /// What rules did.
    Runs(Choice),
}

/// Which runs are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Choice {
    rule: Option<RuleId>,
    state: Option<State>,
    after: Option<RunId>,
}

impl Shown {
    fn read(query: &ParamsMap) -> Shown {
        let of = |name: &str| query.get_str(name);
        if let Some(id) = of("edit").and_then(|text| text.parse().ok()) {
            Shown::Rule(id)
        } else if let Some(example) = of("new") {
            Shown::New(example.parse().ok())
        } else if of("show") == Some("runs") {
            Shown::Runs(Choice {
                rule: of("rule").and_then(|text| text.parse().ok()),
                state: of("state").and_then(State::from_key),
                after: of("after").and_then(|text| text.parse().ok()),
            })
        } else {
            Shown::Rules
        }
    }
}

impl Choice {
    fn address(self, key: &str) -> String {
        let mut address = format!("/workflows/{key}/automation?show=runs");
        if let Some(rule) = self.rule {
            address = format!("{address}&rule={rule}");
        }
        if let Some(state) = self.state {
            address = format!("{address}&state={}", state.key());
        }
        match self.after {
            Some(after) => format!("{address}&after={after}"),
            None => address,
        }
    }
}

/// `/workflows/:key/automation`
#[component]
pub fn AutomationPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let key = Memo::new(move |_| params.with(|params| params.get("key").unwrap_or_default()));
    let shown = Memo::new(move |_| query.with(Shown::read));
    let page = kernel::page_data(move || key.get(), |key| async move { api::load_automation(key).await });
    let viewer = use_viewer();
    view! {
        <link rel="stylesheet" href="/automation.css"/>
        <Wait fallback=|| view! { <Skeleton rows=12/> } content=move || async move {
                match (viewer.await, page.await) {
                    (Ok(viewer), Ok(automation)) => {
                        let scene = Scene { automation, viewer };
                        view! { <AutomationView scene page shown/> }.into_any()
                    }
                    (Err(error), _) | (_, Err(error)) => {
                        view! { <PageError error retry=move || page.refetch()/> }.into_any()
                    }
                }
            }/>
    }
}

/// What all parts of the page need.
#[derive(Debug, Clone)]
struct Scene {
    automation: Automation,
    viewer: Viewer,
}

impl Names for Scene {
    fn person(&self, id: MemberId) -> Option<String> {
        self.viewer.directory.person(id).map(|person| person.name.clone())
    }

    fn workflow(&self, id: WorkflowId) -> Option<String> {
        self.automation.others.iter().find(|(other, ..)| *other == id).map(|(_, name, _)| name.clone())
    }

    fn hook(&self, id: HookId) -> Option<String> {
        let mut hooks = self.automation.hooks.iter().flatten();
        hooks.find(|hook| hook.id == id).map(|hook| hook.name.clone())
    }

    fn job_type(&self, id: JobTypeId) -> Option<String> {
        let mut known = self.automation.job_types.iter();
        known.find(|known| known.id == id).map(|known| known.name.clone())
    }
}

impl Scene {
    fn words(&self) -> Words<'_, Scene> {
        Words { workflow: &self.automation.workflow, fields: &self.automation.fields, names: self }
    }

    /// A rule in a sentence.
    fn sentence(&self, rule: &Rule) -> String {
        self.words().sentence(rule)
    }

    /// What sets a rule off.
    fn trigger(&self, on: &Trigger) -> String {
        self.words().trigger(on)
    }

    /// Whether rules that act can be changed, which changes items as publishing does.
    fn publishes(&self) -> bool {
        self.viewer.may(Permission::WorkflowPublish)
    }

    /// What keeps a rule from acting, if anything does.
    fn fault(&self, id: RuleId) -> Option<String> {
        self.automation.faults.iter().find(|(rule, _)| *rule == id).map(|(_, fault)| fault.clone())
    }

    fn key(&self) -> &str {
        &self.automation.workflow.head.key
    }

    fn base(&self) -> String {
        format!("/workflows/{}/automation", self.key())
    }

    /// An instant as the organisation writes it, and as machines read it.
    fn moment(&self, at: chrono::DateTime<chrono::Utc>) -> (String, String) {
        ui::when::moment(at, &self.viewer)
    }
}

#[component]
fn AutomationView(scene: Scene, page: PageData<Automation>, shown: Memo<Shown>) -> impl IntoView {
    let head = scene.automation.workflow.head.clone();
    let base = scene.base();
    let topic = api::rules_topic(head.id);
    // What somebody writes or reads stays whatever happens meanwhile.
    kernel::use_news(
        move || Some(topic.clone()),
        Callback::new(move |_| {
            if shown.get_untracked() == Shown::Rules {
                page.refetch();
            }
        }),
    );
    let (new, runs) = (format!("{base}?new="), Choice::default().address(&head.key));
    let board = StoredValue::new(format!("/workflows/{}", head.key));
    let name = StoredValue::new(head.name.clone());
    // Another way in which something happens by itself: items come in.
    let form = scene.viewer.may(Permission::WorkflowPublish).then(|| format!("/workflows/{}/form", head.key));
    let scene = StoredValue::new(scene);
    let content = move || match shown.get() {
        Shown::Rules => view! { <RuleList scene page/> }.into_any(),
        Shown::New(example) => view! { <Editor scene page kept=None example/> }.into_any(),
        Shown::Rule(id) => {
            let kept =
                scene.with_value(|scene| scene.automation.rules.iter().find(|kept| kept.id == id).cloned());
            match kept {
                Some(kept) => view! { <Editor scene page kept=Some(kept) example=None/> }.into_any(),
                None => view! { <PageError error=kernel::Error::NotFound retry=move || page.refetch()/> }
                    .into_any(),
            }
        }
        Shown::Runs(choice) => view! { <RunLog scene choice/> }.into_any(),
    };
    let title = format!("Automation of {}", head.name);
    view! {
        <Title text=title.clone()/>
        <h1 class="visually-hidden">{title}</h1>
        <TopBar
            title="Automation"
            back=board.get_value()
            path=move || {
                view! {
                    <Breadcrumbs icon="zap">
                        <Crumb href="/workflows">"Workflows"</Crumb>
                        <Crumb href=board.get_value()>{name.get_value()}</Crumb>
                        <Crumb>"Automation"</Crumb>
                    </Breadcrumbs>
                }
            }
        >
            {form.map(|form| view! { <LinkButton href=form icon="link" class="is-brief">"Public form"</LinkButton> })}
            <LinkButton href=new variant=ButtonVariant::Primary icon="plus">
                "New rule"
            </LinkButton>
        </TopBar>
        <Toolbar label="Automation">
            <Segmented label="What is shown">
                <Segment
                    href=base
                    selected=Signal::derive(move || !matches!(shown.get(), Shown::Runs(_)))
                    icon="zap"
                >
                    "Rules"
                </Segment>
                <Segment
                    href=runs
                    selected=Signal::derive(move || matches!(shown.get(), Shown::Runs(_)))
                    icon="history"
                >
                    "Run log"
                </Segment>
            </Segmented>
        </Toolbar>
        <div class="page-body">
            <div class="automation">{content}</div>
        </div>
    }
}
