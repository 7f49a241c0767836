//! The fields of a client, new or not.

use kernel::Error;
use leptos::prelude::*;
use ui::{TextArea, TextField, field_error};

use crate::{
    model::Client,
    rules::{LINE_MAX, NAME_MAX, NOTE_MAX, TAX_ID_MAX, rate_text},
};

fn length(max: usize) -> i64 {
    i64::try_from(max).unwrap_or(i64::MAX)
}

/// Who may not change finance facts gets no fields for them, so the form does not send them.
#[component]
pub(super) fn ClientFields(
    /// What it is now; none for a new one.
    client: Option<Client>,
    /// The currency of rates.
    currency: String,
    /// Whether finance facts can be changed.
    finance: bool,
    /// What was wrong.
    error: Signal<Option<Error>>,
) -> impl IntoView {
    let of = |field: fn(&Client) -> &String| {
        client.as_ref().map(|client| field(client).clone()).unwrap_or_default()
    };
    let facts = client.as_ref().and_then(|client| client.finance.clone());
    let money = finance.then(|| {
        let tax_id = facts.as_ref().map(|facts| facts.tax_id.clone()).unwrap_or_default();
        let rate = rate_text(facts.and_then(|facts| facts.hourly_rate));
        view! {
            <TextField
                name="tax_id"
                label="Tax number"
                value=tax_id
                maxlength=length(TAX_ID_MAX)
                autocomplete="off"
                error=field_error(error, "tax_id")
            />
            <TextField
                name="hourly_rate"
                label="Hourly rate"
                value=rate
                inputmode="decimal"
                autocomplete="off"
                suffix=currency
                error=field_error(error, "hourly_rate")
            />
        }
    });
    view! {
        <TextField
            name="name"
            id="field-client-name"
            label="Name"
            value=of(|client| &client.name)
            maxlength=length(NAME_MAX)
            autocomplete="off"
            required=true
            error=field_error(error, "name")
        />
        <TextField
            name="email"
            label="E-mail"
            kind="email"
            value=of(|client| &client.email)
            maxlength=length(LINE_MAX)
            autocomplete="off"
            error=field_error(error, "email")
        />
        <TextField
            name="phone"
            label="Telephone"
            kind="tel"
            value=of(|client| &client.phone)
            maxlength=length(LINE_MAX)
            autocomplete="off"
            error=field_error(error, "phone")
        />
        <TextField
            name="website"
            label="Website"
            kind="url"
            value=of(|client| &client.website)
            maxlength=length(LINE_MAX)
            autocomplete="off"
            error=field_error(error, "website")
        />
        {money}
        <TextArea
            name="note"
            label="Note"
            value=of(|client| &client.note)
            maxlength=length(NOTE_MAX)
            error=field_error(error, "note")
        />
    }
}
