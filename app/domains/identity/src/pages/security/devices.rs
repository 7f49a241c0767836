//! Where the person is logged in, and what happened lately.

use chrono::{DateTime, Utc};
use kernel::Viewer;
use leptos::prelude::*;
use ui::{Button, ButtonKind, ButtonSize, Icon, Pill, Tone, when, words::Language};

use super::Acts;
use crate::factor::model::{Device, Happened};

/// Each device with the way to log it out.
#[component]
pub(super) fn Devices(viewer: Viewer, devices: Vec<Device>, acts: Acts) -> impl IntoView {
    let others = devices.iter().any(|device| !device.is_this);
    let rows = devices
        .into_iter()
        .map(|device| {
            let icon = if device.is_mobile { "smartphone" } else { "monitor" };
            let meta = meta(&viewer, &device);
            let name = device.name;
            let aside = if device.is_this {
                view! { <Pill tone=Tone::Success small=true>"This device"</Pill> }.into_any()
            } else {
                let label = format!("Log out {name}");
                view! {
                    <ActionForm action=acts.end_session>
                        <input type="hidden" name="id" value=device.id.to_string()/>
                        <Button kind=ButtonKind::Submit size=ButtonSize::Small>
                            "Log out"<span class="visually-hidden">{label.trim_start_matches("Log out").to_owned()}</span>
                        </Button>
                    </ActionForm>
                }
                .into_any()
            };
            view! {
                <li class="settings-row">
                    <div class="settings-thing">
                        <Icon name=icon/>
                        <div>
                            <strong>{name}</strong>
                            <small>{meta}</small>
                        </div>
                    </div>
                    {aside}
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="settings-section" aria-labelledby="devices-heading">
            <h2 id="devices-heading">"Devices"</h2>
            <p>"A device that is logged out is out at once. Sessions end after 30 days without use, and after 90 days in any case."</p>
            <ul>{rows}</ul>
            {others
                .then(|| {
                    view! {
                        <ActionForm action=acts.end_others attr:class="settings-after">
                            <Button kind=ButtonKind::Submit icon="log-out" pending=acts.end_others.pending()>
                                "Log out all other devices"
                            </Button>
                        </ActionForm>
                    }
                })}
        </section>
    }
}

fn meta(viewer: &Viewer, device: &Device) -> String {
    let language = Language::from_tag(&viewer.settings.language);
    let today = viewer.today;
    let since = when::bare_date(today.local(device.created_at).date_naive(), today.date(), language);
    let mut parts = Vec::new();
    if !device.address.is_empty() {
        parts.push(device.address.clone());
    }
    parts.push(format!("logged in {since}"));
    if !device.is_this {
        parts.push(format!("last used {}", ago(viewer, device.seen_at).to_lowercase()));
    }
    parts.join(" · ")
}

fn ago(viewer: &Viewer, at: DateTime<Utc>) -> String {
    let today = viewer.today;
    let language = Language::from_tag(&viewer.settings.language);
    when::ago(today.local(at).naive_local(), today.local(today.now).naive_local(), language)
}

/// What happened to the account, newest first.
#[component]
pub(super) fn Activity(viewer: Viewer, activity: Vec<Happened>) -> impl IntoView {
    let rows = activity
        .into_iter()
        .map(|happened| {
            let mut meta = vec![happened.device];
            if !happened.address.is_empty() {
                meta.push(happened.address);
            }
            let icon = if happened.is_warning { "circle-alert" } else { "history" };
            view! {
                <li class="settings-row" class:is-warning=happened.is_warning>
                    <div class="settings-thing">
                        <Icon name=icon/>
                        <div>
                            <strong>{happened.what}</strong>
                            <small>{meta.join(" · ")}</small>
                        </div>
                    </div>
                    <span class="text-meta">{ago(&viewer, happened.at)}</span>
                </li>
            }
        })
        .collect::<Vec<_>>();
    let content = if rows.is_empty() {
        view! { <p>"Nothing yet. Log-ins and changes to the way in appear here."</p> }.into_any()
    } else {
        view! { <ul>{rows}</ul> }.into_any()
    };
    view! {
        <section class="settings-section" aria-labelledby="activity-heading">
            <h2 id="activity-heading">"Recent activity"</h2>
            {content}
        </section>
    }
}
