//! What the viewer is told of and how, everywhere or in one place, and when to be left alone.

use std::{future::Future, pin::Pin};

use kernel::{ByMail, NoticeKind, Viewer, Ways, use_viewer};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_query_map};
use ui::{
    Banner, Breadcrumbs, Button, ButtonGroup, ButtonSize, ButtonVariant, Choice, Crumb, ErrorState,
    IconButton, PageTitle, SelectField, Skeleton, Switch, Toast, TopBar, Wait, use_toaster, when::moment,
};
use uuid::Uuid;

use super::browser::{self, Standing};
use crate::{
    api,
    model::{Device, Mute, Place, Settings},
};

/// The places in which one may be told differently, as they come.
pub type Places = Pin<Box<dyn Future<Output = Vec<Place>> + Send>>;

/// What can be done on the page, made once: its content comes anew. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    settings: kernel::PageData<Settings>,
    place: Memo<Option<Uuid>>,
    standing: RwSignal<Option<Standing>>,
    busy: RwSignal<bool>,
    toaster: ui::Toaster,
}

impl Acts {
    fn failed(self, text: impl Into<String>) {
        self.toaster.show(Toast::failed(text));
    }

    fn choose(self, kind: NoticeKind, place: Option<Uuid>, ways: Ways) {
        spawn_local(async move {
            match api::choose(kind, place, ways.in_app, ways.mail, ways.push).await {
                // What the place had in common with everywhere until now, it has of its own.
                Ok(()) if place.is_some() => self.settings.refetch(),
                Ok(()) => {}
                Err(error) => {
                    self.failed(error.to_string());
                    self.settings.refetch();
                }
            }
        });
    }

    fn as_everywhere(self) {
        let Some(place) = self.place.try_get_untracked().flatten() else { return };
        self.run(api::choose_as_everywhere(place));
    }

    fn mute(self, mute: Mute) {
        self.run(api::leave_alone(mute));
    }

    fn run(self, act: impl Future<Output = kernel::Result<()>> + 'static) {
        spawn_local(async move {
            match act.await {
                Ok(()) => self.settings.refetch(),
                Err(error) => self.failed(error.to_string()),
            }
        });
    }

    fn look(self) {
        spawn_local(async move {
            let standing = browser::standing().await;
            self.standing.try_set(Some(standing));
        });
    }

    fn turn_on(self, key: String) {
        self.busy.set(true);
        spawn_local(async move {
            match browser::turn_on(&key).await {
                Ok(given) => match api::add_device(given.endpoint, given.public_key, given.secret).await {
                    Ok(()) => {
                        self.toaster.show(Toast::new("You are told on this device now"));
                        self.settings.refetch();
                    }
                    Err(error) => {
                        browser::turn_off().await;
                        self.failed(error.to_string());
                    }
                },
                Err(why) => self.failed(why),
            }
            self.busy.try_set(false);
            self.look();
        });
    }

    fn remove(self, device: Device) {
        spawn_local(async move {
            let here = self.standing.try_get_untracked().flatten();
            if here == Some(Standing::On(device.endpoint)) {
                browser::turn_off().await;
            }
            match api::remove_device(device.id).await {
                Ok(()) => self.settings.refetch(),
                Err(error) => self.failed(error.to_string()),
            }
            self.look();
        });
    }
}

/// `/inbox/settings`, or `/inbox/settings?of=<place>`
#[component]
pub fn SettingsPage(
    /// Gives the places to choose from.
    places: fn() -> Places,
) -> impl IntoView {
    let query = use_query_map();
    let place = Memo::new(move |_| query.read().get_str("of").and_then(|text| text.parse::<Uuid>().ok()));
    let settings = kernel::page_data(move || place.get(), api::load_settings);
    let places = kernel::page_data(|| (), move |()| async move { Ok(places().await) });
    let viewer = use_viewer();
    let acts = Acts {
        settings,
        place,
        standing: RwSignal::new(None),
        busy: RwSignal::new(false),
        toaster: use_toaster(),
    };
    Effect::new(move |_| acts.look());
    view! {
        <Title text="What you are told of"/>
        <TopBar
            title="What you are told of"
            back="/inbox"
            path=|| {
                view! {
                    <Breadcrumbs icon="inbox">
                        <Crumb href="/inbox">"Inbox"</Crumb>
                        <Crumb>"What you are told of"</Crumb>
                    </Breadcrumbs>
                }
            }
        />
        <div class="page">
            <PageTitle title="What you are told of" text="It counts for this organisation. What you do yourself you are never told of."/>
            <Wait fallback=|| view! { <Skeleton rows=8/> } content=move || async move {
                match (viewer.await, settings.await, places.await) {
                    (Ok(viewer), Ok(settings), Ok(places)) => {
                        view! { <Choices viewer settings places acts/> }.into_any()
                    }
                    (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => {
                        view! { <ErrorState error retry=move || settings.refetch()/> }.into_any()
                    }
                }
            }/>
        </div>
    }
}

#[component]
fn Choices(viewer: Viewer, settings: Settings, places: Vec<Place>, acts: Acts) -> impl IntoView {
    let until = settings.muted_until.map(|until| moment(until, &viewer).0);
    let Settings { place, kinds, differs, devices, push_key, email, .. } = settings;
    let rows = kinds.into_iter().map(|(kind, ways)| view! { <Kind kind ways place acts/> }).collect_view();
    let muted = match until {
        Some(until) => view! {
            <p>{format!("You are left alone until {until}. What happens meanwhile waits in your inbox.")}</p>
            <Button icon="bell" on_click=move |_| acts.mute(Mute::Off)>"Tell me again"</Button>
        }
        .into_any(),
        None => view! {
            <p>"Nothing asks for your attention meanwhile: no number, no mail at once, no message on devices."</p>
            <ButtonGroup label="For how long">
                <Button on_click=move |_| acts.mute(Mute::Hour)>"One hour"</Button>
                <Button on_click=move |_| acts.mute(Mute::Tomorrow)>"Until tomorrow"</Button>
                <Button on_click=move |_| acts.mute(Mute::Week)>"A week"</Button>
            </ButtonGroup>
        }
        .into_any(),
    };
    view! {
        <section class="told" aria-labelledby="ways-title">
            <header class="told-head">
                <h2 id="ways-title">"By which ways"</h2>
                <PlaceField places acts/>
            </header>
            {differs.then(|| view! {
                <Banner>
                    "Here you have chosen differently from everywhere else. "
                    <Button size=ButtonSize::Small on_click=move |_| acts.as_everywhere()>"As everywhere"</Button>
                </Banner>
            })}
            // Those of another place are on their way: what is chosen now would be chosen for this one.
            <fieldset class="ways" aria-labelledby="ways-title" disabled=move || acts.place.get() != place>
                <table class="ways-table">
                    <thead>
                        <tr>
                            <th scope="col"><span class="visually-hidden">"What happens"</span></th>
                            <th scope="col">"Inbox"</th>
                            <th scope="col">"Mail"</th>
                            <th scope="col">"Devices"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </fieldset>
            <p class="ways-note">
                {format!("Mails go to {email}. At once is a minute later, unless you have seen it by then. ")}
                "Each morning is one mail at seven with everything that you have not seen, and none when there is nothing."
            </p>
        </section>
        <section class="told" aria-labelledby="devices-title">
            <h2 id="devices-title">"Devices"</h2>
            <ThisDevice push_key acts/>
            <Devices devices viewer acts/>
        </section>
        <section class="told" aria-labelledby="mute-title">
            <h2 id="mute-title">"Leave me alone"</h2>
            {muted}
        </section>
    }
}

/// Where the ways count.
#[component]
fn PlaceField(places: Vec<Place>, acts: Acts) -> impl IntoView {
    let navigate = use_navigate();
    let chosen = acts.place.get_untracked().map(|id| id.to_string()).unwrap_or_default();
    let options: Vec<Choice> =
        places.into_iter().map(|place| Choice::new(place.id.to_string(), place.name)).collect();
    let go = Callback::new(move |id: String| {
        let address =
            if id.is_empty() { "/inbox/settings".to_owned() } else { format!("/inbox/settings?of={id}") };
        navigate(&address, Default::default());
    });
    view! {
        <SelectField
            name="of"
            label="Where they count"
            label_hidden=true
            options
            value=chosen
            placeholder="Everywhere"
            on_change=go
        />
    }
}

/// The ways of one kind.
#[component]
fn Kind(kind: NoticeKind, ways: Ways, place: Option<Uuid>, acts: Acts) -> impl IntoView {
    let now = RwSignal::new(ways);
    let set = move |change: &dyn Fn(&mut Ways)| {
        now.update(change);
        acts.choose(kind, place, now.get_untracked());
    };
    let times = [(ByMail::Off, "Never"), (ByMail::AtOnce, "At once"), (ByMail::Daily, "Each morning")];
    let options: Vec<Choice> = times.iter().map(|(mail, label)| Choice::new(mail.key(), *label)).collect();
    let label = kind.label();
    view! {
        <tr>
            <th scope="row">
                <span class="ways-kind">{label}</span>
                <span class="ways-when">{kind.when()}</span>
            </th>
            <td data-label="Inbox">
                <Switch
                    name=format!("in_app-{kind}")
                    checked=ways.in_app
                    on_change=move |on| set(&|ways| ways.in_app = on)
                >
                    <span class="visually-hidden">{format!("{label} in the inbox")}</span>
                </Switch>
            </td>
            <td data-label="Mail">
                <SelectField
                    name=format!("mail-{kind}")
                    label=format!("{label} by mail")
                    label_hidden=true
                    options
                    value=ways.mail.key()
                    on_change=move |key: String| {
                        if let Ok(mail) = key.parse() {
                            set(&|ways| ways.mail = mail);
                        }
                    }
                />
            </td>
            <td data-label="Devices">
                <Switch
                    name=format!("push-{kind}")
                    checked=ways.push
                    on_change=move |on| set(&|ways| ways.push = on)
                >
                    <span class="visually-hidden">{format!("{label} on devices")}</span>
                </Switch>
            </td>
        </tr>
    }
}

/// Whether this browser shows messages, and the way to change it.
#[component]
fn ThisDevice(push_key: String, acts: Acts) -> impl IntoView {
    let key = StoredValue::new(push_key);
    move || {
        Some(match acts.standing.get()? {
            Standing::Unable => view! {
                <p>"This browser cannot show messages while no page is open, or the page did not come over a safe connection."</p>
            }
            .into_any(),
            Standing::NotInstalled => view! {
                <p>"Add Mediap to the home screen first: Share, then Add to Home Screen. Open it from there and come back here."</p>
            }
            .into_any(),
            Standing::Blocked => view! {
                <p>"The browser forbids messages of this website. Allow them in its settings for this page, then load the page again."</p>
            }
            .into_any(),
            Standing::Off => view! {
                <p>"What you choose for devices shows up as a message of the browser, also while no page is open."</p>
                <Button
                    icon="bell-ring"
                    variant=ButtonVariant::Primary
                    pending=acts.busy
                    on_click=move |_| acts.turn_on(key.get_value())
                >
                    "Tell me on this device"
                </Button>
            }
            .into_any(),
            Standing::On(_) => view! { <p>"You are told on this device, also while no page is open."</p> }.into_any(),
        })
    }
}

#[component]
fn Devices(devices: Vec<Device>, viewer: Viewer, acts: Acts) -> impl IntoView {
    if devices.is_empty() {
        return ().into_any();
    }
    let rows = devices
        .into_iter()
        .map(|device| {
            let (since, _) = moment(device.created_at, &viewer);
            let (name, endpoint) = (device.name.clone(), device.endpoint.clone());
            let here = move || acts.standing.get() == Some(Standing::On(endpoint.clone()));
            view! {
                <li class="device-row">
                    <ui::Icon name="monitor"/>
                    <span class="device-text">
                        <strong>{device.name.clone()}</strong>
                        {move || here().then_some(" · this device")}
                        <span class="ways-when">{since}</span>
                    </span>
                    <IconButton
                        icon="x"
                        label=format!("Do not tell me on {name}")
                        size=ButtonSize::Small
                        on_click=move |_| acts.remove(device.clone())
                    />
                </li>
            }
        })
        .collect_view();
    view! { <ul class="device-list">{rows}</ul> }.into_any()
}
