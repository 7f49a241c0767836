//! The time on an item on the item's page, and what that page and "My time" share.

mod acts;
mod clock;
mod entry;
mod form;
mod item;
pub mod waiting;

pub(crate) use acts::{Acts, follow};
pub(crate) use clock::TimerBar;
pub(crate) use entry::{Entry, Shown};
pub(crate) use form::{LogForm, WaitingHere};
pub use item::item_time;
