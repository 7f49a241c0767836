//! What more than one page of this domain is made of.

mod brand;
mod leave;
mod load;
mod menu;
mod outcome;
mod people;
mod settings;
mod upload;

pub use brand::{BrandForm, BrandMark};
pub(crate) use leave::{leave_when_done, leaving};
pub(crate) use load::LoadAs;
pub(crate) use menu::SubmitItem;
pub use menu::{LogOutForm, SwitchForm};
pub(crate) use outcome::Outcome;
pub(crate) use people::{CategoryPicker, PersonCell};
pub(crate) use settings::SettingsPage;
pub(crate) use upload::PictureForm;
