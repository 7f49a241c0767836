//! The licence file, and what is said about it where the operator looks. Nothing here stops anything.

use chrono::{DateTime, Utc};
use kernel::{Clock, SystemClock};
use licence::{File, Keys, Licence, Reading, standing};

use crate::config::Config;

const NAME: &str = "licence.json";

/// The file that the settings name, or the one that may be in the data folder.
pub(crate) fn file(config: &Config) -> File {
    let named = config.licence_file.as_ref();
    let path = named.cloned().unwrap_or_else(|| config.data_dir.join(NAME));
    File::new(path, named.is_some(), Keys::compiled_in())
}

/// Writes into the log how it stands.
pub(crate) fn tell(config: &Config) {
    match summary(config) {
        Ok(text) => tracing::info!("Licence: {text}"),
        Err(text) => tracing::warn!("Licence: {text}"),
    }
}

/// How it stands in one line; an error if somebody should look, when it suits them.
pub(crate) fn summary(config: &Config) -> Result<String, String> {
    let file = file(config);
    line(&file, &file.read(), SystemClock.now())
}

fn line(file: &File, reading: &Reading, now: DateTime<Utc>) -> Result<String, String> {
    let place = file.path().display();
    // Members are counted for one organisation at a time, on its page.
    let standing = standing(reading.licence(), now, 0);
    match reading {
        Reading::Nothing => Ok("none, so this is the free edition".into()),
        Reading::Fault(error) => Err(format!(
            "the licence file {place} cannot be used: {error}; it counts as none, and everything works"
        )),
        Reading::Licence(licence) if standing.wants_attention() => {
            Err(format!("{}, {place}: {standing}", title(licence)))
        }
        Reading::Licence(licence) => Ok(format!("{}, {place}: {standing}", title(licence))),
    }
}

/// The plan and who has it.
fn title(licence: &Licence) -> String {
    format!("{} for {}", licence.plan_label(), licence.licensee)
}

/// An organisation with more members than seats, for [`page`].
pub(crate) struct Crowded {
    pub(crate) organisation: String,
    pub(crate) members: u32,
}

/// Everything there is to say, line by line.
pub(crate) fn page(file: &File, reading: &Reading, now: DateTime<Utc>, crowded: &[Crowded]) -> String {
    let mut lines = vec![("File", file.path().display().to_string())];
    match reading {
        Reading::Nothing => lines.push(("", "There is no such file, and none is needed.".into())),
        Reading::Fault(error) => lines.push(("", format!("It cannot be used: {error}. It counts as none."))),
        Reading::Licence(licence) => {
            let Licence { id, licensee, seats, issued, expires, .. } = licence;
            lines.extend([
                ("Licence", id.clone()),
                ("Licensee", licensee.clone()),
                ("Plan", licence.plan_label().to_owned()),
                (
                    "Members",
                    seats.map_or("any number".into(), |seats| format!("{seats} in each organisation")),
                ),
                ("Issued", issued.to_string()),
                ("Valid until", expires.map_or("for ever".into(), |day| day.to_string())),
            ]);
        }
    }
    lines.push(("Included", licence::included(reading.licence()).join(", ")));
    lines.push(("Standing", standing(reading.licence(), now, 0).to_string()));
    for Crowded { organisation, members } in crowded {
        let told = standing(reading.licence(), now, *members);
        lines.push(("", format!("{organisation}: {told}")));
    }
    lines.iter().map(|(name, text)| format!("{name:<13}{text}\n")).collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 21, 8, 0, 0).unwrap()
    }

    fn bought(expires: &str) -> Reading {
        Reading::Licence(Licence {
            id: "l-1".into(),
            licensee: "Nordvik Cars AB".into(),
            plan: "team".into(),
            seats: Some(25),
            entitlements: vec!["training".into()],
            issued: "2025-11-21".parse().unwrap(),
            expires: Some(expires.parse().unwrap()),
        })
    }

    #[test]
    fn one_line_says_how_it_stands_and_where_to_look() {
        let file = File::new("data/licence.json", false, Keys::default());
        let line = |reading| line(&file, &reading, now());
        assert_eq!(line(Reading::Nothing), Ok("none, so this is the free edition".into()));
        assert_eq!(
            line(bought("2027-11-21")),
            Ok("Team for Nordvik Cars AB, data/licence.json: The licence is valid until 21 November 2027."
                .into())
        );
        let ended = line(bought("2026-11-20")).unwrap_err();
        assert!(
            ended.ends_with("The licence ended on 20 November 2026. Everything goes on working."),
            "{ended}"
        );
        let broken = line(Reading::Fault(licence::Error::NotJson)).unwrap_err();
        assert_eq!(
            broken,
            "the licence file data/licence.json cannot be used: it is not a JSON object; it counts as none, and \
             everything works"
        );
    }

    #[test]
    fn the_page_says_all_of_it() {
        let file = File::new("data/licence.json", false, Keys::default());
        let crowded = [Crowded { organisation: "Nordvik Cars".into(), members: 26 }];
        assert_eq!(
            page(&file, &bought("2027-11-21"), now(), &crowded),
            "File         data/licence.json\n\
             Licence      l-1\n\
             Licensee     Nordvik Cars AB\n\
             Plan         Team\n\
             Members      25 in each organisation\n\
             Issued       2025-11-21\n\
             Valid until  2027-11-21\n\
             Included     Single sign-on, Audit log, Roles and permissions, Support by mail, Training\n\
             Standing     The licence is valid until 21 November 2027.\n             \
             Nordvik Cars: 26 members work here, and the licence is for 25. Nobody is kept out; ask for more when it \
             suits you.\n"
        );
    }
}
