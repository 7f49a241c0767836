//! Ids: UUIDv7, one type per kind of record, so that they cannot be mixed up.

/// Reads an id as text, the only form it travels in: one reader for all ids keeps the client small.
fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<uuid::Uuid, D::Error> {
    let text: String = serde::Deserialize::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

/// What documents of the interface say of an id.
#[cfg(feature = "ssr")]
fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    use utoipa::openapi::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
    let format = SchemaFormat::KnownFormat(KnownFormat::Uuid);
    ObjectBuilder::new().schema_type(Type::String).format(Some(format)).build().into()
}

/// Declares id types.
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(transparent))]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// The UUID inside, for values that may be of any kind.
            pub fn uuid(self) -> uuid::Uuid {
                self.0
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read(deserializer).map(Self)
            }
        }

        #[cfg(feature = "ssr")]
        impl From<$name> for db::Arg {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        // As a plain uuid, in place: the document says in words what it is the id of.
        #[cfg(feature = "ssr")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                schema()
            }
        }

        #[cfg(feature = "ssr")]
        impl utoipa::ToSchema for $name {}

        #[cfg(feature = "ssr")]
        impl db::Nullable for $name {
            const NULL: db::Arg = db::Arg::Uuid(None);
        }
    )+};
}

id! {
    /// A person, whichever organisations they belong to.
    AccountId,
    /// A tenant.
    OrganisationId,
    /// A person's membership in one organisation.
    MemberId,
    /// A team of one organisation.
    TeamId,
    /// A role that an organisation has made.
    RoleId,
    /// Leave for support to act as a member.
    SupportAccessId,
    /// A further role of a member.
    GrantId,
    /// A business unit of an organisation.
    BrandId,
    /// A log-in on one device.
    SessionId,
    /// A workflow.
    WorkflowId,
    /// A step of a workflow.
    StepId,
    /// A way from one step to another.
    TransitionId,
    /// A field of a workflow's form.
    FieldId,
    /// A work item.
    ItemId,
    /// A comment on a record.
    CommentId,
    /// Members who write to each other.
    ConversationId,
    /// What one of them wrote.
    MessageId,
    /// Time that a member spent on an item.
    TimeEntryId,
    /// A notice to one member.
    NotificationId,
    /// A browser in which a member is told of things.
    PushSubscriptionId,
    /// A rule by which a workflow acts on items by itself.
    RuleId,
    /// One time that such a rule was set off.
    RunId,
    /// An address at which another program tells something.
    HookId,
    /// An appointment in the calendar.
    EventId,
    /// A kind of work that is booked.
    JobTypeId,
    /// A time at which a team does such work.
    BookingId,
    /// A saved set of filters.
    ViewId,
    /// A job in the background.
    JobId,
    /// A mail that goes out.
    MailId,
    /// A file that is attached to a record.
    FileId,
    /// A key with which a program asks.
    ApiKeyId,
    /// A program that an organisation lets ask people for leave.
    AppId,
    /// A member's leave for such a program.
    ConnectionId,
    /// An address that is told of what happens.
    WebhookId,
    /// One event on its way to such an address.
    DeliveryId,
    /// A company that the organisation works for.
    ClientId,
    /// What is done for a client.
    ProjectId,
}
