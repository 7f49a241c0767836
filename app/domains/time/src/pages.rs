//! Pages.

mod my_time;

pub use my_time::MyTimePage;
