//! What an entry of the palette does, written as the id that the palette hands back.

use kernel::{BrandId, OrganisationId};
use ui::theme::Theme;

/// What happens when an entry is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Goes to a page.
    Go(String),
    /// Shows a theme.
    Theme(Theme),
    /// Shows the keys.
    Keys,
    /// Ends the session.
    LogOut,
    /// Goes on in another organisation.
    Switch(OrganisationId),
    /// Works in another brand; none is the usual one.
    Brand(Option<BrandId>),
}

impl Act {
    /// The id of an entry that does this.
    pub(super) fn id(&self) -> String {
        match self {
            Act::Go(href) => format!("go:{href}"),
            Act::Theme(theme) => format!("theme:{}", theme.as_str()),
            Act::Keys => "keys:".to_owned(),
            Act::LogOut => "log-out:".to_owned(),
            Act::Switch(organisation_id) => format!("switch:{organisation_id}"),
            Act::Brand(Some(brand)) => format!("brand:{brand}"),
            Act::Brand(None) => "brand:".to_owned(),
        }
    }

    /// What an entry with this id does.
    pub(super) fn parse(id: &str) -> Option<Self> {
        let (verb, object) = id.split_once(':')?;
        match verb {
            "go" => Some(Act::Go(object.to_owned())),
            "theme" => Some(Act::Theme(Theme::parse(object))),
            "keys" => Some(Act::Keys),
            "log-out" => Some(Act::LogOut),
            "switch" => object.parse().ok().map(Act::Switch),
            "brand" if object.is_empty() => Some(Act::Brand(None)),
            "brand" => object.parse().ok().map(|brand| Act::Brand(Some(brand))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_survives_as_an_id() {
        let organisation: OrganisationId = "01939d2e-8f5a-7c3b-9f00-1f2e3d4c5b6a".parse().unwrap();
        let acts = [
            Act::Go("/items/1?tab=a:b".to_owned()),
            Act::Theme(Theme::Dark),
            Act::Theme(Theme::System),
            Act::Keys,
            Act::LogOut,
            Act::Switch(organisation),
            Act::Brand(Some(organisation.uuid().into())),
            Act::Brand(None),
        ];
        for act in acts {
            assert_eq!(Act::parse(&act.id()), Some(act));
        }
        assert_eq!(Act::parse("switch:nobody"), None);
        assert_eq!(Act::parse("brand:none"), None);
        assert_eq!(Act::parse("nothing"), None);
    }
}
