//! Rules by property, and everything else on both engines.

mod acts;
mod catalogue;
mod deliver;
mod fixture;
mod incoming;
mod page;
mod pausing;
mod replay;
mod rest;
mod rules;
