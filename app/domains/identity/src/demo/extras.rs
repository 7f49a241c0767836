//! What the demo has beyond people and teams: brands, what people tell about themselves, and hours to book.

use std::collections::BTreeMap;

use db::sql;
use kernel::{BrandId, Cx, Error, MemberId, Result, TeamId, Tx};

use super::{DemoPlan, people::NORDVIK};
use crate::{
    brand::{
        model::{BrandTitle, parse_accent},
        repo as brands,
    },
    team,
};

/// Brands of the dealership with their colour and whose home they are; the first is the default.
const BRANDS: [(&str, &str, &[&str]); 2] =
    [("Nordvik Cars", "#0b6e8e", &[]), ("Nordvik Trucks", "#c2561b", &["jonas", "ingmar", "greta"])];

/// Short name, location, own time zone, bio.
const ABOUT: [(&str, &str, Option<&str>, &str); 5] = [
    ("elsa", "Gothenburg", None, "Runs the house since 2014.\nAsk me about anything that has no owner yet."),
    ("petra", "Gothenburg", None, "Plans the workshop. Lifts are free from 7 to 16."),
    ("marek", "Brno", Some("Europe/Prague"), "Test drives on Tuesdays and Thursdays."),
    ("sara", "Helsinki", Some("Europe/Helsinki"), "Sells, and takes pictures when Lina is away."),
    ("lina", "Mölndal", None, "Photographs every car twice: as it came and as it goes."),
];

/// Teams that can be booked: minutes a day, and whose own minutes differ.
type Hours = (&'static str, i64, &'static [(&'static str, i64)]);
const HOURS: [Hours; 3] = [
    ("Mechanics", 450, &[("petra", 120), ("bo", 240)]),
    ("Testers", 360, &[("bo", 180)]),
    ("Photo", 420, &[]),
];

/// Writes them for the dealership; other organisations have none.
pub(super) async fn write(
    tx: &mut Tx,
    cx: &Cx,
    plan: &DemoPlan,
    members: &BTreeMap<String, MemberId>,
    teams: &BTreeMap<String, TeamId>,
) -> Result<()> {
    if plan.domain != NORDVIK.domain {
        return Ok(());
    }
    let member = |short: &str| members.get(short).copied().ok_or(Error::NotFound);
    let mut default = None;
    for (name, accent, homes) in BRANDS {
        let id: BrandId = cx.new_id();
        brands::insert(tx, cx, id, &BrandTitle::parse(name)?, parse_accent(accent)?).await?;
        for short in homes {
            brands::set_home(tx, cx, member(short)?, Some(id)).await?;
        }
        default = default.or(Some(id));
    }
    brands::set_default(tx, cx, default).await?;
    for (short, location, zone, bio) in ABOUT {
        sql("update account
             set location = $3, time_zone = $4, bio = $5
             where id = (select account_id from member where organisation_id = $1 and id = $2)")
        .bind(cx.organisation_id())
        .bind(member(short)?)
        .bind(location)
        .bind(zone)
        .bind(bio)
        .exactly_one(&mut *tx)
        .await?;
    }
    for (name, minutes, own) in HOURS {
        let id = *teams.get(name).ok_or(Error::NotFound)?;
        team::repo::set_capacity(tx, cx, id, 1, true, minutes).await?;
        for (short, minutes) in own {
            team::repo::set_member_capacity(tx, cx, id, member(short)?, Some(*minutes)).await?;
        }
    }
    Ok(())
}
