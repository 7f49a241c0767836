//! The page of a person.

use kernel::{HourClock, Viewer};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{
    Breadcrumbs, Crumb, Icon, LinkButton, LoadAs, Pill, TeamTag, Tone, TopBar, html,
    when::{self, Clock},
};

use crate::{
    pages::organisation_new::spoken,
    parts::BrandMark,
    person::{api::person, model::PersonCard},
};

/// Name, title, teams, where they are and what time it is there, and a few lines about themselves.
#[component]
pub(crate) fn PersonPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let data = kernel::page_data(move || id.get(), person);
    view! {
        <TopBar
            title="Person"
            back="/settings/members"
            path=move || {
                view! {
                    <Breadcrumbs icon="users">
                        <Crumb href="/settings/members">"Members"</Crumb>
                        <Crumb>"Person"</Crumb>
                    </Breadcrumbs>
                }
            }
        />
        <div class="person-page">
            <LoadAs resource=data rows=5 let:((viewer, card))>
                <Card viewer card/>
            </LoadAs>
        </div>
    }
}

#[component]
fn Card(viewer: Viewer, card: PersonCard) -> impl IntoView {
    let mine = viewer.member_id == card.id;
    let time = local_time(&viewer, &card);
    let portrait = match kernel::picture(card.id, card.avatar) {
        Some(picture) => view! { <img src=picture alt="" width="64" height="64"/> }.into_any(),
        None => view! { <span aria-hidden="true">{html::initials(&card.name)}</span> }.into_any(),
    };
    let teams = card
        .teams
        .iter()
        .filter_map(|id| viewer.directory.team(*id))
        .map(|team| view! { <TeamTag name=team.name.clone() category=team.category/> })
        .collect_view();
    let mail = format!("mailto:{}", card.email);
    view! {
        <Title text=card.name.clone()/>
        <article class="person-card">
            <header>
                <span class=format!("portrait {}", html::category_class(card.category))>{portrait}</span>
                <div class="person-head">
                    <h1>{card.name}</h1>
                    {(!card.title.is_empty()).then(|| view! { <p>{card.title}</p> })}
                    {(!card.active).then(|| view! { <Pill tone=Tone::Warning small=true>"Not here now"</Pill> })}
                </div>
                {mine.then(|| view! { <LinkButton href="/settings/profile" icon="pencil">"Edit"</LinkButton> })}
            </header>
            <dl class="person-facts">
                {(!card.location.is_empty())
                    .then(|| {
                        view! {
                            <div>
                                <dt><Icon name="map-pin"/>"Location"</dt>
                                <dd>{card.location}</dd>
                            </div>
                        }
                    })}
                <div>
                    <dt><Icon name="clock"/>"Local time"</dt>
                    <dd>
                        {time}
                        <small>{spoken(&card.time_zone)}</small>
                    </dd>
                </div>
                <div>
                    <dt><Icon name="users-round"/>"Teams"</dt>
                    <dd>
                        {if card.teams.is_empty() {
                            view! { <span class="text-meta">"No team"</span> }.into_any()
                        } else {
                            view! { <span class="inline-flex flex-wrap gap-x-3">{teams}</span> }.into_any()
                        }}
                    </dd>
                </div>
                {card
                    .brand
                    .map(|brand| {
                        view! {
                            <div>
                                <dt><Icon name="palette"/>"Brand"</dt>
                                <dd><BrandMark brand=brand.clone()/>{brand.name}</dd>
                            </div>
                        }
                    })}
                <div>
                    <dt><Icon name="mail"/>"Email"</dt>
                    <dd><a class="link" href=mail>{card.email}</a></dd>
                </div>
                <div>
                    <dt><Icon name="key-round"/>"Role"</dt>
                    <dd>{card.role.label()}</dd>
                </div>
            </dl>
            {(!card.bio.is_empty()).then(|| view! { <p class="person-bio">{card.bio}</p> })}
        </article>
    }
}

/// `14:32, 6 h behind you`.
fn local_time(viewer: &Viewer, card: &PersonCard) -> String {
    let clock = match viewer.settings.clock {
        HourClock::H24 => Clock::Hours24,
        HourClock::H12 => Clock::Hours12,
    };
    let time = when::time(card.local.local(card.local.now).time(), clock);
    match apart(card.local.offset_secs - viewer.today.offset_secs) {
        Some(apart) => format!("{time}, {apart}"),
        None => time,
    }
}

/// How far somebody's clock is from the viewer's.
fn apart(seconds: i32) -> Option<String> {
    let minutes = seconds.abs() / 60;
    let (hours, rest) = (minutes / 60, minutes % 60);
    let amount = match (hours, rest) {
        (0, 0) => return None,
        (0, rest) => format!("{rest} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {rest} min"),
    };
    Some(if seconds < 0 { format!("{amount} behind you") } else { format!("{amount} ahead of you") })
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn clocks_differ_in_words() {
        assert_eq!(apart(0), None);
        assert_eq!(apart(-6 * 3600).as_deref(), Some("6 h behind you"));
        assert_eq!(apart(5 * 3600 + 1800).as_deref(), Some("5 h 30 min ahead of you"));
        assert_eq!(apart(2700).as_deref(), Some("45 min ahead of you"));
    }
}
