//! Kinds of notifications as bodies and queries name them.

use std::borrow::Cow;

use kernel::NoticeKind;
use serde::{Deserialize, Deserializer, de::Error as _};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// A kind, which is sent as its lasting key. Another word is refused as it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoticeKey(pub(super) NoticeKind);

impl<'de> Deserialize<'de> for NoticeKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        key.parse().map(NoticeKey).map_err(|()| D::Error::custom(format!("there is no kind {key:?}")))
    }
}

impl PartialSchema for NoticeKey {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A kind of notification, by its key."))
            .enum_values(Some(NoticeKind::ALL.iter().map(|kind| kind.key())))
            .into()
    }
}

impl ToSchema for NoticeKey {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("NotificationKind")
    }
}
