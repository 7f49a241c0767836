//! What the command line does without anybody being logged in.

use kernel::{AccountId, OrganisationId, Result, Site, Visit};

use crate::{
    account::{self, EmailAddress, MailToken, PersonName, password},
    app, factor,
    form::Problems,
    limit,
    organisation::{self, model::OrganisationTitle},
    passkey, provider, secret, session,
};

/// Whether nobody has an account yet.
pub async fn is_empty(site: &Site) -> Result<bool> {
    let found: Option<(AccountId,)> = db::sql("select id from account limit 1").optional(site.db()).await?;
    Ok(found.is_none())
}

/// Creates a confirmed person with an organisation of their own. An address that is taken is a wrong field.
pub async fn create_admin(
    site: &Site,
    email: &str,
    name: &str,
    organisation: &str,
    password: &str,
) -> Result<OrganisationId> {
    let visit = Visit::new(site.clone(), "create-admin", None);
    let mut problems = Problems::default();
    let email = problems.take(EmailAddress::parse(email));
    let name = problems.take(PersonName::parse(name));
    let title = problems.take(OrganisationTitle::parse_field("organisation", organisation));
    let about =
        [email.as_ref().map_or("", EmailAddress::as_str), name.as_ref().map_or("", PersonName::as_str)];
    let strong = problems.take(password::check(password, &about));
    let (Some(email), Some(name), Some(title), Some(())) = (email, name, title, strong) else {
        return Err(problems.into_error());
    };
    let account = account::repo::Account {
        id: visit.new_id(),
        email: email.as_str().to_owned(),
        name: name.as_str().to_owned(),
        password_hash: secret::hash(password).await?,
        confirmed_at: Some(visit.now()),
    };
    let settings = organisation::acts::first_settings("", "");
    let cx = organisation::acts::founder(&visit, None, &account, &title, settings)?;
    let mut tx = cx.begin().await?;
    account::repo::insert_whole(&mut tx, &account, visit.now()).await?;
    let id = organisation::acts::found(&mut tx, &cx, account.id).await?;
    tx.commit().await?;
    Ok(id)
}

/// Forgets ended sessions, dead links and old counts. Call it now and then.
pub async fn sweep(site: &Site) -> Result<()> {
    let visit = Visit::new(site.clone(), "sweep", None);
    let now = visit.now();
    let mut tx = visit.begin().await?;
    session::repo::sweep(&mut tx, now).await?;
    session::challenge::sweep(&mut tx, now).await?;
    session::link::sweep(&mut tx, now).await?;
    session::device::sweep(&mut tx, now).await?;
    factor::repo::sweep(&mut tx, now).await?;
    account::event::sweep(&mut tx, now).await?;
    MailToken::sweep(&mut tx, now).await?;
    limit::sweep(&mut tx, now).await?;
    passkey::sweep(&mut tx, now).await?;
    provider::sweep(&mut tx, now).await?;
    tx.commit().await?;
    app::sweep(site).await
}
