//! What the viewer wants to be told of, and when to be left alone.

use kernel::{NoticeKind, use_viewer};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use ui::{
    Breadcrumbs, Button, ButtonGroup, Crumb, ErrorState, PageTitle, Skeleton, Switch, Toast, TopBar, Wait,
    use_toaster, when::Clock, words::Language,
};

use crate::{
    api,
    model::{Mute, Settings},
};

/// `/inbox/settings`
#[component]
pub(super) fn NotificationSettingsPage() -> impl IntoView {
    let settings = kernel::page_data(|| (), |()| api::load_settings());
    let viewer = use_viewer();
    let toaster = use_toaster();
    let failed = move |error: &kernel::Error| {
        toaster.show(Toast::failed(error.to_string()));
    };
    let want = Callback::new(move |(kind, wanted): (NoticeKind, bool)| {
        spawn_local(async move {
            if let Err(error) = api::want(kind, wanted).await {
                failed(&error);
                settings.refetch();
            }
        });
    });
    let mute = Callback::new(move |mute| {
        spawn_local(async move {
            match api::leave_alone(mute).await {
                Ok(()) => settings.refetch(),
                Err(error) => failed(&error),
            }
        });
    });
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
            <Wait fallback=|| view! { <Skeleton rows=5/> } content=move || async move {
                match (viewer.await, settings.await) {
                    (Ok(viewer), Ok(settings)) => {
                        let clock = match viewer.settings.clock {
                            kernel::HourClock::H24 => Clock::Hours24,
                            kernel::HourClock::H12 => Clock::Hours12,
                        };
                        let language = Language::from_tag(&viewer.settings.language);
                        let until = settings.muted_until.map(|until| {
                            let local = viewer.today.local(until).naive_local();
                            ui::when::date_time(local, viewer.today.date(), clock, language)
                        });
                        view! { <Choices settings until want mute/> }.into_any()
                    }
                    (Err(error), _) | (_, Err(error)) => {
                        view! { <ErrorState error retry=move || settings.refetch()/> }.into_any()
                    }
                }
            }/>
        </div>
    }
}

#[component]
fn Choices(
    settings: Settings,
    until: Option<String>,
    want: Callback<(NoticeKind, bool)>,
    mute: Callback<Mute>,
) -> impl IntoView {
    let kinds = settings
        .kinds
        .into_iter()
        .map(|(kind, wanted)| {
            view! {
                <Switch
                    name=kind.key()
                    checked=wanted
                    hint=kind.when()
                    on_change=move |wanted| want.run((kind, wanted))
                >
                    {kind.label()}
                </Switch>
            }
        })
        .collect_view();
    let muted = match until {
        Some(until) => view! {
            <p>{format!("You are left alone until {until}. What happens meanwhile waits in your inbox.")}</p>
            <Button icon="bell" on_click=move |_| mute.run(Mute::Off)>"Tell me again"</Button>
        }
        .into_any(),
        None => view! {
            <p>"Nothing asks for your attention meanwhile; it waits in your inbox."</p>
            <ButtonGroup label="For how long">
                <Button on_click=move |_| mute.run(Mute::Hour)>"One hour"</Button>
                <Button on_click=move |_| mute.run(Mute::Tomorrow)>"Until tomorrow"</Button>
                <Button on_click=move |_| mute.run(Mute::Week)>"A week"</Button>
            </ButtonGroup>
        }
        .into_any(),
    };
    view! {
        <section class="inbox-choices" aria-label="In the inbox">{kinds}</section>
        <section class="inbox-choices" aria-labelledby="mute-title">
            <h2 id="mute-title">"Leave me alone"</h2>
            {muted}
        </section>
    }
}
