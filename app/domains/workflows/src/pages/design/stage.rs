//! What the parts of the designer share: the drawing, what is chosen in it, and what somebody is about to do with it.

use std::collections::BTreeSet;

use kernel::{StepId, Viewer, WorkflowId};
use leptos::{html, prelude::*};
use ui::Company;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    index::{Index, name_of},
    view::View,
};
use crate::{
    booking::JobType,
    definition::{
        Definition, Place, STEPS_MAX, StepDefinition, TransitionDefinition, difference::Difference, way_to,
    },
    diagram::{
        GAP, HEIGHT, WIDTH,
        arrange::Guide,
        links, nodes, rect,
        route::{Drawing, Point, Rect},
        whole,
    },
    parts::{
        browser::fresh_id,
        desk::{Desk, Intention},
    },
};

/// What is chosen: steps, or one way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The steps.
    pub steps: BTreeSet<StepId>,
    /// The way, from one step to another.
    pub way: Option<(StepId, StepId)>,
}

impl Chosen {
    /// The step, if it is one alone.
    pub fn step(&self) -> Option<StepId> {
        let mut steps = self.steps.iter();
        steps.next().copied().filter(|_| steps.next().is_none())
    }
}

/// A step or a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A step.
    Step(StepId),
    /// A way, from one step to another.
    Way(StepId, StepId),
}

/// What the pointer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// It chooses and moves.
    Choose,
    /// It moves the view.
    Pan,
    /// It connects steps.
    Connect,
    /// It moves everything beyond it.
    Space,
}

/// What is under way with the pointer, as the drawing shows it.
#[derive(Debug, Clone, PartialEq)]
pub enum Doing {
    /// Nothing.
    Nothing,
    /// The view moves.
    Panning,
    /// A rectangle chooses what lies in it.
    Lasso(Rect),
    /// Steps move; they are in line with others here.
    Moving(Vec<Guide>),
    /// Space is made.
    Spacing,
    /// A way is drawn: from a step to the pointer, and whether it may lead to the step under it.
    Connecting {
        /// Where it starts.
        from: StepId,
        /// Where the pointer is.
        to: Point,
        /// The step under it.
        over: Option<(StepId, bool)>,
    },
}

/// A question for a step: a new one, or one that is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    /// Where a new one goes.
    pub at: Place,
    /// The step that leads there.
    pub from: Option<StepId>,
    /// Whether steps that are there come first.
    pub connects: bool,
}

/// The designer at work. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Stage {
    /// What is designed.
    pub desk: Desk,
    /// Where everything is in it.
    pub index: Memo<Index>,
    /// Who designs.
    pub viewer: StoredValue<Viewer>,
    /// Who else does.
    pub company: Company,
    /// The other workflows, by name.
    pub others: StoredValue<Vec<(WorkflowId, String)>>,
    /// What steps can ask to be booked, by name.
    pub job_types: StoredValue<Vec<JobType>>,
    /// Where steps and ways are, also while some are dragged.
    pub drawing: RwSignal<Drawing<StepId>>,
    /// Which part is seen.
    pub view: RwSignal<View>,
    /// How large the frame is.
    pub size: RwSignal<(f64, f64)>,
    /// The frame.
    pub frame: NodeRef<html::Div>,
    /// What is chosen.
    pub chosen: RwSignal<Chosen>,
    /// The step that the pointer is over.
    pub hovered: RwSignal<Option<StepId>>,
    /// What the pointer does.
    pub tool: RwSignal<Tool>,
    /// What is under way.
    pub doing: RwSignal<Doing>,
    /// What is being renamed in the drawing.
    pub naming: RwSignal<Option<Spot>>,
    /// The question for a step that is open.
    pub wanted: RwSignal<Option<Wanted>>,
    /// Where the menu of what is chosen is open.
    pub menu: RwSignal<Option<Point>>,
    /// Whether the drawing is shown where there is room for it or the outline only.
    pub drawn: RwSignal<bool>,
    /// Whether what is chosen is shown in full where there is no room for it beside the drawing.
    pub details: RwSignal<bool>,
    /// What was just done, for those who hear it.
    pub said: RwSignal<String>,
    /// The version that the design is compared with, by its number.
    pub compared: RwSignal<Option<(i64, Definition)>>,
    /// What differs from it; nothing while nothing is compared.
    pub difference: Memo<Difference>,
}

impl Stage {
    pub fn new(
        desk: Desk,
        viewer: StoredValue<Viewer>,
        company: Company,
        others: Vec<(WorkflowId, String)>,
        job_types: Vec<JobType>,
    ) -> Self {
        let compared: RwSignal<Option<(i64, Definition)>> = RwSignal::new(None);
        let stage = Stage {
            desk,
            index: Memo::new(move |_| desk.definition.with(Index::of)),
            viewer,
            company,
            others: StoredValue::new(others),
            job_types: StoredValue::new(job_types),
            drawing: RwSignal::new(Drawing::new()),
            view: RwSignal::new(View { x: 0.0, y: 0.0, scale: 1.0 }),
            size: RwSignal::new((0.0, 0.0)),
            frame: NodeRef::new(),
            chosen: RwSignal::default(),
            hovered: RwSignal::new(None),
            tool: RwSignal::new(Tool::Choose),
            doing: RwSignal::new(Doing::Nothing),
            naming: RwSignal::new(None),
            wanted: RwSignal::new(None),
            menu: RwSignal::new(None),
            drawn: RwSignal::new(false),
            details: RwSignal::new(false),
            said: RwSignal::default(),
            compared,
            difference: Memo::new(move |_| {
                compared.with(|compared| match compared {
                    Some((_, before)) => desk.definition.with(|after| Difference::between(before, after)),
                    None => Difference::default(),
                })
            }),
        };
        Effect::new(move |_| {
            desk.definition.track();
            stage.follow();
        });
        // Who works by keys points at what they have chosen.
        Effect::new(move |_| {
            if let Some(id) = stage.chosen.with(Chosen::step) {
                let place = desk.definition.with_untracked(|definition| definition.step(id).map(rect));
                if let Some(place) = place {
                    stage.point(place.center());
                }
            }
        });
        stage
    }

    /// Shows others where the viewer is in the drawing.
    pub fn point(self, at: Point) {
        self.company.point(whole(at.x), whole(at.y));
    }

    /// Draws what is designed now; what is gone is not chosen any more.
    pub fn follow(self) {
        let chosen = self.desk.definition.with_untracked(|definition| {
            self.drawing.update(|drawing| drawing.update(nodes(definition), links(definition)));
            let there: BTreeSet<StepId> = definition.steps.iter().map(|step| step.id).collect();
            let mut chosen = self.chosen.get_untracked();
            chosen.steps.retain(|step| there.contains(step));
            chosen.way = chosen.way.filter(|way| find_way(definition, *way).is_some());
            chosen
        });
        if chosen != self.chosen.get_untracked() {
            self.chosen.set(chosen);
        }
    }

    /// Chooses a step alone and brings it into view.
    pub fn choose(self, id: StepId) {
        self.chosen.set(Chosen { steps: BTreeSet::from([id]), way: None });
        self.bring_into_view(id);
    }

    /// Chooses a step too, or no more.
    pub fn toggle(self, id: StepId) {
        self.chosen.update(|chosen| {
            chosen.way = None;
            if !chosen.steps.remove(&id) {
                chosen.steps.insert(id);
            }
        });
    }

    pub fn choose_way(self, from: StepId, to: StepId) {
        self.chosen.set(Chosen { steps: BTreeSet::new(), way: Some((from, to)) });
    }

    pub fn choose_nothing(self) {
        self.chosen.set(Chosen::default());
    }

    pub fn bring_into_view(self, id: StepId) {
        let rect = self.desk.definition.with_untracked(|definition| definition.step(id).map(rect));
        if let Some(rect) = rect
            && 0.0 < self.size.get_untracked().0
        {
            let view = self.view.get_untracked();
            let showing = view.showing(rect, self.size.get_untracked());
            if showing != view {
                self.view.set(showing);
            }
        }
    }

    /// Shows everything.
    pub fn fit(self) {
        let size = self.size.get_untracked();
        let bounds = self.drawing.with_untracked(Drawing::bounds);
        if let Some(bounds) = bounds
            && 0.0 < size.0
        {
            self.view.set(View::fitting(bounds, size));
        }
    }

    /// Shows everything larger or smaller, around its middle.
    pub fn zoom(self, factor: f64) {
        let size = self.size.get_untracked();
        let view = self.view.get_untracked();
        self.view.set(view.zoomed(Point { x: size.0 / 2.0, y: size.1 / 2.0 }, view.scale * factor));
    }

    /// Gives the focus to a step or a way in the drawing, once it is drawn.
    pub fn focus(self, spot: Spot) {
        let id = match spot {
            Spot::Step(id) => format!("flow-{id}"),
            Spot::Way(from, to) => format!("flow-{from}-{to}"),
        };
        request_animation_frame(move || {
            let element = document().get_element_by_id(&id);
            if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
                let quiet = web_sys::FocusOptions::new();
                quiet.set_prevent_scroll(true);
                element.focus_with_options(&quiet).ok();
            }
        });
    }

    /// Takes up a tool. Connecting begins with the step that leads: what was chosen before is not meant.
    pub fn take_up(self, tool: Tool) {
        self.tool.set(tool);
        if tool == Tool::Connect {
            self.choose_nothing();
            self.say("Choose the step that leads, then the one that it leads to.".to_owned());
        }
    }

    pub fn say(self, text: String) {
        self.said.set(text);
    }

    /// Reads a part of the design with the places of everything in it.
    pub fn read<T>(self, read: impl FnOnce(&Index, &Definition) -> T) -> T {
        self.index.with(|index| self.desk.definition.with(|definition| read(index, definition)))
    }

    /// What a step is called on the page.
    pub fn name(self, id: StepId) -> String {
        self.desk.definition.with_untracked(|definition| called(definition, id))
    }

    /// Connects two steps, and chooses the way.
    pub fn connect(self, from: StepId, to: StepId) {
        let mut made = false;
        self.desk.change(Intention::Once, |definition| {
            let name = definition.step(to).map(|step| way_to(&step.name)).unwrap_or_default();
            made = definition.connect(from, to, &name);
        });
        if made {
            self.say(format!("{} leads to {} now.", self.name(from), self.name(to)));
        }
        self.choose_way(from, to);
    }

    /// Whether a way may lead from one step to another.
    pub fn may_connect(self, from: StepId, to: StepId) -> bool {
        from != to && self.desk.definition.with_untracked(|it| find_way(it, (from, to)).is_none())
    }

    /// Adds a step at a place, with a way to it, chooses it and gives its id, if there is room for one more.
    pub fn add(self, wanted: Wanted, name: &str, ends: bool) -> Option<StepId> {
        if self.is_full() {
            return None;
        }
        let id = fresh_id();
        let name: String = name.trim().chars().take(crate::definition::NAME_MAX).collect();
        self.desk.change(Intention::Once, |definition| {
            let behind =
                wanted.from.and_then(|from| definition.steps.iter().position(|step| step.id == from));
            let index = behind.map_or(definition.steps.len(), |place| place + 1);
            definition.steps.insert(
                index,
                StepDefinition { ends, place: Some(wanted.at), ..StepDefinition::new(id, &name) },
            );
            if let Some(from) = wanted.from {
                definition.connect(from, id, &if name.is_empty() { String::new() } else { way_to(&name) });
            }
        });
        self.say(match wanted.from {
            Some(from) => format!("{} is added, {} leads there.", self.name(id), self.name(from)),
            None => format!("{} is added.", self.name(id)),
        });
        self.choose(id);
        Some(id)
    }

    /// Whether no step can be added any more, which is said.
    pub fn is_full(self) -> bool {
        let full = self.desk.definition.with_untracked(|it| STEPS_MAX <= it.steps.len());
        if full {
            let text = format!("A workflow has {STEPS_MAX} steps at most.");
            self.desk.toaster.show(ui::Toast::failed(text));
        }
        full
    }

    /// Takes away what is chosen, ways with their steps, and chooses what stood beside it.
    pub fn remove_chosen(self) {
        let chosen = self.chosen.get_untracked();
        if let Some((from, to)) = chosen.way {
            self.say(format!("The way from {} to {} is removed.", self.name(from), self.name(to)));
            self.desk.change(Intention::Once, |definition| {
                definition.transitions.retain(|way| way.from != from || way.to != to);
            });
            self.choose(from);
            return;
        }
        if chosen.steps.is_empty() {
            return;
        }
        self.say(match chosen.step() {
            Some(id) => format!("{} is removed.", self.name(id)),
            None => format!("{} steps are removed.", chosen.steps.len()),
        });
        let next = self.desk.definition.with_untracked(|definition| {
            let steps = &definition.steps;
            let first = steps.iter().position(|step| chosen.steps.contains(&step.id)).unwrap_or(0);
            let left = |step: &&StepDefinition| !chosen.steps.contains(&step.id);
            let next = steps.iter().skip(first).find(left);
            next.or(steps.iter().take(first).rfind(left)).map(|step| step.id)
        });
        self.desk.change(Intention::Once, |definition| {
            for id in &chosen.steps {
                definition.remove_step(*id);
            }
        });
        match next {
            Some(next) => self.choose(next),
            None => self.choose_nothing(),
        }
    }

    /// The question for a step behind another one: where there is room for it below.
    pub fn ask_behind(self, from: StepId, connects: bool) {
        let place = self.desk.definition.with_untracked(|definition| {
            let from = definition.step(from).map(rect)?;
            let mut at = Rect {
                y: from.bottom() + f64::from(GAP),
                width: WIDTH.into(),
                height: HEIGHT.into(),
                ..from
            };
            let taken = |at: Rect| definition.steps.iter().any(|step| rect(step).overlaps(at.grown(20.0)));
            for _ in 0..40 {
                if !taken(at) {
                    break;
                }
                at.x += 230.0;
            }
            Some(Place { x: whole(at.x), y: whole(at.y) })
        });
        let at = place.unwrap_or(Place { x: 0, y: 0 });
        self.wanted.set(Some(Wanted { at, from: Some(from), connects }));
    }

    /// The question for a step anywhere: in the middle of what is seen.
    pub fn ask_here(self) {
        let size = self.size.get_untracked();
        let at = self.view.get_untracked().to_drawing(Point { x: size.0 / 2.0, y: size.1 / 2.0 });
        self.wanted.set(Some(Wanted { at: place_around(at), from: None, connects: false }));
    }
}

/// The place of a step whose middle is at a point.
pub fn place_around(at: Point) -> Place {
    use crate::diagram::arrange::on_grid;
    Place { x: on_grid(at.x - f64::from(WIDTH) / 2.0), y: on_grid(at.y - f64::from(HEIGHT) / 2.0) }
}

/// The way from one step to another.
pub fn find_way(definition: &Definition, way: (StepId, StepId)) -> Option<&TransitionDefinition> {
    definition.transitions.iter().find(|it| (it.from, it.to) == way)
}

/// What a step is called on the page.
pub fn called(definition: &Definition, id: StepId) -> String {
    let mut steps = definition.steps.iter().enumerate();
    let found = steps.find(|(_, step)| step.id == id);
    found.map(|(place, step)| name_of(place, step)).unwrap_or_default()
}
