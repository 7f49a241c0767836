//! Stories through the acts, on both engines, and the pages as HTML.

mod account;
mod admin;
mod brand;
mod capacity;
mod fixture;
mod invitation;
mod member;
mod organisation;
mod page;
mod person;
mod session;
mod team;
