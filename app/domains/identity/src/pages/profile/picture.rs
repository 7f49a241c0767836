//! One's own picture.

use leptos::{prelude::*, server_fn::ServerFn};
use ui::{Button, ButtonKind, html};

use crate::{
    parts::PictureForm,
    person::{
        api::{RemoveAvatar, SetAvatar},
        model::OwnProfile,
    },
};

/// The present picture, and the chosen one before it is sent.
#[component]
pub(super) fn PictureSection(profile: OwnProfile, remove: ServerAction<RemoveAvatar>) -> impl IntoView {
    let chosen = RwSignal::new(None::<String>);
    let present = kernel::picture(profile.id, profile.avatar);
    let has_picture = present.is_some();
    let (name, category) = (profile.name, profile.category);
    let face = move || {
        let picture = chosen.get().or_else(|| present.clone());
        view! {
            <span class=format!("portrait {}", html::category_class(category))>
                {match picture {
                    Some(picture) => view! { <img src=picture alt="Your picture" width="64" height="64"/> }.into_any(),
                    None => view! { <span aria-hidden="true">{html::initials(&name)}</span> }.into_any(),
                }}
            </span>
        }
    };
    view! {
        <section class="settings-section" aria-labelledby="picture-heading">
            <h2 id="picture-heading">"Picture"</h2>
            <div class="picture-row">
                {face}
                <div>
                    <PictureForm
                        action=SetAvatar::PATH
                        field="avatar"
                        max_bytes=1_572_864.0
                        note="PNG, JPEG or WebP of at most 1.5 MB. It is cut to a square."
                        too_large="This file is larger than 1.5 MB. Choose a smaller one."
                        on_choose=move |address| chosen.set(address)
                    />
                    {has_picture
                        .then(|| {
                            view! {
                                <ActionForm action=remove>
                                    <Button kind=ButtonKind::Submit pending=remove.pending() icon="trash-2">
                                        "Remove the picture"
                                    </Button>
                                </ActionForm>
                            }
                        })}
                </div>
            </div>
        </section>
    }
}
