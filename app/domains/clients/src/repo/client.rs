//! Clients in the database.

use db::{ResultExt, sql};
use kernel::{ClientId, Cx, Error, OrNotFound, Permission, Result, Scope, Tx};

use crate::{
    model::{Client, ClientList, ClientRow, Finance, Form},
    rules::{Cursor, Reach},
};

/// A client as it is kept. The finance facts are nobody's before [`Kept::seen_by`].
#[derive(Debug, sqlx::FromRow)]
pub struct Kept {
    id: ClientId,
    name: String,
    note: String,
    email: String,
    phone: String,
    website: String,
    tax_id: String,
    hourly_rate: Option<i64>,
    currency: Option<String>,
    version: i64,
}

impl Kept {
    /// The one place where it is decided who reads the finance facts.
    pub fn seen_by(self, cx: &Cx) -> Client {
        let reads_finance = cx.may_in(Permission::FinanceView, Scope::Client(self.id));
        let Kept { id, name, note, email, phone, website, tax_id, hourly_rate, currency, version } = self;
        let finance = reads_finance.then_some(Finance { tax_id, hourly_rate, currency });
        Client { id, name, note, email, phone, website, finance, version }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The fields that the form changes, by name: never what is in them.
    pub fn changes(&self, form: &Form) -> Vec<&'static str> {
        let fields = [
            ("name", self.name != form.name),
            ("note", self.note != form.note),
            ("email", self.email != form.email),
            ("phone", self.phone != form.phone),
            ("website", self.website != form.website),
            ("tax_id", form.tax_id.as_ref().is_some_and(|tax_id| self.tax_id != *tax_id)),
            ("hourly_rate", form.hourly_rate.is_some_and(|rate| self.hourly_rate != rate)),
        ];
        fields.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
    }
}

/// The client with this id, if it is within reach.
pub async fn get(on: impl Into<db::On<'_>>, cx: &Cx, reach: &Reach, id: ClientId) -> Result<Kept> {
    if !reach.has_client(id) {
        return Err(Error::NotFound);
    }
    sql("select id, name, note, email, phone, website, tax_id, hourly_rate, currency, version
         from client
         where organisation_id = $1 and id = $2 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .optional(on)
    .await?
    .or_not_found()
}

/// Which clients to read.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Words in the name.
    pub text: String,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// From Z to A.
    pub descending: bool,
    /// How many at most.
    pub limit: usize,
}

#[derive(sqlx::FromRow)]
struct Sorted<T> {
    #[sqlx(flatten)]
    record: T,
    sort_name: String,
}

fn statement(columns: &'static str, cx: &Cx, reach: &Reach, wanted: &Wanted) -> db::Query {
    let mut query =
        sql("select ").push(columns).push(", lower(name) as sort_name from client where organisation_id = ");
    query = query.push_bind(cx.organisation_id()).push(" and deleted_at is null");
    if !reach.everywhere {
        query = query.push(" and id in ").push_list(reach.clients.iter().copied());
    }
    if !wanted.text.trim().is_empty() {
        query =
            query.push(" and lower(name) like ").push_bind(pattern(wanted.text.trim())).push(" escape '!'");
    }
    if let Some(after) = &wanted.after {
        query = query.push(if wanted.descending {
            " and (lower(name), id) < ("
        } else {
            " and (lower(name), id) > ("
        });
        query = query.push_bind(after.name.as_str()).push(", ").push_bind(after.id).push(")");
    }
    let order =
        if wanted.descending { " order by lower(name) desc, id desc" } else { " order by lower(name), id" };
    query.push(order).limit(wanted.limit + 1)
}

/// A page of rows, and where the next one begins.
pub async fn page(cx: &Cx, reach: &Reach, wanted: &Wanted) -> Result<ClientList> {
    let mut rows: Vec<Sorted<ClientRow>> =
        statement("id, name, email, phone", cx, reach, wanted).all(cx.db()).await?;
    let more = wanted.limit < rows.len();
    rows.truncate(wanted.limit);
    let next = rows.last().filter(|_| more);
    let next = next.map(|row| Cursor { id: row.record.id, name: row.sort_name.clone() }.to_string());
    Ok(ClientList { clients: rows.into_iter().map(|row| row.record).collect(), next })
}

/// A page of whole clients, and where the next one begins.
pub async fn whole_page(cx: &Cx, reach: &Reach, wanted: &Wanted) -> Result<(Vec<Client>, Option<String>)> {
    let columns = "id, name, note, email, phone, website, tax_id, hourly_rate, currency, version";
    let mut rows: Vec<Sorted<Kept>> = statement(columns, cx, reach, wanted).all(cx.db()).await?;
    let more = wanted.limit < rows.len();
    rows.truncate(wanted.limit);
    let next = rows.last().filter(|_| more);
    let next = next.map(|row| Cursor { id: row.record.id, name: row.sort_name.clone() }.to_string());
    Ok((rows.into_iter().map(|row| row.record.seen_by(cx)).collect(), next))
}

/// The text anywhere, for `like`.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

fn taken() -> Error {
    Error::invalid("name", "Another client has this name.")
}

/// The currency that a rate is written in.
fn currency(cx: &Cx, rate: Option<i64>) -> Option<String> {
    rate.map(|_| cx.membership().settings.currency.clone())
}

/// Writes a new client.
pub async fn insert(tx: &mut Tx, cx: &Cx, id: ClientId, form: &Form) -> Result<()> {
    let rate = form.hourly_rate.flatten();
    sql("insert into client
           (organisation_id, id, name, note, email, phone, website, tax_id, hourly_rate, currency, created_at,
            updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(form.name.as_str())
    .bind(form.note.as_str())
    .bind(form.email.as_str())
    .bind(form.phone.as_str())
    .bind(form.website.as_str())
    .bind(form.tax_id.as_deref().unwrap_or_default())
    .bind(rate)
    .bind(currency(cx, rate))
    .bind(cx.now())
    .exactly_one(tx)
    .await
    .on_constraint("client_organisation_id_name_key", taken)
}

/// Changes a client, if nobody did since `version`. Finance facts that the form does not name stay.
pub async fn update(tx: &mut Tx, cx: &Cx, before: &Kept, version: i64, form: &Form) -> Result<bool> {
    let tax_id = form.tax_id.as_ref().unwrap_or(&before.tax_id);
    let (rate, currency) = match form.hourly_rate {
        Some(rate) if rate != before.hourly_rate => (rate, currency(cx, rate)),
        _ => (before.hourly_rate, before.currency.clone()),
    };
    let changed = sql("update client
                       set name = $4, note = $5, email = $6, phone = $7, website = $8, tax_id = $9,
                         hourly_rate = $10, currency = $11, updated_at = $12, version = version + 1
                       where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(before.id)
    .bind(version)
    .bind(form.name.as_str())
    .bind(form.note.as_str())
    .bind(form.email.as_str())
    .bind(form.phone.as_str())
    .bind(form.website.as_str())
    .bind(tax_id.as_str())
    .bind(rate)
    .bind(currency)
    .bind(cx.now())
    .execute(tx)
    .await
    .on_constraint("client_organisation_id_name_key", taken)?;
    Ok(changed == 1)
}

/// Deletes a client, if nobody changed it since `version`. Its projects stay noted, for [`restore`], and are not seen.
pub async fn delete(tx: &mut Tx, cx: &Cx, id: ClientId, version: i64) -> Result<bool> {
    let changed = sql("update client
                       set deleted_at = $4, updated_at = $4, version = version + 1
                       where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(cx.now())
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Brings a deleted client back, and with it its projects.
pub async fn restore(tx: &mut Tx, cx: &Cx, id: ClientId) -> Result<bool> {
    let changed = sql("update client
                       set deleted_at = null, updated_at = $3, version = version + 1
                       where organisation_id = $1 and id = $2 and deleted_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .execute(tx)
    .await
    .on_constraint("client_organisation_id_name_key", || {
        Error::Conflict("Another client has this name now. Rename it, then bring this one back.".into())
    })?;
    Ok(changed == 1)
}
