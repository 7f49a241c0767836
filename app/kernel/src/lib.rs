//! The common vocabulary of the product: ids, errors, permissions, events and the context.
//!
//! Every domain depends on this crate and no domain on another, so it is small and changes rarely.
//! The half behind `ssr` carries the context: [`Visit`] (one request or job, perhaps nobody logged in) and
//! [`Cx`] (a confirmed member of an organisation). Repositories run only on what came out of them.

mod comment;
mod directory;
mod error;
mod hook;
mod id;
mod loaded;
pub mod mention;
mod news;
mod notice;
mod page_data;
mod permission;
mod place;
mod role;
mod scope;
mod settings;
mod viewer;
mod when;

#[cfg(feature = "ssr")]
pub mod agent;
#[cfg(feature = "ssr")]
pub mod audit;
#[cfg(feature = "ssr")]
mod booking;
#[cfg(feature = "ssr")]
mod clock;
#[cfg(feature = "ssr")]
mod cx;
#[cfg(feature = "ssr")]
mod enclosure;
#[cfg(feature = "ssr")]
mod event;
#[cfg(feature = "ssr")]
pub mod mail;
#[cfg(feature = "ssr")]
mod office;
#[cfg(feature = "ssr")]
mod once;
#[cfg(feature = "ssr")]
pub mod privacy;
#[cfg(feature = "ssr")]
mod program_key;
#[cfg(feature = "ssr")]
mod recent;
#[cfg(feature = "ssr")]
mod record;
#[cfg(feature = "ssr")]
mod session;
#[cfg(feature = "ssr")]
mod site;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(feature = "ssr")]
mod tries;
#[cfg(feature = "ssr")]
mod tx;
#[cfg(feature = "ssr")]
mod vault;
#[cfg(feature = "ssr")]
mod whereabouts;

pub use comment::{COMMENT_MAX, read_comment};
pub use directory::{Directory, Person, Team, picture};
pub use error::{Error, FieldError, OrNotFound, Result};
pub use hook::HookName;
pub use id::*;
pub use loaded::Loaded;
pub use news::{Doing, EVERYTHING, Heard, Newsroom, use_news};
pub use notice::{ByMail, NoticeKind, Reason, Ways};
pub use page_data::{PageData, Wire, page_data};
pub use permission::{Module, Permission, PermissionSet};
pub use place::PlaceName;
pub use role::{BuiltIn, Role, SiteRole};
pub use scope::{Scope, ScopedGrant};
pub use settings::{HourClock, Settings, WeekStart, WorkingDays};
pub use viewer::{BrandName, OrganisationName, Viewer, ViewerResource, use_viewer};
pub use when::Today;
#[cfg(feature = "ssr")]
pub use when::instant;

#[cfg(feature = "ssr")]
pub use booking::{
    BOOKING_DONE, BookingStanding, BookingWish, Bookings, BookingsDone, BookingsFound, ItemBooking,
    JobTypeName, JobTypesFound, Openings, OpeningsFound,
};
#[cfg(feature = "ssr")]
pub use clock::{Clock, SystemClock};
#[cfg(feature = "ssr")]
pub use cx::{AsMember, Cause, Cx, MemberCx, Visit};
#[cfg(feature = "ssr")]
pub use enclosure::{Enclosures, FileStanding, FilesDone, FilesFound, FilesKnown, KnownFile};
#[cfg(feature = "ssr")]
pub use event::{Event, OnEvent, Topic};
#[cfg(feature = "ssr")]
pub use hook::{Came, CameFound, Hooks, HooksFound};
#[cfg(feature = "ssr")]
pub use letter::Letter;
#[cfg(feature = "ssr")]
pub use mail::Mail;
#[cfg(feature = "ssr")]
pub use notice::{MAIL, Notice, PUSH, attention, unread};
#[cfg(feature = "ssr")]
pub use place::{PlaceExists, PlaceKind, PlaceNames};
#[cfg(feature = "ssr")]
pub use recent::{Moment, Recent};
#[cfg(feature = "ssr")]
pub use record::{Count, Record, RecordFound, RecordKind, RecordName, RecordNames};
#[cfg(feature = "ssr")]
pub use session::{Acting, Agent, Membership, Recognised, Session};
#[cfg(feature = "ssr")]
pub use site::Site;
#[cfg(feature = "ssr")]
pub use tries::{ClientAddress, counted};
#[cfg(feature = "ssr")]
pub use tx::{Tally, Tx};
#[cfg(feature = "ssr")]
pub use vault::{KEY, Sealed, Vault};
#[cfg(feature = "ssr")]
pub use whereabouts::Whereabouts;
