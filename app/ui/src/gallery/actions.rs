//! Buttons, segmented controls, tabs, breadcrumbs, keys.

use leptos::prelude::*;

use super::{Exhibit, Line};
use crate::{
    Breadcrumbs, Button, ButtonGroup, ButtonSize, ButtonVariant, Crumb, IconButton, Keys, LinkButton, Menu,
    MenuItem, Segment, Segmented, Tab, Tabs, Tooltip, Trigger,
};

#[component]
pub(super) fn Actions(name: &'static str) -> impl IntoView {
    let variants = [
        ("Primary", ButtonVariant::Primary),
        ("Secondary", ButtonVariant::Secondary),
        ("Ghost", ButtonVariant::Ghost),
        ("Danger", ButtonVariant::Danger),
    ]
    .map(|(label, variant)| {
        view! {
            <Line label>
                <Button variant>"Publish"</Button>
                <Button variant icon="send">
                    "Publish"
                </Button>
                <Button variant pending=true>
                    "Publish"
                </Button>
                <Button variant disabled=true>
                    "Publish"
                </Button>
            </Line>
        }
    })
    .into_iter()
    .collect_view();
    let saving = RwSignal::new(false);
    let view_shown = RwSignal::new("week");
    let view_segment = move |id: &'static str, label: &'static str| {
        view! {
            <Segment selected=move || view_shown.get() == id on_click=move |_| view_shown.set(id)>
                {label}
            </Segment>
        }
    };
    view! {
        <Exhibit title="Button" width="is-6">
            {variants}
            <Line label="Sizes">
                <Button size=ButtonSize::Small>"Small 24"</Button>
                <Button>"Medium 28"</Button>
                <Button size=ButtonSize::Large>"Large 32"</Button>
                <Button size=ButtonSize::Huge>"Sign in 36"</Button>
            </Line>
            <Line label="With key">
                <Button variant=ButtonVariant::Primary icon="plus" keys="C">
                    "New item"
                </Button>
                <LinkButton href="#slot" icon="calendar-search">
                    "Find a slot"
                </LinkButton>
                <Button pending=saving on_click=move |_| saving.set(true)>
                    "Press to wait"
                </Button>
            </Line>
            <Line label="Split">
                <ButtonGroup label="Schedule">
                    <Button variant=ButtonVariant::Primary>"Schedule"</Button>
                    <Menu
                        id=format!("{name}-split")
                        label="Other ways to publish"
                        trigger=Trigger::Bare("button is-primary is-narrow".to_owned())
                        content=|| view! { <crate::Icon name="chevron-down" size=crate::IconSize::Small/> }
                        align_end=true
                    >
                        <MenuItem icon="send">"Publish now"</MenuItem>
                        <MenuItem icon="save">"Keep as draft"</MenuItem>
                    </Menu>
                </ButtonGroup>
                <ButtonGroup label="Item">
                    <Button>"Previous"</Button>
                    <Button>"Next"</Button>
                </ButtonGroup>
            </Line>
        </Exhibit>
        <Exhibit title="Icon button, segmented, tabs, breadcrumb, keys" width="is-6">
            <Line label="Icon">
                <IconButton icon="link" label="Copy link" keys="Y"/>
                <IconButton icon="star" label="Star" pressed=true/>
                <IconButton icon="bell" label="Notifications" dot=true/>
                <IconButton icon="redo-2" label="Redo" disabled=true/>
                <IconButton icon="ellipsis" label="More" size=ButtonSize::Small/>
            </Line>
            <Line label="Segmented">
                <Segmented label="Range">
                    {view_segment("day", "Day")} {view_segment("week", "Week")} {view_segment("month", "Month")}
                </Segmented>
                <Segmented label="View">
                    <Segment href="#board" icon="square-kanban" selected=true>
                        "Board"
                    </Segment>
                    <Segment href="#list" icon="list">
                        "List"
                    </Segment>
                </Segmented>
            </Line>
            <Line label="Tabs">
                <Tabs label="Activity">
                    <Tab href="#everything" selected=true count=11>
                        "Everything"
                    </Tab>
                    <Tab href="#comments" count=2>
                        "Comments"
                    </Tab>
                    <Tab href="#files">"Files"</Tab>
                    <Tab href="#locked" icon="lock">
                        "Locked"
                    </Tab>
                </Tabs>
            </Line>
            <Line label="Breadcrumb">
                <Breadcrumbs icon="square-kanban">
                    <Crumb href="#workflows">"Workflows"</Crumb>
                    <Crumb href="#used-cars">"Used car intake"</Crumb>
                    <Crumb>"UC-414"</Crumb>
                </Breadcrumbs>
            </Line>
            <Line label="Keys">
                <Keys keys="Ctrl+K"/>
                <Keys keys="G B"/>
                <Keys keys="Esc"/>
                <Keys keys="Shift+F10"/>
            </Line>
            <Line label="Tooltip">
                <Tooltip text="Over capacity by 1.5 h">
                    <span class="due is-late">"7 of 6"</span>
                </Tooltip>
                <span class="tooltip is-shown">
                    <span>"Copy link"</span>
                    <Keys keys="Y"/>
                </span>
            </Line>
        </Exhibit>
    }
}
