//! A person as others see them: name, title, place, local time, picture.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod avatar;
#[cfg(feature = "ssr")]
pub mod repo;
