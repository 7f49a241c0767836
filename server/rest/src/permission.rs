//! Permissions as bodies and records name them.

use std::borrow::Cow;

use kernel::Permission;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// A permission, which is sent as its key of the catalogue. Another word is refused as the body is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PermissionKey(pub Permission);

impl Serialize for PermissionKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.key())
    }
}

impl<'de> Deserialize<'de> for PermissionKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = Cow::<str>::deserialize(deserializer)?;
        key.parse()
            .map(PermissionKey)
            .map_err(|()| D::Error::custom(format!("there is no permission {key:?}")))
    }
}

impl PartialSchema for PermissionKey {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A permission, by its key."))
            .enum_values(Some(Permission::ALL.iter().map(|permission| permission.key())))
            .into()
    }
}

impl ToSchema for PermissionKey {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Permission")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_is_sent_by_its_key() {
        let sent = serde_json::to_string(&PermissionKey(Permission::ItemView)).unwrap();
        assert_eq!(sent, "\"item.view\"");
        assert_eq!(serde_json::from_str::<PermissionKey>(&sent).unwrap().0, Permission::ItemView);
        let wrong = serde_json::from_str::<PermissionKey>("\"item.eat\"").unwrap_err().to_string();
        assert!(wrong.starts_with("there is no permission \"item.eat\""), "{wrong}");
        let schema = serde_json::to_value(PermissionKey::schema()).unwrap();
        assert_eq!(schema["enum"].as_array().unwrap().len(), Permission::ALL.len());
    }
}
