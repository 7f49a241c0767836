//! Small things that mean something.

use leptos::prelude::*;

use super::{Exhibit, Line};
use crate::{
    Avatar, AvatarStack, Count, Pill, Plate, Presence, Priority, PriorityGlyph, Size, SquareMark, Step,
    StepGlyph, TeamTag, Tone, Unassigned, WorkInProgress,
};

#[component]
pub(super) fn Marks() -> impl IntoView {
    let steps =
        (1..=5).map(|position| view! { <StepGlyph step=Step::At { position, of: 6 }/> }).collect_view();
    let priorities =
        Priority::ALL.map(|priority| view! { <PriorityGlyph priority/> }).into_iter().collect_view();
    let people =
        [("Marek Havel", 2), ("Sara Johansson", 5), ("Jonas Nyman", 6), ("Petra Ek", 10), ("Bo Axén", 4)]
            .map(|(name, category)| crate::Face { name: name.to_owned(), category, picture: None })
            .to_vec();
    view! {
        <Exhibit title="Status, step, priority" width="is-6">
            <Line label="Status">
                <Pill>"Draft"</Pill>
                <Pill tone=Tone::Info>"Scheduled"</Pill>
                <Pill tone=Tone::Warning icon="clock">
                    "Waits"
                </Pill>
                <Pill tone=Tone::Success>"Published"</Pill>
                <Pill tone=Tone::Danger>"Failed"</Pill>
                <Pill tone=Tone::Accent>"Chosen"</Pill>
            </Line>
            <Line label="Small">
                <Pill small=true>"Form v4"</Pill>
                <Pill small=true tone=Tone::Info>
                    "Invited Wed"
                </Pill>
            </Line>
            <Line label="Step">
                <StepGlyph step=Step::Waiting/>
                {steps}
                <StepGlyph step=Step::Done/>
                <StepGlyph step=Step::Ended/>
                <span class="text-meta">"waiting, 1 to 5 of 6, done, ended"</span>
            </Line>
            <Line label="Priority">{priorities} <span class="text-meta">"none, low, medium, high, urgent"</span></Line>
            <Line label="In progress">
                <WorkInProgress count=4 limit=None/>
                <WorkInProgress count=3 limit=5/>
                <WorkInProgress count=5 limit=5/>
                <WorkInProgress count=7 limit=6/>
            </Line>
            <Line label="Counts">
                <Count value=26/>
                <Count value=1_204/>
                <Count value=3 hot=true label="new"/>
            </Line>
            <Line label="Due">
                <span class="due">"24 Nov"</span>
                <span class="due is-today">"Today"</span>
                <span class="due is-late">"2 days late"</span>
            </Line>
        </Exhibit>
        <Exhibit title="People, teams, organisations" width="is-6">
            <Line label="Sizes">
                <Avatar name="Elsa Lindqvist" category=4/>
                <Avatar name="Petra Ek" category=10 size=Size::Medium/>
                <Avatar name="Oskar Berg" category=1 size=Size::Large/>
            </Line>
            <Line label="Presence">
                <Avatar name="Elsa Lindqvist" category=4 size=Size::Medium presence=Presence::Here/>
                <Avatar name="Amina Karim" category=3 size=Size::Medium presence=Presence::Away/>
                <Avatar name="Leo Sund" category=10 size=Size::Medium/>
                <span class="text-meta">"here, away, offline"</span>
            </Line>
            <Line label="Stack">
                <AvatarStack people/>
                <Unassigned/>
                <Unassigned size=Size::Medium/>
                <span class="text-meta">"unassigned"</span>
            </Line>
            <Line label="Client">
                <SquareMark name="Nordvik Cars" category=None/>
                <SquareMark name="Halden Studio" category=1/>
                <SquareMark name="Kallby" category=2 size=Size::Medium/>
                <SquareMark name="Fjord" category=4 size=Size::Large/>
                <span class="text-meta">"square: never a person"</span>
            </Line>
            <Line label="Team">
                <TeamTag name="Sales" category=1/>
                <TeamTag name="Testers" category=4/>
                <TeamTag name="Mechanics" category=2/>
                <TeamTag name="Body" category=5/>
            </Line>
            <Line label="Record tag">
                <Plate text="HPD 740"/>
                <span class="text-meta">"a field in its own form"</span>
            </Line>
        </Exhibit>
    }
}
