//! Being away: who decides meanwhile, and until when.

use kernel::{PageData, Viewer};
use leptos::prelude::*;
use ui::{
    Button, ButtonKind, ButtonVariant, Choice, DateField, Dialog, FormError, SelectField, Toast, error_of,
    field_error, on_answer, use_toaster, words::Language,
};

use crate::{
    api,
    model::{MyWork, StandIn},
};

/// Who decides, from when and until when.
pub fn sentence(away: &StandIn, viewer: &Viewer) -> String {
    let language = Language::from_tag(&viewer.settings.language);
    let day = |day| ui::when::short_date(day, viewer.today.date(), language);
    let name = viewer.directory.person(away.deputy_id).map_or("Somebody", |person| person.name.as_str());
    format!("{name} decides for you from {} to {}.", day(away.from_on), day(away.until_on))
}

/// Says that one is away, and who decides meanwhile.
#[component]
pub fn AwayDialog(
    open: RwSignal<bool>,
    /// The page, which is loaded again.
    work: PageData<MyWork>,
    /// Who decides so far.
    away: Option<StandIn>,
    viewer: Viewer,
) -> impl IntoView {
    let (set, end) = (ServerAction::<api::SetStandIn>::new(), ServerAction::<api::EndStandIn>::new());
    let (toaster, viewer) = (use_toaster(), StoredValue::new(viewer));
    on_answer(set, move |answer| {
        if answer.is_ok() {
            open.set(false);
            work.refetch();
        }
    });
    on_answer(end, move |answer| {
        match answer {
            Ok(()) => open.set(false),
            Err(error) => {
                toaster.show(Toast::failed(error.to_string()));
            }
        }
        work.refetch();
    });
    view! {
        <Dialog id="away" open title="While you are away">
            <Fields viewer=viewer.get_value() away set end/>
        </Dialog>
    }
}

#[component]
fn Fields(
    viewer: Viewer,
    away: Option<StandIn>,
    set: ServerAction<api::SetStandIn>,
    end: ServerAction<api::EndStandIn>,
) -> impl IntoView {
    let error = error_of(set.value());
    let today = viewer.today.date();
    let people =
        viewer.directory.people.iter().filter(|person| person.active && person.id != viewer.member_id);
    let people: Vec<Choice> =
        people.map(|person| Choice::new(person.id.to_string(), person.name.clone())).collect();
    let deputy = away.map(|away| away.deputy_id.to_string()).unwrap_or_default();
    let from = away.map_or(today, |away| away.from_on);
    let until = away.map(|away| away.until_on);
    view! {
        <ActionForm action=set attr:class="form">
            <p>"Somebody else decides what you are asked to approve, also what waits already. The history names both of you."</p>
            <FormError error/>
            <SelectField
                name="deputy_id"
                label="Who decides"
                options=people
                value=deputy
                placeholder="Choose a person"
                required=true
                error=field_error(error, "deputy_id")
            />
            <DateField name="from_on" label="From" value=from today=today required=true/>
            <DateField
                name="until_on"
                label="Until"
                value=until
                today=today
                min=today
                required=true
                error=field_error(error, "until_on")
            />
            <div class="form-actions">
                {away
                    .map(|_| {
                        view! {
                            <Button pending=end.pending() on_click=move |_| {
                                end.dispatch(api::EndStandIn {});
                            }>"I am back"</Button>
                        }
                    })}
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=set.pending()>"Save"</Button>
            </div>
        </ActionForm>
    }
}
