//! Server functions about accounts. Each that changes something is reached by POST only.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::Result;
use leptos::prelude::*;

use crate::account::model::Invitation;

/// Opens an account and sends the link that confirms it.
#[server]
pub async fn sign_up(
    name: String,
    email: String,
    password: String,
    organisation: Option<String>,
    time_zone: Option<String>,
) -> Result<()> {
    let form = super::acts::SignUp { name, email, password, organisation, time_zone };
    let (visit, origin) = (kernel::Visit::current()?, crate::web::origin());
    let email = crate::web::evenly(super::acts::sign_up(&visit, &origin, &form)).await?;
    leptos_axum::redirect(&crate::web::with_query("/confirm", &[("email", email.as_str())]));
    Ok(())
}

/// Confirms an address. Opening the link shows a page; only its button comes here.
#[server]
pub async fn confirm(token: String) -> Result<()> {
    let email = super::acts::confirm(&kernel::Visit::current()?, &token).await?;
    leptos_axum::redirect(&crate::web::with_query(
        "/login",
        &[("done", "confirmed"), ("email", email.as_str())],
    ));
    Ok(())
}

/// Sends the confirmation link again.
#[server]
pub async fn resend_confirmation(email: String) -> Result<()> {
    let (visit, origin) = (kernel::Visit::current()?, crate::web::origin());
    let email = crate::web::evenly(super::acts::resend_confirmation(&visit, &origin, &email)).await?;
    leptos_axum::redirect(&crate::web::with_query(
        "/confirm",
        &[("email", email.as_str()), ("sent", "again")],
    ));
    Ok(())
}

/// Sends the link that sets a new password, if the address has an account.
#[server]
pub async fn request_reset(email: String) -> Result<()> {
    let (visit, origin) = (kernel::Visit::current()?, crate::web::origin());
    let email = crate::web::evenly(super::acts::request_reset(&visit, &origin, &email)).await?;
    leptos_axum::redirect(&crate::web::with_query("/reset", &[("sent", email.as_str())]));
    Ok(())
}

/// Sets a new password and logs out every device.
#[server]
pub async fn reset_password(token: String, password: String) -> Result<String> {
    let visit = kernel::Visit::current()?;
    let email = super::acts::reset_password(&visit, &crate::web::origin(), &token, &password).await?;
    crate::web::take_token(visit.site());
    let path = crate::web::with_query("/login", &[("done", "reset"), ("email", email.as_str())]);
    crate::web::leave(&path);
    Ok(path)
}

/// What an invitation says, without using it up.
#[server(name = LookAtInvitation)]
pub async fn invitation(token: String) -> Result<Invitation> {
    crate::member::acts::invitation(&kernel::Visit::current()?, &token).await
}

/// Joins the organisation of an invitation and returns where to go on.
#[server]
pub async fn accept_invitation(
    token: String,
    name: Option<String>,
    password: Option<String>,
) -> Result<String> {
    let visit = kernel::Visit::current()?;
    let accepted = crate::member::acts::accept_invitation(
        &visit,
        &crate::web::origin(),
        &token,
        name.as_deref(),
        password.as_deref(),
    )
    .await?;
    let path = match accepted {
        crate::member::acts::Accepted::Begun(begun) => crate::web::enter(&visit, &begun, Some("/")),
        crate::member::acts::Accepted::LogIn(email) => {
            crate::web::with_query("/login", &[("done", "joined"), ("email", email.as_str())])
        }
    };
    crate::web::leave(&path);
    Ok(path)
}

/// Changes the person's password.
#[server]
pub async fn change_password(current: String, password: String) -> Result<()> {
    let visit = kernel::Visit::current()?;
    let token = super::acts::change_password(&visit, &crate::web::origin(), &current, &password).await?;
    crate::web::give_token(&visit, &token);
    Ok(())
}
