//! A public form, for anybody who has its link. A plain form that works without scripts; with them, it is judged while it is
//! filled in, and nothing that was typed leaves the page until it was taken.

use kernel::Error;
use leptos::{ev::SubmitEvent, form::FromFormData, html, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{
    Button, ButtonKind, ButtonSize, ButtonVariant, FormError, Size, SquareMark, TextField, Wait, field_error,
    on_answer,
};
use wasm_bindgen::JsCast;

use crate::{
    api::{self, SendPublicForm},
    form::value::Around,
    intake::{self, Contact, EMAIL_MAX, NAME_MAX, PublicForm, Received, Sent},
    model::Values,
    parts::{
        field::FieldControl,
        sheet::{Names, Sheet, Strays},
    },
    rules::TITLE_MAX,
};

/// `/forms/:token`
#[component]
pub fn PublicFormPage(
    /// What stands in the place of a form that is closed, as in that of any page that does not exist.
    lost: fn() -> AnyView,
) -> impl IntoView {
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("token").unwrap_or_default()));
    let form =
        kernel::page_data(move || token.get(), |token| async move { api::load_public_form(token).await });
    view! {
        <link rel="stylesheet" href="/intake.css"/>
        <Wait content=move || async move {
            match form.await {
                Ok(form) => view! { <Asking token=token.get_untracked() form/> }.into_any(),
                Err(Error::NotFound) => lost(),
                Err(error) => view! { <NotLoaded error/> }.into_any(),
            }
        }/>
    }
}

/// What went wrong on the way to the form.
#[component]
fn NotLoaded(error: Error) -> impl IntoView {
    ui::set_status(&error);
    view! {
        <Title text="Not loaded"/>
        <main class="intake" id="content">
            <FormError error=Some(error)/>
        </main>
    }
}

#[component]
fn Asking(token: String, form: PublicForm) -> impl IntoView {
    let (sent, outcome) = match form.answered.clone() {
        Some(answered) => (answered.sent, Some(answered.outcome)),
        None => (Sent::default(), None),
    };
    let received = RwSignal::new(outcome.clone().and_then(Result::ok));
    let wrong = RwSignal::new(outcome.and_then(Result::err));
    let (heading, organisation) = (form.heading.clone(), form.organisation.clone());
    let token = StoredValue::new(token);
    let given = StoredValue::new((form, sent));
    let content = move || match received.get() {
        Some(received) => view! { <Thanks token=token.get_value() received/> }.into_any(),
        None => {
            let (form, sent) = given.get_value();
            view! { <Questions token=token.get_value() form sent received wrong/> }.into_any()
        }
    };
    view! {
        <Title text=heading/>
        <div class="intake">
            <header class="auth-brand">
                <SquareMark name=organisation.clone() size=Size::Medium/>
                <span class="truncate">{organisation}</span>
            </header>
            <main class="auth-card" id="content">
                {content}
            </main>
        </div>
    }
}

/// What is said once the form was taken.
#[component]
fn Thanks(token: String, received: Received) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    // Who cannot see that the form is gone hears what came of it.
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            heading.focus().ok();
        }
    });
    let afterwards = (!received.afterwards.is_empty()).then(|| {
        view! { <p class="intake-words">{received.afterwards.clone()}</p> }
    });
    view! {
        <h1 tabindex="-1" node_ref=heading>"It has arrived"</h1>
        <p class="intake-words">"Its number is " <strong class="tabular">{received.item}</strong> "."</p>
        {afterwards}
        // Loaded anew, since each form is taken once.
        <p class="auth-note"><a href=format!("/forms/{token}") rel="external">"Send another one"</a></p>
    }
}

#[component]
fn Questions(
    token: String,
    form: PublicForm,
    /// What was typed already.
    sent: Sent,
    received: RwSignal<Option<Received>>,
    wrong: RwSignal<Option<Error>>,
) -> impl IntoView {
    let send = ServerAction::<SendPublicForm>::new();
    let holder = NodeRef::<html::Form>::new();
    on_answer(send, move |answer| match answer {
        Ok(taken) => received.set(Some(taken)),
        Err(error) => show_mistake(wrong, error, holder),
    });
    let error: Signal<Option<Error>> = wrong.into();
    let names = Names { currency: form.currency.clone(), zone: form.zone.clone(), ..Names::default() };
    let sheet = Sheet::new(form.fields.clone(), Values::new(), Some(intake::nowhere()), names, error);
    // Where nothing was sent yet, nothing is typed.
    let sheet = if form.answered.is_some() { sheet.typed(sent.data.clone()) } else { sheet };
    let controls =
        form.fields.iter().cloned().map(|field| view! { <FieldControl sheet field/> }).collect_view();
    let look = move |_: web_sys::Event| {
        if let Some(holder) = holder.get_untracked() {
            sheet.look(&holder);
        }
    };
    let (contact, fields) = (form.contact, StoredValue::new(form.fields.clone()));
    let submit = move |event: SubmitEvent| {
        // What cannot be read here is sent as a plain form is.
        let Ok(letter) = SendPublicForm::from_event(&event) else { return };
        event.prevent_default();
        if send.pending().get_untracked() {
            return;
        }
        let sent = Sent {
            title: letter.title.clone(),
            name: letter.sender_name.clone(),
            email: letter.sender_email.clone(),
            data: letter.data.clone(),
        };
        match fields.with_value(|fields| intake::read(fields, contact, &sent.plain(), &Around::LOOSE)) {
            Ok(_) => {
                wrong.set(None);
                send.dispatch(letter);
            }
            Err(error) => show_mistake(wrong, error, holder),
        }
    };
    let introduction = (!form.introduction.is_empty()).then(|| {
        view! { <p class="auth-text intake-words">{form.introduction.clone()}</p> }
    });
    let needed = contact == Contact::Needed;
    let sender = (contact != Contact::None).then(|| {
        view! {
            <TextField
                name="sender_name"
                label="Your name"
                autocomplete="name"
                maxlength=i64::try_from(NAME_MAX).unwrap_or(100)
                required=needed
                value=sent.name.clone()
                error=field_error(error, "sender_name")
            />
            <TextField
                name="sender_email"
                label="Your e-mail"
                kind="email"
                autocomplete="email"
                maxlength=i64::try_from(EMAIL_MAX).unwrap_or(254)
                required=needed
                value=sent.email.clone()
                error=field_error(error, "sender_email")
            />
        }
    });
    view! {
        <div>
            <h1>{form.heading.clone()}</h1>
            {introduction}
        </div>
        <form
            class="form"
            method="post"
            action=format!("/forms/{token}")
            novalidate=true
            node_ref=holder
            on:submit=submit
            on:input=look
            on:change=look
        >
            <input type="hidden" name="token" value=token.clone()/>
            <input type="hidden" name="key" value=form.key.to_string()/>
            <div class="visually-hidden" aria-hidden="true">
                <label>
                    "Leave this empty"
                    <input type="text" name="homepage" tabindex="-1" autocomplete="off"/>
                </label>
            </div>
            {move || summary(error.get())}
            <Strays sheet/>
            <TextField
                name="title"
                label=form.title_label.clone()
                required=true
                maxlength=i64::try_from(TITLE_MAX).unwrap_or(200)
                autocomplete="off"
                value=sent.title.clone()
                error=field_error(error, "title")
            />
            {controls}
            {sender}
            <Button
                kind=ButtonKind::Submit
                variant=ButtonVariant::Primary
                size=ButtonSize::Large
                class="is-wide"
                pending=send.pending()
            >
                "Send"
            </Button>
        </form>
    }
}

/// What is wrong about the whole, in a sentence for people who know nothing of the program.
fn summary(error: Option<Error>) -> AnyView {
    let said = match error {
        None => None,
        Some(Error::Invalid(_)) => Some(
            "It is not sent yet: some answers need another look. What you wrote is still here.".to_owned(),
        ),
        Some(Error::TooMany { retry_after_secs }) => {
            let minutes = (retry_after_secs + 59) / 60;
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            Some(format!(
                "It was not taken, since this form was sent too often just now. Try again in {minutes} {unit}; \
                 what you wrote is still here."
            ))
        }
        Some(Error::NotFound) => Some("This form is closed by now. Nothing was sent.".to_owned()),
        Some(error) => Some(error.to_string()),
    };
    view! {
        <div class="form-error" role="alert">
            {said.map(|said| view! { <div class="banner is-danger"><div class="banner-text">{said}</div></div> })}
        </div>
    }
    .into_any()
}

/// Says what is wrong, and leads to the first control that says so.
fn show_mistake(wrong: RwSignal<Option<Error>>, error: Error, holder: NodeRef<html::Form>) {
    wrong.set(Some(error));
    leptos::task::spawn_local(async move {
        leptos::task::tick().await;
        let first = holder.get_untracked().and_then(|holder| {
            let marked =
                holder.query_selector("[aria-invalid=\"true\"], .is-invalid input:not([type=hidden])");
            marked.ok().flatten()?.dyn_into::<web_sys::HtmlElement>().ok()
        });
        if let Some(first) = first {
            first.focus().ok();
        }
    });
}
