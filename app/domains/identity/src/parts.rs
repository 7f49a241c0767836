//! What more than one page of this domain is made of.

mod brand;
mod leave;
mod linked;
mod menu;
mod passkeys;
mod people;
mod prove;
mod settings;
mod support;
mod upload;
mod ways_in;
pub(crate) mod written;

pub use brand::{BrandForm, BrandMark};
pub(crate) use leave::{leave_when_done, leaving};
pub(crate) use linked::LinkedAccountsSection;
pub(crate) use menu::SubmitItem;
pub use menu::{LogOutForm, SwitchForm};
pub(crate) use passkeys::{AddPasskey, PasskeySection};
pub(crate) use people::{CategoryPicker, PersonCell};
pub use prove::ProveForm;
pub use settings::SettingsPage;
pub use support::ActingBar;
pub(crate) use support::SupportSection;
pub(crate) use upload::PictureForm;
pub(crate) use ways_in::{OtherWays, PasskeyLogIn};
pub(crate) use written::{language, moment};
