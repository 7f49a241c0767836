//! Pieces that the pages share.

pub mod company;
pub mod composer;
pub mod feed;
pub mod line;
pub mod members;
pub mod names;
pub mod outgoing;
pub mod room;
pub mod start;
