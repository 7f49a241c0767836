//! What a webhook can be told of, as bodies name it.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, de::Error as _};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use crate::{
    model::event::{AREAS, Area, EVERYTHING},
    rules::parse_events,
};

/// A kind of events, all of an area, or everything. Another word is refused as the body is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EventName(String);

impl<'de> Deserialize<'de> for EventName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match parse_events(&[&text]) {
            Ok(_) => Ok(EventName(text)),
            Err(_) => Err(D::Error::custom(format!("there is no event {text:?}"))),
        }
    }
}

impl PartialSchema for EventName {
    fn schema() -> RefOr<Schema> {
        let areas = AREAS.iter().flat_map(|area| std::iter::once(Area::pattern(area)).chain(area.kinds()));
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A kind of events, all of an area, or everything (`*`)."))
            .enum_values(Some(std::iter::once(EVERYTHING.to_owned()).chain(areas)))
            .into()
    }
}

impl ToSchema for EventName {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("EventName")
    }
}

/// The names as the acts take them.
pub(super) fn texts(names: Vec<EventName>) -> Vec<String> {
    names.into_iter().map(|name| name.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_named_as_the_catalogue_does() {
        for name in ["*", "item.*", "item.moved"] {
            assert_eq!(serde_json::from_str::<EventName>(&format!("{name:?}")).unwrap().0, name);
        }
        for wrong in ["", "item", "item.eaten", "**"] {
            serde_json::from_str::<EventName>(&format!("{wrong:?}")).unwrap_err();
        }
        let schema = serde_json::to_value(EventName::schema()).unwrap();
        assert_eq!(schema["enum"][0], "*");
        assert_eq!(schema["enum"][1], "item.*");
    }
}
