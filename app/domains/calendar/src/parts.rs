//! The bookings of an item on the item's page, and what that page and the calendar share.

mod acts;
mod booking;
mod booking_form;
mod item;
mod people;
mod reading;
mod slots;

pub(crate) use acts::BookingActs;
pub(crate) use booking::{BookingAsk, BookingDialog, Desk, open_for};
pub use item::item_bookings;
pub(crate) use reading::{Reading, length, tenths};
