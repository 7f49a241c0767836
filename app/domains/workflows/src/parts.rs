//! Pieces that several pages of this domain share.

pub mod away;
pub mod browser;
pub mod card;
pub mod company;
pub mod desk;
pub mod drag;
pub mod field;
pub mod file;
pub mod filters;
pub mod live;
pub mod move_dialog;
pub mod people;
pub mod recent;
pub mod sheet;
pub mod signature;
pub mod state;
pub mod table;
pub mod views;
pub mod waiting;
