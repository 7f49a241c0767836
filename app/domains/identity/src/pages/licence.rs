//! The licence: what was bought for this installation. It tells, and locks nothing.

use kernel::Viewer;
use leptos::prelude::*;
use ui::{Banner, Icon, LoadAs, PageTitle, Tone, when};

use crate::{
    licence::{
        api::licence,
        model::{Bought, Day, Standing},
    },
    parts::{SettingsPage, language},
};

/// See the module.
#[component]
pub(crate) fn LicencePage() -> impl IntoView {
    let standing = kernel::page_data(|| (), |()| licence());
    view! {
        <SettingsPage title="Licence">
            <PageTitle title="Licence" text="What was bought for this installation. Nothing is locked by it, whatever it says."/>
            <LoadAs resource=standing rows=6 let:((viewer, standing))>
                {content(&viewer, standing)}
            </LoadAs>
        </SettingsPage>
    }
}

fn content(viewer: &Viewer, standing: Standing) -> AnyView {
    let members = standing.seats();
    let Standing { plan, bought, included, text, wants_attention, fault, .. } = standing;
    let tone = if wants_attention { Tone::Warning } else { Tone::Info };
    let free = bought.is_none();
    view! {
        {fault.map(|fault| view! { <Banner tone=Tone::Warning>{fault}</Banner> })}
        <Banner tone>{text}</Banner>
        <section class="settings-section" aria-labelledby="plan-heading">
            <h2 id="plan-heading">"Plan"</h2>
            {row("Plan", "", plan)}
            {row(
                "Members",
                "Who works in this organisation. Invited and suspended members do not count.",
                view! { <a class="link" href="/settings/members">{members}</a> },
            )}
            {bought.map(|bought| facts(viewer, bought))}
        </section>
        <section class="settings-section" aria-labelledby="included-heading">
            <h2 id="included-heading">"Included"</h2>
            <ul>{included.into_iter().map(entitlement).collect_view()}</ul>
        </section>
        {free.then(install)}
    }
    .into_any()
}

/// What only a licence says.
fn facts(viewer: &Viewer, bought: Bought) -> AnyView {
    let day = |day: Day| {
        day.date()
            .map(|date| when::bare_date(date, viewer.today.date(), language(viewer)))
            .unwrap_or_default()
    };
    let until = bought.expires.map_or_else(|| "For ever".to_owned(), day);
    view! {
        {row("Licensee", "", bought.licensee)}
        {row("Valid until", "The last day it counts for.", until)}
        {row("Issued", "", day(bought.issued))}
        {row("Licence", "For letters about it.", bought.id)}
    }
    .into_any()
}

fn row(name: &'static str, about: &'static str, value: impl IntoView + 'static) -> AnyView {
    let about = (!about.is_empty()).then(|| view! { <small>{about}</small> });
    view! {
        <div class="settings-row">
            <div>
                <strong>{name}</strong>
                {about}
            </div>
            <span>{value}</span>
        </div>
    }
    .into_any()
}

fn entitlement(name: String) -> AnyView {
    view! {
        <li class="settings-row">
            <div class="settings-thing">
                <Icon name="check"/>
                <strong>{name}</strong>
            </div>
        </li>
    }
    .into_any()
}

/// For who has bought one.
fn install() -> AnyView {
    view! {
        <section class="settings-section" aria-labelledby="install-heading">
            <h2 id="install-heading">"Install a licence"</h2>
            <p>
                "Whoever runs the server puts the file they were sent into its data folder as "
                <code>"licence.json"</code>", or names it in the setting "<code>"licence_file"</code>
                ". A file counts from the next time this page is opened, a setting from the next start. "
                <code>"mediap licence show"</code>" says what a file holds."
            </p>
        </section>
    }
    .into_any()
}
