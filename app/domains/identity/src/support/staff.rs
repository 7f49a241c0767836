//! Who is of support: the command line says it, nobody else can.

use kernel::{Error, Result, Site, Visit};

use super::repo;
use crate::account::EmailAddress;

/// Everybody of support: name and address.
pub async fn list(site: &Site) -> Result<Vec<(String, String)>> {
    repo::supporters(site.db()).await
}

/// Makes a person one of support, or no longer; what they do as somebody else ends with their next request.
pub async fn set(site: &Site, email: &str, is: bool) -> Result<()> {
    let visit = Visit::new(site.clone(), "support", None);
    let email = EmailAddress::parse(email)?;
    let mut tx = visit.begin().await?;
    if !repo::set_supporter(&mut tx, email.as_str(), is, visit.now()).await? {
        return Err(Error::invalid(
            "email",
            format!("Nobody with the address {} has confirmed it.", email.as_str()),
        ));
    }
    tx.commit().await
}
