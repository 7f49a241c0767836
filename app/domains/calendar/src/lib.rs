//! The calendar: events to which members invite each other, and bookings of the time of teams.
//!
//! An *event* lasts some time or whole days; its *guests* answer whether they come. It is seen by who made it and its guests,
//! or by everybody where it is *shared*. A *booking* is work of a *job type*, by which it has a team and a usual length, for
//! an item or for itself. It is *wanted* until somebody gives it a time, then *booked*, then *done* or *called off*. A team
//! has *places*: as many bookings as it works on at one instant, one for each of its members who can be booked.
//!
//! Invariants: at no instant has a team more bookings than places, whoever books at the same moment; what has a time ends
//! later than it begins; an event that somebody may not see does not exist for them; a step of an item has one booking of a
//! job type at most that it asked for and that is not done.

pub mod model;
pub mod rules;

pub mod api;
mod pages;
mod parts;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
mod booked;
#[cfg(feature = "ssr")]
pub mod demo;
#[cfg(feature = "ssr")]
pub mod privacy;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
mod words;

#[cfg(test)]
mod tests;

#[cfg(feature = "ssr")]
pub use booked::BOOKINGS;
pub use pages::pages;
pub use parts::item_bookings;
