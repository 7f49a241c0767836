//! What a board in lanes knows besides the board, and how a card gets into another lane.

use std::collections::BTreeMap;

use kernel::{Error, MemberId, Permission, StepId, TeamId, Viewer};
use leptos::{prelude::*, task::spawn_local};
use ui::{Toast, waiting::new_key};

use super::Source;
use crate::{
    api,
    lanes::{self, Lane, Load, Teams},
    model::Card,
    parts::{
        drag::Dragging,
        state::{BoardState, focus_card},
        waiting::{Act, waiting},
    },
};

/// A card that comes into the lane of a team, until somebody of it is chosen.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Choosing {
    /// The card.
    pub card: Card,
    /// The step where it was dropped.
    pub to: StepId,
    /// Those who can have it.
    pub members: Vec<MemberId>,
    /// The name of the team.
    pub team: String,
}

/// An open board in lanes. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Lanes {
    /// The board.
    pub board: BoardState,
    /// The lanes in their order.
    pub shown: Memo<Vec<Lane>>,
    /// The card that comes into the lane of a team.
    pub choosing: RwSignal<Option<Choosing>>,
    source: StoredValue<Source>,
    teams: StoredValue<Teams>,
    loads: RwSignal<Vec<Load>>,
    may_give: bool,
    /// Whether news came while the loads were being fetched.
    again: StoredValue<bool>,
    fetching: StoredValue<bool>,
}

/// What a drop into a lane means.
enum Giving {
    /// It is given to this member, or to nobody; who has it keeps it.
    To(Option<MemberId>),
    /// Somebody of a team has to be chosen.
    Of(TeamId),
    /// It cannot be, and why.
    Not(String),
}

impl Lanes {
    pub(super) fn new(
        board: BoardState,
        source: Source,
        (loads, teams): (Vec<Load>, &[(MemberId, TeamId)]),
        viewer: &Viewer,
    ) -> Self {
        let by = source.2;
        let teams = board.workflow.with_value(|workflow| Teams::new(&viewer.directory, workflow, teams));
        let teams = StoredValue::new(teams);
        let loads = RwSignal::new(loads);
        let me = viewer.member_id;
        let shown = Memo::new(move |_| {
            let cards: Vec<Card> = board
                .columns
                .with_value(|columns| columns.iter().flat_map(|column| column.cards.get()).collect());
            board.scene.with_value(|scene| {
                teams.with_value(|teams| {
                    loads.with(|loads| lanes::lanes(by, teams, &scene.directory, &cards, loads, Some(me)))
                })
            })
        });
        Lanes {
            board,
            shown,
            choosing: RwSignal::new(None),
            source: StoredValue::new(source),
            teams,
            loads,
            may_give: viewer.may(Permission::ItemEdit),
            again: StoredValue::new(false),
            fetching: StoredValue::new(false),
        }
    }

    /// The lane that a card is in.
    pub(super) fn lane_of(self, card: &Card) -> Lane {
        let by = self.source.with_value(|(.., by)| *by);
        self.teams.with_value(|teams| lanes::lane(by, teams, card.assignee_id, card.step_id))
    }

    /// How many open items a lane has, in one step or in all.
    pub(super) fn load(self, lane: Lane, step: Option<StepId>) -> i64 {
        let by = self.source.with_value(|(.., by)| *by);
        self.teams.with_value(|teams| self.loads.with(|loads| lanes::load(by, teams, loads, lane, step)))
    }

    /// Fetches how many open items who has; news that come meanwhile lead to one more fetch, not to one each.
    pub(super) fn count(self) {
        let Some((key, filter, _)) = self.source.try_get_value() else { return };
        if self.fetching.get_value() {
            self.again.set_value(true);
            return;
        }
        self.fetching.set_value(true);
        spawn_local(async move {
            // Without a network nothing comes; the next news tries again.
            if let Ok(loads) = api::load_loads(key, filter).await {
                self.loads.try_set(loads);
            }
            self.fetching.try_set_value(false);
            if self.again.try_get_value() == Some(true) {
                self.again.set_value(false);
                self.count();
            }
        });
    }

    /// What a card's drop into a lane means. Without a lane, as over the tab of a step, who has it keeps it.
    fn giving(self, card: &Card, lane: Option<&str>) -> Giving {
        let keep = Giving::To(card.assignee_id);
        let Some(lane) = lane else { return keep };
        let found = self.shown.with_untracked(|shown| shown.iter().copied().find(|one| one.key() == lane));
        let Some(lane) = found.filter(|lane| *lane != self.lane_of(card)) else { return keep };
        if !self.may_give {
            return Giving::Not(Permission::ItemEdit.refusal().to_owned());
        }
        match lane {
            Lane::Nobody => Giving::To(None),
            Lane::Member(id) if self.works(id) => Giving::To(Some(id)),
            Lane::Member(id) => Giving::Not(format!("{} is no member any more.", self.name(id))),
            Lane::Team(id) => Giving::Of(id),
            Lane::Teamless => {
                Giving::Not(format!("{} goes to a member: choose one on its page.", self.board.key(card)))
            }
        }
    }

    fn works(self, id: MemberId) -> bool {
        self.board.scene.with_value(|scene| scene.directory.person(id).is_some_and(|person| person.active))
    }

    /// The name of a member.
    pub(super) fn name(self, id: MemberId) -> String {
        self.board
            .scene
            .with_value(|scene| scene.directory.person(id).map(|person| person.name.clone()))
            .unwrap_or_default()
    }

    fn team_name(self, id: TeamId) -> String {
        self.board
            .scene
            .with_value(|scene| scene.directory.team(id).map(|team| team.name.clone()))
            .unwrap_or_default()
    }

    /// What a release would do, and whether it may.
    pub(super) fn says(self, dragging: RwSignal<Option<Dragging>>) -> Option<(bool, String)> {
        let Dragging { card, over, lane } = dragging.get()?;
        let key = self.board.key(&card);
        let Some(to) = over else { return Some((true, format!("Carry {key} to a step or a lane"))) };
        if to != card.step_id
            && let Some(refusal) = self.board.refusal(&card, to)
        {
            return Some((false, self.board.sentence(&card, &refusal)));
        }
        let moves = (to != card.step_id).then(|| format!("Move to {}", self.board.step_name(to)));
        let gives = match self.giving(&card, lane.as_deref()) {
            Giving::Not(why) => return Some((false, why)),
            Giving::To(to) if to == card.assignee_id => None,
            Giving::To(None) => Some("Give to nobody".to_owned()),
            Giving::To(Some(id)) => Some(format!("Give to {}", self.name(id))),
            Giving::Of(team) => Some(format!("Give to somebody of {}", self.team_name(team))),
        };
        let text = match (moves, gives) {
            (None, None) => format!("{key} stays here"),
            (Some(moves), None) => moves,
            (None, Some(gives)) => gives,
            (Some(moves), Some(gives)) => format!("{moves}. {gives}"),
        };
        Some((true, text))
    }

    /// Does what the tip said.
    pub(super) fn dropped(self, dragged: Dragging, to: StepId) {
        self.bring(dragged.card, to, dragged.lane.as_deref());
    }

    /// Brings a card into a step and a lane.
    pub(super) fn bring(self, card: Card, to: StepId, lane: Option<&str>) {
        match self.giving(&card, lane) {
            Giving::To(assignee) if assignee == card.assignee_id => {
                if to != card.step_id {
                    self.board.move_to(card, to);
                }
            }
            Giving::To(assignee) => self.carry(card, to, assignee),
            Giving::Not(why) => {
                self.board.toaster.show(Toast::failed(why));
            }
            Giving::Of(team) => {
                let mut members: Vec<MemberId> = self.teams.with_value(|teams| teams.members(team).collect());
                members.retain(|id| self.works(*id));
                let team = self.team_name(team);
                match members.as_slice() {
                    [] => {
                        self.board.toaster.show(Toast::failed(format!("Nobody of {team} can have it.")));
                    }
                    [only] => self.carry(card, to, Some(*only)),
                    _ => self.choosing.set(Some(Choosing { card, to, members, team })),
                }
            }
        }
    }

    /// Gives a card to somebody, and moves it if the step is another one: at once on the page, then on the server; back
    /// again when the server says no.
    pub(super) fn carry(self, before: Card, to: StepId, assignee: Option<MemberId>) {
        let board = self.board;
        let moves = to != before.step_id;
        if moves && let Some(refusal) = board.refusal(&before, to) {
            board.toaster.show(Toast::failed(board.sentence(&before, &refusal)));
            return;
        }
        let mut ahead = Card { assignee_id: assignee, ..before.clone() };
        if moves {
            board.shift(&before, to);
            ahead.step_id = to;
            ahead.step_since = chrono::DateTime::<chrono::Utc>::MAX_UTC;
        }
        board.place(ahead);
        focus_card(before.id);
        let key = board.key(&before);
        let given = match assignee {
            Some(id) => format!("given to {}", self.name(id)),
            None => "given to nobody".to_owned(),
        };
        let done = if moves {
            format!("{key} moved to {} and {given}", board.step_name(to))
        } else {
            format!("{key} {given}")
        };
        let act_key = new_key();
        spawn_local(async move {
            let text = assignee.map(|id| id.to_string());
            let answer = api::carry_item(before.id, to, text, before.version, Some(act_key.clone())).await;
            match answer {
                Ok(card) => {
                    let (old, new) = (before.clone(), card.clone());
                    let undo = move || take_back(old.clone(), new.clone());
                    board.toaster.undoable(done, undo, move |back| self.took_back(back));
                    if board.is_open() {
                        board.place(card);
                        focus_card(before.id);
                        self.count();
                    }
                }
                Err(error) => {
                    let act = Act::Carry { item_id: before.id, to, assignee, version: before.version };
                    let what = format!("What was done to {}", board.key(&before));
                    if ui::waiting::keep(&error, waiting(act_key, what, &act)) {
                        return;
                    }
                    board.toaster.show(Toast::failed(error.to_string()));
                    if board.is_open() {
                        board.take_back(before, to, &error);
                    }
                }
            }
        });
    }

    fn took_back(self, card: Card) {
        if self.board.is_open() {
            self.board.took_back(card);
            self.count();
        }
    }
}

/// Takes back what was done to a card: the move, if it moved, and then who has it.
async fn take_back(before: Card, after: Card) -> Result<Card, Error> {
    let card =
        if before.step_id == after.step_id { after } else { api::undo_move(after.id, after.version).await? };
    if card.assignee_id == before.assignee_id {
        return Ok(card);
    }
    let assignee = before.assignee_id.map(|id| id.to_string());
    let due_on = card.due_on.map(|day| day.to_string());
    let (title, priority) = (card.title.clone(), card.priority.level());
    api::save_item(card.id, card.version, title, priority, assignee, due_on, BTreeMap::new(), None).await
}
