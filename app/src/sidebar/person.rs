//! The person at the bottom of the sidebar: profile, theme, keys, log-out.

use identity::LogOutForm;
use leptos::prelude::*;
use ui::{Menu, MenuHeading, MenuItem, MenuSeparator, SidebarPerson, Trigger, Wait};

use crate::installed;
use crate::pages::PROFILE;
use crate::shell::Opens;
use crate::sidebar::toggle_sidebar;
use crate::theme;

/// The person's name with a menu beside it.
#[component]
pub(crate) fn PersonMenu() -> impl IntoView {
    let viewer = kernel::use_viewer();
    view! {
        <Wait content=move || async move {
            viewer.await.ok().map(|viewer| view! { <Person viewer/> }).into_any()
        }/>
    }
}

#[component]
fn Person(viewer: kernel::Viewer) -> impl IntoView {
    let opens = expect_context::<Opens>();
    let shown = theme::shown();
    let offered = installed::offered();
    let own = viewer.directory.person(viewer.member_id);
    let (category, picture) = own.map_or((1, None), |person| (person.category, person.picture()));
    let themes = theme::THEMES.map(|(theme, icon, name)| {
        let checked = Signal::derive(move || Some(shown.get() == theme));
        view! {
            <MenuItem icon checked on_click=move |_| theme::choose(shown, theme)>
                {name}
            </MenuItem>
        }
    });
    view! {
        <SidebarPerson name=viewer.name category picture href=PROFILE>
            <Menu id="person-menu" label="You and Mediap" trigger=Trigger::Icon("settings".to_owned()) align_end=true>
                <MenuHeading>{viewer.email}</MenuHeading>
                <MenuItem href=PROFILE icon="user-round">
                    "Profile"
                </MenuItem>
                <MenuItem href="/settings" icon="settings" keys="G S">
                    "Settings"
                </MenuItem>
                <MenuItem icon="keyboard" keys="?" on_click=move |_| opens.keys.set(true)>
                    "Keyboard"
                </MenuItem>
                {move || {
                    offered.get().then(|| {
                        view! {
                            <MenuItem icon="download" on_click=move |_| installed::install()>
                                "Install Mediap"
                            </MenuItem>
                        }
                    })
                }}
                <MenuItem icon="panel-left" keys="[" on_click=move |_| toggle_sidebar()>
                    "Fold the sidebar"
                </MenuItem>
                <MenuSeparator/>
                <MenuHeading>"Theme"</MenuHeading>
                {themes}
                <MenuSeparator/>
                <LogOutForm/>
            </Menu>
        </SidebarPerson>
    }
}
