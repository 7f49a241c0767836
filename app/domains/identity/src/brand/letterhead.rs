//! The paper that mails are written on: name, colour and logo of the organisation, or of the product where there is none.

use db::{Scope, sql};
use kernel::{OrganisationId, Result, Site};
use letter::{Accent, Hex, Letterhead, Logo, Shades};

use super::{
    colour::Colour,
    tones::{Theme, Tones},
};

/// The product's own colour, and that of an organisation without a brand.
const OWN: Colour = Colour::new(0x00, 0x66, 0x7f);

#[derive(sqlx::FromRow)]
struct Row {
    name: String,
    accent: Option<String>,
    logo: Option<Vec<u8>>,
    logo_type: Option<String>,
}

/// The paper of an organisation's mails, as it is now: in the colours of its standard brand, with that one's logo or its own.
pub async fn letterhead(site: &Site, organisation: Option<OrganisationId>) -> Result<Letterhead> {
    let row: Option<Row> = match organisation {
        None => None,
        Some(id) => {
            sql("select o.name, b.accent, coalesce(b.logo, o.logo) as logo,
                   case when b.logo is null then o.logo_type else b.logo_type end as logo_type
                 from organisation o
                 left join brand b
                   on b.organisation_id = o.id and b.id = o.default_brand_id and b.deleted_at is null
                 where o.id = $1")
            .bind(id)
            .optional(&site.reader(Scope::organisation(id.uuid())))
            .await?
        }
    };
    let (name, accent, logo) = match row {
        None => ("Mediap".to_owned(), None, None),
        Some(Row { name, accent, logo, logo_type }) => {
            let logo = logo.zip(logo_type).map(|(bytes, media_type)| Logo { bytes, media_type });
            (name, accent, logo)
        }
    };
    let theme = Theme::of(accent.and_then(|accent| Colour::parse(&accent)).unwrap_or(OWN));
    let accent = Accent { light: shades(&theme.light), dark: shades(&theme.dark) };
    Ok(Letterhead { name, site: site.base_url().to_owned(), accent, logo })
}

fn shades(tones: &Tones) -> Shades {
    let hex = |colour: Colour| Hex::new(&colour.hex());
    Shades {
        solid: hex(tones.solid),
        edge: hex(tones.edge.unwrap_or(tones.solid)),
        on: hex(tones.on),
        text: hex(tones.text),
    }
}
