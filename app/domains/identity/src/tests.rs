//! Stories through the acts, on both engines, and the pages as HTML.

mod account;
mod admin;
mod audit;
mod brand;
mod capacity;
mod factor;
mod fixture;
mod invitation;
mod job;
mod key;
mod licence;
mod mails;
mod member;
mod organisation;
mod outbox;
mod page;
mod passkey;
mod person;
mod privacy;
mod provider;
mod role;
mod session;
mod support;
mod team;
mod ways_in;
